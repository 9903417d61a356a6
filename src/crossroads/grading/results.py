"""What grading found, as data, and the files that keep it: ``grading/ASSIGNMENT/STUDENT.json``.

Each file is one JSON document, written whole, whose form ``static/schemas/result.json`` says. What
earlier versions wrote is understood as well. Everybody who reads results does it by this module.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..course import Course, checked_id, write_whole
from ..questions import old_messages
from ..questions.outcome import Outcome

#: What a document says that it is, and of which version.
SCHEMA, VERSION = "crossroads/result", 1


@dataclass(frozen=True)
class Mark:
    """What a cell awards, and why.

    ``points`` is ``None`` where a person marks; ``error`` is the name of what was raised. ``said``
    is for nbgrader's own pages, which know nothing but text; whoever shows a mark makes sentences
    of its ``outcome``, which only a teacher's own tests don't have.
    """

    points: float | None
    said: str
    error: str = ""
    outcome: Outcome | None = None

    def as_data(self) -> dict[str, Any]:
        """The mark in plain dictionaries and lists."""
        return vars(self) | {"outcome": self.outcome and self.outcome.data()}

    @staticmethod
    def of(data: Any) -> Mark:
        """The mark that ``as_data`` made this of."""
        outcome = data["outcome"]
        return Mark(**{**data, "outcome": None if outcome is None else Outcome.read(outcome)})


@dataclass
class Result:
    """What became of one submission."""

    student: str
    #: By cell id: points (``None``: a person marks), what is said, what was raised.
    marks: dict[str, Mark] = field(default_factory=dict)
    #: Why nothing was marked automatically; "" if it was.
    held: str = ""
    notes: list[str] = field(default_factory=list)
    #: Answer cells that were left as they had been released, where no other cell answers.
    untouched: list[str] = field(default_factory=list)
    notebook: dict[str, Any] = field(default_factory=dict)
    #: Pictures beside the notebook that its texts show, by their paths.
    pictures: list[str] = field(default_factory=list)
    #: The place in ``notebook`` of the cell in which its process ended early.
    stopped: int | None = None
    submitted: str = ""
    seconds: float = 0
    digest: str = ""
    #: What was handed in, by its hash; answers whose text changed since the last time.
    given: str = ""
    changed: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The result in plain dictionaries and lists."""
        return vars(self) | {"marks": {id_: mark.as_data() for id_, mark in self.marks.items()}}

    @staticmethod
    def of(data: Any) -> Result:
        """The result that ``as_data`` made this of. Raises ``ValueError`` for anything else."""
        try:
            marks = {id_: Mark.of(mark) for id_, mark in data["marks"].items()}
            return Result(**{**data, "marks": marks})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no result: {error}") from None

    def dumps(self) -> str:
        """The result as JSON."""
        return json.dumps(self.as_data())

    @staticmethod
    def loads(text: str) -> Result:
        """Read what ``dumps`` wrote. Raises ``ValueError`` for anything else."""
        return Result.of(json.loads(text))


@dataclass(frozen=True)
class Kept:
    """A result as it lies on disk: of which run it is, and if it's in the gradebook already."""

    result: Result
    run: str = ""
    recorded: bool = False

    def dumps(self) -> str:
        """The document."""
        head = {"schema": SCHEMA, "version": VERSION, "run": self.run, "recorded": self.recorded}
        return f"{json.dumps(head | self.result.as_data())}\n"

    @staticmethod
    def loads(text: str) -> Kept:
        """Read a document, of an earlier version too. Raises ``ValueError`` for anything else."""
        data = _upgraded(text)
        run, recorded = data.pop("run"), data.pop("recorded")
        return Kept(Result.of(data), str(run), recorded is True)


def _upgraded(text: str) -> dict[str, Any]:
    """A document's content without its head, in today's form."""
    try:
        data = json.loads(text)
    except ValueError:
        return _of_lines(text)
    if not isinstance(data, dict) or data.pop("schema", "") != SCHEMA:
        raise ValueError("no result")
    if (version := data.pop("version", None)) != VERSION:
        raise ValueError(f"a result of version {version}, which isn't known here")
    if not {"run", "recorded"} <= data.keys():
        raise ValueError("no result")
    return data


def _of_lines(text: str) -> dict[str, Any]:
    """What was written before documents had a version.

    A line of JSON that names the run, one that holds the result, and a word once that is recorded.
    """
    try:
        head, body, *more = text.splitlines()
        run, data = json.loads(head).get("run"), json.loads(body)
        cells = {_label(cell).get("grade_id"): cell for cell in data["notebook"].get("cells", [])}
        for id_, mark in data["marks"].items():
            mark["outcome"] = _of_message(mark, cells.get(id_))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no result: {error}") from None
    return {**data, "run": run, "recorded": more == ["recorded"]}


def _of_message(mark: dict[str, Any], test: Any) -> dict[str, Any] | None:
    """A mark's outcome from what its test said; what was asked stands in the test's cell."""
    if test is None or mark["error"] == "NotRun":
        return None
    kind, unit = old_messages.asked("".join(test["source"]))
    possible = float(_label(test).get("points") or 0)
    outcome = old_messages.read(mark["said"], mark["points"], possible, kind, unit)
    return outcome.data() if outcome else None


def _label(cell: Any) -> dict[str, Any]:
    label: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return label


# -- files -----------------------------------------------------------------------------------------


def path_of(course: Path, name: str, student: str) -> Path:
    """A student's result."""
    return Course(course).result(student, name)


def students(course: Path, name: str) -> list[str]:
    """The students with a result, sorted."""
    return sorted(Course(course).graded(name))


def read(course: Path, name: str, student: str) -> Kept | None:
    """What is kept of a student; ``None`` where there is nothing, or something damaged."""
    try:
        return Kept.loads(path_of(course, name, student).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def handed_in(course: Path, quiz: str, student: str) -> tuple[Any, str]:
    """A student's graded notebook, and why it is held if it is.

    From the result that was kept, else as stock nbgrader leaves it.
    """
    try:
        checked_id(student)
    except ValueError:  # no folder of that name is ours
        return {}, ""
    if kept := read(course, quiz, student):
        return kept.result.notebook, kept.result.held
    try:
        stock = Course(course).autograded(student, quiz) / f"{quiz}.ipynb"
        return json.loads(stock.read_text("utf-8")), ""
    except (OSError, ValueError):
        return {}, ""


def write(course: Path, name: str, kept: Kept) -> None:
    """Keep a student's result, whole or not at all."""
    write_whole(path_of(course, name, kept.result.student), kept.dumps())


def set_recorded(course: Path, name: str, student: str) -> None:
    """Note that a result is in the gradebook now."""
    if kept := read(course, name, student):
        write(course, name, replace(kept, recorded=True))


def migrate(course: Path, name: str, student: str) -> Kept | None:
    """``read``, and write an earlier version's document anew in today's form."""
    path = path_of(course, name, student)
    try:
        text = path.read_text("utf-8")
        kept = Kept.loads(text)
    except (OSError, ValueError):
        return None
    if len(text.splitlines()) > 1:
        write(course, name, kept)
    return kept
