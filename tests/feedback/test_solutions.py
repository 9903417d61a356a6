"""Solutions for students: all keys with their reasons, and not while somebody may submit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from graders import ITEMS, NAME, QUIET, make_course
from quizzes import one_line

from crossroads.cli import main
from crossroads.course import Course
from crossroads.feedback import solutions
from crossroads.feedback.quiz import sheet
from crossroads.grading.late_penalties import Rule
from crossroads.questions.kinds import AS_DATA

pytestmark = QUIET
NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("solutions"))


@pytest.fixture(scope="module")
def quiz(course):
    return sheet(course, NAME, keys=True)


def words(html):
    return one_line(BeautifulSoup(html, "html.parser").get_text(" "))


def test_each_question_has_what_is_right_and_every_reason(quiz):
    page = solutions.page(quiz)
    sections = BeautifulSoup(page, "html.parser").select("section")
    assert len(sections) == len(ITEMS)
    said = words(page)
    asked = [item for item in ITEMS if item.kind in AS_DATA]
    reasons = [r for i in asked if isinstance(w := i.call()["why"], dict) for r in w.values()]
    assert len(reasons) > 20
    plain = said.replace("`", "")
    for reason in reasons:
        assert plain.count(one_line(reason).replace("`", "").replace("*", "")) == 1
    assert "HIDDEN TESTS" not in page and "cr.answers" not in page
    for criterion in quiz.rubrics["q15"]:
        assert all(one_line(text) in said for text in criterion.levels.values())


def test_each_copy_of_a_quiz_with_drawn_values_has_its_own_answers(tmp_path):
    course = make_course(tmp_path / "course", "quiz-03")
    own = sheet(course, "quiz-03", keys=True)
    varying = [item for item in own.items if item.varies]
    assert varying
    first, last = (
        {name: values[at] for item in varying for name, values in item.draw.items()}
        for at in (0, -1)
    )
    own = replace(own, drawn={"ann": first, "ben": last})
    assert words(solutions.page(own, "ann")) != words(solutions.page(own, "ben"))
    assert "For ann" in words(solutions.page(own, "ann"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, "has no deadline"),
        (Rule(), "has no deadline"),
        (Rule(due=NOW + timedelta(minutes=1)), "until 2027-02-01 12:01"),
        (Rule(due=NOW - timedelta(1), extensions={"ann": NOW + timedelta(2)}), "until 2027-02-03"),
        (Rule(due=NOW - timedelta(1), extensions={"ann": NOW - timedelta(hours=1)}), ""),
    ],
)
def test_who_may_still_hand_in_is_asked_first(quiz, rule, said):
    why = solutions.why_not_yet(replace(quiz, rule=rule), NOW)
    assert said in why if said else not why


def test_the_command_refuses_and_says_how_to_do_it_all_the_same(course, capsys):
    asked = ["solutions", NAME, "--course", str(course)]
    assert main(asked) == 1
    assert "has no deadline" in capsys.readouterr().err
    assert main([*asked, "--now"]) == 0
    path = Course(course).place("exports") / f"{NAME}-solutions.html"
    assert str(path) in capsys.readouterr().out and "What is right" in path.read_text("utf-8")
