"""Reading a submission's folder: the notebook, the files beside it, and when it came."""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ...files import encodable
from .. import time_formats
from ..notes import Note
from .attachments import attach
from .nbgrader_cells import grade_id
from .notebook_file import cells_of
from .rebuild import rebuild
from .submission import Held, Submission

#: Bytes of a notebook, and of all other files together, that are read at all.
MOST = 128 * 2**20
MOST_FILES, MOST_FILE_BYTES = 100, 32 * 2**20
#: What is looked at in a folder: names in all, folders within folders, notebooks.
MOST_NAMES, DEEPEST, MOST_NOTEBOOKS = 2000, 8, 10


def read(
    folder: Path,
    released: Any,
    rebuilt: Callable[[list[dict[str, Any]]], Submission] | None = None,
    others: Collection[str] = (),
) -> Submission:
    """Read a submission folder against the ``released`` notebook. Raises ``Held``.

    ``rebuilt`` makes a submission of the notebook's cells: by default, of the release with the
    answers put in. ``others`` are the names of the assignment's other notebooks.
    """
    name = released["metadata"]["crossroads_name"]
    notes: list[Note] = []
    if _is_link(folder):
        raise Held("folder-is-link")
    path = _notebook_in(folder, name, released, notes, others)
    given = cells_of(bytes_of(path, MOST), notes)
    submission = rebuilt(given) if rebuilt else rebuild(given, released)
    submission.notes[:0] = notes
    submission.files = dict(files_in(folder, submission.notes))
    attach(submission)
    submission.submitted = _timestamp(folder, submission.notes)
    return submission


def raw(folder: Path) -> Iterator[bytes]:
    """Yield bytes that change whenever anything that is read of a submission folder does."""
    left = 2 * MOST
    for path in [] if _is_link(folder) else _paths(folder)[0]:
        try:
            info = path.lstat()
            about = f"{path.relative_to(folder)}\0{info.st_mode}\0{info.st_size}\0"
            yield about.encode("utf-8", "surrogateescape")
            if _is_file(path) and info.st_size <= left:
                left -= info.st_size
                yield bytes_of(path, MOST)
        except (OSError, Held):
            yield b"unreadable"


def _notebook_in(
    folder: Path, name: str, released: Any, notes: list[Note], taken: Collection[str] = ()
) -> Path:
    wanted = folder / f"{name}.ipynb"
    if _is_file(wanted):
        return wanted
    others = sorted(
        (p for p in _paths(folder)[0] if p.suffix == ".ipynb" and _is_file(p)),
        key=lambda p: (len(p.parts), p.name),
    )
    others = [p for p in others if ".ipynb_checkpoints" not in p.parts]
    others = [p for p in others if p.stem not in taken][:MOST_NOTEBOOKS]
    if not others:
        what = "no-plain-file" if os.path.lexists(wanted) else "no-notebook"
        raise Held(what, name=wanted.name)
    if len(others) > 1:
        ids = {grade_id(cell) for cell in released["cells"]} - {""}

        def fitting(path: Path) -> int:
            try:
                return sum(c["id"] in ids for c in cells_of(bytes_of(path, MOST), []))
            except Held:
                return -1

        others.sort(key=fitting, reverse=True)
    where = encodable(str(others[0].relative_to(folder)))[:80]
    notes.append(Note("another-name", values={"found": where, "name": wanted.name}))
    return others[0]


def _paths(folder: Path) -> tuple[list[Path], bool]:
    """Return what lies in a folder, through no link, and whether that is all of it."""
    found: list[Path] = []
    todo, whole = [(folder, 0)], True
    while todo:
        place, depth = todo.pop()
        try:
            with os.scandir(place) as entries:
                inside = sorted(islice(entries, MOST_NAMES + 1), key=lambda entry: entry.name)
        except OSError:
            whole = False
            continue
        for entry in inside:
            if len(found) >= MOST_NAMES:
                return sorted(found), False
            found.append(place / entry.name)
            if entry.is_dir(follow_symlinks=False):
                whole = whole and depth < DEEPEST
                todo += [(found[-1], depth + 1)] if depth < DEEPEST else []
    return sorted(found), whole


def _is_file(path: Path) -> bool:
    """Return a regular file that nobody else's name leads to; the folders above it are no links."""
    try:
        info = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(info.st_mode) and info.st_nlink == 1


def _is_link(folder: Path) -> bool:
    return folder.is_symlink() or folder.parent.is_symlink()


def bytes_of(path: Path, most: int) -> bytes:
    """Return a plain file's content. Raises ``Held`` where it can't be read, or is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise Held(
            "file-unreadable", name=encodable(path.name), reason=str(error.strerror)
        ) from None
    if len(content) > most:
        raise Held("file-too-large", name=encodable(path.name), bytes=most)
    return content


def files_in(folder: Path, notes: list[Note]) -> Iterator[tuple[str, bytes]]:
    """Other files that were submitted, by their path; links and oversized ones are left out."""
    left, count = MOST_FILE_BYTES, 0
    paths, whole = _paths(folder)
    for path in paths:
        name = path.relative_to(folder).as_posix()
        info = path.lstat()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if stat.S_ISDIR(info.st_mode) or path.suffix == ".ipynb" or hidden:
            continue
        if name == "timestamp.txt":
            continue
        count += 1
        about = {"name": encodable(name[:80])}
        if not _is_file(path):
            notes.append(Note("link-left-out", values=about))
        elif (
            info.st_size > left or count > MOST_FILES or len(name) > 200 or encodable(name) != name
        ):
            notes.append(Note("file-left-out", values=about))
        else:
            left -= info.st_size
            try:
                yield name, bytes_of(path, MOST_FILE_BYTES)
            except Held as why:
                notes.append(Note("unreadable-left-out", values={**about, "why": why.note.data()}))
        if len(notes) > MOST_FILES:
            whole = False
            break
    if not whole:
        notes.append(Note("more-left-out"))


def _timestamp(folder: Path, notes: list[Note]) -> datetime.datetime | None:
    """Return when it was submitted, in UTC as nbgrader keeps it.

    What lateness does is decided later.
    """
    path = folder / "timestamp.txt"
    if not path.exists():
        return None
    try:
        text = bytes_of(path, 1000).decode("utf-8-sig")
        return time_formats.read_time(text).astimezone(datetime.UTC).replace(tzinfo=None)
    except (Held, ValueError):
        notes.append(Note("time-unreadable"))
        return None
