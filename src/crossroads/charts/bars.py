"""Bars: one value for each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..i18n import _, number
from ..web.html import Html
from .axes import Scale, floats, number_format, write_measure
from .labels import row_labels, sentence, text_width, write_rows
from .page import to_html
from .palette import GRID, MUTED, PAD, PALETTE, TEXT, WIDTH
from .svg import Figure
from .values import unit_of

if TYPE_CHECKING:
    from pandas import Series


def bars(
    data: Series,
    *,
    title: str,
    value_label: str,
    alt: str,
    source: str,
    digits: int | None = None,
    whole: float | None = None,
    width: float = WIDTH,
) -> Html:
    """Draw one horizontal bar for each entry of `data`, in its order, with the value at its end.

    The index gives the labels. Bars start at zero; a missing value is written as "no data".
    `value_label` names the measure with its unit; `digits` are the decimals shown (default: as
    many as the size of the values asks for); `alt` says what the chart shows. `whole` is what a
    full row stands for, such as 100 for shares in per cent, so that half of it fills half the row
    in every chart; without it the largest value fills the row. Raises ValueError for an infinite
    value.
    """
    values = floats(data)
    names = [str(name) for name in data.index]
    shown = number_format([v for v in values if v is not None], digits)
    ends = [_("no data") if v is None else shown(v) for v in values]
    known = [v for v in values if v is not None]
    low, high = min([0.0, *known]), max([0.0, whole or 0.0, *known])
    labels, widest, heights = row_labels(names, width)
    end_room = max((text_width(e) for e in ends), default=0) + 8
    left = PAD + widest + 12 + (end_room if low < 0 else 0)
    scale = Scale(low, high, left, width - PAD - end_room)
    zero = scale(0)

    fig = Figure(width, 0)
    top = y = write_measure(fig, value_label) + 12
    drawn = zip(names, labels, heights, values, ends, strict=True)
    for name, rows, tall, value, end in drawn:
        middle = y + tall / 2
        said = end if value is None else end + unit_of(value_label)
        with fig.mark(f"{name}\n{said}"):
            write_rows(fig, PAD, middle, rows)
            if value is None:
                fig.text(zero + 8, middle + TEXT * 0.36, end, color=MUTED)
            else:
                x = scale(value)
                if whole:
                    fig.rect(zero, middle - 10, scale(whole) - zero, 20, fill=GRID)
                fig.rect(min(x, zero), middle - 10, abs(x - zero), 20, fill=PALETTE[0])
                side: Literal["start", "end"] = "end" if value < 0 else "start"
                beside = max(x, scale(whole)) if whole and value >= 0 else x
                fig.text(beside + (-8 if value < 0 else 8), middle + TEXT * 0.36, end, anchor=side)
        y += tall
    fig.line([(zero, top), (zero, y)], color=MUTED)
    if whole:
        y = _write_scale(fig, scale, whole, top, y)
    fig.height = y + 14
    listed = "; ".join(f"{name}: {end}" for name, end in zip(names, ends, strict=True))
    words = f"{_('Bar chart.')} {sentence(value_label)} {sentence(listed)} "
    if whole:
        words += _("A full row is {whole}.", whole=number(whole, ",g")) + " "
    return to_html(fig, title=title, alt=words + alt, source=source)


def _write_scale(fig: Figure, scale: Scale, whole: float, top: float, bottom: float) -> float:
    """Mark nothing, half and the whole below the bars; return where that ends."""
    for part in (0.0, whole / 2, whole):
        x = scale(part)
        fig.line([(x, top), (x, bottom + 5)], color=MUTED, dash="" if part == 0 else "2 3")
        words = number(part, ",g")
        fig.text(x, bottom + 7 + TEXT, words, color=MUTED, anchor="middle")
    return bottom + 7 + TEXT
