"""The map of memberships: standings by year, forums that have all, and the lesson's figures."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_explorers import Text, words

import crossroads as cr
from crossroads.explorers import memberships
from crossroads.explorers.memberships import FIRST, LAST, ORGANISATIONS, STATES, Choices

LESSON = Path(__file__).parents[1] / "lessons" / "02-who-sits-at-which-table.ipynb"
TEXT = "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])
any_choices = st.builds(
    Choices,
    organisation=st.sampled_from(ORGANISATIONS),
    year=st.integers(FIRST, LAST),
    states=st.lists(st.sampled_from(STATES), unique=True),
)


def now(organisation, status):
    rows = cr.load("memberships").query("organisation == @organisation and status == @status")
    return set(rows["iso3"])


def test_the_latest_year_is_the_list_as_it_stands():
    for organisation in ORGANISATIONS:
        assert set(memberships.members(organisation, LAST)) == now(organisation, "member")


def test_up_to_2014_the_history_speaks():
    rows = cr.load("memberships_history").query("year == 2013")
    full = rows[rows["status"] == "full"].groupby("organisation")["iso3"].agg(set)
    for organisation in ("SCO", "SAARC", "CSTO", "CIS", "ECO", "WTO"):
        assert set(memberships.members(organisation, 2013)) == full[organisation] & set(STATES)


@pytest.mark.parametrize(
    ("organisation", "state", "year", "standing"),
    [
        ("SCO", "IND", 2016, "none"),
        ("SCO", "IND", 2017, "member"),
        ("SCO", "IRN", 2022, "none"),
        ("SCO", "IRN", 2023, "member"),
        ("SCO", "AFG", 2020, "observer"),
        ("EAEU", "RUS", 2014, "none"),
        ("EAEU", "RUS", 2015, "member"),
        ("SAARC", "AFG", 2026, "member"),
        ("WTO", "TJK", 2012, "none"),
        ("WTO", "TJK", 2018, "member"),
    ],
)
def test_a_standing_follows_its_dates(organisation, state, year, standing):
    assert memberships.standings(year).at[state, organisation] == standing


@pytest.mark.parametrize(
    ("organisation", "state", "year"), [("EAEU", "TJK", 2016), ("SCO", "TUR", 2016)]
)
def test_what_no_table_says_is_unknown_and_not_no(organisation, state, year):
    assert pd.isna(memberships.standings(year).at[state, organisation])
    shown = memberships.view(Choices(organisation, year, (state,)))
    assert "unknown" in words(shown)


@given(any_choices)
@settings(max_examples=40, deadline=None)
def test_together_means_each_one_is_a_member(choices):
    found = memberships.together(choices)
    table = memberships.standings(choices.year)
    for organisation in ORGANISATIONS:
        every = all(table.at[s, organisation] == "member" for s in choices.states)
        assert (organisation in found) == (every and bool(choices.states))
    said = memberships.describe(choices)
    assert said.endswith(".") and str(choices.year) in said
    assert all(organisation in said for organisation in found)


@given(any_choices)
@settings(max_examples=15, deadline=None)
def test_what_is_shown_is_sound_html(choices):
    Text(memberships.view(choices))
    for state in STATES:
        assert memberships.names()[state] in memberships.view(choices)


def test_a_missing_choice_of_states_is_asked_for():
    assert memberships.describe(Choices(states=())).startswith("Choose the states")


def test_every_outline_lies_on_the_sheet():
    for polygons in memberships.shapes().values():
        for ring in (ring for polygon in polygons for ring in polygon):
            assert all(
                19.9 <= x <= 660.1 and 19.9 <= y <= memberships.HEIGHT + 20.1 for x, y in ring
            )
    assert set(memberships.shapes()) == set(STATES)


# -- the lesson ------------------------------------------------------------------------------------


def test_the_forums_of_the_lesson():
    four = {"TJK", "RUS", "IND", "PAK"}
    assert memberships.together(Choices(states=tuple(four))) == ["SCO", "WTO"]
    assert memberships.together(Choices(states=(*four, "AFG"))) == ["WTO"]
    assert not four & {"TJK", "RUS"} & (now("SAARC", "member") | now("SAARC", "observer"))
    assert now("SAARC", "observer") == {"CHN", "IRN"}
    assert now("SCO", "observer") == {"AFG"} and now("SCO", "dialogue partner") == {"TUR"}
    assert "SCO and SAARC" in TEXT


def test_where_tajikistan_and_russia_sit_together():
    both = memberships.together(Choices(states=("TJK", "RUS")))
    assert both == ["SCO", "CSTO", "CIS", "WTO"]
    assert "in the SCO, the CSTO, the CIS and the WTO" in TEXT


def test_the_dates_in_the_lesson():
    since = cr.load("memberships").set_index(["organisation", "iso3"])["since_year"]
    assert since["SCO", "IND"] == since["SCO", "PAK"] == 2017 and "member since 2017" in TEXT
    assert since["SCO", "TJK"] == 2001 and "founder (2001)" in TEXT
    assert since["SCO", "AFG"] == 2012 and "observer since 2012" in TEXT
    assert since["SAARC", "AFG"] == 2007 and "the latest (2007)" in TEXT
    assert since["WTO", "TJK"] == 2013 and "joined in 2013" in TEXT


def test_tajikistans_neighbours():
    rows = cr.load("borders").query("iso3 == 'TJK'")
    assert set(rows["neighbour_iso3"]) == {"AFG", "CHN", "KGZ", "UZB"}
    assert "Afghanistan, China, Kyrgyzstan and Uzbekistan" in TEXT
