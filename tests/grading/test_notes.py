"""Notes: each has a code, and a sentence in the language of who reads it."""

import ast
from pathlib import Path

import pytest

import crossroads
from crossroads.grading import notes
from crossroads.grading.notes import SENTENCES, Note, say
from crossroads.i18n import languages

PACKAGE = Path(crossroads.__file__).parent
#: What sentences need of values, by name.
VALUES = {
    "text": "Words.",
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
    "source": "q1 = b",
}


def sources():
    return {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def test_every_note_has_a_code_of_the_list_and_every_code_is_used():
    made, texts = set(), set()
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if path != Path(notes.__file__) and isinstance(node, ast.Constant):
                texts.add(node.value if isinstance(node.value, str) else "")
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if called in ("Note", "Held", "failed"):
                made |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    assert len(made) > 30 and made <= SENTENCES.keys()
    assert SENTENCES.keys() - {notes.SAID} <= texts


@pytest.mark.parametrize("code", SENTENCES)
def test_every_note_can_be_said_in_every_language(code, speak):
    note = Note(code, "q4-answer", VALUES | {"name": "q1" if code == "to-type" else "a.ipynb"})
    english = say(note)
    assert english and english != code and "{" not in english
    for language in languages()[1:]:
        speak(language)
        told = say(note)
        assert told != code and "{" not in told
        assert (told == english) == (code == notes.SAID)


def test_a_note_says_the_cell_and_what_it_holds():
    assert say(Note("cell-copied", "q3-answer", {"count": 2})) == (
        "Question 3: its cell was there 2 times."
    )
    assert say(Note("signs-read")).startswith("A cell of the student's own: signs")
    assert say(Note("cell-put-back", "essay")).startswith("Cell 'essay': a cell was missing")
    assert say(Note("file-too-large", values={"name": "a", "bytes": 2**25})) == (
        "a: it is larger than 32 MB."
    )
    held = Note("file-too-large", values={"name": "a", "bytes": 1000})
    left_out = Note("unreadable-left-out", values={"name": "a", "why": held.data()})
    assert say(left_out) == "'a' was left out: a: it is larger than 1000 bytes."
    assert say(None) == ""


@pytest.mark.parametrize(
    "note",
    [Note("of-a-version-to-come"), Note("file-too-large"), Note("encoding", values={"x": 1})],
)
def test_a_note_that_cannot_be_said_is_named(note):
    assert say(note) == note.code
    assert Note.read(note.data()) == note


@pytest.mark.parametrize("data", ["words", None, {}, {"code": 1}, {"code": "a", "values": []}])
def test_what_is_no_note_is_refused(data):
    with pytest.raises(ValueError, match="no note"):
        Note.read(data)
