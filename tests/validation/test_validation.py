"""The check before submitting: what it finds in a student's notebook, and how it says so."""

import json

import nbformat
import pytest
from quizzes import ASSIGNMENTS, items, put_answers

from crossroads import validation
from crossroads.cli import main
from crossroads.course import RELEASES, release
from crossroads.validation import reading, reporting, running

NAME = "quiz-01"
ITEMS = items(ASSIGNMENTS / NAME)
ANSWERED = {item.id: item.answer if item.test else "My critique. See A09." for item in ITEMS}


pytestmark = pytest.mark.usefixtures("warm_kernels")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return release(ASSIGNMENTS / NAME, tmp_path_factory.mktemp("released"))


@pytest.fixture
def notebook(released):
    """A student's notebook with every question answered."""
    return put_answers(nbformat.read(released, 4), ANSWERED)


@pytest.fixture
def found(tmp_path):
    def check(nb, file=f"{NAME}.ipynb"):
        path = tmp_path / file
        nbformat.write(nb, path)
        before = path.read_bytes()
        problems = reading.check(path, NAME)
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == [file]
        return [str(problem) for problem in problems]

    return check


def cell(nb, id_):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == id_)


def test_a_complete_notebook_is_ready(found, notebook):
    assert found(notebook) == []
    assert "is ready" in reporting.report(NAME, [])
    assert "Whether the answers are right isn't checked" in reporting.report(NAME, [])


def test_the_untouched_release_is_open_in_one_line(found, released):
    (rest,) = found(nbformat.read(released, 4))
    assert rest.startswith(
        "Questions 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15: no answer yet"
    )


def test_an_answer_that_cannot_be_read_or_run_is_named(found, notebook):
    cell(notebook, "q2-answer").source = 'q2 = "z"'
    cell(notebook, "q9-answer").source = "q9 = x / 0"
    cell(notebook, "q10-answer").source = "def causal_claims(claims):\n    return claims["
    cell(notebook, "q15").source = "See A77."
    problems = found(notebook)
    assert problems[0].startswith("Question 2: 'z' is not one of the options.")
    assert problems[1].startswith("Question 9: its cell stops with NameError: name 'x'")
    assert problems[2].startswith("Question 10: its cell stops with SyntaxError")
    assert problems[3].startswith("Question 15: A77 is not a claim of the article.")
    assert len(problems) == 4


def test_no_finding_tells_a_key(found, notebook):
    wrong = put_answers(notebook, {"q1": 'q1 = "a"', "q9": "q9 = 3", "q4": 'q4 = {"a"}'})
    assert found(wrong) == []


def test_damage_is_named(found, notebook):
    cell(notebook, "q3-stem").source += "\nMy note."
    notebook.cells.remove(cell(notebook, "q4"))
    twin = nbformat.from_dict(cell(notebook, "q5-answer"))
    twin.id = "twin"
    notebook.cells.insert(0, twin)
    problems = found(notebook)
    assert any(p.startswith("Question 3: a cell that you should not change") for p in problems)
    assert any(p.startswith("Question 4: one of its cells is missing.") for p in problems)
    assert any(p.startswith("Question 5: one of its cells is there twice.") for p in problems)


def test_a_renamed_notebook_is_named(found, notebook):
    (problem,) = found(notebook, "quiz-01 (1).ipynb")
    assert "Rename it to quiz-01.ipynb" in problem


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5}']
)
def test_a_file_that_is_no_notebook_is_named(tmp_path, content):
    path = tmp_path / f"{NAME}.ipynb"
    path.write_bytes(content)
    (problem,) = reading.check(path, NAME)
    assert "it can't be read as a notebook" in str(problem)


def test_a_loop_without_an_end_is_stopped(found, notebook, monkeypatch):
    monkeypatch.setattr(reading, "TIMEOUT", 3)
    monkeypatch.setattr(running, "TIMEOUT", 3)
    cell(notebook, "q1-answer").source = "while True: pass"
    problems = found(notebook)
    assert problems[0].startswith("Question 1: its cell ran for more than 3 seconds.")


def test_values_that_were_changed_are_named(tmp_path, monkeypatch):
    quiz = json.loads((RELEASES / "quiz-03.json").read_text("utf-8"))
    values = next(c for c in quiz["cells"] if "draw" in c["metadata"].get("crossroads", {}))
    path = tmp_path / "quiz-03.ipynb"

    def changed(line):
        values["source"] = line
        path.write_text(json.dumps(quiz), "utf-8")
        said = [str(problem) for problem in reading.check(path, "quiz-03")]
        return any(
            p.startswith("Your own values: the line that sets them (mine = ...) was") for p in said
        )

    drawn = dict(values["metadata"]["crossroads"]["draw"])
    fitting = ", ".join(f"{name}={choices[-1]!r}" for name, choices in drawn.items())
    assert not changed(f"mine = cr.variant({fitting})\nmine")
    assert changed(f"mine = cr.variant({next(iter(drawn))}=1066)\nmine")
    assert changed("mine = 7")


def test_the_command_says_it_and_its_exit_code_tells(tmp_path, notebook, capsys):
    folder = tmp_path / "quizzes" / NAME
    folder.mkdir(parents=True)
    assert main(["check", NAME, "--course", str(tmp_path)]) == 1
    assert "there is no such file" in capsys.readouterr().out
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    assert main(["check", NAME, "--course", str(tmp_path)]) == 0
    assert f"{NAME} is ready" in capsys.readouterr().out


def test_within_the_notebook_it_reads_the_file_that_is_open(
    tmp_path, notebook, capsys, monkeypatch
):
    path = tmp_path / f"{NAME}.ipynb"
    nbformat.write(notebook, path)
    validation.ready(NAME)
    assert capsys.readouterr().out == "", "nobody sits before it"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    validation.ready(NAME)
    assert "is ready" in capsys.readouterr().out
