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

from crossroads.course import Course
from crossroads.grading import results, run, stock_rules

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
    """The course of nbgrader's documentation, released; six students have handed in."""
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
