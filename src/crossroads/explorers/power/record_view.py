"""The record shown: lines, the last years as a table, and its words."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ... import charts
from ...i18n import N_, _, number
from ...web.html import Html, table
from .choices import SERIES, SOURCES, UNITS, Choices
from .record import flagged, lines, names, repeated

#: Each source and measure has its look, whatever else is drawn.
LOOKS = {
    N_("Ember, release of 2025"): charts.LOOKS[0],
    N_("Factbook: imports minus exports"): charts.LOOKS[1],
    N_("Ember, edition of 2026"): charts.LOOKS[2],
    N_("Demand"): charts.LOOKS[3],
    N_("Generation"): charts.LOOKS[4],
    N_("… from hydropower"): charts.LOOKS[5],
    N_("Hydropower"): charts.LOOKS[5],
}


def looks(names: Iterable[str]) -> list[charts.Look]:
    """Return the looks of lines by their names; what is highlighted has the colour of its line."""
    own = {_(name): look for name, look in LOOKS.items()}
    return [
        own.get(name) or charts.beside(own[next(n for n in own if name.startswith(f"{n}: "))])
        for name in names
    ]


def record_words(choices: Choices) -> str:
    drawn = lines(choices)
    name = drawn.columns[0]
    years = drawn[name].dropna().index
    words = _(
        "{country}'s line “{name}” runs from {first} to {last}",
        country=names()[choices.country],
        name=name,
        first=years[0],
        last=years[-1],
    )
    if choices.series == "share" or choices.repeats == "keep":
        return words
    same = repeated(choices.country)
    listed = ", ".join(str(year) for year in same[same].index)
    if not listed:
        return f"{words}; {_('net imports are never the same two years running')}"
    done = (
        _(
            "with {years} highlighted, because net imports are the same as in the year before",
            years=listed,
        )
        if choices.repeats == "apart"
        else _(
            "without {years}, because net imports are the same as in the year before", years=listed
        )
    )
    return f"{words}, {done}"


def record_chart(choices: Choices) -> Html:
    drawn = lines(choices)
    gaps = list(drawn.columns)
    if choices.series != "share" and choices.repeats != "keep":
        # A repeated value that is highlighted or left out isn't missing: the words say so.
        gaps = [name for name in gaps if not name.startswith(gaps[0])]
    return charts.lines(
        drawn,
        title=f"{_(SERIES[choices.series])}: {names()[choices.country]}",
        y_label=_(UNITS[choices.series]),
        alt=f"{record_words(choices)}.",
        from_zero=choices.series != "share",
        source=_(SOURCES),
        looks=looks(drawn.columns),
        gaps=gaps,
        flags=flagged(choices),
        flagged=_("the same as in the year before")
        if choices.series == "net"
        else _("uses net imports that are the same as in the year before"),
        digits=1 if choices.series == "share" else 2,
    )


def record_table(choices: Choices) -> Html:
    shown = lines(choices).loc[2014:]
    digits = 1 if choices.series == "share" else 2
    rows = {
        name: [
            None if pd.isna(v) else number(v, f".{digits}f").replace("-", "−") for v in shown[name]
        ]
        for name in shown
    }
    unit = _(UNITS[choices.series]).split(";")[0]
    return table(
        pd.DataFrame({_("Year"): shown.index.astype(str), **rows}),
        _("The most recent years, {unit}", unit=unit),
    )
