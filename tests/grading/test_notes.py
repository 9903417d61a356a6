"""Grading's notes: each has a code, and a sentence in the language of who reads it."""

import re

import pytest

from crossroads.grading.notes import FOR_TEACHERS, SENTENCES, Note, say
from crossroads.i18n import languages

#: What sentences need of values, by name.
VALUES = {
    "name": "a.ipynb",
    "reason": "gone",
    "count": 3,
    "most": 5000,
    "title": "Quiz 2",
    "found": "b.ipynb",
    "encoding": "cp1251",
    "kind": "markdown",
    "seen": "q1 = 2",
    "seconds": 2.5,
    "signal": 9,
    "test": "q10",
    "times": 3,
    "error": "x",
    "why": Note("folder-is-link").data(),
    "commands": ["ls", "rm"],
    "bytes": 1000,
    "gigabytes": 3.0,
    "source": "q1 = b",
}
TEACHERS = {
    "names": ["Autograde.autograde_preprocessors", "IgnorePattern.pattern"],
    "file": "deadlines.yml",
    "assignment": "quiz-03",
    "student": "ann",
    "students": ["ann", "ben"],
    "example": "2027-01-31 12:00:00 +05:00",
    "word": "LATE",
    "announced": "2027-01-31T12:00:00+05:00",
    "due": "2027-01-31T12:00:00+00:00",
    "line": 6,
    "name": "cid",
    "of": "student",
    "near": ["cyd"],
    "text": "tomorrow",
    "zone": "Mars",
    "language": "r",
    "reason": "day is out of range for month",
    "why": Note("time-empty").data(),
    **dict.fromkeys(("gives", "points", "possible", "before", "after", "recorded", "off"), 1.5),
}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_note_can_be_said_in_every_language(code, speak):
    note = Note(code, "q4-answer", VALUES | {"name": "q1" if code == "to-type" else "a.ipynb"})
    english = say(note)
    assert english and english != code and "{" not in english
    for language in languages()[1:]:
        speak(language)
        told = say(note)
        assert told not in (code, english) and "{" not in told


@pytest.mark.parametrize("code", FOR_TEACHERS)
def test_what_only_teachers_read_is_english_in_every_language(code, speak):
    english = say(Note(code, "q4", TEACHERS))
    assert english and english != code and not re.search(r"\{\w", english)
    speak("ru")
    assert say(Note(code, "q4", TEACHERS)) == english


def test_a_timestamp_s_note_says_which_file_why_and_what_to_do():
    why = Note("time-either", values={"text": "01.02.2027 12:00"})
    note = Note("stamp-no-time", values=TEACHERS | {"student": "cem", "why": why.data()})
    assert say(note) == (
        "submitted/cem/quiz-03/timestamp.txt cannot be read as a time: it says '01.02.2027 "
        "12:00', where day and month could be either. Write when it came, in deadlines.yml: "
        "assignments: quiz-03: submitted: cem: 2027-01-31 12:00:00 +05:00"
    )


def test_a_name_that_nobody_has_is_said_with_those_like_it():
    about = {
        "file": "deadlines.yml",
        "line": 6,
        "name": "cid",
        "of": "student",
        "near": ["cyd", "sid"],
    }
    said = "deadlines.yml, line 6: 'cid' is not a student of the roster; "
    assert say(Note("no-such-name", values=about)) == f"{said}did you mean cyd or sid?"
    assert say(Note("no-such-name", values=about | {"near": []})) == f"{said}delete the line"


def test_a_note_says_the_cell_and_what_it_holds():
    assert say(Note("cell-copied", "q3-answer", {"count": 2})) == (
        "Question 3: its cell appeared 2 times."
    )
    assert say(Note("read-as-meant")).startswith("A cell of the student's own: Python")
    assert say(Note("cell-put-back", "essay")).startswith("Cell 'essay': a cell was missing")
    assert say(Note("file-too-large", values={"name": "a", "bytes": 2**25})) == (
        "a: it is larger than 32 MB."
    )
    held = Note("file-too-large", values={"name": "a", "bytes": 1000})
    left_out = Note("unreadable-left-out", values={"name": "a", "why": held.data()})
    assert say(left_out) == "'a' was skipped: a: it is larger than 1000 bytes."
