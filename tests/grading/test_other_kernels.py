"""Notebooks in other languages: their kernel is found, runs in the sandbox, and gives the marks."""

import json
import shutil
import sys
from itertools import product
from pathlib import Path

import pytest
import stock
import toy_kernel
from graders import LINUX, QUIET
from nbformat import v4
from nbgrader.api import Gradebook

from crossroads.course import Course
from crossroads.grading import kernels, notes, run, visible_folders
from crossroads.grading.sandbox import Limits, Worker

pytestmark = [LINUX, QUIET]
TOY = {"name": "toy", "language": "toy", "display_name": "Toy"}
SETTINGS = """\
c = get_config()
c.ClearSolutions.code_stub = dict.fromkeys(('toy', 'python', 'R'), '# here')
"""
R = {"name": "ir", "language": "R", "display_name": "R"}


def label(grade_id, **about):
    plain = dict.fromkeys(("grade", "solution", "locked", "task"), False)
    return {"nbgrader": {**plain, "grade_id": grade_id, "schema_version": 3, **about}}


def test_(grade_id, source, points):
    return v4.new_code_cell(
        source, metadata=label(grade_id, grade=True, locked=True, points=points)
    )


test_.__test__ = False


def notebook(spec, *cells):
    return v4.new_notebook(cells=list(cells), metadata={"kernelspec": spec})


def written(path, made):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), "utf-8")


def course_of(root, answers, **notebooks):
    """A course with this assignment, released; each student's answers are by cell."""
    for name, made in notebooks.items():
        written(root / "source" / "ps1" / f"{name}.ipynb", made)
    (root / "nbgrader_config.py").write_text(SETTINGS, "utf-8")
    stock.release(root, "ps1")
    released = [*(root / "release" / "ps1").glob("*.ipynb")]
    for student, path in product(answers, released):
        copy, given = json.loads(path.read_text("utf-8")), answers[student]
        for cell in copy["cells"]:
            id_ = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = given.get(id_, cell["source"])
        written(root / "submitted" / student / "ps1" / path.name, copy)
    return root


def marks(root):
    with Gradebook(Course(root).gradebook_url) as book:
        return {
            (one.student_id, grade.name): grade.auto_score
            for one in book.find_assignment("ps1").submissions
            for part in one.notebooks
            for grade in part.grades
        }


@pytest.fixture(name="toy")
def a_toy(tmp_path, monkeypatch):
    toy_kernel.install(tmp_path / "jupyter")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))


def test_a_notebook_s_language_is_its_kernel_s_or_what_it_says_of_itself():
    def language(**metadata):
        return kernels.language_of({"metadata": metadata})

    assert language() == "python"
    assert language(kernelspec={"name": "python", "display_name": "Python"}) == "python"
    assert language(kernelspec={"name": "conda-env-base-py"}) == "python"
    assert language(language_info={"name": "ipython"}) == "python"
    assert language(kernelspec={"name": "ir43", "language": "R"}) == "r"
    assert language(kernelspec={"name": "ir"}, language_info={"name": "R"}) == "r"
    assert language(kernelspec={"name": "xcpp17", "language": "C++17"}) == "c++17"
    assert language(kernelspec=None, language_info=None) == "python"


def test_a_kernel_goes_by_another_name_here_or_isn_t_here_at_all(toy):
    other = {"metadata": {"kernelspec": {**TOY, "name": "toy-2"}}}
    assert kernels.kernel_of(other, "tasks.ipynb").name == "toy"
    with pytest.raises(ValueError, match=r"tasks.ipynb needs .*'julia-1.9' \(julia\)") as error:
        kernels.kernel_of(
            {"metadata": {"kernelspec": {"name": "julia-1.9", "language": "julia"}}}, "tasks.ipynb"
        )
    assert "here. Nothing was graded. Install it" in str(error.value) and "\n" not in str(
        error.value
    )


def test_a_sandbox_shows_what_a_kernel_needs_and_no_home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    for path in ("R/x86_64-library/4.2/digest/DESCRIPTION", ".julia/logs/history.jl", "exam.ipynb"):
        written(home / path, {})
    written(home / ".julia/packages/IJulia/kernel.jl", {})
    written(home / "bin/R", {})
    (home / "bin/R").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    own = kernels._own_packages("r", {})
    assert own == {"R_LIBS_USER": str(home / "R/x86_64-library/4.2")}
    assert [*kernels._shown([str(home / "bin/R"), "-e", str(home)])] == [str(home / "bin/R")]
    depot = kernels._own_packages("julia", {})
    assert next(kernels._paths(depot)) == str(home / ".julia/packages")
    assert not any("logs" in path for path in kernels._paths(depot))
    shown = visible_folders.visible([*own.values(), *kernels._SYSTEM])
    # There nbgrader's exchange lies, with what others submitted.
    exchange = Path("/usr/local/share/nbgrader/exchange")
    assert not any(exchange.is_relative_to(path) for path in shown)
    assert str(home) not in shown and own["R_LIBS_USER"] in shown


#: What kernels that are made of a program for people need, such as bash's and Octave's.
TERMINAL = 'import pty; pty.openpty(); print("a terminal")'
OUT = 'import socket; socket.create_connection(("10.1.2.3", 80), 3)'


def test_its_cells_run_behind_the_same_walls(toy):
    kernel = kernels.kernel_of({"metadata": {"kernelspec": TOY}}, "tasks.ipynb")
    walls = (
        "run ls /home /root /work 2>&1 | head -1",
        f"run {sys.executable} -c '{OUT}' 2>&1 | tail -1",
        "run unshare -r id; cat data.csv",
        f"run sleep 1000 >/dev/null 2>&1 & touch /usr/x || {sys.executable} -c '{TERMINAL}'",
    )
    late = ("wait", "say 1 + 1", "let a 2\nshow a", "quit", "say 3")
    steps = [{"kind": "cell", "source": text, "place": 0, "test": ""} for text in (*walls, *late)]
    with Worker(Limits(cell=1), kernel=kernel) as worker:
        header, sent = worker.run(steps, {"data.csv": b"1,2"}, {})
        again, more = worker.run(steps[5:6], {}, {})
    lines = [json.loads(line) for line in sent.splitlines()]
    said = [out.get("text", "") for line in lines[:4] for out in line["outputs"]]
    assert "No such file" in said[0] and "unreachable" in said[1]
    assert "not permitted" in said[2].lower() and "1,2" in said[2]
    assert "a terminal" in said[3]
    assert [out["ename"] for out in lines[4]["outputs"]] == ["Timeout"]
    assert lines[5]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "2\n"}]
    assert lines[6]["outputs"][0]["data"] == {"text/plain": "2"}
    assert lines[7]["kernel"] == "ended" and len(lines) == 8 and header["why"] == "ended"
    # Nothing of one submission is left for the next.
    assert b'"2\\n"' in more and b"done" in more and again["why"] == "ended"


def test_processes_together_have_no_more_memory_than_one(toy):
    kernel = kernels.kernel_of({"metadata": {"kernelspec": TOY}}, "tasks.ipynb")
    greedy = "run for n in 1 2 3; do head -c 150000000 /dev/zero | tail -c 149000000 & done; wait"
    step = {"kind": "cell", "source": f"{greedy} | wc -c", "place": 0, "test": ""}
    with Worker(Limits(cell=20, memory=300 * 2**20), kernel=kernel) as worker:
        header, _ = worker.run([step], {}, {})
    assert header["why"] == "memory"


TASKS = notebook(
    TOY,
    v4.new_code_cell("let base 10", metadata=label("setup", locked=True)),
    v4.new_code_cell(
        "### BEGIN SOLUTION\nlet x base + 4\n### END SOLUTION", metadata=label("x", solution=True)
    ),
    v4.new_code_cell("say x"),
    test_("plain", "need x > 10", 2),
    test_("hidden", "### BEGIN HIDDEN TESTS\nneed x == 14\n### END HIDDEN TESTS", 1),
    test_("partial", "show x / 28", 1),
    test_("warned", "warn something", 1),
    v4.new_markdown_cell("", metadata=label("why", grade=True, solution=True, points=3)),
)
#: In the same assignment, as nbgrader's documentation has it, a notebook in Python.
NUMBERS = notebook(
    {"name": "python3", "language": "python", "display_name": "Python 3"},
    v4.new_code_cell(
        "### BEGIN SOLUTION\ny = 2\n### END SOLUTION", metadata=label("y", solution=True)
    ),
    test_("y_test", "assert y == 2", 1),
    # As kernels that are made with metakernel say their errors.
    test_("said", "import sys; print('error: no', file=sys.stderr)", 1),
)
ANSWERS = {
    "reference": {"x": "let x base + 4", "why": "Because.", "y": "y = 2"},
    "partly": {"x": "let x 12"},
    "quits": {"x": "let x 14\nquit"},
}


def test_the_marks_are_stocks_and_a_kernel_that_is_missing_grades_nothing(
    toy, tmp_path, monkeypatch
):
    root = course_of(tmp_path / "toys", ANSWERS, tasks=TASKS, numbers=NUMBERS)
    ours = shutil.copytree(root, tmp_path / "ours")
    students = ["partly"]  # each takes stock nbgrader seconds
    assert all(one["success"] for one in stock.autograde(root, "ps1", students).values())
    results, todo = run.grade_class(ours, "ps1")
    by_us = marks(ours)
    assert {key: by_us[key] for key in marks(root)} == marks(root)
    assert by_us["reference", "hidden"] == 1 and by_us["partly", "partial"] == 12 / 28
    said = {r.student: [notes.say(note) for note in r.notes] for r in results}
    assert any("Its kernel ended before its last cell" in line for line in said["quits"])
    assert by_us["reference", "y_test"] == 1 and by_us["partly", "y_test"] == 0
    assert by_us["quits", "plain"] == 0 and by_us["reference", "said"] == 0
    assert "code in toy" in run.summary(results, todo)
    before = {path: path.read_bytes() for path in (ours / "grading").rglob("*") if path.is_file()}
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(ValueError, match="Nothing was graded"):
        run.grade_class(ours, "ps1", run.Run("again", again=True))
    assert before == {path: path.read_bytes() for path in before}
    assert marks(ours) == by_us


VECTORS = notebook(
    R,
    v4.new_code_cell("library(stats)\nset.seed(1)", metadata=label("setup", locked=True)),
    v4.new_code_cell(
        "squares <- function(n) {\n  ### BEGIN SOLUTION\n  (1:n)^2\n  ### END SOLUTION\n}",
        metadata=label("squares", solution=True),
    ),
    v4.new_code_cell("squares(3)"),
    test_("few", "stopifnot(squares(1) == 1)\nstopifnot(all(squares(3) == c(1, 4, 9)))", 2),
    test_(
        "hidden",
        "### BEGIN HIDDEN TESTS\nif (sum(squares(10)) != 385) stop('no')\n### END HIDDEN TESTS",
        1,
    ),
    test_("a_message", "message('a message')", 1),
    test_("a_number", "0.5", 1),
    test_("drawn", "plot(squares(3))", 1),
)
FUNCTION = "squares <- function(n) "
IN_R = {
    "reference": {"squares": f"{FUNCTION}(1:n)^2"},
    "blank": {},
    "partly": {"squares": f"{FUNCTION}if (n > 5) 1 else (1:n)^2"},
    "error": {"squares": f"{FUNCTION}(1:n"},
    "loop": {"squares": f"{FUNCTION}repeat 1"},
    "cheat": {"squares": "stop <- function(...) 0\nstopifnot <- stop\nsquares <- stop"},
}


@pytest.mark.full
def test_r_has_stocks_marks_and_who_changes_stop_is_held(tmp_path):
    kernels.kernel_of(VECTORS, "vectors.ipynb")  # says what to install: r-cran-irkernel
    root = course_of(tmp_path / "rs", IN_R, vectors=VECTORS)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write("c.ExecutePreprocessor.timeout = 3\n")
    ours = shutil.copytree(root, tmp_path / "ours")
    log = stock.autograde(root, "ps1", [*IN_R])
    assert all(one["success"] for one in log.values())
    results, _ = run.grade_class(ours, "ps1")
    held = {r.student: r.held.code for r in results if r.held}
    assert held == {"cheat": "canary"}
    by_us, by_stock = marks(ours), marks(root)
    assert {k: v for k, v in by_us.items() if k[0] != "cheat"} == {
        k: v for k, v in by_stock.items() if k[0] != "cheat"
    }
    assert by_us["reference", "few"] == 2 and by_us["reference", "hidden"] == 1
