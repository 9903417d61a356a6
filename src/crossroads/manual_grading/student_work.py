"""What a marker reads of a student's work: headings and safe HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..assignments import bank
from ..feedback.markdown import heading, rendered, typed
from ..grading import results
from ..grading.submitted import pictures
from ..web.html import Html

_LARGEST = 3_000_000


def work(course: Path, item: bank.Item, items: list[bank.Item], student: str) -> list[list[str]]:
    """What a marker reads of a student's work for an item: headings and HTML.

    A criterion is of the whole work: its text first, then what the computer checked the form of.
    """
    notebook, _ = results.handed_in(course, item.assignment, student)
    cells = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in notebook.get("cells", [])
        if "nbgrader" in cell["metadata"]
    }
    shown = [item]
    if item.of_the_whole:
        shown = [other for kind in ("text", "form") for other in items if other.kind == kind]
    parts = []
    for other in shown:
        cell = cells.get(f"{other.id}-answer" if other.test else other.id)
        source = "".join(cell["source"]) if cell else ""
        if not cell or not source.strip():
            made = Html("<p><em>Nothing is there.</em></p>")
        elif cell["cell_type"] == "markdown":
            made = rendered(source, pictures.pasted(cell.get("attachments")))
        else:
            made = typed(source) + Html("").join(map(_picture, cell.get("outputs", [])))
        parts.append([heading(other), made])
    return parts


def _picture(output: Any) -> Html:
    """A chart that a cell drew, if it is a PNG and not huge."""
    data = pictures.decoded(output.get("data", {}).get("image/png"))
    if pictures.kind(data) != "image/png" or len(data) > _LARGEST:
        return Html("")
    plain = pictures.encoded(data)
    return Html(f'<img alt="The chart that this cell drew" src="data:image/png;base64,{plain}">')
