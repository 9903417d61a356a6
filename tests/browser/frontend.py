"""A Jupyter server in a test's hands, and the steps that browser tests share."""

from __future__ import annotations

import json
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

# Chromium may share a small machine with other work.
expect.set_options(timeout=60_000)

#: Milliseconds between two looks at a page that is waited for. Playwright's own way is to look at
#: each frame, for which the page is drawn sixty times a second.
POLL = 50
#: For a test of what JupyterLab and Notebook 7 share: Notebook 7 has its turn in the long version.
LAB_FIRST = pytest.mark.parametrize(
    "front_end", ["lab", pytest.param("notebook", marks=pytest.mark.full)], indirect=True
)

#: Close whatever JupyterLab has open, saved or not, end its kernels, and open another document.
OPEN_INSTEAD = """async (path) => {
  const { commands, serviceManager, shell } = window.jupyterapp;
  for (const widget of [...shell.widgets('main')]) widget.dispose();
  await serviceManager.sessions.shutdownAll();
  await commands.execute('docmanager:open', { path });
}"""

#: Whether a document is ready and in front: JupyterLab opens its Launcher a moment after the last
#: document was closed, which may be after this one was opened.
READY = """(path) => {
  const shell = window.jupyterapp?.shell;
  const wanted = shell && [...shell.widgets('main')].find((one) => one.context?.path === path);
  if (wanted && shell.currentWidget !== wanted) shell.activateById(wanted.id);
  return wanted?.context.isReady && shell.currentWidget === wanted;
}"""

#: Whether every widget of the page is drawn.
DRAWN = """() => [...document.querySelectorAll(
  '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.widget-view+json"]'
)].every((output) => output.querySelector('.cr'))"""

#: Whether nothing on the page has moved for a third of a second: a click lands where it was aimed.
STILL = """async () => {
  const places = () => [...document.querySelectorAll('.jp-Cell, [cell-index], .cr, .cr svg')]
    .map((one) => Object.values(one.getBoundingClientRect().toJSON()).join()).join(' ');
  const before = places();
  for (let i = 0; i < 6; i++) {
    await new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50));
    if (places() !== before) return false;
  }
  return true;
}"""


def notebook(*cells: str | tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Code cells, the last with a quiz item's metadata; a text that begins with # is Markdown."""
    made: list[dict[str, Any]] = []
    for i, each in enumerate(cells):
        text, metadata = each if isinstance(each, tuple) else (each, {})
        cell: dict[str, Any] = {"id": f"c{i}", "metadata": metadata, "source": text}
        if text.startswith("#"):
            made.append({"cell_type": "markdown", **cell})
        else:
            made.append({"cell_type": "code", "outputs": [], "execution_count": None, **cell})
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {
        "cells": made,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@dataclass(frozen=True)
class Server:
    """A running server: its address, the directory it shows, where its user's settings are."""

    url: str
    root: Path
    settings: Path

    def kernels(self) -> list[dict[str, Any]]:
        """The kernels that are running now."""
        with urllib.request.urlopen(f"{self.url}/api/kernels") as reply:
            kernels: list[dict[str, Any]] = json.load(reply)
        return kernels


@dataclass(frozen=True)
class FrontEnd:
    """A way to look at a notebook: ``lab``, ``notebook`` or ``voila``, all of one server."""

    name: str
    server: Server

    def write(self, path: str, notebook: dict[str, Any]) -> None:
        """Put a notebook (nbformat 4 as a dict) into the server's directory."""
        target = self.server.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook), "utf-8")

    def read(self, path: str) -> dict[str, Any]:
        """The notebook as it stands on disk."""
        notebook: dict[str, Any] = json.loads((self.server.root / path).read_text("utf-8"))
        return notebook

    def open(self, page: Page, path: str) -> None:
        """Open a notebook and wait until its cells are there; its kernel may still be starting.

        Voilà has run it by then. A page where JupyterLab is open already stays: its documents and
        kernels go, and it opens the notebook as from its file browser.
        """
        if self.name == "voila":
            page.goto(f"{self.server.url}/voila/render/{path}", timeout=120_000)
            page.wait_for_selector("#rendered_cells", timeout=120_000)
            return
        if self.name == "lab" and page.url.startswith(f"{self.server.url}/lab"):
            page.evaluate(OPEN_INSTEAD, path)
            # Nobody closes everything at once as this does: where it goes wrong, begin anew.
            with suppress(TimeoutError):
                page.wait_for_function(READY, arg=path, polling=POLL, timeout=30_000)
                page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=30_000)
                return
        # "reset" forgets the tabs of the test before.
        where = f"lab/tree/{path}?reset" if self.name == "lab" else f"notebooks/{path}"
        page.goto(f"{self.server.url}/{where}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(READY, arg=path, polling=POLL)

    def run(self, page: Page) -> None:
        """Run every cell of the open notebook."""
        if self.name != "voila":
            run_all(page)

    def cell(self, page: Page, index: int) -> Locator:
        """A cell of the open notebook, by its place."""
        if self.name == "voila":
            return page.locator(f'#rendered_cells [cell-index="{index + 1}"]')
        return cell(page, index)


def command(page: Page, name: str) -> None:
    """Run one of the front end's commands, as its menu does, and wait for its end."""
    page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", name)


def until(page: Page, holds: str) -> None:
    """Wait until a function in JavaScript gives true: also where a page's policy forbids eval."""
    ends = time.monotonic() + 60
    while not page.evaluate(holds):
        assert time.monotonic() < ends, f"never true: {holds}"
        page.wait_for_timeout(20)


def save(page: Page) -> None:
    """Save the open document: again, if a kernel that starts meanwhile writes its metadata."""
    page.wait_for_function(
        """async () => {
          const context = window.jupyterapp.shell.currentWidget.context;
          await context.save();
          return !context.model.dirty;
        }""",
        polling=POLL,
    )


def wait_idle(page: Page) -> None:
    """Wait until the notebook's kernel is there and has nothing to do."""
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status"
        " === 'idle'",
        timeout=60_000,
        polling=POLL,
    )


def wait_drawn(page: Page) -> None:
    """Wait until each of the course's widgets on the page is drawn."""
    page.wait_for_function(DRAWN, polling=POLL)


def wait_still(page: Page) -> None:
    """Wait until each widget is drawn and nothing moves any more."""
    wait_drawn(page)
    page.wait_for_function(STILL, polling=POLL)


def run_all(page: Page) -> None:
    """Run every cell and wait for the last one."""
    wait_idle(page)
    command(page, "notebook:run-all-cells")
    wait_idle(page)


def uncover(page: Page) -> None:
    """Show what waits for a prediction, as the buttons beside it do.

    The covers come when the progress file has been read; none comes where nothing is predicted.
    """
    asks = "cell => cell.model.sharedModel.source.includes('cr.predict(')"
    cells = "window.jupyterapp.shell.currentWidget.content.widgets"
    if page.evaluate(f"() => {cells}.some({asks})"):
        page.wait_for_selector(".crp-cover")
    page.evaluate(
        """() => {
          const covers = () => document.querySelectorAll('.crp-cover button:last-child');
          while (covers().length) covers()[0].click();
        }"""
    )


def restart_kernel(page: Page) -> None:
    """Restart the kernel, saying yes to the question."""
    wait_idle(page)
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:restart-kernel')")
    page.click(".jp-Dialog .jp-mod-accept")
    page.wait_for_selector(".jp-Dialog", state="detached")
    wait_idle(page)


def cell(page: Page, index: int) -> Locator:
    """A cell of the open notebook, by its place."""
    return page.locator(f'.jp-Notebook [data-windowed-list-index="{index}"]')


def source(page: Page, index: int) -> str:
    """A cell's source as the front end holds it."""
    text: str = page.evaluate(
        "i => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.source",
        index,
    )
    return text


def type_over(page: Page, index: int, text: str) -> None:
    """Replace a cell's source by typing in its editor."""
    cell(page, index).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    # As one piece: the editor closes no bracket and offers no completion.
    page.keyboard.insert_text(text)


def harmed(page: Page) -> Any:
    """Whether a payload ran, or what still could if it were pressed or looked at."""
    page.wait_for_load_state("load")
    # What is taken for a picture, film or frame has failed by then.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    return page.evaluate(
        """() => window.pwned || [...document.querySelectorAll('*')].filter((one) =>
          [...one.attributes].some((own) => own.value.includes('top.pwned')
            && (/^on/i.test(own.name) || /^\\s*(javascript|vbscript|data):/i.test(own.value)))
        ).map((one) => one.outerHTML.slice(0, 200)).join('\\n') || null"""
    )
