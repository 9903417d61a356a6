"""A class's course of version 0.2, in which quiz-09 is *Mapping the argument*: it stays that."""

import json
import shutil

import earlier
import nbformat
import pytest
from graders import LINUX, QUIET
from nbgrader.api import Gradebook
from quizzes import items, put_answers

from crossroads import cli, course
from crossroads.assignments import bank
from crossroads.classroom import hub
from crossroads.classroom import release as handout
from crossroads.course import Course, renumbering
from crossroads.course.notes import say
from crossroads.manual_grading.dashboard_page import objective_words

pytestmark = [QUIET, LINUX, pytest.mark.stock]
NAME = "quiz-09"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class's course: quiz-09 released with nbgrader, submitted by Ann, and graded."""
    place = tmp_path_factory.mktemp("class")
    own = Course(place / "teaching")
    with pytest.MonkeyPatch.context() as patch:
        earlier.use(patch, earlier.course_of_then(place / "then"))
        assert course.prepare(own.path, teaching=True) == []
        course.generate(own.path, NAME, own.path)
        right = {item.id: item.answer for item in items(own.own_source(NAME)) if item.test}
        answered = put_answers(nbformat.read(own.released(NAME), 4), {**right, "q15": "My view."})
        path = own.submitted("ann", NAME) / f"{NAME}.ipynb"
        course.write_whole(path, nbformat.writes(answered))
        assert cli.main(["grade", NAME, "--course", str(own.path), "--workers", "1"]) == 0
    return own


@pytest.fixture
def own(graded, tmp_path, monkeypatch):
    """A copy of it, with the package of today and a new lesson 9."""
    shutil.copytree(graded.path, tmp_path / "teaching")
    earlier.use(monkeypatch, earlier.course_of_now(tmp_path / "now"))
    return Course(tmp_path / "teaching")


def marks(own):
    with Gradebook(own.gradebook_url) as book:
        notebook = book.find_submission_notebook(NAME, NAME, "ann")
        return {grade.name: grade.auto_score for grade in notebook.grades}


def everything(own, *kinds):
    """The bytes of all files in some of the course's folders."""
    found = (path for kind in kinds for path in own.place(kind).rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found}


def test_a_class_keeps_its_quiz_under_its_name_and_is_told_once(own):
    kinds = ("source", "release", "submitted", "autograded", "grading", "quizzes")
    before, earned = everything(own, *kinds), marks(own)
    for _ in range(2):
        (note,) = course.prepare(own.path, teaching=True)
        said = say(note)
        assert said.startswith("quiz-09 is this class's quiz of lesson 12, Mapping the argument,")
        assert "new course" in said and "\n" not in said
    assert everything(own, *kinds) == before
    assert (own.path / "lessons" / earlier.NEW_LESSON).is_file()
    assert own.sources().keys() == {NAME} and marks(own) == earned
    with pytest.raises(ValueError, match="quiz-12 is called quiz-09 in this course"):
        own.source("quiz-12")


def test_it_is_graded_and_released_as_before(own, capsys):
    course.prepare(own.path, teaching=True)
    earned, book = marks(own), own.released(NAME).read_bytes()
    assert cli.main(["grade", NAME, "--course", str(own.path), "--again"]) == 0
    assert "other marks" not in capsys.readouterr().out
    assert marks(own) == earned and sum(filter(None, earned.values())) > 0
    # Not released again, since it's the source's own release.
    assert handout._released(own, NAME, anew=False) == []
    assert own.released(NAME).read_bytes() == book


def test_its_objectives_are_those_of_its_lesson_now(own):
    course.prepare(own.path, teaching=True)
    found = {item.objective for item in bank.read(own.source(NAME))}
    assert found and found <= {f"L12.{n}" for n in range(1, 5)}
    assert "argument" in objective_words()["L12.2"]


@pytest.mark.parametrize("left", [(), ("release",), ("release", "submitted", "setup")])
def test_a_source_that_is_gone_is_not_replaced_by_another_quiz(own, left):
    """What is there of it still says whose the name is: the last resort is nbgrader's gradebook."""
    for kind in ("source", *left):
        shutil.rmtree(own.place(kind), ignore_errors=True)
    assert renumbering.kept(own) == {NAME: "quiz-12"}
    course.prepare(own.path, teaching=True)
    assert not own.own_source(NAME).exists()
    with pytest.raises(ValueError, match="is missing, and the course now has another quiz-09"):
        own.source(NAME)
    assert cli.main(["grade", NAME, "--course", str(own.path)]) == 1


def test_on_a_hub_the_instructors_course_keeps_it_too(own, monkeypatch):
    monkeypatch.setattr(hub, "assignments_dir", course.preparation.assignments_dir)
    before = everything(own, "source")
    (note,) = course.prepare(own.path, hub._sources(), quizzes=False)
    assert "this class's quiz" in say(note) and everything(own, "source") == before


@pytest.fixture
def unused(tmp_path, monkeypatch):
    """A class's course in which nothing was released yet."""
    earlier.use(monkeypatch, earlier.course_of_then(tmp_path / "then"))
    own = Course(tmp_path / "teaching")
    course.prepare(own.path, teaching=True)
    earlier.use(monkeypatch, earlier.course_of_now(tmp_path / "now"))
    return own


def title(own, name):
    notebook = json.loads((own.own_source(name) / f"{name}.ipynb").read_text("utf-8"))
    return notebook["metadata"]["crossroads"]["title"]


def test_where_nothing_was_released_the_quizzes_get_their_new_names(unused):
    assert course.prepare(unused.path, teaching=True) == []
    assert title(unused, "quiz-09") == "Quiz 9: Roads to the sea"
    assert title(unused, "quiz-12") == "Quiz 12: Mapping the argument"
    assert unused.sources().keys() == {"quiz-09", "quiz-12"}
    assert course.prepare(unused.path, teaching=True) == []


def test_a_source_that_a_teacher_changed_keeps_its_name(unused):
    path = unused.own_source(NAME) / f"{NAME}.ipynb"
    path.write_text(path.read_text("utf-8").replace("Quiz 9: Mapping", "Our quiz: Mapping"))
    mine = path.read_bytes()
    (note,) = course.prepare(unused.path, teaching=True)
    assert "this class's quiz of lesson 12" in say(note)
    assert path.read_bytes() == mine and not unused.own_source("quiz-12").exists()


def test_a_new_class_s_course_has_both_quizzes(tmp_path, monkeypatch):
    earlier.use(monkeypatch, earlier.course_of_now(tmp_path / "now"))
    own = Course(tmp_path / "teaching")
    assert course.prepare(own.path, teaching=True) == []
    assert renumbering.kept(own) == {} and own.sources().keys() == {"quiz-09", "quiz-12"}
