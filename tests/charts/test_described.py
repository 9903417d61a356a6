"""A chart that learners draw has its words: whatever pandas and matplotlib can draw."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from crossroads import i18n
from crossroads.charts.described import LONGEST, describe
from crossroads.charts.pandas_style import picture

SHARE = pd.Series(
    [6.4, 44.1, np.nan, np.nan, 26.7, 49.9, 47.9],
    pd.Index([2002, 2008, 2009, 2010, 2016, 2022, 2024], name="year"),
)
TWO = pd.DataFrame({"TJK": SHARE, "KGZ": SHARE / 2})
MONTHS = pd.Series([3, 1, 2], pd.date_range("2024-01-01", periods=3, freq="MS"))
DAYS = pd.Series([3, 1, 2], pd.to_datetime(["2024-01-05", "2024-03-09", "2025-01-01"]))
NAMED = pd.Series({"China": 57.0, "Russia": 1580.4, "Kazakhstan": 12.25})
PAIRS = pd.DataFrame({"km": [1, 2, 3], "hours": [10, np.nan, 30]})


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    pyplot.switch_backend("agg")
    pyplot.close("all")  # what another file's tests have left open
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # matplotlib's own, of a tight or an empty chart
        yield
    pyplot.close("all")


def told(draw: Callable[[], Any]) -> str:
    """What is said of the chart that was drawn last."""
    draw()
    return describe(pyplot.gcf())


def test_a_line_is_said_with_its_axes_ends_extremes_and_gaps() -> None:
    said = told(lambda: SHARE.plot(title="Remittances\nto Tajikistan", ylabel="% of GDP"))
    assert said == (
        "Line chart. Remittances to Tajikistan. Horizontal axis: year, 2002 to 2024. "
        "Vertical axis: % of GDP, 10 to 50. From 6.4 (2002) to 47.9 (2024), lowest 6.4 (2002), "
        "highest 49.9 (2022). Without a value: 2009 to 2010."
    )


def reference() -> None:
    SHARE.plot(label="TJK", legend=True)
    pyplot.axhline(30, label="the mean")
    pyplot.axvline(2014)


def several() -> None:
    figure, (left, right) = pyplot.subplots(1, 2)
    figure.suptitle("Both")
    left.plot([1, 2])
    right.bar(["roads"], [2])


def heat() -> None:
    pyplot.imshow(np.zeros((3, 4)))
    pyplot.colorbar()


@pytest.mark.parametrize(
    ("draw", "parts"),
    [
        (lambda: TWO.plot(), ["TJK: from 6.4 (2002)", "KGZ: from 3.2 (2002)"]),
        (lambda: TWO.plot(secondary_y=["KGZ"]), ["TJK: from", "KGZ (right): from"]),
        (lambda: TWO.plot(subplots=True), ["Chart 1 of 2:", "Chart 2 of 2:", "KGZ: from"]),
        (lambda: TWO.plot.area(), ["Area chart.", "KGZ: from"]),
        (lambda: SHARE.plot(logy=True), ["Vertical axis: 5."]),
        (lambda: MONTHS.plot(), ["2024-01 to 2024-03", "lowest 1 (2024-02)"]),
        (lambda: DAYS.plot(), ["2024-01-05 to 2025-01-01", "lowest 1 (2024-03-09)"]),
        (lambda: NAMED.plot(), ["China to Kazakhstan", "highest 1,580 (Russia)"]),
        (lambda: NAMED.plot.barh(xlabel="US$"), ["Bar chart.", "US$", "China: 57; Russia: 1,580;"]),
        (lambda: TWO.plot.bar(), ["TJK: 2002: 6.4; 2008: 44.1;", "KGZ: 2002: 3.2;"]),
        (lambda: pyplot.bar([2001, 2002], [3, 1]), ["2001: 3; 2002: 1."]),
        (lambda: pyplot.bar(DAYS.index, DAYS), ["2024-01-05: 3;"]),
        (lambda: pd.Series(range(40)).plot.bar(), ["40 bars, lowest 0 (0), highest 39 (39)"]),
        (lambda: pd.Series([1, 2, 9]).plot.hist(bins=2), ["1 to 5: 2; 5 to 9: 1.", "Frequency"]),
        (
            lambda: PAIRS.plot.scatter("km", "hours"),
            ["Scatter plot.", "2 points, horizontally from 1 to 3"],
        ),
        (lambda: NAMED[:2].plot.pie(), ["Pie chart.", "China: 3.481 %"]),
        (lambda: TWO.plot.box(), ["Chart. Vertical axis: "]),
        (
            reference,
            ["TJK: from", "the mean: a horizontal line at 30.", "A vertical line at 2014."],
        ),
        (several, ["Both. Chart 1 of 2: Line chart.", "From 1 (0) to 2 (1).", "roads: 2."]),
        (heat, ["A grid of colours, 3 by 4."]),
        (lambda: (SHARE * 0 + 3).plot(), ["Always 3 (2002 to 2024)."]),
        (lambda: (SHARE * np.nan).plot(), ["No values."]),
        (lambda: pd.DataFrame(np.eye(9)).plot(), ["5: from 0 (0)", "And 3 more."]),
        (lambda: pd.Series([1, 2], pd.to_timedelta([1, 2], "D")).plot(), ["1 days"]),
        (lambda: pyplot.figure().add_subplot(projection="3d").plot([1, 2], [1, 2], [1, 2]), [""]),
        (lambda: pyplot.polar([0, 1], [1, 2]), [""]),
        (lambda: pyplot.errorbar([1, 2], [3, 4], yerr=[1, 1]), ["From 3 (1) to 4 (2)."]),
        (lambda: pyplot.stairs([1, 2]), ["Chart."]),
        (lambda: pyplot.step(["a", "b"], [1, np.inf]), ["1 (a)."]),
    ],
)
def test_whatever_is_drawn_is_said(draw: Callable[[], Any], parts: list[str]) -> None:
    said = told(draw)
    assert said and all(part in said for part in parts), said


def test_what_is_long_is_cut_and_nothing_has_no_words() -> None:
    names = {f"{n} {'long ' * 99}": SHARE for n in range(9)}
    assert len(told(lambda: pd.DataFrame(names).plot(title="x" * 9999))) <= LONGEST
    assert told(pyplot.figure) == told(lambda: pyplot.subplots()) == ""


def test_the_picture_keeps_its_size_and_a_learner_s_text_stays_text() -> None:
    SHARE.plot(title='"><script>alert(1)</script>')
    png = {"image/png": "iVBOR\n", "text/plain": "<Figure>"}
    data, metadata = picture(pyplot.gcf(), png, {"image/png": {"width": 320, "height": 240}})
    assert data["text/html"].startswith('<img src="data:image/png;base64,iVBOR" alt="Line chart. ')
    assert data["text/html"].endswith(' width="320" height="240">')
    assert "<script" not in data["text/html"] and data["image/png"] == "iVBOR\n"
    assert metadata["image/png"]["alt"].startswith('Line chart. "><script>')
    i18n.language("ru")
    try:
        said = picture(pyplot.gcf(), png, {})[0]["text/html"]
        assert ' lang="ru"' in said and "от 6,4 (2002) до 47,9 (2024)" in said.replace("От", "от")
    finally:
        i18n.language("en")
