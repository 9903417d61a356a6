"""The marking desk and the dashboard in a real browser, as `crossroads marking` opens them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from desks import record
from frontend import FrontEnd, Server, run_all
from graders import make_course
from machine import running_course
from playwright.sync_api import Browser, Locator, Page, expect
from quizzes import by_grade_id

from crossroads.classroom import regrade_requests
from crossroads.manual_grading import marking

QUIZ = "quiz-01"
WRITERS = [f"writer-{n}" for n in range(1, 7)]
HOSTILE = "**I doubt it.** <script>top.pwned = 1</script><img src=x onerror=top.pwned=1>"
#: nbgrader's pages ask a CDN for the typesetting of formulas; quizzes have none.
FORMULAS = re.compile(r"mathjax", re.I)
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, taught: Path) -> Iterator[Server]:
    """`crossroads marking quiz-01` on a graded class of six who wrote something."""
    folder = tmp_path_factory.mktemp("desk")
    root = make_course(folder / "course", QUIZ)
    shutil.copytree(taught, root, dirs_exist_ok=True)
    texts: dict[str, str | None] = {
        who: f"The claim is causal for {n} reasons.\n\n{HOSTILE}" for n, who in enumerate(WRITERS)
    }
    record(root, QUIZ, {**texts, "leaver": None}, held={"broken": "The file is not a notebook."})
    with running_course(folder, f"marking {QUIZ}") as server:
        yield server


def opened(page: Page, server: Server, where: str = "") -> Locator:
    """The desk or dashboard at a place of the server."""
    page.goto(f"{server.url}/{where}")
    shown = page.locator(".cr-desk")
    expect(shown.get_by_role("heading").first).to_be_visible(timeout=90_000)
    return shown


def points(server: Server) -> list[float]:
    """The marks that people gave, as the gradebook has them."""
    with sqlite3.connect(server.root / "gradebook.db") as book:
        rows = book.execute("select manual_score from grade where manual_score is not null")
        return [score for (score,) in rows.fetchall()]


def said(shown: Locator, words: str) -> None:
    expect(shown.locator("> [role=status]")).to_contain_text(words, timeout=30_000)


def axe(page: Page) -> list[Any]:
    found = Axe().run(page, context=".cr-desk").response["violations"]
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]


def test_an_answer_is_marked_by_keys_alone_and_nobody_is_named(
    desk: Server, page: Page, errors: list[str]
) -> None:
    shown = opened(page, desk)
    assert "/voila/render/marking.ipynb" in page.url
    expect(shown).to_contain_text("0 of 6 marked, 6 left. 1 left the answer blank")
    assert not any(name in shown.inner_html() for name in (*WRITERS, "leaver", "broken"))
    answer = shown.get_by_role("region", name="Answer 1")
    expect(answer).to_contain_text("<script>top.pwned = 1</script>")
    expect(answer.locator("strong")).to_have_text("I doubt it.")
    assert answer.locator("img, script").count() == 0
    assert page.evaluate("window.pwned") is None
    assert axe(page) == []

    title = shown.get_by_role("heading", name="Answer 1 of 6")
    title.focus()
    page.keyboard.type("21")
    page.keyboard.press("Control+Enter")
    said(shown, "Choose a level for Limit named")
    expect(
        shown.get_by_role("group", name="Limit named").get_by_role("radio").first
    ).to_be_focused()
    page.keyboard.type("32")
    expect(shown.get_by_label("Comment to the student")).to_be_focused()
    page.keyboard.type("Name the year.")
    expect(shown).to_contain_text("Total: 8 of 12 points")
    expect(shown).to_contain_text("Not saved yet.")
    page.keyboard.press("Control+Enter")
    said(shown, "Saved: 8 of 12 points.")
    expect(shown.get_by_role("heading", name="Answer 2 of 6")).to_be_focused()
    expect(shown).to_contain_text("1 of 6 marked, 5 left.")
    assert points(desk) == [8]

    shown.get_by_role("button", name="← Previous").click()
    expect(shown.get_by_role("heading", name="Answer 1 of 6")).to_contain_text("marked")
    expect(shown.get_by_label("Comment to the student")).to_have_value("Name the year.")
    chosen = shown.get_by_role("radio", checked=True)
    assert chosen.evaluate_all("all => all.map((one) => one.value)") == ["2", "1", "3", "2"]
    assert errors == []


def test_what_the_gradebook_refuses_stays_on_the_page(desk: Server, page: Page) -> None:
    shown = opened(page, desk)
    before = points(desk)
    shown.get_by_role("heading", level=2).focus()
    page.keyboard.type("3333A comment that must not be lost.")
    other = sqlite3.connect(desk.root / "gradebook.db")
    other.execute("begin immediate")
    page.keyboard.press("Control+Enter")
    try:
        said(shown, "The gradebook cannot be written (database is locked)")
    finally:
        other.rollback()
        other.close()
    comment = shown.get_by_label("Comment to the student")
    expect(comment).to_have_value("A comment that must not be lost.")
    expect(shown.get_by_role("radio", checked=True)).to_have_count(4)
    # Away and back: what isn't saved is still there.
    shown.get_by_role("button", name="Next →").click()
    expect(comment).to_have_value("")
    shown.get_by_role("button", name="← Previous").click()
    expect(comment).to_have_value("A comment that must not be lost.")
    assert points(desk) == before
    shown.get_by_role("button", name="Save and next").click()
    said(shown, "Saved: 12 of 12 points.")
    assert sorted(points(desk)) == sorted([*before, 12])


def test_comments_are_kept_used_again_and_changed(desk: Server, page: Page) -> None:
    shown = opened(page, desk)
    comment = shown.get_by_label("Comment to the student")
    bank = shown.locator(".cr-bank")
    comment.fill("Which year?")
    bank.locator("summary").click()
    bank.get_by_role("button", name="this question").click()
    said(shown, "The comment is saved in the bank.")
    comment.fill("Well put.")
    bank.get_by_role("button", name="all questions").click()
    expect(bank.locator("summary")).to_have_text("Comment bank (2)")
    path = desk.root / "comments.yml"
    kept = yaml.safe_load(path.read_text("utf-8"))
    assert kept == {f"{QUIZ}/q15": ["Which year?"], "everywhere": ["Well put."]}

    comment.fill("")
    bank.get_by_role("button", name="Which year?", exact=True).click()
    bank.get_by_role("button", name="Well put.", exact=True).click()
    expect(comment).to_have_value("Which year?\nWell put.")
    bank.get_by_role("button", name="Edit the comment: Which year?").click()
    bank.get_by_role("textbox").fill("From which year on?")
    bank.get_by_role("button", name="Save", exact=True).click()
    expect(bank.get_by_role("button", name="From which year on?", exact=True)).to_be_visible()
    expect(comment).to_have_value("Which year?\nWell put.")
    bank.get_by_role("button", name="Edit the comment: Well put.").click()
    bank.get_by_role("button", name="Remove").click()
    expect(bank.locator("summary")).to_have_text("Comment bank (1)")
    kept = yaml.safe_load(path.read_text("utf-8"))
    assert kept == {f"{QUIZ}/q15": ["From which year on?"]}
    assert axe(page) == []


def test_a_mark_goes_to_all_with_one_text_and_a_request_is_answered(
    desk: Server, page: Page, errors: list[str]
) -> None:
    (item,) = marking.written(desk.root, QUIZ)
    queue = marking.queue(desk.root, item).answers
    one, same, near = [answer.student for answer in queue if answer.state == "to mark"][:3]
    text = f"Trade grew after the corridor opened, yet no source is named. {HOSTILE}"
    for student, own in ((one, text), (same, text.upper()), (near, text.replace("grew", "rose"))):
        path = desk.root / "autograded" / student / QUIZ / f"{QUIZ}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        by_grade_id(notebook)["q15"].source = own
        nbformat.write(notebook, path)
    asked = {student: {"q1": regrade_requests.Request(HOSTILE)} for student in (one, same)}
    regrade_requests.write(desk.root, QUIZ, asked)
    before = points(desk)

    shown = opened(page, desk)
    also = shown.get_by_role("group", name="Give the same mark and comment to")
    expect(also.get_by_label("1 more with the same text, not marked yet")).to_be_checked()
    expect(also.get_by_label("1 with nearly the same text")).not_to_be_checked()
    also.get_by_text("What differs").click()
    expect(also.locator("mark")).to_have_text("rose")
    expect(shown.get_by_role("button", name="Save for 2 answers and next")).to_be_visible()
    assert axe(page) == []
    shown.get_by_role("heading", level=2).focus()
    page.keyboard.type("2132")
    page.keyboard.press("Control+Enter")
    said(shown, "Saved for 2 answers: 8 of 12 points.")
    assert sorted(points(desk)) == sorted([*before, 8, 8])
    # Not asked for, the mark goes to nobody else.
    expect(shown.get_by_role("button", name="Save and next")).to_be_visible()

    shown.get_by_label("What to do").select_option("requests")
    expect(shown.get_by_role("heading", level=2)).to_contain_text("Request 1 of 2: Question 1")
    expect(shown.locator(".cr-request")).to_contain_text("<script>top.pwned = 1</script>")
    shown.get_by_role("button", name="Answer; the mark stays").click()
    said(shown, "Write an answer to the student first.")
    reply = shown.get_by_label("Answer to the request")
    expect(reply).to_be_focused()
    reply.fill("The article says so in its first line.")
    assert axe(page) == []
    shown.get_by_role("button", name="Answer; the mark stays").click()
    said(shown, "Answered. It goes back with the next feedback page.")
    expect(shown.locator(".cr-far")).to_contain_text("1 of 2 answered.")
    expect(reply).to_have_value("")
    reply.fill("You are right.")
    shown.get_by_role("group", name="Points").get_by_role("radio").last.check()
    shown.get_by_role("button", name="Change the mark and answer").click()
    said(shown, "Answered.")
    kept = regrade_requests.read(desk.root, QUIZ)
    assert regrade_requests.open_ones(kept) == 0
    assert sorted(own["q1"].after for own in kept.values()) == [0, 1]
    assert page.evaluate("window.pwned") is None and errors == []
    with sqlite3.connect(desk.root / "gradebook.db") as book:
        book.execute("update grade set manual_score = null where manual_score = 0")


def test_a_second_marker_works_in_jupyterlab_and_differences_are_settled(
    desk: Server, page: Page
) -> None:
    (item,) = marking.written(desk.root, QUIZ)
    criteria = marking.rubric(desk.root, item)
    everything = {one.name: 3.0 for one in criteria}
    for answer in marking.queue(desk.root, item).answers:
        marking.save(desk.root, item, answer.student, marking.mark(criteria, everything, "Good."))
    lab = FrontEnd("lab", desk)
    code = f"from crossroads import desk\n\ndesk.marking_desk('{QUIZ}', marker='anna')"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": code}
    notebook = lab.read("marking.ipynb") | {"cells": [cell | {"execution_count": None}]}
    lab.write("anna.ipynb", notebook)
    lab.open(page, "anna.ipynb")
    run_all(page)
    shown = page.locator(".jp-OutputArea-output .cr-desk")
    expect(shown).to_contain_text("You mark as anna")
    expect(shown).to_contain_text("0 of 6 marked")
    expect(shown.get_by_role("radio", checked=True)).to_have_count(0)
    expect(shown).not_to_contain_text("Good.")
    shown.get_by_role("heading", level=2).focus()
    page.keyboard.type("0233Thin.")
    page.keyboard.press("Control+Enter")
    said(shown, "Saved: 8 of 12 points.")
    assert set(points(desk)) == {12}
    assert axe(page) == []

    shown = opened(page, desk)
    shown.get_by_label("What to do").select_option("settle:anna")
    expect(shown).to_contain_text("1 still to be settled.")
    row = shown.get_by_role("row", name="Claim identified").first
    shown.get_by_text("How far the two markers agree").first.click()
    expect(row).to_contain_text("too few")
    expect(shown.get_by_role("row", name="Claim identified 3 0")).to_contain_text("3 levels apart")
    expect(shown).to_contain_text("anna says: Thin.")
    expect(shown.get_by_role("radio", checked=True)).to_have_count(2)
    assert axe(page) == []
    assert not any(name in shown.inner_html() for name in WRITERS)
    for name, level in (("Claim identified", "2"), ("Evidence weighed", "2")):
        group = shown.get_by_role("group", name=name)
        group.locator(f"input[value='{level}']").check()
    shown.get_by_role("button", name="Settle").click()
    said(shown, "Saved: 10 of 12 points. That was the last one.")
    expect(shown).to_contain_text("There is nothing left to settle")
    assert sorted(points(desk)) == [10, *[12] * 5]


def test_the_dashboard_shows_what_waits_and_leads_there(
    desk: Server, page: Page, errors: list[str]
) -> None:
    shown = opened(page, desk, "voila/render/dashboard.ipynb")
    said(shown, "8 submissions; 0 to grade; 1 on hold")
    held = shown.get_by_role("row", name=QUIZ).filter(has_text="broken")
    expect(held).to_contain_text("The file is not a notebook.")
    expect(shown.get_by_role("row", name=re.compile("L1.1 "))).to_contain_text("%")
    assert axe(page) == []
    page.set_viewport_size({"width": 800, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    shown.get_by_label("Assignment", exact=True).select_option(QUIZ)
    report = shown.get_by_role("button", name="Write the report")
    report.click()
    said(shown, "The report is written")
    expect(report).to_be_focused()
    assert errors == []
    shown.get_by_role("link", name="Report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(QUIZ)


def test_formgrader_shows_the_rubric_beside_the_answer_and_no_name(
    desk: Server, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(FORMULAS, lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{desk.url}/formgrader/gradebook/{QUIZ}/{QUIZ}")
    first = page.locator("td.name a").first
    expect(first).to_contain_text("Submission #1")
    assert not any(name in page.locator("table").inner_text() for name in WRITERS)
    page.locator("td.name a.name-hidden").first.click()
    score = page.locator("input.score#q15")
    score.scroll_into_view_if_needed()
    rubric = page.locator("table", has_text="Claim identified")
    answer = page.locator(".nbgrader_cell", has=score)
    # At once: the page scrolls by itself meanwhile.
    between = """([above, below]) =>
      below.getBoundingClientRect().top - above.getBoundingClientRect().bottom"""
    distance = page.evaluate(between, [rubric.element_handle(), answer.element_handle()])
    assert 0 <= distance < 200
    assert not any(name in page.locator("body").inner_text() for name in WRITERS)
    context.close()


def test_an_empty_course_says_what_to_do(
    tmp_path_factory: pytest.TempPathFactory, page: Page, taught: Path
) -> None:
    folder: Path = tmp_path_factory.mktemp("empty")
    shutil.copytree(taught, folder / "course")
    with running_course(folder, "dashboard") as server:
        shown = opened(page, server)
        said(shown, "Nothing is submitted yet.")
        expect(shown.get_by_role("listitem").first).to_contain_text("nbgrader generate_assignment")
        shown.get_by_role("button", name="Refresh").click()
        said(shown, "Nothing is submitted yet.")
        assert axe(page) == []
        page.goto(f"{server.url}/voila/render/marking.ipynb")
        desk = page.locator(".cr-desk")
        expect(desk).to_contain_text("No answer to this question is here yet.", timeout=90_000)
