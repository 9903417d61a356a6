"""``crossroads roster``: who is in the class."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("roster", help="read the class list from a CSV or Excel file")
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
    command.add_argument(
        "--new-ids",
        action="store_true",
        help="ids that look like those of before in another form are new students all the same",
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
    pairs = roster.same_people(roster.read(arguments.course), reading.people)
    if pairs and not arguments.new_ids:
        print(f"{len(pairs)} ids of {arguments.file} look like those of students who are here:")
        print("".join(f"  {old} is {new} in the file\n" for old, new in pairs[:10]), end="")
        print("Nothing was written: they would be in the class twice. A spreadsheet drops zeros in")
        print("front and rounds long numbers, so export the list again and don't save it there, or")
        print("name another column with --id. If they are new students, say it with --new-ids.")
        return 2
    changes = roster.update(arguments.course, reading.people)
    print(roster.summary(reading, changes))
    return 2 if reading.notes else 0
