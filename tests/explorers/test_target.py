"""The target lab: the series, the target, the simulated chance, the base rate."""

import dataclasses
import json
import math
import random
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads import charts
from crossroads.explorers import target
from crossroads.explorers.target import Choices, simulation

TREE = Path(__file__).parents[2]
LESSON = TREE / "lessons" / "08-thirty-per-cent.ipynb"
some_choices = st.builds(
    Choices,
    measure=st.sampled_from(list(target.MEASURES)),
    baseline=st.integers(target.FIRST, target.LAST),
    horizon=st.integers(1, target.LONGEST),
    past=st.sampled_from(list(target.PASTS)),
    trend=st.sampled_from(list(target.TRENDS)),
    noise=st.sampled_from(range(0, 201, 10)),
    prices=st.sampled_from(list(target.PRICES)),
    inflation=st.sampled_from([0, 0.5, 3, 10]),
)


def by_hand(measure):
    """The series from the table's rows, one by one, in million US$; no row, no year."""
    rows = cr.load("indicators").query("iso3 == 'TJK'")
    value = {(r.indicator, r.year): r.value for r in rows.itertuples()}
    flows = {
        "exports": ("merchandise_exports_current_usd", "exports_to_south_asia_pct"),
        "imports": ("merchandise_imports_current_usd", "imports_from_south_asia_pct"),
    }
    names = list(flows) if measure == "both" else [measure]
    found = {}
    for year in range(target.FIRST, target.LAST + 1):
        parts = [[value.get((column, year)) for column in flows[name]] for name in names]
        if all(total is not None and share is not None for total, share in parts):
            found[year] = sum(total * share for total, share in parts) / 1e8
    return found


def chance(**choices):
    return target.chance(Choices(**choices))


# -- the series and the target


@pytest.mark.parametrize("measure", target.MEASURES)
def test_the_series_is_total_times_share_with_its_gap(measure):
    series, expected = target.trade(measure), by_hand(measure)
    assert series.dropna().to_dict() == pytest.approx(expected)
    assert set(series.index) - set(expected) == {2000}


def test_thirty_per_cent_of_2023():
    path = target.needed(Choices())
    base = by_hand("both")[2023]
    assert path[2023] == pytest.approx(base)
    assert path[2028] == pytest.approx(1.3 * base)
    assert (path / path.shift()).dropna().tolist() == pytest.approx([1.3 ** (1 / 5)] * 5)


def test_a_real_target_rises_with_the_assumed_prices():
    real = target.needed(Choices(prices="real", inflation=3))
    assert real[2028] == pytest.approx(by_hand("both")[2023] * 1.3 * 1.03**5)
    assert target.needed(Choices(prices="real", inflation=0))[2028] == pytest.approx(
        target.needed(Choices())[2028]
    )


def test_prices_count_for_real_targets_only_and_so_does_their_slider():
    assert target.view(Choices(inflation=9)) == target.view(Choices(inflation=1))

    def fields(prices):
        return [control["field"] for control in target.controls(Choices(prices=prices))]

    assert "inflation" not in fields("nominal")
    assert fields("real") == [*fields("nominal"), "inflation"]


# -- the simulated chance


def normal_tail(bar, mean, spread):
    return 50 * math.erfc((bar - mean) / spread / math.sqrt(2))


@pytest.mark.parametrize(("trend", "horizon"), list(product(target.TRENDS, (1, 5, 10))))
def test_the_chance_is_that_of_the_random_walk(trend, horizon):
    # Where paths are sums of normal steps, the chance has a formula to compare with.
    found = chance(trend=trend, horizon=horizon)
    drift = found.trend * horizon if trend == "past" else 0
    exact = normal_tail(math.log(1.3), drift, found.spread * math.sqrt(horizon))
    assert found.reached == pytest.approx(exact, abs=1.5)


def test_spread_and_trend_are_those_of_the_past_changes():
    series = pd.Series(by_hand("both")).loc[2008:2023]
    logs = series.map(math.log).diff().dropna()
    found = chance()
    assert found.changes == len(logs) == 15
    assert found.spread == pytest.approx(logs.std())
    assert found.trend == pytest.approx(logs.mean())


def test_paths_repeat_and_the_band_is_in_order():
    first = chance(noise=120)
    target.chance.cache_clear()
    simulation._walks.cache_clear()
    again = chance(noise=120)
    assert first.paths.equals(again.paths)
    assert first.reached == again.reached
    assert (first.paths[10] < first.paths[50]).all()
    assert (first.paths[50] < first.paths[90]).all()
    assert first.paths[50].tolist() == pytest.approx([by_hand("both")[2023]] * 5, rel=0.01)


def test_without_ups_and_downs_only_the_trend_decides():
    assert chance(noise=0).reached == 0
    assert chance(noise=0, trend="past", past="all").reached == 100


def test_the_gap_is_no_change_and_too_few_changes_give_no_chance():
    # Up to 2001: 1993 to 1999 are six changes; 2000 and 2001 have none.
    assert chance(baseline=2001, past="all").changes == 6
    assert chance(baseline=1997, past="all") is None
    assert "not computed" in words(target.view(Choices(baseline=1997)))


def test_later_years_are_not_looked_at():
    assert target.known(Choices(baseline=2013)).index.max() == 2013
    assert target.spans(Choices(baseline=2013))["end"].max() == 2013


# -- the base rate


@given(some_choices)
def test_spans_are_counted_as_by_hand(choices):
    series = by_hand(choices.measure)
    first = 1993 if choices.past == "all" else max(1993, choices.baseline - int(choices.past))
    rate = 1 + choices.inflation / 100 if choices.prices == "real" else 1
    years, expected = choices.horizon, {}
    for start in range(first, choices.baseline - years + 1):
        if start in series and start + years in series:
            bar, after = 1.3 * rate**years, start + years + 1
            kept = None
            if after in series and after <= choices.baseline:
                kept = series[after] / series[start] >= bar * rate - 1e-9
            expected[start] = (series[start + years] / series[start] >= bar - 1e-9, kept)
    found = target.spans(choices)
    assert found["start"].tolist() == list(expected)
    assert found["reached"].tolist() == [reached for reached, _ in expected.values()]
    kept = [None if pd.isna(k) else bool(k) for k in found["kept"]]
    assert kept == [k for _, k in expected.values()]
    assert target.apart(choices) <= len(expected)


def test_what_happened_is_told_for_targets_whose_date_has_passed():
    assert "missed: 148.2 million US$ in 2018" in words(target.view(Choices(baseline=2013)))
    reached = words(target.view(Choices(baseline=2019, horizon=4)))
    assert "reached: 339.9 million US$ in 2023, +137.4 %" in reached
    assert "What happened" not in words(target.view(Choices()))
    assert "no figure for 2000" in words(target.view(Choices(baseline=1998, horizon=2)))


# -- showing


def test_choices_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().baseline = 2000
    controls = target.controls(Choices(prices="real"))
    assert controls
    for control in controls:
        assert control["label"]
        assert hasattr(Choices(), control["field"])


@given(some_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    html = target.view(choices)
    Text(html)
    assert "nan" not in html.lower()
    sentence = target.describe(choices)
    assert sentence.endswith(".")
    base = target.trade(choices.measure)[choices.baseline]
    if math.isnan(base):
        assert "<svg" not in html
        assert "without a baseline there is no target" in sentence
    else:
        end = choices.baseline + choices.horizon
        assert f"{target.needed(choices)[end]:,.1f} million US$ in {end}" in sentence
        assert sentence.split(" %")[0] == "30"
        assert 'role="img"' in html


def test_a_chance_is_never_rounded_to_certainty():
    assert target.share_words(0.01) == "fewer than 1 in 100 simulated paths"
    assert target.share_words(99.99) == "more than 99 in 100 simulated paths"
    assert target.share_words(0.0) == "none of the simulated paths"


def test_a_missing_year_is_a_break_in_the_line():
    def lines(baseline):
        html = target.view(Choices(baseline=baseline, past="all", horizon=1))
        return html.count(f'stroke="{charts.INK}" stroke-width="2" ')

    # One line up to 1999, and another from 2001 on.
    assert (lines(1999), lines(2001), lines(2002)) == (1, 2, 2)
    assert "with a gap in 2000" in target.view(Choices(baseline=2005, past="all"))


def test_it_never_calls_the_group_by_three_countries():
    shown = words(target.view(Choices()))
    assert "a lower bound" in shown
    assert not any(name in shown for name in ("India", "Pakistan", "Afghanistan"))


def test_the_lab_starts_with_the_choices_given():
    lab = cr.target_lab(baseline=2013)
    assert lab.choices["baseline"] == 2013
    lab.choices = {**lab.choices, "baseline": random.Random(8).choice([2019, 2020])}
    assert f"than in {lab.choices['baseline']}" in lab.sentence


# -- the figures in the lesson


def cells():
    return ["".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"]]


def test_the_figures_that_the_lesson_quotes_are_those_of_the_data():
    both = pd.Series(by_hand("both"))
    rows = cr.load("indicators").query("iso3 == 'TJK' and year == 2023").set_index("indicator")
    goods = ("merchandise_exports_current_usd", "merchandise_imports_current_usd")
    total = sum(rows.at[name, "value"] for name in goods) / 1e6
    change = both.reindex(range(1993, 2024)).pct_change() * 100
    recent, five = change.loc[2009:2023], target.spans(Choices())
    ever = target.spans(Choices(horizon=1, past="all"))
    kept = ever.loc[ever["reached"], "kept"].dropna()
    lost = ever[ever["reached"] & ever["kept"].eq(False).fillna(False)]
    yearly = 100 * (1.3**0.2 - 1)
    quoted = [
        f"about {both[2023]:.0f} million dollars in 2023",
        f"{both[2023] / total * 100:.1f} % of Tajikistan's {total / 1000:.2f} billion",
        f"{both[2023] * 0.3:.0f} million dollars, or {both[2023] * 30 / total:.1f} %",
        f"from {both[2013]:.0f} to {both[2018]:.0f} million dollars and missed the target",
        f"from {both[2019]:.0f} to {both[2023]:.0f} million dollars, a rise of "
        f"{(both[2023] / both[2019] - 1) * 100:.0f} %",
        f"five such years give {100 * (1.06**5 - 1):.0f} %",
        f"about {yearly:.1f} % a year",
        f"needs {100 * (1.3**0.2 * 1.03 - 1):.1f} % growth a year, and "
        f"{both[2023] * 1.3 * 1.03**5:.0f} million dollars in 2028 instead of "
        f"{both[2023] * 1.3:.0f} million",
        f"in {(change >= 30).sum()} of the {change.count()} yearly changes",
        f"2 of the {recent.count()} yearly changes from 2009 to 2023",
        f"2010 ({change[2010]:+.0f} %) and 2020 ({change[2020]:+.0f} %)",
        f"In 2015 trade fell by {-change[2015]:.0f} %",
        f"{five['reached'].sum()} of the {len(five)} five-year spans",
        f"In 1998 all trade with the group was {both[1998]:.0f} million dollars",
        f"| no trend, nominal | {chance().reached:.0f} in 100 |",
        f"| no trend, real (prices rise by 3 % a year) | {chance(prices='real').reached:.0f} in",
        f"continues, nominal | {chance(trend='past').reached:.0f} in 100 |",
        f"The lab draws {target.DRAWS:,} paths",
    ]
    text = "\n".join(cells())
    assert [words_ for words_ in quoted if words_ not in text] == []
    assert int((recent >= 30).sum()) == 2
    assert target.apart(Choices()) == 3
    assert len(kept) == 8
    assert lost["end"].tolist() == [1996]
    assert both.loc[1993:1999].max() < 12.5


def test_the_press_figures_are_those_of_the_table():
    reported = cr.load("trade_reported").set_index("id")
    goal, sold, bought = reported.loc[["R56", "R51", "R53"], "value"]
    assert (goal, sold, bought) == (500, 4.5, 11.16)
    assert pd.isna(reported.at["R56", "published"])
    assert "$40 to $90 million" in reported.at["R56", "quality_note"]
    text = "\n".join(cells())
    least, most = goal / 90, goal / 40
    assert f"about {least:.0f} to {most + 0.01:.0f} times" in text
    assert f"{goal / (sold + bought):.0f} times the sum on the second" in text


def test_two_tables_for_one_thing():
    share = cr.load("indicators").query(
        "iso3 == 'TJK' and year == 2014 and indicator == 'exports_to_south_asia_pct'"
    )
    assert f"{share['value'].item():.1f} %" == "8.0 %"
    partners = cr.load("trade_partners").query("iso3 == 'TJK' and flow == 'exports'")
    shares = partners[partners["year"] == 2014].set_index("partner_iso3")["share_pct"]
    assert (shares["AFG"], shares["BGD"]) == (10.7, 7.4)


def test_only_one_claim_has_a_number():
    claims = cr.load("claims")
    assert claims.loc[claims["claim"].str.contains(r"\d"), "id"].tolist() == ["A49"]
