"""Read submission times from the course's files, and late rules with their names checked.

``timestamp.txt`` lies beside a submission, as nbgrader writes it. What a learning platform said of
it (``LATE``) is kept in ``collected/arrivals/ASSIGNMENT/STUDENT.json``: a deadline may be set or
moved afterwards. A timestamp that was changed since then counts for more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..course import Course
from ..files import write_if_new
from . import database, late_penalties, shared_work, time_formats
from .late_penalties import Arrival, Deadlines
from .notes import Note, note_of
from .submitted import submission_folder
from .submitted.submission import Held

STAMP = "timestamp.txt"


def rules(course: Path) -> tuple[Deadlines | None, list[Note]]:
    """Return the course's late rules with known names of roster and assignments, and notes.

    Raises ``ValueError`` that says which lines are wrong.
    """
    written = late_penalties.read(course)
    if written is None or not written.own:
        return written, []
    names = database.known(course)
    return late_penalties.resolved(written, names.assignments, names.students, names.whole)


def rule_of(course: Path, assignment: str) -> late_penalties.Rule:
    """Return an assignment's late rule, with the gradebook's due date where the rule has none.

    Raises ``ValueError`` for what is wrong in the late rules.
    """
    written, _ = rules(course)
    own = written.of(assignment) if written else late_penalties.Rule()
    place = Course(course)
    if own.due or not place.has_gradebook:
        return own
    from nbgrader.api import MissingEntry  # slow, and only needed here

    with place.open_gradebook() as book:
        try:
            date = book.find_assignment(assignment).duedate
        except MissingEntry:
            date = None
    return replace(own, due=date.replace(tzinfo=UTC).astimezone(own.zone) if date else None)


def read(
    course: Path, name: str, students: Iterable[str], rule: late_penalties.Rule
) -> dict[str, Arrival]:
    """Return when the work of these students came.

    Students who have nothing in the course are not among them.

    A missing timestamp is a question only where others' have one: who hands work round by hand has
    none.
    """
    found, missing = {}, []
    origins = shared_work.origins(course, name) if rule.submitted else {}
    for student in students:
        folder = Course(course).submitted(student, name)
        # What a group submitted came for all of them when it came for one.
        told = rule.submitted.get(student) or rule.submitted.get(origins.get(student, ""))
        if told:
            found[student] = Arrival(time=told)
        elif folder.is_dir():
            found[student] = _read(course, name, student, folder)
            if found[student] == Arrival():
                missing.append(student)
    if any(one.time for one in found.values()):
        for student in missing:
            found[student] = Arrival(unread=_unread("stamp-missing", student, name))
    return found


def _unread(code: str, student: str, name: str, why: Note | None = None) -> Note:
    """Return what is wrong with a submission's timestamp, and what is needed to say what to do."""
    about = {"student": student, "assignment": name, "example": time_formats.EXAMPLE}
    return Note(code, values=about | ({"why": why.data()} if why else {}))


def _read(course: Path, name: str, student: str, folder: Path) -> Arrival:
    try:
        text = stamp_in(folder)
    except Held as reason:
        return Arrival(unread=_unread("stamp-unreadable", student, name, reason.note))
    if kept := _kept(course, name, student, text):
        return kept
    if text is None:
        return Arrival()
    try:
        return Arrival(time=time_formats.read_time(text))
    except ValueError as reason:
        return Arrival(unread=_unread("stamp-no-time", student, name, note_of(reason)))


def stamp_in(folder: Path) -> str | None:
    """Return what a submission's timestamp says; ``None`` without one. Raises ``Held``."""
    path = folder / STAMP
    if not path.exists() and not path.is_symlink():
        return None
    try:
        return submission_folder.bytes_of(path, 1000).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Held("no-text") from None


# -- what a platform said --------------------------------------------------------------------------


def keep(course: Path, name: str, student: str, arrival: Arrival) -> None:
    """Keep what a download says of the submission that lies in the course now."""
    try:
        stamp = stamp_in(Course(course).submitted(student, name))
    except Held:
        stamp = None
    before = _kept(course, name, student, stamp)
    if before and before.by and (not arrival.by or before.by < arrival.by):
        # Of several downloads of the same work, the first one says most.
        arrival = replace(arrival, by=before.by)
    times = {"time": arrival.time, "by": arrival.by, "due": arrival.due}
    told = {key: time.isoformat() if time else None for key, time in times.items()}
    text = json.dumps({"stamp": stamp, "word": arrival.word, **told}, indent=1)
    path = _path(course, name, student)
    if not arrival.word and not arrival.by:
        path.unlink(missing_ok=True)  # then its timestamp says all
    else:
        write_if_new(path, text)


def _kept(course: Path, name: str, student: str, stamp: str | None) -> Arrival | None:
    """Return what a download said of the submission with this timestamp."""
    try:
        told = json.loads(_path(course, name, student).read_text("utf-8"))
        if told["stamp"] != stamp:
            return None
        times = {
            key: datetime.fromisoformat(told[key]) if told[key] else None
            for key in ("time", "by", "due")
        }
        return Arrival(times["time"], times["by"], str(told["word"]), times["due"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(course: Path, name: str, student: str) -> Path:
    return Course(course).arrival(student, name)
