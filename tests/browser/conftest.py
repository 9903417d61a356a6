"""One running course and one Chromium for all browser tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from frontend import FrontEnd, Server
from machine import running_browser, running_course
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`crossroads lab`: JupyterLab, and Notebook 7 beside it, on a new course directory."""
    installed = Path(sys.prefix) / "share/jupyter/labextensions/crossroads-pen/source.sha256"
    built = Path(__file__).parents[2] / "src/crossroads/labextension/source.sha256"
    if not installed.is_file() or installed.read_text() != built.read_text():
        pytest.fail("This environment's pen is not the tree's: install the package again.")
    with running_course(tmp_path_factory.mktemp("machine")) as server:
        yield server


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
    """Chromium, without which these tests fail: they are never skipped."""
    with running_browser() as browser:
        yield browser


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
