"""The command line: ``crossroads lab``, ``check``, ``grade`` and others; ``--help`` lists them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import grader, learner, office, teacher


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="crossroads", description="A course for JupyterLab and nbgrader."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for part in (learner, teacher, office, grader):
        part.add(commands)
    for command in commands.choices.values():
        command.add_argument(
            "--course",
            type=Path,
            default=Path("course"),
            help="the course directory (default: course)",
        )
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ValueError as error:
        print(f"crossroads: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"crossroads: {error.strerror or error}{where}", file=sys.stderr)
        return 1
