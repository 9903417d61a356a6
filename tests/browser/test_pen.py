"""The pen in a real JupyterLab and Notebook 7: clicks write the line, the line moves them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from frontend import (
    LAB_FIRST,
    POLL,
    FrontEnd,
    cell,
    restart_kernel,
    run_all,
    save,
    source,
    type_over,
)
from machine import watched_page
from playwright.sync_api import Browser, Locator, Page, Route, expect

from crossroads.questions import answers


def no_new_kernel(route: Route) -> None:
    """A request to start a kernel is never answered."""
    if route.request.method != "POST":
        route.continue_()


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[dict[str, Page]]:
    """A page for each front end: most tests open their notebook where the last one's was.

    No kernel starts in them: the pen needs none.
    """
    with watched_page(browser, []) as lab, watched_page(browser, []) as notebook_:
        for page in (lab, notebook_):
            page.route("**/api/sessions*", no_new_kernel)
        yield {"lab": lab, "notebook": notebook_}


@pytest.fixture
def shared(pages: dict[str, Page], request: pytest.FixtureRequest) -> Page:
    """The page that this test's front end keeps open from test to test."""
    several = "front_end" in request.fixturenames
    return pages[request.getfixturevalue("front_end").name if several else "lab"]


STEMS = {
    "single": """### Question 1 · 2 points

Which of these does the article call *the* gateway to **South Asia**?

- **a.** The [port](https://example.org) of `Chabahar`
- **b.** The **Wakhan** corridor
- **c.** The CASA-1000 line""",
    "multiple": """### Question 2 · 2 points

Which of these are goals?

- **a.** Energy exports
- **b.** A customs union
- **c.** Transit routes
- **d.** Shared rivers""",
    "order": """### Question 3 · 3 points

Put the events in order, the earliest first.

- **a.** The agreement is signed
- **b.** Talks begin
- **c.** The line opens""",
    "match": """### Question 4 · 2 points

Match each country with a project.

- **1.** Afghanistan
- **2.** Pakistan

and the projects

- **a.** CASA-1000, a power line that crosses two countries
- **b.** A rail link
- **c.** A gas pipeline""",
    "number": """### Question 5 · 1 point

What share of exports goes to the region?""",
}
KINDS = list(STEMS)


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source}


def answer(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    """The answer cell of the item qN, where N is the kind's place among the kinds."""
    item = {"item": f"q{KINDS.index(kind) + 1}", "kind": kind}
    if kind == "number":
        item["unit"] = "%"
    return {
        "cell_type": "code",
        "id": "",
        "metadata": {"crossroads": item, **metadata},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    for i, each in enumerate(cells):
        each["id"] = f"cell-{i}"
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def quiz() -> dict[str, Any]:
    """One item of each kind, not answered; the answer cells are the odd ones."""
    lines = {
        "single": "q1 = None  # one letter",
        "multiple": "q2 = None  # letters in braces",
        "order": "q3 = None",
        "match": "# pairs\nq4 = None\nq4",
        "number": "q5 = None  # per cent",
    }
    return notebook([c for k in KINDS for c in (markdown(STEMS[k]), answer(k, lines[k]))])


def pen(page: Page, kind: str) -> Locator:
    """The controls of the quiz's item of this kind."""
    return cell(page, 2 * KINDS.index(kind) + 1).locator(".crp fieldset")


def state(page: Page, index: int) -> Locator:
    """What a cell's pen says about its line, in words."""
    return cell(page, index).get_by_role("status")


def order_shown(page: Page) -> list[str]:
    return pen(page, "order").locator("li b").all_text_contents()


WRITTEN = {
    "single": 'q1 = "b"  # one letter',
    "multiple": 'q2 = {"a", "c"}  # letters in braces',
    "order": 'q3 = ["b", "a", "c"]',
    "match": '# pairs\nq4 = {"1": "c", "2": "a"}\nq4',
    "number": "q5 = 37.1  # per cent",
}


def expect_choices(page: Page) -> None:
    """The controls show what WRITTEN says."""
    expect(pen(page, "single").get_by_label("b. The Wakhan corridor")).to_be_checked()
    expect(pen(page, "single").locator(":checked")).to_have_count(1)
    expect(pen(page, "multiple").get_by_label("a. Energy exports")).to_be_checked()
    expect(pen(page, "multiple").get_by_label("c. Transit routes")).to_be_checked()
    expect(pen(page, "multiple").locator(":checked")).to_have_count(2)
    expect(pen(page, "order").get_by_role("status")).to_have_text("Answer: b, a, c")
    assert order_shown(page) == ["b.", "a.", "c."]
    expect(pen(page, "match").get_by_label("1. Afghanistan")).to_have_value("c")
    expect(pen(page, "match").get_by_label("2. Pakistan")).to_have_value("a")
    expect(pen(page, "number").get_by_role("textbox", name="Your number %")).to_have_value("37.1")


def test_clicks_write_the_lines_and_the_file_carries_them(
    front_end: FrontEnd, shared: Page
) -> None:
    page = shared
    path = f"clicks-{front_end.name}.ipynb"
    front_end.write(path, quiz())
    front_end.open(page, path)
    for i, kind in enumerate(KINDS, 1):
        expect(page.get_by_role("group", name=re.compile(f"^Question {i}: "))).to_have_count(1)
        expect(pen(page, kind).get_by_role("status")).to_have_text("Not answered yet")
    expect(page.locator(".crp :checked:not(option)")).to_have_count(0)

    pen(page, "single").get_by_label("The port of Chabahar").check()
    pen(page, "single").get_by_text("The Wakhan corridor").click()
    for text in ("Transit routes", "A customs union", "Energy exports"):
        pen(page, "multiple").get_by_label(text).check()
    pen(page, "multiple").get_by_label("A customs union").uncheck()
    pen(page, "order").get_by_role("button", name="Move up: Talks begin").click()
    pen(page, "match").get_by_label("Pakistan").select_option("a")
    expect(state(page, 7)).to_have_text("Answer: 1 → not yet, 2 → a")
    pen(page, "match").get_by_label("Afghanistan").select_option(label="c. A gas pipeline")
    pen(page, "number").get_by_label("Your number").press_sequentially("37.1")
    expect_choices(page)

    save(page)
    saved = front_end.read(path)["cells"]
    assert {kind: "".join(saved[2 * i + 1]["source"]) for i, kind in enumerate(KINDS)} == WRITTEN
    assert ["".join(c["source"]) for c in saved[::2]] == list(STEMS.values())

    # And the line moves the controls: more of that in a test of its own.
    type_over(page, 1, "q1 = 'C '  # typed")
    expect(pen(page, "single").get_by_label("The CASA-1000 line")).to_be_checked()


def test_reopened_without_a_kernel_the_choice_is_there(front_end: FrontEnd, shared: Page) -> None:
    page = shared
    before = {kernel["id"] for kernel in front_end.server.kernels()}
    answered = quiz()
    for i, kind in enumerate(KINDS):
        answered["cells"][2 * i + 1]["source"] = WRITTEN[kind]
    front_end.write("answered.ipynb", answered)
    front_end.open(page, "answered.ipynb")
    expect_choices(page)
    pen(page, "single").get_by_label("The CASA-1000 line").check()
    assert source(page, 1) == 'q1 = "c"  # one letter'
    assert {kernel["id"] for kernel in front_end.server.kernels()} <= before


@LAB_FIRST
def test_the_pen_speaks_the_notebook_s_language(front_end: FrontEnd, shared: Page) -> None:
    """In Notebook 7 for short: ``test_clicks_write_the_lines_and_the_file_carries_them``."""
    page = shared
    notebook_ = quiz()
    notebook_["metadata"]["crossroads"] = {"language": "ru"}
    front_end.write("russian-quiz.ipynb", notebook_)
    front_end.open(page, "russian-quiz.ipynb")
    expect(page.get_by_role("group", name="Question 1: выберите один вариант")).to_be_visible()
    expect(cell(page, 1).locator(".crp")).to_have_attribute("lang", "ru")
    expect(state(page, 1)).to_have_text("Ответа пока нет")
    number = pen(page, "number").get_by_label("Ваше число")
    number.fill("37,1")
    assert source(page, 9) == "q5 = 37.1  # per cent"
    expect(number).to_have_value("37,1")
    number.fill("1,234")
    expect(state(page, 9)).to_contain_text("В строку не записано")


def clock(page: Page) -> float:
    """The page's own time, in milliseconds."""
    now: float = page.evaluate("performance.now()")
    return now


@LAB_FIRST
def test_the_line_moves_the_controls(front_end: FrontEnd, shared: Page) -> None:
    """In Notebook 7 for short: the end of ``test_clicks_write_the_lines_…_carries_them``."""
    page = shared
    front_end.write("typed.ipynb", quiz())
    front_end.open(page, "typed.ipynb")
    single = pen(page, "single")

    type_over(page, 1, "q1 = 'C '  # typed")
    expect(single.get_by_label("The CASA-1000 line")).to_be_checked()
    type_over(page, 3, 'q2 = ["d", "b"]')
    expect(pen(page, "multiple").get_by_label("Shared rivers")).to_be_checked()
    type_over(page, 5, 'q3 = ("c", "b", "a")')
    expect(state(page, 5)).to_have_text("Answer: c, b, a")
    assert order_shown(page) == ["c.", "b.", "a."]
    type_over(page, 7, 'q4 = {1: "b"}')
    expect(pen(page, "match").get_by_label("Afghanistan")).to_have_value("b")
    type_over(page, 9, "q5 = -0.50")
    expect(pen(page, "number").get_by_label("Your number")).to_have_value("-0.50")

    # Something else is said and left alone, until the reader chooses.
    type_over(page, 1, 'q1 = "z"  # typed')
    expect(state(page, 1)).to_have_text('The buttons can\'t show what is in the line: "z"')
    expect(single.locator(":checked")).to_have_count(0)
    assert source(page, 1) == 'q1 = "z"  # typed'
    # Undo takes changes within half a second of the page's own clock as one.
    page.wait_for_function(
        "since => performance.now() - since > 600", arg=clock(page), polling=POLL
    )
    single.get_by_label("The Wakhan corridor").check()
    assert source(page, 1) == 'q1 = "b"  # typed'
    expect(state(page, 1)).to_have_text("Answer: b")

    # Undo takes the choice back, in the line and in the controls.
    page.keyboard.press("ControlOrMeta+z")
    expect(state(page, 1)).to_have_text('The buttons can\'t show what is in the line: "z"')
    assert source(page, 1) == 'q1 = "z"  # typed'

    single.get_by_role("button", name="Clear").click()
    assert source(page, 1) == "q1 = None  # typed"
    expect(state(page, 1)).to_have_text("Not answered yet")
    expect(cell(page, 1).locator(".cm-content")).to_be_visible()


@LAB_FIRST
def test_runs_and_restarts_keep_the_choice(front_end: FrontEnd, page: Page) -> None:
    """In Notebook 7 for short: ``test_reopened_without_a_kernel_the_choice_is_there``."""
    notebook_ = quiz()
    notebook_["cells"][1]["source"] = "q1 = None\nprint(q1)"
    front_end.write("restart.ipynb", notebook_)
    front_end.open(page, "restart.ipynb")
    pen(page, "single").get_by_label("The Wakhan corridor").check()
    run_all(page)
    output = cell(page, 1).locator(".jp-OutputArea-output")
    expect(output).to_have_text("b")
    places = [
        cell(page, 1).locator(part).bounding_box()
        for part in (".cm-content", ".crp", "pre >> nth=-1")
    ]
    tops = [box["y"] for box in places if box]
    assert len(tops) == 3 and tops == sorted(tops), "the pen stands between line and output"
    restart_kernel(page)
    expect(pen(page, "single").get_by_label("The Wakhan corridor")).to_be_checked()
    assert source(page, 1) == 'q1 = "b"\nprint(q1)'


def test_keyboard_alone_answers_everything(front_end: FrontEnd, shared: Page) -> None:
    page = shared
    front_end.write("keys.ipynb", quiz())
    front_end.open(page, "keys.ipynb")
    expect(pen(page, "number")).to_be_visible()
    press = page.keyboard.press
    focused = page.locator(":focus")

    def tab_into(kind: str) -> None:
        for _ in range(40):
            press("Tab")
            if pen(page, kind).locator(":focus").count():
                return
        raise AssertionError(f"Tab never reaches the controls of {kind}")

    # From the cell's editor, as a reader without a mouse comes.
    cell(page, 1).locator(".cm-content").focus()
    press("Escape")
    tab_into("single")
    press("Space")
    assert source(page, 1).startswith('q1 = "a"')
    press("ArrowDown")
    assert source(page, 1).startswith('q1 = "b"')
    expect(focused).to_have_value("b")

    # Keys that mean something in Lab's command mode mean nothing here.
    for key in ("d", "d", "x", "b", "m", "Shift+Enter", "Control+Enter", "Enter", "z"):
        press(key)
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(10)
    assert source(page, 1) == 'q1 = "b"  # one letter'
    expect(focused).to_have_value("b")

    tab_into("multiple")
    press("Space")
    assert source(page, 3).startswith('q2 = {"a"}')
    press("Space")
    assert source(page, 3).startswith("q2 = None")

    tab_into("order")
    press("Enter")  # Move up, of the first: there's nothing above.
    assert source(page, 5) == "q3 = None"
    press("Tab")
    press("Enter")
    press("Enter")
    assert source(page, 5) == 'q3 = ["b", "c", "a"]'
    expect(focused).to_have_accessible_name("Move down: The agreement is signed")
    pen(page, "order").get_by_role("button", name="Clear").press("Enter")
    accept = pen(page, "order").get_by_role("button", name="Use this order")
    accept.press("Enter")
    expect(accept).to_be_hidden()
    assert source(page, 5) == 'q3 = ["a", "b", "c"]'
    expect(focused).to_have_accessible_name("Move up: The agreement is signed")

    tab_into("match")
    press("ArrowDown")
    assert source(page, 7) == '# pairs\nq4 = {"1": "a"}\nq4'

    tab_into("number")
    for typed, line in (("3", "3"), ("7", "37"), (".", "37"), ("0", "37.0"), ("5", "37.05")):
        press(typed)
        assert source(page, 9) == f"q5 = {line}  # per cent"
    expect(focused).to_have_value("37.05")
    press("x")
    expect(state(page, 9)).to_have_text(
        "That isn't a number yet, so it wasn't saved in the line. "
        "Use digits and a point, like 1234.5"
    )
    assert source(page, 9) == "q5 = 37.05  # per cent"
    press("Backspace")
    expect(state(page, 9)).to_have_text("Answered")

    press("ControlOrMeta+s")
    page.wait_for_function(
        "!window.jupyterapp.shell.currentWidget.context.model.dirty", polling=POLL
    )
    saved = front_end.read("keys.ipynb")["cells"]
    assert "".join(saved[9]["source"]) == "q5 = 37.05  # per cent"
    assert not any(c.get("execution_count") for c in saved)


# A line, and the answer it stands for; None where nothing is chosen, ... where it's something else.
LINES: list[tuple[str, str, Any]] = [
    ("single", 'q1 = "b"', "b"),
    ("single", 'q1="B "', "b"),
    ("single", "q1 = ['b.']", "b"),
    ("single", 'q1 = ("b")  # "c"', "b"),
    ("single", 'q1 = "a"\nq1 = "c"', "c"),
    ("single", "q1 = None", None),
    ("single", 'q1 = ""', None),
    ("single", "q1 = ...", None),
    ("single", 'q1 = "d"', ...),
    ("single", 'q1 = ["a", "b"]', ...),
    ("single", "q1 = 2", ...),
    ("single", 'q1 = "a" + ""', ...),
    ("multiple", 'q2 = {"d", "a"}', {"a", "d"}),
    ("multiple", 'q2 = [\n    "a",  # first\n    "D",\n]', {"a", "d"}),
    ("multiple", 'q2 = "a, d"', {"a", "d"}),
    ("multiple", 'q2 = "ad"', {"a", "d"}),
    ("multiple", 'q2 = ("a",)', {"a"}),
    ("multiple", "q2 = set()", None),
    ("multiple", "q2 = {}", None),
    ("multiple", 'q2 = {"a", "e"}', ...),
    ("order", 'q3 = ["b", "c", "a"]', ["b", "c", "a"]),
    ("order", 'q3 = "b c a"', ["b", "c", "a"]),
    ("order", "q3 = []", None),
    ("order", 'q3 = ["b", "c"]', ...),
    ("order", 'q3 = {"b", "c", "a"}', ...),
    ("match", 'q4 = {"1": "b", 2: "A"}', {"1": "b", "2": "a"}),
    ("match", 'q4 = {"2": "c", "1": None}', {"2": "c"}),
    ("match", "q4 = {1: 'b',\n      2: 'b'}", {"1": "b", "2": "b"}),
    ("match", 'q4 = {"1": "f"}', ...),
    ("match", 'q4 = {"3": "a"}', ...),
    ("match", 'q4 = ["a", "b"]', ...),
    ("number", "q5 = 37.10", 37.1),
    ("number", "q5 = -1_000", -1000.0),
    ("number", "q5 = 2.5e1", 25.0),
    ("number", "q5 = 0", 0.0),
    ("number", 'q5 = "37.1 %"', 37.1),
    ("number", 'q5 = "37,1"', 37.1),
    ("number", 'q5 = "۳۷٫۱ ٪"', 37.1),
    ("number", 'q5 = "1,234"', ...),
    ("match", 'q4 = {"١": "b"}', {"1": "b"}),
    ("number", "q5 = True", ...),
    ("number", 'q5 = "many"', ...),
    ("number", "q5 = 371 / 10", ...),
]


def shown(fieldset: Locator, kind: str) -> Any:
    """The answer that controls show, in the form of the answer line."""
    says = fieldset.get_by_role("status").text_content() or ""
    if says.startswith("The buttons can't show what is in the line: "):
        assert not fieldset.locator("input:checked").count()
        return ...
    if says == "Not answered yet":
        assert not fieldset.locator("input:checked").count()
        return None
    checked = [box.get_attribute("value") for box in fieldset.locator("input:checked").all()]
    if kind == "single":
        (only,) = checked
        return only
    if kind == "multiple":
        return set(checked)
    if kind == "order":
        return [code.rstrip(".") for code in fieldset.locator("li b").all_text_contents()]
    if kind == "match":
        values = {
            str(i): s.input_value() for i, s in enumerate(fieldset.locator("select").all(), 1)
        }
        return {code: partner for code, partner in values.items() if partner}
    return float(fieldset.get_by_role("textbox").input_value())


def graded(kind: str, line: str) -> Any:
    """The answer that the grading functions read from the same line."""
    names: dict[str, Any] = {}
    exec(line, names)
    value = names[f"q{KINDS.index(kind) + 1}"]
    if answers.is_blank(value):
        return None
    readers: dict[str, Callable[[], Any]] = {
        "single": lambda: answers.read_single(value, "abc"),
        "multiple": lambda: answers.read_several(value, "abcd"),
        "order": lambda: answers.read_order(value, "abc"),
        "match": lambda: answers.read_match(value, ("12", "abc")),
        "number": lambda: answers.read_number(value, "%"),
    }
    try:
        return readers[kind]()
    except answers.NotYet:
        return ...


def test_controls_and_grading_read_a_line_alike(lab: FrontEnd, shared: Page) -> None:
    page = shared
    cells = [c for kind, line, _ in LINES for c in (markdown(STEMS[kind]), answer(kind, line))]
    lab.write("lines.ipynb", notebook(cells))
    lab.open(page, "lines.ipynb")
    expect(page.locator(".crp")).to_have_count(len(LINES))
    for i, (kind, line, meant) in enumerate(LINES):
        assert shown(cell(page, 2 * i + 1).locator(".crp fieldset"), kind) == meant, line
        if line != "q5 = 371 / 10" and '+ ""' not in line:  # a sum is for Python alone to read
            assert graded(kind, line) == meant, line


# A cell's source, and what it becomes when b is chosen: everything around the value stays.
EDITS = [
    ("q1 = None  # one letter", 'q1 = "b"  # one letter'),
    ("q1=None", 'q1="b"'),
    ("q1 =", 'q1 = "b"'),
    ("q1 =  # your letter", 'q1 = "b"  # your letter'),
    ("", 'q1 = "b"'),
    ("print(1)\n", 'q1 = "b"\nprint(1)\n'),
    ("x = 1\nq1 = 'a'; y = 2\nq1 == x", 'x = 1\nq1 = "b"; y = 2\nq1 == x'),
    ('q1 = [\n  "a",  # no\n]  # yes\nz = 3', 'q1 = "b"  # yes\nz = 3'),
    ('q1 = f(x,\nprint("a")', 'q1 = "b"\nprint("a")'),
    ('q1 = "a # b"  # c', 'q1 = "b"  # c'),
    (
        "q1 = None\nq1 = 'a'  # Python keeps the last",
        'q1 = None\nq1 = "b"  # Python keeps the last',
    ),
]


def test_a_choice_changes_the_value_only(lab: FrontEnd, shared: Page) -> None:
    page = shared
    cells = [markdown(STEMS["single"]), *(answer("single", before) for before, _ in EDITS)]
    lab.write("edits.ipynb", notebook(cells))
    lab.open(page, "edits.ipynb")
    for i, (before, after) in enumerate(EDITS, 1):
        cell(page, i).get_by_label("b. The Wakhan corridor").check()
        assert source(page, i) == after, before


def test_cells_that_come_late_have_their_controls(lab: FrontEnd, shared: Page) -> None:
    page = shared
    lab.write("late.ipynb", notebook([markdown("# Nothing here"), markdown(STEMS["single"])]))
    lab.open(page, "late.ipynb")
    page.evaluate(
        """cell => window.jupyterapp.shell.currentWidget.content.model.sharedModel
            .insertCell(2, cell)""",
        answer("single", 'q1 = "b"'),
    )
    expect(cell(page, 2).get_by_label("The Wakhan corridor")).to_be_checked()
    # The options have one truth, the Markdown above.
    edit = "s => window.jupyterapp.shell.currentWidget.model.cells.get(1).sharedModel.source = s"
    page.evaluate(edit, "## New · 1 point\n\n- **a.** One\n- **b.** _Two_ \\* `3*4`")
    expect(page.get_by_role("group", name="New: choose one")).to_be_visible()
    expect(cell(page, 2).get_by_label("b. Two * 3*4")).to_be_checked()
    # Without options there is nothing to draw; the line is still there.
    page.evaluate(edit, "## New")
    expect(page.locator(".crp")).to_have_count(0)
    assert source(page, 2) == 'q1 = "b"'


def test_far_cells_of_a_windowed_notebook(lab: FrontEnd, page: Page) -> None:
    page.route("**/api/sessions*", no_new_kernel)
    cells = [
        c for _ in range(40) for c in (markdown(STEMS["single"]), answer("single", 'q1 = "b"'))
    ]
    lab.write("far.ipynb", notebook(cells))
    tracker = lab.server.settings / "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True, exist_ok=True)
    tracker.write_text('{"windowingMode": "full"}', "utf-8")
    try:
        lab.open(page, "far.ipynb")
        expect(cell(page, 1).get_by_label("The Wakhan corridor")).to_be_checked()
        assert page.locator(".crp").count() < 40, "this notebook is windowed"
        scroll = "i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i)"
        for index in (79, 1, 79):
            page.evaluate(scroll, index)
            expect(cell(page, index).get_by_label("The Wakhan corridor")).to_be_checked()
            expect(cell(page, index).locator(".crp")).to_have_count(1)
        # By key: cells that are still being filled move what a mouse aims at.
        cell(page, 79).get_by_label("The CASA-1000 line").press("Space")
        assert source(page, 79) == 'q1 = "c"'
    finally:
        tracker.unlink()


def test_a_read_only_cell_shows_and_keeps_its_answer(lab: FrontEnd, shared: Page) -> None:
    page = shared
    fixed = answer("single", 'q1 = "b"', editable=False)
    lab.write("fixed.ipynb", notebook([markdown(STEMS["single"]), fixed]))
    lab.open(page, "fixed.ipynb")
    expect(cell(page, 1).get_by_label("The Wakhan corridor")).to_be_checked()
    for control in cell(page, 1).locator(".crp input, .crp button").all():
        expect(control).to_be_disabled()


def test_lab_starts_without_an_error(lab: FrontEnd, page: Page, errors: list[str]) -> None:
    page.goto(f"{lab.server.url}/lab?reset")
    expect(page.locator(".jp-Launcher")).to_be_visible()
    assert page.evaluate("window.jupyterapp.isPluginActivated('crossroads-pen:plugin')")
    # The live edition's kernel is for JupyterLite alone. A development environment has it, too, and
    # JupyterLab says that it can't load it.
    assert [said for said in errors if "@jupyterlite/" not in said] == []


@LAB_FIRST
def test_a_pen_that_is_not_there_keeps_nothing_from_starting(
    front_end: FrontEnd, page: Page
) -> None:
    """JupyterLab and Notebook 7 load extensions by the same code: here it is seen in one."""
    page.route("**/api/sessions*", no_new_kernel)
    page.route("**/crossroads-pen/static/**", lambda route: route.fulfill(status=404))
    front_end.write("without.ipynb", quiz())
    front_end.open(page, "without.ipynb")
    type_over(page, 1, 'q1 = "b"')
    assert source(page, 1) == 'q1 = "b"'
    assert not page.locator(".crp").count()


@LAB_FIRST
def test_a_broken_pen_leaves_the_plain_line(
    front_end: FrontEnd, page: Page, errors: list[str]
) -> None:
    """What the pen does when it breaks is the pen's own: here it is seen in JupyterLab."""
    page.route("**/api/sessions*", no_new_kernel)
    page.add_init_script(
        """const make = Document.prototype.createElement;
        Document.prototype.createElement = function (tag, ...rest) {
          if (tag === 'fieldset') throw new Error('a broken pen');
          return make.call(this, tag, ...rest);
        };"""
    )
    front_end.write("broken.ipynb", quiz())
    front_end.open(page, "broken.ipynb")
    type_over(page, 1, 'q1 = "b"')
    save(page)
    assert "".join(front_end.read("broken.ipynb")["cells"][1]["source"]) == 'q1 = "b"'
    assert not page.locator(".crp fieldset").count()
    assert any("crossroads-pen: Error: a broken pen" in error for error in errors)
