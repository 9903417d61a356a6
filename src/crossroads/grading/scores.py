"""Every student's points and total, and why there is none yet."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..course import Course
from . import database, gradebook, late_penalties, regrade, submission_times
from .adjustments import in_course
from .adjustments.rules import WHOLE, Adjusted, adjust
from .gradebook import dates, grades, url
from .notes import Note


def scores(course: Path, name: str) -> list[dict[str, Any]]:
    """Every student's points as they count: as ``earned`` has them, then as they are adjusted.

    A question that a student is excused from has none. Besides what ``earned`` gives, a row has
    ``adjusted``: all that ``adjustments.yml`` makes of it; ``None`` where that says nothing of the
    assignment. Who handed nothing in has a row where all is excused, or every question has a mark
    by hand. Raises ``ValueError`` for what is wrong in the file, too.
    """
    return both(course, name)[1]


def both(course: Path, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of ``earned`` and of ``scores``."""
    rows, (rules, _) = earned(course, name), in_course.rules(course)
    if not (rule := rules.of(name)):
        return rows, [{**row, "adjusted": None} for row in rows]
    possible = gradebook.possible(course)[name]
    found, open_questions = [], unsettled(course, name)
    for row in rows:
        student = str(row["student_id"])
        points = {item: row[item] for item in possible if item in row}
        made = adjust(rule, student, points, possible, row["late_penalty"])
        if student in open_questions:
            made = replace(made, total=None)
        found.append(_row(student, made))
    there = {str(row["student_id"]) for row in rows}
    for student in database.everybody(course)[0].keys() - there:
        made = adjust(rule, student, {}, possible)
        if made.is_excused or made.total is not None:
            found.append(_row(student, made))
    return rows, sorted(found, key=lambda row: str(row["student_id"]))


def _row(student: str, made: Adjusted) -> dict[str, Any]:
    points = {
        item: None if made.is_excused or item in made.excused else value
        for item, value in made.points.items()
    }
    about = {"late_penalty": made.late_penalty, "total": made.total, "adjusted": made}
    return {"student_id": student, **points, **about}


def earned(course: Path, name: str) -> list[dict[str, Any]]:
    """Every student's points by question or criterion, as they were earned, before any adjustment.

    One row a student, in order of ids.

    A question that still waits for a person, or was held, is ``None``, and so is the ``total``
    then: part of a sum is no sum. There is no total either where something else isn't settled, as
    ``unsettled`` says it. ``late_penalty`` is taken off it already, as in nbgrader's own export.
    Raises ``ValueError`` where there is no gradebook, or the assignment isn't in it.
    """
    from nbgrader.api import Gradebook, MissingEntry  # slow, and only needed here

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
    unmarked = found["waiting"] | found["held"].notna()
    above = manual.fillna(found["auto"]) > found["possible"] + regrade.SLACK
    none = manual.isna() & (unmarked | found["auto"].isna())
    found["points"] = given.mask(none | above)
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


def unsettled(course: Path, name: str) -> dict[str, list[Note]]:
    """Why students have no total although all is marked, by student.

    A mark is more than its question gives, or lateness isn't settled. Raises ``ValueError`` for
    what is wrong in ``deadlines.yml``.
    """
    found: dict[str, list[Note]] = {}
    marks, rule = grades(course, name), in_course.rules(course)[0].of(name)
    given = marks["manual"].fillna(marks["auto"])
    for row in marks[given > marks["possible"] + regrade.SLACK].itertuples():
        student, item = str(row.student_id), str(row.item)
        replaced = {*rule.overruled_for(student), *rule.excused_for(student)}
        if item in replaced or WHOLE in replaced:
            continue
        points = row.auto if math.isnan(row.manual) else row.manual
        about = {"points": float(points), "possible": float(row.possible)}
        found.setdefault(student, []).append(Note("more-than-possible", item, about))
    for student, why in lateness(course, name).items():
        found.setdefault(student, []).append(why)
    return dict(sorted(found.items()))


def lateness(course: Path, name: str) -> dict[str, Note]:
    """Whose lateness isn't settled, and why.

    A person has to decide whether it was late, or the penalty in the gradebook isn't what
    ``deadlines.yml`` says today. Raises ``ValueError`` for what is wrong there.
    """
    rules, _ = submission_times.rules(course)
    if not rules:
        return {}
    own, known, found = rules.of(name), dates(course, name), {}
    adjusted, possible = (
        in_course.rules(course)[0].of(name),
        gradebook.possible(course).get(name, {}),
    )
    came = submission_times.read(course, name, known, own)
    for student, recorded in known.items():
        due = late_penalties.due_of(own, student, recorded.duedate, recorded.extension)
        arrival = came.get(student, late_penalties.Arrival(recorded.handed_in))
        most = adjusted.maximum(student, possible)
        stands = late_penalties.standing(own, due, arrival, most)
        if stands.question:
            found[student] = stands.question
        elif abs(stands.off - recorded.penalty) > regrade.ROUNDING:
            about = {"recorded": recorded.penalty, "off": stands.off, "assignment": name}
            found[student] = Note("penalty-differs", values=about)
    return found
