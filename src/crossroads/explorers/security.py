"""The security timeline: dated events above a series with gaps, and three ways to treat a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, number
from ..tables import load
from ..tables.wide import by_country, countries
from ..web.html import table
from ._code import program
from ._shell import Control, Explorer, worded

FIRST, LAST = 1985, 2026
#: The series of the course's tables that speak of security at all.
SERIES = {
    "arms_imports_sipri_tiv": N_("Arms imports (volume index)"),
    "military_expenditure_pct_gdp": N_("Military expenditure"),
}
UNITS = {
    "arms_imports_sipri_tiv": N_("million SIPRI TIV"),
    "military_expenditure_pct_gdp": N_("% of GDP"),
}
#: What each treatment does with a missing year, in words that follow "Missing years are ...".
TREATMENTS = {
    "leave": N_("left out"),
    "zero": N_("counted as zero"),
    "carry": N_("filled with the last known value"),
}
THEMES: dict[str, charts.Shape] = {
    N_("security"): "triangle",
    N_("energy"): "square",
    N_("diplomacy"): "circle",
    N_("trade"): "diamond",
    N_("migration"): "cross",
}
SOURCE = N_("SIPRI, republished by the World Bank (WDI). Retrieved 2026-11-23.")


@dataclass(frozen=True)
class Choices:
    """A series, a country beside Tajikistan, a span of years, a treatment, and event themes."""

    series: str = "arms_imports_sipri_tiv"
    other: str = "KGZ"
    start: int = 1991
    end: int = 2024
    missing: str = "leave"
    themes: Sequence[str] = ("security",)


@by_language
def names() -> dict[str, str]:
    """Return country names by code, without Tajikistan and those that the table doesn't have."""
    there = set(load("military")["iso3"]) - {"TJK"}
    return {code: name for code, name in countries().items() if code in there}


def span(choices: Choices) -> tuple[int, int]:
    """Return the years chosen, the earlier one first."""
    return min(choices.start, choices.end), max(choices.start, choices.end)


@cache
def recorded(series: str) -> pd.DataFrame:
    """Return a series as recorded: rows years, columns countries; missing stays missing."""
    return by_country("military", series).reindex(range(1991, 2025))


def treated(choices: Choices) -> pd.DataFrame:
    """Return the two countries' values after the treatment.

    The rows are the years chosen, the columns country codes.
    """
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
    """Return the events of the chosen themes and years, in order of time."""
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
            "label": _("Missing years are"),
            "options": worded(TREATMENTS),
        },
        {
            "kind": "radios",
            "field": "series",
            "label": _("Series"),
            "options": worded(SERIES),
        },
        {
            "kind": "checks",
            "field": "themes",
            "label": _("Events about"),
            "options": [[theme, _(theme)] for theme in THEMES],
        },
        {
            "kind": "select",
            "field": "other",
            "label": _("Compare with"),
            "options": [list(pair) for pair in names().items()],
        },
        {"kind": "slider", "field": "start", "label": _("From"), **years},
        {"kind": "slider", "field": "end", "label": _("To"), **years},
    ]


def view(choices: Choices) -> str:
    """Timeline above the series, the averages under the three treatments, the list of events."""
    there = events(choices)
    timeline = _timeline(choices, there) if len(there) else ""
    table = _event_table(there) if len(there) else ""
    return "".join(
        [timeline, _lines(choices), _silent(choices, there), _average_table(choices), table]
    )


def describe(choices: Choices) -> str:
    """Return how much is recorded, the averages, and whether another treatment changes them."""
    start, end = span(choices)
    other = names()[choices.other]
    part = recorded(choices.series).loc[max(start, 1991) : min(end, 2024)]
    head = _("{series}, {start} to {end}", series=_(SERIES[choices.series]), start=start, end=end)
    if part.empty:
        none = _("the series has no year in this span (it runs from 1991 to 2024).")
        return f"{head}: {none}"
    known = part["TJK"].notna().sum()
    head += ": " + _("Tajikistan has a value in {known} of {all} years", known=known, all=len(part))
    mean = averages(choices)
    ours, theirs = mean.loc[choices.missing, ["TJK", choices.other]]
    if pd.isna(ours) or pd.isna(theirs):
        few = _("there are too few values to compare it with {other}.", other=other)
        return f"{head}; {few}"
    compared = (
        N_(
            "with missing years {treatment}, its average is higher than {other}'s ({ours:.2f} and "
            "{theirs:.2f} {unit})"
        )
        if ours > theirs
        else N_(
            "with missing years {treatment}, its average is lower than {other}'s ({ours:.2f} and "
            "{theirs:.2f} {unit})"
        )
        if ours < theirs
        else N_(
            "with missing years {treatment}, its average is the same as {other}'s ({ours:.2f} and "
            "{theirs:.2f} {unit})"
        )
    )
    words = _(
        compared,
        treatment=_(TREATMENTS[choices.missing]),
        other=other,
        ours=ours,
        theirs=theirs,
        unit=_(UNITS[choices.series]),
    )
    signs = (mean["TJK"] - mean[choices.other]).dropna().map(lambda gap: (gap > 0) - (gap < 0))
    turn = (
        _("another treatment reverses that.")
        if signs.nunique() > 1
        else _("no other treatment changes that.")
    )
    return f"{head}; {words}; {turn}"


def code(choices: Choices) -> str:
    """Pandas lines that make the series after the treatment, and its averages."""
    start, end = span(choices)
    treatment = {"zero": "table = table.fillna(0)", "carry": "table = table.ffill()"}
    return program(
        'rows = cr.load("military")',
        f'rows = rows[rows["indicator"] == "{choices.series}"]',
        'wide = rows.pivot(index="year", columns="iso3", values="value")',
        f'table = wide.reindex(index=range(1991, 2025), columns=["TJK", "{choices.other}"])',
        treatment.get(choices.missing, ""),
        f"table = table.loc[{max(start, 1991)}:{min(end, 2024)}]",
        "print(table.mean())",
    )


def security_timeline(**choices: Any) -> Explorer:
    """Show events above a series with its gaps; start with any of the choices as given."""
    return Explorer(_("Security timeline"), Choices(**choices), controls, view, describe, code)


def _sides() -> charts.Sides:
    """Return where the years begin and end across, the same for timeline and series."""
    width = charts.width()
    names = [_(theme) for theme in THEMES] if width >= 440 else ["100"]
    left = charts.PAD + 12 + max(map(charts.text_width, names))
    return left, width - charts.PAD - (210 if width >= 760 else 8)


def _silent(choices: Choices, there: pd.DataFrame) -> str:
    """Name the themes chosen that have no event in these years."""
    none = [_(t) for t in THEMES if t in choices.themes and t not in set(there["theme"])]
    if not none:
        return ""
    start, end = span(choices)
    words = _(
        "No event from {start} to {end} about: {themes}.",
        start=start,
        end=end,
        themes=", ".join(none),
    )
    return f"<p>{words}</p>"


def _lines(choices: Choices) -> str:
    start, end = span(choices)
    shown = treated(choices)
    if shown.notna().sum().sum() == 0:
        none = _("The series has no value from {start} to {end}.", start=start, end=end)
        return f"<p>{none}</p>"
    raw = recorded(choices.series)
    columns, looks, recorded_lines = {}, [], []
    for code, name in (("TJK", _("Tajikistan")), (choices.other, names()[choices.other])):
        there = raw[code].reindex(shown.index).notna()
        recorded_lines.append(_("{name}: recorded", name=name))
        columns[recorded_lines[-1]] = shown[code].where(there)
        looks.append(charts.country(code))
        filled = shown[code].where(~there)
        if filled.notna().any():
            columns[_("{name}: filled in", name=name)] = filled
            looks.append(charts.beside(looks[-1]))
    beyond = start < 1991 or end > 2024
    return charts.lines(
        pd.DataFrame(columns),
        title=_(
            "{series}; missing years {treatment}",
            series=_(SERIES[choices.series]),
            treatment=_(TREATMENTS[choices.missing]),
        ),
        y_label=_(UNITS[choices.series]),
        alt=describe(choices),
        source=_(SOURCE),
        looks=looks,
        gaps=recorded_lines,
        span=(start, end),
        sides=_sides(),
        height=240,
        note=_("The series runs from 1991 to 2024.") if beyond else "",
    )


def _average_table(choices: Choices) -> str:
    mean = averages(choices)
    if mean.isna().all(axis=None):
        return ""
    rows = {
        _("Missing years are"): [_(TREATMENTS[kind]) for kind in mean.index],
        _("Tajikistan"): [_number(value) for value in mean["TJK"]],
        names()[choices.other]: [_number(value) for value in mean[choices.other]],
    }
    unit = _(UNITS[choices.series])
    return table(
        pd.DataFrame(rows), _("Average per year, {unit}: one series, three treatments", unit=unit)
    )


def _number(value: float) -> str:
    return _("no data") if pd.isna(value) else number(value, ".2f")


def _event_table(there: pd.DataFrame) -> str:
    shown = {"date": _("Date"), "title": _("Event"), "theme": _("About"), "source": _("Source")}
    rows = there[list(shown)].assign(theme=there["theme"].map(_)).rename(columns=shown)
    return table(rows, _("The events, with the date as precisely as the source gives it"))


def _timeline(choices: Choices, there: pd.DataFrame) -> str:
    start, end = span(choices)
    themes = [theme for theme in THEMES if theme in set(there["theme"])]
    said = "; ".join(f"{year}: {title}" for year, title in there[["year", "title"]].to_numpy())
    rows = []
    for theme in themes:
        own = there[there["theme"] == theme]
        words = [f"{date}\n{title}" for date, title in own[["date", "title"]].to_numpy()]
        rows.append(charts.Row(_(theme), THEMES[theme], list(own["year"]), words))
    return charts.timeline(
        rows,
        start,
        end,
        title=_("Events, {start} to {end}", start=start, end=end),
        alt=f"{_('Timeline with one row for each theme.')} {said}.",
        source=_("the sources named in the table below, each with its date."),
        sides=_sides(),
    )
