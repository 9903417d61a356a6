"""The path to the target, what is recorded, and the fan of simulated years."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ... import charts
from ...i18n import _, number
from ...web.html import Html
from .choices import LAST, MEASURES, RISE, SOURCE, Choices
from .labels import money
from .simulation import Chance, known, needed, trade


def chart(choices: Choices, found: Chance | None, sentence: str) -> Html:
    path = needed(choices)
    begin = int(known(choices).first_valid_index())
    end = int(path.index[-1])
    shown = trade(choices.measure).reindex(range(begin, end + 1))
    # A fan may open very wide: past this height it's cut, and the table has its figures.
    fixed = max(float(shown.max()), float(path.max()))
    widest = float(found.paths[90].max()) if found else 0.0
    high = min(max(fixed, widest), 2.2 * fixed)
    step = next(n * 10.0**e for e in range(-1, 6) for n in (1, 2, 5) if high / (n * 10.0**e) <= 8)
    top_value = step * np.ceil(high / step)

    left, right, top, bottom = 72.0, charts.width() - 40.0, 62.0, 330.0
    sheet = charts.Figure(charts.width(), 0)

    def at(year: float, value: float) -> charts.Point:
        up = min(float(value), top_value) / top_value
        return left + (year - begin) / (end - begin) * (right - left), bottom - up * (bottom - top)

    sheet.text(charts.PAD, 16, _("million US$ (nominal)"), color=charts.MUTED)
    for value in np.arange(0, top_value + step / 2, step):
        color = charts.GRID if value else charts.MUTED
        sheet.line([at(begin, value), at(end, value)], color=color)
        label = number(value, ",g")
        sheet.text(left - 8, at(begin, value)[1] + 5, label, color=charts.MUTED, anchor="end")
    every = next(n for n in (1, 2, 5, 10, 20) if (end - begin) / n <= (right - left) / 50)
    for year in range(-(-begin // every) * every, end + 1, every):
        x, y = at(year, 0)
        sheet.line([(x, y), (x, y + 5)], color=charts.MUTED)
        sheet.text(x, y + 22, str(year), anchor="middle", color=charts.MUTED)

    keys = [
        (_("Recorded"), charts.INK, "", "circle"),
        (_("Needed for {rise} %", rise=RISE), _NEED, "8 4", ""),
    ]
    if found is not None:
        eight = _("8 in 10 simulated paths")
        if widest > top_value:
            eight = _("8 in 10 simulated paths (continues above)")
        base = float(path.iloc[0])
        fan = [(choices.baseline, base, base, base)] + [
            (int(y), *v) for y, v in zip(found.paths.index, found.paths.to_numpy(), strict=True)
        ]
        ring = [at(y, low) for y, low, *__ in fan] + [at(y, hi) for y, *__, hi in fan[::-1]]
        sheet.polygon([ring], fill=_BAND, stroke=charts.PALETTE[0])
        sheet.line([at(y, mid) for y, __, mid, __ in fan], color=charts.PALETTE[0], dash="2 3")
        keys += [
            (eight, _BAND, "", "band"),
            (_("Middle path"), charts.PALETTE[0], "2 3", ""),
        ]
    x = at(choices.baseline, 0)[0]
    sheet.line([(x, top - 6), (x, bottom)], color=charts.MUTED, dash="3 3")
    near_end = x > right - 60
    sheet.text(
        x,
        top - 12,
        _("baseline {year}", year=choices.baseline),
        anchor="end" if near_end else "middle",
    )
    _recorded(sheet, shown, at)
    need = [at(int(y), v) for y, v in path.items()]
    sheet.line(need, color=_NEED, width=2.5, dash="8 4")
    sheet.marker(*need[-1], shape="diamond", color=_NEED, size=5)
    _answers(sheet, shown, path, found, at)
    sheet.guide = (top, bottom)
    sheet.height = _legend(sheet, keys, bottom + 48)

    gaps = [str(y) for y, v in shown.loc[:LAST].items() if np.isnan(v)]
    alt = _(
        "Line chart. Vertical axis: million US$, 0 to {top:,g}. Horizontal axis: years, {first} to "
        "{last}. A line of recorded trade",
        top=top_value,
        first=begin,
        last=end,
    )
    if gaps:
        alt += _(", with a gap in {years}", years=", ".join(gaps))
    alt += _("; a dashed line rising from the baseline to the target in {year}", year=end)
    if found:
        alt += _("; a band that widens with the years around a dotted middle path")
    return charts.to_html(
        sheet,
        title=_(
            "{measure}, South Asia, and the path to {rise} % more",
            measure=_(MEASURES[choices.measure]),
            rise=RISE,
        ),
        alt=f"{alt}. {sentence}",
        source=_(SOURCE),
    )


_NEED = charts.PALETTE[1]


_BAND = "#CFE3F2"


def _recorded(
    sheet: charts.Figure, values: pd.Series, at: Callable[[float, float], charts.Point]
) -> None:
    """Lines between neighbouring years that are both known, and a dot for each known year."""
    points = [None if np.isnan(v) else at(int(y), v) for y, v in values.items()]
    run: list[charts.Point] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            sheet.line(run, color=charts.INK, width=2)
        for x, y in run:
            sheet.marker(x, y, size=3.5)
        run = []


def _answers(
    sheet: charts.Figure,
    shown: pd.Series,
    path: pd.Series,
    found: Chance | None,
    at: Callable[[float, float], charts.Point],
) -> None:
    """Return each year's words when pointed at: recorded, needed, and the simulated paths."""
    for name, values in ((_("Recorded"), shown), (_("Needed for {rise} %", rise=RISE), path)):
        for year, value in values.dropna().items():
            sheet.spot(*at(int(str(year)), value), f"{year}\n{name}: {money(value)}")
    for year, low, middle, high in found.paths.itertuples() if found is not None else ():
        said = f"{year}\n{_('Middle path')}: {money(middle)}\n" + _(
            "8 in 10 simulated paths: {low} to {high}", low=money(low), high=money(high)
        )
        sheet.spot(*at(year, middle), said)


def _legend(sheet: charts.Figure, keys: list[tuple[str, str, str, str]], y: float) -> float:
    """Write what lines and band mean; return where that ends."""
    x, row = float(charts.PAD), y
    for words, color, dash, mark in keys:
        wide = 44 + charts.text_width(words)
        if x > charts.PAD and x + wide > sheet.width - charts.PAD:
            x, row = float(charts.PAD), row + 24
        if mark == "band":
            ring = [(x, row - 8), (x + 34, row - 8), (x + 34, row + 6), (x, row + 6)]
            sheet.polygon([ring], fill=color, stroke=charts.PALETTE[0])
        else:
            sheet.line([(x, row), (x + 34, row)], color=color, width=2.2, dash=dash)
        if mark == "circle":
            sheet.marker(x + 17, row, size=3.5)
        sheet.text(x + 44, row + 5, words)
        x += wide + 22
    return row + 22
