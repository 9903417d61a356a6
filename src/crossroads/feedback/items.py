"""One question as a student's page shows it: how it's said to be, answered, and explained.

Words about choices are made anew from the answer and the explanations, since what a test says of a
wrong answer may hold the right one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ..assignments import bank
from ..grading.notes import SAID, Note, say
from ..i18n import N_, _, current, ngettext
from ..questions import kinds, option_words
from ..questions.outcome import STATES, Answered, NotYet, Outcome
from ..web.html import Html
from ..web.texts import part, told, visible

#: How a question's state is said: a self-check's four, and those of work that a person marks, or
#: excuses somebody from.
WORDS = STATES | {
    "waiting": N_("✎ Waiting for your instructor."),
    "marked": N_("✎ Marked by a person."),
    "excused": N_("– Doesn't count for you."),
}
#: Lines and letters of a student's code that are shown.
MOST_LINES, MOST_LETTERS = 80, 5000


def state(points: float | None, possible: float, outcome: Outcome | None, untouched: bool) -> str:
    """Return one of ``WORDS``' states for what was marked automatically.

    Waiting means that a person marks it.
    """
    if untouched:
        return "unanswered"
    if points is None:
        return "waiting"
    if not points and outcome and outcome.code == "unanswered":
        return "unanswered"
    if points >= possible:
        return "right"
    return "partly" if points > 0 else "wrong"


@dataclass(frozen=True)
class Shown:
    """A question as a person reads it: texts, or ``Html`` that is taken as it is."""

    id: str
    title: Html
    state: str
    #: ``None``: not marked yet.
    points: float | None
    possible: float
    said: Sequence[str] = ()
    asked: str = ""
    answer: Answer | None = None
    #: What a marker wrote, and the levels of each criterion.
    comment: str = ""
    rubric: Sequence[Levels] = ()
    solution: str = ""
    excused: bool = False

    @property
    def word(self) -> str:
        """Its state: ``✓ Right.``."""
        return _(WORDS[self.state])

    @property
    def earned(self) -> str:
        """``2 of 3 points``."""
        if self.points is None:
            return ngettext(
                "{points:g} point", "{points:g} points", count(self.possible), points=self.possible
            )
        return ngettext(
            "{points:g} of {possible:g} point",
            "{points:g} of {possible:g} points",
            count(self.possible),
            points=self.points,
            possible=self.possible,
        )


def count(points: float) -> int:
    """Return the number whose plural form goes with points; a fraction's is that of a few."""
    return int(points) if points == int(points) else 2


@dataclass(frozen=True)
class Answer:
    """An answer as it's shown: laid out as ``text``, as what was ``chosen``, as ``code``, or none.

    An answer that was worked out by code has both.
    """

    text: Html | None = None
    chosen: Answered | None = None
    code: Code | None = None


@dataclass(frozen=True)
class Code:
    """Code as it was typed: all of it, and what is shown of it."""

    all: str

    @property
    def shown(self) -> str:
        return "\n".join(self.all[:MOST_LETTERS].split("\n")[:MOST_LINES])


@dataclass(frozen=True)
class Levels:
    """A criterion with the points that were given; levels are points, their number, and words."""

    name: str
    most: float
    own: float | None
    levels: Sequence[tuple[float, int, str]]


def noted(note: Note) -> Html:
    """Return a note as HTML; what an earlier version said is in English."""
    return part("en" if note.code == SAID else current(), visible(say(note)))


# -- what is said of an answer --------------------------------------------------------------------


def read(item: bank.Item, call: Mapping[str, Any], value: Any) -> Outcome | None:
    """Return the outcome of an answer's value, by the item's scoring call; ``None`` if it has none.

    Options' own words count as their letters, as in grading.
    """
    if item.kind in option_words.KINDS:
        value = option_words.read(value, option_words.letters(item.stem))
    try:
        return kinds.score(item.kind, value, call)
    except NotYet:
        return None


def explained(
    outcome: Outcome,
    call: Mapping[str, Any],
    keys: bool,
    language: str = "en",
) -> list[Html]:
    """Return what is said of an answer that was read.

    This explains what was chosen and, with ``keys``, the rest.

    ``call`` holds the arguments of the item's scoring call, and ``language`` is the quiz's.
    """
    return kinds.explain(outcome, as_parts(call, language), keys, told)


def as_parts(call: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a scoring call whose words are HTML, marked as the quiz's ``language``."""
    why, slips = call["why"], call.get("slips") or {}
    return {
        **call,
        "why": {code: part(language, _in_line(words)) for code, words in why.items()}
        if isinstance(why, Mapping)
        else part(language, _in_line(why)),
        "slips": {value: part(language, _in_line(words)) for value, words in slips.items()},
        "unit": part(language, visible(call.get("unit", ""))),
    }


def chosen(item: bank.Item, given: Any) -> Answered:
    """Return an answer that was read, with the words of its options as HTML."""
    answered = kinds.AS_DATA[item.kind].answered(given, item.options, item.left, item.unit)
    lines = (tuple((code, _laid_out(words)) for code, words in line) for line in answered.lines)
    return replace(answered, lines=tuple(lines))


@cache
def _laid_out(words: str) -> Html:
    """Return an option's words; a class chooses among few."""
    # Here for start-up speed: who only asks for a state makes no page.
    from .markdown import rendered

    return rendered(words)


@cache
def _in_line(words: str) -> Html:
    """Return an explanation's words; a class reads the same few."""
    # As in _laid_out.
    from .markdown import in_line

    return in_line(words)
