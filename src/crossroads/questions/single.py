"""One option of several."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ..i18n import _
from . import choices, signs
from . import outcome as outcomes
from .forms import alone, as_list, failing, is_blank
from .item import Fault, Item
from .outcome import Answered, Fill, Outcome, plain

KIND = "single"
FORM = "one_of"
FIELDS = {"options": list}
OPTIONAL = ()
CONTROL = "radios"


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type."""
    options = facts["options"]
    return _(
        'Type one of {options} in quotes, for example "{first}".',
        options=", ".join(options),
        first=options[0],
    )


def read(answer: Any, one_of: Iterable[str]) -> str:
    """Return the chosen option's code.

    Raises ``NotYet`` where the line can't be read as one option.
    """
    answer = alone(as_list(answer))
    options = choices.codes_of(one_of)
    fail = failing(KIND, how, options=options)
    if is_blank(answer):
        raise fail("unanswered")
    if isinstance(answer, (list, tuple, set, frozenset, dict)) and len(answer) != 1:
        raise fail("several", n=len(answer))
    code = choices.code(answer, options, fail)
    if code not in options:
        raise fail("no option", code=reprlib.repr(code), sign=signs.foreign(code))
    return code


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Return all or nothing. ``call`` has ``key`` and ``why``, by option."""
    chosen, key = read(answer, sorted(call["why"])), call["key"]
    if chosen == key:
        return Outcome(KIND, "right", chosen, 1.0)
    return Outcome(KIND, "wrong", chosen, wrong=(chosen,), missing=(key,))


def award(
    answer: Any,
    key: str,
    why: Mapping[str, str],
    points: float,
    *,
    misconceptions: Mapping[str, str] | None = None,
) -> float:
    """Score one chosen option: all points for ``key``, else ``NotYet`` with that option's reason.

    ``why`` maps every option's code to its explanation. ``misconceptions`` names what each wrong
    option stands for; it's there for whoever studies the answers, and counts for nothing here.
    """
    call = {"key": key, "why": why}
    outcome = score(answer, call)
    return outcomes.award(points, outcome, say(outcome, call))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says."""
    words = choices.words(call["why"], outcome.answer)
    if outcome.code == "right":
        return [fill(_("You chose {code}, which is right. {why}"), **words)]
    return [fill(_("You chose {code}, which is not right. {why}"), **words)]


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """Return what a page of feedback says."""
    why, chosen = call["why"], outcome.answer
    if outcome.code == "right":
        return [fill(_("{code} is right. {why}"), **choices.words(why, chosen))]
    said = [fill(_("{code} is not right. {why}"), **choices.words(why, chosen))]
    if keys:
        said.append(fill(_("The right answer is {code}. {why}"), **choices.words(why, call["key"])))
    return said


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    key = next(option.id for option in item.options if option.right)
    return {"key": key, "why": {option.id: option.why for option in item.options}}


def as_check(
    call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """Return a quiz question's fields as a self-check, by its scoring call."""
    return {"options": choices.explained(call, options)}


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says."""
    if outcome.code == "malformed":
        return [_("Choose one of the options.")]
    return [item.option(outcome.answer).why]


def faults(item: Item) -> Iterable[Fault]:
    """Yield what is broken in a self-check."""
    right = sum(option.right for option in item.options)
    if right != 1:
        yield "options", f"exactly one option must be right, not {right}"


def expected(answer: Any, one_of: Iterable[str]) -> Iterator[str]:
    """Yield how an answer was read, for the check of its form."""
    yield _("Your answer: {codes}", codes=read(answer, one_of))


def answered(
    answer: Any, options: Mapping[str, str], left: Mapping[str, str], unit: str
) -> Answered:
    """Return an answer that was read, as people read it."""
    return choices.answered([answer], options)


offered = choices.offered


def task(item: Item) -> str:
    """Return what to do, on paper: the question says it."""
    return ""


solution = choices.solution


# -- for the report: what another key would do -----------------------------------------------------

KEY_EXAMPLE = "a"
letters = read


def share(chosen: Collection[str], key: Collection[str]) -> float:
    """Return what part of the points letters earn; of several right ones any is."""
    return 1.0 if {*chosen} & {*key} else 0.0


def key_in_words(key: str) -> str:
    """Return a key of one letter or more, for teachers."""
    return " or ".join(key)


def key_in_code(name: str, key: str, before: str) -> str:
    """Return what to write for a key.

    Several right answers are those that the variable may hold.
    """
    if len(key) == 1:
        return json.dumps(key)
    keep = before if before in key else key[0]
    return f'{name} if {name} in {tuple(key)} else "{keep}"'.replace("'", '"')
