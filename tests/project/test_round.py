"""The whole loop by stock nbgrader's own commands: from release to returned feedback and export.

Three students submit quiz 1: two fetch it, the third answers the copy that the course made. Each
has a folder and settings of their own and is named on the command line, because nbgrader otherwise
takes the name of the operating system's user, and all tests run as one. (``collect`` warns of that,
and goes on.)
"""

import csv
import html
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
import stock
from guides import DOCS
from nbgrader.api import Gradebook
from quizzes import ASSIGNMENTS, items, one_line, put_answers

QUIZ = "quiz-01"
FOLDER = ASSIGNMENTS / QUIZ
ITEMS = items(FOLDER)

#: The middling student's answer to each question, and what it earns.
MIDDLING = {
    "q1": ('q1 = "a"', 0),
    "q2": ('q2 = "b"', 1),
    "q3": ('q3 = {"1": "c", "2": "e", "3": "b", "4": "a"}', 2),
    "q4": ('q4 = {"a", "b", "c"}', 1),
    "q5": ("q5 = None", 0),
    "q6": ('q6 = ["b", "d", "a", "c"]', 2),
    "q7": ('q7 = "A "', 2),
    "q8": ('q8 = "bee"', 0),
    "q9": ('q9 = "36.7 %"', 2),
    "q10": ('def causal_claims(claims):\n    return claims[claims["kind"] == "causal"]', 2),
    "q11": ("q11 = d", 0),
    "q12": ('q12 = "d"', 1),
    "q13": ('q13 = {"b"}', 1),
    "q14": ('q14 = "C"', 2),
    "q15": ("The text claims that night buses make streets safer. I doubt it.", 5),
}
ANSWERS = {
    "perfect": {item.id: item.answer for item in ITEMS},
    "middling": {name: answer for name, (answer, _) in MIDDLING.items()},
    "blank": {},
}
EARNED = {
    "perfect": {item.id: item.points for item in ITEMS},
    "middling": {name: points for name, (_, points) in MIDDLING.items()},
    "blank": {item.id: 0 for item in ITEMS},
}
COMMENT = "Claim 2, evidence 1, limit 0, clear 2. Which source would you look for?"


def contents(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def loop(tmp_path_factory, prepared, taught):
    """A teacher's course directory and three students' folders after the whole loop."""
    place = tmp_path_factory.mktemp("loop")
    course, home = place / "course", place / "home"
    students = {name: place / "students" / name for name in ANSWERS}
    before = contents(ASSIGNMENTS)
    home.mkdir()
    shutil.copytree(taught, course)
    # A student's settings are the course's, with the exchange that the class shares.
    settings = (course / "nbgrader_config.py").read_text("utf-8")
    for folder in students.values():
        folder.mkdir(parents=True)
        if folder == students["perfect"]:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
        shared = f"{settings}\nc.Exchange.root = {str(course / 'exchange')!r}\n"
        (folder / "nbgrader_config.py").write_text(shared, "utf-8")
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    environment = outside | {"HOME": str(home), "USERPROFILE": str(home)}

    ran = []

    def nbgrader(folder, command, *options):
        named = [QUIZ, *options] if command != "export" else []
        done = stock.nbgrader(folder, command, *named, environment=environment)
        ran.append((folder, " ".join([command, *named])))
        assert done.returncode == 0, f"nbgrader {command}:\n{done.stderr}"

    def study(name):
        folder = students[name]
        path = folder / "quizzes" / QUIZ / f"{QUIZ}.ipynb"
        if not path.exists():
            nbgrader(folder, "fetch_assignment", f"--student={name}")
        nbformat.write(put_answers(nbformat.read(path, 4), ANSWERS[name]), path)
        nbgrader(folder, "submit", f"--student={name}")

    def get_feedback(name):
        nbgrader(students[name], "fetch_feedback", f"--student={name}")

    with ThreadPoolExecutor(2) as pool:
        nbgrader(course, "generate_assignment")
        nbgrader(course, "release_assignment")
        list(pool.map(study, students))
        nbgrader(course, "collect")
        nbgrader(course, "autograde", "--force")
        mark_by_hand(course)
        nbgrader(course, "generate_feedback")
        nbgrader(course, "release_feedback")
        list(pool.map(get_feedback, students))
        nbgrader(course, "export")
    return {
        "course": course,
        "home": home,
        "in the course": {line for folder, line in ran if folder == course},
        "students": students,
        "unchanged": contents(ASSIGNMENTS) == before,
    }


def test_every_command_of_nbgrader_that_a_guide_names_is_run_in_the_class_s_course(loop):
    """Some are named with an assignment and options, and some alone."""
    told = {
        (path.name, line.replace("quiz-03", QUIZ))
        for path in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]
        for line in re.findall(r"`nbgrader ([^`]+)`", path.read_text("utf-8"))
    }
    assert ("grading.md", f"autograde {QUIZ} --force") in told
    ran = loop["in the course"]
    assert [
        (guide, line)
        for guide, line in sorted(told)
        if line not in ran and line not in {one.split()[0] for one in ran}
    ] == []
    guide = (DOCS / "grading.md").read_text("utf-8")
    assert "`../.venv/bin/nbgrader`" in guide, "where, and by which name, is said"


def mark_by_hand(course):
    """Give points and a comment to the written answers, as formgrader's page does."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        waiting = {
            submission.student.id: grade
            for submission in gradebook.find_assignment(QUIZ).submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.needs_manual_grade
        }
        assert set(waiting) == {"perfect", "middling"}
        for student, grade in waiting.items():
            assert grade.name == "q15"
            grade.manual_score = EARNED[student]["q15"]
            grade.needs_manual_grade = False
        comment = gradebook.find_comment("q15", QUIZ, QUIZ, "middling")
        comment.manual_comment = COMMENT
        gradebook.db.commit()


@pytest.mark.parametrize("student", ANSWERS)
def test_every_question_earns_what_it_should(loop, student):
    with Gradebook(f"sqlite:///{loop['course']}/gradebook.db") as gradebook:
        notebook = gradebook.find_submission_notebook(QUIZ, QUIZ, student)
        assert {g.name: g.score for g in notebook.grades} == pytest.approx(EARNED[student])
        assert not notebook.needs_manual_grade


def test_the_export_holds_each_students_total(loop):
    with (loop["course"] / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    totals = {name: float(row["score"]) for name, row in rows.items()}
    assert totals == {"perfect": 40, "middling": 21, "blank": 0}
    assert totals == {name: sum(points.values()) for name, points in EARNED.items()}
    assert {float(row["max_score"]) for row in rows.values()} == {40}
    assert {row["assignment"] for row in rows.values()} == {QUIZ}


def feedback(loop, student):
    (page,) = (loop["students"][student] / "quizzes" / QUIZ / "feedback").rglob("*.html")
    return one_line(html.unescape(page.read_text("utf-8")))


def test_a_students_feedback_explains_the_options_that_student_chose(loop):
    page = feedback(loop, "middling")
    why = {item.id: item.call()["why"] for item in ITEMS if item.kind in ("single", "multiple")}
    assert f"You chose a, which is not right. {why['q1']['a']}" in page
    assert f"You chose a, which does not fit. {why['q4']['a']}" in page
    assert f"You missed c, which fits. {why['q13']['c']}" in page
    assert "There is no answer yet." in page
    assert "'bee' is not one of the options." in page
    assert "name 'd' is not defined" in page
    assert "Not asked for: place, table_row," in page
    assert COMMENT in page
    assert f"You chose a, which is not right. {why['q1']['a']}" not in feedback(loop, "perfect")
    assert "You chose" not in feedback(loop, "blank")


def test_no_message_is_a_wall_of_traceback(loop):
    page = feedback(loop, "middling")
    assert "NotYet" not in page
    # Only the student's own line that fails in Python, and the check of what it left undefined.
    assert page.count("Traceback (most recent call last)") == 2


def test_what_is_produced_lies_in_the_course_directory_only(loop):
    assert loop["unchanged"]
    course = {p.name for p in loop["course"].iterdir()}
    assert {"release", "submitted", "autograded", "feedback", "gradebook.db"} <= course
    left = [p for p in loop["home"].rglob("*") if p.is_file()]
    assert not [p for p in left if p.suffix in (".ipynb", ".html", ".csv", ".db")], left
