"""Commands for who teaches: ``items`` and ``report``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .learner import add_server, open_course

if TYPE_CHECKING:
    from ..assignments import bank


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the parser's."""
    items = commands.add_parser("items", help="list, show and combine the quizzes' questions")
    items.add_argument("codes", nargs="*", metavar="CODE", help="questions such as quiz-03/q4")
    items.add_argument("--lesson", type=int, help="only those of one lesson")
    for name, example in (("objective", "L3.2"), ("kind", "number"), ("bloom", "apply")):
        items.add_argument(f"--{name}", action="append", help=f"only these, for example {example}")
    items.add_argument("--build", metavar="NAME", help="make an assignment of the chosen questions")
    items.add_argument("--title", help="the new assignment's title")
    items.set_defaults(run=_items)

    report = commands.add_parser("report", help="say what a quiz tells of class and questions")
    report.add_argument("quiz", help="its name, such as quiz-03")
    report.add_argument("--to", type=Path, help="the folder (default: COURSE/reports/QUIZ)")
    report.add_argument(
        "--rekey",
        action="append",
        default=[],
        metavar="q7=b",
        help="who would gain and lose with another key: q7=b, 'q7=b|c', q7=all, q4=a,c; repeatable",
    )
    report.set_defaults(run=_report)

    data = commands.add_parser("data", help="list the course's tables, and how old they are")
    data.add_argument(
        "--check",
        action="store_true",
        help="say to when each table speaks, how old that is, and where to look for a newer one",
    )
    data.set_defaults(run=_data)

    marking = commands.add_parser("marking", help="mark written answers, names hidden")
    marking.add_argument("quiz", nargs="?", default="", help="its name, such as quiz-03")
    marking.add_argument("--marker", default="", help="mark as another marker, under this name")
    marking.add_argument(
        "--agreement", action="store_true", help="only say how far the markers agree"
    )
    marking.set_defaults(run=_marking)

    dashboard = commands.add_parser("dashboard", help="what waits, and how far the class is")
    dashboard.set_defaults(run=_dashboard)
    for command in (marking, dashboard):
        add_server(command)

    hub = commands.add_parser("hub", help="try the course as a class on one server (JupyterHub)")
    hub.add_argument(
        "--demo",
        type=Path,
        metavar="FOLDER",
        nargs="?",
        const=Path("hub-demo"),
        help="a trial on this machine only, all of it in FOLDER (default: hub-demo)",
    )
    hub.add_argument("--port", type=int, default=8000, help="the trial's port (default: 8000)")
    hub.set_defaults(run=_hub)


def _items(arguments: argparse.Namespace) -> int:
    from ..assignments import bank
    from ..course import sources

    folders = sources(arguments.course)
    every = [item for folder in folders.values() for item in bank.read(folder)]
    chosen = bank.choose(
        every,
        lesson=arguments.lesson,
        objective=arguments.objective,
        kind=arguments.kind,
        bloom=arguments.bloom,
    )
    if arguments.codes:
        known = {item.code: item for item in every}
        if strange := [code for code in arguments.codes if code not in known]:
            raise ValueError(f"there is no question {strange[0]}; crossroads items lists them")
        chosen = [known[code] for code in arguments.codes]
    if arguments.build:
        return _build(arguments, chosen, folders)
    if arguments.codes:
        print("\n\n----\n\n".join(map(bank.show, chosen)))
        return 0
    for item in chosen:
        about = f"{item.code:<24} {item.objective:<6} {item.bloom:<8} {item.kind:<9}"
        print(f"{about} {item.points:>2g}  {item.question[:60]}")
    print(f"{len(chosen)} of {len(every)} questions.")
    return 0


def _build(arguments: argparse.Namespace, chosen: list[bank.Item], folders: dict[str, Path]) -> int:
    from ..assignments import bank
    from ..course import checked_id, write_assignment

    name = checked_id(arguments.build)
    notebook = bank.build(name, arguments.title or name, chosen, folders)
    path = write_assignment(arguments.course, name, notebook, bank.rubrics(chosen, folders))
    print(f"{path}: {len(chosen)} questions. Read it through, then release it with nbgrader.")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from .. import report

    own = report.Analysis(report.read(arguments.course, arguments.quiz))
    change = report.rekey(own, arguments.rekey) if arguments.rekey else None
    folder = arguments.to or arguments.course / "reports" / arguments.quiz
    notes = report.write(folder, own, change)
    print(report.summary(own))
    if change:
        print(f"\n{report.rekey_words(change)}\n")
    print("\n".join([*notes, f"{folder / 'report.html'}: the report; beside it, CSV files."]))
    return 0


def _data(arguments: argparse.Namespace) -> int:
    from datetime import date

    from ..tables.editions import editions

    today, found = date.today(), editions()
    if not arguments.check:
        for edition in sorted(found, key=lambda edition: edition.name):
            print(f"{edition.name:<26} {edition.title}")
        print(f'{len(found)} tables. In a notebook: cr.load("NAME")')
        return 0
    for edition in found:
        age = edition.months(today)
        print(
            f"{edition.name:<26} speaks to {edition.latest:<10} {age:>3} months old, "
            f"read on {edition.retrieved}"
        )
        for place in edition.newer or ("each row names its own source",):
            print(f"{'':<26} newer: {place}")
    print("Nothing was downloaded. How to bring a table up to date: docs/updating-data.md")
    return 0


def _marking(arguments: argparse.Namespace) -> int:
    from .. import manual_grading
    from ..course import source

    quiz = arguments.quiz
    if quiz:
        source(arguments.course, quiz)
    if arguments.agreement:
        if not quiz:
            raise ValueError("say whose agreement: crossroads marking quiz-03 --agreement")
        print(manual_grading.agreement_words(arguments.course, quiz))
        return 0
    os.environ[manual_grading.QUIZ] = quiz
    os.environ[manual_grading.MARKER] = manual_grading.marking.checked_marker(arguments.marker)
    return open_course(arguments, manual_grading.prepare, manual_grading.MARKING, as_page=True)


def _dashboard(arguments: argparse.Namespace) -> int:
    from .. import manual_grading

    return open_course(arguments, manual_grading.prepare, manual_grading.DASHBOARD, as_page=True)


def _hub(arguments: argparse.Namespace) -> int:
    from ..classroom import hub
    from .doctor import port_is_free

    if not arguments.demo:
        raise ValueError("a class's server is set up as docs/hub.md says; for a trial: --demo")
    if not port_is_free(arguments.port):
        raise ValueError(f"port {arguments.port} is in use; choose another with --port")
    folder = arguments.demo.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    hub.demo(folder, arguments.port)
