"""The security timeline: events, gaps, and what three treatments of them say."""

import json
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import security
from crossroads.explorers.security import FIRST, LAST, SERIES, THEMES, TREATMENTS, Choices

LESSON = Path(__file__).parents[2] / "lessons" / "05-security-by-numbers.ipynb"
any_choices = st.builds(
    Choices,
    series=st.sampled_from(list(SERIES)),
    other=st.sampled_from(list(security.names())),
    start=st.integers(FIRST, LAST),
    end=st.integers(FIRST, LAST),
    missing=st.sampled_from(list(TREATMENTS)),
    themes=st.lists(st.sampled_from(list(THEMES)), unique=True),
)


def raw(code, series="arms_imports_sipri_tiv"):
    rows = cr.load("military").query("iso3 == @code and indicator == @series")
    return rows.set_index("year")["value"]


def test_the_three_averages_by_hand():
    mean = security.averages(Choices())
    for code in ("TJK", "KGZ"):
        values = raw(code)
        assert mean.at["leave", code] == pytest.approx(values.sum() / len(values))
        assert mean.at["zero", code] == pytest.approx(values.sum() / 34)


def test_carrying_forward_copies_the_last_value_and_nothing_before_the_first():
    filled = security.treated(Choices(missing="carry"))["TJK"]
    assert filled.loc[1994:1997].tolist() == [29, 29, 29, 29]
    assert pd.isna(filled[1993])
    assert filled[2008] == 7


def test_a_value_before_the_span_is_carried_into_it():
    assert security.treated(Choices(missing="carry", start=2014))["TJK"].iloc[0] == 4


def test_the_treatment_turns_the_comparison_round():
    assert "higher than Kyrgyzstan's" in security.describe(Choices(missing="leave"))
    assert "lower than Kyrgyzstan's" in security.describe(Choices(missing="zero"))
    assert "another treatment reverses that" in security.describe(Choices(missing="zero"))
    assert "no other treatment changes that" in security.describe(Choices(other="CHN"))


def test_gaps_stay_gaps_unless_somebody_fills_them():
    shown = security.treated(Choices(missing="leave"))["TJK"]
    assert shown.notna().sum() == len(raw("TJK")) == 10
    assert "filled in" not in words(security.view(Choices(missing="leave")))
    assert "filled in" in words(security.view(Choices(missing="zero")))


def test_events_are_those_of_the_themes_and_years_with_their_sources():
    there = security.events(Choices(themes=["security"], start=2010, end=2013))
    assert there["date"].tolist() == ["2012-10-05", "2013-04-27", "2013-09-23", "2013-10-01"]
    assert there["title"].str.contains("201st base").sum() == 3
    shown = words(security.view(Choices(start=FIRST, end=LAST, themes=list(THEMES))))
    every = cr.load("events")
    assert all(text in shown for column in ("title", "source") for text in every[column])


@given(any_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    Text(security.view(choices))
    assert security.describe(choices).endswith(".")


@given(any_choices)
def test_the_order_of_the_two_years_does_not_count(choices):
    import dataclasses

    turned = dataclasses.replace(choices, start=choices.end, end=choices.start)
    assert security.view(choices) == security.view(turned)


def test_the_figures_that_the_lesson_quotes_are_those_of_the_data():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    averages = security.averages(Choices())
    assert set(averages.index) == set(TREATMENTS)
    for kind, row in averages.iterrows():
        line = f"| {TREATMENTS[kind]} | {row['TJK']:.2f} | {row['KGZ']:.2f} |"
        assert line in text
    assert f"a value in {len(raw('TJK'))} of 34 years" in text
    base = cr.load("events").set_index("id").loc["E07"]
    assert base["date"] == "2012-10-05"
    assert "5 October 2012" in text
