"""The sheet that every chart is drawn on: lines, areas, markers and text as SVG elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Literal

from ..i18n import isolated
from .palette import INK, PAPER, TEXT, Point, Shape


class Figure:
    """A white sheet of `width` by `height` pixels to draw on; `to_html` gives it its finish."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.parts: list[str] = []
        #: Between which heights a line shows the year that is pointed at, in a chart over years.
        self.guide: tuple[float, float] | None = None

    @contextmanager
    def mark(self, words: str) -> Iterator[None]:
        """Give what is drawn in a `with` block its words, shown where it's pointed at.

        The first line is the year or name that the mark is of, the others what it says.
        """
        self.parts.append(f"<g><title>{escape(words)}</title>")
        yield
        self.parts.append("</g>")

    def spot(self, x: float, y: float, words: str) -> None:
        """Give a place its words without drawing anything there, such as a year of a path."""
        with self.mark(words):
            self.parts.append(f'<circle cx="{px(x)}" cy="{px(y)}" r="4" fill="none"/>')

    def line(
        self, points: Iterable[Point], *, color: str = INK, width: float = 1, dash: str = ""
    ) -> None:
        """Draw a line through `points`; `dash` is SVG's list of dash and gap lengths."""
        path = " ".join(f"{px(x)},{px(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{escape(dash)}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{escape(color)}" '
            f'stroke-width="{px(width)}" stroke-linejoin="round"{dashes}/>'
        )

    def polygon(
        self,
        rings: Iterable[Iterable[Point]],
        *,
        fill: str,
        stroke: str = PAPER,
        width: float = 1,
    ) -> None:
        """Draw one area of one or more rings; a ring inside another is a hole."""
        path = "".join("M" + " ".join(f"{px(x)},{px(y)}" for x, y in r) + "Z" for r in rings)
        self.parts.append(
            f'<path d="{path}" fill="{escape(fill)}" fill-rule="evenodd" '
            f'stroke="{escape(stroke)}" stroke-width="{px(width)}" stroke-linejoin="round"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Draw a filled rectangle with its upper left corner at `x`, `y`."""
        self.parts.append(
            f'<rect x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}" '
            f'fill="{escape(fill)}"/>'
        )

    def marker(
        self,
        x: float,
        y: float,
        *,
        shape: Shape = "circle",
        color: str = INK,
        size: float = 4,
        hollow: bool = False,
    ) -> None:
        """Draw a marker of half-width `size` around `x`, `y`: with a thin white rim or `hollow`."""
        s = size
        if shape == "circle":
            body = f'<circle cx="{px(x)}" cy="{px(y)}" r="{px(s)}"'
        else:
            corners = _CORNERS[shape]
            path = " ".join(f"{px(x + s * i)},{px(y + s * j)}" for i, j in corners)
            body = f'<polygon points="{path}"'
        fill, stroke = (PAPER, color) if hollow else (color, PAPER)
        rim = ' stroke-width="1.6"' if hollow else ""
        self.parts.append(f'{body} fill="{escape(fill)}" stroke="{escape(stroke)}"{rim}/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = TEXT,
        color: str = INK,
        anchor: Literal["start", "middle", "end"] = "start",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Write one line with its baseline at `y`; `halo` keeps it legible over other marks."""
        style = f' font-size="{px(size)}"' if size != TEXT else ""
        style += f' text-anchor="{anchor}"' if anchor != "start" else ""
        style += ' font-weight="600"' if bold else ""
        style += f' fill="{escape(color)}"' if color != INK else ""
        if halo:
            style += f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"'
        self.parts.append(f'<text x="{px(x)}" y="{px(y)}"{style}>{escape(isolated(words))}</text>')


_CORNERS: dict[str, tuple[Point, ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.15), (1.15, 0.9), (-1.15, 0.9)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "wedge": ((0, 1.15), (1.15, -0.9), (-1.15, -0.9)),
    "cross": (
        *((-1.2, -0.7), (-0.7, -1.2), (0, -0.5), (0.7, -1.2), (1.2, -0.7), (0.5, 0)),
        *((1.2, 0.7), (0.7, 1.2), (0, 0.5), (-0.7, 1.2), (-1.2, 0.7), (-0.5, 0)),
    ),
}


def px(value: float) -> str:
    """Return a px with one decimal at most, the same on every machine."""
    return f"{round(value, 1) + 0.0:g}"  # + 0.0 turns -0.0 into 0.0
