"""``crossroads items``: the quizzes' questions listed, shown and combined."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..assignments import bank


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("items", help="list, show and combine the quizzes' questions")
    command.add_argument("codes", nargs="*", metavar="CODE", help="questions such as quiz-03/q4")
    command.add_argument("--lesson", type=int, help="only those of one lesson")
    for name, example in (("objective", "L3.2"), ("kind", "number"), ("bloom", "apply")):
        command.add_argument(
            f"--{name}", action="append", help=f"only these, for example {example}"
        )
    command.add_argument(
        "--build", metavar="NAME", help="make an assignment of the chosen questions"
    )
    command.add_argument("--title", help="the new assignment's title")
    command.add_argument(
        "--options-alone",
        type=int,
        metavar="SHEET",
        help="print the options without the questions, in the order of this number, for a reader",
    )
    command.add_argument(
        "--picked", type=Path, nargs="+", metavar="FILE", help="sheets that readers filled in"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
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
    if arguments.options_alone is not None or arguments.picked:
        return _readers(arguments, chosen)
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


def _readers(arguments: argparse.Namespace, chosen: list[bank.Item]) -> int:
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
    print(f"{path}: {len(chosen)} questions. Read it through, then release it with nbgrader.")
    return 0
