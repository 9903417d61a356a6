"""``crossroads items``: the quizzes' questions listed, shown and combined."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..notes import counted

if TYPE_CHECKING:
    import pandas as pd

    from ..assignments import bank
    from ..assignments.lesson_checks import Choice


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("items", help="search the item bank, and build a quiz from it")
    command.add_argument(
        "codes", nargs="*", metavar="CODE", help="show these questions, such as quiz-03/q4"
    )
    command.add_argument("--lesson", type=int, help="only questions of this lesson")
    for name, example in (("objective", "L3.2"), ("kind", "number"), ("bloom", "apply")):
        command.add_argument(
            f"--{name}", action="append", help=f"only these, for example {example}; repeatable"
        )
    command.add_argument(
        "--build", metavar="NAME", help="build an assignment from the chosen questions"
    )
    command.add_argument("--title", help="title of the new assignment")
    command.add_argument(
        "--difficulty",
        metavar="LOW-HIGH",
        help="only questions with a difficulty in this range, for example 0.3-0.9",
    )
    command.add_argument(
        "--discrimination-below",
        type=float,
        metavar="R",
        help="only questions with a discrimination below this, for example 0.1",
    )
    command.add_argument("--form", help="only questions of this form: A or B")
    command.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help="item history (default: COURSE/item-history.csv)",
    )
    command.add_argument(
        "--cues", action="store_true", help="list cues that make an option stand out"
    )
    command.add_argument(
        "--options-alone",
        type=int,
        metavar="SHEET",
        help="print only the options, for a reader; SHEET is a number that sets their order",
    )
    command.add_argument(
        "--picked",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="count the guesses in sheets that readers filled in",
    )
    command.add_argument(
        "--self-checks",
        action="store_true",
        help="use the lessons' self-checks, with --cues, --options-alone or --picked",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..assignments import bank
    from ..course import quiz_forms, sources

    if arguments.self_checks:
        return _self_checks(arguments)
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
    # What forms have in common would be in a new assignment twice.
    form = arguments.form or ("A" if arguments.build and not arguments.codes else "")
    if form:
        chosen = [i for i in chosen if quiz_forms.letter(i.assignment, folders) == form.upper()]
    if arguments.difficulty or arguments.discrimination_below is not None:
        chosen = _by_history(arguments, chosen, _known(arguments, every))
    if arguments.cues:
        from ..assignments import cues

        print(cues.words_of(cues.find(chosen)))
        return 0
    if arguments.options_alone is not None or arguments.picked:
        return _readers(arguments, chosen)
    if arguments.build:
        return _build(arguments, chosen, folders)
    if arguments.codes:
        print("\n\n----\n\n".join(map(bank.show, chosen)))
        return 0
    known_of = _known(arguments, every)
    for item in chosen:
        about = f"{item.code:<24} {item.objective:<6} {item.bloom:<8} {item.kind:<9}"
        print(f"{about} {item.points:>2g}  {_of_history(known_of, item.code)}{item.question[:60]}")
    print(f"{len(chosen)} of {counted(len(every), 'question')}.")
    return 0


def _self_checks(arguments: argparse.Namespace) -> int:
    """Return what can be asked of self-checks: their cues, a sheet, and what readers picked."""
    from ..assignments import cues, lesson_checks
    from ..lessons.notebooks import lessons_dir

    if not (arguments.cues or arguments.picked or arguments.options_alone is not None):
        raise ValueError("--self-checks needs --cues, --options-alone SHEET or --picked FILE")
    chosen = lesson_checks.read(lessons_dir() / "checks", arguments.lesson)
    if arguments.kind:
        chosen = [check for check in chosen if check.kind in arguments.kind]
    if arguments.cues:
        print(cues.words_of(cues.find(chosen)))
        return 0
    return _readers(arguments, chosen)


def _known(arguments: argparse.Namespace, every: list[bank.Item]) -> pd.DataFrame:
    """Return the latest class's figures of each question as it stands now, by code."""
    from ..course import Course
    from ..report import history

    path = arguments.history or Course(arguments.course).place(history.FILE)
    return history.of_items(history.read(path), every)


def _by_history(
    arguments: argparse.Namespace, chosen: list[bank.Item], known: pd.DataFrame
) -> list[bank.Item]:
    """Return the questions that the history's figures fit."""
    fits = known
    if arguments.difficulty:
        bounds = re.fullmatch(
            r"([01]?[.,]?\d*)\s*(?:-|–|to)\s*([01]?[.,]?\d*)", arguments.difficulty
        )
        if not bounds or not all(bounds.groups()):
            raise ValueError("--difficulty takes two shares of the points, such as 0.3-0.9")
        low, high = (float(one.replace(",", ".")) for one in bounds.groups())
        fits = fits[fits["difficulty"].between(low, high)]
    if arguments.discrimination_below is not None:
        fits = fits[fits["discrimination"] < arguments.discrimination_below]
    if known.empty:
        raise ValueError("there is no history yet: crossroads report QUIZ writes it for each class")
    return [item for item in chosen if item.code in fits.index]


def _of_history(known: pd.DataFrame, code: str) -> str:
    """Return a question's figures on a line of the list; empty where there are none for any."""
    if known.empty:
        return ""
    if code not in known.index:
        return " " * 25
    row = known.loc[code]
    r = "" if math.isnan(row["discrimination"]) else f"r {row['discrimination']:+.2f}"
    return f"{row['class'][:6]:<6} {row['difficulty']:>4.0%} {r:<8}    "


def _readers(arguments: argparse.Namespace, chosen: Sequence[Choice]) -> int:
    from ..assignments import options_alone

    if not arguments.picked:
        seed = arguments.options_alone
        print(options_alone.as_text(options_alone.sheet(chosen, seed), seed))
        return 0
    read = [options_alone.picks(p.read_text("utf-8-sig"), str(p)) for p in arguments.picked]
    print(options_alone.result_words(options_alone.results(chosen, read)))
    return 0


def _build(arguments: argparse.Namespace, chosen: list[bank.Item], folders: dict[str, Path]) -> int:
    from ..assignments import bank
    from ..course import checked_id, write_assignment

    name = checked_id(arguments.build)
    notebook = bank.build(name, arguments.title or name, chosen, folders)
    path = write_assignment(arguments.course, name, notebook, bank.rubrics(chosen, folders))
    print(
        f"{path}: {counted(len(chosen), 'question')}. "
        f"Read it through, then: crossroads release {name}"
    )
    return 0
