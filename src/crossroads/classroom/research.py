"""Data for research: points by question under pseudonyms that nobody can work out again."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..assignments import bank
from ..course import Course
from ..grading import database
from ..grading.adjustments.rules import WHOLE
from .export import Marks, read
from .export.marks import excused

#: A week of submissions is told only if so many students share it.
ENOUGH = 5

ABOUT = """\
Research data of a course: points by question
=============================================

One row a student and question: pseudonym, assignment, item, objective, kind (how it is answered),
points, possible, week (of the submission, ISO 8601; empty where fewer than {enough} share it)
late_penalty (of the whole assignment), adjusted (overridden, excused, extra credit or dropped,
where a teacher decided so; points are as they count) and curve (points that the whole assignment
was given besides). Empty points: not marked yet, or excused.

No names, ids, addresses, answers or comments are in it. A pseudonym is a keyed hash of the id
(HMAC-SHA-256) with a key that was made for this one file and never written down, so nobody can work
one out again, and two files cannot be joined by them.

What remains: {students} students. A row of points is nearly a fingerprint. Anybody who knows a
student's marks on a few questions, or that a student was excused, or has the gradebook, can find
that student's row. Anybody who has two such files of one class can join them by the points. In a
small class this is easy. So these are still personal data (pseudonymised, not anonymous): give them
only to people who have a duty to protect them, and publish only summaries of many students.
"""

COLUMNS = (
    *("pseudonym", "assignment", "item", "objective", "kind"),
    *("points", "possible", "week", "late_penalty", "adjusted", "curve"),
)


def research(course: Path, assignments: Iterable[str] = ()) -> tuple[str, str]:
    """Return points by question under pseudonyms, as CSV; and a text about what is in it.

    The points are of the ``assignments`` named, or of all in the gradebook. Raises ``ValueError``
    where there are none.
    """
    own = Course(course)
    salt = secrets.token_bytes(32)
    names = list(assignments) or _assignments(own)
    rows: list[list[Any]] = []
    for name in names:
        marks = read(course, name)
        weeks = _weeks(own, name)
        about = {item.id: item for item in bank.read(own.source(name))}
        for row in marks.rows:
            who = pseudonym(salt, str(row["student_id"]))
            for question, possible in marks.possible.items():
                item = about.get(question)
                what = [item.objective, item.kind] if item else ["", ""]
                when = weeks.get(str(row["student_id"]), "")
                given = [row.get(question), possible, when, row["late_penalty"]]
                given += [_adjusted(marks, row, question), _curve(row)]
                rows.append([who, name, question, *what, *given])
    if not rows:
        raise ValueError("there are no marks in the gradebook yet")
    # By pseudonym: the gradebook's order would tell who is who.
    order = {name: place for place, name in enumerate(names)}
    rows.sort(key=lambda row: (row[0], order[row[1]]))
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    sheet.writerows(["" if cell is None else cell for cell in row] for row in rows)
    students = len({row[0] for row in rows})
    return out.getvalue(), ABOUT.format(enough=ENOUGH, students=students)


def _adjusted(marks: Marks, row: Mapping[str, Any], question: str) -> str:
    """Return how a mark was adjusted, without the reason, which may give somebody away."""
    made = row.get("adjusted")
    said = {
        "excused": question in excused(row),
        "overridden": bool(made and question in made.overridden),
        "extra credit": bool(marks.extra_credit & {question, WHOLE}),
        "dropped": row["student_id"] in marks.dropped,
    }
    return "; ".join(word for word, holds in said.items() if holds)


def _curve(row: Mapping[str, Any]) -> float:
    made = row.get("adjusted")
    return float(made.curve) if made else 0.0


def pseudonym(salt: bytes, student: str) -> str:
    """Return a name that stands for a student: the first 64 bits of HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(salt, student.encode(), hashlib.sha256).hex()[:16]


def _assignments(course: Course) -> list[str]:
    if not course.has_gradebook:
        raise ValueError(f"there is no gradebook in {course.path}")
    with database.opened(course.path) as book:
        return sorted(one.name for one in book.assignments if one.submissions)


def _weeks(course: Course, assignment: str) -> dict[str, str]:
    """Return the week of each student's submission, where enough students share it."""
    with database.opened(course.path) as book:
        times = {
            str(s.student_id): s.timestamp for s in book.find_assignment(assignment).submissions
        }
    weeks = {student: time.strftime("%G-W%V") for student, time in times.items() if time}
    count = Counter(weeks.values())
    return {student: week for student, week in weeks.items() if count[week] >= ENOUGH}
