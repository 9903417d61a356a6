"""``crossroads hub``: the course tried as a class on one server."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "hub", help="try the course as a class on one server (JupyterHub)"
    )
    command.add_argument(
        "--demo",
        type=Path,
        metavar="FOLDER",
        nargs="?",
        const=Path("hub-demo"),
        help="run a trial on this machine, with all its files in FOLDER (default: hub-demo)",
    )
    command.add_argument("--port", type=int, default=8000, help="port of the trial (default: 8000)")
    command.add_argument(
        "--passwords", action="store_true", help="print the trial's accounts and passwords again"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from ..classroom import trial
    from ._open import port_is_free

    if not arguments.demo:
        raise ValueError(
            "this command only runs a trial: add --demo. To set up a server for a class, "
            "follow docs/hub.md"
        )
    folder = arguments.demo.resolve()
    if arguments.passwords:
        if not folder.is_dir():
            raise ValueError(f"there is no trial in {folder}; crossroads hub --demo starts one")
        print(trial.welcome(folder, arguments.port))
        return 0
    if not port_is_free(arguments.port):
        raise ValueError(f"port {arguments.port} is in use; choose another with --port")
    folder.mkdir(parents=True, exist_ok=True)
    trial.run(folder, arguments.port)
    return 0
