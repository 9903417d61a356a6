"""Submissions on disk: read, written whole, and named so that all their files can be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ...files import write_folder
from ..notes import LeftOut
from .name_forms import shown


def free_name(name: str, taken: Mapping[str, bytes]) -> str:
    """Return a path like this one that no other is, lies in, or has within it, whatever the case.

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
    raise LeftOut("names-alike", name=shown(name))


def digest(files: Mapping[str, bytes]) -> str:
    """Twelve digits that stand for these files."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()[:12]


def read(folder: Path) -> tuple[dict[str, bytes], datetime | None]:
    """Return the files of a submission that is there, and its time."""
    from nbgrader.utils import parse_utc  # slow, and only needed here

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


def write(folder: Path, files: Mapping[str, bytes], time: datetime | None) -> None:
    """Write a submission whole or not at all."""
    stamp = time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC") if time else ""
    more = {"timestamp.txt": stamp.encode()} if stamp else {}
    write_folder(folder, {**files, **more})
