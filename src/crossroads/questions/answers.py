"""What graded notebooks call: shape checks that students see, and the scoring of hidden tests.

A graded answer is a plain line of Python. ``expect`` tells a student at once whether the line has
the right form. The scoring functions return the points earned, with their outcome; nothing earned
raises ``NotYet``, whose message explains, so that a feedback page teaches. How a kind of answer is
read, scored and explained is its own module's; a warning never costs a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from ..i18n import _, everywhere
from . import choices, forms, kinds, variants
from . import code as _code
from . import match as _match
from . import multiple as _multiple
from . import number as _number
from . import order as _order
from . import outcome as outcomes
from . import single as _single
from .code import quiet as quiet
from .compare import Property as Property
from .compare import compare as compare
from .forms import failing
from .forms import is_blank as is_blank
from .hints import hint as hint
from .outcome import LINE as LINE
from .outcome import NotYet as NotYet

read_single, read_several, read_order = _single.read, _multiple.read, _order.read
read_match, read_number = _match.read, _number.read

# -- what a student sees before submitting -------------------------------------------------------


def expect(
    answer: Any,
    *,
    one_of: Iterable[str] | None = None,
    some_of: Iterable[str] | None = None,
    order_of: Iterable[str] | None = None,
    match: tuple[Iterable[str], Iterable[str]] | None = None,
    number: str | None = None,
    function: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Check the form of an answer, not whether it's right: print how the line was read.

    Raises ``NotYet``, saying what to type, where it can't be read. Exactly one form is named:
    ``one_of="abcd"``, ``some_of="abcd"``, ``order_of="abc"``, ``match=("123", "abc")``,
    ``number="%"`` (its unit), or ``function={"a call": [arguments]}`` (tried on copies of the
    arguments: it must run and give something back).
    """
    if one_of is not None:
        print(_single.line(_single.read(answer, one_of)))
    elif some_of is not None:
        print(_multiple.line(_multiple.read(answer, some_of)))
    elif order_of is not None:
        print(_order.line(_order.read(answer, order_of)))
    elif match is not None:
        left = choices.codes_of(match[0])
        pairs = _match.read(answer, (left, match[1]))
        print(_match.line(pairs))
        if missing := [code for code in left if code not in pairs]:
            print(_("No partner yet for {codes}.", codes=", ".join(missing)))
    elif number is not None:
        print(_number.line(_number.read(answer, number), number))
    elif function is not None:
        for words, arguments in function.items():
            print(_code.line(_code.called(answer, arguments, words), words))
    else:
        raise TypeError("expect() needs one form, for example one_of='abcd'")


# -- scoring, called by hidden tests --------------------------------------------------------------


def genuine(mine: Any, **defaults: Any) -> SimpleNamespace:
    """The values drawn for this copy, by name. Raises ``NotYet`` where ``mine`` holds others.

    ``defaults`` are the values of the copy for everybody.
    """
    drawn = variants.expected(defaults)
    try:
        held = dict(vars(mine))
    except TypeError:
        held = {}
    # By type first: an object of a student's own could say that it equals anything.
    if any(type(held.get(name)) is not type(v) or held[name] != v for name, v in drawn.items()):
        line = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
        raise failing("", lambda _facts: "")("not yours", line=f"mine = cr.variant({line})")
    return SimpleNamespace(**drawn)


def single(
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
    return _scored("single", answer, points, key=key, why=why)


def multiple(
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
    return _scored("multiple", answer, points, key=set(key), why=why)


def order(answer: Any, key: Sequence[str], why: str, points: float) -> float:
    """Score an order: (pairs in the right order - pairs in the wrong one) / all pairs, at least 0.

    That is Kendall's tau between answer and key (Kendall 1938, Biometrika 30), cut at 0.
    """
    return _scored("order", answer, points, key=key, why=why)


def match(
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
    return _scored("match", answer, points, key=key, why=why, options=options)


def number(
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
    return _scored("number", answer, points, **call)


def function(
    answer: Any,
    reference: Callable[..., Any],
    cases: Mapping[str, Sequence[Any]],
    points: float,
) -> float:
    """Score a student's function by what it gives back, property by property (``compare``).

    ``cases`` maps a description ("the article's claims") to the arguments; both functions get
    copies. Each property counts the same, and only if it holds in every case: a result typed in
    for the one case that a student knows earns nothing.
    """
    outcome = _code.score_function(answer, reference, cases)
    return outcomes.award(points, outcome, "\n".join(kinds.say(outcome, {})))


def _scored(kind: str, answer: Any, points: float, **call: Any) -> float:
    outcome = kinds.score(kind, answer, call)
    return outcomes.award(points, outcome, "\n".join(kinds.say(outcome, call)))


def award(points: float, fraction: float, words: str) -> float:
    """Points for a share of the marks; ``words`` are said, or raised when nothing is earned."""
    code: outcomes.Code = "right" if fraction >= 1 else "partly" if fraction > 0 else "wrong"
    return outcomes.award(points, outcomes.Outcome("form", code, share=fraction), words)


def unanswered(more: str = "") -> NotYet:
    """What is raised where there is no answer; ``more`` says what to do."""
    outcome = outcomes.Outcome("form", "unanswered", facts={"problem": "unanswered"})
    return NotYet(f"{_(forms.UNANSWERED)} {more}".rstrip(), outcome)


def says_unanswered(message: str) -> bool:
    """Whether an old result's message says that there was no answer, in whatever language."""
    return message.startswith(tuple(everywhere(forms.UNANSWERED)))
