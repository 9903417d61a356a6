"""Marks as Moodle's gradebook imports them.

From its source (``grade/import/csv/classes/load_data.php``): one column tells the user, by *Email
address*, *ID number* or *Username*; each other one is mapped by hand to a grade item, to its
feedback, or to a new item. A row whose user isn't found stops the whole import, so a row without
that cell is left out here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...course import Person
from ...grading.adjustments.rules import WHOLE
from ..notes import Note
from .marks import SLACK, Marks, is_excused, of_known
from .table import Cell, Table, points

#: How Moodle's columns that tell a user are headed, by the roster's field.
MOODLE_KEYS = {"email": "Email address", "sis_id": "ID number", "login": "Username"}
#: The most points that Moodle takes for an item unless its administrator says otherwise.
MOODLE_MOST = 100


def moodle(
    marks: Marks, people: Iterable[Person], *, items: bool = False, decimals: int = 2
) -> tuple[Table, list[Note]]:
    """Return what Moodle's gradebook imports, and what is to be said about it.

    The user is told by e-mail, ID number or user name, whichever most students have.
    """
    known, notes = of_known(marks, people)

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
            lacking = {"student": person.student_id, "column": MOODLE_KEYS[key]}
            notes.append(Note("without-key", values=lacking))
            continue
        about: list[Cell] = [told, person.first_name, person.last_name]
        comment = marks.comments.get(person.student_id, "")
        table.append([*about, *points(marks, row, questions, decimals), comment])
    if whom := [person.student_id for row, person in known if is_excused(row)]:
        notes.append(Note("excused-in-moodle", values={"students": whom}))
    if extra := sorted(marks.extra_credit):
        named = [name if item == WHOLE else f"{name} {item}" for item in extra]
        if items or WHOLE in marks.extra_credit:
            notes.append(Note("extra-in-moodle", values={"items": named}))
    above = [p.student_id for row, p in known if (marks.scaled(row) or 0) > marks.whole + SLACK]
    if above and WHOLE not in marks.extra_credit:
        notes.append(Note("above-in-moodle", values={"students": above}))
    if marks.whole > MOODLE_MOST:
        large = {"assignment": name, "most": MOODLE_MOST}
        notes.append(Note("more-than-moodle-takes", values=large))
    return table, notes
