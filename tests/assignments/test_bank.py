"""The bank: listing, showing and combining the questions of all assignments."""

import nbformat
import pytest
from quizzes import ASSIGNMENTS, assignments, items, put_answers

from crossroads.assignments import bank
from crossroads.cli import main
from crossroads.course import release

SOURCES = {folder.name: folder for folder in assignments()}
ITEMS = [item for folder in SOURCES.values() for item in items(folder)]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"objective": ["L1.2"]}, lambda i: i.objective == "L1.2"),
        ({"kind": ["number", "code"]}, lambda i: i.kind in ("number", "code")),
        (
            {"bloom": ["recall"], "lesson": 1},
            lambda i: i.bloom == "recall" and "L1." in i.objective,
        ),
        ({"lesson": 13}, lambda i: i.objective.startswith("L13.")),
        ({}, lambda i: True),
    ],
)
def test_items_are_chosen_by_what_is_asked(asked, fits):
    chosen = bank.choose(ITEMS, **asked)
    assert chosen == [item for item in ITEMS if fits(item)] and chosen


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_is_shown_with_its_key_and_each_explanation(item):
    shown = bank.show(item)
    assert item.stem in shown
    if item.kind in ("single", "multiple"):
        call = item.call()
        assert len(call["why"]) >= 3
        for code, words in call["why"].items():
            assert words in shown
            if code not in call["key"]:
                assert f"{code}. [{call['misconceptions'][code]}]" in shown
    if item.test:
        assert "Key: " in shown or "A solution:" in shown
    else:
        assert "A person marks this." in shown


def test_who_marks_an_item_is_told_by_the_item():
    assert {item.kind for item in ITEMS if item.by_hand} == {"text", "criterion"}
    assert {item.kind for item in ITEMS if item.is_form} == {"form"}


def test_a_new_assignment_is_released_and_marked(tmp_path):
    varying = next(item for item in ITEMS if item.varies)
    codes = ["quiz-01/q14", "quiz-01/q3", "quiz-01/q10", varying.code, "quiz-01/q15"]
    course = tmp_path / "course"
    command = ["items", *codes, "--build", "mix", "--title", "A mix", "--course", str(course)]
    assert main(command) == 0
    folder = course / "source" / "mix"
    built = items(folder)
    assert [item.id for item in built] == ["q1", "q2", "q3", "q4", "q5"]
    chosen = [next(item for item in ITEMS if item.code == code) for code in codes]
    assert [item.points for item in built] == [item.points for item in chosen]
    for item in built:
        if item.test:
            assert item.mark().score == item.points
    copy = release(folder, tmp_path / "workshop")
    assert {p.name for p in copy.parent.iterdir()} == {"mix.ipynb"}
    nb = put_answers(nbformat.read(copy, 4), {item.id: item.answer for item in built})
    nbformat.write(nb, copy)
    assert main(["check", "mix", "--file", str(copy)]) == 0


def test_nothing_is_overwritten(tmp_path, capsys):
    command = ["items", "quiz-01/q1", "--build", "mix", "--course", str(tmp_path)]
    assert main(command) == 0
    before = (tmp_path / "source" / "mix" / "mix.ipynb").read_bytes()
    assert main(command) == 1
    assert "choose another name" in capsys.readouterr().err
    assert (tmp_path / "source" / "mix" / "mix.ipynb").read_bytes() == before


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["items", "quiz-01/q99"], "there is no question quiz-01/q99"),
        (["items", "--kind", "essay", "--build", "mix"], "no items were chosen"),
        (["items", "quiz-01/q1", "--build", "../mix"], "cannot be"),
        (["items", "quiz-01/q10", "quiz-01/q10", "--build", "mix"], "of the same name"),
    ],
)
def test_what_cannot_be_is_said(command, says, tmp_path, capsys):
    assert main([*command, "--course", str(tmp_path)]) == 1
    assert says in capsys.readouterr().err


def test_the_list_has_a_line_for_each_item(tmp_path, capsys):
    assert main(["items", "--lesson", "1", "--course", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    quiz = [*items(ASSIGNMENTS / "quiz-01"), *items(ASSIGNMENTS / "quiz-01-b")]
    assert [line.split()[0] for line in lines[:-1]] == [item.code for item in quiz]
    assert lines[-1] == f"{len(quiz)} of {len(ITEMS)} questions."
