"""``crossroads new``: a small course of one's own, to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("new", help="start a small course of your own")
    command.add_argument("folder", type=Path, help="folder to create, such as my-course")
    command.add_argument(
        "--title", default="", help="title of the course (default: name of the folder)"
    )
    command.add_argument(
        "--id", default="", help="course id for nbgrader and a hub: letters, digits, - and _"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..course.new_course import write_new_course

    folder = write_new_course(arguments.folder, arguments.title, arguments.id)
    print(f"{folder} holds a small course. Its README.md explains the files, and what to do next.")
    print(f"Open it:  crossroads teach --course {folder}")
    return 0
