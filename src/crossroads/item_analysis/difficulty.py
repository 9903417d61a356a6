"""Item difficulty: the share of its points that a class gets."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .complete_cases import settled
from .formatting import table_of
from .intervals import wilson


def difficulty(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return each item's n (students marked), share (mean share of its points), low and high.

    Of settled questions; n is 0 for others. The classical difficulty p, which is high where an
    item is easy (Crocker and Algina 1986, ch. 14); the interval is ``wilson``'s.
    """
    rows: dict[str, dict[str, Any]] = {}
    for item, column in settled(points).items():
        marks = column.dropna()
        share = float((marks / items.loc[item, "points"]).mean()) if len(marks) else math.nan
        low, high = wilson(share, len(marks))
        rows[item] = {"n": len(marks), "share": share, "low": low, "high": high}
    return table_of(rows, ["n", "share", "low", "high"])
