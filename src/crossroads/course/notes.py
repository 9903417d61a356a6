"""Notes for people on a class list that was read, and on a course that was updated.

In English, as the command line is.
"""

from __future__ import annotations

from typing import Any

from ..notes import Note as Note
from ..notes import english, saying
from .person import NO_ID

SENTENCES = {
    # -- a class list: ``{row}`` is a row of it, its line and the name in it -----------------------
    "no-id": "{row} was skipped: it has no id.",
    "id-not-usable": f"{{row}} was skipped: {NO_ID}.",
    "listed-again": "{row} repeats line {first}, so it was read once.",
    "two-sections": (
        "{row} repeats line {first} with another section. The student was put into "
        "{section!r}, not into {other!r}. To choose the other section, delete the first line "
        "and read the file again."
    ),
    "id-taken": "{row} was skipped: line {first} already has the id {id!r}.",
    # -- a course that is brought up to date -------------------------------------------------------
    "copy-changed": (
        "You changed {file}, so the course's newer version was not copied. Rename your file to "
        "get it."
    ),
    "source-changed": "You changed {file}, so it stays here; it holds a quiz's key.",
    # -- one of before lessons were renumbered -----------------------------------------------------
    "renamed": "{old}, with your work in it, is now {new}, because its lesson has another number.",
    "both-there": (
        "{old}, with your work in it, was not renamed, because {new} exists already: the same "
        "quiz under its new number. Delete the one that you do not need."
    ),
    "keeps-name": (
        "{old} is this class's quiz of lesson {lesson}, {title}, and keeps that name here; in "
        "a new course it is {new}. Lesson {number}'s own quiz was not copied: use it in a new "
        "course, with the next class."
    ),
}


@saying
def say(note: Note) -> str:
    """Return a note's sentence."""
    more: dict[str, Any] = {}
    if "line" in note.values:
        line, name = note.values["line"], note.values["name"]
        more["row"] = f"Line {line} ({name})" if name else f"Line {line}"
    return english(SENTENCES[note.code], note, **more)
