"""Timelines: one row for each theme, one marker for each event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..web.html import Html
from .page import to_html
from .palette import GRID, MUTED, PAD, PALETTE, WIDTH, Shape
from .svg import Figure


class Row(NamedTuple):
    """A theme's name, its marker, and the years of its events; a year may stand there twice."""

    name: str
    shape: Shape
    years: Sequence[int]


def timeline(
    rows: Sequence[Row], start: int, end: int, *, title: str, alt: str, source: str
) -> Html:
    """Draw events from ``start`` to ``end``; those of one theme and year stand above each other."""
    left, right, lane = 120.0, 40.0, 58.0
    height = lane * len(rows) + 34
    sheet = Figure(WIDTH, height)
    years = max(end - start, 1)

    def across(year: int) -> float:
        return left + (year - start) / years * (WIDTH - left - right)

    step = 1 if years <= 8 else 5 if years <= 24 else 10
    for year in range(-(-start // step) * step, end + 1, step):
        sheet.line([(across(year), 4), (across(year), height - 26)], color=GRID)
        sheet.text(across(year), height - 6, str(year), anchor="middle", color=MUTED)
    for place, row in enumerate(rows):
        level = lane * place + lane - 12
        sheet.text(PAD, level + 5, row.name)
        sheet.line([(left, level), (WIDTH - right, level)], color=MUTED)
        stacked: dict[int, int] = {}
        for year in row.years:
            up = stacked[year] = stacked.get(year, -1) + 1
            sheet.marker(across(year), level - 13 * up, shape=row.shape, color=PALETTE[0], size=6)
    return to_html(sheet, title=title, alt=alt, source=source)
