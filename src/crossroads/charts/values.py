"""The values of a chart in words: at each mark, and as a table folded below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..i18n import _, number
from ..web.html import Html, framed, row
from .axes import number_format


def unit_of(label: str) -> str:
    """Return what stands behind each value of a measure with this name.

    This is a per cent sign, or nothing.
    """
    return "\u00a0%" if "%" in label else ""


def writer(values: Sequence[float], digits: int | None) -> Callable[[float], str]:
    """Return a writer of numbers as on the axes, but of small ones with two figures that count."""
    usual = number_format(values, digits)

    def write(value: float) -> str:
        said = usual(value)
        figures = "".join(c for c in said if c.isdigit()).lstrip("0")
        if digits is None and len(figures) < 2 and value != round(value):
            return number(value, ".2g").replace("-", "−")
        return said

    return write


def folded(
    caption: str,
    years: Sequence[int],
    names: Sequence[str],
    columns: Sequence[Sequence[float | None]],
    write: Callable[[float], str],
) -> Html:
    """Return the lines of a chart as a table with a row for each year that has a value, folded."""
    rows = [
        row(str(year), *(None if value is None else write(value) for value in values))
        for year, values in zip(years, zip(*columns, strict=True), strict=True)
        if any(value is not None for value in values)
    ]
    whole = framed(caption, [_("Year"), *names], Html("").join(rows))
    # On white paper like the chart, also in a dark theme.
    return Html(
        '<details style="padding:0 20px 8px;font-size:14px"><summary>{}</summary>{}</details>'
    ).format(_("Values"), whole)
