"""The release's cells with the student's answers in them, and notes on what was mended."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from typing import Any

from ...questions import pasted, signs, variants
from ..kernels import is_python
from ..notes import Note
from . import pictures
from .answer_cells import (
    answer_to,
    stray_answers,
    texts_near,
    typed_into_test,
    typed_into_texts,
    written_answer,
)
from .nbgrader_cells import grade_id, role_of, text_of
from .python_source import masked, parsed
from .recognise import is_another, recognise, title_of
from .submission import Another, Cell, Submission


def rebuild(given: list[dict[str, Any]], released: Any) -> Submission:
    """Return the release's cells with the student's answers put in; ``given`` are plain cells."""
    notes: list[Note] = []
    known = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    if lost := recognise(given, released):
        notes.append(Note("labels-lost", values={"count": lost}))
    if is_another(given, released):
        raise Another(title_of(given))
    if is_python(released):
        _mend(given, known, notes)
    found, extras, order = _sort(given, known)
    strays = stray_answers(released, found, extras, given)
    if known and not found and not strays:
        raise Another(title_of(given))
    texts = texts_near(released, found, extras)
    submission = Submission([], notes, there={*found}, typed=typed_into_texts(released, found))
    cells = submission.cells
    cells += extras.pop("", [])
    for cell in released["cells"]:
        id_, role = grade_id(cell), role_of(cell)
        source = text_of(cell)
        attachments: pictures.Attachments = {}
        if role == "values":
            source, submission.values = _own_values(given, cell, notes)
        elif role in ("answer", "written"):
            earlier, source = answer_to(id_, cell, found, strays, notes)
            cells += [Cell("", "code", own, "extra") for own in earlier]
            for copy in found.get(id_, []):
                attachments = attachments | copy.get("attachments", {})
            if role == "written" and not attachments:
                source, attachments = written_answer(id_, cell, source, texts, submission)
        elif role == "test" and id_ in found:
            cells += typed_into_test(found[id_][0], cell, known.get(f"{id_}-answer"), cells, notes)
        elif id_ not in found and role != "locked":
            notes.append(Note("cell-put-back", id_))
        cells.append(Cell(id_, cell["cell_type"], source, role, attachments))
        cells += extras.pop(id_, [])
    moved = [i for i in order if i in known]
    if moved != sorted(moved, key=list(known).index):
        notes.append(Note("cells-moved"))
    return submission


def _mend(given: list[dict[str, Any]], known: dict[str, Any], notes: list[Note]) -> None:
    """Have cells of code that Python can't read say what they were meant to."""
    ids = Counter(cell["id"] for cell in given if cell["id"])
    for cell in given:
        own = known.get(cell["id"])
        if cell["kind"] != "code" or (own and role_of(own) == "locked"):
            continue
        typed = cell["source"]
        # Of a cell that was split, one part alone may be no Python.
        whole = ids[cell["id"]] < 2
        made = pasted.mended(typed, _runs) if whole else signs.mended(typed)
        if masked(made) == made:
            made = signs.latin_names(made)
        cell["source"] = made
        if made not in (typed, textwrap.dedent(typed)):
            notes.append(Note("read-as-meant", cell["id"] if own else ""))


def _runs(source: str) -> bool:
    return signs.parses(masked(source))


def _sort(
    given: list[dict[str, Any]], known: dict[str, Any]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Cell]], list[str]]:
    """Return the cells by id, the student's own cells by the cell before them, and the order."""
    found: dict[str, list[dict[str, Any]]] = {}
    extras: dict[str, list[Cell]] = {}
    order: list[str] = []
    before = ""
    for cell in given:
        if cell["id"] in known:
            if cell["id"] not in found:
                before = cell["id"]
                order.append(before)
            found.setdefault(cell["id"], []).append(cell)
        elif not cell["draws"]:
            own = Cell("", cell["kind"], cell["source"], "extra", cell.get("attachments", {}))
            extras.setdefault(before, []).append(own)
    return found, extras, order


def _own_values(
    given: list[dict[str, Any]], released: Any, notes: list[Note]
) -> tuple[str, dict[str, Any]]:
    line = next((c["source"] for c in given if c["draws"]), "")
    cell = {"source": line, "metadata": released["metadata"]}
    try:
        parsed(line)
        values = variants.values_in({"cells": [cell]})
        variants.variant(**values)
        json.dumps(values)
        return line, values
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        notes.append(Note("values-lost"))
        return text_of(released), {}
