"""Report what was found to a student, as text."""

from __future__ import annotations

from ..i18n import _, ngettext
from .problems import Problem


def report(name: str, problems: list[Problem], *, compared: bool = True) -> str:
    """Return what ``check`` found, as a text for a student."""
    alone = _(
        "There is no copy of the original quiz here, so your notebook was checked only against "
        "the information inside it. A missing cell may have gone unnoticed."
    )
    more = [] if compared else [alone]
    if not problems:
        fine = _(
            "{name} is ready: every question has an answer that can be read, and the notebook "
            "runs from top to bottom. Whether the answers are right isn't checked here.",
            name=name,
        )
        return "\n".join([fine, *more])
    head = ngettext(
        "One thing to look at in {name}:",
        "{n} things to look at in {name}:",
        len(problems),
        name=name,
    )
    return "\n".join([head, *(f"- {p}" for p in problems), *more])
