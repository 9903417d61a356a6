"""Tables as explorers need them: a row a year, countries by name, values that repeat."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..i18n import _
from . import load


def countries(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Return country names in the language in use by ISO 3166 code.

    They are those of ``codes``, in that order, or all.

    Raises ``KeyError`` for a code that the table of countries doesn't have.
    """
    known = load("countries").set_index("iso3")["name"]
    wanted = known.index if codes is None else codes
    return {str(code): _(str(known[code])) for code in wanted}


def by_country(name: str, indicator: str) -> pd.DataFrame:
    """Return an indicator of a long table: rows years, columns country codes.

    Missing stays missing.
    """
    rows = load(name).query("indicator == @indicator")
    return rows.pivot(index="year", columns="iso3", values="value")


def by_indicator(name: str, country: str) -> pd.DataFrame:
    """Return a country of a long table: rows years, columns indicators; missing stays missing."""
    rows = load(name).query("iso3 == @country")
    return rows.pivot(index="year", columns="indicator", values="value")


def repeats(frame: pd.DataFrame, *, within: float = 0.0) -> pd.DataFrame:
    """Return which values are those of the year before, or differ by that part of them at most.

    A value that stands still to its last digit was probably carried forward, not observed. Zeros
    aren't counted: nothing may well stay nothing.
    """
    return (frame.diff().abs() <= frame.abs() * within) & (frame != 0)
