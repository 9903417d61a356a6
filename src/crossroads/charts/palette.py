"""The look of charts: colours, markers, dashes and sizes."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..i18n import N_

Point = tuple[float, float]


Shape = Literal["circle", "square", "triangle", "diamond", "cross", "wedge"]


PAPER = "#FFFFFF"


INK = "#1B1B1B"


MUTED = "#555555"


GRID = "#E3E3E3"


# After Okabe and Ito (2008), less the colours too pale for lines on white. The tests compute
# contrast (3:1 or more) and the distances as colour-blind readers see them.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#1B1B1B", "#CC79A7", "#904830")


SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "diamond", "cross", "wedge")


DASHES = ("", "8 4", "2 3", "10 3 2 3", "16 4", "10 3 2 3 2 3")


class Look(NamedTuple):
    """The look of a line: its colour, the lengths of its dashes, and its marker."""

    color: str
    dash: str
    shape: Shape


LOOKS = tuple(map(Look, PALETTE, DASHES, SHAPES))


DASH_NAMES = dict(
    zip(
        DASHES,
        (
            N_("solid line"),
            N_("dashed line"),
            N_("dotted line"),
            N_("dash-dot line"),
            N_("long-dashed line"),
            N_("dash-dot-dot line"),
        ),
        strict=True,
    )
)


SHAPE_NAMES = dict(
    zip(
        SHAPES,
        (
            N_("circles"),
            N_("squares"),
            N_("triangles"),
            N_("diamonds"),
            N_("crosses"),
            N_("wedges"),
        ),
        strict=True,
    )
)


WIDTH = 680


PAD = 20


TEXT = 15


SMALL = 13  # for what there is much of, such as names on a map


SMALLEST = 11  # what words may shrink to where a drawing is laid into a narrower place


TITLE = 18


LINE_HEIGHT = 1.25  # line height, in font sizes
