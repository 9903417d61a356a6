"""Marking one's own quiz, and keeping every attempt: ``study/QUIZ/NUMBER.json``, and a page."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from .. import course as course_
from ..course import Course
from ..feedback.items import state
from ..i18n import N_, _
from ..lessons import renumbered
from ..lessons.progress import put_aside, record
from ..questions import variants

NO_SOURCES = N_(
    "quizzes can't be marked here: their sources, which hold the keys, come only with the course's "
    "own folder (its git repository). Run crossroads study there. Lessons, self-checks and their "
    "review work in this installation as they are."
)
SANDBOX = N_("What had to be run of your code ran in a sandbox of its own.")
NO_SANDBOX = N_(
    "What had to be run of your code ran without a sandbox, with your own rights, as it does in "
    "JupyterLab: on this machine there is no bubblewrap, which is Linux's."
)
STATES = ("right", "partly", "wrong", "unanswered", "waiting")
#: What a document says that it is, and of which version; ``static/schemas/attempt.json`` is its
#: form.
SCHEMA, VERSION = "crossroads/attempt", 2


@dataclass(frozen=True)
class Question:
    """One question of an attempt.

    ``state`` is one of ``STATES``; waiting: written, for a person to mark. ``by_hand``: only a
    person can mark it at all.
    """

    id: str
    state: str
    points: float
    possible: float
    said: str
    by_hand: bool = False


@dataclass(frozen=True)
class Attempt:
    """A quiz as it was marked once; ``when`` is a time with its zone, as ISO 8601 has it."""

    quiz: str
    number: int
    when: str
    questions: tuple[Question, ...]
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(q.points for q in self.questions)

    @property
    def possible(self) -> float:
        """What the computer can award."""
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
    """The source assignments by name; empty where there are none, as in a student's installation.

    In their usual order: quizzes by number, then what comes after them.
    """
    try:
        found = course_.sources(course)
    except FileNotFoundError:
        return {}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == "capstone", pair[0])))


def folder(course: Path, quiz: str) -> Path:
    """Where a quiz's attempts are kept."""
    return Course(course).attempts(quiz)


def grade(course: Path, quiz: str, today: date | None = None) -> Attempt:
    """Mark the learner's copy of a quiz as it is saved, and keep the attempt.

    Each question that was missed is a card of the review from then on. Raises ``ValueError`` with
    what to do where it can't be marked.
    """
    # For start-up speed: a study notebook shows its quizzes without marking any.
    from ..grading import autograde
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
            _("your copy isn't there: {path}. crossroads study makes a new one.", path=path)
        )
    with tempfile.TemporaryDirectory() as workshop:
        released = course_.release(known[quiz], Path(workshop))
        assignment = autograde.load(autograde.parts_of(known[quiz], released))
    worker, where = _worker(course, known[quiz])
    with worker:
        try:
            expected = _drawn(path, assignment.released)
            result = autograde.grade(assignment, "you", path.parent, expected, worker)
        except WorkerLost as lost:
            raise ValueError(_("{quiz} wasn't marked: {reason}", quiz=quiz, reason=lost)) from None
    if result.held:
        raise ValueError(_("{quiz} wasn't marked: {reason}", quiz=quiz, reason=result.held))
    blank = {id_.removesuffix("-answer") for id_ in result.untouched}
    questions = tuple(
        _question(id_, mark, assignment.points[id_], id_ in blank, id_ not in assignment.tests)
        for id_, mark in result.marks.items()
    )
    attempt = Attempt(
        quiz,
        _next_number(course, quiz),
        datetime.now(UTC).isoformat(timespec="seconds"),
        questions,
        (*result.notes, _(where)),
    )
    target = folder(course, quiz) / f"{attempt.number}.json"
    course_.write_whole(target, dumps(attempt))
    for question in questions:
        if question.state in ("right", "partly", "wrong"):
            record(f"{quiz}/{question.id}", question.state, None, today)
    return attempt


def kept(course: Path, quiz: str) -> list[Attempt]:
    """A quiz's attempts, the first first; a damaged file is put aside, with a warning."""
    _bring_over(course, quiz)
    found = []
    for path in folder(course, quiz).glob("*.json"):
        if not path.stem.isdigit():
            continue
        try:
            text = path.read_text("utf-8")
            attempt = loads(text)
        except (ValueError, TypeError, KeyError):
            put_aside(path)
            continue
        if attempt.quiz != quiz:
            continue
        found.append(attempt)
        if json.loads(text).get("version") != VERSION:
            course_.write_whole(path, dumps(attempt))
    return sorted(found, key=lambda attempt: attempt.number)


def _bring_over(course: Path, quiz: str) -> None:
    """Put attempts at a quiz that has another number now where they belong.

    The old file goes last, so that nothing is lost on the way.
    """
    for old, new in renumbered.QUIZZES.items():
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
    """The attempt with the most points, the latest of equals."""
    return max(attempts, key=lambda attempt: (attempt.points, attempt.number))


def dumps(attempt: Attempt) -> str:
    """An attempt's document."""
    head = {"schema": SCHEMA, "version": VERSION}
    return json.dumps(head | asdict(attempt), indent=1, ensure_ascii=False)


def loads(text: str) -> Attempt:
    """Read an attempt's document; before it had a version, it was the same without saying so.

    Before version 2, quizzes had the numbers of then. Raises ``ValueError``, ``TypeError`` or
    ``KeyError`` for anything else.
    """
    data = json.loads(text)
    schema, version = data.pop("schema", SCHEMA), data.pop("version", 1)
    if schema != SCHEMA or version not in (1, VERSION):
        raise ValueError("no attempt, or one of a version that isn't known here")
    if version == 1:
        data["quiz"] = renumbered.QUIZZES.get(data["quiz"], data["quiz"])
    questions = []
    for each in data["questions"]:
        question = Question(**each)
        numbers = (question.points, question.possible)
        if question.state not in STATES or not all(isinstance(n, (int, float)) for n in numbers):
            raise ValueError("no question")
        questions.append(question)
    attempt = Attempt(**{**data, "questions": tuple(questions), "notes": tuple(data["notes"])})
    if type(attempt.number) is not int or not attempt.day:
        raise ValueError("no attempt")
    return attempt


def _next_number(course: Path, quiz: str) -> int:
    """One that no attempt has had, damaged ones included."""
    names = (path.name.split(".")[0] for path in folder(course, quiz).glob("*"))
    return max((int(name) for name in names if name.isdigit()), default=0) + 1


def _worker(course: Path, source: Path) -> tuple[Any, str]:
    from ..grading import sandbox
    from ..validation.kernel import OwnKernel

    private = sandbox.Private((str(course),), (str(source), str(Course(course).quizzes)))
    if not sandbox.trouble(private):
        return sandbox.Worker(sandbox.Limits(), private), SANDBOX
    return OwnKernel(sandbox.Limits(sandboxed=False)), NO_SANDBOX


def _drawn(path: Path, released: Any) -> Any:
    """The values of this copy, which may be an earlier one's: any that can be drawn at all."""
    from ..grading import submission

    space = variants.space_of(released)
    try:
        held = submission.rebuild(submission.cells_of(path.read_bytes(), []), released).values
    except (submission.Held, OSError):  # a damaged notebook is for the marking itself to refuse
        return None
    return held if held and all(held.get(k) in choices for k, choices in space.items()) else None


def _question(id_: str, mark: Any, possible: float, untouched: bool, by_hand: bool) -> Question:
    how = state(mark.points, possible, mark.outcome, untouched)
    return Question(id_, how, float(mark.points or 0), possible, str(mark.said), by_hand)
