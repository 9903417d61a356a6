"""The choices of the power corridor."""

from __future__ import annotations

from dataclasses import dataclass

from ...i18n import N_

#: Days of each month; a leap day is left out.
MONTHS = {
    N_("January"): 31,
    N_("February"): 28,
    N_("March"): 31,
    N_("April"): 30,
    N_("May"): 31,
    N_("June"): 30,
    N_("July"): 31,
    N_("August"): 31,
    N_("September"): 30,
    N_("October"): 31,
    N_("November"): 30,
    N_("December"): 31,
}


WHAT = {
    "line": N_("CASA-1000, whole line: 1,300 MW (design)"),
    "pakistan": N_("CASA-1000, part for Pakistan: 1,000 MW (design)"),
    "afghanistan": N_("CASA-1000, part for Afghanistan: 300 MW (design)"),
    "sangtuda": N_("Sangtuda-1 hydropower plant: 670 MW"),
    "own": N_("A capacity of my own"),
}


CAPACITY = {"line": 1300, "pakistan": 1000, "afghanistan": 300, "sangtuda": 670}


SERIES = {
    "net": N_("Net imports of electricity"),
    "made": N_("Electricity made and used"),
    "share": N_("Hydropower's share of generation"),
}


UNITS = {
    "net": N_("TWh a year; below zero a country sells more than it buys"),
    "made": N_("TWh a year"),
    "share": N_("% of generation"),
}


#: The two views, with the title of each.
VIEWS = {
    "corridor": N_("Power corridor"),
    "record": N_("Electricity over the years"),
}


REPEATS = {
    "keep": N_("shown as published"),
    "apart": N_("highlighted"),
    "out": N_("treated as missing"),
}


YEARS = range(2000, 2026)


COMPARED = 2023


#: The energy price in CASA-1000's contract, US cents per kWh: casa1000, C08.
PUBLISHED = 5.15


#: What Afghanistan paid Tajikistan in 2025, US cents per kWh: 79.1 million US$ for 1.8 TWh.
PAID = 4.4


#: Tajikistan's part of the energy that CASA-1000 is to carry, in %: casa1000, C15.
TAJIK_PART = 70


@dataclass(frozen=True)
class Choices:
    """The view; capacity, months, load factors in %, tariffs in US cents per kWh; a series.

    ``capacity`` in MW counts for ``what`` "own" only. Low and high may stand in either order; the
    months run from ``first`` to ``last``, over New Year if need be.
    """

    show: str = "corridor"
    what: str = "line"
    capacity: int = 500
    first: str = "May"
    last: str = "September"
    load_low: int = 50
    load_high: int = 80
    tariff_low: float = PAID
    tariff_high: float = PUBLISHED
    series: str = "net"
    country: str = "TJK"
    repeats: str = "keep"


DESIGN = N_("World Bank, 15 Jan 2026; Power Line, 13 Oct 2021 (design)")


SOURCES = N_(
    "Ember (2025), CC BY 4.0. CIA World Factbook. Edition of 2026: Ember, through Our World in "
    "Data, CC BY 4.0. Retrieved 2026-11-26."
)
