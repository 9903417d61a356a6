"""Answer cells that were left as they had been released, and what may be their answer elsewhere."""

from __future__ import annotations

from dataclasses import replace

from ..questions.answers import hint
from .assignment import Assignment
from .notes import Note, say
from .results import Mark, Result
from .submitted.nbgrader_cells import grade_id
from .submitted.python_source import names_given
from .submitted.submission import Cell, Submission

ELSEWHERE = Note("may-stand-elsewhere")


def look_elsewhere(assignment: Assignment, handed_in: Submission, result: Result) -> None:
    """Have a person look where an answer earns nothing, but another cell holds what may be it.

    That is so where its own line was left open, and the value was given below the test, or above
    the line, which took it away again. Where only the form of the line is wrong, what to type is
    said.
    """
    untouched = {*untouched_cells(assignment, handed_in)}
    places = {cell.id: place for place, cell in enumerate(handed_in.cells) if cell.id}
    for id_, test in assignment.tests.items():
        mark, own = result.marks.get(id_), f"{id_}-answer"
        if not mark or mark.points != 0 or own not in places:
            continue
        cell, names = handed_in.cells[places[own]], {*test.names} - {"mine"}
        open_ = own in untouched or not cell.source.strip()
        elsewhere = _elsewhere(handed_in, names)
        if open_ and elsewhere and not _counts(elsewhere, places[own], places[id_], cell):
            others = [handed_in.cells[place] for place in elsewhere[:3]]
            seen = "; ".join(" ".join(other.source.split())[:80] for other in others)
            result.notes.append(Note("answered-elsewhere", id_, {"seen": seen}))
            said = f"{mark.said}\n{say(ELSEWHERE)}"
            result.marks[id_] = Mark(None, said, outcome=mark.outcome, notes=(ELSEWHERE,))
        elif len(names) == 1 and (words := hint(cell.source, *names)):
            result.marks[id_] = replace(mark, said=f"{mark.said}\n{words}")


def _elsewhere(handed_in: Submission, names: set[str]) -> list[int]:
    """The places of the student's own cells that give one of some names a value."""
    return [
        place
        for place, cell in enumerate(handed_in.cells)
        if cell.role == "extra" and cell.kind == "code" and names & names_given(cell.source)
    ]


def _counts(elsewhere: list[int], line: int, test: int, cell: Cell) -> bool:
    """Whether a value that was given elsewhere is there when the test runs: the line that was left
    open takes one from above away, and an empty one doesn't."""
    above = not cell.source.strip() and any(place < line for place in elsewhere)
    return above or any(line < place < test for place in elsewhere)


def left_open(assignment: Assignment, handed_in: Submission, result: Result) -> list[str]:
    """Answer cells as they had been released, but for those whose answer counts from elsewhere."""
    places = {cell.id: place for place, cell in enumerate(handed_in.cells) if cell.id}
    left = []
    for own in untouched_cells(assignment, handed_in):
        id_ = own.removesuffix("-answer")
        mark, test = result.marks.get(id_), assignment.tests.get(id_)
        if mark and (mark.points is None or mark.points > 0):
            continue
        elsewhere = _elsewhere(handed_in, {*test.names} - {"mine"}) if test else []
        line = places[own]
        if not elsewhere or not _counts(
            elsewhere, line, places.get(id_, line), handed_in.cells[line]
        ):
            left.append(own)
    return left


def untouched_cells(assignment: Assignment, handed_in: Submission) -> list[str]:
    sources = {grade_id(cell): cell["source"] for cell in assignment.released["cells"]}
    own = [c for c in handed_in.cells if c.role in ("answer", "written")]
    return [cell.id for cell in own if cell.source.strip() == sources[cell.id].strip()]
