"""Read the class list in ``roster.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from ..files import write_whole
from ..web.spreadsheet import defused
from .person import FIELDS, Person
from .roster_csv import parse


def read(path: Path) -> list[Person]:
    """Return the people of a roster's file, in its order; empty where there is none."""
    return parse(path.read_bytes(), path.name).people if path.is_file() else []


def write(path: Path, people: Iterable[Person]) -> None:
    """Write a roster's file."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(FIELDS)
    sheet.writerows([defused(cell) for cell in asdict(person).values()] for person in people)
    write_whole(path, out.getvalue())
