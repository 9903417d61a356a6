"""``crossroads marking``: written answers marked, names hidden."""

from __future__ import annotations

import argparse
import os

from ._open import add_server, open_course


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("marking", help="open the desk for manual grading")
    command.add_argument("quiz", nargs="?", default="", help="name of the quiz, such as quiz-03")
    command.add_argument("--marker", default="", help="mark under the name of this marker")
    only = command.add_mutually_exclusive_group()
    only.add_argument("--agreement", action="store_true", help="only show how well markers agree")
    only.add_argument(
        "--progress", action="store_true", help="only show the progress of each marker"
    )
    only.add_argument(
        "--same", action="store_true", help="only list students who wrote the same text"
    )
    add_server(command)
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from .. import manual_grading
    from ..course import MARKING, source

    quiz = arguments.quiz
    if quiz:
        source(arguments.course, quiz)
    said = {
        "agreement": manual_grading.several_markers.agreement_words,
        "progress": manual_grading.several_markers.progress_words,
        "same": manual_grading.alike.same_words,
    }
    for asked in (name for name in said if getattr(arguments, name)):
        if not quiz:
            raise ValueError(
                f"add the name of the assignment: crossroads marking quiz-03 --{asked}"
            )
        print(said[asked](arguments.course, quiz))
        return 0
    marker = manual_grading.marking.checked_marker(arguments.marker)
    os.environ[manual_grading.QUIZ], os.environ[manual_grading.MARKER] = quiz, marker
    return open_course(
        arguments,
        manual_grading.prepare,
        MARKING,
        teaching=True,
        as_page=True,
        asked={"quiz": quiz, "marker": marker},
    )
