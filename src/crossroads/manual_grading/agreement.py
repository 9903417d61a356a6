"""How far two markers agree. Pure functions on tables; intervals are 95 %.

``pairs`` has a row an answer and criterion that both marked: item, criterion, levels (how many
there are), first and second (ranks, 0 the lowest level), first_points and second_points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..item_analysis import MIN_CORRELATION, Z, wilson

POWERS = {"linear": 1, "quadratic": 2}


def enough(levels: int) -> int:
    """How many answers a kappa's interval takes: 2 k² for k levels.

    Cicchetti (1981), Testing the normal approximation and minimal sample size requirements of
    weighted kappa when the number of categories is large, Applied Psychological Measurement 5.
    """
    return 2 * levels**2


def kappa(
    first: Sequence[int], second: Sequence[int], levels: int, weights: str
) -> tuple[float, float]:
    """Weighted kappa of two markers' ranks, and its standard error; missing where undefined.

    1 less the ratio of the weighted disagreement to what chance would give, with weights |i - j|
    (``linear``) or (i - j)² (``quadratic``): Cohen (1968), Weighted kappa, Psychological Bulletin
    70. The error is the large-sample one of Fleiss, Cohen and Everitt (1969), Large sample standard
    errors of kappa and weighted kappa, Psychological Bulletin 72. Undefined where both markers
    gave one and the same level throughout.
    """
    n = len(first)
    if not n:
        return math.nan, math.nan
    shares = np.zeros((levels, levels))
    np.add.at(shares, (np.asarray(first), np.asarray(second)), 1 / n)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    place = np.arange(levels)
    # As shares of agreement: 1 for the same level, 0 for the two ends.
    agree = 1 - (np.abs(place[:, None] - place) / max(levels - 1, 1)) ** POWERS[weights]
    seen, chance = float((agree * shares).sum()), float(rows @ agree @ columns)
    if chance > 1 - 1e-12:
        return math.nan, math.nan
    value = (seen - chance) / (1 - chance)
    means = (agree @ columns)[:, None] + (rows @ agree)[None, :]
    spread = (shares * (agree * (1 - chance) - means * (1 - seen)) ** 2).sum()
    spread -= (seen * chance - 2 * chance + seen) ** 2
    return value, math.sqrt(max(float(spread), 0.0) / n) / (1 - chance) ** 2


def agreement(pairs: pd.DataFrame) -> pd.DataFrame:
    """Of each criterion: how far the two markers agree, and how surely that can be said.

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
            value, error = kappa(list(own["first"]), list(own["second"]), levels, name)
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
        return f"{n} answers: too few for kappa, which takes {MIN_CORRELATION}"
    if math.isnan(value):
        return "kappa is undefined: both gave the same level to every answer"
    if n < enough(levels):
        return (
            f"{n} answers: kappa may be far off; with {levels} levels its interval takes "
            f"{enough(levels)}"
        )
    return ""


def apart(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs more than one level apart that aren't settled, those farthest apart first."""
    distance = (pairs["first"] - pairs["second"]).abs()
    far = pairs.assign(apart=distance)[(distance > 1) & ~pairs["settled"].astype(bool)]
    return far.sort_values("apart", ascending=False, kind="stable", ignore_index=True)
