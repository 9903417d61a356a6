"""A short text that is typed, compared without what doesn't matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..i18n import _
from ..web.html import Html
from . import choices, paper, signs, steps
from .forms import failing, is_blank
from .item import Fault, Item
from .outcome import Outcome
from .steps import Step

KIND = "text"
FIELDS = {"accept": list}
OPTIONAL = ("slips",)
CONTROL = "text"
#: What matters of a short text: its words, but for articles.
WORDS: tuple[Step, ...] = (
    {"plain": True},
    {"bare": True},
    {"cut": r"(?:^| )(?:the|an|a)(?= |$)"},
    {"strip": " "},
)


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type: the question says it."""
    return ""


def read(answer: Any) -> str:
    """Return what was typed, with ASCII's signs. Raises ``NotYet`` where that is nothing."""
    if is_blank(answer):
        raise failing(KIND, how)("unanswered")
    return signs.plain(str(answer))


def plain(text: str) -> str:
    """Return a short answer without what doesn't matter.

    Case, accents, punctuation, spaces and articles don't matter.
    """
    return steps.take(WORDS, text)[0]


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Return all or nothing: whether it is one of the accepted texts.

    ``call`` has ``accept`` and ``slips``. Facts: the ``slip`` that it is, if it's one.
    """
    typed = read(answer)
    said = plain(typed)
    if {said, plain(signs.look_alike(typed))} & {*map(plain, call["accept"])}:
        return Outcome(KIND, "right", typed, 1.0)
    slip = next((slip for slip in call.get("slips") or {} if plain(slip) == said), None)
    return Outcome(KIND, "wrong", typed, facts={"slip": slip})


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    return {"accept": item.accept, "slips": {slip.answer: slip.why for slip in item.slips}}


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says."""
    if outcome.code == "right":
        return [item.why]
    slips = {slip.answer: slip.why for slip in item.slips}
    if outcome.facts["slip"] in slips:
        return [slips[outcome.facts["slip"]]]
    return [item.hint or _("That isn't it. Read the text above once more.")]


def faults(item: Item) -> Iterable[Fault]:
    """Return what is broken in a self-check."""
    return ()


offered = choices.none


def task(item: Item) -> str:
    """Return what to do, on paper: the question says it."""
    return ""


def solution(item: Item) -> Html:
    """Return the right answer and typical wrong ones, on paper."""
    first, *more = item.accept
    answer = paper.strong(first)
    if more:
        words = _("{answer} (also accepted: {others})")
        answer = paper.told(words, answer=answer, others=", ".join(more))
    return paper.short(answer) + paper.slips((slip.answer, slip.why) for slip in item.slips)
