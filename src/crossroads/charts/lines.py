"""Lines over the years, with gaps where there is no value."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..i18n import _
from ..web.html import Html
from .axes import Scale, decimals, floats, number_format, round_steps, round_years, write_measure
from .labels import sentence, text_width, wrap, write_rows
from .missing import missing_words
from .page import to_html
from .palette import (
    DASH_NAMES,
    GRID,
    LINE_HEIGHT,
    LOOKS,
    MUTED,
    PAD,
    SHAPE_NAMES,
    TEXT,
    WIDTH,
    Look,
)
from .svg import Figure
from .values import folded, unit_of, writer

if TYPE_CHECKING:
    from pandas import DataFrame


def lines(
    frame: DataFrame,
    *,
    title: str,
    y_label: str,
    alt: str,
    source: str,
    mark: Mapping[int, str] | None = None,
    looks: Sequence[Look] | None = None,
    gaps: Container[str] | None = None,
    note: str = "",
    from_zero: bool = True,
    digits: int | None = None,
    values: bool = True,
    width: float = WIDTH,
    height: float = 320,
) -> Html:
    """Draw one line for each column of `frame` over the years in its index.

    Lines differ in colour, dashes and marker, and carry their names at the right. `looks` gives
    each column its own, such as `country(code)`; without it the order of the columns does. Every
    value has its marker, so that the values can be counted. Missing values and missing years are
    gaps, never joined; the usual step between years is the smallest in the index. Below the chart
    stand the lines without any value, the years without one (of the columns in `gaps`, of all
    without it), and `note`. `mark` maps a year to a short note above an upright line. `from_zero`
    keeps zero on the vertical axis; `y_label` names the measure with its unit; `height` is that of
    the plot alone. A year that is pointed at shows its values with `digits` decimals (default:
    about three figures); `values` folds a table of them all below the chart.

    Raises ValueError for more than six lines, doubled years or an infinite value.
    """
    frame = frame.sort_index()
    years = [int(year) for year in frame.index]
    if len(set(years)) < len(years):
        raise ValueError("a year stands twice in the index")
    if frame.shape[1] > len(LOOKS):
        raise ValueError(f"{frame.shape[1]} lines in one chart; it stays readable with 6 or fewer")
    marks, styles = dict(mark or {}), list(looks or LOOKS[: frame.shape[1]])
    names = [str(name) for name in frame.columns]
    columns = [floats(frame.iloc[:, i]) for i in range(frame.shape[1])]
    known = [v for column in columns for v in column if v is not None]
    steps = round_steps(known, from_zero=from_zero, count=5)
    write = number_format(steps, decimals(steps, 6))

    labels = [wrap(name, width * 0.26, TEXT) for name in names]
    room = max((text_width(row) for rows in labels for row in rows), default=0)
    left = PAD + max(text_width(write(step)) for step in steps) + 12
    right = width - PAD - room - 58
    span = [*years, *marks]
    first, last = min(span, default=0), max(span, default=0)
    across = Scale(first, last, left + 8, right - 8)

    fig = Figure(width, 0)
    notes, note_rows = _place_notes(marks, across, width)
    top = write_measure(fig, y_label) + 18 + note_rows * (TEXT * LINE_HEIGHT + 2)
    up = Scale(steps[0], steps[-1], top + height, top)
    for step in steps:
        y = up(step)
        fig.line([(left, y), (right, y)], color=MUTED if step == 0 else GRID)
        fig.text(left - 10, y + TEXT * 0.36, write(step), color=MUTED, anchor="end")
    for year in round_years(first, last, right - left) if span else []:
        x = across(year)
        fig.line([(x, top + height), (x, top + height + 5)], color=MUTED)
        fig.text(x, top + height + TEXT + 9, str(year), color=MUTED, anchor="middle")
    for year, _x, row in notes:
        y = top - 8 - TEXT * LINE_HEIGHT * row
        fig.line([(across(year), y), (across(year), top + height)], color=MUTED, dash="3 3")
    for year, x, row in notes:
        y = top - 12 - TEXT * LINE_HEIGHT * row
        fig.text(x, y, marks[year], anchor="middle", halo=True)

    step_years = min((b - a for a, b in pairwise(years)), default=1)
    # Each value has its marker, so that it can be counted; where years stand close it's smaller.
    size = min(4.0, max(1.6, 0.32 * across.rate * step_years))
    say, unit = writer(known, digits), unit_of(y_label)
    fig.guide = (top, top + height)
    runs = [_stretches(years, column, step_years) for column in columns]
    for name, series, (color, dash, shape) in zip(names, runs, styles, strict=True):
        for stretch in series:
            points = [(across(year), up(value)) for year, value in stretch]
            if len(points) > 1:
                fig.line(points, color=color, width=2.2, dash=dash)
            for (x, y), (year, value) in zip(points, stretch, strict=True):
                with fig.mark(f"{year}\n{name}: {say(value)}{unit}"):
                    fig.marker(x, y, shape=shape, color=color, size=size)
    if not known:
        fig.text((left + right) / 2, top + height / 2, _("no data"), color=MUTED, anchor="middle")

    # What has no value is named below the chart; where nothing has one, all names stand beside it.
    named = [i for i, run in enumerate(runs) if run or not known]
    targets = [up(runs[i][-1][-1][1]) if runs[i] else top + height for i in named]
    heights = [len(labels[i]) * TEXT * LINE_HEIGHT for i in named]
    places = _spread(targets, heights, top + height + TEXT)
    for y, i in zip(places, named, strict=True):
        color, dash, shape = styles[i]
        fig.line([(right + 8, y), (right + 40, y)], color=color, width=2.2, dash=dash)
        fig.marker(right + 24, y, shape=shape, color=color)
        write_rows(fig, right + 48, y, labels[i])
    fig.height = top + height + TEXT + 30

    drawn = "; ".join(
        f"{name} ({_(DASH_NAMES[look.dash])}, {_(SHAPE_NAMES[look.shape])}{_gap_words(run)})"
        for name, look, run in zip(names, styles, runs, strict=True)
    )
    when = _("years, {first} to {last}", first=first, last=last) if span else _("years")
    words = (
        _(
            "Line chart. Vertical axis: {label} From {low} to {high}. Horizontal axis: {when}. "
            "Lines: {lines}",
            label=sentence(y_label),
            low=write(steps[0]),
            high=write(steps[-1]),
            when=when,
            lines=sentence(drawn),
        )
        + " "
    )
    if marks:
        listed = "; ".join(f"{year}: {note}" for year, note in sorted(marks.items()))
        words += _("Marked: {notes}", notes=sentence(listed)) + " "
    told = names if gaps is None else gaps
    below = f"{missing_words(years, names, columns, step_years, told)} {note}".strip()
    table = folded(y_label, years, names, columns, say) if values and known else ""
    return to_html(fig, title=title, alt=words + alt, source=source, note=below, values=table)


def _stretches(
    years: Sequence[int], values: Sequence[float | None], step: int
) -> list[list[tuple[int, float]]]:
    """Return the runs of (year, value) that have neither a missing value nor a missing year."""
    runs: list[list[tuple[int, float]]] = []
    for year, value in zip(years, values, strict=True):
        if value is None:
            continue
        if not runs or year - runs[-1][-1][0] > step:
            runs.append([])
        runs[-1].append((year, value))
    return runs


def _gap_words(runs: Sequence[Sequence[tuple[int, float]]]) -> str:
    """Say from when to when there are values, and where they are broken off."""
    if not runs:
        return f", {_('no data')}"
    gaps = [_("{year} and {next}", year=a[-1][0], next=b[0][0]) for a, b in pairwise(runs)]
    years = _("{first} to {last}", first=runs[0][0][0], last=runs[-1][-1][0])
    return f", {years}" + (
        ", " + _("no data between {years}", years="; ".join(gaps)) if gaps else ""
    )


def _place_notes(
    marks: Mapping[int, str], across: Scale, width: float
) -> tuple[list[tuple[int, float, int]], int]:
    """Return (year, middle, row) of each note so that none overlap, and the number of rows."""
    ends: list[float] = []
    placed = []
    for year in sorted(marks):
        half = text_width(marks[year]) / 2
        x = min(max(across(year), PAD + half), width - PAD - half)
        row = next((i for i, end in enumerate(ends) if end < x - half), len(ends))
        ends[row : row + 1] = [x + half + 10]
        placed.append((year, x, row))
    return placed, len(ends)


def _spread(targets: Sequence[float], heights: Sequence[float], bottom: float) -> list[float]:
    """Return middles as near to `targets` as they can be without overlap or passing `bottom`."""
    order = sorted(range(len(targets)), key=lambda i: targets[i])
    middles = list(targets)
    for above, i in pairwise(order):
        middles[i] = max(middles[i], middles[above] + (heights[above] + heights[i]) / 2)
    limit = bottom
    for i in reversed(order):
        middles[i] = min(middles[i], limit - heights[i] / 2)
        limit = middles[i] - heights[i] / 2
    return middles
