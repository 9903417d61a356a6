"""``crossroads feedback``: each student's feedback page."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("feedback", help="write a feedback page for each student")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "--student", action="append", default=[], help="only this student; repeatable"
    )
    command.add_argument(
        "--show-keys", action="store_true", help="show the right answer where an answer was wrong"
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="replace pages that were changed or made by another program",
    )
    command.add_argument(
        "--no-requests", action="store_true", help="do not explain how to request a regrade"
    )
    command.add_argument(
        "--zip",
        choices=("moodle", "canvas"),
        help="also write one archive that this platform takes for the whole class",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Write feedback pages; 0: all are written, 2: some were left as they are."""
    from ..course import Course, use_own_commands
    from ..feedback import write_pages as feedback

    use_own_commands()
    course, name = arguments.course.resolve(), arguments.quiz
    students, keys = arguments.student, arguments.show_keys
    done = feedback.write(
        course,
        name,
        students,
        keys=keys,
        force=arguments.force,
        may_ask=not arguments.no_requests,
    )
    pages = "1 page" if len(done.paths) == 1 else f"{len(done.paths)} pages"
    print(f"Written into {Course(course).place('feedback')}: {pages} of {name}.")
    if done.waiting:
        waiting = "1 page has" if len(done.waiting) == 1 else f"{len(done.waiting)} pages have"
        print(f"  {waiting} an answer that is not marked yet: crossroads marking {name}")
    if done.open_requests:
        print(f"  regrade requests without an answer: {done.open_requests}")
    if not arguments.zip:
        print(f"To hand them out: crossroads feedback {name} --zip moodle (or canvas);", end=" ")
        print(f"through nbgrader's exchange: nbgrader release_feedback {name}.")
    else:
        _zip(course, name, arguments.zip, [path.parent.parent.name for path in done.all])
    for path in done.left:
        print(
            f"  not replaced: {path} was changed, or made by another program (--force replaces it)"
        )
    return 2 if done.left else 0


def _zip(course: Path, name: str, platform: str, students: list[str]) -> None:
    """Write the archive for a platform, and say what to do with it."""
    from ..feedback import upload

    path, missing = upload.write(course, name, platform, students)
    print(f"Written: {path}. Upload it {upload.WHERE[platform]}.")
    if missing:
        print(f"  not in it, because their work was not collected from there: {', '.join(missing)}")
