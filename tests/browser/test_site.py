"""The site in a real browser: contrast, structure, search, slides, the live edition offline."""

from __future__ import annotations

import functools
import http.server
import json
import sys
import threading
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from frontend import POLL, cell, harmed, run_all, type_over, wait_idle
from payloads import TEXTS
from playwright.sync_api import expect

import crossroads
from crossroads.lessons.checks import coded, lesson_items
from crossroads.questions.self_check import mark

TREE = Path(__file__).parents[2]
sys.path.insert(0, str(TREE / "website"))

import build  # noqa: E402
import checks  # noqa: E402

PAGES = (
    "index.html",
    "lessons/01-what-does-the-article-say.html",
    "lessons/06-who-votes-with-whom.html",
    "data/cards/electricity.html",
    "search.html?q=gatekeeper",
    "slides/04-power-for-sale.html",
    "teacher/05.html",
)
SLIDES = "slides/05-security-by-numbers.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, executed):
    """The site with everything, its live edition too."""
    made = tmp_path_factory.mktemp("site") / "made"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "executed", lambda paths: executed)
        build.build(made, live=True, teacher=True)
    # What only a test needs: the front end's own object to ask.
    settings = made / "live" / "jupyter-lite.json"
    known = json.loads(settings.read_text("utf-8"))
    known["jupyter-config-data"]["exposeAppInBrowser"] = True
    settings.write_text(json.dumps(known), "utf-8")
    return made


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own server, as the site's command names it, without its log."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def site(folder):
    """The site's address."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


FULL = pytest.mark.full


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (375, "dark"),
        # Each width and each scheme was seen by then.
        pytest.param(1280, "dark", marks=FULL),
        pytest.param(375, "light", marks=FULL),
    ],
)
def test_pages_are_accessible_and_fit_their_width(site, page, errors, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for name in PAGES:
        page.goto(f"{site}/{name}")
        for fold in page.locator("summary:visible").all()[:3]:
            fold.click()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        # What is wide is moved along in a frame of its own.
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert errors == []


def test_a_reader_with_the_keyboard_skips_to_the_text_and_turns_the_page(site, page):
    page.goto(f"{site}/lessons/00-start-here.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator(".turn a[rel=next]").press("Enter")
    expect(page).to_have_title("1. What does the article say? · Crossroads")


def answers(item):
    """What can be clicked or typed, in the form that the page's controls give."""
    if item.kind == "match":
        options = ["", *(option.id for option in item.options)]
        return [
            dict(zip(item.left, chosen, strict=True))
            for chosen in product(options, repeat=len(item.left))
        ]
    if item.kind == "number":
        right = f"{item.answer:g}"
        known = [right, f" {right} {item.unit}", right.replace(".", ","), f"-{right}"]
        known += [slip.answer for slip in item.slips]
        edge = [item.answer + way * item.tolerance for way in (-1.001, -1, 1, 1.001)]
        return [*known, *map(str, edge), "0", "1e3", "12345.678", "1,234", "four", "", "  ", "½"]
    return [None, *checks._answers(item)]


def test_every_answer_gets_the_verdict_that_the_course_gives(site, page):
    """The page marks nothing by itself: for each answer it finds what Python said of it."""
    compared = 0
    for path in build.LESSONS:
        page.goto(f"{site}/lessons/{path.stem}.html")
        for item in lesson_items(path.name[:2]).values():
            if item.kind not in checks.CLICKED:
                continue
            given = answers(item)
            found = page.evaluate(
                "([id, all]) => all.map((one) => crossroadsPage.verdict(id, one))", [item.id, given]
            )
            for answer, said in zip(given, found, strict=True):
                verdict = mark(replace(item, hint=""), answer)
                expected = [verdict.state, *map(coded, verdict.words)]
                assert said == expected, f"{item.id}: {answer!r}"
                compared += 1
    assert compared > 5000


def test_a_self_check_is_answered_on_the_page_and_kept_in_this_browser(site, page, errors):
    page.goto(f"{site}/lessons/03-how-dependent-is-dependent.html")
    box = page.locator("#check-03-points")
    answer, verdict = box.get_by_role("textbox"), box.locator(".cr-verdict")
    expect(verdict).to_be_empty()
    # By the keyboard; hints come in stages, and the answer stays folded until it's asked for.
    answer.fill("10")
    answer.press("Enter")
    expect(verdict).to_contain_text("Not correct. Those are percentage points.")
    expect(verdict.get_by_text("Divide the change by the value")).to_be_hidden()
    answer.fill("33.3")
    answer.press("Enter")
    expect(verdict.get_by_text("Divide the change by the value")).to_be_visible()
    answer.fill("99")
    answer.press("Enter")
    expect(verdict).to_contain_text("99 % is too high.")
    expect(verdict).to_contain_text("The worked answer is below")
    assert verdict.get_attribute("aria-live") == "polite"
    worked = box.get_by_text("25 %, give or take 0.1")
    expect(worked).to_be_hidden()
    box.get_by_text("Answer and explanations", exact=True).click()
    expect(worked).to_be_visible()
    right = next(one for one in lesson_items("03")["03-before"].options if one.right)
    choice = page.locator("#check-03-before")
    choice.get_by_label(right.text).press("Space")
    choice.get_by_role("button", name="Check my answer").press("Enter")
    expect(choice.locator(".cr-verdict")).to_contain_text(f"Correct. {right.why[:20]}")
    assert Axe().run(page, context={"include": [["#check-03-points"]]}).violations_count == 0

    page.reload()
    expect(verdict).to_contain_text("99 % is too high.")
    expect(choice.get_by_label(right.text)).to_be_checked()
    box.get_by_role("button", name="Start again").click()
    expect(verdict).to_be_empty()
    expect(answer).to_be_focused()
    page.reload()
    expect(verdict).to_be_empty()
    expect(answer).to_have_value("")
    expect(choice.get_by_role("button", name="Start again")).to_be_visible()
    assert errors == []


def test_a_phone_begins_with_the_lesson_and_uncovers_what_was_predicted(site, page, errors):
    page.set_viewport_size({"width": 390, "height": 844})
    for path in build.LESSONS:
        page.goto(f"{site}/lessons/{path.stem}.html")
        expect(page.locator("article > p:not(.aside)").first).to_be_in_viewport(ratio=1)
        expect(page.locator("h1")).to_be_in_viewport(ratio=1)
        # Charts keep a text that can be read, and move in their own frames.
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
        small = page.evaluate(
            "[...document.querySelectorAll('figure svg text')].filter((text) =>"
            " parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 10.9"
            " && text.getScreenCTM().b === 0).map((text) => text.textContent)"
        )
        assert small == [], path.name
    page.goto(f"{site}/lessons/06-who-votes-with-whom.html")
    charts = page.locator(".predicted svg[role=img]")
    expect(charts.first).to_be_hidden()
    page.get_by_text("Predict first, then open").first.click()
    for chart in charts.all()[:2]:
        expect(chart).to_be_visible()
    page.get_by_text("On this page").click()
    expect(page.locator(".here").get_by_role("link", name="Summary")).to_be_visible()
    assert errors == []


def test_a_term_is_explained_under_the_pointer_by_the_keyboard_and_by_a_tap(site, browser, errors):
    page = browser.new_page(has_touch=True)
    page.goto(f"{site}/lessons/03-how-dependent-is-dependent.html")
    term = page.locator(".cr-term", has_text="base year").first
    meaning = page.locator("#term-base-year-box")
    expect(meaning).to_be_hidden()
    term.hover()
    expect(meaning).to_contain_text("the year that an index sets to 100")
    page.mouse.move(0, 0)
    expect(meaning).to_be_hidden()
    term.focus()
    expect(meaning).to_be_visible()
    term.press("Tab")
    link = meaning.get_by_role("link", name="Glossary")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.locator("h1").click()
    term.tap()
    expect(meaning).to_be_visible()
    link.click()
    expect(page.locator("#term-base-year")).to_be_in_viewport()
    page.close()


def test_on_paper_the_background_is_open_and_answers_stay_away(site, page):
    page.goto(f"{site}/lessons/01-what-does-the-article-say.html")
    background = page.locator("article > details", has_text="Two traps").locator("p")
    answer = page.locator("#check-01-before").get_by_text("one link further")
    expect(background).to_be_hidden()
    page.emulate_media(media="print")
    expect(background).to_be_visible()
    expect(answer).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_text("Two traps").press("Enter")
    expect(background).to_be_visible()


@pytest.mark.parametrize("way", ["served", "from the folder"])
def test_search_finds_a_section_and_opens_it(site, folder, browser, way):
    root = site if way == "served" else folder.as_uri()
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{root}/data/cards/electricity.html")
    page.get_by_label("Search").fill("carrying forward")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("found")
    expect(page.locator("#results mark").first).to_be_visible()
    page.get_by_label("Words to find").fill("Ayni withdrawal")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="5. Security by numbers › Step 4").press("Enter")
    expect(page.locator("#step-4-a-story-told-in-several-ways")).to_be_in_viewport()
    page.go_back()
    page.get_by_label("Words to find").fill("zzzz")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("Nothing found")
    # As it's typed, and as it was meant.
    found = page.locator("#found")
    for typed, said in {
        "remit": "found",
        "remitances": "Did you mean “remittances”?",
        "tajikstan": "Did you mean “tajikistan”?",
        "Turkmenstan electric": "Did you mean “turkmenistan electric”?",
        "organization": "sections found",
        "Таджикистан": "sections found",
        "turkiye": "sections found",
        "qqqq sanctions": "No page has “qqqq”. ",
    }.items():
        page.get_by_label("Words to find").fill(typed)
        expect(found).to_contain_text(said)
        expect(page.locator("#results mark").first).to_be_visible()
        expect(found).not_to_contain_text("undefined")
    page.close()
    assert asked and all(url.startswith((root, "data:")) for url in asked)


def test_what_is_searched_for_is_shown_as_text(site, page):
    page.goto(f"{site}/search.html?q={quote(TEXTS[0])}")
    for text in TEXTS:
        words = page.get_by_label("Words to find")
        words.fill(" ".join(text.split()))
        words.press("Enter")
    assert harmed(page) is None
    for text in TEXTS[::12]:
        page.goto(f"{site}/search.html?q={quote(text)}")
        expect(page.locator("#found")).not_to_be_empty()
        assert harmed(page) is None


def test_slides_move_by_keys_and_are_remembered_in_the_address(site, page, errors):
    page.goto(f"{site}/{SLIDES}")
    shown = page.locator(".slide:visible")
    expect(shown).to_have_count(1)
    expect(shown.locator("h1")).to_have_text("Security by numbers")
    page.keyboard.press("ArrowRight")
    expect(shown.locator("h2")).to_have_text("Guiding question")
    page.reload()
    expect(shown.locator("h2")).to_have_text("Guiding question")
    page.get_by_role("button", name="Next").click()
    expect(shown.locator("h2")).to_have_text("Objectives")
    expect(page.locator(".count")).to_contain_text("3 of")
    page.keyboard.press("End")
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    expect(page.locator(".count")).to_contain_text("1 of")
    page.get_by_role("button", name="Notes").click()
    expect(page.get_by_role("heading", name="Minute plan")).to_be_visible()
    assert errors == []


def test_every_slide_is_printed_on_a_page_of_its_own(site, page):
    page.goto(f"{site}/{SLIDES}")
    count = page.locator(".slide").count()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".slide:visible")).to_have_count(count)
    breaks = page.evaluate(
        "[...document.querySelectorAll('.slide')].map(s => getComputedStyle(s).breakAfter)"
    )
    assert set(breaks) == {"page"}


def test_without_scripts_pages_and_slides_can_be_read(site, browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/{SLIDES}")
    assert page.locator(".slide:visible").count() == page.locator(".slide").count()
    page.goto(f"{site}/lessons/01-what-does-the-article-say.html")
    page.locator("#check-01-before summary").click()
    expect(page.get_by_text("one link further")).to_be_visible()
    page.locator(".cr-term").first.click()
    expect(page.locator(".cr-meaning:popover-open")).to_be_visible()
    page.goto(f"{site}/search.html")
    expect(page.get_by_text("The search needs JavaScript")).to_be_visible()
    page.close()


def test_the_live_edition_works_offline_as_far_as_it_says(site, folder, browser):
    """No request leaves this machine: each is stopped, as with no internet, and noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    outside = []

    def stop(route):
        outside.append(route.request.url)
        route.abort("internetdisconnected")

    context.route(lambda url: not url.startswith(site), stop)
    page = context.new_page()
    page.goto(f"{site}/live/lab/index.html?path=lessons/01-what-does-the-article-say.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady", polling=POLL)
    expect(cell(page, 0)).to_contain_text("The live edition.")
    # The Course panel needs no kernel.
    expect(page.locator(".crc")).to_contain_text("2 · Who sits at which table?")
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status"
        " === 'idle'",
        timeout=180_000,
        polling=POLL,
    )
    # The first cell, then three lines of a learner's own; the others are taken away.
    page.evaluate(
        "() => { const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel;"
        " cells.deleteCellRange(3, cells.cells.length); }"
    )
    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.insertCells(2,"
        " [{cell_type: 'code', source: ''}])"
    )
    type_over(
        page,
        2,
        "import crossroads as cr\n"
        'print(cr.__version__, cr.kappa({"A01": "causal", "A02": "descriptive"}, '
        '{"A01": "causal", "A02": "descriptive"}))',
    )
    run_all(page)
    wait_idle(page)
    expect(cell(page, 1)).to_contain_text("pandas can't be fetched", timeout=120_000)
    expect(cell(page, 2)).to_contain_text(f"{crossroads.__version__} 1.0", timeout=120_000)
    # What it would have fetched is the runtime's own list, at the runtime's own address.
    lock = json.loads((folder / "live/static/pyodide/pyodide-lock.json").read_text("utf-8"))
    known = {entry["file_name"] for entry in lock["packages"].values()}
    assert lock["packages"]["pandas"]["file_name"] in outside
    assert set(outside) <= known
    context.close()
