"""The course's own quizzes: sources with keys in a checkout, releases in the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from .. import content
from .places import PLACES

#: The course's quizzes as students get them, and of which source each was made:
#: ``tools/releases.py`` writes them.
RELEASES = Path(str(files("crossroads") / "static" / "releases"))
SOURCES = "sources.sha256"


def assignments_dir() -> Path | None:
    """Return the folder of source assignments; they hold the keys, so that no student has it.

    A course of one's own has it, as nbgrader calls it; else a checkout.
    """
    own, checkout = content.own(), content.checkout()
    folder = Path(own, PLACES["source"].name) if own else checkout and checkout / "assignments"
    return folder if folder and folder.is_dir() else None
