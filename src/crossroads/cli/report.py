"""``crossroads report``: what a quiz tells of class and questions."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("report", help="analyse the items and the scores of a quiz")
    command.add_argument("quiz", help="name of the quiz, such as quiz-03")
    command.add_argument(
        "--to", type=Path, help="folder to write to (default: COURSE/reports/QUIZ)"
    )
    command.add_argument(
        "--rekey",
        action="append",
        default=[],
        metavar="q7=b",
        help="preview another key: q7=b, 'q7=b|c', q7=all or q4=a,c; repeatable",
    )
    command.add_argument(
        "--class",
        dest="class_",
        default="",
        metavar="NAME",
        help="name of the class in the item history (default: this year)",
    )
    command.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help="item history over the years (default: COURSE/item-history.csv)",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import datetime

    from .. import report
    from ..assignments import bank
    from ..course import Course, source

    own = report.Analysis(report.read(arguments.course, arguments.quiz))
    change = report.rekey(own, arguments.rekey) if arguments.rekey else None
    folder = arguments.to or Course(arguments.course).report(arguments.quiz)
    items = bank.read(source(arguments.course, arguments.quiz))
    versions = {item.id: report.history.version(item) for item in items}
    class_ = " ".join(arguments.class_.split()) or str(datetime.date.today().year)
    kept = report.history.keep(
        arguments.history or Course(arguments.course).place(report.history.FILE),
        report.history.rows(own, class_, versions),
    )
    beside = report.beside.read(arguments.course, own, kept, versions)
    left = report.write(folder, own, change, beside)
    print(report.summary(own))
    if change:
        print(f"\n{report.rekey_words(change)}\n")
    lines = [*map(report.left_alone, left)]
    print("\n".join([*lines, f"{folder / 'report.html'}: the report; beside it, CSV files."]))
    return 0
