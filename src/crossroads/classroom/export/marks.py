"""An assignment's marks, read from nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...course import Person
from ...grading import course_totals, database, scores
from ...grading.adjustments.rules import EVERYBODY, WHOLE
from ..notes import Note

#: Points that are no difference.
SLACK = 1e-6


@dataclass(frozen=True)
class Marks:
    """An assignment's marks: ``rows`` as they count (``scores.Marked``).

    ``possible`` are the points of each question, ``comments`` a person's words to each student.
    """

    assignment: str
    possible: Mapping[str, float]
    rows: Sequence[Mapping[str, Any]]
    comments: Mapping[str, str]
    #: Why students have no total although all is marked: notes of grading's.
    unsettled: Mapping[str, list[Note]] = field(default_factory=dict)
    #: Questions that count but not in the maximum; ``WHOLE`` for all of it.
    extra_credit: frozenset[str] = frozenset()
    #: The whole class's maximum, where it isn't the sum of the questions' points.
    maximum: float | None = None
    #: Whose mark is dropped from the course's total.
    dropped: frozenset[str] = frozenset()

    @property
    def is_adjusted(self) -> bool:
        """Whether ``adjustments.yml`` says anything of the assignment."""
        return any(row.get("adjusted") for row in self.rows)

    @property
    def whole(self) -> float:
        """The maximum, the same for the whole class, as a platform has it."""
        if WHOLE in self.extra_credit:
            return 0.0
        return sum(self.possible.values()) if self.maximum is None else self.maximum

    def possible_of(self, question: str) -> float:
        """Return the points that a question adds to the maximum."""
        return 0.0 if self.extra_credit & {question, WHOLE} else self.possible[question]

    def scaled(self, row: Mapping[str, Any]) -> float | None:
        """Return a total as a share of the whole class's maximum: a platform has one for all.

        So a student who is excused from a question gets the share that was earned of the others.
        """
        made, total = row.get("adjusted"), row["total"]
        most = sum(self.possible.values()) if self.maximum is None else self.maximum
        if not made or total is None or not made.possible or made.possible == most:
            return None if total is None else float(total)
        return float(total) * most / float(made.possible)

    def waiting(self) -> list[str]:
        """Return students with an answer that a person has yet to mark."""
        return [
            row["student_id"]
            for row in self.rows
            if any(row.get(item) is None and item not in excused(row) for item in self.possible)
        ]


def excused(row: Mapping[str, Any]) -> Collection[str]:
    """Return the questions that a student is excused from."""
    if not (made := row.get("adjusted")):
        return ()
    found: Collection[str] = made.points if made.is_excused else made.excused
    return found


def is_excused(row: Mapping[str, Any]) -> bool:
    """Return whether a student is excused from all of it."""
    made = row.get("adjusted")
    return bool(made and made.is_excused)


def read(course: Path, assignment: str) -> Marks:
    """Return an assignment's marks. Raises ``ValueError`` where the gradebook hasn't any."""
    marked = scores.read(course, assignment)
    with database.opened(course) as book:
        found = book.find_assignment(assignment)
        comments = {}
        for submission in found.submissions:
            said = [
                f"{comment.name}: {' '.join(comment.manual_comment.split())}"
                for part in submission.notebooks
                for comment in part.comments
                if comment.manual_comment and comment.manual_comment.strip()
            ]
            comments[str(submission.student_id)] = "\n".join(said)
    return Marks(
        assignment,
        marked.possible,
        marked.counted,
        comments,
        marked.unsettled,
        marked.rule.extra_credit,
        marked.rule.maximum(EVERYBODY, marked.possible),
        frozenset(course_totals.dropped(course, assignment) or ()),
    )


def of_known(
    marks: Marks, people: Iterable[Person]
) -> tuple[list[tuple[Mapping[str, Any], Person]], list[Note]]:
    """Marks with the person they belong to; marks of people who aren't on the roster are named."""
    roster = {person.student_id: person for person in people}
    if not roster:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    known = [(row, roster[row["student_id"]]) for row in marks.rows if row["student_id"] in roster]
    strange = [row["student_id"] for row in marks.rows if row["student_id"] not in roster]
    notes = [Note("not-on-roster", values={"student": student}) for student in strange]
    for row, person in known:
        scaled = marks.scaled(row)
        if scaled is not None and abs(scaled - row["total"]) > SLACK:
            about = {"points": row["total"], "possible": row["adjusted"].possible}
            about |= {"scaled": scaled, "whole": marks.whole}
            notes.append(Note("scaled", values={"student": person.student_id, **about}))
    if whom := sorted(marks.dropped & {person.student_id for _, person in known}):
        notes.append(Note("dropped", values={"assignment": marks.assignment, "students": whom}))
    return known, notes
