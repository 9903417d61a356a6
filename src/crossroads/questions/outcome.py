"""The outcome of an answer: data to keep and send, put in words by whoever shows it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from ..i18n import N_, filled

#: A function that fills placeholders in: to a text, or to HTML.
Fill = Callable[..., Any]
Code = Literal["right", "partly", "wrong", "unanswered", "malformed"]

#: How an answer's state is said at first sight.
STATES = {
    "right": N_("✓ Correct."),
    "partly": N_("◐ Partly correct."),
    "wrong": N_("✗ Not correct."),
    "unanswered": N_("○ Not answered."),
}
#: Stock nbgrader's feedback page cuts longer lines off.
LINE = 88


@dataclass(frozen=True)
class Outcome:
    """An answer as it was read and scored, without a word of any language; all of it is JSON.

    ``code`` says how much of it is right, ``share`` (0 to 1) what part of the points it earns: a
    partly right choice may earn nothing, since wrong options cost. An answer that can't be read is
    malformed: then ``facts`` has a ``problem``. ``kinds.say`` makes the sentences.
    """

    kind: str
    code: Code
    #: As it was read: a code, codes, pairs, a number or a text; ``None`` where it wasn't.
    answer: Any = None
    share: float = 0.0
    #: Options that are chosen wrongly or out of place, or left-hand items with a wrong partner.
    wrong: tuple[str, ...] = ()
    #: Right options that were left out, or left-hand items without a partner.
    missing: tuple[str, ...] = ()
    #: What else the explanation needs; each kind says what.
    facts: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Return the outcome as JSON's own values."""
        return asdict(self) | {"wrong": list(self.wrong), "missing": list(self.missing)}

    @staticmethod
    def read(data: Any) -> Outcome:
        """Read what ``data`` made. Raises ``ValueError`` for anything else."""
        try:
            lists = {name: tuple(map(str, data[name])) for name in ("wrong", "missing")}
            made = Outcome(**{**data, **lists})
        except (TypeError, KeyError) as error:
            raise ValueError(f"no outcome: {error}") from None
        if made.code not in get_args(Code) or not isinstance(made.facts, dict):
            raise ValueError(f"no outcome: {made.code!r}")
        return made


@dataclass(frozen=True)
class Answered:
    """An answer that was read, as people read it: the options in it with their words, or itself.

    A line is one option (its code and its words), or two that are a pair.
    """

    lines: tuple[tuple[tuple[str, str], ...], ...] = ()
    #: Whether the order of the lines is of the answer.
    ordered: bool = False
    #: Where it has no options: the answer itself, and its unit in the words of the quiz.
    written: str = ""
    unit: str = ""


class NotYet(AssertionError):
    """An answer that can't be counted, or earns nothing; the message says why, for a student.

    ``outcome`` has the same as data; ``None`` where a teacher's own test says something.
    """

    def __init__(self, message: str = "", outcome: Outcome | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome

    def _render_traceback_(self) -> list[str]:
        # A traceback would bury the message, and would show the hidden test's own line.
        return [wrapped(str(self))]


class Earned(float):
    """Points that an answer earned, with its ``outcome``: to nbgrader a number like any other."""

    outcome: Outcome

    def __new__(cls, points: float, outcome: Outcome) -> Earned:
        made = super().__new__(cls, points)
        made.outcome = outcome
        return made

    def __getnewargs__(self) -> tuple[float, Outcome]:  # type: ignore[override]
        return float(self), self.outcome


def outcome_of(result: Any) -> Outcome | None:
    """Return the outcome that points or an exception carry; ``None`` for anything else."""
    found = getattr(result, "outcome", None) if isinstance(result, (NotYet, Earned)) else None
    return found if isinstance(found, Outcome) else None


def plain(message: str, /, **values: Any) -> str:
    """Return a message with its placeholders filled in, as text."""
    return filled(message, values)


def award(points: float, outcome: Outcome, said: Iterable[str]) -> Earned:
    """Return points for an outcome's share.

    What is ``said`` of it is raised when nothing is earned.
    """
    words = "\n".join(said)
    earned = round(points * min(max(outcome.share, 0.0), 1.0), 2)
    if earned == 0:
        raise NotYet(words.strip(), outcome)
    print(wrapped(words))
    return Earned(earned, outcome)


def wrapped(text: str) -> str:
    """Return a text in lines that are short enough for stock nbgrader's page."""
    return "\n".join(textwrap.fill(line, LINE) for line in text.splitlines())
