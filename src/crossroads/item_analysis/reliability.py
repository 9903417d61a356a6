"""Reliability: what the totals are worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .complete_cases import complete
from .conventions import MIN_CORRELATION
from .discrimination import constant
from .intervals import feldt


@dataclass(frozen=True)
class Reliability:
    """The reliability of totals: n students, k items, mean and SD in points, alpha, SEM.

    Missing numbers are NaN; ``sem`` is the standard error of measurement in points.
    """

    n: int
    items: int
    mean: float
    sd: float
    alpha: float
    low: float
    high: float
    sem: float


def reliability(points: pd.DataFrame) -> Reliability:
    """Cronbach's alpha of the complete part of ``points``, with interval, SD and SEM.

    alpha = k / (k - 1) * (1 - sum of item variances / variance of totals) (Cronbach 1951,
    Psychometrika 16), with ``feldt``'s interval. SEM = SD * sqrt(1 - alpha) (Allen and Yen 1979,
    ch. 4); missing where alpha is negative. All three are missing with fewer than 5 students.
    """
    whole = complete(points)
    n, k = whole.shape
    totals = whole.sum(axis=1)
    mean = float(totals.mean()) if n else math.nan
    sd = float(totals.std(ddof=1)) if n > 1 else math.nan
    nothing = Reliability(n, k, mean, sd, *[math.nan] * 4)
    if n < MIN_CORRELATION or k < 2 or constant(totals):
        return nothing
    alpha = k / (k - 1) * (1 - float(whole.var(ddof=1).sum()) / sd**2)
    # Rounding must not decide whether items without any relation have a SEM.
    alpha = 0.0 if abs(alpha) < 1e-12 else alpha
    sem = sd * math.sqrt(1 - alpha) if alpha >= 0 else math.nan
    return Reliability(n, k, mean, sd, alpha, *feldt(alpha, n, k), sem)


def distribution(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return how many students have which total: ten classes of equal width, in points.

    Columns from_points, to_points (not included, but for the last), students; of the complete
    part of ``points``.
    """
    whole = complete(points)
    possible = float(items.loc[list(whole.columns), "points"].sum())
    place = (whole.sum(axis=1).round(9) * 10 // possible).clip(0, 9)
    return pd.DataFrame(
        {
            "from_points": [possible * i / 10 for i in range(10)],
            "to_points": [possible * (i + 1) / 10 for i in range(10)],
            "students": [int((place == i).sum()) for i in range(10)],
        }
    )
