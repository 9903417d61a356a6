"""Every path by which a folder can be reached."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path


def all_paths(paths: Iterable[str]) -> set[Path]:
    """Return every path by which these can be reached.

    A folder may be mounted in several places.
    """
    mounts = list(_mounts())
    names = set()
    for path in (Path(text).resolve() for text in paths if os.path.lexists(text)):
        names.add(path)
        device, root, point = max(
            (m for m in mounts if path.is_relative_to(m[2])),
            key=lambda mount: len(mount[2].parts),
            default=("", Path("/"), Path("/")),
        )
        within = root / path.relative_to(point)
        for other, its_root, its_point in mounts:
            if other != device:
                continue
            if within.is_relative_to(its_root):
                name = its_point / within.relative_to(its_root)
                if _same(name, path):
                    names.add(name)
            elif its_root.is_relative_to(within) and os.path.exists(its_point):
                names.add(its_point)
    return names


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _mounts() -> Iterator[tuple[str, Path, Path]]:
    """Return the system's mounts, by proc(5).

    Each has the device, the folder of its file system, and its place.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
            device, root, point = (_unescaped(word) for word in line.split()[2:5])
            yield device, Path(root), Path(point)


def _unescaped(word: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)
