"""The goods: what each is worth, who has an advantage in it, who else sells it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...tables import load
from .choices import FIRST, GOODS, SELLERS, Choices


@cache
def exports() -> pd.DataFrame:
    """Exports of 2017 in million US$: rows headings (and the rest), columns countries.

    A value is missing, not zero, where nothing is recorded.
    """
    rows = load("exports_by_heading")
    wide = rows.pivot(index="code", columns="iso3", values="value_usd")
    return wide.astype("float64") / 1e6


@cache
def advantage() -> pd.DataFrame:
    """Revealed comparative advantage (Balassa 1965): rows headings, columns countries.

    It is a good's share in the country's exports, divided by its share in the world's exports.
    """
    shares = exports() / exports().sum()
    return shares.div(shares["WLD"], axis=0)


@cache
def bought() -> pd.Series:
    """India's imports by chapter in the fiscal year 2017-18, in million US$."""
    rows = load("trade_by_chapter").query(
        "iso3 == 'IND' and flow == 'imports' and period == '2017-18'"
    )
    return rows.set_index("code")["value_usd"].astype("float64") / 1e6


def chosen(choices: Choices) -> list[str]:
    """Return the headings in the basket, in the order in which they are offered."""
    return [
        code
        for sector, offered in GOODS.items()
        for code in offered
        if code in choices.basket.get(sector, FIRST[sector])
    ]


def sold(code: str) -> float:
    """Return what Tajikistan sold of a good to anybody, in million US$.

    Return NaN where nothing is recorded.
    """
    return float(exports()["TJK"].get(code, float("nan")))


def together(choices: Choices) -> float:
    """Return what the basket came to in million US$, unrecorded goods left out.

    Return NaN if none is recorded.
    """
    return float(exports()["TJK"].reindex(chosen(choices)).sum(min_count=1))


def share(choices: Choices) -> float:
    """Return the basket's part of all of Tajikistan's recorded exports, in per cent."""
    return together(choices) / float(exports()["TJK"].sum()) * 100


@cache
def largest_other(code: str, partner: str) -> tuple[str, float]:
    """Return who sells most of a good among those nearby, and how much, in million US$.

    The partner itself isn't looked at. ``("", NaN)`` where none of them is recorded.
    """
    others = exports().reindex([code])[[s for s in SELLERS if s != partner]].iloc[0].dropna()
    if others.empty:
        return "", float("nan")
    return str(others.idxmax()), float(others.max())


@cache
def duty(partner: str) -> tuple[float, int]:
    """Return the partner's simple average duty in per cent and its year; NaN and 0 without any."""
    rows = load("tariffs").query("iso3 == @partner and indicator == 'applied_simple_mean'")
    if rows.empty:
        return float("nan"), 0
    last = rows.sort_values("year").iloc[-1]
    return float(last["value_pct"]), int(last["year"])


@cache
def away(partner: str) -> int:
    """Return kilometres between the capitals, as the crow flies."""
    pairs = load("distances").query("(iso3_a == 'TJK') != (iso3_b == 'TJK')")
    return int(pairs[pairs[["iso3_a", "iso3_b"]].isin([partner]).any(axis=1)].iloc[0, 2])


@cache
def border(partner: str) -> int:
    """Return kilometres of common land border.

    Return 0 for none, because the list of Tajikistan's borders is complete.
    """
    near = load("borders").query("iso3 == 'TJK'").set_index("neighbour_iso3")["border_km"]
    return int(near.get(partner, 0))


@cache
def purchases(partner: str) -> float:
    """Return what the partner bought from Tajikistan in its newest year, in million US$."""
    if partner == "IND":
        rows = load("bilateral_trade").query(
            "seller_iso3 == 'TJK' and buyer_iso3 == 'IND' and source_id == 'COMTRADE'"
        )
        return float(rows["value_musd"].item())
    press = load("trade_reported").set_index("id")["value"]
    return float(press["R72" if partner == "PAK" else "R109"])
