"""The total of a course: its assignments as they count, without those that are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ...grading.course_totals import StudentTotal, course_totals
from .marks import Marks
from .table import Cell, Table, rounded

#: How the total is called on a platform, and its maximum there: a student's own may be less.
NAME, MAXIMUM = "Course total", 100.0


def read_totals(course: Path) -> list[StudentTotal]:
    """Return everybody's total. Raises ``ValueError`` where there are no marks yet."""
    found = course_totals(course)
    if not any(one.scores for one in found):
        raise ValueError(f"there are no marks in {course} yet")
    return found


def plain_totals(totals: Sequence[StudentTotal], decimals: int = 2) -> Table:
    """Return one row a student: points of each assignment, drops, excuses and the total."""
    names = _names(totals)
    head: list[Cell] = ["student_id", *names, "dropped", "excused"]
    table: Table = [[*head, "total", "possible", "percent"]]
    for one in totals:
        own, total = one.scores, one.total
        marks = [own[name].points if name in own else None for name in names]
        excused = " ".join(name for name in names if name in own and own[name].excused)
        about: list[Cell] = [" ".join(sorted(total.dropped or ())), excused]
        share = None if total.share is None else 100 * total.share
        numbers = [rounded(n, decimals) for n in (total.points, total.possible, share)]
        table.append([one.student, *(rounded(n, decimals) for n in marks), *about, *numbers])
    return table


def totals_as_marks(totals: Iterable[StudentTotal]) -> Marks:
    """Return the totals in per cent, as the marks of one assignment of 100 points."""
    rows = []
    for one in totals:
        share = None if one.total.share is None else MAXIMUM * one.total.share
        about = {"late_penalty": 0.0, "total": share, NAME: share}
        rows.append({"student_id": one.student, **about})
    return Marks(NAME, {NAME: MAXIMUM}, rows, {})


def without_total(totals: Iterable[StudentTotal]) -> list[str]:
    """Return students who are excused from everything that they have a mark of."""
    return [
        one.student
        for one in totals
        if one.scores and all(score.excused for score in one.scores.values())
    ]


def _names(totals: Iterable[StudentTotal]) -> list[str]:
    return sorted({name for one in totals for name in one.scores})
