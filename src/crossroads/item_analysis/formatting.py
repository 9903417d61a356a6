"""Write results: shares and intervals as texts, and tables with a row for each item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..web.numbers import percent as percent


def interval(row: pd.Series, form: str) -> str:
    """Return the interval of a row with low and high: ``-0.21 to 0.40``."""
    write: Callable[[float], str] = percent if form == ".0%" else lambda x: format(x, form)
    return f"{write(row['low'])} to {write(row['high'])}"


def table_of(
    rows: dict[str, dict[str, Any]], columns: list[str], name: str = "item"
) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.rename_axis(name)
