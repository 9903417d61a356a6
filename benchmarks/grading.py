"""Grading a class: stock `nbgrader autograde` and `crossroads grade`, side by side, in one run.

    .venv/bin/python benchmarks/grading.py [--students 40] [--quiz quiz-01]

Both mark the same distinct submissions of a simulated class on this machine, ours with its sandbox
on. Printed are the seconds, their ratio, whether every mark is the same, and the physical floor:
the same cells run in one warm interpreter, without sandbox, files or gradebook.
"""

import argparse
import contextlib
import io
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TREE / "tests")]

import nbformat  # noqa: E402
import simulated  # noqa: E402
import test_class  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from quizzes import ASSIGNMENTS  # noqa: E402

from crossroads.grading.run import grade_class  # noqa: E402


def marks(course: Path, name: str) -> dict[str, dict[str, float | None]]:
    """Every automatic mark in a gradebook, by student and cell."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student_id: {
                g.name: g.auto_score for n in submission.notebooks for g in n.grades
            }
            for submission in book.find_assignment(name).submissions
        }


def floor(course: Path, name: str) -> float:
    """Seconds to run every submission's code cells in this interpreter, one after another."""
    paths = sorted(course.glob(f"submitted/*/{name}/{name}.ipynb"))
    sources = [
        [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"] for path in paths
    ]
    start = time.perf_counter()
    for cells in sources:
        space: dict[str, object] = {}
        for source in cells:
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(Exception),
            ):
                exec(compile(source, "cell", "exec"), space)
    return time.perf_counter() - start


def main() -> None:
    """Set up one class twice, grade it both ways, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--quiz", default="quiz-01")
    arguments = parser.parse_args()
    simulated.FATES.clear()
    test_class.CLASS[:] = simulated.everybody(arguments.students)
    with tempfile.TemporaryDirectory() as temporary:
        stock, ours = Path(temporary) / "stock", Path(temporary) / "ours"
        stock.mkdir()
        test_class.set_up(ASSIGNMENTS / arguments.quiz, stock)
        shutil.copytree(stock, ours)
        start = time.perf_counter()
        done = test_class.nbgrader(stock, "autograde", arguments.quiz)
        by_stock = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(done.stderr)
        start = time.perf_counter()
        grade_class(ours, arguments.quiz)
        by_ours = time.perf_counter() - start
        same = marks(stock, arguments.quiz) == marks(ours, arguments.quiz)
        bare = floor(ours, arguments.quiz)
    count = arguments.students
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{count} distinct submissions of {arguments.quiz}")
    print(f"stock nbgrader autograde  {by_stock:8.1f} s  {by_stock / count:6.2f} s each")
    print(f"crossroads grade          {by_ours:8.1f} s  {by_ours / count:6.2f} s each, sandbox on")
    print(f"one warm interpreter      {bare:8.1f} s  {bare / count:6.2f} s each (the floor)")
    print(f"ratio {by_stock / by_ours:.1f}; every mark the same: {same}")


if __name__ == "__main__":
    main()
