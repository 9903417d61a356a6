"""``crossroads roster``: who is in the class."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..notes import counted

if TYPE_CHECKING:
    from ..course.roster_csv import Reading


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("roster", help="read the class list from a CSV or Excel file")
    command.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="file with a column student_id, or a gradebook export of Canvas or Moodle; "
        "without a file, list the class",
    )
    command.add_argument(
        "--lti",
        action="store_true",
        help="read the roster from the platform set up with crossroads lti",
    )
    command.add_argument("--id", default="", metavar="COLUMN", help="column with the ids")
    command.add_argument(
        "--encoding",
        default="",
        metavar="NAME",
        help="encoding of the file, if it is not UTF-8 or UTF-16",
    )
    command.add_argument(
        "--new-ids",
        action="store_true",
        help="add ids that look like old ones in another form as new students",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Read a roster; 0: all rows were used, 2: some were left out."""
    from ..classroom import roster

    if arguments.lti and arguments.file is not None:
        raise ValueError(
            "the class list comes from a file or from the platform: give either FILE or --lti"
        )
    if arguments.file is None and not arguments.lti:
        people = roster.read(arguments.course)
        print("".join(f"{person.student_id:<24} {person.name}\n" for person in people), end="")
        print(f"{counted(len(people), 'student')}.")
        return 0
    reading = (
        roster.load(arguments.file, arguments.id, arguments.encoding)
        if arguments.file
        else _from_platform(arguments)
    )
    where = arguments.file or "the platform's list"
    if reading.guessed:
        print(f"{arguments.file} is not UTF-8. Read as {reading.guessed}, its first names are:")
        print("".join(f"  {person.name}\n" for person in reading.people[:5]), end="")
        print("Nothing was written. If these names are right, run the command again with", end=" ")
        print(f"--encoding {reading.guessed}; if not, with the file's own encoding.")
        return 2
    pairs = roster.same_people(roster.read(arguments.course), reading.people)
    if pairs and not arguments.new_ids:
        look = "1 id of {} looks" if len(pairs) == 1 else f"{len(pairs)} ids of {{}} look"
        print(f"{look.format(where)} like those of students in the class:")
        print("".join(f"  {old} is {new} in the file\n" for old, new in pairs[:10]), end="")
        print("Nothing was written: they would be in the class twice. A spreadsheet drops zeros in")
        print(
            "front and rounds long numbers, so export the list again and do not save it there, or"
        )
        print("name another column with --id. If they are new students, add --new-ids.")
        return 2
    changes = roster.update(arguments.course, reading.people)
    print(roster.summary(reading, changes))
    return 2 if reading.notes else 0


def _from_platform(arguments: argparse.Namespace) -> Reading:
    from ..classroom import lti

    return lti.class_list(lti.Platform(arguments.course).members(), arguments.id)
