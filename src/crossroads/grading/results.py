"""Grading results as data, and the files that keep them: ``grading/ASSIGNMENT/STUDENT.json``.

Each file is one JSON document, written whole, whose form ``static/schemas/result.json`` says. What
earlier versions wrote is understood as well. Everybody who reads results does it by this module.
Which of them are in the gradebook stands beside them, by their hashes: so that recording a class
needn't read and write every document again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..course import Course, checked_id, write_whole
from ..questions import old_messages
from ..questions.outcome import Outcome
from .notes import Note, said
from .submitted.nbgrader_cells import merged

#: What a document says that it is, and of which version.
SCHEMA, VERSION = "crossroads/result", 2


@dataclass(frozen=True)
class Mark:
    """A cell's points, and why.

    ``points`` is ``None`` where a person marks; ``error`` is the name of what was raised. ``said``
    is for nbgrader's own pages, which know nothing but text; whoever shows a mark makes sentences
    of its ``outcome``, which only a teacher's own tests don't have, and of its ``notes``.
    """

    points: float | None
    said: str
    error: str = ""
    outcome: Outcome | None = None
    #: How it came to be marked like this, where that isn't as usual.
    notes: tuple[Note, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the mark in plain dictionaries and lists."""
        notes = [note.data() for note in self.notes]
        return vars(self) | {"outcome": self.outcome and self.outcome.data(), "notes": notes}

    @staticmethod
    def of(data: Any) -> Mark:
        """Return the mark that ``as_data`` made this of."""
        outcome, notes = data["outcome"], tuple(map(Note.read, data["notes"]))
        own = {"outcome": None if outcome is None else Outcome.read(outcome), "notes": notes}
        return Mark(**{**data, **own})


@dataclass
class Result:
    """The result of grading one submission."""

    student: str
    #: By cell id: points (``None``: a person marks), what is said, what was raised.
    marks: dict[str, Mark] = field(default_factory=dict)
    #: Why nothing was marked automatically; ``None`` if it was.
    held: Note | None = None
    notes: list[Note] = field(default_factory=list)
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
    #: What was submitted, by its hash; answers whose text changed since the last time.
    given: str = ""
    changed: list[str] = field(default_factory=list)
    #: Of an assignment with several notebooks: what became of each, by name. Cells' ids are
    #: ``NOTEBOOK/CELL`` in all that is said of the whole, which ``of_several`` makes of these.
    parts: dict[str, Result] = field(default_factory=dict)

    @property
    def notebooks(self) -> dict[str, dict[str, Any]]:
        """The notebooks as they were run and marked, by name: "" for an assignment's only one."""
        return {name: part.notebook for name, part in self.parts.items()} or {"": self.notebook}

    @property
    def merged(self) -> dict[str, Any]:
        """All notebooks as one, whose cells have the ids by which the whole's marks speak."""
        return merged(self.notebooks, several=bool(self.parts))

    def forget_notebooks(self) -> None:
        """Let go of the notebooks: a class's wouldn't fit in memory."""
        self.notebook = {}
        for part in self.parts.values():
            part.notebook, part.marks = {}, {}

    @staticmethod
    def of_several(student: str, parts: dict[str, Result]) -> Result:
        """Return the result of a submission with several notebooks.

        It is held as a whole where one notebook is.
        """
        held = next((part.held for part in parts.values() if part.held), None)
        whole = Result(student, held=held, parts=parts)
        for name, part in parts.items():
            if not held:
                whole.marks |= {f"{name}/{id_}": mark for id_, mark in part.marks.items()}
            whole.notes += [replace(n, item=n.item and f"{name}/{n.item}") for n in part.notes]
            whole.untouched += [f"{name}/{id_}" for id_ in part.untouched]
            whole.pictures += [one for one in part.pictures if one not in whole.pictures]
            whole.submitted = whole.submitted or part.submitted
        whole.notes = list(dict.fromkeys(whole.notes))
        return whole

    def as_data(self) -> dict[str, Any]:
        """Return the result in plain dictionaries and lists."""
        data = vars(self) | {
            "marks": {id_: mark.as_data() for id_, mark in self.marks.items()},
            "held": self.held and self.held.data(),
            "notes": [note.data() for note in self.notes],
        }
        parts = data.pop("parts")
        if parts:
            data |= {"marks": {}, "notes": [], "untouched": [], "pictures": []}
            data["parts"] = {name: part.as_data() for name, part in parts.items()}
        return data

    @staticmethod
    def of(data: Any) -> Result:
        """Return the result that ``as_data`` made this of.

        Raises ``ValueError`` for anything else.
        """
        try:
            marks = {id_: Mark.of(mark) for id_, mark in data["marks"].items()}
            held = None if data["held"] is None else Note.read(data["held"])
            notes = [*map(Note.read, data["notes"])]
            made = Result(**{**data, "marks": marks, "held": held, "notes": notes, "parts": {}})
            if not (parts := data.get("parts")):
                return made
            whole = Result.of_several(
                made.student, {name: Result.of(part) for name, part in parts.items()}
            )
            for name in ("held", "submitted", "seconds", "digest", "given", "changed"):
                setattr(whole, name, getattr(made, name))
            return whole
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no result: {error}") from None

    def dumps(self) -> str:
        """Return the result as JSON."""
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

    @property
    def key(self) -> str:
        """A hash of this one grading: whose, of which run, of what, and how long it took."""
        own = self.result
        about = json.dumps([own.student, self.run, own.digest, own.seconds])
        return hashlib.sha256(about.encode()).hexdigest()

    def dumps(self) -> str:
        """Return the document; if it's recorded stands elsewhere."""
        head = {"schema": SCHEMA, "version": VERSION, "run": self.run}
        return f"{json.dumps(head | self.result.as_data())}\n"

    @staticmethod
    def loads(text: str) -> Kept:
        """Read a document, of an earlier version too. Raises ``ValueError`` for anything else.

        Only a document of an earlier version says by itself whether it is recorded.
        """
        return _read(text)[0]


# -- earlier versions ------------------------------------------------------------------------------


def _read(text: str) -> tuple[Kept, bool]:
    """Return a document, and whether it's an earlier version's.

    Raises ``ValueError`` for anything else.
    """
    version, data = _upgraded(text)
    run, recorded = data.pop("run"), data.pop("recorded", False)
    return Kept(Result.of(data), str(run), recorded is True), version != VERSION


def _upgraded(text: str) -> tuple[int, dict[str, Any]]:
    """Return a document's version, and its content in today's form."""
    try:
        data = json.loads(text)
    except ValueError:
        return 0, _with_notes(_of_lines(text))
    if not isinstance(data, dict) or data.pop("schema", "") != SCHEMA:
        raise ValueError("no result")
    version = data.pop("version", None)
    if "run" not in data or (version == 1) != ("recorded" in data):
        raise ValueError("no result")
    if version == 1:
        return 1, _with_notes(data)
    if version != VERSION:
        raise ValueError(f"a result of version {version}, which isn't known here")
    return VERSION, data


def _with_notes(data: dict[str, Any]) -> dict[str, Any]:
    """Return a document of version 1, whose notes were sentences: they stay what they are."""
    try:
        held, notes = data["held"], [said(text).data() for text in data["notes"]]
        marks = {id_: {**mark, "notes": _notes_of(mark)} for id_, mark in data["marks"].items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no result: {error}") from None
    return {**data, "held": said(held).data() if held else None, "notes": notes, "marks": marks}


def _notes_of(mark: dict[str, Any]) -> list[dict[str, Any]]:
    if mark["error"] == "NotRun":
        return [said(mark["said"]).data()]
    if mark["points"] is None and mark["outcome"]:
        return [Note("may-stand-elsewhere").data()]
    return []


def _of_lines(text: str) -> dict[str, Any]:
    """Return what was written before documents had a version.

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
    """Return a mark's outcome from what its test said; what was asked stands in the test's cell."""
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
    """Return a student's result."""
    return Course(course).result(student, name)


def students(course: Path, name: str) -> list[str]:
    """Return the students with a result, sorted."""
    return sorted(Course(course).graded(name))


def read(course: Path, name: str, student: str) -> Kept | None:
    """Return what is kept of a student; ``None`` where there is nothing, or something damaged."""
    found = _found(course, name, student)
    return found[0] if found else None


def _found(course: Path, name: str, student: str) -> tuple[Kept, bool] | None:
    """Return what is kept of a student, and whether an earlier version wrote it."""
    try:
        kept, earlier = _read(path_of(course, name, student).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return replace(kept, recorded=kept.recorded or _is_recorded(course, name, kept)), earlier


def submitted_notebook(course: Path, quiz: str, student: str) -> tuple[Any, Note | None]:
    """Return a student's graded notebook, and why it is held if it is.

    It comes from the result that was kept, or else from what stock nbgrader leaves.
    """
    try:
        checked_id(student)
    except ValueError:  # no folder of that name is ours
        return {}, None
    if kept := read(course, quiz, student):
        return kept.result.merged, kept.result.held
    return _merged_in(Course(course), quiz, Course(course).autograded(student, quiz)), None


def released(course: Path, quiz: str) -> dict[str, Any]:
    """Return an assignment's released notebooks as one (``merged``).

    It is empty where they can't be read.
    """
    return _merged_in(Course(course), quiz, Course(course).release(quiz))


def _merged_in(course: Course, quiz: str, folder: Path) -> dict[str, Any]:
    names = [*course.released_notebooks(quiz)] or [quiz]
    paths = [path for name in names if (path := folder / f"{name}.ipynb").is_file()]
    try:
        notebooks = {path.stem: json.loads(path.read_text("utf-8")) for path in paths}
        return merged(notebooks, several=len(names) > 1)
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {}


def write(course: Path, name: str, kept: Kept) -> None:
    """Keep a student's result, whole or not at all."""
    write_whole(path_of(course, name, kept.result.student), kept.dumps())


def set_recorded(course: Path, name: str, kept: Iterable[Kept]) -> None:
    """Note that results are in the gradebook now.

    One that is written anew has another hash, so it isn't; neither is one whose line was cut off:
    it's recorded once more, which changes nothing.
    """
    path = Course(course).recorded(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write("".join(f"{one.key}\n" for one in kept))


def _is_recorded(course: Path, name: str, kept: Kept) -> bool:
    try:
        return kept.key in Course(course).recorded(name).read_text("ascii", "replace")
    except OSError:
        return False


def migrate(course: Path, name: str, student: str) -> Kept | None:
    """``read``, and write an earlier version's document anew in today's form."""
    found = _found(course, name, student)
    if found is None:
        return None
    kept, earlier = found
    if earlier:
        if kept.recorded:  # first: should it end between the two, the old one says so still
            set_recorded(course, name, [kept])
        write(course, name, kept)
    return kept
