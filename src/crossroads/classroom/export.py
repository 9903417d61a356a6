"""Marks in the shapes that learning platforms import, from nbgrader's gradebook.

- **Canvas** (its source: ``lib/gradebook_importer.rb``): the first columns are *Student, ID, SIS
  User ID, SIS Login ID, Section*; a column of marks is headed by the assignment's name with its
  number, ``Quiz 3 (12345)``, and a name that Canvas doesn't know makes a new assignment; the second
  line gives the *Points Possible*; an empty cell is no mark.
- **Moodle** (its source: ``grade/import/csv/classes/load_data.php``): one column tells the user, by
  *Email address*, *ID number* or *Username*; each other one is mapped by hand to a grade item, to
  its feedback, or to a new item. A row whose user isn't found stops the whole import, so a row
  without that cell is left out here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from ..grading import gradebook
from .roster import Person

FORMATS = ("plain", "moodle", "canvas")
#: How Moodle's columns that tell a user are headed, by the roster's field.
MOODLE_KEYS = {"email": "Email address", "sis_id": "ID number", "login": "Username"}
#: The most points that Moodle takes for an item unless its administrator says otherwise.
MOODLE_MOST = 100

Cell = str | Decimal | None
Table = list[list[Cell]]


@dataclass(frozen=True)
class Marks:
    """An assignment's marks: ``rows`` as ``gradebook.scores`` gives them.

    ``possible`` are the points of each question, ``comments`` a person's words to each student.
    """

    assignment: str
    possible: Mapping[str, float]
    rows: Sequence[Mapping[str, Any]]
    comments: Mapping[str, str]
    #: Why students have no total although all is marked.
    unsettled: Mapping[str, list[str]] = field(default_factory=dict)

    def waiting(self) -> list[str]:
        """Students with an answer that a person has yet to mark."""
        return [
            row["student_id"]
            for row in self.rows
            if any(row.get(question) is None for question in self.possible)
        ]


def read(course: Path, assignment: str) -> Marks:
    """An assignment's marks. Raises ``ValueError`` where the gradebook hasn't any."""
    from nbgrader.api import Gradebook

    rows = gradebook.scores(course, assignment)
    with Gradebook(gradebook.url(course.resolve())) as book:
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
    return Marks(assignment, possible, rows, comments, gradebook.unsettled(course, assignment))


def plain(marks: Marks, decimals: int = 2) -> Table:
    """One row a student: points by question, the late penalty and the total, if all is marked."""
    names = [*marks.possible, "late_penalty", "total"]
    head: list[Cell] = ["student_id", *names]
    body = [
        [row["student_id"], *(rounded(row.get(name), decimals) for name in names)]
        for row in marks.rows
    ]
    return [head, *body]


def canvas(
    marks: Marks,
    people: Iterable[Person],
    *,
    column: str = "",
    items: bool = False,
    decimals: int = 2,
) -> tuple[Table, list[str]]:
    """What Canvas's gradebook imports, and what is to be said about it.

    ``column`` is the heading of the total in Canvas's own export, ``Quiz 3 (12345)``. With
    ``items`` each question becomes an assignment of its own. Who has no *SIS Login ID* in the
    roster is given the id of this course for it.
    """
    known, notes = _known(marks, people)
    questions = list(marks.possible) if items else []
    total = column or marks.assignment
    head: list[Cell] = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    head += [*(f"{marks.assignment} {question}" for question in questions), total]
    points = [rounded(marks.possible[question], decimals) for question in questions]
    whole = rounded(sum(marks.possible.values()), decimals)
    table: Table = [head, ["    Points Possible", "", "", "", "", *points, whole]]
    for row, person in known:
        name = f"{person.last_name}, {person.first_name}".strip(", ") or person.student_id
        about: list[Cell] = [name, person.lms_user_id, person.sis_id]
        about += [person.login or person.student_id, person.section]
        table.append([*about, *_points(marks, row, questions, decimals)])
    if not column:
        notes.append(
            f"Canvas will make a new assignment {total!r}. To fill one that is there, give its "
            "heading from Canvas's own export: --column 'Quiz 3 (12345)'."
        )
    return table, notes


def moodle(
    marks: Marks, people: Iterable[Person], *, items: bool = False, decimals: int = 2
) -> tuple[Table, list[str]]:
    """What Moodle's gradebook imports, and what is to be said about it.

    The user is told by e-mail, ID number or user name, whichever most students have.
    """
    known, notes = _known(marks, people)

    def filled(name: str) -> int:
        return sum(bool(getattr(person, name)) for _, person in known)

    key = max(MOODLE_KEYS, key=filled)
    questions = list(marks.possible) if items else []
    name = marks.assignment
    head: list[Cell] = [MOODLE_KEYS[key], "First name", "Last name"]
    head += [*(f"{name} {question}" for question in questions), name, f"{name} feedback"]
    table: Table = [head]
    for row, person in known:
        if not (told := getattr(person, key)):
            notes.append(f"{person.student_id} was left out: the roster has no {MOODLE_KEYS[key]}.")
            continue
        about: list[Cell] = [told, person.first_name, person.last_name]
        comment = marks.comments.get(person.student_id, "")
        table.append([*about, *_points(marks, row, questions, decimals), comment])
    if sum(marks.possible.values()) > MOODLE_MOST:
        notes.append(
            f"{name} has more than {MOODLE_MOST} points; Moodle refuses those unless its "
            "administrator allows unlimited grades."
        )
    return table, notes


def _known(
    marks: Marks, people: Iterable[Person]
) -> tuple[list[tuple[Mapping[str, Any], Person]], list[str]]:
    """Marks with the person they belong to; marks of people who aren't on the roster are named."""
    roster = {person.student_id: person for person in people}
    if not roster:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    known = [(row, roster[row["student_id"]]) for row in marks.rows if row["student_id"] in roster]
    strange = [row["student_id"] for row in marks.rows if row["student_id"] not in roster]
    return known, [f"{student} was left out: not on the roster." for student in strange]


def _points(
    marks: Marks, row: Mapping[str, Any], questions: Sequence[str], decimals: int
) -> list[Cell]:
    """The questions' points and the total; an empty cell is no mark."""
    total = rounded(row["total"], decimals)
    return [*(rounded(row.get(question), decimals) for question in questions), total]


def rounded(points: float | None, decimals: int) -> Decimal | None:
    """Points rounded half up, as people do it; ``None`` stays."""
    if points is None:
        return None
    return Decimal(repr(float(points))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    What begins with one of = + - @, a tab or a carriage return gets an apostrophe before it
    (OWASP, *CSV Injection*); a plain number stays as it is.
    """
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return text
    risky = text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in tuple("=+-@＝＋－＠")
    return f"'{text}" if risky else text


def csv_text(table: Table) -> str:
    """A table as CSV: numbers bare, texts in quotes, so that an id such as 007 stays a text."""
    out = io.StringIO()
    sheet = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    for row in table:
        cells = [defused(cell) if isinstance(cell, str) else cell for cell in row]
        sheet.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()
