"""The choices of the vote explorer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...i18n import N_

FIRST, LAST = 1992, 2019  # years of the first source; ideal points run from 1991 to 2023


#: The views by the word for ``show``, with the title of each.
VIEWS = {
    "years": N_("Vote explorer: agreement over the years"),
    "issues": N_("Vote explorer: agreement by issue"),
    "network": N_("Vote explorer: network"),
    "recent": N_("Vote explorer: 2019 to 2026"),
    "key": N_("Vote explorer: key votes since 2020"),
    "points": N_("Vote explorer: ideal points"),
}


PERIODS = ("1992-1999", "2000-2009", "2010-2019")


#: The states around the network's ring, neighbours of one region side by side.
RING = ("TJK", "RUS", "KAZ", "KGZ", "UZB", "TKM", "AFG", "PAK", "IND", "CHN", "USA", "TUR", "IRN")


#: Each issue with its votes as a sentence names them; the course's word for no issue is "all".
ISSUES = {
    "all": N_("all votes"),
    N_("Colonialism"): N_("votes on colonialism"),
    N_("Arms control and disarmament"): N_("votes on arms control and disarmament"),
    N_("Economic development"): N_("votes on economic development"),
    N_("Human rights"): N_("votes on human rights"),
    N_("Palestinian conflict"): N_("votes on the Palestinian conflict"),
    N_("Nuclear weapons and nuclear material"): N_("votes on nuclear weapons and nuclear material"),
}


#: Topics of the key votes, as the course has sorted them.
TOPICS = {
    "ukraine_russia": N_("Ukraine and Russia"),
    "afghanistan": N_("Afghanistan"),
    "palestine_gaza": N_("Palestine and Gaza"),
    "regional_organisations": N_("cooperation with regional organisations"),
    "other": N_("other votes, for contrast"),
}


MOST_LINES = 6


@dataclass(frozen=True)
class Choices:
    """The view, the states to compare, and how votes are counted.

    ``base`` and ``others`` are codes of states. Agreement is pooled over ``window`` years that end
    in a year: ``start`` and ``end`` are the two compared, ``year`` is the network's. ``half``
    counts an abstention beside a yes or a no as half an agreement; ``weak`` keeps years in which
    a pair has fewer than half of the roll calls in common. ``threshold`` is in per cent.
    """

    show: str = "years"
    base: str = "TJK"
    others: Sequence[str] = ("RUS", "IND", "PAK")
    window: int = 1
    start: int = 2010
    end: int = 2015
    half: bool = False
    weak: bool = True
    issue: str = "all"
    period: str = "2010-2019"
    year: int = 2015
    threshold: int = 80
    points_year: int = 2023
    topic: str = "ukraine_russia"


def partners(choices: Choices) -> list[str]:
    """Return the states beside the base, at most as many as one chart can hold."""
    return [c for c in RING if c in choices.others and c != choices.base][:MOST_LINES]
