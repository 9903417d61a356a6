"""A saved lesson, opened again: every widget shows how it stood, and is live again when run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from frontend import FrontEnd, Server, restart_kernel, run_all, save, uncover, wait_drawn, wait_idle
from machine import watched_page
from playwright.sync_api import Browser, Page, expect

LESSON = "lessons/02-who-sits-at-which-table.ipynb"
COPY = "lessons/reopened.ipynb"
VIEW = "application/vnd.jupyter.widget-view+json"
#: More would be the scripts that draw the widgets.
LARGEST = 500_000
#: Live explorers and self-checks, and pictures of them.
EXPLORER, CHECK, PICTURE = (
    ".cr:has(> .cr-controls)",
    ".cr:has(> .cr-verdict)",
    ".cr:has(.cr-asleep)",
)


@pytest.fixture(scope="module")
def tall(browser: Browser) -> Iterator[Page]:
    with watched_page(browser, [], height=9000) as page:
        yield page


@pytest.fixture(scope="module", params=["lab", pytest.param("notebook", marks=pytest.mark.full)])
def front(request: pytest.FixtureRequest, server: Server) -> Iterator[FrontEnd]:
    shutil.copy(server.root / LESSON, server.root / COPY)
    yield FrontEnd(request.param, server)
    (server.root / COPY).unlink()


@pytest.fixture(scope="module")
def saved(tall: Page, front: FrontEnd) -> dict[str, Any]:
    """A lesson that was run, answered, moved and saved; with what it showed then."""
    front.open(tall, COPY)
    run_all(tall)
    wait_drawn(tall)
    uncover(tall)
    check = tall.locator(CHECK).first
    check.get_by_role("radio").first.press("Space")
    chosen = check.locator(".cr-option:has(:checked)").inner_text()
    check.get_by_role("button").click()
    expect(check.locator(".cr-verdict")).not_to_be_empty()
    explorer = tall.locator(EXPLORER).first
    before = explorer.locator(".cr-sentence").inner_text()
    explorer.get_by_role("slider").first.press("ArrowLeft")
    expect(explorer.locator(".cr-sentence")).not_to_have_text(before)
    shown = {
        "chosen": chosen,
        "verdict": check.locator(".cr-verdict strong").inner_text(),
        "sentence": explorer.locator(".cr-sentence").inner_text(),
    }
    save(tall)
    return {**shown, "notebook": front.read(COPY)}


def html_of(notebook: dict[str, Any]) -> str:
    """What the file shows of its widgets."""
    outputs = [out.get("data", {}) for c in notebook["cells"] for out in c.get("outputs", [])]
    return "\n".join("".join(data.get("text/html", "")) for data in outputs)


def test_the_file_holds_what_was_shown_and_nothing_that_draws_it(saved: dict[str, Any]) -> None:
    kept = html_of(saved["notebook"])
    assert VIEW not in json.dumps(saved["notebook"]), "a model that nobody knows any more"
    assert saved["sentence"] in kept and saved["chosen"] in kept and saved["verdict"] in kept
    assert not re.search(r"<(script|input|select|button|textarea)\b", kept)
    # A chart is a picture again, which the extension lets answer when it's opened.
    assert "<title>" in kept and 'role="img"' in kept
    assert not re.search(r"<svg[^>]*tabindex|application|class=.cr-tools|data-here", kept)
    assert len(json.dumps(saved["notebook"])) < LARGEST


def test_opened_again_it_is_readable_and_a_button_wakes_it(
    saved: dict[str, Any], tall: Page, front: FrontEnd
) -> None:
    front.open(tall, COPY)
    wait_idle(tall)
    expect(tall.get_by_text("model not found")).to_have_count(0)
    uncover(tall)
    picture = tall.locator(PICTURE).filter(has_text=saved["sentence"])
    expect(picture).to_contain_text("This is how it last looked.")
    answered = tall.locator(PICTURE).filter(has_text=saved["verdict"]).first
    expect(answered).to_contain_text(f"☑ {saved['chosen']}")
    chart = picture.get_by_role("application").first
    chart.focus()
    tall.keyboard.press("Home")
    first = chart.locator("title").first.text_content() or ""
    expect(tall.locator(".cr-said")).to_have_text("; ".join(first.split("\n")))
    picture.get_by_role("button", name="Run this cell").click()
    live = tall.locator(EXPLORER).first
    live.get_by_role("slider").first.press("ArrowLeft")
    expect(live.locator(".cr-asleep")).to_have_count(0)
    # What stands above ran, too; the answer is there, as it was kept.
    expect(tall.locator(CHECK).first.get_by_role("radio").first).to_be_checked()


def test_where_the_kernel_begins_anew_nothing_pretends_to_answer(
    saved: dict[str, Any], tall: Page, front: FrontEnd
) -> None:
    """The cells that ran in the test before are live; then their kernel is another one."""
    live = tall.locator(f"{EXPLORER}:not(:has(.cr-asleep))")
    expect(live).not_to_have_count(0)
    restart_kernel(tall)
    expect(live).to_have_count(0)
    picture = tall.locator(f"{EXPLORER}:has(.cr-asleep)").first
    picture.get_by_role("button", name="Run this cell").click()
    expect(live).not_to_have_count(0)


def test_models_that_are_gone_give_way_to_pictures(
    saved: dict[str, Any], tall: Page, front: FrontEnd
) -> None:
    """In a file that another front end saved, or an earlier version."""
    notebook = json.loads(json.dumps(saved["notebook"]))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "cr-asleep" in "".join(output.get("data", {}).get("text/html", "")):
                output["data"][VIEW] = {"model_id": "0" * 32, "version_major": 2}
    front.write(COPY, notebook)
    front.open(tall, COPY)
    expect(tall.locator(".cr-asleep").first).to_contain_text("This is how it last looked")
    expect(tall.get_by_text("model not found")).to_have_count(0)


def test_an_exported_page_shows_how_it_stood(saved: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "reopened.ipynb"
    path.write_text(json.dumps(saved["notebook"]), "utf-8")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    page = BeautifulSoup(path.with_suffix(".html").read_text("utf-8"), "html.parser")
    assert saved["sentence"] in page.get_text() and not page.select("[type*=widget-view]")
