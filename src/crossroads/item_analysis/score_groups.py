"""Score groups: where each student stands among the others, by points on the other questions."""

from __future__ import annotations

import pandas as pd

from .conventions import THIRDS


def rest(points: pd.DataFrame, item: str) -> pd.Series:
    """Return each student's points on all other questions; ``points`` without missing values."""
    return points.drop(columns=item).sum(axis=1).round(9)


def standing(scores: pd.Series) -> pd.Series:
    """Return where each score stands among all, from 0 (lowest) to 1.

    Equal scores have the same place.
    """
    return (scores.rank() - 0.5) / len(scores)


def thirds(scores: pd.Series) -> pd.Series:
    """Return each student's third of the class: bottom, middle or top.

    Equal scores are never parted.
    """
    return (standing(scores) * 3).map(lambda place: THIRDS[min(int(place), 2)])
