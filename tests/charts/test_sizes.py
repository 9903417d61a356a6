"""Charts at any width: words keep their size, nothing is cut off, what belongs together aligns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads import charts
from crossroads.charts.argument import layered, way

SAID = {"title": "A title of some length for a chart", "alt": "It rises.", "source": "A source"}
NAMES = ("Tajikistan", "Kyrgyzstan: filled in", "Uzbekistan", "A country with quite a long name")
YEARS = range(1992, 2025)
LINES = pd.DataFrame({n: [float(i * y % 83) for y in YEARS] for i, n in enumerate(NAMES, 3)})
LINES.index = pd.Index(YEARS)
SHARES = pd.Series({name: 21.5 * i for i, name in enumerate(NAMES)})
SPANS = pd.DataFrame({"low": SHARES, "mid": SHARES + 2, "high": SHARES * 1.5 + 5})
MANY = pd.concat([SPANS.rename(index=lambda n, i=i: f"{n} {i}") for i in range(7)])
LINKS = [charts.Bears(f"A{i:02}", f"A{i // 3:02}", i % 5 == 0) for i in range(1, 30)]
CLAIMS = {f"A{i:02}": charts.Claim(f"A{i:02}", "What it says " * 5, "✓ yes") for i in range(30)}
RING = {
    name: name
    for name in (
        "Tajikistan",
        "Kazakhstan",
        "Uzbekistan",
        "Russia",
        "Türkiye",
        "United States",
        "Turkmenistan",
    )
}
ROWS = [
    charts.Row("security", "circle", [1992, 2001, 2001], ["1992: a", "2001: b", "2001: c"]),
    charts.Row("trade", "square", [2024], ["2024: d"]),
]
FORMS: dict[str, Callable[[], str]] = {
    "lines": lambda: charts.lines(LINES, y_label="Share (%)", mark={2001: "few"}, **SAID),
    "bars": lambda: charts.bars(SHARES, value_label="Share (%)", whole=100, **SAID),
    "ranges": lambda: charts.ranges(SPANS, value_label="million US$ a year", **SAID),
    "many ranges": lambda: charts.ranges(MANY, value_label="million US$ a year", **SAID),
    "timeline": lambda: charts.timeline(ROWS, 1992, 2024, **SAID),
    "network": lambda: charts.network(
        RING,
        [charts.Link("Russia", "Türkiye")],
        chosen="Russia",
        missing=(),
        said=dict.fromkeys(RING, "one line"),
        key=["Thick: what is chosen. Hollow: none. Cross: no data. Positions carry no meaning."],
        **SAID,
    ),
    "argument": lambda: charts.argument(CLAIMS, LINKS, ["A00"], **SAID),
}


def at(width: float, form: str) -> ET.Element:
    with charts.at_width(width):
        (sheet,) = ET.fromstring(FORMS[form]()).iter("svg")
    return sheet


def extent(text: ET.Element) -> tuple[float, float]:
    """From where to where a text reaches across, in a font of middling width."""
    size, bold = float(text.get("font-size", charts.TEXT)), text.get("font-weight") == "600"
    wide = 0.9 * charts.text_width("".join(text.itertext()), size, bold=bold)
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    start = float(text.attrib["x"]) - before * wide
    return start, start + wide


@pytest.mark.parametrize("form", FORMS)
def test_words_keep_their_size_from_360_to_1200_pixels(form: str) -> None:
    sizes = []
    for width in (360, 520, 680, 1200):
        sheet = at(width, form)
        assert sheet.get("width") == str(width)
        sizes.append({float(t.get("font-size", charts.TEXT)) for t in sheet.iter("text")})
        assert min(sizes[-1]) >= charts.SMALL
    assert sizes[0] <= {charts.SMALL, charts.TEXT, charts.TITLE}
    assert {s for s in sizes[-1] if s > charts.SMALL} <= sizes[0] | {charts.TEXT}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("width", range(320, 1201, 80))
def test_no_word_is_cut_off(form: str, width: int) -> None:
    for text in at(width, form).iter("text"):
        start, end = extent(text)
        assert start >= -1 and end <= width + 1, ET.tostring(text)


def test_a_place_that_is_too_narrow_or_too_wide_is_said_by_nobody() -> None:
    assert at(20, "lines").get("width") == "320" and at(5000, "lines").get("width") == "1200"
    assert charts.width() == charts.WIDTH


def test_a_narrower_place_scrolls_before_words_get_too_small() -> None:
    page = FORMS["bars"]()
    least = float(page.split("min-width:")[1].split("px")[0])
    assert charts.SMALL * least / charts.WIDTH >= 11
    assert "overflow-x:auto" in page


@pytest.mark.parametrize("width", [360, 520, 680, 1200])
def test_years_of_a_timeline_and_of_lines_stand_above_each_other(width: int) -> None:
    span, sides = (1985, 2026), (100.0, width - 60.0)
    with charts.at_width(width):
        lines = charts.lines(LINES, y_label="Share", span=span, sides=sides, **SAID)
        timeline = charts.timeline(ROWS, *span, sides=sides, **SAID)
    both = [
        {
            t.text: t.attrib["x"]
            for t in ET.fromstring(page).iter("text")
            if (t.text or "").isdigit()
        }
        for page in (lines, timeline)
    ]
    years = {year for year in both[1] if len(str(year)) == 4}
    assert years and all(both[0][year] == both[1][year] for year in years)


@pytest.mark.parametrize("width", [360, 520, 680, 1200])
def test_no_upright_line_crosses_a_note(width: int) -> None:
    mark = {
        1992: "few votes until 1994",
        1995: "few votes",
        2001: "no vote",
        2004: "2004",
        2024: "end",
    }
    with charts.at_width(width):
        sheet = ET.fromstring(charts.lines(LINES, y_label="Share", mark=mark, **SAID))
    notes = [t for t in sheet.iter("text") if t.text in mark.values()]
    assert len(notes) == len(mark)
    for line in sheet.iter("polyline"):
        (x, top), *others = (map(float, p.split(",")) for p in line.attrib["points"].split())
        if line.get("stroke-dasharray") != "3 3" or len(others) != 1:
            continue
        for note in notes:
            start, end = extent(note)
            assert not (start < x < end and top < float(note.attrib["y"]) - 3), note.text


def test_level_lines_are_close_enough_to_read_a_value() -> None:
    for height in (200, 240, 320):
        page = charts.lines(LINES, y_label="Share", height=height, **SAID)
        levels = sorted(
            float(p.attrib["points"].split(",")[1].split()[0])
            for p in ET.fromstring(page).iter("polyline")
            if p.get("stroke") in (charts.GRID, charts.MUTED)
            and len({xy.split(",")[1] for xy in p.attrib["points"].split()}) == 1
        )
        assert 5 <= len(levels) <= 9
        assert all(20 <= b - a <= 66 for a, b in pairwise(levels)), levels


def test_a_flagged_value_has_a_hollow_marker_and_is_named() -> None:
    still = pd.DataFrame(
        {"a": [1.0, 2, 2, 2, 3], "b": [5.0, 4, 3, None, 1]}, index=range(2000, 2005)
    )
    page = charts.lines(
        still, y_label="Share", flags=still.diff() == 0, flagged="as the year before", **SAID
    )
    said = "Hollow marker: as the year before (a: 2002 to 2003)."
    assert page.count(said) == 2  # below the chart, and in its text alternative
    sheet = ET.fromstring(page)
    hollow = [m for m in sheet.iter() if m.get("fill") == charts.PAPER and m.get("stroke-width")]
    assert len([m for m in hollow if m.tag in ("circle", "polygon")]) == 2


codes = st.sampled_from([f"A{i:02}" for i in range(14)])
webs = st.lists(st.builds(charts.Bears, codes, codes, st.booleans()), max_size=40)


@given(
    webs, st.lists(codes, min_size=1, max_size=4, unique=True), st.integers(320, 1200), st.data()
)
def test_boxes_never_overlap_and_lines_go_between_them(
    links: list[charts.Bears], roots: list[str], width: int, data: st.DataObject
) -> None:
    """Also where a web of claims goes in circles."""
    every = {code for link in links for code in link[:2]} | set(roots)
    tall = {code: data.draw(st.integers(20, 200)) for code in sorted(every)}
    boxes = layered(links, roots, tall, width)
    assert set(roots) <= set(boxes) <= every
    for a, b in combinations(boxes.values(), 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart or a.y + a.height <= b.y or b.y + b.height <= a.y
    for box in boxes.values():
        assert box.x >= 0 and box.x + box.width <= width and box.y >= 0
    for link in links:
        if {link.claim, link.on} <= set(boxes) and link.claim != link.on:
            claim, on = boxes[link.claim], boxes[link.on]
            turns = [x for x, _y in way(claim, on, link.objects)]
            inner = [b for b in boxes.values() for x in turns[1:-1] if b.x < x < b.x + b.width]
            assert not inner


def test_an_argument_says_in_words_what_its_lines_say() -> None:
    claims = {
        "A1": charts.Claim("A1: thesis", "It rains."),
        "A2": charts.Claim("A2 supports A1", "It is wet.", "✓ supported"),
        "A3": charts.Claim("A3 objects to A1", "Somebody watered."),
    }
    links = [charts.Bears("A2", "A1"), charts.Bears("A3", "A1", objects=True)]
    sheet = ET.fromstring(charts.argument(claims, links, ["A1"], chosen=["A2"], **SAID))
    words = " ".join(str(t.text) for t in sheet.iter("text"))
    for part in ("A2 supports A1", "✓ supported", "A3 objects to", "It is wet."):
        assert part in words
    dashed = [p for p in sheet.iter("polyline") if p.get("stroke-dasharray")]
    assert len(dashed) == 2  # in the key, and from A3
    with charts.at_width(320):
        deep = [charts.Bears(f"A{i + 1}", f"A{i}") for i in range(1, 6)]
        many = {f"A{i}": charts.Claim(f"A{i}", "x") for i in range(1, 7)}
        page = charts.argument(many, deep, ["A1"], **SAID)
    assert "+ 1 more" in page and "A3" not in page and "+ 1 more" not in ET.tostring(sheet).decode()
