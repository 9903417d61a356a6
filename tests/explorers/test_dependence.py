"""The dependence dial: prediction, record, index, concentration, and the lesson's figures."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import dependence
from crossroads.explorers.dependence import ANCHORS, FIRST, INDICATORS, LAST, OTHERS, Choices

LESSON = Path(__file__).parents[2] / "lessons" / "03-how-dependent-is-dependent.ipynb"
TEXT = "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])
REMITTANCES = "remittances_received_pct_gdp"
lines = st.lists(st.integers(0, 60), min_size=len(ANCHORS), max_size=len(ANCHORS))
any_choices = st.builds(
    Choices,
    indicator=st.sampled_from(list(INDICATORS)),
    others=st.lists(st.sampled_from(OTHERS), unique=True),
    start=st.integers(FIRST, LAST),
    end=st.integers(FIRST, LAST),
    base=st.sampled_from(["", *map(str, range(FIRST, LAST + 1))]),
    drawn=st.dictionaries(st.sampled_from(list(INDICATORS)), lines),
    reveal=st.booleans(),
)


def raw(indicator, code="TJK"):
    rows = cr.load("indicators").query("iso3 == @code and indicator == @indicator")
    return rows.set_index("year")["value"]


def test_before_revealing_no_value_is_told():
    hidden = Choices(drawn={REMITTANCES: [1, 2, 3, 4, 5, 6]})
    shown = words(dependence.view(hidden)) + dependence.describe(hidden)
    assert len(raw(REMITTANCES)) > 10
    for value in raw(REMITTANCES):
        assert f"{value:.1f}" not in shown
    assert "you drew 1 in 2004 and 6 in 2023" in shown


def test_a_prediction_is_laid_beside_the_record():
    drawn = [10, 20, 30, 30, 30, 30]
    found = dependence.missed_by(Choices(drawn={REMITTANCES: drawn}))
    for year, guess in zip(ANCHORS, drawn, strict=True):
        assert found.at[year, "recorded"] == pytest.approx(raw(REMITTANCES)[year])
        assert found.at[year, "difference"] == pytest.approx(guess - raw(REMITTANCES)[year])


@pytest.mark.parametrize("drawn", [{}, {REMITTANCES: []}, {REMITTANCES: [1, 2]}])
def test_half_a_line_is_no_prediction(drawn):
    assert dependence.prediction(Choices(drawn=drawn)) is None


@given(any_choices)
def test_what_is_shown_is_sound_and_said(choices):
    Text(dependence.view(choices))
    assert dependence.describe(choices).endswith(".")
    fields = {control["field"] for control in dependence.controls(choices)}
    assert {"indicator", "drawn", "reveal"} <= fields
    assert ("base" in fields) == choices.reveal


@given(st.sampled_from(list(INDICATORS)), st.integers(FIRST, LAST))
def test_an_index_is_100_in_its_base_year_and_keeps_gaps(indicator, base):
    choices = Choices(indicator, OTHERS, FIRST, LAST, str(base), {}, reveal=True)
    found = dependence.shown(choices)
    assert len(found.columns) > 0
    for code in found:
        values = raw(indicator, code).reindex(found.index)
        if base in values.index and pd.notna(values[base]):
            assert found.at[base, code] == pytest.approx(100)
            assert (found[code].isna() == values.isna()).all()
        else:
            assert found[code].isna().all()


def test_changes_in_points_and_in_per_cent():
    found = dependence.changes(Choices(start=2016, end=2024)).loc["TJK"]
    values = raw(REMITTANCES)
    assert found["points"] == pytest.approx(values[2024] - values[2016])
    assert found["per cent"] == pytest.approx(100 * (values[2024] - values[2016]) / values[2016])


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=30))
def test_concentration_lies_between_equal_shares_and_one_partner(weights):
    shares = [100 * weight / sum(weights) for weight in weights]
    found = dependence.herfindahl(shares)
    assert 10_000 / len(shares) - 1e-6 <= found <= 10_000 + 1e-6
    assert dependence.herfindahl(shares[1:]) <= found, "a cut list gives a lower bound"


# -- the lesson ------------------------------------------------------------------------------------


def test_the_shares_in_the_text_are_those_of_the_data():
    quoted = re.findall(r"([\d.]+) %(?: of GDP)? in (\d{4})", TEXT.split("### What the record")[1])
    values = raw(REMITTANCES)
    shares = [(float(share), int(year)) for share, year in quoted[:4]]
    assert [year for _, year in shares] == [2008, 2016, 2022, 2024]
    assert all(round(values[year], 1) == share for share, year in shares)
    south = raw("exports_to_south_asia_pct")
    assert south.loc[:2004].max() < 1 and "under 1 % of the total until 2004" in TEXT
    assert round(south[2020], 1) == 12.1 and round(south[2023], 1) == 7.7
    assert "12.1 % in 2020 and 7.7 % in 2023" in TEXT


def test_points_per_cent_and_the_two_indices():
    values = raw(REMITTANCES)
    assert round(values[2024] - values[2016], 1) == 21.2
    assert round(100 * (values[2024] / values[2016] - 1)) == 79
    assert round(100 * values[2024] / values[2016]) == 179
    assert round(100 * values[2024] / values[2008]) == 109
    for words_ in ("21.2 *percentage points*", "79 *per cent*", "is at 179", "is at 109"):
        assert words_ in TEXT


def test_the_other_reported_figures():
    sent = cr.load("remittances_bilateral").query("iso3_to == 'TJK'").set_index("iso3_from")
    russia, world = sent.at["RUS", "million_usd"], sent.at["WLD", "million_usd"]
    assert (round(russia), round(world), round(100 * russia / world)) == (1687, 2220, 76)
    assert "76 % for 2017: 1,687 of 2,220 million" in TEXT
    reported = cr.load("trade_reported").set_index("id")["value"]
    assert reported["R63"] == 2536 and "2,536 million" in TEXT
    assert reported["R14"] == 756.8 and "756.8 million" in TEXT
    assert reported["R08"] == 500 and 'trade with Uzbekistan at "more than 500 million"' in TEXT
    assert reported["R01"] == 1580 and "show 1.58 billion dollars of imports from Russia" in TEXT
    assert reported["R02"] == 134.7 and '"$134.7 bln"' in TEXT


def test_concentration_and_who_is_listed():
    rows = cr.load("trade_partners").query("iso3 == 'TJK' and flow == 'imports'")
    listed = rows.set_index("year")
    *others, last = listed.loc[2014, "share_pct"]
    found = dependence.herfindahl([*others, last])
    shares = f"{', '.join(map(str, others))} and {last} %"
    assert f"the listed shares ({shares}) give {found:,.0f}" in TEXT
    china = listed.query("partner_iso3 == 'CHN'").at[2023, "share_pct"]
    assert f"shows China at {china:.0f} %, but not Russia" in TEXT
    assert "RUS" not in set(listed.loc[2023, "partner_iso3"])
    first = rows[rows["rank"] == 1]
    assert (first["partner_iso3"] == "CHN").sum() == 5 and len(first) == 6
    assert "five of the six listed years" in TEXT


def test_an_index_is_said_in_table_and_sentence():
    """What the lesson asks: the index of 2024, with 2008 and with 2016 as 100."""
    record = dependence.recorded(REMITTANCES)["TJK"]
    for base in ("2008", "2016"):
        choices = Choices(base=base, reveal=True)
        index = f"{record[2024] / record[int(base)] * 100:.1f}"
        assert f"{base} is 100, " in dependence.describe(choices)
        assert f"2024 is {index}." in dependence.describe(choices)
        shown = words(dependence.view(choices))
        assert f"Last, index ({base} = 100)" in shown and index in shown
    assert "index" not in words(dependence.view(Choices(reveal=True)))
