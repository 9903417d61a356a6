"""Before handing in: is a graded notebook complete, undamaged, and does it run?

It is read, mended and run as grading does it, by the same functions; only the tests are those that
students see. What is found is said in plain words, with what to do. No key is needed for it, and
none is known.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..assignments import capstone
from ..course import RELEASES, Course
from ..grading.checksums import is_unchanged
from ..i18n import _, ngettext
from ..questions import variants
from ..questions.answers import hint

if TYPE_CHECKING:
    from ..grading.autograde import Assignment, Result
    from ..grading.submission import Submission

#: Seconds for one cell.
TIMEOUT = 60
_RUNNING = "CROSSROADS_READY"


@dataclass(frozen=True)
class Problem:
    """Something to mend before handing in: where, what, and what to do."""

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.do}".strip()


@dataclass
class Reading:
    """What became of a notebook: what there is to mend, and how each question was read."""

    problems: list[Problem] = field(default_factory=list)
    #: As grading would have it, but with the checks that students see; ``None``: it can't be read.
    result: Result | None = None
    #: Whether there was a copy of the quiz as it was handed out to compare it with.
    compared: bool = True


def ready(name: str) -> None:
    """Say whether the notebook ``name`` can be handed in, from within it. Save it first.

    Where no person sits before it (a notebook being graded or checked), nothing happens.
    """
    here = os.environ.get("JPY_SESSION_NAME", "") or _vs_code()
    if os.environ.get(_RUNNING) or not here:
        return
    path = Path(here)
    if path.suffix != ".ipynb":
        path = Path(f"{name}.ipynb")
    found = read(path, name)
    print(report(name, found.problems, compared=found.compared))


def check(path: Path, name: str) -> list[Problem]:
    """What there is to mend in the notebook file ``path`` of the assignment ``name``.

    Runs its cells in a kernel of its own, in its own folder. Nothing is written.
    """
    return read(path, name).problems


def read(path: Path, name: str) -> Reading:
    """Read, mend and run a notebook file as grading does it; see ``check``."""
    from ..grading import autograde, submission

    given, problems = load(path, name)
    if given is None:
        return Reading(problems)
    released = release_of(path, name, given)
    compared = released is not None
    try:
        assignment = _assignment(name, released or _as_it_is(given))
        handed_in = submission.rebuild(deepcopy(given), assignment.released)
        handed_in.files = dict(submission.files_in(path.parent, []))
        submission.attach(handed_in)
    except submission.Another as other:
        return Reading([*problems, _another(name, other.title)])
    except (submission.Held, ImportError) as why:
        return Reading([*problems, _unreadable(path.name, str(why))])
    problems += damage(given, assignment.released, handed_in, compared)
    problems += _unseen(handed_in)
    with _from_within():
        result = autograde.mark(assignment, "", handed_in, None, _kernel(path.parent))
    problems += open_questions(assignment, handed_in, result)
    return Reading(problems, result, compared)


def report(name: str, problems: list[Problem], *, compared: bool = True) -> str:
    """What ``check`` found, as a text for a student."""
    alone = _(
        "There is no copy here of the quiz as it was handed out. It was compared only with what "
        "it says of itself, so a cell that is missing may not have been noticed."
    )
    more = [] if compared else [alone]
    if not problems:
        fine = _(
            "{name} is ready: every question has an answer that can be read, and the notebook "
            "runs from top to bottom. Whether the answers are right isn't checked here.",
            name=name,
        )
        return "\n".join([fine, *more])
    head = ngettext(
        "One thing to look at in {name}:",
        "{n} things to look at in {name}:",
        len(problems),
        name=name,
    )
    return "\n".join([head, *(f"- {p}" for p in problems), *more])


def load(path: Path, name: str) -> tuple[list[dict[str, Any]] | None, list[Problem]]:
    """The cells in a file, or ``None``, and what is wrong with the file as such."""
    from ..grading import submission

    file = path.name
    if not path.is_file():
        others = sorted(p.name for p in path.parent.glob("*.ipynb"))
        seen = _("In its folder are: {files}.", files=", ".join(others)) if others else ""
        what = f"{_('there is no such file.')} {seen}".strip()
        do = _("Save your notebook as {name}.ipynb.", name=name)
        return None, [Problem(file, what, do)]
    try:
        given = submission.cells_of(path.read_bytes(), [])
    except (submission.Held, OSError) as why:
        return None, [_unreadable(file, str(why))]
    if path.stem != name:
        do = _(
            "Rename it to {name}.ipynb: under another name it isn't found when grading.", name=name
        )
        what = _("the notebook's name should be {name}.ipynb.", name=name)
        return given, [Problem(file, what, do)]
    return given, []


def _unreadable(file: str, reason: str) -> Problem:
    do = _("Close it without saving, get the notebook anew, and put your answers into that.")
    what = _("it can't be read as a notebook ({reason}).", reason=reason.rstrip(".")[:120])
    return Problem(file, what, do)


def _another(name: str, title: str) -> Problem:
    what = _("it has other questions than {name}; its title is {title}.", name=name, title=title)
    do = _("Was another notebook saved under this name? Look which file holds your answers.")
    return Problem(_("The notebook"), what, do)


# -- the quiz as it was handed out -----------------------------------------------------------------


def release_of(path: Path, name: str, given: list[dict[str, Any]]) -> Any:
    """The quiz as it was handed out, or ``None`` where there is no copy of it here.

    That is the copy that came with the student's, the course directory's own release, or the one
    in the package, unless the notebook's labels are those of another edition of it.
    """
    from ..grading import submission

    near = [path.parent / f".{name}.release.json"]
    for course in path.resolve().parents[2:3]:
        near.append(Course(course).handed_out(name))
        near.append(Course(course).released(name))
    for place in near:
        # What is handed in may lie where a course keeps the release: it's no copy of itself.
        if place != path.resolve() and (found := _notebook(place)) is not None:
            return found
    found = _notebook(RELEASES / f"{name}.json")
    if found is None or not _is_of_another(given, found):
        return found
    # Another quiz of this course under this one's name isn't an edition of it.
    others = [_notebook(place) for place in RELEASES.glob("*.json") if place.stem != name]
    mistaken = any(not submission.is_another(given, other) for other in others)
    return found if mistaken and submission.is_another(given, found) else None


def _notebook(path: Path) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
        return found if isinstance(found["cells"], list) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_of_another(given: list[dict[str, Any]], released: Any) -> bool:
    """Whether locked cells that are as they were handed out aren't the release's."""
    sums = {label.get("checksum") for label in map(_label, released["cells"])}
    return any(_is_as_handed_out(cell) and cell["label"]["checksum"] not in sums for cell in given)


def _is_as_handed_out(cell: dict[str, Any]) -> bool:
    """Whether a locked cell fits the sum that nbgrader made of it."""
    return bool(cell["label"].get("locked")) and is_unchanged(cell)


def _as_it_is(given: list[dict[str, Any]]) -> dict[str, Any]:
    """What can be told of a quiz by a student's copy alone: the cells that are as handed out.

    Of answers that were changed it isn't known what stood there.
    """
    cells, seen = [], {""}
    for cell in given:
        label = cell["label"]
        free = bool(label.get("solution"))
        if cell["draws"]:
            cells.append({"cell_type": "code", "id": "", "source": cell["source"]})
            cells[-1]["metadata"] = {"crossroads": {"draw": {}}}
            continue
        if cell["id"] in seen or not (free or _is_as_handed_out(cell)):
            continue
        seen.add(cell["id"])
        source = cell["source"] if is_unchanged(cell) or not free else ""
        cells.append({"cell_type": cell["kind"], "id": cell["id"], "source": source})
        cells[-1]["metadata"] = {"nbgrader": label}
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _assignment(name: str, released: Any) -> Assignment:
    """An assignment whose tests are what students see of them."""
    from ..grading import autograde

    text = json.dumps(released)
    return autograde.load(autograde.Parts(name, text, text, {}))


def _label(cell: Any) -> dict[str, Any]:
    label: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return label


# -- what differs from it --------------------------------------------------------------------------


def damage(
    given: list[dict[str, Any]], released: Any, handed_in: Submission, compared: bool = True
) -> list[Problem]:
    """Cells that are missing, doubled or changed though they are locked."""
    from ..grading import submission

    again = _("Get the notebook anew, and put your answers into that.")
    found = deepcopy(given)
    problems = []
    if lost := submission.recognise(found, released):
        what = ngettext(
            "another program has taken away the label of {n} cell.",
            "another program has taken away the labels of {n} cells.",
            lost,
        )
        do = _("Answers are looked for by name and by what stands around them.")
        problems.append(Problem(_("The notebook"), what, f"{do} {again}"))
    elif not any(cell["id"] for cell in given):
        what = _(
            "this isn't the quiz as it was handed out, or another program has taken away the "
            "labels of its cells. Answers are looked for by name and by what stands around them."
        )
        return [Problem(_("The notebook"), what, again)]
    cells: dict[str, list[dict[str, Any]]] = {}
    for cell in found:
        cells.setdefault(cell["id"], []).append(cell)
    texts = {str(_label(c).get("grade_id")): c for c in released["cells"] if _label(c)}
    read_as = {cell.id: cell.source for cell in handed_in.cells}
    problems += [
        Problem(_where(id_), _("a cell of it is gone."), again)
        for id_, cell in texts.items()
        # Answers that have lost their label are found by what they define.
        if id_ not in cells and not (lost and read_as.get(id_, "") != "".join(cell["source"]))
    ]
    for id_, copies in cells.items():
        if id_ and len(copies) > 1:
            do = _("Delete the copy (Edit, Delete Cells), or add a new cell for your notes.")
            problems.append(Problem(_where(id_), _("one of its cells is there twice."), do))
        if _is_changed(copies[0], texts.get(id_), compared):
            do = _("Undo the change, or get the notebook anew. It will be put back when grading.")
            what = _("a cell that isn't yours to change differs.")
            problems.append(Problem(_where(id_), what, do))
    space = variants.space_of(released)
    if any(handed_in.values.get(name) not in choices for name, choices in space.items()):
        what = _("the line mine = ... was changed.")
        problems.append(Problem(_("Your own values"), what, again))
    return problems


def _is_changed(cell: dict[str, Any], released: Any, compared: bool) -> bool:
    """Whether a cell differs that isn't the student's; without a release, by its own sum."""
    if not compared:
        return bool(cell["label"].get("locked")) and not is_unchanged(cell)
    if released is None or _label(released).get("solution"):
        return False
    as_given = "".join(released["source"]).rstrip()
    return bool(cell["source"].rstrip() != as_given)


def _unseen(handed_in: Submission) -> list[Problem]:
    """Pictures that a text names, and that nobody else would see."""
    do = _(
        "Paste the picture into the cell, or hand in its file (PNG, JPEG, GIF or WebP) beside the "
        "notebook."
    )
    return [
        Problem(_("The picture {name}", name=repr(name[:80])), _("it can't be shown."), do)
        for name in handed_in.unseen
    ]


# -- how it was read -------------------------------------------------------------------------------


def _kernel(folder: Path) -> Any:
    from ..grading.sandbox import Limits
    from .kernel import OwnKernel

    return OwnKernel(Limits(sandboxed=False, cell=TIMEOUT), folder)


@contextmanager
def _from_within() -> Iterator[None]:
    """Let the notebook's last cell, which checks it, do nothing while it's checked."""
    before = os.environ.get(_RUNNING)
    os.environ[_RUNNING] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_RUNNING]


def open_questions(assignment: Assignment, handed_in: Submission, result: Result) -> list[Problem]:
    """Questions without an answer that can be read, and cells that fail, in order."""
    from ..feedback.items import state

    if result.held:
        return [Problem(_("The notebook"), result.held, "")]
    problems: list[Problem] = []
    unanswered: list[str] = []
    failed: set[str] = set()
    for place, cell in enumerate(handed_in.cells):
        question = cell.id.removesuffix("-answer")
        blank = {cell.id, f"{question}-answer"} & {*result.untouched}
        mark = result.marks.get(cell.id)
        if error := _error(result.notebook["cells"][place]) if not mark else None:
            failed.add(question)
            names = _names(assignment, cell.id)
            words = hint(cell.source, names[0]) if len(names) == 1 else ""
            said = (words, "") if words else _advice(error, graded=False)
            problems.append(Problem(_where(cell.id), *said))
        if mark is None or question in failed:
            continue  # The answer's own cell says it already.
        how = state(mark.points, assignment.points[cell.id], mark.said, bool(blank))
        if how == "unanswered":
            unanswered.append(cell.id)
        elif how == "waiting":
            problems += _waiting(assignment, handed_in, cell.id, cell.source)
        elif mark.error:
            problems.append(Problem(_where(cell.id), *_advice((mark.error, mark.said))))
    if unanswered:
        do = _("An open question earns nothing, so have a try.")
        problems.append(Problem(_together(unanswered), _("no answer yet."), do))
    return problems


def _names(assignment: Assignment, answer: str) -> list[str]:
    test = assignment.tests.get(answer.removesuffix("-answer"))
    return [name for name in test.names if name != "mine"] if test else []


def _waiting(assignment: Assignment, handed_in: Submission, id_: str, source: str) -> list[Problem]:
    """What there is to say of an answer that a person will look at."""
    if id_ in assignment.tests:
        what = _("its line is still open, but another cell has an answer.")
        (name, *_more) = _names(assignment, id_) or [id_]
        do = _("Type the answer into its own line: {line}", line=f"{name} = ...")
        return [Problem(_where(id_), what, do)]
    if id_ in handed_in.unsure and source.strip():
        what = _("nothing stands in its own cell, but you wrote something elsewhere.")
        do = _("It will be shown to your instructor. To be sure, move it into the question's cell.")
        return [Problem(_where(id_), what, do)]
    return _cited(source, _where(id_))


def _cited(text: str, where: str) -> list[Problem]:
    from ..tables import load

    known = list(load("claims")["id"])
    strange = [i for i in capstone.claims_in(text) if i not in known]
    do = _("Claims go from {first} to {last}: look the number up.", first=known[0], last=known[-1])
    return [Problem(where, _("{id} is no claim of the article.", id=i), do) for i in strange]


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
        return what, _("Look for a loop without an end.")
    what = _("its cell stops with {name}: {text}.", name=name, text=text)
    if graded:
        return what, _("Run all cells from the top: does the answer's own cell work?")
    return what, _("Mend it, then choose Kernel, Restart Kernel and Run All Cells.")


def _where(id_: str) -> str:
    """How a student would name a cell."""
    question = re.match(r"q(\d+)\b", id_)
    if question:
        return _("Question {number}", number=question[1])
    return _("The cell {id}", id=repr(id_)) if id_ else _("A cell")


def _together(ids: list[str]) -> str:
    """``Questions 1, 2`` for several, and what isn't a question by itself."""
    numbers = [found[1] for id_ in ids if (found := re.match(r"q(\d+)\b", id_))]
    if len(numbers) < 2:
        return ", ".join(map(_where, ids))
    rest = [_where(id_) for id_ in ids if not re.match(r"q\d+\b", id_)]
    return ", ".join([_("Questions {numbers}", numbers=", ".join(numbers)), *rest])


def _vs_code() -> str:
    """VS Code tells a notebook's path in a variable of the notebook's own."""
    main = sys.modules.get("__main__")
    return str(getattr(main, "__vsc_ipynb_file__", ""))
