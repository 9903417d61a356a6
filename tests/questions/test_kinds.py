"""Each kind of answer by one rule: in quizzes, in self-checks, and as an outcome that is data."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from crossroads import i18n
from crossroads.assignments import bank
from crossroads.lessons.items import read_items
from crossroads.questions import answers, kinds, old_messages
from crossroads.questions.item import Item
from crossroads.questions.outcome import NotYet, Outcome, outcome_of
from crossroads.questions.self_check import mark

TREE = Path(__file__).parents[2]
CHECKS = [
    item
    for path in sorted((TREE / "lessons" / "checks").glob("*.yml"))
    for item in read_items(path).values()
    if item.kind == "number"
]
QUIZZES = [
    item
    for path in sorted((TREE / "assignments").glob("quiz-*"))
    for item in bank.read(path)
    if item.kind == "number"
]
WHY = {"a": "Because of a.", "b": "Because of b.", "c": "Because of c."}


def edges(key, tolerance):
    """The numbers at a tolerance's edges, and those a little beyond, as people type them."""
    middle, width = Decimal(str(key)), Decimal(str(tolerance))
    step = Decimal("0.0001") * max(abs(middle), 1)
    return [str(middle - width), str(middle + width)], [
        str(middle - width - step),
        str(middle + width + step),
    ]


def in_both(typed, key, tolerance, unit):
    """Whether a number is right in a quiz, and in a self-check."""
    item = Item("01-x", "L1.1", "number", "?", "So.", answer=key, tolerance=tolerance, unit=unit)
    try:
        quiz = answers.number(typed, key, tolerance, 1, unit=unit) == 1
    except NotYet:
        quiz = False
    return quiz, mark(item, typed).state == "right"


def one_rule(key, tolerance, unit):
    within, beyond = edges(key, tolerance)
    assert [in_both(typed, key, tolerance, unit) for typed in within] == [(True, True)] * 2
    assert [in_both(typed, key, tolerance, unit) for typed in beyond] == [(False, False)] * 2


def test_the_edge_of_a_tolerance_counts_in_quizzes_and_self_checks_alike():
    assert 25.1 - 25 > 0.1
    one_rule(25.0, 0.1, "%")


@pytest.mark.parametrize("item", CHECKS, ids=lambda item: item.id)
def test_the_edges_of_every_self_check_are_right_everywhere(item):
    one_rule(item.answer, item.tolerance, item.unit)


@pytest.mark.parametrize("item", QUIZZES, ids=lambda item: item.code)
def test_the_edges_of_every_quiz_question_are_right_everywhere(item):
    call = item.call()
    key, tolerance = float(call["key"]), call["tolerance"]
    item_ = Item("01-x", "L1.1", "number", "?", "So.", answer=key, tolerance=tolerance)
    for given in (key - tolerance, key + tolerance):
        assert answers.number(given, key, tolerance, 1) == 1
        assert mark(item_, given).state == "right"


# -- outcomes --------------------------------------------------------------------------------------

PAIRS = {"key": {"1": "a", "2": "b"}, "why": {"1": "One.", "2": "Two."}, "options": "abc"}
CALLS = {
    "single": {"key": "b", "why": WHY},
    "multiple": {"key": "bc", "why": WHY},
    "order": {"key": ["c", "a", "b"], "why": "So."},
    "match": PAIRS,
    "number": {"key": 25.0, "tolerance": 0.1, "unit": "%", "why": "So.", "slips": {2.5: "Ten."}},
}
CASES = [
    ("single", "b", "right", "b", 1, (), ()),
    ("single", "a", "wrong", "a", 0, ("a",), ("b",)),
    ("single", "z", "malformed", None, 0, (), ()),
    ("single", None, "unanswered", None, 0, (), ()),
    ("multiple", {"b"}, "partly", ["b"], 0.5, (), ("c",)),
    ("multiple", {"a", "b"}, "partly", ["a", "b"], 0, ("a",), ("c",)),
    ("multiple", {"a"}, "wrong", ["a"], 0, ("a",), ("b", "c")),
    ("order", "cab", "right", ["c", "a", "b"], 1, (), ()),
    ("order", "cba", "partly", ["c", "b", "a"], 1 / 3, ("b", "a"), ()),
    ("order", "bac", "wrong", ["b", "a", "c"], 0, ("b", "c"), ()),
    ("match", {"1": "b"}, "wrong", {"1": "b"}, 0, ("1",), ("2",)),
    ("match", {"1": "a"}, "partly", {"1": "a"}, 0.5, (), ("2",)),
    ("number", "25,1 %", "right", 25.1, 1, (), ()),
    ("number", 2.5, "wrong", 2.5, 0, (), ()),
    ("number", "many", "malformed", None, 0, (), ()),
]


def outcome(kind, answer):
    try:
        return kinds.score(kind, answer, CALLS[kind])
    except NotYet as problem:
        return outcome_of(problem)


@pytest.mark.parametrize("kind, answer, code, read, share, wrong, missing", CASES)
def test_an_outcome_is_data(kind, answer, code, read, share, wrong, missing):
    found = outcome(kind, answer)
    assert (found.kind, found.code, found.answer) == (kind, code, read)
    assert found.share == pytest.approx(share)
    assert (found.wrong, found.missing) == (wrong, missing)
    kept = Outcome.read(json.loads(json.dumps(found.data())))
    assert kept == found
    assert kinds.say(kept, CALLS[kind]) == kinds.say(found, CALLS[kind])


@pytest.mark.parametrize("kind, answer", [case[:2] for case in CASES])
def test_what_a_test_says_is_said_of_the_outcome(kind, answer, capsys):
    call = dict(CALLS[kind])
    positional = [call.pop("key"), call.pop("tolerance")] if kind == "number" else [call.pop("key")]
    if kind != "number":
        positional.append(call.pop("why"))
    try:
        result = getattr(answers, kind)(answer, *positional, 2, **call)
        said = capsys.readouterr().out
    except NotYet as problem:
        result, said = problem, str(problem)
    found = outcome_of(result)
    assert found == outcome(kind, answer)
    assert " ".join(said.split()) == " ".join("\n".join(kinds.say(found, CALLS[kind])).split())


@pytest.mark.parametrize(
    "data",
    [None, {}, [], {"kind": "x"}, {"code": "right"}, {**Outcome("x", "right").data(), "y": 1}],
)
def test_what_is_no_outcome_is_refused(data):
    with pytest.raises(ValueError, match="no outcome"):
        Outcome.read(data)


def test_points_with_an_outcome_are_points():
    earned = answers.single("b", "b", WHY, 2)
    assert repr(earned) == "2.0" and earned + 1 == 3
    assert outcome_of(earned).code == "right" and outcome_of(2.0) is None


def test_a_function_s_outcome_has_each_problem_as_data():
    cases = {"two": [2], "none": [0]}
    with pytest.raises(NotYet) as caught:
        answers.function(lambda n: n + 1, lambda n: 2 * n, cases, 1)
    problems = caught.value.outcome.facts["problems"]
    assert [(p["case"], p["problem"]) for p in problems] == [("two", "value"), ("none", "value")]
    with pytest.raises(NotYet) as caught:
        answers.function(None, abs, cases, 1)
    assert caught.value.outcome.code == "unanswered"


# -- results that were kept before -----------------------------------------------------------------


@pytest.mark.parametrize("kind, answer", [c[:2] for c in CASES if c[3] is not None])
def test_an_old_message_tells_how_an_answer_was_read(kind, answer, capsys):
    form = {
        "single": {"one_of": "abc"},
        "multiple": {"some_of": "abc"},
        "order": {"order_of": "abc"},
        "match": {"match": ("12", "abc")},
        "number": {"number": "%"},
    }[kind]
    answers.expect(answer, **form)
    old = old_messages.read(capsys.readouterr().out, 0, 1, kind, "%")
    assert outcome(kind, old.answer) == outcome(kind, answer)


def test_an_old_message_of_no_answer_is_known_in_every_language(monkeypatch):
    for code in i18n.languages():
        monkeypatch.setenv(i18n.VARIABLE, code)
        with pytest.raises(NotYet) as caught:
            answers.single(None, "b", WHY, 1)
        said = str(caught.value)
        monkeypatch.delenv(i18n.VARIABLE)
        assert old_messages.read(said, 0, 1).code == "unanswered"
    assert old_messages.read("You chose a, which is right.", 1, 1).code == "right"
    assert old_messages.read("", None, 1) is None
