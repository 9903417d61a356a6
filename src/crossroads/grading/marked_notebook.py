"""The notebook as it was run and marked; of tests, only what students see."""

from __future__ import annotations

from typing import Any

from .assignment import Assignment
from .results import Mark
from .submitted.nbgrader_cells import grade_id
from .submitted.submission import Submission


def marked_notebook(
    assignment: Assignment,
    submission: Submission,
    outputs: dict[int, list[Any]],
    marks: dict[str, Mark],
) -> dict[str, Any]:
    """Return the notebook as it was run and marked; of tests, only what students see."""
    both = (*assignment.original.get("cells", ()), *assignment.released["cells"])
    released = {grade_id(cell): cell for cell in both if grade_id(cell)}
    drawn = next((c for c in assignment.released["cells"] if not grade_id(c)), None)
    cells = []
    for place, cell in enumerate(submission.cells):
        origin = released.get(cell.id) or (drawn if cell.role == "values" else None)
        made: dict[str, Any] = {
            "cell_type": cell.kind,
            # Older formats have none.
            "id": origin.get("id", f"cell-{place}") if origin else f"own-{place}",
            "metadata": origin["metadata"] if origin else {},
            "source": cell.source,
        }
        if cell.attachments and cell.kind == "markdown":
            made["attachments"] = cell.attachments
        if cell.kind == "code":
            made |= {"execution_count": None, "outputs": outputs.get(place, [])}
            if cell.role == "test" and cell.id in marks:
                made["outputs"] = _shown(marks[cell.id])
        cells.append(made)
    metadata = {k: v for k, v in assignment.released["metadata"].items() if k != "crossroads_name"}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _shown(mark: Mark) -> list[dict[str, Any]]:
    """Return a mark as a test cell's outputs, by which nbgrader would award the same."""
    if mark.error:
        return [
            {
                "output_type": "error",
                "ename": mark.error,
                "evalue": mark.said,
                "traceback": mark.said.splitlines() or [mark.error],
            }
        ]
    said = [{"output_type": "stream", "name": "stdout", "text": mark.said}] if mark.said else []
    if mark.points is None:
        return said
    points = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(mark.points)},
        "metadata": {},
        "execution_count": None,
    }
    return [*said, points]
