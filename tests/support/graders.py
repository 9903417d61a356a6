"""A course with one released quiz, and students who submit to it: for tests of grading."""

import re
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
import stock
from nbgrader.api import Gradebook
from quizzes import ASSIGNMENTS, items, put_answers

from crossroads.course import use_own_commands
from crossroads.grading.assignment import load_assignment, parts_of

NAME = "quiz-01"
ITEMS = items(ASSIGNMENTS / NAME)
RIGHT = {item.id: item.answer for item in ITEMS if item.test}
FULL = sum(item.points for item in ITEMS if item.test)


#: Marks of tests that grade: nbgrader's own warning of its gradebook's sessions, and where.
QUIET = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


@pytest.fixture(scope="module", name="course")
def a_course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("course"))


def make_course(root, name=NAME):
    """Make a course directory in which an assignment is released and nobody has submitted.

    Where there is a course already, the assignment is added to it. A new one is a copy of the first
    that this process made: nbgrader releases the same each time, and that takes seconds.
    """
    use_own_commands()
    if not root.exists() or not any(root.iterdir()):
        return shutil.copytree(_first(name), root, dirs_exist_ok=True)
    return _release(root, name)


@cache
def _first(name):
    folder = tempfile.TemporaryDirectory(prefix="released-")
    _FOLDERS.append(folder)
    return _release(Path(folder.name) / "course", name)


#: They are removed when this process ends.
_FOLDERS = []


def _release(root, name):
    shutil.copytree(ASSIGNMENTS / name, root / "source" / name)
    (root / "nbgrader_config.py").write_text(stock.SETTINGS.read_text("utf-8"), "utf-8")
    stock.release(root, name)
    return root


def keep_gradebook_at(root, url):
    """Say in nbgrader's settings of a course where its gradebook is."""
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write(f"\nc.CourseDirectory.db_url = {url!r}\n")


def loaded(source, root):
    """The assignment of a source folder, as it was released in a course."""
    return load_assignment(parts_of(source, root / "release" / NAME / f"{NAME}.ipynb"))


def released(root):
    return nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)


def answered(root, **changed):
    """A student's notebook with every question right, but for ``changed``."""
    return put_answers(released(root), {**RIGHT, "q15": "My critique.", **changed})


def hand_in(root, student, notebook):
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
    (folder / f"{NAME}.ipynb").write_text(text, "utf-8")
    return folder


def marks_in(root, student):
    """By question: the automatic mark, a person's, and whether it waits for a person."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        notebook = book.find_submission_notebook(NAME, NAME, student)
        return {
            g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades
        }


def hand_in_reference(course, assignment):
    """Submit an assignment of any course as it was released, and with its source's answers."""
    for student in ("blank", "right"):
        folder = course / "submitted" / student / assignment
        shutil.copytree(course / "release" / assignment, folder)
    for path in (course / "source" / assignment).glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = re.sub(r"(?m)^[ \t]*### (BEGIN|END) SOLUTION\n?", "", cell.source)
        nbformat.write(notebook, folder / path.name)
