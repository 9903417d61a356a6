"""``crossroads check``: what is still open in a quiz, before it is submitted."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("check", help="check a quiz before you submit it")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "--file", type=Path, help="your notebook if it is somewhere else, or a folder of notebooks"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..course import Course
    from ..course.translated_quiz import language_of
    from ..grading.course_assignment import is_own
    from ..i18n import speaking
    from ..validation import other_course, reading, reporting

    name, course = arguments.quiz, arguments.course
    here = Course(course)
    known = here.own_source(name).is_dir() or bool(here.released_notebooks(name))
    if known and not is_own(course, name):
        found_here, missing = other_course.notebooks(course, name, arguments.file)
        open_ = len(missing)
        for one in missing:
            print(f"{one} is missing: submit it, too.")
        for path in found_here:
            print(f"Looking at {path} ...", flush=True)
            found = other_course.read(course, name, path)
            print(reporting.report(path.stem, found.problems))
            open_ += len(found.problems)
        return 1 if open_ else 0
    path = arguments.file or Course(arguments.course).quiz(name)
    print(f"Looking at {path} ...", flush=True)
    with speaking(language_of(path)):
        found = reading.read(path, name)
        print(reporting.report(name, found.problems, compared=found.compared))
    return 1 if found.problems else 0
