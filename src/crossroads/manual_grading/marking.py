"""Written answers marked blind, item by item: rubrics, the order of answers, marks and markers.

The first marker's marks are nbgrader's: points and comment in the gradebook, where a comment's last
paragraph says which level each criterion got. Other markers' marks are kept in
``COURSE/marking/QUIZ/MARKER.json`` until they are settled. Where ``markers.yml`` deals the answers
out, a marker's own answers are the gradebook's, and those of the shared sample are in both.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..assignments import bank
from ..assignments.rubric import Criterion as Criterion
from ..assignments.rubric import Mark as Mark
from ..assignments.rubric import from_comment as from_comment
from ..assignments.rubric import mark as mark
from ..assignments.rubric import rubric as rubric
from ..assignments.rubric import to_comment as to_comment
from ..course import Course, checked_id, source, sources, write_whole
from ..grading import database, gradebook
from ..grading.adjustments import in_course
from . import markers_file
from .dealing import Dealt, deal

_SETTLED, _DEALT = markers_file.RESERVED


@dataclass(frozen=True)
class Answer:
    """An answer to be marked: ``code`` names it to markers, who don't see the student.

    ``state`` is to mark, marked, or again: it was graded again since it was marked.
    """

    code: str
    student: str
    state: str
    mark: Mark | None = None


@dataclass(frozen=True)
class Queue:
    """All answers to an item in one marker's order, and who is not among them.

    ``blank`` left it as it was, and has no points for it; ``held`` is held as a whole; for whom
    ``adjustments.yml`` settles it, nobody needs to mark it.
    """

    answers: list[Answer]
    blank: list[str]
    held: list[str]
    settled: list[str]

    @property
    def marked(self) -> int:
        """The number of answers that are done: marked, and not graded again since."""
        return sum(answer.state == "marked" for answer in self.answers)

    @property
    def left(self) -> int:
        """The number of answers that still wait."""
        return len(self.answers) - self.marked


# -- items -----------------------------------------------------------------------------------------


def written(course: Path, quiz: str) -> list[bank.Item]:
    """Return the items of a quiz that a person marks."""
    return [item for item in bank.read(source(course, quiz)) if item.by_hand]


def quizzes(course: Path) -> list[str]:
    """Return the course's assignments that have such items."""
    return [name for name in sources(course) if written(course, name)]


def items_of(course: Path, quiz: str, marker: str = "") -> list[bank.Item]:
    """Return the items of a quiz that a marker marks.

    They are all of them, or those that ``markers.yml`` assigns to the marker.
    """
    found, markers = written(course, quiz), markers_file.read(course) if marker else None
    if markers is None or marker not in markers.of or not markers.deals(quiz):
        return found
    return [item for item in found if markers.of[marker].marks(item.code)]


# -- the answers of a class ------------------------------------------------------------------------


def code(quiz: str, item: str, student: str) -> str:
    """Return how markers call an answer.

    It is the same for all markers, and differs by item.
    """
    digest = hashlib.sha256(f"{quiz}/{item}/{student}".encode()).digest()
    return base64.b32encode(digest)[:8].decode().lower()


def queue(course: Path, item: bank.Item, marker: str = "") -> Queue:
    """Return the answers to an item in a marker's own order: mixed, and the same each time.

    The first marker is ``""``, and sees all. Another one sees all, or what is dealt to them by
    ``markers.yml``. Raises ``ValueError`` where the gradebook can't be read, for what is wrong in
    that file, and for a marker whom it doesn't name.
    """
    quiz, criteria = item.assignment, rubric(course, item)
    rows = gradebook.grades(course, quiz)
    rows = rows[rows["item"] == item.id]
    theirs = read_marks(course, quiz, marker).get(item.id, {}) if marker else {}
    rule = in_course.readable(course).of(quiz)
    settled = [
        str(row.student_id)
        for row in rows[rows["manual"].isna() & rows["waiting"]].itertuples()
        if rule.settles(str(row.student_id), item.id)
    ]
    rows = rows[~rows["student_id"].isin(settled)]
    there = rows["manual"].notna() | (rows["waiting"] & rows["held"].isna())
    whose = dealt(course, item, map(str, rows["student_id"][there]), marker) if marker else None
    if whose:
        rows = rows[there & rows["student_id"].isin(whose.of(marker))]
    answers: list[Answer] = []
    blank, held = [], []
    for row in rows.itertuples():
        student, manual = str(row.student_id), float(row.manual)
        if row.held and pd.isna(manual):
            held.append(student)
            continue
        if pd.isna(manual) and not row.waiting:
            blank.append(student)
            continue
        if marker and not (whose and whose.owner.get(student) == marker):
            state = "marked" if student in theirs else "to mark"
            given = theirs.get(student)
        else:
            given = None if pd.isna(manual) else from_comment(criteria, manual, str(row.comment))
            state = "to mark" if given is None else "again" if row.waiting else "marked"
        answers.append(Answer(code(quiz, item.id, student), student, state, given))

    def place(answer: Answer) -> str:
        return hashlib.sha256(f"{marker}/{answer.code}".encode()).hexdigest()

    return Queue(sorted(answers, key=place), blank, held, settled)


def save(course: Path, item: bank.Item, student: str, made: Mark, marker: str = "") -> None:
    """Keep a mark: in the gradebook where it counts, and in a file of another marker's own.

    The first marker's mark counts; for answers that are assigned to markers, their marker's. Raises
    ``ValueError`` where it can't be written; then nothing has changed.
    """
    quiz = item.assignment
    whose = dealt(course, item, [student]) if marker else None
    if not marker or (whose and whose.owner.get(student) == marker):
        words = to_comment(rubric(course, item), made)
        gradebook.mark_by_hand(course, quiz, student, item.id, made.points, words)
    if marker and (not whose or student in whose.also):
        theirs = read_marks(course, quiz, marker)
        theirs.setdefault(item.id, {})[student] = made
        _write_marks(course, quiz, marker, theirs)


def dealt(course: Path, item: bank.Item, students: Iterable[str], marker: str = "") -> Dealt | None:
    """Return whose the answers to a question are by ``markers.yml``.

    Return ``None`` where the file says nothing about it.

    What was dealt is kept, so that nobody's answers become another's when more come in. Raises
    ``ValueError`` for what is wrong in the file, and for a ``marker`` whom it doesn't name.
    """
    markers = markers_file.read(course)
    if markers is None or not markers.deals(item.assignment):
        return None
    if marker and marker not in markers.of:
        raise ValueError(
            f"{markers_file.FILE} assigns {item.assignment} to markers, but not to {marker!r}; "
            f"it names {', '.join(markers.of)}"
        )
    path = Course(course).marking(item.assignment) / f"{_DEALT}.json"
    kept = _read_dealt(path)
    before = kept.get(item.id, {})
    sections = database.known(course).students
    people = {student: sections.get(student, "") for student in {*before, *students}}
    found = deal(markers, item.code, people, before)
    if found.owner != before:
        write_whole(path, json.dumps({**kept, item.id: found.owner}, indent=1))
    return found


def owns(course: Path, item: bank.Item, student: str, marker: str) -> bool:
    """Return whether ``markers.yml`` makes a student's answer this marker's.

    It raises what ``dealt`` raises.
    """
    whose = dealt(course, item, [student], marker) if item.by_hand else None
    return bool(whose and whose.owner.get(student) == marker)


def _read_dealt(path: Path) -> dict[str, dict[str, str]]:
    """Return what was dealt, by item and student; what is damaged is dealt anew."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return {item: dict(own) for item, own in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


# -- other markers ---------------------------------------------------------------------------------


def markers(course: Path, quiz: str) -> list[str]:
    """Return the names of those who marked besides the first marker."""
    folder = Course(course).marking(quiz)
    return sorted(p.stem for p in folder.glob("*.json") if p.stem not in markers_file.RESERVED)


def checked_marker(name: str) -> str:
    """Return a marker's name that can be a file's; raises ``ValueError`` for others."""
    if not name:
        return name
    try:
        if name not in markers_file.RESERVED:
            return checked_id(name)
    except ValueError:
        pass
    raise ValueError(
        f"{name[:40]!r} cannot be a marker's name: use only letters, digits and . @ + - _, "
        "begin with a letter or digit, and do not use "
        f"{' or '.join(map(repr, markers_file.RESERVED))}"
    )


def read_marks(course: Path, quiz: str, marker: str) -> dict[str, dict[str, Mark]]:
    """Return a marker's marks by item and student.

    Raises ``ValueError`` for a file that is damaged.
    """
    path = Course(course).marking(quiz) / f"{checked_marker(marker)}.json"
    return _read_file(path)


def _read_file(path: Path) -> dict[str, dict[str, Mark]]:
    if not path.exists():
        return {}
    try:
        return {
            item: {student: _mark(one) for student, one in own.items()}
            for item, own in json.loads(path.read_text("utf-8")).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(
            f"{path} is damaged: it should hold levels and a comment by item and student. Move "
            "it away, or fix it"
        ) from None


def _mark(one: Any) -> Mark:
    levels = {str(name): float(points) for name, points in one["levels"].items()}
    return Mark(sum(levels.values()), levels, str(one.get("comment", "")))


def _write_marks(course: Path, quiz: str, name: str, kept: dict[str, dict[str, Mark]]) -> None:
    plain = {
        item: {s: {"levels": m.levels, "comment": m.comment} for s, m in sorted(own.items())}
        for item, own in kept.items()
    }
    text = json.dumps(plain, indent=1, ensure_ascii=False)
    write_whole(Course(course).marking(quiz) / f"{name}.json", text)


def pairs(course: Path, quiz: str, marker: str, other: str = "") -> pd.DataFrame:
    """Return what two markers gave for the same answers: whose marks count, or ``other``.

    These are compared with what ``marker`` gave.

    A row an item, criterion and answer that both marked by levels: item, criterion, student_id,
    code, levels (how many the criterion has), first and second (ranks of the levels, 0 the lowest),
    first_points, second_points, settled (whether the mark in the gradebook was agreed on since;
    ``first`` stays what it was before). Answers on which the marker's own mark counts are left out
    unless ``other`` is said.
    """
    before, theirs = _read_file(_settled_path(course, quiz)), read_marks(course, quiz, marker)
    others = read_marks(course, quiz, other) if other else {}
    rows = []
    for item in written(course, quiz):
        criteria, own = rubric(course, item), {} if other else before.get(item.id, {})
        marked = theirs.get(item.id, {})
        if other:
            firsts: dict[str, Mark | None] = {**others.get(item.id, {})}
        else:
            whose = dealt(course, item, marked)
            firsts = {
                a.student: own.get(a.student, a.mark)
                for a in queue(course, item).answers
                if not (whose and whose.owner.get(a.student) == marker)
            }
        for student in sorted(firsts.keys() & marked.keys()):
            first, second = firsts[student], marked[student]
            for one in criteria:
                a, b = (m.levels.get(one.name) if m else None for m in (first, second))
                if a not in one.levels or b not in one.levels:
                    continue
                about: dict[str, Any] = {"item": item.id, "criterion": one.name}
                about |= {"student_id": student, "code": code(quiz, item.id, student)}
                about["levels"] = len(one.levels)
                about |= {"first": one.rank(a), "second": one.rank(b)}
                about |= {"first_points": a, "second_points": b}
                rows.append(about | {"settled": student in own})
    columns = ["item", "criterion", "student_id", "code", "levels", "first", "second"]
    return pd.DataFrame(rows, columns=[*columns, "first_points", "second_points", "settled"])


def settle(course: Path, item: bank.Item, student: str, made: Mark) -> None:
    """Put an agreed mark into the gradebook; the first marker's own is kept for the agreement.

    Raises ``ValueError`` where there is no first mark by levels, or the mark can't be written.
    """
    quiz = item.assignment
    before = _read_file(_settled_path(course, quiz))
    if student in before.get(item.id, {}):
        save(course, item, student, made)
        return
    given = next((a.mark for a in queue(course, item).answers if a.student == student), None)
    if not given or not given.levels:
        raise ValueError(f"the first marker has no levels for this answer to {item.code} yet")
    kept = {**before, item.id: {**before.get(item.id, {}), student: given}}
    # First, for what the gradebook has is written over.
    _write_marks(course, quiz, _SETTLED, kept)
    try:
        save(course, item, student, made)
    except ValueError:
        _write_marks(course, quiz, _SETTLED, before)
        raise


def _settled_path(course: Path, quiz: str) -> Path:
    return Course(course).marking(quiz) / f"{_SETTLED}.json"
