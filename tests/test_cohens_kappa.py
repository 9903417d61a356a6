from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads import kappa
from crossroads.explorers.claims import KINDS

codings = st.dictionaries(st.integers(0, 20).map(str), st.sampled_from(list(KINDS)), min_size=1)


def test_kappa_of_a_worked_example():
    # 50 cases: 20 both yes, 15 both no, 5 and 10 split; p_o = 0.7, p_e = 0.5, kappa = 0.4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    first = {str(i): a for i, (a, _) in enumerate(pairs)}
    second = {str(i): b for i, (_, b) in enumerate(pairs)}
    assert kappa(first, second) == pytest.approx(0.4)


@given(codings, codings)
def test_kappa_does_not_care_who_comes_first_and_is_at_most_one(first, second):
    value, other = kappa(first, second), kappa(second, first)
    assert (isnan(value) and isnan(other)) or value == pytest.approx(other)
    assert isnan(value) or value <= 1


@given(codings)
def test_kappa_with_oneself_is_one_or_undefined(coding):
    value = kappa(coding, coding)
    assert isnan(value) == (len(set(coding.values())) == 1)
    assert isnan(value) or value == pytest.approx(1)


def test_kappa_with_nothing_in_common_is_undefined():
    assert isnan(kappa({"A01": "causal"}, {"A02": "causal"}))
