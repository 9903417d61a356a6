"""Complete cases: which questions are settled, and who has the marks that a total takes."""

from __future__ import annotations

import math

import pandas as pd


def settled(points: pd.DataFrame) -> pd.DataFrame:
    """``points``, missing throughout for questions marked for fewer than half of the students.

    Those who left a written answer out have their zero at once; alone they would stand for all.
    """
    there = points[points.notna().any(axis=1)]
    made = points.astype(float)
    made.loc[:, there.notna().mean() < 0.5] = math.nan
    return made


def complete(points: pd.DataFrame) -> pd.DataFrame:
    """Return the part of ``points`` that totals can be made of.

    These are the students who have every settled question.
    """
    return settled(points).dropna(axis=1, how="all").dropna()
