"""``crossroads marking``: written answers marked, names hidden."""

from __future__ import annotations

import argparse
import os

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("marking", help="mark written answers, names hidden")
    command.add_argument("quiz", nargs="?", default="", help="its name, such as quiz-03")
    command.add_argument("--marker", default="", help="mark as another marker, under this name")
    command.add_argument(
        "--agreement", action="store_true", help="only say how far the markers agree"
    )
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from .. import manual_grading
    from ..course import source

    quiz = arguments.quiz
    if quiz:
        source(arguments.course, quiz)
    if arguments.agreement:
        if not quiz:
            raise ValueError("say whose agreement: crossroads marking quiz-03 --agreement")
        print(manual_grading.agreement_words(arguments.course, quiz))
        return 0
    os.environ[manual_grading.QUIZ] = quiz
    os.environ[manual_grading.MARKER] = manual_grading.marking.checked_marker(arguments.marker)
    return open_course(
        arguments, manual_grading.prepare, manual_grading.MARKING, teaching=True, as_page=True
    )
