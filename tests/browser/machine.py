"""The course's server and a Chromium, started as a person would start them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from frontend import Server
from playwright.sync_api import Browser, Page, sync_playwright

from crossroads.cli.doctor import chromium

#: How long a server may take to start, and a page for what is asked of it.
START_SECONDS, LONGEST_WAIT = 300, 180
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What only a test needs: no token, and the front end's own object to ask.
SETTINGS = {
    "IdentityProvider": {"token": ""},
    "JupyterNotebookApp": {"expose_app_in_browser": True},
    "LabApp": {"expose_app_in_browser": True},
}
#: anywidget gives a widget up that isn't ready after two seconds. How fast this machine is, with
#: other work beside it, isn't asked here.
PATIENT = """const within = AbortSignal.timeout;
AbortSignal.timeout = (milliseconds) => within.call(AbortSignal, 60 * milliseconds);"""


@contextmanager
def running_course(
    folder: Path, asked: str = "lab", python: Path = Path(sys.executable)
) -> Iterator[Server]:
    """`crossroads lab`, or another command, with course directory and empty home in ``folder``.

    No setting of the person who runs the tests plays a part. Raises ``RuntimeError`` with the
    server's last words when it doesn't start.
    """
    home, root = folder / "home", folder / "course"
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(SETTINGS), "utf-8")
    settings = home / "settings"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    environment = kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = home / "server.log"
    command = [str(python), "-m", "crossroads.cli", *asked.split(), "--no-browser"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, f"--port={port}", f"--course={root}"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{url}/api/status", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    words = log.read_text()[-3000:]
                    raise RuntimeError(f"The course did not start:\n{words}") from None
                time.sleep(0.1)
        yield Server(url, root, settings)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium without a window: the CHROMIUM variable's, or the one on PATH.

    The headless shell, where there is one, has the same engine and takes half the time.
    """
    program = chromium()
    if not program:
        raise RuntimeError("Chromium is needed: install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        for name in ("new_page", "new_context"):
            setattr(browser, name, _waiting(getattr(browser, name)))
        yield browser
        browser.close()


def _waiting(make: Callable[..., Any]) -> Callable[..., Any]:
    """Pages that wait long for what they are asked for: how busy the machine is, isn't tested."""

    def made(**asked: Any) -> Any:
        place = make(**asked)
        place.set_default_timeout(LONGEST_WAIT * 1000)
        return place

    return made


@contextmanager
def watched_page(browser: Browser, errors: list[str], height: int = 900) -> Iterator[Page]:
    """An empty page: what it reports goes into ``errors``; no request may leave this machine."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": height})
    page.add_init_script(PATIENT)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    yield page
    page.close()
    outside = [
        url
        for url in asked
        if urlsplit(url).scheme not in ("data", "blob", "about")
        and urlsplit(url).hostname not in ("127.0.0.1", "localhost")
    ]
    assert not outside, f"requests left this machine: {outside}"
