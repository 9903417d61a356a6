"""Marking one's own quiz, and keeping every attempt: ``study/QUIZ/NUMBER.json``, and a page."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import course as course_
from ..course import Course, quiz_forms
from ..feedback.items import state
from ..files import encodable
from ..grading.notes import Note, said, say
from ..grading.submitted.nbgrader_cells import grade_id, text_of
from ..i18n import N_, _
from ..lessons import renumbered
from ..lessons.progress import put_aside, record
from ..questions import kinds, variants
from ..questions.hints import hint
from ..questions.outcome import Outcome

if TYPE_CHECKING:
    from ..grading.assignment import Assignment
    from ..grading.results import Mark, Result

NO_SOURCES = N_(
    "quizzes can't be marked here: their sources, which hold the answer keys, come only with the "
    "course's own folder (its git repository). Run crossroads study there. Lessons, self-checks "
    "and the review of self-checks do work in this installation."
)
SANDBOX, NO_SANDBOX = Note("in-sandbox"), Note("without-sandbox")
STATES = ("right", "partly", "wrong", "unanswered", "waiting")
#: What a document says that it is, and of which version; ``static/schemas/attempt.json`` is its
#: form.
SCHEMA, VERSION = "crossroads/attempt", 2


@dataclass(frozen=True)
class Question:
    """One question of an attempt.

    ``state`` is one of ``STATES``; waiting: written, for a person to mark. ``by_hand``: only a
    person can mark it at all. ``outcome`` is what became of the answer, and ``notes`` what else
    there is to be said of it; ``pages`` makes the sentences.
    """

    id: str
    state: str
    points: float
    possible: float
    by_hand: bool = False
    outcome: Outcome | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """A quiz as it was marked once; ``when`` is a time with its zone, as ISO 8601 has it.

    ``values`` are those of the copy, by name, where it was drawn with some.
    """

    quiz: str
    number: int
    when: str
    questions: tuple[Question, ...]
    notes: tuple[Note, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def points(self) -> float:
        return sum(q.points for q in self.questions)

    @property
    def possible(self) -> float:
        """The points that the computer can award."""
        return sum(q.possible for q in self.questions if not q.by_hand)

    @property
    def by_hand(self) -> float:
        """Points that only a reader could award."""
        return sum(q.possible for q in self.questions if q.by_hand)

    @property
    def blank(self) -> list[str]:
        """The questions without an answer."""
        return [q.id for q in self.questions if q.state == "unanswered"]

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.when).astimezone().date()


def sources(course: Path) -> dict[str, Path]:
    """Return the source assignments by name.

    There are none in, for example, a student's installation.

    They come in their usual order: quizzes by number, then what comes after them. Another form of
    a quiz is among them where the learner has asked for it.
    """
    try:
        found = course_.sources(course)
    except FileNotFoundError:
        return {}
    own = Course(course)
    found = {
        name: folder
        for name, folder in found.items()
        if quiz_forms.letter(name, found) == "A" or own.quiz(name).is_file()
    }
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == "capstone", pair[0])))


def folder(course: Path, quiz: str) -> Path:
    """Return where a quiz's attempts are kept."""
    return Course(course).attempts(quiz)


def grade(course: Path, quiz: str, today: date | None = None) -> Attempt:
    """Mark the learner's copy of a quiz as it is saved, and keep the attempt.

    Each question that was missed is a card of the review from then on. Raises ``ValueError`` with
    what to do where it can't be marked.
    """
    # For start-up speed: a study notebook shows its quizzes without marking any.
    from ..grading import autograde
    from ..grading.assignment import load_assignment, parts_of
    from ..grading.sandbox import WorkerLost

    course = course.resolve()
    _bring_over(course, quiz)
    known = sources(course)
    if not known:
        raise ValueError(_(NO_SOURCES))
    if quiz not in known:
        there = _(
            "there is no quiz {quiz}; there are {quizzes}",
            quiz=repr(quiz),
            quizzes=", ".join(known),
        )
        raise ValueError(there)
    path = Course(course).quiz(quiz)
    if not path.is_file():
        raise ValueError(
            _("your copy isn't there: {path}. Run crossroads study to make a new one.", path=path)
        )
    with tempfile.TemporaryDirectory() as workshop:
        released = course_.release(known[quiz], Path(workshop))
        assignment = load_assignment(parts_of(known[quiz], released))
    worker, where = _worker(course, known[quiz])
    with worker:
        try:
            expected = _drawn(path, assignment.released)
            result = autograde.grade(assignment, "you", path.parent, expected, worker)
        except WorkerLost as lost:
            raise ValueError(_("{quiz} wasn't marked: {reason}", quiz=quiz, reason=lost)) from None
    if result.held:
        raise ValueError(_("{quiz} wasn't marked: {reason}", quiz=quiz, reason=say(result.held)))
    blank = {id_.removesuffix("-answer") for id_ in result.untouched}
    questions = tuple(
        _question(id_, mark, assignment, id_ in blank, _typed(result, id_))
        for id_, mark in result.marks.items()
    )
    attempt = Attempt(
        quiz,
        _next_number(course, quiz),
        datetime.now(UTC).isoformat(timespec="seconds"),
        questions,
        (*result.notes, where),
        expected or {},
    )
    target = folder(course, quiz) / f"{attempt.number}.json"
    course_.write_whole(target, dumps(attempt))
    for question in questions:
        if question.state in ("right", "partly", "wrong"):
            record(f"{quiz}/{question.id}", question.state, None, today)
    return attempt


def kept(course: Path, quiz: str) -> list[Attempt]:
    """Return a quiz's attempts, the first first; a damaged file is put aside, with a warning."""
    _bring_over(course, quiz)
    found = []
    for path in folder(course, quiz).glob("*.json"):
        if not path.stem.isdigit():
            continue
        try:
            attempt, earlier = _read(path.read_text("utf-8"))
        except ValueError:
            put_aside(path)
            continue
        if attempt.quiz != quiz:
            continue
        found.append(attempt)
        if earlier:
            course_.write_whole(path, dumps(attempt))
    return sorted(found, key=lambda attempt: attempt.number)


def _bring_over(course: Path, quiz: str) -> None:
    """Put attempts at a quiz that has another number now where they belong.

    The old file goes last, so that nothing is lost on the way.
    """
    for old, new in renumbered.quizzes().items():
        if quiz not in (old, new):
            continue
        for path in sorted(folder(course, old).glob("[0-9]*.json")):
            try:
                attempt = loads(path.read_text("utf-8"))
            except (ValueError, TypeError, KeyError):
                continue  # for who reads them all to put aside
            if attempt.quiz != new:
                continue
            place = folder(course, new) / path.name
            if place.exists() and place.read_text("utf-8") != dumps(attempt):
                attempt = replace(attempt, number=_next_number(course, new))
                place = place.with_stem(str(attempt.number))
            course_.write_whole(place, dumps(attempt))
            if (page := path.with_suffix(".html")).is_file():
                page.rename(place.with_suffix(".html"))
            path.unlink()


def best(attempts: list[Attempt]) -> Attempt:
    """Return the attempt with the most points, the latest of equals."""
    return max(attempts, key=lambda attempt: (attempt.points, attempt.number))


def dumps(attempt: Attempt) -> str:
    """Return an attempt's document."""
    questions = [
        vars(question)
        | {
            "outcome": question.outcome and question.outcome.data(),
            "notes": [note.data() for note in question.notes],
        }
        for question in attempt.questions
    ]
    own = {"questions": questions, "notes": [note.data() for note in attempt.notes]}
    head = {"schema": SCHEMA, "version": VERSION}
    return encodable(json.dumps(head | vars(attempt) | own, indent=1, ensure_ascii=False))


def loads(text: str) -> Attempt:
    """Read an attempt's document, of an earlier version too.

    Raises ``ValueError`` for anything else.
    """
    return _read(text)[0]


def _read(text: str) -> tuple[Attempt, bool]:
    """Return an attempt's document, and whether it's an earlier version's."""
    try:
        data = json.loads(text)
        # Before it had a version, it was the first without saying so.
        schema, version = data.pop("schema", SCHEMA), data.pop("version", 1)
        if schema != SCHEMA or version not in (1, VERSION):
            raise ValueError("no attempt, or one of a version that isn't known here")
        if version == 1:
            data = _of_version_1(data)
        questions = tuple(map(_question_of, data["questions"]))
        notes = tuple(map(Note.read, data["notes"]))
        attempt = Attempt(**{**data, "questions": questions, "notes": notes})
        if type(attempt.number) is not int or not attempt.day:
            raise ValueError("no attempt")
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no attempt: {error}") from None
    return attempt, version != VERSION


def _of_version_1(data: dict[str, Any]) -> dict[str, Any]:
    """Return an attempt of version 1.

    Quizzes had other numbers, and sentences stay what they are.
    """
    questions = []
    for each in data["questions"]:
        words = each["said"]
        own = {k: v for k, v in each.items() if k != "said"}
        notes = [said(words, each["id"]).data()] if words.strip() else []
        questions.append({**own, "outcome": None, "notes": notes})
    notes = [said(text).data() for text in data["notes"]]
    quiz = renumbered.quizzes().get(data["quiz"], data["quiz"])
    return {**data, "quiz": quiz, "questions": questions, "notes": notes, "values": {}}


def _question_of(data: Any) -> Question:
    outcome, notes = data["outcome"], tuple(map(Note.read, data["notes"]))
    own = {"outcome": None if outcome is None else Outcome.read(outcome), "notes": notes}
    question = Question(**{**data, **own})
    numbers = (question.points, question.possible)
    if question.state not in STATES or not all(isinstance(n, (int, float)) for n in numbers):
        raise ValueError("no question")
    return question


def _next_number(course: Path, quiz: str) -> int:
    """Return one that no attempt has had, damaged ones included."""
    names = (path.name.split(".")[0] for path in folder(course, quiz).glob("*"))
    return max((int(name) for name in names if name.isdigit()), default=0) + 1


def _worker(course: Path, source: Path) -> tuple[Any, Note]:
    # As in grade.
    from ..grading import bubblewrap, sandbox
    from ..validation.kernel import OwnKernel

    private = bubblewrap.Private((str(course),), (str(source), *map(str, Course(course).hidden())))
    if not sandbox.trouble(private):
        return sandbox.Worker(sandbox.Limits(), private), SANDBOX
    return OwnKernel(sandbox.Limits(sandboxed=False)), NO_SANDBOX


def _drawn(path: Path, released: Any) -> Any:
    """Return the values of this copy, which may be an earlier one's.

    They are any values that can be drawn at all.
    """
    # As in grade.
    from ..grading.submitted import notebook_file, rebuild, submission

    space = variants.space_of(released)
    try:
        held = rebuild.rebuild(notebook_file.cells_of(path.read_bytes(), []), released).values
    except (submission.Held, OSError):  # a damaged notebook is for the marking itself to refuse
        return None
    return held if held and all(held.get(k) in choices for k, choices in space.items()) else None


def _typed(result: Result, id_: str) -> str:
    """Return the source of a question's answer cell."""
    own = (cell for cell in result.notebook["cells"] if grade_id(cell) == f"{id_}-answer")
    return next((text_of(cell) for cell in own), "")


def _question(
    id_: str, mark: Mark, assignment: Assignment, untouched: bool, typed: str
) -> Question:
    possible, test = assignment.points[id_], assignment.tests.get(id_)
    how = state(mark.points, possible, mark.outcome, untouched)
    notes = [*mark.notes]
    names = [name for name in test.names if name != "mine"] if test else []
    if not notes and not kinds.tells(mark.outcome) and mark.said.strip():
        notes.append(said(mark.said, id_))
    if mark.points == 0 and len(names) == 1 and hint(typed, names[0]):
        notes.append(Note("to-type", id_, {"source": typed, "name": names[0]}))
    return Question(
        id_, how, float(mark.points or 0), possible, test is None, mark.outcome, tuple(notes)
    )
