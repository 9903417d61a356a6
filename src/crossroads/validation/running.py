"""Run a notebook to find questions without a readable answer, and cells that fail."""

from __future__ import annotations

from typing import Any

from ..assignments import capstone
from ..feedback.items import state
from ..grading.assignment import Assignment
from ..grading.notes import say
from ..grading.results import Result
from ..grading.submitted.submission import Cell, Submission
from ..i18n import _, ngettext
from ..questions.hints import hint
from ..tables import load
from .problems import Problem, together, where

#: Seconds for one cell.
TIMEOUT = 60


def open_questions(assignment: Assignment, submission: Submission, result: Result) -> list[Problem]:
    """Return questions without an answer that can be read, and cells that fail, in order."""
    if result.held:
        return [Problem(_("The notebook"), say(result.held), "")]
    problems: list[Problem] = []
    unanswered: list[str] = []
    failed: set[str] = set()
    for place, cell in enumerate(submission.cells):
        question = cell.id.removesuffix("-answer")
        blank = {cell.id, f"{question}-answer"} & {*result.untouched}
        mark = result.marks.get(cell.id)
        if error := _error(result.notebook["cells"][place]) if not mark else None:
            failed.add(question)
            words = _hint(assignment, cell)
            said = (words, "") if words else _advice(error, graded=False)
            problems.append(Problem(where(cell.id), *said))
        if mark is None or question in failed:
            continue  # The answer's own cell says it already.
        how = state(mark.points, assignment.points[cell.id], mark.outcome, bool(blank))
        own = next((c for c in submission.cells if c.id == f"{question}-answer"), None)
        words = _hint(assignment, own) if own else ""
        if how == "unanswered" and words:
            problems.append(Problem(where(cell.id), words, ""))
        elif how == "unanswered":
            unanswered.append(cell.id)
        elif how == "waiting":
            problems += _waiting(assignment, submission, cell.id, cell.source)
        elif mark.error:
            problems.append(Problem(where(cell.id), *_advice((mark.error, mark.said))))
    if unanswered:
        do = _("A question without an answer earns nothing, so have a try.")
        problems.append(Problem(together(unanswered), _("no answer yet."), do))
    return problems


def _hint(assignment: Assignment, cell: Cell) -> str:
    """Return what to change in an answer's cell, where it's sure."""
    names = _names(assignment, cell.id)
    return hint(cell.source, names[0]) if len(names) == 1 else ""


def _names(assignment: Assignment, answer: str) -> list[str]:
    test = assignment.tests.get(answer.removesuffix("-answer"))
    return [name for name in test.names if name != "mine"] if test else []


def _waiting(
    assignment: Assignment, submission: Submission, id_: str, source: str
) -> list[Problem]:
    """Return what there is to say of an answer that a person will look at."""
    if id_ in assignment.tests:
        what = _("its own line has no answer yet, but another cell has one.")
        (name, *_more) = _names(assignment, id_) or [id_]
        do = _("Type the answer into its own line: {line}", line=f"{name} = ...")
        return [Problem(where(id_), what, do)]
    if id_ in submission.unsure and source.strip():
        what = _("its own cell is empty, but you wrote something elsewhere.")
        do = _("It will be shown to your instructor. To be sure, move it into the question's cell.")
        return [Problem(where(id_), what, do)]
    return _cited(source, where(id_))


def _cited(text: str, where: str) -> list[Problem]:
    known = list(load("claims")["id"])
    strange = [i for i in capstone.claims_in(text) if i not in known]
    do = _("Claims go from {first} to {last}: look the number up.", first=known[0], last=known[-1])
    return [Problem(where, _("{id} is not a claim of the article.", id=i), do) for i in strange]


def _error(cell: Any) -> tuple[str, str] | None:
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            return output["ename"], output["evalue"]
    return None


def _advice(error: tuple[str, str], graded: bool = True) -> tuple[str, str]:
    name, text = error
    text = " ".join(text.split())[:300]
    if name in ("NotYet", "NotRun"):
        # What the check under the answer says has what to type in it.
        return text, ""
    if name in ("CellTimeoutError", "KeyboardInterrupt"):
        what = ngettext(
            "its cell ran for more than {n} second.",
            "its cell ran for more than {n} seconds.",
            TIMEOUT,
        )
        return what, _("Look for a loop that never ends.")
    what = _("its cell stops with {name}: {text}.", name=name, text=text)
    if graded:
        return what, _("Run all cells from the top: does the answer's own cell work?")
    return what, _("Fix it, then choose Kernel, Restart Kernel and Run All Cells.")
