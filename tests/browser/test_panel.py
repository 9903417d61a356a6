"""The Course panel, and a prediction that comes before what it predicts, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from frontend import POLL, FrontEnd, Server, cell, command, run_all, wait_drawn
from machine import watched_page
from playwright.sync_api import Browser, Locator, Page, expect

from crossroads.lessons.checks import lesson_items

START, SECURITY = "lessons/00-start-here.ipynb", "lessons/05-security-by-numbers.ipynb"
QUIZ = "quizzes/quiz-01/quiz-01.ipynb"


@pytest.fixture(autouse=True)
def kept(server: Server, tmp_path: Path) -> Iterator[Path]:
    """The folder of progress, empty; what these tests write is taken back."""
    folders = ("progress", "lessons", "quizzes")
    for name in folders:
        shutil.copytree(server.root / name, tmp_path / name)
    progress = server.root / "progress"
    for path in progress.iterdir():
        path.unlink()
    yield progress
    for name in folders:
        shutil.rmtree(server.root / name)
        # The page that stays open may have made a folder of its own by now.
        shutil.copytree(tmp_path / name, server.root / name, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """A page in which JupyterLab stays open from test to test."""
    with watched_page(browser, []) as page:
        yield page


def keep(progress: Path, lesson: str, **entries: dict[str, Any]) -> None:
    """Write a lesson's progress as Python does; names have _ for -."""
    named = {f"{lesson}-{name.replace('_', '-')}": entry for name, entry in entries.items()}
    data = {"schema": "crossroads/progress", "version": 2, "entries": named}
    (progress / f"lesson-{lesson}.json").write_text(json.dumps(data), "utf-8")


def right(when: str = "2027-01-02T10:00:00+00:00") -> dict[str, Any]:
    return {"state": "right", "first": "right", "ever_right": True, "when": when}


def panel(page: Page) -> Locator:
    return page.locator(".crc")


def entry(page: Page, title: str) -> Locator:
    """A lesson or quiz in the panel's lists."""
    return panel(page).get_by_role("listitem").filter(has_text=title)


def come_back(page: Page) -> None:
    """Look at the panel again, as after a while in another window."""
    command(page, "crossroads:course")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def test_a_learner_begins_with_it_and_a_right_answer_counts_at_once(
    lab: FrontEnd, page: Page
) -> None:
    lab.open(page, START)
    expect(panel(page)).to_be_visible()
    expect(panel(page).get_by_role("heading", name="Lessons")).to_be_visible()
    expect(panel(page).get_by_role("link", name="Start with 0 · Start here")).to_be_visible()
    first = entry(page, "0 · Start here")
    expect(first).to_contain_text("20 min · 0 of 7 done")
    expect(first.get_by_role("link")).to_have_attribute("aria-current", "page")
    for title in ("Property Inspector", "Debugger", "Extension Manager", "nbgrader"):
        expect(page.locator(f".jp-SideBar [title*='{title}']")).to_have_count(0)

    run_all(page)
    wait_drawn(page)
    item = lesson_items("00")["00-run"]
    right = next(option.text for option in item.options if option.right)
    asked = page.locator(".cr:has(> .cr-verdict)").filter(has_text=item.prompt)
    asked.get_by_label(right).check()
    asked.get_by_role("button").click()
    expect(first).to_contain_text("1 of 7 done")
    expect(panel(page)).to_contain_text(re.compile(r"1 of \d+ self-checks, 0 of 14 lessons"))
    bar = panel(page).get_by_role("progressbar", name="Your progress")
    expect(bar).to_have_attribute("aria-valuetext", re.compile("1 of"))


def test_a_learner_goes_on_where_they_stopped(lab: FrontEnd, shared: Page, kept: Path) -> None:
    page = shared
    keep(kept, "03", base_year=right(), p_line={"answer": "0", "when": "2027-01-02T11:00:00+00:00"})
    keep(kept, "02", five=right("2027-01-01T10:00:00+00:00"))
    lab.open(page, START)
    come_back(page)
    next_ = panel(page).get_by_role("link", name=re.compile("^Continue where you stopped"))
    expect(next_).to_contain_text("3 · How dependent is dependent?")
    next_.click()
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.context?.path.startsWith('lessons/03-')",
        polling=POLL,
    )
    expect(panel(page).locator("[aria-current=page]")).to_have_text(
        "3 · How dependent is dependent?"
    )
    # Files stay a click away; and the reader's choice is kept.
    panel(page).get_by_role("button", name="Show all files").click()
    expect(page.locator(".jp-DirListing").first).to_be_visible()
    expect(panel(page)).to_be_hidden()


def test_what_cant_be_read_is_named_and_the_rest_is_shown(
    lab: FrontEnd, shared: Page, kept: Path
) -> None:
    page = shared
    keep(kept, "02", five=right())
    (kept / "lesson-03.json").write_text("{ this is no", "utf-8")
    lab.open(page, START)
    come_back(page)
    expect(panel(page)).to_contain_text("progress/lesson-03.json can't be read.")
    expect(entry(page, "2 · Who sits at which table?")).to_contain_text("1 of 14 done")
    (kept / "lesson-03.json").unlink()
    come_back(page)
    expect(panel(page)).not_to_contain_text("can't be read")


def test_a_quiz_says_what_is_open_and_until_when(lab: FrontEnd, shared: Page) -> None:
    page = shared
    quiz = lab.read(QUIZ)
    for one in quiz["cells"]:
        if one["metadata"].get("crossroads", {}).get("item") == "q1":
            one["source"] = 'q1 = "a"'
    quiz["metadata"]["crossroads"]["deadline"] = "2027-01-31T07:00:00Z"
    lab.write(QUIZ, quiz)
    lab.open(page, START)
    come_back(page)
    said = entry(page, "Quiz 1: What does the article say?")
    expect(said).to_contain_text(
        "14 of 15 not answered yet: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"
    )
    due = page.evaluate(
        """() => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
          .format(new Date('2027-01-31T07:00:00Z'))"""
    )
    past = datetime(2027, 1, 31, 7, tzinfo=UTC) < datetime.now(UTC)
    expect(said).to_contain_text(f"{'was due' if past else 'due'} {due}")
    expect(entry(page, "Quiz 2: ")).to_contain_text("not started: 15 questions")


def test_axe_finds_nothing_in_it_in_russian_and_in_the_dark(lab: FrontEnd, page: Page) -> None:
    listed = lab.read("lessons/course.json")
    lab.write("lessons/course.json", listed | {"language": "ru"})
    lab.open(page, START)
    expect(panel(page)).to_have_attribute("lang", "ru")
    expect(panel(page).get_by_role("heading", name="Уроки")).to_be_visible()
    panel(page).get_by_text("Клавиши").click()
    for theme in ("Dark", "Light"):
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
            ".then(() => null)",
            f"JupyterLab {theme}",
        )
        light = str(theme == "Light").lower()
        page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'", polling=POLL)
        found = Axe().run(page, context={"include": [[".crc"]]}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_notebook_opens_it_by_its_command(server: Server, page: Page, kept: Path) -> None:
    keep(kept, "02", five=right())
    front_end = FrontEnd("notebook", server)
    front_end.open(page, START)
    expect(panel(page)).to_be_hidden()
    command(page, "crossroads:course")
    expect(entry(page, "2 · Who sits at which table?")).to_contain_text("1 of 14 done")
    expect(panel(page).get_by_role("link").first).to_be_focused()
    link = entry(page, "5 · Security by numbers").get_by_role("link")
    expect(link).to_have_attribute("href", f"{server.url.removesuffix('/')}/notebooks/{SECURITY}")
    with page.expect_popup() as opened:
        link.click()
    assert opened.value.url.endswith(f"/notebooks/{SECURITY}")
    opened.value.close()
    # And on the page of files.
    page.goto(f"{server.url}/tree")
    page.wait_for_function(
        "window.jupyterapp?.commands.hasCommand('crossroads:course')", polling=POLL
    )
    command(page, "crossroads:course")
    expect(entry(page, "5 · Security by numbers")).to_be_visible()


def test_where_there_is_no_course_there_is_no_panel(
    lab: FrontEnd, page: Page, errors: list[str]
) -> None:
    (lab.server.root / "lessons" / "course.json").unlink()
    lab.open(page, START)
    # What stood open beside the lesson in the test before may be remembered.
    command(page, "filebrowser:activate")
    expect(page.locator(".jp-DirListing").first).to_be_visible()
    expect(panel(page)).to_have_count(0)
    assert [said for said in errors if "404" in said] == []


def test_run_all_leads_to_the_prediction_and_what_it_is_about_waits(
    lab: FrontEnd, shared: Page
) -> None:
    page = shared
    lab.open(page, SECURITY)
    come_back(page)
    sources = ["".join(one["source"]) for one in lab.read(SECURITY)["cells"]]
    asked = next(i for i, text in enumerate(sources) if text.startswith("cr.predict("))
    shown = next(i for i, text in enumerate(sources) if text.startswith("cr.security_timeline"))
    run_all(page)
    wait_drawn(page)
    explorer = cell(page, shown).locator(".cr-controls")
    cover = cell(page, shown).locator(".crp-cover")
    expect(cover).to_contain_text("Predict first.")
    expect(explorer).to_be_hidden()
    page.wait_for_function(
        f"window.jupyterapp.shell.currentWidget.content.activeCellIndex === {asked}", polling=POLL
    )
    expect(cell(page, asked)).to_be_in_viewport()
    box = cell(page, asked).get_by_role("textbox").last
    box.fill("Ten, I think")
    cell(page, asked).locator(".cr button").click()
    expect(cover).to_have_count(0)
    expect(explorer).to_be_visible()

    # Run again, the reader stays where they are.
    page.evaluate(
        "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i; }", shown
    )
    page.wait_for_timeout(200)
    run_all(page)
    page.wait_for_function(
        f"window.jupyterapp.shell.currentWidget.content.activeCellIndex === {shown}", polling=POLL
    )


def test_nobody_has_to_predict(lab: FrontEnd, shared: Page, kept: Path) -> None:
    page = shared
    lab.open(page, SECURITY)
    come_back(page)
    run_all(page)
    wait_drawn(page)
    cover = page.locator(".crp-cover")
    expect(cover).to_have_count(1)
    cover.get_by_role("button", name="Show it anyway").click()
    expect(cover).to_have_count(0)
    expect(page.locator(".cr-controls").first).to_be_visible()
    assert not (kept / "lesson-05.json").exists()
