"""The recorded data: generation, demand and net imports, with repeated values."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...i18n import _, by_language
from ...tables import load
from ...tables.wide import by_indicator, countries, repeats
from .choices import YEARS, Choices


@by_language
def names() -> dict[str, str]:
    """Return country names by code, of those in the table of electricity."""
    there = set(load("electricity")["iso3"])
    return {code: name for code, name in countries().items() if code in there}


@cache
def recorded(country: str) -> pd.DataFrame:
    """Ember's columns for a country, and the Factbook's balance; rows the years, gaps stay gaps."""
    rows = load("electricity").query("iso3 == @country").set_index("year").reindex(YEARS)
    book = by_indicator("electricity_factbook", country)
    return rows.assign(fb_net=book["fb_electricity_imports"] - book["fb_electricity_exports"])


@cache
def _newer() -> pd.Series:
    """Tajikistan's net imports in TWh by year, as a later edition has them: never one line."""
    rows = load("electricity_to_2025").query(
        "iso3 == 'TJK' and indicator == 'net_imports' and source_id == 'OWID-EMBER'"
    )
    return pd.Series(rows["value"].to_numpy(), index=rows["period"].astype(int)).reindex(YEARS)


def repeated(country: str) -> pd.Series:
    """Return for each year whether net imports are exactly those of the year before."""
    return repeats(recorded(country)[["net_imports_twh"]])["net_imports_twh"]


def lines(choices: Choices) -> pd.DataFrame:
    """Return the lines drawn: rows the years, columns named for people.

    A line that has no value is not among them.
    """
    wide, same = recorded(choices.country), repeated(choices.country)
    if choices.series == "share":
        return wide[["hydro_share_pct"]].set_axis([_("Hydropower")], axis=1)
    net = choices.series == "net"
    # Where net imports repeat, demand is generation plus a copy: no better observed than they are.
    name = _("Ember, release of 2025") if net else _("Demand")
    values = wide["net_imports_twh" if net else "demand_twh"]
    shown = {name: values if choices.repeats == "keep" else values.where(~same)}
    if choices.repeats == "apart":
        told = _("same as the year before") if net else _("uses a repeated value")
        shown[f"{name}: {told}"] = values.where(same)
    if net:
        shown[_("Factbook: imports minus exports")] = wide["fb_net"]
        if choices.country == "TJK":
            shown[_("Ember, edition of 2026")] = _newer()
    else:
        shown |= {
            _("Generation"): wide["generation_twh"],
            _("… from hydropower"): wide["hydro_twh"],
        }
    return pd.DataFrame(shown).dropna(axis=1, how="all")


def flagged(choices: Choices) -> pd.DataFrame | None:
    """Return which values of the lines repeat the year before, or rest on one that does."""
    if choices.series == "share" or choices.repeats == "apart":
        return None
    drawn = lines(choices)
    if choices.series == "net":
        return repeats(drawn)
    return pd.DataFrame({drawn.columns[0]: repeated(choices.country)})
