"""What a person should know of a class list that was read, and of a course brought up to date.

In English, as the command line is.
"""

from __future__ import annotations

from typing import Any

from ..notes import Note as Note
from ..notes import english, saying
from .person import NO_ID

SENTENCES = {
    # -- a class list: ``{row}`` is a row of it, its line and the name in it -----------------------
    "no-id": "{row} was left out: there is no id.",
    "id-not-usable": f"{{row}} was left out: {NO_ID}.",
    "listed-again": "{row} says the same as line {first}: taken once.",
    "two-sections": (
        "{row} says the same as line {first} but for the section: taken once, in {section!r} and "
        "not in {other!r}. To choose the other, take the first line out and read the file again."
    ),
    "id-taken": "{row} was left out: line {first} has the id {id!r} already.",
    # -- a course that is brought up to date -------------------------------------------------------
    "copy-changed": (
        "{file} was changed by you, so the course's newer version was not copied. Rename yours to "
        "get it."
    ),
    "source-changed": "{file} was changed by you, so it stays here; it holds a quiz's key.",
    # -- one of before lessons were renumbered -----------------------------------------------------
    "renamed": "{old}, with your work in it, is {new} now: its lesson has another number.",
    "both-there": (
        "{old}, with your work in it, stays as it is: {new} is there already, the same under its "
        "new number. Delete the one that you don't need."
    ),
    "keeps-name": (
        "{old} is this class's quiz of lesson {lesson}, {title}, and keeps that name here; in a "
        "new course it's {new}. Lesson {number}'s own quiz isn't copied: use it in a new course, "
        "with the next class."
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
