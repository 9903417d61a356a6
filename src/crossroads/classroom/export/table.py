"""Tables of marks as CSV, and the plain one: points as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ...web.spreadsheet import defused
from .marks import Marks, excused, is_excused

Cell = str | Decimal | None
Table = list[list[Cell]]


def plain(marks: Marks, decimals: int = 2) -> Table:
    """Return one row a student, with points by question, the late penalty and the total.

    Where marks are adjusted, also the maximum of each student, the points that a curve adds, and
    which questions are overridden or excused.
    """
    names = [*marks.possible, "late_penalty", "total"]
    more = ["possible", "curve", "overridden", "excused", "dropped"]
    adjusted = marks.is_adjusted or bool(marks.dropped)
    head: list[Cell] = ["student_id", *names, *(more if adjusted else [])]
    body: Table = []
    for row in marks.rows:
        body.append([row["student_id"], *(rounded(row.get(name), decimals) for name in names)])
        if adjusted:
            body[-1] += _adjusted(marks, row, decimals)
    return [head, *body]


def _adjusted(marks: Marks, row: Mapping[str, Any], decimals: int) -> list[Cell]:
    made = row.get("adjusted")
    gone = "yes" if row["student_id"] in marks.dropped else ""
    if not made:
        return [rounded(marks.whole, decimals), rounded(0, decimals), "", "", gone]
    points: list[Cell] = [rounded(made.possible, decimals), rounded(made.curve, decimals)]
    whole = "all" if made.is_excused else " ".join(made.excused)
    return [*points, " ".join(made.overridden), whole, gone]


def points(
    marks: Marks,
    row: Mapping[str, Any],
    questions: Sequence[str],
    decimals: int,
    excused_as: str = "",
) -> list[Cell]:
    """Return the questions' points and the total, of the class's maximum; an empty cell is no mark.

    ``excused_as`` is what the platform reads as excused.
    """
    not_counting = excused(row)
    cells: list[Cell] = [
        excused_as or None if item in not_counting else rounded(row.get(item), decimals)
        for item in questions
    ]
    total: Cell = rounded(marks.scaled(row), decimals)
    return [*cells, excused_as or None if is_excused(row) else total]


def rounded(points: float | None, decimals: int) -> Decimal | None:
    """Return points rounded half up, as people do it; ``None`` stays."""
    if points is None:
        return None
    return Decimal(repr(float(points))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


#: Without it Excel reads UTF-8 as its own code page. Moodle's import takes it away
#: (``csv_import_reader``), Canvas writes it itself where a user asks for it, and reads it again.
BYTE_ORDER_MARK = "\ufeff"


def csv_text(table: Table) -> str:
    """Return a table as CSV, with quotes around texts, so that an id such as 007 stays a text."""
    out = io.StringIO()
    sheet = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    for row in table:
        cells = [defused(cell) if isinstance(cell, str) else cell for cell in row]
        sheet.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()
