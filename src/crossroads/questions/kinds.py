"""The kinds of answers: one module for each, and what is asked of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ..i18n import filled
from . import code, forms, match, multiple, number, order, single, text
from .item import Fault, Item
from .outcome import Outcome


class Kind(Protocol):
    """What a kind's module offers; ``call`` and ``outcome`` are data, sentences come last."""

    KIND: str
    #: A self-check's own fields with their types; the widget that asks it.
    FIELDS: dict[str, Any]
    CONTROL: str

    def how(self, facts: Mapping[str, Any], /) -> str: ...
    def score(self, answer: Any, call: Mapping[str, Any], /) -> Outcome: ...
    def call(self, item: Item, /) -> dict[str, Any]: ...
    def practise(self, outcome: Outcome, item: Item, /) -> list[str]: ...
    def faults(self, item: Item, /) -> Iterable[Fault]: ...


#: A function that fills placeholders in: to a text, or to HTML.
Fill = Callable[..., Any]

_QUIZ = {"single": single, "multiple": multiple, "order": order, "match": match, "number": number}
#: Every kind, as self-checks have them.
KINDS: dict[str, Kind] = {**_QUIZ, "text": text, "code": code}
#: Kinds whose answer is a plain value: read without running anything, explained from data.
AS_DATA = tuple(_QUIZ)
#: Kinds whose answer is letters, each chosen or not, and how they're read.
CHOICE: dict[str, Callable[..., Iterable[str]]] = {
    "single": single.read,
    "multiple": multiple.read,
}
#: The functions of ``crossroads.answers`` that award points.
SCORING = (*AS_DATA, "function")


def score(kind: str, answer: Any, call: Mapping[str, Any]) -> Outcome:
    """An answer's outcome. Raises ``NotYet`` where there is none, or none that can be read."""
    return KINDS[kind].score(answer, call)


def tells(outcome: Outcome | None) -> bool:
    """Whether an outcome is enough to say what became of an answer.

    What a piece of work lacks in its form, and what a teacher's own test finds, only words say.
    """
    if outcome is None:
        return False
    by_itself = outcome.code in ("unanswered", "malformed") or "problems" in outcome.facts
    return by_itself or outcome.kind in _QUIZ


def plain(message: str, /, **values: Any) -> str:
    """A message with its placeholders filled in, as text."""
    return filled(message, values)


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """What a test says of an answer. ``call`` has the arguments of its scoring call.

    Explanations in HTML want a ``fill`` that makes HTML; a problem of form is always plain text.
    """
    if outcome.kind == "code" and "problems" in outcome.facts:
        return code.say(outcome, call)
    if outcome.code in ("unanswered", "malformed"):
        kind = KINDS.get(outcome.kind)
        return [" ".join(forms.say(outcome.facts, kind.how if kind else lambda _facts: ""))]
    return list(_QUIZ[outcome.kind].say(outcome, call, fill))


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Fill) -> list[Any]:
    """What a page of feedback says: of what was chosen, and with ``keys`` of the rest."""
    return list(_QUIZ[outcome.kind].explain(outcome, call, keys, fill))


def as_check(
    kind: str, call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """A quiz question's fields as a self-check, by its scoring call and the texts of its codes."""
    return dict(_QUIZ[kind].as_check(call, options, left))


def faults(item: Item) -> Iterable[Fault]:
    """What is broken in a self-check: field by field."""
    return KINDS[item.kind].faults(item)
