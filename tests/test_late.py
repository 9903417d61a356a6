"""Late rules: pure, and what is wrong in their file."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads.grading import late
from crossroads.grading.late import Rule

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = Rule(per_day=0.1, at_most=0.5, grace=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("lateness", "points"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=16), 3),
        (DAY, 3),
        (DAY + HOUR, 6),
        (9 * DAY, 15),
        (-HOUR, 0),
    ],
)
def test_each_day_begun_costs_its_share_up_to_the_most(lateness, points):
    assert RULE.penalty(lateness, 30) == points


@given(st.timedeltas(-DAY, 99 * DAY), st.timedeltas(-DAY, 99 * DAY), st.floats(0, 1000))
def test_later_never_costs_less_nor_more_than_there_is(one, other, possible):
    early, later = sorted((one, other))
    assert 0 <= RULE.penalty(early, possible) <= RULE.penalty(later, possible)
    assert RULE.penalty(later, possible) <= possible / 2 + 0.005


def test_an_assignment_has_the_course_s_rule_but_for_its_own(tmp_path):
    assert late.read(tmp_path) is None
    (tmp_path / late.FILE).write_text(
        """
per_day: 10
at_most: 50
assignments:
  quiz-03:
    due: 2027-01-31 12:00:00 +05:00
    per_day: 20
    extensions:
      student-07: 2027-02-03 12:00:00
""",
        "utf-8",
    )
    found = late.read(tmp_path)
    assert found.of("quiz-01") == Rule(0.1, 0.5)
    own = found.of("quiz-03")
    assert (own.per_day, own.at_most) == (0.2, 0.5)
    assert own.due == datetime(2027, 1, 31, 7, tzinfo=UTC)
    assert own.extensions == {"student-07": datetime(2027, 2, 3, 12, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("per_dya: 10", "'per_dya' is unknown; did you mean per_day?"),
        ("per_day: ten", "per_day must be a number from 0 to 100, not 'ten'"),
        ("per_day: 110", "per_day must be a number from 0 to 100, not 110"),
        ("due: 2027-01-31 12:00:00", "'due' is unknown"),
        ("assignments: [quiz-03]", "assignments needs lines of the form name: value"),
        ("assignments: {quiz-03: {due: soon}}", "quiz-03: due must be a time such as"),
        (
            "assignments: {quiz-03: {extensions: {ann: 3}}}",
            "quiz-03: extensions: ann must be a time",
        ),
        ("- a", "the file needs lines"),
        ("a: [", "isn't YAML"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path, text, why):
    (tmp_path / late.FILE).write_text(text, "utf-8")
    with pytest.raises(ValueError, match="deadlines.yml") as error:
        late.read(tmp_path)
    assert why in str(error.value)
