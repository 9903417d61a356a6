"""One option of several."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

from ..i18n import _
from . import choices, signs
from .forms import as_list, failing, is_blank
from .item import Fault, Item
from .outcome import Outcome

KIND = "single"
#: A self-check's own fields; the widget's control that asks it.
FIELDS = {"options": list}
CONTROL = "radios"


def how(facts: Mapping[str, Any]) -> str:
    """What to type."""
    options = facts["options"]
    return _(
        'Type one of {options} in quotes, for example "{first}".',
        options=", ".join(options),
        first=options[0],
    )


def read(answer: Any, one_of: Iterable[str]) -> str:
    """The chosen option's code. Raises ``NotYet`` where the line can't be read as one option."""
    answer = as_list(answer)
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
    """All or nothing. ``call`` has ``key`` and ``why``, by option."""
    chosen, key = read(answer, sorted(call["why"])), call["key"]
    if chosen == key:
        return Outcome(KIND, "right", chosen, 1.0)
    return Outcome(KIND, "wrong", chosen, wrong=(chosen,), missing=(key,))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Any) -> list[Any]:
    """What a test says."""
    words = choices.words(call["why"], outcome.answer)
    if outcome.code == "right":
        return [fill(_("You chose {code}, which is right. {why}"), **words)]
    return [fill(_("You chose {code}, which is not right. {why}"), **words)]


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """What a page of feedback says."""
    why, chosen = call["why"], outcome.answer
    if outcome.code == "right":
        return [fill(_("{code} is right. {why}"), **choices.words(why, chosen))]
    said = [fill(_("{code} is not right. {why}"), **choices.words(why, chosen))]
    if keys:
        said.append(fill(_("Right is {code}. {why}"), **choices.words(why, call["key"])))
    return said


def call(item: Item) -> dict[str, Any]:
    """A self-check's key, as ``score`` wants it."""
    key = next(option.id for option in item.options if option.right)
    return {"key": key, "why": {option.id: option.why for option in item.options}}


def as_check(
    call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """A quiz question's fields as a self-check, by its scoring call and the texts of its codes."""
    return {"options": choices.explained(call, options)}


def practise(outcome: Outcome, item: Item) -> list[str]:
    """What a self-check says."""
    if outcome.code == "malformed":
        return [_("Choose one of the options.")]
    return [item.option(outcome.answer).why]


def faults(item: Item) -> Iterable[Fault]:
    """What is broken in a self-check."""
    right = sum(option.right for option in item.options)
    if right != 1:
        yield "options", f"exactly one option must be right, not {right}"


def line(codes: Any) -> str:
    """An answer that was read, for the check of its form."""
    return _("Your answer: {codes}", codes=codes)
