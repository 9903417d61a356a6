"""Opening a course directory in Jupyter: as a learner sees it, or with the teacher's pages."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from ..notes import Note

FIRST_PORT, LAST_PORT = 8888, 8938
#: Where a server shows a notebook as a page.
PAGE = "voila/render"
#: Each page that is opened starts a kernel, which would stay when the page is left.
TIDY = ["--MappingKernelManager.cull_idle_timeout=300", "--MappingKernelManager.cull_interval=60"]


def add_server(command: argparse.ArgumentParser) -> None:
    """Add the options of a command that opens the course."""
    command.add_argument(
        "--notebook", action="store_true", help="open it in Jupyter Notebook instead of JupyterLab"
    )
    command.add_argument(
        "--port",
        type=int,
        help=f"port of the server (default: the first free one from {FIRST_PORT})",
    )
    command.add_argument(
        "--no-browser", action="store_true", help="print the address, but open no browser"
    )


def open_course(
    arguments: argparse.Namespace,
    prepare: Callable[[Path], list[Note]],
    start: str = "",
    *,
    teaching: bool = False,
    as_page: bool = False,
    asked: Mapping[str, str] | None = None,
) -> int:
    """Prepare the course and open it at ``start``, or at its first lesson.

    ``as_page``: without a cell to run, by Voilà.
    Without ``teaching``, nothing of nbgrader's is on the screen. At a hub, whose people reach no
    port of the machine, a page's address at this server is said instead; ``asked`` goes with it.
    """
    from ..course import Course
    from ..course.notes import say
    from ..lessons.progress import VARIABLE

    if as_page and (prefix := os.environ.get("JUPYTERHUB_SERVICE_PREFIX")):
        print(address_at_hub(prefix, arguments.course, start, asked or {}))
        return 0
    port = arguments.port or next(filter(port_is_free, range(FIRST_PORT, LAST_PORT)), None)
    if port is None or not port_is_free(port):
        which = f"Port {port} is" if port else f"All ports from {FIRST_PORT} to {LAST_PORT} are"
        print(f"crossroads: {which} in use. Choose another with --port.", file=sys.stderr)
        return 1
    course = arguments.course.resolve()
    print(f"Preparing {arguments.course} ...", flush=True)
    for note in prepare(course):
        print(f"Note: {say(note)}")
    start = start or _first(course)
    front, page = ("notebook", "notebooks") if arguments.notebook else ("jupyterlab", "lab/tree")
    app = "JupyterNotebookApp" if arguments.notebook else "LabApp"
    if as_page and not arguments.notebook:
        page = PAGE
    command = [
        *(sys.executable, "-m", front, f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={course}", f"--{app}.default_url=/{page}/{quote(start)}"),
        *(TIDY if page == PAGE else []),
        *(["--no-browser"] if arguments.no_browser else []),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    os.environ[VARIABLE] = str(Course(course).progress)
    settings = str(files("crossroads") / "static" / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    # nbgrader's pages look for their settings on Jupyter's path, its commands in the folder they
    # run in.
    own = [] if teaching else [str(files("crossroads") / "static" / "learner")]
    paths = [str(course), *own, settings, *([others] if others else [])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    # Here Voilà finds its template.
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([settings, *([others] if others else [])])
    os.chdir(course)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(sys.executable, command)
    import subprocess

    return subprocess.call(command)


def _first(course: Path) -> str:
    """Return what a course opens at: its first lesson, else the list of its files."""
    from ..course import Course
    from ..lessons.notebooks import first_lesson

    name = first_lesson(Course(course).place("lessons"))
    return f"lessons/{name}" if name else ""


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on a port of this machine."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def address_at_hub(prefix: str, course: Path, start: str, asked: Mapping[str, str]) -> str:
    """Return what to open in the browser for a page of the server that this terminal belongs to.

    Raises ``ValueError`` where that server shows another course.
    """
    from ..course import Course
    from ..lessons.progress import VARIABLE

    shown = os.environ.get(VARIABLE, "")
    if not shown or Course(course.resolve()).progress != Path(shown):
        here = Path(shown).parent if shown else "nothing"
        raise ValueError(
            f"{course} cannot be opened from here, because this server shows {here}. On a hub, "
            "open the course through Nbgrader, Course List; in its terminal, add --course ."
        )
    query = urlencode({name: value for name, value in asked.items() if value})
    hub = urlsplit(os.environ.get("JUPYTERHUB_PUBLIC_URL", ""))
    host = f"{hub.scheme}://{hub.netloc}" if hub.netloc else ""
    address = f"{host}{prefix}{PAGE}/{start}{'?' if query else ''}{query}"
    where = "Open" if host else "In your browser, add this to the hub's address:"
    return f"{where} {address}"
