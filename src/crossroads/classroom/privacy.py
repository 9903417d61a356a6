"""Personal data in a course: what is stored where, forgetting a student, data for research."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import hmac
import io
import json
import re
import secrets
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import course as course_
from ..assignments import bank
from ..grading import gradebook
from . import roster
from .collect import run_together, words

#: Where personal data lie, what they are, and how they are counted.
PLACES = {
    "roster.csv": "names, addresses, ids on the learning platform",
    "gradebook.db": "nbgrader's gradebook: names, addresses, marks, comments",
    "submitted": "what was handed in, and when",
    "autograded": "what was handed in, with the tests' results",
    "feedback": "pages with answers, marks and comments",
    "grading": "results of the grading, with the answers; a log of when",
    "marking": "marks and comments of other markers",
    "variants": "the values drawn for each student, and their copies",
    "collected": "hand-ins that were replaced, or are nobody's; names in downloads; who was late",
    "reports": "item analysis: students' points by question",
    "exchange": "nbgrader's exchange: hand-ins that wait, feedback to be fetched",
    "handed_in": "hand-ins made on this machine, as they were",
    "deadlines.yml": "students' own deadlines",
    "progress": "a learner's self-checks on this machine",
    "quizzes": "a learner's copies of quizzes on this machine",
    "earlier": "a learner's copies before new values were drawn",
    "study": "a learner's marked quizzes",
}
#: A week of hand-ins is told only if so many students share it.
ENOUGH = 5

ABOUT = """\
Research data of a course: points by question
=============================================

One row a student and question: pseudonym, assignment, item, objective, kind (how it's answered),
points, possible, week (of the hand-in, ISO 8601; empty where fewer than {enough} students share it)
and late_penalty (of the whole assignment). Empty points: not marked yet.

No names, ids, addresses, answers or comments are in it. A pseudonym is a keyed hash of the id
(HMAC-SHA-256) with a key that was made for this one file and never written down, so nobody can work
one out again, and two files can't be joined by them.

What remains: {students} students. A row of points is nearly a fingerprint. Who knows somebody's
marks on a few questions, or has the gradebook, can find that student's row; who has two such files
of one class can join them by the points. In a small class this takes very little. So these are
personal data still (pseudonymised, not anonymous): give them only to people who are bound to keep
them, and publish only what is summed up over many students.
"""


@dataclass(frozen=True)
class Place:
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


def places(course: Path) -> list[Place]:
    """The places in a course that hold personal data, with how much there is."""
    known = _known(course)
    found = []
    for where, holds in PLACES.items():
        path = course / where
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        if not files:
            continue
        if where == "roster.csv":
            students = len(roster.read(course))
        elif where == "gradebook.db":
            students = len(_in_gradebook(course))
        else:
            students = len(_named_in(path, files, known))
        found.append(Place(where, holds, students, len(files)))
    return found


def _known(course: Path) -> set[str]:
    """Everybody whose id is on the roster, in the gradebook, or the name of a folder."""
    folders = {
        path.parent.name
        for stage in ("submitted", "autograded", "feedback")
        for path in course.glob(f"{stage}/*/*")
    }
    return {person.student_id for person in roster.read(course)} | _in_gradebook(course) | folders


def _in_gradebook(course: Path) -> set[str]:
    from nbgrader.api import Gradebook

    if not (course / "gradebook.db").is_file():
        return set()
    course_.use_own_commands()
    with Gradebook(gradebook.url(course.resolve())) as book:
        return {str(student.id) for student in book.students}


def _named_in(place: Path, files: Iterable[Path], students: Iterable[str]) -> set[str]:
    """Students whom files are named for, or whom a text near the top names."""
    names: set[str] = set()
    texts = []
    for file in files:
        parts = file.relative_to(place).parts if file != place else (file.name,)
        names |= {name for part in parts for name in (part, part.split("+")[0], Path(part).stem)}
        if file.suffix in (".json", ".yml", ".csv", ".txt", ".html") and len(parts) <= 2:
            texts.append(file.read_text("utf-8", "replace"))
    return {s for s in students if s in names or any(_names(text, s) for text in texts)}


def _names(text: str, student: str) -> bool:
    return bool(re.search(rf"(?<![\w.@+-]){re.escape(student)}(?![\w@+-])", text))


def table(found: Iterable[Place]) -> str:
    """The places as a table for a terminal."""
    rows = [("where", "students", "files", "what")]
    rows += [(p.where, str(p.students), str(p.files), p.holds) for p in found]
    wide = max(len(row[0]) for row in rows)
    lines = [f"{a:<{wide}}  {b:>8}  {c:>6}  {d}" for a, b, c, d in rows]
    return "\n".join(
        [
            *lines,
            "All of it lies in the course directory; nothing is sent anywhere.",
            "crossroads forget STUDENT deletes one student's.",
        ]
    )


# -- forgetting a student --------------------------------------------------------------------------


def holdings(course: Path, student: str) -> list[Holding]:
    """All that a course holds of one student. Raises ``ValueError`` for what can't be an id."""
    course_.checked_id(student)
    course = course.resolve()
    return [*_folders(course, student), *_entries(course, student), *_to_look_at(course, student)]


def _folders(course: Path, student: str) -> Iterator[Holding]:
    """Folders and files that are the student's alone."""
    patterns = {
        f"submitted/{student}": PLACES["submitted"],
        f"autograded/{student}": PLACES["autograded"],
        f"feedback/{student}": PLACES["feedback"],
        f"grading/*/{student}.json": "the result of the grading",
        f"variants/*/{student}": "the copy with values of their own",
        f"collected/earlier/*/{student}": "hand-ins that were replaced",
        f"collected/arrivals/*/{student}.json": "when they were handed in, as a platform says it",
        f"handed_in/*/{student}+*": PLACES["handed_in"],
    }
    for pattern, what in patterns.items():
        for path in sorted(course.glob(_literal(pattern))):
            yield Holding(_short(course, path), _counted(path, what), _remover(path))


def _literal(pattern: str) -> str:
    """A pattern in which only ``*`` has a meaning."""
    return re.sub(r"([\[?])", r"[\1]", pattern)


def _entries(course: Path, student: str) -> Iterator[Holding]:
    """The student's entries in files of the whole class."""
    if any(person.student_id == student for person in roster.read(course)):
        yield Holding("roster.csv", "the line of the roster", lambda: _off_roster(course, student))
    for path in sorted(course.glob("variants/*.json")):
        if student in _json(path):
            yield Holding(_short(course, path), "the values drawn", _without(path, student))
    for path in sorted(course.glob("marking/*/*.json")):
        if any(student in own for own in _json(path).values() if isinstance(own, dict)):
            what = "another marker's marks and comments"
            yield Holding(_short(course, path), what, _without(path, student))
    path = course / "collected" / "matches.json"
    if student in _json(path).values():
        yield Holding(_short(course, path), "a name in a download", _without(path, student))
    for path in sorted(course.glob("grading/*/log.txt")):
        if any(_log_of(line, student) for line in path.read_text("utf-8").splitlines()):
            yield Holding(_short(course, path), "lines of the log", _off_log(path, student))
    # Last: whatever goes wrong before, the gradebook still says whom it's about.
    if student in _in_gradebook(course):
        what = "name and address, every mark and comment"
        yield Holding("gradebook.db", what, lambda: _off_gradebook(course, student))


def _to_look_at(course: Path, student: str) -> Iterator[Holding]:
    """What a person has to look at: it belongs to others as well, or can't be told for sure."""
    for path in sorted(course.glob("reports/*")):
        if _named_in(path, (p for p in path.rglob("*") if p.is_file()), [student]):
            again = f"make it again (crossroads report {path.name}) or delete it"
            yield Holding(_short(course, path), again, None)
    for path in sorted(course.glob(_literal(f"exchange/*/inbound/{student}+*"))):
        yield Holding(_short(course, path), "waits in nbgrader's exchange: delete it there", None)
    rules = course / "deadlines.yml"
    if rules.is_file() and _names(rules.read_text("utf-8", "replace"), student):
        yield Holding(_short(course, rules), "names the student: take the line out", None)
    person = next((p for p in roster.read(course) if p.student_id == student), None)
    for path in sorted(course.glob("collected/unmatched/*/*")):
        if person and _could_be(path.name, person):
            yield Holding(_short(course, path), "a hand-in that may be theirs", None)
    for path in sorted(course.glob("gradebook.db.*")):
        yield Holding(
            _short(course, path), "nbgrader's copy of the gradebook before an update", None
        )


def _could_be(label: str, person: roster.Person) -> bool:
    """Whether a hand-in of nobody known has all words of a person's name, or them run together."""
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


def _short(course: Path, path: Path) -> str:
    return path.relative_to(course).as_posix()


def _counted(path: Path, what: str) -> str:
    if path.is_file():
        return what
    count = sum(p.is_file() for p in path.rglob("*"))
    return f"{what} ({count} {'file' if count == 1 else 'files'})"


def _remover(path: Path) -> Callable[[], None]:
    if path.is_dir() and not path.is_symlink():
        return lambda: shutil.rmtree(path)
    return path.unlink


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _without(path: Path, student: str) -> Callable[[], None]:
    """A function that takes a student out of a JSON file: as a key, in it or one level deeper, or
    as what a name stands for."""

    def kept(data: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in data.items() if k != student and v != student}

    def write() -> None:
        data = _json(path)
        deeper = path.parent.parent.name == "marking"
        data = {k: kept(v) for k, v in data.items()} if deeper else kept(data)
        course_.write_whole(path, json.dumps(data, indent=1, ensure_ascii=False))

    return write


def _log_of(line: str, student: str) -> bool:
    # A line is: when, who, what became of it.
    return line.partition(" ")[2].startswith(f"{student} ")


def _off_log(path: Path, student: str) -> Callable[[], None]:
    def write() -> None:
        lines = path.read_text("utf-8").splitlines()
        kept = [line for line in lines if not _log_of(line, student)]
        course_.write_whole(path, "".join(f"{line}\n" for line in kept))

    return write


def _off_roster(course: Path, student: str) -> None:
    kept = [person for person in roster.read(course) if person.student_id != student]
    roster.write(course, kept)


def _off_gradebook(course: Path, student: str) -> None:
    from nbgrader.api import Gradebook

    course_.use_own_commands()
    with Gradebook(gradebook.url(course)) as book:
        book.remove_student(student)
    # SQLite keeps what was deleted in pages that it may use again.
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        database.execute("VACUUM")


# -- research --------------------------------------------------------------------------------------

COLUMNS = (
    *("pseudonym", "assignment", "item", "objective", "kind"),
    *("points", "possible", "week", "late_penalty"),
)


def research(course: Path, assignments: Iterable[str] = ()) -> tuple[str, str]:
    """Points by question under pseudonyms, as CSV; and a text about what is in it.

    Of the ``assignments`` named, or of all in the gradebook. Raises ``ValueError`` where there are
    none.
    """
    from .export import read

    course = course.resolve()
    salt = secrets.token_bytes(32)
    names = list(assignments) or _assignments(course)
    rows: list[list[Any]] = []
    for name in names:
        marks = read(course, name)
        weeks = _weeks(course, name)
        about = {item.id: item for item in bank.read(course_.source(course, name))}
        for row in marks.rows:
            who = pseudonym(salt, str(row["student_id"]))
            for question, possible in marks.possible.items():
                item = about.get(question)
                what = [item.objective, item.kind] if item else ["", ""]
                when = weeks.get(str(row["student_id"]), "")
                given = [row.get(question), possible, when, row["late_penalty"]]
                rows.append([who, name, question, *what, *given])
    if not rows:
        raise ValueError("there are no marks in the gradebook yet")
    # By pseudonym: the gradebook's order would tell who is who.
    order = {name: place for place, name in enumerate(names)}
    rows.sort(key=lambda row: (row[0], order[row[1]]))
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    sheet.writerows(["" if cell is None else cell for cell in row] for row in rows)
    students = len({row[0] for row in rows})
    return out.getvalue(), ABOUT.format(enough=ENOUGH, students=students)


def pseudonym(salt: bytes, student: str) -> str:
    """A name that stands for a student: the first 64 bits of HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(salt, student.encode(), hashlib.sha256).hex()[:16]


def _assignments(course: Path) -> list[str]:
    from nbgrader.api import Gradebook

    if not (course / "gradebook.db").is_file():
        raise ValueError(f"there is no gradebook in {course}")
    course_.use_own_commands()
    with Gradebook(gradebook.url(course)) as book:
        return sorted(one.name for one in book.assignments if one.submissions)


def _weeks(course: Path, name: str) -> dict[str, str]:
    """The week of each student's hand-in, where enough students share it."""
    from nbgrader.api import Gradebook

    with Gradebook(gradebook.url(course)) as book:
        times = {str(s.student_id): s.timestamp for s in book.find_assignment(name).submissions}
    weeks = {student: time.strftime("%G-W%V") for student, time in times.items() if time}
    count = Counter(weeks.values())
    return {student: week for student, week in weeks.items() if count[week] >= ENOUGH}
