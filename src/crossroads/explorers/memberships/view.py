"""The result, and the sentence that sums it up."""

from __future__ import annotations

from typing import Any

from ...i18n import _, ngettext
from .._shell import Explorer
from .choices import ORGANISATIONS, STATES, Choices
from .controls import controls
from .details import pairs_table, sources_table, standing_table
from .labels import listed
from .map import map_chart
from .pandas_code import code
from .standings import names, together


def view(choices: Choices) -> str:
    """Return the map, the chosen states' standing in each organisation, and the sources."""
    parts = (
        map_chart(choices),
        standing_table(choices),
        pairs_table(choices),
        sources_table(choices.organisation),
    )
    return "".join(parts)


def describe(choices: Choices) -> str:
    """Return which organisations have all of the chosen states as members."""
    if not choices.states:
        return _("Choose the countries to compare in {year}.", year=choices.year)
    wanted = listed([names()[s] for s in STATES if s in choices.states])
    found = together(choices)
    if not found:
        return _(
            "None of the {all} organisations had {states} among its full members in {year}, as "
            "far as the tables say.",
            all=len(ORGANISATIONS),
            states=wanted,
            year=choices.year,
        )
    return ngettext(
        "In {year}, {n} organisation has {states} among its full members: {organisations}.",
        "In {year}, {n} organisations have {states} among their full members: {organisations}.",
        len(found),
        year=choices.year,
        states=wanted,
        organisations=listed(found),
    )


def membership_map(**choices: Any) -> Explorer:
    """Choose an organisation, a year and states; see who sits where, and who sits together."""
    return Explorer(_("Map of memberships"), Choices(**choices), controls, view, describe, code)
