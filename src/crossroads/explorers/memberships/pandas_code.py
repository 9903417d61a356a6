"""The pandas lines of the map of memberships."""

from __future__ import annotations

from .._code import literal, program
from .choices import LAST, ORGANISATIONS, STATES, Choices


def code(choices: Choices) -> str:
    """Pandas lines that make the standing of the chosen states in each organisation."""
    chosen = [state for state in STATES if state in choices.states]
    if choices.year == LAST:
        return program(
            'rows = cr.load("memberships")',
            'wide = rows.pivot(index="organisation", columns="iso3", values="status")',
            f"organisations = {literal(ORGANISATIONS)}",
            f"table = wide.reindex(index=organisations, columns={literal(chosen)})",
            'print(table.index[(table == "member").all(axis=1)])',
        )
    # For an earlier year two tables and their dates are put together: too long for a cell.
    return program(
        "from crossroads.explorers.memberships import standings",
        "# It puts together the tables memberships_history and memberships, by their dates.",
        f"table = standings({choices.year}).loc[{literal(chosen)}].T",
        'print(table.index[(table == "member").all(axis=1)])',
    )
