"""Single votes since 2020, by topic."""

from __future__ import annotations

import pandas as pd

from ...i18n import N_, _
from ...web.html import table
from .agreement import key_votes, names
from .choices import TOPICS, Choices
from .labels import UN_SOURCE


def key_words(choices: Choices) -> str:
    votes = key_votes(choices)
    said = []
    for code in votes:
        cast = votes[code].value_counts()
        parts = [f"{cast[v]} × {_(v)}" for v in (N_("yes"), N_("no"), N_("abstain")) if v in cast]
        said.append(f"{names()[code]}: {', '.join(parts) or _('no vote recorded')}")
    return _(
        "{topic}, {n} votes: {votes}.",
        topic=_(TOPICS[choices.topic]),
        n=len(votes),
        votes="; ".join(said),
    )


def key_view(choices: Choices, sentence: str) -> str:
    votes = key_votes(choices)
    dates = votes.index.get_level_values("date")
    rows: dict[str, list[str]] = {
        _("Date"): [f"{day:%Y-%m-%d}" for day in dates],
        _("Resolution"): [
            f"{title} ({number.strip('()')})"
            for number, title in zip(
                votes.index.get_level_values("resolution"),
                votes.index.get_level_values("title"),
                strict=True,
            )
        ],
    }
    for code in votes:
        rows[names()[code]] = [_("none recorded") if pd.isna(v) else _(v) for v in votes[code]]
    caption = _("Key votes: {topic} (chosen by the course)", topic=_(TOPICS[choices.topic]))
    return f"{table(pd.DataFrame(rows), caption)}<p>{_(UN_SOURCE)}</p>"
