"""The rows of an Excel workbook (.xlsx), as texts: what its sheets show."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

# Imported late: openpyxl. Only a workbook needs it.

#: More than a list of people is: what unfolds to more is refused, and no more is read.
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 64 * 2**20, 200_000, 100


def sheets(content: bytes, where: str) -> list[list[tuple[int, list[str]]]]:
    """Return, for each sheet that isn't empty, the rows that aren't blank, with their numbers.

    Whole numbers are written without a point, and with the zeros in front that the sheet shows.
    Raises ``ValueError`` for what isn't a workbook, or is too large for a list of people.
    """
    from openpyxl import load_workbook

    if b"application/vnd.oasis.opendocument" in content[:120]:
        raise ValueError(
            f"{where} is a LibreOffice or OpenOffice spreadsheet. Save it as .xlsx, or as Text "
            "CSV in UTF-8, and read that file"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise ValueError(
                    f"{where} is too large for a class list: save only its sheet, as CSV"
                )
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except ValueError as error:
        raise error if str(error).startswith(where) else _unreadable(where) from None
    except Exception:  # a workbook may be broken in any way
        raise _unreadable(where) from None
    found = []
    try:
        for sheet in book.worksheets:
            # What a file says of its own size is often wrong.
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
            found.append(list(_filled(cells)))
    except Exception:
        raise _unreadable(where) from None
    finally:
        book.close()
    return [rows for rows in found if rows]


def _unreadable(where: str) -> ValueError:
    return ValueError(
        f"{where} cannot be read as an Excel workbook. In Excel, save it as 'CSV UTF-8', and "
        "read that file"
    )


def _filled(sheet: Iterator[Any]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(sheet, 1):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield number, row


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        # A format of zeros alone shows so many digits: 00123.
        shown = re.fullmatch(r"0+", str(cell.number_format or ""))
        return str(value).zfill(len(shown[0]) if shown else 0)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value).strip()
