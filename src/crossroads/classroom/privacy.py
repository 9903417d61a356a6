"""Personal data in a course: what is stored where, and forgetting a student.

Both go by ``course.places``, where each place says what it holds and how a student's part is found.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..course import PLACES, Course, Person, checked_id, roster
from ..course.places import Found, Part, Place
from ..files import write_whole
from ..grading import database
from .collect.canvas import run_together
from .collect.name_forms import words
from .research import research as research

UNUSED = " (from before db_url was set; not searched)"
#: nbgrader's steps that hold something of each student's.
_STEPS = ("submitted", "autograded", "feedback")


@dataclass(frozen=True)
class Stored:
    """A place with personal data: how many students and files, and what they are."""

    where: str
    holds: str
    students: int
    files: int


@dataclass(frozen=True)
class Holding:
    """Something of one student's: where, what it is, and how it's deleted.

    ``delete`` is ``None`` where a person has to look.
    """

    where: str
    what: str
    delete: Callable[[], None] | None


# -- what is stored where --------------------------------------------------------------------------


def places(course: Path) -> list[Stored]:
    """Return the places in a course that hold personal data, with how much there is."""
    own = Course(course)
    known = _known(own)
    found = []
    for place in PLACES.values():
        if place.parts and place.parts[0].found is Found.GRADEBOOK:
            found += _gradebooks(own, place)
            continue
        path = own.place(place.name)
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        if not place.personal or not files:
            continue
        if any(part.found is Found.ROSTER for part in place.parts):
            students = len(own.people())
        else:
            students = len(_named_in(path, files, known))
        found.append(Stored(place.name, place.holds, students, len(files)))
    return found


def _gradebooks(course: Course, place: Place) -> list[Stored]:
    """Return the gradebook in use, and an old one in the course's folder."""
    where, before, found = course.gradebook, course.path / place.name, []
    if course.has_gradebook:
        students, files = len(_in_gradebook(course)), 1 if where.file else 0
        found.append(Stored(where.shown, place.holds, students, files))
    if before.is_file() and where.file != before.resolve():
        found.append(Stored(place.name, f"{place.holds}{UNUSED}", 0, 1))
    return found


def _known(course: Course) -> set[str]:
    """Return everybody whose id is on the roster, in the gradebook, or the name of a folder."""
    folders = {
        student for step in _STEPS for student, _, _ in course.nbgrader.found(course.path, step)
    }
    return {person.student_id for person in course.people()} | _in_gradebook(course) | folders


def _in_gradebook(course: Course) -> set[str]:
    return database.names(course.path)[0]


def _named_in(place: Path, files: Iterable[Path], students: Iterable[str]) -> set[str]:
    """Return students whom files are named for, or whom a text near the top names."""
    names: set[str] = set()
    texts = []
    for file in files:
        parts = file.relative_to(place).parts if file != place else (file.name,)
        if file.suffix == ".zip":
            names |= _inside(file)
        names |= {name for part in parts for name in (part, part.split("+")[0], Path(part).stem)}
        if file.suffix in (".json", ".yml", ".csv", ".txt", ".html") and len(parts) <= 2:
            texts.append(file.read_text("utf-8", "replace"))
    return {s for s in students if s in names or any(_names(text, s) for text in texts)}


def _inside(archive: Path) -> set[str]:
    """Return what folders and files of a zip are called; nothing of one that can't be read."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return {part for name in opened.namelist() for part in Path(name).parts}
    except (OSError, ValueError, zipfile.BadZipFile):
        return set()


def _names(text: str, student: str) -> bool:
    return bool(re.search(rf"(?<![\w.@+-]){re.escape(student)}(?![\w@+-])", text))


def table(found: Iterable[Stored]) -> str:
    """Return the places as a table for a terminal."""
    rows = [("where", "students", "files", "what")]
    rows += [(p.where, str(p.students), str(p.files), p.holds) for p in found]
    wide = max(len(row[0]) for row in rows)
    lines = [f"{a:<{wide}}  {b:>8}  {c:>6}  {d}" for a, b, c, d in rows]
    return "\n".join(
        [
            *lines,
            "All of it is in the course directory; nothing is sent anywhere.",
            "crossroads forget STUDENT deletes one student's data.",
        ]
    )


# -- forgetting a student --------------------------------------------------------------------------


def holdings(course: Path, student: str) -> list[Holding]:
    """Return all that a course holds of one student.

    Raises ``ValueError`` for what can't be an id.
    """
    checked_id(student)
    own = Course(course).resolved()
    parts = [part for place in PLACES.values() for part in place.parts]
    # Last: whatever goes wrong before, the gradebook still says whom it's about.
    order = [*_FINDERS, Found.GRADEBOOK]
    parts.sort(key=lambda part: order.index(part.found))
    return [holding for part in parts for holding in _of(own, part, student)]


def _of(course: Course, part: Part, student: str) -> Iterator[Holding]:
    """Yield what there is of a student in one part of the course."""
    if part.found is Found.GRADEBOOK:
        yield from _in_gradebooks(course, part, student)
        return
    for path in _paths(course, part.pattern, student):
        holds, delete = _FINDERS[part.found](course, path, student)
        if holds:
            inside = path.is_relative_to(course.path)
            where = (path.relative_to(course.path) if inside else path).as_posix()
            what = _counted(path, part.what) if part.found is Found.WHOLE else part.what
            yield Holding(where, what.replace("{name}", path.name), delete)


def _paths(course: Course, pattern: str, student: str) -> list[Path]:
    """Return the paths that a part's pattern stands for.

    Where nbgrader's settings name other folders, look in those.
    """
    top = pattern.partition("/")[0]
    usual = course.nbgrader.path(course.path, top, student, "x") if top in _STEPS else None
    if usual and usual != course.path / top / student / "x":
        found = course.nbgrader.found(course.path, top)
        return sorted(path for who, _, path in found if who == student)
    base, file = course.path, course.gradebook.file
    if file and top.startswith("gradebook.db."):
        base, pattern = file.parent, pattern.replace(top, f"{file.name}.*")
    made = re.sub(r"([\[?])", r"[\1]", pattern.replace("{student}", student))
    return sorted(base.glob(made))


#: Whether a path holds something of the student's, and what deletes it: nothing where a person has
#: to look.
Finding = tuple[bool, Callable[[], None] | None]


def _whole(course: Course, path: Path, student: str) -> Finding:
    if path.is_dir() and not path.is_symlink():
        return True, lambda: shutil.rmtree(path)
    return True, path.unlink


def _in_roster(course: Course, path: Path, student: str) -> Finding:
    def take_out() -> None:
        kept = [person for person in roster.read(path) if person.student_id != student]
        roster.write(path, kept)

    return any(person.student_id == student for person in roster.read(path)), take_out


def _entry(course: Course, path: Path, student: str) -> Finding:
    data = _json(path)
    return _is_in(data, student), lambda: _write(path, _without(_json(path), student))


def _entry_below(course: Course, path: Path, student: str) -> Finding:
    def take_out() -> None:
        _write(path, {key: _without(own, student) for key, own in _json(path).items()})

    return any(_is_in(own, student) for own in _json(path).values()), take_out


def _log(course: Course, path: Path, student: str) -> Finding:
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.partition(" ")[2].startswith(f"{student} ")]

    def take_out() -> None:
        write_whole(path, "".join(f"{line}\n" for line in kept))

    return kept != lines, take_out


def _in_gradebooks(course: Course, part: Part, student: str) -> Iterator[Holding]:
    """Return a student in the gradebook that the course uses.

    Return also an earlier gradebook that is still in the folder, for a person to look at.
    """
    where, before = course.gradebook, course.path / part.pattern

    def take_out() -> None:
        from sqlalchemy import text  # slow, and only needed here

        with database.opened(course.path, database.UNWRITTEN) as book:
            book.remove_student(student)
            # A database keeps what was deleted in pages that it may use again.
            book.db.remove()
            with book.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))

    if student in _in_gradebook(course):
        yield Holding(where.shown, part.what, take_out)
    if before.is_file() and where.file != before.resolve():
        yield Holding(part.pattern, f"{part.what}{UNUSED}", None)


def _look(course: Course, path: Path, student: str) -> Finding:
    return True, None


def _look_if_named(course: Course, path: Path, student: str) -> Finding:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return bool(_named_in(path, files, [student])), None


def _look_if_like(course: Course, path: Path, student: str) -> Finding:
    person = next((p for p in course.people() if p.student_id == student), None)
    return bool(person and _could_be(path.name, person)), None


#: In the order in which things are deleted.
_FINDERS: dict[Found, Callable[[Course, Path, str], Finding]] = {
    Found.WHOLE: _whole,
    Found.ROSTER: _in_roster,
    Found.ENTRY: _entry,
    Found.ENTRY_BELOW: _entry_below,
    Found.LOG: _log,
    Found.LOOK: _look,
    Found.LOOK_IF_NAMED: _look_if_named,
    Found.LOOK_IF_LIKE: _look_if_like,
}


def _could_be(label: str, person: Person) -> bool:
    """Return whether a submission of nobody known has all words of a name, or them run together."""
    given, own = set(words(label)), (person.first_name, person.last_name)
    together = {run_together(*own), run_together(*reversed(own))} - {""}
    return bool(together) and (set(words(" ".join(own))) <= given or bool(together & given))


def forget(found: Iterable[Holding]) -> list[Holding]:
    """Delete what can be deleted; returns what a person has to look at."""
    left = []
    for holding in found:
        if holding.delete:
            holding.delete()
        else:
            left.append(holding)
    return left


def _counted(path: Path, what: str) -> str:
    if path.is_file():
        return what
    count = sum(p.is_file() for p in path.rglob("*"))
    return f"{what} ({count} {'file' if count == 1 else 'files'})"


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _is_in(data: Any, student: str) -> bool:
    """Return whether an object has an entry by this id, or one that stands for it."""
    return isinstance(data, dict) and (student in data or student in data.values())


def _without(data: Any, student: str) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if key != student and value != student}


def _write(path: Path, data: Any) -> None:
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False))
