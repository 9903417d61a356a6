"""The exchange balance: counts and rates with the right denominator, gaps as gaps."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import exchange
from crossroads.explorers.exchange import CODES, MEASURES, Choices

some_choices = st.builds(
    Choices,
    origin=st.sampled_from(CODES),
    host=st.sampled_from(CODES),
    measure=st.sampled_from(list(MEASURES)),
    year=st.integers(exchange.FIRST, exchange.LAST),
    beside=st.sampled_from(list(exchange.BESIDE)),
)


def cell(table, column, **where):
    """One value of a table by its key, or None where there is no such row or value."""
    rows = cr.load(table)
    for name, value in where.items():
        rows = rows[rows[name] == value]
    values = rows[column].tolist()
    return None if not values or pd.isna(values[0]) else float(values[0])


def by_hand(origin, host, year):
    """Each way to count, from the tables' rows, one by one."""
    students = cell("students_abroad", "students", origin_iso3=origin, host_iso3=host, year=year)
    home = {"iso3": origin, "year": year}
    below = {
        "students": (1, 1.0),
        "of_abroad": (100, cell("student_totals", "outbound", **home)),
        "of_guests": (100, cell("student_totals", "inbound", iso3=host, year=year)),
        "per_1000": (1e3, cell("student_totals", "enrolled_at_home", **home)),
        "per_100000": (
            1e5,
            cell("indicators", "value", indicator="population_total", **home),
        ),
    }
    return {
        measure: None if students is None or not base else times * students / base
        for measure, (times, base) in below.items()
    }


@pytest.mark.parametrize(
    "origin, host, year",
    [
        ("TJK", "RUS", 2017),
        ("TJK", "KGZ", 2020),
        ("IND", "TJK", 2017),
        ("TJK", "IND", 2020),
        ("AFG", "IND", 2020),
        ("TJK", "RUS", 2013),
    ],
)
def test_each_rate_has_its_own_denominator(origin, host, year):
    found = exchange.counted(origin, host).loc[year]
    for measure, expected in by_hand(origin, host, year).items():
        if expected is None:
            assert pd.isna(found[measure]), measure
        else:
            assert found[measure] == pytest.approx(expected), measure


def test_what_was_not_reported_is_missing_and_said_so():
    assert exchange.counted("TJK", "RUS")["students"].loc[[2010, 2013, 2020]].isna().all()
    assert "no number was reported. That doesn't mean zero" in exchange.describe(
        Choices(host="PAK")
    )
    shown = words(exchange.view(Choices(year=2013)))
    assert "; 2012 and 2014" in exchange.view(Choices(year=2013))
    assert "no data" in shown and "nan" not in shown.lower()


def test_a_missing_denominator_is_told_apart_from_a_missing_number():
    said = exchange.describe(Choices(host="IND", year=2020, measure="of_abroad"))
    assert "Tajikistan to India, 2020: 35 students; the number to divide by is missing." in said


def test_the_same_students_are_few_and_many():
    shown = words(exchange.view(Choices(host="IND", year=2017)))
    row = by_hand("IND", "TJK", 2017)
    assert f"{row['of_guests']:.1f}" in shown
    assert f"{row['per_1000']:.2g}" in shown


def test_a_country_is_never_paired_with_itself():
    for code in CODES:
        choices = Choices(origin=code, host=code)
        assert exchange.host(choices) != code
        second = exchange.controls(choices)[1]
        assert second["at"] in [option[0] for option in second["options"]]
        assert code not in [option[0] for option in second["options"]]


def test_single_figures_stand_beside_and_say_what_they_count():
    every = cr.load("exchange_reported").query("origin_iso3 == 'TJK' and host_iso3 == 'RUS'")
    seen = []
    for beside, what in (("places", "places offered (flow)"), ("people", "students (stock)")):
        choices = Choices(beside=beside)
        shown, found = words(exchange.view(choices)), exchange.reported(choices)
        assert what in shown and all(source in shown for source in found["source"])
        assert all(note in shown for note in found["note"].dropna())
        none = words(exchange.view(Choices(host="TKM", beside=beside)))
        assert "the course has found no" in none
        seen += list(found["id"])
    assert sorted(seen) == sorted(every["id"])


def test_every_measure_and_unit_of_the_single_figures_has_words():
    every = cr.load("exchange_reported")
    assert set(every["measure"]) == set(exchange.REPORTED)
    assert set(every["unit"].dropna()) == set(exchange.UNITS)


@given(some_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    html = exchange.view(choices)
    Text(html)
    assert "nan" not in words(html).lower().split()
    assert exchange.describe(choices).endswith(".")
    assert 'role="img"' in html and html.count("<caption>") >= 1


def test_the_table_says_the_same_as_the_chart():
    choices = Choices(host="KGZ", year=2020)
    there = exchange.both_ways(choices).loc[2020]
    shown = words(exchange.view(choices))
    assert f"{there['out']:,.0f}" in shown
    assert "2,439" in exchange.describe(choices)


def test_choices_are_frozen_and_the_shell_starts_with_those_given():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().year = 2000
    balance = cr.exchange_balance(host="KGZ", year=2020)
    assert "Kyrgyzstan" in balance.sentence
    balance.choices = {**balance.choices, "host": "IND"}
    assert "India" in balance.sentence and "India" in balance.html


# -- the figures in the lesson


LESSON = Path(__file__).parents[2] / "lessons" / "10-students-across-borders.ipynb"


def lesson():
    """The lesson's text and code."""
    return "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])


def notes():
    """The teacher's notes."""
    return (LESSON.parents[1] / "docs" / "teacher" / "10.md").read_text("utf-8")


def one(origin, host, measure, year):
    """The first figure that fits."""
    rows = cr.load("exchange_reported").query(
        "origin_iso3 == @origin and host_iso3 == @host and measure == @measure and year == @year"
    )
    return rows["value"].iloc[0]


def test_the_counts_that_the_lesson_quotes_are_those_of_the_tables():
    india, russia = by_hand("IND", "TJK", 2017), by_hand("TJK", "RUS", 2017)
    totals = cr.load("student_totals").query("year == 2017").set_index("iso3")
    quoted = [
        f"{india['students']:.0f} students from India were enrolled in Tajikistan",
        f"| of Tajikistan's {totals.at['TJK', 'inbound']:,} foreign students | "
        f"{india['of_guests']:.1f} % |",
        f"| of India's {totals.at['IND', 'outbound']:,} students abroad | "
        f"{india['of_abroad']:.2f} % |",
        f"| per 1,000 students in India | {india['per_1000']:.3f} |",
        f"{russia['students']:,.0f} students from Tajikistan studied there: "
        f"{russia['of_abroad']:.1f} % of all who studied abroad, and {russia['of_guests']:.1f} % "
        "of Russia's foreign students",
        f"In the other direction there were {by_hand('RUS', 'TJK', 2017)['students']:.0f}",
        f"{by_hand('TJK', 'IND', 2020)['students']:.0f} Tajik students were enrolled in India",
        f"{by_hand('TJK', 'KGZ', 2020)['students']:,.0f} Tajik students in Kyrgyzstan for 2020",
        f"had {by_hand('AFG', 'TJK', 2017)['students']:.0f} students from Afghanistan in 2017, and "
        f"{by_hand('PAK', 'TJK', 2014)['students']:.0f} from Pakistan in 2014",
    ]
    assert [words_ for words_ in quoted if words_ not in lesson()] == []
    assert 1 < 10 * india["of_abroad"] < 2, "fewer than two in a thousand"
    assert f"({india['of_guests']:.1f} %)" in notes()
    few = f"per 1,000 at home ({india['per_1000']:.3f}), per 100,000 inhabitants "
    assert few + f"({india['per_100000']:.3f})" in notes()


def test_the_single_figures_that_the_lesson_quotes_are_those_of_the_table():
    places, people = (
        one("TJK", "RUS", "places_offered", 2018),
        one("TJK", "RUS", "students_reported", 2019),
    )
    quoted = [
        f"counted {one('IND', 'TJK', 'students_reported', 2020):,.0f} Indian students in",
        f"more than {people:,.0f} Tajik students were reported in Russia",
        f"was {places:.0f} places: {100 * places / people:.1f} % of {people:,.0f}",
        f"ministry counted {one('TJK', 'KGZ', 'students_reported', 2023):.0f}. Did fewer students",
        f'"over {one("TJK", "IND", "cumulative_trained", 2020):,.0f}" people trained by August',
        f"China had more than {one('TJK', 'CHN', 'students_reported', 2025):,.0f} by May 2025",
        f"Over two years, {one('TJK', 'RUS', 'students_readmitted', 2025):.0f} were invited back",
        f"about {one('TJK', 'RUS', 'applications', 2021):,.0f} for "
        f"{one('TJK', 'RUS', 'places_offered', 2021):.0f} Russian places in 2021/22",
        f"{one('TJK', 'RUS', 'applications', 2026):,.0f} for "
        f"{one('TJK', 'RUS', 'places_offered', 2026):,.0f} places in 2026/27",
        f"entry to more than {one('TJK', 'RUS', 'students_sent_home', 2025):.0f} Tajik students",
        f"({one('AFG', 'PAK', 'places_offered', 2022):,.0f} places for 2022 to 2031)",
    ]
    entrants = [one("TJK", host, "new_entrants_abroad", 2025) for host in ("RUS", "XXX", "WLD")]
    misprint = (
        f"{entrants[0]:,.0f} new students in Russia and {entrants[1]:.0f} elsewhere make "
        f"{entrants[0] + entrants[1]:,.0f}, but the total was printed as {entrants[2]:,.0f}"
    )
    assert misprint in notes()
    trips = cr.load("exchange_reported").query("host_iso3 == 'TJK' and period == 'Jan-Sep 2024'")
    quoted.append(f"{trips['value'].item():,.0f} *trips* to Tajikistan for study in nine months")
    assert [words_ for words_ in quoted if words_ not in lesson()] == []
    named = cr.load("exchange_reported").query(
        "programme == 'Intergovernmental study quotas for Tajikistan' and host_iso3 != 'WLD'"
    )
    assert set(named["host_iso3"]) == {"RUS", "CHN", "KAZ", "TUR", "MYS"}
    assert f"Malaysia, {named['value'].sum():,.0f} places)" in lesson()
    assert f"more than {one('TJK', 'WLD', 'places_offered', 2022):,.0f} study places" in lesson()
    (at_home,) = cr.load("exchange_reported").query("measure == 'domestic_admissions'")["note"]
    assert at_home.startswith("only 62 % of the admission plan: places at home")
    assert "Tajikistan's universities filled 62 % of their planned places" in lesson()


def test_the_poll_that_the_lesson_quotes_is_that_of_the_table():
    polls = cr.load("opinion_polls").query("fieldwork == 'Jun-Jul 2014'")
    ours = polls[polls["respondents_iso3"] == "TJK"].set_index("target_iso3")
    theirs = polls.query("respondents_iso3 == 'KGZ' and target_iso3 == 'CHN'").iloc[0]
    china, n = ours.loc["CHN", ["share_pct", "n"]]

    def margin(share, asked):
        return 1.96 * (share * (100 - share) / asked) ** 0.5

    quoted = [
        f"asked {n:,.0f} people in Tajikistan by telephone",
        f"{ours.at['RUS', 'share_pct']:.0f} % had",
        f"in Russia's leader, {china} % in China's and {ours.at['USA', 'share_pct']} % in that of",
        f"the margin is {margin(china, n):.1f} points",
        f"largest for a share of 50 %: {margin(50, n):.1f} points",
        f"{theirs['share_pct']} % of {theirs['n']:,} people in Kyrgyzstan",
        f"That is {theirs['share_pct'] - china:.1f} points more",
    ]
    assert [words_ for words_ in quoted if words_ not in lesson()] == []
    asked = cr.load("opinion_polls")
    south = asked["target_iso3"].isin(["IND", "PAK", "AFG"])
    assert asked[(asked["respondents_iso3"] == "TJK") & south].empty
    afghans = asked.query("respondents_iso3 == 'AFG' and answer == 'favourable' and n.isna()")
    opinion = afghans.set_index("target_iso3")["share_pct"]
    assert f"{opinion['PAK']:.0f} % of Afghans" in lesson()
    assert asked.query("respondents_iso3 == 'AFG'")["year"].max() == 2009
    assert f"and {opinion['IND']:.0f} % had one of India" in lesson()
