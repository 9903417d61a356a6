"""The adjustments of a course directory, with their names checked against what it has."""

from __future__ import annotations

from pathlib import Path

from ...assignments import bank
from ...course import Course
from .. import database, gradebook
from ..notes import Note
from . import file
from .file import Adjustments


def rules(course: Path) -> tuple[Adjustments, list[Note]]:
    """Return the course's adjustments, and notes on what couldn't be checked; none without a file.

    Raises ``ValueError`` that says which lines are wrong, and what would be right.
    """
    path = Course(course).adjustments
    if not path.is_file():
        return Adjustments(), []
    written = file.parse(path.read_bytes())
    if not written.own and not written.drops:
        return written, []
    names = database.known(course)
    questions = _questions(course, written, names.assignments)
    return file.resolved(written, questions, names.students, names.whole)


def readable(course: Path) -> Adjustments:
    """Return the course's adjustments.

    Return none where something is wrong in them, which is reported elsewhere.
    """
    try:
        return rules(course)[0]
    except ValueError:
        return Adjustments()


def _questions(
    course: Path, written: Adjustments, assignments: set[str]
) -> dict[str, dict[str, float]]:
    """Return the points possible by assignment and question: as released, else by the source."""
    place, found = Course(course), gradebook.possible(course)
    named = {name.casefold() for name in written.own}
    for name in assignments - found.keys():
        # Looked into only where it is named: that costs more than its name.
        items = bank.read(place.source(name)) if name.casefold() in named else []
        found[name] = {item.id: float(item.points) for item in items}
    return found
