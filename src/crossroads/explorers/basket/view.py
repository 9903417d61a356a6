"""The basket beside the 30 %, good by good, and what a duty leaves out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ... import charts
from ...i18n import N_, _, ngettext, number
from ...tables.wide import countries
from ...web.html import Html, table
from .._shell import Explorer
from ..target import RISE, trade
from .choices import AGREEMENTS, GOODS, SELLERS, SOURCE, YEAR, Choices
from .controls import controls
from .goods import (
    advantage,
    away,
    border,
    bought,
    chosen,
    duty,
    largest_other,
    purchases,
    share,
    sold,
    together,
)
from .pandas_code import code

#: What is recorded of the partner's purchases from Tajikistan, in the newest year that was had.
RECORDED = {
    "IND": N_("{figure} million US$ of all goods in 2019, as India reports"),
    "PAK": N_("{figure} million US$ of all goods from July 2024 to June 2025, as Pakistan reports"),
    "AFG": N_(
        "{figure} million US$ of electricity alone in 2025, as Tajikistan's ministry reports"
    ),
}
LESSON_YEAR = 2023  # the baseline of lesson 8


def view(choices: Choices) -> str:
    """Return the basket beside the 30 %, good by good, and what else stands between."""
    if not chosen(choices):
        return Html("<p>{}</p>").format(describe(choices)) + _between(choices)
    return _chart(choices) + _goods(choices) + _between(choices)


def _money(value: float) -> str:
    return number(value, ",.1f" if value >= 0.05 or value == 0 else ",.2f")


def _name(code: str) -> str:
    return _(next(offered[code] for offered in GOODS.values() if code in offered))


def goal(year: int) -> float:
    """Thirty per cent of Tajikistan's trade with South Asia, in million US$, as in lesson 8."""
    return float(trade("both")[year]) * RISE / 100


def _chart(choices: Choices) -> Html:
    whole = together(choices)
    partner = countries([choices.partner])[choices.partner]
    bars = {
        _("Basket: sales to all countries, {year}", year=YEAR): whole,
        _("{n} % of the basket, to {partner}", partner=partner, n=choices.sent): whole
        * choices.sent
        / 100,
        _("{rise} % of trade with South Asia, {year}", rise=RISE, year=YEAR): goal(YEAR),
        _(
            "{rise} % of trade with South Asia, {year} (lesson 8)", rise=RISE, year=LESSON_YEAR
        ): goal(LESSON_YEAR),
    }
    return charts.bars(
        pd.Series(bars),
        title=_("Your basket and “{rise} % more”", rise=RISE),
        value_label=_("million US$ (nominal)"),
        alt=describe(choices),
        source=_(SOURCE),
        digits=1,
    )


def _goods(choices: Choices) -> Html:
    names = countries([choices.partner, *SELLERS])
    partner = names[choices.partner]
    rows = []
    for good in chosen(choices):
        value = sold(good)
        other, most = largest_other(good, choices.partner)
        row: dict[str, Any] = {
            _("Goods"): _name(good),
            _("Tajikistan sold, million US$"): _said(value, ",.1f" if value >= 0.05 else ",.2f"),
            _("Tajikistan's advantage (RCA)"): _said(_rca(good, "TJK"), ",.1f"),
            _("RCA of {partner}", partner=partner): _said(_rca(good, choices.partner), ",.1f"),
            _("Largest other seller nearby"): _(
                "{country}: {value} million", country=names[other], value=_money(most)
            )
            if other
            else _("none recorded"),
        }
        if choices.partner == "IND":
            row[_("India's imports of the whole product chapter, million US$")] = number(
                bought()[good[:4]], ",.0f"
            )
        rows.append(row)
    return table(
        pd.DataFrame(rows),
        _(
            "In the basket, {year} (RCA above 1: the good is a larger share of the country's "
            "exports than of world exports)",
            year=YEAR,
        ),
    )


def _rca(code: str, country: str) -> float:
    return float(advantage()[country].get(code, np.nan))


def _said(value: float, form: str) -> str:
    return _("not recorded") if np.isnan(value) else number(value, form)


def _between(choices: Choices) -> Html:
    partner = choices.partner
    rate, year = duty(partner)
    rows = [
        (_("Trade agreement"), _(AGREEMENTS[partner])),
        (
            _("Average import duty"),
            _("not in the data")
            if np.isnan(rate)
            else _(
                "{rate:.1f} % in {year}, a simple average of all products; the duty on these "
                "goods isn't in the data",
                rate=rate,
                year=year,
            ),
        ),
        (
            _("The partner's imports of these goods, from all countries"),
            _("known only for whole product chapters")
            if partner == "IND"
            else _("not in the data; the RCA shows only what the partner itself exports"),
        ),
        (
            _("Recorded purchases from Tajikistan"),
            _(RECORDED[partner], figure=number(purchases(partner), ".1f")),
        ),
        (_("Contracts signed at business forums"), _("not in the data")),
        (_("Straight-line distance between the capitals"), _("{km:,} km", km=away(partner))),
        (
            _("Common land border"),
            _("{km:,} km", km=border(partner))
            if border(partner)
            else _("none: goods pass through other states"),
        ),
    ]
    return table(
        pd.DataFrame(rows, columns=[_("Question"), _("Answer")]),
        _(
            "What stands between the basket and {partner}",
            partner=countries([partner])[partner],
        ),
    )


def describe(choices: Choices) -> str:
    """Return the basket's size, the part that would go to the partner, and the 30 % beside it."""
    codes = chosen(choices)
    if not codes:
        return _("The basket is empty: put a good into it.")
    whole = together(choices)
    unknown = [_name(code) for code in codes if np.isnan(sold(code))]
    if len(unknown) == len(codes):
        return _(
            "No sales are recorded for the goods in your basket ({goods}). That doesn't mean zero: "
            "the buyers may be in countries that don't report their trade.",
            goods=", ".join(unknown),
        )
    words = ngettext(
        "In {year} Tajikistan sold the {n} good in your basket for {value} million US$, to all "
        "countries together: {share} % of its recorded exports",
        "In {year} Tajikistan sold the {n} goods in your basket for {value} million US$, to all "
        "countries together: {share} % of its recorded exports",
        len(codes) - len(unknown),
        year=YEAR,
        value=_money(whole),
        share=number(share(choices), ".1f"),
    )
    if unknown:
        words += " " + _("(not counted, because not recorded: {goods})", goods=", ".join(unknown))
    return words + _(
        "; if {sent} % of these sales went to {partner}, that would be {part} million. By "
        "comparison, {rise} % of trade with South Asia was {then} million in {year} and {now} "
        "million in {later}.",
        sent=choices.sent,
        part=_money(whole * choices.sent / 100),
        partner=countries([choices.partner])[choices.partner],
        then=_money(goal(YEAR)),
        rise=RISE,
        year=YEAR,
        now=_money(goal(LESSON_YEAR)),
        later=LESSON_YEAR,
    )


def basket_builder(**choices: Any) -> Explorer:
    """Fill a basket for one partner; start with any of the choices as given."""
    return Explorer(_("Basket builder"), Choices(**choices), controls, view, describe, code)
