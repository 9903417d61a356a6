"""The target lab: 30 % of what, from when, by when, and has it happened before?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from .. import charts
from ..i18n import N_, _, ngettext, number
from ..tables import load
from ..web.html import Html, table
from ._shell import Control, Explorer

Array = np.ndarray[Any, np.dtype[np.float64]]

RISE = 30  # per cent, as in claim A49
FIRST, LAST = 1993, 2023  # years in which both flows can be computed
LONGEST = 10  # years
DRAWS = 10_000
SEED = 2026
FEWEST = 5  # yearly changes below which a spread says too little
MEASURES = {
    "both": N_("Goods exports and imports together"),
    "exports": N_("Goods exports"),
    "imports": N_("Goods imports"),
}
#: How each measure is named in a sentence, as a target, and as a part of its whole.
NAMES = {
    "both": N_("goods trade with the World Bank's group “South Asia”"),
    "exports": N_("goods exports to the World Bank's group “South Asia”"),
    "imports": N_("goods imports from the World Bank's group “South Asia”"),
}
GOALS = {
    "both": N_("The target, completed: {rise} % more goods trade with South Asia"),
    "exports": N_("The target, completed: {rise} % more goods exports to South Asia"),
    "imports": N_("The target, completed: {rise} % more goods imports from South Asia"),
}
WHOLE = {
    "both": N_("{share} of all goods trade in {year}"),
    "exports": N_("{share} of all goods exports in {year}"),
    "imports": N_("{share} of all goods imports in {year}"),
}
PASTS = {
    "all": N_("all years since 1993"),
    "15": N_("the 15 years up to the baseline"),
    "10": N_("the 10 years up to the baseline"),
}
TRENDS = {
    "flat": N_("none: ups and downs only"),
    "past": N_("the average yearly change of those years"),
}
PRICES = {
    "nominal": N_("Nominal: dollars of each year"),
    "real": N_("Real: after taking out rising prices"),
}
SOURCE = N_(
    "World Bank, WDI (goods exports and imports, and shares with South Asia, low and middle "
    "income), multiplied by the course: a lower bound, since the group isn't fixed. "
    "Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Choices:
    """What completes the target, and what the simulation assumes.

    ``past``: the years before the baseline that the lab learns from. ``noise``: the spread of
    simulated changes in per cent of the past spread. ``inflation``: assumed yearly rise of
    dollar prices in per cent; it counts for ``prices`` "real" only.
    """

    measure: str = "both"
    baseline: int = 2023
    horizon: int = 5
    past: str = "15"
    trend: str = "flat"
    noise: int = 100
    prices: str = "nominal"
    inflation: float = 3.0


@dataclass(frozen=True)
class Chance:
    """Simulated paths: how many changes they learn from, and what came of them.

    ``paths`` has one row for each of the years after the baseline, columns 10, 50 and 90 (% of
    the paths lie below), in million US$; ``reached`` is the % of paths at or above the target
    in the last year. ``trend`` and ``spread`` are those of the past yearly changes, as logarithms.
    """

    changes: int
    trend: float
    spread: float
    paths: pd.DataFrame
    reached: float


@cache
def _flows() -> pd.DataFrame:
    """Million US$ by year: each measure, and ``all_`` with its name for the whole world."""
    rows = load("indicators").query("iso3 == 'TJK'")
    wide = rows.pivot(index="year", columns="indicator", values="value")
    wide = wide.reindex(range(FIRST, LAST + 1)).astype(float)
    out = pd.DataFrame(index=wide.index)
    for flow, share in (
        ("exports", "exports_to_south_asia_pct"),
        ("imports", "imports_from_south_asia_pct"),
    ):
        out[f"all_{flow}"] = wide[f"merchandise_{flow}_current_usd"] / 1e6
        out[flow] = out[f"all_{flow}"] * wide[share] / 100
    out["both"] = out["exports"] + out["imports"]
    out["all_both"] = out["all_exports"] + out["all_imports"]
    return out


def trade(measure: str) -> pd.Series:
    """The measure by year, in million current US$; missing where either part is missing."""
    return _flows()[measure]


def known(choices: Choices) -> pd.Series:
    """The part of the series that the lab learns from: it ends in the baseline year."""
    first = FIRST if choices.past == "all" else choices.baseline - int(choices.past)
    return trade(choices.measure).loc[max(first, FIRST) : choices.baseline]


def factors(choices: Choices, years: Any) -> Any:
    """What the baseline is multiplied by to be on the target's path after so many ``years``.

    (1 + 30 %)^(years / horizon), times (1 + inflation)^years if the target is real.
    """
    yearly = (1 + RISE / 100) ** (1 / choices.horizon) * _prices(choices)
    return yearly**years


def _prices(choices: Choices) -> float:
    return 1 + choices.inflation / 100 if choices.prices == "real" else 1.0


def needed(choices: Choices) -> pd.Series:
    """The path to the target in million US$, from the baseline year on; missing without a base."""
    years = np.arange(choices.horizon + 1)
    base = trade(choices.measure)[choices.baseline]
    return pd.Series(base * factors(choices, years), index=choices.baseline + years)


@cache
def _walks() -> Array:
    """Sums of random standard normal steps: rows draws, columns years; the same each time.

    Each draw is there with its mirror image, so that luck alone adds no trend.
    """
    steps = np.random.default_rng(SEED).standard_normal((DRAWS // 2, LONGEST))
    return np.concatenate([steps, -steps]).cumsum(axis=1)


@lru_cache(maxsize=64)
def chance(choices: Choices) -> Chance | None:
    """Simulate trade as a random walk of its logarithm; None with too few past changes.

    Yearly changes are independent draws from a normal distribution, with the spread (standard
    deviation) of past yearly changes and, if asked for, their mean.
    """
    changes = np.diff(np.log(known(choices).to_numpy()))
    changes = changes[~np.isnan(changes)]
    base = trade(choices.measure)[choices.baseline]
    if np.isnan(base) or len(changes) < FEWEST:
        return None
    mean, spread = float(changes.mean()), float(changes.std(ddof=1))
    years = np.arange(1, choices.horizon + 1)
    drift = mean * years if choices.trend == "past" else 0.0
    growth = drift + _walks()[:, : choices.horizon] * spread * choices.noise / 100
    target = np.log(factors(choices, choices.horizon))
    quantiles = np.exp(np.quantile(growth, (0.1, 0.5, 0.9), axis=0))
    return Chance(
        changes=len(changes),
        trend=mean,
        spread=spread,
        paths=pd.DataFrame(
            base * quantiles.T, index=choices.baseline + years, columns=[10, 50, 90]
        ),
        reached=float((growth[:, -1] >= target - 1e-9).mean() * 100),
    )


@lru_cache(maxsize=64)
def spans(choices: Choices) -> pd.DataFrame:
    """Every span of the horizon's length in the known past, with both its ends known.

    Columns: start, end; ``rise`` in %; ``reached``: as large as the target asks for (real: beyond
    the assumed rise in prices); ``kept``: still so a year later (missing where that is unknown).
    """
    values = known(choices)
    start = values[values.notna()].index
    ratio = values.shift(-choices.horizon) / values
    later = values.shift(-choices.horizon - 1) / values
    least = factors(choices, choices.horizon) - 1e-9
    out = pd.DataFrame({"start": values.index, "end": values.index + choices.horizon})
    out["rise"] = (ratio.to_numpy() - 1) * 100
    out["reached"] = ratio.to_numpy() >= least
    kept = pd.Series(later.to_numpy() >= least * _prices(choices), dtype="boolean")
    out["kept"] = kept.mask(later.isna().to_numpy())
    return out[out["start"].isin(start) & out["rise"].notna()].reset_index(drop=True)


def apart(choices: Choices) -> int:
    """How many of the spans fit in without overlap, taken from the first on."""
    count, free = 0, FIRST
    for start, end in spans(choices)[["start", "end"]].to_numpy():
        if start >= free:
            count, free = count + 1, end
    return count


def controls(choices: Choices) -> list[Control]:
    """Measure, baseline, horizon, prices; then what the simulation assumes."""
    found: list[Control] = [
        {
            "kind": "radios",
            "field": "measure",
            "label": _("Measure: with South Asia (World Bank)"),
            "options": [[key, _(words)] for key, words in MEASURES.items()],
        },
        {
            "kind": "radios",
            "field": "prices",
            "label": _("Prices"),
            "options": [[key, _(words)] for key, words in PRICES.items()],
        },
        {
            "kind": "radios",
            "field": "past",
            "label": _("Learn from"),
            "options": [[key, _(words)] for key, words in PASTS.items()],
        },
        {
            "kind": "radios",
            "field": "trend",
            "label": _("Trend assumed"),
            "options": [[key, _(words)] for key, words in TRENDS.items()],
        },
        {
            "kind": "slider",
            "field": "baseline",
            "label": _("Baseline year"),
            "min": FIRST,
            "max": LAST,
        },
        {
            "kind": "slider",
            "field": "horizon",
            "label": _("Time allowed"),
            "min": 1,
            "max": LONGEST,
            "unit": _("years"),
        },
        {
            "kind": "slider",
            "field": "noise",
            "label": _("Ups and downs"),
            "min": 0,
            "max": 200,
            "step": 10,
            "unit": _("% of the past spread"),
        },
    ]
    if choices.prices == "real":
        found.append(
            {
                "kind": "slider",
                "field": "inflation",
                "label": _("Prices rise by (an assumption, not data)"),
                "min": 0,
                "max": 10,
                "step": 0.5,
                "unit": _("% a year"),
            }
        )
    return found


def view(choices: Choices) -> str:
    """The path, the fan, and two tables: what the target means, and year by year."""
    if np.isnan(trade(choices.measure)[choices.baseline]):
        return f"<p>{describe(choices)}</p>"
    found = chance(choices)
    return _chart(choices, found) + _summary(choices, found) + _years(choices, found)


def describe(choices: Choices) -> str:
    """The target in dollars, the growth it needs, its chance, and its base rate."""
    base = trade(choices.measure)[choices.baseline]
    name = _(NAMES[choices.measure])
    if np.isnan(base):
        return _(
            "There is no figure for {name} in {year}: without a baseline there is no target, so "
            "choose another year.",
            name=name,
            year=choices.baseline,
        )
    goal = base * factors(choices, choices.horizon)
    end = choices.baseline + choices.horizon
    words = _(
        "{rise} % more {name} than in {year} means {goal} million US$ in {end} ({prices}), {more} "
        "million more: {growth} a year",
        rise=RISE,
        name=name,
        year=choices.baseline,
        goal=_money(goal),
        end=end,
        prices=_prices_words(choices, end),
        more=_money(goal - base),
        growth=_pct((factors(choices, 1) - 1) * 100),
    )
    found = chance(choices)
    if found is None:
        words += "; " + _("too few past changes are known for a simulation")
    elif choices.trend == "flat":
        words += "; " + _("with no trend, {share} get there", share=_share(found.reached))
    else:
        words += "; " + _("with the past trend, {share} get there", share=_share(found.reached))
    rows = spans(choices)
    length = _years_long(choices.horizon)
    if rows.empty:
        compared = _("there is no earlier span of {length} to compare with.", length=length)
    else:
        compared = _(
            "from {years} it happened in {hit} of {all} spans of {length}.",
            years=_period(choices),
            hit=rows["reached"].sum(),
            all=len(rows),
            length=length,
        )
    return f"{words}; {compared}"


def target_lab(**choices: Any) -> Explorer:
    """Complete the article's target of 30 % more trade, and test it; start with any choices."""
    return Explorer(_("Target lab"), Choices(**choices), controls, view, describe)


# -- showing ---------------------------------------------------------------------------------------


def _money(value: float) -> str:
    """Million US$ with one decimal, the minus sign a real one."""
    return number(value, ",.1f").replace("-", "−")


def _pct(value: float, sign: str = "") -> str:
    return f"{number(value, f'{sign}.1f')} %".replace("-", "−")


def _share(reached: float) -> str:
    """A share of the simulated paths; rounded to whole per cent, but never rounded to certainty."""
    if reached in (0.0, 100.0):
        return _("none of the simulated paths") if reached == 0 else _("all simulated paths")
    if reached < 1:
        return _("fewer than 1 in 100 simulated paths")
    if reached > 99:
        return _("more than 99 in 100 simulated paths")
    return _("{n:.0f} in 100 simulated paths", n=reached)


def _period(choices: Choices) -> str:
    years = known(choices).dropna().index
    return _("{low} to {high}", low=years[0], high=years[-1])


def _years_long(years: int) -> str:
    return ngettext("{n} year", "{n} years", years)


def _outcome(choices: Choices) -> str | None:
    """What the data say about a target whose date has passed; None while it hasn't."""
    end = choices.baseline + choices.horizon
    if end > LAST:
        return None
    then = trade(choices.measure)[end]
    if np.isnan(then):
        return _("no figure for {year}", year=end)
    goal = needed(choices)[end]
    change = (then / trade(choices.measure)[choices.baseline] - 1) * 100
    said = (
        N_("reached: {value} million US$ in {year}, {change} (nominal)")
        if then >= goal - 1e-9
        else N_("missed: {value} million US$ in {year}, {change} (nominal)")
    )
    return _(said, value=_money(then), year=end, change=_pct(change, "+"))


def _past_words(choices: Choices) -> list[tuple[str, str]]:
    rows = spans(choices)
    length = _years_long(choices.horizon)
    if rows.empty:
        none = _("no earlier span of {length} from {years}", length=length, years=_period(choices))
        return [(_("Base rate"), none)]
    hit = rows[rows["reached"]]
    each = ", ".join(
        f"{start}–{end} ({number(rise, '+,.0f')} %)"
        for start, end, rise in hit[["start", "end", "rise"]].itertuples(index=False)
    )
    often = _(
        "{hit} of {all} spans of {length}, {years}",
        hit=len(hit),
        all=len(rows),
        length=length,
        years=_period(choices),
    )
    if choices.horizon > 1:
        often += "; " + _("they overlap, and only {n} fit side by side", n=apart(choices))
    if choices.prices == "real":
        often += "; " + _("{rate:g} % a year taken out for prices", rate=choices.inflation)
    words = [(_("Base rate: such a rise in the past"), often)]
    if len(hit):
        after = hit["kept"].dropna()
        lost = _("{lost} of {all} whose next year is known", lost=(~after).sum(), all=len(after))
        words += [(_("When (nominal change)"), each), (_("Lost again a year later"), lost)]
    return words


def _summary(choices: Choices, found: Chance | None) -> Html:
    base = trade(choices.measure)[choices.baseline]
    whole = _flows().at[choices.baseline, f"all_{choices.measure}"]
    path = needed(choices)
    end = choices.baseline + choices.horizon
    extra = path[end] - base
    yearly = _pct((factors(choices, 1) - 1) * 100)

    def of_whole(value: float) -> str:
        share = _pct(value / whole * 100)
        return _(WHOLE[choices.measure], share=share, year=choices.baseline)

    def money(value: float, year: int) -> str:
        return _("{value} million US$ in {year}", value=_money(value), year=year)

    rows = [
        (_("Baseline"), f"{money(base, choices.baseline)}; {of_whole(base)}"),
        (_("Target"), f"{money(path[end], end)}, {_prices_words(choices, end)}"),
        (
            _("Extra trade"),
            f"{_('{value} million US$', value=_money(extra))}; {of_whole(extra)}",
        ),
        (
            _("Growth needed"),
            _("{growth} in one year", growth=yearly)
            if choices.horizon == 1
            else _("{growth} a year, year after year", growth=yearly),
        ),
    ]
    if found is None:
        few = _("not computed: fewer than {n} past yearly changes are known", n=FEWEST)
        rows.append((_("Chance"), few))
    else:
        trend = (
            _("no trend")
            if choices.trend == "flat"
            else _("a trend of {trend} a year", trend=_pct((np.exp(found.trend) - 1) * 100, "+"))
        )
        rows += [
            (
                _("Chance"),
                _(
                    "{share} are at the target or above in {year}",
                    share=_share(found.reached),
                    year=end,
                ),
            ),
            (
                _("… which assumes"),
                _(
                    "{trend}; a typical year multiplies or divides trade by {factor:.2f} "
                    "({noise} % of the spread of {changes} past changes); each year independent "
                    "of the last; no agreement, crisis or route that those years did not have",
                    trend=trend,
                    factor=np.exp(found.spread * choices.noise / 100),
                    noise=choices.noise,
                    changes=found.changes,
                ),
            ),
        ]
    rows += _past_words(choices)
    if outcome := _outcome(choices):
        rows.append((_("What happened"), outcome))
    return table(
        pd.DataFrame(rows, columns=[_("Question"), _("Answer")]),
        _(GOALS[choices.measure], rise=RISE),
    )


def _prices_words(choices: Choices, end: int) -> str:
    if choices.prices == "nominal":
        return _("nominal")
    return _(
        "in dollars of {year}, if prices rise by {rate:g} % a year",
        year=end,
        rate=choices.inflation,
    )


def _years(choices: Choices, found: Chance | None) -> Html:
    path = needed(choices)
    recorded = trade(choices.measure).reindex(path.index)
    rows = pd.DataFrame({_("Year"): path.index, _("Needed"): path.map(_money).to_numpy()})
    if found is not None:
        fan = found.paths.map(_money).reindex(path.index)
        fan.iloc[0] = _money(path.iloc[0])
        for column, label in (
            (10, _("1 in 10 below")),
            (50, _("Middle path")),
            (90, _("9 in 10 below")),
        ):
            rows[label] = fan[column].to_numpy()
    rows[_("Recorded")] = [_("not in the data") if np.isnan(v) else _money(v) for v in recorded]
    return table(rows, _("Year by year, million US$ of each year"))


def _chart(choices: Choices, found: Chance | None) -> Html:
    path = needed(choices)
    begin = int(known(choices).first_valid_index())
    end = int(path.index[-1])
    shown = trade(choices.measure).reindex(range(begin, end + 1))
    # A fan may open very wide: past this height it's cut, and the table has its figures.
    fixed = max(float(shown.max()), float(path.max()))
    widest = float(found.paths[90].max()) if found else 0.0
    high = min(max(fixed, widest), 2.2 * fixed)
    step = next(n * 10.0**e for e in range(-1, 6) for n in (1, 2, 5) if high / (n * 10.0**e) <= 6)
    top_value = step * np.ceil(high / step)

    left, right, top, bottom = 72.0, charts.WIDTH - 40.0, 62.0, 320.0
    sheet = charts.Figure(charts.WIDTH, bottom + (98 if found else 74))

    def at(year: float, value: float) -> charts.Point:
        up = min(float(value), top_value) / top_value
        return left + (year - begin) / (end - begin) * (right - left), bottom - up * (bottom - top)

    sheet.text(charts.PAD, 16, _("million US$ of each year"), color=charts.MUTED)
    for value in np.arange(0, top_value + step / 2, step):
        color = charts.GRID if value else charts.MUTED
        sheet.line([at(begin, value), at(end, value)], color=color)
        label = number(value, ",g")
        sheet.text(left - 8, at(begin, value)[1] + 5, label, color=charts.MUTED, anchor="end")
    every = next(n for n in (1, 2, 5, 10) if (end - begin) / n <= 11)
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
            eight = _("8 in 10 simulated paths (goes on above)")
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
    _legend(sheet, keys, bottom + 48)

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
        alt=f"{alt}. {describe(choices)}",
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


def _legend(sheet: charts.Figure, keys: list[tuple[str, str, str, str]], y: float) -> None:
    for i, (words, color, dash, mark) in enumerate(keys):
        x, row = charts.PAD + 52 + 330 * (i % 2), y + 24 * (i // 2)
        if mark == "band":
            ring = [(x, row - 8), (x + 34, row - 8), (x + 34, row + 6), (x, row + 6)]
            sheet.polygon([ring], fill=color, stroke=charts.PALETTE[0])
        else:
            sheet.line([(x, row), (x + 34, row)], color=color, width=2.2, dash=dash)
        if mark == "circle":
            sheet.marker(x + 17, row, size=3.5)
        sheet.text(x + 44, row + 5, words)
