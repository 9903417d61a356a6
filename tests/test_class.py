"""A simulated class of 30 goes through every assignment with stock nbgrader.

Answers are right, wrong in ways that students are wrong, blank, late, or in broken files. Each
assignment is graded in a course directory of its own by ``nbgrader autograde``, two at a time.
"""

import datetime
import random
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, MissingEntry
from quizzes import assignments, items, put_answers
from simulated import answer, everybody

from crossroads import variants
from crossroads.course import personal_copies, use_own_commands
from crossroads.grading.run import grade_class

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

FOLDERS = assignments()
DUE = datetime.datetime(2027, 1, 31, 12, 0)
CLASS = everybody()
GRADED = [s for s in CLASS if s.fate not in ("absent", "broken", "empty")]


def nbgrader(course, *command):
    program = Path(sysconfig.get_path("scripts")) / "nbgrader"
    return subprocess.run(
        [program, *command],
        cwd=course,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )


def hand_in(course, folder, found):
    """Write every student's submission; returns what each answer must earn."""
    name = folder.name
    released = course / "release" / name
    copies = [released / f"{name}.ipynb"] * len(CLASS)
    if found[0].draw:
        copies = personal_copies(course, name, [s.id for s in CLASS])
    expected = {}
    for student, copy in zip(CLASS, copies, strict=True):
        nb = nbformat.read(copy, as_version=4)
        given = {i.id: answer(student, i, variants.values_in(nb)) for i in found}
        expected[student.id] = {id_: a.points for id_, a in given.items()}
        if student.fate == "absent":
            continue
        place = course / "submitted" / student.id / name
        place.mkdir(parents=True)
        put_answers(nb, {id_: a.source for id_, a in given.items() if a.source is not None})
        text = nbformat.writes(nb)
        if student.fate in ("broken", "empty"):
            text = text[: len(text) // 2] if student.fate == "broken" else ""
        (place / f"{name}.ipynb").write_text(text, "utf-8")
        when = DUE + datetime.timedelta(hours=30 if student.fate == "late" else -1)
        (place / "timestamp.txt").write_text(when.strftime("%Y-%m-%d %H:%M:%S UTC"), "utf-8")
    return expected


def set_up(folder, course):
    """A course directory with one assignment, released and handed in by the class."""
    use_own_commands()
    (course / "source").mkdir()
    shutil.copytree(folder, course / "source" / folder.name)
    settings = files("crossroads") / "static" / "nbgrader_config.py"
    (course / "nbgrader_config.py").write_text(settings.read_text("utf-8"), "utf-8")
    done = nbgrader(course, "generate_assignment", folder.name)
    assert done.returncode == 0, done.stderr
    expected = hand_in(course, folder, items(folder))
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(folder.name, duedate=DUE)
    return expected


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Of each assignment: its course directory, what answers must earn, and nbgrader's log."""
    places = [tmp_path_factory.mktemp(folder.name) for folder in FOLDERS]
    expected = [set_up(*pair) for pair in zip(FOLDERS, places, strict=True)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda p, f: nbgrader(p, "autograde", f.name), places, FOLDERS))
    logs = [process.stderr for process in done]
    names = [folder.name for folder in FOLDERS]
    return dict(zip(names, zip(places, expected, logs, strict=True), strict=True))


each_assignment = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def gradebook(graded, folder):
    return Gradebook(f"sqlite:///{graded[folder.name][0]}/gradebook.db")


@each_assignment
def test_every_answer_of_every_student_earns_what_the_rules_say(graded, folder):
    _, expected, log = graded[folder.name]
    with gradebook(graded, folder) as book:
        for student in GRADED:
            notebook = book.find_submission_notebook(folder.name, folder.name, student.id)
            marks = {g.name: g.auto_score for g in notebook.grades}
            wanted = expected[student.id]
            assert set(marks) == set(wanted), log
            for item, points in wanted.items():
                assert marks[item] == pytest.approx(points, abs=0.006), (student.id, item)


@each_assignment
def test_broken_files_are_named_and_cost_nobody_else_anything(graded, folder):
    _, _, log = graded[folder.name]
    with gradebook(graded, folder) as book:
        handed_in = {s.student.id for s in book.find_assignment(folder.name).submissions}
        for student in CLASS:
            if student.fate in ("broken", "empty"):
                assert student.id in log
                try:
                    notebook = book.find_submission_notebook(folder.name, folder.name, student.id)
                except MissingEntry:
                    continue
                assert sum(g.auto_score or 0 for g in notebook.grades) == 0
        assert {s.id for s in GRADED} <= handed_in
        assert not [s.id for s in CLASS if s.fate == "absent" and s.id in handed_in]


@each_assignment
def test_who_was_late_is_known_to_be(graded, folder):
    with gradebook(graded, folder) as book:
        for student in GRADED:
            late = book.find_submission(folder.name, student.id).total_seconds_late
            assert late == (30 * 3600 if student.fate == "late" else 0)


@each_assignment
def test_written_answers_wait_for_a_person_and_the_totals_add_up(graded, folder):
    _, expected, _ = graded[folder.name]
    chance = random.Random(folder.name)
    with gradebook(graded, folder) as book:
        for student in GRADED:
            wanted = expected[student.id]
            notebook = book.find_submission_notebook(folder.name, folder.name, student.id)
            waiting = {g.name for g in notebook.grades if g.needs_manual_grade}
            assert waiting == {id_ for id_, points in wanted.items() if points is None}
            total = sum(points for points in wanted.values() if points is not None)
            for mark in notebook.grades:
                if mark.needs_manual_grade:
                    mark.manual_score = chance.randint(0, int(mark.max_score))
                    mark.needs_manual_grade = False
                    total += mark.manual_score
            book.db.commit()
            assert book.find_submission(folder.name, student.id).score == pytest.approx(total)


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@each_assignment
def test_our_own_grader_marks_every_cell_as_stock_nbgrader_does(graded, folder, tmp_path):
    """Of the mended and the held our grader says more, but what stock can mark is the same."""
    name = folder.name
    place = graded[name][0]
    course = tmp_path / "course"
    shutil.copytree(place, course, ignore=shutil.ignore_patterns("autograded", "gradebook.db"))
    assert nbgrader(course, "generate_assignment", name, "--force").returncode == 0
    results, _ = grade_class(course, name, workers=2)
    assert [r.student for r in results if r.held] == [
        s.id for s in CLASS if s.fate in ("broken", "empty")
    ]

    def marks(root):
        with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
            found = [book.find_submission_notebook(name, name, s.id) for s in GRADED]
            comments = [{c.name: c.auto_comment for c in notebook.comments} for notebook in found]
            return [{g.name: g.auto_score for g in notebook.grades} for notebook in found], comments

    assert marks(course) == marks(place)


def test_the_strong_half_earns_more_than_the_weak_half(graded):
    whole = {s.id: 0.0 for s in GRADED}
    for folder in FOLDERS:
        expected = graded[folder.name][1]
        for id_ in whole:
            whole[id_] += sum(points or 0 for points in expected[id_].values())
    ranked = [whole[s.id] for s in sorted(GRADED, key=lambda s: s.ability)]
    half = len(ranked) // 2
    assert sum(ranked[half:]) > 1.5 * sum(ranked[: half + len(ranked) % 2])
