"""Nonresponse: what was skipped or not reached, and whether it grows along the quiz."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .conventions import MIN_CORRELATION
from .discrimination import correlation
from .formatting import table_of
from .intervals import fisher


def not_reached(blank: pd.DataFrame) -> pd.DataFrame:
    """Return whether a student answered neither this item nor any after it.

    As in Ludlow and O'Leary (1999), Educational and Psychological Measurement 59: blanks after
    the last answer are taken for not reached, blanks before it for left out.
    """
    empty = blank.astype("boolean").fillna(True).astype(bool)
    after = empty.loc[:, ::-1].cumprod(axis=1).loc[:, ::-1].astype(bool)
    return after & blank.notna()


def nonresponse(blank: pd.DataFrame) -> pd.DataFrame:
    """Return each item's n (students of whom it is known); left_out and not_reached as shares."""
    late = not_reached(blank)
    rows: dict[str, dict[str, Any]] = {}
    for item in blank:
        known = blank[item].dropna().astype(bool)
        end = late.loc[known.index, item]
        rows[item] = {"n": len(known), "left_out": (known & ~end).mean(), "not_reached": end.mean()}
    return table_of(rows, ["n", "left_out", "not_reached"])


def time_order(difficulty: pd.DataFrame, nonresponse: pd.DataFrame) -> pd.DataFrame:
    """Return whether points fall and blanks grow along the quiz: Spearman's rank correlations.

    Of ``share`` (of points) and ``blank`` (left out or not reached) with an item's place:
    n (items), r, low, high. Missing with fewer than 5 items, or where nothing varies.
    """
    blank = nonresponse["left_out"] + nonresponse["not_reached"]
    rows: dict[str, dict[str, Any]] = {}
    for name, values in {"share": difficulty["share"], "blank": blank}.items():
        values = values.dropna().round(9)
        place = pd.Series(range(len(values)), values.index, dtype=float)
        r = math.nan
        if len(values) >= MIN_CORRELATION:
            r = correlation(values.rank(), place)
        low, high = fisher(r, len(values), 1.06)
        rows[name] = {"n": len(values), "r": r, "low": low, "high": high}
    return table_of(rows, ["n", "r", "low", "high"])
