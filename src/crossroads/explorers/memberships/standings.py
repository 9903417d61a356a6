"""A state's status in an organisation, year by year."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...i18n import by_language
from ...tables import load
from ...tables.wide import countries
from .choices import FIRST, HISTORY, LAST, ORGANISATIONS, STATES, Choices

#: What the history table calls the standings.
SAME = {"full": "member", "associate": "associate", "observer": "observer", "none": "none"}


@by_language
def names() -> dict[str, str]:
    """Return country names by code, in the order in which they are listed."""
    return countries(STATES)


@cache
def standings(year: int) -> pd.DataFrame:
    """Standing of each state in each organisation in a year: rows states, columns organisations.

    Missing where neither table says it, "not founded" before an organisation's first year. Until
    2014 the history table counts (it has no observers of the SCO, and counts its forerunner from
    1996), after that the current list with its dates.
    """
    now = load("memberships").set_index(["organisation", "iso3"])
    past = load("memberships_history").set_index(["organisation", "iso3", "year"])["status"]
    covered = set(load("memberships_history")["organisation"])
    rows = {
        state: [
            "not founded"
            if not begun(org, year)
            else _standing(org, state, year, now, past, covered)
            for org in ORGANISATIONS
        ]
        for state in STATES
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(ORGANISATIONS)).astype("str")


@cache
def founded() -> dict[str, int]:
    """Return the year in which each organisation was founded, where that is agreed on."""
    years = load("organisations").set_index("code")["founded"].dropna()
    return {str(code): int(year) for code, year in years.items()}


@cache
def _first_years() -> dict[str, int]:
    """Return the year of `founded`, or of the forerunner that the history table counts."""
    past = load("memberships_history").groupby("organisation")["year"].min().to_dict()
    return {code: min(year, past.get(code, year)) for code, year in founded().items()}


def begun(organisation: str, year: int) -> bool:
    """Return whether an organisation, or its forerunner, was founded by a year."""
    return year >= _first_years().get(organisation, FIRST)


def _standing(
    org: str, state: str, year: int, now: pd.DataFrame, past: pd.Series[str], covered: set[str]
) -> str | None:
    current = now.loc[(org, state)]
    if year == LAST:
        return str(current["status"])
    if year <= HISTORY and org in covered:
        found = past.get((org, state, year))
        return SAME[found] if found is not None else None
    if pd.notna(current["since_year"]):
        if year < current["since_year"] and pd.notna(current["before"]):
            begun_by = current["before_year"]
            known = pd.isna(begun_by) or year >= begun_by
            return str(current["before"]) if known else None
        before = past.get((org, state, HISTORY), "none" if year < current["since_year"] else None)
        return str(current["status"]) if year >= current["since_year"] else SAME.get(str(before))
    # Without a date, what both ends agree on is taken to have held in between.
    last = past.get((org, state, HISTORY))
    same = last is not None and SAME[last] == current["status"]
    return str(current["status"]) if same and year > HISTORY else None


def members(organisation: str, year: int) -> list[str]:
    """Return the codes of an organisation's full members among the twelve states."""
    column = standings(year)[organisation]
    return [state for state in STATES if column[state] == "member"]


def together(choices: Choices) -> list[str]:
    """Return the organisations that have all of the chosen states as full members in that year."""
    wanted = set(choices.states)
    chosen = [o for o in ORGANISATIONS if wanted <= set(members(o, choices.year))]
    return chosen if wanted else []
