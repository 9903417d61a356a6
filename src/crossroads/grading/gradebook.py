"""Recording results in nbgrader's own gradebook and folders: one writer, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course import write_folder
from . import late
from .marking import Assignment, Result

if TYPE_CHECKING:
    import pandas as pd

#: By which nbgrader's exchange finds whose feedback it is.
SECRET = "submission_secret.txt"
UNTOUCHED = "No response."
HELD = "Held for you: {why}"
REFUSED = (
    "the gradebook can't be written ({why}). What was graded is kept: close what else uses the "
    "gradebook, or make room, then say the same command with --resume"
)
UNMARKED = (
    "the gradebook can't be written ({why}), so this mark isn't in it yet. Close what else uses "
    "the gradebook, or make room, then save again"
)
UNREAD = "the gradebook can't be read ({why}). Close what else uses it, then try again"


def url(course: Path) -> str:
    """The address of the course's gradebook."""
    return f"sqlite:///{course / 'gradebook.db'}"


@contextmanager
def _refusals(words: str = REFUSED) -> Iterator[None]:
    """Turn the database's refusals into a line that says what to do."""
    from sqlalchemy.exc import DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise ValueError(words.format(why=error.orig)) from None


class Recorder:
    """The one writer of an assignment's results. Use as a context manager.

    Manual marks are kept; where there is one, the cell is shown to the marker again, as stock
    nbgrader does it.
    """

    def __init__(self, course: Path, name: str) -> None:
        self._course, self._name = course, name

    def __enter__(self) -> Recorder:
        from nbgrader.api import Gradebook

        with _refusals():
            self._book = Gradebook(url(self._course))
            self._assignment = self._book.find_assignment(self._name)
            (notebook,) = self._assignment.notebooks
        self._notebook = notebook
        graded = [*notebook.grade_cells, *notebook.task_cells]
        commented = [*notebook.solution_cells, *notebook.task_cells]
        self._cells = {cell.id: cell.name for cell in (*graded, *commented)}
        self._graded = [cell.id for cell in graded]
        self._commented = [cell.id for cell in commented]
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def record(self, results: Iterable[Result]) -> None:
        """Write results, all or none of them."""
        with self._committed():
            for result in results:
                self._one(result)

    @contextmanager
    def _committed(self) -> Iterator[None]:
        """All that's done within or nothing; the database's refusal as a line for people."""
        with _refusals():
            try:
                yield
                self._book.db.commit()
            except BaseException:
                self._book.db.rollback()
                raise

    def _one(self, result: Result) -> None:
        from nbgrader.utils import parse_utc

        submission = self._submission(result.student)
        if result.submitted:
            submission.timestamp = parse_utc(result.submitted)
        (notebook,) = submission.notebooks
        for grade in notebook.grades:
            mark = result.marks.get(self._cells[grade.cell_id])
            grade.auto_score = mark.points if mark else None
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in notebook.comments:
            name = self._cells[comment.cell_id]
            comment.auto_comment = UNTOUCHED if name in result.untouched else None
            if result.held:
                comment.auto_comment = HELD.format(why=result.held)

    def _submission(self, student: str) -> Any:
        from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import insert

        book = self._book
        found = (
            book.db.query(SubmittedAssignment)
            .filter_by(assignment_id=self._assignment.id, student_id=student)
            .one_or_none()
        )
        if found:
            return found
        # Not by the gradebook's own method, which would commit.
        if book.db.get(Student, student) is None:
            book.db.add(Student(id=student))
        submission = SubmittedAssignment(assignment_id=self._assignment.id, student_id=student)
        own = SubmittedNotebook(notebook_id=self._notebook.id, assignment=submission)
        book.db.add(submission)
        book.db.flush()
        for kind, cells in ((Grade, self._graded), (Comment, self._commented)):
            rows = [{"cell_id": cell, "notebook_id": own.id} for cell in cells]
            if rows:
                book.db.execute(insert(kind), rows)
        return submission

    def penalise(self, rules: late.Deadlines | None) -> dict[str, float]:
        """Set due dates, extensions and late penalties of all submissions, all or none of them.

        Returns the points taken off, of students who lose some.
        """
        if not rules:
            return {}
        own, lost = rules.of(self._name), {}
        with self._committed():
            if own.due:
                self._assignment.duedate = own.due.astimezone(UTC).replace(tzinfo=None)
            due = self._assignment.duedate
            for submission in self._assignment.submissions:
                if own.extensions is not None:
                    until = own.extensions.get(submission.student_id)
                    given = until and due and until.astimezone(UTC).replace(tzinfo=None) - due
                    submission.extension = given or None
                lateness = timedelta(seconds=submission.total_seconds_late)
                (notebook,) = submission.notebooks
                off = own.penalty(lateness, notebook.max_score)
                notebook.late_submission_penalty = off
                if off:
                    lost[str(submission.student_id)] = off
        return lost


def scores(course: Path, name: str) -> list[dict[str, Any]]:
    """Every student's points by question or criterion: one row a student, in order of ids.

    A question that still waits for a person is ``None``; ``late_penalty`` is taken off ``total``
    already, as in nbgrader's own export. Raises ``ValueError`` where there is no gradebook, or the
    assignment isn't in it.
    """
    from nbgrader.api import Gradebook, MissingEntry

    if not (course / "gradebook.db").is_file():
        raise ValueError(f"there is no gradebook in {course}")
    with Gradebook(url(course.resolve())) as book:
        try:
            assignment = book.find_assignment(name)
        except MissingEntry:
            raise ValueError(f"{name} isn't in the gradebook") from None
        (notebook,) = assignment.notebooks
        cells = [cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)]
        rows = []
        for submission in sorted(assignment.submissions, key=lambda s: str(s.student_id)):
            own = {grade.name: grade for part in submission.notebooks for grade in part.grades}
            points = {cell: _points(own[cell]) for cell in cells if cell in own}
            off = float(submission.late_submission_penalty or 0)
            total = max(float(submission.score) - off, 0.0)
            about = {"late_penalty": off, "total": total}
            rows.append({"student_id": submission.student_id, **points, **about})
    return rows


def _points(grade: Any) -> float | None:
    if grade.needs_manual_grade and grade.manual_score is None:
        return None
    return float(grade.score)


def grades(course: Path, assignment: str | None = None) -> pd.DataFrame:
    """Every grade and comment in the gradebook, or those of one assignment, as nbgrader has them.

    A row an assignment, student and item: assignment, student_id, item, possible, auto, manual and
    extra (points, missing where there are none), waiting (whether nbgrader says that it needs a
    person), said and comment (the automatic and the person's words on the answer), and held (the
    whole submission: why, else ""). Empty where there is no gradebook. Raises ``ValueError`` where
    it can't be read.
    """
    import pandas as pd
    from nbgrader import api
    from sqlalchemy import select

    columns = ["assignment", "student_id", "item", "possible", "auto", "manual", "extra"]
    columns += ["waiting", "said", "comment", "held"]
    if not (course / "gradebook.db").is_file():
        return pd.DataFrame(columns=columns)
    own, part, base = api.SubmittedAssignment, api.SubmittedNotebook, api.BaseCell

    def rows(table: Any, *wanted: Any) -> Any:
        asked = (
            select(api.Assignment.name, own.student_id, base.name, *wanted)
            .select_from(table)
            .join(part, table.notebook_id == part.id)
            .join(own, part.assignment_id == own.id)
            .join(api.Assignment, own.assignment_id == api.Assignment.id)
            .join(base, table.cell_id == base.id)
        )
        return asked.where(api.Assignment.name == assignment) if assignment else asked

    grade, comment = api.Grade, api.Comment
    with _refusals(UNREAD), api.Gradebook(url(course.resolve())) as book:
        points = [grade.auto_score, grade.manual_score, grade.extra_credit]
        given = book.db.execute(rows(grade, base.id, *points, grade.needs_manual_grade)).all()
        words = book.db.execute(rows(comment, comment.auto_comment, comment.manual_comment)).all()
        possible: dict[str, float] = {}
        for kind in (api.GradeCell, api.TaskCell):
            table = kind.__table__
            found = book.db.execute(select(table.c.id, table.c.max_score))
            possible |= dict(iter(found))
    key = columns[:3]
    frame = pd.DataFrame(given, columns=[*key, "cell", *columns[4:8]])
    frame["possible"] = frame.pop("cell").map(possible)
    spoken = pd.DataFrame(words, columns=[*key, "said", "comment"])
    spoken["item"] = spoken["item"].str.removesuffix("-answer")
    start = HELD.format(why="")
    held = spoken.loc[spoken["said"].str.startswith(start, na=False)].drop_duplicates(key[:2])
    held = held[[*key[:2], "said"]].rename(columns={"said": "held"})
    frame = frame.merge(spoken, "left", on=key).merge(held, "left", on=key[:2])
    frame["held"] = frame["held"].str.removeprefix(start)
    texts = dict.fromkeys(["said", "comment", "held"], "")
    frame = frame.fillna(texts).sort_values(key[:2], kind="stable", ignore_index=True)
    return frame[columns].astype({"auto": float, "manual": float, "extra": float, "waiting": bool})


@dataclass(frozen=True)
class Dates:
    """When work came, until when it was due for that student, and the points taken off."""

    handed_in: datetime | None
    due: datetime | None
    penalty: float


def dates(course: Path, assignment: str) -> dict[str, Dates]:
    """Dates and late penalties of an assignment by student, in UTC; empty without a gradebook.

    Raises ``ValueError`` where it can't be read.
    """
    from nbgrader import api
    from sqlalchemy import select

    if not (course / "gradebook.db").is_file():
        return {}
    own, part = api.SubmittedAssignment, api.SubmittedNotebook
    asked = (
        select(
            own.student_id,
            own.timestamp,
            api.Assignment.duedate,
            own.extension,
            part.late_submission_penalty,
        )
        .join(api.Assignment, own.assignment_id == api.Assignment.id)
        .join(part, part.assignment_id == own.id)
        .where(api.Assignment.name == assignment)
    )
    with _refusals(UNREAD), api.Gradebook(url(course.resolve())) as book:
        rows = book.db.execute(asked).all()
    found = {}
    for student, handed_in, due, extension, penalty in rows:
        until = due and due + (extension or timedelta(0))
        times = [time and time.replace(tzinfo=UTC) for time in (handed_in, until)]
        found[str(student)] = Dates(times[0], times[1], float(penalty or 0))
    return found


def mark_by_hand(
    course: Path, assignment: str, student: str, item: str, points: float, comment: str
) -> None:
    """Write a person's mark and comment, as formgrader does, in one commit.

    Raises ``ValueError``, and changes nothing, where there is no such answer, where it can't have
    so many points, and where the gradebook can't be written.
    """
    from nbgrader.api import Gradebook, MissingEntry

    if not (course / "gradebook.db").is_file():
        raise ValueError(f"there is no gradebook in {course}")
    with _refusals(UNMARKED), Gradebook(url(course.resolve())) as book:
        try:
            grade = book.find_grade(item, assignment, assignment, student)
            words = book.find_comment(item, assignment, assignment, student)
        except MissingEntry:
            raise ValueError(f"{student} has no answer to {assignment}/{item} to mark") from None
        if not 0 <= points <= grade.max_score:
            raise ValueError(f"{assignment}/{item} has 0 to {grade.max_score:g} points")
        try:
            grade.manual_score, grade.needs_manual_grade = points, False
            words.manual_comment = comment.strip() or None
            book.db.commit()
        except BaseException:
            book.db.rollback()
            raise


def write_autograded(course: Path, assignment: Assignment, result: Result) -> None:
    """Lay the marked notebook where formgrader looks for it, whole or not at all."""
    name, files = assignment.name, dict(assignment.files)
    text = json.dumps(result.notebook, indent=1, ensure_ascii=False, sort_keys=True)
    files[f"{name}.ipynb"] = f"{text}\n".encode()
    if result.submitted:
        files["timestamp.txt"] = result.submitted.encode()
    secret = course / "submitted" / result.student / name / SECRET
    if secret.is_file() and not secret.is_symlink() and secret.stat().st_size < 1000:
        files[SECRET] = secret.read_bytes()
    write_folder(course / "autograded" / result.student / name, files)
