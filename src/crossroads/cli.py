"""The command line: ``crossroads lab``, ``check``, ``items`` and others; ``--help`` lists them."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import bank

FIRST_PORT, LAST_PORT = 8888, 8938
START = "lessons/00-start-here.ipynb"


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="crossroads", description="A course for JupyterLab and nbgrader."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--notebook", action="store_true", help="use Jupyter Notebook instead")
    lab.add_argument(
        "--port", type=int, help=f"the port (default: the first free from {FIRST_PORT})"
    )
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    doctor = commands.add_parser("doctor", help="say what works on this machine, and what doesn't")
    check = commands.add_parser("check", help="say what is still open in a quiz to be handed in")
    check.add_argument("quiz", help="its name, such as quiz-03")
    check.add_argument("--file", type=Path, help="your notebook, if it lies elsewhere")
    items = commands.add_parser("items", help="list, show and combine the quizzes' questions")
    items.add_argument("codes", nargs="*", metavar="CODE", help="questions such as quiz-03/q4")
    items.add_argument("--lesson", type=int, help="only those of one lesson")
    for name, example in (("objective", "L3.2"), ("kind", "number"), ("bloom", "apply")):
        items.add_argument(f"--{name}", action="append", help=f"only these, for example {example}")
    items.add_argument("--build", metavar="NAME", help="make an assignment of the chosen questions")
    items.add_argument("--title", help="the new assignment's title")
    variant = commands.add_parser("variant", help="draw a quiz's values anew, or for each student")
    variant.add_argument("quiz", help="its name, such as quiz-03")
    variant.add_argument("--student", action="append", help="for this student; can be repeated")
    variant.add_argument("--roster", type=Path, help="a CSV file with a column student_id")
    grade = commands.add_parser("grade", help="mark what was handed in, safely and fast")
    grade.add_argument("quiz", help="its name, such as quiz-03")
    grade.add_argument("--student", action="append", default=[], help="only this one; repeatable")
    grade.add_argument("--again", action="store_true", help="also what is unchanged")
    grade.add_argument("--workers", type=int, default=0, help="how many at once (default: cores)")
    grade.add_argument("--dry-run", action="store_true", help="only say what would be graded")
    grade.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run students' code without a sandbox, with all your rights",
    )
    export = commands.add_parser("export", help="write points by question and criterion as CSV")
    export.add_argument("quiz", help="its name, such as quiz-03 or capstone")
    export.add_argument("--to", type=Path, help="the file (default: QUIZ-points.csv)")
    for command in (lab, doctor, check, items, variant, grade, export):
        command.add_argument(
            "--course",
            type=Path,
            default=Path("course"),
            help="the course directory (default: course)",
        )
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "doctor":
            from . import doctor as clinic

            return clinic.main(arguments.course)
        run = {
            "lab": _lab,
            "check": _check,
            "items": _items,
            "variant": _variant,
            "grade": _grade,
            "export": _export,
        }
        return run[arguments.command](arguments)
    except ValueError as error:
        print(f"crossroads: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"crossroads: {error.strerror or error}{where}", file=sys.stderr)
        return 1


def _lab(arguments: argparse.Namespace) -> int:
    from .checks.progress import VARIABLE
    from .course import prepare
    from .doctor import port_is_free

    port = arguments.port or next(filter(port_is_free, range(FIRST_PORT, LAST_PORT)), None)
    if port is None or not port_is_free(port):
        which = f"Port {port} is" if port else f"All ports from {FIRST_PORT} to {LAST_PORT} are"
        print(f"crossroads: {which} in use. Choose another with --port.", file=sys.stderr)
        return 1
    course = arguments.course.resolve()
    print(f"Preparing {arguments.course} ...", flush=True)
    for note in prepare(course):
        print(f"Note: {note}")
    front, page = ("notebook", "notebooks") if arguments.notebook else ("jupyterlab", "lab/tree")
    app = "JupyterNotebookApp" if arguments.notebook else "LabApp"
    command = [
        *(sys.executable, "-m", front, f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={course}", f"--{app}.default_url=/{page}/{START}"),
        *(["--no-browser"] if arguments.no_browser else []),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    os.environ[VARIABLE] = str(course / "progress")
    settings = str(files("crossroads") / "static" / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    # nbgrader's pages look for their settings on Jupyter's path, its commands in the folder they
    # run in.
    paths = [str(course), settings, *([others] if others else [])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    os.chdir(course)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(sys.executable, command)
    import subprocess

    return subprocess.call(command)


def _check(arguments: argparse.Namespace) -> int:
    from . import handin

    name = arguments.quiz
    path = arguments.file or arguments.course / "quizzes" / name / f"{name}.ipynb"
    print(f"Looking at {path} ...", flush=True)
    problems = handin.check(path, name)
    print(handin.report(name, problems))
    return 1 if problems else 0


def _items(arguments: argparse.Namespace) -> int:
    from . import bank
    from .course import sources

    folders = sources(arguments.course)
    every = [item for folder in folders.values() for item in bank.read(folder)]
    chosen = bank.choose(
        every,
        lesson=arguments.lesson,
        objective=arguments.objective,
        kind=arguments.kind,
        bloom=arguments.bloom,
    )
    if arguments.codes:
        known = {item.code: item for item in every}
        if strange := [code for code in arguments.codes if code not in known]:
            raise ValueError(f"there is no question {strange[0]}; crossroads items lists them")
        chosen = [known[code] for code in arguments.codes]
    if arguments.build:
        return _build(arguments, chosen, folders)
    if arguments.codes:
        print("\n\n----\n\n".join(map(bank.show, chosen)))
        return 0
    for item in chosen:
        about = f"{item.code:<24} {item.objective:<6} {item.bloom:<8} {item.kind:<9}"
        print(f"{about} {item.points:>2g}  {item.question[:60]}")
    print(f"{len(chosen)} of {len(every)} questions.")
    return 0


def _build(arguments: argparse.Namespace, chosen: list[bank.Item], folders: dict[str, Path]) -> int:
    from . import bank
    from .course import checked_id, write_assignment

    name = checked_id(arguments.build)
    notebook = bank.build(name, arguments.title or name, chosen, folders)
    path = write_assignment(arguments.course, name, notebook, bank.rubrics(chosen, folders))
    print(f"{path}: {len(chosen)} questions. Read it through, then release it with nbgrader.")
    return 0


def _variant(arguments: argparse.Namespace) -> int:
    from .course import draw_anew, personal_copies, roster

    students = [*(arguments.student or []), *(roster(arguments.roster) if arguments.roster else [])]
    if students:
        paths = personal_copies(arguments.course, arguments.quiz, students)
        print(f"{len(paths)} copies, the first of them {paths[0]}")
        return 0
    path, before = draw_anew(arguments.course, arguments.quiz, getpass.getuser())
    print(f"{path}: new values." + (f" Your last one is kept as {before}" if before else ""))
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    """Grade a class; 0: all graded, 2: some are held for a person, 1: nothing was done."""
    from .course import use_own_commands
    from .grading import run
    from .grading.sandbox import Limits

    use_own_commands()
    course, name = arguments.course.resolve(), arguments.quiz
    if arguments.dry_run:
        todo, _, _ = run.plan(course, name, students=arguments.student, again=arguments.again)
        print(f"{len(todo.jobs)} to grade, {len(todo.unchanged)} unchanged.")
        print("".join(f"  {job.student}\n" for job in todo.jobs), end="")
        return 0
    results, todo = run.grade_class(
        course,
        name,
        students=arguments.student,
        again=arguments.again,
        workers=arguments.workers,
        limits=Limits(sandboxed=not arguments.trust_submissions),
        tell=run.Progress(run.results_folder(course, name) / "log.txt"),
    )
    print(run.summary(results, todo))
    return 2 if any(result.held for result in results) or todo.strange else 0


def _export(arguments: argparse.Namespace) -> int:
    from .course import use_own_commands, write_whole
    from .grading.gradebook import scores

    use_own_commands()
    if not (arguments.course / "gradebook.db").is_file():
        raise ValueError(f"there is no gradebook in {arguments.course}")
    import pandas as pd
    from nbgrader.api import MissingEntry

    try:
        rows = pd.DataFrame(scores(arguments.course.resolve(), arguments.quiz))
    except MissingEntry:
        raise ValueError(f"{arguments.quiz} isn't in the gradebook") from None
    path = arguments.to or Path(f"{arguments.quiz}-points.csv")
    write_whole(path, rows.to_csv(index=False))
    print(f"{path}: {len(rows)} students. Empty: not marked yet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
