"""``crossroads research``: points by question under pseudonyms."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..notes import counted


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("research", help="export points by question under pseudonyms")
    command.add_argument(
        "quiz", nargs="*", help="only these quizzes (default: all with submissions)"
    )
    command.add_argument(
        "--to", type=Path, help="file to write (default: COURSE/exports/research.csv)"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import privacy
    from ..course import Course, use_own_commands, write_whole

    use_own_commands()
    rows, about = privacy.research(arguments.course, arguments.quiz)
    path = arguments.to or Course(arguments.course).place("exports") / "research.csv"
    note = path.with_name(f"{path.stem}-about.txt")
    write_whole(path, rows)
    write_whole(note, about)
    print(f"{path}: {counted(rows.count(chr(10)) - 1, 'row')}. Read {note} before you pass it on.")
    return 0
