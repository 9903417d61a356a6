"""Argument maps: claims in layers, each beside the claim that it supports or objects to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ..i18n import _, ngettext
from ..web.html import Html
from .labels import text_width, wrap
from .page import to_html
from .palette import INK, LINE_HEIGHT, MUTED, PAD, PALETTE, PAPER, SMALL, Point
from .sizes import width as available
from .svg import Figure

#: A box is at least so wide; between two layers, and between two boxes of one, lies so much.
LEAST, BETWEEN, BELOW, EDGE = 150.0, 30.0, 10.0, 8.0
OBJECTION = "8 4"


class Claim(NamedTuple):
    """A claim: how its box begins, its text, and what was made of it, as a sign and a word."""

    head: str
    text: str
    verdict: str = ""


class Bears(NamedTuple):
    """That a claim bears on another: it supports it, or objects to it."""

    claim: str
    on: str
    objects: bool = False


class Box(NamedTuple):
    """A claim's place: its layer from 0, and its position on the sheet."""

    layer: int
    x: float
    y: float
    width: float
    height: float

    @property
    def joint(self) -> float:
        """The height at which lines meet it: that of its first words."""
        return self.y + EDGE + SMALL / 2


def layers(width: float) -> int:
    """Return how many layers a sheet has room for, from 2 to 5."""
    return max(2, min(5, int((width - 2 * PAD + BETWEEN) / (LEAST + BETWEEN))))


def _box_width(width: float) -> float:
    count = layers(width)
    return (width - 2 * PAD - BETWEEN * (count - 1)) / count


def layered(
    links: Sequence[Bears], roots: Sequence[str], heights: Mapping[str, float], width: float
) -> dict[str, Box]:
    """Place each claim that is reached from ``roots`` within the layers, once.

    Below each other stand the claims that bear on the same one, the first beside it. What bears on
    two claims stands beside the first of them. No two boxes overlap.
    """
    count, wide = layers(width), _box_width(width)
    under: dict[str, list[str]] = {}
    for link in links:
        under.setdefault(link.on, []).append(link.claim)
    boxes: dict[str, Box] = {}
    seen = set(roots)

    def place(claim: str, layer: int, top: float) -> float:
        """Place a claim, and what bears on it from the same height down; return where that ends."""
        boxes[claim] = Box(layer, PAD + layer * (wide + BETWEEN), top, wide, heights[claim])
        end = top
        for other in under.get(claim, ()) if layer + 1 < count else ():
            if other not in seen:
                seen.add(other)
                end = place(other, layer + 1, end) + BELOW
        return max(top + heights[claim], end - BELOW)

    y = 0.0
    for root in roots:
        y = place(root, 0, y) + 2 * BELOW
    return boxes


def argument(
    claims: Mapping[str, Claim],
    links: Sequence[Bears],
    roots: Sequence[str],
    *,
    chosen: Collection[str] = (),
    title: str,
    alt: str,
    source: str,
) -> Html:
    """Draw the claims that are reached from ``roots``, and lines between those that bear on others.

    A line is solid where a claim supports another, dashed where it objects; each box says it in
    words as well. Boxes of ``chosen`` claims have a thick edge. A box says how many more claims
    bear on it, where the layers have no room for them.
    """
    width = available()
    wide = _box_width(width)
    hidden = _hidden(links, roots, width)
    rows = {code: _rows(claim, hidden.get(code, []), wide) for code, claim in claims.items()}
    line = SMALL * LINE_HEIGHT
    heights = {code: line * len(own) + 2 * EDGE for code, own in rows.items()}
    boxes = layered(links, roots, heights, width)
    sheet = Figure(width, 0)
    top = _write_key(sheet)
    for link in links:
        if link.claim in boxes and link.on in boxes:
            _join(sheet, boxes[link.claim], boxes[link.on], link.objects, top)
    for code, box in boxes.items():
        objects = any(link.objects for link in links if link.claim == code)
        x, y = box.x, box.y + top
        corners = [(x, y), (x + wide, y), (x + wide, y + box.height), (x, y + box.height)]
        edge = PALETTE[1] if objects else INK
        sheet.polygon([corners], fill=PAPER, stroke=edge, width=3 if code in chosen else 1.2)
        for i, (words, bold, color) in enumerate(rows[code]):
            below = y + EDGE + line * i + SMALL
            sheet.text(x + EDGE, below, words, size=SMALL, bold=bold, color=color)
    ends = (top + box.y + box.height for box in boxes.values())
    sheet.height = max(ends, default=top) + 12
    return to_html(sheet, title=title, alt=alt, source=source)


def _rows(claim: Claim, more: Sequence[Bears], wide: float) -> list[tuple[str, bool, str]]:
    """Return the lines of a box: words, whether they are bold, and their colour."""
    room = wide - 2 * EDGE
    rows = [(row, True, INK) for row in wrap(claim.head, room, SMALL, bold=True)]
    rows += [(row, False, INK) for row in wrap(claim.text, room, SMALL)]
    if claim.verdict:
        rows += [(row, True, PALETTE[0]) for row in wrap(claim.verdict, room, SMALL, bold=True)]
    if more:
        words = ngettext("+ {n} more claim", "+ {n} more claims", len(more))
        if any(link.objects for link in more):
            words = ngettext(
                "+ {n} more claim, an objection", "+ {n} more claims, with objections", len(more)
            )
        rows += [(row, False, MUTED) for row in wrap(words, room, SMALL)]
    return rows


def _hidden(links: Sequence[Bears], roots: Sequence[str], width: float) -> dict[str, list[Bears]]:
    """Return, for each claim of the last layer, the links to those that would stand right of it."""
    heights = dict.fromkeys({c for link in links for c in link[:2]} | {*roots}, 1.0)
    boxes = layered(links, roots, heights, width)
    more: dict[str, list[Bears]] = {}
    for link in links:
        if link.on in boxes and link.claim not in boxes:
            more.setdefault(link.on, []).append(link)
    return more


def way(claim: Box, on: Box, objects: bool) -> list[Point]:
    """Return the line from a claim to the one that it bears on, in the gap between their layers.

    There is none where they don't stand in neighbouring layers: the words in the box are enough.
    """
    if claim.layer != on.layer + 1:
        return []
    right = on.x + on.width
    # Objections have their own way down the gap, so that no line covers another.
    turn = right + BETWEEN * (0.68 if objects else 0.36)
    return [(right, on.joint), (turn, on.joint), (turn, claim.joint), (claim.x, claim.joint)]


def _join(sheet: Figure, claim: Box, on: Box, objects: bool, top: float) -> None:
    if path := way(claim, on, objects):
        sheet.line(
            [(x, y + top) for x, y in path],
            color=PALETTE[1] if objects else MUTED,
            width=2 if objects else 1.4,
            dash=OBJECTION if objects else "",
        )


def _write_key(sheet: Figure) -> float:
    """Write what the lines mean; return where that ends."""
    x, y = float(PAD), 16.0
    for words, objects in ((_("supports"), False), (_("objects"), True)):
        color, dash = (PALETTE[1], OBJECTION) if objects else (MUTED, "")
        sheet.line([(x, y), (x + 36, y)], color=color, width=2, dash=dash)
        sheet.text(x + 44, y + 5, words, size=SMALL)
        x += 66 + text_width(words, SMALL)
    return y + 20
