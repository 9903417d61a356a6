"""All options, put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from ..i18n import N_, _, ngettext
from ..web.html import Html
from . import choices, paper, signs
from . import outcome as outcomes
from .forms import failing, is_blank
from .item import Fault, Item, Option
from .outcome import Answered, Code, Fill, Outcome, plain
from .steps import Step

KIND = "order"
FORM = "order_of"
FIELDS = {"options": list}
OPTIONAL = ("slips",)
CONTROL = "ordered"
_ROUND, _LETTER = choices.ROUND, rf"[^{signs.NO_LETTER}]"


def _chain(sign: str, replaced: dict[str, str], behind: str = ".:") -> Step:
    """Single letters with a sign between each two, and nothing else: ``c -> a -> b``."""
    one = rf"[{_ROUND}]*{_LETTER}[{_ROUND}{behind}]*"
    return {"where": rf"{one}(?:{sign}{one})+[.]?", "replace": [*map(list, replaced.items())]}


def _numbered(most: int) -> Step:
    """Letters by their places, all of these from 1 on: ``1. c 2. a 3. b``."""
    form = ""
    for place in range(most, 0, -1):
        more = f"(?:{form})?" if place > 1 and form else form
        letter = rf"[{_ROUND}.:)>=-]*[^{signs.NO_LETTER}0-9][{_ROUND}.,;:#]*"
        form = rf"{place}{letter}{more}"
    marks = [*map(str, range(1, most + 1)), *".:()>=-#"]
    return {"where": rf"[{_ROUND}#]*{form}", "replace": [[mark, " "] for mark in marks]}


#: An order is shown from the start: that it's meant as an answer must be said.
UNMOVED = N_("You haven't moved anything. If this is your order, press the button again.")
#: How all letters are typed in one text. A sign that points the other way has two readings.
STEPS: tuple[Step, ...] = (
    *choices.SEVERAL,
    _chain(r"[-=~]*>+", {"-": "", "=": "", "~": "", ">": ","}),
    _chain(r"-+", {"-": ","}),
    _chain(r"\|+", {"|": ","}),
    _chain(r"\.+", {".": ","}, behind=""),
    _numbered(9),
)


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type."""
    options = facts["options"]
    return ngettext(
        "Type all {n} letter in your order, for example {example}.",
        "Type all {n} letters in your order, for example {example}.",
        len(options),
        example=str(options[::-1]),
    )


def read(answer: Any, order_of: Iterable[str]) -> list[str]:
    """Return all options' codes in the order given.

    Raises ``NotYet`` where one is missing or doubled.
    """
    answer = choices.together(answer)
    options = choices.codes_of(order_of)
    fail = failing(KIND, how, options=options)
    if is_blank(answer):
        raise fail("unanswered")
    if isinstance(answer, (set, frozenset)):
        raise fail("braces")
    codes = choices.several(answer, options, fail, STEPS)
    if sorted(codes) != sorted(options):
        raise fail("not each once")
    return codes


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """(Pairs in the right order - pairs in the wrong one) / all pairs, at least 0.

    That is Kendall's tau between answer and key (Kendall 1938, Biometrika 30), cut at 0. ``call``
    has ``key``; ``slips`` may map typical wrong orders ("c b a") to what is said of them. Facts:
    ``pairs``, ``right`` ones, how many places are right from the ``first`` on, the ``slip``.
    """
    key = list(call["key"])
    given = read(answer, sorted(key))
    place = {code: at for at, code in enumerate(given)}
    pairs = list(combinations(key, 2))
    right = sum(place[a] < place[b] for a, b in pairs)
    wrong = tuple(a for a, b in zip(given, key, strict=True) if a != b)
    first = given.index(wrong[0]) if wrong else len(key)
    share = max((2 * right - len(pairs)) / len(pairs), 0.0)
    slip = next((s for s in call.get("slips") or {} if s.split() == given), None)
    some = slip is None and (share > 0 or first > 0)
    code: Code = "right" if not wrong else "partly" if some else "wrong"
    facts = {"pairs": len(pairs), "right": right, "first": first, "slip": slip}
    return Outcome(KIND, code, given, share, wrong, facts=facts)


def award(answer: Any, key: Sequence[str], why: str, points: float) -> float:
    """Score an order: (pairs in the right order - pairs in the wrong one) / all pairs, at least 0.

    That is Kendall's tau between answer and key (Kendall 1938, Biometrika 30), cut at 0.
    """
    call = {"key": key, "why": why}
    outcome = score(answer, call)
    return outcomes.award(points, outcome, say(outcome, call))


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says."""
    words = {"right": outcome.facts["right"], "all": outcome.facts["pairs"], "why": call["why"]}
    return [fill(_("{right} of {all} pairs are in the right order. {why}"), **words)]


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """Return what a page of feedback says."""
    words = _("Of {all} pairs, {right} are in the right order.")
    said = [fill(words, all=outcome.facts["pairs"], right=outcome.facts["right"])]
    if keys:
        said.append(fill(_("The right order is {order}."), order=", ".join(call["key"])))
    if keys or outcome.code == "right":
        said.append(call["why"])
    return said


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it: its options stand in the right order."""
    return {
        "key": [option.id for option in item.options],
        "why": item.why,
        "slips": {slip.answer: slip.why for slip in item.slips},
    }


def as_check(
    call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """Return a quiz question's fields as a self-check, by its scoring call."""
    why = call["why"]
    return {"why": why, "options": tuple(Option(c, options[c], why) for c in call["key"])}


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says: of the first option that is out of place."""
    if outcome.code == "malformed":
        return [_("Each letter is needed exactly once.")]
    if outcome.code == "right":
        return [item.why]
    for slip in item.slips:
        if slip.answer == outcome.facts["slip"]:
            return [slip.why]
    place, given = outcome.facts["first"], item.option(outcome.wrong[0])
    words = _("The order is right up to place {place}.", place=place) + " " if place else ""
    again = _("Look again at “{text}”: {why}", text=given.text, why=given.why)
    return [f"{words}{again}"]


def faults(item: Item) -> Iterable[Fault]:
    """Return what is broken in a self-check."""
    return ()


def expected(answer: Any, order_of: Iterable[str]) -> Iterator[str]:
    """Yield how an answer was read, for the check of its form."""
    yield _("Your order: {codes}", codes=", ".join(read(answer, order_of)))


def answered(
    answer: Any, options: Mapping[str, str], left: Mapping[str, str], unit: str
) -> Answered:
    """Return an answer that was read, as people read it."""
    return choices.answered(answer, options, ordered=True)


offered = choices.by_text


def task(item: Item) -> str:
    """Return what to do, on paper."""
    return _("Put these in order:")


def solution(item: Item) -> Html:
    """Return the right order and typical wrong ones, on paper."""
    texts = {option.id: option.text for option in item.options}
    right = paper.explained(((o.text, o.why) for o in item.options), ordered=True)
    return right + paper.slips(
        (" → ".join(texts[code] for code in slip.answer.split()), slip.why) for slip in item.slips
    )
