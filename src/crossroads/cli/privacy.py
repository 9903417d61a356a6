"""``crossroads privacy``: which personal data are stored where."""

from __future__ import annotations

import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("privacy", help="list the personal data that the course stores")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import privacy

    if not arguments.course.is_dir():
        raise ValueError(f"there is no course in {arguments.course}")
    print(privacy.table(privacy.places(arguments.course)))
    return 0
