"""Notes: what a person should know is data, with a code that its room has a sentence for."""

import ast
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import crossroads
from crossroads.classroom import notes as classroom
from crossroads.course import notes as course
from crossroads.grading import notes as grading
from crossroads.notes import SAID, Note, english, note_of, said, saying

PACKAGE = Path(crossroads.__file__).parent
#: Each room's codes, and what makes its sentences.
ROOMS = {
    "classroom": (classroom.SENTENCES.keys(), classroom.say),
    "course": (course.SENTENCES.keys(), course.say),
    "grading": (grading.SENTENCES.keys() | grading.FOR_TEACHERS.keys(), grading.say),
}
#: What makes a note, by the code that it's given first.
MAKERS = ("Note", "Held", "failed", "NoTime", "LeftOut", "_unread")
#: Where a room makes notes that another one below it says.
ELSEWHERE = {
    **dict.fromkeys(("study", "validation", "manual_grading"), "grading"),
    "manual_grading/requests_taken.py": "classroom",
}


@cache
def codes():
    """By room: the codes of notes that its modules make, and all their texts."""
    made, texts = {room: set() for room in ROOMS}, {room: set() for room in ROOMS}
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        room = place.parts[0]
        room = ELSEWHERE.get(place.as_posix(), ELSEWHERE.get(room, room))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if called in MAKERS:
                given = [a for part in node.args[:1] for a in ast.walk(part)]
                own = {a.value for a in given if isinstance(a, ast.Constant)}
                assert room in ROOMS or not own, f"{path}: whose notes are these?"
                made.setdefault(room, set()).update(a for a in own if isinstance(a, str))
            is_list = path.name == "notes.py"
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_list:
                texts.setdefault(room, set()).add(node.value)
    return made, texts


@pytest.mark.parametrize("room", ROOMS)
def test_every_note_has_a_code_of_its_room_and_every_code_is_used(room):
    (made, texts), (known, _) = codes(), ROOMS[room]
    assert len(made[room]) > 5 and made[room] <= known
    assert known <= texts[room]


def test_no_code_has_two_sentences():
    everything = [code for known, _ in ROOMS.values() for code in known]
    assert len(everything) == len({*everything}) and SAID not in everything


@pytest.mark.parametrize(
    ("module", "code"),
    [(module, code) for module in (classroom, course) for code in module.SENTENCES],
)
def test_a_note_s_sentence_has_all_that_it_names(module, code):
    names = {name: spec for _, name, spec, _ in Formatter().parse(module.SENTENCES[code]) if name}
    values = {name: 3 if spec else ["ann", "ben"] for name, spec in names.items() if name != "row"}
    values |= {"line": 5, "name": "Ann Lee"} if "row" in names else {}
    sentence = module.say(Note(code, values=values))
    assert sentence != code and "{" not in sentence
    lists = [name for name, spec in names.items() if not spec and name != "row"]
    assert len(lists) <= sentence.count("ann"), "each of them stands in it"


@pytest.mark.parametrize("room", ROOMS)
def test_a_note_that_cannot_be_said_is_named(room):
    known, say = ROOMS[room]
    for note in (Note("of-a-version-to-come"), Note(sorted(known)[0], values={"x": 1})):
        assert say(note) == note.code
        assert Note.read(note.data()) == note
    assert say(None) == "" and say(said("Words.")) == "Words."


@pytest.mark.parametrize("data", ["words", None, {}, {"code": 1}, {"code": "a", "values": []}])
def test_what_is_no_note_is_refused(data):
    with pytest.raises(ValueError, match="no note"):
        Note.read(data)


def test_an_error_has_its_note_or_else_its_words():
    assert note_of(classroom.LeftOut("encrypted")) == Note("encrypted")
    assert str(classroom.LeftOut("encrypted")) == "it is encrypted"
    assert note_of(KeyError("x")) == said("'x'") and note_of(OSError()) == said("OSError")


def test_a_sentence_is_filled_in_by_its_note():
    note = Note("a", "q3", {"students": ["ann", "ben"], "n": 2.0})
    assert english("{item}: {students} ({n:g}, {more})", note, more="x") == "q3: ann, ben (2, x)"
    assert saying(lambda note: english("{gone}", note))(note) == "a"
