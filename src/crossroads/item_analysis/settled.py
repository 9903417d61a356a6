"""Which marks count, and where each student stands among the others."""

from __future__ import annotations

import math

import pandas as pd

from .conventions import THIRDS


def settled(points: pd.DataFrame) -> pd.DataFrame:
    """``points``, missing throughout for questions marked for fewer than half of the students.

    Those who left a written answer out have their zero at once; alone they would stand for all.
    """
    there = points[points.notna().any(axis=1)]
    made = points.astype(float)
    made.loc[:, there.notna().mean() < 0.5] = math.nan
    return made


def complete(points: pd.DataFrame) -> pd.DataFrame:
    """The part of ``points`` that totals can be made of: students with every settled question."""
    return settled(points).dropna(axis=1, how="all").dropna()


def rest(points: pd.DataFrame, item: str) -> pd.Series:
    """Each student's points on all other questions; ``points`` without missing values."""
    return points.drop(columns=item).sum(axis=1).round(9)


def standing(scores: pd.Series) -> pd.Series:
    """Where each score stands among all, from 0 (lowest) to 1; equal scores stand together."""
    return (scores.rank() - 0.5) / len(scores)


def thirds(scores: pd.Series) -> pd.Series:
    """Each student's third of the class: bottom, middle or top. Equal scores are never parted."""
    return (standing(scores) * 3).map(lambda place: THIRDS[min(int(place), 2)])
