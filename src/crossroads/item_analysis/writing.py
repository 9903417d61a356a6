"""Shares and intervals as people write them, and tables by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd


def percent(share: float) -> str:
    """A share as people write it, never broken over two lines: ``62 %``."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def interval(row: pd.Series, form: str) -> str:
    """The interval of a row with low and high: ``-0.21 to 0.40``."""
    write: Callable[[float], str] = percent if form == ".0%" else lambda x: format(x, form)
    return f"{write(row['low'])} to {write(row['high'])}"


def table_of(
    rows: dict[str, dict[str, Any]], columns: list[str], name: str = "item"
) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.rename_axis(name)
