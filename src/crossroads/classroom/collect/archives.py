"""The files in a zip or folder: whatever is in it, all is bounded and no name leads out of it.

Both platforms stamp the files of a zip with the time of the download, not of the submission.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ...course import Person
from ..notes import LeftOut, Note, said
from . import code_pages
from .layouts import origin_of
from .name_forms import shown, words

#: Bytes of one file, of one sender's files, and of an archive's together, that are unpacked.
MOST_FILE, MOST_SENDER, MOST_ARCHIVE = 64 * 2**20, 128 * 2**20, 2**30
#: Files of one sender, and in an archive; letters in a name and in a whole path.
MOST_OF_SENDER, MOST_FILES, MOST_NAME, MOST_PATH = 500, 100_000, 255, 1000
_CLUTTER = re.compile(r"__MACOSX|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints")
#: Signs that turn the direction of writing: they make a name look like another.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class File:
    """A file of an archive or folder: where it was in it, what it holds, its time."""

    path: str
    content: bytes
    time: datetime | None


class Bounds:
    """The bounds on what may still be unpacked of one archive, and of each sender in it."""

    def __init__(self, assignment: str, names: Collection[str] = ()) -> None:
        self.assignment = assignment
        #: Words of the class's names, for those whose letters are in doubt.
        self.names = names
        self.files, self.bytes = MOST_FILES, MOST_ARCHIVE
        #: Files and bytes that each sender may still have; none once that was said.
        self.own: dict[str, tuple[int, int]] = {}

    def spent(self, path: str) -> bool:
        """Return whether it has been said already that this sender has too much."""
        return self.own.get(origin_of(path, self.assignment).label, (1, 1))[0] < 0

    def read(self, path: str, stream: IO[bytes]) -> bytes:
        """Return the whole stream; raises ``LeftOut`` beyond the bounds, whatever its header says.

        A sender with too much is named once, and the others go on.
        """
        sender = origin_of(path, self.assignment).label
        files, size = self.own.get(sender, (MOST_OF_SENDER, MOST_SENDER))
        if not files or not size:
            self.own[sender] = (-1, 0)
            raise LeftOut(
                "sender-too-much",
                sender=shown(sender),
                files=MOST_OF_SENDER,
                size=MOST_SENDER // 2**20,
            )
        self.files -= 1
        if self.files < 0:
            raise LeftOut("too-many-files", most=MOST_FILES)
        most = min(MOST_FILE, size, self.bytes)
        content = stream.read(most + 1)
        taken = min(len(content), most)
        self.own[sender] = (files - 1, size - taken)
        self.bytes -= taken
        if len(content) > most:
            raise LeftOut("too-large", size=most // 2**20)
        return content


def unpack(
    source: Path, assignment: str, skipped: list[tuple[str, Note]], people: Iterable[Person] = ()
) -> list[File]:
    """Return the files in a zip or a folder that can be used.

    Others go to ``skipped`` with the reason.

    ``people`` are those whose names may stand in them.
    """
    bounds = Bounds(assignment, frozenset(word for one in people for word in words(one.name)))
    if source.is_dir():
        return list(_folder(source, bounds, skipped))
    with source.open("rb") as stream:
        return list(files_in_zip(stream, source.name, bounds, skipped))


def files_in_zip(
    stream: IO[bytes], name: str, bounds: Bounds, skipped: list[tuple[str, Note]]
) -> Iterator[File]:
    """Yield the files in a zip that can be used; others go to ``skipped``, none raises."""
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError) as error:
        skipped.append((name, Note("no-zip", values={"reason": shown(str(error))})))
        return
    seen: set[str] = set()
    with archive:
        for info in archive.infolist():
            try:
                path = _path_of(info, bounds.names)
                if path is None or bounds.spent(path):
                    continue
                if path in seen:
                    raise LeftOut("same-name")
                seen.add(path)
                with archive.open(info) as file:
                    content = bounds.read(path, file)
                yield File(path, content, _time_of(info))
            except (
                *(ValueError, RuntimeError, NotImplementedError, EOFError, OSError),
                *(zipfile.BadZipFile, zlib.error, MemoryError, OverflowError),
            ) as error:
                skipped.append((f"{name}: {shown(info.filename)}", why(error)))
                if bounds.files < 0 or bounds.bytes <= 0:
                    skipped.append((name, Note("rest-left-out")))
                    return


def why(error: BaseException) -> Note:
    """Return why a file can't be used: what our own error says, or the words of another."""
    if isinstance(error, LeftOut):
        return error.note
    return said(shown(getattr(error, "strerror", None) or str(error) or type(error).__name__))


def _path_of(info: zipfile.ZipInfo, names: Collection[str]) -> str | None:
    """Return an entry's path, or ``None`` for what is no file.

    Raises ``LeftOut`` for a hostile one.
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        # Without the mark for UTF-8 it may be UTF-8 all the same, as macOS writes it.
        name = code_pages.name_of(name, names)
    path = _safe_path(name)
    mode = info.external_attr >> 16
    if info.is_dir() or path is None:
        return None
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        raise LeftOut("no-file")
    if info.flag_bits & 1:
        raise LeftOut("encrypted")
    return path


def _safe_path(name: str) -> str | None:
    if any(unicodedata.category(c) == "Cc" for c in name) or _TURNING.search(name):
        raise LeftOut("unseen-signs")
    path = name.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in parts:
        raise LeftOut("leads-out")
    if len(path) > MOST_PATH or any(len(part) > MOST_NAME for part in parts):
        raise LeftOut("name-too-long")
    if not parts or any(_CLUTTER.fullmatch(part) for part in parts):
        return None
    return "/".join(parts)


def _time_of(info: zipfile.ZipInfo) -> datetime | None:
    """Return an entry's time, which zips give in local time; ``None`` for the default of 1980."""
    try:
        time = datetime(*info.date_time)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.year > 1980 else None


def _folder(source: Path, bounds: Bounds, skipped: list[tuple[str, Note]]) -> Iterator[File]:
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            where = path.relative_to(source).as_posix()
            try:
                inside = _safe_path(where)
                if inside is None or bounds.spent(inside):
                    continue
                info = path.lstat()
                if not stat.S_ISREG(info.st_mode):
                    raise LeftOut("no-file")
                with path.open("rb") as stream:
                    content = bounds.read(inside, stream)
                yield File(inside, content, datetime.fromtimestamp(info.st_mtime, UTC))
            except (ValueError, OSError) as error:
                skipped.append((f"{source.name}: {shown(where)}", why(error)))
                if bounds.files < 0 or bounds.bytes <= 0:
                    return
