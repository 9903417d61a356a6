"""Mastery: each objective's share of the points, of a student and of the class."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .complete_cases import settled
from .conventions import MASTERED
from .formatting import table_of
from .intervals import wilson


def mastery(points: pd.DataFrame, items: pd.DataFrame, threshold: float = MASTERED) -> pd.DataFrame:
    """Return each student's share of the settled points on each objective's items.

    One row a student and objective: points, possible (both of marked items), waiting (items not
    marked), share, and mastered (share at least ``threshold``; missing without a mark).
    """
    rows, certain = [], settled(points)
    for objective, own in items.loc[list(points.columns)].groupby("objective"):
        marks = certain[list(own.index)]
        earned, possible = marks.sum(axis=1), marks.notna().mul(own["points"]).sum(axis=1)
        for student in points.index:
            base = possible[student]
            share = earned[student] / base if base else math.nan
            row = {"student_id": student, "objective": objective, "points": earned[student]}
            row |= {"possible": base, "waiting": int(marks.loc[student].isna().sum())}
            done = share >= threshold - 1e-9 if base else None
            rows.append(row | {"share": share, "mastered": done})
    columns = ["student_id", "objective", "points", "possible", "waiting", "share", "mastered"]
    return pd.DataFrame(rows, columns=columns).astype({"mastered": "boolean"})


def class_mastery(mastery: pd.DataFrame) -> pd.DataFrame:
    """Return each objective's n, mean share of points, and mastery share with interval."""
    rows: dict[str, dict[str, Any]] = {}
    for objective, own in mastery.dropna(subset=["share"]).groupby("objective"):
        mastered = float(own["mastered"].astype(float).mean())
        low, high = wilson(mastered, len(own))
        rows[objective] = {"n": len(own), "share": own["share"].mean(), "mastered": mastered}
        rows[objective] |= {"low": low, "high": high}
    return table_of(rows, ["n", "share", "mastered", "low", "high"], "objective")
