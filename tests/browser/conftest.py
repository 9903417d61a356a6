"""One Jupyter server and one Chromium for all browser tests.

The server is `jupyter lab` of the environment that runs the tests; it serves Notebook 7, too. It
has a home of its own, so that no setting of the person who runs the tests plays a part.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from frontend import FrontEnd, Server
from playwright.sync_api import Browser, Page, sync_playwright

START_SECONDS = 120
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`jupyter lab` on a free port, with an empty home and directory."""
    installed = Path(sys.prefix) / "share/jupyter/labextensions/crossroads-pen/source.sha256"
    built = Path(__file__).parents[2] / "src/crossroads/labextension/source.sha256"
    if not installed.is_file() or installed.read_text() != built.read_text():
        pytest.fail("This environment's pen is not the tree's: install the package again.")
    home = tmp_path_factory.mktemp("home")
    root = tmp_path_factory.mktemp("root")
    settings = home / "settings"
    news = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(
        '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}', "utf-8"
    )
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
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
                *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"),
                *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
                *("--JupyterNotebookApp.expose_app_in_browser=True", "--LabApp.news_url="),
            ],
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
                    pytest.fail(f"The Jupyter server did not start:\n{log.read_text()[-3000:]}")
                time.sleep(0.1)
        yield Server(url, root, settings)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(params=["lab", "notebook"])
def front_end(request: pytest.FixtureRequest, server: Server) -> FrontEnd:
    """JupyterLab, then Notebook 7."""
    return FrontEnd(request.param, server)


@pytest.fixture
def lab(server: Server) -> FrontEnd:
    """JupyterLab only, for what doesn't depend on the front end."""
    return FrontEnd("lab", server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the CHROMIUM variable's, or the one on PATH."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.fail("The browser tests need Chromium: install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def errors() -> list[str]:
    """What the page reported: errors on its console and uncaught exceptions."""
    return []


@pytest.fixture
def page(browser: Browser, errors: list[str]) -> Iterator[Page]:
    """An empty page, which fails the test if any request leaves this machine."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
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
