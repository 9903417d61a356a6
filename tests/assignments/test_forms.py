"""Forms of a quiz: the same blueprint, other questions; common ones are the same to the letter."""

import re

import nbformat
import pytest
from quizzes import ASSIGNMENTS, assignments, is_form, items, read

from crossroads import study
from crossroads.cli import main
from crossroads.course import Course, prepare, quiz_forms
from crossroads.report import beside
from crossroads.study import attempts

FORMS = [folder for folder in assignments() if is_form(folder)]
QUIZZES = [f for f in assignments() if f.name.startswith("quiz-") and not is_form(f)]
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda folder: folder.name)


def pair(form):
    """A form's questions, and those of form A, by id."""
    own = ASSIGNMENTS / quiz_forms.base(form.name, {folder.name for folder in assignments()})
    return {i.id: i for i in items(own)}, {i.id: i for i in items(form)}


def test_every_quiz_has_a_form_b():
    assert [folder.name for folder in FORMS] == [f"{folder.name}-b" for folder in QUIZZES]


def material(item):
    """The lines that make a question this one: without how to answer, and without the rubric."""
    lines = [line.strip() for line in item.stem.splitlines()[1:]]
    if item.by_hand:
        return {line for line in lines if line.startswith(">") and len(line) > 30}
    return {line for line in lines if len(line) > 30 and not re.match(r"- \*\*[a-z]\.", line)}


@each_form
def test_a_form_has_the_blueprint_of_its_quiz(form):
    a, b = pair(form)
    about = [
        [(i.id, i.kind, i.objective, i.bloom, i.points) for i in own.values()] for own in (a, b)
    ]
    assert about[0] == about[1]
    assert read(form).metadata.crossroads.form == "B"
    assert "form B" in read(form).cells[0].source


@each_form
def test_some_questions_are_common_and_the_others_are_other_questions(form):
    a, b = pair(form)
    common = beside.shared({"A": [*a.values()], "B": [*b.values()]})
    assert {i.id for i in a.values() if i.kind == "code"} <= set(common)
    assert len(common) <= len(a) / 3
    for id_ in b.keys() - common:
        lines = [material(own[id_]) for own in (a, b)]
        assert lines[0] != lines[1], f"{id_} is the question of form A"
        assert len(lines[0] & lines[1]) <= len(lines[1]) / 2, f"{id_} is nearly that of form A"


def test_what_is_called_like_a_form_of_no_quiz_is_none():
    known = {"quiz-03", "quiz-03-b", "essay-b", "quiz-03-retake"}
    assert quiz_forms.base("quiz-03-b", known) == "quiz-03"
    assert [quiz_forms.letter(n, known) for n in sorted(known)] == ["A", "A", "B", "A"]
    assert quiz_forms.forms("quiz-03-b", known) == ["quiz-03", "quiz-03-b"]
    assert quiz_forms.named("quiz-03", " b ") == "quiz-03-b" and quiz_forms.named("q", "A") == "q"
    with pytest.raises(ValueError, match="one letter"):
        quiz_forms.named("quiz-03", "../x")


def test_a_learner_begins_a_form_when_they_ask_for_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    own = Course(tmp_path)
    assert own.quiz("quiz-03").is_file() and not own.quiz("quiz-03-b").exists()
    assert "quiz-03-b" not in attempts.sources(tmp_path)
    command = ["variant", "quiz-03", "--form", "b", f"--course={tmp_path}"]
    assert main(command) == 0
    assert "form B of quiz-03, with other questions" in capsys.readouterr().out
    begun = nbformat.read(own.quiz("quiz-03-b"), 4)
    assert "HIDDEN TESTS" not in str(begun) and begun.metadata.crossroads.form == "B"
    assert "quiz-03-b" in attempts.sources(tmp_path)
    assert "quiz-03-b" in study.quizzes().html
    assert main(["variant", "quiz-99", "--form", "B", f"--course={tmp_path}"]) == 1
