"""``crossroads doctor``: what works on this machine, what doesn't, why, and what to do."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from ._open import FIRST_PORT, port_is_free

CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
#: What holds this package: the one for grading alone has no course in it.
DISTRIBUTIONS = ("crossroads-course", "crossroads-grading")
AGAIN = "install the course again, as its README says"
#: What to look for in JupyterLab: a name for people, extensions, and what they are good for.
LAB_EXTENSIONS = (
    ("pen", ["crossroads-pen"], "quiz options are drawn as buttons"),
    ("nbgrader in JupyterLab", ["@jupyter/nbgrader"], "its menu and buttons are there"),
    (
        "widgets in JupyterLab",
        ["@jupyter-widgets/jupyterlab-manager", "anywidget"],
        "explorers and self-checks are drawn",
    ),
)
#: What a server needs of nbgrader; at a hub, each kind of server needs its own part.
SERVER_EXTENSIONS = {
    "": ["formgrader", "validate_assignment", "assignment_list"],
    "student": ["validate_assignment", "assignment_list"],
    "instructor": ["validate_assignment", "assignment_list", "course_list"],
    "grader": ["formgrader", "validate_assignment"],
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("doctor", help="check what works on this machine")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Report on this machine; 0: the course works here."""
    return 0 if report(findings(arguments.course)) else 1


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
    packages = _packages()
    yield packages
    if packages.ok:
        yield from _extensions()
    yield _writable(course)
    yield _port()
    yield _browser()
    yield _chromium()
    yield _exchange()
    yield _fork()
    yield _sandbox()
    yield from _kernels(course)


def _packages() -> Finding:
    from packaging.requirements import Requirement

    wanted, found_in = [], []
    for name in DISTRIBUTIONS:
        with contextlib.suppress(PackageNotFoundError):
            wanted = [Requirement(r) for r in requires(name) or []]
            found_in.append(name)
    if not found_in:
        return Finding("packages", False, "the course is not installed", AGAIN)
    if len(found_in) > 1:
        both = " and ".join(found_in)
        do = f"pip uninstall {' '.join(found_in)}, then install one of them"
        return Finding("packages", False, f"{both} hold the same package", do)
    wrong = []
    for requirement in (r for r in wanted if r.marker is None or r.marker.evaluate()):
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} is {found}, not {requirement.specifier}")
    return Finding("packages", not wrong, "; ".join(wrong) or "as the course needs them", AGAIN)


def _extensions() -> Iterator[Finding]:
    from ..classroom.hub import KIND

    try:
        off = _settings("labconfig/page_config").get("disabledExtensions", {})
        server = _settings("jupyter_server_config")
    except ValueError as error:
        yield Finding("Jupyter's settings", False, str(error), "fix or delete this file")
        return
    for what, names, good in LAB_EXTENSIONS:
        gone = [name for name in names if not _installed(name)]
        asleep = [name for name in names if off.get(name)]
        detail = f"not installed: {', '.join(gone)}" if gone else "switched off" if asleep else good
        do = AGAIN if gone else f"jupyter labextension enable {' '.join(asleep)}"
        yield Finding(what, not gone and not asleep, detail, do)
    on = server.get("ServerApp", {}).get("jpserver_extensions", {})
    later = server.get("CrossroadsServer", {}).get("on_demand", [])
    wanted = SERVER_EXTENSIONS.get(os.environ.get(KIND, ""), SERVER_EXTENSIONS[""])
    names = [f"nbgrader.server_extensions.{name}" for name in wanted]
    asleep = [name for name in names if not on.get(name) and name not in later]
    detail = ", ".join(wanted).replace("_", " ")
    if asleep:
        detail = f"switched off: {', '.join(name.rsplit('.')[-1] for name in asleep)}"
    do = f"jupyter server extension enable {' '.join(asleep)}"
    yield Finding("nbgrader in the server", not asleep, detail, do)


def _installed(extension: str) -> bool:
    from jupyter_core.paths import jupyter_path

    places = jupyter_path("labextensions")
    return any((Path(place) / extension / "package.json").is_file() for place in places)


def _settings(name: str) -> dict[str, Any]:
    """Jupyter's settings of one kind, merged from all its folders; the nearest one wins.

    Raises ``ValueError`` naming the file that can't be read.
    """
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.config_manager import recursive_update

    merged: dict[str, Any] = {}
    for folder in map(Path, reversed(jupyter_config_path())):
        for path in [*sorted(folder.glob(f"{name}.d/*.json")), folder / f"{name}.json"]:
            if path.is_file():
                try:
                    recursive_update(merged, json.loads(path.read_text("utf-8")))
                except ValueError as error:
                    raise ValueError(f"{path} is damaged ({error})") from error
    return merged


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


def _port() -> Finding:
    free = port_is_free(FIRST_PORT)
    taken = "in use: `crossroads lab` takes the next free one"
    return Finding(f"port {FIRST_PORT}", free or None, "free" if free else taken)


def _browser() -> Finding:
    try:
        webbrowser.get()
    except webbrowser.Error:
        do = "open the address that `crossroads lab` prints"
        return Finding("browser", None, "none opens by itself here", do)
    return Finding("browser", True, "opens by itself")


def _chromium() -> Finding:
    found = chromium()
    do = "`make test` installs it or says how; or set CHROMIUM to its path"
    return Finding("Chromium (for `make test`)", True if found else None, found or "none found", do)


def chromium() -> str:
    """Return the browser for tests: the one that CHROMIUM names, or the quickest on PATH.

    Return "" where there is none.

    Not one in a snap unless it is named: a snap sees neither temporary nor hidden folders. Set-up,
    which can't import this, looks in the same way.
    """
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else CHROMIUMS))
    fit = (
        path for path in found if path and (named or not os.path.realpath(path).endswith("snap"))
    )
    return next(fit, "")


def _exchange() -> Finding:
    posix = os.name == "posix"
    detail = "works" if posix else "nbgrader's exchange does not work on Windows"
    do = "hand out and collect files through your learning platform"
    return Finding("nbgrader exchange", posix or None, detail, do)


def _fork() -> Finding:
    fork = hasattr(os, "fork")
    return Finding("fork (quick grading)", fork or None, "works" if fork else "not on this system")


def _sandbox() -> Finding:
    # Installed isn't enough: it's built as for grading, and looked around in.
    from ..grading import sandbox

    why = sandbox.trouble()
    do = "grade on another machine; everything else works here"
    return Finding("sandbox (safe grading)", None if why else True, why or "holds", do)


def _kernels(course: Path) -> Iterator[Finding]:
    """Check for each other language of the course's notebooks whether its kernel is here."""
    from ..course import Course
    from ..grading import kernels

    try:
        folders = Course(course).sources() if course.is_dir() else {}
    except (OSError, ValueError):
        return
    seen = set()
    for path in [path for folder in folders.values() for path in sorted(folder.glob("*.ipynb"))]:
        try:
            notebook = json.loads(path.read_text("utf-8"))
            language = kernels.language_of(notebook)
        except (OSError, ValueError, AttributeError):
            continue
        if language == "python" or language in seen:
            continue
        seen.add(language)
        try:
            kernel = kernels.kernel_of(notebook, path.name)
            yield Finding(f"kernel for {language}", True, kernel.name if kernel else "")
        except ValueError as why:
            do = "install it for the account that grades"
            yield Finding(f"kernel for {language}", None, str(why).partition(". ")[0], do)


def report(found: Iterator[Finding], say: Callable[[str], None] = print) -> bool:
    """Say every finding, a line each; returns whether the course works here."""
    works = True
    for finding in found:
        word = {True: "yes", None: "no ", False: "NO "}[finding.ok]
        do = f" To do: {finding.do}." if finding.do and not finding.ok else ""
        say(f"{word}  {finding.what}: {finding.detail}.{do}")
        works = works and finding.ok is not False
    say(
        "The course works here."
        if works
        else "The course does not work here yet: see the lines with NO above."
    )
    return works
