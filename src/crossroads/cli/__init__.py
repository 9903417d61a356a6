"""The command line: a module for each command, named like it; ``crossroads --help`` lists them.

A command imports what it needs when it runs, so that each of them, and the list, starts at once.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from .. import content

#: The commands by who needs them, in the order of a term; and the course directory that these
#: people have by default. A learner's folder holds no key, so it isn't the teacher's.
LEARNING = ("lab", "study", "doctor", "check", "variant")
TEACHING = (
    *("new", "teach", "roster", "release", "collect", "grade", "marking", "feedback", "export"),
    *("report", "dashboard", "requests", "adjustments", "solutions", "items", "data"),
    *("hub", "lti", "backup", "research", "privacy", "forget"),
)
LEARNERS, TEACHERS = Path("course"), Path("teaching")


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="crossroads",
        description="Learn from, teach and grade a course in JupyterLab, with nbgrader.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in (*LEARNING, *TEACHING):
        import_module(f".{name}", __name__).add(commands)
        place = LEARNERS if name in LEARNING else TEACHERS
        commands.choices[name].add_argument(
            "--course", type=Path, help=f"course directory (default: {place})"
        )
    arguments = parser.parse_args(argv)
    try:
        arguments.course = arguments.course or _place(arguments)
        content.use(arguments.course)
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("\ncrossroads: stopped before the end", file=sys.stderr)
        return 130
    except ValueError as error:
        print(f"crossroads: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"crossroads: {error.strerror or error}{where}", file=sys.stderr)
        return 1


def _place(arguments: argparse.Namespace) -> Path:
    """Return the course directory of who said nothing of it."""
    name = arguments.command
    # Values are drawn by learners for themselves, and by teachers for their students.
    for_others = name == "variant" and (arguments.student or arguments.roster)
    from ..course import Course

    here = Path()
    if name in ("check", "doctor") and not LEARNERS.exists() and Course(here).settings.is_file():
        return here
    if name in LEARNING and not for_others:
        return LEARNERS
    if not TEACHERS.exists() and Course(here).settings.is_file():
        return here  # any course of nbgrader's, in whose folder one is
    if not TEACHERS.exists() and Course(LEARNERS).has_gradebook:
        raise ValueError(
            f"there is no {TEACHERS}/ here, but {LEARNERS}/ holds a class's gradebook. Rename "
            f"it to {TEACHERS}, or name the course directory: --course {LEARNERS}"
        )
    return TEACHERS
