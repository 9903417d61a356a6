"""Item analysis against published numbers, against numbers worked out anew, and on any class."""

import itertools
import math
import random
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crossroads import item_analysis
from crossroads.questions.kinds import CHOICE

# Law School Admission Test, section 6: of 1000 people, how many gave each pattern of right and
# wrong answers to five items, 00000 first (Bock and Lieberman 1970, Psychometrika 35).
PATTERNS = (
    *(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15),
    *(10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298),
)


@cache
def law_school():
    patterns = itertools.product([0.0, 1.0], repeat=5)
    rows = [p for p, count in zip(patterns, PATTERNS, strict=True) for _ in range(count)]
    return pd.DataFrame(rows, columns=[f"q{i}" for i in range(1, 6)])


def about(frame, **more):
    items = pd.DataFrame(index=pd.Index(frame.columns, name="item"))
    return items.assign(**{"kind": "single", "objective": "L1.1", "points": 1.0, **more})


def answered(points):
    return points.isna().astype("boolean")


# -- published results -----------------------------------------------------------------------------


def test_the_published_analysis_of_the_law_school_test_comes_out():
    """As descript() of R's ltm prints it (Rizopoulos 2006, J Stat Softw 17)."""
    points = law_school()
    assert list(item_analysis.difficulty(points, about(points))["share"]) == pytest.approx(
        [0.924, 0.709, 0.553, 0.763, 0.870]
    )
    found = item_analysis.discrimination(points, about(points))
    assert list(found["r"]) == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)
    whole = item_analysis.reliability(points)
    assert (whole.n, whole.items) == (1000, 5)
    assert whole.alpha == pytest.approx(0.2950, abs=5e-5)
    assert whole.sem == pytest.approx(whole.sd * math.sqrt(1 - whole.alpha))


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_newcombes(right, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    assert item_analysis.wilson(right / n, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("alpha", "n", "k", "low", "high", "digits"),
    [
        # The documented example of pingouin's cronbach_alpha, and that of statpsych's ci.cronbach.
        (0.732660835214447, 12, 11, 0.435, 0.909, 3),
        (0.85, 89, 7, 0.7971, 0.8932, 4),
    ],
)
def test_the_interval_of_alpha_is_that_of_other_packages(alpha, n, k, low, high, digits):
    assert [round(x, digits) for x in item_analysis.feldt(alpha, n, k)] == [low, high]


@pytest.mark.parametrize(
    ("p", "d1", "d2", "value"),
    [(0.95, 1, 1, 161.4), (0.95, 5, 10, 3.33), (0.975, 10, 20, 2.77), (0.99, 3, 30, 4.51)],
)
def test_quantiles_of_f_are_those_of_the_printed_tables(p, d1, d2, value):
    assert item_analysis.f_quantile(p, d1, d2) == pytest.approx(value, rel=0.002)


@pytest.mark.parametrize(("d1", "d2"), [(29, 406), (4, 12), (1999, 28_000)])
def test_quantiles_of_f_enclose_the_share_that_they_should(d1, d2):
    """The density, added up in small steps."""
    low, high = (item_analysis.f_quantile(p, d1, d2) for p in (0.025, 0.975))
    x = np.linspace(low, high, 200_001)
    log = (
        (math.lgamma((d1 + d2) / 2) - math.lgamma(d1 / 2) - math.lgamma(d2 / 2))
        + d1 / 2 * math.log(d1 / d2)
        + (d1 / 2 - 1) * np.log(x)
        - (d1 + d2) / 2 * np.log1p(d1 * x / d2)
    )
    assert np.trapezoid(np.exp(log), x) == pytest.approx(0.95, abs=1e-6)


def test_the_interval_of_a_correlation_is_fishers():
    low, high = item_analysis.fisher(0.5, 28)
    half = 1.959964 / 5
    assert math.atanh(low) == pytest.approx(math.atanh(0.5) - half)
    assert math.atanh(high) == pytest.approx(math.atanh(0.5) + half)
    assert all(map(math.isnan, item_analysis.fisher(1.0, 28)))


# -- any class -------------------------------------------------------------------------------------


@st.composite
def classes(draw, least=1):
    """A class's points, some of them missing, out of 3 points a question."""
    n, k = draw(st.integers(least, 16)), draw(st.integers(2, 6))
    mark = st.one_of(st.just(math.nan), *[st.just(float(p)) for p in (0, 1, 2, 3)])
    marks = [[draw(mark) for _ in range(k)] for _ in range(n)]
    names = [f"s{i}" for i in range(n)]
    return pd.DataFrame(marks, index=names, columns=[f"q{i}" for i in range(1, k + 1)])


def everything(points):
    items = about(points, points=3.0)
    blank = answered(points)
    apart = item_analysis.discrimination(points, items)
    return [
        item_analysis.difficulty(points, items),
        apart.drop(columns="note"),
        item_analysis.nonresponse(blank),
        item_analysis.distribution(points, items),
        item_analysis.class_mastery(item_analysis.mastery(points, items)),
        pd.Series(vars(item_analysis.reliability(points))),
    ]


#: Two items without any relation: alpha is 0, but for rounding.
UNRELATED = pd.DataFrame(
    {"q1": [0.0, 0, 0, 1, 1, 1, 2, 2, 2], "q2": [0.0, 1, 2, 0, 1, 2, 0, 1, 2]},
    index=[f"s{i}" for i in range(9)],
)


@given(classes(), st.randoms(use_true_random=False))
@example(UNRELATED, random.Random(1))
@example(UNRELATED * 1.1, random.Random(2))
def test_the_order_of_the_students_changes_nothing(points, chance):
    names = list(points.index)
    chance.shuffle(names)
    for one, other in zip(everything(points), everything(points.loc[names]), strict=True):
        assert np.allclose(one.astype(float), other.astype(float), equal_nan=True)


@given(classes())
def test_intervals_hold_what_they_are_of_and_stay_in_range(points):
    items = about(points, points=3.0)
    easy = item_analysis.difficulty(points, items).dropna()
    assert ((easy["low"] >= 0) & (easy["high"] <= 1) & (easy["low"] < easy["high"])).all()
    assert easy["share"].between(easy["low"] - 1e-9, easy["high"] + 1e-9).all()
    apart = item_analysis.discrimination(points, items)
    assert ((apart["r"].notna()) | (apart["note"] != "")).all(), "what is missing is explained"
    shown = apart.dropna(subset=["low"])
    assert shown["r"].between(shown["low"], shown["high"]).all()
    assert not len(shown) or shown["n"].min() >= 5


@given(classes(least=5), st.sampled_from([0.0, 1.0, 3.0]))
def test_a_question_with_the_same_points_for_all_has_no_discrimination_and_says_so(points, same):
    points = points.fillna(0.0)
    points["q1"] = same
    row = item_analysis.discrimination(points, about(points, points=3.0)).loc["q1"]
    assert math.isnan(row["r"]) and row["note"] == "undefined: everybody has the same points"


def test_the_numbers_are_those_worked_out_with_numpy():
    chance = np.random.default_rng(3)
    ability = chance.normal(size=(40, 1))
    raw = np.clip(np.round(2 + ability + chance.normal(size=(40, 7))), 0, 4)
    points = pd.DataFrame(raw, columns=[f"q{i}" for i in range(1, 8)])
    found = item_analysis.discrimination(points, about(points, points=4.0))
    whole = raw.sum(1)
    for i in range(7):
        others = whole - raw[:, i]
        assert found["r"].iloc[i] == pytest.approx(np.corrcoef(raw[:, i], others)[0, 1])
        place = np.array([(others < o).sum() + (others == o).sum() / 2 for o in others]) / 40
        share = raw[:, i] / 4
        gap = share[place > 0.73].mean() - share[place < 0.27].mean()
        assert found["upper_lower"].iloc[i] == pytest.approx(gap)
    covariance = np.cov(raw.T)
    alpha = 7 / 6 * (1 - np.trace(covariance) / covariance.sum())
    assert item_analysis.reliability(points).alpha == pytest.approx(alpha)


def test_missing_is_missing():
    points = law_school().iloc[::40].reset_index(drop=True).astype(float)
    items = about(points)
    gone = points.copy()
    gone.loc[0] = math.nan  # a student who is held
    gone.loc[1, "q5"] = math.nan  # one with an answer to be marked
    easy = item_analysis.difficulty(gone, items)
    assert list(easy["n"]) == [24, 24, 24, 24, 23]
    assert easy["share"]["q1"] == pytest.approx(points["q1"].iloc[1:].mean())
    assert item_analysis.reliability(gone) == item_analysis.reliability(points.iloc[2:])
    one = item_analysis.mastery(gone, items).set_index("student_id")
    assert math.isnan(one["share"][0]) and pd.isna(one["mastered"][0])
    assert one["possible"][1] == 4 and one["waiting"][1] == 1


def test_a_written_answer_that_waits_is_set_aside_though_blanks_have_their_zero():
    points = law_school().iloc[::40].reset_index(drop=True).assign(q6=math.nan)
    points.loc[:3, "q6"] = 0.0
    items = about(points, objective=[*["L1.1"] * 5, "L1.2"])
    assert item_analysis.difficulty(points, items)["n"]["q6"] == 0
    row = item_analysis.discrimination(points, items).loc["q6"]
    assert row["note"] == "not marked yet for at least half of the students"
    assert item_analysis.reliability(points) == item_analysis.reliability(points.drop(columns="q6"))
    assert "L1.2" not in item_analysis.class_mastery(item_analysis.mastery(points, items)).index


def test_small_classes_get_words_and_no_numbers():
    points = law_school().sample(8, random_state=4)
    items = about(points)
    four = item_analysis.discrimination(points.iloc[:4], items)
    assert four["r"].isna().all() and four["note"].str.contains("at least 5").all()
    assert math.isnan(item_analysis.reliability(points.iloc[:4]).alpha)
    eight = item_analysis.discrimination(points, items)
    assert eight["upper_lower"].isna().all()
    shown = options_of(points, ["a", "b"] * 4)
    assert shown[list(item_analysis.THIRDS)].isna().all(axis=None)


# -- order, blanks, options ------------------------------------------------------------------------


def test_blanks_after_the_last_answer_are_not_reached_and_others_left_out():
    blank = pd.DataFrame(
        [[0, 1, 0, 1, 1], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [1, 1, 1, 1, 1]],
        columns=[f"q{i}" for i in range(1, 6)],
    ).astype("boolean")
    found = item_analysis.nonresponse(blank)
    assert list(found["left_out"]) == [0.25, 0.25, 0, 0, 0]
    assert list(found["not_reached"]) == [0.25, 0.25, 0.25, 0.5, 0.75]
    blank["q4"] = pd.NA  # a part that a person marks, with no cell of its own
    found = item_analysis.nonresponse(blank)
    assert found["n"]["q4"] == 0 and found["not_reached"]["q5"] == 0.75


def test_a_quiz_that_gets_harder_and_emptier_shows_it():
    names = [f"q{i}" for i in range(1, 9)]
    easy = pd.DataFrame({"share": np.linspace(0.9, 0.2, 8)}, index=names)
    ends = pd.DataFrame({"left_out": 0.0, "not_reached": np.arange(8) ** 2 / 64}, index=names)
    found = item_analysis.time_order(easy, ends)
    assert list(found["r"]) == pytest.approx([-1, 1])
    easy["share"] = [0.3, 0.8, 0.5, 0.9, 0.2, 0.7, 0.4, 0.6]
    row = item_analysis.time_order(easy, ends * 0).loc["share"]
    d = np.array([2, 7, 4, 8, 1, 6, 3, 5]) - np.arange(1, 9)
    assert row["r"] == pytest.approx(1 - 6 * (d**2).sum() / (8 * 63))
    assert row["low"] < row["r"] < row["high"]
    assert math.isnan(item_analysis.time_order(easy, ends * 0).loc["blank", "r"])


def options_of(points, letters, key="b", names=""):
    item = points.columns[0]
    options = pd.DataFrame({"item": item, "option": list("abcd"), "text": "text"})
    options["in_key"] = options["option"].isin(list(key))
    options["misconception"] = [f"{names}{o}" if names else "" for o in options["option"]]
    chosen = pd.DataFrame({item: letters}, index=points.index, dtype=object)
    return item_analysis.option_frequencies(points, answered(points), chosen, options)


def planted(letters, key="b", n=30, **more):
    """A question with these letters beside nine that rank the class from weak to strong."""
    right = [float(set(x) == set(key)) for x in letters]
    ranks = {f"q{i}": [float(s * 10 // n >= i) for s in range(n)] for i in range(2, 11)}
    points = pd.DataFrame({"q1": right, **ranks}, index=[f"s{s}" for s in range(n)])
    items = about(points, **more)
    frequencies = options_of(points, letters, key, "slip ")
    return item_analysis.to_look_at(
        items,
        item_analysis.difficulty(points, items),
        item_analysis.discrimination(points, items),
        frequencies,
        item_analysis.nonresponse(answered(points)),
    )


def signs(found):
    return set(found.loc[found["item"] == "q1", "sign"])


def test_a_sound_question_has_no_sign():
    assert not signs(planted(list("acdacdacdab" + "bacdb" + "bbbbabbbbbbbbb")))


def test_a_wrong_key_is_found():
    """The strong choose d, which isn't the key; the weak choose anything."""
    found = planted(list("abcbabcbabcbbcaddabd" + "d" * 10))
    assert signs(found) >= {"wrong key", "negative"}
    (words,) = found.loc[found["sign"] == "wrong key", "reason"]
    assert "d (slip d)" in words and words.count("100") == 1
    both = planted(["ac", "a", "bc", "c", "ad"] * 4 + ["bd"] * 10, key="ab")
    assert "wrong key" in signs(both)


@pytest.mark.parametrize(
    ("more", "check"),
    [
        ({}, "Check its key and its wording."),
        ({"by_hand": False}, "Check its key and its wording."),
        ({"by_hand": True}, "Check its rubric."),
    ],
)
def test_what_a_person_marks_has_no_key_to_check(more, check):
    found = planted(list("abcbabcbabcbbcaddabd" + "d" * 10), **more)
    (words,) = found.loc[found["sign"] == "negative", "reason"]
    assert words.endswith(check)


def test_an_unused_option_is_found_but_not_in_a_small_class():
    letters = list("acaacaacaab" + "bacab" + "bbbbabbbbbbbbb")
    found = planted(letters)
    assert signs(found) == {"unused option"}
    assert found["reason"].iloc[0].startswith("None of 30 students chose d (slip d)")
    assert not signs(planted(letters[::2], n=15))


def test_a_question_that_is_too_easy_or_too_hard_is_found():
    assert "too easy" in signs(planted(list("acd" + "b" * 27)))
    assert "too easy" in signs(planted(["b"] * 30))
    assert "too hard" in signs(planted(list("acd" * 9 + "bbb")))


def test_blanks_are_found():
    names = [f"q{i}" for i in range(1, 4)]
    blank = pd.DataFrame(False, index=range(10), columns=names).astype("boolean")
    blank.loc[:2, "q1"] = True
    blank.loc[:3, "q3"] = True
    points = pd.DataFrame(1.0, index=range(10), columns=names)
    points.iloc[:5] = 0.0
    items = about(points)
    none = pd.DataFrame(columns=["item", "option", "in_key", "count", "n"])
    found = item_analysis.to_look_at(
        items,
        item_analysis.difficulty(points, items),
        item_analysis.discrimination(points, items),
        none,
        item_analysis.nonresponse(blank),
    )
    assert list(zip(found["item"], found["sign"], strict=True)) == [
        ("q1", "skipped"),
        ("q3", "not reached"),
    ]


@given(st.lists(st.sampled_from(["a", "b", "c", "", "?"]), min_size=9, max_size=20))
def test_every_student_is_in_exactly_one_row_of_a_single_choice(given_):
    n = len(given_)
    points = pd.DataFrame({"q1": 1.0, "q2": np.arange(n, dtype=float)}, index=range(n))
    letters = [x if x in "abc" and x else math.nan for x in given_]
    chosen = pd.DataFrame({"q1": letters}, dtype=object)
    blank = pd.DataFrame({"q1": [x == "" for x in given_], "q2": False}).astype("boolean")
    options = pd.DataFrame({"item": "q1", "option": list("abc"), "text": "", "in_key": False})
    found = item_analysis.option_frequencies(
        points, blank, chosen, options.assign(misconception="")
    )
    assert found["count"].sum() == n and (found["n"] == n).all()
    for column in ("share", *item_analysis.THIRDS):
        assert found[column].sum() == pytest.approx(1)


# -- another key -----------------------------------------------------------------------------------


def test_points_under_a_key_follow_the_published_rules():
    chosen = pd.Series(["b", "c", "bc", math.nan, math.nan], dtype=object)
    blank = pd.Series([False, False, False, True, False], dtype="boolean")

    def points(kind, *key):
        found = item_analysis.marked(chosen, blank, CHOICE[kind].share, *key)
        return [None if pd.isna(p) else p for p in found]

    assert points("single", "b", 2)[:2] == [2, 0]
    assert points("single", "bc", 2)[:2] == [2, 2]
    assert points("multiple", "bc", 2) == [1, 1, 2, 0, None]
    assert points("multiple", "abc", 2) == [0.67, 0.67, 1.33, 0, None]
    assert points("multiple", "d", 2) == [0, 0, 0, 0, None]
    assert points("single", "all", 2) == [2, 2, 2, 2, 2]


def test_what_a_person_gave_stays_and_what_waits_waits():
    points = pd.DataFrame({"q1": [0.0, 1.0, 0.0, math.nan, 0.0]}, index=list("abcde"))
    chosen = pd.DataFrame({"q1": ["b", "b", "c", "b", math.nan]}, index=points.index, dtype=object)
    blank = pd.DataFrame({"q1": [False] * 5}, index=points.index).astype("boolean")
    items = about(points, key="a")
    share = {"single": CHOICE["single"].share}
    after, changes = item_analysis.rekeyed(points, blank, chosen, items, {"q1": "b"}, share)
    assert list(after["q1"].fillna(-1)) == [1, 1, 0, -1, 0]
    assert points["q1"]["a"] == 0, "the points given are left as they are"
    told = changes.set_index("student_id")["note"]
    assert told["a"] == "" and told["b"] == "marked by a person: stays"
    assert "only grading again can show" in told["e"] and set(told.index) == set("abe")
