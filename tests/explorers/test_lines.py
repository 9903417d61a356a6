"""What the line charts of all explorers have in common: every value has its mark."""

from xml.etree import ElementTree as ET

import pytest

from crossroads import charts
from crossroads.explorers import dependence, exchange, power, scorecard, security, votes

SCORES = scorecard.Choices()
DEFAULTS = {
    "dependence": lambda: dependence.view(dependence.Choices(reveal=True)),
    "exchange": lambda: exchange.view(exchange.Choices()),
    "security": lambda: security.view(security.Choices()),
    "votes, years": lambda: votes.view(votes.Choices()),
    "votes, recent": lambda: votes.view(votes.Choices("recent")),
}
DEFAULTS |= {
    f"power, {series}": lambda series=series: power.view(power.Choices(series=series))
    for series in power.SERIES
}


@pytest.fixture
def drawn(monkeypatch):
    """The line charts drawn in the test: what each was given, and what came of it."""
    found, lines = [], charts.lines

    def kept(frame, **options):
        found.append((frame, options, ET.fromstring(lines(frame, **options))))
        return lines(frame, **options)

    monkeypatch.setattr(charts, "lines", kept)
    return found


def marks(chart):
    """How many values are marked, without the samples beside the names."""
    axis = next(p for p in chart.iter("polyline") if p.get("stroke") in (charts.GRID, charts.MUTED))
    right = float(axis.attrib["points"].split()[-1].split(",")[0])
    found = [e for e in chart.iter() if e.tag in ("circle", "polygon")]
    return sum(float(e.get("cx") or e.attrib["points"].split(",")[0]) < right for e in found)


@pytest.mark.parametrize("explorer", DEFAULTS)
def test_every_value_has_its_mark(explorer, drawn):
    DEFAULTS[explorer]()
    assert drawn
    for frame, _options, chart in drawn:
        assert marks(chart) == frame.notna().sum().sum() > 0


def test_the_arms_series_shows_the_values_that_the_lesson_asks_to_count(drawn):
    DEFAULTS["security"]()
    ((frame, _options, _chart),) = drawn
    assert frame.filter(like="Tajikistan").notna().sum().tolist() == [10]


@pytest.mark.parametrize(
    "explorer", [lambda: votes.view(votes.Choices("issues")), lambda: scorecard.view(SCORES)]
)
def test_shares_and_scores_are_drawn_on_0_to_100(explorer):
    assert "A full row is 100." in explorer()
