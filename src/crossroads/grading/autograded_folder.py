"""The marked notebook as it lies in ``autograded``, where formgrader and people look for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..course import Course, write_folder
from . import regrade, sanitise
from .assignment import Assignment
from .gradebook import HELD
from .notes import say
from .results import Result
from .submitted import pictures, submission_folder

#: By which nbgrader's exchange finds whose feedback it is.
SECRET = "submission_secret.txt"


def pages(assignment: Assignment, result: Result) -> dict[str, dict[str, Any]]:
    """Return the ``page`` of each notebook that was submitted, by its name."""
    made = {}
    for own in assignment.notebooks:
        part = result.parts.get(own.name, result)
        if part.notebook or part.held or result.held:
            # A pool that lost its process knows of no notebooks.
            made[own.name] = page(own, part if part.held or part.notebook else result)
    return made


def page(assignment: Assignment, result: Result) -> dict[str, Any]:
    """Return the marked notebook, made harmless, as formgrader and people see it.

    Of a file that can't be read, there's the quiz with the reason on top: formgrader has no page
    for what isn't there.
    """
    made = result.notebook or _without_answers(assignment, say(result.held))
    return sanitise.notebook(made, _released_texts(assignment))


def _released_texts(assignment: Assignment) -> set[str]:
    return {c["source"] for c in assignment.released["cells"] if c["cell_type"] != "code"}


def rewritten(
    course: Path, assignment: Assignment, student: str, made: Mapping[str, Any]
) -> list[str]:
    """Return the graded cells whose answer isn't the one that lies before formgrader, by id.

    ``made`` are the ``pages`` now. Where nothing can be read of that, it's all of them.
    """
    folder = Course(course).autograded(student, assignment.whole)
    return [
        own.key(id_)
        for own in assignment.notebooks
        if own.name in made
        for id_ in _rewritten(own, folder / f"{own.name}.ipynb", made[own.name])
    ]


def _rewritten(assignment: Assignment, path: Path, made: Any) -> list[str]:
    try:
        text = path.read_text("utf-8")
        before = json.loads(text)
        for cell in before["cells"]:
            cell["source"] = "".join(cell["source"])
        found = regrade.rewritten(before, made)
        if found:
            # Stock nbgrader writes a student's text as it is.
            before = sanitise.notebook(before, _released_texts(assignment))
            found &= regrade.rewritten(before, made)
        return sorted(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return sorted(assignment.points)


def write_autograded(
    course: Path, assignment: Assignment, result: Result, made: Mapping[str, Any]
) -> None:
    """Lay the ``pages`` of marked notebooks where formgrader looks for them, all or none."""
    name = assignment.whole
    place = Course(course)
    submitted = place.submitted(result.student, name)
    files = _pictures(submitted, result, assignment.files)
    for own, notebook in made.items():
        text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
        files[f"{own}.ipynb"] = f"{text}\n".encode()
    if result.submitted:
        files["timestamp.txt"] = result.submitted.encode()
    secret = submitted / SECRET
    if secret.is_file() and not secret.is_symlink() and secret.stat().st_size < 1000:
        files[SECRET] = secret.read_bytes()
    write_folder(place.autograded(result.student, name), files)


def _pictures(folder: Path, result: Result, own: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the assignment's own files and the pictures that a student's texts show."""
    files = dict(own)
    submitted_files = dict(submission_folder.files_in(folder, [])) if result.pictures else {}
    for name in result.pictures:
        if (
            name in submitted_files
            and pictures.kind(submitted_files[name])
            and _is_free(name, files)
        ):
            files[name] = submitted_files[name]
    return files


def _is_free(name: str, files: Mapping[str, bytes]) -> bool:
    """Return whether no other file or folder is in the way of a path."""
    above = {*map(str, PurePosixPath(name).parents)}
    return not any(f == name or f in above or f.startswith(f"{name}/") for f in files)


def _without_answers(assignment: Assignment, why: str) -> dict[str, Any]:
    """Return the released quiz, with the reason why nothing of a submission is in it."""
    said = (
        f"{HELD.format(why=why)}\n\nThe submission could not be read, so this is the quiz as it "
        "was released. The submitted file itself is in the folder of submissions."
    )
    reason = {"cell_type": "markdown", "id": "held", "metadata": {}, "source": said}
    released = assignment.released
    metadata = {k: v for k, v in released["metadata"].items() if k != "crossroads_name"}
    form = {"nbformat": released["nbformat"], "nbformat_minor": released["nbformat_minor"]}
    return {"cells": [reason, *released["cells"]], "metadata": metadata, **form}
