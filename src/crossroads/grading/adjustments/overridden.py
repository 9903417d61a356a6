"""Overridden marks in nbgrader's gradebook: its column for a person's mark holds them.

What stood there before is kept in ``grading/ASSIGNMENT/.overruled.json``, so that it comes back
when the line is taken out. A mark that a person gave since then is that person's, and stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...course import Course
from ...files import write_whole
from .rules import Overridden

#: Points that are no difference.
_SLACK = 1e-6


@dataclass(frozen=True)
class Before:
    """The ``points`` that stand in the gradebook, and what stood there ``before`` them."""

    points: float
    before: float | None
    #: Whether the answer waited for a person.
    waited: bool

    def stands(self, manual: float | None) -> bool:
        """Return whether a person's mark in the gradebook is the overridden one still."""
        return manual is not None and abs(manual - self.points) <= _SLACK


Kept = dict[str, dict[str, Before]]


def read(course: Path, name: str) -> Kept:
    """Return what is kept of an assignment, by student and question.

    Return nothing where the file is damaged.
    """
    try:
        data = json.loads(Course(course).overridden(name).read_text("utf-8"))
        return {
            str(who): {str(item): Before(**one) for item, one in own.items()}
            for who, own in data.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(course: Path, name: str, kept: Kept) -> None:
    """Keep what stood in the gradebook, whole or not at all."""
    path = Course(course).overridden(name)
    if not kept:
        path.unlink(missing_ok=True)
        return
    data = {who: {item: asdict(one) for item, one in own.items()} for who, own in kept.items()}
    write_whole(path, json.dumps(data, indent=1))


def forget(course: Path, name: str, student: str, item: str) -> None:
    """A person has marked this answer since: what is in the gradebook is theirs."""
    kept = read(course, name)
    if item in kept.get(student, {}):
        del kept[student][item]
        write(course, name, {who: own for who, own in kept.items() if own})


#: nbgrader's grades, by student and question.
Rows = Mapping[tuple[str, str], Any]


def put_back(rows: Rows, kept: Kept) -> None:
    """Put back what stood in nbgrader's ``rows`` before marks were overridden; they are changed."""
    for student, own in kept.items():
        for item, one in own.items():
            row = rows.get((student, item))
            if row is None or not one.stands(row.manual_score):
                continue
            row.manual_score = one.before
            unmarked = row.auto_score is None
            waits = unmarked if one.before is None else one.waited or row.needs_manual_grade
            row.needs_manual_grade = waits


def put(rows: Rows, wanted: Mapping[str, Mapping[str, Overridden]]) -> Kept:
    """Put ``wanted`` marks into nbgrader's ``rows``, by student and question.

    Returns what is to be kept of them. ``rows`` are changed.
    """
    found: Kept = {}
    for student, given in wanted.items():
        for item, mark in given.items():
            if (row := rows.get((student, item))) is None:
                continue
            before, waited = row.manual_score, bool(row.needs_manual_grade)
            found.setdefault(student, {})[item] = Before(mark.points, before, waited)
            row.manual_score, row.needs_manual_grade = mark.points, False
    return found
