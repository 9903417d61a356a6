"""The command line: ``crossroads lab`` and ``crossroads doctor``."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.resources import files
from pathlib import Path

FIRST_PORT, LAST_PORT = 8888, 8938
START = "lessons/00-start-here.ipynb"


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="crossroads", description=(__doc__ or "").split(":")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--notebook", action="store_true", help="use Jupyter Notebook instead")
    lab.add_argument(
        "--port", type=int, help=f"the port (default: the first free from {FIRST_PORT})"
    )
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    doctor = commands.add_parser("doctor", help="say what works on this machine, and what doesn't")
    for command in (lab, doctor):
        command.add_argument(
            "--course",
            type=Path,
            default=Path("course"),
            help="the course directory (default: course)",
        )
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "doctor":
            from . import doctor as clinic

            return clinic.main(arguments.course)
        return _lab(arguments)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"crossroads: {error.strerror or error}{where}", file=sys.stderr)
        return 1


def _lab(arguments: argparse.Namespace) -> int:
    from .checks.progress import VARIABLE
    from .course import prepare
    from .doctor import port_is_free

    port = arguments.port or next(filter(port_is_free, range(FIRST_PORT, LAST_PORT)), None)
    if port is None or not port_is_free(port):
        which = f"Port {port} is" if port else f"All ports from {FIRST_PORT} to {LAST_PORT} are"
        print(f"crossroads: {which} in use. Choose another with --port.", file=sys.stderr)
        return 1
    course = arguments.course.resolve()
    print(f"Preparing {arguments.course} ...", flush=True)
    for note in prepare(course):
        print(f"Note: {note}")
    front, page = ("notebook", "notebooks") if arguments.notebook else ("jupyterlab", "lab/tree")
    app = "JupyterNotebookApp" if arguments.notebook else "LabApp"
    command = [
        *(sys.executable, "-m", front, f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={course}", f"--{app}.default_url=/{page}/{START}"),
        *(["--no-browser"] if arguments.no_browser else []),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    os.environ[VARIABLE] = str(course / "progress")
    settings = str(files("crossroads") / "static" / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    # nbgrader's pages look for their settings on Jupyter's path, its commands in the folder they
    # run in.
    paths = [str(course), settings, *([others] if others else [])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    os.chdir(course)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(sys.executable, command)
    import subprocess

    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
