"""Notes for people on how a submission was read and marked, and on grading a class.

``SENTENCES`` lists the codes of what students read too, ``FOR_TEACHERS`` those of what only the
command line and the teacher's pages say; ``say`` makes the sentence of either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..i18n import N_, _, ngettext
from ..notes import SAID as SAID
from ..notes import Note as Note
from ..notes import english, saying
from ..notes import note_of as note_of
from ..notes import said as said
from ..questions.hints import hint

#: By code. ``{place}`` is the cell; a name with ``!r`` stands in quotes.
SENTENCES = {
    # -- a file that can't be read as the assignment's notebook ------------------------------------
    "folder-is-link": N_("The folder is a link to another one."),
    "no-notebook": N_("{name}: the notebook is missing."),
    "no-plain-file": N_("{name}: it is not a regular file."),
    "file-unreadable": N_("{name}: it cannot be read ({reason})."),
    "file-too-large": N_("{name}: it is larger than {size}."),
    "not-a-notebook": N_("The file is not a notebook."),
    "not-a-whole-notebook": N_("The file is not a notebook, or only part of one ({reason})."),
    "no-cells": N_("The file is not a notebook: it has no list of cells."),
    "too-many-parts": N_("The file is not a notebook that can be read: it has millions of parts."),
    "too-many-cells": N_("The notebook has {count} cells; up to {most} are read."),
    "another-notebook": N_(
        "This is a different notebook, saved under this assignment's name: its title is {title!r}."
    ),
    # -- what was mended in the file, and what lies beside it --------------------------------------
    "another-name": N_("The notebook was named {found!r}; its name should be {name}."),
    "old-format": N_("The notebook was in an old format (version 3)."),
    "encoding": N_("The file was written in {encoding} and not in UTF-8."),
    "not-quite-json": N_(
        "The file was not valid JSON: it had extra commas, or line breaks inside texts."
    ),
    "link-left-out": N_("{name!r} was skipped: it is a link or not a regular file."),
    "file-left-out": N_(
        "{name!r} was skipped: there are too many files, it is too large, or its name is unusual."
    ),
    "unreadable-left-out": N_("{name!r} was skipped: {why}"),
    "more-left-out": N_(
        "More files were skipped: there are too many, or their folders are too deep."
    ),
    "time-unreadable": N_(
        "timestamp.txt cannot be read as a time, so the time of submission is unknown."
    ),
    # -- what was mended in cells ------------------------------------------------------------------
    "labels-lost": N_("Cells had lost their labels ({count}) and were found again by their text."),
    "cells-moved": N_("Cells had been moved; they are marked in the order of the release."),
    "values-lost": N_("The line with the copy's own values is missing or broken."),
    "values-of-another": N_("The copy has different values from the ones drawn for this student."),
    "cell-put-back": N_("{place}: a cell was missing and was put back."),
    "cell-missing": N_("{place}: its cell was missing."),
    "answer-found": N_("{place}: its cell was missing. An answer was found in another cell."),
    "cell-copied": "",  # by number
    "cell-of-another-kind": N_("{place}: its cell was changed into {kind}."),
    "read-as-meant": N_(
        "{place}: Python cannot read all of it, so it was read as it was probably meant."
    ),
    "typed-into-check": N_("{place}: an answer was typed into its test cell."),
    "written-elsewhere": N_(
        "{place}: its cell is empty. The text that the student wrote elsewhere is shown in this "
        "cell, so that you can mark it."
    ),
    "picture-too-large": N_(
        "{place}: its picture {name!r} cannot be shown because it is too large."
    ),
    "picture-not-handed-in": N_(
        "{place}: its picture {name!r} cannot be shown because it was not submitted."
    ),
    "picture-of-no-kind": N_(
        "{place}: its picture {name!r} cannot be shown because it is too large, or not a PNG, "
        "JPEG, GIF or WebP."
    ),
    "answered-elsewhere": N_(
        "{place}: its line has no answer, but another cell may have it: {seen}. Mark it by hand."
    ),
    # -- how it ran --------------------------------------------------------------------------------
    "commands-not-run": N_(
        "{place}: not run, because system commands are never run here: {commands}."
    ),
    "stopped-in-time": N_("It was stopped after {seconds:g} seconds."),
    "too-much-output": N_("It was stopped because it printed too much."),
    "ended-by-signal": N_(
        "Its process was ended by signal {signal} (memory or time used up, or a crash)."
    ),
    "kernel-not-started": N_("Its kernel did not start: {reason}"),
    "kernel-ended": N_("Its kernel ended before its last cell: {reason}"),
    "too-much-memory": N_("It was stopped because it used more than {gigabytes:g} GB of memory."),
    "ended-early": N_("Its process ended before its last cell."),
    "forged": N_(
        "Its process returned something other than results, or the same result twice: a cell "
        "of this submission writes to the file that carries results out of the sandbox."
    ),
    "canary": N_(
        "Before or after the test {test!r}, a control check passed that must always fail: a "
        "cell of this submission changes how tests are run."
    ),
    "took-too-long": N_(
        "Marking it took more than {seconds:g} seconds outside of the sandbox, so it was "
        "stopped: its file or its answers take too long to read or compare."
    ),
    "sandbox-ended": N_("It crashed the sandbox {times} times: {reason}"),
    "processes-ended": N_("It crashed the processes that marked it, {times} times."),
    "cluster-processes-ended": N_("It crashed the processes that graded it, {times} times."),
    "reading-failed": N_("Reading it failed ({kind}: {error})."),
    "grading-failed": N_("Grading it failed ({kind}: {error})."),
    "in-sandbox": N_("The parts of your code that had to be run were run in a separate sandbox."),
    "without-sandbox": N_(
        "The parts of your code that had to be run were run without a sandbox, with your own "
        "rights, as in JupyterLab, because this machine does not have bubblewrap (a program for "
        "Linux)."
    ),
    "in-notebook": N_("{name}: {why}"),
    "notebook-missing": N_("{name} was not submitted, so nothing in it counts."),
    # -- of one mark -------------------------------------------------------------------------------
    "not-run": N_("Not checked: the notebook was stopped before this test."),
    "may-stand-elsewhere": N_(
        "The answer may be in another cell of the notebook: a person will look at it."
    ),
    "to-type": "",  # by what was typed
}


#: What only teachers read, in English. ``{path}`` is a timestamp's file, ``{todo}`` what to do.
FOR_TEACHERS = {
    "other-kernel": (
        "code in {language}: a kernel is started for each submission, which takes a few seconds "
        "more than Python"
    ),
    "settings-not-run": (
        "nbgrader_config.py sets {names}, which only nbgrader itself uses: if a mark depends "
        "on that, grade with nbgrader autograde"
    ),
    "gives-less": "{item}: its check gives at most {gives:g} of its {points:g} points",
    "gives-too-much": (
        "{item}: its test gave {gives:g} of {points:g} points. nbgrader rejects that: mark it "
        "by hand, or fix the test and generate the assignment again"
    ),
    "mark-moved": "{item} {before:g} → {after:g}",
    "mark-too-high": "{item}: {points:g} of {possible:g}",
    "more-than-possible": "{item} has {points:g} of {possible:g} points",
    # -- lateness ----------------------------------------------------------------------------------
    "penalty-differs": (
        "the late penalty in the gradebook is {recorded:g} points, and should be {off:g}: "
        "crossroads grade {assignment}"
    ),
    "extensions-stay": (
        "deadlines.yml lists no extensions of {assignment}, so those in the gradebook stay: "
        "{students}. To take them away, write extensions: {{}} there"
    ),
    "no-such-name": "{file}, line {line}: {name!r} is not {of}; {hint}",
    "platform-says": (
        "the platform says {word} by the deadline {announced}, and whether it came by {due} is "
        "not known. Write when it came, under submitted in deadlines.yml; or collect the "
        "download again, if the platform has this deadline now"
    ),
    "stamp-missing": "{path} is missing, although other submissions have one. {todo}",
    "stamp-unreadable": "{path} cannot be read: {why}. {todo}",
    "stamp-no-time": "{path} cannot be read as a time: {why}. {todo}",
    # -- a time that can't be read -----------------------------------------------------------------
    "no-text": "it is not a text",
    "time-empty": "it is empty",
    "time-without-date": "it has no date",
    "time-too-early": "it says {text!r}, which is too early",
    "time-wrong": "it says {text!r}: {reason}",
    "time-incomplete": "it says {text!r}, which is not a date with a time",
    "time-either": "it says {text!r}, where day and month could be either",
    "time-skipped": "it says {text!r}, a time that did not exist, because summer time began",
    "time-twice": (
        "it says {text!r}, a time that came twice, because summer time ended: add an offset "
        "(+01:00)"
    ),
    "time-of-no-zone": "it says {text!r}, and its time zone is unknown",
    "no-zone": "its time zone {zone!r} is unknown",
}
_PATH = "submitted/{student}/{assignment}/timestamp.txt"
_TO_DO = (
    "Write when it came, in deadlines.yml: assignments: {assignment}: submitted: {student}: "
    "{example}"
)
_OF = {
    "assignment": "an assignment of this course",
    "student": "a student of the roster",
    "section": "a section of the roster",
    "question": "a question of this assignment",
    "written": "an assignment, or a question with a written answer such as quiz-03/q15",
}


@saying
def say(note: Note) -> str:
    """Return a note's sentence, in the language in use, or in English for teachers only."""
    if note.code in FOR_TEACHERS:
        return _for_teachers(note)
    values = dict(note.values)
    if note.code == "to-type":
        return hint(values["source"], values["name"])
    if note.code == "cell-copied":
        return ngettext(
            "{place}: its cell appeared {n} time.",
            "{place}: its cell appeared {n} times.",
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


def _for_teachers(note: Note) -> str:
    more: dict[str, Any] = {}
    if note.code == "no-such-name":
        near = note.values["near"]
        more["of"] = _OF[note.values["of"]]
        more["hint"] = f"did you mean {' or '.join(near)}?" if near else "delete the line"
    elif note.code == "platform-says":
        more |= {name: _moment(note.values[name]) for name in ("announced", "due")}
    elif note.code == "settings-not-run":
        *names, last = note.values["names"]
        more["names"] = f"{', '.join(names)} and {last}" if names else last
    elif note.code.startswith("stamp-"):
        more |= {"path": english(_PATH, note), "todo": english(_TO_DO, note)}
        if "why" in note.values:
            more["why"] = say(Note.read(note.values["why"])).rstrip(".")
    return english(FOR_TEACHERS[note.code], note, **more)


def _moment(iso: str) -> str:
    """Return a time for people, with its offset from UTC."""
    time = datetime.fromisoformat(iso)
    zone = f"{time:%z}"
    return f"{time:%Y-%m-%d %H:%M} {f'{zone[:3]}:{zone[3:5]}' if zone.strip('+0') else 'UTC'}"


def place(id_: str) -> str:
    """Return a cell by its nbgrader id, as people call it: Question 3, or Cell 'essay'."""
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
