"""The target's missing parts, and their choices."""

from __future__ import annotations

from dataclasses import dataclass

from ...i18n import N_

RISE = 30  # per cent, as in claim A49


FIRST, LAST = 1993, 2023  # years in which both flows can be computed


LONGEST = 10  # years


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
    "both": N_("The target in full: {rise} % more goods trade with South Asia"),
    "exports": N_("The target in full: {rise} % more goods exports to South Asia"),
    "imports": N_("The target in full: {rise} % more goods imports from South Asia"),
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
    "real": N_("Real: without the effect of rising prices"),
}


SOURCE = N_(
    "World Bank, WDI (goods exports and imports, and shares with South Asia, low and middle "
    "income). The course multiplied the totals by the shares. The result is a lower bound, "
    "because the group isn't fixed. Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Choices:
    """The choices that complete the target, and the simulation's assumptions.

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
