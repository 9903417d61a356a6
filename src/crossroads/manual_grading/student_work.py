"""Show a student's work to a marker: headings and safe HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..assignments import bank, plain_items
from ..feedback.markdown import heading, rendered, typed
from ..grading import results
from ..grading.submitted import pictures
from ..grading.submitted.nbgrader_cells import grade_id
from ..web.templates import render
from . import same_answers

_LARGEST = 3_000_000


@dataclass(frozen=True)
class Text:
    """A student's text for an item: its ``words`` as they are compared, and as it was typed.

    ``kind`` stands for what else must be equal: whether it's code, and the pictures that it shows.
    """

    words: tuple[str, ...]
    typed: str
    kind: str = ""


def texts(
    course: Path, item: bank.Item, items: list[bank.Item], students: Iterable[str]
) -> dict[str, Text]:
    """Return what students wrote for an item, by student.

    The text of released cells isn't theirs.
    """
    given = _given(course, item.assignment)
    shown = _shown(item, items)
    return {student: _text(_cells(course, item, student), shown, given) for student in students}


def _text(cells: dict[str, Any], shown: list[bank.Item], given: dict[str, set[str]]) -> Text:
    found, typed_in, pictured = list[str](), [], hashlib.sha256()
    code = False
    for other in shown:
        cell = cells.get(other.answer_cell)
        if not cell:
            continue
        source = "".join(cell["source"])
        typed_in.append(source)
        own = [
            x for x in source.splitlines() if _as_given(x) not in given.get(other.answer_cell, ())
        ]
        if cell["cell_type"] == "code":
            code = True
            found += same_answers.lines("\n".join(own))
            pictures_shown = [
                out.get("data", {}).get("image/png") for out in cell.get("outputs", [])
            ]
        else:
            found += same_answers.words("\n".join(own))
            pictures_shown = sorted(pictures.pasted(cell.get("attachments")).items())
        for picture in filter(None, pictures_shown):
            pictured.update(repr(picture).encode())
    kind = f"{'code' if code else 'text'} {pictured.hexdigest()}"
    return Text(tuple(found), "\n\n".join(typed_in), kind)


def _given(course: Path, quiz: str) -> dict[str, set[str]]:
    """Return the lines that the cells of a quiz had when it was released, by cell."""
    try:
        cells = _by_id(results.released(course, quiz))
    except (AttributeError, KeyError, TypeError):
        return {}
    found = {id_: "".join(cell["source"]).splitlines() for id_, cell in cells.items()}
    return {id_: {_as_given(line) for line in own} for id_, own in found.items()}


def _as_given(line: str) -> str:
    return " ".join(line.split()).casefold()


def _by_id(notebook: Any) -> dict[str, Any]:
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in notebook.get("cells", [])
        if "nbgrader" in cell["metadata"]
    }


def _cells(course: Path, item: bank.Item, student: str) -> dict[str, Any]:
    notebook, _ = results.submitted_notebook(course, item.assignment, student)
    return _by_id(notebook)


def _shown(item: bank.Item, items: list[bank.Item]) -> list[bank.Item]:
    """Return the items whose work is looked at for one: of a criterion, those of the whole work."""
    if not item.of_the_whole:
        return [item]
    written = [other for other in items if other.by_hand and not other.of_the_whole]
    return written + [other for other in items if other.is_form]


def work(course: Path, item: bank.Item, items: list[bank.Item], student: str) -> list[list[str]]:
    """Return what a marker reads of a student's work for an item: headings and HTML.

    A criterion is of the whole work: its text first, then what the computer checked the form of.
    """
    if item.kind == plain_items.TASK:
        return _around(course, item, student) or [["", _shown_cell(None)]]
    cells, shown = _cells(course, item, student), _shown(item, items)
    parts = []
    for other in shown:
        cell = cells.get(other.answer_cell)
        written = cell if cell and _source(cell).strip() else None
        parts.append([heading(other), _shown_cell(written)])
    return parts


def _around(course: Path, item: bank.Item, student: str) -> list[list[str]]:
    """Return what a student wrote for a task.

    These are their own cells below the task, or else all their own cells.
    """
    notebook, _ = results.submitted_notebook(course, item.assignment, student)
    given = {_source(cell) for cell in results.released(course, item.assignment).get("cells", [])}
    below: list[Any] = []
    every: list[Any] = []
    reached = False
    for cell in notebook.get("cells", []):
        if id_ := grade_id(cell):
            reached = id_ == item.id
        elif _source(cell).strip() and _source(cell) not in given:
            every.append(cell)
            below += [cell] if reached else []
    return [["", _shown_cell(cell)] for cell in below or every]


def _source(cell: Any) -> str:
    return "".join(cell["source"])


def _shown_cell(cell: Any) -> str:
    """Return a cell as a marker reads it, with its charts; ``None`` for one in which nothing is."""
    source, drawn = _source(cell) if cell else "", list[str]()
    if cell is None:
        text = None
    elif cell["cell_type"] == "markdown":
        text = rendered(source, pictures.pasted(cell.get("attachments")))
    else:
        text = typed(source)
        drawn = [chart for chart in map(_chart, cell.get("outputs", [])) if chart]
    return str(render("marking/work.html", text=text, charts=drawn))


def _chart(output: Any) -> str:
    """Return a chart that a cell drew, in base64, if it is a PNG and not huge."""
    data = pictures.decoded(output.get("data", {}).get("image/png"))
    if pictures.kind(data) != "image/png" or len(data) > _LARGEST:
        return ""
    return pictures.encoded(data)
