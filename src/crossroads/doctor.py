"""What works on this machine, what doesn't, why, and what to do: ``crossroads doctor``."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``ok`` is None where it's only needed for some uses."""

    what: str
    ok: bool | None
    detail: str
    do: str = ""


def findings(course: Path) -> Iterator[Finding]:
    """Look at everything that the course needs, cheapest first."""
    yield Finding("Python", sys.version_info >= (3, 11), platform.python_version())
    yield from _packages()
    yield from _extensions()
    yield _writable(course)
    yield _browser()
    yield _exchange()
    yield _fork()
    yield _sandbox()


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(r) for r in requires("crossroads-course") or []]
    except PackageNotFoundError:
        yield Finding("course package", False, "not installed", "python tools/bootstrap.py")
        return
    wrong = []
    for requirement in (r for r in wanted if r.marker is None or r.marker.evaluate()):
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, not {requirement.specifier}")
    again = "install again: python tools/bootstrap.py"
    yield Finding("packages", not wrong, "; ".join(wrong) or "as the course needs them", again)


def _extensions() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    def there(paths: list[str], name: str) -> bool:
        return any((Path(p) / name).exists() for p in paths)

    again = "install again: python tools/bootstrap.py"
    labs = jupyter_path("labextensions")
    pen = there(labs, "crossroads-pen/package.json")
    detail = "quiz options are drawn as buttons" if pen else "answers have to be typed"
    yield Finding("pen", pen, detail, again)
    pages = there(labs, "@jupyter/nbgrader/package.json")
    servers = there(jupyter_config_path(), "jupyter_server_config.d/nbgrader.json")
    both = pages and servers
    yield Finding(
        "nbgrader in JupyterLab", both, "formgrader, validate" if both else "missing", again
    )
    widgets = there(labs, "@jupyter-widgets/jupyterlab-manager/package.json")
    widgets = widgets and there(labs, "anywidget/package.json")
    yield Finding("widgets in JupyterLab", widgets, "there" if widgets else "missing", again)


def _writable(course: Path) -> Finding:
    folder = course.absolute()
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        do = "choose another with --course"
        return Finding("course directory", False, f"{course}: {error.strerror}", do)
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("course directory", free > 0.5, f"{course}, {free:.0f} GB free", "make room")


def _browser() -> Finding:
    names = ("CHROMIUM", "chromium", "chromium-browser", "google-chrome", "firefox")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names[1:])), None)
    do = "any browser will do; for `make test` on Debian: apt install chromium"
    return Finding("browser on this machine", True if found else None, found or "none found", do)


def _exchange() -> Finding:
    posix = os.name == "posix"
    detail = "works" if posix else "nbgrader's exchange doesn't work on Windows"
    do = "hand files out and in through your learning platform"
    return Finding("nbgrader exchange", posix or None, detail, do)


def _fork() -> Finding:
    fork = hasattr(os, "fork")
    return Finding("fork (quick grading)", fork or None, "works" if fork else "not on this system")


def _sandbox() -> Finding:
    found = shutil.which("bwrap")
    detail = found or "not there: autograde only submissions of people you trust"
    do = "on Debian or Ubuntu: apt install bubblewrap"
    return Finding("bubblewrap (safe grading)", True if found else None, detail, do)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on a port of this machine."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def report(found: Iterator[Finding], say: Callable[[str], None] = print) -> bool:
    """Say every finding, a line each; returns whether the course works here."""
    works = True
    for finding in found:
        word = {True: "yes", None: "no ", False: "NO "}[finding.ok]
        do = f" To do: {finding.do}." if finding.do and not finding.ok else ""
        say(f"{word}  {finding.what}: {finding.detail}.{do}")
        works = works and finding.ok is not False
    say("The course works here." if works else "The course doesn't work here yet: see NO above.")
    return works


def main(course: Path) -> int:
    """Report on this machine; the exit code is 0 where the course works."""
    return 0 if report(findings(course)) else 1
