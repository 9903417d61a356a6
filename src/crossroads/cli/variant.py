"""``crossroads variant``: a quiz's values drawn anew, or for each student."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("variant", help="draw new values for a quiz, or start its form B")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument("--student", action="append", help="draw for this student; repeatable")
    command.add_argument(
        "--roster",
        type=Path,
        help="draw for everybody in this CSV file, which has a column student_id",
    )
    command.add_argument("--form", default="", help="form of the quiz to start: B")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import roster
    from ..course import begin_form, draw_anew, personal_copies, quiz_forms
    from ..course.notes import say

    quiz = quiz_forms.named(arguments.quiz, arguments.form or "A")
    students = list(arguments.student or [])
    if arguments.roster:
        listed = roster.load(arguments.roster)
        students += [person.student_id for person in listed.people]
        print("".join(f"{say(note)}\n" for note in listed.notes), end="")
    if students:
        paths = personal_copies(arguments.course, quiz, students)
        copies = "1 copy" if len(paths) == 1 else f"{len(paths)} copies"
        print(f"{copies}, the first of them {paths[0]}")
        return 0
    if quiz != arguments.quiz:
        path, new = begin_form(arguments.course, quiz)
        if new:
            print(
                f"{path}: form {arguments.form.upper()} of {arguments.quiz}, with other questions."
            )
            return 0
    path, before = draw_anew(arguments.course, quiz, _learner())
    print(f"{path}: new values." + (f" Your last one is kept as {before}" if before else ""))
    return 0


def _learner() -> str:
    """Return whose values are drawn.

    On a hub it is its user, because the system may have no name for the user id.
    """
    if name := os.environ.get("JUPYTERHUB_USER"):
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the second from Python 3.13 on
        return "learner"
