"""Agreement over the years: lines, what they rest on, and two years compared."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ... import charts
from ...i18n import _, by_language, number
from ...tables import load
from ...web.html import table
from .agreement import lines, names, pair, pooled
from .choices import LAST, Choices, partners
from .labels import SOURCE, agreed_words, counting, window_words


def _cells(choices: Choices) -> dict[int, dict[str, str]]:
    """Return every year's agreement with each partner, in words."""
    return _said(replace(choices, others=tuple(partners(choices))))


@by_language
def _said(choices: Choices) -> dict[int, dict[str, str]]:
    found, agreed = pooled(choices.window), lines(choices)
    columns = [pair(choices.base, other) for other in agreed.columns]
    rows = zip(
        agreed.to_numpy().tolist(),
        found["both"][columns].to_numpy().tolist(),
        (found["common"][columns] < 50).to_numpy().tolist(),
        strict=True,
    )
    return {
        year: {
            other: agreed_words(*cell)
            for other, cell in zip(agreed.columns, zip(*row, strict=True), strict=True)
        }
        for year, row in zip(agreed.index, rows, strict=True)
    }


def years_words(choices: Choices) -> str:
    cells = _cells(choices)
    before, after = cells[choices.start], cells[choices.end]
    ends = [window_words(year, choices.window) for year in (choices.start, choices.end)]
    said = "; ".join(
        f"{names()[other]}: {before[other]} ({ends[0]}), {after[other]} ({ends[1]})"
        for other in before
    )
    return _(
        "Agreement of {state} ({counted}) with {others}.",
        state=names()[choices.base],
        counted=counting(choices),
        others=said,
    )


def _marks(choices: Choices) -> dict[int, str]:
    """Return the notes above years, on the two compared and on years with few votes."""
    cast = load("un_participation").query("iso3 == @choices.base").set_index("year")
    sums = cast[["votes_cast", "roll_calls"]].sort_index().astype(float)
    sums = sums.rolling(choices.window).sum()
    share = (sums["votes_cast"] / sums["roll_calls"]).to_dict()
    few = [year for year, part in share.items() if part < 0.5]
    notes: dict[int, str] = {}
    for year in few:
        if year - 1 not in few:
            last = next(y for y in range(year, LAST + 1) if y + 1 not in few)
            notes[year] = _("few votes") if last == year else _("few votes until {year}", year=last)
        if share[year] == 0:
            notes[year] = _("no vote")
    for year in (choices.start, choices.end):
        notes[year] = f"{year}: {notes[year]}" if year in notes else str(year)
    return notes


def years_view(choices: Choices, sentence: str) -> str:
    agreed = lines(choices)
    found = pooled(choices.window)
    name = names()[choices.base]
    counted = _("{counted}, in % of the roll calls in which both voted", counted=counting(choices))
    title = _("{state}'s agreement with others in the UN General Assembly", state=name)
    if choices.window > 1:
        title += _(", each point covering the {n} years up to it", n=choices.window)
    label = {other: names()[other] for other in agreed.columns}
    looks = [charts.country(other) for other in agreed.columns]
    first = charts.lines(
        agreed.rename(columns=label),
        title=title,
        y_label=f"{counted[0].upper()}{counted[1:]}",
        alt=sentence,
        source=_(SOURCE),
        mark=_marks(choices),
        looks=looks,
        digits=1,
        values=False,
        height=200,
    )
    keys = [pair(choices.base, other) for other in label]
    common = found["common"][keys].set_axis(list(label.values()), axis=1)
    second = charts.lines(
        common,
        title=_("Number of shared votes"),
        y_label=_("Roll calls in which both voted, in % of all roll calls (below 50 %: few)"),
        alt=_(
            "Lowest: {states}.",
            states=", ".join(f"{n} {common[n].min():.0f} %" for n in common),
        ),
        source=_(SOURCE),
        looks=looks,
        digits=1,
        values=False,
        height=90,
    )
    cells = _cells(choices)
    before, after = cells[choices.start], cells[choices.end]
    change = agreed.loc[choices.end] - agreed.loc[choices.start]
    ends = [window_words(year, choices.window) for year in (choices.start, choices.end)]
    rows = {
        _("{state} and", state=name): list(label.values()),
        ends[0]: list(before.values()),
        f"{ends[1]} ": list(after.values()),
        _("Change, percentage points"): [
            _("no data") if pd.isna(c) else number(c, "+.1f").replace("-", "−") for c in change
        ],
    }
    compared = table(
        pd.DataFrame(rows), _("The two years compared: {counted}", counted=counting(choices))
    )
    return "".join([first, second, compared, _every_year(choices, label, cells)])


def _every_year(choices: Choices, label: dict[str, str], cells: dict[int, dict[str, str]]) -> str:
    rows = {_("Year"): [window_words(year, choices.window) for year in cells]} | {
        name: [row[other] for row in cells.values()] for other, name in label.items()
    }
    caption = _("Agreement with {state}, every year", state=names()[choices.base])
    head = _("The same as a table, year by year")
    return f"<details><summary>{head}</summary>{table(pd.DataFrame(rows), caption)}</details>"
