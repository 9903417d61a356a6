"""Quiz 1 from click to feedback, in a real browser: answered, validated, submitted, graded."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clicks import (
    CLICKED,
    FORMULAS,
    ITEMS,
    MARK,
    PATH,
    QUIZ,
    answer,
    finished,
    grader,
    mark_by_hand,
    pens,
)
from frontend import FrontEnd, Server, command, save, wait_idle
from machine import running_course
from playwright.sync_api import Browser, Page, expect

#: Put text into the cell at a place, as typing does.
TYPE = """([place, text]) => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[place];
  cell.model.sharedModel.setSource(text);
}"""


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
