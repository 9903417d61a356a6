"""``crossroads grade``: what was handed in marked, safely and fast."""

from __future__ import annotations

import argparse
import secrets
import sys


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("grade", help="mark what was handed in, safely and fast")
    command.add_argument("quiz", help="its name, such as quiz-03")
    command.add_argument("--student", action="append", default=[], help="only this one; repeatable")
    command.add_argument("--again", action="store_true", help="also what is unchanged")
    command.add_argument(
        "--resume", action="store_true", help="go on with a run that was cut off, as it was asked"
    )
    command.add_argument("--workers", type=int, default=0, help="how many at once (default: cores)")
    command.add_argument("--scheduler", default="", help="grade on this Dask cluster, tcp://…")
    command.add_argument("--dry-run", action="store_true", help="only say what would be graded")
    command.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run students' code without a sandbox, with all your rights",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Grade a class; 0: all graded, 2: some are held for a person, 1: nothing was done."""
    from ..classroom import notes as classroom
    from ..classroom.collect import shared
    from ..course import Course, use_own_commands
    from ..grading import regrade, run, submission_times
    from ..grading.adjustments import in_course
    from ..grading.notes import say
    from ..grading.sandbox import Limits

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
            limits=Limits(sandboxed=not arguments.trust_submissions),
            tell=run.Progress(Course(course).results(name) / "log.txt"),
        )
    except KeyboardInterrupt:
        print(run.STOPPED, file=sys.stderr)
        return 130
    print(run.summary(results, todo))
    open_ = todo.strange or run.to_decide(todo)
    return 2 if open_ or any(result.held for result in results) else 0
