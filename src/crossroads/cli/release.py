"""``crossroads release``: what students are given of a quiz."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("release", help="make the package that students get")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "--form", default="A", help="form of the quiz: B has other questions on the same objectives"
    )
    command.add_argument(
        "--language", default="", help="language of the quiz, such as ru (default: English)"
    )
    command.add_argument(
        "--to",
        type=Path,
        metavar="PLACE",
        help="folder or zip to write (default: COURSE/packages/QUIZ.zip)",
    )
    command.add_argument(
        "--same-for-all", action="store_true", help="give everybody the same values"
    )
    command.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet: write a zip with which Moodle gives each student a copy",
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="replace the package, and release a changed quiz again",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import release as handout
    from ..classroom.notes import say
    from ..course import Course, quiz_forms, translated_quiz

    quiz = quiz_forms.named(arguments.quiz, arguments.form)
    if arguments.language not in ("", "en"):
        translated_quiz.take(arguments.course, quiz, arguments.language)
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
