"""Submissions of nobody known, kept until a teacher says whose they are; and what was said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...course import Course, Person
from ...files import write_if_new
from ..notes import Note
from . import storage
from .archives import File
from .name_forms import key, safe_name
from .submissions import Submission, submissions


def told_before(course: Course, people: Sequence[Person], new: Mapping[str, str]) -> dict[str, str]:
    """Return what a teacher told about names, now and before."""
    told = remembered(course)
    known = {person.student_id for person in people}
    for name, student in new.items():
        if student not in known:
            raise ValueError(f"there is no student {student!r} on the roster")
        told[key(name)] = student
    if new:
        remember(course, told)
    return told


def remembered(course: Course) -> dict[str, str]:
    """Return whose each name is that a teacher once told."""
    path = course.matches
    told: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return told


def remember(course: Course, told: Mapping[str, str]) -> None:
    """Keep whose each name is."""
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    write_if_new(course.matches, text)


def keep(course: Course, assignment: str, one: Submission) -> None:
    """Keep a submission of nobody known, with what is needed to match it later."""
    if one.kept:
        return
    files: dict[str, bytes] = {}
    listed = []
    for number, (origin, file) in enumerate(one.files[: one.given]):
        name = f"{number:03}-{safe_name(origin.file.rpartition('/')[2])}"
        files[name] = file.content
        time = file.time.isoformat() if file.time and one.time else None
        listed.append({"name": name, "path": file.path, "time": time})
    about: dict[str, Any] = {"archive": one.archive, "label": one.origin.label, "files": listed}
    if one.student and one.reason:
        about |= {"student": one.student, "why": one.reason.data()}
    files["about.json"] = json.dumps(about, indent=1, ensure_ascii=False).encode()
    folder = course.unmatched(assignment) / f"{safe_name(one.origin.label)}-{storage.digest(files)}"
    if not folder.exists():
        storage.write(folder, files, None)


def unusable(course: Course, assignment: str) -> list[tuple[str, Note]]:
    """Return students who submitted only what can't be marked so far; with the reason."""
    found: dict[str, Note] = {}
    for path in sorted(course.unmatched(assignment).glob("*/about.json")):
        known = json.loads(path.read_text("utf-8"))
        student = known.get("student", "")
        if student and not course.is_submitted(student, assignment):
            found[student] = Note.read(known["why"])
    return sorted(found.items())


def left_over(
    course: Course, assignment: str, people: Sequence[Person], told: Mapping[str, str]
) -> Iterator[Submission]:
    """Yield what was kept of nobody known, looked at again."""
    for about in sorted(course.unmatched(assignment).glob("*/about.json")):
        known = json.loads(about.read_text("utf-8"))
        files = [
            File(
                entry["path"],
                (about.parent / entry["name"]).read_bytes(),
                datetime.fromisoformat(entry["time"]) if entry["time"] else None,
            )
            for entry in known["files"]
        ]
        for one in submissions(files, known["archive"], assignment, people, told):
            one.kept = about.parent
            # Of a file that came by e-mail, it was said whose it is.
            one.student = one.student or known.get("student", "")
            yield one
