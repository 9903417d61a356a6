"""Charts: what they say in words, gaps as gaps, and lines that every reader can tell apart."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_charts import marks
from matplotlib.ft2font import FT2Font

from crossroads import charts
from crossroads.charts import looks
from crossroads.tables import load

WORDS = {"alt": "India agrees most.", "source": "World Bank, WDI; retrieved 2026-11-23"}
SHARES = pd.Series({"Russia": 30.5, "China": 57.25, "India": None})
VOTES = pd.DataFrame(
    {"Russia": [83.0, 80, 71, 61], "India": [67.0, 70, None, 76]}, index=range(2012, 2016)
)


def bars(data: pd.Series = SHARES, **more: object) -> ET.Element:
    options = {"title": "Imports", "value_label": "Share (%)", **WORDS, **more}
    return ET.fromstring(charts.bars(data, **options))  # type: ignore[arg-type]


def lines(frame: pd.DataFrame = VOTES, **more: object) -> ET.Element:
    options = {"title": "Votes", "y_label": "Agreement (%)", **WORDS, **more}
    return ET.fromstring(charts.lines(frame, **options))  # type: ignore[arg-type]


def ranges(frame: pd.DataFrame, **more: object) -> ET.Element:
    options = {"title": "Revenue", "value_label": "Million US$", **WORDS, **more}
    return ET.fromstring(charts.ranges(frame, **options))  # type: ignore[arg-type]


def words(chart: ET.Element) -> str:
    """The text alternative."""
    (image,) = chart.iter("svg")
    assert image.get("role") == "img"
    return image.attrib["aria-label"]


def texts(chart: ET.Element) -> dict[str, ET.Element]:
    return {str(t.text): t for t in chart.iter("text")}


def drawn(chart: ET.Element, number: int) -> list[list[list[float]]]:
    """The stretches of one series, as lists of points; the last is the sample beside its name."""
    return [
        [[float(n) for n in point.split(",")] for point in line.attrib["points"].split()]
        for line in chart.iter("polyline")
        if line.get("stroke") == charts.PALETTE[number]
    ]


def test_a_chart_says_in_words_what_it_shows() -> None:
    assert words(bars()) == (
        "Imports. Bar chart. Share (%). Russia: 30.5; China: 57.2; India: no data. "
        "India agrees most."
    )
    assert words(lines(mark={2014: "Crimea"})) == (
        "Votes. Line chart. Vertical axis: Agreement (%). From 0 to 100. "
        "Horizontal axis: years, 2012 to 2015. "
        "Lines: Russia (solid line, circles, 2012 to 2015); "
        "India (dashed line, squares, 2012 to 2015, no data between 2013 and 2015). "
        "Marked: 2014: Crimea. India agrees most."
    )
    interval = pd.DataFrame({"low": [1.5], "mid": [2.0], "high": [4.0]}, index=["Summer"])
    assert "low to high. Million US$. Summer: 1.5 to 4.0, middle 2.0." in words(ranges(interval))


def test_the_caption_carries_the_source() -> None:
    (caption,) = bars().iter("figcaption")
    assert caption.text == f"Source: {WORDS['source']}"


@pytest.mark.parametrize("missing", ["title", "alt", "source"])
def test_a_chart_without_title_words_or_source_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match=f"needs its {missing}"):
        charts.to_html(
            charts.Figure(10, 10), **{"title": "a", "alt": "b", "source": "c", missing: " "}
        )


def test_hostile_words_stay_words() -> None:
    bad = "</title><script>alert('1')</script>\" onload=\"x"
    data = pd.Series({bad: 1.0})
    frame = pd.DataFrame({bad: [1.0, 2]}, index=[2001, 2002])
    for chart in (
        bars(data, title=bad, value_label=bad, alt=bad, source=bad),
        lines(frame, title=bad, y_label=bad, alt=bad, source=bad, mark={2001: bad}),
    ):
        tags = {element.tag for element in chart.iter()}
        shapes = {"g", "title", "rect", "circle", "polygon", "polyline", "text"}
        table = {
            "details",
            "summary",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }
        assert tags <= {"figure", "svg", "figcaption"} | shapes | table
        assert not [e for e in chart.iter() if "onload" in e.attrib]
        assert words(chart).startswith(bad) and bad in "".join(chart.itertext())


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert ET.tostring(lines()) == ET.tostring(lines(VOTES.copy()))


def test_charts_share_a_page_without_ids_or_addresses() -> None:
    for chart in (bars(), lines()):
        assert not [e for e in chart.iter() if "id" in e.attrib]
        page = ET.tostring(chart, encoding="unicode")
        assert "://" not in page and "url(" not in page


def test_a_missing_value_is_a_gap_with_its_lone_point_shown() -> None:
    # India: 2012 and 2013 joined, nothing in 2014, 2015 a marker alone.
    first, sample = drawn(lines(), 1)
    assert len(first) == 2
    assert len(drawn(lines(), 0)[0]) == 4
    squares = [m for m in lines().iter("polygon") if m.get("fill") == charts.PALETTE[1]]
    assert len(squares) == 4  # 2012, 2013, 2015 and the sample
    assert sample[0][1] == sample[1][1]


@pytest.mark.parametrize("years", [3, 34, 150])
def test_every_value_has_its_mark(years: int) -> None:
    frame = pd.DataFrame({n: range(years) for n in "abcdef"}, index=range(1850, 1850 + years))
    frame = frame.astype(float).where(frame % 5 != 3)
    assert marks(lines(frame)) == frame.notna().sum().sum()


def said(chart: ET.Element) -> list[str]:
    """What the marks say where they are pointed at, in the order of drawing."""
    return [str(title.text) for title in chart.iter("title")]


def test_every_mark_says_its_value_in_words() -> None:
    assert said(lines())[:2] == ["2012\nRussia: 83\u00a0%", "2013\nRussia: 80\u00a0%"]
    assert len(said(lines())) == marks(lines()) == 7
    assert said(lines(digits=1))[3:5] == ["2015\nRussia: 61.0\u00a0%", "2012\nIndia: 67.0\u00a0%"]
    assert said(bars()) == ["Russia\n30.5\u00a0%", "China\n57.2\u00a0%", "India\nno data"]
    interval = pd.DataFrame({"low": [1.5], "mid": [2.0], "high": [4.0]}, index=["Summer"])
    assert said(ranges(interval)) == ["Summer\n1.5 to 4.0, middle 2.0"]


def test_a_small_value_is_said_with_figures_that_count() -> None:
    frame = pd.DataFrame({"a": [1234.0, 0.25, 7, 0]}, index=range(2000, 2004))
    expected = ["a: 1,234", "a: 0.25", "a: 7", "a: 0"]
    assert [words.split("\n")[1] for words in said(lines(frame, y_label="TIV"))] == expected


def test_a_chart_over_years_says_between_which_heights_a_guide_runs() -> None:
    (area,) = [e for e in lines().iter("g") if "data-guide" in e.attrib]
    top, bottom = map(float, area.attrib["data-guide"].split())
    assert bottom - top == 320
    assert not [e for e in bars().iter("g") if "data-guide" in e.attrib]


def test_the_numbers_of_a_line_chart_are_a_folded_table_below_it() -> None:
    (fold,) = lines().iter("details")
    rows = [[str(c.text) for c in row if c.text] for row in fold.iter("tr")]
    assert rows == [
        ["Year", "Russia", "India"],
        ["2012", "83", "67"],
        ["2013", "80", "70"],
        ["2014", "71"],
        ["2015", "61", "76"],
    ]
    assert "open" not in fold.attrib and "missing" in "".join(fold.itertext())
    assert not list(lines(values=False).iter("details"))
    assert not list(lines(VOTES * math.nan).iter("details"))


def test_a_missing_year_is_a_gap_too() -> None:
    yearly = pd.DataFrame({"a": [1.0, 2, 3, 4]}, index=[2003, 2001, 2000, 2004])
    assert [len(run) for run in drawn(lines(yearly), 0)[:-1]] == [2, 2]
    five_yearly = pd.DataFrame({"a": [1.0, 2, 3]}, index=[1990, 1995, 2000])
    assert [len(run) for run in drawn(lines(five_yearly), 0)[:-1]] == [3]


def test_missing_is_never_drawn_as_zero() -> None:
    chart = bars()
    assert len([r for r in chart.iter("rect") if r.get("fill") == charts.PALETTE[0]]) == 2
    assert "no data" in texts(chart) and "0" not in texts(chart)
    assert "no data" in texts(lines(VOTES * math.nan))
    assert "no data" in texts(lines(VOTES.iloc[:0]))


def test_bars_start_at_zero_and_carry_their_values() -> None:
    chart = bars(pd.Series({"2015": -26.0, "2020": 52.0}))
    down, up = (r for r in chart.iter("rect") if r.get("fill") == charts.PALETTE[0])
    assert float(up.attrib["width"]) == pytest.approx(2 * float(down.attrib["width"]), abs=0.2)
    zero = float(up.attrib["x"])
    assert float(down.attrib["x"]) + float(down.attrib["width"]) == pytest.approx(zero, abs=0.11)
    assert float(texts(chart)["−26"].attrib["x"]) < zero < float(texts(chart)["52"].attrib["x"])


def test_a_share_of_a_whole_fills_that_part_of_its_row() -> None:
    def width(chart: ET.Element, fill: str) -> float:
        return max(float(r.attrib["width"]) for r in chart.iter("rect") if r.get("fill") == fill)

    for share in (50.0, 78.0, 91.7, 100.0):
        chart = bars(pd.Series({"Russia": share}), whole=100)
        full = width(chart, charts.GRID)
        assert width(chart, charts.PALETTE[0]) == pytest.approx(full * share / 100, abs=0.2)
        assert {"0", "50", "100"} <= set(texts(chart)) and "The full width is 100." in words(chart)
    missing = bars(pd.Series({"Russia": None}), whole=100)
    assert not [r for r in missing.iter("rect") if r.get("fill") == charts.GRID]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64", "object"])
def test_every_kind_of_column_can_be_drawn(dtype: Any) -> None:
    data = pd.Series([30, None], index=["a", "b"], dtype="Float64").astype("Int64").astype(dtype)
    assert "a: 30; b: no data." in words(bars(data))
    assert "a: 30." in words(bars(pd.Series({"a": 30})))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1234567.4], ["1,234,567"]),
        ([-0.0001, 57.25], ["0.0", "57.2"]),
        ([3.0, 4.0], ["3", "4"]),
        ([0.031], ["0.031"]),
    ],
)
def test_numbers_are_written_for_people(values: Sequence[float], shown: Sequence[str]) -> None:
    chart = bars(pd.Series(values, index=[f"row {i}" for i in range(len(values))]))
    assert set(shown) <= set(texts(chart))


def test_a_range_without_its_ends_or_turned_round() -> None:
    frame = pd.DataFrame({"low": [1.0, None], "mid": [None, 2.0], "high": [3.0, 4.0]})
    chart = ranges(frame)
    assert "no data" in texts(chart) and not list(chart.iter("circle"))
    with pytest.raises(ValueError, match="low is above high"):
        ranges(frame.rename(columns={"low": "high", "high": "low"}))


def test_what_cannot_be_shown_honestly_is_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        bars(pd.Series([math.inf]))
    with pytest.raises(ValueError, match="6 or fewer"):
        lines(pd.DataFrame([[1.0] * 7], index=[2000]))
    with pytest.raises(ValueError, match="twice"):
        lines(pd.concat([VOTES, VOTES]))


def test_the_axis_keeps_zero_unless_told_otherwise() -> None:
    assert "0" in texts(lines())
    ticks = texts(lines(VOTES + 30, from_zero=False))
    assert "0" not in ticks and "100" in ticks


def test_axis_numbers_are_not_rounded_away() -> None:
    ticks = texts(lines(pd.DataFrame({"a": [100.0, 109]}, index=[2000, 2001]), from_zero=False))
    assert {"100", "102", "108", "110"} <= set(ticks)
    assert {"0.0", "0.2", "1.2"} <= set(texts(lines(VOTES / 80)))


def test_a_long_title_goes_on_in_the_next_line() -> None:
    title = "How often Tajikistan voted as Russia, India and Pakistan did in the UN, 1992 to 2019"
    rows = [str(t.text) for t in bars(title=title).iter("text") if t.get("font-size") == "18"]
    assert len(rows) == 2 and " ".join(rows) == title
    assert max(charts.text_width(row, charts.TITLE, bold=True) for row in rows) <= charts.WIDTH - 40


def test_names_and_notes_never_overlap() -> None:
    for value in (0.0, 50.0, 100.0):
        equal = pd.DataFrame({name: [value, 100.0, value] for name in "abcdef"})
        equal.index += 2000
        chart = lines(equal, mark={2001: "a long note about a year", 2002: "and one more of them"})
        ends = sorted(float(t.attrib["y"]) for name, t in texts(chart).items() if name in "abcdef")
        assert len(ends) == 6 and all(b - a >= charts.TEXT for a, b in pairwise(ends))
        assert ends[0] >= float(texts(chart)["100"].attrib["y"]) - 1
        assert ends[-1] < float(texts(chart)["2000"].attrib["y"])
    notes = [t for name, t in texts(chart).items() if "note" in name or "more" in name]
    wide = [(float(t.attrib["x"]), charts.text_width(str(t.text)), t.attrib["y"]) for t in notes]
    (x, a, y), (x2, b, y2) = wide
    assert y != y2 or x2 - x >= (a + b) / 2


amounts = st.none() | st.floats(-1e9, 1e9, allow_subnormal=False)
names = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40)


@given(st.dictionaries(names, st.tuples(amounts, amounts), min_size=1, max_size=6))
def test_nothing_is_drawn_off_the_sheet(rows: dict[str, tuple[float | None, float | None]]) -> None:
    pairs = pd.DataFrame(rows, index=["low", "high"], dtype=float).T
    pairs["mid"] = pairs.mean(axis=1, skipna=False)
    pairs = pairs[~(pairs.low > pairs.high)]
    series = pd.DataFrame(rows, index=[1999, 2003], dtype=float)
    low = pairs["low"]
    for chart in (bars(low), bars(low, whole=100), ranges(pairs), lines(series, mark={2001: "x"})):
        (sheet,) = chart.iter("svg")
        _, _, width, height = map(float, sheet.attrib["viewBox"].split())
        for element in chart.iter():
            for spot in element.get("points", "").split():
                x, y = map(float, spot.split(","))
                assert 0 <= x <= width and 0 <= y <= height
            if element.tag == "text":
                assert 0 <= float(element.attrib["y"]) <= height
            if element.tag == "rect" and "x" in element.attrib:
                x, wide = float(element.attrib["x"]), float(element.attrib["width"])
                assert x >= 0 and wide >= 0 and x + wide <= width


def linear(color: str) -> np.ndarray:
    """Linear RGB, 0 to 1 (sRGB, IEC 61966-2-1)."""
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(color: str) -> float:
    """Contrast on white as in WCAG 2.2."""
    return float(1.05 / (linear(color) @ [0.2126, 0.7152, 0.0722] + 0.05))


def lab(light: np.ndarray) -> np.ndarray:
    """CIELAB, D65."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ light / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "usual": np.eye(3).tolist(),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def test_marks_and_words_stand_out_from_the_paper() -> None:
    assert charts.PAPER == "#FFFFFF"
    assert min(map(contrast, charts.PALETTE)) >= 3
    assert min(map(contrast, (charts.INK, charts.MUTED))) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
def test_colour_blind_readers_can_tell_all_colours_apart(sight: str) -> None:
    seen = [lab(np.clip(SIGHT[sight] @ linear(color), 0, 1)) for color in charts.PALETTE]
    # About 2.3 is just noticeable (Mahy and others, 1994); the nearest two here are 17 apart.
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 15


def test_in_grey_dashes_and_markers_tell_lines_apart() -> None:
    assert len(set(charts.DASHES)) == len(set(charts.SHAPES)) == len(charts.PALETTE)
    six = pd.DataFrame([range(6), range(1, 7)], index=[2000, 2001], columns=list("abcdef"))
    chart = lines(six)
    dashes = {
        line.get("stroke-dasharray")
        for line in chart.iter("polyline")
        if line.get("stroke") in charts.PALETTE and line.get("stroke-width") == "2.2"
    }
    assert len(dashes) == 6


def test_every_country_of_the_course_has_a_look_of_its_own_also_in_grey() -> None:
    codes = list(load("countries")["iso3"])
    assert sorted(codes) == sorted(looks.countries())
    assert len({(look.dash, look.shape) for look in looks.countries().values()}) == len(codes)
    for a, b in combinations(map(charts.country, codes), 2):
        assert a.dash != b.dash or a.shape != b.shape
        assert a.color != b.color or (a.dash != b.dash and a.shape != b.shape)


def test_another_country_is_grey_and_the_same_each_time() -> None:
    assert charts.country("FRA") == charts.country("FRA")
    assert charts.country("FRA").color == charts.MUTED not in charts.PALETTE


def test_given_looks_do_not_depend_on_the_order_of_the_columns() -> None:
    for order in (["Russia", "India"], ["India", "Russia"]):
        styles = {"Russia": charts.country("RUS"), "India": charts.country("IND")}
        chart = lines(VOTES[order], looks=[styles[name] for name in order])
        assert "Russia (dashed line, squares," in words(chart)
        assert "India (dotted line, triangles," in words(chart)


def test_what_is_not_shown_is_said_below() -> None:
    (note,) = lines(VOTES.assign(Iran=None, China=VOTES["India"])).iter("p")
    assert note.text == "No data: Iran. Years without a value here: India, China: 2014."
    yearly = pd.DataFrame({"a": [1.0, 2, 3]}, index=[2000, 2001, 2006])
    assert [p.text for p in lines(yearly).iter("p")] == [
        "Years without a value here: a: 2002 to 2005."
    ]
    assert [p.text for p in lines(yearly, gaps=(), note="<x>").iter("p")] == ["<x>"]
    assert not list(lines(yearly.loc[:2001]).iter("p"))


@pytest.mark.parametrize(("face", "bold"), [("DejaVuSans", False), ("DejaVuSans-Bold", True)])
def test_the_room_kept_for_words_is_enough_in_a_wide_font(face: str, bold: bool) -> None:
    font = FT2Font(str(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{face}.ttf")))
    font.set_size(15, 72)
    for phrase in (
        "Tajikistan", "Uzbekistan", "Kyrgyzstan", "Türkiye", "Russia", "WWF MMXXVI", "1,234.5",
        "−26.1", "United Arab Emirates", "Afghanistan (the Taliban authorities)", "illicit",
        "Shanghai Cooperation Organisation", "CASA-1000", "Share of imports (%)", "Таджикистан",
        "How often Tajikistan voted like others in the UN General Assembly", "no data",
        "Межправительственная комиссия",
    ):  # fmt: skip
        real = sum(font.load_char(ord(c)).linearHoriAdvance for c in phrase) / 65536
        assert real <= charts.text_width(phrase, 15, bold=bold) <= real * 1.35 + 4, phrase


def test_drawings_of_ones_own_get_the_same_finish() -> None:
    sheet = charts.Figure(300, 100)
    sheet.polygon([[(0, 0), (9, 0), (9, 9)], [(1, 1), (2, 1), (2, 2)]], fill=charts.PALETTE[0])
    for shape in charts.SHAPES:
        sheet.marker(50, 50, shape=shape)
    chart = ET.fromstring(charts.to_html(sheet, title="Map", alt="Two areas.", source="none, 2026"))
    assert words(chart) == "Map. Two areas."
    (area,) = chart.iter("path")
    assert area.attrib["d"] == "M0,0 9,0 9,9ZM1,1 2,1 2,2Z"
    assert float(next(chart.iter("svg")).attrib["height"]) > 100  # room for the title


def test_learners_own_plots_do_not_rest_on_colour_alone() -> None:
    before = dict(matplotlib.rcParams)
    with charts.style():
        drawn_lines = VOTES.plot().get_lines()
    assert len({(str(line.get_linestyle()), str(line.get_marker())) for line in drawn_lines}) == 2
    assert [line.get_color() for line in drawn_lines] == list(charts.PALETTE[:2])
    assert dict(matplotlib.rcParams) == before


def test_charts_import_no_plotting_library() -> None:
    code = "import sys, crossroads.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
