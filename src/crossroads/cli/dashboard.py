"""``crossroads dashboard``: show what is left to do, and how far the class is."""

from __future__ import annotations

import argparse

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "dashboard", help="show what is left to do, and how far the class is"
    )
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from .. import manual_grading
    from ..course import DASHBOARD

    return open_course(arguments, manual_grading.prepare, DASHBOARD, teaching=True, as_page=True)
