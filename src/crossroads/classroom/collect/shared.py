"""Copy a group's submission to each of its students.

``collected/shared`` keeps whom a copy is from. What somebody submitted themselves is put aside in
``collected/earlier``, and comes back when the group is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ...course import Course
from ...files import write_folder, write_whole
from ...grading import late_penalties, shared_work, submission_times
from ...grading.autograded_folder import SECRET
from ...grading.shared_work import Copied
from .. import groups
from ..notes import Note
from . import storage
from .submissions import is_blank

#: Bytes of a timestamp.
MOST_STAMP = 1000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Work:
    """A submission that a student made, not a copy of somebody else's."""

    student: str
    files: Mapping[str, bytes] = field(repr=False)
    #: When it came, as far as anything says so.
    time: datetime | None = None
    answered: bool = True
    #: ``timestamp.txt`` as it is, where there is one; it is everybody's.
    stamp: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: The exchange's secret, by which this student fetches feedback: no copy has it.
    secret: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """Return a digest of its files."""
        return storage.digest(self.files)

    def notebooks(self, assignment: str) -> list[str]:
        """Return the names of its notebooks; of a quiz that has one of its own name, only that."""
        names = [name for name in self.files if name.lower().endswith(".ipynb") and "/" not in name]
        own = f"{assignment}.ipynb"
        return [own] if own in names else names

    def can_be_marked(self, assignment: str) -> bool:
        """Return whether there is a notebook in it."""
        return bool(self.notebooks(assignment))


def newest(works: Iterable[Work]) -> Work | None:
    """Return the newest submission that has an answer; of several with the same files, the first.

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
    """Give everybody in a group the group's newest submission, and take back what isn't theirs now.

    Returns whose work is also whose. Raises ``ValueError`` for what is wrong in ``groups.yml``.
    """
    own = Course(course)
    found = groups.read(course).get(assignment, {})
    of = {student: members for members in found.values() for student in members}
    folder, notes = own.shared("anybody", assignment).parent, list[Note]()
    for student in sorted(path.stem for path in folder.glob("*.json")):
        if _copied(own, assignment, student).origin not in ("", *of.get(student, ())):
            notes += give_back(own, assignment, student)
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
    """Return whose copy a student's submission is; one that changed since is the student's own."""
    kept = shared_work.read(course.path, assignment, student)
    if not kept.origin:
        return kept
    there = lying(course, assignment, student)
    if there and there.digest == kept.digest:
        return kept
    now = Copied(copies=kept.copies)
    shared_work.write(course.path, assignment, student, now)
    return now


def _own(course: Course, assignment: str, student: str) -> Work | None:
    """Return what a student submitted themselves.

    It is the submission that is there, or else the newest that was put aside.
    """
    kept = _copied(course, assignment, student)
    if not kept.origin and (there := lying(course, assignment, student)):
        found = [there]
    else:
        found = [w for w in put_aside(course, assignment, student) if w.digest not in kept.copies]
    return newest(one for one in found if one.can_be_marked(assignment))


def put_aside(course: Course, assignment: str, student: str) -> list[Work]:
    """Return what a student's submission once was, or came too late to be."""
    folders = sorted(course.replaced(student, assignment).glob("*"))
    return [work for path in folders if (work := _read(path, student, assignment))]


def lying(course: Course, assignment: str, student: str) -> Work | None:
    """Return what lies in a student's folder, whoever made it, with the time that anything says."""
    there = _read(course.submitted(student, assignment), student, assignment)
    if there is None or there.time:
        return there
    came = submission_times.read(course.path, assignment, [student], late_penalties.Rule())
    arrival = came.get(student, late_penalties.Arrival())
    return replace(there, time=arrival.time or arrival.by)


def _read(folder: Path, student: str, assignment: str) -> Work | None:
    """Return the files of a folder; ``None`` where there are none, or it is a link."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    files, time = storage.read(folder)
    if not files:
        return None
    path = folder / submission_times.STAMP
    plain = path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_STAMP
    stamp = {path.name: path.read_bytes()} if plain else {}
    secret = {SECRET: files.pop(SECRET)} if SECRET in files else {}
    work = Work(student, files, time, True, stamp, secret)
    there = work.notebooks(assignment)
    return replace(work, answered=not all(is_blank(files[name]) for name in there))


def _give(course: Course, assignment: str, student: str, work: Work) -> bool:
    """Let a student's submission be this work; returns whether it was another before."""
    folder, there = course.submitted(student, assignment), lying(course, assignment, student)
    kept = _copied(course, assignment, student)
    same = bool(there and there.digest == work.digest)
    origin = "" if student == work.student else work.student
    if same and (not origin or kept.origin == origin):
        return False
    if there and not kept.origin and not same:
        aside = course.replaced(student, assignment) / there.digest
        if not aside.exists():
            write(aside, there, there.secret)
    copies = tuple(sorted({*kept.copies, work.digest})) if origin else kept.copies
    # First: should it end between the two, a folder that isn't this copy is the student's own.
    shared_work.write(course.path, assignment, student, Copied(origin, work.digest, copies))
    write(folder, work, (there.secret if there else {}) if origin else work.secret)
    if origin:
        _same_arrival(course, assignment, origin, student)
    return True


def write(folder: Path, work: Work, secret: Mapping[str, bytes]) -> None:
    """Write work into a folder, with its time and the exchange's secret of whose folder it is."""
    write_folder(folder, {**work.files, **work.stamp, **secret})


def _same_arrival(course: Course, assignment: str, origin: str, student: str) -> None:
    """Keep what a platform said of the submission for everybody who has it."""
    told, own = course.arrival(origin, assignment), course.arrival(student, assignment)
    if told.is_file():
        write_whole(own, told.read_bytes())
    else:
        own.unlink(missing_ok=True)


def give_back(course: Course, assignment: str, student: str) -> list[Note]:
    """Take a copy away, and put back what the student submitted themselves, if anything."""
    kept, own = _copied(course, assignment, student), _own(course, assignment, student)
    folder = course.submitted(student, assignment)
    if own:
        write(folder, own, own.secret)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    course.arrival(student, assignment).unlink(missing_ok=True)
    shared_work.write(course.path, assignment, student, Copied(copies=kept.copies))
    if own or not course.result(student, assignment).is_file():
        return []
    return [Note("group-left", values={"student": student, "origin": kept.origin})]
