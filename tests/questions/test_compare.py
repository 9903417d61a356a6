"""Results compared as a fair marker would, and what is said of one that isn't right."""

import re

import numpy as np
import pandas as pd
import pytest

from crossroads.questions.compare import compare

NUMBERS = [21.17915, 79.25]


@pytest.mark.parametrize(
    ("got", "wanted", "words"),
    [
        (np.float64(21.179152), 3.0, "The value is 21.1792, which is not what the task describes."),
        (
            [np.float64(21.17915), 3],
            NUMBERS,
            "number 2, counting from 1. The other values are right.",
        ),
        ([1, 2], NUMBERS, "The value is 1, 2, which"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "the value of b. The other values are right."),
        (pd.Series([1, 2]).mean, 1.5, "Type round brackets after its name."),
        (len, "text", "Type round brackets after its name."),
        (object(), "text", "This answer needs text. You gave an object of type object."),
        ([object(), 3], NUMBERS, "This is a list, which is not what the task describes."),
        (list(range(20)), list(range(1, 21)), "The value is 0, 1, 2, 3, 4, 5, …, which"),
    ],
)
def test_what_is_wrong_is_said_in_a_learners_words(got, wanted, words):
    (said,) = [p.message for p in compare(got, wanted) if not p.holds]
    assert words in said
    assert not re.search(r"np\.|Ellipsis|bound method|object at", said)


@pytest.mark.parametrize(
    ("got", "wanted", "right"),
    [
        (21.2, 21.17915, True),
        (21.18, 21.17915, True),
        (21.1, 21.17915, False),
        (21, 21.17915, False),
        (79, 79.25, True),
        ("79,3", 79.25, True),
        (0.4, 0.38, False),
        (0.38, 0.3789, True),
        (20.0, 20.04, True),
        ([21.2, 79], NUMBERS, True),
        ({"a": 3.7}, {"a": 3.74}, True),
        (pd.Series({"a": 0.0, "b": 52.1}), pd.Series({"a": 0.04, "b": 52.13}), True),
        (pd.DataFrame({"x": [1.3, 250.0]}), pd.DataFrame({"x": [1.26, 250.04]}), True),
        (pd.DataFrame({"x": [pd.NA]}), pd.DataFrame({"x": pd.array([pd.NA], "Int64")}), True),
        (float("nan"), 3.2, False),
        (float("inf"), 3.2, False),
        (0, 1e-12, True),
    ],
)
def test_a_rounded_number_is_right_to_the_digits_that_it_has(got, wanted, right):
    assert all(p.holds for p in compare(got, wanted, rounded=True)) is right
