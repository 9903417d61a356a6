"""The choices of the map of memberships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FIRST, LAST = 1991, 2026


ORGANISATIONS = ("SCO", "SAARC", "CICA", "CSTO", "CIS", "ECO", "WTO", "CAREC", "EAEU", "OIC")


STATES = ("TJK", "KAZ", "KGZ", "UZB", "TKM", "RUS", "IND", "PAK", "AFG", "CHN", "IRN", "TUR")


@dataclass(frozen=True)
class Choices:
    """One organisation on the map, a year, and the states that should sit together."""

    organisation: str = "SCO"
    year: int = LAST
    states: Sequence[str] = ("TJK", "RUS", "IND", "PAK")


#: Until this year the history table speaks; after it, the current list with its dates.
HISTORY = 2014
