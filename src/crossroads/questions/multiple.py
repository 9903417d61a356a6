"""Several options, as many as fit."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ..i18n import _, ngettext
from . import choices, signs
from . import outcome as outcomes
from .forms import failing, first, is_blank
from .item import Fault, Item
from .outcome import Answered, Code, Fill, Outcome, plain

KIND = "multiple"
FORM = "some_of"
FIELDS = {"options": list}
OPTIONAL = ()
CONTROL = "checks"


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type."""
    example = f"{{{choices.quoted(facts['options'][:2])}}}"
    return _("Type the letters in braces, for example {example}.", example=example)


def read(answer: Any, some_of: Iterable[str]) -> set[str]:
    """Return the chosen options' codes. A string like ``"a, d"`` or ``"ad"`` is understood, too."""
    answer = choices.together(answer)
    options = choices.codes_of(some_of)
    fail = failing(KIND, how, options=options)
    if isinstance(answer, dict) and all(isinstance(said, bool) for said in answer.values()):
        # Each letter with yes or no.
        answer = [letter for letter, said in answer.items() if said]
    if is_blank(answer):
        raise fail("unanswered")
    codes = set(choices.several(answer, options, fail))
    if strange := sorted(codes - set(options)):
        sign = signs.foreign("".join(strange))
        raise fail("strange options", codes=first(strange), sign=sign)
    return codes


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """(Right ones - wrong ones) / number of right ones, at least 0; partly: any right one.

    ``call`` has ``key`` and ``why``, by option.
    """
    key = set(call["key"])
    chosen = read(answer, sorted(call["why"]))
    wrong, missing = tuple(sorted(chosen - key)), tuple(sorted(key - chosen))
    whole = not wrong and not missing
    code: Code = "right" if whole else "partly" if chosen & key else "wrong"
    return Outcome(KIND, code, sorted(chosen), share(chosen, key), wrong, missing)


def share(chosen: Collection[str], key: Collection[str]) -> float:
    """Return what part of the points letters earn: all right ones together are the key."""
    given, right = {*chosen}, {*key}
    return max((len(given & right) - len(given - right)) / len(right), 0.0)


def award(
    answer: Any,
    key: Iterable[str],
    why: Mapping[str, str],
    points: float,
    *,
    misconceptions: Mapping[str, str] | None = None,
) -> float:
    """Score several chosen options: (right ones - wrong ones) / number of right ones, at least 0.

    ``why`` maps every option's code to its explanation, ``misconceptions`` as in ``single``.
    """
    call = {"key": set(key), "why": why}
    outcome = score(answer, call)
    return outcomes.award(points, outcome, say(outcome, call))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says: of what was chosen, and of what was left out."""
    said = []
    for code in sorted({*outcome.answer, *outcome.missing}):
        words = choices.words(call["why"], code)
        if code in outcome.missing:
            said.append(fill(_("You missed {code}, which fits. {why}"), **words))
        elif code in outcome.wrong:
            said.append(fill(_("You chose {code}, which does not fit. {why}"), **words))
        else:
            said.append(fill(_("You chose {code}, which fits. {why}"), **words))
    return said


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """Return what a page of feedback says."""
    why, left = call["why"], outcome.missing
    said = []
    for code in outcome.answer:
        fits = code not in outcome.wrong
        words = _("{code} fits. {why}") if fits else _("{code} does not fit. {why}")
        said.append(fill(words, **choices.words(why, code)))
    if keys:
        words = _("You missed {code}, which fits. {why}")
        return said + [fill(words, **choices.words(why, code)) for code in left]
    if left:
        words = ngettext(
            "You missed one option that fits.", "You missed {n} options that fit.", len(left)
        )
        said.append(fill(words))
    return said


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    key = {option.id for option in item.options if option.right}
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
    said = [
        _(
            "“{text}”: {yes_or_no}. {why}",
            text=option.text,
            why=option.why,
            yes_or_no=_("yes") if option.right else _("no"),
        )
        for option in item.options
        if option.id in outcome.answer
    ]
    if missed := len(outcome.missing):
        said.append(ngettext("{n} more statement fits.", "{n} more statements fit.", missed))
    return [*said, item.why] if outcome.code == "right" else said


def faults(item: Item) -> Iterable[Fault]:
    """Yield what is broken in a self-check."""
    if not any(option.right for option in item.options):
        yield "options", "at least one option must be right"


def expected(answer: Any, some_of: Iterable[str]) -> Iterator[str]:
    """Yield how an answer was read, for the check of its form."""
    yield _("Your answer: {codes}", codes=", ".join(sorted(read(answer, some_of))))


def answered(
    answer: Any, options: Mapping[str, str], left: Mapping[str, str], unit: str
) -> Answered:
    """Return an answer that was read, as people read it."""
    return choices.answered(sorted(answer), options)


offered = choices.offered


def task(item: Item) -> str:
    """Return what to do, on paper."""
    return _("More than one can fit.")


solution = choices.solution


# -- for the report: what another key would do, with ``share`` -------------------------------------

KEY_EXAMPLE = "a,c"
letters = read


def key_in_words(key: str) -> str:
    """Return a key of one letter or more, for teachers."""
    return " and ".join(key)


def key_in_code(name: str, key: str, before: str) -> str:
    """Return what to write for a key."""
    return "{" + ", ".join(map(json.dumps, key)) + "}"
