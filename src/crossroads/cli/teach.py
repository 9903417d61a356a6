"""``crossroads teach``: the teacher's course, with the quizzes' sources and nbgrader's pages."""

from __future__ import annotations

import argparse

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "teach", help="open the teacher's course in JupyterLab, with nbgrader's pages"
    )
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..manual_grading import prepare

    return open_course(arguments, prepare, teaching=True)
