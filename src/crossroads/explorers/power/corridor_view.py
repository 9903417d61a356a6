"""The corridor shown: ranges of energy and revenue, what they rest on, four scenarios."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ... import charts
from ...i18n import _, number
from ...web.html import Html, table
from .choices import COMPARED, DESIGN, PAID, PUBLISHED, TAJIK_PART, Choices
from .corridor import energy, goods, hours, loads, megawatts, revenue, season, sold, tariffs


def span_words(low: float, high: float, form: str) -> str:
    """Return two numbers as a range, or as one where they are written alike."""
    a, b = number(low, form), number(high, form)
    return a if a == b else _("{low} to {high}", low=a, high=b)


def both_sellers(choices: Choices) -> str:
    if choices.what in ("sangtuda", "own"):
        return _("computed")
    return _("computed; for both sellers, Kyrgyzstan and Tajikistan, together")


def energy_chart(choices: Choices) -> Html:
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
        alt=_("The dot in the last row stands for {year}.", year=COMPARED),
        digits=0,
        source=_(
            "the capacity's source is in the table; load factors are assumptions. Sold abroad: "
            "CIA World Factbook (dot: {year}). Retrieved 2026-11-23.",
            year=COMPARED,
        ),
    )


def revenue_chart(choices: Choices) -> Html:
    load_middle = sum(loads(choices)) / 2
    tariff_middle = sum(tariffs(choices)) / 2
    (low, high), (cheap, dear) = energy(choices), tariffs(choices)
    half = (low + high) / 2
    rows = {
        _("Load factor and tariff both vary"): revenue(choices),
        _("Only the load factor varies (tariff: {tariff:g} cents)", tariff=tariff_middle): (
            low * tariff_middle / 100,
            high * tariff_middle / 100,
        ),
        _("Only the tariff varies (load factor: {load:g} %)", load=load_middle): (
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
        alt=tariff_basis(choices),
        digits=1,
        source=_("computed from your choices. {basis}.", basis=tariff_basis(choices)),
    )


def summary(choices: Choices) -> Html:
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
        (_("Energy"), got, ",.0f", _("GWh"), both_sellers(choices)),
        (
            _("The same energy"),
            (got[0] / 1000, got[1] / 1000),
            ",.2f",
            _("TWh"),
            _("1 TWh = 1,000 GWh"),
        ),
        (
            _("Compared with what Tajikistan sold abroad"),
            (got[0] / once * 100, got[1] / once * 100),
            ",.0f",
            _("% of {whole:,.0f} GWh ({year})", whole=once, year=COMPARED),
            _("CIA World Factbook"),
        ),
        (_("Tariff"), tariffs(choices), ",g", _("US cents per kWh"), tariff_basis(choices)),
        (_("Revenue"), paid, ",.1f", _("million US$"), both_sellers(choices)),
        *(
            [
                (
                    _("Tajikistan's part of it"),
                    (paid[0] * TAJIK_PART / 100, paid[1] * TAJIK_PART / 100),
                    ",.1f",
                    _("million US$"),
                    _("{part} %, according to Business Recorder, 5 Dec 2014", part=TAJIK_PART),
                )
            ]
            if choices.what not in ("sangtuda", "own")
            else []
        ),
        (
            _("Compared with Tajikistan's goods exports"),
            (paid[0] / goods() * 100, paid[1] / goods() * 100),
            ",.1f",
            _("% of {whole:,.0f} million US$ ({year})", whole=goods(), year=COMPARED),
            _("World Bank, WDI"),
        ),
    ]
    frame = pd.DataFrame(
        [(what, number(a, f), number(b, f), unit, why) for what, (a, b), f, unit, why in rows],
        columns=[_("Quantity"), _("Low"), _("High"), _("Unit"), _("Based on")],
    )
    return table(frame, _("From capacity to revenue, low and high"))


def tariff_basis(choices: Choices) -> str:
    """Return what the two tariffs rest on, in words."""
    if tariffs(choices) == (PAID, PUBLISHED):
        return _(
            "low: what Afghanistan paid Tajikistan in 2025 (ministry of energy); high: energy "
            "price in CASA-1000's contract (Dawn, 9 Nov 2015)"
        )
    return _(
        "your own tariffs, as a what-if; the published price is {price}",
        price=number(PUBLISHED, "g"),
    )


def corners(choices: Choices) -> Html:
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
    return table(
        pd.DataFrame(rows, columns=head),
        _("Four scenarios: low and high load, each with low and high tariff"),
    )
