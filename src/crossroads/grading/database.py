"""What nbgrader's database refuses, said in a line; and the names that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..course import Course

UNREAD = "the gradebook can't be read ({why}). Close what else uses it, then try again"


@contextmanager
def refusals(words: str) -> Iterator[None]:
    """Turn the database's refusals into a ``ValueError`` that says what to do."""
    from sqlalchemy.exc import DatabaseError  # slow, and only needed where there is a gradebook

    try:
        yield
    except DatabaseError as error:
        raise ValueError(words.format(why=error.orig)) from None


def names(course: Path) -> tuple[set[str], set[str]]:
    """Students and assignments of the gradebook; none without one.

    Raises ``ValueError`` where it can't be read.
    """
    place = Course(course)
    if not place.has_gradebook:
        return set(), set()
    with refusals(UNREAD), place.open_gradebook() as book:
        return {str(s.id) for s in book.students}, {str(a.name) for a in book.assignments}


@dataclass(frozen=True)
class Known:
    """The names that a course has: what a teacher's file may speak of."""

    #: Every student with the section, "" without one.
    students: dict[str, str]
    assignments: set[str]
    #: Whether a roster says that these are all students.
    whole: bool


def known(course: Path) -> Known:
    """The students of the roster, the submissions and the gradebook; and every assignment.

    Raises ``ValueError`` where the gradebook can't be read.
    """
    place = Course(course)
    people = {person.student_id: person.section for person in place.people()}
    students, assignments = names(course)
    everybody = dict.fromkeys(sorted(place.submitters() | students), "") | people
    return Known(everybody, place.assignments() | assignments, bool(people))
