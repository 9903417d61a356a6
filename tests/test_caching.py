"""Short texts are remembered, and long ones read anew."""

import pytest

from crossroads.caching import LONG, short_text_cache
from crossroads.grading.submitted.python_source import names_given
from crossroads.questions.signs import parses


@pytest.fixture
def read():
    """What a remembering function was asked, and the function."""
    asked = []

    @short_text_cache(2)
    def letters(text):
        """How many letters."""
        asked.append(text)
        if text == "?":
            raise ValueError(text)
        return len(text)

    return asked, letters


def test_a_short_text_is_read_once_and_a_long_one_each_time(read):
    asked, letters = read
    short, long = "x" * (LONG - 1), "x" * LONG
    assert [letters(text) for text in (short, long) * 2] == [LONG - 1, LONG] * 2
    assert asked == [short, long, long]


def test_only_the_latest_are_kept(read):
    asked, letters = read
    for text in "abcba":
        letters(text)
    assert asked == [*"abca"], "c took the place of a, and a that of c"


def test_a_failure_is_not_remembered_and_the_function_keeps_its_name(read):
    asked, letters = read
    for _ in range(2):
        with pytest.raises(ValueError, match=r"\?"):
            letters("?")
    assert asked == ["?", "?"]
    assert (letters.__name__, letters.__doc__) == ("letters", "How many letters.")


@pytest.mark.parametrize("more", ["", "#" * LONG], ids=["short", "long"])
def test_who_remembers_says_the_same_of_short_and_long_texts(more):
    for _ in range(2):
        assert parses(f"x = 1 {more}") and not parses(f"x = {more}")
        assert names_given(f"x = y = 1 {more}") == {"x", "y"}
        assert isinstance(names_given(f"x = 1 {more}"), frozenset), "it is handed out again"
