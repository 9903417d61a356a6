"""The quiz as it was handed out, to compare a copy with; else what the copy says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .. import content
from ..course import RELEASES, Course
from ..grading.checksums import is_unchanged
from ..grading.submitted import recognise
from ..lessons import renumbered


def release_of(path: Path, name: str, given: list[dict[str, Any]]) -> Any:
    """Return the quiz as it was handed out, or ``None`` where there is no copy of it here.

    That is the copy that came with the student's, the course directory's own release, or the one
    in the package, unless the notebook's labels are those of another edition of it.
    """
    near = [path.parent / f".{name}.release.json"]
    for course in path.resolve().parents[2:3]:
        near.append(Course(course).handed_out(name))
        near.append(Course(course).released(name))
    for place in near:
        # What is submitted may lie where a course keeps the release: it's no copy of itself.
        if place != path.resolve() and (found := _notebook(place)) is not None:
            return found
    found = _notebook(RELEASES / f"{name}.json")
    if content.own(path.parent):
        return None  # the package holds another course's quizzes
    if found is None or not _is_of_another(given, found):
        return found
    # Another quiz of this course under this one's name isn't an edition of it, but for one that
    # had the name before.
    names = {name, renumbered.quizzes().get(name)}
    others = [_notebook(place) for place in RELEASES.glob("*.json") if place.stem not in names]
    mistaken = any(not recognise.is_another(given, other) for other in others)
    return found if mistaken and recognise.is_another(given, found) else None


def _notebook(path: Path) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
        return found if isinstance(found["cells"], list) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_of_another(given: list[dict[str, Any]], released: Any) -> bool:
    """Return whether locked cells that are as they were handed out aren't the release's."""
    sums = {label.get("checksum") for label in map(label_of, released["cells"])}
    return any(_is_as_handed_out(cell) and cell["label"]["checksum"] not in sums for cell in given)


def _is_as_handed_out(cell: dict[str, Any]) -> bool:
    """Return whether a locked cell fits the sum that nbgrader made of it."""
    return bool(cell["label"].get("locked")) and is_unchanged(cell)


def as_it_is(given: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what can be told of a quiz by a student's copy alone.

    The cells that are as handed out.

    For answers that were changed, the original text isn't known.
    """
    cells, seen = [], {""}
    for cell in given:
        label = cell["label"]
        free = bool(label.get("solution"))
        if cell["draws"]:
            cells.append({"cell_type": "code", "id": "", "source": cell["source"]})
            cells[-1]["metadata"] = {"crossroads": {"draw": {}}}
            continue
        if cell["id"] in seen or not (free or _is_as_handed_out(cell)):
            continue
        seen.add(cell["id"])
        source = cell["source"] if is_unchanged(cell) or not free else ""
        cells.append({"cell_type": cell["kind"], "id": cell["id"], "source": source})
        cells[-1]["metadata"] = {"nbgrader": label}
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def label_of(cell: Any) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found
