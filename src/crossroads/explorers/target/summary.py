"""The tables: what the target means, and year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...i18n import N_, _, number
from ...web.html import Html, table
from .choices import GOALS, LAST, RISE, WHOLE, Choices
from .labels import money, per_cent, period, prices_words, share_words, span_words
from .simulation import FEWEST, Chance, apart, factors, flows, needed, spans, trade


def _outcome(choices: Choices) -> str | None:
    """Return what the data say about a target whose date has passed; None while it hasn't."""
    end = choices.baseline + choices.horizon
    if end > LAST:
        return None
    then = trade(choices.measure)[end]
    if np.isnan(then):
        return _("no figure for {year}", year=end)
    goal = needed(choices)[end]
    change = (then / trade(choices.measure)[choices.baseline] - 1) * 100
    said = (
        N_("reached: {value} million US$ in {year}, {change} (nominal)")
        if then >= goal - 1e-9
        else N_("missed: {value} million US$ in {year}, {change} (nominal)")
    )
    return _(said, value=money(then), year=end, change=per_cent(change, "+"))


def _past_words(choices: Choices) -> list[tuple[str, str]]:
    rows = spans(choices)
    length = span_words(choices.horizon)
    if rows.empty:
        none = _("no earlier span of {length} from {years}", length=length, years=period(choices))
        return [(_("Base rate"), none)]
    hit = rows[rows["reached"]]
    each = ", ".join(
        f"{start}–{end} ({number(rise, '+,.0f')} %)"
        for start, end, rise in hit[["start", "end", "rise"]].itertuples(index=False)
    )
    often = _(
        "{hit} of {all} spans of {length}, {years}",
        hit=len(hit),
        all=len(rows),
        length=length,
        years=period(choices),
    )
    if choices.horizon > 1:
        often += "; " + _(
            "they overlap, and only {n} fit side by side without overlapping", n=apart(choices)
        )
    if choices.prices == "real":
        often += "; " + _(
            "adjusted for prices that rise by {rate:g} % a year", rate=choices.inflation
        )
    words = [(_("Base rate: such a rise in the past"), often)]
    if len(hit):
        after = hit["kept"].dropna()
        lost = _(
            "{lost} of the {all} for which the following year is known",
            lost=(~after).sum(),
            all=len(after),
        )
        words += [(_("When (nominal change)"), each), (_("Fallen back a year later"), lost)]
    return words


def summary(choices: Choices, found: Chance | None) -> Html:
    base = trade(choices.measure)[choices.baseline]
    whole = flows().at[choices.baseline, f"all_{choices.measure}"]
    path = needed(choices)
    end = choices.baseline + choices.horizon
    extra = path[end] - base
    yearly = per_cent((factors(choices, 1) - 1) * 100)

    def of_whole(value: float) -> str:
        share = per_cent(value / whole * 100)
        return _(WHOLE[choices.measure], share=share, year=choices.baseline)

    def in_year(value: float, year: int) -> str:
        return _("{value} million US$ in {year}", value=money(value), year=year)

    rows = [
        (_("Baseline"), f"{in_year(base, choices.baseline)}; {of_whole(base)}"),
        (_("Target"), f"{in_year(path[end], end)}, {prices_words(choices, end)}"),
        (
            _("Extra trade"),
            f"{_('{value} million US$', value=money(extra))}; {of_whole(extra)}",
        ),
        (
            _("Growth needed"),
            _("{growth} in one year", growth=yearly)
            if choices.horizon == 1
            else _("{growth} a year, year after year", growth=yearly),
        ),
    ]
    if found is None:
        few = _("not computed: fewer than {n} past yearly changes are known", n=FEWEST)
        rows.append((_("Chance"), few))
    else:
        trend = (
            _("no trend")
            if choices.trend == "flat"
            else _(
                "a trend of {trend} a year", trend=per_cent((np.exp(found.trend) - 1) * 100, "+")
            )
        )
        rows += [
            (
                _("Chance"),
                _(
                    "{share} are at the target or above in {year}",
                    share=share_words(found.reached),
                    year=end,
                ),
            ),
            (
                _("… which assumes"),
                _(
                    "{trend}; in a typical year, trade is multiplied or divided by {factor:.2f} "
                    "({noise} % of the spread of {changes} past changes); each year is "
                    "independent of the one before; there is no agreement, crisis or route that "
                    "the past years didn't have",
                    trend=trend,
                    factor=np.exp(found.spread * choices.noise / 100),
                    noise=choices.noise,
                    changes=found.changes,
                ),
            ),
        ]
    rows += _past_words(choices)
    if outcome := _outcome(choices):
        rows.append((_("What happened"), outcome))
    return table(
        pd.DataFrame(rows, columns=[_("Question"), _("Answer")]),
        _(GOALS[choices.measure], rise=RISE),
    )


def years_table(choices: Choices, found: Chance | None) -> Html:
    path = needed(choices)
    recorded = trade(choices.measure).reindex(path.index)
    rows = pd.DataFrame({_("Year"): path.index, _("Needed"): path.map(money).to_numpy()})
    if found is not None:
        fan = found.paths.map(money).reindex(path.index)
        fan.iloc[0] = money(path.iloc[0])
        for column, label in (
            (10, _("1 in 10 paths is below")),
            (50, _("Middle path")),
            (90, _("9 in 10 paths are below")),
        ):
            rows[label] = fan[column].to_numpy()
    rows[_("Recorded")] = [_("not in the data") if np.isnan(v) else money(v) for v in recorded]
    return table(rows, _("Year by year, million US$ (nominal)"))
