"""Run submissions in a ``worker`` inside bubblewrap, with nothing in sight but libraries.

No network; a read-only system; no home, no course directory, no source notebooks; process, user
and message namespaces of its own. What can be written to is a small disk in memory, a new one for
each submission. Each child of the worker gives up more (``sandboxed.worker._confine``).

Nothing runs as root outside of these namespaces: where root grades, a first bubblewrap shows the
folders, and ``nobody`` builds the sandbox of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import asdict, dataclass
from typing import Any

from .. import __all__ as parts
from .. import content
from .bubblewrap import Private, in_sight, walls
from .kernels import Kernel
from .visible_folders import installed, package_folders, visible

MISSING = (
    "No sandbox: bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap; "
    "Fedora: dnf install bubblewrap). Without it a submission can read and change whatever you "
    "can. If you trust every submission, add --trust-submissions."
)
FORBIDDEN = (
    "No sandbox: bubblewrap is installed, but cannot build one here ({said}). Containers "
    "forbid it unless they are set to permit user namespaces and an unmasked /proc; "
    "docs/administrator.md explains how. If you trust every submission, add "
    "--trust-submissions."
)
ROOT_ONLY = (
    " You are root, so the sandbox is built by nobody (65534), who must be permitted to make user "
    "namespaces, and to read Python's packages."
)
#: Seconds for a sandbox to be built, on a machine that is busy.
_PATIENCE = 60
#: Bytes that a worker may say of itself, and that a submission may send; more is no answer.
_MOST_HEADER, MOST_SENT = 2**16, 24 * 2**20
#: What every program in it begins with: packages may lie in folders that it wouldn't look into.
_SITES = "import site, sys; [site.addsitedir(folder) for folder in sys.argv[1:]]; "
#: A worker's program, and that of who only looks whether there could be one.
_PROGRAM = f"{_SITES}from crossroads.grading.sandboxed.{{module}} import serve; serve()"
_LOOK = (
    f"{_SITES}import json; from crossroads.grading.sandboxed.confinement import look; "
    "look(json.load(sys.stdin))"
)
#: How often a worker that never was ready is started before there is said to be no sandbox.
_STARTS = 3


@dataclass(frozen=True)
class Limits:
    """The limits on what one submission may use.

    ``seconds`` in all and for a ``cell``; bytes of ``memory``, of a ``file`` and of the ``disk``;
    ``names`` of files and folders; ``threads``. ``trusted`` are the seconds that reading and
    marking it may take outside of the sandbox, one after the other.
    """

    seconds: float = 60
    cell: float = 20
    memory: int = 3 * 2**30
    file: int = 32 * 2**20
    disk: int = 128 * 2**20
    names: int = 10_000
    threads: int = 256
    trusted: float = 60
    sandboxed: bool = True


class WorkerLost(RuntimeError):
    """The worker process itself ended: the machine's trouble, or an attack on it."""


class NoSandbox(ValueError):
    """No worker ever was ready here: no submission is to blame, and none can be graded."""


def trouble(
    private: Private | None = None, limits: Limits | None = None, kernel: Kernel | None = None
) -> str:
    """Return why submissions can't be run safely here, and what to do; "" if they can.

    It builds the sandbox that a worker would get, for Python or another kernel, by the same
    command, and in it what a submission would get; only that it imports no libraries. ``limits``
    are a submission's.
    """
    private, limits = private or Private(), limits or Limits()
    if sys.platform != "linux" or not shutil.which("bwrap"):
        return MISSING
    if why := in_sight(visible(kernel.folders if kernel else ()), private):
        return why
    about = {
        "limits": _limits(limits, kernel),
        "packages": installed(),
        "private": [*private.course, *private.work],
    }
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            done = subprocess.run(
                _command(_LOOK, private, kernel),
                input=json.dumps(about).encode(),
                stdout=output,
                stderr=output,
                env=_environment("/box"),
                cwd="/",
                check=False,
                timeout=_PATIENCE,
            )
            ended = f"it ended with {done.returncode}"
        except subprocess.TimeoutExpired:
            ended = f"it did not answer within {_PATIENCE} seconds"
        output.seek(0)
        said = " ".join(output.read().split())[-500:] or ended
    return "" if said == "holds" else _forbidden(said)


def _forbidden(said: str) -> str:
    return FORBIDDEN.format(said=said) + (ROOT_ONLY if os.geteuid() == 0 else "")


def _command(program: str, private: Private | None, kernel: Kernel | None) -> list[str]:
    """Return the command that runs one of the programs above.

    Without ``private``, it runs outside a sandbox.
    """
    more = {*map(str, package_folders())} - {sysconfig.get_path(n) for n in ("purelib", "platlib")}
    command = [sys.executable, "-I", "-c", program, *sorted(more)]
    if private is None:
        return command
    shown = visible(kernel.folders if kernel else ())
    return [*walls(shown, private, terminals=kernel is not None), *command]


def _limits(limits: Limits, kernel: Kernel | None) -> dict[str, Any]:
    """Return a submission's limits as its process is told them."""
    told = asdict(limits)
    if limits.sandboxed:
        # Linux's own modules: where there is a sandbox, there are they.
        from .sandboxed.system_calls import refusals

        told["refused"] = refusals(processes=kernel is not None).hex()
    return told


class Worker:
    """A warm worker; ``run`` gives it one submission at a time. Use it as a context manager.

    With a ``kernel`` of another language, each submission's cells run in a new one of these.
    """

    def __init__(
        self, limits: Limits, private: Private | None = None, kernel: Kernel | None = None
    ) -> None:
        self.limits = limits
        self._kernel = kernel
        #: Of an assignment with notebooks of several languages: the worker of each.
        self.others: dict[str, Worker] = {}
        self._private = private or Private()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = self._ever_ready = False

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def of(self, language: str) -> Worker:
        """Return the worker for notebooks of a language: this one, where no other is."""
        return self.others.get(language, self)

    def stop(self) -> None:
        """End the worker and all that runs in it."""
        if self._process:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process.wait()
            self._process = None
            if not self.limits.sandboxed:
                shutil.rmtree(self._box, ignore_errors=True)

    def run(
        self,
        steps: list[dict[str, Any]],
        files: dict[str, bytes],
        environment: dict[str, str],
        folder: str = "submission",
    ) -> tuple[dict[str, Any], bytes]:
        """Run a submission's steps; returns how it ended, and the lines that it sent.

        ``folder`` is the name of the folder that they run in, with ``files`` in it.

        Raises ``WorkerLost`` if the worker itself is gone; the next call starts a new one. Raises
        ``NoSandbox`` if none ever was there, however often it was started.
        """
        limits = {**_limits(self.limits, self._kernel), "folder": folder}
        # What the course gives along is no student's to pay for.
        limits["disk"] += 2 * sum(map(len, files.values()))
        asked: dict[str, Any] = {"steps": steps, "files": files, "environment": environment}
        if self._kernel:
            about = {"limits": limits, "processes": True}
            asked["kernel"] = asdict(self._kernel)
        else:
            about = {"limits": limits, **_named_in(steps)}
        head = json.dumps(about).encode()
        body = pickle.dumps(asked)
        try:
            process = self._ready_process()
            assert process.stdin
            process.stdin.write(struct.pack(">QQ", len(head), len(body)) + head + body)
            process.stdin.flush()
            header, sent = self._read()
        except NoSandbox:
            raise
        except (OSError, EOFError, struct.error, ValueError) as error:
            self.stop()
            raise WorkerLost(f"the sandbox ended: {error}") from None
        return header, sent

    def start(self) -> None:
        """Start the worker ahead of its first submission; it warms up by itself."""
        self._process = self._process or self._begin()

    def _ready_process(self) -> subprocess.Popen[bytes]:
        for left in reversed(range(_STARTS)):
            try:
                self.start()
                assert self._process
                if not self._ready:
                    self._read()
                    self._ready = self._ever_ready = True
                return self._process
            except (OSError, EOFError, ValueError) as error:
                if self._ever_ready:
                    raise
                self.stop()
                if not left:
                    raise NoSandbox(_forbidden(" ".join(str(error).split()))) from None
        raise AssertionError

    def _begin(self) -> subprocess.Popen[bytes]:
        # Without a sandbox, too, a worker has a folder of its own.
        box = "/box" if self.limits.sandboxed else tempfile.mkdtemp(prefix="crossroads-")
        self._box = box
        self._ready = False
        program = _PROGRAM.format(module="kernel_worker" if self._kernel else "worker")
        private = self._private if self.limits.sandboxed else None
        return subprocess.Popen(
            _command(program, private, self._kernel),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.limits.sandboxed else None,
            env=_environment(box),
            cwd="/",
            start_new_session=True,
        )

    def _read(self) -> tuple[dict[str, Any], bytes]:
        assert self._process and self._process.stdout
        stream = self._process.stdout
        sizes = stream.read(16)
        if len(sizes) < 16:
            said = self._process.stderr.read().decode(errors="replace")[-500:]  # type: ignore[union-attr]
            raise EOFError(said)
        head, body = struct.unpack(">QQ", sizes)
        if head > _MOST_HEADER or body > MOST_SENT:
            raise ValueError("it printed too much")
        return json.loads(stream.read(head)), stream.read(body)


def _named_in(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a submission names of the course, and whether it plots.

    This is prepared once for all submissions.
    """
    # With pandas, which only who runs something needs.
    from ..tables import names

    sources = "\n".join(step.get("source", "") for step in steps)
    quoted = set(re.findall(r"""["'](\w{1,60})["']""", sources))
    return {
        "tables": [name for name in names() if name in quoted],
        "parts": sorted(set(re.findall(r"\bcr\.(\w{1,60})", sources)).intersection(parts)),
        "plots": bool(re.search(r"plot|plt|hist\(", sources)),
    }


def _environment(box: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": box,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{box}/.ipython",
        "MPLCONFIGDIR": f"{box}/.matplotlib",
        "XDG_CACHE_HOME": f"{box}/.cache",
        "CROSSROADS_PROGRESS": f"{box}/.progress",
        # Nothing that was submitted is taken for the course.
        content.VARIABLE: str(content.own() or "/"),
        "NBGRADER_EXECUTION": "autograde",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # Tables are made and let go all the time: memory that was had once is kept, and used again.
        "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
        "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    }
