"""Moodle's grading worksheet: the number by which an assignment knows each student.

It can be had before anybody has submitted (*Submissions > Download grading worksheet*) and has
*Identifier* (``Participant 1234567``), *Full name*, *Email address*, perhaps *ID number*. A zip
with a folder for each, ``Full name_1234567_assignfeedback_file``, gives every student a file of
their own (Moodle's source: ``mod/assign/feedback/file/importziplib.php``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...course import Person, roster_csv, roster_headings
from ..collect.name_forms import safe_name, words

_NUMBER = re.compile(r"\D*(\d+)")


def folders(content: bytes, where: str, people: Iterable[Person]) -> dict[str, str]:
    """Return the folder of each student of the class in Moodle's zip, by id.

    A row is the one student who has its number, login or address, else its name; what fits several
    is nobody's. Raises ``ValueError`` where the file isn't such a worksheet.
    """
    rows, _ = roster_csv.sheet(content, where)
    head = [roster_headings.HEADINGS.get(cell.lower(), "") for cell in rows[0][1]] if rows else []
    numbered = [row for _, row in rows[1:] if row and _NUMBER.fullmatch(row[0])]
    if not numbered or len(numbered) < len(rows) - 1 or "name" not in head:
        raise ValueError(
            f"{where} is not Moodle's grading worksheet, whose first column has each student's "
            "number, and another one the full name"
        )
    found: dict[str, list[str]] = {}
    class_ = list(people)
    for row in numbered:
        cells = dict(zip(head, row, strict=False))
        fitting = _fitting(cells, class_)
        if len(fitting) == 1:
            number = _NUMBER.fullmatch(row[0])
            assert number
            # A name's own low line would be taken for the end of the name.
            name = safe_name(cells["name"]).replace("_", " ").strip(" .") or "student"
            place = f"{name}_{number[1]}_assignfeedback_file"
            found.setdefault(fitting[0].student_id, []).append(place)
    return {student: places[0] for student, places in found.items() if len(places) == 1}


def _fitting(cells: dict[str, str], people: list[Person]) -> list[Person]:
    """Return who a row can be: by what nobody shares, else by the name."""
    sure = [
        person
        for person in people
        if any(
            cells.get(field) and cells[field].casefold() in known
            for field, known in (
                ("sis_id", {person.sis_id.casefold(), person.student_id.casefold()}),
                ("login", {person.login.casefold(), person.student_id.casefold()}),
                ("email", {person.email.casefold()}),
            )
        )
    ]
    return sure or [p for p in people if words(p.name) == words(cells["name"])]
