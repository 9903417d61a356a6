"""A second source, to 2026: agreement year by year."""

from __future__ import annotations

import pandas as pd

from ... import charts
from ...i18n import _, number
from ...web.html import table
from .agreement import every_recent, names, pair, recent
from .choices import Choices
from .labels import UN_SOURCE, agreed_words, counting


def recent_words(choices: Choices) -> str:
    agreed = recent(choices)
    said = "; ".join(
        _(
            "{state}: {before} in 2024, {after} in 2025",
            state=names()[other],
            before=percent(agreed.at[2024, other]),
            after=percent(agreed.at[2025, other]),
        )
        for other in agreed
    )
    return _("Agreement of {state} with {others}.", state=names()[choices.base], others=said)


def percent(value: float) -> str:
    return _("no data") if pd.isna(value) else f"{number(value, '.1f')} %"


def recent_view(choices: Choices, sentence: str) -> str:
    agreed, rows = recent(choices), every_recent()
    drawn = charts.lines(
        agreed.rename(columns=names()),
        title=_("{state}'s agreement, November 2019 to June 2026", state=names()[choices.base]),
        y_label=_(
            "{counted}, in % of the roll calls in which both voted",
            counted=counting(choices).capitalize(),
        ),
        alt=sentence,
        source=_(UN_SOURCE),
        mark={2020: _("Nov-Dec"), 2025: _("twice as many votes"), 2026: _("to June")},
        looks=[charts.country(other) for other in agreed.columns],
        digits=1,
        values=False,
        height=240,
    )
    months = rows.groupby("year")[["months_covered", "roll_calls"]].first()
    cells: dict[str, list[str]] = {
        _("Year"): [str(year) for year in agreed.index],
        _("Months"): months["months_covered"].to_list(),
        _("Roll calls"): [str(n) for n in months["roll_calls"]],
    }
    for other in agreed:
        both = rows["votes_both_cast"].xs(pair(choices.base, other), level="pair")
        both = both.reindex(agreed.index)
        cells[names()[other]] = [
            agreed_words(a, n) for a, n in zip(agreed[other], both.astype(float), strict=True)
        ]
    return drawn + table(
        pd.DataFrame(cells),
        _("Year by year: a different source, and different votes from those up to 2019"),
    )
