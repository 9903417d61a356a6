"""What each student's assignments come to in total, and which of them are dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import database, gradebook, late_penalties, submission_times
from .adjustments import in_course
from .adjustments.dropping import CourseTotal, Score, course_total
from .adjustments.rules import WHOLE
from .scores import scores


@dataclass(frozen=True)
class StudentTotal:
    """One student's assignments, by name, and what they come to."""

    student: str
    scores: dict[str, Score]
    total: CourseTotal


def course_totals(
    course: Path, names: Iterable[str] = (), now: datetime | None = None
) -> list[StudentTotal]:
    """Every student's total of the assignments ``names``, or of all that anybody has marks of.

    What somebody handed nothing in of is 0, as in ``nbgrader export``; it isn't known yet while
    that student may still hand it in. Raises ``ValueError`` for what is wrong in a file.
    """
    rules, _ = in_course.rules(course)
    everybody, _ = database.everybody(course)
    found: dict[str, dict[str, Score]] = {student: {} for student in sorted(everybody)}
    for name in names or sorted(gradebook.possible(course)):
        for student, score in _scores(course, name, everybody, now or datetime.now(UTC)).items():
            found[student][name] = score
    return [StudentTotal(who, own, course_total(own, rules.drops)) for who, own in found.items()]


def dropped(course: Path, name: str) -> set[str] | None:
    """Whose assignment of this name is dropped, as marks stand now; ``None``: nobody's can be."""
    drops = in_course.rules(course)[0].drop_of(name)
    if not drops:
        return None
    known = gradebook.possible(course)
    names = dict.fromkeys(other for drop in drops for other in drop.of if other in known)
    totals = course_totals(course, names)
    return {one.student for one in totals if name in (one.total.dropped or ())}


def _scores(course: Path, name: str, everybody: Iterable[str], now: datetime) -> dict[str, Score]:
    """Everybody's score of one assignment; of nobody where nobody has marks."""
    rows = {str(row["student_id"]): row for row in scores(course, name)}
    if not rows:
        return {}
    rule, possible = in_course.rules(course)[0].of(name), gradebook.possible(course)[name]
    extra, found = WHOLE in rule.extra_credit, {}
    until = _open_until(course, name, everybody)
    for student in everybody:
        most = rule.maximum(student, possible)
        if row := rows.get(student):
            made = row["adjusted"]
            excused = bool(made and made.is_excused)
            found[student] = Score(row["total"], most, excused, extra)
        else:
            due = until.get(student)
            found[student] = Score(None if due and due > now else 0.0, most, False, extra)
    return found


def _open_until(course: Path, name: str, students: Iterable[str]) -> dict[str, datetime]:
    """Each student's deadline by ``deadlines.yml``, where it says one."""
    rules, _ = submission_times.rules(course)
    if not rules:
        return {}
    rule = rules.of(name)
    found = {who: late_penalties.due_of(rule, who, None, None) for who in students}
    return {who: due for who, due in found.items() if due}
