"""Agreement by issue: bars for one period, and a table of all three."""

from __future__ import annotations

import pandas as pd

from ... import charts
from ...i18n import _
from ...web.html import table
from .agreement import by_issue, names
from .choices import ISSUES, PERIODS, Choices, partners
from .labels import SOURCE, agreed_words, issue_name


def issues_words(choices: Choices) -> str:
    rows = by_issue()
    what = _(ISSUES[choices.issue])
    said = []
    for other in partners(choices):
        row = rows.loc[(choices.issue, choices.period, other)]
        agreed = agreed_words(row["agreement_pct"], row["votes_both_cast"])
        words = _("{state} in {agreed}", state=names()[other], agreed=agreed)
        if choices.issue != "all":
            whole = rows.at[("all", choices.period, other), "agreement_pct"]
            words += " " + _("(all votes: {share:.1f} %)", share=whole)
        said.append(words)
    return _(
        "{period}, {votes}: Tajikistan agreed with {others}.",
        period=choices.period,
        votes=what,
        others="; ".join(said),
    )


def issues_view(choices: Choices, sentence: str) -> str:
    rows, others = by_issue(), partners(choices)
    title = issue_name(choices.issue)
    values = {
        names()[c]: rows.at[(choices.issue, choices.period, c), "agreement_pct"] for c in others
    }
    drawn = charts.bars(
        pd.Series(values, dtype=float),
        title=_("{issue}, {period}: agreement with Tajikistan", issue=title, period=choices.period),
        value_label=_("Same vote, in % of the roll calls in which both voted"),
        alt=_("Votes in each period are in the table below."),
        source=_(SOURCE),
        digits=1,
        whole=100,
    )
    cells: dict[str, list[str]] = {
        _("{state} and", state=_("Tajikistan")): [names()[c] for c in others]
    }
    for period in PERIODS:
        found = [rows.loc[(choices.issue, period, c)] for c in others]
        cells[period] = [agreed_words(r["agreement_pct"], r["votes_both_cast"]) for r in found]
    return drawn + table(
        pd.DataFrame(cells), _("{issue}: same vote in the three periods", issue=title)
    )
