"""What a sandbox's first process does with its rights, and how it's seen whether all holds.

Nothing but the standard library: ``sandbox.trouble`` calls ``look``, by the same command that
starts a worker.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEVICES = ("null", "zero", "full", "random", "urandom")
# From linux/sched.h, linux/mount.h, linux/capability.h.
_CLONE_NEWNS = 0x20000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND, _MS_REC = 1, 2, 4, 32, 4096, 16384
_CAPABILITY_VERSION_3 = 0x20080522
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _SIGKILL = 1, 4, 9
_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    words = [text.encode() for text in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None), target)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, however that ends."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def undumpable() -> None:
    """Keep others of one's own kind from reading this process: from tracing it or its memory."""
    if _libc:
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def lock_devices() -> None:
    """Make devices that can be used, but not changed: not even their times."""
    for name in DEVICES:
        flags = _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID
        _mount("none", f"/dev/{name}", "", flags)


def own_places(size: int, names: int, *, terminals: bool = False) -> None:
    """Give this process its own ``/box``, ``/tmp`` and ``/dev/shm``, on one small disk in memory.

    ``size`` is in bytes; ``names`` is how many files and folders there may be. The disk is gone
    with the last process that has it. What is shown below one of these places, such as packages of
    a checkout in ``/tmp``, is shown there again. With ``terminals``, programs may have some of
    their own. Raises ``OSError`` where the system forbids it.
    """
    _checked(_libc.unshare(_CLONE_NEWNS), "a mount namespace")
    options = f"size={size},nr_inodes={names},mode=0755"
    _mount("box", "/box", "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for name, target in (("tmp", "/tmp"), ("shm", "/dev/shm"), ("box", "/box")):
        os.mkdir(f"/box/{name}", 0o700)
        shown = [(path, os.open(path, os.O_PATH)) for path in _mounted_below(target)]
        _mount(f"/box/{name}", target, "", _MS_BIND)
        for path, place in shown:
            _show_again(path, place)
    if terminals:
        _own_terminals()


def _own_terminals() -> None:
    options = "newinstance,ptmxmode=0666,mode=0620,max=64"
    _mount("devpts", "/dev/pts", "devpts", _MS_NOSUID, options)


def _mounted_below(folder: str) -> list[str]:
    """Return what is mounted at places in a folder, by path.

    What lies in one of them comes with it.
    """
    lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    paths = (re.sub(r"\\(\d{3})", _unescaped, line.split(" ")[4]) for line in lines)
    below = {path for path in paths if path.startswith(f"{folder}/")}
    return sorted(p for p in below if not below.intersection(map(str, Path(p).parents)))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))


def _show_again(path: str, place: int) -> None:
    """Mount what an open file leads to at a path where there's nothing any more."""
    at = f"/proc/self/fd/{place}"
    if os.path.isdir(at):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).touch()
    _mount(at, path, "", _MS_BIND | _MS_REC)
    os.close(place)


def give_up_rights() -> None:
    """Give up every capability, for good."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(header, nothing), "giving up rights")


def refuse(program: bytes) -> None:
    """Have the kernel refuse calls by a program for its filter (seccomp), for good."""
    count = len(program) // 8
    buffer = ctypes.create_string_buffer(program, len(program))
    filter_ = _Program(count, ctypes.cast(buffer, ctypes.c_void_p))
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "giving up new rights")
    done = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0)
    _checked(done, "a filter")


def visible(paths: list[str]) -> Iterator[str]:
    """Yield those of these paths of which anything can be seen here."""
    for path in map(Path, paths):
        try:
            if path.is_dir():
                if any(_own_files(path)):
                    yield str(path)
            elif path.is_file():
                yield str(path)
        except OSError:
            continue


def _own_files(folder: Path) -> Iterator[str]:
    """Yield files in a folder that aren't links; not what is mounted in it, such as packages."""
    disk = folder.stat().st_dev
    for place, folders, files in os.walk(folder):
        about = {name: os.lstat(os.path.join(place, name)) for name in (*folders, *files)}
        own = {name for name, one in about.items() if one.st_dev == disk}
        folders[:] = [name for name in folders if name in own]
        yield from (name for name in files if name in own and not stat.S_ISLNK(about[name].st_mode))


def limit(most: dict[str, Any]) -> None:
    """Bound what this process may use, for good: ``most`` are a submission's limits.

    Where the system permits less already, less it stays.
    """
    import resource  # Windows has none

    bounds = [
        (resource.RLIMIT_AS, most["memory"]),
        (resource.RLIMIT_CPU, int(most["seconds"]) + 2),
        (resource.RLIMIT_FSIZE, most["file"]),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ]
    if most["sandboxed"] and linux() >= (5, 14):
        # Older ones count all that the grader's user runs, in whatever namespace.
        bounds.append((resource.RLIMIT_NPROC, most["threads"]))
    for what, wanted in bounds:
        _, hard = resource.getrlimit(what)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(what, (bound, bound))


def linux() -> tuple[int, ...]:
    """Return the version of the kernel, as two numbers."""
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])


def look(about: dict[str, Any]) -> None:
    """Build what a worker builds, in a child what a submission gets; say whether it holds.

    ``about`` has a submission's limits, with its refusals, and what is ``private``. Raises what a
    worker would raise.
    """
    limits = about["limits"]
    lock_devices()
    own_places(32 * 2**20, 1000)
    if child := os.fork():
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    own_places(limits["disk"], limits["names"])
    give_up_rights()
    if missing := [name for name in about["packages"] if not importlib.util.find_spec(name)]:
        raise OSError(f"its own packages are hidden: {', '.join(missing)}")
    Path("/box/written").write_text("x", "ascii")
    for name in DEVICES:
        os.close(os.open(f"/dev/{name}", os.O_RDWR))
    limit(limits)
    refuse(bytes.fromhex(limits["refused"]))
    seen = ", ".join(visible(about["private"]))
    print(f"it would show {seen}" if seen else "holds", flush=True)
    os._exit(0)
