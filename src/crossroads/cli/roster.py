"""``crossroads roster``: who is in the class."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("roster", help="read who is in the class from a CSV file")
    command.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="with a column student_id, or a gradebook exported from Canvas or Moodle; "
        "without a file, the class is listed",
    )
    command.add_argument("--id", default="", metavar="COLUMN", help="the column that holds the ids")
    command.add_argument(
        "--encoding", default="", metavar="NAME", help="the file's, if it isn't UTF-8 or UTF-16"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Read a roster; 0: all rows were used, 2: some were left out."""
    from ..classroom import roster

    if arguments.file is None:
        people = roster.read(arguments.course)
        print("".join(f"{person.student_id:<24} {person.name}\n" for person in people), end="")
        print(f"{len(people)} students.")
        return 0
    reading = roster.load(arguments.file, arguments.id, arguments.encoding)
    if reading.guessed:
        print(f"{arguments.file} isn't UTF-8. Read as {reading.guessed}, its first names are:")
        print("".join(f"  {person.name}\n" for person in reading.people[:5]), end="")
        print("Nothing was written. If that is right, say it again with", end=" ")
        print(f"--encoding {reading.guessed}; if not, with the encoding that it has.")
        return 2
    changes = roster.update(arguments.course, reading.people)
    print(roster.summary(reading, changes))
    return 2 if reading.notes else 0
