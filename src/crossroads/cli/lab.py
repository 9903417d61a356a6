"""``crossroads lab``: the course as a learner opens it."""

from __future__ import annotations

import argparse

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("lab", help="open the course in JupyterLab as a student")
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..course import prepare

    return open_course(arguments, prepare)
