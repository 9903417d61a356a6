"""Nothing that students write runs on a page of the teacher's: all payloads on each at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from frontend import Server, harmed
from graders import FULL, NAME, answered, hand_in, make_course
from machine import running_course
from nbconvert.filters import markdown2html_mistune
from payloads import FILES, NAMES, OUTPUTS, TEXTS
from playwright.sync_api import Browser, Page, expect

from crossroads import report
from crossroads.classroom import roster
from crossroads.feedback import write_pages as feedback
from crossroads.grading import run

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
STUDENTS = [f"student-{n}" for n in range(len(NAMES))]
#: One for all payloads; another says what became of a page's words.
ALL = "\n\n".join(["The claim is causal.", *TEXTS, "I doubt it."])
SHOWN = (
    f"from IPython.display import display\nfor data in {OUTPUTS!r}:\n    display(data, raw=True)"
)
WIDGET = "application/vnd.jupyter.widget-view+json"


def payloads_of(root: Path) -> Any:
    notebook = answered(root, q15=ALL)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "q10-answer":
            cell.source = f"{SHOWN}\n{cell.source}"
    notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in TEXTS]
    return notebook


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, taught: Path) -> Iterator[Server]:
    """`crossroads marking` on a graded class that wrote nothing but payloads."""
    folder = tmp_path_factory.mktemp("payloads")
    root = make_course(folder / "course", NAME)
    shutil.copytree(taught, root, dirs_exist_ok=True)
    people = zip(STUDENTS, NAMES, strict=True)
    roster.update(root, [roster.Person(who, name, f"{name} last") for who, name in people])
    for student in STUDENTS[1:3]:
        place = hand_in(root, student, payloads_of(root))
        for name, content in FILES.items():
            (place / name).write_bytes(content)
    # All answers of a kind that has options, too.
    hand_in(root, STUDENTS[3], answered(root, q1=f"q1 = {TEXTS[0]!r}", q15=TEXTS[19]))
    hand_in(root, STUDENTS[4], f"{TEXTS[0]} is no notebook")
    results, _ = run.grade_class(root, NAME, workers=1)
    assert [sum(m.points or 0 for m in r.marks.values()) for r in results[:2]] == [FULL, FULL]
    assert results[3].held
    with running_course(folder, f"marking {NAME}") as server:
        yield server


def submissions(desk: Server, page: Page) -> list[str]:
    """The addresses of formgrader's pages of submissions."""
    page.goto(f"{desk.url}/formgrader/gradebook/{NAME}/{NAME}")
    links = page.locator("td.name a.name-hidden")
    expect(links).to_have_count(4)
    addresses: list[str] = links.evaluate_all("all => all.map((one) => one.href)")
    return addresses


def test_the_payloads_do_run_where_nothing_is_done(browser: Browser) -> None:
    """What each test below is worth: stock rendering of the same texts runs most of them alone."""
    ran, page = 0, browser.new_page()
    for text in TEXTS:
        page.goto("about:blank")
        try:
            made = markdown2html_mistune(text)
        except Exception:  # a picture that isn't attached
            continue
        page.set_content(f"<!doctype html><title>x</title>{made}")
        ran += harmed(page) is not None
    page.close()
    assert len(TEXTS) >= 90 and ran >= 35


def test_formgrader(desk: Server, page: Page) -> None:
    for where in ("manage_students", f"gradebook/{NAME}/{NAME}", f"manage_submissions/{NAME}"):
        page.goto(f"{desk.url}/formgrader/{where}")
        expect(page.locator("#main-table tr td").nth(1)).to_be_attached()
        assert harmed(page) is None, where
    pages = submissions(desk, page)
    reasons = 0
    for address in pages:
        reply = page.goto(address)
        assert reply and reply.status == 200
        expect(page.locator("input.score#q15")).to_be_attached()
        page.wait_for_load_state("networkidle")
        assert harmed(page) is None
        words = page.locator("#notebook").first.inner_text()
        reasons += "On hold:" in words
        if "The claim is causal." in words:
            # nbgrader's own scripts have run: they fill in the points, and wait for formulas.
            given = page.locator("input.score#q1")
            expect(given).to_have_attribute("placeholder", re.compile("[1-9]"))
            assert page.evaluate("MathJax.loaded")
            assert "<img src=x onerror=top.pwned=1>" in words and "I doubt it." in words
            assert page.locator("td", has_text=re.compile("^7$")).count() == 1
    assert reasons == 1
    page.locator(".glyphicon-eye-open.name-hidden").click()
    expect(page.locator("a.name-shown")).to_be_visible()
    assert harmed(page) is None
    for where in ("api/students", 'manage_students/";top.pwned=1;"'):
        page.goto(f"{desk.url}/formgrader/{where}")
        assert harmed(page) is None, where


def test_what_slips_through_to_formgrader_does_not_run_either(
    desk: Server, browser: Browser
) -> None:
    """As stock nbgrader leaves it in the folder: answers, outputs and files untouched."""
    folder = desk.root / "autograded" / STUDENTS[1] / NAME
    path = folder / f"{NAME}.ipynb"
    before = path.read_text("utf-8")
    notebook = nbformat.reads(before, 4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # A widget's view of this form is nbconvert's error page, too.
            kept = [o for o in OUTPUTS if not {"image/png", "image/jpeg", WIDGET} & o.keys()]
            cell.outputs += [nbformat.v4.new_output("display_data", data=o) for o in kept]
    # Each in a cell of its own: an attachment that isn't there is nbgrader's error page.
    texts = [text for text in TEXTS if "attachment" not in text]
    notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in texts]
    page = browser.new_page()
    try:
        path.write_text(nbformat.writes(notebook), "utf-8")
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        page.route(lambda url: "example.org" in url, lambda route: route.abort())
        pages = submissions(desk, page)
        seen = 0
        for address in pages:
            reply = page.goto(address)
            assert reply and reply.status == 200
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.pwned ?? null") is None
            seen += page.evaluate(
                "[...document.scripts].some((one) => one.textContent.includes('top.pwned'))"
            )
            for name in ("page.html", "picture.svg"):
                page.goto(f"{address.rstrip('/')}/{name}")
                assert page.evaluate("window.pwned ?? null") is None
        assert seen == 1
    finally:
        page.close()
        path.write_text(before, "utf-8")
        for name in FILES:
            (folder / name).unlink()


@pytest.mark.parametrize("where", ["marking.ipynb", "dashboard.ipynb"])
def test_marking_desk_and_dashboard_in_voila(desk: Server, page: Page, where: str) -> None:
    page.goto(f"{desk.url}/voila/render/{where}", wait_until="commit", timeout=90_000)
    shown = page.locator(".cr-desk")
    expect(shown.get_by_role("heading").first).to_be_visible(timeout=90_000)
    if where == "marking.ipynb":
        for _ in range(3):
            expect(shown.get_by_role("region", name=re.compile("^Answer"))).to_be_visible()
            assert harmed(page) is None
            shown.get_by_role("button", name="Next →").click()
    assert harmed(page) is None


def test_pages_that_are_not_there(desk: Server, page: Page) -> None:
    """Voilà's own page for what isn't there asks a server on the internet for its letters."""
    for where in ("voila/render/<img src=x onerror=top.pwned=1>.ipynb", "formgrader/nowhere"):
        reply = page.goto(f"{desk.url}/{where}")
        assert reply and reply.status == 404
        assert harmed(page) is None


def test_feedback_and_report(desk: Server, browser: Browser) -> None:
    page = browser.new_page()
    written = feedback.write(desk.root, NAME)
    assert len(written.paths) == 4
    for path in written.paths:
        page.goto(path.as_uri())
        assert harmed(page) is None, path
    own = report.Analysis(report.read(desk.root, NAME))
    report.write(desk.root / "reports" / NAME, own)
    page.goto((desk.root / "reports" / NAME / "report.html").as_uri())
    assert harmed(page) is None
    page.close()
