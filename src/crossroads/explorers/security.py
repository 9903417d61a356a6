"""The security timeline: dated events above a series with gaps, and three ways to treat a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..html import table
from ..tables import load
from ._shell import Control, Explorer

FIRST, LAST = 1985, 2025
#: The series of the indicators table that speak of security at all.
SERIES = {
    "arms_imports_sipri_tiv": "Arms imports (volume index)",
    "military_expenditure_pct_gdp": "Military expenditure",
}
UNITS = {
    "arms_imports_sipri_tiv": "million SIPRI TIV",
    "military_expenditure_pct_gdp": "% of GDP",
}
#: What each treatment does with a missing year, in words that follow "Missing years are ...".
TREATMENTS = {
    "leave": "left out",
    "zero": "counted as zero",
    "carry": "filled with the last value before",
}
THEMES: dict[str, charts.Shape] = {
    "security": "triangle",
    "energy": "square",
    "diplomacy": "circle",
    "trade": "diamond",
}
SOURCE = "SIPRI, republished by the World Bank (WDI). Retrieved 2026-11-23."


@dataclass(frozen=True)
class Choices:
    """A series, a country beside Tajikistan, a span of years, a treatment, and event themes."""

    series: str = "arms_imports_sipri_tiv"
    other: str = "KGZ"
    start: int = 1991
    end: int = 2024
    missing: str = "leave"
    themes: Sequence[str] = ("security",)


@cache
def names() -> dict[str, str]:
    """Country names by code, without Tajikistan and those that the table doesn't have."""
    countries = load("countries").set_index("iso3")["name"]
    there = set(load("indicators")["iso3"])
    return {str(c): str(n) for c, n in countries.items() if c in there and c != "TJK"}


def span(choices: Choices) -> tuple[int, int]:
    """The years chosen, the earlier one first."""
    return min(choices.start, choices.end), max(choices.start, choices.end)


@cache
def recorded(series: str) -> pd.DataFrame:
    """A series as recorded: rows years, columns countries; missing stays missing."""
    rows = load("indicators").query("indicator == @series")
    wide = rows.pivot(index="year", columns="iso3", values="value")
    return wide.reindex(range(1991, 2025))


def treated(choices: Choices) -> pd.DataFrame:
    """The two countries' values after the treatment: rows the years chosen, columns codes."""
    start, end = span(choices)
    whole = recorded(choices.series).reindex(columns=["TJK", choices.other])
    if choices.missing == "zero":
        whole = whole.fillna(0)
    elif choices.missing == "carry":
        whole = whole.ffill()
    return whole.loc[max(start, 1991) : min(end, 2024)]


def averages(choices: Choices) -> pd.DataFrame:
    """Mean a year under each treatment: rows treatments, columns the two codes; NaN for no data."""
    kinds = {
        kind: treated(Choices(choices.series, choices.other, choices.start, choices.end, kind))
        for kind in TREATMENTS
    }
    return pd.DataFrame({kind: frame.mean() for kind, frame in kinds.items()}).T


def events(choices: Choices) -> pd.DataFrame:
    """The events of the chosen themes and years, in order of time."""
    start, end = span(choices)
    every = load("events")
    chosen = every[every["theme"].isin(list(choices.themes)) & every["year"].between(start, end)]
    return chosen.sort_values("date")


def controls(choices: Choices) -> list[Control]:
    """Series, country, years, treatment, themes."""
    years = {"min": FIRST, "max": LAST, "step": 1}
    return [
        {
            "kind": "radios",
            "field": "missing",
            "label": "Missing years are",
            "options": [list(pair) for pair in TREATMENTS.items()],
        },
        {
            "kind": "radios",
            "field": "series",
            "label": "Series",
            "options": [list(pair) for pair in SERIES.items()],
        },
        {
            "kind": "checks",
            "field": "themes",
            "label": "Events about",
            "options": [[theme, theme] for theme in THEMES],
        },
        {
            "kind": "select",
            "field": "other",
            "label": "Beside Tajikistan",
            "options": [list(pair) for pair in names().items()],
        },
        {"kind": "slider", "field": "start", "label": "From", **years},
        {"kind": "slider", "field": "end", "label": "To", **years},
    ]


def view(choices: Choices) -> str:
    """Timeline, list of events, series, and the averages under the three treatments."""
    there = events(choices)
    parts = [_timeline(choices, there), _event_table(there)] if len(there) else []
    return "".join([*parts, _lines(choices), _average_table(choices)])


def describe(choices: Choices) -> str:
    """How much is recorded, what the averages say, and whether another treatment turns it round."""
    start, end = span(choices)
    other = names()[choices.other]
    part = recorded(choices.series).loc[max(start, 1991) : min(end, 2024)]
    head = f"{SERIES[choices.series]}, {start} to {end}: "
    if part.empty:
        return f"{head}the series has no year in this span (it runs from 1991 to 2024)."
    known = part["TJK"].notna().sum()
    head += f"Tajikistan has a value in {known} of {len(part)} years"
    mean = averages(choices)
    ours, theirs = mean.loc[choices.missing, ["TJK", choices.other]]
    if pd.isna(ours) or pd.isna(theirs):
        return f"{head}; there is too little to compare it with {other}."
    word = "higher than" if ours > theirs else "lower than" if ours < theirs else "the same as"
    signs = (mean["TJK"] - mean[choices.other]).dropna().map(lambda gap: (gap > 0) - (gap < 0))
    turn = "turns that round" if signs.nunique() > 1 else "doesn't change that"
    return (
        f"{head}; with missing years {TREATMENTS[choices.missing]}, its average is {word} "
        f"{other}'s ({ours:.2f} and {theirs:.2f} {UNITS[choices.series]}); "
        f"another treatment {turn}."
    )


def security_timeline(**choices: Any) -> Explorer:
    """Show events above a series with its gaps; start with any of the choices as given."""
    return Explorer("Security timeline", Choices(**choices), controls, view, describe)


def _lines(choices: Choices) -> str:
    start, end = span(choices)
    shown = treated(choices)
    if shown.notna().sum().sum() == 0:
        return f"<p>The series has no value from {start} to {end}.</p>"
    raw = recorded(choices.series)
    columns = {}
    for code, name in (("TJK", "Tajikistan"), (choices.other, names()[choices.other])):
        there = raw[code].reindex(shown.index).notna()
        columns[f"{name}: recorded"] = shown[code].where(there)
        if not there.all() and choices.missing != "leave":
            columns[f"{name}: filled in"] = shown[code].where(~there)
    drawn = {name: column for name, column in columns.items() if column.notna().any()}
    return charts.lines(
        pd.DataFrame(drawn),
        title=f"{SERIES[choices.series]}; missing years {TREATMENTS[choices.missing]}",
        y_label=UNITS[choices.series],
        alt=describe(choices),
        source=SOURCE,
    )


def _average_table(choices: Choices) -> str:
    mean = averages(choices)
    if mean.isna().all(axis=None):
        return ""
    rows = {
        "Missing years are": [TREATMENTS[kind] for kind in mean.index],
        "Tajikistan": [_number(value) for value in mean["TJK"]],
        names()[choices.other]: [_number(value) for value in mean[choices.other]],
    }
    unit = UNITS[choices.series]
    return table(pd.DataFrame(rows), f"Average a year, {unit}: one series, three treatments")


def _number(value: float) -> str:
    return "no data" if pd.isna(value) else f"{value:.2f}"


def _event_table(there: pd.DataFrame) -> str:
    shown = {"date": "Date", "title": "Event", "theme": "About", "source": "Source"}
    rows = there[list(shown)].rename(columns=shown)
    return table(rows, "The events, with the date as precisely as the source gives it")


def _timeline(choices: Choices, there: pd.DataFrame) -> str:
    start, end = span(choices)
    themes = [theme for theme in THEMES if theme in set(there["theme"])]
    left, right, lane = 120.0, 40.0, 58.0
    height = lane * len(themes) + 34
    sheet = charts.Figure(charts.WIDTH, height)
    years = max(end - start, 1)

    def across(year: int) -> float:
        return left + (year - start) / years * (charts.WIDTH - left - right)

    step = 1 if years <= 8 else 5 if years <= 24 else 10
    for year in range(-(-start // step) * step, end + 1, step):
        sheet.line([(across(year), 4), (across(year), height - 26)], color=charts.GRID)
        sheet.text(across(year), height - 6, str(year), anchor="middle", color=charts.MUTED)
    for row, theme in enumerate(themes):
        level = lane * row + lane - 12
        sheet.text(charts.PAD, level + 5, theme)
        sheet.line([(left, level), (charts.WIDTH - right, level)], color=charts.MUTED)
        stacked: dict[int, int] = {}
        for year in there.loc[there["theme"] == theme, "year"]:
            up = stacked[year] = stacked.get(year, -1) + 1
            sheet.marker(
                across(year), level - 13 * up, shape=THEMES[theme], color=charts.PALETTE[0], size=6
            )
    said = "; ".join(f"{year}: {title}" for year, title in there[["year", "title"]].to_numpy())
    return charts.to_html(
        sheet,
        title=f"Events, {start} to {end}",
        alt=f"Timeline with one row a theme. {said}.",
        source="the sources named in the table below, each with its date.",
    )
