"""A class list as a CSV file or a workbook: a platform's export, or one of one's own.

A file of one's own needs a column ``student_id``. The headings of what Canvas and Moodle export are
known as well: Canvas's gradebook has *Student, ID, SIS User ID, SIS Login ID, Section*, or
*LastName, FirstName* first, in English whatever the teacher's language (its source:
``lib/gradebook_exporter.rb``), Moodle's gradebook *First name, Last name* (*Surname* before 4.0),
*ID number, Email address* and perhaps *Username*, its grading worksheet *Full name*.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..web.spreadsheet import as_written
from . import workbook
from .notes import Note
from .person import FIELDS, Person, checked_id
from .roster_headings import HEADINGS, heading_of

NEEDED = "it needs a line of headings, and one for each student"
#: Letters of a name or an id that nbgrader's gradebook has room for.
LONGEST = 128

#: Where there is no ``student_id``: the first of these that everybody has, that nobody shares, and
#: that can be an id.
STAND_INS = ("login", "sis_id", "email", "lms_user_id")
#: Rows of Canvas's that are no student.
_NOBODY = ("points possible", "student, test", "test student", "student test")


@dataclass
class Reading:
    """A file's contents: people, the column that gave their ids, and notes on it."""

    people: list[Person]
    column: str
    notes: list[Note] = field(default_factory=list)
    #: The encoding, where it was guessed.
    guessed: str = ""


def parse(content: bytes, where: str, id_column: str = "", encoding: str = "") -> Reading:
    """Read a CSV file's bytes, or those of an Excel workbook.

    ``id_column`` is the heading of the column that holds the ids.

    UTF-8 and UTF-16; what is neither is read in the ``encoding`` given, else in Windows-1251,
    KOI8-R, Windows-1256 or Windows-1252, whichever looks like words, and the reading says that it
    was guessed. Commas, semicolons or tabs. A row that can't be used gets a note and is left out.
    Raises ``ValueError`` where no column can hold ids.
    """
    notes: list[Note] = []
    rows, guessed = _table(content, where, encoding, id_column)
    # An office writes a title above the headings.
    rows = rows[_heading_row(rows, id_column) :]
    head = [_clean(cell) for cell in rows[0][1]]
    columns = [HEADINGS.get(heading_of(heading), "") for heading in head]
    records = []
    for number, row in rows[1:]:
        record: dict[str, str] = {}
        for name, cell in zip(columns, row, strict=False):
            if name and not record.get(name):
                record[name] = _clean(cell)
        named = (record.get(part, "") for part in ("name", "last_name", "first_name"))
        if " ".join(filter(None, named)).lower() in _NOBODY:
            continue
        if id_column:
            cells = dict(zip((h.lower() for h in head), row, strict=False))
            record["student_id"] = _clean(cells.get(id_column.lower(), ""))
        if any(record.values()):
            records.append((number, record))
    records = _once(records, notes)
    column = _id_column(head, columns, records, where, id_column)
    known = dict(zip(columns, head, strict=True))
    people = _people(records, column if id_column == "" else "student_id", notes)
    nameless = not any(person.first_name or person.last_name for person in people)
    if column == "lms_user_id" and nameless:
        raise ValueError(
            f"{where} has no column that is known to hold names, and {known[column]!r} holds "
            f"the platform's own numbers. Its columns are {', '.join(head)}. Rename the columns "
            "to student_id, first_name and last_name, or name the column of ids with --id"
        )
    return Reading(people, id_column or known[column], notes, guessed)


def load(path: Path, id_column: str = "", encoding: str = "") -> Reading:
    """``parse`` of a file."""
    return parse(path.read_bytes(), str(path), id_column, encoding)


def _table(
    content: bytes, where: str, encoding: str, id_column: str = ""
) -> tuple[list[tuple[int, list[str]]], str]:
    """Return a table's rows with their lines, and the encoding if it was guessed.

    Of a workbook it's the first sheet with headings that are known, else the first with any rows.
    """
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise ValueError(
            f"{where} is an old Excel workbook, or has a password. Save it as .xlsx without a "
            "password, or as 'CSV UTF-8', and read that file"
        )
    if content[:4] == b"PK\3\4":
        if not (found := workbook.sheets(content, where)):
            raise ValueError(f"{where} is empty: {NEEDED}")
        return next((rows for rows in found if _knows(rows, id_column)), found[0]), ""
    text, guessed = _decoded(content, encoding, where)
    return _rows(text, where), guessed


def _heading_row(rows: Sequence[tuple[int, list[str]]], id_column: str) -> int:
    """Return which of the first rows has the headings.

    The first that has some we know, else the first.
    """
    return next((at for at in range(min(len(rows), 10)) if _knows(rows[at : at + 1], id_column)), 0)


def _knows(rows: Sequence[tuple[int, list[str]]], id_column: str) -> bool:
    """Return whether one of the first rows has headings that we know."""
    for _number, row in rows[:10]:
        said = [heading_of(_clean(cell)) for cell in row]
        known = sum(one in HEADINGS for one in said)
        if known > 1 or "student_id" in said or (id_column and id_column.lower() in said):
            return True
    return False


def _rows(text: str, where: str) -> list[tuple[int, list[str]]]:
    """Return the rows that aren't blank, with the lines on which they end."""
    text = text.replace("\0", "")
    # Excel's own first line, which says by what the cells are parted.
    said = re.match(r'\ufeff?"?sep=(.)"?[ ,;\t]*(?:\r\n?|\n|$)', text, re.I)
    text = text[said.end() :] if said else text
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise ValueError(f"{where} is empty: {NEEDED}")
    sign = said[1] if said and said[1] in first else max(",;\t|", key=first.count)
    sheet = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        rows = [(sheet.line_num, row) for row in sheet if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ValueError(f"{where}, line {sheet.line_num}: it is not CSV ({error})") from None
    if not rows:
        raise ValueError(f"{where} is empty: {NEEDED}")
    return rows


def _decoded(content: bytes, encoding: str, where: str) -> tuple[str, str]:
    """Return a file's text, and its encoding where that was guessed."""
    if encoding:
        try:
            return content.decode(encoding), ""
        except LookupError:
            raise ValueError(f"{encoding!r} is not an encoding that Python knows") from None
        except UnicodeDecodeError as error:
            raise ValueError(f"{where} is not in {encoding}: {error.reason}") from None
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), ""
    if b"\0" in content[:2]:
        return content.decode("utf-16-be" if content[:1] == b"\0" else "utf-16-le", "replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        # Letters beyond ASCII stand side by side in Cyrillic words, alone in Latin ones.
        together = len(re.findall(rb"[\xc0-\xff]{2}", content))
        alone = len(re.findall(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]", content))
        guess = "windows-1251" if together > alone else "windows-1252"
        if guess == "windows-1251" and _oddly_cased(content, guess) > _oddly_cased(
            content, "koi8-r"
        ):
            guess = "koi8-r"
        if guess != "windows-1252" and _is_arabic(content, guess):
            guess = "windows-1256"
        return content.decode(guess, "replace"), guess


def _is_arabic(content: bytes, other: str) -> bool:
    """Return whether these are Arabic, Persian or Urdu words.

    In the encoding of these languages, none of their words mixes scripts.
    """
    words = re.findall(r"[^\W\d_]{2,}", content.decode("windows-1256", "replace"))
    beyond = [word for word in words if not word.isascii()]
    whole = [word for word in beyond if all("\u0600" <= letter <= "\u06ff" for letter in word)]
    return bool(beyond) and len(whole) == len(beyond) and _oddly_cased(content, other) > 0


def _oddly_cased(content: bytes, encoding: str) -> int:
    """Return words with capitals where no word has them.

    In KOI8, small and capital letters change places.
    """
    words = re.findall(r"[^\W\d_]{2,}", content.decode(encoding, "replace"))
    return sum(not (word.islower() or word.isupper() or word.istitle()) for word in words)


def _clean(cell: str) -> str:
    """Return a cell as one short line without signs that can't be seen."""
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in cell)
    text = unicodedata.normalize("NFC", " ".join(seen.split()))[:LONGEST]
    return as_written(text)


def _once(
    records: Iterable[tuple[int, dict[str, str]]], notes: list[Note]
) -> list[tuple[int, dict[str, str]]]:
    """Return the records without those that say again who is listed: a student of two sections."""
    kept, seen = [], dict[tuple[str, ...], tuple[int, str]]()
    for number, record in records:
        section = record.get("section", "")
        who = tuple(
            f"{k}={v.casefold()}" for k, v in sorted(record.items()) if k != "section" and v
        )
        if not any(record.get(name) for name in ("student_id", *STAND_INS)):
            kept.append((number, record))
        elif who in seen:
            first, its_section = seen[who]
            about = {"line": number, "name": " ".join(_names(record)), "first": first}
            code = "listed-again" if section == its_section else "two-sections"
            notes.append(Note(code, values=about | {"section": its_section, "other": section}))
        else:
            seen[who] = (number, section)
            kept.append((number, record))
    return kept


def _id_column(
    head: Sequence[str],
    columns: Sequence[str],
    records: Sequence[tuple[int, dict[str, str]]],
    where: str,
    asked: str,
) -> str:
    """Return the field that holds the ids."""
    if asked:
        if asked.lower() not in [heading.lower() for heading in head]:
            raise ValueError(f"{where} has no column {asked!r}; it has {', '.join(head)}")
        return asked
    if "student_id" in columns:
        return "student_id"
    known, unfit = dict(zip(columns, head, strict=True)), []
    for name in STAND_INS:
        given = [record.get(name, "") for _, record in records]
        if given and all(given) and len({id_.casefold() for id_ in given}) == len(given):
            strange = [id_ for id_ in given if not _can_be_id(id_)]
            if not strange:
                return name
            unfit.append(
                f"{known[name]!r} has {strange[0]!r}, which cannot be the name of a folder"
            )
        elif name in known:
            unfit.append(f"{known[name]!r} {_gap(name, records)}")
    why = f" ({'; '.join(unfit)})" if unfit else ""
    raise ValueError(
        f"{where} has no column with an id for every student, such as student_id or those of "
        f"Canvas and Moodle. Its columns are {', '.join(head)}{why}. Name the column with --id, "
        "or add a column student_id of letters and digits."
    )


def _gap(name: str, records: Iterable[tuple[int, dict[str, str]]]) -> str:
    """Return why a column can't name students: the first line without an id, or with another's."""
    seen: dict[str, int] = {}
    for number, record in records:
        if not (id_ := record.get(name, "").casefold()):
            return f"is empty in line {number}"
        if id_ in seen:
            return f"is the same in lines {seen[id_]} and {number}"
        seen[id_] = number
    return "is empty"


def _can_be_id(text: str) -> bool:
    try:
        checked_id(text)
    except ValueError:
        return False
    return True


def _people(
    records: Iterable[tuple[int, dict[str, str]]], column: str, notes: list[Note]
) -> list[Person]:
    people: list[Person] = []
    seen: dict[str, int] = {}
    for number, record in records:
        first, last = _names(record)
        row = {"line": number, "name": f"{first} {last}".strip()}
        student = record.get(column, "")
        if not student:
            notes.append(Note("no-id", values=row))
            continue
        if not _can_be_id(student):
            notes.append(Note("id-not-usable", values=row | {"id": student[:40]}))
            continue
        # Some file systems know no difference between Ann and ann.
        if (key := student.casefold()) in seen:
            notes.append(Note("id-taken", values=row | {"id": student, "first": seen[key]}))
            continue
        seen[key] = number
        given = {name: value for name, value in record.items() if name in FIELDS}
        people.append(
            Person(**{**given, "student_id": student, "first_name": first, "last_name": last})
        )
    return people


def _names(record: dict[str, str]) -> tuple[str, str]:
    """First and last name; one name alone is ``Last, First``, or has the last name last."""
    first, last = record.get("first_name", ""), record.get("last_name", "")
    name = record.get("name", "")
    if first or last or not name:
        return first, last
    if "," in name:
        last, _, first = name.partition(",")
    else:
        first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()


def sheet(
    content: bytes, where: str, encoding: str = ""
) -> tuple[list[tuple[int, list[str]]], str]:
    """Return the rows of any CSV or workbook as platforms write it, with their lines.

    Beside them the encoding, where it was guessed.
    The first row is that of the headings. Raises ``ValueError`` for what isn't CSV.
    """
    rows, guessed = _table(content, where, encoding)
    return [(number, [_clean_cell(cell) for cell in row]) for number, row in rows], guessed


def _clean_cell(cell: str) -> str:
    """Return a cell of any length without signs that can't be seen; its lines stay."""
    kept = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in cell)
    return as_written(unicodedata.normalize("NFC", kept).strip())


def text_of(content: bytes, where: str, encoding: str = "") -> str:
    """Return a file's text, in whatever encoding an office or a mail program wrote it."""
    return _decoded(content, encoding, where)[0]
