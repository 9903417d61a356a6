"""A number, with a unit and a tolerance."""

from __future__ import annotations

import math
import numbers
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from .. import i18n
from ..i18n import _
from ..web.html import Html
from . import choices, paper, signs, steps, wording
from . import outcome as outcomes
from .forms import alone, as_list, described, failing, is_blank, scalar
from .item import Fault, Item, Slip
from .outcome import Answered, Fill, NotYet, Outcome, plain
from .steps import Step

KIND = "number"
FORM = "number"
FIELDS = {"answer": (int, float), "tolerance": (int, float), "unit": str}
OPTIONAL = ("slips",)
CONTROL = "number"


def _grouped(group: str, point: str) -> Step:
    # Of points or commas there must be two, or a decimal part after the other sign.
    digits = rf"(?:(?:\{group}\d{{3}}){{2,}}|(?:\{group}\d{{3}})+\{point}\d+)"
    return {"where": rf"-?\d{{1,3}}{digits}", "replace": [[group, ""], [point, "."]]}


#: How a number is typed: at the end Python can read it, if it is one. The pen takes the same steps.
STEPS: tuple[Step, ...] = (
    # It stands between groups of digits and nowhere else.
    {"drop": "٬"},
    {"plain": True},
    {"strip": signs.SPACES},
    # Words before it, the full stop of a sentence, per cent in words.
    wording.BEFORE,
    wording.END,
    wording.PER_CENT,
    {"unit": True},
    {"strip": signs.SPACES},
    # Per cent and spaces behind, a plus in front, spaces after a minus, "_" between digits.
    {"cut": r"[% ]+$"},
    {"cut": r"^[+ ]+"},
    {"cut": rf"(?<=^-)[{signs.SPACES}]+"},
    {"cut": r"(?<=\d)_(?=\d)"},
    # Groups of three: by spaces, apostrophes, commas or points.
    {"where": r"-?\d{1,3}(?: \d{3})+(?:[.,]\d+)?", "replace": [[" ", ""]]},
    {"where": r"-?\d{1,3}(?:'\d{3})+(?:[.,]\d+)?", "replace": [["'", ""]]},
    _grouped(",", "."),
    _grouped(".", ","),
    {"refuse": r"[+-]?[1-9]\d{0,2},\d{3}", "as": "two readings"},
    {"where": r"[+-]?\d+,\d*", "replace": [[",", "."]]},
    {"need": r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", "as": "not a number"},
)


def how(facts: Mapping[str, Any]) -> str:
    """Return what to type."""
    unit = facts["unit"]
    if unit:
        return _(
            "Type a number without quotes or unit (unit: {unit}), for example 12.5.", unit=unit
        )
    return _("Type a number without quotes or unit, for example 12.5.")


def read(answer: Any, unit: str = "") -> float:
    """Return a finite number. A string such as ``"37.1 %"`` is understood when its number is plain.

    A decimal comma and the digits of other scripts are understood, too, in every language alike:
    marks don't depend on it. "1,234" could be two numbers, so it's asked about.
    """
    fail = failing(KIND, how, unit=unit)
    if is_blank(answer):
        raise fail("unanswered")
    answer = alone(scalar(answer))
    if isinstance(answer, str):
        text, problem = steps.take(STEPS, str.strip(answer), unit)
        if problem == "two readings":
            either = {"whole": text.replace(",", ""), "part": text.replace(",", ".")}
            raise fail(problem, **either, typed=reprlib.repr(answer))
        if problem:
            raise fail(problem, typed=reprlib.repr(answer))
        answer = float(text)
    if isinstance(answer, tuple) and len(answer) == 2 and all(type(n) is int for n in answer):
        comma = "{},{}".format(*answer)
        raise fail("two numbers", comma=comma, point=comma.replace(",", "."))
    if getattr(answer, "size", 0) == 1 and isinstance(parts := as_list(answer), list):
        answer = parts[0]
    value = as_float(answer)
    if value is None:
        raise fail("no number", kind=described(answer))
    if not math.isfinite(value):
        raise fail("not finite", value=str(value))
    return value


def as_float(value: Any) -> float | None:
    """Return a real number as a float, also from numpy.

    Return ``None`` for anything else, True and False included.
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def near(given: float, wanted: float, tolerance: float) -> bool:
    """Return whether a number lies within a tolerance, its very edge included.

    The rounding of floats must not decide at the edge: 25.1 is within 0.1 of 25.
    """
    return abs(given - wanted) <= tolerance + 1e-12 * max(1, abs(wanted))


def score(answer: Any, call: Mapping[str, Any]) -> Outcome:
    """Return all or nothing, within the tolerance.

    ``call`` has ``key``, ``tolerance`` and ``unit``; ``slips`` maps the result of a typical mistake
    to its explanation, with the same tolerance. Facts: the ``unit``, the place of the ``slip``
    among them, whether it's too ``low``.
    """
    unit = call.get("unit", "")
    given = read(answer, unit)
    key, tolerance = float(call["key"]), float(call["tolerance"])
    if near(given, key, tolerance):
        return Outcome(KIND, "right", given, 1.0, facts={"unit": unit})
    slips = enumerate(call.get("slips") or {})
    slip = next((at for at, value in slips if near(given, float(value), tolerance)), None)
    return Outcome(KIND, "wrong", given, facts={"unit": unit, "slip": slip, "low": given < key})


def award(
    answer: Any,
    key: float,
    tolerance: float,
    points: float,
    *,
    unit: str = "",
    why: str = "",
    slips: Mapping[float, str] | None = None,
) -> float:
    """Score a number: all points within ``tolerance`` (same unit) of ``key``, else ``NotYet``.

    ``slips`` maps the result of a typical mistake to its explanation, with the same tolerance.
    """
    call = {"key": key, "tolerance": tolerance, "unit": unit, "why": why, "slips": slips}
    outcome = score(answer, call)
    return outcomes.award(points, outcome, say(outcome, call))


def _slip(outcome: Outcome, call: Mapping[str, Any], other: Any) -> Any:
    at = outcome.facts["slip"]
    return other if at is None else [*call["slips"].values()][at]


def _with_unit(written: str, call: Mapping[str, Any]) -> Any:
    unit = call.get("unit", "")
    # A unit in HTML makes HTML of the whole.
    return type(unit)(f"{written} {unit}".rstrip())


def say(outcome: Outcome, call: Mapping[str, Any], fill: Fill = plain) -> list[Any]:
    """Return what a test says."""
    wrote = _with_unit(i18n.number(outcome.answer, ".10g"), call)
    why = call.get("why", "")
    if outcome.code == "right":
        return [fill(_("You wrote {number}, which is right. {why}"), number=wrote, why=why)]
    why = _slip(outcome, call, why)
    return [fill(_("You wrote {number}, which is not right. {why}"), number=wrote, why=why)]


def explain(outcome: Outcome, call: Mapping[str, Any], keys: bool, fill: Any) -> list[Any]:
    """Return what a page of feedback says."""
    wrote, why = _with_unit(i18n.number(outcome.answer, ".10g"), call), call["why"]
    if outcome.code == "right":
        return [fill(_("{number} is right. {why}"), number=wrote, why=why)]
    slip = _slip(outcome, call, "")
    said = [fill(_("{number} is not right. {slip}"), number=wrote, slip=slip)]
    if keys:
        words = _("The right answer is {number} (within {tolerance:g}). {why}")
        right = _with_unit(i18n.number(call["key"], ".6g"), call)
        said.append(fill(words, number=right, tolerance=call["tolerance"], why=why))
    return said


def call(item: Item) -> dict[str, Any]:
    """Return a self-check's key, as ``score`` wants it."""
    slips = {float(slip.answer): slip.why for slip in item.slips}
    return {
        "key": item.answer,
        "tolerance": item.tolerance,
        "unit": item.unit,
        "why": item.why,
        "slips": slips,
    }


def as_check(
    call: Mapping[str, Any], options: Mapping[str, str], left: Mapping[str, str]
) -> dict[str, Any]:
    """Return a quiz question's fields as a self-check, by its scoring call."""
    slips = (call["slips"] or {}).items()
    return {
        "why": call["why"],
        "hint": call["why"],
        "answer": float(call["key"]),
        "tolerance": float(call["tolerance"]),
        "slips": tuple(Slip(str(float(value)), words) for value, words in slips),
    }


def practise(outcome: Outcome, item: Item) -> list[str]:
    """Return what a self-check says."""
    if outcome.code == "malformed":
        return [_("Type a number, for example 12.5. Use a point for decimals.")]
    if outcome.code == "right":
        return [item.why]
    if slip := _slip(outcome, call(item), ""):
        return [str(slip)]
    given = f"{i18n.number(outcome.answer, 'g')} {item.unit}".strip()
    way = (
        _("{number} is too low. {hint}", number=given, hint=item.hint)
        if outcome.facts["low"]
        else _("{number} is too high. {hint}", number=given, hint=item.hint)
    )
    return [way.rstrip()]


def faults(item: Item) -> Iterable[Fault]:
    """Yield what is broken in a self-check."""
    for slip in item.slips:
        try:
            read(slip.answer)
        except NotYet as problem:
            yield "slips", str(problem)


def expected(answer: Any, unit: str) -> Iterator[str]:
    """Yield how an answer was read, for the check of its form."""
    written = i18n.number(read(answer, unit), ".10g")
    yield _("Your number: {number}", number=f"{written} {unit}".rstrip())


def answered(
    answer: Any, options: Mapping[str, str], left: Mapping[str, str], unit: str
) -> Answered:
    """Return an answer that was read, as people read it."""
    return Answered(written=i18n.number(answer, ".10g"), unit=unit)


offered = choices.none


def task(item: Item) -> str:
    """Return what to do, on paper."""
    return _("Answer with a number. Unit: {unit}.", unit=item.unit)


def solution(item: Item) -> Html:
    """Return the right answer, on paper."""
    answer = paper.strong(f"{i18n.number(item.answer, 'g')} {item.unit}".strip())
    if item.tolerance:
        words = _("{answer}, give or take {tolerance:g}")
        answer = paper.told(words, answer=answer, tolerance=item.tolerance)
    return paper.short(answer) + paper.slips((slip.answer, slip.why) for slip in item.slips)
