"""Tables of marks as CSV, and the plain one: points as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ...web.spreadsheet import defused
from .marks import Marks

Cell = str | Decimal | None
Table = list[list[Cell]]


def plain(marks: Marks, decimals: int = 2) -> Table:
    """One row a student: points by question, the late penalty and the total, if all is marked."""
    names = [*marks.possible, "late_penalty", "total"]
    head: list[Cell] = ["student_id", *names]
    body = [
        [row["student_id"], *(rounded(row.get(name), decimals) for name in names)]
        for row in marks.rows
    ]
    return [head, *body]


def points(
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


def csv_text(table: Table) -> str:
    """A table as CSV: numbers bare, texts in quotes, so that an id such as 007 stays a text."""
    out = io.StringIO()
    sheet = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    for row in table:
        cells = [defused(cell) if isinstance(cell, str) else cell for cell in row]
        sheet.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()
