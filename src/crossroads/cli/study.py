"""``crossroads study``: study alone, with marking, review, progress and a certificate."""

from __future__ import annotations

import argparse
import datetime
import os

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("study", help="study on your own, with marking and review")
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--grade", metavar="QUIZ", help="mark your copy of a quiz and explain the marks"
    )
    what.add_argument("--progress", action="store_true", help="write a page with your progress")
    what.add_argument(
        "--certificate",
        metavar="NAME",
        help="write a certificate, or say what you still need for it",
    )
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from .. import study
    from ..course import Course
    from ..lessons.progress import VARIABLE

    place = arguments.course.resolve()
    if not (arguments.grade or arguments.progress or arguments.certificate is not None):
        return open_course(arguments, study.prepare, study.START)
    if not place.is_dir():
        raise ValueError(f"there is no course in {arguments.course} yet: crossroads study makes it")
    os.environ[VARIABLE] = str(Course(place).progress)
    if arguments.grade:
        attempt, path = study.grade(place, arguments.grade)
        print(f"{study.feedback_text(place, attempt)}\n{path}: the same as a page.")
        return 0
    own = study.learner_progress.read(place)
    if arguments.progress:
        print(study.words.progress_text(own, datetime.date.today()))
        print(f"{study.write_progress(place, own)}: by lesson and objective.")
    else:
        missing, written = study.write_certificate(place, arguments.certificate, own)
        print(f"{written}: open it in a browser to print it." if written else "\n".join(missing))
        return 0 if written else 1
    return 0
