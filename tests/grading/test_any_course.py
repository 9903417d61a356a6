"""Courses that know nothing of this one: nbgrader's own example, and what others' tests do."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import edge_cases
import nbformat
import pytest
import stock
from graders import LINUX, QUIET
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from crossroads.cli import main
from crossroads.course import Course, use_own_commands
from crossroads.grading import results, run, stock_rules
from crossroads.grading.course_assignment import limits_of
from crossroads.grading.notes import Note, say

pytestmark = [LINUX, QUIET]
EXAMPLE = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide"
#: As ``nbgrader quickstart`` writes it, and a limit of time, for the endless loop.
SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ExecutePreprocessor.timeout = 1
"""
ONE = "problem1"


@pytest.fixture(scope="module", name="example")
def the_example(tmp_path_factory):
    """The course of nbgrader's documentation, released; six students have submitted."""
    root = tmp_path_factory.mktemp("example") / "course101"
    shutil.copytree(EXAMPLE / "source", root / "source")
    shutil.copy(EXAMPLE / "autotests.yml", root)
    shutil.rmtree(root / "source" / "ps1_autotest")
    (root / "nbgrader_config.py").write_text(SETTINGS, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        stock.release(root, "ps1")
    for student, edit in STUDENTS.items():
        for path in sorted((root / "release" / "ps1").glob("*.ipynb")):
            notebook = json.loads(path.read_text("utf-8"))
            edit(notebook, solutions(root / "source" / "ps1" / path.name))
            hand_in(root, student, "ps1", path.stem, notebook)
    return root


def solutions(path):
    notebook = json.loads(path.read_text("utf-8"))
    return {id_of(c): c["source"] for c in notebook["cells"] if about(c).get("solution")}


def about(cell):
    return cell["metadata"].get("nbgrader", {})


def id_of(cell):
    return about(cell).get("grade_id", "")


def hand_in(root, student, assignment, name, notebook):
    path = Course(root).submitted(student, assignment) / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook), "utf-8")
    return path


def code(source):
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def reference(notebook, right, **other):
    for cell in notebook["cells"]:
        if about(cell).get("solution"):
            cell["source"] = {**right, **other}.get(id_of(cell), cell["source"])


def extra_cells(notebook, right):
    reference(notebook, right)
    notebook["cells"].insert(0, code("squares = None\nprint('first')"))
    notebook["cells"].append(code("squares = None"))


STUDENTS = {
    "reference": reference,
    "blank": lambda notebook, right: None,
    "partly": lambda notebook, right: reference(
        notebook, right, squares="def squares(n):\n    return [i**2 for i in range(1, n + 1)]"
    ),
    "error": lambda notebook, right: reference(notebook, right, sum_of_squares="1 / 0"),
    "extra": extra_cells,
    "loop": lambda notebook, right: reference(
        notebook, right, sum_of_squares="while True:\n    pass"
    ),
}


def marks(root, assignment):
    """Every automatic mark, who waits, and every automatic comment in a gradebook."""
    with Gradebook(Course(root).gradebook_url) as book:
        found = {}
        for one in book.find_assignment(assignment).submissions:
            for part in one.notebooks:
                key = (one.student_id, part.name)
                found |= {(*key, g.name): (g.auto_score, g.needs_manual_grade) for g in part.grades}
                found |= {(*key, c.name, "said"): c.auto_comment for c in part.comments}
        return found


def by_both(root, assignment, place):
    """The marks by stock nbgrader and by ours, of the same submissions; and our results."""
    students = [*Course(root).submissions_by(assignment)]
    ours = shutil.copytree(root, place / "ours")
    log = stock.autograde(root, assignment, students)
    graded, _ = run.grade_class(ours, assignment)
    return marks(root, assignment), marks(ours, assignment), graded, log


def test_the_documentations_course_has_stocks_marks(example, tmp_path):
    by_stock, ours, graded, log = by_both(example, "ps1", tmp_path)
    assert all(one["success"] for one in log.values())
    assert len(by_stock) == 6 * 16 and ours == by_stock
    assert not any(result.held for result in graded)
    totals = {who: sum(m.points or 0 for m in graded_of(graded, who).values()) for who in STUDENTS}
    assert totals == {
        "reference": 3,
        "blank": 0,
        "partly": 2,
        "error": 2.5,
        "extra": 3,
        "loop": 2.5,
    }
    # What lies before formgrader is each notebook, with the picture beside it.
    folder = tmp_path / "ours" / "autograded" / "partly" / "ps1"
    assert {path.name for path in folder.iterdir()} == {
        *("problem1.ipynb", "problem2.ipynb", "jupyter.png")
    }
    for path in folder.glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    # Nothing is graded twice, and what was kept is what was found.
    again, todo = run.grade_class(tmp_path / "ours", "ps1")
    assert not todo.jobs and [r.marks for r in again] == [
        r.marks for r in sorted(graded, key=lambda r: r.student)
    ]
    kept = results.read(tmp_path / "ours", "ps1", "partly").result
    assert {*kept.notebooks} == {"problem1", "problem2"}


def graded_of(graded, student):
    return next(result.marks for result in graded if result.student == student)


FEW = ("plain", "undefined", "hidden", "only_hidden", "partial", "partial_nothing", "below")
FEW += ("text", "numpy_number", "no_points", "shown_first", "printed", "on_stderr", "cell_magic")
FEW += ("line_magic", "history", "outputs", "numbered", "folder", "on_path", "package", "data")
FEW += ("run_script", "in_names", "deleted_name", "exit", "awaited", "counted", "close")


@pytest.fixture(params=["few", pytest.param("all", marks=pytest.mark.full)])
def cases(request):
    return edge_cases.CASES if request.param == "all" else {n: edge_cases.CASES[n] for n in FEW}


def test_what_other_courses_tests_do_has_stocks_marks(cases, tmp_path):
    """Right and wrong answers; old labels on plain cells; tests, set-up and points changed."""
    root = edges(tmp_path / "stock", cases)
    released = nbformat.read(root / "release" / "edges" / "notes of edges.ipynb", 4)
    right = edge_cases.answered(released, cases, True)
    hand_in(root, "right", "edges", "notes of edges", nbformat.writes(right))
    changed = edge_cases.answered(released, cases, False)
    for cell in changed.cells:
        own = about(cell)
        if own.get("grade") and not own.get("solution"):
            cell.source, own["points"], own["locked"] = "pass", 99, False
        elif id_of(cell) == "set-up":
            cell.source = "import os"
        elif not own:
            # Of the metadata's first versions: a plain cell has a label, too.
            plain = {"grade": False, "solution": False, "locked": False, "schema_version": 3}
            cell.metadata["nbgrader"] = {**plain, "grade_id": f"cell-{len(cell.source)}"}
    hand_in(root, "wrong", "edges", "notes of edges", nbformat.writes(changed))
    by_stock, ours, graded, log = by_both(root, "edges", tmp_path)
    assert all(one["success"] for one in log.values()), log
    assert ours == by_stock and len(cases) > 20
    assert not any(result.held for result in graded)


def edges(root, cases, settings=""):
    edge_cases.write_source(Path(root) / "source" / "edges", cases)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}", "utf-8")
    stock.release(root, "edges")
    return root


def right_of(root, cases, **more):
    released = nbformat.read(root / "release" / "edges" / "notes of edges.ipynb", 4)
    return json.loads(nbformat.writes(edge_cases.answered(released, cases, True)))


@pytest.mark.parametrize(
    ("shown", "ours"),
    [
        ([], 2),
        ([("result", "0.5")], 0.5),
        ([("result", "0")], 0),
        ([("result", "-1")], 2),
        ([("result", "nan")], 2),
        ([("result", "'0.5'")], 2),
        ([("result", "True")], 2),
        ([("result", " 1.5 ")], 1.5),
        ([("result", "2")], 2),
        ([("stdout", "0"), ("result", "1")], 1),
        ([("result", "1"), ("result", "0")], 1),
        ([("result", "1"), ("error", "")], 1),
        ([("error", ""), ("result", "1")], 0),
        ([("stderr", "wrong"), ("result", "1")], 0),
        ([("stderr", "/a/b.py:3: UserWarning: old\n  f()\n"), ("result", "1")], 1),
        ([("display", "1")], 2),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_a_test_earns_what_nbgrader_says(shown, ours, strict):
    """The first output that says something counts; only a warning is another matter, or isn't."""
    outputs = [output(*one) for one in shown]
    cell = v4.new_code_cell("", outputs=[nbformat.from_dict(one) for one in outputs])
    label = {"grade": True, "solution": False, "points": 2, "grade_id": "t"}
    cell.metadata["nbgrader"] = label
    by_stock, _ = determine_grade(cell)
    found = stock_rules.by_outputs("t", outputs, 2, strict=strict).points
    warned = any("Warning" in text for _, text in shown)
    assert found == (by_stock if strict else ours)
    assert (ours == by_stock) is not warned


def output(kind, text):
    if kind in ("stdout", "stderr"):
        return {"output_type": "stream", "name": kind, "text": text}
    if kind == "error":
        return {"output_type": "error", "ename": "E", "evalue": text, "traceback": []}
    shown = {"data": {"text/plain": text}, "metadata": {}}
    if kind == "display":
        return {"output_type": "display_data", **shown}
    return {"output_type": "execute_result", "execution_count": None, **shown}


def test_more_than_there_is_to_have_is_for_a_person():
    mark = stock_rules.by_outputs("t", [output("result", "7")], 2, strict=True)
    assert mark.points is None
    assert mark.notes[0].item == "t" and mark.notes[0].values == {"gives": 7, "points": 2}
    assert stock_rules.by_outputs("t", [output("result", "inf")], 2, strict=False).points is None


# -- where we differ on purpose, and settings ------------------------------------------------------

PARTS = ("part one", "2_part")
#: Steps in other folders, a gradebook elsewhere, files that aren't for students or are theirs.
ODD = """\
c.CourseDirectory.directory_structure = "{assignment_id}/{nbgrader_step}/{student_id}"
c.CourseDirectory.submitted_directory = "handed"
c.CourseDirectory.db_url = f"sqlite:///{os.path.dirname(__file__)}/db/marks.db"
c.CourseDirectory.ignore.append("secret*")
c.CourseDirectory.student_id_exclude = "auditor,guest"
c.Autograde.exclude_overwriting = {"hw 1": ["mine.py"]}
"""
TESTS = {
    "q1-test": ("assert x == 1", 2),
    "files": ("import helper, os\nassert helper.w == 1 and not os.path.exists('secret.txt')", 1),
    "mine": ("import mine\nmine.v", 5),
    "stderr": ("import warnings\nwarnings.warn('old')", 3),
}


@pytest.fixture(scope="module", name="odd")
def an_odd_course(tmp_path_factory):
    """An assignment of two notebooks in a course that has everything elsewhere, released."""
    root = tmp_path_factory.mktemp("odd") / "course"
    source = root / "hw 1" / "source"
    source.mkdir(parents=True)
    (root / "db").mkdir()
    (root / "nbgrader_config.py").write_text(f"import os\nc = get_config()\n{ODD}", "utf-8")
    for name, text in {"helper.py": "w = 1", "mine.py": "v = 1", "secret.txt": "no"}.items():
        (source / name).write_text(text, "utf-8")
    answer = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    for name in PARTS:
        cells = [
            edge_cases.cell("code", "import helper", "set-up", locked=True),
            edge_cases.cell("code", answer, "q1", solution=True),
            *(
                edge_cases.cell("code", text, id_, grade=True, locked=True, points=points)
                for id_, (text, points) in TESTS.items()
            ),
        ]
        notebook = v4.new_notebook()
        notebook.nbformat_minor, notebook.cells = 2, cells
        nbformat.write(notebook, source / f"{name}.ipynb")
    stock.release(root, "hw 1")
    return root


def odd_marks(odd, place, strict, edit=lambda notebook: None, names=PARTS, files=()):
    """What a student's work earns by question, the result, and the plan."""
    root = shutil.copytree(odd, place / "course")
    if strict:
        with (root / "nbgrader_config.py").open("a") as settings:
            settings.write("c.Crossroads.strict_nbgrader = True\n")
    for name, own in zip(PARTS, names, strict=False):
        notebook = json.loads((root / "hw 1" / "release" / f"{name}.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            if id_of(cell) == "q1":
                cell["source"] = "x = 1"
        edit(notebook)
        path = hand_in(root, "ann", "hw 1", own, notebook)
    for name, text in {"mine.py": "v = 4", **dict(files)}.items():
        (path.parent / name).write_text(text, "utf-8")
    hand_in(root, "auditor", "hw 1", "part one", "no notebook")
    (result,), todo = run.grade_class(root, "hw 1")
    with Gradebook(Course(root).gradebook_url) as book:
        (kept,) = book.find_assignment("hw 1").submissions
        assert kept.student_id == "ann" and len(kept.notebooks) == 2
    assert (root / "db" / "marks.db").is_file() and not (root / "gradebook.db").exists()
    return {id_: mark.points for id_, mark in result.marks.items()}, result, todo


def of_both(**points):
    every = {"q1-test": 2, "files": 1, "mine": 4, "stderr": 3} | points
    return {f"{name}/{id_}": value for name in PARTS for id_, value in every.items()}


@pytest.mark.parametrize("strict", [False, True])
def test_settings_say_where_everything_is(odd, tmp_path, strict):
    """A course's own module replaces what was submitted, but for one; a warning is no error."""
    earned, result, todo = odd_marks(odd, tmp_path, strict, files={"helper.py": "w = 2"}.items())
    assert earned == of_both(stderr=0 if strict else 3) and not result.notes and not todo.notes
    assert {
        p.name for p in (tmp_path / "course" / "hw 1" / "autograded" / "ann").glob("*.ipynb")
    } == {f"{name}.ipynb" for name in PARTS}


def without(*ids):
    def edit(notebook):
        notebook["cells"] = [c for c in notebook["cells"] if id_of(c) not in ids]

    return edit


def copied(notebook):
    place = next(n for n, c in enumerate(notebook["cells"]) if id_of(c) == "q1")
    notebook["cells"].insert(place, {**notebook["cells"][place], "source": "x = 7\nboth = 1"})
    notebook["cells"][-1]["source"] += "\nboth"


def unlabelled(notebook):
    for cell in notebook["cells"]:
        if id_of(cell) != "q1":
            del cell["metadata"]["nbgrader"]


@pytest.mark.parametrize(
    ("edit", "ours", "by_the_letter", "note"),
    [
        (without("q1-test"), {}, {"q1-test": None}, "cell-put-back"),
        (without("set-up"), {}, {}, "cell-put-back"),
        (copied, {}, {}, ""),
        (unlabelled, {}, dict.fromkeys(TESTS), "labels-lost"),
    ],
)
def test_what_was_lost_is_put_back_unless_it_goes_by_the_letter(
    odd, tmp_path, edit, ours, by_the_letter, note
):
    earned, result, _ = odd_marks(odd, tmp_path / "ours", False, edit)
    assert earned == of_both(**ours)
    assert {n.code for n in result.notes} == ({note} if note else set())
    earned, result, _ = odd_marks(odd, tmp_path / "strict", True, edit)
    assert earned == of_both(**{"stderr": 0} | by_the_letter) and not result.notes


def test_a_notebook_that_is_missing_or_has_another_name(odd, tmp_path):
    """What wasn't submitted is 0, as nbgrader has it; another name is read, not by the letter."""
    names = ("part one", "2_part (1)")
    earned, result, _ = odd_marks(odd, tmp_path / "renamed", False, names=names)
    assert earned == of_both() and [n.code for n in result.notes] == ["another-name"]
    gone = {f"2_part/{id_}": 0 for id_ in TESTS}
    earned, _, _ = odd_marks(odd, tmp_path / "strict", True, names=names)
    assert earned == of_both(stderr=0) | gone
    earned, result, _ = odd_marks(odd, tmp_path / "missing", False, names=names[:1])
    assert earned == of_both() | gone and [n.code for n in result.notes] == ["notebook-missing"]


ATTACKS = {
    "asserts left out": "import ast\nclass T(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node):\n"
    "        return node if 'canary' in ast.unparse(node) else ast.Pass()\n"
    "get_ipython().ast_transformers.append(T())",
    "cells left out": "shell, run = get_ipython(), get_ipython().run_cell\n"
    "shell.run_cell = lambda s, *a, **k: run('' if 'assert' in s else s, *a, **k)",
    "comparing turned off": "import numpy.testing as t\nt.assert_allclose = lambda *a, **k: None",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_changes_how_a_test_of_any_course_runs_is_held(attack, compared_course, tmp_path):
    root = shutil.copytree(compared_course, tmp_path / "course")
    cases = {"close": edge_cases.CASES["close"]}
    released = nbformat.read(root / "release" / "edges" / "notes of edges.ipynb", 4)
    for student, right in (("ann", True), ("eve", False)):
        notebook = edge_cases.answered(released, cases, right)
        if student == "eve":
            notebook.cells.insert(3, v4.new_code_cell(ATTACKS[attack]))
        hand_in(root, student, "edges", "notes of edges", nbformat.writes(notebook))
    (honest, eve), _ = run.grade_class(root, "edges")
    assert not honest.held and honest.marks["close-test"].points == 2
    assert eve.held.code == "canary" and eve.marks == {}


@pytest.fixture(scope="module")
def compared_course(tmp_path_factory):
    return edges(tmp_path_factory.mktemp("compared"), {"close": edge_cases.CASES["close"]})


def test_only_the_gradebook_need_know_an_assignment(compared_course, tmp_path, monkeypatch, capsys):
    """Neither source nor release, in whose folder one is; time as asked for, one cell at a time."""
    root = shutil.copytree(compared_course, tmp_path / "course")
    released = nbformat.read(root / "release" / "edges" / "notes of edges.ipynb", 4)
    shutil.rmtree(root / "release")
    shutil.rmtree(root / "source")
    notebook = edge_cases.answered(released, {"close": edge_cases.CASES["close"]}, True)
    notebook.cells.insert(2, v4.new_code_cell("while True: pass"))
    hand_in(root, "ann", "edges", "notes of edges", nbformat.writes(notebook))
    (root / "submitted" / "ann" / "edges" / "helper.py").write_text("def double(n): return n")
    monkeypatch.chdir(root)
    assert main(["grade", "edges", "--cell-timeout", "0.5"]) == 0
    assert marks(root, "edges")["ann", "notes of edges", "close-test"] == (2, False)
    assert main(["grade", "edge"]) == 1
    assert "there is no assignment 'edge'; there are edges" in capsys.readouterr().err


def test_time_is_what_nbgraders_settings_say(tmp_path):
    folder = tmp_path / "source" / "hw"
    folder.mkdir(parents=True)
    (folder / "own name.ipynb").write_text("{}", "utf-8")
    for said, cell, whole in (
        ("", 30, 300),
        ("c.ExecutePreprocessor.timeout = 600", 600, 6000),
        ("c.Execute.timeout = 3\nc.ExecutePreprocessor.timeout = 600", 3, 60),
        ("c.NotebookClient.timeout = None", 360, 3600),
    ):
        (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{said}\n# {cell}", "utf-8")
        limits = limits_of(tmp_path, "hw")
        assert (limits.cell, limits.seconds) == (cell, whole)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("c.CourseDirectory.course_id = ", "nbgrader_config.py"),
        ("c.CourseDirectory.directory_structure = '{student_id}'", "{nbgrader_step}"),
    ],
)
def test_settings_that_cant_be_read_are_named(tmp_path, said, why, capsys):
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{said}\n", "utf-8")
    assert main(["grade", "hw", "--course", str(tmp_path)]) == 1
    assert why in capsys.readouterr().err


def test_settings_that_only_nbgrader_goes_by_are_named(tmp_path):
    """From courses that add a step to ``autograde``, and that hide a library's messages."""
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.IgnorePattern.pattern = 'Matplotlib is building'\n"
        "c.Autograde.autograde_preprocessors.append('mine.Log')\nc.Execute.timeout = 90\n",
        "utf-8",
    )
    names = Course(tmp_path).nbgrader.not_run
    assert names == ("Autograde.autograde_preprocessors", "IgnorePattern.pattern")
    said = say(Note("settings-not-run", values={"names": list(names)}))
    assert "nbgrader autograde" in said and " and IgnorePattern.pattern" in said


def test_tests_that_nbgrader_makes_of_autotest_lines_are_the_ones_that_count(tmp_path):
    """The source holds comments in their place; the gradebook has what was made of them."""
    root = tmp_path / "course101"
    shutil.copytree(EXAMPLE / "source" / "ps1_autotest", root / "source" / "ps1")
    (root / "source" / "ps1" / "problem2.ipynb").unlink()
    shutil.copy(EXAMPLE / "autotests.yml", root)
    (root / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    use_own_commands()
    done = stock.nbgrader(root, "generate_assignment", "ps1")  # its kernels leave sockets open
    assert not done.returncode, done.stderr
    for student in ("blank", "reference"):
        notebook = json.loads((root / "release" / "ps1" / f"{ONE}.ipynb").read_text("utf-8"))
        STUDENTS[student](notebook, solutions(root / "source" / "ps1" / f"{ONE}.ipynb"))
        hand_in(root, student, "ps1", ONE, notebook)
    graded, _ = run.grade_class(root, "ps1")
    assert [sum(m.points or 0 for m in result.marks.values()) for result in graded] == [0, 3]
