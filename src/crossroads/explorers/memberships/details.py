"""The tables: standings, pairs, and where each row comes from."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from ...i18n import _, by_language
from ...tables import load
from ...web.html import table
from .choices import ORGANISATIONS, STATES, Choices
from .labels import in_words, listed
from .standings import members, names, standings, together


def standing_table(choices: Choices) -> str:
    chosen = [state for state in STATES if state in choices.states]
    rows = standings(choices.year).loc[chosen].T
    shown = pd.DataFrame({_("Organisation"): rows.index})
    for state in chosen:
        shown[names()[state]] = [in_words(kind) for kind in rows[state].fillna("unknown")]
    whole = set(together(choices))
    every = _("Are all of them members?")
    shown[every] = [_("yes") if org in whole else _("no") for org in rows.index]
    return table(shown, _("Status of the chosen countries in {year}", year=choices.year))


def pairs_table(choices: Choices) -> str:
    chosen = [state for state in STATES if state in choices.states]
    seats = {s: {o for o in ORGANISATIONS if s in members(o, choices.year)} for s in chosen}
    pair, forums = _("Pair"), _("Both are members of")
    rows: dict[str, list[str]] = {pair: [], forums: []}
    for a, b in combinations(chosen, 2):
        both = [o for o in ORGANISATIONS if o in seats[a] & seats[b]]
        rows[pair].append(listed([names()[a], names()[b]]))
        rows[forums].append(", ".join(both) or _("none of them"))
    if not rows[pair]:
        return ""
    whole = table(pd.DataFrame(rows), _("Shared memberships in {year}", year=choices.year))
    head = _("Shared memberships, pair by pair")
    return f"<details><summary>{head}</summary>{whole}</details>"


@by_language
def sources_table(organisation: str) -> str:
    found = load("memberships").query("organisation == @organisation").set_index("iso3")
    rows = pd.DataFrame(
        {
            _("State"): [names()[state] for state in STATES],
            _("Status"): [in_words(s) for s in found["status"][list(STATES)]],
            _("Since"): found["since"][list(STATES)].fillna(_("no date")).to_list(),
            _("Date of the source"): found["as_of"][list(STATES)].fillna(_("no date")).to_list(),
            _("Source"): found["source"][list(STATES)].to_list(),
            _("How well sourced (A is better than B)"): found["confidence"][list(STATES)].to_list(),
            _("Note"): found["note"][list(STATES)].to_list(),
        }
    )
    whole = table(
        rows, _("{organisation} in the course's list of memberships", organisation=organisation)
    )
    words = _("Sources, row by row: {organisation}", organisation=organisation)
    return f"<details><summary>{words}</summary>{whole}</details>"
