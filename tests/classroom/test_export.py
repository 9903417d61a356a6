"""Marks in the shapes that learning platforms import."""

import csv
import io
import re
import shutil
from decimal import Decimal

import pytest
from graders import NAME, make_course
from hypothesis import given
from hypothesis import strategies as st
from lms import STUDENT, running_lms
from nbgrader.api import Gradebook

from crossroads.classroom import export as lms
from crossroads.classroom import lti, roster
from crossroads.classroom.export import Marks, csv_text, rounded
from crossroads.classroom.notes import say
from crossroads.cli import main
from crossroads.course import Person
from crossroads.grading import results
from crossroads.grading.notes import Note
from crossroads.grading.results import Kept, Result
from crossroads.web.spreadsheet import defused

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

#: By hand: q1 of 1, q2 of 2.5 points; Ben's q2 waits for a person, Cem lost a point for lateness.
MARKS = Marks(
    "quiz-01",
    {"q1": 1.0, "q2": 2.5},
    [
        {"student_id": "ann", "q1": 1.0, "q2": 0.125, "late_penalty": 0.0, "total": 1.125},
        {"student_id": "ben", "q1": 0.0, "q2": None, "late_penalty": 0.0, "total": None},
        {"student_id": "cem", "q1": 1.0, "q2": 2.5, "late_penalty": 1.0, "total": 2.5},
    ],
    {"ann": "q2: =Good, but why?"},
)
CLASS = [
    Person("ann", "Ann", "Lee", "ann@uni.example", "101", "007", "ann", "Mon"),
    Person("ben", "Zoë", "Müller", "ben@uni.example", "102", "008", "", "Mon"),
    Person("cem", "=cmd|' /C calc'!A0", "", "cem@uni.example", "103"),
]


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_canvas_gets_the_columns_and_the_second_line_that_it_imports():
    table, notes = lms.canvas(MARKS, CLASS, column="Quiz 1 (12345)")
    assert rows(csv_text(table)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Quiz 1 (12345)"],
        ["    Points Possible", "", "", "", "", "3.50"],
        ["Lee, Ann", "101", "007", "ann", "Mon", "1.13"],
        ["Müller, Zoë", "102", "008", "ben", "Mon", ""],
        ["'=cmd|' /C calc'!A0", "103", "", "cem", "", "2.50"],
    ]
    assert notes == []
    assert "will make a new assignment 'quiz-01'" in say(lms.canvas(MARKS, CLASS)[1][0])


def test_canvas_can_get_each_question():
    head, possible, ann, *_ = lms.canvas(MARKS, CLASS, items=True)[0]
    assert head[5:] == ["quiz-01 q1", "quiz-01 q2", "quiz-01"]
    assert list(map(str, possible[5:])) == ["1.00", "2.50", "3.50"]
    assert list(map(str, ann[5:])) == ["1.00", "0.13", "1.13"]


def test_moodle_gets_one_column_that_tells_the_user_and_no_row_without_it():
    table, notes = lms.moodle(MARKS, CLASS, items=True)
    assert rows(csv_text(table)) == [
        [
            *("Email address", "First name", "Last name"),
            *("quiz-01 q1", "quiz-01 q2", "quiz-01", "quiz-01 feedback"),
        ],
        ["ann@uni.example", "Ann", "Lee", "1.00", "0.13", "1.13", "q2: =Good, but why?"],
        ["ben@uni.example", "Zoë", "Müller", "0.00", "", "", ""],
        ["cem@uni.example", "'=cmd|' /C calc'!A0", "", "1.00", "2.50", "2.50", ""],
    ]
    assert notes == []
    numbered = [Person(p.student_id, p.first_name, sis_id=p.sis_id) for p in CLASS]
    table, notes = lms.moodle(MARKS, numbered)
    assert [row[0] for row in table] == ["ID number", "007", "008"]
    assert [*map(say, notes)] == ["cem was skipped: the roster has no ID number."]


def test_who_is_not_on_the_roster_is_left_out_and_named():
    for shape in (lms.canvas, lms.moodle):
        table, notes = shape(MARKS, CLASS[:2])
        assert "cem was skipped: not on the roster." in map(say, notes)
        assert "103" not in str(table)
        with pytest.raises(ValueError, match="there is no roster yet"):
            shape(MARKS, [])


def test_more_points_than_moodle_takes_are_said():
    marks = Marks("capstone", {"q1": 101.0}, [], {})
    assert "more than 100 points" in say(lms.moodle(marks, CLASS)[1][0])


def test_texts_are_in_quotes_and_numbers_are_not():
    text = csv_text([["007", Decimal("1.50"), Decimal("-2"), None, "-2", "a,b", 'say "x"']])
    assert text == '"007",1.50,-2,"","-2","a,b","say ""x"""\n'


@pytest.mark.parametrize(
    ("points", "decimals", "shown"),
    [
        *((1.125, 2, "1.13"), (0.125, 2, "0.13"), (2.675, 2, "2.68"), (1.005, 2, "1.01")),
        *((0.5, 0, "1"), (1.5, 0, "2"), (33.333333, 3, "33.333"), (100, 1, "100.0")),
        *((-0.005, 2, "-0.01"), (None, 2, "None"), (1e-9, 2, "0.00")),
    ],
)
def test_points_are_rounded_half_up_as_people_do(points, decimals, shown):
    assert str(rounded(points, decimals)) == shown


@pytest.mark.parametrize("number", ["-1", "+2", "-1.5", "-1,5", "0", "12.25"])
def test_numbers_are_no_formulas(number):
    assert defused(number) == number


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "-1+1", "＝1", "--1"]
)
def test_formulas_become_texts(text):
    assert defused(text) == f"'{text}"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_no_cell_can_begin_a_formula_and_none_is_lost(cells):
    (row,) = rows(csv_text([[*cells]]).replace("\r\n", "\n")) or [[""]]
    number = re.compile(r"[+-]?\d+([.,]\d+)?")
    assert len(row) == len(cells)
    for cell, given_ in zip(row, cells, strict=True):
        assert cell.lstrip()[:1] not in tuple("=+-@") or number.fullmatch(cell)
        assert cell.removeprefix("'").split() == given_.removeprefix("'").split()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """nbgrader's own gradebook: Ann is marked, Ben's written answer waits."""
    root = make_course(tmp_path_factory.mktemp("lms") / "course")
    roster.update(root, CLASS[:2])
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        for student in ("ann", "ben"):
            book.add_submission(NAME, student)
            for grade in book.find_submission_notebook(NAME, NAME, student).grades:
                written = grade.cell.cell_type == "markdown"
                grade.auto_score = None if written else grade.max_score
                grade.needs_manual_grade = written
        grade = book.find_grade("q15", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 6.755, False
        book.find_comment("q15", NAME, NAME, "ann").manual_comment = "Which\nsource?"
        book.db.commit()
    return root


def test_marks_are_read_from_nbgraders_gradebook(course):
    marks = lms.read(course, NAME)
    assert sum(marks.possible.values()) == 40 and marks.possible["q1"] == 1
    assert marks.comments == {"ann": "q15: Which source?", "ben": ""}
    assert marks.waiting() == ["ben"]


def test_a_held_submission_has_no_total_in_any_export(course, tmp_path):
    """Somebody saved its empty marks in formgrader: nbgrader sums them to 0, and that is none."""
    copy = shutil.copytree(course, tmp_path / "course")
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as book:
        for grade in book.find_submission_notebook(NAME, NAME, "ann").grades:
            grade.auto_score, grade.manual_score, grade.needs_manual_grade = None, None, False
        book.db.commit()
    results.write(copy, NAME, Kept(Result("ann", held=Note("not-a-notebook"))))
    marks = lms.read(copy, NAME)
    assert {row["student_id"]: row["total"] for row in marks.rows} == {"ann": None, "ben": None}
    assert marks.waiting() == ["ann", "ben"]
    for table in (
        lms.plain(marks),
        lms.canvas(marks, CLASS[:2])[0],
        [row[:-1] for row in lms.moodle(marks, CLASS[:2])[0]],
    ):
        assert [row[-1] for row in table[-2:]] == [None, None]


def test_the_command_writes_each_shape_and_says_what_is_open(course, tmp_path, capsys):
    def export(*options):
        path = tmp_path / "out.csv"
        command = ["export", NAME, "--course", str(course), "--to", str(path), *options]
        code = main(command)
        # Excel takes a file without this mark for one in its own code page.
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        return code, rows(path.read_text("utf-8-sig")), capsys.readouterr()

    code, plain, said = export()
    assert code == 0 and plain[0][0] == "student_id" and plain[0][-2:] == ["late_penalty", "total"]
    assert "still needs manual grading: ben" in said.out
    full = 40 - lms.read(course, NAME).possible["q15"]
    assert plain[1][-1] == str(rounded(full + 6.755, 2))
    assert plain[2][-3] == plain[2][-1] == "", "part of a sum is no total"
    code, canvas, said = export("--format", "canvas", "--column", "Quiz 1 (5)", "--decimals", "1")
    assert canvas[0][-1] == "Quiz 1 (5)" and canvas[1][-1] == "40.0"
    assert [row[-1] for row in canvas[2:]] == [str(rounded(full + 6.755, 1)), ""]
    code, moodle, said = export("--format", "moodle", "--items")
    assert moodle[0][0] == "Email address" and moodle[0][-1] == f"{NAME} feedback"
    assert moodle[1][-1] == "q15: Which source?" and moodle[2][-2] == ""
    assert main(["export", NAME, "--course", str(course), "--decimals", "9"]) == 1


def test_the_platform_is_sent_what_was_shown_first(course, tmp_path, capsys):
    root = tmp_path / "own"
    shutil.copytree(course, root)
    with running_lms() as platform:
        platform.public_key = lti.public_key(root)[0]
        (root / "lti.yml").write_text(platform.settings())
        platform.members = [
            {"user_id": "7", "email": person.email, "roles": [STUDENT]}
            for person in roster.read(root)[:1]
        ]
        full = 40 - lms.read(root, NAME).possible["q15"]
        command = ["export", NAME, "--course", str(root), "--format", "lti"]
        assert main(command) == 0 and not platform.scores
        said = capsys.readouterr().out
        assert f"{full + 6.76:g} of 40" in said and "--send sends 1 mark" in said
        assert main([*command, "--send"]) == 0
        ((_, sent),) = platform.scores.items()
        assert (sent["scoreGiven"], sent["scoreMaximum"]) == (full + 6.76, 40)
        assert "1 mark of quiz-01 sent to the platform" in capsys.readouterr().out
    for wrong in (["--items"], ["--send"]):
        kind = [] if wrong == ["--send"] else ["--format", "lti"]
        assert main(["export", NAME, "--course", str(root), *kind, *wrong]) == 1
