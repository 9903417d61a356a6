"""Grading a class: stock `nbgrader autograde` and `crossroads grade`, side by side, in one run.

    .venv/bin/python benchmarks/grading.py [--students 100] [--quiz quiz-03]
    .venv/bin/python benchmarks/grading.py --repeat 100
    .venv/bin/python benchmarks/grading.py --course PATH [--assignment ps1]

Both mark the same distinct submissions of a simulated class on this machine, ours with its sandbox
on. Printed are the seconds, their ratio, whether every mark and comment is the same, what each of
our stages takes, and the physical floor: the same cells run in one warm interpreter, without
sandbox, files or gradebook.

With `--course PATH` they mark what was submitted to any nbgrader course, in copies of it: every
assignment with submissions, or one. Where marks aren't the same, the cells are listed.

With `--repeat N` every submission is submitted N times, under other names, and only ours grades
them: does time grow with the class, and memory not?
"""

import argparse
import contextlib
import io
import os
import platform
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TREE / "tests" / "support")]

import courses  # noqa: E402
import nbformat  # noqa: E402
import simulated  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from quizzes import ASSIGNMENTS  # noqa: E402

from crossroads.course import Course, use_own_commands  # noqa: E402
from crossroads.grading import autograde, autograded_folder, recorder, run  # noqa: E402
from crossroads.grading.notes import say  # noqa: E402
from crossroads.grading.sandbox import Limits  # noqa: E402


def marks(course: Path, name: str) -> dict[str, tuple[dict[str, object], dict[str, object]]]:
    """Every automatic mark and comment in a gradebook, by student and cell."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            submission.student_id: (
                {g.name: g.auto_score for n in submission.notebooks for g in n.grades},
                {c.name: c.auto_comment for n in submission.notebooks for c in n.comments},
            )
            for submission in book.find_assignment(name).submissions
        }


def any_course(course: Path, wanted: str) -> bool:
    """Grade copies of a course both ways, print ratio and equality; whether all is the same."""
    use_own_commands()
    settings = Course(course.resolve()).nbgrader
    if settings.root or not settings.gradebook(course.resolve()):
        raise SystemExit("its settings name a place outside of it, which a copy would write to")
    if (file := settings.gradebook(course.resolve())) and course.resolve() not in file.parents:
        raise SystemExit(f"its gradebook is {file}, which a copy would write to")
    same = True
    with tempfile.TemporaryDirectory() as temporary:
        kinds = [Path(temporary) / kind / course.resolve().name for kind in ("stock", "ours")]
        for copy in kinds:
            shutil.copytree(course, copy, symlinks=True)
        for name in [wanted] if wanted else sorted(Course(course).assignments()):
            if count := len(Course(course).submissions_by(name)):
                same = compared(*kinds, name, count) and same
    return same


def compared(stock: Path, ours: Path, name: str, count: int) -> bool:
    """Grade one assignment both ways and print what came of it; whether every mark is the same."""
    for copy in (stock, ours):
        for student in Course(copy).submissions_by(name):
            shutil.rmtree(Course(copy).autograded(student, name), ignore_errors=True)
        shutil.rmtree(Course(copy).results(name), ignore_errors=True)
        with Course(copy).open_gradebook() as book:
            for one in [*book.find_assignment(name).submissions]:
                book.remove_submission(name, one.student_id)
    program = Path(sysconfig.get_path("scripts"), "nbgrader")
    left_out: list[str] = []
    start = time.perf_counter()
    command = [program, "autograde", name]
    done = subprocess.run(command, cwd=stock, capture_output=True, text=True, check=False)
    # One that fails may end the run of all.
    for student in Course(stock).submissions_by(name) if done.returncode else ():
        if not Course(stock).autograded(student, name).exists():
            own = [*command, "--student", student]
            done = subprocess.run(own, cwd=stock, capture_output=True, text=True, check=False)
            left_out += [student] if done.returncode else []
    by_stock = time.perf_counter() - start
    start = time.perf_counter()
    results, _ = run.grade_class(ours, name)
    by_ours = time.perf_counter() - start
    theirs, mine = cell_marks(stock, name), cell_marks(ours, name)
    fair = {key for key in theirs.keys() | mine.keys() if key[0] not in left_out}
    others = sorted((key for key in fair if theirs.get(key) != mine.get(key)), key=str)
    print(f"{name}: {count} submissions, {len(fair)} marks, {len(others)} others than stock's")
    print(f"stock nbgrader autograde  {by_stock:8.1f} s  {by_stock / count:6.3f} s each")
    print(f"crossroads grade          {by_ours:8.1f} s  {by_ours / count:6.3f} s each, sandbox on")
    print(f"ratio {by_stock / by_ours:.1f}; every mark the same: {not others}")
    for key in others[:20]:
        print(f"  {' / '.join(key)}: stock {theirs.get(key)}, ours {mine.get(key)}")
    if left_out:
        print(f"stock fails on {', '.join(left_out)}, of whom it has no marks to compare")
    for result in results:
        if result.held:
            print(f"  held: {result.student}: {say(result.held)}")
    return not others


def cell_marks(course: Path, name: str) -> dict[tuple[str, str, str], float | None]:
    """Every automatic mark, by student, notebook and cell."""
    with Course(course).open_gradebook() as book:
        return {
            (one.student_id, part.name, grade.name): grade.auto_score
            for one in book.find_assignment(name).submissions
            for part in one.notebooks
            for grade in part.grades
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


def stages(course: Path, name: str) -> dict[str, float]:
    """Milliseconds a submission by stage, in one process, its start left out."""
    todo = run.plan(course, name, run.Run("stages"))
    grader = run.Grader(todo.parts, Limits())
    spent = dict.fromkeys(("read and mend", "sandbox", "score", "record"), 0.0)

    def timed(stage: str, function):
        def wrapped(*arguments):
            start = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                spent[stage] += time.perf_counter() - start

        return wrapped

    autograde.read = timed("read and mend", autograde.read)
    grader.worker.run = timed("sandbox", grader.worker.run)
    grader.grade(todo.jobs[0])
    spent.update(dict.fromkeys(spent, 0.0))
    start = time.perf_counter()
    results = [grader.grade(job) for job in todo.jobs[1:]]
    whole = time.perf_counter() - start
    grader.worker.stop()
    spent["score"] = whole - spent["read and mend"] - spent["sandbox"]
    with recorder.Recorder(course, name) as book:
        start = time.perf_counter()
        for result in results:
            made = autograded_folder.pages(todo.assignment, result)
            autograded_folder.write_autograded(course, todo.assignment, result, made)
        for first in range(0, len(results), run.BATCH):
            book.record(results[first : first + run.BATCH])
        spent["record"] = time.perf_counter() - start
    return {stage: seconds / len(results) * 1000 for stage, seconds in spent.items()}


def repeated(course: Path, name: str, times: int) -> None:
    """Submit every submission under so many names, grade them, and print time and memory."""
    folders = sorted(course.glob(f"submitted/*/{name}"))
    for folder in folders:
        for number in range(times - 1):
            student = f"{folder.parent.name}-{number:04}"
            shutil.copytree(folder, course / "submitted" / student / name)
    start = time.perf_counter()
    tenths: list[float] = []

    def tell(done: int, whole: int, _: run.Result) -> None:
        if done % (whole // 10) == 0:
            tenths.append(time.perf_counter() - start)
            print(f"{done:>7} graded after {tenths[-1]:8.1f} s, {peak():6.0f} MB", flush=True)

    results, _ = run.grade_class(course, name, tell=tell)
    whole = time.perf_counter() - start
    held = sum(bool(result.held) for result in results)
    print(f"{len(results)} graded in {whole:.0f} s ({whole / len(results) * 1000:.0f} ms each)")
    print(f"last tenth: {(tenths[-1] - tenths[-2]) / (tenths[1] - tenths[0]):.2f} of the second's")
    print(f"{held} held; peak memory of the grader {peak():.0f} MB")


def peak() -> float:
    """Megabytes that this process has used at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Set up one class twice, grade it both ways, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--quiz", default="quiz-03")
    parser.add_argument("--repeat", type=int, default=0)
    parser.add_argument("--course", type=Path, help="any nbgrader course directory")
    parser.add_argument("--assignment", default="", help="only this one of it")
    arguments = parser.parse_args()
    if arguments.course:
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        raise SystemExit(0 if any_course(arguments.course, arguments.assignment) else 1)
    name, count = arguments.quiz, arguments.students
    simulated.FATES.clear()
    students = {student.id: student for student in simulated.everybody(count)}

    def answer(student: str, item, drawn):
        return simulated.answer(students[student], item, drawn)

    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as temporary:
        stock, ours, third = (Path(temporary) / kind for kind in ("stock", "ours", "third"))
        courses.hand_in(ASSIGNMENTS / name, stock, dict.fromkeys(students, "in time"), answer)
        shutil.copytree(stock, ours)
        shutil.copytree(stock, third)
        if arguments.repeat:
            repeated(ours, name, arguments.repeat)
            return
        start = time.perf_counter()
        program = Path(sysconfig.get_path("scripts"), "nbgrader")
        done = subprocess.run(
            [program, "autograde", name], cwd=stock, capture_output=True, text=True, check=False
        )
        by_stock = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(done.stderr)
        start = time.perf_counter()
        run.grade_class(ours, name)
        by_ours = time.perf_counter() - start
        same = marks(stock, name) == marks(ours, name)
        bare = floor(ours, name)
        by_stage = stages(third, name)
    print(f"{count} distinct submissions of {name}")
    print(f"stock nbgrader autograde  {by_stock:8.1f} s  {by_stock / count:6.3f} s each")
    print(f"crossroads grade          {by_ours:8.1f} s  {by_ours / count:6.3f} s each, sandbox on")
    print(f"one warm interpreter      {bare:8.1f} s  {bare / count:6.3f} s each (the floor)")
    print(f"ratio {by_stock / by_ours:.1f}; every mark and comment the same: {same}")
    parts = ", ".join(f"{stage} {taken:.0f}" for stage, taken in by_stage.items())
    print(f"one process, milliseconds a submission: {parts}")


if __name__ == "__main__":
    main()
