"""Charts as inline SVG: bars, ranges and lines, each with a text alternative and a source.

Every chart is a plain string of HTML, `<figure><svg role="img" aria-label=…>…<figcaption>`,
so it works wherever HTML works: JupyterLab, an exported page, paper. It holds no id, script,
style sheet or address, so any number of charts share a page. Sizes are in CSS pixels, origin top
left, y downwards. Why not a plotting library: docs/charts.md has the measurements.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from ..i18n import N_, _, isolated, number, rtl
from ..web.html import Html

if TYPE_CHECKING:
    from pandas import DataFrame, Series

Point = tuple[float, float]
Shape = Literal["circle", "square", "triangle", "diamond", "cross", "wedge"]

PAPER = "#FFFFFF"
INK = "#1B1B1B"
MUTED = "#555555"
GRID = "#E3E3E3"
# After Okabe and Ito (2008), less the colours too pale for lines on white. The tests compute
# contrast (3:1 or more) and the distances as colour-blind readers see them.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#1B1B1B", "#CC79A7", "#904830")
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "diamond", "cross", "wedge")
DASHES = ("", "8 4", "2 3", "10 3 2 3", "16 4", "10 3 2 3 2 3")
_LOOKS = tuple(zip(PALETTE, DASHES, SHAPES, strict=True))
_LOOK_NAMES = (
    N_("solid line, circles"),
    N_("dashed line, squares"),
    N_("dotted line, triangles"),
    N_("dash-dot line, diamonds"),
    N_("long-dashed line, crosses"),
    N_("dash-dot-dot line, wedges"),
)

WIDTH = 680
PAD = 20
TEXT = 15
TITLE = 18
_LINE = 1.25  # line height, in font sizes
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif"
# Advance widths in font sizes, rounded up from DejaVu Sans, the widest of the common fonts:
# the reader's font isn't known here, and text that is narrower than its room does no harm.
_EMS = {
    **dict.fromkeys("ijlI.,:;'|! ()[]/-f", 0.41),
    **dict.fromkeys('trJ"', 0.46),
    **dict.fromkeys("ckszvxy", 0.6),
    **dict.fromkeys("ABCEFKLPRSTVXYZ", 0.72),
    **dict.fromkeys("wOQGNDHU+=<>−", 0.86),
    **dict.fromkeys("mMW@%—…&", 1.0),
}


class Figure:
    """A white sheet of `width` by `height` pixels to draw on; `to_html` gives it its finish."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.parts: list[str] = []

    def line(
        self, points: Iterable[Point], *, color: str = INK, width: float = 1, dash: str = ""
    ) -> None:
        """Draw a line through `points`; `dash` is SVG's list of dash and gap lengths."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{escape(dash)}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{escape(color)}" '
            f'stroke-width="{_n(width)}" stroke-linejoin="round"{dashes}/>'
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
        path = "".join("M" + " ".join(f"{_n(x)},{_n(y)}" for x, y in r) + "Z" for r in rings)
        self.parts.append(
            f'<path d="{path}" fill="{escape(fill)}" fill-rule="evenodd" '
            f'stroke="{escape(stroke)}" stroke-width="{_n(width)}" stroke-linejoin="round"/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Draw a filled rectangle with its upper left corner at `x`, `y`."""
        self.parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{escape(fill)}"/>'
        )

    def marker(
        self, x: float, y: float, *, shape: Shape = "circle", color: str = INK, size: float = 4
    ) -> None:
        """Draw a marker of half-width `size` around `x`, `y`, with a thin white rim."""
        s = size
        if shape == "circle":
            body = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(s)}"'
        else:
            corners = _CORNERS[shape]
            path = " ".join(f"{_n(x + s * i)},{_n(y + s * j)}" for i, j in corners)
            body = f'<polygon points="{path}"'
        self.parts.append(f'{body} fill="{escape(color)}" stroke="{PAPER}"/>')

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
        style = f' font-size="{_n(size)}"' if size != TEXT else ""
        style += f' text-anchor="{anchor}"' if anchor != "start" else ""
        style += ' font-weight="600"' if bold else ""
        style += f' fill="{escape(color)}"' if color != INK else ""
        if halo:
            style += f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"'
        self.parts.append(f'<text x="{_n(x)}" y="{_n(y)}"{style}>{escape(isolated(words))}</text>')


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


def to_html(fig: Figure, *, title: str, alt: str, source: str) -> Html:
    """Finish a drawing: title above, source below, and `title` and `alt` as its text alternative.

    `alt` says in words what a reader sees: form, axes and units, key, and what it shows.
    `source` names the source and its date. Raises ValueError if one of the three is blank.
    """
    for name, words in (("title", title), ("alt", alt), ("source", source)):
        if not words.strip():
            raise ValueError(f"a chart needs its {name}")
    head = Figure(fig.width, 0)
    rows = _wrap(title, fig.width - 2 * PAD, TITLE, bold=True)
    for i, row in enumerate(rows):
        head.text(PAD, PAD + TITLE * (0.8 + _LINE * i), row, size=TITLE, bold=True)
    top = PAD + TITLE * _LINE * len(rows)
    width, height = _n(fig.width), _n(top + fig.height)
    label = escape(f"{_sentence(title)} {alt.strip()}")
    # Years and values run from left to right in every language; each text keeps its own direction.
    axes = ";direction:ltr" if rtl() else ""
    below = escape(_("Source: {source}", source=source.strip()))
    return Html(
        f'<figure class="cr-figure" style="margin:.5rem 0;max-width:{width}px;'
        f"color:{INK};background:{PAPER};font-family:{_FONT};break-inside:avoid;"
        f'forced-color-adjust:none;print-color-adjust:exact"><svg role="img" aria-label="{label}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-size="{TEXT}" '
        f'fill="{INK}" style="display:block;max-width:100%;height:auto{axes}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(head.parts)}'
        f'<g transform="translate(0 {_n(top)})">{"".join(fig.parts)}</g></svg>'
        f'<figcaption style="padding:0 {PAD}px 14px;font-size:14px;line-height:1.4;'
        f'color:{MUTED}">{below}</figcaption></figure>'
    )


def bars(
    data: Series,
    *,
    title: str,
    value_label: str,
    alt: str,
    source: str,
    digits: int | None = None,
    width: float = WIDTH,
) -> Html:
    """Draw one horizontal bar for each entry of `data`, in its order, with the value at its end.

    The index gives the labels. Bars start at zero; a missing value is written as "no data".
    `value_label` names the measure with its unit; `digits` are the decimals shown (default: as
    many as the size of the values asks for); `alt` says what the chart shows. Raises ValueError
    for an infinite value.
    """
    values = _numbers(data)
    names = [str(name) for name in data.index]
    shown = _format([v for v in values if v is not None], digits)
    ends = [_("no data") if v is None else shown(v) for v in values]
    known = [v for v in values if v is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    labels, widest, heights = _labels(names, width)
    end_room = max((text_width(e) for e in ends), default=0) + 8
    left = PAD + widest + 12 + (end_room if low < 0 else 0)
    scale = _Scale(low, high, left, width - PAD - end_room)
    zero = scale(0)

    fig = Figure(width, 0)
    top = y = _measure(fig, value_label) + 12
    for rows, tall, value, end in zip(labels, heights, values, ends, strict=True):
        middle = y + tall / 2
        _stack(fig, PAD, middle, rows)
        if value is None:
            fig.text(zero + 8, middle + TEXT * 0.36, end, color=MUTED)
        else:
            x = scale(value)
            fig.rect(min(x, zero), middle - 10, abs(x - zero), 20, fill=PALETTE[0])
            side: Literal["start", "end"] = "end" if value < 0 else "start"
            fig.text(x + (-8 if value < 0 else 8), middle + TEXT * 0.36, end, anchor=side)
        y += tall
    fig.line([(zero, top), (zero, y)], color=MUTED)
    fig.height = y + 14
    listed = "; ".join(f"{name}: {end}" for name, end in zip(names, ends, strict=True))
    words = f"{_('Bar chart.')} {_sentence(value_label)} {_sentence(listed)} {alt}"
    return to_html(fig, title=title, alt=words, source=source)


def ranges(
    frame: DataFrame,
    *,
    title: str,
    value_label: str,
    alt: str,
    source: str,
    digits: int | None = None,
    from_zero: bool = True,
    width: float = WIDTH,
) -> Html:
    """Draw one interval for each row of `frame`: columns `low` and `high`, and `mid` for its dot.

    The index gives the labels; the three columns are in one unit, named in `value_label`. A row
    with `low` or `high` missing is written as "no data"; one with `mid` missing has no dot.
    Raises KeyError without one of the columns, ValueError for low > high or an infinite value.
    """
    low, mid, high = (_numbers(frame[column]) for column in ("low", "mid", "high"))
    names = [str(name) for name in frame.index]
    triples = [
        None if a is None or c is None else (a, b, c)
        for a, b, c in zip(low, mid, high, strict=True)
    ]
    for name, triple in zip(names, triples, strict=True):
        if triple and triple[0] > triple[2]:
            raise ValueError(f"{name}: low is above high")
    known = [v for triple in triples if triple for v in triple if v is not None]
    shown = _format(known, digits)
    ends = [
        _("no data") if t is None else _("{low} to {high}", low=shown(t[0]), high=shown(t[2]))
        for t in triples
    ]
    labels, widest, heights = _labels(names, width)
    end_room = max((text_width(e) for e in ends), default=0) + 14
    left = PAD + widest + 20
    right = width - PAD - end_room
    steps = _ticks(known, from_zero=from_zero, count=max(2, int((right - left) / 90)))
    scale = _Scale(steps[0], steps[-1], left, right)

    fig = Figure(width, 0)
    top = y = _measure(fig, value_label) + 12
    bottom = top + sum(heights)
    write = _format(steps, _decimals(steps, 6))
    for step in steps:
        fig.line([(scale(step), top), (scale(step), bottom)], color=GRID)
        fig.text(scale(step), bottom + TEXT + 5, write(step), color=MUTED, anchor="middle")
    for rows, tall, triple, end in zip(labels, heights, triples, ends, strict=True):
        middle = y + tall / 2
        _stack(fig, PAD, middle, rows)
        if triple is None:
            fig.text(left + 8, middle + TEXT * 0.36, end, color=MUTED, halo=True)
        else:
            a, b, c = triple
            fig.line([(scale(a), middle), (scale(c), middle)], color=PALETTE[0], width=3)
            for x in (scale(a), scale(c)):
                fig.line([(x, middle - 7), (x, middle + 7)], color=PALETTE[0], width=3)
            if b is not None:
                fig.marker(scale(b), middle, color=PALETTE[0], size=6.5)
            fig.text(scale(c) + 12, middle + TEXT * 0.36, end, halo=True)
        y += tall
    fig.height = bottom + TEXT + 24
    listed = "; ".join(
        f"{name}: {end}"
        + (_(", middle {value}", value=shown(t[1])) if t and t[1] is not None else "")
        for name, end, t in zip(names, ends, triples, strict=True)
    )
    kind = _("Chart of ranges, low to high.")
    words = f"{kind} {_sentence(value_label)} {_sentence(listed)} {alt}"
    return to_html(fig, title=title, alt=words, source=source)


def lines(
    frame: DataFrame,
    *,
    title: str,
    y_label: str,
    alt: str,
    source: str,
    mark: Mapping[int, str] | None = None,
    from_zero: bool = True,
    width: float = WIDTH,
    height: float = 320,
) -> Html:
    """Draw one line for each column of `frame` over the years in its index.

    Lines differ in colour, dashes and marker, and carry their names at the right. Missing values
    and missing years are gaps, never joined; the usual step between years is the smallest in the
    index. `mark` maps a year to a short note above an upright line. `from_zero` keeps zero on the
    vertical axis; `y_label` names the measure with its unit; `height` is that of the plot alone.
    Raises ValueError for more than six lines, doubled years or an infinite value.
    """
    frame = frame.sort_index()
    years = [int(year) for year in frame.index]
    if len(set(years)) < len(years):
        raise ValueError("a year stands twice in the index")
    if frame.shape[1] > len(PALETTE):
        raise ValueError(f"{frame.shape[1]} lines in one chart; it stays readable with 6 or fewer")
    marks = dict(mark or {})
    names = [str(name) for name in frame.columns]
    columns = [_numbers(frame.iloc[:, i]) for i in range(frame.shape[1])]
    known = [v for column in columns for v in column if v is not None]
    steps = _ticks(known, from_zero=from_zero, count=5)
    write = _format(steps, _decimals(steps, 6))

    labels = [_wrap(name, width * 0.26, TEXT) for name in names]
    room = max((text_width(row) for rows in labels for row in rows), default=0)
    left = PAD + max(text_width(write(step)) for step in steps) + 12
    right = width - PAD - room - 58
    span = [*years, *marks]
    first, last = min(span, default=0), max(span, default=0)
    across = _Scale(first, last, left + 8, right - 8)

    fig = Figure(width, 0)
    notes, note_rows = _place_notes(marks, across, width)
    top = _measure(fig, y_label) + 18 + note_rows * (TEXT * _LINE + 2)
    up = _Scale(steps[0], steps[-1], top + height, top)
    for step in steps:
        y = up(step)
        fig.line([(left, y), (right, y)], color=MUTED if step == 0 else GRID)
        fig.text(left - 10, y + TEXT * 0.36, write(step), color=MUTED, anchor="end")
    for year in _year_ticks(first, last, right - left) if span else []:
        x = across(year)
        fig.line([(x, top + height), (x, top + height + 5)], color=MUTED)
        fig.text(x, top + height + TEXT + 9, str(year), color=MUTED, anchor="middle")
    for year, _x, row in notes:
        y = top - 8 - TEXT * _LINE * row
        fig.line([(across(year), y), (across(year), top + height)], color=MUTED, dash="3 3")
    for year, x, row in notes:
        y = top - 12 - TEXT * _LINE * row
        fig.text(x, y, marks[year], anchor="middle", halo=True)

    step_years = min((b - a for a, b in pairwise(years)), default=1)
    every = math.ceil(24 / (across.rate * step_years))
    runs = [_stretches(years, column, step_years) for column in columns]
    for place, (series, (color, dash, shape)) in enumerate(zip(runs, _LOOKS, strict=False)):
        for stretch in series:
            points = [(across(year), up(value)) for year, value in stretch]
            if len(points) > 1:
                fig.line(points, color=color, width=2.2, dash=dash)
            # A marker at both ends makes a gap plain even beside dashes; between them, few
            # enough not to touch, and not at the same years for all lines.
            for i, (x, y) in enumerate(points):
                if i in (0, len(points) - 1) or (stretch[i][0] // step_years - place) % every == 0:
                    fig.marker(x, y, shape=shape, color=color)
    if not known:
        fig.text((left + right) / 2, top + height / 2, _("no data"), color=MUTED, anchor="middle")

    targets = [up(run[-1][-1][1]) if run else top + height for run in runs]
    heights = [len(rows) * TEXT * _LINE for rows in labels]
    places = _spread(targets, heights, top + height + TEXT)
    for y, rows, (color, dash, shape) in zip(places, labels, _LOOKS, strict=False):
        fig.line([(right + 8, y), (right + 40, y)], color=color, width=2.2, dash=dash)
        fig.marker(right + 24, y, shape=shape, color=color)
        _stack(fig, right + 48, y, rows)
    fig.height = top + height + TEXT + 30

    drawn = "; ".join(
        f"{name} ({_(look)}{_gap_words(run)})"
        for name, look, run in zip(names, _LOOK_NAMES, runs, strict=False)
    )
    when = _("years, {first} to {last}", first=first, last=last) if span else _("years")
    words = (
        _(
            "Line chart. Vertical axis: {label} From {low} to {high}. Horizontal axis: {when}. "
            "Lines: {lines}",
            label=_sentence(y_label),
            low=write(steps[0]),
            high=write(steps[-1]),
            when=when,
            lines=_sentence(drawn),
        )
        + " "
    )
    if marks:
        listed = "; ".join(f"{year}: {note}" for year, note in sorted(marks.items()))
        words += _("Marked: {notes}", notes=_sentence(listed)) + " "
    return to_html(fig, title=title, alt=words + alt, source=source)


@contextmanager
def style() -> Iterator[None]:
    """Give what learners draw with pandas' `.plot` the same look, within a `with` block.

    Lines get dashes and markers besides colours. Imports matplotlib.
    """
    import matplotlib
    from cycler import cycler

    dashes = [(0, tuple(float(n) / 2 for n in dash.split())) if dash else "-" for dash in DASHES]
    cycle = cycler(color=PALETTE, linestyle=dashes, marker=["o", "s", "^", "D", "X", "v"])
    look: Any = {
        "axes.prop_cycle": cycle,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "figure.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "font.size": 11,
        "grid.color": GRID,
        "lines.linewidth": 1.8,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
    }
    with matplotlib.rc_context(look):
        yield


def text_width(words: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return the pixels that `words` need in the widest font a reader is likely to have."""
    ems = sum(_EMS.get(c) or (0.64 if c < "\u0250" else 0.75 if c < "\u0590" else 1) for c in words)
    return ems * size * (1.12 if bold else 1)


class _Scale:
    """A straight-line map from values to pixels; a span of nothing counts as 1."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start = low, start
        self.rate = (end - start) / (high - low if high - low > 1e-9 else 1)

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) * self.rate


def _n(value: float) -> str:
    """Return a coordinate with one decimal at most, the same on every machine."""
    return f"{round(value, 1) + 0.0:g}"  # + 0.0 turns -0.0 into 0.0


def _numbers(data: Series) -> list[float | None]:
    """Return the values as floats, None where missing."""
    found = data.to_numpy(dtype=float, na_value=math.nan).tolist()
    if any(math.isinf(v) for v in found):
        raise ValueError("a chart can't show an infinite value")
    return [None if math.isnan(v) else v for v in found]


def _decimals(values: Sequence[float], most: int) -> int:
    """Return how many decimals, up to `most`, write every value exactly."""
    for digits in range(most):
        if all(abs(round(v, digits) - v) < 1e-9 * max(1.0, abs(v)) for v in values):
            return digits
    return most


def _format(values: Sequence[float], digits: int | None) -> Callable[[float], str]:
    """Return a writer of numbers: `digits` decimals, or about three figures and no idle zeros."""
    if digits is None:
        largest = max((abs(v) for v in values), default=0.0)
        figures = 2 - math.floor(math.log10(largest)) if largest else 0
        digits = _decimals(values, min(max(figures, 0), 6))

    def write(value: float) -> str:
        return number(round(value, digits) + 0.0, f",.{digits}f").replace("-", "−")

    return write


def _ticks(values: Sequence[float], *, from_zero: bool, count: int) -> list[float]:
    """Return about `count` round, evenly spaced numbers that span `values`."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-9:
        high = low + 1
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = size * next(n for n in (1, 2, 2.5, 5, 10) if n * size >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def _year_ticks(first: int, last: int, room: float) -> list[int]:
    """Return round years from `first` to `last` whose labels fit into `room` pixels."""
    most = max(1, room / 60)
    step = next((n for n in (1, 2, 5, 10, 20, 25, 50) if (last - first) / n <= most), 100)
    return [year for year in range(first, last + 1) if year % step == 0]


def _sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _measure(fig: Figure, words: str) -> float:
    """Write the name of the measure under the title; return the height it takes."""
    rows = _wrap(words, fig.width - 2 * PAD)
    for i, row in enumerate(rows):
        fig.text(PAD, TEXT * (1 + _LINE * i), row, color=MUTED)
    return TEXT * _LINE * len(rows)


def _wrap(words: str, room: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """Break text at plain spaces into rows that fit `room` pixels; a longer word stands alone."""
    rows: list[str] = []
    for word in words.split(" "):
        if rows and text_width(f"{rows[-1]} {word}", size, bold=bold) <= room:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _labels(names: Sequence[str], width: float) -> tuple[list[list[str]], float, list[float]]:
    """Return the rows of text of each label at the left, their greatest width, their heights."""
    labels = [_wrap(name, width * 0.36) for name in names]
    widest = max((text_width(row) for rows in labels for row in rows), default=0.0)
    return labels, widest, [max(32.0, len(rows) * TEXT * _LINE + 10) for rows in labels]


def _stack(fig: Figure, x: float, middle: float, rows: Sequence[str]) -> None:
    """Write rows of text below each other, centred on the height `middle`."""
    for i, row in enumerate(rows):
        fig.text(x, middle + TEXT * (0.36 + _LINE * (i - (len(rows) - 1) / 2)), row)


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
    marks: Mapping[int, str], across: _Scale, width: float
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
