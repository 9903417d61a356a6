"""``crossroads adjustments``: whom adjustments.yml touches, before and after."""

from __future__ import annotations

import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("adjustments", help="preview which marks adjustments.yml changes")
    command.add_argument("quiz", nargs="?", default="", help="show only this quiz, such as quiz-03")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..course import Course, use_own_commands
    from ..grading import gradebook, scores
    from ..grading.adjustments import in_course, preview
    from ..grading.course_totals import course_totals
    from ..grading.notes import say

    use_own_commands()
    course, quiz = arguments.course, arguments.quiz
    path = Course(course).adjustments
    if not path.is_file():
        raise ValueError(f"there is no {path}. The grading guide describes what to write in it")
    rules, notes = in_course.rules(course)
    known = gradebook.possible(course)
    if quiz and quiz not in known and quiz not in rules.own:
        there = ", ".join(sorted({*known, *rules.own}))
        raise ValueError(f"there is no assignment {quiz!r} with marks; there are {there or 'none'}")
    names = [name for name in rules.own if not quiz or name == quiz]
    drops = [drop for drop in rules.drops if not quiz or quiz in drop.of]
    lines = [f"note: {say(note)}" for note in notes]
    for name in names:
        if name not in known:
            lines += [name, "  nothing is graded yet"]
            continue
        marked = scores.read(course, name)
        found = preview.changes(marked.earned, marked.counted, marked.possible)
        lines += preview.words(name, marked.rule, found)
    for drop in drops:
        totals = course_totals(course, [name for name in drop.of if name in known])
        gone = {one.student: one.total.dropped for one in totals}
        lines += preview.drop_words(drop, gone)
    if not names and not drops:
        lines.append(f"{path.name} has no entry for {quiz or 'any assignment'}.")
    print("\n".join(lines))
    print(
        "Nothing was written. Exports and feedback use these changes at once; crossroads grade "
        "writes overridden marks into nbgrader's gradebook. To undo a change, delete its line "
        f"in {path.name}."
    )
    return 0
