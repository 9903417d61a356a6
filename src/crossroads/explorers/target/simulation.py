"""The target's path, its chance in simulated years, and how often it happened before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from ...tables.wide import by_indicator
from .choices import FIRST, LAST, LONGEST, RISE, Choices

Array = np.ndarray[Any, np.dtype[np.float64]]


DRAWS = 10_000


SEED = 2026


FEWEST = 5  # yearly changes below which a spread says too little


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
def flows() -> pd.DataFrame:
    """Million US$ by year: each measure, and ``all_`` with its name for the whole world."""
    wide = by_indicator("indicators", "TJK").reindex(range(FIRST, LAST + 1)).astype(float)
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
    """Return the measure by year, in million current US$; missing where either part is missing."""
    return flows()[measure]


def known(choices: Choices) -> pd.Series:
    """Return the part of the series that the lab learns from: it ends in the baseline year."""
    first = FIRST if choices.past == "all" else choices.baseline - int(choices.past)
    return trade(choices.measure).loc[max(first, FIRST) : choices.baseline]


def factors(choices: Choices, years: Any) -> Any:
    """Return what the baseline is multiplied by to be on the target's path after so many ``years``.

    (1 + 30 %)^(years / horizon), times (1 + inflation)^years if the target is real.
    """
    yearly = (1 + RISE / 100) ** (1 / choices.horizon) * price_factor(choices)
    return yearly**years


def price_factor(choices: Choices) -> float:
    return 1 + choices.inflation / 100 if choices.prices == "real" else 1.0


def needed(choices: Choices) -> pd.Series:
    """Return the path to the target in million US$, from the baseline year on.

    It is missing where there is no base.
    """
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
    """Return every span of the horizon's length in the known past, with both its ends known.

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
    kept = pd.Series(later.to_numpy() >= least * price_factor(choices), dtype="boolean")
    out["kept"] = kept.mask(later.isna().to_numpy())
    return out[out["start"].isin(start) & out["rise"].notna()].reset_index(drop=True)


def apart(choices: Choices) -> int:
    """Return how many of the spans fit in without overlap, taken from the first on."""
    count, free = 0, FIRST
    for start, end in spans(choices)[["start", "end"]].to_numpy():
        if start >= free:
            count, free = count + 1, end
    return count
