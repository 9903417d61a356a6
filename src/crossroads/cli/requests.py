"""``crossroads requests``: students' requests to look at a mark again."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("requests", help="collect regrade requests")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "files",
        type=Path,
        nargs="*",
        help="CSV exports of a form, or texts with lines from feedback pages; without any, list "
        "the open requests",
    )
    command.add_argument("--question", default="", help="heading of the column with the question")
    command.add_argument("--reason", default="", help="heading of the column with the reason")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Take in requests; 0: all of them, 2: a person must look at some."""
    from ..classroom import regrade_requests
    from ..classroom.notes import say
    from ..course import Course
    from ..manual_grading import requests_taken

    course, quiz = arguments.course, arguments.quiz
    Course(course).source(quiz)  # a quiz that isn't there has no requests to list
    given = {"item": arguments.question, "reason": arguments.reason}
    columns = {name: heading for name, heading in given.items() if heading}
    notes = []
    for path in arguments.files:
        taken, found = requests_taken.take_in(course, quiz, path, columns)
        counted = f"{len(taken.new)} new, {len(taken.again)} again, {taken.known} known before"
        print(f"{path.name}: {counted}.")
        notes += found
    for note in notes:
        print(f"  skipped: {say(note)}")
    requests = regrade_requests.read(course, quiz)
    if not arguments.files:
        print(requests_taken.listed(requests) or f"Nobody has asked about {quiz}.")
    waiting = regrade_requests.open_ones(requests)
    if waiting:
        print(f"{waiting} to answer: crossroads marking {quiz}, then “Regrade requests”.")
    return 2 if any(note.code != "request-other" for note in notes) else 0
