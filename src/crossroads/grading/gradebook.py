"""Recording results in nbgrader's own gradebook and folders: one writer, in batches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course import Course
from . import late_penalties, regrade, timestamps
from .database import UNREAD, refusals
from .results import Result

if TYPE_CHECKING:
    import pandas as pd

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
UNRELEASED = "{name} isn't released yet: nbgrader generate_assignment {name}"


def url(course: Path) -> str:
    """The address of the course's gradebook."""
    return Course(course).gradebook_url


class Recorder:
    """The one writer of an assignment's results. Use as a context manager.

    Manual marks are kept. An answer that has one is shown to the marker again where its text has
    changed since then.
    """

    def __init__(self, course: Path, name: str) -> None:
        self._course, self._name = course, name

    def __enter__(self) -> Recorder:
        from nbgrader.api import Gradebook

        with refusals(REFUSED):
            self._book = Gradebook(url(self._course))
            self._assignment = self._book.find_assignment(self._name)
            (notebook,) = self._assignment.notebooks
        self._notebook = notebook
        graded = [*notebook.grade_cells, *notebook.task_cells]
        commented = [*notebook.solution_cells, *notebook.task_cells]
        self._cells = {cell.id: cell.name for cell in (*graded, *commented)}
        self._possible = {cell.id: float(cell.max_score) for cell in graded}
        self._graded = [cell.id for cell in graded]
        self._commented = [cell.id for cell in commented]
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def record(self, results: Iterable[Result]) -> None:
        """Write results, all or none of them."""
        with self._committed():
            self._all(list(results))

    @contextmanager
    def _committed(self) -> Iterator[None]:
        """All that's done within or nothing; the database's refusal as a line for people."""
        with refusals(REFUSED):
            try:
                yield
                self._book.db.commit()
            except BaseException:
                self._book.db.rollback()
                raise

    def _all(self, results: list[Result]) -> None:
        """Write results in a few statements, by keys that the gradebook has an index for."""
        from nbgrader.api import Comment, Grade
        from sqlalchemy import insert, select

        there, made = self._notebooks(results)
        for kind, cells, values in (
            (Grade, self._graded, self._grade),
            (Comment, self._commented, self._comment),
        ):
            asked = select(kind).where(kind.cell_id.in_(cells), kind.notebook_id.in_(there))
            for row in self._book.db.scalars(asked):
                for name, value in values(there[row.notebook_id], row.cell_id, row).items():
                    setattr(row, name, value)
            rows = [
                {"cell_id": cell, "notebook_id": id_, **values(result, cell)}
                for id_, result in made.items()
                for cell in cells
            ]
            if rows:
                self._book.db.execute(insert(kind), rows)

    def _grade(self, result: Result, cell: str, before: Any = None) -> dict[str, Any]:
        name = self._cells[cell]
        mark = result.marks.get(name)
        points = mark.points if mark else None
        by_hand, waited = before and before.manual_score, before and before.needs_manual_grade
        waits = regrade.waits(points, by_hand, waited=waited, changed=name in result.changed)
        return {"auto_score": points, "needs_manual_grade": waits}

    def _comment(self, result: Result, cell: str, _: Any = None) -> dict[str, Any]:
        said = UNTOUCHED if self._cells[cell] in result.untouched else None
        return {"auto_comment": HELD.format(why=result.held) if result.held else said}

    def _notebooks(self, results: list[Result]) -> tuple[dict[str, Result], dict[str, Result]]:
        """Results by the id of their notebook in the gradebook: those there, and those made now."""
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
        from nbgrader.utils import parse_utc
        from sqlalchemy import select

        db, whole, part = self._book.db, SubmittedAssignment, SubmittedNotebook
        by_student = {result.student: result for result in results}
        asked = select(whole, part.id).join(part, part.assignment_id == whole.id)
        mine = (whole.assignment_id == self._assignment.id, part.notebook_id == self._notebook.id)
        found = db.execute(asked.where(*mine, whole.student_id.in_(by_student))).all()
        submissions = {submission.student_id: submission for submission, _ in found}
        there = {id_: by_student[submission.student_id] for submission, id_ in found}
        known = set(db.scalars(select(Student.id).where(Student.id.in_(by_student))))
        parts = {}
        # Not by the gradebook's own methods, which would commit.
        db.add_all(Student(id=student) for student in by_student if student not in known)
        for student in by_student.keys() - submissions.keys():
            own = whole(assignment_id=self._assignment.id, student_id=student)
            parts[student] = part(notebook_id=self._notebook.id, assignment=own)
            submissions[student] = own
        db.add_all(submissions.values())
        for student, result in by_student.items():
            if result.submitted:
                submissions[student].timestamp = parse_utc(result.submitted)
        db.flush()
        return there, {own.id: by_student[student] for student, own in parts.items()}

    def marked_by_hand(self) -> dict[str, dict[str, float]]:
        """The marks that people gave, by student and question."""
        from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select

        whole, part = SubmittedAssignment, SubmittedNotebook
        asked = (
            select(whole.student_id, Grade.cell_id, Grade.manual_score)
            .join(part, part.assignment_id == whole.id)
            .join(Grade, Grade.notebook_id == part.id)
            .where(part.notebook_id == self._notebook.id, Grade.manual_score.is_not(None))
        )
        found: dict[str, dict[str, float]] = {}
        for student, cell, points in self._book.db.execute(asked):
            found.setdefault(str(student), {})[self._cells[cell]] = float(points)
        return found

    def too_high(self) -> dict[str, list[str]]:
        """Marks that people gave and that are more than the question gives now, by student."""
        most = {self._cells[cell]: points for cell, points in self._possible.items()}
        found = {}
        for student, marks in sorted(self.marked_by_hand().items()):
            above = [i for i, points in marks.items() if regrade.above(points, most[i])]
            if above:
                found[student] = [f"{i}: {marks[i]:g} of {most[i]:g}" for i in sorted(above)]
        return found

    def penalise(
        self, rules: late_penalties.Deadlines | None
    ) -> dict[str, late_penalties.Standing]:
        """Set due dates, extensions and late penalties of all submissions, all or none of them.

        Returns how each submission stands that loses points, or of which it can't be told.
        """
        if not rules:
            return {}
        from nbgrader.api import SubmittedNotebook
        from sqlalchemy import select

        own, found, possible = rules.of(self._name), {}, float(self._notebook.max_score)
        part = SubmittedNotebook
        with self._committed():
            asked = select(part).where(part.notebook_id == self._notebook.id)
            parts = {one.assignment_id: one for one in self._book.db.scalars(asked)}
            if own.due:
                self._assignment.duedate = _naive(own.due)
            due = self._assignment.duedate
            submissions = list(self._assignment.submissions)
            students = [str(submission.student_id) for submission in submissions]
            came = timestamps.read(self._course, self._name, students, own)
            for submission, student in zip(submissions, students, strict=True):
                until = late_penalties.due_of(own, student, _aware(due), submission.extension)
                if own.extensions is not None:
                    given = until and due and _naive(until) - due
                    submission.extension = given or None
                arrival = came.get(student, late_penalties.Arrival(_aware(submission.timestamp)))
                stands = late_penalties.standing(own, until, arrival, possible)
                submission.timestamp = stands.came and _naive(stands.came)
                parts[submission.id].late_submission_penalty = stands.off
                if stands.off or stands.question:
                    found[student] = stands
        return found

    def extended(self, rules: late_penalties.Deadlines | None) -> list[str]:
        """Who has an extension in the gradebook that the rules say nothing of, and that stays."""
        if not rules or rules.of(self._name).extensions is not None:
            return []
        return sorted(str(s.student_id) for s in self._assignment.submissions if s.extension)


def _aware(time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)


def _naive(time: datetime) -> datetime:
    """A time as the gradebook keeps it: in UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)


def scores(course: Path, name: str) -> list[dict[str, Any]]:
    """Every student's points by question or criterion: one row a student, in order of ids.

    A question that still waits for a person, or was held, is ``None``, and so is the ``total``
    then: part of a sum is no sum. There is no total either where something else isn't settled, as
    ``unsettled`` says it. ``late_penalty`` is taken off it already, as in nbgrader's own export.
    Raises ``ValueError`` where there is no gradebook, or the assignment isn't in it.
    """
    from nbgrader.api import Gradebook, MissingEntry

    if not Course(course).has_gradebook:
        raise ValueError(f"there is no gradebook in {course}")
    with Gradebook(url(course)) as book:
        try:
            assignment = book.find_assignment(name)
        except MissingEntry:
            raise ValueError(f"{name} isn't in the gradebook") from None
        (notebook,) = assignment.notebooks
        cells = [cell.name for cell in (*notebook.grade_cells, *notebook.task_cells)]
    found = grades(course, name)
    manual = found["manual"]
    given = manual.fillna(found["auto"]).fillna(0) + found["extra"].fillna(0)
    # What was held hasn't been marked, whatever a question's own row says.
    unmarked = found["waiting"] | found["held"].ne("")
    above = manual.fillna(found["auto"]) > found["possible"] + regrade.SLACK
    found["points"] = given.mask((unmarked & manual.isna()) | above)
    penalties, open_questions = dates(course, name), unsettled(course, name)
    rows = []
    for student, own in found.assign(given=given).groupby("student_id"):
        points = dict(zip(own["item"], own["points"], strict=True))
        listed = {c: None if math.isnan(points[c]) else points[c] for c in cells if c in points}
        off = penalties[str(student)].penalty
        open_ = str(student) in open_questions or any(listed.get(c) is None for c in cells)
        whole = None if open_ else max(float(own["given"].sum()) - off, 0.0)
        about = {"late_penalty": off, "total": whole}
        rows.append({"student_id": student, **listed, **about})
    return rows


def unsettled(course: Path, name: str) -> dict[str, list[str]]:
    """Why students have no total although all is marked, by student.

    A mark is more than its question gives, or lateness isn't settled. Raises ``ValueError`` for
    what is wrong in ``deadlines.yml``.
    """
    found: dict[str, list[str]] = {}
    marks = grades(course, name)
    given = marks["manual"].fillna(marks["auto"])
    for row in marks[given > marks["possible"] + regrade.SLACK].itertuples():
        points = row.auto if math.isnan(row.manual) else row.manual
        why = f"{row.item} has {points:g} of {row.possible:g} points"
        found.setdefault(str(row.student_id), []).append(why)
    possible = float(marks.drop_duplicates("item")["possible"].sum())
    for student, why in lateness(course, name, possible).items():
        found.setdefault(student, []).append(why)
    return dict(sorted(found.items()))


def lateness(course: Path, name: str, possible: float) -> dict[str, str]:
    """Whose lateness isn't settled, and why.

    A person has to decide whether it was late, or the penalty in the gradebook isn't what
    ``deadlines.yml`` says today. Raises ``ValueError`` for what is wrong there.
    """
    rules, _ = timestamps.rules(course)
    if not rules:
        return {}
    own, known, found = rules.of(name), dates(course, name), {}
    came = timestamps.read(course, name, known, own)
    for student, recorded in known.items():
        due = late_penalties.due_of(own, student, recorded.duedate, recorded.extension)
        arrival = came.get(student, late_penalties.Arrival(recorded.handed_in))
        stands = late_penalties.standing(own, due, arrival, possible)
        if stands.question:
            found[student] = stands.question
        elif abs(stands.off - recorded.penalty) > regrade.ROUNDING:
            what = f"{recorded.penalty:g} points are taken off, not {stands.off:g}"
            found[student] = f"{what}: crossroads grade {name}"
    return found


def grades(course: Path, assignment: str | None = None) -> pd.DataFrame:
    """Every grade and comment in the gradebook, or those of one assignment, as nbgrader has them.

    A row an assignment, student and item: assignment, student_id, item, possible, auto, manual and
    extra (points, missing where there are none), waiting (whether nbgrader says that it needs a
    person, or a person's mark is more than the question gives now), said and comment (the
    automatic and the person's words on the answer), and held (the
    whole submission: why, else ""). Empty where there is no gradebook. Raises ``ValueError`` where
    it can't be read.
    """
    import pandas as pd
    from nbgrader import api
    from sqlalchemy import select

    columns = ["assignment", "student_id", "item", "possible", "auto", "manual", "extra"]
    columns += ["waiting", "said", "comment", "held"]
    if not Course(course).has_gradebook:
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
    with refusals(UNREAD), api.Gradebook(url(course)) as book:
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
    frame["waiting"] |= frame["manual"].astype(float) > frame["possible"] + regrade.SLACK
    return frame[columns].astype({"auto": float, "manual": float, "extra": float, "waiting": bool})


@dataclass(frozen=True)
class Dates:
    """When work came, until when it was due for that student, and the points taken off."""

    handed_in: datetime | None
    due: datetime | None
    penalty: float
    #: Of which ``due`` is made: everybody's date, and what this student has more.
    duedate: datetime | None = None
    extension: timedelta | None = None
    #: Whether it isn't settled yet if it was late.
    unsettled: bool = False


def dates(course: Path, assignment: str) -> dict[str, Dates]:
    """Dates and late penalties of an assignment by student, in UTC; empty without a gradebook.

    Raises ``ValueError`` where it can't be read.
    """
    from nbgrader import api
    from sqlalchemy import select

    if not Course(course).has_gradebook:
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
    with refusals(UNREAD), api.Gradebook(url(course)) as book:
        rows = book.db.execute(asked).all()
    found = {}
    for student, handed_in, due, extension, penalty in rows:
        until = due and due + (extension or timedelta(0))
        own_dates = (_aware(handed_in), _aware(until), float(penalty or 0), _aware(due), extension)
        found[str(student)] = Dates(*own_dates)
    return found


def mark_by_hand(
    course: Path, assignment: str, student: str, item: str, points: float, comment: str
) -> None:
    """Write a person's mark and comment, as formgrader does, in one commit.

    Raises ``ValueError``, and changes nothing, where there is no such answer, where it can't have
    so many points, and where the gradebook can't be written.
    """
    from nbgrader.api import Gradebook, MissingEntry

    if not Course(course).has_gradebook:
        raise ValueError(f"there is no gradebook in {course}")
    with refusals(UNMARKED), Gradebook(url(course)) as book:
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


def cells(course: Path, name: str) -> tuple[dict[str, regrade.Cell], int]:
    """The cells of an assignment as nbgrader keeps them, and how many submissions it has.

    Raises ``ValueError`` where it isn't in the gradebook, or that can't be read.
    """
    from nbgrader.api import Gradebook, MissingEntry

    with refusals(UNREAD), Gradebook(url(course)) as book:
        try:
            (notebook,) = book.find_assignment(name).notebooks
        except (MissingEntry, ValueError):
            raise ValueError(UNRELEASED.format(name=name)) from None
        roles: dict[str, set[str]] = {}
        points: dict[str, float] = {}
        kinds = (("grade", "grade_cells"), ("solution", "solution_cells"), ("task", "task_cells"))
        for role, kind in kinds:
            for cell in getattr(notebook, kind):
                roles.setdefault(cell.name, set()).add(role)
                if role != "solution":
                    points[cell.name] = float(cell.max_score)
        texts = {}
        for cell in notebook.source_cells:
            own = roles.setdefault(cell.name, set())
            own |= set() if "solution" in own else {"locked"}
            texts[cell.name] = "" if "solution" in own else cell.source or ""
        found = {
            id_: regrade.Cell(frozenset(own), points.get(id_), texts.get(id_, ""))
            for id_, own in roles.items()
        }
        return found, len(notebook.submissions)
