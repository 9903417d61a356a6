"""Notes for teachers on submissions, marks and packages, in English like the commands.

Whatever a name or a reason is in a note's values, it can be shown on a terminal.
"""

from __future__ import annotations

from typing import Any

from ..notes import Note as Note
from ..notes import english, saying
from ..notes import said as said

SENTENCES = {
    # -- collecting: the download as a whole -------------------------------------------------------
    "late-without-due": (
        "late, but {assignment} has no due date here yet, so nothing is taken off until "
        "deadlines.yml has one: {students}"
    ),
    "times-of-download": (
        "{source}: its files have the time of the download, so the time of submission is not "
        "known. Only what Canvas calls late counts as late, by the shortest time possible."
    ),
    # -- collecting: submissions of nobody known ---------------------------------------------------
    "number-of-another": "the number is {student}'s, the name another student's",
    "nobody-like-it": "nobody on the roster has this name or number",
    "names-hidden": (
        "Moodle hid the names, because the assignment is marked anonymously. Reveal the students' "
        "identities there and download again, or say whose each one is"
    ),
    "name-alike": "{student} ({name}), because the name or login is nearly the same",
    "group-before-name": "{student} ({name}), with a group before the name",
    "guess": "it may be {student} ({name})",
    "several-fit": "several students fit {name!r}: {students}",
    "namesakes": (
        "{count} senders with this name could be {student}; match each of them by its number"
    ),
    "match-unused": (
        "--match {name!r}: there is no sender with this name here. It is remembered for later "
        "downloads; write the name as the lines above show it, with its number"
    ),
    # -- collecting: a submission that is moved to another student ---------------------------------
    "moved": "{student}'s submission of {assignment} is {to}'s now",
    "moved-aside": (
        "{student}'s submission of {assignment} is {to}'s now, but the one that {to} has is "
        "newer or has the answers, so it stays and the other is kept aside"
    ),
    "has-own-again": "{student} has their earlier submission again",
    "has-nothing-now": "{student} has no submission of {assignment} now",
    "marks-moved": "marks and comments went along; then: crossroads grade {assignment}",
    "marks-taken-away": (
        "{student}'s marks for it were removed, and {to} already has marks. Its manual marks "
        "were {marks}"
    ),
    "grade-moved": "then: crossroads grade {assignment}, and feedback again if it was given out",
    "another-quiz": (
        "{student} submitted {other}. Ask for {assignment}; this one is collected with: "
        "crossroads collect {other} FILE.ipynb --student {student}"
    ),
    "all-another-quiz": (
        "{students} all submitted {other}. If this is the download of {other}, collect it as such: "
        "crossroads collect {other} FILE"
    ),
    "no-such-notebook": (
        "{student} submitted a notebook, but none of {names}. Ask for them, then: crossroads "
        "collect {assignment} FOLDER"
    ),
    "nothing-to-mark": (
        "{student} submitted {kind}. Ask for the notebook, then: "
        "crossroads collect {assignment} FILE.ipynb --student {student}"
    ),
    # -- collecting: files that are left out -------------------------------------------------------
    "no-zip": "it is not a zip, or only part of one ({reason})",
    "zip-in-zip": "a zip in a zip in a zip",
    "same-name": "another file before it has the same name",
    "no-file": "it is a link or a device, not a file",
    "encrypted": "it is encrypted",
    "unseen-signs": "its name has line breaks or other invisible characters",
    "leads-out": "its name points outside the archive",
    "name-too-long": "its name is too long",
    "too-large": "it is larger than {size} MB unpacked",
    "too-many-files": "there are more than {most} files",
    "sender-too-much": (
        "{sender} has more than {files} files, or more than {size} MB: the rest was skipped"
    ),
    "rest-left-out": "the rest was skipped: there are too many files, or they are too large",
    "names-alike": "not all of its files can be kept: too many have a name like {name}",
    # -- submissions of groups ---------------------------------------------------------------------
    "group-shared": "group {group}: {student}'s submission also counts for {others}",
    "group-as-before": "group {group}: {student}'s submission also counts for {others}, as before",
    "group-left": (
        "{student} is no longer in a group with {origin}, and has submitted nothing alone. The "
        "marks of the copy stay in the gradebook: override or excuse them (adjustments.yml)"
    ),
    "group-without": "group {group}: nothing yet from {others}",
    # -- requests to look at a mark again ----------------------------------------------------------
    "request-nobody": "line {line}: nobody on the roster is {who!r}",
    "request-several": "line {line}: it names several students: {students}",
    "request-question": (
        "line {line}: {item!r} is not a question of this assignment ({who}); write its number or id"
    ),
    "request-no-reason": "line {line}: no reason is given ({who})",
    "request-other": "line {line} is about {quiz}",
    "request-unmarked": "{student} has no mark for {item} yet",
    # -- exporting marks ---------------------------------------------------------------------------
    "not-on-roster": "{student} was skipped: not on the roster.",
    "without-key": "{student} was skipped: the roster has no {column}.",
    "more-than-moodle-takes": (
        "{assignment} has more than {most} points; Moodle refuses those unless its administrator "
        "allows unlimited grades."
    ),
    "new-in-canvas": (
        "Canvas will make a new assignment {column!r}. To fill one that is there, give its heading "
        "from Canvas's own export: --column 'Quiz 3 (12345)'."
    ),
    "scaled": (
        "{student} has {points:g} of the {possible:g} points that count. A platform has one "
        "maximum for everybody, so it gets {scaled:.4g} of {whole:g}, which is the same share."
    ),
    "dropped": (
        "{assignment} is the lowest mark, and is dropped, for: {students}. This file still has "
        "that mark. For course totals without it, run crossroads export without a name."
    ),
    "excused-not-sent": (
        "excused, which cannot be sent to a platform; enter it there by hand: {students}"
    ),
    "not-on-platform": (
        "not sent: nobody in the course there has the number, id or address that the roster has "
        "of {students}"
    ),
    "several-on-platform": (
        "not sent: several people there have the number, id or address that the roster has of "
        "{students}"
    ),
    "above-in-moodle": (
        "More points than the maximum: {students}. Moodle refuses those unless its administrator "
        "allows unlimited grades."
    ),
    "excused-in-moodle": (
        "Excused, so the cell is empty: {students}. Moodle cannot import this: tick Excluded "
        "for them in its grader report."
    ),
    "extra-in-moodle": (
        "Extra credit: {items}. Moodle cannot import this: tick Extra credit in the settings "
        "of the grade item."
    ),
    # -- releasing a quiz --------------------------------------------------------------------------
    "released": "{assignment} was released in {course} with nbgrader.",
    "released-again": "{assignment} was released again: its source had changed.",
    "nobody-to-draw-for": (
        "{assignment} draws values, but there is no roster: everybody gets the same copy. For "
        "copies of their own: crossroads roster FILE.csv, then this command again."
    ),
    "no-wheel": (
        "The course's software could not be added, because that needs a checkout with "
        "hatchling. Give it to students in another way."
    ),
    "package": "{path}: {files} files, {size:.1f} MB, for everybody.",
    "copies": (
        "{path}: {files} files, {size:.1f} MB, each student's own copy. Do not give the whole "
        "file to anybody."
    ),
    "not-in-worksheet": (
        "no row of the worksheet clearly matches them, so their copy is not in the zip: {students}"
    ),
    "looked-through": "Checked for keys, hidden tests, explanations and secrets: none found.",
}


class LeftOut(ValueError):
    """A file or submission can't be collected; ``note`` says why."""

    def __init__(self, code: str, **values: Any) -> None:
        self.note = Note(code, values=values)
        super().__init__(say(self.note))


@saying
def say(note: Note) -> str:
    """Return a note's sentence."""
    return english(SENTENCES[note.code], note)
