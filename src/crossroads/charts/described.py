"""Describe a chart that learners draw with pandas' `.plot`, for people who can't see it.

The functions are pure: they make sentences of a figure of matplotlib. Nothing is drawn, and
matplotlib isn't imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ..i18n import N_, _, ngettext, number
from .labels import sentence

#: Of more lines or bars than these, only the first or the ends are named.
MOST_SERIES, MOST_BARS, MOST_GAPS = 6, 12, 8
#: Letters of a name or label, and of the whole: screen readers say a text at one go.
LONGEST_NAME, LONGEST = 120, 1500


def describe(figure: Any) -> str:
    """Describe a chart of matplotlib: its kind, title, axes, and each line or bar with its values.

    Return "" for a figure with nothing in it.
    """
    panels = _panels(figure)
    told = [" ".join(filter(None, _panel(axes))) for axes in panels]
    if len(told) > 1:
        told = [
            _("Chart {n} of {all}:", n=n, all=len(told)) + " " + words
            for n, words in enumerate(told, 1)
        ]
    above = _title(figure.get_suptitle()) if told else ""
    return _cut(" ".join(filter(None, [above, *told])), LONGEST)


def _panels(figure: Any) -> list[list[Any]]:
    """Return the charts of a figure; axes that lie on each other are two scales of one chart."""
    found: dict[tuple[float, ...], list[Any]] = {}
    for axes in figure.axes:
        if axes.get_visible() and axes.get_label() != "<colorbar>" and _filled(axes):
            place = tuple(round(edge, 3) for edge in axes.get_position().bounds)
            found.setdefault(place, []).append(axes)
    return [*found.values()]


def _filled(axes: Any) -> bool:
    return bool(axes.has_data() or axes.patches or axes.get_title())


def _panel(layers: list[Any]) -> Iterable[str]:
    """Yield the sentences of a chart."""
    yield " ".join(dict.fromkeys(_(_kind(axes)) for axes in layers))
    yield from (_title(axes.get_title(loc=at)) for axes in layers for at in _PLACES)
    if any(_slices(axes) for axes in layers):
        yield from (_pie(axes) for axes in layers)
        return
    yield _across(layers)
    yield from (_upwards(axes) for axes in layers)
    if not any(_boxes(axes) for axes in layers):
        yield from _series(layers)


_PLACES = ("left", "center", "right")


def _kind(axes: Any) -> str:
    if _slices(axes):
        return N_("Pie chart.")
    if _bars(axes):
        return N_("Bar chart.")
    if _lines(axes) and not _boxes(axes):
        filled = any("PolyCollection" in type(area).__name__ for area in axes.collections)
        return N_("Area chart.") if filled else N_("Line chart.")
    if _points(axes):
        return N_("Scatter plot.")
    return N_("Chart.")


def _across(layers: list[Any]) -> str:
    """Return the horizontal axis: its label, and from where to where the data go."""
    label = next((x for axes in layers if (x := _plain(axes.get_xlabel()))), "")
    lines = [(axes, line) for axes in layers for line in _lines(axes)]
    ends = [end for axes, line in lines for end in _ends(axes, line)]
    if ends and not any(_boxes(axes) for axes in layers):
        span: tuple[str, str] | None = (min(ends)[1], max(ends)[1])
    else:
        # Bars that stand apart are named by where they stand.
        upright = any(b.orientation == "vertical" for b in _bars(layers[0]))
        apart = upright and not _touching(layers[0])
        span = None if apart else _ticks(layers[0], layers[0].xaxis)
    what = _label_and_span(label, span)
    return _("Horizontal axis: {what}.", what=what) if what else ""


def _upwards(axes: Any) -> str:
    """Return the vertical axis: its label, and its lowest and highest number."""
    what = _label_and_span(_plain(axes.get_ylabel()), _ticks(axes, axes.yaxis))
    return _("Vertical axis: {what}.", what=what) if what else ""


def _label_and_span(label: str, span: tuple[str, str] | None) -> str:
    parts = [label] if label else []
    if span:
        parts.append(_("{low} to {high}", low=span[0], high=span[1]))
    return ", ".join(parts)


def _ends(axes: Any, line: Any) -> list[tuple[float, str]]:
    """Return where a line begins and ends on the horizontal axis, to be compared and in words."""
    places, xs = np.asarray(line.get_xdata(orig=False), float), _xs(line)
    ends = (np.argmin(places), np.argmax(places)) if len(places) else ()
    return [(float(places[i]), _at(axes, xs[i])) for i in ends]


def _ticks(axes: Any, axis: Any) -> tuple[str, str] | None:
    """Return the lowest and highest number that an axis shows; None for an axis of names."""
    if _names(axis):
        return None
    low, high = sorted(axis.get_view_interval())
    shown = [float(tick) for tick in axis.get_majorticklocs() if low <= tick <= high]
    # A logarithmic axis may have one number only.
    low, high = (min(shown), max(shown)) if len(shown) > 1 else (low, high)
    if axis is axes.xaxis:
        return _at(axes, low), _at(axes, high)
    return _say(low), _say(high)


def _names(axis: Any) -> dict[float, str]:
    """Return the names along an axis of categories, by their places; none on an axis of numbers."""
    formatter = axis.get_major_formatter()
    if type(formatter).__name__ not in ("FixedFormatter", "FuncFormatter", "StrCategoryFormatter"):
        return {}
    places = [float(place) for place in axis.get_majorticklocs()]
    texts = [_plain(text) for text in formatter.format_ticks(places)]
    return {p: text for p, text in zip(places, texts, strict=True) if text}


def _at(axes: Any, x: Any) -> str:
    """Return a place on the horizontal axis in words: a year, a date, a name."""
    if isinstance(x, (str, pd.Period)):
        return _plain(str(x))
    if isinstance(x, np.datetime64) or hasattr(x, "isoformat"):
        return str(pd.Timestamp(x)).removesuffix(" 00:00:00")
    if not _is_number(x):
        return _plain(str(pd.Timedelta(x) if isinstance(x, np.timedelta64) else x))
    freq = getattr(axes, "freq", None)
    if freq and isinstance(x, (int, np.integer)):
        return str(pd.Period(ordinal=int(x), freq=freq))
    if type(axes.xaxis.get_major_formatter()).__name__ in _DATES:
        return str(pd.Timestamp(float(x), unit="D").date())
    return _names(axes.xaxis).get(float(x)) or _say(float(x), years=True)


#: How matplotlib writes dates, which it counts in days since 1970.
_DATES = ("AutoDateFormatter", "ConciseDateFormatter", "DateFormatter", "PandasAutoDateFormatter")


def _lines(axes: Any) -> list[Any]:
    """Return the lines that show data, in the order in which they are drawn."""
    return [ln for ln in axes.lines if ln.get_visible() and _spans(axes, ln) is None]


def _spans(axes: Any, line: Any) -> str | None:
    """Return which way a line goes across the whole chart, whatever its limits are.

    Return ``None`` where it has data.
    """
    if line.get_transform() == axes.get_yaxis_transform(which="grid"):
        return "horizontal"
    if line.get_transform() == axes.get_xaxis_transform(which="grid"):
        return "vertical"
    return None


def _xs(line: Any) -> Any:
    return np.atleast_1d(line.get_xdata(orig=True))


def _values(line: Any) -> Any:
    return np.ma.filled(np.ma.asarray(line.get_ydata(orig=False), float), np.nan)


def _boxes(axes: Any) -> bool:
    """Return whether the lines are the edges of boxes in a box plot, which have no values."""
    lines = _lines(axes)
    return len(lines) > MOST_SERIES and all(len(_xs(ln)) <= 5 and not _name(ln) for ln in lines)


def _series(layers: list[Any]) -> Iterable[str]:
    """Yield what each line, group of bars or cloud of points shows."""
    drawn = [(a, one) for a in layers for one in (*_bars(a), *_lines(a), *_points(a))]
    legends = [legend for axes in layers if (legend := axes.get_legend()) is not None]
    listed = [_plain(text.get_text()) for legend in legends for text in legend.get_texts()]
    for i, (axes, one) in enumerate(drawn[:MOST_SERIES]):
        name = _name(one) if len(drawn) > 1 or legends else ""
        if not name and len(listed) == len(drawn):
            name = listed[i]
        if one in axes.containers:
            words = _group(axes, one)
            # It begins with a bar's name, which stays as it is.
            yield _named(name, words) if name else words
        else:
            yield _named(name, _line(axes, one) if one in axes.lines else _cloud(one))
    if (more := len(drawn) - MOST_SERIES) > 0:
        yield ngettext("And {n} more.", "And {n} more.", more)
    for axes in layers:
        for line in axes.lines:
            if line.get_visible() and (way := _spans(axes, line)):
                yield _reference(line, way)
        for image in axes.images:
            rows, columns = image.get_array().shape[:2]
            yield _("A grid of colours, {rows} by {columns}.", rows=rows, columns=columns)


def _named(name: str, words: str) -> str:
    """Return a sentence with the name of what it's about before it."""
    return _("{name}: {words}", name=name, words=words) if name else _capital(words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(axes: Any, line: Any) -> str:
    xs, values = _xs(line), _values(line)
    there = np.flatnonzero(np.isfinite(values))
    if not len(there):
        return _("no values.")
    first, last = there[0], there[-1]
    low, high = there[np.argmin(values[there])], there[np.argmax(values[there])]
    ends = {
        "first": _say(values[first]),
        "start": _at(axes, xs[first]),
        "last": _say(values[last]),
        "end": _at(axes, xs[last]),
    }
    if first == last:
        return _("{first} ({start}).", **ends)
    if len(there) == 2 and values[low] != values[high]:
        words = _("from {first} ({start}) to {last} ({end}).", **ends)
    elif values[low] == values[high]:
        words = _("always {first} ({start} to {end}).", **ends)
    else:
        words = _(
            "from {first} ({start}) to {last} ({end}), lowest {low} ({low_at}), "
            "highest {high} ({high_at}).",
            **ends,
            low=_say(values[low]),
            low_at=_at(axes, xs[low]),
            high=_say(values[high]),
            high_at=_at(axes, xs[high]),
        )
    if gaps := _gaps(axes, xs[first:last], values[first:last]):
        listed = ", ".join([*gaps[:MOST_GAPS], *["…"] * (len(gaps) > MOST_GAPS)])
        words += " " + _("Without a value: {listed}.", listed=listed)
    return words


def _gaps(axes: Any, xs: Any, values: Any) -> list[str]:
    """Return where a line is broken off: a year, or from which to which."""
    gone = np.flatnonzero(~np.isfinite(values))
    runs = np.split(gone, np.flatnonzero(np.diff(gone) > 1) + 1) if len(gone) else []
    ends = [(_at(axes, xs[run[0]]), _at(axes, xs[run[-1]])) for run in runs]
    return [a if a == b else _("{first} to {last}", first=a, last=b) for a, b in ends]


def _reference(line: Any, way: str) -> str:
    value = (line.get_ydata() if way == "horizontal" else line.get_xdata())[0]
    shown = _say(float(value), years=way == "vertical") if _is_number(value) else str(value)
    words = (
        _("a horizontal line at {value}.", value=shown)
        if way == "horizontal"
        else _("a vertical line at {value}.", value=shown)
    )
    return _named(_name(line), words)


# -- bars, points, slices --------------------------------------------------------------------------


def _bars(axes: Any) -> list[Any]:
    """Return the groups of bars, each of one colour as a rule."""
    return [c for c in axes.containers if type(c).__name__ == "BarContainer" and len(c.patches)]


def _group(axes: Any, bars: Any) -> str:
    flat = bars.orientation == "horizontal"
    names = _names(axes.yaxis if flat else axes.xaxis)
    named = [
        (_bar_name(axes, patch, flat, names), patch.get_width() if flat else patch.get_height())
        for patch in bars.patches
    ]
    shown = [(name, value) for name, value in named if np.isfinite(value)]
    if not shown:
        return _("no values.")
    if len(named) <= MOST_BARS:
        none = _("no data")
        listed = [f"{n}: {_say(v) if np.isfinite(v) else none}" for n, v in named]
        return sentence("; ".join(listed))
    low, high = min(shown, key=lambda one: one[1]), max(shown, key=lambda one: one[1])
    return ngettext(
        "{n} bar, lowest {low} ({low_at}), highest {high} ({high_at}).",
        "{n} bars, lowest {low} ({low_at}), highest {high} ({high_at}).",
        len(named),
        low=_say(low[1]),
        low_at=low[0],
        high=_say(high[1]),
        high_at=high[0],
    )


def _bar_name(axes: Any, patch: Any, flat: bool, names: dict[float, str]) -> str:
    """Return a bar's name: of the category where it stands, or of the numbers that it is for."""
    start, size = (
        (patch.get_y(), patch.get_height()) if flat else (patch.get_x(), patch.get_width())
    )
    middle = start + size / 2
    if names:
        # In a group of several, bars stand beside their name's place.
        nearest = min(names, key=lambda place: abs(place - middle))
        if abs(nearest - middle) < 0.5:
            return names[nearest]
    if _touching(axes):
        return _("{low} to {high}", low=_say(start), high=_say(start + size))
    return _say(middle, years=True) if flat else _at(axes, middle)


def _touching(axes: Any) -> bool:
    """Return whether bars stand without a gap, as those of a histogram do."""
    edges = sorted(
        {(round(p.get_x(), 6), round(p.get_x() + p.get_width(), 6)) for p in axes.patches}
    )
    return len(edges) > 1 and all(np.isclose(a[1], b[0]) for a, b in pairwise(edges))


def _points(axes: Any) -> list[Any]:
    return [c for c in axes.collections if type(c).__name__ == "PathCollection" and c.get_visible()]


def _cloud(points: Any) -> str:
    places: Any = np.ma.filled(np.ma.asarray(points.get_offsets(), float), np.nan)
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):
        return _("no values.")
    (left, low), (right, high) = places.min(axis=0), places.max(axis=0)
    return ngettext(
        "{n} point, horizontally from {left} to {right} and vertically from {low} to {high}.",
        "{n} points, horizontally from {left} to {right} and vertically from {low} to {high}.",
        len(places),
        left=_say(left, years=True),
        right=_say(right, years=True),
        low=_say(low),
        high=_say(high),
    )


def _slices(axes: Any) -> list[Any]:
    return [p for p in axes.patches if type(p).__name__ == "Wedge"]


def _pie(axes: Any) -> str:
    """Return each slice with its share of the whole circle."""
    parts = _slices(axes)
    told = [f"{_name(one)}: {_say((one.theta2 - one.theta1) / 3.6)} %" for one in parts[:MOST_BARS]]
    return sentence("; ".join([*told, *["…"] * (len(parts) > MOST_BARS)]))


def _name(drawn: Any) -> str:
    """Return the name that a legend has for it; none for what matplotlib calls it."""
    label = _plain(drawn.get_label())
    return "" if label.startswith("_") or label == "None" else label


def _title(text: str) -> str:
    return sentence(words) if (words := _plain(text)) else ""


def _plain(text: object) -> str:
    """Return a text in one line."""
    return _cut(" ".join(str(text or "").split()), LONGEST_NAME)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, np.timedelta64)


def _say(value: float, *, years: bool = False) -> str:
    """Return a number with four digits that count; a year without a sign for thousands."""
    value = float(value)
    if years and value.is_integer() and 1000 <= value < 3000:
        return str(int(value))
    if abs(value) < 1e-9:  # what is left of a zero that was reckoned
        return "0"
    return number(value, ",.4g" if abs(value) < 1000 else ",.0f")
