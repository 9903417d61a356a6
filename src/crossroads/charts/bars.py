"""Bars: one value for each label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from ..i18n import _, number
from ..web.html import Html
from .axes import Scale, floats, number_format, write_measure
from .labels import bands, row_labels, sentence, text_width, write_rows
from .page import to_html
from .palette import GRID, MUTED, PAD, PALETTE, TEXT
from .sizes import width as available
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
    width: float | None = None,
    missing: str = "",
) -> Html:
    """Draw one horizontal bar for each entry of `data`, in its order, with the value at its end.

    The index gives the labels. Bars start at zero; a missing value is written as `missing` says,
    or as "no data". `value_label` names the measure with its unit; `digits` are the decimals shown
    (default: as many as the size of the values asks for); `alt` says what the chart shows. `whole`
    is what a full row stands for, such as 100 for shares in per cent, so that half of it fills half
    the row in every chart; without it the largest value fills the row. Raises ValueError for an
    infinite value.
    """
    width = width or available()
    values = floats(data)
    names = [str(name) for name in data.index]
    shown = number_format([v for v in values if v is not None], digits)
    ends = [(missing or _("no data")) if v is None else shown(v) for v in values]
    known = [v for v in values if v is not None]
    low, high = min([0.0, *known]), max([0.0, whole or 0.0, *known])
    labels, widest = row_labels(names, width)
    end_room = max((text_width(e) for e in ends), default=0) + 8
    left = PAD + widest + (end_room if low < 0 else 0)
    scale = Scale(low, high, left, width - PAD - end_room)
    zero = scale(0)

    fig = Figure(width, 0)
    top = y = write_measure(fig, value_label) + 12
    for name, label, value, end in zip(names, labels, values, ends, strict=True):
        middle = y + label.mark
        said = end if value is None else end + unit_of(value_label)
        with fig.mark(f"{name}\n{said}"):
            write_rows(fig, PAD, y + label.name, label.rows, label.size)
            if value is None:
                fig.text(zero + 8, middle + TEXT * 0.36, end, color=MUTED)
            else:
                x = scale(value)
                half = min(10.0, label.height / 2 - 2)
                if whole:
                    fig.rect(zero, middle - half, scale(whole) - zero, 2 * half, fill=GRID)
                fig.rect(min(x, zero), middle - half, abs(x - zero), 2 * half, fill=PALETTE[0])
                side: Literal["start", "end"] = "end" if value < 0 else "start"
                beside = max(x, scale(whole)) if whole and value >= 0 else x
                fig.text(beside + (-8 if value < 0 else 8), middle + TEXT * 0.36, end, anchor=side)
        y += label.height
    free = bands(labels, top)
    for start, stop in free:
        fig.line([(zero, start), (zero, stop)], color=MUTED)
    if whole:
        y = _write_scale(fig, scale, whole, free, y)
    fig.height = y + 14
    listed = "; ".join(f"{name}: {end}" for name, end in zip(names, ends, strict=True))
    words = f"{_('Bar chart.')} {sentence(value_label)} {sentence(listed)} "
    if whole:
        words += _("The full width is {whole}.", whole=number(whole, ",g")) + " "
    return to_html(fig, title=title, alt=words + alt, source=source)


def _write_scale(
    fig: Figure,
    scale: Scale,
    whole: float,
    free: Sequence[tuple[float, float]],
    bottom: float,
) -> float:
    """Mark quarters of the whole, in the `free` heights and below; return where that ends."""
    for part in range(5):
        value = whole * part / 4
        x = scale(value)
        for start, stop in free:
            dash = "2 3" if part else ""
            fig.line([(x, start), (x, stop)], color=MUTED, dash=dash)
        fig.line([(x, bottom), (x, bottom + 5)], color=MUTED)
        fig.text(x, bottom + 7 + TEXT, number(value, ",g"), color=MUTED, anchor="middle")
    return bottom + 7 + TEXT
