"""Recording results in nbgrader's own gradebook: one writer, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from . import late_penalties, late_plugin, regrade, shared_work, submission_times
from .adjustments import overridden
from .adjustments.rules import Rule
from .course_assignment import is_own
from .database import in_transaction, lock, opened
from .gradebook import HELD, UNTOUCHED, aware, item_of, naive
from .notes import Note, say
from .results import Result

# Imported late: nbgrader, sqlalchemy. They take a second, in which processes warm up already.

REFUSED = (
    "the gradebook cannot be written ({why}). What was graded is kept: {free}, or free some "
    "disk space, then run the same command with --resume"
)
T = TypeVar("T")


class Recorder:
    """The one writer of an assignment's results. Use as a context manager.

    Manual marks are kept. An answer that has one is shown to the marker again where its text has
    changed since then.
    """

    def __init__(self, course: Path, name: str) -> None:
        self._course, self._name = course, name

    def __enter__(self) -> Recorder:
        with ExitStack() as stack:
            self._book = stack.enter_context(opened(self._course, REFUSED))
            in_transaction(self._book, self._begin, REFUSED)
            self._until = stack.pop_all()
        return self

    def _begin(self) -> None:
        """Read what the assignment is made of."""
        self._assignment = self._book.find_assignment(self._name)
        notebooks = sorted(self._assignment.notebooks, key=lambda one: one.name)
        several = len(notebooks) > 1
        self._cells: dict[str, str] = {}
        self._possible: dict[str, float] = {}
        self._graded: dict[str, list[str]] = {}
        self._commented: dict[str, list[str]] = {}
        for own in notebooks:
            graded = [*own.grade_cells, *own.task_cells]
            commented = [*own.solution_cells, *own.task_cells]
            for cell in (*graded, *commented):
                self._cells[cell.id] = item_of(own.name, cell.name, several=several)
            self._possible |= {cell.id: float(cell.max_score) for cell in graded}
            self._graded[own.id] = [cell.id for cell in graded]
            self._commented[own.id] = [cell.id for cell in commented]

    def __exit__(self, *error: Any) -> None:
        self._until.__exit__(*error)

    def record(self, results: Iterable[Result]) -> None:
        """Write results, all or none of them."""
        given = list(results)
        self._changed(lambda: self._all(given))

    def _changed(self, change: Callable[[], T]) -> T:
        """Return all that ``change`` does or nothing.

        The database's refusal becomes one line for people.
        """

        def alone() -> T:
            lock(self._book, self._name)
            return change()

        return in_transaction(self._book, alone, REFUSED)

    def _asked(self, question: Any) -> list[Any]:
        """Return what is in the gradebook. No transaction stays open: grading takes minutes."""
        return in_transaction(self._book, lambda: self._book.db.execute(question).all(), REFUSED)

    def _all(self, results: list[Result]) -> None:
        """Write results in a few statements, by keys that the gradebook has an index for."""
        from nbgrader.api import Comment, Grade
        from sqlalchemy import insert, select

        there, made, of = self._notebooks(results)
        for kind, cells, values in (
            (Grade, self._graded, self._grade),
            (Comment, self._commented, self._comment),
        ):
            every = [cell for own in cells.values() for cell in own]
            asked = select(kind).where(kind.cell_id.in_(every), kind.notebook_id.in_(there))
            # formgrader may be writing a person's mark just now.
            asked = asked.with_for_update(of=kind)
            for row in self._book.db.scalars(asked):
                for name, value in values(there[row.notebook_id], row.cell_id, row).items():
                    setattr(row, name, value)
            rows = [
                {"cell_id": cell, "notebook_id": id_, **values(result, cell)}
                for id_, result in made.items()
                for cell in cells[of[id_]]
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
        # PostgreSQL has no sign of number 0, which a student's name of a file may have.
        why = say(result.held).replace("\0", "") if result.held else ""
        return {"auto_comment": HELD.format(why=why) if result.held else said}

    def _notebooks(
        self, results: list[Result]
    ) -> tuple[dict[str, Result], dict[str, Result], dict[str, str]]:
        """Return results by the id of their notebooks in the gradebook.

        Return those that were there, and those that were made now.

        The last value says which of the assignment's notebooks each one is.
        """
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
        from nbgrader.utils import parse_utc
        from sqlalchemy import select

        db, whole, part = self._book.db, SubmittedAssignment, SubmittedNotebook
        by_student = {result.student: result for result in results}
        asked = select(whole, part.id, part.notebook_id).join(part, part.assignment_id == whole.id)
        mine = (whole.assignment_id == self._assignment.id, part.notebook_id.in_(self._graded))
        found = db.execute(asked.where(*mine, whole.student_id.in_(by_student))).all()
        submissions = {submission.student_id: submission for submission, _, _ in found}
        there = {id_: by_student[submission.student_id] for submission, id_, _ in found}
        of = {id_: str(notebook) for _, id_, notebook in found}
        known = set(db.scalars(select(Student.id).where(Student.id.in_(by_student))))
        parts: list[tuple[str, Any]] = []
        # Not by the gradebook's own methods, which would commit.
        db.add_all(Student(id=student) for student in by_student if student not in known)
        for student in by_student.keys() - submissions.keys():
            own = whole(assignment_id=self._assignment.id, student_id=student)
            parts += [(student, part(notebook_id=n, assignment=own)) for n in self._graded]
            submissions[student] = own
        db.add_all(submissions.values())
        for student, result in by_student.items():
            if result.submitted:
                submissions[student].timestamp = parse_utc(result.submitted)
        db.flush()
        of |= {own.id: str(own.notebook_id) for _, own in parts}
        return there, {own.id: by_student[student] for student, own in parts}, of

    def marked_by_hand(self) -> dict[str, dict[str, float]]:
        """Return the marks that people gave, by student and question."""
        from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select

        whole, part = SubmittedAssignment, SubmittedNotebook
        asked = (
            select(whole.student_id, Grade.cell_id, Grade.manual_score)
            .join(part, part.assignment_id == whole.id)
            .join(Grade, Grade.notebook_id == part.id)
            .where(part.notebook_id.in_(self._graded), Grade.manual_score.is_not(None))
        )
        found: dict[str, dict[str, float]] = {}
        for student, cell, points in self._asked(asked):
            found.setdefault(str(student), {})[self._cells[cell]] = float(points)
        return found

    def waiting(self) -> set[str]:
        """Return students with an answer that a person has yet to mark."""
        from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select

        whole, part = SubmittedAssignment, SubmittedNotebook
        asked = (
            select(whole.student_id)
            .join(part, part.assignment_id == whole.id)
            .join(Grade, Grade.notebook_id == part.id)
            .where(part.notebook_id.in_(self._graded), Grade.needs_manual_grade)
        )
        return {str(student) for (student,) in self._asked(asked)}

    def too_high(self) -> dict[str, list[Note]]:
        """Marks that people gave and that are more than the question gives now, by student."""
        most = {self._cells[cell]: points for cell, points in self._possible.items()}
        found = {}
        for student, marks in sorted(self.marked_by_hand().items()):
            above = [i for i, points in marks.items() if regrade.above(points, most[i])]
            if above:
                found[student] = [
                    Note("mark-too-high", i, {"points": marks[i], "possible": most[i]})
                    for i in sorted(above)
                ]
        return found

    def people_s_marks(self, rule: Rule) -> None:
        """Bring people's marks up to date: what is overridden, and what is a group's.

        What isn't overridden any more is as before. Who has a copy of a group's work has its marks
        and comments, but for marks of their own.
        """
        from nbgrader.api import Comment, Grade

        kept = overridden.read(self._course, self._name)
        groups = shared_work.origins(self._course, self._name)
        if not rule.marks and not kept and not groups:
            return

        def bring_up_to_date() -> None:
            rows = self._rows(Grade)
            overridden.put_back(rows, kept)
            if carried := shared_work.carry(rows, groups):
                words = self._rows(Comment)
                for student, other, item in carried:
                    own, theirs = words.get((student, item)), words.get((other, item))
                    if own is not None and theirs is not None:
                        own.manual_comment = own.manual_comment or theirs.manual_comment
            wanted = {who: rule.overridden_for(who) for who in sorted({who for who, _ in rows})}
            # Before the commit: should it end between the two, the gradebook has the earlier marks.
            overridden.write(self._course, self._name, overridden.put(rows, wanted))

        self._changed(bring_up_to_date)

    def _rows(self, kind: Any) -> dict[tuple[str, str], Any]:
        """nbgrader's grades or comments, by student and cell."""
        from nbgrader.api import SubmittedAssignment, SubmittedNotebook
        from sqlalchemy import select

        whole, part = SubmittedAssignment, SubmittedNotebook
        asked = (
            select(whole.student_id, kind)
            .join(part, part.assignment_id == whole.id)
            .join(kind, kind.notebook_id == part.id)
            .where(part.notebook_id.in_(self._graded))
            .with_for_update(of=kind)
        )
        found = self._book.db.execute(asked).all()
        return {(str(who), self._cells[row.cell_id]): row for who, row in found}

    def penalise(
        self, rules: late_penalties.Deadlines | None, adjusted: Rule
    ) -> dict[str, late_penalties.Standing]:
        """Set due dates, extensions and late penalties of all submissions, all or none of them.

        A penalty is a share of what counts for that student, as ``adjusted`` says it. Returns how
        each submission stands that loses points, or of which it can't be told.
        """
        if not rules:
            return self._by_plugin()
        from nbgrader.api import SubmittedNotebook
        from sqlalchemy import select

        own = rules.of(self._name)
        possible = {self._cells[cell]: points for cell, points in self._possible.items()}
        part = SubmittedNotebook

        def set_all() -> dict[str, late_penalties.Standing]:
            found = {}
            asked = select(part).where(part.notebook_id.in_(self._graded))
            parts: dict[str, list[Any]] = {}
            for one in self._book.db.scalars(asked):
                parts.setdefault(one.assignment_id, []).append(one)
            if own.due:
                self._assignment.duedate = naive(own.due)
            due = self._assignment.duedate
            submissions = list(self._assignment.submissions)
            students = [str(submission.student_id) for submission in submissions]
            came = submission_times.read(self._course, self._name, students, own)
            for submission, student in zip(submissions, students, strict=True):
                until = late_penalties.due_of(own, student, aware(due), submission.extension)
                if own.extensions is not None:
                    given = until and due and naive(until) - due
                    submission.extension = given or None
                arrival = came.get(student, late_penalties.Arrival(aware(submission.timestamp)))
                most = adjusted.maximum(student, possible)
                stands = late_penalties.standing(own, until, arrival, most)
                submission.timestamp = stands.came and naive(stands.came)
                self._take_off(parts[submission.id], stands.off)
                if stands.off or stands.question:
                    found[student] = stands
            return found

        return self._changed(set_all)

    def _by_plugin(self) -> dict[str, late_penalties.Standing]:
        """Late penalties as nbgrader's settings have them, as ``nbgrader autograde`` does it."""
        penalty = late_plugin.late_plugin(self._course, self._name)
        if penalty is None and is_own(self._course, self._name):
            return {}

        def set_all() -> dict[str, late_penalties.Standing]:
            found = {}
            for submission in self._assignment.submissions:
                late, total = submission.total_seconds_late, 0.0
                for part in submission.notebooks:
                    who = str(submission.student_id)
                    off = penalty(who, part, late) if penalty and late > 0 else None
                    part.late_submission_penalty = off
                    total += off or 0.0
                if total:
                    came = aware(submission.timestamp)
                    found[str(submission.student_id)] = late_penalties.Standing(came, total)
            return found

        return self._changed(set_all)

    def _take_off(self, parts: list[Any], points: float) -> None:
        """Take points off a submission's notebooks, each its share: nbgrader adds them up."""
        most = [sum(self._possible[cell] for cell in self._graded[p.notebook_id]) for p in parts]
        for part, own in zip(parts, most, strict=True):
            share = own / sum(most) if sum(most) else 1 / len(parts)
            part.late_submission_penalty = points * share

    def extended(self, rules: late_penalties.Deadlines | None) -> list[str]:
        """Return who has an extension in the gradebook that the rules do not mention."""
        if not rules or rules.of(self._name).extensions is not None:
            return []
        return sorted(str(s.student_id) for s in self._assignment.submissions if s.extension)
