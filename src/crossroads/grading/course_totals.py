"""Each student's total of their assignments, and which of them are dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import database, gradebook, late_penalties
from .adjustments import in_course
from .adjustments.dropping import CourseTotal, Score, course_total
from .adjustments.rules import WHOLE
from .scores import Rules, read
from .scores import rules_of as read_rules


@dataclass(frozen=True)
class StudentTotal:
    """One student's assignments, by name, and what they come to."""

    student: str
    scores: dict[str, Score]
    total: CourseTotal


def course_totals(
    course: Path, names: Iterable[str] = (), now: datetime | None = None
) -> list[StudentTotal]:
    """Return every student's total of the assignments ``names``, or of all with marks.

    An assignment without a submission counts 0, as in ``nbgrader export``; its mark isn't known yet
    while the student may still submit. Raises ``ValueError`` for what is wrong in a file.
    """
    rules, everybody = read_rules(course), sorted(database.known(course).students)
    found: dict[str, dict[str, Score]] = {student: {} for student in everybody}
    for name in names or sorted(gradebook.possible(course)):
        own = _scores(course, name, everybody, rules, now or datetime.now(UTC))
        for student, score in own.items():
            found[student][name] = score
    drops = rules.adjusted.drops
    return [StudentTotal(who, own, course_total(own, drops)) for who, own in found.items()]


def dropped(course: Path, name: str) -> set[str] | None:
    """Return whose assignment of this name is dropped, as marks stand now.

    Return ``None`` where no student's can be.
    """
    drops = in_course.rules(course)[0].drop_of(name)
    if not drops:
        return None
    known = gradebook.possible(course)
    names = dict.fromkeys(other for drop in drops for other in drop.of if other in known)
    totals = course_totals(course, names)
    return {one.student for one in totals if name in (one.total.dropped or ())}


def _scores(
    course: Path, name: str, everybody: Iterable[str], rules: Rules, now: datetime
) -> dict[str, Score]:
    """Return everybody's score of one assignment; of nobody where nobody has marks."""
    marked = read(course, name, rules)
    late = rules.late.of(name) if rules.late else late_penalties.Rule()
    rows = {str(row["student_id"]): row for row in marked.counted}
    if not rows:
        return {}
    extra, found = WHOLE in marked.rule.extra_credit, {}
    for student in everybody:
        most = marked.rule.maximum(student, marked.possible)
        if row := rows.get(student):
            made = row["adjusted"]
            excused = bool(made and made.is_excused)
            found[student] = Score(row["total"], most, excused, extra)
        else:
            due = late_penalties.due_of(late, student, marked.due, None)
            found[student] = Score(None if due and due > now else 0.0, most, False, extra)
    return found
