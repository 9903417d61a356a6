"""Marks as Canvas's gradebook imports them.

From its source (``lib/gradebook_importer.rb``): the first columns are *Student, ID, SIS User ID,
SIS Login ID, Section*; a column of marks is headed by the assignment's name with its
number, ``Quiz 3 (12345)``, and a name that Canvas doesn't know makes a new assignment; the second
line gives the *Points Possible*; an empty cell is no mark, ``EX`` is excused. An assignment of 0
points possible is extra credit there.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...course import Person
from ..notes import Note
from .marks import Marks, of_known
from .table import Cell, Table, points, rounded

#: What Canvas reads as excused.
EXCUSED = "EX"


def canvas(
    marks: Marks,
    people: Iterable[Person],
    *,
    column: str = "",
    items: bool = False,
    decimals: int = 2,
) -> tuple[Table, list[Note]]:
    """Return what Canvas's gradebook imports, and what is to be said about it.

    ``column`` is the heading of the total in Canvas's own export, ``Quiz 3 (12345)``. With
    ``items`` each question becomes an assignment of its own. Who has no *SIS Login ID* in the
    roster is given the id of this course for it.
    """
    known, notes = of_known(marks, people)
    questions = list(marks.possible) if items else []
    total = column or marks.assignment
    head: list[Cell] = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    head += [*(f"{marks.assignment} {question}" for question in questions), total]
    most: list[Cell] = [rounded(marks.possible_of(question), decimals) for question in questions]
    whole = rounded(marks.whole, decimals)
    table: Table = [head, ["    Points Possible", "", "", "", "", *most, whole]]
    for row, person in known:
        name = f"{person.last_name}, {person.first_name}".strip(", ") or person.student_id
        about: list[Cell] = [name, person.lms_user_id, person.sis_id]
        about += [person.login or person.student_id, person.section]
        table.append([*about, *points(marks, row, questions, decimals, EXCUSED)])
    if not column:
        notes.append(Note("new-in-canvas", values={"column": total}))
    return table, notes
