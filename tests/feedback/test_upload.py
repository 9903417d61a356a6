"""Pages for a whole class in one archive, named as Moodle and Canvas read them."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossroads.classroom import roster
from crossroads.classroom.collect import canvas, collect, senders
from crossroads.classroom.collect.senders import Sender
from crossroads.course import Course, Person
from crossroads.feedback import upload

QUIZ = "quiz-03"
NOTEBOOK = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
#: From Moodle with folders and with a name that has its sign, from Canvas, and by no platform.
SENT = {
    "moodle": {
        "ann": "Ann Lee_7654321_assignsubmission_file/quiz-03.ipynb",
        "ben": "Ben de la Cruz_7654322_assignsubmission_file_/my work.ipynb",
        "zar": "Зарина Раҳимова_7654323_assignsubmission_file_quiz-03.ipynb",
    },
    "canvas": {
        "ann": "leeann_11_501_quiz-03.ipynb",
        "ben": "delacruzben_LATE_12_502_quiz-03-2.ipynb",
        "zar": "раҳимовазарина_13_503_quiz-03.ipynb",
    },
}


@pytest.fixture
def course(tmp_path):
    place = tmp_path / "course"
    place.mkdir()
    names = {"ann": ("Ann", "Lee"), "ben": ("Ben", "de la Cruz"), "zar": ("Зарина", "Раҳимова")}
    roster.write(
        place, [Person(id_, *name) for id_, name in [*names.items(), ("dee", ("Dee", ""))]]
    )
    for student in (*names, "dee"):
        page = Course(place).feedback(student, QUIZ) / f"{QUIZ}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>for {student}</p>", "utf-8")
    return place


def a_download(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, NOTEBOOK)
    return path


@pytest.mark.parametrize("platform", SENT)
def test_each_page_goes_back_under_the_numbers_that_the_work_came_with(course, tmp_path, platform):
    came = a_download(tmp_path / "download.zip", SENT[platform].values())
    assert not collect(course, QUIZ, [came]).unmatched
    everybody = [*SENT[platform], "dee"]
    path, missing = upload.write(course, QUIZ, platform, everybody)
    assert missing == ["dee"] and path.parent == course / "exports"
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(inside) == 3
    for name, page in inside.items():
        if platform == "moodle":
            # As Moodle takes the name of a folder apart.
            folder, _, file = name.partition("/")
            number, *plugin = folder.split("_", 4)[1:4]
            assert plugin == ["assignfeedback", "file"] and file == "quiz-03.html"
        else:
            found = canvas.origin_of(name)
            number, file = found.number, found.file
            assert file == "quiz-03.html" and f"_{found.attachment}_" in SENT[platform][page[7:10]]
        assert f"_{number}_" in SENT[platform][page[7:10]]
    other = next(one for one in SENT if one != platform)
    assert upload.write(course, QUIZ, other, everybody)[1] == everybody


def test_who_sends_a_newer_file_by_mail_is_no_sender_of_the_platform_s(course, tmp_path):
    came = a_download(tmp_path / "download.zip", SENT["moodle"].values())
    collect(course, QUIZ, [came])
    assert senders.of(Course(course), QUIZ, "ann")
    (tmp_path / "mine.ipynb").write_bytes(NOTEBOOK.replace(b"{}", b'{"a": 1}'))
    collect(course, QUIZ, [tmp_path / "mine.ipynb"], student="ann", at="2030-01-01 12:00")
    assert senders.of(Course(course), QUIZ, "ann") is None
    assert senders.of(Course(course), QUIZ, "ben")


@given(st.text(max_size=200), st.sampled_from(upload.PLATFORMS))
def test_no_name_leads_out_of_the_archive_or_hides_the_numbers(name, platform):
    place = upload.place_in(Sender(platform, name, "123", 456), QUIZ)
    assert ".." not in place.split("/") and not place.startswith("/") and "\\" not in place
    first = place.split("/")[0].split("_")
    assert first[0] and first[1] == "123"
    assert place.count("/") == (platform == "moodle")
