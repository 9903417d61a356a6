"""The result, and the sentence that sums it up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...i18n import _
from .._shell import Explorer
from .chart import chart
from .choices import NAMES, RISE, Choices
from .controls import controls
from .labels import money, per_cent, period, prices_words, share_words, span_words
from .pandas_code import code
from .simulation import chance, factors, spans, trade
from .summary import summary, years_table


def view(choices: Choices) -> str:
    """Return the path, the fan, and two tables: what the target means, and year by year."""
    if np.isnan(trade(choices.measure)[choices.baseline]):
        # A figure as ever, so that the controls keep their place; the sentence below says why.
        return f"<figure><p>{_('No data: {names}.', names=choices.baseline)}</p></figure>"
    found = chance(choices)
    return (
        chart(choices, found, describe(choices))
        + summary(choices, found)
        + years_table(choices, found)
    )


def describe(choices: Choices) -> str:
    """Return the target in dollars, the growth it needs, its chance, and its base rate."""
    base = trade(choices.measure)[choices.baseline]
    name = _(NAMES[choices.measure])
    if np.isnan(base):
        return _(
            "There is no figure for {name} in {year}: without a baseline there is no target, so "
            "choose another year.",
            name=name,
            year=choices.baseline,
        )
    goal = base * factors(choices, choices.horizon)
    end = choices.baseline + choices.horizon
    words = _(
        "{rise} % more {name} than in {year} means {goal} million US$ in {end} ({prices}), {more} "
        "million more: {growth} a year",
        rise=RISE,
        name=name,
        year=choices.baseline,
        goal=money(goal),
        end=end,
        prices=prices_words(choices, end),
        more=money(goal - base),
        growth=per_cent((factors(choices, 1) - 1) * 100),
    )
    found = chance(choices)
    if found is None:
        words += "; " + _("too few past changes are known for a simulation")
    elif choices.trend == "flat":
        words += "; " + _("with no trend, {share} get there", share=share_words(found.reached))
    else:
        words += "; " + _(
            "with the past trend, {share} get there", share=share_words(found.reached)
        )
    rows = spans(choices)
    length = span_words(choices.horizon)
    if rows.empty:
        compared = _("there is no earlier span of {length} to compare with.", length=length)
    else:
        compared = _(
            "from {years} it happened in {hit} of {all} spans of {length}.",
            years=period(choices),
            hit=rows["reached"].sum(),
            all=len(rows),
            length=length,
        )
    return f"{words}; {compared}"


def target_lab(**choices: Any) -> Explorer:
    """Complete the article's target of 30 % more trade, and test it; start with any choices."""
    return Explorer(_("Target lab"), Choices(**choices), controls, view, describe, code)
