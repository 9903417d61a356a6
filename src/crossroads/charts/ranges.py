"""Ranges: an interval for each label, with or without its middle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..i18n import _
from ..web.html import Html
from .axes import Scale, decimals, floats, number_format, round_steps, write_measure
from .labels import MANY, bands, row_labels, sentence, text_width, write_rows
from .page import to_html
from .palette import GRID, MUTED, PAD, PALETTE, TEXT
from .sizes import width as available
from .svg import Figure
from .values import unit_of

if TYPE_CHECKING:
    from pandas import DataFrame


def ranges(
    frame: DataFrame,
    *,
    title: str,
    value_label: str,
    alt: str,
    source: str,
    digits: int | None = None,
    from_zero: bool = True,
    width: float | None = None,
) -> Html:
    """Draw one interval for each row of `frame`: columns `low` and `high`, and `mid` for its dot.

    The index gives the labels; the three columns are in one unit, named in `value_label`. A row
    with `low` or `high` missing is written as "no data"; one with `mid` missing has no dot.
    Raises KeyError without one of the columns, ValueError for low > high or an infinite value.
    """
    width = width or available()
    low, mid, high = (floats(frame[column]) for column in ("low", "mid", "high"))
    names = [str(name) for name in frame.index]
    triples = [
        None if a is None or c is None else (a, b, c)
        for a, b, c in zip(low, mid, high, strict=True)
    ]
    for name, triple in zip(names, triples, strict=True):
        if triple and triple[0] > triple[2]:
            raise ValueError(f"{name}: low is above high")
    known = [v for triple in triples if triple for v in triple if v is not None]
    shown = number_format(known, digits)
    ends = [
        _("no data") if t is None else _("{low} to {high}", low=shown(t[0]), high=shown(t[2]))
        for t in triples
    ]
    labels, widest = row_labels(names, width)
    size = labels[0].size if labels else TEXT
    end_room = max((text_width(e, size) for e in ends), default=0) + 14
    left = PAD + widest + 8
    right = width - PAD - end_room
    # Where they would leave the marks no room, the numbers stand in the text alternative alone.
    written = right - left >= 120 or len(names) < MANY
    if not written:
        right = width - PAD - 14
    steps = _steps(known, from_zero, right - left)
    scale = Scale(steps[0], steps[-1], left, right)

    fig = Figure(width, 0)
    top = y = write_measure(fig, value_label) + 12
    bottom = top + sum(label.height for label in labels)
    half = min([7.0, *(label.height / 2 - 4 for label in labels)])
    write = number_format(steps, decimals(steps, 6))
    # Halfway between two numbers there is a paler line.
    halves = [(a + b) / 2 for a, b in pairwise(steps)] if (right - left) > 40 * len(steps) else []
    for value in halves:
        for start, stop in bands(labels, top):
            fig.line([(scale(value), start), (scale(value), stop)], color=GRID, dash="1 3")
    for step in steps:
        for start, stop in bands(labels, top):
            fig.line([(scale(step), start), (scale(step), stop)], color=GRID)
        fig.text(scale(step), bottom + TEXT + 5, write(step), color=MUTED, anchor="middle")
    whole = [
        end + (_(", middle {value}", value=shown(t[1])) if t and t[1] is not None else "")
        for end, t in zip(ends, triples, strict=True)
    ]
    for name, label, triple, end, said in zip(names, labels, triples, ends, whole, strict=True):
        middle = y + label.mark
        with fig.mark(f"{name}\n{said}{unit_of(value_label) if triple else ''}"):
            write_rows(fig, PAD, y + label.name, label.rows, label.size)
            if triple is None:
                fig.text(left + 8, middle + size * 0.36, end, size=size, color=MUTED, halo=True)
            else:
                a, b, c = triple
                fig.line([(scale(a), middle), (scale(c), middle)], color=PALETTE[0], width=3)
                for x in (scale(a), scale(c)):
                    fig.line([(x, middle - half), (x, middle + half)], color=PALETTE[0], width=3)
                if b is not None:
                    fig.marker(scale(b), middle, color=PALETTE[0], size=half - 0.5)
                if written:
                    fig.text(scale(c) + 12, middle + size * 0.36, end, size=size, halo=True)
        y += label.height
    fig.height = bottom + TEXT + 24
    listed = "; ".join(f"{name}: {said}" for name, said in zip(names, whole, strict=True))
    kind = _("Chart of ranges, low to high.")
    words = f"{kind} {sentence(value_label)} {sentence(listed)} {alt}"
    return to_html(fig, title=title, alt=words, source=source)


def _steps(known: Sequence[float], from_zero: bool, room: float) -> list[float]:
    """Return round numbers for the axis: up to 9, as many as have room beside each other."""
    for count in range(8, 2, -1):
        steps = round_steps(known, from_zero=from_zero, count=count)
        write = number_format(steps, decimals(steps, 6))
        widest = max(text_width(write(step)) for step in steps)
        if widest + 10 <= room / (len(steps) - 1):
            return steps
    return round_steps(known, from_zero=from_zero, count=2)
