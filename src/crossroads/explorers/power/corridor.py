"""From megawatts to gigawatt-hours to dollars: low and high."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...i18n import _
from ...tables import load
from .choices import CAPACITY, COMPARED, MONTHS, Choices


def megawatts(choices: Choices) -> int:
    """Return the capacity in MW."""
    return CAPACITY.get(choices.what, choices.capacity)


def hours(choices: Choices) -> int:
    """Return the hours of the months chosen, in a year of 365 days."""
    names = list(MONTHS)
    start, end = names.index(choices.first), names.index(choices.last)
    count = (end - start) % 12 + 1
    return 24 * sum(MONTHS[names[(start + i) % 12]] for i in range(count))


def loads(choices: Choices) -> tuple[int, int]:
    """Return the lower and the higher load factor, in %."""
    return min(choices.load_low, choices.load_high), max(choices.load_low, choices.load_high)


def tariffs(choices: Choices) -> tuple[float, float]:
    """Return the lower and the higher tariff, in US cents per kWh."""
    low, high = sorted((choices.tariff_low, choices.tariff_high))
    return low, high


def energy(choices: Choices) -> tuple[float, float]:
    """Low and high energy in GWh: MW x hours x load factor / 1000."""
    full = megawatts(choices) * hours(choices) / 1000
    low, high = loads(choices)
    return full * low / 100, full * high / 100


def revenue(choices: Choices) -> tuple[float, float]:
    """Low and high revenue in million US$; 1 GWh at 1 US cent per kWh is 0.01 million US$."""
    (low, high), (cheap, dear) = energy(choices), tariffs(choices)
    return low * cheap / 100, high * dear / 100


@cache
def sold() -> pd.Series:
    """Tajikistan's electricity exports in GWh by year (Factbook)."""
    rows = load("electricity_factbook")
    rows = rows.query("iso3 == 'TJK' and indicator == 'fb_electricity_exports'")
    return rows.set_index("year")["value"].sort_index() * 1000


@cache
def goods() -> float:
    """Tajikistan's goods exports in million US$ in the year compared with."""
    rows = load("indicators").query("iso3 == 'TJK'").set_index(["indicator", "year"])["value"]
    return float(rows[("merchandise_exports_current_usd", COMPARED)]) / 1e6


def season(choices: Choices) -> str:
    """Return the months chosen, in words."""
    if hours(choices) == 8760:
        return _("all year")
    if choices.first == choices.last:
        return _(choices.first)
    return _("{low} to {high}", low=_(choices.first), high=_(choices.last))
