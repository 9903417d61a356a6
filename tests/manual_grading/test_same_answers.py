"""Answers with the same text, marked together and pointed out where their marks differ."""

import json
import random
import shutil
from pathlib import Path

import pytest
from desks import record
from graders import make_course, marks_in

from crossroads.cli import main
from crossroads.grading import shared_work
from crossroads.grading.shared_work import Copied
from crossroads.manual_grading import alike, dashboard_page, marking, same_answers
from crossroads.manual_grading.marking_desk import MarkingDesk

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME = "quiz-01"
CLAIM = (
    "The article says that trade grew because the corridor opened, but it gives one year only and "
    "no source, so the claim is not supported."
)


def grouped(**texts):
    made = {name: same_answers.words(text) for name, text in texts.items()}
    return [group.parts for group in same_answers.groups(made)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It isn't causal.", "it isn’t  CAUSAL"),
        ("**Causal**, not more", "Causal not more!"),
        ("> quoted words", "quoted words"),
        ("Ещё раз: нет.", "еще раз — нет"),
        ("نمی‌شود", "نمی\u200cشود."),
        ("ﬁve ½", "five 1⁄2"),
    ],
)
def test_what_only_looks_different_is_the_same(one, other):
    assert same_answers.words(one) == same_answers.words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x > 3", "x < 3"),
        ("-5", "5"),
        ("3.5", "35"),
        ("1,000", "1.000"),
        ("25 %", "25"),
        ("कि", "की"),  # marks of letters are no word's end
        ("👍", "👎"),
        ("не растёт", "растёт"),
    ],
)
def test_what_means_something_else_is_not_the_same(one, other):
    assert same_answers.words(one) != same_answers.words(other)


def test_nearly_the_same_is_one_word_in_ten_but_no_number_and_no_negation():
    rose = CLAIM.replace("grew", "rose")
    assert grouped(a=CLAIM, b=rose, c=CLAIM.upper()) == [(("a", "c"), ("b",))]
    for other in (
        CLAIM.replace("not supported", "supported"),
        CLAIM.replace("no source", "a source"),
        CLAIM.replace("not supported", "well supported"),
        CLAIM + " See 2013.",
        "Not my words. " + CLAIM[:60],
    ):
        assert grouped(a=CLAIM, b=other) == [], other
    # The same words in another order, with another meaning.
    assert not grouped(
        a="Russia sells more energy to Tajikistan than Tajikistan sells to Russia",
        b="Tajikistan sells more energy to Russia than Russia sells to Tajikistan",
    )


def test_short_answers_are_the_same_or_not():
    assert grouped(a="Exports rose", b="exports rose.", c="Imports rose") == [(("a", "b"),)]
    assert grouped(a="", b=" ", c="...") == []
    (group,) = same_answers.groups({n: same_answers.words("yes") for n in "ab"})
    assert group.is_short


def test_a_chain_of_small_changes_is_no_group():
    words = [f"word{chr(97 + n)}" for n in range(24)]
    texts = {}
    for step in range(12):
        texts[f"s{step:02}"] = (*(f"new{chr(97 + n)}" for n in range(step)), *words[step:])
    found = same_answers.groups(texts)
    assert not any({"s00", "s11"} <= set(group.answers) for group in found)


def test_a_thousand_answers_that_quote_the_question_are_not_compared_with_each_other():
    lot = random.Random(7)
    words = ["".join(lot.choices("abcdefgh", k=6)) for _ in range(2000)]
    quoted = lot.choices(words, k=70)
    texts = {str(n): (*quoted, *lot.choices(words, k=50)) for n in range(1000)}
    base = lot.choices(words, k=120)
    texts |= {f"b{n}": (*base[:60], f"{words[n]}x", *base[61:]) for n in range(500)}
    (group,) = same_answers.groups(texts)
    assert sorted(group.answers) == sorted(f"b{n}" for n in range(500))


def test_what_differs_is_shown_with_the_words_around_it():
    other = CLAIM.replace("the corridor opened", "duties fell")
    assert same_answers.different(CLAIM, other)[1] == "duties fell,"
    assert same_answers.different("a b c", "A, b") == ("A, b", "", "")


# -- in a course -----------------------------------------------------------------------------------

TEXTS = {
    "ann": "Causal, but no source.",
    "bob": "causal but NO source",
    "cy": "Causal, but *no* source!",
    "dan": "Something else altogether.",
    "eve": CLAIM,
    "fay": CLAIM.replace("grew", "rose"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("same"), NAME)
    record(root, NAME, TEXTS)
    return root


@pytest.fixture
def course(graded, tmp_path):
    return Path(shutil.copytree(graded, tmp_path / "course"))


def open_at(course, student):
    """A desk at a student's answer, and what saves a mark of 8 points there."""
    (item,) = marking.written(course, NAME)
    desk, told = MarkingDesk(course, quiz=NAME), []
    desk.send = told.append
    code = marking.code(NAME, "q15", student)
    while desk.state["answer"]["code"] != code:
        desk._receive(None, {"do": "go", "by": 1}, [])
    levels = {one.name: 2.0 for one in marking.rubric(course, item)}

    def save(also):
        asked = {"do": "save", "code": code, "levels": levels, "comment": "", "also": also}
        desk._receive(None, asked, [])
        return told[-1]

    return desk, save


def test_one_mark_goes_to_all_with_the_same_text_and_others_are_asked_for(course, capsys):
    desk, save = open_at(course, "ann")
    (choice,) = desk.state["alike"]
    assert choice["chosen"] and len(choice["codes"]) == 2
    assert choice["words"] == "2 more with the same text, not marked yet"
    assert "short" in desk.state["alike_said"]
    assert not any(name in json.dumps(desk.state["alike"]) for name in TEXTS)
    assert save(choice["codes"])["said"] == "Saved for 3 answers: 8 of 12 points."
    assert [marks_in(course, s)["q15"][1] for s in ("ann", "bob", "cy", "dan")] == [8, 8, 8, None]
    assert desk.state["marked"] == 3

    desk, save = open_at(course, "eve")
    (near,) = desk.state["alike"]
    assert not near["chosen"] and near["differs"][1] == "rose"
    save([])
    assert marks_in(course, "fay")["q15"][1] is None

    # Another mark for the same text is pointed out: at the desk, and to a teacher by name.
    (item,) = marking.written(course, NAME)
    other = {one.name: 1.0 for one in marking.rubric(course, item)}
    marking.save(course, item, "cy", marking.mark(marking.rubric(course, item), other))
    desk, _ = open_at(course, "ann")
    assert "different marks: 8 and 4 points" in desk.state["alike_said"]
    assert main(["marking", NAME, "--same", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert "ann, bob, cy: “Causal, but no source.”" in said and "eve" not in said
    assert "Different marks: ann 8, bob 8, cy 4." in said and "Short: many students may" in said
    board = dashboard_page.board(course, NAME)["html"]
    assert "Different marks: ann 8, bob 8, cy 4." in board and "studied together" in board
    assert "studied together" not in dashboard_page.board(course)["html"], (
        "only of one that is open"
    )


def test_a_mark_goes_to_nobody_whose_text_has_changed(course):
    desk, save = open_at(course, "ann")
    path = course / "autograded" / "bob" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text("utf-8").replace("causal but NO source", "I changed my mind"))
    assert "no longer alike" in save(desk.state["alike"][0]["codes"])["said"]
    assert marks_in(course, "ann")["q15"][1] is None


def test_a_group_that_handed_in_once_has_one_text_and_the_question_s_own_words_are_nobody_s(course):
    shared_work.write(course, NAME, "bob", Copied("ann", "x"))
    found = alike.same_texts(course, NAME)
    assert [row.students for row in found] == [("ann", "cy")]
    path = course / "release" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    (cell,) = [
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "q15"
    ]
    cell["source"] = ["Causal, but no source.\n", "causal, but *no* source!"]
    path.write_text(json.dumps(notebook))
    # Whoever has only the released text wrote nothing that could be the same.
    assert alike.same_texts(course, NAME) == []
