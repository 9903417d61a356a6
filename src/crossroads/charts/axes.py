"""Scales, round steps, and the numbers at them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..i18n import number
from .labels import wrap
from .palette import LINE_HEIGHT, MUTED, PAD, TEXT
from .svg import Figure

if TYPE_CHECKING:
    from pandas import Series


class Scale:
    """A straight-line map from values to pixels; a span of nothing counts as 1."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start = low, start
        self.rate = (end - start) / (high - low if high - low > 1e-9 else 1)

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) * self.rate


def floats(data: Series) -> list[float | None]:
    """Return the values as floats, None where missing."""
    found = data.to_numpy(dtype=float, na_value=math.nan).tolist()
    if any(math.isinf(v) for v in found):
        raise ValueError("a chart can't show an infinite value")
    return [None if math.isnan(v) else v for v in found]


def decimals(values: Sequence[float], most: int) -> int:
    """Return how many decimals, up to `most`, write every value exactly."""
    for digits in range(most):
        if all(abs(round(v, digits) - v) < 1e-9 * max(1.0, abs(v)) for v in values):
            return digits
    return most


def number_format(values: Sequence[float], digits: int | None) -> Callable[[float], str]:
    """Return a writer of numbers: `digits` decimals, or about three figures and no idle zeros."""
    if digits is None:
        largest = max((abs(v) for v in values), default=0.0)
        figures = 2 - math.floor(math.log10(largest)) if largest else 0
        digits = decimals(values, min(max(figures, 0), 6))

    def write(value: float) -> str:
        return number(round(value, digits) + 0.0, f",.{digits}f").replace("-", "−")

    return write


def round_steps(values: Sequence[float], *, from_zero: bool, count: int) -> list[float]:
    """Return about `count` round, evenly spaced numbers that span `values`."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-9:
        high = low + 1
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = size * next(n for n in (1, 2, 2.5, 5, 10) if n * size >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def round_years(first: int, last: int, room: float) -> list[int]:
    """Return round years from `first` to `last` whose labels fit into `room` pixels."""
    most = max(1, room / 60)
    step = next((n for n in (1, 2, 5, 10, 20, 25, 50) if (last - first) / n <= most), 100)
    return [year for year in range(first, last + 1) if year % step == 0]


def write_measure(fig: Figure, words: str) -> float:
    """Write the name of the measure under the title; return the height it takes."""
    rows = wrap(words, fig.width - 2 * PAD)
    for i, row in enumerate(rows):
        fig.text(PAD, TEXT * (1 + LINE_HEIGHT * i), row, color=MUTED)
    return TEXT * LINE_HEIGHT * len(rows)
