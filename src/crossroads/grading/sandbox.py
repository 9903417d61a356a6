"""Where submissions run: a ``worker`` inside bubblewrap, with nothing in sight but libraries.

No network; a read-only system; no home, no course directory, no source notebooks; process, user
and message namespaces of its own. What can be written to is a small disk in memory, a new one for
each submission. Each child of the worker gives up more (``worker._confine``).

Nothing runs as root outside of these namespaces: where root grades, a first bubblewrap shows the
folders, and ``nobody`` builds the sandbox of them.
"""

from __future__ import annotations

import contextlib
import importlib.util
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
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import confinement

MISSING = (
    "No sandbox: bubblewrap isn't installed (Debian and Ubuntu: apt install bubblewrap; "
    "Fedora: dnf install bubblewrap). Without it a submission can read and change whatever you "
    "can. If you trust every one of them, say --trust-submissions."
)
FORBIDDEN = (
    "No sandbox: bubblewrap is installed, but can't build one here ({said}). Containers forbid it "
    "unless they're told to permit user namespaces and an unmasked /proc; docs/administrator.md "
    "says how. If you trust every submission, say --trust-submissions."
)
ROOT_ONLY = (
    " You are root, so the sandbox is built by nobody (65534), who must be permitted to make user "
    "namespaces, and to read Python's packages."
)
IN_SIGHT = (
    "Students' code would see {path}, which it must not: {why}. Move one of them, or install the "
    "course's packages elsewhere."
)
#: Who builds the sandbox where root grades.
NOBODY = "65534"
#: Seconds for a sandbox to be built, on a machine that is busy.
_PATIENCE = 60
#: Bytes that a worker may say of itself, and that a submission may send; more is no answer.
_MOST_HEADER, MOST_SENT = 2**16, 24 * 2**20
_SYSTEM = (
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/share/fonts"),
    *("/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives"),
)
#: A worker's program; its arguments are folders in which packages lie that it wouldn't look into.
_PROGRAM = (
    "import site, sys; [site.addsitedir(folder) for folder in sys.argv[1:]]; "
    "from crossroads.grading.worker import serve; serve()"
)


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

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


@dataclass(frozen=True)
class Private:
    """What no submission may see, wherever it lies.

    Packages may lie in a ``course`` directory (``course/.venv``), and are all that is shown of it;
    what is shown may never lie in its ``work``: sources, submissions, the gradebook.
    """

    course: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


class WorkerLost(RuntimeError):
    """The worker process itself ended: the machine's trouble, or an attack on it."""


def trouble(private: Private | None = None) -> str:
    """Why submissions can't be run safely here, and what to do; "" if they can.

    Builds the sandbox that a worker would get, and looks around in it.
    """
    private = private or Private()
    if sys.platform != "linux" or not shutil.which("bwrap"):
        return MISSING
    shown = visible()
    if why := _in_sight(shown, private):
        return why
    limits = Limits()
    words = [str(limits.disk), str(limits.names), *private.course, *private.work]
    look = [sys.executable, "-I", "-S", confinement.__file__, *words]
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            done = subprocess.run(
                [*walls(shown, private), *look],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=_environment("/box"),
                cwd="/",
                check=False,
                timeout=_PATIENCE,
            )
            ended = f"it ended with {done.returncode}"
        except subprocess.TimeoutExpired:
            ended = f"it didn't answer within {_PATIENCE} seconds"
        output.seek(0)
        said = " ".join(output.read().split())[-500:] or ended
    if said == "holds":
        return ""
    return FORBIDDEN.format(said=said) + (ROOT_ONLY if os.geteuid() == 0 else "")


class Worker:
    """A warm worker; ``run`` gives it one submission at a time. Use as a context manager."""

    def __init__(self, limits: Limits, private: Private | None = None) -> None:
        self.limits = limits
        self._private = private or Private()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False

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
        limits = asdict(self.limits)
        if self.limits.sandboxed:
            from .worker import refusals

            limits["refused"] = refusals().hex()
        about = {"limits": limits, **_named_in(steps)}
        head = json.dumps(about).encode()
        body = pickle.dumps({"steps": steps, "files": files, "environment": environment})
        try:
            process = self._start()
            assert process.stdin
            process.stdin.write(struct.pack(">QQ", len(head), len(body)) + head + body)
            process.stdin.flush()
            header, sent = self._read()
        except (OSError, EOFError, struct.error, ValueError) as error:
            self.stop()
            raise WorkerLost(f"the sandbox ended: {error}") from None
        return header, sent

    def start(self) -> None:
        """Start the worker ahead of its first submission; it warms up by itself."""
        self._process = self._process or self._begin()

    def _start(self) -> subprocess.Popen[bytes]:
        self.start()
        assert self._process
        if not self._ready:
            self._read()
            self._ready = True
        return self._process

    def _begin(self) -> subprocess.Popen[bytes]:
        # Without a sandbox, too, a worker has a folder of its own.
        box = "/box" if self.limits.sandboxed else tempfile.mkdtemp(prefix="crossroads-")
        self._box = box
        self._ready = False
        more = {*map(str, _packages())} - {sysconfig.get_path(n) for n in ("purelib", "platlib")}
        command = [sys.executable, "-I", "-c", _PROGRAM, *sorted(more)]
        if self.limits.sandboxed:
            command = [*walls(visible(), self._private), *command]
        return subprocess.Popen(
            command,
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
            raise ValueError("it says too much")
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


def walls(shown: dict[str, str], private: Private) -> list[str]:
    """The command that puts what follows it into a sandbox that shows these folders.

    ``shown`` are the paths inside, with what they show. What is private and lies within them is
    covered.
    """
    command = [
        *("bwrap", "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session"),
        # In its own namespace only, for each submission's own disk; given up before it runs.
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"),
        *("--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox"),
        *_system(shown),
        *_covers(shown, private),
        # Root's own files in it can be written to by nobody's first process: by no child.
        *("--proc", "/proc", "--remount-ro", "/proc"),
    ]
    for path in ("/box", "/tmp", "/dev/shm"):
        command += ["--perms", "0755", "--dir", path]
    # What is left over is a file system in memory, in which all that is mounted has its place.
    command += ["--chdir", "/", "--remount-ro", "/"]
    if os.geteuid() == 0:
        # Nobody may not enter root's own folders: root lays out what is to be shown.
        programs = [shutil.which(name) or name for name in ("setpriv", "bwrap")]
        also = {path: os.path.realpath(path) for path in programs}
        command = [
            # By its own processes' namespace: root without rights can't end what is nobody's. With
            # its own /proc, in which the second bubblewrap finds its child by that child's number.
            *("setpriv", "--pdeathsig=SIGKILL"),
            *("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *("bwrap", "--die-with-parent"),
            *_system({**shown, **also, **{path: path for path in also.values()}}),
            *("--bind", "/proc", "/proc", "--perms", "0755", "--dir", "/tmp", "--chdir", "/"),
            *(programs[0], f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
            *("--inh-caps=-all", "--bounding-set=-all", programs[1], *command[1:]),
        ]
    return command


def _system(shown: dict[str, str]) -> list[str]:
    """Bubblewrap's words for what is shown, the devices, and the names of system libraries."""
    words = [*_folders(shown), "--perms", "0755", "--dir", "/dev"]
    for name in confinement.DEVICES:
        words += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for path in (Path("/", name) for name in ("lib", "lib32", "lib64")):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return words


def _folders(shown: dict[str, str]) -> list[str]:
    """Bubblewrap's words that mount what is shown, outer folders first."""
    words: list[str] = []
    made: set[Path] = set()
    for target in sorted(shown, key=lambda path: Path(path).parts):
        # Folders on the way would be their owner's alone.
        for folder in reversed(Path(target).parents[:-1]):
            if folder not in made:
                words += ["--perms", "0755", "--dir", str(folder)]
                made.add(folder)
        link = os.path.islink(target) and os.path.isfile(target)
        words += ["--symlink" if link else "--ro-bind", shown[target], target]
    return words


def _covers(shown: dict[str, str], private: Private) -> list[str]:
    """Bubblewrap's words that cover what is private within the folders that are shown.

    Folders of packages within a course directory are shown again.
    """
    words: list[str] = []
    ends: list[str] = []
    for path in sorted(_names([*private.course, *private.work]), key=lambda path: path.parts):
        if not any(path.is_relative_to(target) for target in shown):
            continue
        if path.is_dir():
            again = {t: s for t, s in shown.items() if Path(t).is_relative_to(path)}
            words += ["--perms", "0755", "--tmpfs", str(path), *_folders(again)]
            ends += ["--remount-ro", str(path)]
        else:
            words += ["--ro-bind", "/dev/null", str(path)]
    return words + ends


def _in_sight(shown: dict[str, str], private: Private) -> str:
    """What would be shown though it's private, and why it can't be covered; "" if nothing is."""
    work, course = _names(private.work), _names(private.course)
    for source in map(Path, {*shown, *shown.values()}):
        for path in work:
            if source.is_relative_to(path):
                return IN_SIGHT.format(path=path, why=f"{source} is shown, and lies in it")
        if source in course:
            return IN_SIGHT.format(path=source, why="it is itself a folder of packages or data")
    return ""


def _names(paths: Iterable[str]) -> set[Path]:
    """Every path by which these can be reached: a folder may be mounted in several places."""
    mounts = list(_mounts())
    names = set()
    for path in (Path(text).resolve() for text in paths if os.path.lexists(text)):
        names.add(path)
        device, root, point = max(
            (m for m in mounts if path.is_relative_to(m[2])),
            key=lambda mount: len(mount[2].parts),
            default=("", Path("/"), Path("/")),
        )
        within = root / path.relative_to(point)
        for other, its_root, its_point in mounts:
            if other != device:
                continue
            if within.is_relative_to(its_root):
                name = its_point / within.relative_to(its_root)
                if _same(name, path):
                    names.add(name)
            elif its_root.is_relative_to(within) and os.path.exists(its_point):
                names.add(its_point)
    return names


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _mounts() -> Iterator[tuple[str, Path, Path]]:
    """The system's mounts, by proc(5): device, the folder of its file system, and where it is."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
            device, root, point = (_unescaped(word) for word in line.split()[2:5])
            yield device, Path(root), Path(point)


def _unescaped(word: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)


def visible() -> dict[str, str]:
    """What a sandbox shows, as path inside and what lies there: folders of libraries, no homes.

    System libraries, fonts and time zones; Python's program, its own library, the folders of its
    packages, this package and the course's data. A checkout's ``assignments`` aren't among them.
    """
    from .. import tables

    package = Path(__file__).resolve().parents[1]
    prefixes = {sys.prefix, sys.base_prefix}
    wanted = [
        *_SYSTEM,
        *_programs(),
        *(str(Path(prefix, "pyvenv.cfg")) for prefix in prefixes),
        # Conda keeps the libraries that packages share with Python's own.
        *(str(Path(p, "lib")) for p in prefixes if Path(p, "conda-meta").is_dir()),
        *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
        sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix}),
        *_libpython(),
        *map(str, _packages()),
        *(str(package), str(tables.data_dir())),
    ]
    found = {path: os.path.realpath(path) for path in wanted if os.path.exists(path)}
    found |= {source: source for source in found.values()}
    # A folder within another that is shown needs no line of its own.
    outer = [Path(path) for path in found if os.path.isdir(path)]
    return {
        target: source
        for target, source in found.items()
        if not any(folder in outer for folder in Path(target).parents)
    }


def _programs() -> Iterator[str]:
    """Python's program as it was called, and all that its links lead to."""
    path = Path(sys.executable)
    yield str(path)
    while path.is_symlink():
        path = path.parent / path.readlink()
        yield os.path.normpath(path)


def _libpython() -> Iterator[str]:
    """Python's own shared library, where its program is built on one."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
            *_, path = line.split(maxsplit=5)
            if Path(path).name.startswith("libpython"):
                yield path


def _packages() -> list[Path]:
    """Folders in which the packages lie that a worker needs, such as a user's own site-packages."""
    found = []
    for name in ("crossroads", "pandas", "IPython", "matplotlib"):
        spec = importlib.util.find_spec(name)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        if folder and spec and spec.submodule_search_locations:
            folder = folder.parent
        if folder and folder.name in ("site-packages", "dist-packages"):
            found.append(folder)
    return list(dict.fromkeys(found))


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
        # Tables are made and let go all the time: memory that was had once is kept, and used again.
        "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
        "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    }
