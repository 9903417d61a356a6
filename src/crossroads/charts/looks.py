"""One look for a country in the whole course, whatever else a chart shows."""

from __future__ import annotations

from zlib import crc32

from .. import content
from .palette import DASHES, LOOKS, MUTED, PALETTE, SHAPES, Look


def countries() -> dict[str, Look]:
    """Return the looks of the countries that the course says one for, by ISO 3166 code."""
    return {code: _look(*place) for code, place in content.about().looks.items()}


def _look(color: int, dash: int, shape: int) -> Look:
    return Look(PALETTE[color], DASHES[dash], SHAPES[shape])


#: For a line that is the learner's own.
OWN = Look(MUTED, DASHES[2], SHAPES[4])


def country(code: str) -> Look:
    """Return a country's look by its ISO 3166 code.

    It is grey where the course has none, and always the same.
    """
    if place := content.about().looks.get(code):
        return _look(*place)
    dash, shape = divmod(crc32(code.encode()) % 36, 6)
    return Look(MUTED, DASHES[dash], SHAPES[shape])


def beside(look: Look) -> Look:
    """Return the look of what belongs to a line without being it, such as values filled in.

    It has the line's colour.
    """
    dash = (DASHES.index(look.dash) + 2) % len(LOOKS)
    shape = (SHAPES.index(look.shape) + 3) % len(LOOKS)
    return Look(look.color, DASHES[dash], SHAPES[shape])
