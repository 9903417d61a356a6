"""Commands for who learns: ``lab``, ``study``, ``doctor``, ``check`` and ``variant``."""

from __future__ import annotations

import argparse
import datetime
import getpass
import os
import sys
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

FIRST_PORT, LAST_PORT = 8888, 8938
START = "lessons/00-start-here.ipynb"
#: A page that asks for nothing from the internet, with the extensions that show widgets only.
WIDGETS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
VOILA = [
    "--VoilaConfiguration.template=crossroads",
    *(f"--VoilaConfiguration.extension_allowlist={name}" for name in WIDGETS),
]
#: Each page that is opened starts a kernel, which would stay when the page is left.
TIDY = ["--MappingKernelManager.cull_idle_timeout=300", "--MappingKernelManager.cull_interval=60"]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the parser's."""
    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.set_defaults(run=_lab)

    study = commands.add_parser("study", help="study alone: the course with marking and review")
    what = study.add_mutually_exclusive_group()
    what.add_argument("--grade", metavar="QUIZ", help="mark your copy of a quiz, and say why")
    what.add_argument("--progress", action="store_true", help="write the page of your progress")
    what.add_argument(
        "--certificate", metavar="NAME", help="write a certificate, or say what is missing for it"
    )
    study.set_defaults(run=_study)

    for command in (lab, study):
        add_server(command)

    doctor = commands.add_parser("doctor", help="say what works on this machine, and what doesn't")
    doctor.set_defaults(run=_doctor)

    check = commands.add_parser("check", help="say what is still open in a quiz to be handed in")
    check.add_argument("quiz", help="its name, such as quiz-03")
    check.add_argument("--file", type=Path, help="your notebook, if it lies elsewhere")
    check.set_defaults(run=_check)

    variant = commands.add_parser("variant", help="draw a quiz's values anew, or for each student")
    variant.add_argument("quiz", help="its name, such as quiz-03")
    variant.add_argument("--student", action="append", help="for this student; can be repeated")
    variant.add_argument("--roster", type=Path, help="a CSV file with a column student_id")
    variant.set_defaults(run=_variant)


def add_server(command: argparse.ArgumentParser) -> None:
    """Add the options of a command that opens the course."""
    command.add_argument("--notebook", action="store_true", help="use Jupyter Notebook instead")
    command.add_argument(
        "--port", type=int, help=f"the port (default: the first free from {FIRST_PORT})"
    )
    command.add_argument("--no-browser", action="store_true", help="only print the address")


def _lab(arguments: argparse.Namespace) -> int:
    from ..course import prepare

    return open_course(arguments, prepare, START)


def _study(arguments: argparse.Namespace) -> int:
    from .. import study
    from ..lessons.progress import VARIABLE

    place = arguments.course.resolve()
    if not (arguments.grade or arguments.progress or arguments.certificate is not None):
        return open_course(arguments, study.prepare, study.START)
    if not place.is_dir():
        raise ValueError(f"there is no course in {arguments.course} yet: crossroads study makes it")
    os.environ[VARIABLE] = str(place / "progress")
    if arguments.grade:
        attempt, path = study.grade(place, arguments.grade)
        print(f"{study.pages.feedback_text(attempt)}\n{path}: the same as a page.")
        return 0
    own = study.mastery.read(place)
    if arguments.progress:
        print(study.pages.progress_text(own, datetime.date.today()))
        print(f"{study.write_progress(place, own)}: by lesson and objective.")
    else:
        missing, written = study.write_certificate(place, arguments.certificate, own)
        print(f"{written}: open it in a browser to print it." if written else "\n".join(missing))
        return 0 if written else 1
    return 0


def open_course(
    arguments: argparse.Namespace,
    prepare: Callable[[Path], list[str]],
    start: str,
    *,
    as_page: bool = False,
) -> int:
    """Prepare the course and open it at ``start``; ``as_page``: by Voilà, where it is there."""
    from ..lessons.progress import VARIABLE
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
    voila = find_spec("voila") is not None
    if as_page and voila and not arguments.notebook:
        page = "voila/render"
    command = [
        *(sys.executable, "-m", front, f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={course}", f"--{app}.default_url=/{page}/{start}"),
        *(VOILA if voila else []),
        *(TIDY if page == "voila/render" else []),
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
    # Here Voilà finds its template.
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([settings, *([others] if others else [])])
    os.chdir(course)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(sys.executable, command)
    import subprocess

    return subprocess.call(command)


def _doctor(arguments: argparse.Namespace) -> int:
    from . import doctor

    return doctor.main(arguments.course)


def _check(arguments: argparse.Namespace) -> int:
    from ..validation import reading, reporting

    name = arguments.quiz
    path = arguments.file or arguments.course / "quizzes" / name / f"{name}.ipynb"
    print(f"Looking at {path} ...", flush=True)
    found = reading.read(path, name)
    print(reporting.report(name, found.problems, compared=found.compared))
    return 1 if found.problems else 0


def _variant(arguments: argparse.Namespace) -> int:
    from ..classroom import roster
    from ..course import draw_anew, personal_copies

    students = list(arguments.student or [])
    if arguments.roster:
        listed = roster.load(arguments.roster)
        students += [person.student_id for person in listed.people]
        print("".join(f"{note}\n" for note in listed.notes), end="")
    if students:
        paths = personal_copies(arguments.course, arguments.quiz, students)
        print(f"{len(paths)} copies, the first of them {paths[0]}")
        return 0
    path, before = draw_anew(arguments.course, arguments.quiz, getpass.getuser())
    print(f"{path}: new values." + (f" Your last one is kept as {before}" if before else ""))
    return 0
