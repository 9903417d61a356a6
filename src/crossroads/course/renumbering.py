"""Course directories of before lessons were renumbered: whose file is which, and its new name.

What the numbers were is in ``lessons.renumbered``. A learner's folder is brought over whole. A
class that has used a quiz under its old name keeps it under that name: nbgrader's gradebook,
submissions and marks go by it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import content
from ..files import digest, write_whole
from ..lessons import renumbered
from .checkout import RELEASES
from .notes import Note

if TYPE_CHECKING:
    from .directory import Course


def kept(course: Course) -> dict[str, str]:
    """Return quizzes that a class has under their old names, with their new names."""
    if content.own(course.path):
        return {}
    return {
        old: new for old, new in renumbered.QUIZZES.items() if _is_of(_texts_of(course, old), new)
    }


def why_not(course: Course, name: str) -> str:
    """Return why there is no source of this name here.

    It is empty where the reason has nothing to do with numbers.
    """
    there = course.own_source(name).is_dir()
    for old, new in {} if there else kept(course).items():
        if name == new:
            return f"{new} is called {old} in this course, as when it was handed out. Use {old}"
        if name == old:
            place = course.own_source(old)
            return f"{place} is missing, and the course now has another {old}: put yours back there"
    return ""


def bring_over(course: Course, record: dict[str, str], *, of_a_class: bool) -> list[Note]:
    """Give lessons and quizzes of before their new names, with what was written in them.

    ``record`` says what was copied when, and is brought over too. What nobody changed goes, since
    the course brings it again. Returns what a person should know.
    """
    notes: list[Note] = []
    if content.own(course.path) or content.own():
        return notes
    lessons = course.place("lessons")
    for old, new in renumbered.FILES.items():
        for path in sorted(lessons.rglob(old)):
            notes += _move(course, record, path, path.with_name(new))
    for path in sorted(lessons.rglob("*.ipynb")):
        # What nobody changed is still to be known as such: the course brings it anew.
        if digest(path) != record.get(path.relative_to(course.path).as_posix()):
            _replace(path, renumbered.FILES.items())
    if of_a_class:
        _take_unused_sources_out(course, record)
    here = kept(course)
    for old, new in renumbered.QUIZZES.items():
        if old in here:
            notes += [_kept_name(old, new)] if of_a_class else []
        else:
            notes += _bring_quiz_over(course, record, old, new)
    return notes


def _move(course: Course, record: dict[str, str], old: Path, new: Path) -> list[Note]:
    """Give a copy its new name, or take it away where nobody changed it."""
    before, after = (path.relative_to(course.path).as_posix() for path in (old, new))
    copied = record.pop(before, "")
    if copied == digest(old):
        old.unlink()
        return []
    if new.exists():
        return [Note("both-there", values={"old": before, "new": after})]
    new.parent.mkdir(parents=True, exist_ok=True)
    os.replace(old, new)
    if copied:
        record[after] = copied
    return [Note("renamed", values={"old": before, "new": after})]


def _bring_quiz_over(course: Course, record: dict[str, str], old: str, new: str) -> list[Note]:
    """Return a learner's copy of a quiz, and those from before new values were drawn."""
    notes: list[Note] = []
    path = course.quiz(old)
    target = path.relative_to(course.path).as_posix()
    # What a teacher handed out, and wasn't copied here, has the class's own name.
    if record.get(target) and _is_of(_texts(path), new):
        record.pop(f"{target} from", None)
        notes = _move(course, record, path, course.quiz(new))
        _replace(course.quiz(new), renumbered.WORDS[new])
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    for earlier in sorted(course.earlier(old).glob(f"*/{old}.ipynb")):
        if _is_of(_texts(earlier), new):
            folder = course.earlier(new)
            number = next(n for n in count(1) if not (folder / str(n)).exists())
            (folder / str(number)).mkdir(parents=True)
            os.replace(earlier, folder / str(number) / f"{new}.ipynb")
            _replace(folder / str(number) / f"{new}.ipynb", renumbered.WORDS[new])
            with contextlib.suppress(OSError):
                earlier.parent.rmdir()
    return notes


def _take_unused_sources_out(course: Course, record: dict[str, str]) -> None:
    """Take a source under its old name away that no class has used and nobody has changed."""
    for old in kept(course):
        own = [name for name in record if name.startswith(f"source/{old}/")]
        same = all(digest(course.path / n) == record[n] for n in own if (course.path / n).exists())
        if not own or not same or _is_used(course, old):
            continue
        for name in own:
            (course.path / name).unlink(missing_ok=True)
            del record[name]
        with contextlib.suppress(OSError):
            course.own_source(old).rmdir()


def _is_used(course: Course, name: str) -> bool:
    places = (
        *(course.release(name), course.results(name), course.report(name)),
        *(course.handed_out(name), course.place("packages") / f"{name}.zip"),
    )
    submission = course.submissions(name)
    there = submission or any(p.exists() for p in places)
    return bool(there or _gradebook(course) is None or _in_gradebook(course, name))


def _kept_name(old: str, new: str) -> Note:
    about = _read(RELEASES / f"{new}.json")["metadata"]["crossroads"]
    title = about["title"].partition(": ")[2]
    number = int(old.rpartition("-")[2])
    values = {"lesson": about["lesson"], "title": title, "number": number}
    return Note("keeps-name", values={"old": old, "new": new, **values})


# -- whose a notebook is ---------------------------------------------------------------------------


def _is_of(texts: set[str], quiz: str) -> bool:
    """Return whether most texts of a released quiz are among these.

    Its number may be another one.
    """
    own = _texts(RELEASES / f"{quiz}.json")
    return bool(own) and 2 * len(own & texts) > len(own)


def _texts_of(course: Course, name: str) -> set[str]:
    """Return the texts of a class's quiz: of its source, else of what was made of it."""
    submission = (folder / f"{name}.ipynb" for folder in course.submissions(name))
    source = course.own_source(name) / f"{name}.ipynb"
    for path in (source, course.released(name), course.handed_out(name), *submission):
        if path.is_file() and (found := _texts(path)):
            return found
    return {*map(_same, _in_gradebook(course, name))}


def _gradebook(course: Course) -> Path | None:
    """Return the gradebook's file; ``None`` where it can't be asked here, as one on a server."""
    try:
        return course.gradebook.file
    except ValueError:  # whoever opens it to work in it will say what is wrong
        return None


def _in_gradebook(course: Course, name: str) -> list[str]:
    """Return the texts of a quiz's cells in nbgrader's gradebook.

    There are none where it doesn't know the quiz.
    """
    file = _gradebook(course)
    if file is None or not file.is_file():
        return []
    asked = (
        "SELECT source_cell.source FROM source_cell"
        " JOIN notebook ON source_cell.notebook_id = notebook.id"
        " JOIN assignment ON notebook.assignment_id = assignment.id WHERE assignment.name = ?"
    )
    # By nbgrader, each start would take half a second more.
    address = f"{file.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as book:
            return [str(source) for (source,) in book.execute(asked, (name,))]
    except sqlite3.Error:  # whoever opens it to work in it will say what is wrong
        return []


def _texts(path: Path) -> set[str]:
    """Return what the Markdown cells of a notebook say; empty where it can't be read."""
    cells = _read(path)["cells"]
    try:
        return {_same("".join(c["source"])) for c in cells if c["cell_type"] == "markdown"}
    except (KeyError, TypeError):
        return set()


def _read(path: Path) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) and isinstance(found.get("cells"), list) else _NOTHING


_NOTHING: dict[str, Any] = {"cells": [], "metadata": {}}


def _same(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _replace(path: Path, pairs: Iterable[tuple[str, str]]) -> None:
    """Replace names in a notebook's file, and leave every other byte as it is."""
    if not path.is_file():
        return
    text = before = path.read_bytes()
    for old, new in pairs:
        text = text.replace(old.encode(), new.encode())
        # As it stands in a text of JSON.
        text = text.replace(json.dumps(old)[1:-1].encode(), json.dumps(new)[1:-1].encode())
    if text != before:
        write_whole(path, text)
