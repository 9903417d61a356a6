"""One look for a country in the whole course, whatever else a chart shows."""

from __future__ import annotations

from zlib import crc32

from .palette import DASHES, LOOKS, MUTED, PALETTE, SHAPES, Look

#: Colour, dashes and marker by place in the palette. The first six countries have the six colours
#: to themselves among each other; a later one shares a colour with one that it's rarely laid
#: beside. No two have both dashes and marker in common, so that all differ in grey, too.
_PLACES = {
    "TJK": (0, 0, 0),
    "RUS": (1, 1, 1),
    "IND": (2, 2, 2),
    "PAK": (3, 3, 3),
    "KGZ": (4, 4, 4),
    "UZB": (5, 5, 5),
    "USA": (0, 3, 1),
    "IRN": (1, 4, 2),
    "KAZ": (2, 5, 3),
    "TUR": (3, 0, 4),
    "AFG": (4, 1, 5),
    "CHN": (5, 2, 0),
    "TKM": (2, 1, 4),
}
COUNTRIES = {
    code: Look(PALETTE[color], DASHES[dash], SHAPES[shape])
    for code, (color, dash, shape) in _PLACES.items()
}
#: For a line that is the learner's own.
OWN = Look(MUTED, DASHES[2], SHAPES[4])


def country(code: str) -> Look:
    """A country's look by its ISO 3166 code: grey where the course has none, the same each time."""
    if code in COUNTRIES:
        return COUNTRIES[code]
    dash, shape = divmod(crc32(code.encode()) % 36, 6)
    return Look(MUTED, DASHES[dash], SHAPES[shape])


def beside(look: Look) -> Look:
    """The look of what belongs to a line without being it, such as values filled in: its colour."""
    dash = (DASHES.index(look.dash) + 2) % len(LOOKS)
    shape = (SHAPES.index(look.shape) + 3) % len(LOOKS)
    return Look(look.color, DASHES[dash], SHAPES[shape])
