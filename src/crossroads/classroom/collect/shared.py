"""What a group hands in once, copied to each of its students.

``collected/shared`` keeps whom a copy is from. What somebody handed in themselves is put aside in
``collected/earlier``, and comes back when the group is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ...course import Course
from ...files import write_whole
from ...grading import late_penalties, shared_work, submission_times
from ...grading.shared_work import Copied
from .. import groups
from ..notes import Note
from . import storage
from .hand_ins import is_blank

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Work:
    """A hand-in that a student made, not a copy of somebody else's."""

    student: str
    files: Mapping[str, bytes] = field(repr=False)
    time: datetime | None = None
    answered: bool = True

    @property
    def digest(self) -> str:
        """What stands for its files."""
        return storage.digest(self.files)


def newest(works: Iterable[Work]) -> Work | None:
    """The newest hand-in that has an answer; where several have the same files, the first of those.

    Without a time it is the oldest, and without an answer only where nobody has one.
    """
    listed = list(works)
    if not listed:
        return None
    best = max(listed, key=lambda one: (one.answered, one.time or _LONG_AGO))
    same = [one for one in listed if one.digest == best.digest]
    # Who handed the same in again, later, makes nobody late.
    return min(same, key=lambda one: one.time or best.time or _LONG_AGO)


def share(course: Path, assignment: str) -> list[Note]:
    """Give everybody in a group the group's newest hand-in, and take back what isn't theirs now.

    Returns whose work is also whose. Raises ``ValueError`` for what is wrong in ``groups.yml``.
    """
    own = Course(course)
    found = groups.read(course).get(assignment, {})
    of = {student: members for members in found.values() for student in members}
    folder = own.shared("anybody", assignment).parent
    for student in sorted(path.stem for path in folder.glob("*.json")):
        if _copied(own, assignment, student).origin not in ("", *of.get(student, ())):
            _give_back(own, assignment, student)
    notes = []
    for group, members in found.items():
        works = [work for who in members if (work := _own(own, assignment, who))]
        if chosen := newest(works):
            changed = [who for who in members if _give(own, assignment, who, chosen)]
            others = [who for who in members if who != chosen.student]
            about = {"group": group, "student": chosen.student, "others": others}
            code = "group-shared" if changed else "group-as-before"
            notes.append(Note(code, values={"assignment": assignment, **about}))
        elif members:
            about = {"group": group, "others": list(members)}
            notes.append(Note("group-without", values=about))
    return notes


def _copied(course: Course, assignment: str, student: str) -> Copied:
    """Whose copy a student's submission is; one that changed since is the student's own."""
    kept = shared_work.read(course.path, assignment, student)
    if not kept.origin:
        return kept
    files, _ = storage.read(course.submitted(student, assignment))
    if files and storage.digest(files) == kept.digest:
        return kept
    now = Copied(copies=kept.copies)
    shared_work.write(course.path, assignment, student, now)
    return now


def _own(course: Course, assignment: str, student: str) -> Work | None:
    """What a student handed in themselves: what lies there, else the newest that was put aside."""
    kept = _copied(course, assignment, student)
    folder = course.submitted(student, assignment)
    if not kept.origin and folder.is_dir():
        files, time = storage.read(folder)
        came = submission_times.read(course.path, assignment, [student], late_penalties.Rule())
        arrival = came.get(student, late_penalties.Arrival())
        return _work(student, files, time or arrival.time or arrival.by, assignment)
    aside = course.replaced(student, assignment)
    earlier = [storage.read(path) for path in sorted(aside.glob("*")) if path.is_dir()]
    works = [_work(student, files, time, assignment) for files, time in earlier]
    return newest(one for one in works if one and one.digest not in kept.copies)


def _work(
    student: str, files: Mapping[str, bytes], time: datetime | None, assignment: str
) -> Work | None:
    notebook = files.get(f"{assignment}.ipynb")
    if notebook is None:
        return None
    return Work(student, files, time, not is_blank(notebook))


def _give(course: Course, assignment: str, student: str, work: Work) -> bool:
    """Let a student's submission be this work; returns whether it was another before."""
    folder = course.submitted(student, assignment)
    files, time = storage.read(folder) if folder.is_dir() else ({}, None)
    kept = _copied(course, assignment, student)
    same = bool(files) and storage.digest(files) == work.digest
    origin = "" if student == work.student else work.student
    if same and (not origin or kept.origin == origin):
        return False
    if files and not kept.origin and not same:
        aside = course.replaced(student, assignment) / storage.digest(files)
        if not aside.exists():
            storage.write(aside, files, time)
    copies = tuple(sorted({*kept.copies, work.digest})) if origin else kept.copies
    # First: should it end between the two, a folder that isn't this copy is the student's own.
    shared_work.write(course.path, assignment, student, Copied(origin, work.digest, copies))
    storage.write(folder, work.files, work.time)
    if origin:
        _same_arrival(course, assignment, origin, student)
    return True


def _same_arrival(course: Course, assignment: str, origin: str, student: str) -> None:
    """Keep what a platform said of the hand-in for everybody who has it."""
    told, own = course.arrival(origin, assignment), course.arrival(student, assignment)
    if told.is_file():
        write_whole(own, told.read_bytes())
    else:
        own.unlink(missing_ok=True)


def _give_back(course: Course, assignment: str, student: str) -> None:
    """Take a copy away, and put back what the student handed in themselves, if anything."""
    kept, own = _copied(course, assignment, student), _own(course, assignment, student)
    folder = course.submitted(student, assignment)
    if own:
        storage.write(folder, own.files, own.time)
    else:
        shutil.rmtree(folder)
    course.arrival(student, assignment).unlink(missing_ok=True)
    shared_work.write(course.path, assignment, student, Copied(copies=kept.copies))
