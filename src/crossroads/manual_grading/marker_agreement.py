"""The agreement of two markers. Pure functions on tables; intervals are 95 %.

``pairs`` has a row an answer and criterion that both marked: item, criterion, levels (how many
there are), first and second (ranks, 0 the lowest level), first_points and second_points.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..cohens_kappa import POWERS, enough, weighted_kappa
from ..item_analysis import MIN_CORRELATION, Z, wilson


def agreement(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return for each criterion how far the two markers agree, with intervals.

    item, criterion, n; exact and adjacent, the shares of answers with the same level, and with at
    most one level between, with ``wilson``'s interval (_low, _high); linear and quadratic, the
    weighted kappas, with the interval value ± 1.96 standard errors, cut at -1 and 1, where n is
    ``enough``; shift (second less first, mean, in points); note, what can't be said, in words.
    """
    rows = []
    for (item, criterion), own in pairs.groupby(["item", "criterion"], sort=False):
        n, levels = len(own), int(own["levels"].iloc[0])
        apart = (own["first"] - own["second"]).abs()
        row: dict[str, Any] = {"item": item, "criterion": criterion, "n": n}
        for name, share in {"exact": (apart == 0).mean(), "adjacent": (apart <= 1).mean()}.items():
            row[name] = float(share)
            row[f"{name}_low"], row[f"{name}_high"] = wilson(row[name], n)
        for name in POWERS:
            value, error = weighted_kappa(list(own["first"]), list(own["second"]), levels, name)
            if n < MIN_CORRELATION:
                value = math.nan
            row[name] = value
            row[f"{name}_low"] = row[f"{name}_high"] = math.nan
            if n >= enough(levels) and error > 0:
                row[f"{name}_low"] = max(value - Z * error, -1.0)
                row[f"{name}_high"] = min(value + Z * error, 1.0)
        row["shift"] = float((own["second_points"] - own["first_points"]).mean())
        rows.append(row | {"note": _note(n, levels, row["linear"])})
    columns = ["item", "criterion", "n"]
    for name in ("exact", "adjacent", *POWERS):
        columns += [name, f"{name}_low", f"{name}_high"]
    return pd.DataFrame(rows, columns=[*columns, "shift", "note"])


def _note(n: int, levels: int, value: float) -> str:
    if n < MIN_CORRELATION:
        return f"{n} answers: too few for kappa, which needs {MIN_CORRELATION}"
    if math.isnan(value):
        return "kappa is undefined: both gave the same level to every answer"
    if n < enough(levels):
        return (
            f"{n} answers: kappa may be far off; with {levels} levels, its interval needs "
            f"{enough(levels)} answers"
        )
    return ""


def apart(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return unsettled pairs more than one level apart, the farthest apart first."""
    distance = (pairs["first"] - pairs["second"]).abs()
    far = pairs.assign(apart=distance)[(distance > 1) & ~pairs["settled"].astype(bool)]
    return far.sort_values("apart", ascending=False, kind="stable", ignore_index=True)
