"""An assignment as a course directory has it: a quiz of this kind of course, or nbgrader's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from .. import content
from ..course import Course
from ..course.own_quiz import is_own_quiz, says_so
from ..course.renumbering import why_not
from . import database, recorded_cells
from .assignment import Parts, files_of, parts_of
from .gradebook import UNRELEASED
from .sandbox import Limits

#: Seconds of a cell in any other course, as nbgrader has it; and how many such a submission has.
CELL, CELLS = 30, 10
#: Its answers are read by the source, not by nbgrader's tests alone.
GONE = "source/{name} and release/{name} are missing: put source/{name} back, then grade again"
#: In place of no limit at all.
LONGEST = 3600


def is_own(course: Path, name: str) -> bool:
    """Return whether an assignment is a quiz of this kind of course: its source says so.

    Raises ``ValueError`` where there is neither a source nor a release of that name.
    """
    place = Course(course)
    if not place.own_source(name).is_dir() and place.released_notebooks(name):
        return is_own_quiz(place.release(name))
    try:
        source = place.source(name)
    except (FileNotFoundError, ValueError):
        known = database.names(course)[1]
        if name in known and not why_not(place, name):
            return False
        if known and place.nbgrader.course_id != content.about(place.path).id:
            there = ", ".join(sorted(known))
            raise ValueError(f"there is no assignment {name!r}; there are {there}") from None
        raise
    # nbgrader marks what it has in the gradebook, whether there is a source or not.
    return is_own_quiz(source)


def parts_in(course: Path, name: str) -> Parts:
    """Return what an assignment is made of. Raises ``ValueError`` where something is missing."""
    place = Course(course)
    if is_own(course, name):
        if not place.has_released(name):
            raise ValueError(UNRELEASED.format(name=name))
        return parts_of(place.source(name), place.released(name))
    settings, source = place.nbgrader, place.own_source(name)
    files = files_of(source, settings.ignore) if source.is_dir() else {}
    released = place.released_notebooks(name)
    made = []
    for own, notebook in recorded_cells.read(course, name).items():
        original = json.dumps(notebook)
        if not files and not released and says_so(original):
            raise ValueError(GONE.format(name=name))
        # Only what students see, for pages: without it, what the gradebook has.
        seen = released[own].read_text("utf-8") if own in released else original
        made.append(
            Parts(
                *(own, original, seen, files, name),
                own=False,
                strict=settings.strict,
                put_back=settings.put_back or not settings.strict,
                kept=settings.kept.get(name, ()),
            )
        )
    first, *more = made
    return replace(first, more=tuple(more))


def limits_of(course: Path, name: str) -> Limits:
    """Return what a submission may use.

    In another course, the time limit comes from nbgrader's settings.
    """
    if is_own(course, name):
        return Limits()
    time = Course(course).nbgrader.timeout
    cell = CELL if time is None else time or LONGEST / CELLS
    return Limits(cell=cell, seconds=max(Limits.seconds, CELLS * cell))
