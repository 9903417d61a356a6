"""The partner scorecard: points, weights, ranking, robustness."""

import json
import re
from pathlib import Path

import pytest
from explorers_text import Text
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import scorecard
from crossroads.explorers.scorecard import CRITERIA, METHODS, PARTNERS, Choices

weights = st.fixed_dictionaries({name: st.integers(0, 5) for name in CRITERIA})
LESSON = Path(__file__).parents[2] / "lessons" / "07-three-partners-compared.ipynb"


def only(name):
    return Choices(weights={c: float(c == name) for c in CRITERIA})


def leader(choices):
    return scorecard.scores(choices).index[0]


def test_every_criterion_has_a_value_for_every_partner():
    found = scorecard.measures()
    assert len(found) == len(CRITERIA) * len(PARTNERS)
    assert found["value"].notna().all()


def test_the_values_are_those_of_the_tables():
    values = scorecard.measures().set_index(["criterion", "iso3"])
    gdp = cr.load("indicators").query("iso3 == 'AFG' and indicator == 'gdp_current_usd'")
    last = gdp.sort_values("year").iloc[-1]
    assert values.loc[("market", "AFG"), "value"] == pytest.approx(last["value"] / 1e9)
    assert values.loc[("market", "AFG"), "year"] == last["year"] == 2022
    assert values.loc[("distance", "PAK"), "value"] == 664
    assert values.loc[("border", "PAK"), "value"] == 0


@pytest.mark.parametrize("method", METHODS)
def test_the_best_has_100_points_and_less_distance_is_better(method):
    points = scorecard.points(method)
    assert (points.max() == 100).all()
    assert (points.min() >= 0).all()
    assert points["distance"].idxmax() == "AFG"


def test_ranges_and_shares_by_hand():
    by_range, by_share = scorecard.points("range"), scorecard.points("share")
    assert by_range.at["PAK", "distance"] == pytest.approx((664 - 1353) / (450 - 1353) * 100)
    assert by_share.at["PAK", "distance"] == pytest.approx(450 / 664 * 100)
    assert scorecard.points("rank")["border"].to_dict() == {"IND": 25, "PAK": 25, "AFG": 100}


def test_no_partner_wins_under_all_weights():
    assert {leader(only(name)) for name in CRITERIA} == set(PARTNERS.values())


def test_the_way_to_normalise_changes_the_winner():
    found = {method: leader(Choices(method=method)) for method in METHODS}
    assert found == {"range": "Afghanistan", "share": "India", "rank": "Afghanistan"}


@given(weights, st.sampled_from(list(METHODS)), st.integers(2, 4))
def test_only_the_proportions_of_weights_count(chosen, method, factor):
    if not any(chosen.values()):
        return
    one = scorecard.scores(Choices(chosen, method))
    many = scorecard.scores(Choices({k: v * factor for k, v in chosen.items()}, method))
    assert one.sort_index().tolist() == pytest.approx(many.sort_index().tolist())
    assert one.between(0, 100.0001).all()


@given(weights, st.sampled_from(list(METHODS)))
def test_every_choice_has_a_view_and_a_sentence(chosen, method):
    choices = Choices(chosen, method)
    Text(scorecard.view(choices))
    sentence = scorecard.describe(choices)
    assert sentence.endswith(".")
    if any(chosen.values()):
        assert leader(choices) in sentence
    else:
        assert "no ranking" in sentence


@pytest.mark.parametrize("method", METHODS)
def test_wins_under_random_weights_add_up_and_repeat(method):
    share = scorecard.wins(method)
    assert share.sum() == pytest.approx(100)
    scorecard.wins.cache_clear()
    assert scorecard.wins(method).equals(share)


def test_the_figures_that_the_lesson_quotes_are_those_of_the_data():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    values = scorecard.measures().set_index(["criterion", "iso3"])["value"]
    (far,) = re.findall(r"far = pd.Series\((\{.*\})\)", text)
    (gdp,) = re.findall(r"gdp = pd.Series\((\{.*\})\)", text)
    for quoted, criterion, digits in ((far, "distance", 0), (gdp, "market", 1)):
        for code, partner in PARTNERS.items():
            shown = json.loads(quoted)[partner]
            assert shown == pytest.approx(round(values[criterion, code], digits))
    assert "Afghanistan comes first by range and by ranks, and India by share of the best" in text
    assert f"{scorecard.DRAWS:,} sets of weights" in text


def test_the_figures_of_the_self_check_on_random_weights():
    text = (LESSON.parent / "checks" / "07.yml").read_text("utf-8")
    by_range, by_share = (scorecard.wins(method).round() for method in ("range", "share"))
    one = f"in {by_range['Pakistan']:.0f} per cent of them by range"
    assert f"{one}, and in {by_share['Pakistan']:.0f} per cent of the same sets" in text
    first = f"Afghanistan comes first in {by_range['Afghanistan']:.0f} per cent"
    others = (
        f"of the sets, Pakistan in {by_range['Pakistan']:.0f} and India in {by_range['India']:.0f}"
    )
    assert f"{first} {others}" in text
