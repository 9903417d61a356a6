"""Graded answers: what a line may look like, what it earns, and what a student is told."""

import logging
import math
import sys
import warnings
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from pretenders import Parrot

from crossroads.questions import answers
from crossroads.questions.answers import NotYet, compare, expect

WHY = {"a": "Because of a.", "b": "Because of b.", "c": "Because of c.", "d": "Because of d."}


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


# -- reading an answer line -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", ["b", "B ", " b. ", "(b)", '"b"', ["b"], ("b",), {"b"}, np.str_("b")]
)
def test_one_option_in_many_hands(answer):
    assert answers.read_single(answer, "abcd") == "b"


@pytest.mark.parametrize(
    "answer, message",
    [
        (None, "There is no answer yet. Type one of a, b, c in quotes"),
        ("  ", "There is no answer yet."),
        ("e", "'e' is not one of the options."),
        ({"a", "b"}, "This answer needs one option. You gave 2."),
        (2.5, "An option is written as a letter in quotes, not as a number."),
        ([None], "There is no answer yet."),
        (True, "not as True or False."),
        ("x" * 10_000, "xxx' is not one of the options."),
    ],
)
def test_a_line_that_is_no_option_is_explained(answer, message):
    with pytest.raises(NotYet) as caught:
        answers.read_single(answer, "abc")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "answer", [{"a", "d"}, ["d", "a"], "a, d", "ad", "A d", "{a, d}", ("a", "D."), "a,d,a"]
)
def test_several_options_in_many_hands(answer):
    assert answers.read_several(answer, "abcd") == {"a", "d"}


@pytest.mark.parametrize("answer", ["b", "B.", {"b"}])
def test_several_options_may_be_one(answer):
    assert answers.read_several(answer, "abcd") == {"b"}


@pytest.mark.parametrize("answer", [["c", "a", "b"], ("C", "a ", "b."), "c, a, b", "cab"])
def test_an_order_in_many_hands(answer):
    assert answers.read_order(answer, "abc") == ["c", "a", "b"]


@pytest.mark.parametrize(
    "answer, message",
    [
        ({"a", "b", "c"}, "What is in braces { } has no order."),
        (["a", "b"], "Each letter is needed exactly once."),
        (["a", "b", "b"], "Each letter is needed exactly once."),
        (["a", None, "b"], "Each letter is needed exactly once."),
        (7, "This answer needs several letters. You gave a number."),
    ],
)
def test_a_line_that_is_no_order_is_explained(answer, message):
    with pytest.raises(NotYet, match=message):
        answers.read_order(answer, "abc")


def test_pairs_are_read_and_open_ones_stay_open():
    pairs = answers.read_match({1: "B", "2": None, " 3": "a "}, ("123", "ab"))
    assert pairs == {"1": "b", "3": "a"}


def test_strange_pairs_are_named():
    with pytest.raises(NotYet, match="'7', 'z': not among the items."):
        answers.read_match({"7": "a", "1": "z"}, ("123", "ab"))
    with pytest.raises(NotYet, match="This answer needs a dictionary. You gave a list."):
        answers.read_match(["a"], ("123", "ab"))


@pytest.mark.parametrize(
    "answer",
    [
        *(37.5, "37.5", " 37.5 % ", "37.5%", np.float32(37.5), np.array(37.5), Decimal("37.5")),
        *(Fraction(75, 2), pd.Series([37.5]), pd.Index([37.5]), pd.Series([37.5])[0]),
    ],
)
def test_a_number_in_many_hands(answer):
    assert answers.read_number(answer, "%") == 37.5


def test_zero_is_a_number_and_a_long_minus_is_a_minus():
    assert answers.read_number(0) == 0
    assert answers.read_number("−3 MW", "MW") == -3


@pytest.mark.parametrize(
    "answer, message",
    [
        ("many", "'many' is not a number."),
        (True, "You gave True or False"),
        (math.nan, "nan is not a number that can be compared."),
        (10**400, "inf is not a number that can be compared."),
        (1j, "You gave a complex number."),
        (pd.Series([1, 2]), "You gave a column."),
        (pd.NA, "You gave an object of type NAType"),
    ],
)
def test_a_line_that_is_no_number_is_explained(answer, message):
    with pytest.raises(NotYet, match=message):
        answers.read_number(answer)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=2), inner, max_size=4)
        | st.frozensets(st.text(max_size=2), max_size=4)
    ),
    max_leaves=8,
)


@given(anything)
def test_any_value_is_read_or_explained(value):
    readers = [
        lambda: answers.single(value, "b", WHY, 1),
        lambda: answers.multiple(value, "bc", WHY, 1),
        lambda: answers.order(value, "bca", "why", 1),
        lambda: answers.match(value, {"1": "a", "2": "b"}, {"1": "x", "2": "y"}, 1, options="abc"),
        lambda: answers.number(value, 2.5, 0.1, 1),
        lambda: answers.function(value, lambda: 1, {"nothing": []}, 1),
    ]
    for read in readers:
        try:
            assert 0 < read() <= 1
        except NotYet as problem:
            assert str(problem)


# -- what a student sees before submitting --------------------------------------------------------


@pytest.mark.parametrize(
    "answer, form, line",
    [
        ("B", {"one_of": "abc"}, "Your answer: b"),
        ("da", {"some_of": "abcd"}, "Your answer: a, d"),
        ("cab", {"order_of": "abc"}, "Your order: c, a, b"),
        ({"2": "a", "1": "b"}, {"match": ("12", "abc")}, "Your pairs: 1 with b, 2 with a"),
        ({"2": "a"}, {"match": ("12", "abc")}, "Your pairs: 2 with a No partner yet for 1."),
        ("37.9 %", {"number": "%"}, "Your number: 37.9 %"),
        (1234567.0, {"number": ""}, "Your number: 1234567"),
        (len, {"function": {"a list": [[1]]}}, "With a list, it runs and returns a number."),
    ],
)
def test_the_check_says_how_a_line_was_read(answer, form, line, capsys):
    assert expect(answer, **form) is None
    assert said(capsys) == line


def test_the_check_needs_a_form():
    with pytest.raises(TypeError, match="one form"):
        expect("a")


def test_a_message_replaces_the_traceback_in_a_notebook(capsys, monkeypatch):
    # Of another environment IPython warns.
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    shell = InteractiveShell.instance()
    try:
        long = "word " * 60
        shell.run_cell(f"from crossroads.questions.answers import NotYet\nraise NotYet({long!r})")
    finally:
        InteractiveShell.clear_instance()
    shown = capsys.readouterr().out
    assert "Traceback" not in shown and "NotYet" not in shown
    assert shown.count("word") == 60
    assert max(map(len, shown.splitlines())) <= answers.LINE


# -- scoring --------------------------------------------------------------------------------------


def test_a_single_choice_earns_all_or_nothing(capsys):
    assert answers.single("B ", "b", WHY, 2) == 2
    assert said(capsys) == "You chose b, which is right. Because of b."
    with pytest.raises(NotYet, match="^You chose a, which is not right. Because of a.$"):
        answers.single("a", "b", WHY, 2)


@given(st.sets(st.sampled_from("abcd"), min_size=1), st.sets(st.sampled_from("abcd"), min_size=1))
def test_a_choice_of_several_never_falls_below_zero_nor_rises_above_all(chosen, key):
    wanted = max(0, (len(chosen & key) - len(chosen - key)) / len(key))
    try:
        assert answers.multiple(chosen, key, WHY, 4) == pytest.approx(4 * wanted, abs=0.005)
    except NotYet:
        assert wanted == 0


def test_a_choice_of_several_explains_what_was_chosen_and_what_was_left_out(capsys):
    assert answers.multiple({"a", "b", "c"}, "bcd", WHY, 3) == 1
    assert said(capsys) == (
        "You chose a, which does not fit. Because of a. You chose b, which fits. Because of b. "
        "You chose c, which fits. Because of c. You missed d, which fits. Because of d."
    )


@given(st.permutations("abcde"))
def test_an_order_scores_kendalls_tau_cut_at_zero(given_order):
    place = {code: i for i, code in enumerate(given_order)}
    tau = sum(1 if place[a] < place[b] else -1 for a, b in combinations("abcde", 2)) / 10
    try:
        assert answers.order(given_order, "abcde", "why", 10) == pytest.approx(10 * tau)
    except NotYet:
        assert tau <= 0


def test_a_partner_that_nobody_has_costs_one_pair_and_no_more(capsys):
    key, why = {"1": "a", "2": "b"}, {"1": "One.", "2": "Two."}
    assert answers.match({"1": "a", "2": "c"}, key, why, 4, options="abc") == 2
    assert said(capsys) == "1 of 2 pairs are right. 2 (you: c): Two."
    assert answers.match({"1": "a"}, key, why, 4, options="abc") == 2
    assert "2 (you: no partner)" in said(capsys)


def test_a_number_at_the_very_edge_of_the_tolerance_counts(capsys):
    assert 37.2 - 37.1 > 0.1
    assert answers.number(37.2, 37.1, 0.1, 2, unit="%") == 2
    assert said(capsys) == "You wrote 37.2 %, which is right."
    with pytest.raises(NotYet, match="^You wrote 37.3 %, which is not right. Divide by all.$"):
        answers.number(37.3, 37.1, 0.1, 2, unit="%", why="Divide by all.")


def test_zero_is_zero():
    assert answers.number(0, 0.0, 0, 1) == 1
    with pytest.raises(NotYet, match="You wrote 1e-05"):
        answers.number(1e-5, 0.0, 0, 1)


def test_a_large_number_is_shown_in_full():
    with pytest.raises(NotYet, match="You wrote 8330000001 USD,"):
        answers.number(8_330_000_001, 1, 0.1, 1, unit="USD")


def test_a_typical_slip_is_explained():
    with pytest.raises(NotYet, match="not right. That is a part of 1.$"):
        answers.number(0.371, 37.1, 0.1, 1, slips={0.371: "That is a part of 1.", 3.71: "No."})


# -- functions ------------------------------------------------------------------------------------

TABLE = pd.DataFrame({"kind": ["x", "y", "x"], "n": [1, 2, 3]})
OTHER = pd.DataFrame({"kind": ["y", "x"], "n": [5, 7]})


def total(table):
    return table.loc[table["kind"] == "x", "n"].sum()


def score(function, reference=total, points=2):
    return answers.function(function, reference, {"a": [TABLE], "b": [OTHER]}, points)


def test_a_function_right_in_every_case_earns_all(capsys):
    assert score(lambda t: float(t.query("kind == 'x'").n.sum())) == 2
    assert said(capsys) == "It returns what the task describes."


def test_a_result_typed_in_for_one_case_earns_nothing():
    with pytest.raises(NotYet, match="^With b: The value is 4, which is not what"):
        score(lambda t: 4)


def test_a_table_earns_part_marks_by_property(capsys):
    rows = TABLE.__class__.query
    assert score(lambda t: rows(t, "kind == 'x'"), lambda t: t[t.kind == "x"][["n"]], 3) == 2
    assert "With a: The columns differ. Not asked for: kind." in said(capsys)
    assert score(lambda t: t[["n"]], lambda t: t[t.kind == "x"][["n"]], 3) == 1
    assert "With b: The table has 2 rows; it should have 1." in said(capsys)


def test_a_form_alone_earns_nothing():
    with pytest.raises(NotYet, match="This answer needs a number. You gave a table."):
        score(lambda t: t)
    with pytest.raises(NotYet, match="With a: The value is 99"):
        score(lambda t: 99)


@pytest.mark.parametrize(
    "function, message",
    [
        (None, "There is no answer yet."),
        (4, "This answer needs a function. You gave a number."),
        (lambda t: None, "With a, it returned nothing. Does it end with return?"),
        (lambda t: t["knd"], "With a, it stopped: KeyError: 'knd'"),
        (lambda: 1, "takes 0 positional arguments but 1 was given"),
        (lambda t: sys.exit(), "With a, it stopped: SystemExit"),
        (lambda t: int("x" * 999), "it stopped: ValueError: invalid literal"),
    ],
)
def test_a_function_that_fails_is_explained(function, message):
    with pytest.raises(NotYet) as caught:
        score(function)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 600


def template(table):
    """Give back the sum."""
    result = None
    return result


def dots(table): ...


def only_passes(table):
    pass


@pytest.mark.parametrize("function", [template, dots, only_passes])
def test_a_template_that_was_left_as_it_is_is_unanswered(function):
    for ask in (score, lambda f: expect(f, function={"a": [TABLE]})):
        with pytest.raises(NotYet, match="There is no answer yet.") as caught:
            ask(function)
        assert caught.value.outcome.code == "unanswered"
        assert "return" not in str(caught.value)


def forgot(table):
    result = table["n"].sum()  # noqa: F841


def prints(table):
    print("n")


@pytest.mark.parametrize("function", [forgot, prints])
def test_a_function_that_does_something_is_asked_for_its_return(function):
    with pytest.raises(NotYet, match="Does it end with return"):
        score(function)


def test_a_function_may_change_its_own_copy_only():
    table = {"list": [TABLE.copy()]}

    def greedy(rows):
        rows[0]["n"] = 0
        rows.clear()
        return 1

    with pytest.raises(NotYet):
        answers.function(greedy, lambda rows: rows[0]["n"].sum(), {"a": [table["list"]]}, 1)
    assert table["list"][0]["n"].tolist() == [1, 2, 3]


def test_noise_of_a_students_code_reaches_neither_stderr_nor_the_page(capsys):
    handler = logging.StreamHandler(sys.stderr)
    logging.getLogger("mine").addHandler(handler)

    def noisy(table):
        warnings.warn("old", stacklevel=1)
        logging.getLogger("mine").warning("noise")
        print("here", file=sys.stderr)
        print("debug")
        return total(table)

    try:
        assert score(noisy) == 2
        expect(noisy, function={"a": [TABLE]})
    finally:
        logging.getLogger("mine").removeHandler(handler)
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "debug" not in captured.out
    assert logging.root.manager.disable == logging.NOTSET


# -- comparing ------------------------------------------------------------------------------------


def fits(got, wanted):
    return all(p.holds for p in compare(got, wanted))


@pytest.mark.parametrize(
    "got",
    [
        TABLE.iloc[::-1],
        TABLE[["n", "kind"]],
        TABLE.set_index("kind"),
        TABLE.set_index(["kind", "n"]),
        TABLE.set_index("n", drop=False)[["kind", "n"]],
        TABLE.astype({"n": "float32"}),
        TABLE.astype({"kind": "category", "n": "Int64"}),
        TABLE.astype({"kind": object}),
        TABLE.rename(index={0: 9}).reset_index(),
        TABLE.assign(kind=[" x", "y ", "x"]),
        TABLE.assign(n=[1 + 1e-9, 2, 3 - 1e-12]),
        TABLE.set_index("kind")["n"],
    ],
    ids=range(12),
)
def test_a_table_made_in_another_way_is_the_same(got):
    assert fits(got, TABLE)


def test_a_missing_value_is_missing_in_every_dress():
    wanted = pd.DataFrame({"a": ["x", None], "b": [np.nan, 1.0]})
    for a in (None, np.nan, pd.NA):
        for b in (None, pd.NA, float("nan")):
            got = pd.DataFrame({"a": ["x", a], "b": [b, 1]}, dtype=object)
            assert fits(got, wanted)
            assert fits(wanted, got)
    assert not fits(wanted.fillna({"b": 0}), wanted)


def test_true_in_a_cell_is_one():
    wanted = pd.DataFrame({"late": [True, False], "n": [1, 2]})
    assert fits(wanted.astype({"late": int}), wanted)
    assert fits(wanted.astype({"late": "boolean"}).iloc[::-1], wanted)
    assert fits(wanted.astype({"late": object}), wanted)


def test_noise_of_floats_does_not_change_the_order_of_rows():
    wanted = pd.DataFrame({"x": [0.3, 0.3], "y": ["a", "b"]})
    assert fits(pd.DataFrame({"x": [0.1 + 0.2, 0.3], "y": ["a", "b"]}), wanted)
    assert fits(pd.DataFrame({"x": [0.3, 0.1 + 0.2], "y": ["b", "a"]}), wanted)


@pytest.mark.parametrize(
    "got, message",
    [
        (TABLE[["n"]], "The columns differ. Missing: kind."),
        (TABLE.assign(z=1), "The columns differ. Not asked for: z."),
        (pd.concat([TABLE, TABLE["n"]], axis=1), "The columns differ. Twice: n."),
        (TABLE.head(2), "The table has 2 rows; it should have 3."),
        (TABLE.assign(n=[1, 2, 4]), "The rows don't hold the values that the task describes."),
        ([1, 2], "This answer needs a table. You gave a list."),
        (TABLE.groupby("kind")["kind"].count(), "Twice: kind."),
    ],
)
def test_what_is_wrong_with_a_table_is_named(got, message):
    assert any(message in p.message for p in compare(got, TABLE) if not p.holds)


COUNTS = TABLE["kind"].value_counts()


@pytest.mark.parametrize(
    "got",
    [
        *({"x": 2, "y": 1}, {"y": 1.0, "x": 2}, TABLE.groupby("kind").size()),
        *(COUNTS.reset_index(), COUNTS.to_frame(), TABLE.groupby("kind").n.count()),
    ],
    ids=range(6),
)
def test_a_column_with_labels_is_compared_by_label(got):
    assert fits(got, COUNTS)
    assert not fits(got, {"x": 2, "y": 2})
    assert not fits(got, {"x": 2, "z": 1})


@pytest.mark.parametrize("got", [[1, 3], (1, 3), np.array([1, 3]), pd.Index([1, 3]), [1.0, 3]])
def test_a_column_without_labels_is_a_list(got):
    assert fits(got, TABLE.query("kind == 'x'")["n"])
    assert not fits(got, [3, 1])


def test_a_set_has_no_order_and_a_list_has():
    assert fits(["b", "a"], {"a", "b"}) and fits([1, 2.0], {2, 1})
    assert not fits({"a", "b"}, ["a", "b"])
    assert not fits([["a"]], {"a"})


@pytest.mark.parametrize("wanted", [True, np.True_])
def test_truth_may_come_from_pandas(wanted):
    assert fits(np.bool_(True), wanted) and fits(True, wanted)
    assert not fits(False, wanted)
    assert not fits("True", wanted)


@pytest.mark.parametrize(
    "got, wanted",
    [(4, 4.0), (np.int64(4), 4), ("4", 4), (4, np.float64(4)), (0.1 + 0.2, 0.3), (" a", "a")],
)
def test_one_value_in_many_hands(got, wanted):
    assert fits(got, wanted)


class Chameleon:
    """Says that it equals anything."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        return True


@pytest.mark.parametrize("pretender", [Chameleon(), Parrot("zebra")])
def test_an_object_that_equals_everything_equals_nothing(pretender):
    for wanted in (3, "a", None, True, ["a"], {"a": 1}, {"a"}, pd.Timestamp("2024-01-01")):
        assert not fits(pretender, wanted)
        assert not fits([pretender], [wanted])
    assert not fits(pd.DataFrame({"a": [pretender]}), pd.DataFrame({"a": ["b"]}))
    with pytest.raises(NotYet):
        answers.single(pretender, "b", WHY, 1)


values = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3)
tables = st.lists(st.tuples(values, values), max_size=5).map(
    lambda rows: pd.DataFrame(rows, columns=["a", "b"], dtype=object)
)


@given(tables, st.randoms(use_true_random=False))
def test_a_table_is_the_same_in_any_order_of_rows_and_columns(table, random):
    rows = list(range(len(table)))
    random.shuffle(rows)
    assert fits(table.iloc[rows][["b", "a"]], table)


@given(anything | tables, anything | tables)
def test_comparing_never_fails_and_is_true_of_equals(got, wanted):
    assert isinstance(fits(got, wanted), bool)
    if not isinstance(wanted, float) or math.isfinite(wanted):
        assert fits(wanted, wanted)
