"""A small course of another subject, through every command as its instructor uses them."""

import json
import re
import zipfile
from datetime import datetime

import pytest
import stock
from graders import LINUX, QUIET
from nbgrader.api import Gradebook

from crossroads import cli
from crossroads.assignments import bank
from crossroads.classroom import privacy
from crossroads.classroom.collect import exchange
from crossroads.classroom.collect.archives import File
from crossroads.classroom.collect.origin import Origin
from crossroads.classroom.collect.submissions import Submission
from crossroads.classroom.collect.wanted import sort
from crossroads.classroom.release.plain_package import given_away
from crossroads.course import Course
from crossroads.manual_grading import marking
from crossroads.manual_grading.dashboard_page import board
from crossroads.manual_grading.marking_desk import MarkingDesk
from crossroads.manual_grading.student_work import work

pytestmark = [LINUX, QUIET]
SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "num-101"
c.AssignLatePenalties.plugin_class = "late.Half"
"""
#: As nbgrader's documentation has such a class: in a module of the course directory.
LATE = """\
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""
ONE, TWO = "01 warm-up", "02-roots"


def cell(kind, source, grade_id="", **about):
    plain = dict.fromkeys(("grade", "solution", "locked"), False)
    label = {**plain, "grade_id": grade_id, "schema_version": 3, **about} if grade_id else None
    made = {"cell_type": kind, "source": source, "metadata": {"nbgrader": label} if label else {}}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells):
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": [*cells], "metadata": about, "nbformat": 4, "nbformat_minor": 2}


WARM_UP = notebook(
    cell("markdown", "## Mean (3 points)\nWrite `mean(xs)`, for the numbers in `data/xs.txt`."),
    cell(
        "code",
        "def mean(xs):\n    ### BEGIN SOLUTION\n    return sum(xs) / len(xs)\n    ### END SOLUTION",
        "mean",
        solution=True,
    ),
    cell("code", "mean([1, 2])"),
    cell(
        "code",
        '"""The mean of a few numbers."""\nassert mean([1, 2, 6]) == 3, "mean([1, 2, 6]) is 3"',
        "mean_test",
        grade=True,
        locked=True,
        points=2,
    ),
    cell(
        "code",
        "### BEGIN HIDDEN TESTS\nxs = [int(x) for x in open('data/xs.txt')]\n"
        "assert mean(xs) == 31337\n### END HIDDEN TESTS",
        "mean_hidden",
        grade=True,
        locked=True,
        points=1,
    ),
)
ROOTS = notebook(
    cell("markdown", "## Roots\nWhy does Newton's method need a start?"),
    cell("markdown", "It may go elsewhere.", "why", grade=True, solution=True, points=4),
    cell("markdown", "## A plot\nDraw any function with two roots.", "plot", task=True, points=2),
)
RIGHT = "def mean(xs):\n    return sum(xs) / len(xs)"
#: What each student submits: the answers by cell, and cells of their own.
STUDENTS = {
    "ada": ({"mean": RIGHT, "why": "It can *diverge*."}, ["x = 1  # my plot"]),
    "bob": ({"mean": "def mean(xs):\n    return xs[0]", "why": "<script>no</script>"}, []),
    "cyd": ({"mean": RIGHT}, []),
}
NAMES = {"ada": ("Ada", "Ng"), "bob": ("Bob", "Li"), "cyd": ("Cyd", "Ito")}


@pytest.fixture(scope="module", name="root")
def the_course(tmp_path_factory):
    """The course as its instructor has it, the students in the gradebook only."""
    root = tmp_path_factory.mktemp("course") / "num-101"
    for name, made in ((ONE, WARM_UP), (TWO, ROOTS)):
        written(root / "source" / "ps1" / f"{name}.ipynb", json.dumps(made))
    written(root / "source" / "ps1" / "data" / "xs.txt", "31336\n31338\n")
    written(root / "nbgrader_config.py", SETTINGS)
    written(root / "late.py", LATE)
    with Gradebook(Course(root).gradebook_url) as book:
        for student, (first, last) in NAMES.items():
            book.add_student(student, first_name=first, last_name=last, email=f"{student}@x.org")
    return root


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def answered(root, name, student):
    answers, own = STUDENTS[student]
    made = json.loads((root / "release" / "ps1" / f"{name}.ipynb").read_text("utf-8"))
    for one in made["cells"]:
        id_ = one["metadata"].get("nbgrader", {}).get("grade_id")
        one["source"] = answers.get(id_, one["source"])
    made["cells"] += [cell("code", text) for text in own if name == TWO]
    return json.dumps(made)


@pytest.fixture(name="say")
def a_command(root, capsys):
    """Runs a command in the course; returns its code and what it said."""

    def said(*words):
        code = cli.main([*words, "--course", str(root)])
        out, err = capsys.readouterr()
        # Nothing of ours is spoken of.
        assert not re.search(r"quiz-\d|L\d\.\d|Tajik", out + err)
        return code, out + err

    return said


def page_text(path):
    return re.sub(r"\s+", " ", re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", path, flags=re.S))


def test_a_foreign_course_goes_through_every_command(root, say, tmp_path):
    # -- release: what nbgrader released, and nothing of this course
    code, text = say("release", "ps1")
    package = root / "packages" / "ps1.zip"
    with zipfile.ZipFile(package) as held:
        files = {name: held.read(name).decode() for name in held.namelist()}
    assert code == 0 and {*files} == {
        *(f"ps1/{name}" for name in (f"{ONE}.ipynb", f"{TWO}.ipynb", "data/xs.txt", "README.txt"))
    }
    assert f"  {ONE}.ipynb\n  {TWO}.ipynb" in files["ps1/README.txt"]
    assert say("release", "ps1")[0] == 0  # once more, and nothing has changed
    with Gradebook(Course(root).gradebook_url) as book:
        book.find_assignment("ps1").duedate = datetime(2027, 1, 31, 12)
        book.db.commit()

    # -- collect: names as they are typed, notebooks known by their labels, and what came before
    download, later = tmp_path / "Download.zip", tmp_path / "Later.zip"
    with zipfile.ZipFile(download, "w") as made:

        def put(student, number, name, text, day):
            folder = f"{' '.join(NAMES[student])}_{number}_assignsubmission_file"
            about = zipfile.ZipInfo(f"{folder}/{name}", (2027, 1, day, 10, 0, number))
            made.writestr(about, text)

        put("ada", 11, f"{ONE}.ipynb", answered(root, ONE, "ada"), 30)
        put("ada", 11, "my roots.ipynb", answered(root, TWO, "ada"), 30)
        put("bob", 12, f"{ONE} (1).ipynb", answered(root, ONE, "bob"), 30)
        put("bob", 12, "02-roots-2.ipynb", answered(root, TWO, "bob"), 30)
        put("cyd", 13, f"{TWO}.ipynb", answered(root, TWO, "cyd"), 29)
    code, text = say("collect", "ps1", str(download))
    assert code == 0 and "3 students" in text, text
    written(tmp_path / "cyd" / "warm-up-final.ipynb", answered(root, ONE, "cyd"))
    code, text = say(
        *("collect", "ps1", str(tmp_path / "cyd" / "warm-up-final.ipynb")),
        *("--student", "cyd", "--at", "2027-02-02 12:00"),
    )
    assert code == 0 and "LATE" in text, text
    assert not later.exists()
    for student in STUDENTS:
        folder = root / "submitted" / student / "ps1"
        assert {path.name for path in folder.glob("*.ipynb")} == {f"{ONE}.ipynb", f"{TWO}.ipynb"}

    # -- check, grade
    code, text = say("check", "ps1", "--file", str(root / "submitted" / "bob" / "ps1"))
    assert code == 1 and "The mean of a few numbers: its test fails" in text
    code, text = say("check", "ps1", "--file", str(tmp_path / "cyd"))
    assert code == 1 and "no notebook of ps1 is found" in text
    assert "31337" not in text
    code, text = say("grade", "ps1")
    assert code == 0 and "3 graded" in text and "late: cyd: 1.5 points taken off" in text, text
    with Gradebook(Course(root).gradebook_url) as book:
        auto = {
            (one.student_id, grade.name): grade.auto_score
            for one in book.find_assignment("ps1").submissions
            for part in one.notebooks
            for grade in part.grades
        }
    assert [auto["ada", name] for name in ("mean_test", "mean_hidden")] == [2, 1]
    assert [auto["bob", name] for name in ("mean_test", "mean_hidden", "why")] == [0, 0, None]

    # -- marking without a rubric: points and a comment
    desk = MarkingDesk(root)
    state = desk.state
    assert state["quizzes"] == [["ps1", "ps1"]]
    assert [name for _, name in state["items"]] == [
        f"{TWO}: Roots (4 points)",
        f"{TWO}: A plot (2 points)",
    ]
    assert state["criteria"] == [
        {"name": "Points", "levels": [[float(n), ""] for n in (4, 3, 2, 1, 0)], "free": True}
    ]
    shown = {str(part) for a in (1, 2) for part in desk.state["answer"]["parts"]}
    assert "<script>" not in str(shown)
    for item in marking.written(root, "ps1"):
        for answer in marking.queue(root, item).answers:
            with pytest.raises(ValueError, match="Points go from 0 to"):
                marking.mark(marking.rubric(root, item), {"Points": 4.5})
            made = marking.mark(marking.rubric(root, item), {"Points": 1.25}, "See page 3.")
            marking.save(root, item, answer.student, made)
    task = marking.written(root, "ps1")[1]
    assert "my plot" in str(work(root, task, bank.read(root / "source" / "ps1"), "ada"))

    # -- dashboard, feedback, report, lists
    seen = board(root, "ps1")
    assert "3 done" in seen["said"] and "bjective" not in seen["html"]
    assert (
        "crossroads report ps1" in seen["html"] and "formgrader/gradebook/ps1" not in seen["html"]
    )
    assert say("feedback", "ps1")[0] == 0
    folder = root / "feedback" / "bob" / "ps1"
    assert {p.stem for p in folder.glob("*.html")} == {"ps1", ONE, TWO}
    text = page_text((folder / "ps1.html").read_text("utf-8"))
    assert f"{ONE}: The mean of a few numbers" in text and "mean([1, 2, 6]) is 3" in text
    assert "1.25 of 4 points" in text and "See page 3." in text
    assert "31337" not in text and "for every option" not in text
    late = page_text((root / "feedback" / "cyd" / "ps1" / "ps1.html").read_text("utf-8"))
    assert "Late penalty: 1.5 points" in late
    code, text = say("report", "ps1")
    report = (root / "reports" / "ps1" / "report.html").read_text("utf-8")
    assert code == 0 and f"{ONE}/mean_test" in report and "Objectives" not in report
    assert "Options that nobody chose" not in text + report
    code, text = say("items")
    assert code == 0 and "4 of 4 questions" in text
    assert say("solutions", "ps1", "--now")[0] == 0
    solutions = page_text((root / "exports" / "ps1-solutions.html").read_text("utf-8"))
    assert solutions.count("return sum(xs) / len(xs)") == 1 and "It may go elsewhere." in solutions

    # -- exports in every form, and what stands where
    for words in (
        ["ps1"],
        ["ps1", "--format", "moodle"],
        ["ps1", "--format", "canvas", "--items"],
        [],
    ):
        assert say("export", *words)[0] == 0
    rows = (root / "exports" / "ps1-points.csv").read_text("utf-8-sig").splitlines()
    assert rows[0].startswith(f'"student_id","{ONE}/mean_test"')
    assert rows[1].endswith(",0.00,5.50") and rows[3].endswith(",1.50,2.75")
    assert "ada@x.org" in (root / "exports" / "ps1-moodle.csv").read_text("utf-8-sig")
    assert "Ng" in (root / "exports" / "ps1-canvas.csv").read_text("utf-8-sig")
    code, text = say("privacy")
    assert code == 0 and "submitted" in text
    assert say("research")[0] == 0
    assert "Nobody has asked about ps1" in say("requests", "ps1")[1]
    code, text = say("doctor")
    assert "kernel for" not in text
    code, text = say("forget", "bob", "--yes")
    assert code in (0, 2) and not (root / "submitted" / "bob").joinpath("ps1").exists()


def test_notebooks_are_known_by_name_by_label_and_by_how_their_names_end():
    # Seven problems of one homework, whose cells have the same labels; names as Blackboard,
    # browsers, and two students make them.
    wanted = {f"p{n}": frozenset({("x", f"sum {n}"), ("t", "the same")}) for n in range(1, 8)}
    asked = [cell("code", "", "x", checksum="sum 6"), cell("code", "", "t", checksum="the same")]
    files = {
        "p1.ipynb": b"",
        "p2 (3).ipynb": b"",
        "hw3_a1_attempt_2027-01-30-11-00-00_p3.ipynb": b"",
        "final FINAL.ipynb": json.dumps(notebook(*asked)).encode(),
        "scratch.ipynb": json.dumps(notebook()).encode(),
        "p7.ipynb.txt": json.dumps(notebook()).encode(),
    }
    given = [
        (Origin("plain", ("a1",), name), File(name, text, None)) for name, text in files.items()
    ]
    places, others = sort(Submission(given[0][0], "hw3.zip", given, "a1"), wanted)
    names = [*files]
    assert {name: names[place] for name, place in places.items()} == {
        "p1": "p1.ipynb",
        "p2": "p2 (3).ipynb",
        "p3": "hw3_a1_attempt_2027-01-30-11-00-00_p3.ipynb",
        "p6": "final FINAL.ipynb",
        "p7": "p7.ipynb.txt",
    }
    assert [names[place] for place in others] == ["scratch.ipynb"]


def test_a_release_that_gives_something_away_is_held_back(root):
    course = Course(root)
    source = (root / "source" / "ps1" / f"{ONE}.ipynb").read_bytes()
    other = json.loads(source)
    other["cells"][1]["source"] = "def mean(xs):\n    return sum(xs) / len(xs)"
    files = {
        f"{ONE}.ipynb": source,
        "data/class.csv": b"ada@x.org",
        "gradebook.db": b"SQLite format 3\0...",
    }
    assert given_away(course, "ps1", files) == [
        f"{ONE}.ipynb: a delimiter of a part that is only for teachers, in the cell mean",
        f"{ONE}.ipynb: the solution of the cell mean",
        f"{ONE}.ipynb: a delimiter of a part that is only for teachers, in the cell mean_hidden",
        f"{ONE}.ipynb: the hidden test of the cell mean_hidden",
        "data/class.csv: a student's address",
        "gradebook.db: a database, such as the gradebook",
    ]
    found = given_away(course, "ps1", {f"{ONE}.ipynb": json.dumps(other).encode()})
    assert f"{ONE}.ipynb: the solution of the cell mean" in found
    # A line that another cell shows is no secret, nor is what nbgrader puts there itself.
    assert not given_away(course, "ps1", {"README.txt": b"mean(xs)"})


def test_what_is_collected_through_nbgraders_exchange(root, tmp_path, say, monkeypatch):
    monkeypatch.setattr(
        exchange.subprocess,
        "run",
        lambda command, **how: stock.nbgrader(how["cwd"], *command[3:]),
    )
    settings = (root / "nbgrader_config.py").read_text("utf-8")
    written(root / "nbgrader_config.py", f"{settings}c.Exchange.root = {str(tmp_path)!r}\n")
    with pytest.raises(ValueError, match="nbgrader cannot collect ps1 from the exchange"):
        exchange.collect_from_exchange(Course(root), "ps1")
    handed_in = tmp_path / "num-101" / "inbound" / "ada+ps1+2027-02-03 10:00:00 UTC"
    written(handed_in / f"{ONE}.ipynb", json.dumps(WARM_UP))
    written(handed_in / "timestamp.txt", "2027-02-03 10:00:00 UTC")
    code, text = say("collect", "ps1", "--exchange")
    assert code == 0 and "From nbgrader's exchange: 1 new: ada." in text
    stamp = Course(root).submitted("ada", "ps1") / "timestamp.txt"
    assert stamp.read_text("utf-8") == "2027-02-03 10:00:00 UTC"


def test_a_student_is_forgotten_where_nbgraders_settings_have_folders_elsewhere(tmp_path):
    root = tmp_path / "course"
    settings = "c = get_config()\nc.CourseDirectory.submitted_directory = 'in'\n"
    settings += "c.CourseDirectory.db_url = 'sqlite:///" + str(root / "marks.db") + "'\n"
    written(root / "nbgrader_config.py", settings)
    for student in ("ada", "bob"):
        written(root / "in" / student / "ps1" / "ps1.ipynb", "{}")
    with Course(root).open_gradebook() as book:
        book.add_student("ada")
    held = {one.where: one for one in privacy.holdings(root, "ada")}
    assert {*held} == {"in/ada/ps1", "marks.db"}
    privacy.forget(held.values())
    assert not (root / "in" / "ada" / "ps1").exists() and (root / "in" / "bob" / "ps1").exists()
    assert not privacy.holdings(root, "ada")
