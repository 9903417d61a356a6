"""A saved lesson, opened again: every widget shows how it stood, and is live again when run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from frontend import LAB_FIRST, POLL, FrontEnd, Server, run_all, save, wait_idle
from machine import watched_page
from playwright.sync_api import Browser, Locator, Page, expect

LESSON = "lessons/02-who-sits-at-which-table.ipynb"
VIEW = "application/vnd.jupyter.widget-view+json"
#: Whether every widget of the page is drawn.
SHOWN = """() => [...document.querySelectorAll(
  '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.widget-view+json"]'
)].every((output) => output.querySelector('.cr'))"""
#: More would be the scripts that draw the widgets.
LARGEST = 500_000


@pytest.fixture
def tall(browser: Browser) -> Iterator[Page]:
    with watched_page(browser, [], height=9000) as page:
        page.set_default_timeout(30_000)
        yield page


@pytest.fixture
def copied(server: Server) -> Iterator[str]:
    """A copy of a lesson, as the learner's own."""
    path = "lessons/reopened.ipynb"
    shutil.copy(server.root / LESSON, server.root / path)
    yield path
    (server.root / path).unlink()


def moved(explorer: Locator) -> None:
    """Go back a year, in an explorer that names the year."""
    explorer.get_by_role("slider").first.press("ArrowLeft")


def html_of(notebook: dict) -> str:
    """What the file shows of its widgets, without anything that runs."""
    outputs = [out.get("data", {}) for c in notebook["cells"] for out in c.get("outputs", [])]
    return "\n".join("".join(data.get("text/html", "")) for data in outputs)


@LAB_FIRST
def test_a_saved_lesson_shows_its_widgets_and_wakes_them(
    tall: Page, front_end: FrontEnd, copied: str
) -> None:
    front_end.open(tall, copied)
    run_all(tall)
    tall.wait_for_function(SHOWN, polling=POLL)
    check = tall.locator(".cr:has(> .cr-verdict)").first
    check.get_by_role("radio").first.press("Space")
    chosen = check.locator(".cr-option:has(:checked)").inner_text()
    check.get_by_role("button").click()
    verdict = check.locator(".cr-verdict")
    expect(verdict).not_to_be_empty()
    explorer = tall.locator(".cr:has(> .cr-controls)").first
    before = explorer.locator(".cr-sentence").inner_text()
    moved(explorer)
    expect(explorer.locator(".cr-sentence")).not_to_have_text(before)
    sentence, said = explorer.locator(".cr-sentence").inner_text(), verdict.inner_text()
    save(tall)

    notebook = front_end.read(copied)
    kept = html_of(notebook)
    assert VIEW not in json.dumps(notebook), "a model that nobody knows any more"
    assert sentence in kept and chosen in kept and "<script" not in kept
    assert not re.search(r"<(input|select|button|textarea)\b", kept)
    assert len(json.dumps(notebook)) < LARGEST

    # Opened again with a new kernel.
    front_end.open(tall, copied)
    wait_idle(tall)
    expect(tall.get_by_text("model not found")).to_have_count(0)
    picture = tall.locator(".cr:has(.cr-asleep)").filter(has_text=sentence)
    expect(picture).to_contain_text("As it was when the notebook was saved.")
    expect(tall.locator(".cr:has(.cr-asleep)").filter(has_text=chosen).first).to_contain_text(
        said.split(".")[0]
    )
    picture.get_by_role("button", name="Run this cell").click()
    live = tall.locator(".cr:has(> .cr-controls)").first
    moved(live)
    expect(live.locator(".cr-asleep")).to_have_count(0)


def test_a_file_with_models_that_are_gone_shows_pictures(
    tall: Page, lab: FrontEnd, copied: str
) -> None:
    """Saved by another front end, or by a version that kept the models' names."""
    lab.open(tall, copied)
    run_all(tall)
    tall.wait_for_function(SHOWN, polling=POLL)
    save(tall)
    notebook = lab.read(copied)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "cr-asleep" in "".join(output.get("data", {}).get("text/html", "")):
                output["data"][VIEW] = {"model_id": "0" * 32, "version_major": 2}
    lab.write(copied, notebook)
    lab.open(tall, copied)
    expect(tall.locator(".cr-asleep").first).to_contain_text("As it was")
    expect(tall.get_by_text("model not found")).to_have_count(0)


def test_an_exported_page_shows_how_it_stood(
    tall: Page, lab: FrontEnd, copied: str, tmp_path: Path
) -> None:
    lab.open(tall, copied)
    run_all(tall)
    tall.wait_for_function(SHOWN, polling=POLL)
    sentence = tall.locator(".cr-sentence").first.inner_text()
    save(tall)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path)]
    subprocess.run([*command, str(lab.server.root / copied)], check=True, capture_output=True)
    exported = BeautifulSoup((tmp_path / "reopened.html").read_text("utf-8"), "html.parser")
    assert sentence in exported.get_text() and not exported.select("[type*=widget-view]")
