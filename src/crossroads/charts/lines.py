"""Lines over the years, with gaps where there is no value."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..i18n import _
from ..web.html import Html
from .axes import Scale, decimals, floats, number_format, round_steps, round_years, write_measure
from .labels import sentence, text_width, wrap, write_rows
from .missing import flag_words, missing_words
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
    Look,
)
from .sizes import width as available
from .svg import Figure
from .values import folded, unit_of, writer

if TYPE_CHECKING:
    from pandas import DataFrame

#: Where a plot begins and ends across, in pixels.
Sides = tuple[float, float]


class Note(NamedTuple):
    """A note above a plot: its year, its middle, half its width, and its row from below."""

    year: int
    x: float
    half: float
    row: int


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
    flags: DataFrame | None = None,
    flagged: str = "",
    note: str = "",
    from_zero: bool = True,
    digits: int | None = None,
    values: bool = True,
    span: tuple[int, int] | None = None,
    sides: Sides | None = None,
    width: float | None = None,
    height: float = 320,
) -> Html:
    """Draw one line for each column of `frame` over the years in its index.

    Lines differ in colour, dashes and marker, and carry their names at the right, or above where
    there is little room. `looks` gives each column its own, such as `country(code)`; without it the
    order of the columns does. Every value has its marker, so that the values can be counted; it is
    hollow where `flags`, a frame of the same columns, is true, and `flagged` says below what that
    means. Missing values and missing years are gaps, never joined; the usual step between years is
    the smallest in the index. Below the chart stand the lines without any value, the years without
    one (of the columns in `gaps`, of all without it), and `note`. `mark` maps a year to a short
    note above an upright line. `from_zero` keeps zero on the vertical axis; `y_label` names the
    measure with its unit; `height` is that of the plot alone. `span` (first and last year) and
    `sides` are for charts that are read above each other. A year that is pointed at shows its
    values with `digits` decimals (default: about three figures); `values` folds a table of them
    all below the chart. Raises ValueError for more than six lines, doubled years or an infinite
    value.
    """
    frame = frame.sort_index()
    years = [int(year) for year in frame.index]
    if len(set(years)) < len(years):
        raise ValueError("a year stands twice in the index")
    if frame.shape[1] > len(LOOKS):
        raise ValueError(f"{frame.shape[1]} lines in one chart; it stays readable with 6 or fewer")
    width = width or available()
    marks, styles = dict(mark or {}), list(looks or LOOKS[: frame.shape[1]])
    names = [str(name) for name in frame.columns]
    columns = [floats(frame.iloc[:, i]) for i in range(frame.shape[1])]
    known = [v for column in columns for v in column if v is not None]
    steps = round_steps(known, from_zero=from_zero, count=min(8, max(3, int(height / 32))))
    write = number_format(steps, decimals(steps, 6))
    step_years = min((b - a for a, b in pairwise(years)), default=1)
    runs = [_stretches(years, column, step_years) for column in columns]
    # What has no value is named below the chart; where nothing has one, all names are in the key.
    named = [i for i, run in enumerate(runs) if run or not known]
    hollow = _flagged(frame, flags)

    numbers = max(text_width(write(step)) for step in steps)
    left, right = sides or plot_sides(names, width, numbers=numbers)
    beside = width - PAD - right > 58
    shown = [*years, *marks, *(span or ())]
    first, last = min(shown, default=0), max(shown, default=0)
    across = Scale(first, last, left + 8, right - 8)

    fig = Figure(width, 0)
    notes, note_rows = _place_notes(marks, across, width)
    top = write_measure(fig, y_label)
    if not beside:
        top = _write_key(fig, top + 4, [(names[i], styles[i]) for i in named])
    top += 18 + note_rows * (TEXT * LINE_HEIGHT + 2)
    up = Scale(steps[0], steps[-1], top + height, top)
    _draw_axes(fig, [(up(s), write(s), s == 0) for s in steps], left, right, top + height)
    _draw_years(fig, across, (first, last) if shown else None, right - left, top + height)
    _write_notes(fig, notes, marks, across, top, top + height)

    # Each value has its marker, so that it can be counted; where years stand close it's smaller.
    size = min(4.0, max(1.8, 0.42 * across.rate * step_years))
    say, unit = writer(known, digits), unit_of(y_label)
    fig.guide = (top, top + height)
    drawn_lines = zip(names, runs, styles, hollow, strict=True)
    for name, series, (color, dash, shape), empty in drawn_lines:
        for stretch in series:
            points = [(across(year), up(value)) for year, value in stretch]
            if len(points) > 1:
                fig.line(points, color=color, width=2.2, dash=dash)
            for (x, y), (year, value) in zip(points, stretch, strict=True):
                with fig.mark(f"{year}\n{name}: {say(value)}{unit}"):
                    fig.marker(x, y, shape=shape, color=color, size=size, hollow=year in empty)
    if not known:
        fig.text((left + right) / 2, top + height / 2, _("no data"), color=MUTED, anchor="middle")
    if beside:
        labels = [wrap(names[i], width - PAD - right - 48) for i in named]
        targets = [up(runs[i][-1][-1][1]) if runs[i] else top + height for i in named]
        heights = [len(rows) * TEXT * LINE_HEIGHT for rows in labels]
        places = _spread(targets, heights, top + height + TEXT)
        for y, i, rows in zip(places, named, labels, strict=True):
            _draw_sample(fig, right + 8, y, styles[i])
            write_rows(fig, right + 48, y, rows)
    fig.height = top + height + TEXT + 30

    drawn = "; ".join(
        f"{name} ({_(DASH_NAMES[look.dash])}, {_(SHAPE_NAMES[look.shape])}{_gap_words(run)})"
        for name, look, run in zip(names, styles, runs, strict=True)
    )
    when = _("years, {first} to {last}", first=first, last=last) if shown else _("years")
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
    repeats = flag_words(flagged, names, hollow, step_years)
    words += f"{repeats} " if repeats else ""
    told = names if gaps is None else gaps
    below = [missing_words(years, names, columns, step_years, told), repeats, note]
    table = folded(y_label, years, names, columns, say) if values and known else ""
    below_words = " ".join(filter(None, below))
    return to_html(fig, title=title, alt=words + alt, source=source, note=below_words, values=table)


def plot_sides(names: Sequence[str], width: float, *, numbers: float = 0) -> Sides:
    """Return where a plot begins and ends across, with room for the lines' `names` beside it.

    It ends at the right margin where the names wouldn't leave it room: then they stand above.
    `numbers` is the width of the numbers at the vertical axis; three digits always have room.
    """
    left = PAD + max(numbers, text_width("100")) + 12
    rows = [row for name in names for row in wrap(name, width * 0.26)]
    right = width - PAD - max(map(text_width, rows), default=0) - 58
    return left, right if right - left >= 0.5 * width else width - PAD - 8


def _flagged(frame: DataFrame, flags: DataFrame | None) -> list[set[int]]:
    """Return the years whose values are flagged, for each column."""
    if flags is None:
        return [set() for _column in frame.columns]
    known = frame.notna()
    flags = flags.reindex(index=frame.index, columns=frame.columns).eq(True) & known
    return [{int(y) for y in flags.index[flags.iloc[:, i]]} for i in range(flags.shape[1])]


def _draw_axes(
    fig: Figure,
    steps: Sequence[tuple[float, str, bool]],
    left: float,
    right: float,
    bottom: float,
) -> None:
    """Draw the level lines with their numbers; that of zero is darker."""
    for y, words, zero in steps:
        fig.line([(left, y), (right, y)], color=MUTED if zero else GRID)
        fig.text(left - 10, y + TEXT * 0.36, words, color=MUTED, anchor="end")


def _draw_years(
    fig: Figure, across: Scale, span: tuple[int, int] | None, room: float, y: float
) -> None:
    """Draw the years below a plot: a tick for each where there is room, numbers at round ones."""
    if span is None:
        return
    every = range(span[0], span[1] + 1) if across.rate >= 4 else ()
    for year in every:
        fig.line([(across(year), y), (across(year), y + 3)], color=MUTED)
    for year in round_years(*span, room):
        x = across(year)
        fig.line([(x, y), (x, y + 6)], color=MUTED)
        fig.text(x, y + TEXT + 9, str(year), color=MUTED, anchor="middle")


def _draw_sample(fig: Figure, x: float, y: float, look: Look) -> None:
    """Draw a piece of a line with its marker, as a key has it."""
    fig.line([(x, y), (x + 32, y)], color=look.color, width=2.2, dash=look.dash)
    fig.marker(x + 16, y, shape=look.shape, color=look.color)


def _write_key(fig: Figure, top: float, entries: Sequence[tuple[str, Look]]) -> float:
    """Write the lines' names in rows, each after a piece of its line; return where they end."""
    x, y, tall = float(PAD), top, 0.0
    for name, look in entries:
        rows = wrap(name, fig.width - 2 * PAD - 40)
        wide = 40 + max(map(text_width, rows))
        if x > PAD and x + wide > fig.width - PAD:
            x, y, tall = float(PAD), y + tall, 0.0
        tall = max(tall, TEXT * LINE_HEIGHT * len(rows) + 3)
        middle = y + TEXT * LINE_HEIGHT * len(rows) / 2
        _draw_sample(fig, x, middle, look)
        write_rows(fig, x + 40, middle, rows)
        x += wide + 18
    return y + tall


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


def _place_notes(marks: Mapping[int, str], across: Scale, width: float) -> tuple[list[Note], int]:
    """Return where each note stands so that none overlap, and the number of rows."""
    ends: list[float] = []
    placed = []
    for year in sorted(marks):
        half = text_width(marks[year]) / 2
        x = min(max(across(year), PAD + half), width - PAD - half)
        row = next((i for i, end in enumerate(ends) if end < x - half), len(ends))
        ends[row : row + 1] = [x + half + 10]
        placed.append(Note(year, x, half, row))
    return placed, len(ends)


def _write_notes(
    fig: Figure,
    notes: Sequence[Note],
    marks: Mapping[int, str],
    across: Scale,
    top: float,
    bottom: float,
) -> None:
    """Write the notes above the plot; an upright line ends below a note that isn't its own."""
    for own in notes:
        x = across(own.year)
        row = min(
            (n.row for n in notes if n.row < own.row and abs(n.x - x) < n.half + 4),
            default=own.row,
        )
        y = top - 8 - TEXT * LINE_HEIGHT * (0 if row < own.row else row)
        fig.line([(x, y), (x, bottom)], color=MUTED, dash="3 3")
    for own in notes:
        y = top - 12 - TEXT * LINE_HEIGHT * own.row
        fig.text(own.x, y, marks[own.year], anchor="middle", halo=True)


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
