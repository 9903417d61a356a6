"""The vote explorer: agreement over years, by issue, as a network, and ideal points."""

import dataclasses
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import votes
from crossroads.explorers.votes import FIRST, LAST, PERIODS, RING, VIEWS, Choices

LESSON = Path(__file__).parents[2] / "lessons" / "06-who-votes-with-whom.ipynb"
ISSUES = sorted(set(cr.load("un_agreement_by_issue")["issue"]))
any_choices = st.builds(
    Choices,
    show=st.sampled_from(list(VIEWS)),
    base=st.sampled_from(RING),
    others=st.lists(st.sampled_from(RING), unique=True),
    window=st.integers(1, 7),
    start=st.integers(FIRST, LAST),
    end=st.integers(FIRST, LAST),
    half=st.booleans(),
    weak=st.booleans(),
    issue=st.sampled_from(ISSUES),
    period=st.sampled_from(PERIODS),
    year=st.integers(FIRST, LAST),
    threshold=st.integers(40, 100),
    points_year=st.integers(1991, 2023),
    topic=st.sampled_from(list(votes.TOPICS)),
)


def single_votes(a, b, *years):
    """The votes of two states in roll calls in which both voted, from the single votes."""
    rows = cr.load("un_votes")
    wide = rows[rows["year"].isin(years)].pivot(index="rcid", columns="iso3", values="vote")
    return wide[[a, b]].dropna()


def single_agreement(a, b, *years):
    both = single_votes(a, b, *years)
    return 100 * (both[a] == both[b]).mean()


def from_pairs(a, b, year, column="agreement_pct"):
    rows = cr.load("un_agreement")
    there = rows[(rows["year"] == year) & rows["iso3_a"].isin([a, b]) & rows["iso3_b"].isin([a, b])]
    return there[column].item()


def test_choices_are_frozen_and_every_control_has_a_label_and_a_field():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().year = 2000
    for show in VIEWS:
        controls = votes.controls(Choices(show=show))
        assert controls
        for control in controls:
            assert control["label"]
            assert hasattr(Choices(), control["field"])
    with pytest.raises(KeyError):
        cr.vote_explorer("votes")


@given(any_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    assert words(votes.view(choices)).strip()
    said = votes.describe(choices)
    assert said.endswith(".")
    assert not re.search(r"\bnan\b", (said + votes.view(choices)).casefold())


@pytest.mark.parametrize("other", ["RUS", "IND", "PAK", "CHN", "USA"])
@pytest.mark.parametrize("year", [2010, 2015, 2019])
def test_one_year_equals_the_share_counted_from_single_votes(other, year):
    shown = votes.lines(Choices(others=[other])).at[year, other]
    assert shown == pytest.approx(single_agreement("TJK", other, year))


@pytest.mark.parametrize("window", [3, 5, 7])
def test_a_window_pools_votes_and_does_not_average_percentages(window):
    years = range(2019 - window + 1, 2020)
    pooled = votes.lines(Choices(others=["RUS"], window=window)).at[2019, "RUS"]
    assert pooled == pytest.approx(single_agreement("TJK", "RUS", *years))


def test_half_credit_by_hand():
    both = single_votes("TJK", "RUS", 2015)
    abstained = (both == "abstain").sum(axis=1) == 1
    credit = (both["TJK"] == both["RUS"]) + 0.5 * abstained
    shown = votes.lines(Choices(others=["RUS"], half=True)).at[2015, "RUS"]
    assert shown == pytest.approx(100 * credit.mean())


def test_a_pair_is_found_whichever_state_stands_first():
    ours = votes.lines(Choices(base="TJK", others=["RUS"]))["RUS"]
    theirs = votes.lines(Choices(base="RUS", others=["TJK"]))["TJK"]
    pd.testing.assert_series_equal(ours, theirs, check_names=False)


def test_a_year_without_votes_is_a_gap_and_is_said():
    shown = votes.lines(Choices())
    assert shown.loc[2001].isna().all()
    assert shown.drop(index=2001).notna().all(axis=None)
    assert "no data (2001)" in votes.describe(Choices(start=2001))
    assert "no vote" in words(votes.view(Choices()))
    assert votes.lines(Choices(window=3)).loc[[1992, 1993, 2001]].isna().all(axis=None)
    network = Choices(show="network", year=2001, threshold=40)
    assert votes.absent(network) == ["TJK", "KGZ", "UZB"]
    assert "no data for Tajikistan, Kyrgyzstan, Uzbekistan" in votes.describe(network)


def test_years_with_few_common_votes_are_marked_and_can_be_left_out():
    kept = Choices(start=1995)
    assert "33.3 % of 30 votes (few)" in votes.describe(kept)
    assert "few votes until 1993" in words(votes.view(kept))
    left = Choices(start=1995, weak=False)
    assert votes.lines(left).loc[[1992, 1993, 1995]].isna().all(axis=None)
    assert "left out (30 votes) (1995)" in votes.describe(left)


@given(any_choices)
def test_the_network_has_a_line_for_each_pair_at_the_threshold_and_no_other(choices):
    choices = dataclasses.replace(choices, window=1, half=False)
    rows = cr.load("un_agreement").query("year == @choices.year")
    # The table gives agreement to two decimals; no value there is rounded across a whole number.
    there = rows[rows["agreement_pct"] >= choices.threshold]
    wanted = {frozenset(pair) for pair in there[["iso3_a", "iso3_b"]].to_numpy().tolist()}
    assert {frozenset(link[:2]) for link in votes.links(choices)} == wanted


@given(any_choices, st.integers(40, 100))
def test_a_higher_threshold_never_adds_a_line(choices, other):
    low, high = sorted((choices.threshold, other))
    few = {link[:2] for link in votes.links(dataclasses.replace(choices, threshold=high))}
    assert few <= {link[:2] for link in votes.links(dataclasses.replace(choices, threshold=low))}


def test_states_keep_their_places_whatever_the_threshold():
    def places(threshold):
        html = votes.view(Choices(show="network", threshold=threshold))
        return [part.split(">")[0] for part in html.split("<text ")[2:15]]

    assert places(50) == places(85)


def test_the_table_beside_the_network_has_every_line():
    choices = Choices(show="network", threshold=75)
    shown = words(votes.view(choices))
    assert "45 of 78 pairs" in votes.describe(choices)
    assert "Kazakhstan, Kyrgyzstan, Uzbekistan, Turkmenistan, Afghanistan, Pakistan, India" in shown
    assert "no line: Russia, United States, Türkiye" in votes.describe(choices)


def test_issues_are_those_of_the_table_and_stand_beside_all_votes():
    choices = Choices(show="issues", issue="Nuclear weapons and nuclear material", base="IND")
    said = votes.describe(choices)
    assert "Russia in 36.1 % of 180 votes (all votes: 70.0 %)" in said
    rows = cr.load("un_agreement_by_issue").query(
        "issue == @choices.issue and iso3_b == 'PAK' and period == '1992-1999'"
    )
    assert f"{rows['agreement_pct'].item():.1f} % of" in words(votes.view(choices))


def test_small_distances_between_ideal_points_are_not_called_differences():
    said = votes.describe(Choices(show="points"))
    assert "India: can't be told apart" in said
    assert "Russia: differs" in said
    assert "India: differs" in votes.describe(Choices(show="points", points_year=2015))


def test_overlapping_intervals_can_hold_a_sure_difference():
    """The rule "overlap, so no difference" is false: the interval of the difference is narrower."""
    found = 0
    for year in range(1992, 2024):
        choices = Choices(show="points", points_year=year, others=RING[1:7])
        there = votes.points(choices)
        ours = there.loc["TJK"]
        for other, words_ in votes.told_apart(choices).items():
            row = there.loc[other]
            overlap = row["low"] <= ours["high"] and ours["low"] <= row["high"]
            found += overlap and words_ == "differs"
            # Intervals that lie apart always mean a difference.
            assert words_ != "can't be told apart" or overlap
    assert found > 0


@pytest.mark.parametrize("other", ["RUS", "KGZ", "USA"])
def test_the_second_source_s_agreement_is_that_of_its_single_votes(other):
    rows = cr.load("un_votes_to_2026")
    shown = votes.recent(Choices(show="recent", others=[other]))[other]
    for year in (2020, 2023, 2025):
        wide = rows[rows["year"] == year].pivot(index="resolution", columns="iso3", values="vote")
        both = wide[["TJK", other]].dropna()
        assert shown[year] == pytest.approx(100 * (both["TJK"] == both[other]).mean())
    assert "Nov-Dec" in words(votes.view(Choices(show="recent")))


def test_key_votes_are_shown_by_topic_and_a_missing_vote_is_no_opinion():
    choices = Choices(show="key", others=["RUS", "PAK"])
    shown = votes.key_votes(choices).droplevel(["date", "title"])
    assert shown.loc["A/RES/ES-11/3"].to_list() == ["no", "no", "abstain"]
    assert shown.loc["A/RES/ES-11/1", "TJK"] == "abstain"
    assert pd.isna(shown.at["A/RES/ES-11/7", "TJK"])
    assert "none recorded" in words(votes.view(choices))
    assert f"{len(shown)} votes" in votes.describe(choices)


def test_no_more_lines_than_a_chart_can_hold():
    (others,) = (c for c in votes.controls(Choices()) if c["field"] == "others")
    assert others["most"] == votes.MOST_LINES
    assert len(votes.partners(Choices(others=RING))) == votes.MOST_LINES
    told = "the first 6 of the 12 chosen are shown, but not Pakistan, India, China, "
    assert told in votes.describe(Choices(others=RING))
    assert "no other country is chosen" in votes.describe(Choices(others=["TJK"]))
    Text(votes.view(Choices(others=[])))


# -- the lesson ------------------------------------------------------------------------------------


def lesson_text():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    return "".join("".join(cell["source"]) for cell in cells)


def test_the_agreements_that_the_lesson_quotes_are_those_of_the_data():
    text = lesson_text()
    for code in ("RUS", "IND", "PAK", "KAZ", "KGZ", "UZB"):
        before, after = (from_pairs("TJK", code, year) for year in (2010, 2015))
        assert f"| {votes.names()[code]} | {before:.1f} % | {after:.1f} % |" in text
    for a, b in (("KAZ", "RUS"), ("KGZ", "RUS"), ("KAZ", "IND"), ("KGZ", "IND")):
        before, after = (from_pairs(a, b, year) for year in (2010, 2015))
        assert f"from {before:.1f} % to {after:.1f} %" in text
    half = votes.lines(Choices(others=["RUS"], half=True)).at[2010, "RUS"]
    assert f"as half a match, you get {half:.1f} %)" in text and f"{half:.1f}" == "90.9"
    single = [from_pairs("TJK", "RUS", year) for year in (2011, 2016)]
    assert f"from {single[0]:.1f} % to {single[1]:.1f} %" in text
    pooled = [single_agreement("TJK", "RUS", *range(2011, 2016))]
    assert f"to {pooled[0]:.1f} % (2011 to 2015)" in text
    rows = cr.load("un_agreement").query(
        "iso3_a == 'TJK' and iso3_b == 'RUS' and 2006 <= year <= 2010"
    )
    early = 100 * rows["same_vote"].sum() / rows["votes_both_cast"].sum()
    assert f"from {early:.1f} % (2006 to 2010)" in text


def test_the_counts_that_the_lesson_quotes_are_those_of_the_single_votes():
    text = lesson_text()
    both = single_votes("TJK", "RUS", 2010)
    assert f"both voted in {len(both)} roll calls" in text
    assert f"same vote in {(both['TJK'] == both['RUS']).sum()}" in text
    calls = cr.load("un_roll_calls").set_index("rcid")["nuclear_weapons"]
    rest = {}
    for year in (2010, 2015):
        both = single_votes("TJK", "RUS", year)
        same, nuclear = both["TJK"] == both["RUS"], calls[both.index].astype(bool)
        assert f"{same[nuclear].sum()} of {nuclear.sum()} in {year}" in text
        rest[year] = 100 * same[~nuclear].mean()
    assert f"agreement falls from {rest[2010]:.1f} % to {rest[2015]:.1f} %" in text
    fall = from_pairs("TJK", "RUS", 2010) - from_pairs("TJK", "RUS", 2015)
    assert f"{rest[2010] - rest[2015]:.1f} percentage points, not {fall:.1f}" in text
    differ = both[both["TJK"] != both["RUS"]]
    yes = (differ["TJK"] == "yes").sum()
    assert f"differed in {len(differ)} votes; in {yes} of them" in text
    every = cr.load("un_votes")
    shares = {
        (code, year): every.query("iso3 == @code and year == @year")["vote"]
        .dropna()
        .eq(vote)
        .mean()
        * 100
        for code, vote in (("TJK", "yes"), ("RUS", "no"))
        for year in (2010, 2015)
    }
    tajik = [shares["TJK", year] for year in (2010, 2015)]
    assert (
        f"yes in {tajik[0]:.1f} % of the votes that it cast in 2010 and in {tajik[1]:.1f}" in text
    )
    assert f"from {shares['RUS', 2010]:.1f} % to {shares['RUS', 2015]:.1f} %" in text
    naive = every.query("year == 2010").pivot(index="rcid", columns="iso3", values="vote")
    assert f"show {100 * (naive['TJK'] == naive['RUS']).mean():.1f} % instead" in text
    part = cr.load("un_participation").query("iso3 == 'TJK'").set_index("year")
    part = part["participation_pct"]
    assert f"voted in {part[1992]:.1f} % of the roll calls in 1992 and in none in 2001" in text
    assert part[2001] == 0
    assert f"voted in {part[2010]:.1f} % and {part[2015]:.1f} % of the roll calls" in text
    assert f"rests on {from_pairs('TJK', 'RUS', 1992, 'votes_both_cast')} votes" in text


def test_what_the_lesson_says_to_2026_is_in_the_second_source():
    text = lesson_text()
    rows = cr.load("un_agreement_to_2026")
    share = {
        frozenset(key[:2]) | {key[2]}: value
        for key, value in rows.set_index(["iso3_a", "iso3_b", "year"])["agreement_pct"].items()
    }

    def of(a, b, year):
        return share[frozenset({a, b}) | {year}]

    for code in ("RUS", "IND", "KAZ"):
        cells = " | ".join(f"{of('TJK', code, year):.1f} %" for year in range(2021, 2026))
        assert f"| {votes.names()[code]} | {cells} |" in text
    leap = {code: of("TJK", code, 2025) - of("TJK", code, 2024) for code in ("RUS", "IND")}
    assert f"with Russia jumped by {leap['RUS']:.1f} points" in text
    assert f"with India jumped by {leap['IND']:.1f}," in text
    both = [of("IND", "PAK", year) for year in (2024, 2025)]
    assert f"went from {both[0]:.1f} to {both[1]:.1f} %" in text
    calls = cr.load("un_roll_calls_to_2026")["date"].dt.year.value_counts()
    assert f"has {calls[2025]} votes in 2025" in text
    cast = cr.load("un_votes_to_2026").pivot(index="resolution", columns="iso3", values="vote")
    for number in (1, 2, 4, 5, 6):
        assert cast.at[f"A/RES/ES-11/{number}", "TJK"] == "abstain"
    suspended, afghan = cast.loc["A/RES/ES-11/3"], cast.loc["A/RES/79/317"]
    assert set(suspended[["TJK", "RUS", "KAZ", "KGZ", "UZB", "CHN", "IRN"]]) == {"no"}
    assert set(suspended[["IND", "PAK"]]) == {"abstain"}
    assert set(afghan[["TJK", "PAK"]]) == {"yes"}
    assert set(afghan[["RUS", "IND", "CHN", "IRN"]]) == {"abstain"}
    last = cr.load("un_votes_to_2026").merge(cr.load("un_roll_calls_to_2026"), on="resolution")
    assert str(last.query("iso3 == 'AFG' and vote.notna()")["date"].max())[:7] == "2023-12"
    within = [from_pairs("KAZ", "KGZ", year) for year in (2010, 2015)]
    assert f"agreement between those two rose from {within[0]:.1f} % to {within[1]:.1f} %" in text
    fall = [from_pairs("TJK", "RUS", year) for year in (2010, 2019)]
    assert f"recovered to {fall[1]:.1f} %" in text
    assert f"the fall was {fall[0] - fall[1]:.1f} percentage points" in text


def test_the_crimea_votes_that_the_lesson_counts():
    calls = cr.load("un_roll_calls")
    about = calls["title"].fillna("").str.contains("Crimea") | (calls["resolution"] == "R/68/262")
    cast = cr.load("un_votes").query("iso3 == 'TJK'").set_index("rcid")["vote"]
    assert about.sum() == 7 and cast[calls.loc[about, "rcid"]].isna().sum() == 4
    assert "Of the seven roll calls on Crimea from 2014 to 2019, Tajikistan missed four" in (
        lesson_text()
    )


def test_the_dated_talks_are_those_of_the_events():
    events = cr.load("events").set_index("id")["date"]
    assert events[["N02", "N04", "N05"]].tolist() == ["2009-07-30", "2010-08-18", "2011-09-02"]


def test_the_network_and_the_ideal_points_that_the_lesson_quotes_are_those_of_the_data():
    text = lesson_text()
    rows = cr.load("un_agreement").query("year == 2015")
    for threshold in (60, 65, 75, 90):
        there = rows[rows["agreement_pct"] >= threshold]
        tajik, russian = (
            ((there["iso3_a"] == code) | (there["iso3_b"] == code)).sum() for code in ("TJK", "RUS")
        )
        assert f"| {threshold} % | {len(there)} | {tajik} | {russian} |" in text
    points = cr.load("un_ideal_points").query("year == 2023").set_index("iso3")["ideal_point"]
    said = {code: f"{value:.2f}".replace("-", "−") for code, value in points.items()}
    assert said["IND"] == said["PAK"]
    assert (
        f"Tajikistan is at {said['TJK']}, India and Pakistan at {said['IND']}, "
        f"Russia at {said['RUS']}" in text
    )
    issue = cr.load("un_agreement_by_issue").query("iso3_b == 'RUS' and period == '2010-2019'")
    issue = issue.set_index("issue")["agreement_pct"]
    nuclear = issue["Nuclear weapons and nuclear material"]
    assert f"{nuclear:.1f} % of the nuclear votes and in {issue['all']:.1f} % of all votes" in text


def test_the_figures_that_the_self_checks_quote_are_those_of_the_data():
    text = (LESSON.parent / "checks" / "06.yml").read_text("utf-8")
    points = votes.points(Choices(others=["IND"])).map(lambda x: f"{x:.2f}".replace("-", "−"))
    for name, row in zip(("Tajikistan", "India"), points.to_numpy().tolist(), strict=True):
        low, mid, high = row
        assert f"{name} {mid} (" in text
        assert f"{low} to {high})" in text
    issue = cr.load("un_agreement_by_issue").query("iso3_b == 'RUS' and period == '2010-2019'")
    issue = issue.set_index("issue")
    nuclear = issue.loc["Nuclear weapons and nuclear material"]
    assert f"{nuclear['agreement_pct']:.1f} % of {nuclear['votes_both_cast']} votes" in text
    assert f"{nuclear['same_vote']} of the {nuclear['votes_both_cast']} nuclear votes" in text
    assert f"{issue.at['Human rights', 'agreement_pct']:.1f} % of votes on human rights" in text
    assert f"and in {issue.at['all', 'agreement_pct']:.1f} % of all votes" in text
    pairs = cr.load("un_agreement")
    russian = pairs[(pairs["iso3_a"] == "RUS") | (pairs["iso3_b"] == "RUS")]
    lines = russian[russian["agreement_pct"] >= 65]["year"].value_counts()
    assert (lines[2010], lines[2015]) == (9, 3)
    assert "nine lines in the first picture and three in the second" in text
