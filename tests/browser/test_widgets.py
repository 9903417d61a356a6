"""Explorers and self-checks in every front end: moving a control changes what is seen and said."""

from __future__ import annotations

import csv
import json
import shutil
import struct
from xml.etree import ElementTree

import pytest
from frontend import FrontEnd, notebook, wait_still
from machine import PATIENT
from playwright.sync_api import Locator, Page, expect

ITEMS = """
from crossroads.lessons.checks import Check
from crossroads.questions.item import Item, Option

def item(kind, **fields):
    texts = {"a": "Rain fell", "b": "Rain fell because of clouds", "c": "Rain should fall"}
    options = tuple(Option(c, t, f"Reason {c}.", c == "b") for c, t in texts.items())
    fields = {"options": options, **fields} if kind not in ("number", "text") else fields
    common = {"objective": "L7.1", "prompt": "Which?", "why": "Yes."}
    return Check(Item(id=f"07-{kind}", kind=kind, **common, **fields))
"""
CELLS = [
    "import crossroads as cr",
    ITEMS,
    "cr.table_explorer()",
    "cr.claim_sorter()",
    'item("single")',
    'item("multiple")',
    'item("order")',
    'item("match", left={"1": "One", "2": "Two"}, key={"1": "a", "2": "b"})',
    'item("number", answer=40.0, tolerance=0.5, unit="%")',
    'item("text", accept=("Dushanbe",))',
    'cr.predict("07-p", "How many?")',
    "cr.dependence_dial()",
    "cr.exchange_balance()",
    "cr.vote_explorer('network', year=2012)",
    """cr.charts.bars(
    cr.load("borders").query("iso3 == 'TJK'").set_index("border_with")["border_km"],
    title="Borders", value_label="km", alt="Four.", source="CIA World Factbook")""",
]
PATH = "widgets.ipynb"


# JupyterLab and Notebook 7 draw widgets with the same code.
@pytest.fixture(
    scope="module", params=["lab", pytest.param("notebook", marks=pytest.mark.full), "voila"]
)
def widgets(request, server, browser):
    """One open notebook with every widget, run once; each test moves its own widget."""
    front = FrontEnd(request.param, server)
    # What other tests kept with their progress, such as the sorter's choices, is not for here.
    shutil.rmtree(server.root / "progress", ignore_errors=True)
    front.write(PATH, notebook(*CELLS))
    context = browser.new_context(viewport={"width": 1280, "height": 6000})
    page = context.new_page()
    page.add_init_script(PATIENT)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    front.open(page, PATH)
    front.run(page)
    page.get_by_role("button", name="Save my prediction").wait_for(timeout=240_000)
    front.cell(page, len(CELLS) - 1).locator("svg, img").first.wait_for(timeout=240_000)
    wait_still(page)
    page.front_end = front
    yield page
    context.close()
    own = (server.url, server.url.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


def cell(page: Page, start: str) -> Locator:
    """The output of the cell whose source starts so."""
    number = next(i for i, source in enumerate(CELLS) if source.startswith(start))
    return page.front_end.cell(page, number).locator(".cr")


def verdict(widget: Locator) -> Locator:
    return widget.locator(".cr-verdict")


def check(widget: Locator) -> None:
    widget.get_by_role("button", name="Check my answer").click()


def test_the_table_explorer_s_controls_change_table_and_sentence(widgets):
    explorer = cell(widgets, "cr.table_explorer")
    expect(explorer.get_by_role("status")).to_contain_text("Rows shown: 3 of 3")
    explorer.get_by_role("radio", name="Table 3. Recommended policies").check()
    expect(explorer.locator("caption")).to_contain_text("Table 3")
    explorer.get_by_role("checkbox", name="Policy area").uncheck()
    expect(explorer.get_by_role("status")).to_contain_text("Columns shown: 2 of 3")
    explorer.get_by_label("Rows that contain").fill("joint")
    expect(explorer.get_by_role("status")).to_contain_text("Rows containing “joint”: 1 of 3")
    assert explorer.locator("mark").all_inner_texts() == ["joint"]


def test_an_explorer_s_sentence_is_one_live_region_that_stays(widgets):
    explorer = cell(widgets, "cr.table_explorer")
    region = explorer.locator("[aria-live=polite]")
    region.evaluate("node => { node.marked = true }")
    explorer.get_by_label("Rows that contain").fill("x")
    expect(region).to_contain_text("“x”")
    assert region.evaluate("node => node.marked")


def test_the_claim_sorter_by_keyboard_alone(widgets):
    sorter = cell(widgets, "cr.claim_sorter")
    sorter.get_by_role("radio", name="descriptive").focus()
    widgets.keyboard.press("Space")
    expect(sorter.get_by_role("status")).to_contain_text("sorted 1 of 6 claims")
    following = sorter.get_by_role("button", name="Next →")
    following.focus()
    widgets.keyboard.press("Enter")
    expect(sorter.get_by_role("group", name="A02, 2 of 6")).to_be_visible()
    expect(sorter.get_by_role("button", name="Next →")).to_be_focused()
    sorter.get_by_role("radio", name="normative").focus()
    widgets.keyboard.press("Space")
    expect(sorter.get_by_role("radio", name="normative")).to_be_focused()
    sorter.get_by_role("checkbox", name="Compare with the course's coding").check()
    expect(sorter.get_by_role("status")).to_contain_text("1 of 2 claims (Cohen's kappa 0.33)")
    sorter.get_by_label("A partner's code").fill("DC")
    expect(sorter.get_by_role("status")).to_contain_text("your partner on 1 of 2")


def test_keys_in_a_control_never_reach_the_notebook(widgets):
    explorer = cell(widgets, "cr.table_explorer")
    before = widgets.locator(".jp-Cell").count()
    explorer.get_by_role("radio", name="Table 1").focus()
    for key in "abddxm":
        widgets.keyboard.press(key)
    assert widgets.locator(".jp-Cell").count() == before


def test_a_wrong_answer_shows_that_option_s_explanation_then_a_right_one(widgets):
    item = cell(widgets, 'item("single"')
    check(item)
    expect(verdict(item)).to_contain_text("Not answered.")
    item.get_by_label("Rain should fall").check()
    check(item)
    expect(verdict(item)).to_contain_text("Not correct. Reason c.")
    item.get_by_label("Rain fell because of clouds").check()
    check(item)
    expect(verdict(item)).to_contain_text("Correct. Reason b.")


def test_several_options(widgets):
    item = cell(widgets, 'item("multiple"')
    item.get_by_label("Rain fell", exact=True).check()
    item.get_by_label("Rain fell because of clouds").check()
    check(item)
    expect(verdict(item)).to_contain_text("Partly correct.")
    item.get_by_label("Rain fell", exact=True).uncheck()
    check(item)
    expect(verdict(item)).to_contain_text("Correct.")


def test_an_order_by_keyboard(widgets):
    item = cell(widgets, 'item("order"')
    shown = item.locator("li").all_inner_texts()
    assert shown[0].startswith("Rain fell")
    down = item.get_by_role("button", name="Move down: Rain fell", exact=True)
    down.focus()
    widgets.keyboard.press("Enter")
    expect(down).to_be_focused()
    item.get_by_role("button", name="Move up: Rain fell", exact=True).click()
    check(item)
    expect(verdict(item)).to_contain_text("Correct. Yes.")


def test_pairs(widgets):
    item = cell(widgets, 'item("match"')
    item.get_by_label("One").select_option(label="Rain fell")
    check(item)
    expect(verdict(item)).to_contain_text("“Two” has no partner yet")
    item.get_by_label("Two").select_option(label="Rain fell because of clouds")
    check(item)
    expect(verdict(item)).to_contain_text("Correct. Yes.")


def test_a_number_and_a_text_with_the_enter_key(widgets):
    item = cell(widgets, 'item("number"')
    item.get_by_label("Which?").fill("45")
    item.get_by_label("Which?").press("Enter")
    expect(verdict(item)).to_contain_text("45 % is too high")
    for typed in ("40,2", "۴۰٫۲"):
        item.get_by_label("Which?").fill("1")
        item.get_by_label("Which?").press("Enter")
        expect(verdict(item)).to_contain_text("1 % is too low")
        item.get_by_label("Which?").fill(typed)
        item.get_by_label("Which?").press("Enter")
        expect(verdict(item)).to_contain_text("Correct. Yes.")
    item = cell(widgets, 'item("text"')
    item.get_by_label("Which?").fill("dushanbe.")
    item.get_by_label("Which?").press("Enter")
    expect(verdict(item)).to_contain_text("Correct. Yes.")


def test_a_prediction_is_kept(widgets):
    asked = cell(widgets, "cr.predict")
    asked.get_by_label("How many?").fill("Twelve, I think")
    asked.get_by_role("button", name="Save my prediction").click()
    expect(verdict(asked)).to_contain_text("Saved.")


def test_a_line_is_drawn_by_pointer_or_by_keyboard_before_the_data_are_seen(widgets):
    dial = cell(widgets, "cr.dependence_dial")
    sentence = dial.locator("[aria-live=polite]")
    expect(sentence).to_contain_text("nothing is drawn yet, and the data are hidden")
    year = dial.get_by_role("slider", name="2004")
    year.focus()
    year.press("Home")
    expect(sentence).to_contain_text("you drew 0 in 2004")
    assert year.get_attribute("aria-valuetext") == "0 %"
    sheet = dial.locator(".cr-sheet")
    box = sheet.bounding_box()
    widgets.mouse.move(box["x"] + box["width"] * 0.94, box["y"] + box["height"] * 0.5)
    widgets.mouse.down()
    widgets.mouse.move(box["x"] + box["width"] * 0.94, box["y"] + box["height"] * 0.25)
    widgets.mouse.up()
    last = float(dial.get_by_role("slider", name="2023").input_value())
    assert 45 <= last <= 55
    expect(sentence).to_contain_text(f"{last:g} in 2023")
    expect(dial.locator("figure")).to_have_count(0)
    dial.get_by_role("checkbox", name="Show the data").check()
    expect(dial.locator("figure")).to_contain_text("Your line")
    expect(dial.locator("figure")).to_contain_text("Tajikistan")
    expect(sentence).to_contain_text("points off on average")
    expect(dial.get_by_role("slider", name="2004")).to_have_value("0")
    dial.get_by_label("Base year").select_option("2016")
    expect(sentence).to_contain_text("as an index, 2016 is 100")


#: What is shown where the pointer is, and what is said to a screen reader.
SHOWN, SAID = ".cr-values", ".cr-said"
#: Put a finger on a place of the page.
TAP = """([x, y]) => document.elementFromPoint(x, y).dispatchEvent(new PointerEvent(
  "pointerdown", { pointerType: "touch", clientX: x, clientY: y, bubbles: true }))"""


def chart(widget: Locator) -> Locator:
    return widget.locator(".cr-figure svg[role=application]")


def middle(mark: Locator) -> tuple[float, float]:
    # A chart is drawn once more when it knows how much room it has.
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marks(widget: Locator, words: str) -> Locator:
    """The marks of a chart that say these words, as the browser's own tooltip has them."""
    return chart(widget).locator("g:has(> title)").filter(has_text=words)


def test_a_chart_says_the_values_of_the_year_that_is_pointed_at(widgets):
    balance, shown = cell(widgets, "cr.exchange_balance"), widgets.locator(SHOWN)
    marks(balance, "Tajikistan to Russia: 1,302").scroll_into_view_if_needed()
    x, y = middle(marks(balance, "Tajikistan to Russia: 1,302"))
    # Near is enough, and any height of the year.
    widgets.mouse.move(x + 5, y - 90)
    expect(shown).to_be_visible()
    expect(shown.locator("b")).to_have_text("2006")
    lines = shown.locator("div").all_inner_texts()
    assert lines == ["Tajikistan to Russia: 1,302", "Russia to Tajikistan: 94"]
    expect(widgets.locator(".cr-guide")).to_be_visible()
    balance.locator("summary", has_text="Values").click()
    widgets.mouse.move(x, y)
    row = balance.get_by_role("row").filter(has_text="1,302")
    expect(row).to_have_attribute("aria-current", "true")
    widgets.mouse.move(2, 2)
    expect(shown).to_be_hidden()
    expect(row).not_to_have_attribute("aria-current", "true")
    # And from the table back to the chart.
    row.hover()
    expect(marks(balance, "Tajikistan to Russia: 1,302")).to_have_attribute("data-here", "")
    widgets.mouse.move(2, 2)
    expect(balance.locator("[data-here]")).to_have_count(0)


def test_a_tap_shows_a_mark_and_one_elsewhere_closes_it(widgets):
    explorer, shown = cell(widgets, "cr.vote_explorer"), widgets.locator(SHOWN)
    explorer.locator(".cr-sentence").scroll_into_view_if_needed()
    x, y = middle(marks(explorer, "Kyrgyzstan\nlines to"))
    widgets.evaluate(TAP, [x + 12, y + 12])
    expect(shown.locator("b")).to_have_text("Kyrgyzstan")
    expect(shown).to_contain_text("lines to 5: Tajikistan, Kazakhstan")
    # A line between two, where no circle is.
    (x1, y1), (x2, y2) = (
        middle(marks(explorer, f"{name}\nlines to")) for name in ("Tajikistan", "Kyrgyzstan")
    )
    widgets.evaluate(TAP, [x1 + (x2 - x1) / 4, y1 + (y2 - y1) / 4])
    expect(shown).to_contain_text("agreement")
    widgets.evaluate(TAP, list(middle(explorer.locator(".cr-sentence"))))
    expect(shown).to_be_hidden()


def test_a_chart_is_read_with_the_arrows_and_they_stay_there(widgets):
    balance, said = cell(widgets, "cr.exchange_balance"), widgets.locator(SAID)
    before = widgets.locator(".jp-Cell").count()
    image = chart(balance)
    assert image.get_attribute("aria-label").startswith("Tajikistan and Russia")
    expect(image).to_have_attribute("aria-roledescription", "chart")
    image.focus()
    for key, words in {
        "Home": "1999; Russia to Tajikistan: 164",
        "ArrowRight": "2000; Tajikistan to Russia: 230; Russia to Tajikistan: 161",
        "ArrowDown": "2000; Tajikistan to Russia: 230",
        "ArrowUp": "2000; Tajikistan to Russia: 230",
        "End": "2019; Tajikistan to Russia: 21,973",
        "ArrowLeft": "2018; Tajikistan to Russia: 19,756",
    }.items():
        widgets.keyboard.press(key)
        expect(said).to_have_text(words)
        expect(widgets.locator(SHOWN)).to_be_visible()
    widgets.keyboard.press("Escape")
    expect(widgets.locator(SHOWN)).to_be_hidden()
    for key in "abddxm":
        widgets.keyboard.press(key)
    expect(image).to_be_focused()
    assert widgets.locator(".jp-Cell").count() == before


def test_a_chart_of_a_plain_output_answers_too(widgets):
    plain = cell(widgets, "cr.charts.bars")
    image = chart(plain)
    image.focus()
    widgets.keyboard.press("ArrowDown")
    heading, value = image.locator("title").first.text_content().split("\n")
    expect(widgets.locator(SAID)).to_have_text(f"{heading}; {value}")
    widgets.keyboard.press("Escape")


def test_the_pandas_code_can_be_copied_also_where_a_page_may_not(widgets):
    balance, said = cell(widgets, "cr.exchange_balance"), widgets.locator(SAID)
    copy = balance.get_by_role("button", name="Copy the pandas code for this view")
    widgets.evaluate("""() => Object.defineProperty(navigator, "clipboard", {
      configurable: true, value: { writeText: async () => { throw new Error("forbidden"); } } })""")
    copy.click()
    code = balance.get_by_role("textbox", name="The pandas code for this view")
    expect(code).to_be_focused()
    expect(said).to_contain_text("Press Ctrl + C")
    assert widgets.evaluate("getSelection().toString()").endswith("\ntable")
    widgets.evaluate("""() => Object.defineProperty(navigator, "clipboard", {
      configurable: true, value: { writeText: async (text) => { window.copied = text; } } })""")
    copy.click()
    expect(said).to_contain_text("Copied.")
    expect(code).to_be_hidden()
    assert 'cr.load("students_abroad")' in widgets.evaluate("window.copied")


def test_pictures_and_numbers_are_files_of_what_is_shown(widgets, tmp_path):
    balance = cell(widgets, "cr.exchange_balance")

    def got(kind: str) -> bytes:
        with widgets.expect_download() as started:
            balance.get_by_role("button", name=kind).click()
        assert started.value.suggested_filename == f"exchange-balance.{kind.lower()}"
        started.value.save_as(tmp_path / kind)
        return (tmp_path / kind).read_bytes()

    drawn = ElementTree.fromstring(got("SVG"))
    assert drawn.get("font-family")
    texts = " ".join(text.text or "" for text in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert "Tajikistan and Russia: students" in texts and "Source: UNESCO" in texts
    assert not [one for one in drawn.iter() if {"tabindex", "data-here"} & {*one.keys()}]
    picture = got("PNG")
    # The first block of a PNG begins with its width and height.
    size = struct.unpack(">II", picture[16:24])
    assert size == tuple(int(2 * float(drawn.get(side))) for side in ("width", "height"))
    rows = list(csv.DictReader(got("CSV").decode("utf-8-sig").splitlines()))
    assert {"year": "2006", "out": "1302", "back": "94"}.items() <= rows[8].items()
    assert "UNESCO" in rows[8]["source"]


def test_reset_starts_again_and_asks_where_something_would_be_lost(widgets):
    balance = cell(widgets, "cr.exchange_balance")
    before = balance.locator(".cr-sentence").inner_text()
    balance.get_by_label("Students from").select_option(label="India")
    balance.get_by_label("Per 1,000 students at home").check()
    expect(balance.locator(".cr-sentence")).not_to_have_text(before)
    balance.get_by_role("button", name="Reset").click()
    expect(balance.locator(".cr-sentence")).to_have_text(before)
    expect(balance.get_by_label("Students from")).to_have_value("TJK")
    expect(balance.get_by_role("radio", name="Students enrolled for a")).to_be_checked()
    sorter = cell(widgets, "cr.claim_sorter")
    sorter.get_by_role("radio", name="causal").check()
    expect(sorter.locator(".cr-sentence")).not_to_contain_text("sorted 0")
    reset = sorter.get_by_role("button", name="Reset")
    reset.click()
    expect(sorter.locator(".cr-note")).to_contain_text("This deletes what you entered here.")
    expect(sorter.get_by_role("radio", name="causal")).to_be_checked()
    expect(sorter.locator(".cr-sentence")).not_to_contain_text("sorted 0")
    reset.click()
    expect(sorter.locator(".cr-sentence")).to_contain_text("sorted 0 of 6 claims")


def test_progress_is_on_disk(widgets, server):
    item = cell(widgets, 'item("single"')
    item.get_by_label("Rain fell", exact=True).check()
    check(item)
    expect(verdict(item)).to_contain_text("Reason a.")
    # It's kept before it is said.
    kept = json.loads((server.root / "progress" / "lesson-07.json").read_text())["entries"]
    assert kept["07-single"]["state"] == "wrong"
    assert kept["07-single"]["tries"] >= 1
