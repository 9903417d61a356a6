"""Terms of the glossary, explained where they stand in a lesson; nothing in the file changes."""

from __future__ import annotations

from frontend import LAB_FIRST, FrontEnd, command
from playwright.sync_api import Page, expect

LESSON = "lessons/05-security-by-numbers.ipynb"
#: What the open notebook holds, and where its reader is.
OPEN = "window.jupyterapp.shell.currentWidget.content"
CELLS = f"() => {OPEN}.model.toJSON().cells.map((cell) => cell.source)"
#: By its place, how many terms each text has; those that the front end has drawn so far, since it
#: draws what is far down the page when it comes near.
TERMS = """() => Object.fromEntries([...document.querySelectorAll('.jp-MarkdownCell')]
  .filter((text) => text.querySelector('[data-cr-explained]'))
  .map((text) => [text.dataset.windowedListIndex, text.querySelectorAll('.cr-term').length]))"""
PLACE = f"() => [{OPEN}.mode, {OPEN}.activeCellIndex]"


@LAB_FIRST
def test_a_term_is_explained_where_it_stands(
    front_end: FrontEnd, page: Page, errors: list[str]
) -> None:
    front_end.open(page, LESSON)
    before = page.evaluate(CELLS)
    term = page.locator(".jp-MarkdownCell .cr-term", has_text="missing value").first
    meaning = page.locator(".cr-meaning", has_text="missing value: a place in a table")
    expect(term).to_be_visible()
    assert not page.locator(":is(h1, h2, h3, a, code, pre) .cr-term").count()

    term.hover()
    expect(meaning).to_be_visible()
    page.mouse.move(0, 0)
    expect(meaning).to_be_hidden()

    # By the keyboard: no key goes to the notebook, and Escape closes.
    term.focus()
    expect(meaning).to_be_visible()
    term.press("Escape")
    expect(meaning).to_be_hidden()
    place = page.evaluate(PLACE)
    for key in ("Enter", "b", "j"):
        term.press(key)
    expect(meaning).to_be_visible()
    assert page.evaluate(PLACE) == place
    assert page.evaluate(CELLS) == before

    # Drawn anew, a text has its terms again, each once.
    drawn = page.evaluate(TERMS)
    texts = page.locator(".jp-MarkdownCell")
    text = texts.nth(texts.evaluate_all("all => all.findIndex((t) => t.querySelector('.cr-term'))"))
    own = text.locator(".cr-term").count()
    text.locator("p").first.dblclick(position={"x": 1, "y": 1})
    expect(text.locator(".cr-term")).to_have_count(0)
    command(page, "notebook:run-cell")
    expect(text.locator(".cr-term")).to_have_count(own)
    again = page.evaluate(TERMS)
    both = drawn.keys() & again.keys()
    assert text.get_attribute("data-windowed-list-index") in both
    assert {place: again[place] for place in both} == {place: drawn[place] for place in both}
    assert page.evaluate(CELLS) == before

    page.locator(".jp-MarkdownCell .cr-term").first.focus()
    page.locator(".cr-meaning:popover-open").get_by_role("link").click()
    if front_end.name == "lab":
        expect(page.get_by_role("tabpanel", name="glossary.md")).to_contain_text("base year")
    assert not [error for error in errors if "crossroads" in error or "null" in error]
