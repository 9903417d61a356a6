"""Problems to fix in a notebook before it is submitted, and how a student names a place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..grading.results import Result
from ..i18n import _


@dataclass(frozen=True)
class Problem:
    """Something to mend before submitting: where, what, and what to do."""

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.do}".strip()


@dataclass
class Reading:
    """The result for a notebook: what to fix, and how each question was read."""

    problems: list[Problem] = field(default_factory=list)
    #: As grading would have it, but with the checks that students see; ``None``: it can't be read.
    result: Result | None = None
    #: Whether there was a copy of the quiz as it was handed out to compare it with.
    compared: bool = True


def where(id_: str) -> str:
    """Return how a student would name a cell."""
    question = re.match(r"q(\d+)\b", id_)
    if question:
        return _("Question {number}", number=question[1])
    return _("The cell {id}", id=repr(id_)) if id_ else _("A cell")


def together(ids: list[str]) -> str:
    """``Questions 1, 2`` for several, and what isn't a question by itself."""
    numbers = [found[1] for id_ in ids if (found := re.match(r"q(\d+)\b", id_))]
    if len(numbers) < 2:
        return ", ".join(map(where, ids))
    rest = [where(id_) for id_ in ids if not re.match(r"q\d+\b", id_)]
    return ", ".join([_("Questions {numbers}", numbers=", ".join(numbers)), *rest])
