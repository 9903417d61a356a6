"""``crossroads solutions``: what is right in a quiz, for students who have submitted."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from ..notes import counted


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("solutions", help="write solutions for students")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "--now", action="store_true", help="write them even if students may still submit"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..course import use_own_commands
    from ..feedback import solutions

    use_own_commands()
    now = None if arguments.now else datetime.now(UTC)
    paths = solutions.write(arguments.course.resolve(), arguments.quiz, now=now)
    if len(paths) == 1:
        print(f"Written: {paths[0]}. It holds the keys: give it only to those who have submitted.")
    else:
        pages = counted(len(paths), "page")
        print(f"Written: {pages} in {paths[0].parent}, each for one student's own values.")
    return 0
