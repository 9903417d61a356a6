"""Write the class list into ``roster.csv`` and nbgrader's gradebook.

Nobody is ever removed here; ``crossroads forget`` does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..course import Course, roster
from ..course.notes import say
from ..course.person import FIELDS
from ..course.person import Person as Person
from ..course.roster_csv import Reading
from ..course.roster_csv import load as load
from ..course.roster_csv import parse as parse
from ..grading import database, sanitise
from ..notes import counted

#: What nbgrader's gradebook keeps of a student.
_KEPT_BY_NBGRADER = ("first_name", "last_name", "email", "lms_user_id")


@dataclass
class Changes:
    """A roster's changes to the course: ids that were added, changed, and not in the file."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unchanged: int = 0


def read(course: Path) -> list[Person]:
    """Return the course's roster, in its order; without one, the students of its gradebook."""
    return Course(course).students()


def write(course: Path, people: Iterable[Person]) -> None:
    """Write the course's roster, and nothing to its gradebook."""
    roster.write(Course(course).roster, people)


def update(path: Path, people: Sequence[Person]) -> Changes:
    """Put people into the course's gradebook and roster; an empty cell changes nothing.

    Students who aren't among them stay, and are named in what is returned.
    """
    path.mkdir(parents=True, exist_ok=True)
    course = Course(path)
    before = {person.student_id: person for person in course.people()}
    changes = Changes()
    after = dict(before)
    with database.opened(path, database.UNWRITTEN) as book:
        students = {str(student.id): student for student in book.students}
        for person in people:
            old = before.get(person.student_id, Person(person.student_id))
            new = _filled(old, person)
            # nbgrader's pages take what they are told as HTML.
            about = {name: getattr(new, name) for name in _KEPT_BY_NBGRADER}
            told = {name: sanitise.name(text) for name, text in about.items() if text}
            student = students.get(person.student_id)
            differing = [n for n in FIELDS if getattr(old, n) != getattr(new, n)]
            differing += [
                n for n, value in told.items() if student and getattr(student, n) != value
            ]
            if person.student_id not in before and student is None:
                changes.added.append(person.student_id)
            elif differing:
                changes.changed[person.student_id] = sorted(set(differing))
            else:
                changes.unchanged += 1
            if student is None or any(getattr(student, n) != value for n, value in told.items()):
                book.update_or_create_student(person.student_id, **told)
            after[person.student_id] = new
        given = {person.student_id for person in people}
        changes.missing = sorted((students.keys() | before.keys()) - given)
    roster.write(course.roster, after.values())
    return changes


def same_people(before: Iterable[Person], people: Iterable[Person]) -> list[tuple[str, str]]:
    """Return ids of the course that a file writes in another form, each with the file's.

    Excel makes ``123`` of ``00123`` and ``1.23E+05`` of ``123000``; a login gets a domain, or its
    capitals change. Read as they are, they'd be new students, and the class would double.
    """
    people = list(people)
    given = {person.student_id for person in people}
    old: dict[str, list[str]] = {}
    for person in before:
        if person.student_id not in given:
            old.setdefault(_form(person.student_id), []).append(person.student_id)
    known = {person.student_id for person in before}
    pairs = []
    for person in people:
        if person.student_id in known:
            continue
        pairs += [(was, person.student_id) for was in old.get(_form(person.student_id), ())]
        pairs += _rounded(person.student_id, old)
    return pairs


def _form(student: str) -> str:
    """Return an id without what programs change in it: zeros in front, capitals, a domain."""
    plain = student.casefold().partition("@")[0].rpartition("\\")[2]
    plain = re.sub(r"[\s'’`]+", "", plain)
    if found := re.fullmatch(r"(\d+)[.,]0+", plain):
        plain = found[1]
    return plain.lstrip("0") or plain


def _rounded(student: str, old: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the ids that a number such as ``1.23E+05`` may have been."""
    found = re.fullmatch(r"(\d)(?:[.,](\d{1,15}))?[eE]\+?(\d{1,2})", student)
    if not found:
        return []
    digits, length = found[1] + (found[2] or ""), int(found[3]) + 1
    return [
        (was, student)
        for form, ids in old.items()
        if form.isdecimal() and len(form) == length and _rounds_to(form, digits)
        for was in ids
    ]


def _rounds_to(number: str, digits: str) -> bool:
    unit = int("1" + "0" * max(len(number) - len(digits), 0))
    return abs(int(number) - int(digits) * unit) * 2 <= unit


def summary(reading: Reading, changes: Changes) -> str:
    """Return what was read and done, for the teacher."""
    done = f"{len(changes.added)} added, {len(changes.changed)} changed"
    students = counted(len(reading.people), "student")
    lines = [
        f"{students}, with ids from the column {reading.column!r}: {done}, {changes.unchanged} "
        "as before."
    ]
    lines += [f"  changed: {who}: {', '.join(what)}" for who, what in changes.changed.items()]
    lines += [f"  {say(note)}" for note in reading.notes]
    if changes.missing:
        lines.append(f"  not in this file, and kept: {', '.join(changes.missing)}")
        lines.append("  (crossroads forget STUDENT deletes a student with all their data)")
    return "\n".join(lines)


def _filled(old: Person, new: Person) -> Person:
    """``new`` with what only ``old`` says."""
    given: dict[str, Any] = {n: getattr(new, n) for n in FIELDS if getattr(new, n)}
    return replace(old, **given)
