"""What learners build of ipywidgets: it answers, alone or with an explorer, and can be reread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from frontend import FrontEnd, Server, cell, run_all, save, wait_idle
from machine import watched_page
from playwright.sync_api import Browser, Locator, Page, expect

TREE = Path(__file__).parents[2]
#: A lesson's own interactive, with what it needs.
(LESSON,) = (TREE / "lessons").glob("03-*.ipynb")
NEEDED = ("c05", "c19", "own-example")
(GUIDE,) = re.findall(
    r"^## Combine an explorer with other widgets$(.*?)^## ",
    (TREE / "docs" / "contributor.md").read_text("utf-8"),
    re.M | re.S,
)
BOXES = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S)
PATH = "lessons/own.ipynb"
#: The places of the lesson's interactive and of the guide's two boxes.
OWN, BOX, LINKED = len(NEEDED) - 1, len(NEEDED), len(NEEDED) + 1


@pytest.fixture(
    scope="module", params=["lab", "voila", pytest.param("notebook", marks=pytest.mark.full)]
)
def front(request: pytest.FixtureRequest, server: Server) -> FrontEnd:
    """A notebook with a lesson's interactive, and the guide's boxes."""
    lesson = json.loads(LESSON.read_text("utf-8"))
    by_id = {one["id"]: one for one in lesson["cells"]}
    cells = [by_id[name] for name in NEEDED]
    cells += [{**cells[0], "id": f"box{i}", "source": text} for i, text in enumerate(BOXES)]
    front = FrontEnd(request.param, server)
    front.write(PATH, {**lesson, "cells": cells})
    return front


@pytest.fixture(scope="module")
def shown(browser: Browser, front: FrontEnd) -> Iterator[Page]:
    """The notebook, run once."""
    with watched_page(browser, [], height=6000) as page:
        front.open(page, PATH)
        front.run(page)
        yield page


def test_a_lesson_s_own_interactive_answers(front: FrontEnd, shown: Page) -> None:
    own = front.cell(shown, OWN)
    expect(own).to_contain_text("47.9")
    own.locator("select").select_option("KGZ")
    expect(own).not_to_contain_text("47.9")


def test_a_dropdown_sets_an_explorer_and_a_label_follows_it(front: FrontEnd, shown: Page) -> None:
    box = front.cell(shown, BOX)
    explorer = box.locator(".cr:has(> .cr-controls)")
    expect(explorer.locator(".cr-sentence")).to_contain_text("Kyrgyzstan")
    box.locator(".widget-dropdown select").select_option("UZB")
    expect(explorer.locator(".cr-sentence")).to_contain_text("Uzbekistan")
    expect(chosen(explorer)).to_have_value("UZB")
    expect(box).to_contain_text("Compared with: UZB")
    # And the other way: what is chosen in the explorer is watched.
    chosen(explorer).select_option("IND")
    expect(box).to_contain_text("Compared with: IND")


def test_two_explorers_are_linked_by_their_choices(front: FrontEnd, shown: Page) -> None:
    both = front.cell(shown, LINKED).locator(".cr:has(> .cr-controls)")
    chosen(both.first).select_option("PAK")
    expect(both.last.locator(".cr-sentence")).to_contain_text("Pakistan")
    expect(chosen(both.last)).to_have_value("PAK")


def chosen(explorer: Locator) -> Locator:
    """The explorer's control of the country."""
    return explorer.locator("select:has(option[value=UZB])")


def test_saved_and_opened_again_it_is_readable(front: FrontEnd, shown: Page) -> None:
    if front.name == "voila":  # It saves nothing, and runs the notebook anew.
        front.open(shown, PATH)
        expect(front.cell(shown, OWN)).to_contain_text("47.9")
        return
    front.cell(shown, OWN).locator("select").select_option("KGZ")
    expect(front.cell(shown, OWN)).not_to_contain_text("47.9")
    save(shown)
    saved = json.dumps(front.read(PATH))
    assert "widget-view" not in saved
    front.open(shown, PATH)
    wait_idle(shown)
    expect(shown.get_by_text("model not found")).to_have_count(0)
    own = cell(shown, OWN)
    expect(own).to_contain_text("This is how it last looked.")
    expect(own).to_contain_text("KGZ")
    assert "47.9" not in own.inner_text()
    expect(cell(shown, BOX)).to_contain_text("Compared with: IND")
    expect(cell(shown, BOX).locator("figure").first).to_be_visible()
    # With a kernel it's live again.
    run_all(shown)
    expect(cell(shown, OWN)).to_contain_text("47.9")
