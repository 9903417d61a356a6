"""Lateness of a class: a deadline set or moved after collecting, and bad timestamps."""

import os
import shutil
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from graders import LINUX, NAME, QUIET, answered, hand_in, make_course
from nbgrader.api import Gradebook

from crossroads.classroom import roster
from crossroads.cli import main
from crossroads.grading import late_penalties, submission_times
from crossroads.grading.notes import say

pytestmark = [QUIET, LINUX]
STUDENTS = ("ann", "ben", "cem")
DUE = "2027-01-31 12:00"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"))
    people = "".join(f"{who},{who.title()},Lee\n" for who in STUDENTS)
    (root / "class.csv").write_text(f"student_id,first_name,last_name\n{people}", "utf-8")
    assert main(["roster", str(root / "class.csv"), "--course", str(root)]) == 0
    return root


@pytest.fixture
def fresh(course, tmp_path):
    return Path(shutil.copytree(course, tmp_path / "course"))


def rules(root, due=DUE, more=""):
    (root / late_penalties.FILE).write_text(
        f"per_day: 10\nassignments:\n  {NAME}:\n    due: {due}\n{more}", "utf-8"
    )


def grade(root):
    return main(["grade", NAME, "--course", str(root)])


def given(root, stamps):
    """Submit for students, with what their timestamp holds; ``None``: there is none."""
    for student, stamp in stamps.items():
        folder = hand_in(root, student, answered(root))
        if stamp is not None:
            (folder / "timestamp.txt").write_bytes(stamp)


def canvas(root, *late_ones, when=(2027, 2, 5, 9, 0, 0)):
    """Collect a download of Canvas's, all of whose files have its own time."""
    path = root / "canvas.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, who in enumerate(STUDENTS):
            word = "LATE_" if who in late_ones else ""
            info = zipfile.ZipInfo(
                f"lee{who}_{word}{number + 100}_{number + 9000}_{NAME}.ipynb", when
            )
            archive.writestr(info, nbformat.writes(answered(root, q15=f"By {who}.")))
    return main(["collect", NAME, str(path), "--course", str(root)])


def by_hand(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        for submission in book.find_assignment(NAME).submissions:
            found = book.find_grade("q15", NAME, NAME, submission.student_id)
            found.manual_score, found.needs_manual_grade = 5, False
        book.db.commit()


def totals(root):
    """The points taken off, and whose total is there."""
    by_hand(root)
    path = root / "points.csv"
    assert main(["export", NAME, "--course", str(root), "--to", str(path)]) == 0
    rows = pd.read_csv(path).set_index("student_id")
    return rows["late_penalty"].to_dict(), set(rows.index[rows["total"].notna()])


def test_a_deadline_set_after_collecting_counts_for_canvas_s_late_marks(fresh, capsys):
    assert canvas(fresh, "cem") == 0
    assert "no due date here yet" in capsys.readouterr().out
    assert grade(fresh) == 0
    assert totals(fresh)[0] == dict.fromkeys(STUDENTS, 0)
    rules(fresh)
    capsys.readouterr()
    assert totals(fresh)[1] == {"ann", "ben"}, "what is in the gradebook isn't the rule's"
    assert (
        "cem has no total: the late penalty in the gradebook is 0 points, and should be 4: "
        "crossroads grade" in capsys.readouterr().out
    )
    assert grade(fresh) == 0
    assert totals(fresh) == ({"ann": 0, "ben": 0, "cem": 4}, set(STUDENTS))


@pytest.mark.parametrize(
    ("due", "more", "off", "asked"),
    [
        ("2027-01-25 12:00", "", 28, ["ann", "ben"]),
        ("2027-02-10 12:00", "", 0, []),
        ("2027-02-02 12:00", "", 0, ["cem"]),
        (DUE, "    extensions: {cem: 2027-02-02 12:00}\n", 0, ["cem"]),
        (DUE, "    extensions: {ann: 2027-02-02 12:00}\n", 4, []),
        (DUE, "    submitted: {cem: 2027-02-02 11:00}\n", 8, []),
    ],
)
def test_a_deadline_moved_after_collecting_counts_by_what_is_known(
    fresh, capsys, due, more, off, asked
):
    rules(fresh)
    assert canvas(fresh, "cem") == 0
    assert grade(fresh) == 0
    assert totals(fresh)[0]["cem"] == 4
    rules(fresh, due, more)
    capsys.readouterr()
    assert grade(fresh) == (2 if asked else 0)
    said = capsys.readouterr().out
    assert (f"late or not: {', '.join(asked)}: the platform says" in said) is bool(asked)
    assert totals(fresh) == (
        {"ann": 0, "ben": 0, "cem": off},
        set(STUDENTS) - set(asked),
    )


def test_a_download_that_is_collected_again_is_by_the_deadline_of_that_day(fresh):
    rules(fresh)
    assert canvas(fresh, "cem") == 0
    rules(fresh, "2027-01-25 12:00")
    assert canvas(fresh, "cem") == 0
    assert grade(fresh) == 0
    assert totals(fresh) == ({"ann": 0, "ben": 0, "cem": 4}, set(STUDENTS))


def test_the_same_download_again_changes_nothing_and_forgetting_takes_it_along(fresh, capsys):
    rules(fresh)
    assert canvas(fresh, "cem") == 0
    before = {p: p.read_bytes() for p in (fresh / "collected").rglob("*") if p.is_file()}
    assert before and canvas(fresh, "cem") == 0
    assert {p: p.read_bytes() for p in (fresh / "collected").rglob("*") if p.is_file()} == before
    assert main(["forget", "cem", "--course", str(fresh), "--yes"]) == 0
    assert not list((fresh / "collected").rglob("*cem*"))


def test_a_timestamp_of_a_later_hand_in_counts_for_more_than_what_was_collected(fresh):
    rules(fresh)
    assert canvas(fresh, "cem") == 0
    stamp = fresh / "submitted" / "cem" / NAME / "timestamp.txt"
    stamp.write_text("2027-01-30 12:00:00 UTC", "utf-8")
    assert grade(fresh) == 0
    assert totals(fresh)[0]["cem"] == 0


#: What a timestamp holds that says nothing, and why it doesn't; ``None``: there is none.
UNREAD = [
    (b"", "it is empty"),
    (None, "is missing, although other submissions have one"),
    (b"\xff\xfe\x00\x80", "it is not a text"),
    (b"01.02.2027 12:00", "where day and month could be either"),
    (b"tomorrow, promise", "which is not a date with a time"),
    (b"2027-01-31 12:00 \xd0\x9c\xd0\xa1\xd0\x9a", "its time zone 'МСК' is unknown"),
    (b"9" * 1001, "it is larger than 1000 bytes"),
]


@pytest.mark.parametrize(("stamp", "why"), UNREAD)
def test_what_a_timestamp_lacks_is_said(fresh, stamp, why):
    given(fresh, {"ann": b"2027-01-31 11:00:00 UTC", "cem": stamp})
    found = submission_times.read(fresh, NAME, STUDENTS, late_penalties.Rule())
    assert found["ann"].time and not found["cem"].time and why in say(found["cem"].unread)


@pytest.mark.parametrize(
    ("stamp", "why"),
    # The long version takes every one of them all the way.
    [*UNREAD[:2], *(pytest.param(*one, marks=pytest.mark.full) for one in UNREAD[2:])],
)
def test_a_timestamp_that_says_nothing_is_a_question_and_no_way_round(fresh, capsys, stamp, why):
    rules(fresh)
    given(
        fresh, {"ann": b"2027-01-31 11:00:00 UTC", "ben": b"2027-02-01 11:00 +0000", "cem": stamp}
    )
    assert grade(fresh) == 2
    (line,) = [x for x in capsys.readouterr().out.splitlines() if "late or not: cem" in x]
    assert f"submitted/cem/{NAME}/timestamp.txt" in line and why in line
    assert f"deadlines.yml: assignments: {NAME}: submitted: cem:" in line
    assert totals(fresh) == ({"ann": 0, "ben": 4, "cem": 0}, {"ann", "ben"})
    rules(fresh, more="    submitted: {cem: 2027-02-02 11:00}\n")
    assert grade(fresh) == 0
    assert totals(fresh) == ({"ann": 0, "ben": 4, "cem": 8}, set(STUDENTS))


def test_a_link_in_place_of_a_timestamp_is_not_followed(fresh, tmp_path):
    given(fresh, dict.fromkeys(STUDENTS, b"2027-01-31 11:00:00 UTC"))
    other = tmp_path / "early.txt"
    other.write_text("2027-01-01 11:00:00 UTC", "utf-8")
    path = fresh / "submitted" / "cem" / NAME / "timestamp.txt"
    path.unlink()
    os.symlink(other, path)
    found = submission_times.read(fresh, NAME, STUDENTS, late_penalties.Rule())
    assert not found["cem"].time and "cannot be read" in say(found["cem"].unread)


def test_where_nobody_has_a_timestamp_nobody_is_asked(fresh):
    rules(fresh)
    given(fresh, dict.fromkeys(STUDENTS))
    assert grade(fresh) == 0
    assert totals(fresh) == (dict.fromkeys(STUDENTS, 0), set(STUDENTS))


def test_where_lateness_costs_nothing_nobody_is_asked(fresh):
    given(fresh, {"ann": b"2027-01-31 11:00:00 UTC", "cem": b""})
    assert grade(fresh) == 0
    assert totals(fresh)[1] == {"ann", "cem"}
    (fresh / late_penalties.FILE).write_text(f"assignments: {{{NAME}: {{due: {DUE}:00}}}}", "utf-8")
    assert grade(fresh) == 0
    assert totals(fresh)[1] == {"ann", "cem"}


@pytest.mark.parametrize("command", ["grade", "export", "collect"])
def test_a_name_that_nobody_has_stops_every_command_with_its_line(fresh, capsys, command):
    given(fresh, dict.fromkeys(STUDENTS, b"2027-01-31 11:00:00 UTC"))
    assert grade(fresh) == 0
    rules(fresh, more="    extensions: {cen: 2027-02-02 12:00}\n")
    capsys.readouterr()
    assert main([command, NAME, "--course", str(fresh)]) == 1
    said = capsys.readouterr().err
    assert "deadlines.yml, line 5: 'cen' is not a student of the roster; did you mean" in said


def test_an_extension_that_left_the_file_is_said_and_can_be_taken_away(fresh, capsys):
    given(fresh, {"ann": b"2027-02-01 11:00:00 UTC"})
    rules(fresh, more="    extensions: {ann: 2027-02-02 12:00}\n")
    assert grade(fresh) == 0
    rules(fresh)
    capsys.readouterr()
    assert grade(fresh) == 0
    assert "so those in the gradebook stay: ann" in capsys.readouterr().out
    rules(fresh, more="    extensions: {}\n")
    assert grade(fresh) == 0
    assert "gradebook stay" not in capsys.readouterr().out
    assert totals(fresh)[0] == {"ann": 4}


def test_stock_autograding_afterwards_is_noticed(fresh, capsys):
    rules(fresh)
    given(fresh, {"ann": b"2027-01-31 11:00:00 UTC", "ben": b"2027-02-01 11:00 UTC"})
    assert grade(fresh) == 0
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        # As nbgrader's own step for late work leaves it.
        book.find_submission_notebook(NAME, NAME, "ben").late_submission_penalty = None
        book.db.commit()
    capsys.readouterr()
    assert totals(fresh)[1] == {"ann"}
    assert (
        "the late penalty in the gradebook is 0 points, and should be 4" in capsys.readouterr().out
    )
    assert roster.read(fresh) and grade(fresh) == 0
    assert totals(fresh) == ({"ann": 0, "ben": 4}, {"ann", "ben"})
