"""Hand-ins from a learning platform's bulk download, into nbgrader's ``submitted`` folder.

What a download looks like was read in the platforms' own sources:

- **Moodle** (``mod/assign/classes/downloader.php``): with *Download submissions in folders* a
  folder ``Full name_1234567_assignsubmission_file_/`` a student (without the last sign since 4.1),
  else flat files ``Full name_1234567_assignsubmission_file_quiz-03.ipynb``. The number belongs to
  this one assignment, and is no user's number.
- **Canvas** (``lib/content_zipper.rb``): ``lastnamefirstname_LATE_12345_67890_quiz-03-1.ipynb``:
  the sortable name in small letters without anything between, ``LATE`` if it is, the user's number,
  the file's (a later file has a higher one), and the file's name with the attempt's number.
- plain folders or zips, with each student's id or name as a folder: ``ann/quiz-03.ipynb``.

Both platforms stamp the files of a zip with the time of the download, not of the hand-in.

Archives, names in them and what is in their files are anybody's: all is bounded, no name of theirs
becomes a path before it is made harmless, and what can't be used is said and left out.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from .. import course as course_
from .. import validation
from ..grading import gradebook, timestamps
from ..grading import late_penalties as late
from . import roster
from .roster import Person

#: Bytes of one file, of one sender's files, and of an archive's together, that are unpacked.
MOST_FILE, MOST_SENDER, MOST_ARCHIVE = 64 * 2**20, 128 * 2**20, 2**30
#: Files of one sender, and in an archive; letters in a name and in a whole path.
MOST_OF_SENDER, MOST_FILES, MOST_NAME, MOST_PATH = 500, 100_000, 255, 1000
#: Files that were handed in within this time were stamped by the download.
AT_ONCE = timedelta(minutes=5)

#: Trouble that isn't one student's: a full disk, a file system that can't be written.
EVERYBODYS = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", None)}

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)"
)
_CANVAS = re.compile(
    r"(?:(?P<name>.*?)_)?(?P<late>LATE_)?(?P<number>\d+|anon_\w+?)_(?P<attachment>\d+)_(?P<file>.+)"
)
_CLUTTER = re.compile(r"__MACOSX|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints")
#: Apostrophes, and what other keyboards and alphabets have in their place.
_APOSTROPHES = re.compile("['`´‘’‛′ʹʻʼʽʾʿˈ＇]")
#: Signs that turn the direction of writing: they make a name look like another.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Origin:
    """What a path in a download says: from whom, which file, whether it's late.

    ``names`` are what may name the student, the likeliest first; there is more than one only in a
    plain folder.
    """

    layout: str  # moodle, canvas or plain
    names: tuple[str, ...]
    file: str
    number: str = ""
    late: bool = False
    attachment: int = 0

    @property
    def label(self) -> str:
        """How a person would name the sender."""
        return f"{self.names[0]} ({self.number})" if self.number else self.names[0]


@dataclass(frozen=True)
class File:
    """A file of an archive or folder: where it was in it, what it holds, its time."""

    path: str
    content: bytes
    time: datetime | None


@dataclass
class HandIn:
    """All files of one sender in one archive."""

    origin: Origin
    archive: str
    files: list[tuple[Origin, File]]
    student: str = ""
    #: Why nobody was found, or why it can't be used.
    reason: str = ""
    time: datetime | None = None
    #: By when it was there at the latest, where only the download's own time is known.
    by: datetime | None = None
    #: How many of the files came as such, and not in a zip of the student's.
    given: int = 0
    #: Where it was kept, if it came from there.
    kept: Path | None = None


@dataclass
class Line:
    """What became of one hand-in, for the table."""

    student: str
    sender: str
    what: str
    time: datetime | None = None
    late: bool = False


@dataclass
class Outcome:
    """What became of a download."""

    lines: list[Line] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: On the roster, and nothing of theirs is there.
    nothing: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether no person need look."""
        return not self.unmatched and not self.skipped


# -- what names say --------------------------------------------------------------------------------


def origin_of(path: str, quiz: str) -> Origin:
    """What a path in a download says."""
    *folders, last = path.split("/")
    for depth, folder in enumerate(folders):
        if found := _MOODLE.fullmatch(folder):
            file = "/".join([*folders[depth + 1 :], last])
            return Origin(
                "moodle", (found["name"],), _of_kind(found["kind"], file), found["number"]
            )
    if found := _MOODLE.fullmatch(last):
        file = _of_kind(found["kind"], found["file"])
        return Origin("moodle", (found["name"],), file, found["number"])
    if found := _CANVAS.fullmatch(last):
        about = (found["file"], found["number"], bool(found["late"]), int(found["attachment"][:18]))
        return Origin("canvas", (found["name"] or "nobody named",), *about)
    return _plain(path, quiz)


def _plain(path: str, quiz: str) -> Origin:
    *folders, last = path.split("/")
    stem = last.rpartition(".")[0] or last
    names = [name for name in [*folders, stem] if name not in (quiz, "submitted")]
    return Origin("plain", tuple(names) or (stem,), last)


def _of_kind(kind: str, file: str) -> str:
    return file if kind == "file" else f"{kind}.{file or 'txt'}"


def without_apostrophes(name: str) -> str:
    """A name as platforms write it that leave out what stands for an apostrophe."""
    return _APOSTROPHES.sub("", name)


def words(name: str) -> tuple[str, ...]:
    """A name's words without case, accents and order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return tuple(sorted(re.findall(r"[^\W_]+", "".join(c for c in plain if not _marks(c)))))


def _marks(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "MC"


def run_together(*parts: str) -> str:
    """Names as Canvas writes them: nothing between the words."""
    plain = unicodedata.normalize("NFKD", without_apostrophes("".join(parts)).casefold())
    return "".join(c for c in plain if c.isalnum())


def match(origin: Origin, people: Sequence[Person], told: Mapping[str, str]) -> tuple[str, str]:
    """The student whom a hand-in is from, or "" and why nobody was found.

    ``told`` are a teacher's own words on it, by ``key`` of a label or name. Nobody is guessed:
    where two people fit, or name and number speak of different ones, it's nobody.
    """
    # Only what was said of this very sender: a folder or file within may be called anything.
    for label in (origin.label, origin.names[0]):
        if student := told.get(key(label)):
            return student, ""
    for name in origin.names:
        if found := _by_id(people, name, exact=origin.layout != "plain"):
            return _one(found, name)
    by_name: list[Person] = []
    for name in origin.names:
        by_name = by_name or [person for person in people if _named(person, name, origin.layout)]
    by_number = [p for p in people if origin.number and p.lms_user_id == origin.number]
    if origin.layout == "canvas" and by_number:
        strangers = by_name and not {p.student_id for p in by_name} & {
            p.student_id for p in by_number
        }
        if strangers:
            return "", f"the number is {by_number[0].student_id}'s, the name another student's"
        return _one(by_number, origin.number)
    # Moodle's number is a user's only by chance: it may choose among namesakes, not find anybody.
    if len(by_name) > 1 and (both := [p for p in by_name if p in by_number]):
        by_name = both
    if not by_name:
        return "", "nobody on the roster has this name or number"
    return _one(by_name, origin.names[0])


def _by_id(people: Sequence[Person], name: str, *, exact: bool) -> list[Person]:
    """Whose id, login or address this is: in just these letters, else in capitals or small ones."""
    if not name:
        return []
    found = [p for p in people if name in (p.student_id, p.login, p.email)]
    if exact:
        return found
    small = name.casefold()
    return found or [
        p
        for p in people
        if small in (p.student_id.casefold(), p.login.casefold(), p.email.casefold())
    ]


def _named(person: Person, name: str, layout: str) -> bool:
    if not (person.first_name or person.last_name):
        return False
    if layout == "canvas":
        orders = ((person.last_name, person.first_name), (person.first_name, person.last_name))
        return run_together(name) in {run_together(*order) for order in orders}
    forms = [{words(full), words(without_apostrophes(full))} for full in (name, person.name)]
    return bool(words(name)) and not forms[0].isdisjoint(forms[1])


def _one(found: Sequence[Person], what: str) -> tuple[str, str]:
    if len(found) == 1:
        return found[0].student_id, ""
    who = ", ".join(person.student_id for person in found)
    return "", f"several students fit {what!r}: {who}"


def key(label: str) -> str:
    """A name as it's looked up among what a teacher told: words in order, without case."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", label).casefold()))


def attempt_of(file: str, quiz: str) -> int | None:
    """The number of the attempt in a notebook's name; ``None`` if it isn't named for the quiz."""
    stem = file.rpartition("/")[2].removesuffix(".ipynb")
    found = re.fullmatch(rf"{re.escape(quiz)}(?:[ _-]*\(?(\d{{1,6}})\)?)?", stem)
    return int(found[1] or 0) if found else None


def harmless(part: str) -> str:
    """A name that can stand in any file system: no separators, no unseen signs, not too long."""
    seen = "".join("_" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in part)
    safe = re.sub(r'[<>:"/\\|?*]', "_", seen).strip(". ")[:80]
    return safe if safe.rstrip("_") else "unnamed"


def shown(text: str) -> str:
    """A name from an archive as it can be shown on a terminal."""
    seen = "".join("?" if unicodedata.category(c)[0] == "C" else c for c in text)
    return seen if len(seen) <= 70 else f"{seen[:67]}..."


# -- archives --------------------------------------------------------------------------------------


class TooMuch(ValueError):
    """One sender's files are more than is unpacked: said once, and the others go on."""


class Bounds:
    """What may still be unpacked of one archive, and of each sender in it."""

    def __init__(self, quiz: str) -> None:
        self.quiz = quiz
        self.files, self.bytes = MOST_FILES, MOST_ARCHIVE
        #: Files and bytes that each sender may still have; none once that was said.
        self.own: dict[str, tuple[int, int]] = {}

    def spent(self, path: str) -> bool:
        """Whether it has been said already that this sender has too much."""
        return self.own.get(origin_of(path, self.quiz).label, (1, 1))[0] < 0

    def read(self, path: str, stream: IO[bytes]) -> bytes:
        """The whole stream; raises ``ValueError`` beyond the bounds, whatever its header says."""
        sender = origin_of(path, self.quiz).label
        files, size = self.own.get(sender, (MOST_OF_SENDER, MOST_SENDER))
        if not files or not size:
            self.own[sender] = (-1, 0)
            raise TooMuch(
                f"{shown(sender)} has more than {MOST_OF_SENDER} files, or more than "
                f"{MOST_SENDER // 2**20} MB: the rest of them is left out"
            )
        self.files -= 1
        if self.files < 0:
            raise ValueError(f"there are more than {MOST_FILES} files")
        most = min(MOST_FILE, size, self.bytes)
        content = stream.read(most + 1)
        taken = min(len(content), most)
        self.own[sender] = (files - 1, size - taken)
        self.bytes -= taken
        if len(content) > most:
            raise ValueError(f"it's larger than {most // 2**20} MB unpacked")
        return content


def unpack(source: Path, quiz: str, skipped: list[tuple[str, str]]) -> list[File]:
    """The files in a zip or a folder that can be used; others go to ``skipped`` with the reason."""
    bounds = Bounds(quiz)
    if source.is_dir():
        return list(_folder(source, bounds, skipped))
    with source.open("rb") as stream:
        return list(_archive(stream, source.name, bounds, skipped))


def _archive(
    stream: IO[bytes], name: str, bounds: Bounds, skipped: list[tuple[str, str]]
) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError) as error:
        skipped.append((name, f"it isn't a zip, or only part of one ({error})"))
        return
    seen: set[str] = set()
    with archive:
        for info in archive.infolist():
            try:
                path = _path_of(info)
                if path is None or bounds.spent(path):
                    continue
                if path in seen:
                    raise ValueError("another file before it has the same name")
                seen.add(path)
                with archive.open(info) as file:
                    content = bounds.read(path, file)
                yield File(path, content, _time_of(info))
            except (
                *(ValueError, RuntimeError, NotImplementedError, EOFError, OSError),
                *(zipfile.BadZipFile, zlib.error, MemoryError, OverflowError),
            ) as error:
                reason = str(error) or type(error).__name__
                skipped.append((f"{name}: {shown(info.filename)}", shown(reason)))
                if bounds.files < 0 or bounds.bytes <= 0:
                    skipped.append((name, "the rest was left out: too many files, or too large"))
                    return


def _path_of(info: zipfile.ZipInfo) -> str | None:
    """An entry's path, or ``None`` for what is no file. Raises ``ValueError`` for a hostile one."""
    name = info.filename
    if not info.flag_bits & 0x800:
        # Without the mark for UTF-8 it may be UTF-8 all the same, as macOS writes it.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    path = _harmless_path(name)
    mode = info.external_attr >> 16
    if info.is_dir() or path is None:
        return None
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        raise ValueError("it's a link or a device, no file")
    if info.flag_bits & 1:
        raise ValueError("it's encrypted")
    return path


def _harmless_path(name: str) -> str | None:
    if any(unicodedata.category(c) == "Cc" for c in name) or _TURNING.search(name):
        raise ValueError("its name has line ends or other signs that can't be seen")
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in parts:
        raise ValueError("its name leads out of the archive")
    if len(path) > MOST_PATH or any(len(part) > MOST_NAME for part in parts):
        raise ValueError("its name is too long")
    if not parts or any(_CLUTTER.fullmatch(part) for part in parts):
        return None
    return "/".join(parts)


def _time_of(info: zipfile.ZipInfo) -> datetime | None:
    """An entry's time, which zips give in local time; ``None`` for the default of 1980."""
    try:
        time = datetime(*info.date_time)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.year > 1980 else None


def _folder(source: Path, bounds: Bounds, skipped: list[tuple[str, str]]) -> Iterator[File]:
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            where = path.relative_to(source).as_posix()
            try:
                inside = _harmless_path(where)
                if inside is None or bounds.spent(inside):
                    continue
                info = path.lstat()
                if not stat.S_ISREG(info.st_mode):
                    raise ValueError("it's a link or a device, no file")
                with path.open("rb") as stream:
                    content = bounds.read(inside, stream)
                yield File(inside, content, datetime.fromtimestamp(info.st_mtime, UTC))
            except (ValueError, OSError) as error:
                skipped.append((f"{source.name}: {shown(where)}", shown(str(error))))
                if bounds.files < 0 or bounds.bytes <= 0:
                    return


def _unwrapped(files: list[File], quiz: str, people: Sequence[Person]) -> list[File]:
    """Plain files without a folder around all of them, where that is nobody's name."""
    paths = [file.path.split("/") for file in files]
    tops, inner = {path[0] for path in paths}, {path[1] for path in paths if len(path) > 2}
    if len(tops) != 1 or len(inner) < 2 or any(len(path) < 3 for path in paths):
        return files
    (top,) = tops
    if _MOODLE.fullmatch(top) or match(Origin("plain", (top,), ""), people, {})[0]:
        return files
    return [replace(file, path=file.path.partition("/")[2]) for file in files]


# -- hand-ins --------------------------------------------------------------------------------------


def hand_ins(
    files: Iterable[File],
    archive: str,
    quiz: str,
    people: Sequence[Person],
    told: Mapping[str, str],
) -> list[HandIn]:
    """The files of an archive by sender, each with the student found."""
    groups: dict[tuple[str, ...], HandIn] = {}
    for file in files:
        origin = origin_of(file.path, quiz)
        student, reason = match(origin, people, told)
        if origin.layout == "canvas" and "/" in file.path and not student:
            # A student's own name for a file may look like Canvas's.
            other = _plain(file.path, quiz)
            if found := match(other, people, told)[0]:
                origin, student, reason = other, found, ""
        who = student if origin.layout == "plain" and student else origin.label
        group = groups.setdefault(
            (origin.layout, who), HandIn(origin, archive, [], student, reason)
        )
        group.files.append((origin, file))
    senders = list(groups.values())
    for one in senders:
        one.given = len(one.files)
        one.time = max((f.time for _, f in one.files if f.time), default=None)
    _namesakes([one for one in senders if key(one.origin.label) not in told])
    return senders


def _namesakes(found: Iterable[HandIn]) -> None:
    """Nobody is guessed where two of a platform's users have the name of one student."""
    users: dict[tuple[str, ...], list[HandIn]] = {}
    for one in found:
        if one.student and one.origin.number:
            users.setdefault((one.student, *words(one.origin.names[0])), []).append(one)
    for (student, *_), several in users.items():
        if len(several) > 1:
            for one in several:
                one.student, one.reason = "", f"{len(several)} of this name would be {student}"


def is_blank(content: bytes) -> bool:
    """Whether every answer's cell of a notebook is as it was handed out, by nbgrader's own sums."""
    from ..grading import submission

    try:
        cells = submission.cells_of(content, [])
    except submission.Held:
        return False
    answers = [cell for cell in cells if cell["label"].get("solution")]
    return bool(answers) and all(validation.fits(cell) for cell in answers)


def notebook_of(one: HandIn, quiz: str) -> tuple[int, ...]:
    """The places in ``one.files`` of its notebooks, the one to be marked first.

    First comes what has an answer in it; then what is named for the quiz; of several, the file with
    Canvas's highest number, then the highest attempt, then the latest.
    """

    def rank(place: int) -> tuple[Any, ...]:
        origin, file = one.files[place]
        attempt = attempt_of(origin.file, quiz)
        time = file.time.timestamp() if file.time else 0.0
        done = len(places) < 2 or not is_blank(file.content)
        return (done, attempt is not None, origin.attachment, attempt or 0, time, place)

    places = [
        n for n, (origin, _) in enumerate(one.files) if origin.file.lower().endswith(".ipynb")
    ]
    return tuple(sorted(places, key=rank, reverse=True))


def collect(
    course: Path,
    quiz: str,
    sources: Iterable[Path],
    *,
    matches: Mapping[str, str] | None = None,
    times: bool = True,
) -> Outcome:
    """Put hand-ins from downloads into ``submitted/STUDENT/QUIZ``.

    ``matches`` says whom a name belongs to, and is remembered; without ``sources``, what was left
    over before is tried again with it. The newest of a student's hand-ins that has an answer is
    taken and the others are kept in ``collected/earlier``; those of nobody known in
    ``collected/unmatched``. Without ``times``, none is taken from the downloads. Raises
    ``ValueError`` where there is no roster.
    """
    course_.source(course, quiz)
    course = course.resolve()
    people = roster.read(course)
    if not people:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    told = _told(course, people, matches or {})
    outcome = Outcome()
    found = list(_left_over(course, quiz, people, told))
    for source in sources:
        files = _unwrapped(unpack(source, quiz, outcome.skipped), quiz, people)
        fresh = hand_ins(files, source.name, quiz, people, told)
        if not times or _stamped_at_once(fresh):
            for one in fresh:
                # A zip doesn't say of which zone its times are.
                one.by = one.time + timedelta(days=1) if one.time and times else None
                one.time = None
            if fresh and times:
                outcome.notes.append(
                    f"{source.name}: its files have the time of the download, so when they were "
                    "handed in isn't known; only what Canvas calls late counts as late, and by the "
                    "least."
                )
        found += fresh
    due = _due(course, quiz)
    by_student: dict[str, list[HandIn]] = {}
    for one in found:
        _open_nested(one, outcome.skipped)
        if one.student and not notebook_of(one, quiz):
            one.reason = f"there is no notebook in it ({one.student})"
        if one.student and not one.reason:
            by_student.setdefault(one.student, []).append(one)
        else:
            _keep_unmatched(course, quiz, one)
            if (line := (shown(one.origin.label), one.reason)) not in outcome.unmatched:
                outcome.unmatched.append(line)
    for student in sorted(by_student):
        # Stable: of two without a time the one that was given last is the newest.
        several = sorted(by_student[student], key=lambda one: one.time or _LONG_AGO)
        taken = _taken(several, quiz)
        for place, one in enumerate(several):
            try:
                outcome.lines.append(_put(course, quiz, one, place == taken, due))
            except (OSError, ValueError) as problem:
                # One student's trouble is that student's line; a full disk is everybody's.
                if isinstance(problem, OSError) and problem.errno in EVERYBODYS:
                    raise
                reason = getattr(problem, "strerror", None) or str(problem)
                outcome.skipped.append((f"{student}: {shown(one.origin.label)}", shown(reason)))
                continue
            if one.kept:
                shutil.rmtree(one.kept, ignore_errors=True)
    unknown = [line.student for line in outcome.lines if line.late and not line.time]
    if unknown and not due.due:
        outcome.notes.append(
            f"late, but {quiz} has no due date here yet, so nothing is taken off until "
            f"deadlines.yml has one: {', '.join(unknown)}"
        )
    outcome.nothing = [
        person.student_id
        for person in people
        if not (course / "submitted" / person.student_id / quiz).is_dir()
    ]
    return outcome


def late_word(line: Line) -> str:
    """How the table says that a hand-in is late, or may be."""
    return ("LATE" if line.time else "LATE?") if line.late else ""


def _stamped_at_once(found: Sequence[HandIn]) -> bool:
    """Whether all files of a platform's download have the same time: that of the download."""
    stamps = [file.time for one in found for origin, file in one.files if origin.layout != "plain"]
    known = [stamp for stamp in stamps if stamp]
    return len(found) > 1 and bool(known) and max(known) - min(known) < AT_ONCE


def _told(course: Path, people: Sequence[Person], new: Mapping[str, str]) -> dict[str, str]:
    """What a teacher told about names, now and before."""
    path = course / "collected" / "matches.json"
    told: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    known = {person.student_id for person in people}
    for name, student in new.items():
        if student not in known:
            raise ValueError(f"there is no student {student!r} on the roster")
        told[key(name)] = student
    if new:
        course_.write_whole(path, json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True))
    return told


def _open_nested(one: HandIn, skipped: list[tuple[str, str]]) -> None:
    """Open a zip that a student handed in, one level deep, where there is no notebook beside it."""
    if any(origin.file.lower().endswith(".ipynb") for origin, _ in one.files):
        return
    for origin, file in list(one.files):
        if not origin.file.lower().endswith(".zip"):
            continue
        where = f"{one.archive}: {shown(file.path)}"
        for inner in _archive(BytesIO(file.content), where, Bounds(""), skipped):
            if inner.path.lower().endswith(".zip"):
                skipped.append((f"{where}: {shown(inner.path)}", "a zip in a zip in a zip"))
                continue
            inside = Origin(origin.layout, origin.names, inner.path.rpartition("/")[2])
            one.files.append((inside, File(inner.path, inner.content, file.time)))


def _due(course: Path, quiz: str) -> late.Rule:
    """The quiz's late rule, with the gradebook's due date where the rule has none."""
    from nbgrader.api import Gradebook, MissingEntry

    rules, _ = timestamps.rules(course)
    own = rules.of(quiz) if rules else late.Rule()
    if own.due or not (course / "gradebook.db").is_file():
        return own
    course_.use_own_commands()
    with Gradebook(gradebook.url(course)) as book:
        try:
            date = book.find_assignment(quiz).duedate
        except MissingEntry:
            date = None
    return replace(own, due=date.replace(tzinfo=UTC) if date else None)


# -- writing ---------------------------------------------------------------------------------------


def _put(
    course: Path,
    quiz: str,
    one: HandIn,
    taken: bool,
    rule: late.Rule,
) -> Line:
    """Write one hand-in where it belongs, and say what was done."""
    due = (rule.extensions or {}).get(one.student, rule.due)
    time, arrival = one.time, _arrival(one, rule)
    if one.origin.layout == "canvas" and due:
        if one.origin.late:
            # How late isn't in the zip: by the least that counts, unless the time says more.
            time = time or late.standing(rule, due, arrival, 1).came
        elif time:
            # Canvas says that it was in time; its zip says only when it was downloaded.
            time = min(time, due)
    first, *others = notebook_of(one, quiz)
    if others and time and one.origin.layout == "plain":
        # Of several notebooks the time of the one that is taken counts.
        time = one.files[first][1].time or time
    is_late = one.origin.late or bool(due and time and time > due)
    files = {f"{quiz}.ipynb": one.files[first][1].content}
    for origin, file in one.files:
        if not origin.file.lower().endswith((".ipynb", ".zip")):
            name = "/".join(harmless(part) for part in origin.file.split("/"))
            # A student's own would say when it was handed in.
            if name.casefold() != "timestamp.txt":
                files[_free(name, files)] = file.content
    for other in others:
        _aside(course, quiz, one.student, {f"{quiz}.ipynb": one.files[other][1].content}, None)
    line = Line(one.student, shown(one.origin.label), "", time, is_late)
    names = ", ".join(shown(one.files[other][0].file) for other in others)
    more = f"; also theirs, and kept aside: {names}" if others else ""
    folder = course / "submitted" / one.student / quiz
    there, then = _read(folder)
    if there == files:
        timestamps.keep(course, quiz, one.student, arrival)
        line.what = "as before"
    elif not taken or _is_worth_less(course, quiz, one, files, there, then):
        _aside(course, quiz, one.student, files, time)
        blank = is_blank(files[f"{quiz}.ipynb"])
        line.what = "without an answer, kept aside" if blank else "older, kept aside"
    else:
        if there:
            _aside(course, quiz, one.student, there, then)
        _write(folder, files, time)
        timestamps.keep(course, quiz, one.student, arrival)
        line.what = "in place of an older one, kept aside" if there else "new"
    line.what += more
    return line


def _arrival(one: HandIn, rule: late.Rule) -> late.Arrival:
    """What a download says about when this came; Canvas calls each file late or not."""
    word = ""
    if one.origin.layout == "canvas":
        word = late.LATE if one.origin.late else late.IN_TIME
    return late.Arrival(one.time, one.by, word, rule.due)


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """A path like this one that no other is, lies in, or has within it, whatever the case.

    ``timestamp.txt`` is nbgrader's own.
    """
    folded = {path.casefold() for path in taken} | {"timestamp.txt"}
    stem, dot, end = name.rpartition(".")
    if not stem or "/" in end:
        stem, dot, end = name, "", ""
    for number in range(1, len(taken) + 3):
        new = name if number == 1 else f"{stem}-{number}{dot}{end}"
        own = new.casefold()
        top = own.partition("/")[0]
        if top in folded and "/" in own:
            new = f"files/{new}"
            own = new.casefold()
        inside = any(own == path or path.startswith(f"{own}/") for path in folded)
        within = any(own.startswith(f"{path}/") for path in folded)
        if not inside and not within:
            return new
    raise ValueError(f"its files can't all be kept: too many are called like {shown(name)}")


def _taken(several: Sequence[HandIn], quiz: str) -> int:
    """The place of the hand-in to take, of one student's from old to new: the last with answers."""
    newest = len(several) - 1
    for place in range(newest, -1, -1) if newest else ():  # one alone isn't looked into
        one = several[place]
        if not is_blank(one.files[notebook_of(one, quiz)[0]][1].content):
            return place
    return newest


def _is_worth_less(
    course: Path,
    quiz: str,
    one: HandIn,
    files: Mapping[str, bytes],
    there: Mapping[str, bytes],
    then: datetime | None,
) -> bool:
    """Whether what is there is to stay: it alone has answers, came later, or replaced this one."""
    if not there:
        return False
    name = f"{quiz}.ipynb"
    blank, stays_blank = is_blank(files[name]), is_blank(there.get(name, b""))
    if blank != stays_blank:
        return blank
    if one.time and then:
        return one.time < then
    return _earlier(course, quiz, one.student, files).exists()


def _earlier(course: Path, quiz: str, student: str, files: Mapping[str, bytes]) -> Path:
    return course / "collected" / "earlier" / quiz / student / _digest(files)


def _aside(
    course: Path, quiz: str, student: str, files: Mapping[str, bytes], time: datetime | None
) -> None:
    folder = _earlier(course, quiz, student, files)
    if not folder.exists():
        _write(folder, files, time)


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()[:12]


def _read(folder: Path) -> tuple[dict[str, bytes], datetime | None]:
    """The files of a submission that is there, and its time."""
    from nbgrader.utils import parse_utc

    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".ipynb_checkpoints" not in path.parts
    }
    stamp = found.pop("timestamp.txt", b"")
    try:
        return found, parse_utc(stamp.decode()).replace(tzinfo=UTC) if stamp else None
    except Exception:  # dateutil raises many kinds
        return found, None


def _write(folder: Path, files: Mapping[str, bytes], time: datetime | None) -> None:
    """Write a submission whole or not at all."""
    stamp = time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC") if time else ""
    more = {"timestamp.txt": stamp.encode()} if stamp else {}
    course_.write_folder(folder, {**files, **more})


# -- what is left over -----------------------------------------------------------------------------


def _unmatched(course: Path, quiz: str) -> Path:
    return course / "collected" / "unmatched" / quiz


def _keep_unmatched(course: Path, quiz: str, one: HandIn) -> None:
    """Keep a hand-in of nobody known, with what is needed to match it later."""
    if one.kept:
        return
    files: dict[str, bytes] = {}
    listed = []
    for number, (origin, file) in enumerate(one.files[: one.given]):
        name = f"{number:03}-{harmless(origin.file.rpartition('/')[2])}"
        files[name] = file.content
        time = file.time.isoformat() if file.time and one.time else None
        listed.append({"name": name, "path": file.path, "time": time})
    about = {"archive": one.archive, "label": one.origin.label, "files": listed}
    files["about.json"] = json.dumps(about, indent=1, ensure_ascii=False).encode()
    folder = _unmatched(course, quiz) / f"{harmless(one.origin.label)}-{_digest(files)}"
    if not folder.exists():
        _write(folder, files, None)


def _left_over(
    course: Path, quiz: str, people: Sequence[Person], told: Mapping[str, str]
) -> Iterator[HandIn]:
    """What was kept of nobody known, looked at again."""
    for about in sorted(_unmatched(course, quiz).glob("*/about.json")):
        known = json.loads(about.read_text("utf-8"))
        files = [
            File(
                entry["path"],
                (about.parent / entry["name"]).read_bytes(),
                datetime.fromisoformat(entry["time"]) if entry["time"] else None,
            )
            for entry in known["files"]
        ]
        for one in hand_ins(files, known["archive"], quiz, people, told):
            one.kept = about.parent
            yield one


# -- saying it -------------------------------------------------------------------------------------


def summary(outcome: Outcome) -> str:
    """A table of what was collected, and what a person should look at."""
    rows = [("student", "from", "handed in (UTC)", "", "")]
    for line in outcome.lines:
        time = line.time.strftime("%Y-%m-%d %H:%M") if line.time else "not known"
        rows.append((line.student, line.sender, time, late_word(line), line.what))
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join(
            [*(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    ]
    if not outcome.lines:
        lines = ["Nothing was collected."]
    late_ones = sum(line.late for line in outcome.lines)
    students = len({line.student for line in outcome.lines})
    lines.append(
        f"{students} students, {late_ones} late; {len(outcome.unmatched)} of nobody known, "
        f"{len(outcome.skipped)} files left out."
    )
    lines += [f"  nobody known: {label}: {reason}" for label, reason in outcome.unmatched]
    if outcome.unmatched:
        lines.append("  (kept in collected/unmatched; say whose it is: --match 'NAME=student_id')")
    lines += [f"  left out: {name}: {reason}" for name, reason in outcome.skipped]
    lines += [f"  note: {note}" for note in outcome.notes]
    if outcome.nothing:
        lines.append(f"  nothing yet from: {', '.join(outcome.nothing)}")
    return "\n".join(lines)
