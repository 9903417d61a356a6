"""``crossroads backup``: a course, or a whole class server, as one archive."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("backup", help="back up a course, or a class's whole server")
    command.add_argument("to", type=Path, metavar="FILE", help="the archive to write: NAME.tar.gz")
    command.add_argument(
        "--hub",
        type=Path,
        metavar="CONFIG",
        help="back up the whole server that this jupyterhub_config.py describes",
    )
    command.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        help="add this file or folder; repeatable",
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Write the archive; 0: done, 2: done, but files changed while they were read."""
    from ..classroom import backup

    hub, also = arguments.hub, [path.absolute() for path in arguments.also]
    what = backup.of_hub(hub, also) if hub else backup.of_course(arguments.course, also)
    unsteady = backup.write(what, arguments.to)
    for path in (*what.folders, *(address.shown for address in what.databases.values())):
        print(f"  {path}")
    print(
        f"{arguments.to}: {arguments.to.stat().st_size / 1e6:.1f} MB. To restore it, follow the "
        "steps that this prints:"
    )
    print(f"  tar --extract --to-stdout --file={arguments.to} {backup.STEPS}")
    for line in unsteady:
        print(f"Note: {line}")
    return 2 if unsteady else 0
