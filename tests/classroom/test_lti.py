"""The class list and marks by a platform's own services, from a platform on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from guides import file_box
from lms import STUDENT, TEACHER, running_lms

from crossroads.classroom import lti, roster
from crossroads.classroom.export import Marks
from crossroads.classroom.notes import say
from crossroads.cli import main
from crossroads.course import Person

GUIDE = Path(__file__).parents[2] / "docs" / "grading.md"
MARKS = Marks(
    "quiz-01",
    {"q1": 1.0, "q2": 2.5},
    [
        {"student_id": "ann", "q1": 1.0, "q2": 0.125, "late_penalty": 0.0, "total": 1.125},
        {"student_id": "ben", "q1": 0.0, "q2": None, "late_penalty": 0.0, "total": None},
        {"student_id": "cem", "q1": 1.0, "q2": 2.5, "late_penalty": 1.0, "total": 2.5},
        {"student_id": "dov", "q1": 0.0, "q2": 0.0, "late_penalty": 0.0, "total": 0.0},
    ],
    {},
)


def member(user_id, given="", family="", email="", sis="", roles=(STUDENT,), **other):
    return {
        "user_id": user_id,
        "given_name": given,
        "family_name": family,
        "email": email,
        "lis_person_sourcedid": sis,
        "roles": list(roles),
        **other,
    }


MEMBERS = [
    member("11", "Ann", "Lee", "ann@uni.example", "ann"),
    member("1", "Tess", "Teacher", "tess@uni.example", "tess", (TEACHER,)),
    # Canvas knows a person by a long name of signs; the short form of a role is allowed.
    member("535fa085-f2aa", "Zoë", "Müller", "BEN@uni.example", "ben", ("Learner",)),
    member("13", "", "", "cem@uni.example", "cem", name="=cmd|' /C calc'!A0"),
    member("14", "Gone", "Away", "gone@uni.example", "gone", status="Inactive"),
]


@pytest.fixture
def platform(tmp_path):
    with running_lms() as lms:
        lms.members = [*MEMBERS]
        lms.public_key = lti.public_key(tmp_path)[0]
        (tmp_path / "lti.yml").write_text(lms.settings())
        yield lms


def test_the_class_list_comes_by_pages_and_is_read_like_a_file(platform, tmp_path, capsys):
    course = f"--course={tmp_path}"
    assert main(["roster", "--lti", course]) == 0
    assert roster.read(tmp_path) == [
        Person("ann", "Ann", "Lee", "ann@uni.example", "11", "ann"),
        Person("ben", "Zoë", "Müller", "BEN@uni.example", "535fa085-f2aa", "ben"),
        Person("cem", "=cmd|' /C", "calc'!A0", "cem@uni.example", "13", "cem"),
    ]
    assert sum("/members" in asked for asked in platform.asked) == 3
    assert "'=cmd" in (tmp_path / "roster.csv").read_text()
    assert main(["lti", course]) == 0
    assert "5 people in the course, 3 of them students" in capsys.readouterr().out


def test_marks_arrive_once_and_a_better_one_replaces_them(platform, tmp_path):
    people = [Person("ann", lms_user_id="11"), Person("cem", email="Cem@uni.example")]
    people += [Person("ben"), Person("dov", email="dov@uni.example")]
    service = lti.Platform(tmp_path)
    scores, notes = lti.scores(MARKS, people, service.members())
    told = []
    service.send("quiz-01", scores, told.append)
    (column,) = platform.items
    assert (column["label"], column["scoreMaximum"]) == ("quiz-01", 3.5)
    sent = {user: said["scoreGiven"] for (_, user), said in platform.scores.items()}
    assert sent == {"11": 1.13, "13": 2.5} and told == [1, 2]
    # Ben waits for a marker, which is no zero; Dov isn't there.
    assert [say(note) for note in notes] == [
        "not sent: nobody in the course there has the number, id or address that the roster has "
        "of dov"
    ]
    service.send("quiz-01", [lti.Score("11", "ann", 3.0, 3.5)])
    assert (
        len(platform.items) == 1 and platform.scores["crossroads:quiz-01", "11"]["scoreGiven"] == 3
    )
    # One token for the class list and one for marks, however many were sent.
    assert sum(asked.startswith("POST /token") for asked in platform.asked) == 2


def test_two_who_could_be_meant_are_nobody():
    people = [Person("ann", email="both@uni.example", sis_id="77")]
    there = [member("11", email="both@uni.example"), member("12", sis="77")]
    scores, notes = lti.scores(MARKS, people, there)
    assert scores == [] and notes[-1].code == "several-on-platform"
    # One address on the roster twice: neither gets the mark of the other.
    people = [Person(one, email="both@uni.example") for one in ("ann", "cem")]
    scores, notes = lti.scores(MARKS, people, there[:1])
    assert scores == [] and notes[-1].values == {"students": ["ann", "cem"]}


def test_a_busy_platform_is_asked_again_and_what_it_refuses_is_said(
    platform, tmp_path, monkeypatch
):
    monkeypatch.setattr("urllib3.util.Retry.sleep", lambda *_: None)
    platform.trouble = [503, 429]
    service = lti.Platform(tmp_path)
    assert len(service.members()) == 5
    platform.trouble = [403]
    with pytest.raises(ValueError, match=r"refused the class list: 403 at http://127.*not now"):
        service.members()
    scores = [lti.Score("11", "ann", 1.0, 3.5), lti.Score("99", "zed", 1.0, 3.5)]
    with pytest.raises(ValueError, match="the mark of zed, after 1 were sent: 400 .*no such user"):
        service.send("quiz-01", scores)


def test_a_token_goes_to_nobody_else(platform, tmp_path):
    platform.next_page = "http://localhost:1/members"
    with pytest.raises(ValueError, match=r"leads to localhost:1, which is not in lti\.yml"):
        lti.Platform(tmp_path).members()


def test_another_key_is_refused(platform, tmp_path):
    (tmp_path / "lti-key.pem").unlink()
    with pytest.raises(ValueError, match="refused the class list: 400 .*invalid_client"):
        lti.Platform(tmp_path).members()


def test_the_key_is_its_owner_s_and_stays(tmp_path, capsys):
    assert main(["lti", f"--course={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert "BEGIN PUBLIC KEY" in said and '"kty": "RSA"' in said and "client_id:" in said
    assert "PRIVATE" not in said and '"d"' not in said
    assert (tmp_path / "lti-key.pem").stat().st_mode & 0o077 == 0
    assert lti.public_key(tmp_path) == lti.public_key(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token_url": "http://lms.example/token"}, "line 2: token_url must begin with https://"),
        ({"roster_url": "lms.example"}, "line 3: roster_url must begin with https://"),
        ({"lineitem_url": "x"}, "'lineitem_url' is unknown; did you mean lineitems_url"),
        ({"client_id": ""}, "client_id is missing"),
    ],
)
def test_settings_that_cant_be_right_are_named(change, said):
    with running_lms() as lms, pytest.raises(ValueError, match=said):
        lti.parse(lms.settings(**change).encode())


def test_the_guide_s_settings_can_be_read():
    settings = lti.parse(file_box(GUIDE, "client_id").encode())
    assert settings.client_id == "10000000000001" and settings.hosts == {"moodle.example"}


def test_without_settings_the_command_that_explains_them_is_named(tmp_path):
    with pytest.raises(ValueError, match="crossroads lti explains what to write in it"):
        lti.Platform(tmp_path)
