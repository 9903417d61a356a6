"""The power corridor: from megawatts to gigawatt-hours to dollars, as ranges, beside the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..html import Html, table
from ..tables import load
from ._shell import Control, Explorer

#: Days of each month; a leap day is left out.
MONTHS = {
    "January": 31,
    "February": 28,
    "March": 31,
    "April": 30,
    "May": 31,
    "June": 30,
    "July": 31,
    "August": 31,
    "September": 30,
    "October": 31,
    "November": 30,
    "December": 31,
}
DESIGN = "Global Transmission Report; Asia-Plus, 7 Mar 2024; intelliNews, Apr 2025 (design)"
WHAT = {
    "line": "CASA-1000, whole line: 1,300 MW (design)",
    "pakistan": "CASA-1000, part for Pakistan: 1,000 MW (design)",
    "afghanistan": "CASA-1000, part for Afghanistan: 300 MW (design)",
    "sangtuda": "Sangtuda-1 hydropower plant: 670 MW",
    "own": "A capacity of my own",
}
CAPACITY = {"line": 1300, "pakistan": 1000, "afghanistan": 300, "sangtuda": 670}
SERIES = {
    "net": "Net imports of electricity",
    "made": "Electricity made and used",
    "share": "Hydropower's share of generation",
}
UNITS = {
    "net": "TWh a year; below zero a country sells more than it buys",
    "made": "TWh a year",
    "share": "% of generation",
}
REPEATS = {
    "keep": "shown as printed",
    "apart": "set apart",
    "out": "left out, as missing",
}
YEARS = range(2000, 2024)
COMPARED = 2023
SHARE_ALIKE = (
    "Ember (2022) and BP, through Our World in Data, CC BY-SA 4.0: share alike what you make from "
    "it. CIA World Factbook. Retrieved 2026-11-23."
)


@dataclass(frozen=True)
class Choices:
    """A line or plant, months, load factors in %, tariffs in US cents per kWh, and a series.

    ``capacity`` in MW counts for ``what`` "own" only. Low and high may stand in either order; the
    months run from ``first`` to ``last``, over New Year if need be.
    """

    what: str = "line"
    capacity: int = 500
    first: str = "May"
    last: str = "September"
    load_low: int = 50
    load_high: int = 80
    tariff_low: float = 3.0
    tariff_high: float = 5.0
    series: str = "net"
    country: str = "TJK"
    repeats: str = "keep"


# -- the corridor ----------------------------------------------------------------------------------


def megawatts(choices: Choices) -> int:
    """The capacity in MW."""
    return CAPACITY.get(choices.what, choices.capacity)


def hours(choices: Choices) -> int:
    """The hours of the months chosen, in a year of 365 days."""
    names = list(MONTHS)
    start, end = names.index(choices.first), names.index(choices.last)
    count = (end - start) % 12 + 1
    return 24 * sum(MONTHS[names[(start + i) % 12]] for i in range(count))


def loads(choices: Choices) -> tuple[int, int]:
    """The lower and the higher load factor, in %."""
    return min(choices.load_low, choices.load_high), max(choices.load_low, choices.load_high)


def tariffs(choices: Choices) -> tuple[float, float]:
    """The lower and the higher tariff, in US cents per kWh."""
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
    rows = load("energy").query("iso3 == 'TJK' and indicator == 'fb_electricity_exports'")
    return rows.set_index("year")["value"].sort_index() * 1000


@cache
def goods() -> float:
    """Tajikistan's goods exports in million US$ in the year compared with."""
    rows = load("indicators").query(
        "iso3 == 'TJK' and indicator == 'merchandise_exports_current_usd' and year == @COMPARED"
    )
    return float(rows["value"].item()) / 1e6


# -- the record ------------------------------------------------------------------------------------


@cache
def names() -> dict[str, str]:
    """Country names by code, of those in the energy table."""
    there = set(load("energy")["iso3"])
    countries = load("countries").set_index("iso3")["name"]
    return {str(code): str(name) for code, name in countries.items() if code in there}


@cache
def recorded(country: str) -> pd.DataFrame:
    """A country's indicators: rows the years 2000 to 2023, columns indicators; gaps stay gaps."""
    rows = load("energy").query("iso3 == @country")
    wide = rows.pivot(index="year", columns="indicator", values="value").reindex(YEARS)
    wide["fb_net"] = wide["fb_electricity_imports"] - wide["fb_electricity_exports"]
    return wide


def repeated(country: str) -> pd.Series:
    """For each year, whether net imports are exactly those of the year before."""
    return recorded(country)["electricity_net_imports"].diff() == 0


def lines(choices: Choices) -> pd.DataFrame:
    """The lines drawn: rows the years, columns named for people; without any that has no value."""
    wide, same = recorded(choices.country), repeated(choices.country)
    if choices.series == "share":
        return wide[["hydro_share_of_electricity"]].set_axis(["Hydropower"], axis=1)
    net = choices.series == "net"
    # The source computes demand from net imports, so it's no better observed than they are.
    name = "Ember and BP" if net else "Demand"
    values = wide["electricity_net_imports" if net else "electricity_demand"]
    shown = {name: values if choices.repeats == "keep" else values.where(~same)}
    if choices.repeats == "apart":
        told = "same as the year before" if net else "rests on a repeated value"
        shown[f"{name}: {told}"] = values.where(same)
    if net:
        shown["Factbook: imports less exports"] = wide["fb_net"]
    else:
        shown |= {
            "Generation": wide["electricity_generation"],
            "… from hydropower": wide["electricity_from_hydro"],
        }
    return pd.DataFrame(shown).dropna(axis=1, how="all")


# -- showing ---------------------------------------------------------------------------------------


def controls(choices: Choices) -> list[Control]:
    """What carries the power, months, load factors, tariffs; then the series and its repeats."""
    months = [[month, month] for month in MONTHS]
    load_factor = {"kind": "slider", "min": 5, "max": 100, "step": 1, "unit": "%"}
    tariff = {"kind": "slider", "min": 1, "max": 10, "step": 0.5, "unit": "US cents per kWh"}
    own: list[Control] = [
        {
            "kind": "slider",
            "field": "capacity",
            "label": "My capacity",
            "min": 50,
            "max": 5000,
            "step": 50,
            "unit": "MW",
        }
    ]
    repeats: list[Control] = [
        {
            "kind": "radios",
            "field": "repeats",
            "label": "Values that repeat the year before",
            "options": [list(pair) for pair in REPEATS.items()],
        }
    ]
    return [
        {
            "kind": "select",
            "field": "what",
            "label": "Capacity",
            "options": [list(pair) for pair in WHAT.items()],
        },
        *(own if choices.what == "own" else []),
        {"kind": "select", "field": "first", "label": "From month", "options": months},
        {"kind": "select", "field": "last", "label": "To month", "options": months},
        {"field": "load_low", "label": "Load factor, low", **load_factor},
        {"field": "load_high", "label": "Load factor, high", **load_factor},
        {"field": "tariff_low", "label": "Tariff, low (assumed)", **tariff},
        {"field": "tariff_high", "label": "Tariff, high (assumed)", **tariff},
        {
            "kind": "radios",
            "field": "series",
            "label": "Record below",
            "options": [list(pair) for pair in SERIES.items()],
        },
        {
            "kind": "select",
            "field": "country",
            "label": "Country of the record",
            "options": [list(pair) for pair in names().items()],
        },
        *(repeats if choices.series != "share" else []),
    ]


def view(choices: Choices) -> str:
    """Energy and revenue as ranges, what they rest on, the four corners, and the record."""
    return "".join(
        (
            _energy_chart(choices),
            _revenue_chart(choices),
            _summary(choices),
            _corners(choices),
            _record(choices),
            _record_table(choices),
        )
    )


def describe(choices: Choices) -> str:
    """The two ranges with their conditions, and where the record ends or repeats itself."""
    low, high = energy(choices)
    least, most = revenue(choices)
    head = (
        f"{megawatts(choices):,} MW at {_span(*loads(choices), ',g')} % of full load, "
        f"{season(choices)} ({hours(choices):,} hours), is {_span(low, high, ',.0f')} GWh; "
        f"at an assumed {_span(*tariffs(choices), ',g')} US cents per kWh it earns "
        f"{_span(least, most, ',.1f')} million US$"
    )
    return f"{head}; {_record_words(choices)}."


def power_corridor(**choices: Any) -> Explorer:
    """Turn a capacity into energy and revenue as ranges; start with any of the choices as given."""
    return Explorer("Power corridor", Choices(**choices), controls, view, describe)


def season(choices: Choices) -> str:
    """The months chosen, in words."""
    if hours(choices) == 8760:
        return "all year"
    if choices.first == choices.last:
        return choices.first
    return f"{choices.first} to {choices.last}"


def _span(low: float, high: float, form: str) -> str:
    """Two numbers as a range, or as one where they are written alike."""
    a, b = format(low, form), format(high, form)
    return a if a == b else f"{a} to {b}"


def _record_words(choices: Choices) -> str:
    drawn = lines(choices)
    name = drawn.columns[0]
    years = drawn[name].dropna().index
    words = f"{names()[choices.country]}'s line “{name}” runs from {years[0]} to {years[-1]}"
    if choices.series == "share" or choices.repeats == "keep":
        return words
    same = repeated(choices.country)
    listed = ", ".join(str(year) for year in same[same].index)
    if not listed:
        return f"{words}; net imports never repeat the year before"
    done = "set apart" if choices.repeats == "apart" else "left out"
    return f"{words}, with {listed} {done}: net imports repeat the year before"


def _both_sellers(choices: Choices) -> str:
    if choices.what in ("sangtuda", "own"):
        return "computed"
    return "computed; for both sellers, Kyrgyzstan and Tajikistan, together"


def _energy_chart(choices: Choices) -> Html:
    rows = {f"Chosen: {season(choices)}": energy(choices)}
    if hours(choices) != 8760:
        rows["The same load all year"] = energy(replace(choices, first="January", last="December"))
    frame = pd.DataFrame(rows, index=["low", "high"]).T
    frame["mid"] = None
    once = sold()
    editions = ", ".join(str(year) for year in once.index)
    frame.loc[f"Sold abroad by Tajikistan: lowest and highest of {editions}"] = {
        "low": once.min(),
        "high": once.max(),
        "mid": once[COMPARED],
    }
    return charts.ranges(
        frame.astype(float),
        title="Energy: capacity × hours × load factor",
        value_label="GWh a year (1 GWh = 1,000 MWh)",
        alt=f"The dot in the last row is {COMPARED}.",
        digits=0,
        source=f"the capacity's source is in the table; load factors are assumptions. Sold abroad: "
        f"CIA World Factbook (dot: {COMPARED}). Retrieved 2026-11-23.",
    )


def _revenue_chart(choices: Choices) -> Html:
    load_middle = sum(loads(choices)) / 2
    tariff_middle = sum(tariffs(choices)) / 2
    (low, high), (cheap, dear) = energy(choices), tariffs(choices)
    half = (low + high) / 2
    rows = {
        "Load factor and tariff both open": revenue(choices),
        f"Only load factor open, tariff {tariff_middle:g} cents": (
            low * tariff_middle / 100,
            high * tariff_middle / 100,
        ),
        f"Only tariff open, load factor {load_middle:g} %": (half * cheap / 100, half * dear / 100),
    }
    frame = pd.DataFrame(rows, index=["low", "high"]).T
    frame["mid"] = float("nan")
    return charts.ranges(
        frame,
        title="Revenue: energy × tariff",
        value_label="million US$ a year",
        alt="The tariff is an assumption.",
        digits=1,
        source="computed from your choices. Tariffs are assumptions: the course's data have none.",
    )


def _summary(choices: Choices) -> Html:
    got, paid = energy(choices), revenue(choices)
    once = float(sold()[COMPARED])
    reported = choices.what not in ("sangtuda", "own") and season(choices) == "May to September"
    basis = {
        "sangtuda": "Asia-Plus, 28 Feb 2014; Interfax, 29 Aug 2013",
        "own": "your choice",
    }.get(choices.what, DESIGN)
    months = (
        "months as reported for CASA-1000, Oct 2024 (Pakistani press)"
        if reported
        else "your months"
    )
    size, time = megawatts(choices), hours(choices)
    rows = [
        ("Capacity", (size, size), ",.0f", "MW", basis),
        ("Hours", (time, time), ",.0f", f"hours, {season(choices)}", months),
        ("Load factor", loads(choices), ",g", "% of full load", "an assumption"),
        ("Energy", got, ",.0f", "GWh", _both_sellers(choices)),
        ("The same energy", (got[0] / 1000, got[1] / 1000), ",.2f", "TWh", "1 TWh = 1,000 GWh"),
        (
            "Beside what Tajikistan sold abroad",
            (got[0] / once * 100, got[1] / once * 100),
            ",.0f",
            f"% of {once:,.0f} GWh ({COMPARED})",
            "CIA World Factbook",
        ),
        ("Tariff", tariffs(choices), ",g", "US cents per kWh", "an assumption"),
        ("Revenue", paid, ",.1f", "million US$", _both_sellers(choices)),
        (
            "Beside Tajikistan's goods exports",
            (paid[0] / goods() * 100, paid[1] / goods() * 100),
            ",.1f",
            f"% of {goods():,.0f} million US$ ({COMPARED})",
            "World Bank, WDI",
        ),
    ]
    frame = pd.DataFrame(
        [(what, format(a, f), format(b, f), unit, why) for what, (a, b), f, unit, why in rows],
        columns=["Quantity", "Low", "High", "Unit", "Rests on"],
    )
    return table(frame, "From capacity to revenue, low and high")


def _corners(choices: Choices) -> Html:
    full = megawatts(choices) * hours(choices) / 1000
    rows = [
        (
            f"{'low' if i == 0 else 'high'} load, {'low' if j == 0 else 'high'} tariff",
            f"{load_factor:g}",
            f"{tariff:g}",
            f"{full * load_factor / 100:,.0f}",
            f"{full * load_factor * tariff / 1e4:,.1f}",
        )
        for i, load_factor in enumerate(loads(choices))
        for j, tariff in enumerate(tariffs(choices))
    ]
    head = ["Scenario", "Load factor, %", "US cents per kWh", "GWh", "Million US$"]
    return table(pd.DataFrame(rows, columns=head), "Four scenarios: each low with each high")


def _record(choices: Choices) -> Html:
    return charts.lines(
        lines(choices),
        title=f"{SERIES[choices.series]}: {names()[choices.country]}",
        y_label=UNITS[choices.series],
        alt=f"{_record_words(choices)}.",
        from_zero=choices.series != "share",
        source=SHARE_ALIKE,
        height=260,
    )


def _record_table(choices: Choices) -> Html:
    shown = lines(choices).loc[2017:]
    digits = 1 if choices.series == "share" else 2
    rows = {
        name: [None if pd.isna(v) else f"{v:.{digits}f}".replace("-", "−") for v in shown[name]]
        for name in shown
    }
    unit = UNITS[choices.series].split(";")[0]
    return table(
        pd.DataFrame({"Year": shown.index.astype(str), **rows}),
        f"The last years of the record, {unit}",
    )
