"""What charts look like: colours, markers, dashes and sizes."""

from __future__ import annotations

from typing import Literal

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


LOOKS = tuple(zip(PALETTE, DASHES, SHAPES, strict=True))


LOOK_NAMES = (
    N_("solid line, circles"),
    N_("dashed line, squares"),
    N_("dotted line, triangles"),
    N_("dash-dot line, diamonds"),
    N_("long-dashed line, crosses"),
    N_("dash-dot-dot line, wedges"),
)


WIDTH = 680


PAD = 20


TEXT = 15


TITLE = 18


LINE_HEIGHT = 1.25  # line height, in font sizes
