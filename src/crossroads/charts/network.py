"""Networks: states around a ring, with lines between those that are linked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import cos, pi, sin
from typing import Literal, NamedTuple

from ..web.html import Html
from .labels import text_width, wrap
from .page import to_html
from .palette import INK, LINE_HEIGHT, MUTED, PAD, PALETTE, PAPER, SMALL, TEXT
from .sizes import width as available
from .svg import Figure

#: The ring's radius where there is room, and the room between it and the upper edge.
RADIUS, ABOVE = 172.0, 44.0


class Link(NamedTuple):
    """Two codes with a line between them, dashed where it rests on little, and what it says."""

    a: str
    b: str
    dashed: bool = False
    words: str = ""


def network(
    names: Mapping[str, str],
    links: Sequence[Link],
    *,
    chosen: str,
    missing: Collection[str],
    said: Mapping[str, str],
    key: Sequence[str],
    title: str,
    alt: str,
    source: str,
) -> Html:
    """Draw one circle for each code in ``names``, clockwise from the top, and the ``links``.

    The lines of the ``chosen`` code are thick and lie on top. A circle without any line is hollow;
    a code in ``missing`` has a cross. ``said`` is what each circle says where it's pointed at,
    ``key`` are rows of text below the ring.
    """
    width = available()
    size = TEXT if width >= 520 else SMALL
    widest = max((text_width(name, size, bold=True) for name in names.values()), default=0.0)
    radius = max(44.0, min(RADIUS, width / 2 - 20 - widest))
    # Where names leave little room across, the ring is taller than wide.
    tall = max(radius, min(2 * radius, 120.0))
    middle_x, middle_y = width / 2, ABOVE + tall
    below = [row for words in key for row in wrap(words, width - 2 * PAD, SMALL)]
    bottom = middle_y + tall + 48
    sheet = Figure(width, bottom + SMALL * LINE_HEIGHT * len(below))
    angle = {code: 2 * pi * i / len(names) - pi / 2 for i, code in enumerate(names)}
    spot = {
        code: (middle_x + radius * cos(a), middle_y + tall * sin(a)) for code, a in angle.items()
    }
    for a, b, dashed, words in sorted(links, key=lambda link: chosen in link[:2]):
        own = chosen in (a, b)
        with sheet.mark(f"{names[a]} – {names[b]}\n{words}"):
            sheet.line(
                [spot[a], spot[b]],
                color=PALETTE[0] if own else "#8A8A8A",
                width=3 if own else 1.2,
                dash="6 5" if dashed else "",
            )
    linked = {code for link in links for code in link[:2]}
    for code, (x, y) in spot.items():
        with sheet.mark(f"{names[code]}\n{said[code]}"):
            if code in missing:
                sheet.marker(x, y, shape="cross", color=INK, size=7)
            else:
                sheet.marker(x, y, color=INK, size=9)
                if code not in linked:
                    sheet.marker(x, y, color=PAPER, size=6)
        _write_name(sheet, names[code], x, y, angle[code], size, bold=code == chosen)
    for i, row in enumerate(below):
        sheet.text(PAD, bottom + SMALL * LINE_HEIGHT * i, row, size=SMALL, color=MUTED)
    return to_html(sheet, title=title, alt=alt, source=source)


def _write_name(
    sheet: Figure, name: str, x: float, y: float, angle: float, size: float, *, bold: bool
) -> None:
    """Write a name outside the ring, beside its circle."""
    away = cos(angle)
    side: Literal["start", "middle", "end"] = (
        "middle" if abs(away) < 0.1 else "start" if away > 0 else "end"
    )
    lift = -16 if sin(angle) < -0.95 else 24 if sin(angle) > 0.9 else 5
    shift = 0 if side == "middle" else 15 if away > 0 else -15
    sheet.text(x + shift, y + lift, name, size=size, anchor=side, bold=bold, halo=True)
