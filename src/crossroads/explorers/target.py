"""The target lab: 30 % of what, from when, by when, and has it happened before?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from .. import charts
from ..html import Html, table
from ..tables import load
from ._shell import Control, Explorer

Array = np.ndarray[Any, np.dtype[np.float64]]

RISE = 30  # per cent, as in claim A49
FIRST, LAST = 1993, 2023  # years in which both flows can be computed
LONGEST = 10  # years
DRAWS = 10_000
SEED = 2026
FEWEST = 5  # yearly changes below which a spread says too little
GROUP = "the World Bank's group “South Asia”"
MEASURES = {
    "both": "Goods exports and imports together",
    "exports": "Goods exports",
    "imports": "Goods imports",
}
#: How each measure is named in a sentence, with its preposition.
NAMES = {"both": "goods trade with", "exports": "goods exports to", "imports": "goods imports from"}
WHOLE = {"both": "all goods trade", "exports": "all goods exports", "imports": "all goods imports"}
PASTS = {
    "all": "all years since 1993",
    "15": "the 15 years up to the baseline",
    "10": "the 10 years up to the baseline",
}
TRENDS = {"flat": "none: ups and downs only", "past": "the average yearly change of those years"}
PRICES = {
    "nominal": "Nominal: dollars of each year",
    "real": "Real: after taking out rising prices",
}
SOURCE = (
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
            "label": "Measure: with South Asia (World Bank)",
            "options": [list(pair) for pair in MEASURES.items()],
        },
        {
            "kind": "radios",
            "field": "prices",
            "label": "Prices",
            "options": [list(pair) for pair in PRICES.items()],
        },
        {
            "kind": "radios",
            "field": "past",
            "label": "Learn from",
            "options": [list(pair) for pair in PASTS.items()],
        },
        {
            "kind": "radios",
            "field": "trend",
            "label": "Trend assumed",
            "options": [list(pair) for pair in TRENDS.items()],
        },
        {
            "kind": "slider",
            "field": "baseline",
            "label": "Baseline year",
            "min": FIRST,
            "max": LAST,
        },
        {
            "kind": "slider",
            "field": "horizon",
            "label": "Time allowed",
            "min": 1,
            "max": LONGEST,
            "unit": "years",
        },
        {
            "kind": "slider",
            "field": "noise",
            "label": "Ups and downs",
            "min": 0,
            "max": 200,
            "step": 10,
            "unit": "% of the past spread",
        },
    ]
    if choices.prices == "real":
        found.append(
            {
                "kind": "slider",
                "field": "inflation",
                "label": "Prices rise by (an assumption, not data)",
                "min": 0,
                "max": 10,
                "step": 0.5,
                "unit": "% a year",
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
    name = f"{NAMES[choices.measure]} {GROUP}"
    if np.isnan(base):
        return (
            f"There is no figure for {name} in {choices.baseline}: without a baseline there is no "
            "target, so choose another year."
        )
    goal = base * factors(choices, choices.horizon)
    end = choices.baseline + choices.horizon
    words = (
        f"{RISE} % more {name} than in {choices.baseline} means {_money(goal)} million US$ in "
        f"{end} ({_prices_words(choices, end)}), {_money(goal - base)} million more: "
        f"{_pct((factors(choices, 1) - 1) * 100)} a year"
    )
    found = chance(choices)
    if found is None:
        words += "; too few past changes are known for a simulation"
    else:
        trend = "no trend" if choices.trend == "flat" else "the past trend"
        words += f"; with {trend}, {_share(found.reached)} get there"
    rows = spans(choices)
    return words + (
        f"; from {_period(choices)} it happened in {rows['reached'].sum()} of {len(rows)} "
        f"spans of {_years_long(choices.horizon)}."
        if len(rows)
        else f"; there is no earlier span of {_years_long(choices.horizon)} to compare with."
    )


def target_lab(**choices: Any) -> Explorer:
    """Complete the article's target of 30 % more trade, and test it; start with any choices."""
    return Explorer("Target lab", Choices(**choices), controls, view, describe)


# -- showing ---------------------------------------------------------------------------------------


def _money(value: float) -> str:
    """Million US$ with one decimal, the minus sign a real one."""
    return f"{value:,.1f}".replace("-", "−")


def _pct(value: float, sign: str = "") -> str:
    return f"{value:{sign}.1f} %".replace("-", "−")


def _share(reached: float) -> str:
    """A share of the simulated paths; rounded to whole per cent, but never rounded to certainty."""
    if reached in (0.0, 100.0):
        return "none of the simulated paths" if reached == 0 else "all simulated paths"
    said = "fewer than 1" if reached < 1 else "more than 99" if reached > 99 else f"{reached:.0f}"
    return f"{said} in 100 simulated paths"


def _period(choices: Choices) -> str:
    years = known(choices).dropna().index
    return f"{years[0]} to {years[-1]}"


def _years_long(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"


def _outcome(choices: Choices) -> str | None:
    """What the data say about a target whose date has passed; None while it hasn't."""
    end = choices.baseline + choices.horizon
    if end > LAST:
        return None
    then = trade(choices.measure)[end]
    if np.isnan(then):
        return f"no figure for {end}"
    goal = needed(choices)[end]
    change = (then / trade(choices.measure)[choices.baseline] - 1) * 100
    word = "reached" if then >= goal - 1e-9 else "missed"
    return f"{word}: {_money(then)} million US$ in {end}, {_pct(change, '+')} (nominal)"


def _past_words(choices: Choices) -> list[tuple[str, str]]:
    rows = spans(choices)
    length = _years_long(choices.horizon)
    if rows.empty:
        return [("Base rate", f"no earlier span of {length} from {_period(choices)}")]
    hit = rows[rows["reached"]]
    each = ", ".join(
        f"{start}–{end} ({rise:+,.0f} %)"
        for start, end, rise in hit[["start", "end", "rise"]].itertuples(index=False)
    )
    often = f"{len(hit)} of {len(rows)} spans of {length}, {_period(choices)}"
    if choices.horizon > 1:
        often += f"; they overlap, and only {apart(choices)} fit side by side"
    if choices.prices == "real":
        often += f"; {choices.inflation:g} % a year taken out for prices"
    words = [("Base rate: such a rise in the past", often)]
    if len(hit):
        after = hit["kept"].dropna()
        lost = f"{(~after).sum()} of {len(after)} whose next year is known"
        words += [("When (nominal change)", each), ("Lost again a year later", lost)]
    return words


def _summary(choices: Choices, found: Chance | None) -> Html:
    base = trade(choices.measure)[choices.baseline]
    whole = _flows().at[choices.baseline, f"all_{choices.measure}"]
    path = needed(choices)
    end = choices.baseline + choices.horizon
    extra = path[end] - base
    every = "in one year" if choices.horizon == 1 else "a year, year after year"

    def of_whole(value: float) -> str:
        return f"{_pct(value / whole * 100)} of {WHOLE[choices.measure]} in {choices.baseline}"

    rows = [
        ("Baseline", f"{_money(base)} million US$ in {choices.baseline}; {of_whole(base)}"),
        ("Target", f"{_money(path[end])} million US$ in {end}, {_prices_words(choices, end)}"),
        ("Extra trade", f"{_money(extra)} million US$; {of_whole(extra)}"),
        ("Growth needed", f"{_pct((factors(choices, 1) - 1) * 100)} {every}"),
    ]
    if found is None:
        rows.append(("Chance", f"not computed: fewer than {FEWEST} past yearly changes are known"))
    else:
        trend = (
            "no trend"
            if choices.trend == "flat"
            else f"a trend of {_pct((np.exp(found.trend) - 1) * 100, '+')} a year"
        )
        rows += [
            ("Chance", f"{_share(found.reached)} are at the target or above in {end}"),
            (
                "… which assumes",
                f"{trend}; a typical year multiplies or divides trade by "
                f"{np.exp(found.spread * choices.noise / 100):.2f} ({choices.noise} % of the "
                f"spread of {found.changes} past changes); each year independent of the last; "
                "no agreement, crisis or route that those years did not have",
            ),
        ]
    rows += _past_words(choices)
    if outcome := _outcome(choices):
        rows.append(("What happened", outcome))
    return table(
        pd.DataFrame(rows, columns=["Question", "Answer"]),
        f"The target, completed: {RISE} % more {NAMES[choices.measure]} South Asia",
    )


def _prices_words(choices: Choices, end: int) -> str:
    if choices.prices == "nominal":
        return "nominal"
    return f"in dollars of {end}, if prices rise by {choices.inflation:g} % a year"


def _years(choices: Choices, found: Chance | None) -> Html:
    path = needed(choices)
    recorded = trade(choices.measure).reindex(path.index)
    rows = pd.DataFrame({"Year": path.index, "Needed": path.map(_money).to_numpy()})
    if found is not None:
        fan = found.paths.map(_money).reindex(path.index)
        fan.iloc[0] = _money(path.iloc[0])
        for column, label in ((10, "1 in 10 below"), (50, "Middle path"), (90, "9 in 10 below")):
            rows[label] = fan[column].to_numpy()
    rows["Recorded"] = ["not in the data" if np.isnan(v) else _money(v) for v in recorded]
    return table(rows, "Year by year, million US$ of each year")


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

    sheet.text(charts.PAD, 16, "million US$ of each year", color=charts.MUTED)
    for value in np.arange(0, top_value + step / 2, step):
        color = charts.GRID if value else charts.MUTED
        sheet.line([at(begin, value), at(end, value)], color=color)
        label = f"{value:,g}"
        sheet.text(left - 8, at(begin, value)[1] + 5, label, color=charts.MUTED, anchor="end")
    every = next(n for n in (1, 2, 5, 10) if (end - begin) / n <= 11)
    for year in range(-(-begin // every) * every, end + 1, every):
        x, y = at(year, 0)
        sheet.line([(x, y), (x, y + 5)], color=charts.MUTED)
        sheet.text(x, y + 22, str(year), anchor="middle", color=charts.MUTED)

    keys = [("Recorded", charts.INK, "", "circle"), (f"Needed for {RISE} %", _NEED, "8 4", "")]
    if found is not None:
        beyond = " (goes on above)" if widest > top_value else ""
        base = float(path.iloc[0])
        fan = [(choices.baseline, base, base, base)] + [
            (int(y), *v) for y, v in zip(found.paths.index, found.paths.to_numpy(), strict=True)
        ]
        ring = [at(y, low) for y, low, _, _ in fan] + [at(y, hi) for y, _, _, hi in fan[::-1]]
        sheet.polygon([ring], fill=_BAND, stroke=charts.PALETTE[0])
        sheet.line([at(y, mid) for y, _, mid, _ in fan], color=charts.PALETTE[0], dash="2 3")
        keys += [
            (f"8 in 10 simulated paths{beyond}", _BAND, "", "band"),
            ("Middle path", charts.PALETTE[0], "2 3", ""),
        ]
    x = at(choices.baseline, 0)[0]
    sheet.line([(x, top - 6), (x, bottom)], color=charts.MUTED, dash="3 3")
    near_end = x > right - 60
    sheet.text(x, top - 12, f"baseline {choices.baseline}", anchor="end" if near_end else "middle")
    _recorded(sheet, shown, at)
    need = [at(int(y), v) for y, v in path.items()]
    sheet.line(need, color=_NEED, width=2.5, dash="8 4")
    sheet.marker(*need[-1], shape="diamond", color=_NEED, size=5)
    _legend(sheet, keys, bottom + 48)

    gaps = [str(y) for y, v in shown.loc[:LAST].items() if np.isnan(v)]
    alt = (
        f"Line chart. Vertical axis: million US$, 0 to {top_value:,g}. Horizontal axis: years, "
        f"{begin} to {end}. A line of recorded trade"
        + (f", with a gap in {', '.join(gaps)}" if gaps else "")
        + f"; a dashed line rising from the baseline to the target in {end}"
        + ("; a band that widens with the years around a dotted middle path. " if found else ". ")
    )
    return charts.to_html(
        sheet,
        title=f"{MEASURES[choices.measure]}, South Asia, and the path to {RISE} % more",
        alt=alt + describe(choices),
        source=SOURCE,
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
