"""The readers' test: options without their questions, and how often the key is picked."""

import random

import pytest
from quizzes import assignments, items

from crossroads.assignments import lesson_checks, options_alone
from crossroads.cli import main
from crossroads.lessons.notebooks import lessons_dir

ITEMS = [item for folder in assignments() for item in items(folder)]
SINGLE = [item for item in ITEMS if item.kind == "single"]


def filled_in(seed, choose):
    """A sheet as somebody fills it in who chooses so."""
    blind = options_alone.sheet(ITEMS, seed)
    return f"Sheet {seed}\n" + "".join(f"{one.code}: {choose(one)}\n" for one in blind)


def test_a_sheet_has_every_option_and_no_question():
    blind = {one.code: one for one in options_alone.sheet(ITEMS, 1)}
    assert blind.keys() == {item.code for item in SINGLE}
    text = options_alone.as_text(list(blind.values()), 1)
    for item in SINGLE:
        one = blind[item.code]
        assert sorted(one.options.values()) == sorted(item.options.values())
        assert one.options[one.key] == item.options[item.call()["key"]]
        assert all(option in text for option in item.options.values())
        assert item.question[:60] not in text
    again = {one.code: one.key for one in options_alone.sheet(ITEMS, 2)}
    assert again != {code: one.key for code, one in blind.items()}


def test_who_picks_the_key_and_who_guesses_are_told_apart():
    knows = options_alone.picks(filled_in(1, lambda one: one.key))
    dice = random.Random(5)
    guess = options_alone.picks(filled_in(2, lambda one: dice.choice([*one.options])))
    right = options_alone.results(ITEMS, [knows])
    assert (right["right"] == 1).all() and (right["readers"] == 1).all()
    guessed = options_alone.results(ITEMS, [guess])
    assert 0.1 < guessed["right"].mean() < 0.45
    both = options_alone.results(ITEMS, [knows, guess])
    assert list(both["right"]) == list(right["right"] + guessed["right"])
    assert f"All: {both['right'].sum() / both['readers'].sum():.0%}; guessing gives 25%" in (
        options_alone.result_words(both)
    )


@pytest.mark.parametrize(
    "line",
    ["quiz-01/q1: b", "  QUIZ-01/q1 = B", "quiz-01/q1 (b)", "quiz-01/q1;b;", "quiz-01/q1\tb."],
)
def test_a_pick_is_read_as_people_write_it(line):
    assert options_alone.picks(f"﻿sheet 4\n{line}\n   a. Bread\n".lstrip("﻿")) == (
        4,
        {"quiz-01/q1": "b"},
    )


def test_the_command_prints_a_sheet_and_counts_what_came_back(tmp_path, capsys):
    course = f"--course={tmp_path}"
    assert main(["items", "--lesson", "1", "--options-alone", "7", course]) == 0
    sheet = capsys.readouterr().out
    keys = {one.code: one.key for one in options_alone.sheet(ITEMS, 7)}
    path = tmp_path / "anna.txt"
    for code, key in keys.items():
        sheet = sheet.replace(f"{code}:", f"{code}: {key}")
    path.write_text(sheet)
    assert main(["items", "--picked", str(path), course]) == 0
    said = capsys.readouterr().out
    assert "quiz-01: 100%" in said and "quiz-01/q1 was picked right by 1 of 1 readers" in said
    assert "quiz-02" not in said
    path.write_text("quiz-01/q1: b\n")
    assert main(["items", "--picked", str(path), course]) == 1
    assert "needs the line 'Sheet NUMBER'" in capsys.readouterr().err
    path.write_text("Sheet 7\nnothing\n")
    assert main(["items", "--picked", str(path), course]) == 1


def test_self_checks_of_lessons_are_read_without_their_questions(tmp_path, capsys):
    asked = ["items", "--self-checks", "--lesson", "3", "--kind", "single"]
    assert main([*asked, "--options-alone", "2"]) == 0
    text = capsys.readouterr().out
    checks = [c for c in lesson_checks.read(lessons_dir() / "checks", 3) if c.kind == "single"]
    assert all(o in text for c in checks for o in c.options.values())
    assert not any(c.question in text for c in checks)
    for one in options_alone.sheet(checks, 2):
        text = text.replace(f"{one.code}:", f"{one.code}: {one.key}")
    path = tmp_path / "ben.txt"
    path.write_text(text)
    assert main([*asked, "--picked", str(path)]) == 0
    assert f"lesson-03: 100% of {len(checks)} questions" in capsys.readouterr().out
    assert main(asked) == 1
    assert "--self-checks needs --cues" in capsys.readouterr().err
