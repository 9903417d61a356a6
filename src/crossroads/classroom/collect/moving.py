"""A submission that lies with the wrong student, moved to the right one with all that is its own.

``collected/from/ASSIGNMENT/STUDENT.json`` says of each submission which sender it came from;
``collected/moved/ASSIGNMENT.json`` says whose a submission is by a person's word, so that
collecting the same download again changes nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...course import Course
from ...files import write_if_new, write_whole
from ...grading import shared_work
from ..notes import Note
from . import moved_marks, shared, storage, unmatched
from .name_forms import key
from .submissions import Submission


@dataclass(frozen=True)
class Sender:
    """Whom a submission came from: what may name them, and what stands for it as it came."""

    names: tuple[str, ...] = ()
    given: str = ""


def keep_origin(course: Course, assignment: str, one: Submission, digest: str) -> None:
    """Keep whom a submission came from; ``digest`` stands for its files in the course."""
    names = tuple(dict.fromkeys((key(one.origin.label), key(one.origin.names[0]))))
    _keep(course, assignment, one.student, digest, Sender(names, _given(one)))


def redirect(course: Course, assignment: str, found: Iterable[Submission]) -> None:
    """Give each submission that a person has moved to whom they moved it."""
    to = _read(course.moved(assignment))
    for one in found if to else ():
        if student := to.get(_given(one)):
            one.student, one.reason = student, None


def rematched(course: Course, assignment: str, told: Mapping[str, str]) -> dict[str, str]:
    """Return whose submissions are somebody else's, if the senders are whom a person says now."""
    said = {key(name): student for name, student in told.items()}
    found = {}
    for path in course.submissions(assignment) if said else ():
        student = path.parent.name
        sender = _sender(course, assignment, student, storage.digest(storage.read(path)[0]))
        right = {said[name] for name in sender.names if name in said} - {student}
        if len(right) == 1 and not shared_work.read(course.path, assignment, student).origin:
            found[student] = right.pop()
    return found


@dataclass(frozen=True)
class _Taken:
    """A submission on its way, with its sender and the files on how it came."""

    student: str
    to: str
    work: shared.Work
    sender: Sender
    records: Mapping[str, bytes] = field(repr=False)


def move(course: Course, assignment: str, moves: Mapping[str, str]) -> list[Note]:
    """Move submissions from students to others, all at once, so that two can be swapped.

    Marks and comments go along where the other has none. What the other has besides is kept, and
    who loses one gets back what they submitted before. Raises ``ValueError``, before anything is
    moved, where there is nothing to move or nobody to move it to.
    """
    known = {person.student_id for person in course.people()}
    taken = [_take(course, assignment, student, to, known) for student, to in moves.items()]
    if len({one.to for one in taken}) < len(taken):
        raise ValueError("two submissions cannot be moved to one student at once")
    for one in taken:
        # First: whatever goes wrong after, the work lies with the right student as well.
        _put_aside(course, assignment, one.to, one.work)
        _keep(course, assignment, one.to, one.work.digest, one.sender)
    given = {one.sender.given: one.to for one in taken if one.sender.given}
    write_if_new(course.moved(assignment), _text({**_read(course.moved(assignment)), **given}))
    _correct_names(course, taken)
    for one in taken:
        shutil.rmtree(course.submitted(one.student, assignment))
        for path in _records(course, assignment, one.student):
            path.unlink(missing_ok=True)
    notes, placed = [], dict[str, str]()
    for one in taken:
        code = _put(course, assignment, one)
        placed |= {one.student: one.to} if code == "moved" else {}
        about = {"assignment": assignment, "student": one.student, "to": one.to}
        notes.append(Note(code, values=about))
    for one in taken:
        if one.student not in placed.values():
            notes.append(_give_back(course, assignment, one))
    # A group's others have copies of it.
    for student, origin in shared_work.origins(course.path, assignment).items():
        if origin in moves:
            notes += shared.give_back(course, assignment, student)
    return [*notes, *moved_marks.move(course, assignment, moves, placed)]


def _take(course: Course, assignment: str, student: str, to: str, known: set[str]) -> _Taken:
    for who in (student, to):
        if who not in known:
            raise ValueError(f"there is no student {who!r} on the roster")
    if student == to:
        raise ValueError(f"--move {student}={to} names the same student twice")
    if origin := shared_work.read(course.path, assignment, student).origin:
        raise ValueError(
            f"{student}'s {assignment} is a copy of {origin}'s, because groups.yml puts them in "
            f"one group: move {origin}'s, or change the group"
        )
    work = shared.lying(course, assignment, student)
    if work is None:
        raise ValueError(f"there is no submission of {assignment} by {student} to move")
    paths = _records(course, assignment, student)
    records = {path.parent.parent.name: path.read_bytes() for path in paths if path.is_file()}
    sender = _sender(course, assignment, student, work.digest)
    return _Taken(student, to, work, sender, records)


def _put(course: Course, assignment: str, one: _Taken) -> str:
    """Lay a submission where it belongs, unless the other's own counts; returns what was done."""
    there = shared.lying(course, assignment, one.to)
    if there and shared.newest([there, one.work]) is there:
        return "moved-aside"
    if there:
        _put_aside(course, assignment, one.to, there)
    # The exchange's secret is that of whose folder it was.
    shared.write(course.submitted(one.to, assignment), one.work, there.secret if there else {})
    for path in _records(course, assignment, one.to):
        if content := one.records.get(path.parent.parent.name):
            write_whole(path, content)
        else:
            path.unlink(missing_ok=True)
    return "moved"


def _give_back(course: Course, assignment: str, one: _Taken) -> Note:
    """Let a student have again what they submitted before a stranger's work took its place."""

    def own(work: shared.Work) -> bool:
        sender = _sender(course, assignment, one.student, work.digest)
        return bool(sender.names) and sender.names != one.sender.names

    aside = shared.put_aside(course, assignment, one.student)
    best = shared.newest(w for w in aside if own(w) and w.can_be_marked(assignment))
    about = {"assignment": assignment, "student": one.student}
    if best is None:
        return Note("has-nothing-now", values=about)
    shared.write(course.submitted(one.student, assignment), best, one.work.secret)
    return Note("has-own-again", values=about)


def _correct_names(course: Course, taken: Iterable[_Taken]) -> None:
    """Correct the matches of names that led to the wrong student."""
    told = unmatched.remembered(course)
    right = {
        name: one.to for one in taken for name in one.sender.names if told.get(name) == one.student
    }
    if right:
        unmatched.remember(course, {**told, **right})


def _put_aside(course: Course, assignment: str, student: str, work: shared.Work) -> None:
    folder = course.replaced(student, assignment) / work.digest
    if not folder.exists():
        shared.write(folder, work, {})


def _records(course: Course, assignment: str, student: str) -> list[Path]:
    """Return what is kept of how a submission came."""
    return [course.arrival(student, assignment), course.sender(student, assignment)]


def _given(one: Submission) -> str:
    """Return what stands for a submission as it came.

    Return its files and its sender, because two may have the same files.
    """
    files = {str(n): file.content for n, (_, file) in enumerate(one.files[: one.given])}
    return storage.digest({**files, "": key(one.origin.label).encode()})


def _sender(course: Course, assignment: str, student: str, digest: str) -> Sender:
    try:
        names, given = _read(course.taken_from(student, assignment))[digest]
        return Sender(tuple(map(str, names)), str(given))
    except (KeyError, TypeError, ValueError):
        return Sender()


def _keep(course: Course, assignment: str, student: str, digest: str, sender: Sender) -> None:
    path = course.taken_from(student, assignment)
    if sender.given:
        write_if_new(path, _text({**_read(path), digest: [sender.names, sender.given]}))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
