"""What the line charts of all explorers have in common: every value has its mark."""

from xml.etree import ElementTree as ET

import pytest
from line_charts import marks

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
    f"power, {series}": lambda series=series: power.view(power.Choices("record", series=series))
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
    assert "The full width is 100." in explorer()


def styles(found):
    """The look of each line by its name, over all charts of a test."""
    return [dict(zip(f.columns, options["looks"], strict=True)) for f, options, _chart in found]


OTHERS = ["RUS", "IND", "PAK", "KAZ", "KGZ"]


@pytest.mark.parametrize("code", OTHERS)
def test_ticking_another_country_leaves_the_looks_of_the_first_ones(code, drawn):
    for show in ("years", "recent"):
        votes.view(votes.Choices(show, others=[code]))
        votes.view(votes.Choices(show, others=OTHERS))
    if code in dependence.OTHERS:
        dependence.view(dependence.Choices(reveal=True, others=[code]))
        dependence.view(dependence.Choices(reveal=True, others=dependence.OTHERS))
    security.view(security.Choices("military_expenditure_pct_gdp", other=code, missing="carry"))
    exchange.view(exchange.Choices("TJK", code))
    name, own = votes.names()[code], charts.country(code)
    known = (name, f"{name}: recorded", f"{name} to Tajikistan")
    found = [look for looks in styles(drawn) for n, look in looks.items() if n in known]
    assert len(found) >= 8 and set(found) == {own}


def test_a_source_keeps_its_look_when_repeated_values_are_set_apart(drawn):
    for repeats in power.REPEATS:
        power.view(power.Choices("record", repeats=repeats))
    (book,) = {looks["Factbook: imports minus exports"] for looks in styles(drawn)}
    assert book == charts.LOOKS[1]


def test_no_two_lines_of_a_chart_look_alike(drawn):
    votes.view(votes.Choices(others=OTHERS))
    line = {"remittances_received_pct_gdp": [1, 2, 3, 4, 5, 6]}
    dependence.view(dependence.Choices(reveal=True, others=dependence.OTHERS, drawn=line))
    for code in security.names():
        security.view(security.Choices("military_expenditure_pct_gdp", code, missing="carry"))
    for looks in styles(drawn):
        assert len({(look.dash, look.shape) for look in looks.values()}) == len(looks)


def test_a_chosen_country_without_data_is_named():
    shown = dependence.view(dependence.Choices("exports_to_south_asia_pct", ["KGZ"], reveal=True))
    assert "No data: Kyrgyzstan." in shown
    without = dependence.view(dependence.Choices(others=["UZB"], base="2002", reveal=True))
    assert "No value in 2002, so no index: Uzbekistan." in without
    first = security.recorded("arms_imports_sipri_tiv")["KGZ"].first_valid_index()
    shown = security.view(security.Choices(end=first - 1))
    assert "No data: Kyrgyzstan: recorded." in shown


def test_years_without_a_value_are_named():
    shown = security.view(security.Choices())
    recorded = security.recorded("arms_imports_sipri_tiv")["TJK"].loc[:2024]
    first = recorded.first_valid_index()
    assert f"Tajikistan: recorded: 1991 to {first - 1}," in shown


def test_chosen_years_and_themes_that_have_nothing_are_named():
    shown = security.view(security.Choices(start=1985, end=2026))
    assert "The series runs from 1991 to 2024." in shown
    assert "The series runs" not in security.view(security.Choices())
    shown = security.view(security.Choices(end=1993, themes=["security", "trade"]))
    assert "No event from 1991 to 1993 about: security, trade." in shown


def places(chart):
    """Where each year is written across."""
    return {t.text: t.attrib["x"] for t in chart.iter("text") if str(t.text).isdigit()}


@pytest.mark.parametrize("width", [360, 520, 900])
def test_charts_of_the_same_years_align(width, drawn):
    with charts.at_width(width):
        shown = security.view(security.Choices(start=1986, end=2026))
        timeline = ET.fromstring(shown[: shown.index("</figure>") + 9])
        votes.view(votes.Choices())
    series, agreed, common = (places(chart) for _frame, _options, chart in drawn)
    years = {year: x for year, x in places(timeline).items() if len(year) == 4}
    assert years and years.items() <= series.items()
    assert {
        y: x for y, x in agreed.items() if len(y) == 4 and y in common
    }.items() <= common.items()


def test_values_that_repeat_are_marked_wherever_they_are_drawn(drawn):
    shown = dependence.view(
        dependence.Choices("exports_to_south_asia_pct", ["UZB"], 1992, 2024, reveal=True)
    )
    assert "(Uzbekistan: 2001 to 2003, 2005 to 2015)" in shown
    shown = exchange.view(exchange.Choices("TJK", "UZB"))
    assert "Uzbekistan to Tajikistan: 2004" in shown[shown.index("Hollow marker") :]
    assert len(drawn) == 2
