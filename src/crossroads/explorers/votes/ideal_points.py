"""Ideal points, and which of their differences are sure."""

from __future__ import annotations

from math import hypot

import pandas as pd

from ... import charts
from ...i18n import _, number
from ...web.html import table
from .agreement import every_point, names, points
from .choices import Choices
from .labels import POINTS_SOURCE

#: How many standard errors wide one side of a 90 % interval is.
NINETY = 1.645


def told_apart(choices: Choices) -> dict[str, str]:
    """Return for each partner if it differs from the base, can't be told apart, or has no data.

    Two intervals may overlap and the difference still be sure. What counts is the interval of the
    difference: its standard error is the root of the sum of both squares (Cumming and Finch 2005,
    American Psychologist 60(2), 170-180), as if the two estimates were independent.
    """
    there = points(choices)
    ours = there.loc[choices.base]
    words = {}
    for other, row in there.drop(index=choices.base).iterrows():
        if pd.isna(row["mid"]) or pd.isna(ours["mid"]):
            words[str(other)] = _("no data")
        elif abs(row["mid"] - ours["mid"]) > NINETY * hypot(_error(row), _error(ours)):
            words[str(other)] = _("differs")
        else:
            words[str(other)] = _("can't be told apart")
    return words


def _error(row: pd.Series) -> float:
    """Return the standard error that a 90 % interval implies."""
    return float(row["high"] - row["low"]) / 2 / NINETY


def points_words(choices: Choices) -> str:
    apart = told_apart(choices)
    said = "; ".join(f"{names()[other]}: {words}" for other, words in apart.items())
    mid = points(choices).at[choices.base, "mid"]
    return _(
        "{year}, compared with {state} ({point}), at the 90 % level: {others}.",
        year=choices.points_year,
        state=names()[choices.base],
        point=point_words(mid),
        others=said,
    )


def point_words(value: float) -> str:
    return _("no data") if pd.isna(value) else number(value, ".2f").replace("-", "−")


def points_view(choices: Choices, sentence: str) -> str:
    there = points(choices)
    drawn = charts.ranges(
        there.rename(index=names()),
        title=_("Ideal points in {year}, with 90 % intervals", year=choices.points_year),
        value_label=_("Position on the authors' scale (no unit); to the right: nearer to the USA"),
        alt=sentence,
        source=_(POINTS_SOURCE),
        digits=2,
        from_zero=False,
    )
    votes = every_point().loc[choices.points_year]["votes"].reindex(there.index)
    apart = {choices.base: "–"} | told_apart(choices)

    rows = {
        _("State"): [names()[code] for code in there.index],
        _("Ideal point"): [point_words(v) for v in there["mid"]],
        _("90 % interval"): [
            _("no data")
            if pd.isna(low)
            else _("{low} to {high}", low=point_words(low), high=point_words(high))
            for low, high in zip(there["low"], there["high"], strict=True)
        ],
        _("Votes"): [_("no data") if pd.isna(v) else f"{v:.0f}" for v in votes],
        _("Compared with {state}", state=names()[choices.base]): [
            apart[code] for code in there.index
        ],
    }
    return drawn + table(
        pd.DataFrame(rows),
        _(
            "Ideal points, {year}: which differences are clear at the 90 % level",
            year=choices.points_year,
        ),
    )
