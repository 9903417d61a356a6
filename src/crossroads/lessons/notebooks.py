"""The lessons as files: where they lie, and the list of them for the Course panel.

Every start of the course writes that list, so nothing here loads pandas or a widget.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from .. import content
from ..i18n import current
from . import renumbered

#: The list for the Course panel, beside the lessons of a course directory.
LIST = "course.json"
#: Ten times as fast where libyaml is there; in a browser it isn't.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def lessons_dir() -> Path:
    """Return the folder of the course's lessons.

    The folder doesn't exist where the installation has no lessons.
    """
    return content.lessons()


def first_lesson(lessons: Path) -> str:
    """Return the file of the lesson that a course begins with, in the language in use.

    In the course's own where there is no translation; "" where there is no lesson.
    """
    for path in sorted(lessons.glob("[0-9][0-9]-*.ipynb")):
        return in_language(lessons, path.name)
    return ""


def in_language(lessons: Path, file: str) -> str:
    """Return a lesson's file, where it's translated such as ``ru/00-start-here.ipynb``."""
    translated = f"{current()}/{file}"
    return translated if (lessons / translated).is_file() else file


def course_list(lessons: Path) -> dict[str, Any]:
    """Return what the Course panel needs to know of the lessons, so that it reads one small file.

    Lessons with number, title, minutes, file and the ids of their self-checks; the language in use;
    what items are called now by their old ids. A lesson that is translated into that language is
    the translated one.
    A draft that says nothing of itself, or can't be read, is no lesson yet.
    """
    found = []
    for path in sorted(lessons.glob("[0-9][0-9]-*.ipynb")):
        with suppress(ValueError, KeyError):
            file = in_language(lessons, path.name)
            said = about(lessons / file)
            checks = lessons / "checks" / f"{path.name[:2]}.yml"
            found.append(
                {
                    "lesson": int(path.name[:2]),
                    "title": said["title"],
                    "minutes": said["minutes"],
                    "file": file,
                    "items": [one["id"] for one in read_yaml(checks)] if checks.is_file() else [],
                }
            )
    return {
        "schema": "crossroads/course",
        "version": 1,
        "language": current(),
        "lessons": found,
        "renumbered": renumbered.items(),
    }


def about(path: Path) -> dict[str, Any]:
    """Return what a lesson's notebook says of itself."""
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))["metadata"]["crossroads"]
    return said


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds. Raises ``yaml.YAMLError`` where it isn't one."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
