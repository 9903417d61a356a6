"""Self-study in a real browser: a quiz marked by a button, a missed question asked again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import nbformat
import pytest
import quizzes
from axe_playwright_python.sync_playwright import Axe
from frontend import FrontEnd, Server, run_all
from playwright.sync_api import Locator, Page, expect

from crossroads import study

QUIZ = "quiz-01"
_FIRST = quizzes.items(quizzes.ASSIGNMENTS / QUIZ)[0]
#: The words of the first question's key.
KEY = _FIRST.options[_FIRST.call()["key"]]
ITEMS = quizzes.items(quizzes.ASSIGNMENTS / QUIZ)
OWN = ".jp-OutputArea-output .cr"


@pytest.fixture
def desk(server: Server, page: Page) -> Iterator[Locator]:
    """The study notebook, opened and run, after quiz 1 was answered: all right but question 1."""
    notebook = server.root / "quizzes" / QUIZ / f"{QUIZ}.ipynb"
    before = notebook.read_bytes()
    given = {i.id: i.answer for i in ITEMS if i.test} | {"q1": 'q1 = "a"', "q15": "I doubt it."}
    nbformat.write(quizzes.put_answers(nbformat.read(notebook, 4), given), notebook)
    shutil.rmtree(server.root / "progress", ignore_errors=True)
    study.prepare(server.root)
    front = FrontEnd("lab", server)
    front.open(page, study.START)
    page.set_viewport_size({"width": 1280, "height": 8000})
    run_all(page)
    yield page.get_by_role("group", name="Your quizzes")
    notebook.write_bytes(before)
    for name in ("progress", "study"):
        shutil.rmtree(server.root / name, ignore_errors=True)


def test_a_quiz_is_marked_and_what_was_missed_comes_back(
    server: Server, page: Page, desk: Locator
) -> None:
    mark = desk.get_by_role("button", name="Mark my answers")
    mark.click()
    expect(desk.get_by_role("status")).to_contain_text("27 of 28 points", timeout=60_000)
    expect(mark).to_be_focused()
    why = ITEMS[0].call()["why"]["a"]
    expect(desk).to_contain_text(f"You chose a, which is not right. {why}")
    expect(desk.get_by_role("row", name=re.compile("Quiz 1:"))).to_contain_text("27 of 28")

    kept = server.root / "progress" / f"{QUIZ}.json"
    data = json.loads(kept.read_text("utf-8"))
    card = data["entries"][f"{QUIZ}/q1"]
    assert (card["box"], card["due"]) == (1, str(date.today() + timedelta(days=1)))
    card["due"] = str(date.today())
    kept.write_text(json.dumps(data), "utf-8")
    run_all(page)
    expect(page.get_by_text("Due for review today: 1 question.").first).to_be_visible()
    question = page.locator(OWN, has=page.get_by_role("button", name="Check my answer"))
    expect(question.get_by_role("radio", checked=True)).to_have_count(0)
    question.get_by_role("radio", name=KEY).check()
    question.get_by_role("button", name="Check my answer").click()
    expect(question.get_by_role("status")).to_contain_text("Correct")
    assert json.loads(kept.read_text("utf-8"))["entries"][f"{QUIZ}/q1"]["box"] == 2

    found = Axe().run(page, context=OWN).response["violations"]
    assert not found, [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]
