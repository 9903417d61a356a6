"""``crossroads release``: what students are given of a quiz."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("release", help="make what students are given of a quiz")
    command.add_argument("quiz", help="its name, such as quiz-03")
    command.add_argument(
        "--form", default="A", help="another form of the quiz, with other questions: B"
    )
    command.add_argument(
        "--to",
        type=Path,
        metavar="PLACE",
        help="a folder, or a zip (default: COURSE/packages/QUIZ.zip)",
    )
    command.add_argument(
        "--same-for-all", action="store_true", help="no copies of their own where values are drawn"
    )
    command.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet: copies go into a zip that Moodle hands out to each",
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="replace what is there, and release again what was changed",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import release as handout
    from ..classroom.notes import say
    from ..course import Course, quiz_forms

    quiz = quiz_forms.named(arguments.quiz, arguments.form)
    to = arguments.to or Course(arguments.course).place("packages") / f"{quiz}.zip"
    notes = handout.release(
        arguments.course,
        quiz,
        to,
        force=arguments.force,
        same_for_all=arguments.same_for_all,
        worksheet=arguments.worksheet,
    )
    print("\n".join(map(say, notes)))
    return 0
