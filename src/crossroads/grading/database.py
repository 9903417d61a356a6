"""The one door to nbgrader's database: opened, changed, and what it refuses said in a line."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..course import Course

# Imported late: nbgrader, sqlalchemy. They are slow, and only needed where there is a gradebook.

UNREAD = "the gradebook cannot be read ({why}). {Free}, then try again"
UNWRITTEN = (
    "the gradebook cannot be written ({why}). {Free}, or free some disk space, then try again"
)
#: Seconds between tries where a server was lost: one that is started again is back by then.
WAITS = (0.5, 1, 2, 4, 8)
#: What a person can do about a file, and about a server.
_FREE = "close other programs that use {it}"
_REACH = "check that its database server runs and can be reached"
T = TypeVar("T")


@contextmanager
def refusals(words: str) -> Iterator[None]:
    """Turn the database's refusals into a ``ValueError`` that says what to do."""
    try:
        yield
    except Exception as raised:
        error = _refusal(raised)
        if error is None:
            raise
        # PostgreSQL's own reasons go on for lines.
        why = (str(error.orig).splitlines() or [""])[0].strip().rstrip(".")
        free = (_FREE if _is_of_file(error) else _REACH).format
        about = {"free": free(it="it"), "Free": free(it="it").capitalize()}
        raise ValueError(words.format(why=why, **about)) from None


@contextmanager
def opened(course: Path, words: str = UNREAD) -> Iterator[Any]:
    """A course's gradebook for a while; what it refuses is a ``ValueError`` with these words."""
    logging.getLogger("tornado.application").addFilter(_is_news)
    with refusals(words), Course(course).open_gradebook() as book:
        yield book


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a message isn't nbgrader's on a refusal, with a traceback.

    ``refusals`` says that in its own words.
    """
    return not str(record.msg).startswith("Rolling back session due to database error")


def in_transaction(book: Any, act: Callable[[], T], words: str) -> T:
    """Read or change the gradebook in one transaction: all that ``act`` does or nothing.

    Where a database server was lost, or asks for it, that is done again from the beginning: it must
    come to the same if it was done already. Raises ``ValueError`` with these words where
    the database refuses.
    """
    with refusals(words):
        for wait in (*WAITS, None):
            try:
                made = act()
                book.db.commit()
                return made
            except BaseException as error:
                book.db.rollback()
                if wait is None or not _passes(error):
                    raise
                time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def lock(book: Any, assignment: str) -> None:
    """Let nobody else change an assignment's marks until the transaction ends.

    SQLite has one writer at a time anyway, and no such statement.
    """
    from nbgrader.api import Assignment
    from sqlalchemy import select

    asked = select(Assignment.id).where(Assignment.name == assignment)
    book.db.execute(asked.with_for_update(of=Assignment)).all()


def in_order(course: Path, assignment: str, cells: Iterable[Any]) -> list[Any]:
    """Return cells of the gradebook as they stand in the released notebook; others after them.

    SQLite gives them so in most cases, a server in any order.
    """
    try:
        notebook = json.loads(Course(course).released(assignment).read_text("utf-8"))
        ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        ids = []
    place = {id_: number for number, id_ in enumerate(ids)}
    return sorted(cells, key=lambda cell: place.get(cell.name, len(place)))


def _refusal(error: BaseException) -> Any:
    """Return the database's own error, also where nbgrader made one of its own of it.

    Return ``None`` for any other error.
    """
    from nbgrader.api import InvalidEntry
    from sqlalchemy.exc import DBAPIError

    if isinstance(error, InvalidEntry):
        error = error.__cause__ or error.__context__ or error
    return error if isinstance(error, DBAPIError) else None


def _is_of_file(error: Any) -> bool:
    return type(error.orig).__module__.partition(".")[0] == "sqlite3"


def _passes(error: BaseException) -> bool:
    """Return whether a server is lost only for now, or wants a transaction tried again."""
    from sqlalchemy.exc import InterfaceError, OperationalError

    own = _refusal(error)
    lost = own is not None and bool(own.connection_invalidated)
    server = isinstance(own, OperationalError | InterfaceError) and not _is_of_file(own)
    return lost or server


def names(course: Path) -> tuple[set[str], set[str]]:
    """Return students and assignments of the gradebook; none without one.

    Raises ``ValueError`` where it can't be read.
    """
    place = Course(course)
    if not place.has_gradebook:
        return set(), set()
    with opened(course) as book:
        return {str(s.id) for s in book.students}, {str(a.name) for a in book.assignments}


@dataclass(frozen=True)
class Known:
    """The names that a course has: what a teacher's file may speak of."""

    #: Every student with the section, "" without one.
    students: dict[str, str]
    assignments: set[str]
    #: Whether a roster says that these are all students.
    whole: bool


def known(course: Path) -> Known:
    """Return the students of the roster, the submissions and the gradebook; and every assignment.

    Raises ``ValueError`` where the gradebook can't be read.
    """
    place = Course(course)
    people = {person.student_id: person.section for person in place.people()}
    students, assignments = names(course)
    everybody = dict.fromkeys(sorted(place.submitters() | students), "") | people
    return Known(everybody, place.assignments() | assignments, bool(people))
