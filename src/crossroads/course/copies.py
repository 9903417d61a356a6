"""Copies of an assignment with values of their own: each student's, and a learner's new one."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

from ..files import write_whole
from ..questions import variants
from .directory import Course
from .person import checked_id
from .releases import release


def personal_copies(path: Path, assignment: str, students: Iterable[str]) -> list[Path]:
    """Write each student's own copy of an assignment, with values drawn for that student.

    The same student always gets the same values; what was drawn is kept for the grading. Returns
    the notebooks' paths, ``variants/ASSIGNMENT/STUDENT/ASSIGNMENT.ipynb``. Raises ``ValueError``
    for an id that can't be a folder's name, and where the assignment has nothing to draw.
    """
    import nbformat  # slow, and only needed to draw

    course = Course(path)
    students = [checked_id(student) for student in students]
    notebook = _released(course, assignment)
    space, secret = variants.space_of(notebook), _secret(course)
    drawn = {student: variants.draw(space, secret, student, assignment) for student in students}
    _note_drawn(course, assignment, drawn)
    paths = []
    for student, values in drawn.items():
        own = variants.personalise(notebook, values)
        paths.append(course.own_copy(student, assignment))
        write_whole(paths[-1], nbformat.writes(own))  # type: ignore[no-untyped-call]
    return paths


def begin_form(place: Path, assignment: str) -> tuple[Path, bool]:
    """Give a learner another form of a quiz; returns it, and whether it wasn't there before."""
    path = Course(place).quiz(assignment)
    folder = Course(place).source(assignment)
    if path.exists():
        return path, False
    with tempfile.TemporaryDirectory() as temporary:
        write_whole(path, release(folder, Path(temporary)).read_bytes())
    return path, True


def draw_anew(place: Path, assignment: str, learner: str) -> tuple[Path, Path | None]:
    """Give a learner the assignment with freshly drawn values; returns it and the one before.

    The one before is moved to ``earlier/ASSIGNMENT/NUMBER/``, never overwritten.
    """
    import nbformat  # slow, and only needed to draw

    course = Course(place)
    notebook = _released(course, assignment)
    space = variants.space_of(notebook)
    path = course.quiz(assignment)
    before: Path | None = None
    try:
        held = variants.values_in(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        held = {}
    values = held
    while values == held:
        values = variants.draw(space, secrets.token_bytes(), learner, assignment)
    if path.exists():
        kept = course.earlier(assignment)
        number = next(n for n in count(1) if not (kept / str(n)).exists())
        before = kept / str(number) / path.name
        before.parent.mkdir(parents=True)
        os.replace(path, before)
    write_whole(path, nbformat.writes(variants.personalise(notebook, values)))  # type: ignore[no-untyped-call]
    _note_drawn(course, assignment, {checked_id(learner): values})
    return path, before


def _released(course: Course, assignment: str) -> Any:
    import nbformat  # slow, and only needed to draw

    folder = course.source(assignment)
    with tempfile.TemporaryDirectory() as temporary:
        path = release(folder, Path(temporary))
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    if not variants.space_of(notebook):
        raise ValueError(f"{assignment} has no values to draw: it is the same for everybody")
    return notebook


def _secret(course: Course) -> bytes:
    """Return the course's secret, made on first use and readable by its owner only."""
    path = course.secret
    if not path.exists():
        write_whole(path, secrets.token_hex(32), mode=0o600)
    return path.read_bytes()


def _note_drawn(course: Course, assignment: str, drawn: dict[str, variants.Values]) -> None:
    known = course.values_drawn(assignment)
    write_whole(course.drawn(assignment), json.dumps(known | drawn, indent=0, ensure_ascii=False))
