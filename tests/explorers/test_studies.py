"""The study weigher: sorting studies, and taking trials together."""

import dataclasses
import json
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import studies
from crossroads.explorers.studies import DESIGNS, NEAR, POOLS, WEIGHTS, Choices

IDS = list(cr.load("exchange_studies")["id"])
some_choices = st.builds(
    Choices,
    show=st.sampled_from(list(studies.VIEWS)),
    study=st.sampled_from(IDS),
    design=st.dictionaries(st.sampled_from(IDS), st.sampled_from(list(DESIGNS))),
    near=st.dictionaries(st.sampled_from(IDS), st.sampled_from(list(NEAR))),
    compare=st.booleans(),
    pool=st.sampled_from(list(POOLS)),
    weigh=st.sampled_from(list(WEIGHTS)),
    without_largest=st.booleans(),
)


# -- studies


def test_a_study_stands_in_the_grid_when_both_judgements_are_made():
    half = studies.sorted_by({"S02": "random"}, {})
    assert not half.to_numpy().sum()
    whole = studies.sorted_by({"S02": "random"}, {"S02": "far"})
    assert whole.at["random", "far"] == ["Paluck and others 2019"]


def test_one_judgement_alone_is_shown_with_the_study():
    assert words(studies.view(Choices())).count("not answered yet") == 2
    shown = words(studies.view(Choices(design={"S01": "random"})))
    assert shown.count("not answered yet") == 1
    assert shown.count(DESIGNS["random"]) == 2


def test_in_the_course_s_own_grid_nothing_is_both_drawn_by_lot_and_near():
    grid = studies.sorted_by(*studies.course())
    assert sum(len(cell) for cell in grid.to_numpy().ravel()) == len(IDS) == 17
    assert grid.at["random", "near"] == []
    assert (grid.map(len) == 0).to_numpy().sum() == 4, "the lesson counts the empty fields"
    assert grid.at["random", "far"] and grid.at["comparison", "near"]


def test_the_course_s_judgement_shows_only_when_asked_for():
    theirs = "The course's judgement of all the studies"
    assert theirs not in words(studies.view(Choices()))
    assert theirs in words(studies.view(Choices(compare=True)))


def test_agreement_counts_what_was_judged():
    design, near = studies.course()
    some = IDS[:4]
    other = "far" if near[some[3]] == "near" else "near"
    choices = Choices(
        design={i: design[i] for i in some},
        near={i: near[i] for i in some[:3]} | {some[3]: other},
        compare=True,
    )
    assert studies.describe(choices) == (
        "You have judged 4 of 17 studies. Of these 4 studies, your answer is the same as "
        "the course's: 4 times for the design, and 3 times for how near it is to our question."
    )


def test_every_study_can_be_reached_and_is_shown_whole():
    steps = studies.controls(Choices())[0]
    assert [code for code, _ in steps["options"]] == IDS
    for row in cr.load("exchange_studies").to_dict("records"):
        shown = words(studies.view(Choices(study=row["id"])))
        assert row["found"] in shown and row["limit"] in shown and row["study"] in shown
    assert studies.current(Choices(study="S99")) == IDS[0]


def test_what_was_weighed_is_there_again_next_time(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    first = cr.study_weigher()
    first.choices = {**first.choices, "design": {"S01": "correlation"}}
    assert cr.study_weigher().choices["design"] == {"S01": "correlation"}
    assert cr.study_weigher("trials").choices["design"] == {}


# -- trials


def test_equal_weights_are_the_plain_mean():
    found = studies.trials(Choices())
    together = studies.average(found, "equal")
    effects = cr.load("contact_trials")["d"].tolist()
    assert together.trials == len(effects) == 27
    assert together.mean == pytest.approx(mean(effects))
    half = 1.96 * stdev(effects) / sqrt(27)
    assert (together.low, together.high) == pytest.approx(
        (mean(effects) - half, mean(effects) + half)
    )


def test_random_effects_by_hand_for_two_trials():
    # d 0 and 0.4, errors 0.1 each: Q = 8, C = 100, between = 0.07, weights equal.
    frame = pd.DataFrame({"d": [0.0, 0.4], "se_d": [0.1, 0.1]})
    together = studies.average(frame, "random")
    assert together.mean == pytest.approx(0.2)
    assert together.high - together.mean == pytest.approx(1.96 * sqrt((0.01 + 0.07) / 2))


def test_trials_that_agree_are_weighed_by_their_errors_alone():
    frame = pd.DataFrame({"d": [0.1, 0.2], "se_d": [0.1, 0.2]})
    assert studies.average(frame, "random").mean == pytest.approx((0.1 * 100 + 0.2 * 25) / 125)


def test_less_than_two_trials_give_no_average():
    frame = studies.trials(Choices()).head(1)
    assert studies.average(frame, "random") is None
    assert studies.average(frame.head(0), "equal") is None


@pytest.mark.parametrize(
    "pool, count", [("all", 27), ("planned", 3), ("unplanned", 24), ("foreigners", 2)]
)
def test_the_pools_hold_what_they_say(pool, count):
    assert len(studies.trials(Choices(pool=pool))) == count


def test_small_and_large_are_by_people():
    assert (studies.trials(Choices(pool="small"))["people"] < 100).all()
    assert (studies.trials(Choices(pool="large"))["people"] >= 400).all()
    without = studies.trials(Choices(without_largest=True))
    assert len(without) == 26 and without["d"].max() < 2
    assert len(studies.trials(Choices(pool="planned", without_largest=True))) == 2


def test_the_table_holds_the_chart_s_numbers():
    choices = Choices(show="trials", pool="planned")
    html = studies.view(choices)
    shown = words(html)
    for row in studies.trials(choices).itertuples():
        assert row.study in shown
        assert f"{row.d:.2f}" in shown
    assert "All of these together" in html
    assert "The interval contains zero" in studies.describe(choices)
    assert "The interval contains zero" not in studies.describe(Choices(show="trials"))


@given(some_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    html = studies.view(choices)
    Text(html)
    assert "nan" not in words(html).lower().split()
    assert studies.describe(choices).endswith(".")
    for control in studies.controls(choices):
        assert control["label"].strip() and hasattr(choices, control["field"])


def test_choices_are_frozen_and_an_unknown_view_is_named():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().pool = "all"
    with pytest.raises(ValueError, match="no view 'meta'.*studies, trials"):
        cr.study_weigher("meta")
    assert "27 trials" in cr.study_weigher("trials").sentence


# -- the figures in the lesson


LESSON = Path(__file__).parents[2] / "lessons" / "10-students-across-borders.ipynb"


def test_the_averages_that_the_lesson_quotes_are_those_of_the_trials():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    found = {pool: studies.average(studies.trials(Choices(pool=pool)), "random") for pool in POOLS}
    every = found["all"]
    quoted = [
        f"The {every.trials} trials give an average effect of {every.mean:.2f} standard deviations",
        f"an interval from {every.low:.2f} to {every.high:.2f}",
        f"a plan fixed beforehand average {found['planned'].mean:.2f}",
        f"fewer than 100 people average {found['small'].mean:.2f}, those with 400 or more "
        f"{found['large'].mean:.2f} ({studies._signed(found['large'].low)} to ",
        f"about foreigners ({found['foreigners'].mean:.2f})",
        f"The mean is {studies.average(studies.trials(Choices()), 'equal').mean:.2f} here",
    ]
    assert [words_ for words_ in quoted if words_ not in text] == []
    notes = (LESSON.parents[1] / "docs" / "teacher" / "10.md").read_text("utf-8")
    for each in found.values():
        if each is not found["unplanned"]:
            assert f"{studies._signed(each.low)} to {studies._signed(each.high)}" in notes
    assert found["planned"].trials == 3
    assert found["foreigners"].trials == 2
    zeros = cr.load("contact_trials").dropna(subset="note").query("note.str.contains('as zero')")
    assert zeros["plan_fixed_beforehand"].sum() == 2 and len(zeros) == 3
    assert "Two of the three with a plan are zero in the table" in text


def test_the_interval_of_the_larger_trials_is_that_of_the_teacher_s_notes():
    trials = cr.load("contact_trials")
    large = trials[trials["n_treated"] + trials["n_control"] >= 100]["d"]
    means = pd.Series(
        [large.sample(frac=1, replace=True, random_state=i).mean() for i in range(1000)]
    )
    notes = (LESSON.parents[1] / "docs" / "teacher" / "10.md").read_text("utf-8")
    low, high = means.quantile([0.025, 0.975])
    assert len(large) == 15
    assert f"mean {large.mean():.2f}, interval {low:.2f} to {high:.2f}" in notes
