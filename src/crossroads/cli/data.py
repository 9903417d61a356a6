"""``crossroads data``: the course's tables, and how old they are."""

from __future__ import annotations

import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "data", help="list the course's tables with the age of their data"
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="show the last year of each table, its age, and where to find newer data",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
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
    print("Nothing was downloaded. To update a table, see docs/updating-data.md")
    return 0
