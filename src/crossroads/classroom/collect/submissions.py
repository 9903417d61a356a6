"""Submissions: the files of each sender in a download, and the notebook among them to be marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from ...course import Person
from ...grading.checksums import is_unchanged
from ...grading.submitted import notebook_file, submission
from ..notes import LeftOut, Note
from . import moodle
from .archives import Bounds, File, files_in_zip
from .layouts import origin_of, plain
from .matching import GUESSES, match
from .name_forms import key, shown, words
from .notebook_files import is_notebook, stem_of
from .origin import Origin

#: Files that were submitted within this time were stamped by the download.
AT_ONCE = timedelta(minutes=5)


@dataclass
class Submission:
    """All files of one sender in one archive."""

    origin: Origin
    archive: str
    files: list[tuple[Origin, File]]
    student: str = ""
    #: Why nobody was found, or why it can't be used; by which guess the student was found.
    reason: Note | None = None
    time: datetime | None = None
    #: By when it was there at the latest, where only the download's own time is known.
    by: datetime | None = None
    #: How many of the files came as such, and not in a zip of the student's.
    given: int = 0
    #: Where it was kept, if it came from there.
    kept: Path | None = None


def guesses(found: Iterable[Submission]) -> list[Submission]:
    """Return the submissions whose student is a guess."""
    return [one for one in found if one.student and one.reason and one.reason.code in GUESSES]


def unwrapped(files: list[File], assignment: str, people: Sequence[Person]) -> list[File]:
    """Plain files without a folder around all of them, where that is nobody's name."""
    paths = [file.path.split("/") for file in files]
    tops, inner = {path[0] for path in paths}, {path[1] for path in paths if len(path) > 2}
    if len(tops) != 1 or len(inner) < 2 or any(len(path) < 3 for path in paths):
        return files
    (top,) = tops
    if moodle.is_folder(top) or match(Origin("plain", (top,), ""), people, {})[0]:
        return files
    return [replace(file, path=file.path.partition("/")[2]) for file in files]


def submissions(
    files: Iterable[File],
    archive: str,
    assignment: str,
    people: Sequence[Person],
    told: Mapping[str, str],
) -> list[Submission]:
    """Return the files of an archive by sender, each with the student found."""
    groups: dict[tuple[str, ...], Submission] = {}
    for file in files:
        origin = origin_of(file.path, assignment)
        student, reason = match(origin, people, told)
        if origin.layout == "canvas" and "/" in file.path and not student:
            # A student's own name for a file may look like Canvas's.
            other = plain(file.path, assignment)
            if found := match(other, people, told)[0]:
                origin, student, reason = other, found, None
        who = student if origin.layout == "plain" and student else origin.label
        group = groups.setdefault(
            (origin.layout, who), Submission(origin, archive, [], student, reason)
        )
        group.files.append((origin, file))
    senders = list(groups.values())
    for one in senders:
        one.given = len(one.files)
        one.time = max((f.time for _, f in one.files if f.time), default=None)
    refuse_namesakes(senders, told)
    return senders


def refuse_namesakes(found: Iterable[Submission], told: Mapping[str, str]) -> None:
    """Nobody is guessed where two of a platform's users have the name of one student.

    A name alone that a teacher ``told`` speaks of neither; with its number it does.
    """
    users: dict[tuple[str, ...], list[Submission]] = {}
    for one in found:
        if one.student and one.origin.number and key(one.origin.label) not in told:
            who = (one.student, one.archive, *words(one.origin.names[0]))
            users.setdefault(who, []).append(one)
    for (student, *_), several in users.items():
        if len({one.origin.number for one in several}) > 1:
            for one in several:
                about = {"count": len(several), "student": student}
                one.student, one.reason = "", Note("namesakes", values=about)


def sent_alone(
    path: Path, student: str, time: datetime | None, skipped: list[tuple[str, Note]]
) -> list[Submission]:
    """Return one student's file, as it came by e-mail."""
    with path.open("rb") as stream:
        try:
            content = Bounds("").read(path.name, stream)
        except LeftOut as reason:
            skipped.append((path.name, reason.note))
            return []
    # The folder names the student, also when it's looked at again.
    origin = Origin("plain", (student,), path.name)
    file = File(f"{student}/{path.name}", content, time)
    return [Submission(origin, path.name, [(origin, file)], student, time=time, given=1)]


def is_blank(content: bytes) -> bool:
    """Return whether every answer cell of a notebook is unchanged, by nbgrader's checksums."""
    try:
        cells = notebook_file.cells_of(content, [])
    except submission.Held:
        return False
    answers = [cell for cell in cells if cell["label"].get("solution")]
    return bool(answers) and all(is_unchanged(cell) for cell in answers)


def notebook_of(one: Submission, assignment: str) -> tuple[int, ...]:
    """Return the places in ``one.files`` of its notebooks, the one to be marked first.

    First comes what has an answer in it; then what is named for the assignment; of several, the
    file with Canvas's highest number, then the highest attempt, then the latest.
    """

    def rank(place: int) -> tuple[Any, ...]:
        origin, file = one.files[place]
        attempt = attempt_of(origin.file, assignment)
        time = file.time.timestamp() if file.time else 0.0
        done = len(places) < 2 or not is_blank(file.content)
        return (done, attempt is not None, origin.attachment, attempt or 0, time, place)

    places = [
        n for n, (origin, file) in enumerate(one.files) if is_notebook(origin.file, file.content)
    ]
    return tuple(sorted(places, key=rank, reverse=True))


def stamped_at_once(found: Sequence[Submission]) -> bool:
    """Return whether all files of a platform's download have the same time.

    This is the time of the download.
    """
    stamps = [file.time for one in found for origin, file in one.files if origin.layout != "plain"]
    known = [stamp for stamp in stamps if stamp]
    return len(found) > 1 and bool(known) and max(known) - min(known) < AT_ONCE


def open_nested(one: Submission, skipped: list[tuple[str, Note]]) -> None:
    """Open a zip that a student submitted, one level deep, where there is no notebook beside it."""
    if any(is_notebook(origin.file, file.content) for origin, file in one.files):
        return
    for origin, file in list(one.files):
        if not origin.file.lower().endswith(".zip"):
            continue
        where = f"{one.archive}: {shown(file.path)}"
        for inner in files_in_zip(BytesIO(file.content), where, Bounds(""), skipped):
            if inner.path.lower().endswith(".zip"):
                skipped.append((f"{where}: {shown(inner.path)}", Note("zip-in-zip")))
                continue
            inside = Origin(origin.layout, origin.names, inner.path.rpartition("/")[2])
            one.files.append((inside, File(inner.path, inner.content, file.time)))


def attempt_of(file: str, assignment: str) -> int | None:
    """Return the attempt's number in a notebook's name.

    Return ``None`` if it's named for something else.
    """
    found = re.fullmatch(rf"{re.escape(assignment)}(?:[ _-]*\(?(\d{{1,6}})\)?)?", stem_of(file))
    return int(found[1] or 0) if found else None
