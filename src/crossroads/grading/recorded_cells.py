"""An assignment's notebooks as nbgrader's gradebook has them: what stock nbgrader marks by.

The gradebook holds each cell as it was when the assignment was generated: tests that were made of
AUTOTEST lines, headers that were added, points. A notebook is made of them here, in the order of
the released one where there is one, so that all else need not ask where cells come from.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from ..course import Course
from .database import UNREAD, refusals
from .gradebook import UNRELEASED

# Imported late: nbgrader. It takes half a second, which a course's own quizzes don't need here.


def read(course: Path, name: str) -> dict[str, dict[str, Any]]:
    """Return the notebooks of an assignment by their names, in order.

    Raises ``ValueError`` where the assignment isn't in the gradebook, or that can't be read.
    """
    from nbgrader.api import MissingEntry

    place = Course(course)
    if not place.has_gradebook:
        raise ValueError(UNRELEASED.format(name=name))
    orders = {own: _order(path) for own, path in place.released_notebooks(name).items()}
    with refusals(UNREAD), place.open_gradebook() as book:
        try:
            notebooks = sorted(book.find_assignment(name).notebooks, key=lambda one: one.name)
        except MissingEntry:
            raise ValueError(UNRELEASED.format(name=name)) from None
        found = {one.name: _notebook(one, orders.get(one.name, [])) for one in notebooks}
    if not found:
        raise ValueError(UNRELEASED.format(name=name))
    return found


def _order(path: Path) -> list[str]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return [str(c["metadata"].get("nbgrader", {}).get("grade_id", "")) for c in cells]
    return []


def _notebook(notebook: Any, order: list[str]) -> dict[str, Any]:
    """Return a notebook as plain data, of nbgrader's cells alone."""
    roles: dict[str, dict[str, Any]] = {}
    for kind in ("grade", "solution", "task"):
        for cell in getattr(notebook, f"{kind}_cells"):
            about = roles.setdefault(cell.name, {})
            about[kind] = True
            if kind != "solution":
                about["points"] = float(cell.max_score)
    cells = [_cell(cell, roles.get(cell.name, {})) for cell in notebook.source_cells]
    places = {id_: place for place, id_ in enumerate(order)}
    cells.sort(key=lambda cell: places.get(cell["metadata"]["nbgrader"]["grade_id"], len(order)))
    spec = json.loads(notebook.kernelspec) if notebook.kernelspec else {}
    metadata = {"kernelspec": spec} if spec else {}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Any, roles: dict[str, Any]) -> dict[str, Any]:
    own = dict.fromkeys(("grade", "solution", "task"), False)
    about = own | {"locked": bool(cell.locked), "schema_version": 3, "grade_id": cell.name} | roles
    kind = "code" if cell.cell_type == "code" else "markdown"
    made = {"cell_type": kind, "metadata": {"nbgrader": about}, "source": cell.source or ""}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
