"""``crossroads variant``: a quiz's values drawn anew, or for each student."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("variant", help="draw a quiz's values anew, or for each student")
    command.add_argument("quiz", help="its name, such as quiz-03")
    command.add_argument("--student", action="append", help="for this student; can be repeated")
    command.add_argument("--roster", type=Path, help="a CSV file with a column student_id")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import roster
    from ..course import draw_anew, personal_copies
    from ..course.notes import say

    students = list(arguments.student or [])
    if arguments.roster:
        listed = roster.load(arguments.roster)
        students += [person.student_id for person in listed.people]
        print("".join(f"{say(note)}\n" for note in listed.notes), end="")
    if students:
        paths = personal_copies(arguments.course, arguments.quiz, students)
        print(f"{len(paths)} copies, the first of them {paths[0]}")
        return 0
    path, before = draw_anew(arguments.course, arguments.quiz, getpass.getuser())
    print(f"{path}: new values." + (f" Your last one is kept as {before}" if before else ""))
    return 0
