"""Whether a source is a quiz of this kind of course, or an assignment of another one."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

#: What such a quiz has in it: a call that scores, the package, or its own metadata.
_OURS = re.compile(r'\bcr\.(answers|memo)\.|import crossroads\b|"crossroads": ?\{')


def is_own_quiz(folder: Path) -> bool:
    """Return whether a folder holds a quiz of this kind.

    It has one notebook of its own name that says so.
    """
    path = folder / f"{folder.name}.ipynb"
    try:
        info = path.stat()
    except OSError:
        return False
    return _read(path, info.st_mtime_ns, info.st_size)


def says_so(notebook: str) -> bool:
    """Return whether a notebook's text is that of a quiz of this kind."""
    return bool(_OURS.search(notebook))


@lru_cache(maxsize=256)
def _read(path: Path, *_changed: int) -> bool:
    return says_so(path.read_text("utf-8", "replace"))
