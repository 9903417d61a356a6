"""Recognise the layout of a download: Moodle's, Canvas's, or plain folders.

Plain folders or zips have each student's id or name as a folder: ``ann/quiz-03.ipynb``.
"""

from __future__ import annotations

from . import canvas, moodle
from .origin import Origin


def origin_of(path: str, assignment: str) -> Origin:
    """Return what a path in a download says."""
    return moodle.origin_of(path) or canvas.origin_of(path) or plain(path, assignment)


def plain(path: str, assignment: str) -> Origin:
    """Return what a path says by its folders' names, or the file's."""
    *folders, last = path.split("/")
    stem = last.rpartition(".")[0] or last
    names = [name for name in [*folders, stem] if name not in (assignment, "submitted")]
    return Origin("plain", tuple(names) or (stem,), last)
