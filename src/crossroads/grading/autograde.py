"""One submission, from what was submitted to marks: the part that any process can do.

``grade`` takes an assignment and a folder's content and gives a plain result; it writes nothing
and knows no gradebook.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

from ..questions import variants
from ..questions.answers import is_blank
from ..questions.outcome import Outcome
from . import option_texts, values
from .assignment import Assignment
from .execution import run_cells
from .marked_notebook import marked_notebook
from .misplaced_answers import as_released, left_open, look_elsewhere, untouched_cells
from .notes import FOR_TEACHERS, Note, say
from .results import Mark, Result
from .sandbox import Worker
from .scoring import Recorded, Test
from .submitted.as_submitted import as_submitted
from .submitted.python_source import literal, may_give, plain_line
from .submitted.submission import Held, Submission
from .submitted.submission_folder import raw, read

#: Marks that are remembered at once.
MOST_KNOWN = 5000


def digest_of(assignment: Assignment, folder: Path, expected: Any) -> tuple[str, str]:
    """Return hashes of what a result depends on, and of the files alone."""
    whole = hashlib.sha256(assignment.digest.encode() + json.dumps(expected).encode())
    given = hashlib.sha256()
    for part in raw(folder):
        own = hashlib.sha256(part).digest()
        whole.update(own)
        given.update(own)
    return whole.hexdigest(), given.hexdigest()


#: What was submitted of each notebook of an assignment, in order; or why it can't be marked.
Submissions = list[Submission | Note]


def grade(
    assignment: Assignment, student: str, folder: Path, expected: Any, worker: Worker
) -> Result:
    """Mark the submission in ``folder``. Raises ``WorkerLost`` if the sandbox itself ended."""
    return mark(assignment, student, read_all(assignment, folder), expected, worker)


def read_all(assignment: Assignment, folder: Path) -> Submissions:
    """Read what a submission's folder has of each of the assignment's notebooks."""
    found: Submissions = []
    names = [one.name for one in assignment.notebooks]
    for one in assignment.notebooks:
        others = {name for name in names if name != one.name}
        rebuilt = None if one.own else partial(_rebuilt, one)
        try:
            given = read(folder, one.released, rebuilt, others)
        except Held as reason:
            found.append(reason.note)
            continue
        # To nbgrader a notebook of another name is none.
        renamed = assignment.strict and any(n.code == "another-name" for n in given.notes)
        found.append(
            Note("no-notebook", values={"name": f"{one.name}.ipynb"}) if renamed else given
        )
    return found


def _rebuilt(assignment: Assignment, given: list[dict[str, Any]]) -> Submission:
    how = {"strict": assignment.strict, "put_back": assignment.put_back}
    return as_submitted(given, assignment.original, assignment.released, **how)


def mark(
    assignment: Assignment,
    student: str,
    submission: Submissions | Submission,
    expected: Any,
    worker: Worker,
) -> Result:
    """Mark a submission that was read. Raises ``WorkerLost`` if the sandbox itself ended."""
    given = submission if isinstance(submission, list) else [submission]
    if not assignment.several:
        (only,) = given
        if isinstance(only, Note):
            return Result(student, held=only)
        return _mark_notebook(assignment, student, only, expected, worker)
    missing = [isinstance(one, Note) and one.code == "no-notebook" for one in given]
    parts = {}
    for own, one, gone in zip(assignment.notebooks, given, missing, strict=True):
        if gone and not all(missing):
            parts[own.name] = not_submitted(own, student)
        elif isinstance(one, Note):
            about = {"name": f"{own.name}.ipynb", "why": one.data()}
            parts[own.name] = Result(student, held=Note("in-notebook", values=about))
        else:
            parts[own.name] = _mark_notebook(own, student, one, expected, worker)
    return Result.of_several(student, parts)


def not_submitted(assignment: Assignment, student: str) -> Result:
    """Return what becomes of a notebook that is missing where others are there.

    It earns nothing, as with nbgrader.
    """
    why = Note("notebook-missing", values={"name": f"{assignment.name}.ipynb"})
    marks = dict.fromkeys(assignment.points, Mark(0, say(why), "NotRun", notes=(why,)))
    return Result(student, marks=marks, notes=[why])


def _mark_notebook(
    assignment: Assignment, student: str, submission: Submission, expected: Any, worker: Worker
) -> Result:
    result = Result(student)
    if submission.submitted:
        result.submitted = submission.submitted.isoformat()
    result.pictures = submission.shown
    plain = _read_as_data(assignment, submission) if assignment.own else {}
    read = _only_there(assignment, submission, plain)
    outputs, told, why, result.stopped = run_cells(assignment, submission, read, expected, worker)
    result.notes = [*submission.notes, *([why] if why else [])]
    if expected and submission.values and submission.values != expected:
        result.notes.append(Note("values-of-another"))
    result.held = told.get("held")
    # What was read counts also where the process ended before it could be asked.
    read = {**{id_: v for id_, v in plain.items() if id_ not in told}, **read}
    if assignment.own:
        read |= _not_reached(assignment, submission, outputs, told)
    for id_ in assignment.points:
        result.marks[id_] = _mark(assignment, submission, id_, read, told, why, expected)
    result.notes += [n for m in result.marks.values() for n in m.notes if n.code in FOR_TEACHERS]
    if assignment.own:
        look_elsewhere(assignment, submission, result)
        result.untouched = left_open(assignment, submission, result)
    else:
        result.untouched = as_released(assignment, submission)
    result.notebook = marked_notebook(assignment, submission, outputs, result.marks)
    if result.held:
        result.marks = {}
    return result


def _read_as_data(assignment: Assignment, submission: Submission) -> dict[str, dict[str, Any]]:
    """By test: the answers that are a plain line, read without running anything."""
    sources = {cell.id: cell.source for cell in submission.cells if cell.role == "answer"}
    read: dict[str, dict[str, Any]] = {}
    mine = variants.variant(**submission.values)
    for id_, test in assignment.tests.items():
        names = [name for name in test.names if name != "mine"]
        if test.splits and len(names) == 1 and f"{id_}-answer" in sources:
            plain, value = literal(sources[f"{id_}-answer"], names[0])
            if plain:
                read[id_] = {names[0]: value, "mine": mine}
    return read


def _not_reached(
    assignment: Assignment,
    submission: Submission,
    outputs: dict[int, list[Any]],
    told: dict[str, Any],
) -> dict[str, dict[str, Any]]:
    """By test: plain answers that a cell has below the line with which it stopped.

    What a line before it asks for may not be here: a package, a drive, somebody who types.
    """
    found: dict[str, dict[str, Any]] = {}
    mine = variants.variant(**submission.values)
    for place, cell in enumerate(submission.cells):
        id_ = cell.id.removesuffix("-answer")
        test, said = assignment.tests.get(id_), told.get(id_)
        stopped = any(out["output_type"] == "error" for out in outputs.get(place, []))
        names = [name for name in test.names if name != "mine"] if test else []
        if cell.role != "answer" or not stopped or len(names) != 1 or not isinstance(said, dict):
            continue
        given = said.get("names")
        if isinstance(given, dict) and given.get(names[0]) is None:
            plain, value = plain_line(cell.source, names[0])
            if plain and not is_blank(value):
                found[id_] = {names[0]: value, "mine": mine}
    return found


def _only_there(
    assignment: Assignment, submission: Submission, read: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return those of the plain answers whose name no other cell may give another value."""
    others = [
        (cell.id, cell.source)
        for cell in submission.cells
        if cell.kind == "code" and cell.role in ("answer", "extra") and cell.source.strip()
    ]
    only = {}
    for id_, values_ in read.items():
        (name,) = values_.keys() - {"mine"}
        own = f"{id_}-answer"
        open_ = is_blank(values_[name])
        if not any(o != own and may_give(source, name, open_) for o, source in others):
            only[id_] = values_
    return only


def _mark(
    assignment: Assignment,
    submission: Submission,
    id_: str,
    read: dict[str, Any],
    told: dict[str, Any],
    why: Note | None,
    expected: Any,
) -> Mark:
    test = assignment.tests.get(id_)
    if test is None:
        return _by_hand(assignment, submission, id_)
    if not assignment.own and id_ not in submission.there and not assignment.put_back:
        return Mark(None, "")
    if not test.source.strip():
        return Mark(test.points, "")
    answer = read.get(id_) or told.get(id_)
    if isinstance(answer, Mark):
        return answer
    if not isinstance(answer, dict):
        notes = (Note("not-run"), *([why] if why else []))
        return Mark(0, " ".join(map(say, notes)), "NotRun", notes=notes)
    text = repr((id_, id_ in read, answer, submission.values, expected))
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    if key not in assignment.known:
        if len(assignment.known) >= MOST_KNOWN:
            assignment.known.clear()
        found = answer if id_ in read else _decoded(test, answer, submission)
        found = option_texts.as_letters(assignment, id_, found)
        assignment.known[key] = test.mark(found, expected)
    return assignment.known[key]


def _decoded(test: Test, answer: dict[str, Any], submission: Submission) -> dict[str, Any]:
    """Return a student's values by name, from what the sandbox sent of them."""
    found: dict[str, Any] = {"mine": variants.variant(**submission.values)}
    calls = answer.get("calls")
    names = answer.get("names")
    for name, data in names.items() if isinstance(names, dict) else ():
        try:
            value = values.decode(data)
        except ValueError:
            value = values.Opaque("unreadable")
        if isinstance(value, values.Function):
            value = Recorded(calls if isinstance(calls, list) else [])
        if name in test.names:
            found[name] = value
    return found


def _by_hand(assignment: Assignment, submission: Submission, id_: str) -> Mark:
    """Return a written answer that is still as it was released earns nothing; others wait."""
    if not assignment.own:
        return Mark(0 if id_ in as_released(assignment, submission) else None, "")
    if id_ in untouched_cells(assignment, submission) and id_ not in submission.unsure:
        return Mark(0, "No response.", outcome=Outcome("text", "unanswered"))
    return Mark(None, "")
