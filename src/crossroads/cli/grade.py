"""``crossroads grade``: what was submitted marked, safely and fast."""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..grading.sandbox import Limits


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("grade", help="autograde submissions in a sandbox")
    command.add_argument("quiz", help="name of the assignment, such as quiz-03")
    command.add_argument(
        "--student", action="append", default=[], help="only this student; repeatable"
    )
    command.add_argument(
        "--again", action="store_true", help="grade unchanged submissions again, too"
    )
    command.add_argument(
        "--resume", action="store_true", help="continue an interrupted run with its own options"
    )
    command.add_argument(
        "--workers",
        type=int,
        default=0,
        help="submissions to grade at once (default: number of cores)",
    )
    command.add_argument(
        "--scheduler", default="", help="address of a Dask cluster to grade on: tcp://…"
    )
    command.add_argument("--dry-run", action="store_true", help="only list what would be graded")
    _add_limits(command)
    command.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run students' code without a sandbox, with your own rights",
    )
    command.set_defaults(run=_run)


def _add_limits(command: argparse.ArgumentParser) -> None:
    """Add what one submission may use; the rest is as nbgrader's settings have it, or ours."""
    for option, kind, what in (
        ("--cell-timeout", _number, "time limit for a cell, in seconds"),
        ("--timeout", _number, "time limit for a notebook, in seconds"),
        ("--memory", _size, "memory limit for a notebook, such as 4G or 500M (default: 3G)"),
        ("--disk", _size, "disk limit for a notebook, such as 1G (default: 128M)"),
        ("--threads", _whole, "most threads of a notebook (default: 256)"),
    ):
        command.add_argument(option, type=kind, help=what)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds such as 30")
    return value


def _whole(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads such as 64")
    return int(text)


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d{1,9})\s*([KMGT])(?:i?B)?", text.strip(), re.I)
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 4G or 500M")
    return int(found[1]) << 10 * ("KMGT".index(found[2].upper()) + 1)


def limits(asked: argparse.Namespace, course: Path) -> Limits:
    """Return what a submission may use, by the course's settings and what was asked for.

    A cell that may run for longer than a notebook lets it run as long.
    """
    from ..grading.course_assignment import limits_of

    own = limits_of(course, asked.quiz)
    cell = asked.cell_timeout or (min(own.cell, asked.timeout) if asked.timeout else own.cell)
    given = replace(
        own,
        cell=cell,
        seconds=asked.timeout or max(own.seconds, cell),
        memory=asked.memory or own.memory,
        disk=asked.disk or own.disk,
        file=max(own.file, asked.disk or 0),
        threads=asked.threads or own.threads,
        sandboxed=not asked.trust_submissions,
    )
    return given if given.seconds >= given.cell else replace(given, seconds=given.cell)


def _run(arguments: argparse.Namespace) -> int:
    """Grade a class; 0: all graded, 2: some are held for a person, 1: nothing was done."""
    from ..classroom import notes as classroom
    from ..classroom.collect import shared
    from ..course import Course, use_own_commands
    from ..grading import regrade, run, submission_times
    from ..grading.adjustments import in_course
    from ..grading.notes import say

    use_own_commands()
    course, name = arguments.course.resolve(), arguments.quiz
    asked = run.Run(secrets.token_hex(8), tuple(arguments.student), arguments.again)
    if arguments.resume:
        asked = run.cut_off(course, name)
    copied = [] if arguments.dry_run else shared.share(course, name)
    lines = [classroom.say(note) for note in copied if note.code in ("group-shared", "group-left")]
    print("".join(f"{line}\n" for line in lines), end="")
    if arguments.dry_run:
        todo = run.plan(course, name, asked)
        print(f"{len(todo.jobs)} to grade, {len(todo.unchanged)} unchanged.")
        print("".join(f"  {job.student}\n" for job in todo.jobs), end="")
        lines = regrade.words(name, todo.changes, done=False)
        checked = [*submission_times.rules(course)[1], *in_course.rules(course)[1]]
        notes = [*todo.notes, *checked]
        lines += [f"  note: {say(note)}" for note in notes]
        print("".join(f"{line}\n" for line in lines), end="")
        return 0
    try:
        results, todo = run.grade_class(
            course,
            name,
            asked,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            limits=limits(arguments, course),
            tell=run.Progress(Course(course).results(name) / "log.txt"),
        )
    except KeyboardInterrupt:
        print(run.STOPPED, file=sys.stderr)
        return 130
    print(run.summary(results, todo))
    open_ = todo.strange or run.to_decide(todo)
    return 2 if open_ or any(result.held for result in results) else 0
