"""Marks that a person adjusts: what is overridden, excused, dropped, curved, or extra credit."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads.grading.adjustments.dropping import WAYS, Drop, Score, course_total, lowest
from crossroads.grading.adjustments.file import parse, resolved
from crossroads.grading.adjustments.overridden import put, put_back
from crossroads.grading.adjustments.rules import EVERYBODY, WHOLE, Curve, Overridden, Rule, adjust
from crossroads.grading.notes import say

POSSIBLE = {"q1": 2.0, "q2": 4.0, "q3": 4.0}
EARNED = {"q1": 2.0, "q2": 1.0, "q3": 3.0}
ILL = {"ann": {WHOLE: "ill"}}


def made(rule, earned=EARNED, off=0.0, student="ann"):
    one = adjust(rule, student, earned, POSSIBLE, off)
    return one.total, one.possible


@pytest.mark.parametrize(
    ("rule", "earned", "off", "total"),
    [
        (Rule(), EARNED, 0, (6, 10)),
        (Rule(), EARNED, 1.5, (4.5, 10)),
        (Rule(), {**EARNED, "q2": None}, 0, (None, 10)),
        # overridden: also what nobody has marked yet
        (Rule({"ann": {"q2": Overridden(4, "why")}}), EARNED, 0, (9, 10)),
        (Rule({"ann": {"q2": Overridden(0, "why")}}), {**EARNED, "q2": None}, 0, (5, 10)),
        (Rule({EVERYBODY: {"q2": Overridden(4, "all")}}), {**EARNED, "q2": None}, 0, (9, 10)),
        (Rule({"ben": {"q2": Overridden(4, "why")}}), EARNED, 0, (6, 10)),
        # excused: neither points nor maximum, and nobody waits for a mark of it
        (Rule(excused={"ann": {"q2": ""}}), EARNED, 0, (5, 6)),
        (Rule(excused={"ann": {"q2": ""}}), {**EARNED, "q2": None}, 0, (5, 6)),
        (Rule(excused={EVERYBODY: {"q2": ""}}), EARNED, 0.5, (4.5, 6)),
        (Rule(excused=ILL), EARNED, 2, (None, 0)),
        (Rule(excused={"ann": dict.fromkeys(POSSIBLE, "ill")}), EARNED, 2, (None, 0)),
        # extra credit: points, and no maximum
        (Rule(extra_credit=frozenset(["q3"])), EARNED, 0, (6, 6)),
        (Rule(extra_credit=frozenset(POSSIBLE)), EARNED, 0, (6, 0)),
        # a curve: at most all points, unless it says so
        (Rule(curve=Curve(1.1, 1)), EARNED, 0, (7.6, 10)),
        (Rule(curve=Curve(2)), EARNED, 0, (10, 10)),
        (Rule(curve=Curve(2)), EARNED, 1, (9, 10)),
        (Rule(curve=Curve(2, at_most=None)), EARNED, 0, (12, 10)),
        (Rule(curve=Curve(2, at_most=1.1)), EARNED, 0, (11, 10)),
        (Rule(curve=Curve(add=-20)), EARNED, 0, (0, 10)),
        # Who is excused from 4 of 10 points gets 6 tenths of what is added.
        (Rule(excused={"ann": {"q2": ""}}, curve=Curve(add=1)), EARNED, 0, (5.6, 6)),
        # Extra credit above all points isn't taken away by a curve that stops there.
        (
            Rule(extra_credit=frozenset(["q3"]), curve=Curve(add=1)),
            {"q1": 2.0, "q2": 4.0, "q3": 4.0},
            0,
            (10, 6),
        ),
    ],
)
def test_marks_come_to_what_the_rules_say(rule, earned, off, total):
    assert made(rule, earned, off) == total


def test_an_overridden_mark_says_what_was_earned():
    rule = Rule({"ann": {"q2": Overridden(4, "both readings are right")}})
    assert adjust(rule, "ann", EARNED, POSSIBLE).overridden == {
        "q2": (1.0, Overridden(4, "both readings are right"))
    }


points = st.integers(0, 8).map(lambda n: n / 2)
marks = st.fixed_dictionaries({item: st.none() | points for item in POSSIBLE})
some = st.sets(st.sampled_from(list(POSSIBLE)))


@given(marks, some, some, st.floats(0.5, 2), st.floats(0, 3), st.floats(0, 5))
def test_no_adjustment_in_favour_lowers_what_counts(earned, excused, extra, scale, add, off):
    """Of what counts: the share of the maximum, before and after."""
    base = Rule(excused={"ann": dict.fromkeys(excused, "")}, extra_credit=frozenset(extra))
    plain = adjust(base, "ann", earned, POSSIBLE, off)
    kinder = Rule({}, base.excused, base.extra_credit, Curve(max(scale, 1), add))
    curved = adjust(kinder, "ann", earned, POSSIBLE, off)
    assert (plain.total is None) == (curved.total is None)
    if plain.total is not None:
        assert curved.total >= plain.total - 0.01
        whole = sum(points for item, points in POSSIBLE.items() if item not in excused)
        assert 0 <= plain.possible <= whole
    for item in excused:
        other = adjust(base, "ann", {**earned, item: None}, POSSIBLE, off)
        assert (other.total, other.possible) == (plain.total, plain.possible), "never as 0"


# -- dropping the lowest ---------------------------------------------------------------------------


def scores(**given):
    return {name: Score(*one) for name, one in given.items()}


#: Canvas's own example: 50 of 50, 65 of 100 and 12 of 24.
CANVAS = scores(a=(50, 50), b=(65, 100), c=(12, 24))


@pytest.mark.parametrize(
    ("by", "gone"),
    [("percent", {"c"}), ("points", {"c"}), ("total", {"b"})],
)
def test_the_lowest_is_by_share_by_points_or_as_canvas_drops(by, gone):
    assert lowest(CANVAS, Drop(1, tuple(CANVAS), by)) == gone


@pytest.mark.parametrize(
    ("given", "total"),
    [
        (scores(a=(1, 10), b=(8, 10)), (8, 10, {"a"})),
        # Of two that are equal the later one.
        (scores(a=(5, 10), b=(5, 10)), (5, 10, {"b"})),
        # What isn't marked may be the lowest: then nobody knows.
        (scores(a=(1, 10), b=(None, 10)), (None, None, None)),
        # Excused and extra credit aren't dropped, and one always stays.
        (scores(a=(0, 0, True), b=(8, 10)), (8, 10, set())),
        (scores(a=(0, 0, True), b=(None, 0, True)), (None, None, set())),
        (scores(a=(1, 10, False, True), b=(8, 10)), (9, 10, set())),
    ],
)
def test_a_total_is_of_what_counts(given, total):
    found = course_total(given, [Drop(1, ("a", "b", "not there"))])
    assert (found.points, found.possible, found.dropped) == total


result = st.tuples(st.integers(0, 20), st.integers(1, 20)).map(lambda t: Score(min(t), t[1]))


@given(st.lists(result, min_size=1, max_size=7), st.integers(1, 8), st.sampled_from(WAYS))
def test_dropping_the_lowest_share_never_lowers_the_total_and_one_stays(given, count, by):
    found = {str(n): one for n, one in enumerate(given)}
    before = course_total(found, []).share
    after = course_total(found, [Drop(count, tuple(found), by)])
    assert len(after.dropped) == min(count, len(given) - 1)
    if by != "points":
        assert after.share >= before - 1e-9
    best = course_total(found, [Drop(count, tuple(found), "total")])
    assert best.share >= after.share - 1e-9, "no other choice gives more"


# -- the file --------------------------------------------------------------------------------------

FORM = """
assignments:
  Quiz-01:
    marks:
      00123:
        q2: {points: "2,5", reason: "the text: allows both"}
    excused:
      ben: ill
      Evening:
        q1: wasn't taught yet
      everybody: {q3: }
    extra_credit: [q3]
    curve: {scale: 1.1, add: 1, at_most: none, reason: long}
drop:
  - lowest: 1
    of: [quiz-01, quiz-02]
"""
QUESTIONS = {"quiz-01": POSSIBLE, "quiz-02": POSSIBLE}
SECTIONS = {"00123": "Evening", "ben": "Evening", "cyd": ""}


def read(text):
    return resolved(parse(text.encode()), QUESTIONS, SECTIONS)[0]


def test_the_file_is_understood_as_it_was_typed():
    own = read(FORM)
    rule = own.of("quiz-01")
    assert rule.overridden_for("00123") == {"q2": Overridden(2.5, "the text: allows both")}
    assert rule.excused_for("00123") == {"q1": "wasn't taught yet", "q3": ""}
    assert rule.excused_for("ben") == {WHOLE: "ill", "q1": "wasn't taught yet", "q3": ""}
    assert rule.excused_for("cyd") == {"q3": ""}
    assert rule.extra_credit == {"q3"} and rule.curve == Curve(1.1, 1, None, "long")
    assert own.drops == (Drop(1, ("quiz-01", "quiz-02")),)
    assert not own.of("quiz-02") and own.drop_of("quiz-02")


def test_lists_without_reasons_and_one_rule_for_dropping_are_understood():
    own = read(
        "assignments:\n  quiz-01:\n    excused: [ben, Evening]\n  quiz-02:\n"
        "    excused: {cyd: [q1, q3], ben: he was ill}\n"
        "drop: {lowest: 1, of: [quiz-01, quiz-02], by: total}\n"
    )
    assert own.of("quiz-01").excused == {"ben": {WHOLE: ""}, "00123": {WHOLE: ""}}
    assert own.of("quiz-02").excused == {"cyd": {"q1": "", "q3": ""}, "ben": {WHOLE: "he was ill"}}
    assert [drop.by for drop in own.drops] == ["total"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("marks:", "mark:", "line 4: Quiz-01: 'mark' is unknown; did you mean marks?"),
        ("  Quiz-01", "  quiz-1", "line 3: 'quiz-1' is not an assignment of this course; did you"),
        ("00123", "0123", "line 5: '0123' is not a student of the roster; did you mean 00123?"),
        (
            "        q2",
            "        q22",
            "line 6: 'q22' is not a question of this assignment; did you",
        ),
        ("[q3]", "[q4]", "line 12: 'q4' is not a question of this assignment; did you mean"),
        ('"2,5"', "5", "line 6: quiz-01: q2 has 0 to 4 points, not 5"),
        ('"2,5"', "-1", "line 6: Quiz-01: marks: 00123: q2: points must be a number from 0"),
        ("the text: allows both", "", "line 6: Quiz-01: marks: 00123: q2 has no reason; write"),
        # As people write reasons: with a colon, with a comma, with a tab before them.
        (
            "ben: ill",
            "ben: note: ill",
            "line 8: this is not valid YAML: a colon within a text; put",
        ),
        (
            '"the text: allows both"',
            "ill, sorry",
            "line 6: Quiz-01: marks: 00123: q2: 'sorry' is unknown; there are points, reason; a "
            "text with a comma in it needs quotes",
        ),
        (
            "      ben: ill",
            "\tben: ill",
            "line 8: this is not valid YAML: a tab; use spaces instead",
        ),
        ("reason: long", "why: long", "line 13: Quiz-01: curve: 'why' is unknown; there are add"),
        ("scale: 1.1, add: 1, ", "", "line 13: Quiz-01: curve needs scale, add or both"),
        ("lowest: 1", "lowest: 2", "line 16: 2 of 2 assignments cannot be dropped: at least one"),
        ("lowest: 1", "lowest: 0.5", "line 15: drop: lowest must be a whole number"),
        ("quiz-02]", "quiz-03]", "line 16: 'quiz-03' is not an assignment of this course; did you"),
        ("    of: [", "    by: point\n    of: [", "line 16: drop: by 'point' is unknown; did you"),
        ("      ben:", "      00123:\n      00123:", "line 9: '00123' appears twice"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_its_line(old, new, why):
    with pytest.raises(ValueError) as error:
        read(FORM.replace(old, new, 1))
    assert str(error.value).startswith(f"adjustments.yml, {why}")


def test_every_wrong_name_is_said_at_once_and_a_student_only_noted_without_a_roster():
    wrong = FORM.replace("00123:", "0123:").replace("ben:", "bem:").replace("[q3]", "[q8]")
    with pytest.raises(ValueError) as error:
        read(wrong)
    assert [part.split(":")[0] for part in str(error.value).splitlines()] == [
        "adjustments.yml, line 5",
        "adjustments.yml, line 8",
        "adjustments.yml, line 12",
    ]
    unsure = parse(wrong.replace("[q8]", "[q3]").encode())
    own, notes = resolved(unsure, QUESTIONS, SECTIONS, whole=False)
    assert [note.values["name"] for note in notes] == ["0123", "bem"]
    assert "line 5: '0123' is not a student of the roster" in say(notes[0])
    assert own.of("quiz-01").overridden_for("0123")


# -- nbgrader's column for a person's mark ---------------------------------------------------------


@dataclass
class Row:
    """A row of nbgrader's gradebook."""

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool


row = st.builds(
    lambda auto, manual: Row(auto, manual, auto is None and manual is None),
    *[st.none() | points] * 2,
)


@given(st.dictionaries(st.sampled_from("abc"), row), st.data())
def test_what_stood_in_the_gradebook_comes_back_and_a_person_s_new_mark_stays(rows, data):
    before = {who: replace(one) for who, one in rows.items()}
    table, kept = {(who, "q1"): one for who, one in rows.items()}, {}
    for _ in range(data.draw(st.integers(1, 3))):
        whom = data.draw(st.sets(st.sampled_from("abcd")))
        wanted = {who: {"q1": Overridden(data.draw(points), "why")} for who in whom}
        put_back(table, kept)
        kept = put(table, wanted)
        assert kept.keys() == whom & rows.keys()
        for who in kept:
            assert rows[who].manual_score == wanted[who]["q1"].points
            assert not rows[who].needs_manual_grade
    given_since = data.draw(st.sets(st.sampled_from(sorted(rows)))) if rows else set()
    for who in given_since:
        rows[who].manual_score, rows[who].needs_manual_grade = 99.0, False
    put_back(table, kept)
    for who, one in rows.items():
        assert one == (
            Row(before[who].auto_score, 99.0, False) if who in given_since else before[who]
        )
