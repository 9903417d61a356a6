"""Answer cells that were left as they had been released, and what may be their answer elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

from ..questions import signs, steps, wording
from ..questions.answers import hint
from .assignment import Assignment
from .notes import Note, say
from .results import Mark, Result
from .submitted.nbgrader_cells import grade_id
from .submitted.python_source import names_given
from .submitted.submission import Cell, Submission

#: Letters of a text that may be an answer to a question with a line of Python.
MOST_WORDS = 200
ELSEWHERE = Note("may-stand-elsewhere")


def look_elsewhere(assignment: Assignment, submission: Submission, result: Result) -> None:
    """Have a person look where an answer earns nothing, but another cell holds what may be it.

    That is so where its own line was left open, and the value was given below the test, or above
    the line, which took it away again. Where only the form of the line is wrong, what to type is
    said.
    """
    untouched = {*untouched_cells(assignment, submission)}
    places = {cell.id: place for place, cell in enumerate(submission.cells) if cell.id}
    for id_, test in assignment.tests.items():
        mark, own = result.marks.get(id_), f"{id_}-answer"
        if not mark or mark.points != 0 or own not in places:
            continue
        cell, names = submission.cells[places[own]], {*test.names} - {"mine"}
        open_ = own in untouched or not cell.source.strip()
        elsewhere = _elsewhere(submission, names)
        others = [submission.cells[place].source for place in elsewhere]
        if _counts(elsewhere, places[own], places[id_], cell):
            others = []
        elif not others:
            others = _in_words(submission, id_, places, names)
        if open_ and others:
            seen = "; ".join(" ".join(source.split())[:80] for source in others[:3])
            result.notes.append(Note("answered-elsewhere", id_, {"seen": seen}))
            said = f"{mark.said}\n{say(ELSEWHERE)}"
            result.marks[id_] = Mark(None, said, outcome=mark.outcome, notes=(ELSEWHERE,))
        elif len(names) == 1 and (words := hint(cell.source, *names)):
            result.marks[id_] = replace(mark, said=f"{mark.said}\n{words}")


def _in_words(
    submission: Submission, id_: str, places: dict[str, int], names: set[str]
) -> list[str]:
    """Return what was typed as text into a question or below it, and reads like its answer."""
    stem = f"{id_}-stem"
    texts = [submission.typed.get(stem, "")]
    below = places[id_] + 1
    ours = [cell.id for cell in submission.cells[below:]]
    last = below + next((n for n, other in enumerate(ours) if other), len(ours))
    for cell in submission.cells[places.get(stem, places[id_]) : last]:
        texts += [cell.source] if cell.role == "extra" and cell.kind != "code" else []
    return [text for text in texts if any(_is_answer(text, name) for name in names)]


def _is_answer(text: str, name: str) -> bool:
    text = signs.plain(text).strip()
    letters = r"\W*\w(?:\W+\w)*\W*|[\W\d]*\d[\W\d]*"
    return 0 < len(text) <= MOST_WORDS and bool(
        re.search(rf"(?<!\w){re.escape(name)}\s*[:=]", text)
        or re.fullmatch(letters, text)
        or steps.take([wording.BEFORE], text)[0] != text
    )


def _elsewhere(submission: Submission, names: set[str]) -> list[int]:
    """Return the places of the student's own cells that give one of some names a value."""
    return [
        place
        for place, cell in enumerate(submission.cells)
        if cell.role == "extra" and cell.kind == "code" and names & names_given(cell.source)
    ]


def _counts(elsewhere: list[int], line: int, test: int, cell: Cell) -> bool:
    """Return whether a value that was given elsewhere is there when the test runs.

    The line that was left
    open takes one from above away, and an empty one doesn't."""
    above = not cell.source.strip() and any(place < line for place in elsewhere)
    return above or any(line < place < test for place in elsewhere)


def left_open(assignment: Assignment, submission: Submission, result: Result) -> list[str]:
    """Answer cells as they had been released, but for those whose answer counts from elsewhere."""
    places = {cell.id: place for place, cell in enumerate(submission.cells) if cell.id}
    left = []
    for own in untouched_cells(assignment, submission):
        id_ = own.removesuffix("-answer")
        mark, test = result.marks.get(id_), assignment.tests.get(id_)
        if mark and (mark.points is None or mark.points > 0):
            continue
        elsewhere = _elsewhere(submission, {*test.names} - {"mine"}) if test else []
        line = places[own]
        if not elsewhere or not _counts(
            elsewhere, line, places.get(id_, line), submission.cells[line]
        ):
            left.append(own)
    return left


def untouched_cells(assignment: Assignment, submission: Submission) -> list[str]:
    sources = {grade_id(cell): cell["source"] for cell in assignment.released["cells"]}
    own = [c for c in submission.cells if c.role in ("answer", "written")]
    return [cell.id for cell in own if cell.source.strip() == sources[cell.id].strip()]


def as_released(assignment: Assignment, submission: Submission) -> list[str]:
    """Return the cells for students' answers whose text is still the released one."""
    recorded = {grade_id(cell): cell["source"] for cell in assignment.original["cells"]}
    own = [c for c in submission.cells if c.role in ("answer", "written")]
    return [c.id for c in own if c.id not in submission.unsure and c.source == recorded[c.id]]
