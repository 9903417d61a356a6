"""The power corridor: from megawatts to gigawatt-hours to dollars, as ranges, beside the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, number
from ..tables import load
from ..web.html import Html, table
from ._shell import Control, Explorer

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
DESIGN = N_("World Bank, 15 Jan 2026; Power Line, 13 Oct 2021 (design)")
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
REPEATS = {
    "keep": N_("shown as printed"),
    "apart": N_("set apart"),
    "out": N_("left out, as missing"),
}
YEARS = range(2000, 2026)
COMPARED = 2023
#: The energy price in CASA-1000's contract, US cents per kWh: casa1000, C08.
PUBLISHED = 5.15
#: What Afghanistan paid Tajikistan in 2025, US cents per kWh: 79.1 million US$ for 1.8 TWh.
PAID = 4.4
#: Tajikistan's part of the energy that CASA-1000 is to carry, in %: casa1000, C15.
TAJIK_PART = 70
SOURCES = N_(
    "Ember (2025), CC BY 4.0. CIA World Factbook. Edition of 2026: Ember, through Our World in "
    "Data, CC BY 4.0. Retrieved 2026-11-26."
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
    tariff_low: float = PAID
    tariff_high: float = PUBLISHED
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
    rows = load("electricity_factbook")
    rows = rows.query("iso3 == 'TJK' and indicator == 'fb_electricity_exports'")
    return rows.set_index("year")["value"].sort_index() * 1000


@cache
def goods() -> float:
    """Tajikistan's goods exports in million US$ in the year compared with."""
    rows = load("indicators").query(
        "iso3 == 'TJK' and indicator == 'merchandise_exports_current_usd' and year == @COMPARED"
    )
    return float(rows["value"].item()) / 1e6


# -- the record ------------------------------------------------------------------------------------


@by_language
def names() -> dict[str, str]:
    """Country names by code, of those in the table of electricity."""
    there = set(load("electricity")["iso3"])
    countries = load("countries").set_index("iso3")["name"]
    return {str(code): _(str(name)) for code, name in countries.items() if code in there}


@cache
def recorded(country: str) -> pd.DataFrame:
    """Ember's columns for a country, and the Factbook's balance; rows the years, gaps stay gaps."""
    rows = load("electricity").query("iso3 == @country").set_index("year").reindex(YEARS)
    book = load("electricity_factbook").query("iso3 == @country")
    book = book.pivot(index="year", columns="indicator", values="value")
    return rows.assign(fb_net=book["fb_electricity_imports"] - book["fb_electricity_exports"])


@cache
def _newer() -> pd.Series:
    """Tajikistan's net imports in TWh by year, as a later edition has them: never one line."""
    rows = load("electricity_to_2025").query(
        "iso3 == 'TJK' and indicator == 'net_imports' and source_id == 'OWID-EMBER'"
    )
    return pd.Series(rows["value"].to_numpy(), index=rows["period"].astype(int)).reindex(YEARS)


def repeated(country: str) -> pd.Series:
    """For each year, whether net imports are exactly those of the year before."""
    return recorded(country)["net_imports_twh"].diff() == 0


def lines(choices: Choices) -> pd.DataFrame:
    """The lines drawn: rows the years, columns named for people; without any that has no value."""
    wide, same = recorded(choices.country), repeated(choices.country)
    if choices.series == "share":
        return wide[["hydro_share_pct"]].set_axis([_("Hydropower")], axis=1)
    net = choices.series == "net"
    # Where net imports repeat, demand is generation plus a copy: no better observed than they are.
    name = _("Ember, release of 2025") if net else _("Demand")
    values = wide["net_imports_twh" if net else "demand_twh"]
    shown = {name: values if choices.repeats == "keep" else values.where(~same)}
    if choices.repeats == "apart":
        told = _("same as the year before") if net else _("rests on a repeated value")
        shown[f"{name}: {told}"] = values.where(same)
    if net:
        shown[_("Factbook: imports less exports")] = wide["fb_net"]
        if choices.country == "TJK":
            shown[_("Ember, edition of 2026")] = _newer()
    else:
        shown |= {
            _("Generation"): wide["generation_twh"],
            _("… from hydropower"): wide["hydro_twh"],
        }
    return pd.DataFrame(shown).dropna(axis=1, how="all")


# -- showing ---------------------------------------------------------------------------------------


def controls(choices: Choices) -> list[Control]:
    """What carries the power, months, load factors, tariffs; then the series and its repeats."""
    months = [[month, _(month)] for month in MONTHS]
    load_factor = {"kind": "slider", "min": 5, "max": 100, "step": 1, "unit": "%"}
    tariff = {"kind": "slider", "min": 1, "max": 10, "step": 0.05, "unit": _("US cents per kWh")}
    own: list[Control] = [
        {
            "kind": "slider",
            "field": "capacity",
            "label": _("My capacity"),
            "min": 50,
            "max": 5000,
            "step": 50,
            "unit": _("MW"),
        }
    ]
    repeats: list[Control] = [
        {
            "kind": "radios",
            "field": "repeats",
            "label": _("Values that repeat the year before"),
            "options": [[key, _(words)] for key, words in REPEATS.items()],
        }
    ]
    return [
        {
            "kind": "select",
            "field": "what",
            "label": _("Capacity"),
            "options": [[key, _(words)] for key, words in WHAT.items()],
        },
        *(own if choices.what == "own" else []),
        {"kind": "select", "field": "first", "label": _("From month"), "options": months},
        {"kind": "select", "field": "last", "label": _("To month"), "options": months},
        {"field": "load_low", "label": _("Load factor, low"), **load_factor},
        {"field": "load_high", "label": _("Load factor, high"), **load_factor},
        {"field": "tariff_low", "label": _("Tariff, low"), **tariff},
        {"field": "tariff_high", "label": _("Tariff, high"), **tariff},
        {
            "kind": "radios",
            "field": "series",
            "label": _("Record below"),
            "options": [[key, _(words)] for key, words in SERIES.items()],
        },
        {
            "kind": "select",
            "field": "country",
            "label": _("Country of the record"),
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
    head = _(
        "{capacity:,} MW at {load} % of full load, {season} ({hours:,} hours), is {energy} GWh; at "
        "{tariff} US cents per kWh it earns {revenue} million US$",
        capacity=megawatts(choices),
        load=_span(*loads(choices), ",g"),
        season=season(choices),
        hours=hours(choices),
        energy=_span(low, high, ",.0f"),
        tariff=_span(*tariffs(choices), ",g"),
        revenue=_span(least, most, ",.1f"),
    )
    return f"{head}; {_record_words(choices)}."


def power_corridor(**choices: Any) -> Explorer:
    """Turn a capacity into energy and revenue as ranges; start with any of the choices as given."""
    return Explorer(_("Power corridor"), Choices(**choices), controls, view, describe)


def season(choices: Choices) -> str:
    """The months chosen, in words."""
    if hours(choices) == 8760:
        return _("all year")
    if choices.first == choices.last:
        return _(choices.first)
    return _("{low} to {high}", low=_(choices.first), high=_(choices.last))


def _span(low: float, high: float, form: str) -> str:
    """Two numbers as a range, or as one where they are written alike."""
    a, b = number(low, form), number(high, form)
    return a if a == b else _("{low} to {high}", low=a, high=b)


def _record_words(choices: Choices) -> str:
    drawn = lines(choices)
    name = drawn.columns[0]
    years = drawn[name].dropna().index
    words = _(
        "{country}'s line “{name}” runs from {first} to {last}",
        country=names()[choices.country],
        name=name,
        first=years[0],
        last=years[-1],
    )
    if choices.series == "share" or choices.repeats == "keep":
        return words
    same = repeated(choices.country)
    listed = ", ".join(str(year) for year in same[same].index)
    if not listed:
        return f"{words}; {_('net imports never repeat the year before')}"
    done = (
        _("with {years} set apart: net imports repeat the year before", years=listed)
        if choices.repeats == "apart"
        else _("with {years} left out: net imports repeat the year before", years=listed)
    )
    return f"{words}, {done}"


def _both_sellers(choices: Choices) -> str:
    if choices.what in ("sangtuda", "own"):
        return _("computed")
    return _("computed; for both sellers, Kyrgyzstan and Tajikistan, together")


def _energy_chart(choices: Choices) -> Html:
    rows = {_("Chosen: {season}", season=season(choices)): energy(choices)}
    if hours(choices) != 8760:
        rows[_("The same load all year")] = energy(
            replace(choices, first="January", last="December")
        )
    frame = pd.DataFrame(rows, index=["low", "high"]).T
    frame["mid"] = None
    once = sold()
    editions = ", ".join(str(year) for year in once.index)
    frame.loc[_("Sold abroad by Tajikistan: lowest and highest of {years}", years=editions)] = {
        "low": once.min(),
        "high": once.max(),
        "mid": once[COMPARED],
    }
    return charts.ranges(
        frame.astype(float),
        title=_("Energy: capacity × hours × load factor"),
        value_label=_("GWh a year (1 GWh = 1,000 MWh)"),
        alt=_("The dot in the last row is {year}.", year=COMPARED),
        digits=0,
        source=_(
            "the capacity's source is in the table; load factors are assumptions. Sold abroad: "
            "CIA World Factbook (dot: {year}). Retrieved 2026-11-23.",
            year=COMPARED,
        ),
    )


def _revenue_chart(choices: Choices) -> Html:
    load_middle = sum(loads(choices)) / 2
    tariff_middle = sum(tariffs(choices)) / 2
    (low, high), (cheap, dear) = energy(choices), tariffs(choices)
    half = (low + high) / 2
    rows = {
        _("Load factor and tariff both open"): revenue(choices),
        _("Only load factor open, tariff {tariff:g} cents", tariff=tariff_middle): (
            low * tariff_middle / 100,
            high * tariff_middle / 100,
        ),
        _("Only tariff open, load factor {load:g} %", load=load_middle): (
            half * cheap / 100,
            half * dear / 100,
        ),
    }
    frame = pd.DataFrame(rows, index=["low", "high"]).T
    frame["mid"] = float("nan")
    return charts.ranges(
        frame,
        title=_("Revenue: energy × tariff"),
        value_label=_("million US$ a year"),
        alt=_tariff_basis(choices),
        digits=1,
        source=_("computed from your choices. {basis}.", basis=_tariff_basis(choices)),
    )


def _summary(choices: Choices) -> Html:
    got, paid = energy(choices), revenue(choices)
    once = float(sold()[COMPARED])
    reported = choices.what not in ("sangtuda", "own") and (choices.first, choices.last) == (
        "May",
        "September",
    )
    basis = {
        "sangtuda": _("Asia-Plus, 28 Feb 2014; Interfax, 29 Aug 2013"),
        "own": _("your choice"),
    }.get(choices.what, _(DESIGN))
    months = (
        _("months as designed for CASA-1000 (World Bank, 15 Jan 2026)")
        if reported
        else _("your months")
    )
    size, time = megawatts(choices), hours(choices)
    rows = [
        (_("Capacity"), (size, size), ",.0f", _("MW"), basis),
        (_("Hours"), (time, time), ",.0f", _("hours, {season}", season=season(choices)), months),
        (_("Load factor"), loads(choices), ",g", _("% of full load"), _("an assumption")),
        (_("Energy"), got, ",.0f", _("GWh"), _both_sellers(choices)),
        (
            _("The same energy"),
            (got[0] / 1000, got[1] / 1000),
            ",.2f",
            _("TWh"),
            _("1 TWh = 1,000 GWh"),
        ),
        (
            _("Beside what Tajikistan sold abroad"),
            (got[0] / once * 100, got[1] / once * 100),
            ",.0f",
            _("% of {whole:,.0f} GWh ({year})", whole=once, year=COMPARED),
            _("CIA World Factbook"),
        ),
        (_("Tariff"), tariffs(choices), ",g", _("US cents per kWh"), _tariff_basis(choices)),
        (_("Revenue"), paid, ",.1f", _("million US$"), _both_sellers(choices)),
        *(
            [
                (
                    _("Tajikistan's part of it"),
                    (paid[0] * TAJIK_PART / 100, paid[1] * TAJIK_PART / 100),
                    ",.1f",
                    _("million US$"),
                    _("{part} %, by Business Recorder, 5 Dec 2014", part=TAJIK_PART),
                )
            ]
            if choices.what not in ("sangtuda", "own")
            else []
        ),
        (
            _("Beside Tajikistan's goods exports"),
            (paid[0] / goods() * 100, paid[1] / goods() * 100),
            ",.1f",
            _("% of {whole:,.0f} million US$ ({year})", whole=goods(), year=COMPARED),
            _("World Bank, WDI"),
        ),
    ]
    frame = pd.DataFrame(
        [(what, number(a, f), number(b, f), unit, why) for what, (a, b), f, unit, why in rows],
        columns=[_("Quantity"), _("Low"), _("High"), _("Unit"), _("Rests on")],
    )
    return table(frame, _("From capacity to revenue, low and high"))


def _tariff_basis(choices: Choices) -> str:
    """What the two tariffs rest on, in words."""
    if tariffs(choices) == (PAID, PUBLISHED):
        return _(
            "low: what Afghanistan paid Tajikistan in 2025 (ministry of energy); high: energy "
            "price in CASA-1000's contract (Dawn, 9 Nov 2015)"
        )
    return _("what if: your own tariffs; {price} was published", price=number(PUBLISHED, "g"))


def _corners(choices: Choices) -> Html:
    full = megawatts(choices) * hours(choices) / 1000
    names_ = (
        (_("low load, low tariff"), _("low load, high tariff")),
        (_("high load, low tariff"), _("high load, high tariff")),
    )
    rows = [
        (
            names_[i][j],
            number(load_factor, "g"),
            number(tariff, "g"),
            number(full * load_factor / 100, ",.0f"),
            number(full * load_factor * tariff / 1e4, ",.1f"),
        )
        for i, load_factor in enumerate(loads(choices))
        for j, tariff in enumerate(tariffs(choices))
    ]
    head = [
        _("Scenario"),
        _("Load factor, %"),
        _("US cents per kWh"),
        _("GWh"),
        _("Million US$"),
    ]
    return table(pd.DataFrame(rows, columns=head), _("Four scenarios: each low with each high"))


def _record(choices: Choices) -> Html:
    return charts.lines(
        lines(choices),
        title=f"{_(SERIES[choices.series])}: {names()[choices.country]}",
        y_label=_(UNITS[choices.series]),
        alt=f"{_record_words(choices)}.",
        from_zero=choices.series != "share",
        source=_(SOURCES),
        height=260,
    )


def _record_table(choices: Choices) -> Html:
    shown = lines(choices).loc[2014:]
    digits = 1 if choices.series == "share" else 2
    rows = {
        name: [
            None if pd.isna(v) else number(v, f".{digits}f").replace("-", "−") for v in shown[name]
        ]
        for name in shown
    }
    unit = _(UNITS[choices.series]).split(";")[0]
    return table(
        pd.DataFrame({_("Year"): shown.index.astype(str), **rows}),
        _("The last years of the record, {unit}", unit=unit),
    )
