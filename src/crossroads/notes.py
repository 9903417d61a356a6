"""Notes for people, as data: they become sentences in one place, when somebody reads them.

A note has a code, what it is about and what else its sentence needs. Each layer that makes notes
lists their codes in a module ``notes`` of its own, whose ``say`` makes the sentences: in the
language of who reads, or in English where all else is in English. Nothing reads a sentence back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

#: The code of words that come from elsewhere, in whatever language they are: of the system, of an
#: earlier version, of a teacher's own test.
SAID = "said"


@dataclass(frozen=True)
class Note:
    """One note: its code, the id of what it is about ("" for nothing), named values.

    All of it is JSON. Grading's notes are about cells, by their nbgrader ids.
    """

    code: str
    item: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def data(self) -> dict[str, Any]:
        """Return the note as JSON's own values."""
        return {"code": self.code, "item": self.item, "values": dict(self.values)}

    @staticmethod
    def read(data: Any) -> Note:
        """Read what ``data`` made. Raises ``ValueError`` for anything else."""
        try:
            made = Note(**data)
        except TypeError as error:
            raise ValueError(f"no note: {error}") from None
        strings = isinstance(made.code, str) and isinstance(made.item, str)
        if not strings or not isinstance(made.values, dict):
            raise ValueError("no note")
        return made


def counted(number: float, noun: str) -> str:
    """Return a number of things in English, where all is in English: 1 student, 2 students."""
    return f"{number:.9g} {noun}{'' if number == 1 else 's'}"


Say = Callable[[Note | None], str]


def said(text: str, item: str = "") -> Note:
    """Return words that come from elsewhere, as a note: they are shown as they are."""
    return Note(SAID, item, {"text": text})


def note_of(error: BaseException) -> Note:
    """Return the ``note`` that an error of ours carries; of any other, what it says itself."""
    found = getattr(error, "note", None)
    return found if isinstance(found, Note) else said(str(error) or type(error).__name__)


def saying(sentence: Callable[[Note], str]) -> Say:
    """Return a layer's ``say``, made of what makes a ``sentence`` of its notes: "" for none.

    A note that can't be said, of a version to come or changed by hand, is named by its code.
    """

    @wraps(sentence)
    def say(note: Note | None) -> str:
        if note is None:
            return ""
        try:
            return str(note.values["text"]) if note.code == SAID else sentence(note)
        except (KeyError, TypeError, ValueError):
            return note.code

    return say


def english(sentence: str, note: Note, **values: Any) -> str:
    """Return a sentence for where all is in English, filled in by a note.

    ``values`` go before its own. ``{item}`` is what it is about, and a list is said with commas.
    """
    named = {"item": note.item, **note.values, **values}
    return sentence.format(
        **{k: ", ".join(map(str, v)) if isinstance(v, list) else v for k, v in named.items()}
    )
