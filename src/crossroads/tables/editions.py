"""The age of the course's tables: each one's last date, and where to find a newer edition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from . import load, resources

#: Columns that say to when a row speaks, in the words of the tables; the first one counts.
WHEN = ("date", "period", "year", "as_of", "vintage_date")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?(?!\d))?")


@dataclass(frozen=True)
class Edition:
    """A table, the date to which its latest row speaks as YYYY, YYYY-MM or YYYY-MM-DD, its source.

    ``latest`` is when the course read the source, where no row has a date. ``newer`` are the
    places at which a newer edition would be found; empty where each row has a source of its own.
    """

    name: str
    title: str
    latest: str
    retrieved: str
    newer: tuple[str, ...]

    def months(self, today: date) -> int:
        """Whole months from the end of the time of which the table speaks to a day; never < 0."""
        year, month, *_ = [*map(int, self.latest.split("-")), 12, 12]
        return max(0, (today.year - year) * 12 + today.month - month)


def editions() -> list[Edition]:
    """Return every table's edition, the oldest first.

    Nothing is downloaded: only the tables are read.
    """
    found = []
    for name, entry in resources().items():
        if "schema" not in entry:
            continue
        newer = tuple(dict.fromkeys(s["path"] for s in entry["sources"] if "path" in s))
        latest = _latest(name) or entry["retrieved"]
        found.append(Edition(name, entry["title"], latest, entry["retrieved"], newer))
    return sorted(found, key=lambda edition: (edition.latest, edition.name))


def _latest(name: str) -> str:
    """Return the latest date that a table's rows hold, as exactly as they say it.

    Return "" where there is none.
    """
    rows = load(name)
    column = next((column for column in WHEN if column in rows), None)
    if column is None:
        return ""
    texts = rows[column].dropna()
    if str(texts.dtype).startswith("datetime"):
        return str(texts.max().date())
    # Of 2026 and 2026-01-22 the second says more.
    return max((part for text in texts.astype(str) for part in _DATE.findall(text)), default="")
