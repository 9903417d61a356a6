"""Quiz 1 by clicks, as students and teachers do it: for tests in a browser, of a hub too."""

from __future__ import annotations

import re
from typing import Any

import quizzes
from frontend import Server, cell, until
from playwright.sync_api import Locator, Page, expect

from crossroads.questions.kinds import AS_DATA

QUIZ = "quiz-01"
PATH = f"quizzes/{QUIZ}/{QUIZ}.ipynb"
ITEMS = quizzes.items(quizzes.ASSIGNMENTS / QUIZ)
CLICKED = [i for i in ITEMS if i.kind in AS_DATA]
MARK = 7.0
#: nbgrader's pages ask a CDN for the typesetting of formulas; quizzes have none.
FORMULAS = re.compile(r"mathjax", re.I)


def pens(page: Page, notebook: dict[str, Any]) -> dict[str, Locator]:
    """The answer cell of each item, by the item's name."""
    named = {
        c["metadata"]["crossroads"]["item"]: n
        for n, c in enumerate(notebook["cells"])
        if "crossroads" in c["metadata"]
    }
    return {item: cell(page, n) for item, n in named.items()}


def answer(pen: Locator, item: quizzes.Item) -> None:
    """Choose the right answer with the pen's controls, as a student would."""
    key = item.call()["key"]
    if item.kind == "single":
        pen.get_by_role("radio", name=re.compile(rf"^{key}\. ")).check()
    elif item.kind == "multiple":
        for code in sorted(key):
            pen.get_by_role("checkbox", name=re.compile(rf"^{code}\. ")).check()
    elif item.kind == "match":
        for left, right in key.items():
            pen.get_by_label(re.compile(rf"^{left}\. ")).select_option(right)
    elif item.kind == "number":
        pen.get_by_role("textbox").last.fill(f"{key:.1f}")
    else:
        pen.get_by_role("button", name="Use this order").click()
        for place, code in enumerate(key):
            text = re.sub(r"[*_`]", "", item.options[code])
            up = pen.get_by_role("button", name=f"Move up: {text}", exact=True)
            while said(pen).index(code) > place:
                up.click()


def said(pen: Locator) -> list[str]:
    """The codes that the pen says are the answer."""
    return pen.get_by_role("status").inner_text().removeprefix("Answer: ").split(", ")


def grader(page: Page, server: Server, place: str, done: str) -> None:
    """Click one step in formgrader's row of the quiz, and wait until it says that it's done."""
    page.goto(f"{server.url}/formgrader/manage_assignments")
    row = page.locator("tr", has=page.get_by_text(QUIZ, exact=True))
    row.locator(f"td.{place} a").click()
    finished(page, done)


def finished(page: Page, done: str) -> None:
    """Wait for the dialog that says how a step ended."""
    title = page.locator(".modal.in .modal-title, .modal.show .modal-title")
    expect(title).to_have_text(re.compile(done), timeout=120_000)


def mark_by_hand(page: Page, server: Server) -> None:
    """Give the first submission's written answer its mark in formgrader."""
    page.goto(f"{server.url}/formgrader/gradebook/{QUIZ}/{QUIZ}")
    page.locator("td.name a").first.click()
    # A mark typed before the page has the old ones isn't saved.
    until(page, "() => window.formgrader?.grades?.loaded && formgrader.comments?.loaded")
    written = page.locator("input.score#q15")
    written.scroll_into_view_if_needed()
    written.fill(f"{MARK:g}")
    with page.expect_response(re.compile("/formgrader/api/grade/")) as saved:
        written.press("Tab")
    assert saved.value.ok
