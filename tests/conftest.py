"""One Chromium for all tests: Playwright runs once in a process."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from machine import running_browser
from playwright.sync_api import Browser, Page


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
