"""``crossroads forget``: a student deleted, with all that is theirs."""

from __future__ import annotations

import argparse
import sys

from ._ask import says_yes


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("forget", help="delete all data of a student")
    command.add_argument("student", help="the student's id")
    command.add_argument("--dry-run", action="store_true", help="only list what would be deleted")
    command.add_argument("--yes", action="store_true", help="delete without asking")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Forget a student; 0: all is gone, 2: a person must look at something."""
    from ..classroom import privacy

    found = privacy.holdings(arguments.course, arguments.student)
    if not any(holding.delete for holding in found):
        raise ValueError(f"there is no data of {arguments.student!r} in {arguments.course}")
    print(f"This will be deleted for {arguments.student}:")
    print("".join(f"  {h.where}: {h.what}\n" for h in found if h.delete), end="")
    left = [holding for holding in found if not holding.delete]
    if not arguments.dry_run:
        if not arguments.yes and not _agreed():
            print("Nothing was deleted.")
            return 1
        privacy.forget(found)
        print("Deleted.")
    if left:
        print("Check these yourself:")
        print("".join(f"  {h.where}: {h.what}\n" for h in left), end="")
    print("This command cannot find files that were handed out or exported elsewhere, or backups.")
    return 2 if left else 0


def _agreed() -> bool:
    """Return whether a person at the terminal says yes."""
    if not sys.stdin.isatty():
        raise ValueError("there is nobody to ask here: add --yes, or look first with --dry-run")
    return says_yes("This cannot be undone. Delete it?")
