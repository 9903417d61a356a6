"""The kinds of answers: one module for each, and what is asked of all of them.

Nobody else asks which kind an answer is: what differs between kinds is in their modules. A new kind
is a module and its name in the lists below; the guide for contributors shows one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from ..web.html import Html
from . import code, forms, match, multiple, number, order, single, text, work
from .item import Fault, Item
from .outcome import Answered, Fill, Outcome, plain

Texts = Mapping[str, str]


class Kind(Protocol):
    """The functions of every kind's module; ``call`` and ``outcome`` are data."""

    KIND: str
    #: A self-check's own fields with their types, and those that it may have.
    FIELDS: dict[str, Any]

    @property
    def OPTIONAL(self) -> tuple[str, ...]: ...  # noqa: N802

    #: The control that asks it; "" where a learner's code makes the answer.
    CONTROL: str

    def how(self, facts: Mapping[str, Any], /) -> str: ...
    def score(self, answer: Any, call: Mapping[str, Any], /) -> Outcome: ...
    def call(self, item: Item, /) -> dict[str, Any]: ...
    def practise(self, outcome: Outcome, item: Item, /) -> list[str]: ...
    def faults(self, item: Item, /) -> Iterable[Fault]: ...
    def offered(self, item: Item, /) -> list[tuple[str, str]]: ...
    def task(self, item: Item, /) -> str: ...
    def solution(self, item: Item, /) -> Html: ...


class Graded(Kind, Protocol):
    """The functions of a kind that a quiz's tests score."""

    #: By what name ``expect`` is told of it.
    FORM: str

    @property
    def award(self) -> Callable[..., float]: ...
    def expected(self, answer: Any, form: Any, /) -> Iterable[str]: ...
    def say(self, outcome: Outcome, call: Mapping[str, Any], fill: Fill, /) -> list[Any]: ...


class Data(Graded, Protocol):
    """A kind whose answer is a plain value: read without running anything, explained from data."""

    def explain(
        self, outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Fill, /
    ) -> list[Any]: ...
    def answered(self, answer: Any, options: Texts, left: Texts, unit: str, /) -> Answered: ...
    def as_check(
        self, call: Mapping[str, Any], options: Texts, left: Texts, /
    ) -> dict[str, Any]: ...


class Choice(Data, Protocol):
    """A kind whose answer is letters, each chosen or not: the report counts them, tries keys."""

    KEY_EXAMPLE: str

    def letters(self, answer: Any, options: Iterable[str], /) -> Iterable[str]: ...
    def share(self, chosen: Collection[str], key: Collection[str], /) -> float: ...
    def key_in_words(self, key: str, /) -> str: ...
    def key_in_code(self, name: str, key: str, before: str, /) -> str: ...


def _named(*modules: Any) -> dict[str, Any]:
    return {module.KIND: module for module in modules}


_QUIZ: tuple[Data, ...] = (single, multiple, order, match, number)
_CHOICE: tuple[Choice, ...] = (single, multiple)
_OTHER: tuple[Kind, ...] = (text, code)
_FUNCTION: Graded = code

#: Every kind, as self-checks have them.
KINDS: dict[str, Kind] = _named(*_QUIZ, *_OTHER)
#: Those of quizzes whose answer is data, and of them those whose answer is letters.
AS_DATA: dict[str, Data] = _named(*_QUIZ)
CHOICE: dict[str, Choice] = _named(*_CHOICE)
#: What is scored in quizzes, by the name of its form.
FORMS: dict[str, Graded] = {kind.FORM: kind for kind in (*_QUIZ, _FUNCTION)}
#: The functions of ``crossroads.answers`` that award points.
SCORING = {kind.KIND: kind.award for kind in _QUIZ} | {_FUNCTION.FORM: _FUNCTION.award}
#: What a test says, and what to type: also of a piece of work, which is no kind of a self-check's.
_SAYS = {kind.KIND: kind.say for kind in (*_QUIZ, _FUNCTION)} | {work.KIND: work.say}
_HOW = {name: kind.how for name, kind in KINDS.items()} | {work.KIND: work.how}


def score(kind: str, answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Return an answer's outcome.

    Raises ``NotYet`` where there is none, or none that can be read.
    """
    return KINDS[kind].score(answer, call)


def tells(outcome: Outcome | None) -> bool:
    """Return whether an outcome is enough to say what became of an answer.

    What a teacher's own test finds, only words say.
    """
    if outcome is None:
        return False
    by_itself = outcome.code in ("unanswered", "malformed") or "problems" in outcome.facts
    return by_itself or outcome.kind in AS_DATA


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says of an answer. ``call`` has the arguments of its scoring call.

    Explanations in HTML want a ``fill`` that makes HTML; a problem of form is always plain text.
    """
    if outcome.code in ("unanswered", "malformed") and "problems" not in outcome.facts:
        how = _HOW.get(outcome.kind, lambda _facts: "")
        return [" ".join(forms.say(outcome.facts, how))]
    return list(_SAYS[outcome.kind](outcome, call, fill))


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Fill) -> list[Any]:
    """Return what a page of feedback says: of what was chosen, and with ``keys`` of the rest."""
    return list(AS_DATA[outcome.kind].explain(outcome, call, keys, fill))


def as_check(kind: str, call: Mapping[str, Any], options: Texts, left: Texts) -> dict[str, Any]:
    """Return a quiz question's fields as a self-check, by its scoring call."""
    return dict(AS_DATA[kind].as_check(call, options, left))


def faults(item: Item) -> Iterable[Fault]:
    """Return what is broken in a self-check: field by field."""
    return KINDS[item.kind].faults(item)
