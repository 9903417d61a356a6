"""The exchange balance: counts and rates with the right denominator, gaps as gaps."""

import dataclasses

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
    assert "no number was reported, which isn't zero" in exchange.describe(Choices(host="PAK"))
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
    shown = words(exchange.view(Choices()))
    found = exchange.reported(Choices())
    assert len(found) > 20
    assert "places offered (flow)" in shown and "students (stock)" in shown
    assert all(source in shown for source in found["source"])
    assert "the course has found no other figure" in words(exchange.view(Choices(host="TKM")))


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
