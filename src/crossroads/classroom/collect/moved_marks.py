"""The marks of submissions that are moved to another student, in nbgrader's gradebook and beside.

What a person gave stays: it goes along with the work, or it is said where it can't.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...course import Course
from ...files import write_whole
from ...grading import database
from ..notes import Note


def move(
    course: Course, assignment: str, moves: Mapping[str, str], placed: Mapping[str, str]
) -> list[Note]:
    """Let marks follow the work; of ``moves``, ``placed`` are those that are submissions now."""
    about = {"assignment": assignment}
    taken, lost = _in_gradebook(course, assignment, moves, placed)
    # All out of the way first: two may be swapped.
    waiting = {}
    for student in moves:
        shutil.rmtree(course.feedback(student, assignment), ignore_errors=True)
        course.result(student, assignment).unlink(missing_ok=True)
        folder = course.autograded(student, assignment)
        if folder.is_dir():
            aside = folder.with_name(f".{assignment}-moved")
            shutil.rmtree(aside, ignore_errors=True)  # of a move that was cut off
            waiting[student] = folder.rename(aside)
    for student, folder in waiting.items():
        there = course.autograded(taken.get(student, student), assignment)
        if student not in taken or there.exists():
            shutil.rmtree(folder)
        else:
            there.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(there)
    _rename(course.overridden(assignment), taken, below=False)
    for path in sorted(course.marking(assignment).glob("*.json")):
        _rename(path, taken, below=True)
    notes = [
        Note("marks-taken-away", values={"student": who, "to": moves[who], "marks": marks})
        for who, marks in lost.items()
    ]
    if taken:
        notes.append(Note("marks-moved", values=about))
    elif waiting or lost:
        notes.append(Note("grade-moved", values=about))
    return notes


def _in_gradebook(
    course: Course, assignment: str, moves: Mapping[str, str], placed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return whose marks went to whom.

    Return also the manual marks that were lost because the other student has marks already.
    """
    if not course.has_gradebook:
        return {}, {}
    from nbgrader.api import MissingEntry  # slow, and only needed here

    with database.refusals(database.UNREAD), course.open_gradebook() as book:
        try:
            rows = {str(s.student_id): s for s in book.find_assignment(assignment).submissions}
        except MissingEntry:
            return {}, {}
        own = {student: rows[student] for student in moves if student in rows}
        free = {s: to for s, to in placed.items() if s in own and (to not in rows or to in own)}
        for student in free:
            own[student].student = None  # nobody has two submissions, not even for a moment
        book.db.flush()
        lost = {}
        for student, row in own.items():
            if student in free:
                row.student = book.update_or_create_student(free[student])
                row.extension = None
            elif not course.is_submitted(student, assignment):
                if marks := _by_hand(row):
                    lost[student] = marks
                book.remove_submission(assignment, student)
        book.db.commit()
    return free, lost


def _by_hand(row: Any) -> list[str]:
    """Return what people gave for a submission, in words."""
    given = [grade for part in row.notebooks for grade in part.grades]
    said = [(c.name, c.manual_comment) for p in row.notebooks for c in p.comments]
    words = {name: f" ({comment})" for name, comment in said if comment}
    return [
        f"{grade.name}: {grade.manual_score:g}{words.get(grade.name, '')}"
        for grade in given
        if grade.manual_score is not None
    ]


def _rename(path: Path, taken: Mapping[str, str], *, below: bool) -> None:
    """Let what a file keeps of students be of those who have the work now."""
    if not path.is_file():
        return
    data = json.loads(path.read_text("utf-8"))
    for own in data.values() if below else (data,):
        if not isinstance(own, dict):
            continue
        kept = {to: own.pop(student) for student, to in taken.items() if student in own}
        own.update(kept)
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False))
