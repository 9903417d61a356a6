"""What was made while *Mapping the argument* was lesson 9: nothing of it is lost or mixed up."""

import json
import re
import shutil
from pathlib import Path

import earlier
import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from quizzes import ASSIGNMENTS

import crossroads as cr
from crossroads import course
from crossroads.course import Course
from crossroads.course.notes import say
from crossroads.lessons import progress, renumbered
from crossroads.lessons.checks import lesson_items
from crossroads.lessons.notebooks import lessons_dir
from crossroads.study import attempts
from crossroads.validation import reading

PACKAGE = Path(course.__file__).parents[1]


# -- names -----------------------------------------------------------------------------------------


def test_no_lesson_uses_an_old_name_again_and_every_old_name_leads_somewhere():
    ids = {id_ for path in lessons_dir().glob("checks/*.yml") for id_ in lesson_items(path.stem)}
    texts = "".join(path.read_text("utf-8") for path in lessons_dir().glob("*.ipynb"))
    texts += (PACKAGE / "explorers" / "evidence.py").read_text("utf-8")
    for old, new in renumbered.ITEMS.items():
        assert f'"{old}' not in texts and f'\\"{old}\\"' not in texts and old not in ids
        assert new in ids or f'"{new}' in texts or f'\\"{new}\\"' in texts
    for old, new in renumbered.FILES.items():
        assert not (lessons_dir() / old).exists() and (lessons_dir() / new).is_file()
    for new in renumbered.QUIZZES.values():
        assert (ASSIGNMENTS / new).is_dir()


def test_notebooks_of_that_time_still_ask_and_remember(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path))
    widget = cr.check("09-map")
    assert widget._item.id == "12-map"
    prediction = cr.predict("09-p-both", "Can both be true?")
    prediction._receive(prediction, {"answer": "if read kindly"}, [])
    assert "if read kindly" in cr.prediction("09-p-both")
    assert 'data-state="wrong"' in cr.check("10-columns", pd.DataFrame({"id": ["A46"]}))
    assert {path.name for path in tmp_path.iterdir()} <= {"lesson-12.json", "lesson-13.json"}
    assert progress.recall("12-p-both")["answer"] == "if read kindly"


# -- progress --------------------------------------------------------------------------------------

MAP = {"state": "wrong", "answer": "a", "tries": 2, "first": "wrong", "box": 1, "due": "2026-11-20"}
OLD_09 = {
    "09-map": MAP,
    "09-p-both": {"answer": "no"},
    "09-evidence-board": {"verdicts": {"A46": "contested"}},
    "09-mine": {"answer": "my own question"},
}
OLD_10 = {"10-first": {"state": "right", "answer": "b", "tries": 1, "first": "right"}}
OLD_QUIZ = {"quiz-09/q3": MAP}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The progress of somebody who was through with lessons 9 and 10 as they were."""
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path / "progress"))
    for name, entries in {"lesson-09": OLD_09, "lesson-10": OLD_10, "quiz-09": OLD_QUIZ}.items():
        course.write_whole(tmp_path / "progress" / f"{name}.json", json.dumps(entries))
    return tmp_path / "progress"


def test_progress_goes_over_once_and_is_not_mixed_with_that_of_the_new_lessons(kept):
    # Whoever asks first: here the new lesson 9 and its quiz.
    assert progress.recall("09-border") == {} == progress.recall("quiz-09/q3")
    progress.record("09-border", "right", "a")
    progress.record("quiz-09/q3", "right", None)
    assert progress.recall("12-map") == MAP == progress.recall("quiz-12/q3")
    assert progress.recall("12-evidence-board") == OLD_09["09-evidence-board"]
    assert progress.recall("13-first") == OLD_10["10-first"]
    # An own id stays where the learner's own line looks for it.
    assert progress.recall("09-mine") == OLD_09["09-mine"]
    for name, ids in {
        "lesson-09": {"09-border", "09-mine"},
        "lesson-12": {"12-map", "12-p-both", "12-evidence-board"},
        "lesson-13": {"13-first"},
        "quiz-09": {"quiz-09/q3"},
        "quiz-12": {"quiz-12/q3"},
    }.items():
        assert progress.read(kept / f"{name}.json").keys() == ids
    assert not (kept / "lesson-10.json").exists()


def test_progress_made_since_stays_and_what_was_cut_off_goes_on(kept):
    before = {p: p.read_bytes() for p in kept.iterdir()}
    progress.recall("12-map")
    progress.record("12-map", "right", "b")
    mine = progress.recall("12-map")
    for path, text in before.items():  # as where the old file couldn't be taken away
        path.write_bytes(text)
    assert progress.recall("12-map") == mine
    assert progress.recall("12-p-both") == {"answer": "no"}


def test_a_failed_write_leaves_the_old_file_whole(kept, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(progress.os, "replace", full)
        progress.recall("12-map")
    assert json.loads((kept / "lesson-09.json").read_text()) == OLD_09
    assert progress.recall("12-map") == MAP


@pytest.mark.parametrize("name", ["lesson-09", "lesson-12"])
def test_a_damaged_file_is_put_aside_and_the_rest_goes_over(kept, name):
    (kept / f"{name}.json").write_text("{ damaged")
    with pytest.warns(UserWarning, match=f"was kept as {name}.damaged-"):
        found = progress.recall("12-map")
    (aside,) = kept.glob(f"{name}.damaged-*.json")
    assert aside.read_text() == "{ damaged"
    assert found == ({} if name == "lesson-09" else MAP)
    assert progress.recall("13-first") == OLD_10["10-first"]


def test_a_file_of_a_later_version_is_put_aside_whole(kept):
    text = json.dumps({"schema": progress.SCHEMA, "version": 99, "entries": {}})
    (kept / "lesson-03.json").write_text(text)
    with pytest.warns(UserWarning, match="was kept as"):
        assert progress.read(kept / "lesson-03.json") == {}
    (aside,) = kept.glob("lesson-03.damaged-*.json")
    assert aside.read_text() == text


def test_what_is_written_fits_its_schema(kept):
    progress.record("03-x", "wrong", ["a"])
    schema = json.loads((PACKAGE / "static" / "schemas" / "progress.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    validator.validate(json.loads((kept / "lesson-03.json").read_text("utf-8")))
    assert not validator.is_valid(OLD_09)


def attempt(quiz, number, version=1, **more):
    """An attempt's document; before version 2 it kept what was said."""
    question = {"id": "q1", "state": "right", "points": 2.0, "possible": 2.0}
    question |= {"said": "Yes."} if version < 2 else {"outcome": None, "notes": []}
    head = {"schema": "crossroads/attempt", "version": version} if version else {}
    about = {"quiz": quiz, "number": number, "when": "2026-11-20T10:00:00+00:00", "notes": []}
    about |= {} if version < 2 else {"values": {}}
    return json.dumps(head | about | {"questions": [question | more]})


def test_attempts_go_over_once_with_their_pages(tmp_path):
    old, new = attempts.folder(tmp_path, "quiz-09"), attempts.folder(tmp_path, "quiz-12")
    course.write_whole(old / "1.json", attempt("quiz-09", 1, 0))
    course.write_whole(old / "2.json", attempt("quiz-09", 2))
    course.write_whole(old / "2.html", "<p>page")
    assert attempts.kept(tmp_path, "quiz-09") == []
    assert [(a.quiz, a.number) for a in attempts.kept(tmp_path, "quiz-12")] == [
        ("quiz-12", 1),
        ("quiz-12", 2),
    ]
    assert (new / "2.html").read_text() == "<p>page" and not [*old.iterdir()]
    # An attempt at the new quiz 9 is its own, and so is its number.
    course.write_whole(old / "1.json", attempt("quiz-09", 1, 2, state="wrong", points=0.0))
    (own,) = attempts.kept(tmp_path, "quiz-09")
    assert own.points == 0 and len(attempts.kept(tmp_path, "quiz-12")) == 2
    # One that turns up later gets a number that is free.
    course.write_whole(old / "2.json", attempt("quiz-09", 2, state="wrong", points=0.0))
    assert [a.points for a in attempts.kept(tmp_path, "quiz-12")] == [2, 2, 0]
    assert attempts.kept(tmp_path, "quiz-09") == [own]


# -- a learner's course ----------------------------------------------------------------------------

MAPPING, ROADS = earlier.NEW_LESSON, earlier.ROADS


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A learner's course, as version 0.2 made it; the package has the new lessons already."""
    earlier.use(monkeypatch, earlier.course_of_then(tmp_path / "then"))
    assert course.prepare(tmp_path / "course") == []
    earlier.use(monkeypatch, earlier.course_of_now(tmp_path / "now"))
    return tmp_path / "course"


def lesson(own, name):
    return own / "lessons" / name


def write_into(path, words="My own answer."):
    """Put a learner's words into a copy, as JupyterLab saves it."""
    notebook = json.loads(path.read_text("utf-8"))
    cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": [words]}
    notebook["cells"].insert(5, cell)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def links(path):
    """Where the links of a notebook lead, of the lessons and quizzes that this is about."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    found = re.findall(r"\]\(([^)#:\s]+)\)", "".join("".join(c["source"]) for c in cells))
    places = {(path.parent / to).resolve() for to in found}
    return {to for to in places if to.parent.name in ("lessons", "quiz-09", "quiz-12")}


def test_untouched_copies_give_way_to_the_new_ones(own):
    assert course.prepare(own) == []
    names = {path.name for path in (own / "lessons").glob("*.ipynb")}
    assert {MAPPING, ROADS, "13-capstone.ipynb"} <= names
    assert not names & renumbered.FILES.keys()
    assert f"({ROADS})" in lesson(own, "08-thirty-per-cent.ipynb").read_text("utf-8")
    assert "Roads to the sea" in Course(own).quiz("quiz-09").read_text("utf-8")
    assert "Mapping the argument" in Course(own).quiz("quiz-12").read_text("utf-8")
    assert course.prepare(own) == []


def test_a_copy_with_work_in_it_is_kept_under_the_new_name_and_its_links_lead_on(own):
    for name in (earlier.OLD_LESSON, "08-thirty-per-cent.ipynb", "10-capstone.ipynb"):
        write_into(lesson(own, name))
    notes = course.prepare(own)
    moved = [note for note in notes if note.code == "renamed"]
    assert [say(note).split(",")[0] for note in moved] == [
        f"lessons/{earlier.OLD_LESSON}",
        "lessons/10-capstone.ipynb",
    ]
    assert not lesson(own, earlier.OLD_LESSON).exists() and lesson(own, ROADS).is_file()
    for name in (MAPPING, "13-capstone.ipynb", "08-thirty-per-cent.ipynb"):
        text = lesson(own, name).read_text("utf-8")
        assert "My own answer." in text
        assert [to for to in links(lesson(own, name)) if not to.is_file()] == []
    # Of the words nothing is changed but where links lead.
    assert 'cr.check(\\"09-map\\")' in lesson(own, MAPPING).read_text("utf-8")
    assert not [note for note in course.prepare(own) if note.code == "renamed"]


def test_both_the_old_copy_and_the_new_one_are_left_and_said(own):
    write_into(lesson(own, earlier.OLD_LESSON))
    lesson(own, MAPPING).write_text("{}")
    before = lesson(own, earlier.OLD_LESSON).read_bytes()
    notes = course.prepare(own)
    assert sum(earlier.OLD_LESSON in say(note) and note.code == "both-there" for note in notes) == 1
    assert lesson(own, MAPPING).read_text() == "{}"
    now = lesson(own, earlier.OLD_LESSON).read_bytes()
    assert b"My own answer." in now and len(now) == len(before)


def test_a_learner_s_folder_that_holds_sources_from_before_is_brought_over_at_once(own):
    """The first versions copied sources to everybody: they are no class's."""
    shutil.rmtree(own)
    with pytest.MonkeyPatch.context() as patch:
        earlier.use(patch, earlier.course_of_then(own.parent / "then again"))
        course.prepare(own, teaching=True)
    write_into(Course(own).quiz("quiz-09"))
    course.prepare(own)
    assert "My own answer." in Course(own).quiz("quiz-12").read_text("utf-8")
    assert not Course(own).place("source").exists()


def test_without_a_record_nothing_is_taken_away(own):
    (own / ".crossroads.json").write_text("{ damaged")
    before = lesson(own, earlier.OLD_LESSON).read_text("utf-8")
    course.prepare(own)
    mine = lesson(own, MAPPING).read_text("utf-8")
    assert mine == before.replace(earlier.OLD_LESSON, MAPPING).replace("10-cap", "13-cap")
    # The quiz may be one that a teacher handed out: it stays, too, under its name.
    assert "Mapping the argument" in Course(own).quiz("quiz-09").read_text("utf-8")


def test_a_quiz_with_answers_in_it_and_those_before_it_go_along(own):
    quiz = Course(own).quiz("quiz-09")
    for path in (quiz, Course(own).earlier("quiz-09") / "1" / "quiz-09.ipynb"):
        if path != quiz:
            course.write_whole(path, quiz.read_bytes())
        else:
            write_into(path)
    (note,) = [n for n in course.prepare(own) if "with your work in it" in say(n)]
    assert say(note).startswith("quizzes/quiz-09/quiz-09.ipynb, ")
    assert "quizzes/quiz-12/" in say(note)
    mine = Course(own).quiz("quiz-12").read_text("utf-8")
    assert "My own answer." in mine and "quiz-09" not in mine and '"L9.' not in mine
    assert "Roads to the sea" in quiz.read_text("utf-8")
    assert (own / "earlier" / "quiz-12" / "1" / "quiz-12.ipynb").is_file()
    assert not (own / "earlier" / "quiz-09" / "1").exists()
    # The new quiz 9, answered, stays where it is from now on.
    write_into(quiz)
    course.prepare(own)
    assert "My own answer." in quiz.read_text("utf-8")
    assert Course(own).quiz("quiz-12").read_text("utf-8") == mine


def test_a_copy_that_went_along_is_the_quiz_of_today(own):
    """What a copy says of its number is locked: it has to be what was handed out."""
    quiz = Course(own).quiz("quiz-09")
    quiz.write_text(quiz.read_text("utf-8") + "\n", "utf-8")
    course.prepare(own)
    found = reading.release_of(
        Course(own).quiz("quiz-12"), "quiz-12", given := earlier.cells(Course(own).quiz("quiz-12"))
    )
    assert found is not None
    assert [cell["source"].strip() for cell in given] == [
        "".join(cell["source"]).strip() for cell in found["cells"]
    ]


def test_what_a_teacher_handed_out_keeps_its_name(own, monkeypatch):
    """As in a student's installation, which has no sources and copies no quizzes."""
    monkeypatch.setattr("crossroads.course.preparation.assignments_dir", lambda: None)
    record = json.loads((own / ".crossroads.json").read_text())
    record = {name: sum_ for name, sum_ in record.items() if not name.startswith("quizzes/")}
    (own / ".crossroads.json").write_text(json.dumps(record))
    quiz = Course(own).quiz("quiz-09")
    before = quiz.read_bytes()
    course.prepare(own)
    assert quiz.read_bytes() == before
    # Before it's submitted, it's compared with itself, and not with the new quiz 9.
    assert reading.release_of(quiz, "quiz-09", earlier.cells(quiz)) is None
