"""Self-checks: what is said of an answer at once, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..i18n import _
from .forms import is_blank
from .item import Item
from .kinds import KINDS
from .outcome import NotYet, Outcome, outcome_of

State = Literal["right", "partly", "wrong", "unanswered"]


@dataclass(frozen=True)
class Verdict:
    """A verdict on an answer: its state, sentences for the learner, and the same as data.

    ``error`` is what stopped a function of the learner's.
    """

    state: State
    words: tuple[str, ...]
    outcome: Outcome | None = None
    error: BaseException | None = None


def mark(item: Item, answer: Any) -> Verdict:
    """Say what an answer is worth, with the explanation for just what was chosen.

    ``answer`` is what the item's controls give: a code, a list of codes, a mapping, or a text.
    """
    kind = KINDS[item.kind]
    # Of an answer in a cell, its kind says what to do.
    if kind.CONTROL and is_blank(answer):
        words = (
            _("Type an answer first. Your best guess will do: it isn't marked.")
            if kind.CONTROL in ("number", "text")
            else _("Choose an answer first. Your best guess will do: it isn't marked.")
        )
        return Verdict("unanswered", (words,))
    try:
        outcome = kind.score(answer, kind.call(item))
    except NotYet as problem:
        found = outcome_of(problem) or Outcome(item.kind, "malformed")
        # What can't be read isn't wrong: it may be tried again.
        error = problem.__context__ if found.facts.get("problem") == "stopped" else None
        return Verdict("unanswered", tuple(kind.practise(found, item)), found, error)
    state: State = outcome.code if outcome.code != "malformed" else "unanswered"
    return Verdict(state, tuple(kind.practise(outcome, item)), outcome)
