"""Stock nbgrader, warm: what it costs to start (2 to 3 s a command, 1 s a kernel) is paid for once.

Commands and kernels are processes of their own, as ever; they are forked from one that has imported
nbgrader, ipykernel and pandas, and has done nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from multiprocessing.context import ForkServerContext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
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
    with warm_kernels():
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


@contextmanager
def warm_kernels() -> Iterator[None]:
    """Have kernels that this process starts forked, instead of started from nothing."""
    factory = KernelProvisionerFactory.instance()
    before = factory.default_provisioner_name
    factory.provisioners["forked"] = SimpleNamespace(name="forked", load=lambda: Forked)
    factory.default_provisioner_name = "forked"
    try:
        yield
    finally:
        factory.default_provisioner_name = before


class Forked(LocalProvisioner):
    """Starts ipykernel by forking a process that has imported it."""

    #: The folder of the files that it talks through.
    sockets = ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Have them talk through files.

        A port that was free when it was chosen may be another process's once the kernel is there.
        """
        if self.parent and self.parent.transport == "tcp" and not self.parent.shell_port:
            self.sockets = tempfile.mkdtemp(prefix="kernel-")
            self.parent.transport, self.parent.cache_ports = "ipc", False
            self.parent.ip = f"{self.sockets}/at"
        found: dict[str, Any] = await super().pre_launch(**kwargs)
        return found

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the files, too."""
        await super().cleanup(restart)
        if self.sockets and not restart:
            shutil.rmtree(self.sockets, ignore_errors=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start a kernel by its usual command line; returns how to connect to it."""
        if "ipykernel_launcher" not in cmd:  # another language's
            found: dict[str, Any] = await super().launch_kernel(cmd, **kwargs)
            return found
        given = (cmd[3:], kwargs.get("cwd") or os.getcwd(), dict(kwargs["env"]))
        process = _loaded().Process(target=_be_kernel, args=given)
        process.start()
        self.process, self.pid, self.pgid = _Running(process), process.pid, None
        return self.connection_info


class _Running:
    """A process of multiprocessing, asked as one of subprocess."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        code: int | None = self._process.exitcode
        return code

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _be_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # Tests' own modules are not for students' code.
    own = str(Path(__file__).parent)
    sys.path[:] = [path for path in sys.path if not path.startswith(own)]
    sys.argv = ["ipykernel_launcher", *arguments]
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    modules = ["nbgrader.apps.nbgraderapp", "nbgrader.apps", "nbgrader.converters"]
    modules += ["nbgrader.server_extensions.formgrader", "nbclient", "ipykernel.kernelapp"]
    # What a quiz's first cells and tests ask for.
    modules += ["pandas", "crossroads.questions.answers", "crossroads.questions.kinds"]
    context.set_forkserver_preload([*modules, "crossroads.questions.variants", "crossroads.tables"])
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
