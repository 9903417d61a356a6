"""A partner for each item on the left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..i18n import _
from ..web.html import Html
from . import choices, paper, signs, steps, wording
from . import outcome as outcomes
from .forms import alone, described, failing, first, is_blank
from .item import Fault, Item, Option
from .outcome import Answered, Code, Fill, Outcome, plain
from .steps import Step

KIND = "match"
FORM = "match"
FIELDS = {"options": list, "left": dict, "key": dict}
OPTIONAL = ()
CONTROL = "matching"
#: A number and a letter in a text, and what stands between pairs: ``1 -> c, 2 -> a``.
PAIR = rf"(\d{{1,3}})[{choices.ROUND}.:>=~-]*([^{signs.NO_LETTER}0-9])"
_BEHIND = rf"[{choices.ROUND}.,;:/&+]*"
#: How pairs are typed in one text.
STEPS: tuple[Step, ...] = (
    {"plain": True},
    {"strip": "[]{}()" + signs.SPACES},
    wording.BEFORE,
    {"need": rf"[{choices.ROUND}]*(?:{PAIR}{_BEHIND})+", "as": "no pairs"},
)


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type."""
    example = f'{{"{facts["left"][0]}": "{facts["options"][0]}", ...}}'
    return _("Pair each number with a letter, for example {example}.", example=example)


def read(answer: Any, match: tuple[Iterable[str], Iterable[str]]) -> dict[str, str]:
    """Return the partner chosen for each left-hand item; items left out stay out."""
    left, right = map(choices.codes_of, match)
    fail = failing(KIND, how, left=left, options=right)
    if is_blank(answer):
        raise fail("unanswered")
    inner = alone(answer)
    if isinstance(answer, (list, tuple)) and all(map(_is_pair, answer)):
        answer = dict(answer)
    elif isinstance(inner, Mapping):
        answer = inner
    if not isinstance(answer, Mapping):
        kind, answer = described(answer), _typed(inner)
        if not answer:
            raise fail("no dictionary", kind=kind)
    pairs = {
        choices.code(k, left, fail): choices.code(v, right, fail)
        for k, v in answer.items()
        if not is_blank(v)
    }
    strange = [c for c in pairs if c not in left] + [c for c in pairs.values() if c not in right]
    if strange:
        sign = signs.foreign("".join(strange))
        raise fail("strange items", codes=first(strange), sign=sign)
    return pairs


def _typed(answer: Any) -> dict[str, str]:
    """Pairs that stand in a text, or in texts; none where anything else does, or a number twice."""
    parts = [answer] if isinstance(answer, str) else answer
    if not isinstance(parts, (list, tuple, set, frozenset)):
        return {}
    if not all(isinstance(part, str) for part in parts):
        return {}
    text, problem = steps.take(STEPS, ", ".join(map(str.strip, parts)))
    pairs = [] if problem else re.findall(PAIR, text, re.ASCII)
    numbers = {left.lstrip("0") for left, _right in pairs}
    return dict(pairs) if len(numbers) == len(pairs) else {}


def _is_pair(part: Any) -> bool:
    return isinstance(part, (list, tuple)) and len(part) == 2 and isinstance(part[0], (str, int))


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Return the share of left-hand items with the right partner.

    ``call`` has ``key``, by left-hand item, and ``options``: all right-hand codes.
    """
    key = call["key"]
    given = read(answer, (key, call["options"]))
    missing = tuple(code for code in key if code not in given)
    wrong = tuple(code for code in key if code in given and given[code] != key[code])
    share = 1 - (len(wrong) + len(missing)) / len(key)
    code: Code = "right" if share == 1 else "partly" if share > 0 else "wrong"
    return Outcome(KIND, code, given, share, wrong, missing)


def award(
    answer: Any,
    key: Mapping[str, str],
    why: Mapping[str, str],
    points: float,
    *,
    options: Iterable[str],
) -> float:
    """Score pairs: the share of left-hand items with the right partner. ``why`` explains each.

    ``options`` are all right-hand codes, those without a partner too.
    """
    call = {"key": key, "why": why, "options": options}
    outcome = score(answer, call)
    return outcomes.award(points, outcome, say(outcome, call))


def _right(outcome: Outcome, key: Mapping[str, str]) -> int:
    return len(key) - len(outcome.wrong) - len(outcome.missing)


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says: of each pair that isn't right."""
    key, why = call["key"], call["why"]
    return [
        fill(_("{right} of {all} pairs are right."), right=_right(outcome, key), all=len(key)),
        *(
            fill(
                _("{code} (you: {partner}): {why}"),
                code=code,
                partner=outcome.answer.get(code) or _("no partner"),
                why=why[code],
            )
            for code in key
            if code in (*outcome.wrong, *outcome.missing)
        ),
    ]


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """Return what a page of feedback says."""
    said = []
    for left, partner in call["key"].items():
        own, why = outcome.answer.get(left), call["why"][left]
        if own == partner:
            said.append(fill(_("{left} with {own} is right. {why}"), left=left, own=own, why=why))
            continue
        if own:
            wrong = fill(_("{left} with {own} is not right."), left=left, own=own)
        else:
            wrong = fill(_("{left} has no partner."), left=left)
        right = fill(_("The right answer is {code}. {why}"), code=partner, why=why)
        # Both are plain texts, or both are HTML.
        said.append(type(wrong)(f"{wrong} {right}") if keys else wrong)
    return said


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    return {"key": dict(item.key), "why": {}, "options": [option.id for option in item.options]}


def as_check(
    call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """Return a quiz question's fields as a self-check, by its scoring call."""
    key, why = call["key"], call["why"]
    partner = {right: why[code] for code, right in key.items()}
    return {
        "why": " ".join(why[code] for code in left),
        "left": left,
        "key": dict(key),
        "options": tuple(Option(c, text, partner.get(c, "")) for c, text in options.items()),
    }


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says.

    It is about each pair that doesn't fit, and about items without a partner.
    """
    if outcome.code == "malformed":
        return [_("Choose one of the options.")]
    if outcome.code == "right":
        return [item.why]
    said = [_("{right} of {all} pairs fit.", right=_right(outcome, item.key), all=len(item.left))]
    given: set[str] = set()
    for code in item.left:
        if code in outcome.wrong:
            own = item.option(outcome.answer[code])
            # It begins a sentence here, and stands behind a colon in feedback; once is enough.
            why = "" if own.id in given else own.why[:1].upper() + own.why[1:]
            given.add(own.id)
            words = {"left": item.left[code], "right": own.text, "why": why}
            said.append(_("“{left}” with “{right}”: no. {why}", **words).rstrip())
    for code in item.left:
        if code in outcome.missing:
            said.append(_("“{left}” has no partner yet.", left=item.left[code]))
    return said


def faults(item: Item) -> Iterable[Fault]:
    """Yield what is broken in a self-check."""
    if item.key.keys() != item.left.keys():
        yield "key", "needs one entry for each item on the left"
    if strange := set(item.key.values()) - {option.id for option in item.options}:
        yield "key", f"{', '.join(sorted(map(str, strange)))}: no such option"


def expected(answer: Any, match: tuple[Iterable[str], Iterable[str]]) -> Iterator[str]:
    """Yield how an answer was read, for the check of its form."""
    left = choices.codes_of(match[0])
    pairs = read(answer, (left, match[1]))
    each = (_("{left} with {right}", left=code, right=pairs[code]) for code in sorted(pairs))
    yield _("Your pairs: {pairs}", pairs=", ".join(each))
    if missing := [code for code in left if code not in pairs]:
        yield _("No partner yet for {codes}.", codes=", ".join(missing))


def answered(
    answer: Any, options: Mapping[str, str], left: Mapping[str, str], unit: str
) -> Answered:
    """Return an answer that was read, as people read it."""
    pairs = sorted(answer.items())
    return Answered(tuple(((a, left.get(a, "")), (b, options.get(b, ""))) for a, b in pairs))


offered = choices.by_text


def task(item: Item) -> str:
    """Return what to do, on paper."""
    return _("Choose a partner for each one from this list:")


def solution(item: Item) -> Html:
    """Return the right pairs, and what is left over, on paper."""
    options = {option.id: option for option in item.options}
    pairs = [(text, options[item.key[code]]) for code, text in item.left.items()]
    rest = [option for option in item.options if option.id not in item.key.values()]
    return paper.explained(
        [
            *((f"{text} → {partner.text}", partner.why) for text, partner in pairs),
            *((_("Left over: {text}", text=option.text), option.why) for option in rest),
        ]
    )
