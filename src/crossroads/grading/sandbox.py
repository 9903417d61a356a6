"""Where submissions run: a ``worker`` inside bubblewrap, with nothing in sight but libraries.

No network; a read-only system; no home, no course directory, no source notebooks; process, user
and message namespaces of its own; a small disk in memory. Each child of the worker gives up more
(``worker._confine``).
"""

from __future__ import annotations

import contextlib
import json
import pickle
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MISSING = (
    "No sandbox: bubblewrap isn't installed (Debian and Ubuntu: apt install bubblewrap; "
    "Fedora: dnf install bubblewrap). Without it a submission can read and change whatever you "
    "can. If you trust every one of them, say --trust-submissions."
)


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds in all and for a cell, bytes of memory and of files."""

    seconds: float = 60
    cell: float = 20
    memory: int = 3 * 2**30
    file: int = 32 * 2**20
    disk: int = 128 * 2**20
    sandboxed: bool = True


class WorkerLost(RuntimeError):
    """The worker process itself ended: the machine's trouble, or an attack on it."""


def available() -> str:
    """Where bubblewrap is; "" if it can't be used here."""
    program = shutil.which("bwrap") or ""
    if not program or sys.platform != "linux":
        return ""
    # Installed isn't enough: a container may forbid namespaces.
    bare = [program, "--unshare-all", "--ro-bind", "/", "/", "true"]
    return program if subprocess.run(bare, capture_output=True, check=False).returncode == 0 else ""


class Worker:
    """A warm worker; ``run`` gives it one submission at a time. Use as a context manager."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._shown = visible() if limits.sandboxed else []
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

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
        self, steps: list[dict[str, Any]], files: dict[str, bytes], environment: dict[str, str]
    ) -> tuple[dict[str, Any], bytes]:
        """Run a submission's steps; returns how it ended, and the lines that it sent.

        Raises ``WorkerLost`` if the worker itself is gone; the next call starts a new one.
        """
        about = {"limits": asdict(self.limits), "shown": self._shown, **_named_in(steps)}
        head = json.dumps(about).encode()
        body = pickle.dumps({"steps": steps, "files": files, "environment": environment})
        try:
            process = self._process or self._start()
            assert process.stdin
            process.stdin.write(struct.pack(">QQ", len(head), len(body)) + head + body)
            process.stdin.flush()
            header, sent = self._read()
        except (OSError, EOFError, struct.error, ValueError) as error:
            self.stop()
            raise WorkerLost(f"the sandbox ended: {error}") from None
        if not header["clean"]:
            # Something of this submission couldn't be swept away: the next one gets a new sandbox.
            self.stop()
        return header, sent

    def _start(self) -> subprocess.Popen[bytes]:
        # Without a sandbox, too, a worker has a folder of its own.
        box = "/box" if self.limits.sandboxed else tempfile.mkdtemp(prefix="crossroads-")
        self._box = box
        command = [sys.executable, "-I", "-m", "crossroads.grading.worker"]
        if self.limits.sandboxed:
            command = [*walls(self.limits, self._shown), *command]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.limits.sandboxed else None,
            env=_environment(box),
            cwd="/",
            start_new_session=True,
        )
        self._read()
        return self._process

    def _read(self) -> tuple[dict[str, Any], bytes]:
        assert self._process and self._process.stdout
        stream = self._process.stdout
        sizes = stream.read(16)
        if len(sizes) < 16:
            said = self._process.stderr.read().decode(errors="replace")[-500:]  # type: ignore[union-attr]
            raise EOFError(said)
        head, body = struct.unpack(">QQ", sizes)
        return json.loads(stream.read(head)), stream.read(body)


def _named_in(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """What a submission names of the course, and whether it plots: made ready once for all."""
    from .. import __all__ as parts
    from ..tables import resources

    sources = "\n".join(step.get("source", "") for step in steps)
    quoted = set(re.findall(r"""["'](\w{1,60})["']""", sources))
    tables = [n for n, about in resources().items() if about["path"].endswith(".csv")]
    return {
        "tables": [name for name in tables if name in quoted],
        "parts": sorted(set(re.findall(r"\bcr\.(\w{1,60})", sources)).intersection(parts)),
        "plots": bool(re.search(r"plot|plt|hist\(", sources)),
    }


def walls(limits: Limits, shown: list[str]) -> list[str]:
    """The command that puts what follows it into a sandbox that shows these folders."""
    command = [
        *("bwrap", "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(limits.disk), "--tmpfs", "/box", "--size", str(limits.disk)),
        *("--tmpfs", "/tmp", "--size", str(limits.disk), "--tmpfs", "/dev/shm", "--chdir", "/box"),
    ]
    for folder in shown:
        command += ["--ro-bind", folder, folder]
    for name in ("bin", "lib", "lib64", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    # What is left over is a file system in memory, in which all that is mounted has its place.
    return [*command, "--remount-ro", "/"]


def visible() -> list[str]:
    """The folders that a sandbox shows: system libraries, Python, its packages, the course's data.

    A checkout's ``assignments`` aren't among them.
    """
    from .. import tables

    package = Path(__file__).resolve().parents[1]
    wanted = [
        *("/usr", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"),
        *(sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), str(package)),
        str(tables.data_dir()),
    ]
    found = sorted({str(Path(p).resolve()) for p in wanted if Path(p).exists()} | {sys.prefix})
    # A folder within another that is shown needs no line of its own.
    return [p for p in found if not any(q != p and Path(p).is_relative_to(q) for q in found)]


def _environment(box: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": box,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{box}/.ipython",
        "MPLCONFIGDIR": f"{box}/.matplotlib",
        "XDG_CACHE_HOME": f"{box}/.cache",
        "CROSSROADS_PROGRESS": f"{box}/.progress",
        "NBGRADER_EXECUTION": "autograde",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
