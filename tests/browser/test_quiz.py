"""Quiz 1 from click to feedback, in a real browser: answered, validated, submitted, graded."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import quizzes
from frontend import FrontEnd, Server, cell, command, save, until, wait_idle
from machine import running_course
from playwright.sync_api import Browser, Locator, Page, expect

QUIZ = "quiz-01"
PATH = f"quizzes/{QUIZ}/{QUIZ}.ipynb"
ITEMS = quizzes.items(quizzes.ASSIGNMENTS / QUIZ)
CLICKED = [i for i in ITEMS if i.kind in ("single", "multiple", "order", "match", "number")]
MARK = 7.0
#: Put text into the cell at a place, as typing does.
TYPE = """([place, text]) => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[place];
  cell.model.sharedModel.setSource(text);
}"""
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


def lines(notebook: dict[str, Any]) -> dict[str, str]:
    """Each answer cell's source, by the item's name."""
    return {
        c["metadata"]["crossroads"]["item"]: "".join(c["source"])
        for c in notebook["cells"]
        if "crossroads" in c["metadata"]
    }


@pytest.fixture
def released(server: Server) -> bytes:
    """The student's untouched copy, put back afterwards."""
    return (server.root / PATH).read_bytes()


@pytest.mark.parametrize(
    "front_end", ["notebook", pytest.param("lab", marks=pytest.mark.full)], indirect=True
)
def test_a_quiz_is_answered_by_clicks_alone(
    page: Page, front_end: FrontEnd, released: bytes
) -> None:
    """In JupyterLab for short: ``test_from_release_to_feedback…`` clicks every answer, too."""
    try:
        front_end.open(page, PATH)
        for name, pen in pens(page, front_end.read(PATH)).items():
            item = next(i for i in ITEMS if i.id == name)
            if item in CLICKED:
                pen.scroll_into_view_if_needed()
                answer(pen, item)
                expect(pen.get_by_role("status")).to_contain_text("Answer")
        save(page)
        for item in CLICKED:
            assert item.mark(lines(front_end.read(PATH))[item.id]).score == item.points, item.id
    finally:
        (front_end.server.root / PATH).write_bytes(released)


def grader(page: Page, server: Server, place: str, done: str) -> None:
    """Click one step in formgrader's row of the quiz, and wait until it says that it's done."""
    page.goto(f"{server.url}/formgrader/manage_assignments")
    page.locator("tr", has_text=QUIZ).locator(f"td.{place} a").click()
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


@pytest.fixture
def teaching(tmp_path: Path, taught: Path) -> Iterator[Server]:
    """`crossroads teach`: a class's course, with nbgrader's pages."""
    shutil.copytree(taught, tmp_path / "course")
    with running_course(tmp_path, "teach") as server:
        yield server


def test_a_learner_sees_nothing_of_nbgrader_s(page: Page, lab: FrontEnd) -> None:
    """No menu, no Validate, no Create Assignment, no formgrader: these are a teacher's."""
    lab.open(page, PATH)
    commands = page.evaluate("() => window.jupyterapp.commands.listCommands()")
    assert not [name for name in commands if name.startswith("nbgrader")]
    assert not page.locator("[data-jp-item-name=validate], .validate-button").count()
    assert page.request.get(f"{lab.server.url}/formgrader").status == 404


def test_from_release_to_feedback_by_nbgrader_s_pages(teaching: Server, browser: Browser) -> None:
    server = teaching
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(FORMULAS, lambda route: route.abort())
    page = context.new_page()
    lab = FrontEnd("lab", server)

    grader(page, server, "assign", "Success")
    grader(page, server, "release", "Success")

    # The student: clicks, types the code, validates, submits.
    lab.open(page, PATH)
    notebook = lab.read(PATH)
    for name, pen in pens(page, notebook).items():
        item = next(i for i in ITEMS if i.id == name)
        if item in CLICKED:
            pen.scroll_into_view_if_needed()
            answer(pen, item)
        else:
            named = [c["metadata"].get("crossroads", {}).get("item") for c in notebook["cells"]]
            page.evaluate(TYPE, [named.index(name), item.answer])
    save(page)
    wait_idle(page)
    page.locator("[data-jp-item-name=validate] jp-button, .validate-button").first.dispatch_event(
        "click"
    )
    expect(page.locator(".jp-Dialog")).to_contain_text("Success!", timeout=60_000)
    page.locator(".jp-Dialog .jp-mod-accept").click()
    command(page, "nbgrader:open-assignment-list")
    page.locator(".list_item", has_text=QUIZ).get_by_role("button", name="Submit").click()
    expect(page.locator("#submitted_assignments_list")).to_contain_text(QUIZ)
    (submission,) = (server.root / "exchange").glob(f"*/inbound/*+{QUIZ}+*/{QUIZ}.ipynb")
    assert lines(json.loads(submission.read_text("utf-8"))) == lines(lab.read(PATH))

    # The teacher: collects, grades, marks the written answer, gives feedback.
    grader(page, server, "collect", "Success")
    page.goto(f"{server.url}/formgrader/manage_submissions/{QUIZ}")
    page.locator("td.autograde a").first.click()
    finished(page, "Success")
    marks = scores(server.root / "gradebook.db")
    assert marks == {i.id: i.points for i in ITEMS if i.test}
    mark_by_hand(page, server)
    grader(page, server, "generate-feedback", "Success")
    grader(page, server, "release-feedback", "Success")
    (feedback,) = (server.root / "feedback").glob(f"*/{QUIZ}/{QUIZ}.html")
    total = sum(marks.values()) + MARK
    assert f"{total:g}" in feedback.read_text("utf-8")
    context.close()


def scores(gradebook: Path) -> dict[str, float]:
    """Each automatically marked question's score, as the gradebook has it."""
    with sqlite3.connect(gradebook) as connection:
        rows = connection.execute(
            "select base_cell.name, grade.auto_score from grade "
            "join grade_cells on grade.cell_id = grade_cells.id "
            "join base_cell on base_cell.id = grade_cells.id where auto_score is not null"
        )
        return dict(rows.fetchall())
