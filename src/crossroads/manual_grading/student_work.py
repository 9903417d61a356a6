"""What a marker reads of a student's work: headings and safe HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..assignments import bank
from ..feedback.markdown import heading, rendered, typed
from ..grading import results
from ..grading.submitted import pictures
from ..web.templates import render

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
        texts = [other for other in items if other.by_hand and not other.of_the_whole]
        shown = texts + [other for other in items if other.is_form]
    parts = []
    for other in shown:
        cell = cells.get(f"{other.id}-answer" if other.test else other.id)
        source = "".join(cell["source"]) if cell else ""
        text, drawn = None, list[str]()
        if cell and source.strip() and cell["cell_type"] == "markdown":
            text = rendered(source, pictures.pasted(cell.get("attachments")))
        elif cell and source.strip():
            text = typed(source)
            drawn = [chart for chart in map(_chart, cell.get("outputs", [])) if chart]
        made = render("marking/work.html", text=text, charts=drawn)
        parts.append([heading(other), made])
    return parts


def _chart(output: Any) -> str:
    """A chart that a cell drew, in base64, if it is a PNG and not huge."""
    data = pictures.decoded(output.get("data", {}).get("image/png"))
    if pictures.kind(data) != "image/png" or len(data) > _LARGEST:
        return ""
    return pictures.encoded(data)
