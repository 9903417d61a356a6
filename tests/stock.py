"""Stock nbgrader, warm: its start (2 to 3 s a command) is paid for once: for tests."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

SETTINGS = files("crossroads") / "static" / "nbgrader_config.py"


def settings(course: Path) -> Config:
    """The course's own settings, as nbgrader's commands find them in its directory."""
    config = PyFileConfigLoader("nbgrader_config.py", str(course)).load_config()
    config.CourseDirectory.root = config.Exchange.root = str(course)
    return config


def release(course: Path, assignment: str) -> None:
    """What ``nbgrader generate_assignment`` does, in this process."""
    done = NbGraderAPI(config=settings(course)).generate_assignment(assignment, force=True)
    assert done["success"], done["log"]


def autograde(course: Path, assignment: str, students: list[str]) -> dict[str, dict[str, Any]]:
    """What ``nbgrader autograde`` does, in this process: how it went and its log, by student."""
    api = NbGraderAPI(config=settings(course))
    return {student: api.autograde(assignment, student) for student in students}


def nbgrader(
    folder: Path, *command: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``nbgrader COMMAND ...`` in a folder: a process of its own, forked where it's loaded."""
    with tempfile.TemporaryDirectory() as place:
        said = [Path(place) / name for name in ("out", "err")]
        where = dict(os.environ if environment is None else environment)
        given = (str(folder), list(command), where, [str(path) for path in said])
        process = _loaded().Process(target=_run, args=given)
        process.start()
        process.join(1200)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(["nbgrader", *command], 1200)
        out, err = (path.read_text("utf-8", "replace") for path in said)
        return subprocess.CompletedProcess(["nbgrader", *command], process.exitcode, out, err)


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    modules = ["nbgrader.apps.nbgraderapp", "nbgrader.apps", "nbgrader.converters"]
    context.set_forkserver_preload([*modules, "nbgrader.server_extensions.formgrader", "nbclient"])
    return context


def _run(folder: str, command: list[str], environment: dict[str, str], said: list[str]) -> None:
    """Be the command: in its folder, with its environment, and with files for what it says."""
    for number, path in enumerate(said, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["nbgrader", *command]
    from nbgrader.apps.nbgraderapp import main

    main()
