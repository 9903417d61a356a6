"""Bulk downloads: what their names say, whose they are, and archives that mean harm."""

import datetime
import io
import os
import stat
import unicodedata
import zipfile

import graders
import nbformat
import pytest
from desks import record
from graders import NAME, QUIET, answered, make_course, marks_in
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from crossroads.assignments import bank
from crossroads.classroom import roster
from crossroads.classroom.collect import archives, storage
from crossroads.classroom.collect.code_pages import name_of
from crossroads.classroom.collect.layouts import origin_of
from crossroads.classroom.collect.matching import match
from crossroads.classroom.collect.name_forms import key, safe_name, words
from crossroads.classroom.collect.origin import Origin
from crossroads.classroom.collect.submissions import attempt_of
from crossroads.classroom.notes import say
from crossroads.cli import main
from crossroads.course import Course, Person
from crossroads.manual_grading import dashboard_page, marking

QUIZ = "quiz-03"
NOTEBOOK = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
OTHER, THIRD = NOTEBOOK + b"\n", NOTEBOOK + b"\n\n"
CLASS = [
    Person("ann", "Ann", "Lee", "ann@uni.example", "101"),
    Person("ben", "Zoë Marie", "Müller", "ben@uni.example", "102"),
    Person("cem", "Cem", "Öz", lms_user_id="103"),
    Person("dov", "Kim", "Park", lms_user_id="104"),
    Person("eve", "Kim", "Park", lms_user_id="105"),
    Person("Шарифа", "Шарифа", "Раҳимова", lms_user_id="106"),
    Person("Fay", "Fay", "O’Brien", "Fay@uni.example"),
    Person("gul", "Gulʻchehra", "D'Souza"),
]
NOON = (2027, 1, 30, 12, 0, 0)


def entry(name, time=NOON, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name, time)
    info.external_attr = mode << 16
    info.flag_bits |= 0x800
    return info


def a_zip(path, *files):
    """A zip of pairs of name (or entry) and content; names get different times, a day apart."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for day, (name, content) in enumerate(files, 1):
            named = isinstance(name, str)
            archive.writestr(entry(name, (2027, 1, day, 12, 0, 0)) if named else name, content)
    return path


@pytest.fixture
def course(tmp_path):
    place = tmp_path / "course"
    place.mkdir()
    roster.write(place, CLASS)
    return place


def handed_in(course, student):
    return (course / "submitted" / student / QUIZ / f"{QUIZ}.ipynb").read_bytes()


def stamp(course, student):
    path = course / "submitted" / student / QUIZ / "timestamp.txt"
    return path.read_text("utf-8")[:19] if path.exists() else None


def files_in(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# -- what names say --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (
            "Ann Lee_1234567_assignsubmission_file_/quiz-03.ipynb",
            Origin("moodle", ("Ann Lee",), "quiz-03.ipynb", "1234567"),
        ),
        (
            "Ann Lee_1234567_assignsubmission_file/data/a.csv",
            Origin("moodle", ("Ann Lee",), "data/a.csv", "1234567"),
        ),
        (
            "download/Ann Lee_7_assignsubmission_file_/quiz-03.ipynb",
            Origin("moodle", ("Ann Lee",), "quiz-03.ipynb", "7"),
        ),
        (
            "Ann Lee_1234567_assignsubmission_file_my_quiz.ipynb",
            Origin("moodle", ("Ann Lee",), "my_quiz.ipynb", "1234567"),
        ),
        (
            "Ann Lee_1234567_assignsubmission_onlinetext_/onlinetext.html",
            Origin("moodle", ("Ann Lee",), "onlinetext.onlinetext.html", "1234567"),
        ),
        (
            "leeann_101_9001_quiz-03-2.ipynb",
            Origin("canvas", ("leeann",), "quiz-03-2.ipynb", "101", attachment=9001),
        ),
        (
            "leeann_LATE_101_9001_quiz_3_4.ipynb",
            Origin("canvas", ("leeann",), "quiz_3_4.ipynb", "101", late=True, attachment=9001),
        ),
        (
            "anon_Ab12c_9001_quiz-03.ipynb",
            Origin("canvas", ("nobody named",), "quiz-03.ipynb", "anon_Ab12c", attachment=9001),
        ),
        ("ann/quiz-03.ipynb", Origin("plain", ("ann", "quiz-03"), "quiz-03.ipynb")),
        ("submitted/ann/quiz-03/quiz-03.ipynb", Origin("plain", ("ann",), "quiz-03.ipynb")),
        ("ann.ipynb", Origin("plain", ("ann",), "ann.ipynb")),
    ],
)
def test_a_path_says_who_what_and_whether_late(path, origin):
    found = origin_of(path, QUIZ)
    if found.layout == "plain":
        assert found.names[0] == origin.names[0] and found.file == origin.file
    else:
        assert found == origin


@pytest.mark.parametrize(
    ("file", "attempt"),
    [
        ("quiz-03.ipynb", 0),
        ("quiz-03-1.ipynb", 1),
        ("quiz-03 (2).ipynb", 2),
        ("sub/quiz-03_10.ipynb", 10),
        ("quiz-031.ipynb", 1),
        ("quiz-04.ipynb", None),
        ("my quiz-03.ipynb", None),
    ],
)
def test_the_attempt_is_in_the_name(file, attempt):
    assert attempt_of(file, QUIZ) == attempt


def who(path, told=None):
    return match(origin_of(path, QUIZ), CLASS, {key(k): v for k, v in (told or {}).items()})


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("ann/quiz-03.ipynb", "ann"),
        ("ann@uni.example/quiz-03.ipynb", "ann"),
        ("Ann Lee/quiz-03.ipynb", "ann"),
        ("LEE, Ann_5_assignsubmission_file_/quiz-03.ipynb", "ann"),
        ("zoe  marie muller_5_assignsubmission_file_/quiz-03.ipynb", "ben"),
        ("MÜLLER Zoë Marie_5_assignsubmission_file_quiz-03.ipynb", "ben"),
        ("раҳимова Шарифа_5_assignsubmission_file_/quiz-03.ipynb", "Шарифа"),
        ("müllerzoëmarie_102_9_quiz-03.ipynb", "ben"),
        ("somebodyelse_103_9_quiz-03.ipynb", "cem"),
        ("parkkim_104_9_quiz-03.ipynb", "dov"),
        ("Kim Park_105_assignsubmission_file_/quiz-03.ipynb", "eve"),
        # Platforms leave apostrophes out, or write others; people type ids as they like.
        ("Fay OBrien_5_assignsubmission_file_/quiz-03.ipynb", "Fay"),
        ("Fay O'Brien_5_assignsubmission_file_/quiz-03.ipynb", "Fay"),
        ("obrienfay_5_9_quiz-03.ipynb", "Fay"),
        ("Gulchehra DSouza/quiz-03.ipynb", "gul"),
        ("fay/quiz-03.ipynb", "Fay"),
        ("FAY@UNI.EXAMPLE/quiz-03.ipynb", "Fay"),
    ],
)
def test_a_name_or_number_finds_its_student(path, student):
    assert who(path) == (student, None)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("Kim Park_5_assignsubmission_file_/quiz-03.ipynb", "several students fit 'Kim Park'"),
        ("parkkim_999_9_quiz-03.ipynb", "several students fit"),
        ("leeann_102_9_quiz-03.ipynb", "the number is ben's, the name another student's"),
        # By chance a number of Moodle's is somebody's number on another platform.
        ("Participant_101_assignsubmission_file_/quiz-03.ipynb", "Moodle hid the names"),
        ("Anne Lee_5_assignsubmission_file_/quiz-03.ipynb", "nobody on the roster"),
        ("Ann_5_assignsubmission_file_/quiz-03.ipynb", "nobody on the roster"),
        ("anon_Ab1_9_quiz-03.ipynb", "nobody on the roster"),
    ],
)
def test_nobody_is_guessed(path, reason):
    student, why = who(path)
    assert student == "" and reason in say(why)


def test_a_teachers_word_decides():
    assert who("Annie L_5_assignsubmission_file_/q.ipynb", {"annie l": "ann"}) == ("ann", None)
    two = {"Kim Park (5)": "dov", "Kim Park (6)": "eve"}
    assert who("Kim Park_5_assignsubmission_file_/q.ipynb", two) == ("dov", None)
    assert who("Kim Park_6_assignsubmission_file_/q.ipynb", two) == ("eve", None)


@given(st.data())
def test_case_accents_order_and_spaces_of_a_name_make_no_difference(data):
    person = data.draw(st.sampled_from(CLASS[:3]))
    parts = data.draw(st.permutations(person.name.split()))
    name = data.draw(st.sampled_from([" ", "  ", ", ", "-"])).join(parts)
    change = [str.upper, str.lower, lambda t: unicodedata.normalize("NFD", t), lambda t: t]
    name = data.draw(st.sampled_from(change))(name)
    assert match(Origin("moodle", (name,), "q.ipynb", "5"), CLASS, {})[0] == person.student_id


@given(st.text(max_size=400))
def test_a_harmless_name_is_one_folder_wherever_it_came_from(text):
    safe = safe_name(text)
    assert 0 < len(safe) <= 80 and safe not in (".", "..")
    assert not set(safe) & set('/\\:*?"<>|\n\r\0') and safe == safe.strip(". ")


@given(st.text(min_size=1, max_size=200).filter(lambda t: t.strip("/")))
def test_no_path_breaks_the_reading_of_names(path):
    origin = origin_of(path, QUIZ)
    assert origin.names and match(origin, CLASS, {})[0] in {"", *(p.student_id for p in CLASS)}


# -- collecting ------------------------------------------------------------------------------------


def run(course, *arguments):
    return main(["collect", QUIZ, *map(str, arguments), "--course", str(course)])


def test_moodles_folders_and_flat_files_are_sorted_in(course, tmp_path, capsys):
    folders = a_zip(
        tmp_path / "folders.zip",
        ("Ann LEE_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
        ("Zoe Marie Müller_6_assignsubmission_file_/my quiz.ipynb", OTHER),
        ("Zoe Marie Müller_6_assignsubmission_file_/data/table.csv", b"a,b"),
        ("Zoe Marie Müller_6_assignsubmission_file_/timestamp.txt", b"1999-01-01 00:00:00 UTC"),
    )
    flat = a_zip(
        tmp_path / "flat.zip",
        ("Öz Cem_7_assignsubmission_file_quiz-03.ipynb", THIRD),
        ("__MACOSX/._Öz Cem_7_assignsubmission_file_quiz-03.ipynb", b"x"),
    )
    assert run(course, folders, flat) == 0
    said = capsys.readouterr().out
    assert handed_in(course, "ann") == NOTEBOOK and stamp(course, "ann") == "2027-01-01 12:00:00"
    assert handed_in(course, "ben") == OTHER and handed_in(course, "cem") == THIRD
    assert files_in(course / "submitted" / "ben" / QUIZ) == [
        "data/table.csv",
        f"{QUIZ}.ipynb",
        "timestamp.txt",
    ]
    assert stamp(course, "ben") == "2027-01-04 12:00:00", "its last file's time, not its own word"
    assert "nothing yet from: dov, eve, Шарифа" in said
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    assert run(course, folders, flat) == 0
    assert capsys.readouterr().out.count("as before") == 3
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before


def test_canvas_attempts_and_late_ones_are_told_apart(course, tmp_path, capsys):
    (course / "deadlines.yml").write_text(
        "grace: 15\nassignments:\n  quiz-03:\n    due: 2027-01-31 12:00:00\n"
        "    submitted: {ben: 2027-01-31 11:00}\n",
        "utf-8",
    )
    at_once = (2027, 2, 5, 9, 0, 0)
    download = a_zip(
        tmp_path / "canvas.zip",
        (entry("leeann_101_9002_quiz-03-2.ipynb", at_once), OTHER),
        (entry("leeann_LATE_101_9001_quiz-03-1.ipynb", at_once), NOTEBOOK),
        (entry("müllerzoëmarie_LATE_102_9004_quiz-03.ipynb", at_once), NOTEBOOK),
        (entry("özcem_LATE_103_9003_quiz-03.ipynb", at_once), THIRD),
    )
    assert run(course, download) == 0
    said = capsys.readouterr().out
    assert handed_in(course, "ann") == OTHER and stamp(course, "ann") is None
    assert stamp(course, "cem") == "2027-01-31 12:15:01", "late by the least that counts"
    (line,) = [line for line in said.splitlines() if line.startswith("cem")]
    assert "LATE" in line and "3 students, 1 late" in said, "ann's newer attempt was in time"
    (line,) = [line for line in said.splitlines() if line.startswith("ben")]
    assert "2027-01-31 11:00" in line, "a person said when it came"
    assert "have the time of the download" in said
    (kept,) = (course / "collected" / "earlier" / QUIZ / "ann").iterdir()
    assert (kept / f"{QUIZ}.ipynb").read_bytes() == NOTEBOOK


def test_a_folder_with_a_folder_for_each_student_is_taken_as_it_is(course, tmp_path, capsys):
    place = tmp_path / "by hand"
    for student in ("ann", "Zoë Marie Müller", "nobody"):
        path = place / student / QUIZ / f"{QUIZ}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(NOTEBOOK)
        os.utime(path, (1_800_000_000, 1_800_000_000))
    (place / "ann" / "my_2024_11_notes.csv").write_text("a", "utf-8")
    (place / "link.ipynb").symlink_to(Course(course).roster)
    assert run(course, place) == 2
    said = capsys.readouterr().out
    assert handed_in(course, "ann") == handed_in(course, "ben") == NOTEBOOK
    assert "my_2024_11_notes.csv" in files_in(course / "submitted" / "ann" / QUIZ)
    assert stamp(course, "ben") == "2027-01-15 08:00:00"
    assert "no student: nobody" in said and "it is a link or a device" in said


def test_newest_wins_and_what_it_replaces_is_kept(course, tmp_path, capsys):
    def download(name, day, content):
        file = "Ann Lee_5_assignsubmission_file_/quiz-03.ipynb"
        return a_zip(tmp_path / name, (entry(file, (2027, 1, day, 12, 0, 0)), content))

    first, second = download("1.zip", 10, NOTEBOOK), download("2.zip", 20, OTHER)
    assert run(course, second) == 0
    assert run(course, first) == 0
    assert "older, kept aside" in capsys.readouterr().out
    assert handed_in(course, "ann") == OTHER
    assert run(course, download("3.zip", 25, THIRD), second) == 0
    assert "in place of an older one, kept aside" in capsys.readouterr().out
    assert handed_in(course, "ann") == THIRD and stamp(course, "ann") == "2027-01-25 12:00:00"
    kept = course / "collected" / "earlier" / QUIZ / "ann"
    assert {p.read_bytes() for p in kept.rglob("*.ipynb")} == {NOTEBOOK, OTHER}
    # Without times: what was replaced once doesn't come back.
    assert run(course, first, "--no-times") == 0
    assert handed_in(course, "ann") == THIRD


def test_what_is_nobodys_is_kept_and_can_be_put_right(course, tmp_path, capsys):
    download = a_zip(
        tmp_path / "moodle.zip",
        ("Annie L_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
        ("Kim Park_6_assignsubmission_file_/quiz-03.ipynb", OTHER),
    )
    assert run(course, download) == 2
    assert "no student: Kim Park (6): several students fit" in capsys.readouterr().out
    kept = course / "collected" / "unmatched" / QUIZ
    assert sorted(p.read_bytes() for p in kept.rglob("*.ipynb")) == sorted([NOTEBOOK, OTHER])
    assert run(course, "--match", "Annie L=ann") == 2
    assert handed_in(course, "ann") == NOTEBOOK and stamp(course, "ann") == "2027-01-01 12:00:00"
    assert run(course, "--match", "Kim Park (6)=eve") == 0
    assert handed_in(course, "eve") == OTHER and files_in(kept) == []
    # It's remembered.
    newer = a_zip(tmp_path / "next.zip", ("Annie L_7_assignsubmission_file_/quiz-03.ipynb", THIRD))
    assert run(course, newer) == 0
    capsys.readouterr()
    assert run(course, "--match", "Annie L=nobody") == 1
    assert "there is no student 'nobody' on the roster" in capsys.readouterr().err
    assert run(course, "--match", "Annie L") == 1


def test_two_users_with_the_name_of_one_student_are_nobody(course, tmp_path, capsys):
    download = a_zip(
        tmp_path / "moodle.zip",
        ("Ann Lee_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
        ("LEE Ann_6_assignsubmission_file_/quiz-03.ipynb", OTHER),
    )
    assert run(course, download) == 2
    assert capsys.readouterr().out.count("2 senders with this name could be ann") == 2
    assert not (course / "submitted").exists()
    # A name that both have chooses neither: one's work would become an older one of the other's.
    assert run(course, "--match", "Ann Lee=ann", "--match", "5=ann") == 2
    said = capsys.readouterr().out
    assert (
        said.count("2 senders with this name could be ann") == 2
        and not (course / "submitted").exists()
    )
    assert "--match '5': there is no sender with this name here" in said
    assert '--match "Ann Lee (5)=STUDENT"' in said or '--match "LEE Ann (6)=STUDENT"' in said
    assert run(course, "--match", "LEE Ann (6)=ann") == 0
    assert handed_in(course, "ann") == OTHER, "the other one isn't in doubt any more"
    kept = course / "collected" / "earlier" / QUIZ / "ann"
    assert [p.read_bytes() for p in kept.rglob("*.ipynb")] == [NOTEBOOK]


def test_a_notebook_in_a_zip_in_the_download_is_found(course, tmp_path, capsys):
    inner = a_zip(tmp_path / "inner.zip", ("work/quiz-03.ipynb", NOTEBOOK)).read_bytes()
    deeper = a_zip(tmp_path / "deeper.zip", ("inner.zip", inner)).read_bytes()
    download = a_zip(
        tmp_path / "moodle.zip",
        ("Ann Lee_5_assignsubmission_file_/work.zip", inner),
        ("Cem Öz_6_assignsubmission_file_/work.zip", deeper),
    )
    assert run(course, download) == 2
    said = capsys.readouterr().out
    assert handed_in(course, "ann") == NOTEBOOK
    assert "a zip in a zip in a zip" in said and "cem submitted no notebook" in said
    assert deeper in {p.read_bytes() for p in (course / "collected").rglob("*.zip")}


def test_without_a_roster_nothing_is_sorted_in(tmp_path, capsys):
    assert run(tmp_path, a_zip(tmp_path / "a.zip", ("ann/quiz-03.ipynb", NOTEBOOK))) == 1
    assert "there is no roster yet" in capsys.readouterr().err


# -- archives that mean harm -----------------------------------------------------------------------

FINE = ("Ann Lee_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK)
LINK = entry("ben/quiz-03.ipynb", mode=stat.S_IFLNK | 0o777)
DEVICE = entry("ben/quiz-03.ipynb", mode=stat.S_IFCHR | 0o666)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("../../ben/quiz-03.ipynb", OTHER, "points outside the archive"),
        ("ben/../../../quiz-03.ipynb", OTHER, "points outside the archive"),
        ("/ben/quiz-03.ipynb", OTHER, "points outside the archive"),
        ("C:/ben/quiz-03.ipynb", OTHER, "points outside the archive"),
        ("ben\\..\\..\\quiz-03.ipynb", OTHER, "points outside the archive"),
        ("ben\n/quiz-03.ipynb", OTHER, "invisible characters"),
        ("ben/\u202ebnypi.30-ziuq", OTHER, "invisible characters"),
        (f"ben/{'q' * 300}.ipynb", OTHER, "its name is too long"),
        ("/".join(["ben"] * 400), OTHER, "its name is too long"),
        (LINK, b"/etc/passwd", "a link or a device"),
        (DEVICE, b"", "a link or a device"),
        (FINE[0], OTHER, "another file before it has the same name"),
        ("ben/quiz-03.ipynb", bytes(3_000_000), "larger than 1 MB unpacked"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_what_is_hostile_is_left_out_with_the_reason(
    course, tmp_path, capsys, monkeypatch, name, content, reason
):
    monkeypatch.setattr(archives, "MOST_FILE", 2**20)
    outside = files_in(tmp_path)
    download = a_zip(tmp_path / "a.zip", FINE, (name, content))
    assert run(course, download) == 2
    assert reason in capsys.readouterr().out
    assert handed_in(course, "ann") == NOTEBOOK
    new = set(files_in(tmp_path)) - set(outside)
    kept = [f"course/collected/{place}/quiz-03/ann.json" for place in ("from", "senders")]
    own = ("a.zip", "course/submitted/ann/", *kept)
    assert new and all(path.startswith(own) for path in new)


def test_a_bomb_of_many_files_stops_at_the_bounds(course, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILE", 2**20)
    monkeypatch.setattr(archives, "MOST_ARCHIVE", 3 * 2**20)
    many = [(f"s{n}/quiz-03.ipynb", bytes(2**20)) for n in range(20)]
    assert run(course, a_zip(tmp_path / "a.zip", FINE, *many)) == 2
    assert (
        "the rest was skipped: there are too many files, or they are too large"
        in capsys.readouterr().out
    )
    monkeypatch.setattr(archives, "MOST_FILES", 5)
    many = [(f"s{n}/quiz-03.ipynb", b"") for n in range(20)]
    assert run(course, a_zip(tmp_path / "b.zip", FINE, *many)) == 2
    assert "there are more than 5 files" in capsys.readouterr().out


def damaged(content, how):
    if how == "cut off":
        return content[:-40]
    if how == "no directory":
        return content.replace(b"PK\x01\x02", b"PK\x00\x00")
    if how == "wrong sum":
        place = content.index(b"PK\x01\x02") + 16
        return content[:place] + b"\0\0\0\0" + content[place + 4 :]
    if how == "encrypted":
        data = bytearray(content)
        for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[content.index(sign) + offset] |= 1
        return bytes(data)
    if how == "strange method":
        data = bytearray(content)
        for sign, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            data[content.index(sign) + offset] = 97
        return bytes(data)
    return {"empty": b"", "no zip": b"<html>Log in first</html>"}[how]


@pytest.mark.parametrize(
    "how",
    ["cut off", "no directory", "wrong sum", "encrypted", "strange method", "empty", "no zip"],
)
def test_a_damaged_archive_does_not_stop_the_others(course, tmp_path, capsys, how):
    whole = a_zip(tmp_path / "whole.zip", FINE).read_bytes()
    (tmp_path / "bad.zip").write_bytes(damaged(whole, how))
    good = a_zip(tmp_path / "good.zip", ("cem/quiz-03.ipynb", NOTEBOOK))
    assert run(course, tmp_path / "bad.zip", good) == 2
    assert "skipped: bad.zip" in capsys.readouterr().out
    assert handed_in(course, "cem") == NOTEBOOK and not (course / "submitted" / "ann").exists()


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    skipped = []
    for file in archives.files_in_zip(io.BytesIO(content), "a.zip", archives.Bounds(""), skipped):
        assert file.path
    assert skipped


def test_names_in_other_encodings_are_read_as_far_as_they_can_be(course, tmp_path):
    """macOS writes UTF-8 without saying so."""
    path = a_zip(tmp_path / "mac.zip", ("Шарифа/quiz-03.ipynb", NOTEBOOK))
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[bytes(data).index(sign) + offset] &= ~0x08
    path.write_bytes(bytes(data))
    assert run(course, path) == 0
    assert handed_in(course, "Шарифа") == NOTEBOOK


# -- with nbgrader ---------------------------------------------------------------------------------


# nbgrader's own, about its gradebook's sessions.
@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
def test_what_was_collected_is_graded_by_stock_nbgrader(tmp_path, capsys):
    root = make_course(tmp_path / "course")
    roster.update(root, CLASS[:2])
    right = nbformat.writes(answered(root)).encode()
    wrong = nbformat.writes(answered(root, q1='q1 = "a"')).encode()
    download = a_zip(
        tmp_path / "moodle.zip",
        (f"Ann Lee_5_assignsubmission_file_/{NAME}.ipynb", right),
        (f"Zoë Marie Müller_6_assignsubmission_file_/{NAME} (1).ipynb", wrong),
    )
    assert main(["collect", NAME, str(download), "--course", str(root)]) == 0
    config = PyFileConfigLoader("nbgrader_config.py", str(root)).load_config()
    api = NbGraderAPI(config=config)
    for student in ("ann", "ben"):
        assert api.autograde(NAME, student)["success"]
    assert marks_in(root, "ann")["q1"][0] == 1 and marks_in(root, "ben")["q1"][0] == 0
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        sent = book.find_submission(NAME, "ben")
        assert sent.timestamp == datetime.datetime(2027, 1, 2, 12, 0)
        assert (sent.student.first_name, sent.student.last_name) == ("Zoë Marie", "Müller")


# -- one student's trouble is that student's -------------------------------------------------------


def moodle(name, number, *files):
    return [(f"{name}_{number}_assignsubmission_file_/{file}", data) for file, data in files]


@pytest.mark.parametrize(
    "names",
    [
        ("quiz-03.ipynb/figure.png",),
        ("QUIZ-03.ipynb/figure.png", "quiz-03.IPYNB/other.csv"),
        ("timestamp.txt/figure.png", "TimeStamp.txt"),
        ("a/b.csv", "a", "A/B/c.csv"),
        (f"{'x' * 100}one.csv", f"{'x' * 100}two.csv"),
        ("a:b.csv", "a?b.csv", "a_b.csv", "A_B.CSV"),
        ("nul\u200b.csv", "nul.csv", "nul .csv"),
    ],
)
def test_files_whose_names_get_in_each_other_s_way_are_all_kept(course, tmp_path, names):
    own = [(name, f"content {n}".encode()) for n, name in enumerate(names)]
    theirs = moodle("Ann Lee", "7", ("quiz-03.ipynb", NOTEBOOK), *own)
    others = moodle("Cem Öz", "8", ("quiz-03.ipynb", OTHER))
    assert run(course, a_zip(tmp_path / "a.zip", *theirs, *others)) == 0
    assert handed_in(course, "ann") == NOTEBOOK and handed_in(course, "cem") == OTHER
    folder = course / "submitted" / "ann" / QUIZ
    inside = {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    kept = {content for name, content in own if name.casefold() != "timestamp.txt"}
    assert kept <= inside
    assert stamp(course, "ann"), "nbgrader's own timestamp stays"


@pytest.mark.parametrize("trouble", ["a file in place of the folder", "no right to write"])
def test_a_folder_that_cannot_be_written_is_that_student_s_line(
    course, tmp_path, capsys, monkeypatch, trouble
):
    place = course / "submitted" / "ann"
    place.parent.mkdir()
    if trouble.startswith("a file"):
        place.write_text("mine")
    else:
        write = storage.write

        def refuse(folder, files, time):
            if "ann" in folder.parts:
                raise PermissionError(13, "Permission denied", str(folder))
            write(folder, files, time)

        monkeypatch.setattr(storage, "write", refuse)
    rows = [("ann/quiz-03.ipynb", NOTEBOOK), ("cem/quiz-03.ipynb", OTHER)]
    assert run(course, a_zip(tmp_path / "a.zip", *rows)) == 2
    said = capsys.readouterr().out
    assert "skipped: ann: ann:" in said
    assert handed_in(course, "cem") == OTHER


def test_a_full_disk_is_everybody_s_trouble(course, tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "write", full)
    assert run(course, a_zip(tmp_path / "a.zip", ("ann/quiz-03.ipynb", NOTEBOOK))) == 1
    assert "No space left" in capsys.readouterr().err


@pytest.mark.parametrize("first", ["ann", "cem"])
def test_one_student_s_many_files_leave_the_others_theirs(course, tmp_path, capsys, first):
    """Bounds are each sender's own, wherever in the archive they stand."""
    flood = [(f"ann/n{n}.txt", b"") for n in range(archives.MOST_OF_SENDER + 500)]
    rows = {
        "ann": [("ann/quiz-03.ipynb", NOTEBOOK), *flood],
        "cem": [("cem/quiz-03.ipynb", OTHER)],
    }
    second = {"ann": "cem", "cem": "ann"}[first]
    assert run(course, a_zip(tmp_path / "a.zip", *rows[first], *rows[second])) == 2
    said = capsys.readouterr().out
    assert said.count("ann has more than 500 files") == 1
    assert handed_in(course, "ann") == NOTEBOOK and handed_in(course, "cem") == OTHER


def test_one_student_s_bytes_are_bounded_by_themselves(course, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(archives, "MOST_SENDER", 1000)
    rows = [("ann/quiz-03.ipynb", NOTEBOOK), *((f"ann/{n}", bytes(400)) for n in range(9))]
    assert run(course, a_zip(tmp_path / "a.zip", *rows, ("cem/quiz-03.ipynb", OTHER))) == 2
    assert "ann has more than" in capsys.readouterr().out
    assert handed_in(course, "cem") == OTHER


def test_what_was_told_of_one_sender_is_not_told_of_another_s_folder(course, tmp_path):
    """Ann's folder is called as the teacher was told; another's holds a folder of that name."""
    first = a_zip(tmp_path / "a.zip", ("essay/quiz-03.ipynb", NOTEBOOK))
    assert run(course, first) == 2
    assert run(course, "--match", "essay=ann") == 0
    assert handed_in(course, "ann") == NOTEBOOK
    second = a_zip(tmp_path / "b.zip", ("stranger/essay/quiz-03.ipynb", OTHER))
    assert run(course, second) == 2
    assert handed_in(course, "ann") == NOTEBOOK


def test_a_folder_around_all_folders_is_looked_through(course, tmp_path):
    rows = [("download/ann/quiz-03.ipynb", NOTEBOOK), ("download/who/quiz-03.ipynb", OTHER)]
    assert run(course, a_zip(tmp_path / "a.zip", *rows)) == 2
    assert handed_in(course, "ann") == NOTEBOOK
    assert run(course, "--match", "who=cem") == 0
    assert handed_in(course, "cem") == OTHER


@pytest.mark.parametrize("names", [("quiz-01", "quiz-01 (1)"), ("Untitled", "quiz-01"), ("b", "a")])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("how", ["one folder", "one after the other"])
def test_of_two_notebooks_the_one_with_answers_is_taken(tmp_path, capsys, names, order, how):
    course = make_course(tmp_path / "course")
    roster.write(course, CLASS)
    done, blank = answered(course), graders.released(course)
    texts = [nbformat.writes(one) for one in (blank, done)][::order]
    files = [(f"ann/{name}.ipynb", text) for name, text in zip(names, texts, strict=True)]
    packs = [files] if how == "one folder" else [files[:1], files[1:]]
    for number, pack in enumerate(packs):
        path = a_zip(tmp_path / f"{number}.zip", *pack)
        assert main(["collect", NAME, str(path), "--course", str(course)]) == 0
    taken = (course / "submitted" / "ann" / NAME / f"{NAME}.ipynb").read_text("utf-8")
    assert taken == nbformat.writes(done)
    assert "kept aside" in capsys.readouterr().out
    assert len(list((course / "collected").rglob("*.ipynb"))) == 1


@pytest.mark.parametrize(
    "ending", [".ipynb", ".ipynb.json", ".ipynb.txt", ".ipynb (1)", "", ".json", ".IPYNB.TXT"]
)
def test_one_file_by_mail_is_collected_whatever_its_ending_became(course, tmp_path, capsys, ending):
    (tmp_path / f"quiz-03{ending}").write_bytes(NOTEBOOK)
    came = ["--student", "ann", "--at", "2027-01-30 18:00"]
    assert run(course, tmp_path / f"quiz-03{ending}", *came) == 0
    assert handed_in(course, "ann") == NOTEBOOK
    assert "2027-01-30 18:00" in capsys.readouterr().out
    assert sorted(p.name for p in (course / "submitted/ann" / QUIZ).iterdir()) == [
        "quiz-03.ipynb",
        "timestamp.txt",
    ]


def test_what_is_no_notebook_is_named_and_the_line_says_what_to_do(course, tmp_path, capsys):
    (tmp_path / "quiz.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "quiz.py").write_bytes(b"q1 = 'b'")
    assert run(course, tmp_path / "quiz.pdf", "--student", "ann") == 2
    said = capsys.readouterr().out
    assert "ann submitted a PDF. Ask for the notebook, then: " in said
    assert "--student ann" in said and "--match" not in said
    assert run(course, tmp_path / "quiz.py", "--student", "ben") == 2
    assert "ben submitted a Python file" in capsys.readouterr().out


def test_the_dashboard_lists_who_sent_something_unusable_until_it_comes(course, tmp_path, capsys):
    (tmp_path / "quiz.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "quiz-03.ipynb").write_bytes(NOTEBOOK)
    assert run(course, tmp_path / "quiz-03.ipynb", "--student", "ben") == 0
    for student in ("ann", "ben"):
        assert run(course, tmp_path / "quiz.pdf", "--student", student) == 2
    shown = dashboard_page.board(course, QUIZ)["html"]
    (row,) = [line for line in shown.split("<tr") if "submitted a PDF" in line]
    assert "<td>ann</td>" in row or ">ann<" in row
    # Who is ill isn't asked for anything.
    (course / "adjustments.yml").write_text("assignments: {quiz-03: {excused: {ann: ill}}}")
    assert "submitted a PDF" not in dashboard_page.board(course, QUIZ)["html"]
    capsys.readouterr()
    assert run(course) == 0
    said = capsys.readouterr().out
    assert "nothing yet from: cem, dov" in said and "0 that cannot be marked" in said
    (course / "adjustments.yml").unlink()
    assert run(course, tmp_path / "quiz-03.ipynb", "--student", "ann") == 2
    assert run(course, tmp_path / "quiz-03.ipynb", "--student", "ann") == 0
    assert "submitted a PDF" not in dashboard_page.board(course, QUIZ)["html"]


def test_times_are_shown_in_the_deadlines_zone(course, tmp_path, capsys):
    (course / "course").mkdir(exist_ok=True)
    Course(course).deadlines.parent.mkdir(exist_ok=True, parents=True)
    Course(course).deadlines.write_text(
        "zone: Asia/Dushanbe\nassignments:\n  quiz-03:\n    due: 2027-01-30 18:00\n", "utf-8"
    )
    (tmp_path / "quiz.ipynb").write_bytes(NOTEBOOK)
    late = ["--student", "ann", "--at", "2027-01-30 18:30"]
    assert run(course, tmp_path / "quiz.ipynb", *late) == 0
    said = capsys.readouterr().out
    assert "submitted (UTC+05:00)" in said and "2027-01-30 18:30" in said and "LATE" in said
    assert stamp(course, "ann").startswith("2027-01-30 13:30")


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ("moodle", "SOBRIEN"),
        ("moodle", "SObrien@uni.example"),
        ("moodle", "OBrienSean"),
        ("canvas", "SOBRIEN"),
        ("plain", "obriensean"),
        ("plain", "山田太郎"),
        ("moodle", "NÚÑEZJose\u0301"),
    ],
)
def test_a_name_or_login_as_people_write_it_is_known_where_one_person_fits(layout, name):
    people = [
        Person("sobrien", "Sean", "O'Brien", email="sobrien@uni.example"),
        Person("yt", "太郎", "山田"),
        Person("jn", "José", "Núñez"),
        Person("an", "An", "Na"),
        Person("na", "Ann", "A"),
    ]
    found, _why = match(Origin(layout, (name,), "quiz.ipynb"), people, {})
    assert found == {"山": "yt", "N": "jn"}.get(name[0], "sobrien")
    assert match(Origin(layout, ("annaa",), "quiz.ipynb"), people, {})[0] == ""


@pytest.mark.parametrize("page", ["cp866", "cp1251", "utf-8"])
def test_names_in_a_windows_code_page_are_read(course, tmp_path, page):
    folder = "Шарифа"
    # As Windows writes them: bytes of its code page, and no flag.
    stand_in = "x" * len(folder.encode(page))
    raw = a_zip(tmp_path / "own.zip", (entry(f"{stand_in}/quiz-03.ipynb"), NOTEBOOK)).read_bytes()
    raw = raw.replace(stand_in.encode(), folder.encode(page))
    (tmp_path / "own.zip").write_bytes(raw)
    assert run(course, tmp_path / "own.zip") == 0
    assert handed_in(course, "Шарифа") == NOTEBOOK


@pytest.mark.parametrize(
    ("name", "page"),
    [
        *(("Müller Zoë", "cp1252"), ("Núñez Ágata", "cp850"), ("Núñez Ágata", "cp1252")),
        *(("Čapek Jiří", "cp852"), ("Čapek Jiří", "cp1250"), ("Łukasz Wójcik", "cp852")),
        *(("Öztürk Şule", "cp1254"), ("D’Arcy Zoé", "cp1252"), ("Garçon", "cp437")),
        *(("Straße", "cp850"), ("Иванов Пётр", "cp866"), ("ИВАНОВ", "cp1251")),
    ],
)
def test_names_of_europe_are_read_in_the_page_that_gives_the_class_s(name, page):
    read = name.encode(page).decode("cp437")
    assert name_of(f"{read}_quiz-03", set(words(name))) == f"{name}_quiz-03"
    # Without a class it's words all the same, or what was read.
    assert name_of(read) in (name, "Èapek Jiøí", "Øukasz Wójcik", "Öztürk Þule", read)


def test_signs_that_are_no_name_stay_as_they_were_read():
    for read in ("╚═╗", "Notes ±", "µ-test"):
        assert name_of(read, {"ann"}) == read


@pytest.mark.parametrize("name", ["cem@uni.example", "UNI\\cem", "CEM@uni.example"])
def test_a_login_with_a_domain_is_known(name):
    assert match(Origin("plain", (name,), "quiz-03.ipynb"), CLASS, {})[0] == "cem"
    assert not match(Origin("plain", ("cem@mail.example",), "quiz-03.ipynb"), CLASS, {})[0]


def test_a_group_before_a_name_and_hidden_names_say_what_to_do():
    group = Origin("moodle", ("Group A-Ann Lee",), "quiz-03.ipynb", "5")
    who, why = match(group, CLASS, {})
    assert who == "ann" and "with a group before the name" in say(why)
    assert match(group, CLASS, {key("Group A-Ann Lee"): "ann"})[0] == "ann"
    who, why = match(Origin("moodle", ("Participant",), "quiz-03.ipynb", "5"), CLASS, {})
    assert not who and "Moodle hid the names" in say(why)


def test_another_quiz_is_named_as_such_and_takes_no_place(course, tmp_path, capsys):
    other = Course(course).source("quiz-04") / "quiz-04.ipynb"
    (tmp_path / "quiz-03.ipynb").write_bytes(other.read_bytes())
    assert run(course, tmp_path / "quiz-03.ipynb", "--student", "ann") == 2
    assert "ann submitted quiz-04. Ask for quiz-03" in capsys.readouterr().out
    assert not (course / "submitted" / "ann").exists()


def test_a_download_that_is_another_quiz_s_is_one_line(course, tmp_path, capsys):
    other = (Course(course).source("quiz-04") / "quiz-04.ipynb").read_bytes()
    sent = [(f"{who}/quiz-04.ipynb", other) for who in ("ann", "ben", "cem")]
    assert run(course, a_zip(tmp_path / "wrong.zip", *((entry(n), c) for n, c in sent))) == 2
    said = capsys.readouterr().out
    assert said.count("cannot be marked:") == 1 and "ann, ben, cem all submitted quiz-04" in said
    assert "crossroads collect quiz-04 FILE" in said


# -- what is guessed, and what was matched wrong ---------------------------------------------------


#: As Moodle writes groups, and as people write themselves.
GUESSED = (
    ("Group A-Ann Lee_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
    ("MüllerZoëMarie_6_assignsubmission_file_/quiz-03.ipynb", OTHER),
    ("Cem Öz_7_assignsubmission_file_/quiz-03.ipynb", THIRD),
)


def test_a_guess_is_shown_and_agreed_to_before_it_is_written(course, tmp_path, capsys, monkeypatch):
    download = a_zip(tmp_path / "moodle.zip", *GUESSED)

    def written():
        return sorted(path.name for path in (course / "submitted").glob("*"))

    # Nobody is here to ask: the sure one is collected, the others wait.
    assert run(course, download) == 2 and written() == ["cem"]
    said = capsys.readouterr().out
    assert "  a guess: Group A-Ann Lee (5): it may be ann (Ann Lee)\n" in said
    assert (
        "to say whose each one is: --yes, if all guesses are right)" in said
        and "--match" not in said
    )
    shown_first = []

    def no(question):
        shown_first.append((capsys.readouterr().out, written()))
        return "n"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", no)
    assert run(course) == 2 and written() == ["cem"]
    ((said, then),) = shown_first
    assert "Group A-Ann Lee (5): ann (Ann Lee), with a group before the name" in said
    assert "MüllerZoëMarie (6): ben (Zoë Marie Müller), because the name" in said and then == [
        "cem"
    ]

    def closed(question, error=EOFError):
        raise error

    monkeypatch.setattr("builtins.input", closed)
    assert run(course) == 2 and written() == ["cem"], "Ctrl+D is no yes"
    monkeypatch.setattr("builtins.input", lambda question: closed(question, KeyboardInterrupt))
    assert run(course) == 130 and written() == ["cem"]
    assert "stopped before the end" in capsys.readouterr().err
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert run(course) == 0 and written() == ["ann", "ben", "cem"]
    # It's remembered, whatever the number is next time; --yes asks nobody.
    monkeypatch.setattr("builtins.input", lambda question: pytest.fail("asked again"))
    again = ("Group A-Ann Lee_8_assignsubmission_file_/quiz-03.ipynb", THIRD)
    assert run(course, a_zip(tmp_path / "next.zip", again), "--no-times") == 0
    new = ("OBRIENFay_9_assignsubmission_file_/quiz-03.ipynb", THIRD)
    assert run(course, a_zip(tmp_path / "new.zip", new), "--yes") == 0
    assert handed_in(course, "Fay") == THIRD


def test_a_name_that_was_matched_wrong_is_matched_right_by_saying_so(course, tmp_path, capsys):
    own = a_zip(tmp_path / "own.zip", ("Ann Lee_4_assignsubmission_file_/quiz-03.ipynb", OTHER))
    nick = a_zip(
        tmp_path / "nick.zip",
        (entry("Annie_5_assignsubmission_file_/quiz-03.ipynb", (2027, 1, 9, 12, 0, 0)), NOTEBOOK),
    )
    assert run(course, own) == 0
    assert run(course, nick, "--match", "Annie=ann") == 0 and handed_in(course, "ann") == NOTEBOOK
    assert run(course, "--match", "Annie=cem") == 0
    said = capsys.readouterr().out
    assert (
        "ann's submission of quiz-03 is cem's now" in said
        and "ann has their earlier submission" in said
    )
    assert handed_in(course, "cem") == NOTEBOOK and stamp(course, "cem") == "2027-01-09 12:00:00"
    assert handed_in(course, "ann") == OTHER and stamp(course, "ann") == "2027-01-01 12:00:00"
    assert run(course, nick) == 0 and handed_in(course, "ann") == OTHER


def test_two_submissions_are_swapped_and_stay_so(course, tmp_path, capsys):
    """Two students uploaded each other's file, as from one computer."""
    download = a_zip(
        tmp_path / "moodle.zip",
        ("Ann Lee_5_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
        ("Zoë Marie Müller_6_assignsubmission_file_/quiz-03.ipynb", OTHER),
        # Another one's file that is the same isn't theirs.
        ("Cem Öz_7_assignsubmission_file_/quiz-03.ipynb", NOTEBOOK),
    )
    assert run(course, download) == 0
    for wrong, why in (
        (["--move", "ann=ann"], "names the same student twice"),
        (["--move", "ann=nobody"], "there is no student 'nobody'"),
        (["--move", "eve=ann"], "there is no submission of quiz-03 by eve"),
        (["--move", "ann=dov", "--move", "ben=dov"], "to one student at once"),
        (["--move", "ann"], "--move needs STUDENT=STUDENT, not 'ann'"),
    ):
        assert run(course, *wrong) == 1
        assert why in capsys.readouterr().err and handed_in(course, "ann") == NOTEBOOK
    assert run(course, "--move", "ann=ben", "--move", "ben=ann") == 0
    for _ in range(2):
        assert handed_in(course, "ann") == OTHER and handed_in(course, "ben") == NOTEBOOK
        assert (
            stamp(course, "ann") == "2027-01-02 12:00:00" and handed_in(course, "cem") == NOTEBOOK
        )
        assert run(course, download) == 0
    assert run(course, "--move", "ben=ann", "--move", "ann=ben") == 0
    assert handed_in(course, "ann") == NOTEBOOK and handed_in(course, "ben") == OTHER
    main(["privacy", "--course", str(course)])
    main(["forget", "ann", "--course", str(course), "--dry-run"])
    assert "collected/from/quiz-03/ann.json" in capsys.readouterr().out


def test_a_group_s_copies_go_where_the_work_goes(course, tmp_path):
    (course / "groups.yml").write_text(
        "assignments: {quiz-03: {A: [ann, cem], B: [ben, Fay]}}", "utf-8"
    )
    assert run(course, a_zip(tmp_path / "a.zip", ("ann/quiz-03.ipynb", NOTEBOOK))) == 0
    assert handed_in(course, "cem") == NOTEBOOK
    assert run(course, "--move", "cem=ben") == 1, "a copy"
    assert run(course, "--move", "ann=ben") == 0
    there = {path.parent.name for path in (course / "submitted").glob("*/quiz-03")}
    assert there == {"ben", "Fay"}


def test_nothing_is_lost_where_both_have_work(course, tmp_path, capsys):
    assert run(course, a_zip(tmp_path / "a.zip", ("ann/quiz-03.ipynb", NOTEBOOK))) == 0
    newer = a_zip(tmp_path / "b.zip", ("x/x", b""), ("ben/quiz-03.ipynb", OTHER))
    assert run(course, newer) == 2
    assert run(course, "--move", "ann=ben") == 2
    assert "the one that ben has is newer or has the answers" in capsys.readouterr().out
    assert handed_in(course, "ben") == OTHER and not (course / "submitted/ann/quiz-03").exists()
    aside = course / "collected" / "earlier" / QUIZ / "ben"
    assert [p.read_bytes() for p in aside.rglob("*.ipynb")] == [NOTEBOOK]


@QUIET
def test_marks_by_hand_go_along_with_the_work(tmp_path, capsys):
    root = make_course(tmp_path / "course")
    roster.update(root, CLASS[:3])

    def half(student, item):
        return 0.5 if student == "ann" else 1

    record(root, NAME, {"ann": "I doubt it.", "ben": "I believe it."}, points=half)
    (item,) = [item for item in bank.read(root / "source" / NAME) if item.kind == "text"]
    levels = {c.name: max(c.levels) for c in marking.rubric(root, item)}
    marking.save(root, item, "ann", marking.mark(marking.rubric(root, item), levels, "Well said."))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        before = book.find_submission(NAME, "ann").score
    arguments = ["collect", NAME, "--course", str(root), "--move"]
    assert main([*arguments, "ann=cem"]) == 0
    said = capsys.readouterr().out
    assert (
        "ann has no submission of quiz-01 now" in said and "marks and comments went along" in said
    )
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        assert book.find_submission(NAME, "cem").score == before > 0
        assert {s.student_id for s in book.find_assignment(NAME).submissions} == {"ben", "cem"}
    assert (root / "autograded" / "cem" / NAME).is_dir()
    assert not (root / "autograded" / "ann" / NAME).exists()
    # Where the other has marks already, what a person gave is said.
    assert main([*arguments, "cem=ben"]) == 0
    said = capsys.readouterr().out
    assert "ben already has marks. Its manual marks were q15: " in said and "(" in said
    assert {p.name for p in (root / "submitted").glob(f"*/{NAME}/{NAME}.ipynb")} == {
        f"{NAME}.ipynb"
    }
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        assert [s.student_id for s in book.find_assignment(NAME).submissions] == ["ben"]


def test_without_a_deadline_times_are_in_the_course_s_zone(course, tmp_path, capsys):
    Course(course).deadlines.write_text("zone: Asia/Dushanbe\n", "utf-8")
    (tmp_path / "quiz.ipynb").write_bytes(NOTEBOOK)
    assert run(course, tmp_path / "quiz.ipynb", "--student", "ann", "--at", "2027-01-30 18:30") == 0
    said = capsys.readouterr().out
    assert "submitted (UTC+05:00)" in said and "2027-01-30 18:30" in said
    assert stamp(course, "ann").startswith("2027-01-30 13:30")
