"""Keep each sender's name in a platform's download, so that feedback can use the same name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ...course import Course
from ...files import write_if_new
from .submissions import Submission


@dataclass(frozen=True)
class Sender:
    """A student in a platform's words: the name, and the numbers of the student and the file."""

    platform: str  # moodle or canvas
    name: str
    number: str
    attachment: int = 0


def keep(course: Course, assignment: str, one: Submission, place: int) -> None:
    """Keep how a submission's sender is named; ``place`` is the notebook's among its files."""
    path = course.sender(one.student, assignment)
    if one.origin.layout not in ("moodle", "canvas") or not one.origin.number.isdecimal():
        # Nobody but the class knows whose it is.
        path.unlink(missing_ok=True)
        return
    attachment = one.files[place][0].attachment
    sender = Sender(one.origin.layout, one.origin.names[0], one.origin.number, attachment)
    write_if_new(path, json.dumps(asdict(sender), indent=1, ensure_ascii=False))


def of(course: Course, assignment: str, student: str) -> Sender | None:
    """Return how a platform named a student; ``None`` where that isn't known."""
    path: Path = course.sender(student, assignment)
    try:
        return Sender(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
