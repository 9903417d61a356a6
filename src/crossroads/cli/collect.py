"""``crossroads collect``: a platform's bulk download, sorted into submitted/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from ._ask import says_yes


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "collect", help="collect submissions from Moodle, Canvas, e-mail or the exchange"
    )
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "downloads",
        type=Path,
        nargs="*",
        help="downloads from Moodle or Canvas, or a folder with one folder for each student; "
        "without any, try again to match the files that are left",
    )
    command.add_argument(
        "--exchange", action="store_true", help="collect from nbgrader's exchange first"
    )
    command.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="NAME=STUDENT",
        help="a name in a download belongs to this student; remembered; repeatable",
    )
    command.add_argument(
        "--no-times",
        action="store_true",
        help="ignore the files' times, because they are not submission times",
    )
    command.add_argument(
        "--student",
        default="",
        metavar="ID",
        help="the student who sent this file, for example by e-mail",
    )
    command.add_argument(
        "--at",
        default="",
        metavar="TIME",
        help="when the file arrived, in the deadline's time zone: '2027-01-30 18:00'",
    )
    command.add_argument(
        "--move",
        action="append",
        default=[],
        metavar="STUDENT=STUDENT",
        help="move a submission from the first student to the second; swaps work; repeatable",
    )
    command.add_argument("--yes", action="store_true", help="accept every guess without asking")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Collect submissions; 0: all are somebody's, 2: a person must look."""
    from ..classroom import collect
    from ..classroom.collect import exchange
    from ..course import Course

    if arguments.exchange:
        new = exchange.collect_from_exchange(Course(arguments.course), arguments.quiz)
        print(f"From nbgrader's exchange: {len(new)} new{': ' if new else ''}{', '.join(new)}.")
    outcome = collect.collect(
        arguments.course,
        arguments.quiz,
        arguments.downloads,
        matches=_pairs(arguments.match, "--match needs NAME=STUDENT"),
        moves=_pairs(arguments.move, "--move needs STUDENT=STUDENT"),
        times=not arguments.no_times,
        student=arguments.student,
        at=arguments.at,
        agree=lambda guesses: _agreed(guesses, arguments.yes),
    )
    print(collect.summary(outcome))
    return 0 if outcome.clean else 2


def _pairs(told: Iterable[str], needs: str) -> dict[str, str]:
    """Return what an option says of names; ``ValueError`` for what says nothing of one."""
    found = {}
    for text in told:
        name, equals, student = text.rpartition("=")
        if not equals or not name.strip() or not student.strip():
            raise ValueError(f"{needs}, not {text!r}")
        found[name.strip()] = student.strip()
    return found


def _agreed(guesses: Sequence[tuple[str, str]], sure: bool) -> bool:
    """Show what was guessed, and whether it's right: as was said before, or by a terminal."""
    if not sure and not sys.stdin.isatty():
        return False
    print("Guessed from the names:")
    print("".join(f"  {sender}: {who}\n" for sender, who in guesses), end="")
    if sure:
        return True
    return says_yes("Are all of these right?")
