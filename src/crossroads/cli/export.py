"""``crossroads export``: points as learning platforms' gradebooks import them."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("export", help="write points by question and criterion as CSV")
    command.add_argument(
        "quiz",
        nargs="?",
        default="",
        help="its name, such as quiz-03 or capstone; without one, the total of the course",
    )
    command.add_argument(
        "--to", type=Path, help="the file (default: in COURSE/exports, by quiz and format)"
    )
    command.add_argument(
        "--format",
        choices=("plain", "moodle", "canvas"),
        default="plain",
        help="as it is, or as a platform's gradebook imports it (default: plain)",
    )
    command.add_argument(
        "--items", action="store_true", help="moodle, canvas: a column for each question, too"
    )
    command.add_argument(
        "--column", default="", help="canvas: the total's heading there, 'Quiz 3 (12345)'"
    )
    command.add_argument("--decimals", type=int, default=2, help="of points (default: 2)")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import export as lms
    from ..classroom import roster
    from ..classroom.notes import Note, say
    from ..course import Course, use_own_commands, write_whole
    from ..grading import notes as grading

    use_own_commands()
    if not 0 <= arguments.decimals <= 6:
        raise ValueError("--decimals goes from 0 to 6")
    totals = None if arguments.quiz else lms.read_totals(arguments.course)
    if totals is not None and arguments.items:
        raise ValueError("--items is of one assignment: crossroads export quiz-03 --items")
    marks = (
        lms.read(arguments.course, arguments.quiz)
        if totals is None
        else lms.totals_as_marks(totals)
    )
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
    print(f"{path}: {len(marks.rows)} students. Empty: not marked yet.")
    lines = [*map(say, notes)]
    waiting = marks.waiting()
    if totals is not None and waiting:
        lines.append(f"No total yet, for not all of it is marked: {', '.join(waiting)}.")
    elif waiting:
        lines.append(f"An answer still waits for a person: {', '.join(waiting)}.")
    for student, why in marks.unsettled.items():
        lines.append(f"{student} has no total: {'; '.join(map(grading.say, why))}")
    print("".join(f"  {line}\n" for line in lines), end="")
    return 0


def _name(arguments: argparse.Namespace) -> str:
    what = "points" if arguments.format == "plain" else arguments.format
    return f"{arguments.quiz or 'course'}-{what}.csv"
