"""One submission of the first quiz, read by ``crossroads check`` and ``crossroads grade``.

Whatever is submitted, both must say the same of it.
"""

from __future__ import annotations

import json

import nbformat
import pytest
from graders import ITEMS, NAME, RIGHT
from quizzes import ASSIGNMENTS

from crossroads.course import RELEASES
from crossroads.feedback.items import state
from crossroads.grading import autograde
from crossroads.grading.assignment import Parts, load_assignment
from crossroads.grading.sandbox import Limits, Worker
from crossroads.validation import reading

ESSAY = "My own critique. It claims too much, and shows too little."


@pytest.fixture(scope="module", name="worker")
def a_worker():
    with Worker(Limits(seconds=30, cell=10)) as worker:
        yield worker


@pytest.fixture(scope="module", name="grade")
def a_grader(worker):
    """Grade a folder with the quiz's own tests."""
    own = assignment()
    return lambda folder: autograde.grade(own, "ann", folder, None, worker)


@pytest.fixture(autouse=True)
def one_sandbox(worker, monkeypatch):
    """Check in the sandbox, too: ``test_handin.py`` starts a kernel for each, as students do."""
    monkeypatch.setattr(reading, "_kernel", lambda folder: worker)


@pytest.fixture(name="folder")
def a_folder(tmp_path):
    place = tmp_path / "quizzes" / NAME
    place.mkdir(parents=True)
    return place


@pytest.fixture(name="both")
def by_both(grade, folder):
    """Grade and check a notebook; returns the result, and what check said."""

    def read(notebook, **files):
        content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        (folder / f"{NAME}.ipynb").write_bytes(content)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        result, found = grade(folder), reading.read(folder / f"{NAME}.ipynb", NAME)
        assert states(found.result) == states(result)
        return result, [str(problem) for problem in found.problems]

    return read


def assignment():
    source = (ASSIGNMENTS / NAME / f"{NAME}.ipynb").read_text("utf-8")
    return load_assignment(Parts(NAME, source, released(), {}))


def released():
    return (RELEASES / f"{NAME}.json").read_text("utf-8")


def answered(**changed):
    """A student's notebook with every question answered, but for ``changed``, as plain JSON."""
    notebook = json.loads(released())
    given = {**RIGHT, "q15": ESSAY, **changed}
    for cell in notebook["cells"]:
        item = cell["metadata"].get("crossroads", {}).get("item")
        cell["source"] = given.get(item, cell["source"])
    return notebook


def states(result):
    """By question: answered, open, or waiting for a person; ``None``: held."""
    if result is None or result.held:
        return None
    points = {item.id: item.points for item in ITEMS}
    found = {}
    for id_, mark in result.marks.items():
        blank = {id_, f"{id_}-answer"} & {*result.untouched}
        how = state(mark.points, points[id_], mark.outcome, bool(blank))
        found[id_] = how if how in ("unanswered", "waiting") else "answered"
    return found


def total(result):
    assert not result.held, result.held
    return sum(mark.points or 0 for mark in result.marks.values())


def at(notebook, id_):
    return next(
        place
        for place, cell in enumerate(notebook["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == id_
    )


def text_of(notebook, id_):
    return "".join(notebook["cells"][at(notebook, id_)]["source"])


def left(*ids):
    """The sources of answers as the quiz was handed out."""
    fresh = json.loads(released())
    names = {id_: f"{id_}-answer" if id_ != "q15" else id_ for id_ in ids}
    return {id_: text_of(fresh, name) for id_, name in names.items()}


def added(notebook, place, source, kind="code"):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell = dict(make(source))
    if isinstance(place, str):
        place = at(notebook, place)
    notebook["cells"].insert(len(notebook["cells"]) if place == -1 else place, cell)
    return notebook
