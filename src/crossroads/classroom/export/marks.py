"""An assignment's marks, read from nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...course import Course, Person
from ...grading import scores
from ..notes import Note


@dataclass(frozen=True)
class Marks:
    """An assignment's marks: ``rows`` as ``scores.scores`` gives them.

    ``possible`` are the points of each question, ``comments`` a person's words to each student.
    """

    assignment: str
    possible: Mapping[str, float]
    rows: Sequence[Mapping[str, Any]]
    comments: Mapping[str, str]
    #: Why students have no total although all is marked: notes of grading's.
    unsettled: Mapping[str, list[Note]] = field(default_factory=dict)

    def waiting(self) -> list[str]:
        """Students with an answer that a person has yet to mark."""
        return [
            row["student_id"]
            for row in self.rows
            if any(row.get(question) is None for question in self.possible)
        ]


def read(course: Path, assignment: str) -> Marks:
    """An assignment's marks. Raises ``ValueError`` where the gradebook hasn't any."""
    rows = scores.scores(course, assignment)
    with Course(course).open_gradebook() as book:
        found = book.find_assignment(assignment)
        (notebook,) = found.notebooks
        cells = [*notebook.grade_cells, *notebook.task_cells]
        possible = {cell.name: float(cell.max_score) for cell in cells}
        comments = {}
        for submission in found.submissions:
            said = [
                f"{comment.name}: {' '.join(comment.manual_comment.split())}"
                for part in submission.notebooks
                for comment in part.comments
                if comment.manual_comment and comment.manual_comment.strip()
            ]
            comments[str(submission.student_id)] = "\n".join(said)
    return Marks(assignment, possible, rows, comments, scores.unsettled(course, assignment))


def of_known(
    marks: Marks, people: Iterable[Person]
) -> tuple[list[tuple[Mapping[str, Any], Person]], list[Note]]:
    """Marks with the person they belong to; marks of people who aren't on the roster are named."""
    roster = {person.student_id: person for person in people}
    if not roster:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    known = [(row, roster[row["student_id"]]) for row in marks.rows if row["student_id"] in roster]
    strange = [row["student_id"] for row in marks.rows if row["student_id"] not in roster]
    return known, [Note("not-on-roster", values={"student": student}) for student in strange]
