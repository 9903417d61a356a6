"""Read nbgrader's gradebook (cells, grades, comments, dates), and write a person's mark into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course import Course
from . import regrade, shared_work
from .adjustments import overridden
from .database import in_order, in_transaction, lock, opened

if TYPE_CHECKING:
    import pandas as pd


# Imported late: nbgrader, sqlalchemy, pandas. They take a second, which few commands need.

UNTOUCHED = "No response."
HELD = "On hold: {why}"
UNMARKED = (
    "the gradebook cannot be written ({why}), so this mark is not in it yet. {Free}, or free "
    "some disk space, then save again"
)
UNRELEASED = "{name} is not released yet: crossroads release {name}"


def item_of(notebook: str, cell: str, *, several: bool) -> str:
    """Return what a cell is called within an assignment.

    Its notebook is part of the name where there are several.
    """
    return f"{notebook}/{cell}" if several else cell


def cells(course: Path, name: str) -> tuple[dict[str, regrade.Cell], int]:
    """Return the cells of an assignment as nbgrader keeps them, and how many submissions it has.

    Raises ``ValueError`` where it isn't in the gradebook, or that can't be read.
    """
    from nbgrader.api import MissingEntry

    with opened(course) as book:
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


def possible(course: Path) -> dict[str, dict[str, float]]:
    """Return the points possible of each question, by assignment; empty without a gradebook.

    An assignment that has no notebook yet isn't among them.
    Raises ``ValueError`` where it can't be read.
    """
    if not Course(course).has_gradebook:
        return {}
    found: dict[str, dict[str, float]] = {}
    with opened(course) as book:
        for assignment in book.assignments:
            if points := possible_of(course, assignment):
                found[str(assignment.name)] = points
    return found


def possible_of(course: Path, assignment: Any) -> dict[str, float]:
    """Return the points possible of each question of a recorded assignment, in order."""
    parts = sorted(assignment.notebooks, key=lambda one: one.name)
    return {
        item_of(str(part.name), str(cell.name), several=len(parts) > 1): float(cell.max_score)
        for part in parts
        for cell in in_order(course, str(part.name), [*part.grade_cells, *part.task_cells])
    }


def grades(course: Path, assignment: str | None = None) -> pd.DataFrame:
    """Return every grade and comment in the gradebook, or those of one assignment.

    A mark that is overridden in ``adjustments.yml`` is what it was before: what was earned. A row
    an assignment, student and item: assignment, student_id, item, possible, auto, manual and
    extra (points, missing where there are none), waiting (whether nbgrader says that it needs a
    person, or a person's mark is more than the question gives now), said and comment (the
    automatic and the person's words on the answer), and held (a note why the whole submission is,
    by its result; ``None`` where it isn't, or has an automatic mark after all). Empty where there
    is no gradebook. Raises ``ValueError`` where it can't be read.
    """
    import pandas as pd
    from nbgrader import api
    from sqlalchemy import func, select

    columns = ["assignment", "student_id", "item", "possible", "auto", "manual", "extra"]
    columns += ["waiting", "said", "comment", "held"]
    if not Course(course).has_gradebook:
        return pd.DataFrame(columns=columns)
    own, part, base = api.SubmittedAssignment, api.SubmittedNotebook, api.BaseCell

    whole = api.Notebook

    def rows(table: Any, *wanted: Any) -> Any:
        asked = (
            select(api.Assignment.name, own.student_id, whole.name, base.name, *wanted)
            .select_from(table)
            .join(part, table.notebook_id == part.id)
            .join(whole, part.notebook_id == whole.id)
            .join(own, part.assignment_id == own.id)
            .join(api.Assignment, own.assignment_id == api.Assignment.id)
            .join(base, table.cell_id == base.id)
        )
        return asked.where(api.Assignment.name == assignment) if assignment else asked

    grade, comment = api.Grade, api.Comment
    with opened(course) as book:
        points = [grade.auto_score, grade.manual_score, grade.extra_credit]
        given = book.db.execute(rows(grade, base.id, *points, grade.needs_manual_grade)).all()
        words = book.db.execute(rows(comment, comment.auto_comment, comment.manual_comment)).all()
        count = func.count(whole.id)
        parts = select(api.Assignment.name, count).join(
            whole, whole.assignment_id == api.Assignment.id
        )
        several = {n for n, c in book.db.execute(parts.group_by(api.Assignment.name)) if c > 1}
        possible: dict[str, float] = {}
        for kind in (api.GradeCell, api.TaskCell):
            table = kind.__table__
            found = book.db.execute(select(table.c.id, table.c.max_score))
            possible |= dict(iter(found))

    def named(found: Any) -> list[Any]:
        return [
            (name, who, item_of(own, cell, several=name in several), *more)
            for name, who, own, cell, *more in found
        ]

    key = columns[:3]
    frame = pd.DataFrame(named(given), columns=[*key, "cell", *columns[4:8]])
    frame["manual"] = _as_earned(course, frame)
    frame["possible"] = frame.pop("cell").map(possible)
    spoken = pd.DataFrame(named(words), columns=[*key, "said", "comment"])
    spoken["item"] = spoken["item"].str.removesuffix("-answer")
    frame = frame.merge(spoken, "left", on=key).fillna({"said": "", "comment": ""})
    frame = frame.sort_values(key[:2], kind="stable", ignore_index=True)
    frame["held"] = _held(course, frame)
    frame["waiting"] |= frame["manual"].astype(float) > frame["possible"] + regrade.SLACK
    return frame[columns].astype({"auto": float, "manual": float, "extra": float, "waiting": bool})


def _as_earned(course: Path, frame: pd.DataFrame) -> list[float | None]:
    """People's marks by row of ``grades``, without those that override others."""
    kept = {str(name): overridden.read(course, str(name)) for name in frame["assignment"].unique()}
    if not any(kept.values()):
        return list(frame["manual"])
    manual = []
    rows = zip(frame["assignment"], frame["student_id"], frame["item"], strict=True)
    for (name, student, item), mark in zip(rows, frame["manual"], strict=True):
        one = kept[str(name)].get(str(student), {}).get(str(item))
        given = None if mark is None or mark != mark else float(mark)
        manual.append(one.before if one and one.stands(given) else given)
    return manual


def _held(course: Path, frame: pd.DataFrame) -> pd.Series:
    """By row of ``grades``: why the whole submission is held, if it is."""
    import pandas as pd

    # With pandas, too.
    from .results import submitted_notebook

    by = [frame["assignment"], frame["student_id"]]
    marked = frame["auto"].notna().groupby(by, sort=False).any()
    none = [key for key, has_marks in marked.items() if not has_marks]
    why = {key: submitted_notebook(course, str(key[0]), str(key[1]))[1] for key in none}
    return pd.Series([why.get(key) for key in zip(*by, strict=True)], frame.index, dtype=object)


@dataclass(frozen=True)
class Dates:
    """The time of a submission, its deadline for that student, and the late penalty."""

    submitted: datetime | None
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
    with opened(course) as book:
        rows = book.db.execute(asked).all()
    found: dict[str, Dates] = {}
    for student, submitted, due, extension, penalty in rows:
        until = due and due + (extension or timedelta(0))
        # Of several notebooks each has its share.
        off = float(penalty or 0) + (found[str(student)].penalty if str(student) in found else 0)
        own_dates = (aware(submitted), aware(until), off, aware(due), extension)
        found[str(student)] = Dates(*own_dates)
    return found


def mark_by_hand(
    course: Path, assignment: str, student: str, item: str, points: float, comment: str
) -> None:
    """Write a person's mark and comment, as formgrader does, in one commit.

    In work that a group submitted once it is everybody's mark, but for those who have another one.
    Raises ``ValueError``, and changes nothing, where there is no such answer, where it can't have
    so many points, and where the gradebook can't be written.
    """
    from nbgrader.api import MissingEntry

    if not Course(course).has_gradebook:
        raise ValueError(f"there is no gradebook in {course}")

    def mark(book: Any) -> list[str]:
        """Write it; returns whose mark it is."""
        lock(book, assignment)
        try:
            grade = book.find_grade(*_of(book, assignment, item), student)
            words = _comment(book, assignment, item, student)
        except MissingEntry:
            raise ValueError(f"{student} has no answer to {assignment}/{item} to mark") from None
        if not 0 <= points <= grade.max_score:
            raise ValueError(f"{assignment}/{item} takes 0 to {grade.max_score:g} points")
        kept = overridden.read(course, assignment)

        def mark_of(who: str, row: Any) -> float | None:
            one = kept.get(who, {}).get(item)
            return one.before if one and one.stands(row.manual_score) else row.manual_score

        before, marked = mark_of(student, grade), [(student, grade, words)]
        for other in shared_work.together(course, assignment, student):
            try:
                theirs = book.find_grade(*_of(book, assignment, item), other)
                said = _comment(book, assignment, item, other)
            except MissingEntry:
                continue
            if mark_of(other, theirs) in (None, before):
                marked.append((other, theirs, said))
        for _, row, said in marked:
            row.manual_score, row.needs_manual_grade = points, False
            # PostgreSQL has no sign of number 0.
            said.manual_comment = comment.replace("\0", "").strip() or None
        return [who for who, _, _ in marked]

    with opened(course, UNMARKED) as book:
        whose = in_transaction(book, lambda: mark(book), UNMARKED)
    for who in whose:
        overridden.forget(course, assignment, who, item)


def _comment(book: Any, assignment: str, item: str, student: str) -> Any:
    """Return the comment on an answer; of what a test marks, it is the answer's own cell's."""
    from nbgrader.api import MissingEntry

    cell, *of = _of(book, assignment, item)
    try:
        return book.find_comment(cell, *of, student)
    except MissingEntry:
        return book.find_comment(f"{cell}-answer", *of, student)


def _of(book: Any, assignment: str, item: str) -> tuple[str, str, str]:
    """Return a question's cell, notebook and assignment, as nbgrader asks for it."""
    notebooks = [str(own.name) for own in book.find_assignment(assignment).notebooks]
    if len(notebooks) == 1:
        return item, notebooks[0], assignment
    notebook, _, cell = item.partition("/")
    return cell, notebook, assignment


def aware(time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)


def naive(time: datetime) -> datetime:
    """Return a time as the gradebook keeps it: in UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)
