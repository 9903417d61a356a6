"""Late rules: pure, and what is wrong in their file."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads.grading import late_penalties, time_formats
from crossroads.grading.late_penalties import IN_TIME, LATE, Arrival, Rule, Standing
from crossroads.grading.notes import said, say

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = Rule(per_day=0.1, at_most=0.5, grace=timedelta(minutes=15))
DUE = datetime(2027, 1, 31, 12, tzinfo=UTC)


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
    assert RULE.cost(DUE, DUE + lateness, 30) == points


@given(st.timedeltas(-DAY, 99 * DAY), st.timedeltas(-DAY, 99 * DAY), st.floats(0, 1000))
def test_later_never_costs_less_nor_more_than_there_is(one, other, possible):
    early, later = (RULE.cost(DUE, DUE + late, possible) for late in sorted((one, other)))
    assert 0 <= early <= later <= possible / 2 + 0.005


def test_an_assignment_has_the_course_s_rule_but_for_its_own(tmp_path):
    assert late_penalties.read(tmp_path) is None
    (tmp_path / late_penalties.FILE).write_text(
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
    found = late_penalties.read(tmp_path)
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
        ("a: [", "is not valid YAML"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path, text, why):
    (tmp_path / late_penalties.FILE).write_text(text, "utf-8")
    with pytest.raises(ValueError, match="deadlines.yml") as error:
        late_penalties.read(tmp_path)
    assert why in str(error.value)


# -- times ---------------------------------------------------------------------------------------


def at(day, hour=12, minute=0, month=1):
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2027-01-31 12:00:00 UTC", at(31)),
        ("2027-01-31 12:00:00.000000 UTC", at(31)),
        ("  2027-01-31 12:00\n", at(31)),
        ("2027-01-31T12:00:00Z", at(31)),
        ("2027-01-31 17:00:00 +05", at(31)),
        ("2027-01-31 17:30 +0530", at(31)),
        ("2027-01-31 04:00:00 America/Los_Angeles", at(31)),
        ("2027-07-31 14:00:00 CEST", at(31, month=7)),
        ("2027-01-31 17:00 UTC+5", at(31)),
        ("31.01.2027 12:00", at(31)),
        ("Sun, 31 Jan 2027 17:00:00 +0500", at(31)),
        ("2027-10-31 02:30 Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_programs_and_people_write_it(text, time):
    assert time_formats.read_time(text).astimezone(UTC) == time


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("\x00\x01", "it has no date"),
        ("x" * 101, "it has no date"),
        ("12:00", "which is not a date with a time"),
        ("2027-01-31", "which is not a date with a time"),
        ("Monday", "which is not a date with a time"),
        ("1801390800", "which is not a date with a time"),
        ("But I want to be a timestamp string :(", "which is not a date with a time"),
        ("2027-01-31-12-00-00-000000", "which is not a date with a time"),
        ("4/9/2027, 12:11:29 μ.μ.", "which is not a date with a time"),
        ("01.02.2027 12:00", "where day and month could be either"),
        ("2/1/2027 9:00 PM", "where day and month could be either"),
        ("2027-01-31 12:00 XYZ", "its time zone 'XYZ' is unknown"),
        ("2027-01-31 12:00 ../../etc/passwd", "its time zone '../../etc/passwd' is unknown"),
        ("2027-13-01 10:00", "month must be in 1..12"),
        ("1970-01-01 00:00:00 UTC", "which is too early"),
    ],
)
def test_what_is_no_time_for_sure_is_none(text, why):
    with pytest.raises(ValueError) as error:
        time_formats.read_time(text)
    assert why in str(error.value)


@given(st.text(max_size=120))
def test_no_text_breaks_the_reading_of_times(text):
    try:
        assert time_formats.read_time(text).tzinfo
    except ValueError as error:
        assert str(error).isprintable()


def test_a_day_is_one_of_the_deadline_s_own_clock():
    zone = time_formats.zone_of("Europe/Berlin")
    # Summer time ends: from 20:00 to 20:00 it's 25 hours.
    due = datetime(2027, 10, 30, 20, 0, tzinfo=zone)
    assert RULE.cost(due, datetime(2027, 10, 31, 18, 59, tzinfo=UTC), 30) == 3
    assert RULE.cost(due, datetime(2027, 10, 31, 19, 1, tzinfo=UTC), 30) == 6
    spring = datetime(2027, 3, 27, 20, 0, tzinfo=zone)
    assert late_penalties.days_begun(spring, datetime(2027, 3, 28, 18, 1, tzinfo=UTC)) == 2
    # An hour that comes twice: the day ends with the second.
    twice = datetime(2027, 10, 30, 2, 30, tzinfo=zone)
    assert late_penalties.days_begun(twice, datetime(2027, 10, 31, 1, 30, tzinfo=UTC)) == 1
    assert late_penalties.days_begun(twice, datetime(2027, 10, 31, 1, 31, tzinfo=UTC)) == 2
    fixed = due.replace(tzinfo=timezone(2 * HOUR))
    assert (
        late_penalties.days_begun(fixed, fixed + DAY) == 1
        and late_penalties.days_begun(due, due) == 0
    )


@given(st.timedeltas(timedelta(minutes=1), 40 * DAY), st.timedeltas(timedelta(0), DAY))
def test_later_is_never_fewer_days_whatever_the_clock_does(first, more):
    due = datetime(2027, 10, 30, 2, 30, tzinfo=time_formats.zone_of("Europe/Berlin"))
    came = due.astimezone(UTC) + first
    assert 1 <= late_penalties.days_begun(due, came) <= late_penalties.days_begun(due, came + more)


# -- how a submission stands -----------------------------------------------------------------------

TEN = Rule(per_day=0.1, due=at(10))


@pytest.mark.parametrize(
    ("due", "arrival", "off"),
    [
        (None, Arrival(at(20)), 0),
        (at(10), Arrival(at(10)), 0),
        (at(10), Arrival(at(11, 13)), 4),
        (at(10), Arrival(), 0),
        (at(10), Arrival(word=LATE), 2),
        (at(10), Arrival(word=LATE, due=at(10)), 2),
        (at(10), Arrival(word=IN_TIME), 0),
        # The platform calls it in time, though its download has a later time.
        (at(10), Arrival(at(20), word=IN_TIME), 0),
        (at(10), Arrival(at(20), word=IN_TIME, due=at(10)), 0),
        # The deadline was moved to an earlier day: by how much is known at least.
        (at(8), Arrival(word=LATE, due=at(10)), 6),
        # It was moved to a later one, before which all had been downloaded.
        (at(15), Arrival(by=at(14), word=LATE, due=at(10)), 0),
        (at(8), Arrival(by=at(7), word=IN_TIME, due=at(10)), 0),
    ],
)
def test_a_submission_stands_to_its_deadline_by_what_is_known(due, arrival, off):
    found = late_penalties.standing(TEN, due, arrival, 20)
    assert (found.off, found.question) == (off, None)


@pytest.mark.parametrize(
    ("due", "arrival", "why"),
    [
        (at(10), Arrival(unread=said("timestamp.txt is empty")), "timestamp.txt is empty"),
        (at(15), Arrival(word=LATE, due=at(10)), "says LATE by the deadline 2027-01-10 12:00 UTC"),
        (at(15), Arrival(by=at(16), word=LATE), "whether it came by 2027-01-15 12:00 UTC is not"),
        (at(8), Arrival(word=IN_TIME, due=at(10)), "says IN TIME by the deadline"),
    ],
)
def test_what_cannot_be_told_is_a_question_and_costs_nothing_yet(due, arrival, why):
    found = late_penalties.standing(TEN, due, arrival, 20)
    assert why in say(found.question) and found.off == 0
    free = late_penalties.standing(Rule(due=at(10)), due, arrival, 20)
    assert free == Standing(), "where lateness costs nothing, nobody is asked"


# -- the file --------------------------------------------------------------------------------------

FORM = """per_day: 10
assignments:
  {quiz}:
    due: {due}
    extensions:
      {student}: 2027-03-30 12:00:00 +00:00
"""


def rules(quiz="quiz-01", due="2027-03-28 12:00:00 +00:00", student="cyd", form=FORM):
    text = form.format(quiz=quiz, due=due, student=student)
    people = {"cyd": "A", "00123": "", "dee": "B"}
    return late_penalties.resolved(
        late_penalties.parse(text.encode()), ["quiz-01", "quiz-02"], people
    )[0].of("quiz-01")


@pytest.mark.parametrize("student", ["cyd", "Cyd", "'cyd'", "00123", '"00123"'])
def test_a_name_is_understood_as_it_was_typed(student):
    assert set(rules(student=student).extensions) <= {"cyd", "00123"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"quiz": "quiz-1"}, "line 3: 'quiz-1' is not an assignment of this course; did you mean"),
        ({"student": "cid"}, "line 6: 'cid' is not a student of the roster; did you mean cyd?"),
        ({"student": "123"}, "line 6: '123' is not a student of the roster; did you mean 00123?"),
        ({"due": "2027-03-28"}, "line 4: quiz-01: due must be a time such as 2027-01-31 12:00:00"),
        (
            {"due": "2027-03-28 02:30 Europe/Berlin"},
            "a time that did not exist, because summer time began",
        ),
        (
            {"due": "2027-10-31 02:30 Europe/Berlin"},
            "came twice, because summer time ended: add an offset",
        ),
        ({"due": "03.04.2027 12:00"}, "where day and month could be either"),
        ({"due": "2027-03-28 12:00 Mars"}, "its time zone 'Mars' is unknown"),
        ({"form": FORM + "      cyd: 2027-03-29 12:00\n"}, "line 7: 'cyd' appears twice"),
        ({"form": FORM + "      CYD: 2027-03-29 12:00\n"}, "line 7: cyd appears twice"),
        (
            {"form": FORM.replace("    due", "\t due")},
            "line 4: this is not valid YAML: a tab; use spaces",
        ),
        ({"form": "zone: Mars\n" + FORM}, "line 1: the time zone 'Mars' is unknown"),
        ({"form": FORM + "    sections: {{C: 2027-04-01 12:00}}\n"}, "'C' is not a section of the"),
        ({"form": "per_day: 2,5,1\n"}, "line 1: per_day must be a number from 0 to 100"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_its_line(given, why):
    with pytest.raises(ValueError) as error:
        rules(**given)
    assert why in str(error.value)


@pytest.mark.parametrize("due", ["2027-03-28T12:00:00Z", "2027-03-28 14:00 Europe/Berlin"])
def test_zones_are_understood(due):
    assert rules(due=due).due == at(28, month=3)
    local = rules(due="2027-03-28 17:00", form="zone: Asia/Dushanbe\n" + FORM)
    assert local.due == at(28, month=3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_windows_writes_is_read(encoding):
    text = FORM.format(quiz="q", due="2027-03-28 12:00", student="x").replace("\n", "\r\n")
    assert late_penalties.parse(text.replace("10", "2,5").encode(encoding)).rule.per_day == 0.025
    with pytest.raises(ValueError, match="line 2: it is not UTF-8; save it as UTF-8"):
        late_penalties.parse(b"per_day: 10\n# \xff\n")


def test_every_wrong_name_is_said_at_once():
    with pytest.raises(ValueError) as error:
        rules(quiz="quiz-1", student="cid")
    assert len(str(error.value).splitlines()) == 2


def test_without_a_roster_an_unknown_student_is_only_said():
    text = FORM.format(quiz="quiz-01", due="2027-03-28 12:00", student="new")
    found, notes = late_penalties.resolved(
        late_penalties.parse(text.encode()), ["quiz-01"], {"cyd": ""}, whole=False
    )
    assert set(found.of("quiz-01").extensions) == {"new"} and "line 6: 'new'" in say(notes[0])


def test_a_section_s_deadline_is_everybody_s_in_it_but_for_their_own():
    own = rules(form=FORM + "    sections: {{a: 2027-04-01 12:00, B: 2027-04-02 12:00}}\n")
    until = {
        who: late_penalties.due_of(own, who, None, None).day for who in ("cyd", "dee", "00123")
    }
    assert until == {"cyd": 30, "dee": 2, "00123": 28}
