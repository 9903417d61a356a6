"""The course of version 0.2, and one with a new lesson 9: for tests of what goes over."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from quizzes import ASSIGNMENTS

from crossroads.course import RELEASES
from crossroads.grading.submitted import notebook_file
from crossroads.lessons import renumbered

LESSONS = ASSIGNMENTS.parent / "lessons"
OLD_LESSON, NEW_LESSON = "09-mapping-the-argument.ipynb", "12-mapping-the-argument.ipynb"
#: A new lesson, with a quiz that has the old one's name; its questions are those of another quiz.
ROADS, LIKE = "09-roads-to-the-sea.ipynb", "quiz-08"
#: Which of today's lessons there were.
THEN = [f"{number:02d}" for number in (*range(9), 12, 13)]


@dataclass
class Origin:
    """What a course directory is made of: lessons, sources, and what students get of each."""

    lessons: Path
    assignments: Path
    releases: Path


EIGHT, EIGHTH = r"lesson 8, \"Thirty per cent\"", "08-thirty-per-cent.ipynb"
#: Where a lesson's last words lead today, and led then.
NEIGHBOURS = (
    ("lesson 11, What could be sold?", "11-what-could-be-sold.ipynb", EIGHT, EIGHTH),
    ("lesson 9, Roads to the sea", ROADS, "lesson 12, Mapping the argument", NEW_LESSON),
)


def as_then(text: str) -> str:
    """A file of today, with the names and numbers of then."""
    for title, file, title_then, file_then in NEIGHBOURS:
        text = text.replace(f"[{title}]({file})", f"[{title_then}]({file_then})")
    for pairs in renumbered.WORDS.values():
        for old, new in pairs:
            for a, b in ((old, new), (json.dumps(old)[1:-1], json.dumps(new)[1:-1])):
                text = text.replace(b, a)
    for old, new in [*renumbered.ITEMS.items(), *renumbered.FILES.items()]:
        text = text.replace(f'"{new}', f'"{old}').replace(f"({new})", f"({old})")
    text = text.replace("[lesson 12, Mapping", "[lesson 9, Mapping")
    return text.replace("quizzes/quiz-12/quiz-12.ipynb", "quizzes/quiz-09/quiz-09.ipynb")


def as_roads(text: str) -> str:
    """The stand-in for the new quiz 9, of a quiz that there is."""
    text = (
        text.replace(LIKE, "quiz-09").replace('"lesson": 8', '"lesson": 9').replace('"L8.', '"L9.')
    )
    return text.replace("Quiz 8", "Quiz 9").replace(r"\"Thirty per cent\"", "Roads to the sea")


def course_of_then(folder: Path) -> Origin:
    """The lessons of version 0.2, and quiz-09."""
    made = _origin(folder)
    back = {new: old for old, new in renumbered.FILES.items()}
    for path in made.lessons.glob("*.ipynb"):
        path.write_text(as_then(path.read_text("utf-8")), "utf-8")
        path.rename(path.with_name(back.get(path.name, path.name)))
    _assignment(made, "quiz-12", "quiz-09", as_then)
    return made


def course_of_now(folder: Path) -> Origin:
    """The same of today, with a new lesson 9 and its quiz."""
    made = _origin(folder)
    (made.lessons / ROADS).write_text(json.dumps({"cells": [], "metadata": {}}), "utf-8")
    _assignment(made, "quiz-12", "quiz-12", str)
    _assignment(made, LIKE, "quiz-09", as_roads)
    return made


def use(patch: pytest.MonkeyPatch, origin: Origin) -> None:
    """Let course directories be made of this."""
    patch.setattr("crossroads.course.preparation.lessons_dir", lambda: origin.lessons)
    for module in ("preparation", "directory"):
        patch.setattr(f"crossroads.course.{module}.assignments_dir", lambda: origin.assignments)
    patch.setattr(
        "crossroads.course.preparation.release",
        lambda folder, _: origin.releases / f"{folder.name}.json",
    )


def cells(path: Path) -> list[dict[str, Any]]:
    """A notebook's cells as grading reads them."""
    return notebook_file.cells_of(path.read_bytes(), [])


def _origin(folder: Path) -> Origin:
    made = Origin(folder / "lessons", folder / "assignments", folder / "releases")
    for path in (made.lessons, made.assignments, made.releases):
        path.mkdir(parents=True)
    for path in LESSONS.iterdir():
        # Those that came later stay out, whatever they are called.
        if path.suffix == ".md" or path.name[:2] in THEN:
            shutil.copy(path, made.lessons)
    return made


def _assignment(made: Origin, of: str, name: str, as_: Any) -> None:
    folder = made.assignments / name
    shutil.copytree(ASSIGNMENTS / of, folder)
    (folder / f"{of}.ipynb").rename(folder / f"{name}.ipynb")
    for source, target in (
        (folder / f"{name}.ipynb", folder / f"{name}.ipynb"),
        (RELEASES / f"{of}.json", made.releases / f"{name}.json"),
    ):
        target.write_text(as_(source.read_text("utf-8")), "utf-8")
