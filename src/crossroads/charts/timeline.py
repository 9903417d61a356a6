"""Timelines: one row for each theme, one marker for each event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..web.html import Html
from .axes import Scale, round_years
from .labels import text_width
from .lines import Sides
from .page import to_html
from .palette import GRID, LINE_HEIGHT, MUTED, PAD, PALETTE, TEXT, Shape
from .sizes import width as available
from .svg import Figure

#: How far events of one theme and year stand apart, and the room above the highest.
RISE, ROOM = 13.0, 26.0


class Row(NamedTuple):
    """A theme's name, its marker, the years of its events (one may stand there twice), their words.

    ``said`` has a date and a title for each event, in two lines.
    """

    name: str
    shape: Shape
    years: Sequence[int]
    said: Sequence[str]


def timeline(
    rows: Sequence[Row],
    start: int,
    end: int,
    *,
    title: str,
    alt: str,
    source: str,
    sides: Sides | None = None,
) -> Html:
    """Draw events from ``start`` to ``end``; those of one theme and year stand above each other.

    With the ``sides`` of a line chart of the same years, each year stands above itself there. Names
    that have no room beside their rows stand above them.
    """
    width = available()
    names = max((text_width(row.name) for row in rows), default=0.0)
    left, right = sides or (PAD + names + 12, width - PAD - 8)
    above = 0 if PAD + names <= left else TEXT * LINE_HEIGHT
    lanes = [RISE * max(Counter(row.years).values(), default=1) + ROOM + above for row in rows]
    height = sum(lanes) + 34
    sheet = Figure(width, height)
    across = Scale(start, end, left + 8, right - 8)
    for year in round_years(start, end, right - left):
        sheet.line([(across(year), 4), (across(year), height - 26)], color=GRID)
        sheet.text(across(year), height - 6, str(year), anchor="middle", color=MUTED)
    level = -8.0
    for row, lane in zip(rows, lanes, strict=True):
        level += lane
        sheet.text(PAD, level + 5 if not above else level - lane + 22, row.name, halo=bool(above))
        sheet.line([(left, level), (right, level)], color=MUTED)
        stacked = Counter[int]()
        for year, words in zip(row.years, row.said, strict=True):
            y = level - RISE * stacked[year]
            stacked[year] += 1
            with sheet.mark(words):
                sheet.marker(across(year), y, shape=row.shape, color=PALETTE[0], size=6)
    return to_html(sheet, title=title, alt=alt, source=source)
