"""A cell of a notebook, as nbgrader's metadata say what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def nbgrader_metadata(cell: Any) -> dict[str, Any]:
    """Return what nbgrader keeps with a cell; empty where it keeps nothing."""
    about: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return about


def grade_id(cell: Any) -> str:
    """Return a cell's nbgrader id, or "" where it has none."""
    return str(nbgrader_metadata(cell).get("grade_id", ""))


def text_of(cell: Any) -> str:
    """Return a cell's source as one text; files may keep it as lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def merged(notebooks: Mapping[str, Any], *, several: bool) -> dict[str, Any]:
    """Return an assignment's notebooks as one, for who looks at its cells and not at its files.

    With ``several`` notebooks, a cell's id is ``NOTEBOOK/CELL``.
    """
    if not several:
        return dict(next(iter(notebooks.values()), {}))
    cells = []
    for name, notebook in notebooks.items():
        for cell in notebook.get("cells", []):
            about = nbgrader_metadata(cell)
            if "grade_id" in about:
                named = {**about, "grade_id": f"{name}/{about['grade_id']}"}
                cell = {**cell, "metadata": {**cell["metadata"], "nbgrader": named}}
            cells.append(cell)
    first: Any = next(iter(notebooks.values()), {})
    return {**first, "cells": cells}


def role_of(cell: Any) -> str:
    """Return what a released cell is for: answer, test, written, criterion, locked or values."""
    about = nbgrader_metadata(cell)
    if "draw" in cell["metadata"].get("crossroads", {}):
        return "values"
    if about.get("task"):
        return "criterion"
    if about.get("grade"):
        return "written" if about.get("solution") else "test"
    return "answer" if about.get("solution") else "locked"
