"""Commands for who grades: ``grade`` and ``feedback``."""

from __future__ import annotations

import argparse
import secrets
import sys


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the parser's."""
    grade = commands.add_parser("grade", help="mark what was handed in, safely and fast")
    grade.add_argument("quiz", help="its name, such as quiz-03")
    grade.add_argument("--student", action="append", default=[], help="only this one; repeatable")
    grade.add_argument("--again", action="store_true", help="also what is unchanged")
    grade.add_argument(
        "--resume", action="store_true", help="go on with a run that was cut off, as it was asked"
    )
    grade.add_argument("--workers", type=int, default=0, help="how many at once (default: cores)")
    grade.add_argument("--scheduler", default="", help="grade on this Dask cluster, tcp://…")
    grade.add_argument("--dry-run", action="store_true", help="only say what would be graded")
    grade.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run students' code without a sandbox, with all your rights",
    )
    grade.set_defaults(run=_grade)

    feedback = commands.add_parser("feedback", help="write each student's feedback page")
    feedback.add_argument("quiz", help="its name, such as quiz-03")
    feedback.add_argument(
        "--student", action="append", default=[], help="only this one; repeatable"
    )
    feedback.add_argument(
        "--show-keys", action="store_true", help="also say what is right where an answer wasn't"
    )
    feedback.add_argument(
        "--force", action="store_true", help="also in place of pages of another origin, or changed"
    )
    feedback.set_defaults(run=_feedback)


def _grade(arguments: argparse.Namespace) -> int:
    """Grade a class; 0: all graded, 2: some are held for a person, 1: nothing was done."""
    from ..course import Course, use_own_commands
    from ..grading import regrade, run, timestamps
    from ..grading.sandbox import Limits

    use_own_commands()
    course, name = arguments.course.resolve(), arguments.quiz
    asked = run.Run(secrets.token_hex(8), tuple(arguments.student), arguments.again)
    if arguments.resume:
        asked = run.cut_off(course, name)
    if arguments.dry_run:
        todo = run.plan(course, name, asked)
        print(f"{len(todo.jobs)} to grade, {len(todo.unchanged)} unchanged.")
        print("".join(f"  {job.student}\n" for job in todo.jobs), end="")
        lines = regrade.words(name, todo.changes, done=False)
        lines += [f"  note: {note}" for note in [*todo.notes, *timestamps.rules(course)[1]]]
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


def _feedback(arguments: argparse.Namespace) -> int:
    """Write feedback pages; 0: all are written, 2: some were left as they are."""
    from ..course import use_own_commands
    from ..feedback import writing as feedback

    use_own_commands()
    course, name = arguments.course.resolve(), arguments.quiz
    students, keys = arguments.student, arguments.show_keys
    done = feedback.write(course, name, students, keys=keys, force=arguments.force)
    pages = "1 page" if len(done.paths) == 1 else f"{len(done.paths)} pages"
    print(f"Written into {course / 'feedback'}: {pages} of {name}.")
    print(f"nbgrader release_feedback {name} gives out what is there.")
    for path in done.left:
        print(f"  left as it is: {path} isn't ours, or was changed (--force writes over it)")
    return 2 if done.left else 0
