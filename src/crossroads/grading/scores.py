"""Every student's points and total, as earned and as they count, and why there is none yet."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course import Course
from . import database, gradebook, late_penalties, regrade, submission_times
from .adjustments import in_course
from .adjustments.file import Adjustments
from .adjustments.rules import WHOLE, Adjusted, Rule, adjust
from .late_penalties import Deadlines
from .notes import Note

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The course's rules on marks and people, from its files."""

    adjusted: Adjustments
    late: Deadlines | None
    students: Collection[str]


@dataclass(frozen=True)
class Marked:
    """An assignment's marks.

    A row is a student's, in order of ids: ``student_id``, the points of each question or criterion,
    ``late_penalty`` and ``total``, of which the penalty is taken off already, as in nbgrader's own
    export. A question that still waits for a person, or was held, is ``None``, and so is the total
    then: part of a sum is no sum. There is no total either where ``unsettled`` says why.
    """

    #: The points of each question; and the gradebook's date by which it is due.
    possible: dict[str, float]
    due: datetime | None
    rule: Rule
    earned: list[Row]
    #: As they are adjusted: without points of what a student is excused from. Besides, a row has
    #: ``adjusted``; ``None`` where ``adjustments.yml`` says nothing of the assignment. Who handed
    #: nothing in has a row where all is excused, or every question has a mark by hand.
    counted: list[Row]
    #: By student: why there is no total although all is marked; and whose lateness isn't settled.
    unsettled: dict[str, list[Note]]
    late: dict[str, Note]


def scores(course: Path, name: str) -> list[Row]:
    """Return every student's points as they count: the rows ``counted`` of ``read``."""
    return read(course, name).counted


def unsettled(course: Path, name: str) -> dict[str, list[Note]]:
    """Return why students have no total although all is marked: ``unsettled`` of ``read``."""
    return read(course, name).unsettled


def rules_of(course: Path) -> Rules:
    """Read what a course's files say. Raises ``ValueError`` for what is wrong in them."""
    late, adjusted = submission_times.rules(course)[0], in_course.rules(course)[0]
    return Rules(adjusted, late, database.known(course).students if adjusted.own else ())


def read(course: Path, name: str, rules: Rules | None = None) -> Marked:
    """Return an assignment's marks, by the course's ``rules``.

    Raises ``ValueError`` where there is no gradebook, or the assignment isn't in it, and for what
    is wrong in ``deadlines.yml`` or ``adjustments.yml``.
    """
    from nbgrader.api import MissingEntry  # slow, and only needed here

    if not Course(course).has_gradebook:
        raise ValueError(f"there is no gradebook in {course}")
    with database.opened(course) as book:
        try:
            assignment = book.find_assignment(name)
        except MissingEntry:
            there = ", ".join(sorted(str(one.name) for one in book.assignments)) or "none"
            raise ValueError(f"{name} is not in the gradebook; there are {there}") from None
        if not assignment.notebooks:
            raise ValueError(f"{name} has no notebook in the gradebook: generate the assignment")
        possible = gradebook.possible_of(course, assignment)
        due = gradebook.aware(assignment.duedate)
    rules = rules or rules_of(course)
    rule, marks = rules.adjusted.of(name), gradebook.grades(course, name)
    dates = gradebook.dates(course, name)
    late = _lateness(course, name, rules, dates, possible)
    open_questions = _unsettled(marks, rule, late)
    earned = _earned(marks, possible, dates, open_questions)
    counted = [{**row, "adjusted": None} for row in earned]
    if rule:
        extra: dict[str, dict[str, float]] = {}
        for own in marks[marks["extra"].fillna(0) != 0].itertuples():
            extra.setdefault(str(own.student_id), {})[str(own.item)] = float(own.extra)
        counted = _counted(earned, rule, possible, open_questions, rules.students, extra)
    return Marked(possible, due, rule, earned, counted, open_questions, late)


def _earned(
    marks: pd.DataFrame,
    possible: Mapping[str, float],
    dates: Mapping[str, gradebook.Dates],
    open_questions: Collection[str],
) -> list[Row]:
    manual = marks["manual"]
    given = manual.fillna(marks["auto"]).fillna(0) + marks["extra"].fillna(0)
    # What was held hasn't been marked, whatever a question's own row says.
    unmarked = marks["waiting"] | marks["held"].notna()
    above = manual.fillna(marks["auto"]) > marks["possible"] + regrade.SLACK
    none = manual.isna() & (unmarked | marks["auto"].isna())
    found = marks.assign(points=given.mask(none | above), given=given)
    rows = []
    for student, own in found.groupby("student_id"):
        points = dict(zip(own["item"], own["points"], strict=True))
        listed = {i: None if math.isnan(points[i]) else points[i] for i in possible if i in points}
        off = dates[str(student)].penalty
        open_ = str(student) in open_questions or any(listed.get(i) is None for i in possible)
        whole = None if open_ else max(float(own["given"].sum()) - off, 0.0)
        rows.append({"student_id": student, **listed, "late_penalty": off, "total": whole})
    return rows


def _counted(
    earned: list[Row],
    rule: Rule,
    possible: Mapping[str, float],
    open_questions: Collection[str],
    students: Collection[str],
    extra: Mapping[str, Mapping[str, float]],
) -> list[Row]:
    found = {}
    for row in earned:
        student = str(row["student_id"])
        points = {item: row[item] for item in possible if item in row}
        given = extra.get(student)
        made = adjust(rule, student, points, possible, row["late_penalty"], given)
        found[student] = replace(made, total=None) if student in open_questions else made
    for student in {*students} - found.keys():
        made = adjust(rule, student, {}, possible)
        if made.is_excused or made.total is not None:
            found[student] = made
    return [_row(student, made) for student, made in sorted(found.items())]


def _row(student: str, made: Adjusted) -> Row:
    points = {
        item: None if made.is_excused or item in made.excused else value
        for item, value in made.points.items()
    }
    about = {"late_penalty": made.late_penalty, "total": made.total, "adjusted": made}
    return {"student_id": student, **points, **about}


def _unsettled(marks: pd.DataFrame, rule: Rule, late: Mapping[str, Note]) -> dict[str, list[Note]]:
    """Return a mark is more than its question gives, or lateness isn't settled."""
    found: dict[str, list[Note]] = {}
    given = marks["manual"].fillna(marks["auto"])
    for row in marks[given > marks["possible"] + regrade.SLACK].itertuples():
        student, item = str(row.student_id), str(row.item)
        replaced = {*rule.overridden_for(student), *rule.excused_for(student)}
        if item in replaced or WHOLE in replaced:
            continue
        points = row.auto if math.isnan(row.manual) else row.manual
        about = {"points": float(points), "possible": float(row.possible)}
        found.setdefault(student, []).append(Note("more-than-possible", item, about))
    for student, why in late.items():
        found.setdefault(student, []).append(why)
    return dict(sorted(found.items()))


def _lateness(
    course: Path,
    name: str,
    rules: Rules,
    dates: Mapping[str, gradebook.Dates],
    possible: Mapping[str, float],
) -> dict[str, Note]:
    """Return whose lateness isn't settled, and why.

    A person has to decide whether it was late, or the penalty in the gradebook isn't what
    ``deadlines.yml`` says today.
    """
    if not rules.late:
        return {}
    own, adjusted, found = rules.late.of(name), rules.adjusted.of(name), {}
    came = submission_times.read(course, name, dates, own)
    for student, recorded in dates.items():
        due = late_penalties.due_of(own, student, recorded.duedate, recorded.extension)
        arrival = came.get(student, late_penalties.Arrival(recorded.submitted))
        most = adjusted.maximum(student, possible)
        stands = late_penalties.standing(own, due, arrival, most)
        if stands.question:
            found[student] = stands.question
        elif abs(stands.off - recorded.penalty) > regrade.ROUNDING:
            about = {"recorded": recorded.penalty, "off": stands.off, "assignment": name}
            found[student] = Note("penalty-differs", values=about)
    return found
