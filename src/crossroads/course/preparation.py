"""Making a course directory, and bringing it up to date; nobody's work is ever overwritten."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .. import content
from ..files import digest, write_if_new, write_whole
from ..lessons.notebooks import LIST, course_list, lessons_dir
from . import quiz_forms, renumbering
from .checkout import assignments_dir
from .commands import use_own_commands
from .directory import Course
from .notes import Note
from .releases import release, static


def prepare(
    path: Path,
    more: Mapping[str, Path] | None = None,
    *,
    teaching: bool = False,
    quizzes: bool = True,
) -> list[Note]:
    """Make a course directory, or bring it up to date; returns what a person should know.

    Copies lessons, ``more`` (files by the place that they get), released ``quizzes`` and, for
    ``teaching``, their sources, which hold the keys. A file that was changed since it was copied is
    left alone, and named in what is returned. Raises ``ValueError`` where a learner's folder would
    be made of a class's.
    """
    use_own_commands()
    course = Course(path)
    for_a_learner = quizzes and not teaching
    if for_a_learner and (found := course.of_a_class()):
        raise ValueError(
            f"{path} is a class's course, with {found.name} in it: open it with crossroads teach "
            f"--course {path.name}, or give learners a folder of their own, --course NAME"
        )
    own = content.own()
    if for_a_learner and own and path.resolve() == own and course.place("source").is_dir():
        raise ValueError(
            f"{path} is the course itself, with its keys: open it with crossroads teach --course "
            f"{path.name}, or give learners a folder of their own, --course NAME"
        )
    path.mkdir(parents=True, exist_ok=True)
    record = _read_record(course)
    notes = _without_teachers_files(course, record) if for_a_learner else []
    # The hub hands instructors the sources in ``more``.
    of_a_class = teaching or any(target.startswith("source/") for target in more or {})
    notes += renumbering.bring_over(course, record, of_a_class=of_a_class)
    kept = {name for names in renumbering.kept(course).items() for name in names}

    def copy(origin: Path, target: str) -> None:
        if note := _pull(origin, path / target, target, record):
            notes.append(note)

    if not for_a_learner:
        copy(static("nbgrader_config.py"), "nbgrader_config.py")
    for origin in content.files(own) if own and path.resolve() != own else ():
        # So that the folder can be taken elsewhere.
        copy(origin, origin.relative_to(own or path).as_posix())
    for origin in _tree(lessons_dir(), "*"):
        if origin.suffix in (".ipynb", ".md"):
            # A translated lesson lies in its language's own folder.
            copy(origin, f"lessons/{origin.relative_to(lessons_dir()).as_posix()}")
    listed = json.dumps(course_list(lessons_dir()), indent=1, ensure_ascii=False)
    write_if_new(course.place("lessons") / LIST, listed)
    for target, origin in (more or {}).items():
        if not (target.startswith("source/") and target.split("/")[1] in kept):
            copy(origin, target)
    # In the course itself nothing is made of its sources unasked.
    assignments = assignments_dir() if quizzes and path.resolve() != own else None
    # One workshop for all: nbgrader makes its gradebook once.
    with tempfile.TemporaryDirectory() as workshop:
        folders = [p for p in sorted(assignments.iterdir()) if _is_quiz(p)] if assignments else []
        for folder in folders:
            if folder.name in kept:
                continue
            for origin in _tree(folder, "*") if teaching else ():
                copy(origin, f"source/{folder.name}/{origin.relative_to(folder).as_posix()}")
            if quiz_forms.letter(folder.name, {one.name for one in folders}) != "A":
                continue  # who wants another form asks for it
            notebook = folder / f"{folder.name}.ipynb"
            target = f"quizzes/{folder.name}/{folder.name}.ipynb"
            made_from = digest(notebook)
            there = course.quiz(folder.name).exists()
            if record.get(f"{target} from") != made_from or not there:
                try:
                    copy(release(folder, Path(workshop)), target)
                except RuntimeError as error:
                    raise ValueError(str(error)) from None
                record[f"{target} from"] = made_from
    # nbgrader's list of assignments wants the folder that it puts them into.
    for name in ("progress", "quizzes", *(["exchange"] if teaching else [])):
        course.place(name).mkdir(exist_ok=True)
    write_whole(course.record, json.dumps(record, indent=1))
    return notes


def _without_teachers_files(course: Course, record: dict[str, str]) -> list[Note]:
    """Take what is a teacher's, and was copied here before, out of a learner's folder.

    That is nbgrader's settings, and the sources, which hold the keys. What somebody changed stays;
    a changed source is named.
    """
    notes = []
    settings = course.settings
    if settings.is_file() and record.get(settings.name) == digest(settings):
        settings.unlink()
        del record[settings.name]
    for target in [name for name in record if name.startswith("source/")]:
        path = course.path / target
        if not path.exists() or digest(path) == record[target]:
            path.unlink(missing_ok=True)
            del record[target]
        else:
            notes.append(Note("source-changed", values={"file": target}))
    # From the innermost folder outwards; what isn't empty stays.
    for folder in sorted(course.place("source").glob("**/"), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return notes


def _is_quiz(folder: Path) -> bool:
    return (folder / f"{folder.name}.ipynb").is_file()


def _tree(folder: Path, pattern: str) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob(pattern)) if p.is_file() and ".ipynb_" not in str(p))


def _pull(origin: Path, there: Path, target: str, record: dict[str, str]) -> Note | None:
    """Copy ``origin`` unless the copy was changed; returns a note where it was left alone."""
    new = digest(origin)
    if there.exists():
        now = digest(there)
        if now == new or record.get(target) == new:
            record[target] = new
            return None
        if now != record.get(target):
            return Note("copy-changed", values={"file": target})
    write_whole(there, origin.read_bytes())
    record[target] = new
    return None


def _read_record(course: Course) -> dict[str, str]:
    """Return what was copied when.

    Without a readable record, every differing file counts as changed.
    """
    try:
        record = json.loads(course.record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
