"""A quiz in another language: a checkout has it beside the English one, with the same questions.

A class has each quiz in one language, under one name. ``crossroads release --language`` takes the
translation as the course's own source; everything after that is as with any other source.
"""

from __future__ import annotations

import json
from pathlib import Path

from .. import content
from ..files import digest, write_whole
from .checkout import assignments_dir
from .directory import Course

NONE = "{name} has not been translated into {language!r}; there is {known}"
TAKEN = (
    "{place} exists already and is not the {language} translation, so the class may have it. "
    "If nobody has it yet, move it away, then release again"
)


def languages(name: str) -> list[str]:
    """Return the languages into which a quiz was translated, such as ``ru``."""
    folder = _folder()
    return sorted(path.parent.name for path in folder.glob(f"*/{name}")) if folder else []


def take(course: Path, name: str, language: str) -> bool:
    """Make a translation the source of a quiz in a course; say whether anything was written.

    A source that is in this language already stays as it is, with what a teacher changed in it.
    Raises ``ValueError`` where there is no translation, or another source that a class may have.
    """
    place, folder = Course(course), _folder()
    found = folder / language / name if folder else None
    if not found or not found.is_dir():
        known = " and ".join(["English", *languages(name)])
        raise ValueError(NONE.format(name=name, language=language, known=known))
    own = place.own_source(name)
    if own.is_dir():
        if language_of(own / f"{name}.ipynb") == language:
            return False
        if not _untouched(place, name):
            raise ValueError(TAKEN.format(place=own, language=language))
    for path in sorted(found.iterdir()):
        write_whole(own / path.name, path.read_bytes())
    return True


def _folder() -> Path | None:
    checkout = content.checkout()
    return checkout / "translations" if checkout else None


def language_of(notebook: Path) -> str:
    """Return the language that a quiz's notebook names; English without, or where it's damaged."""
    try:
        named = json.loads(notebook.read_text("utf-8"))["metadata"]["crossroads"]["language"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "en"
    return named if isinstance(named, str) else "en"


def _untouched(course: Course, name: str) -> bool:
    """Return whether a source is as the course brought it, and no class has had it."""
    brought = assignments_dir()
    own = course.own_source(name) / f"{name}.ipynb"
    same = brought and digest(own) == digest(brought / name / f"{name}.ipynb")
    return bool(same) and not (course.released_notebooks(name) or course.submissions(name))
