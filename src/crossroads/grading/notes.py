"""What a person should know of how a submission was read and marked: as data, said in one place.

A note has a code, the cell it is about and what else its sentence needs. ``SENTENCES`` lists the
codes; ``say`` makes the sentence where a person reads, in that person's language. Nothing reads a
sentence back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..i18n import N_, _, ngettext
from ..questions.hints import hint


@dataclass(frozen=True)
class Note:
    """One note: its code, the nbgrader id of the cell it is about ("" for none), named values.

    All of it is JSON. An own cell of the student's, which has no id, is said to be that.
    """

    code: str
    item: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def data(self) -> dict[str, Any]:
        """The note as JSON's own values."""
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


#: The code of words that come from elsewhere, in whatever language they are: an earlier version's
#: sentences, and what a teacher's own test said.
SAID = "said"
#: By code. ``{place}`` is the cell; a name with ``!r`` stands in quotes.
SENTENCES = {
    SAID: "{text}",
    # -- a file that can't be read as the assignment's notebook ------------------------------------
    "folder-is-link": N_("The folder is a link to another one."),
    "no-notebook": N_("{name}: there is no notebook."),
    "no-plain-file": N_("{name}: it isn't a plain file."),
    "file-unreadable": N_("{name}: it can't be read ({reason})."),
    "file-too-large": N_("{name}: it is larger than {size}."),
    "not-a-notebook": N_("The file is no notebook."),
    "not-a-whole-notebook": N_("The file is no notebook, or only part of one ({reason})."),
    "no-cells": N_("The file is no notebook: it has no list of cells."),
    "too-many-parts": N_("The file is no notebook that can be read: it has millions of parts."),
    "too-many-cells": N_("The notebook has {count} cells; up to {most} are read."),
    "another-notebook": N_("It's another notebook under this one's name: its title is {title!r}."),
    # -- what was mended in the file, and what lies beside it --------------------------------------
    "another-name": N_("The notebook was named {found!r}; its name should be {name}."),
    "old-format": N_("The notebook was in an old format (3)."),
    "encoding": N_("The file was written in {encoding} and not in UTF-8."),
    "not-quite-json": N_("The file wasn't quite JSON: commas too many, or line ends within texts."),
    "link-left-out": N_("{name!r} was left out: it is a link or no plain file."),
    "file-left-out": N_("{name!r} was left out: too many or too large, or a strange name."),
    "unreadable-left-out": N_("{name!r} was left out: {why}"),
    "more-left-out": N_("More files were left out: there are too many, or they lie too deep."),
    "time-unreadable": N_(
        "timestamp.txt can't be read as a time, so it isn't known when this came."
    ),
    # -- what was mended in cells ------------------------------------------------------------------
    "labels-lost": N_("Labels of cells were lost ({count}): they were found again by their text."),
    "cells-moved": N_("Cells had been moved; they are marked in the order of the release."),
    "values-lost": N_("The line with the copy's own values is gone or broken."),
    "cell-put-back": N_("{place}: a cell was missing and was put back."),
    "cell-missing": N_("{place}: its cell was missing."),
    "answer-found": N_("{place}: its cell was missing. An answer was found in another cell."),
    "cell-copied": "",  # by number
    "cell-of-another-kind": N_("{place}: its cell had become {kind}."),
    "signs-read": N_("{place}: signs that Python doesn't know were read as they look."),
    "typed-into-check": N_("{place}: an answer was typed into the cell of its check."),
    "written-elsewhere": N_(
        "{place}: nothing was written into its cell; what the student wrote elsewhere is shown "
        "there, and waits for you."
    ),
    "picture-too-large": N_("{place}: its picture {name!r} can't be shown: too large."),
    "picture-not-handed-in": N_("{place}: its picture {name!r} can't be shown: not handed in."),
    "picture-of-no-kind": N_(
        "{place}: its picture {name!r} can't be shown: it isn't a PNG, JPEG, GIF or WebP, or too "
        "large."
    ),
    "answered-elsewhere": N_(
        "{place}: its line was left open, but another cell has what may be the answer: {seen}. It "
        "waits for you."
    ),
    # -- how it ran --------------------------------------------------------------------------------
    "commands-not-run": N_("{place}: not run, since no commands of the system are: {commands}."),
    "stopped-in-time": N_("It was stopped after {seconds:g} seconds."),
    "too-much-output": N_("It was stopped because it gave out too much."),
    "ended-by-signal": N_(
        "Its process ended by signal {signal} (memory or time used up, or a crash)."
    ),
    "ended-early": N_("Its process ended before its last cell."),
    "forged": N_(
        "Something else than results came out of its process, or the same twice: a cell of this "
        "submission writes to the file by which results leave the sandbox."
    ),
    "canary": N_(
        "Before or after the test {test!r}, a check that must fail didn't fail: a cell of this "
        "submission changes how tests are run."
    ),
    "took-too-long": N_(
        "Marking it took more than {seconds:g} seconds outside of the sandbox, so it was stopped: "
        "its file or its answers are such that reading or comparing them hardly ends."
    ),
    "sandbox-ended": N_("It ended the sandbox {times} times: {reason}"),
    "processes-ended": N_("It ended the processes that marked it, {times} times."),
    "cluster-processes-ended": N_("It ended the processes that graded it, {times} times."),
    "reading-failed": N_("Reading it failed ({kind}: {error})."),
    "grading-failed": N_("Grading it failed ({kind}: {error})."),
    "in-sandbox": N_("What had to be run of your code ran in a sandbox of its own."),
    "without-sandbox": N_(
        "What had to be run of your code ran without a sandbox, with your own rights, as it does "
        "in JupyterLab: on this machine there is no bubblewrap, which is Linux's."
    ),
    # -- of one mark -------------------------------------------------------------------------------
    "not-run": N_("Not run: the notebook was stopped before this check."),
    "may-stand-elsewhere": N_(
        "An answer may stand in another cell of the notebook: a person looks at it."
    ),
    "to-type": "",  # by what was typed
}


def said(text: str, item: str = "") -> Note:
    """Words that come from elsewhere, as a note: they are shown as they are."""
    return Note(SAID, item, {"text": text})


def say(note: Note | None) -> str:
    """A note's sentence in the language in use; "" for none. A code that isn't known is named."""
    if note is None:
        return ""
    try:
        return _sentence(note)
    except (KeyError, TypeError, ValueError):  # of a version to come, or changed by hand
        return note.code


def _sentence(note: Note) -> str:
    values = dict(note.values)
    if note.code == SAID:
        return str(values["text"])
    if note.code == "to-type":
        return hint(values["source"], values["name"])
    if note.code == "cell-copied":
        return ngettext(
            "{place}: its cell was there {n} time.",
            "{place}: its cell was there {n} times.",
            int(values["count"]),
            place=place(note.item),
        )
    if "why" in values:
        values["why"] = say(Note.read(values["why"]))
    if "commands" in values:
        values["commands"] = ", ".join(map(repr, values["commands"]))
    if "bytes" in values:
        values["size"] = _size(values["bytes"])
    return _(SENTENCES[note.code], **values, place=place(note.item))


def place(id_: str) -> str:
    """A cell by its nbgrader id, as people call it: Question 3, or Cell 'essay'."""
    if not id_:
        return _("A cell of the student's own")
    question = id_.removesuffix("-answer")
    if question[:1] == "q" and question[1:].isdigit():
        return _("Question {number}", number=question[1:])
    return _("Cell {id}", id=repr(question))


def _size(size: int) -> str:
    if size >= 2**20:
        return _("{n} MB", n=size // 2**20)
    return ngettext("{n} byte", "{n} bytes", size)
