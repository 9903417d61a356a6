"""The width of charts: as wide as the place that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .palette import WIDTH

#: Beyond these a chart doesn't follow its place: it scrolls, or leaves room at its side.
NARROWEST, WIDEST = 320, 1200
_width: ContextVar[float] = ContextVar("width", default=WIDTH)


def width() -> float:
    """Return the pixels that a chart has across; 680 where nobody knows the place."""
    return _width.get()


@contextmanager
def at_width(pixels: float) -> Iterator[None]:
    """Draw what is drawn in the `with` block so many pixels wide, from 320 to 1,200."""
    before = _width.set(min(max(pixels, NARROWEST), WIDEST))
    try:
        yield
    finally:
        _width.reset(before)
