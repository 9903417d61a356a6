"""What the course brings: a checkout the sources, and with them the keys; the package releases."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

#: The course's quizzes as students get them, and of which source each was made:
#: ``tools/releases.py`` writes them.
RELEASES = Path(str(files("crossroads") / "static" / "releases"))
SOURCES = "sources.sha256"


def assignments_dir() -> Path | None:
    """The folder of source assignments; only a checkout has it, since they hold the keys."""
    folder = Path(__file__).resolve().parents[3] / "assignments"
    return folder if folder.is_dir() else None
