"""``crossroads export``: points as learning platforms' gradebooks import them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..notes import counted

if TYPE_CHECKING:
    from ..classroom.export import Marks


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "export", help="export points for Moodle, Canvas or a spreadsheet"
    )
    command.add_argument(
        "quiz",
        nargs="?",
        default="",
        help="name of the quiz, such as quiz-03 or capstone; without one, export course totals",
    )
    command.add_argument(
        "--to",
        type=Path,
        help="file to write (default: in COURSE/exports, named by quiz and format)",
    )
    command.add_argument(
        "--format",
        choices=("plain", "moodle", "canvas", "lti"),
        default="plain",
        help="plain CSV, or CSV that a platform's gradebook imports (default: plain); lti: show "
        "what would be sent to the platform",
    )
    command.add_argument(
        "--items", action="store_true", help="moodle, canvas: add a column for each question"
    )
    command.add_argument(
        "--column",
        default="",
        help="canvas: the column's heading in Canvas, such as 'Quiz 3 (12345)'",
    )
    command.add_argument("--send", action="store_true", help="lti: send the points")
    command.add_argument(
        "--decimals", type=int, default=2, help="decimal places of points (default: 2)"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import export as lms
    from ..classroom import roster
    from ..classroom.notes import Note, say
    from ..course import Course, use_own_commands, write_whole
    from ..grading import notes as grading

    use_own_commands()
    if not 0 <= arguments.decimals <= 6:
        raise ValueError("--decimals must be from 0 to 6")
    totals = None if arguments.quiz else lms.read_totals(arguments.course)
    if totals is not None and arguments.items:
        raise ValueError("--items needs one assignment: crossroads export quiz-03 --items")
    marks = (
        lms.read(arguments.course, arguments.quiz)
        if totals is None
        else lms.totals_as_marks(totals)
    )
    if arguments.format == "lti":
        if totals is not None or arguments.items:
            raise ValueError("--format lti sends the total of one assignment: add its name")
        return _to_platform(arguments, marks)
    if arguments.send:
        raise ValueError("--send works only with --format lti; import other formats by hand")
    how = {"items": arguments.items, "decimals": arguments.decimals}
    notes: list[Note] = []
    if totals is not None and arguments.format == "plain":
        table = lms.plain_totals(totals, arguments.decimals)
    elif arguments.format == "plain":
        table = lms.plain(marks, arguments.decimals)
    elif arguments.format == "moodle":
        table, notes = lms.moodle(marks, roster.read(arguments.course), **how)
    else:
        people = roster.read(arguments.course)
        table, notes = lms.canvas(marks, people, column=arguments.column, **how)
    path = arguments.to or Course(arguments.course).place("exports") / _name(arguments)
    write_whole(path, lms.BYTE_ORDER_MARK + lms.csv_text(table))
    print(f"{path}: {counted(len(marks.rows), 'student')}. Empty cells are not marked yet.")
    lines = [*map(say, notes)]
    waiting = marks.waiting()
    excused = lms.without_total(totals or ())
    if excused:
        lines.append(f"No total, because they are excused from everything: {', '.join(excused)}.")
    waiting = [who for who in waiting if who not in excused]
    if totals is not None and waiting:
        who = ", ".join(waiting)
        lines.append(f"No total yet, because something is still to be marked or submitted: {who}.")
    elif waiting:
        lines.append(f"An answer still needs manual grading: {', '.join(waiting)}.")
    for student, why in marks.unsettled.items():
        lines.append(f"{student} has no total: {'; '.join(map(grading.say, why))}")
    print("".join(f"  {line}\n" for line in lines), end="")
    return 0


def _to_platform(arguments: argparse.Namespace, marks: Marks) -> int:
    """Say what the platform would be sent, and with ``--send`` send it."""
    from ..classroom import lti, roster
    from ..classroom.notes import say

    platform = lti.Platform(arguments.course)
    people = roster.read(arguments.course)
    scores, notes = lti.scores(marks, people, platform.members(), arguments.decimals)
    if scores and arguments.send:
        platform.send(marks.assignment, scores, lambda done: _said(done, len(scores)))
    if arguments.send:
        print(f"{counted(len(scores), 'mark')} of {marks.assignment} sent to the platform.")
    else:
        for score in scores:
            print(f"  {score.student:<24} {score.given:g} of {score.most:g}")
        print(f"Nothing was sent: --send sends {counted(len(scores), 'mark')}.")
    print("".join(f"  {say(note)}\n" for note in notes), end="")
    return 0


def _said(done: int, whole: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == whole else ""
        print(f"\r{done}/{whole} marks sent ", end=end, file=sys.stderr, flush=True)


def _name(arguments: argparse.Namespace) -> str:
    what = "points" if arguments.format == "plain" else arguments.format
    return f"{arguments.quiz or 'course'}-{what}.csv"
