"""Item discrimination: how well an item tells apart who does well from who doesn't."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .complete_cases import complete
from .conventions import MIN_CORRELATION, MIN_GROUPS, TAIL
from .formatting import table_of
from .intervals import fisher
from .score_groups import rest, standing


def discrimination(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return how well each item tells apart who does well on the others from who doesn't.

    ``r`` with ``low`` and ``high``: the corrected item-total correlation, of an item with the sum
    of all others (for right-or-wrong items the point-biserial; Crocker and Algina 1986, ch. 14;
    interval by Fisher's z). ``upper_lower``: the mean share of its points in the upper 27 % by
    the other questions, less that in the lower 27 % (Kelley 1939). ``note`` says in words why
    something is missing.
    """
    whole = complete(points)
    n = len(whole)
    rows: dict[str, dict[str, Any]] = {}
    for item in points:
        row: dict[str, Any] = {
            "n": n,
            **dict.fromkeys(["r", "low", "high", "upper_lower"], math.nan),
            "note": "",
        }
        rows[item] = row
        if item not in whole:
            row |= {"n": 0, "note": "not marked yet for at least half of the students"}
            continue
        marks, others = whole[item], rest(whole, item)
        if n < MIN_CORRELATION:
            row["note"] = (
                f"only {n} students have all their marks, and at least {MIN_CORRELATION} are needed"
            )
        elif constant(marks):
            row["note"] = "undefined: everybody has the same points"
        elif constant(others):
            row["note"] = "undefined: everybody has the same points on the other questions"
        else:
            row["r"] = correlation(marks, others)
            row["low"], row["high"] = fisher(row["r"], n)
            if n >= MIN_GROUPS:
                place, share = standing(others), marks / items.loc[item, "points"]
                upper, lower = share[place > 1 - TAIL], share[place < TAIL]
                row["upper_lower"] = upper.mean() - lower.mean()
            else:
                row["note"] = f"groups need {MIN_GROUPS} students"
    return table_of(rows, ["n", "r", "low", "high", "upper_lower", "note"])


def correlation(a: pd.Series, b: pd.Series) -> float:
    """Pearson's r; missing where one of the two doesn't vary."""
    if len(a) < 2 or constant(a) or constant(b):
        return math.nan
    x, y = a - a.mean(), b - b.mean()
    r = float((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()))
    return min(max(r, -1.0), 1.0)


def constant(values: pd.Series) -> bool:
    return bool(values.max() - values.min() < 1e-9)
