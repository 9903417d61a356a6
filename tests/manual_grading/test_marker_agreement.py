"""How far two markers agree: against published results."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads.cohens_kappa import weighted_kappa
from crossroads.manual_grading import marker_agreement

#: The example of the SAS manual's PROC FREQ whose printout statsmodels' tests hold
#: (statsmodels/stats/tests/test_inter_rater.py): two raters, three levels.
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
#: Raters 2 and 3 of "anxiety" in the R package irr. Its kappa2 leaves out level 5, which neither
#: of the two gave.
ANXIETY = (
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
)
RANKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


def ratings(table):
    found = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [i for i, _ in found], [j for _, j in found]


def pairs(first, second, levels=4):
    return pd.DataFrame(
        {
            "item": "q15",
            "criterion": "Clear",
            "student_id": [f"s{n}" for n in range(len(first))],
            "levels": levels,
            "first": first,
            "second": second,
            "first_points": [float(x) for x in first],
            "second_points": [float(x) for x in second],
            "settled": False,
        }
    )


def test_linear_kappa_and_its_error_are_those_that_sas_prints():
    value, error = weighted_kappa(*ratings(SAS), 3, "linear")
    assert (value, error) == pytest.approx((0.4701, 0.1457), abs=5e-5)
    row = marker_agreement.agreement(pairs(*ratings(SAS), levels=3)).loc[0]
    assert (row["linear_low"], row["linear_high"]) == pytest.approx((0.1845, 0.7558), abs=6e-5)


def test_both_kappas_are_those_of_the_r_package_irr():
    known = sorted({*ANXIETY[0], *ANXIETY[1]})
    assert known == [1, 2, 3, 4, 6]
    first, second = ([known.index(x) for x in rater] for rater in ANXIETY)
    assert weighted_kappa(first, second, 5, "linear")[0] == pytest.approx(0.1459075, abs=5e-8)
    assert weighted_kappa(first, second, 5, "quadratic")[0] == pytest.approx(0.2520325, abs=5e-8)


@given(RANKS)
def test_kappa_knows_neither_who_is_first_nor_which_end_is_up(found):
    first, second = [a for a, _ in found], [b for _, b in found]
    for weights in ("linear", "quadratic"):
        value, error = weighted_kappa(first, second, 4, weights)
        for other in (
            weighted_kappa(second, first, 4, weights),
            weighted_kappa([3 - a for a in first], [3 - b for b in second], 4, weights),
        ):
            assert other == pytest.approx((value, error), abs=1e-6, nan_ok=True)
        assert math.isnan(value) or -1 - 1e-9 <= value <= 1 + 1e-9


def test_perfect_agreement_is_one_and_no_variation_is_undefined():
    assert weighted_kappa([0, 1, 2, 3], [0, 1, 2, 3], 4, "quadratic") == pytest.approx((1, 0))
    row = marker_agreement.agreement(pairs([2] * 8, [2] * 8)).loc[0]
    assert math.isnan(row["linear"]) and row["exact"] == 1
    assert "undefined" in row["note"]


def test_a_small_class_is_told_what_cannot_be_said():
    few = marker_agreement.agreement(pairs([0, 1, 2], [0, 2, 2])).loc[0]
    assert math.isnan(few["quadratic"]) and few["note"].startswith("3 answers: too few")
    some = marker_agreement.agreement(pairs([0, 1, 2, 3] * 5, [0, 2, 2, 3] * 5)).loc[0]
    assert some["quadratic"] > 0.8 and math.isnan(some["quadratic_low"])
    assert "needs 32" in some["note"]
    many = marker_agreement.agreement(pairs([0, 1, 2, 3] * 8, [0, 2, 2, 3] * 8)).loc[0]
    assert many["quadratic_low"] < many["quadratic"] < many["quadratic_high"] <= 1
    assert many["note"] == ""


def test_exact_and_adjacent_agreement_and_who_is_stricter():
    row = marker_agreement.agreement(pairs([3, 3, 2, 1, 0, 3], [3, 2, 0, 1, 0, 0])).loc[0]
    assert (row["n"], row["exact"], row["adjacent"]) == (6, 0.5, pytest.approx(4 / 6))
    assert row["exact_low"] < 0.5 < row["exact_high"]
    assert row["shift"] == -1


def test_what_lies_far_apart_is_listed_until_it_is_settled():
    found = pairs([3, 3, 2, 1, 0], [3, 2, 0, 1, 3])
    assert list(marker_agreement.apart(found)["student_id"]) == ["s4", "s2"]
    found.loc[4, "settled"] = True
    assert list(marker_agreement.apart(found)["student_id"]) == ["s2"]


def test_nothing_marked_twice_is_an_empty_table():
    none = pairs([], [])
    assert marker_agreement.agreement(none).empty and marker_agreement.apart(none).empty
