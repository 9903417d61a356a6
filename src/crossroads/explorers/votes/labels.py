"""Put agreement in words, and name the sources."""

from __future__ import annotations

import pandas as pd

from ...i18n import N_, _, ngettext
from .choices import Choices

SOURCE = N_(
    "Erik Voeten, UN General Assembly voting data, through the unvotes package; agreement "
    "computed by the course. Retrieved 2026-11-23."
)


UN_SOURCE = N_(
    "United Nations, machine-readable General Assembly resolutions (unofficial copies); agreement "
    "computed by the course. Retrieved 2026-11-26."
)


POINTS_SOURCE = N_(
    "Bailey, Strezhnev and Voeten, ideal point estimates, July 2025 release. Retrieved 2026-11-23."
)


def issue_name(issue: str) -> str:
    return _("All votes") if issue == "all" else _(issue)


def counting(choices: Choices) -> str:
    return (
        _("“abstain” against “yes” or “no” counts as half a match")
        if choices.half
        else _("same vote")
    )


def window_words(year: int, window: int) -> str:
    return str(year) if window == 1 else _("{low} to {high}", low=year - window + 1, high=year)


def agreed_words(value: float, votes: float, few: bool = False) -> str:
    if pd.isna(votes):
        return _("no data")
    n = round(votes)
    if pd.isna(value):
        return ngettext("left out ({n} vote)", "left out ({n} votes)", n)
    if few:
        return ngettext(
            "{share:.1f} % of {n} vote (few)", "{share:.1f} % of {n} votes (few)", n, share=value
        )
    return ngettext("{share:.1f} % of {n} vote", "{share:.1f} % of {n} votes", n, share=value)
