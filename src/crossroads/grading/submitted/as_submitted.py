"""A notebook of any nbgrader course, as nbgrader runs it: the student's cells in their order.

As nbgrader has it, the gradebook's text stands in every cell that is locked, and the last of
several cells with one label is the one that counts. What is missing is put back, and labels that
were lost are found by a cell's text, unless nbgrader's rules are asked for to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..notes import Note
from .nbgrader_cells import grade_id, role_of, text_of
from .recognise import recognise, title_of
from .submission import Another, Cell, Submission


def as_submitted(
    given: list[dict[str, Any]], original: Any, released: Any, *, strict: bool, put_back: bool
) -> Submission:
    """Return the student's cells, with the gradebook's text where nobody may write.

    ``original`` are the gradebook's cells, ``released`` is what students got; ``given`` are plain
    cells. Raises ``Another`` where no cell is the assignment's, unless ``strict``.
    """
    notes: list[Note] = []
    known = {grade_id(cell): cell for cell in original["cells"]}
    seen = {grade_id(cell): text_of(cell) for cell in released["cells"] if grade_id(cell)}
    if not strict and (lost := recognise(given, _labelled(released, known))):
        notes.append(Note("labels-lost", values={"count": lost}))
    counts = _last(given, known)
    if known and not counts and not strict:
        raise Another(title_of(given))
    submission = Submission([], notes, there=set(counts.values()))
    for place, cell in enumerate(given):
        id_ = counts.get(place, "")
        if not id_:
            own = Cell("", cell["kind"], cell["source"], "extra", cell.get("attachments", {}))
            submission.cells.append(replace(own, skipped=cell["skipped"]))
            continue
        submission.cells.append(_cell(known[id_], cell, seen.get(id_)))
    if put_back:
        _put_back(submission, known, seen)
    return submission


def _labelled(released: Any, known: Iterable[str]) -> Any:
    """Return the released cells that the gradebook knows, too."""
    return {"cells": [cell for cell in released["cells"] if grade_id(cell) in known]}


def _last(given: list[dict[str, Any]], known: Iterable[str]) -> dict[int, str]:
    """By place: the label that counts there, which is a label's last place."""
    places = {cell["id"]: place for place, cell in enumerate(given) if cell["id"] in known}
    return {place: id_ for id_, place in places.items()}


def _cell(original: Any, given: dict[str, Any] | None, seen: str | None) -> Cell:
    """Return a cell of the assignment: the student's text where students write, else its own.

    A test has only what students see of it: what is run is elsewhere.
    """
    id_, role = grade_id(original), role_of(original)
    kind, source = original["cell_type"], text_of(original)
    if given and role in ("answer", "written"):
        attachments = given.get("attachments", {}) if kind == "markdown" else {}
        return Cell(id_, kind, given["source"], role, attachments)
    if role == "test" and seen is not None:
        source = seen
    # A test is run whatever its tags say: whoever sets them would have its points for nothing.
    skipped = role == "locked" and bool(given and given["skipped"])
    return Cell(id_, kind, source, role, skipped=skipped)


def _put_back(submission: Submission, known: dict[str, Any], seen: dict[str, str]) -> None:
    """Put what is missing after the cell that it came after."""
    before = ""
    for id_, cell in known.items():
        if id_ not in submission.there and role_of(cell) != "answer":
            places = [n for n, one in enumerate(submission.cells) if one.id == before and before]
            submission.cells.insert(
                places[0] + 1 if places else 0, _cell(cell, None, seen.get(id_))
            )
            submission.unsure.add(id_)
            submission.notes.append(Note("cell-put-back", id_))
            before = id_
        elif id_ in submission.there:
            before = id_
