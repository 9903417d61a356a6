"""Every lesson in a real JupyterLab: runs clean, is accessible, and each control does something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from frontend import FrontEnd, Server, run_all, uncover, wait_drawn, wait_idle
from machine import watched_page
from playwright.sync_api import Browser, Locator, Page, expect

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("[0-9][0-9]-*.ipynb"))
#: What is ours on a page: the rest is JupyterLab's own.
OURS = [".jp-RenderedMarkdown", ".cr"]
FAILED = (
    '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"], '
    '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
)
#: Wait until what an explorer shows differs from what it showed.
#: Whether a move changed an explorer: asked until it did, then until what comes after it is drawn,
#: too (the kernel has no more to say and the explorer stays the same for a moment).
DIFFERS = """([node, before]) => new Promise((done) => {
  const until = performance.now() + 5000;
  const context = window.jupyterapp.shell.currentWidget.context;
  const idle = () => context.sessionContext.session?.kernel?.status === 'idle';
  let last = before, since = performance.now();
  const look = () => {
    const now = performance.now(), seen = node.innerHTML;
    if (seen !== last) { last = seen; since = now; }
    if (last !== before && idle() && now - since > 100) done(true);
    else if (now > until) done(last !== before);
    else setTimeout(look, 20);
  };
  look();
})"""


@pytest.fixture(scope="module")
def lab(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for JupyterLab; with what nothing in it caught."""
    uncaught: list[str] = []
    with watched_page(browser, []) as page:
        page.on("pageerror", lambda error: uncaught.append(str(error)))
        yield page, uncaught


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(
    request: pytest.FixtureRequest, server: Server, lab: tuple[Page, list[str]]
) -> tuple[Page, list[str]]:
    """A lesson, open and run from top to bottom; with the errors its page reported."""
    page, errors = lab
    errors.clear()
    FrontEnd("lab", server).open(page, f"lessons/{request.param.name}")
    run_all(page)
    wait_idle(page)
    wait_drawn(page)
    uncover(page)
    return page, errors


def test_it_runs_without_an_error_or_a_warning(lesson: tuple[Page, list[str]]) -> None:
    page, errors = lesson
    assert page.locator(FAILED).all_inner_texts() == []
    assert errors == []


def test_axe_finds_nothing_serious_of_ours(lesson: tuple[Page, list[str]]) -> None:
    page, _ = lesson
    with in_sight(page):
        # Tables and texts of a closed notebook cell are in the page, too: look at what is shown.
        found = Axe().run(page, context={"include": [[part] for part in OURS]})
    serious = [
        f"{v['id']} ({v['impact']}): {v['help']}; {[n['html'][:160] for n in v['nodes'][:3]]}"
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


#: Roles of what a reader moves or presses, as Chromium's accessibility tree names them.
MOVED = {"button", "checkbox", "combobox", "link", "radio", "searchbox", "slider", "textbox"}


def test_a_screen_reader_says_each_thing_by_its_name_and_once(
    lesson: tuple[Page, list[str]],
) -> None:
    """Walked as a screen reader does: widget by widget, in the browser's accessibility tree."""
    page, _ = lesson
    with in_sight(page):
        trees = [tree(widget) for widget in page.locator(".lm-Widget.cr").all()]
    assert trees
    wrong = []
    for nodes in trees:
        spoken = [node for node in nodes if not node["ignored"]]
        title = next(said(node) for node in spoken if said(node))
        for node in spoken:
            role = node["role"]["value"]
            if (role in MOVED or "roledescription" in facts(node)) and not said(node).strip():
                wrong.append(f"{title}: a {role} without a name")
            if role == "slider" and not facts(node).get("valuetext"):
                wrong.append(f"{title}: {said(node)} says a bare number")
        # Two of one kind and name can't be told apart, unless each stands in a group of its own.
        names = [
            (node["role"]["value"], said(node), node["group"])
            for node in spoken
            if node["role"]["value"] in MOVED - {"button"}
        ]
        wrong += [f"{title}: two of {one}" for one in {*names} if names.count(one) > 1]
        # What changes by itself is said by one region that stays: here the sentence or verdict;
        # a chart has one for the value under the pointer or the arrows.
        regions = [node for node in spoken if facts(node).get("live") not in (None, "off")]
        charts = [node for node in spoken if "roledescription" in facts(node)]
        if len(regions) > 1 + len(charts):
            wrong.append(f"{title}: {len(regions)} live regions")
    assert wrong == []


@contextmanager
def in_sight(page: Page) -> Iterator[None]:
    """The whole lesson on one page: what is out of sight has no colours, and isn't spoken of."""
    page.set_viewport_size({"width": 1280, "height": 12000})
    yield
    # Each frame of a tall page takes long to draw.
    page.set_viewport_size({"width": 1280, "height": 900})


def tree(widget: Locator) -> list[dict[str, Any]]:
    """A widget's part of the accessibility tree, each node with the group that it stands in."""
    page = widget.page
    cdp = page.context.new_cdp_session(page)
    try:
        widget.evaluate("node => { window.asked = node; }")
        found = cdp.send("Runtime.evaluate", {"expression": "window.asked"})["result"]["objectId"]
        nodes = cdp.send("Accessibility.queryAXTree", {"objectId": found})["nodes"]
    finally:
        cdp.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    for node in nodes:
        above = by_id.get(node.get("parentId"))
        while above and above["role"]["value"] not in ("group", "radiogroup", "region", "row"):
            above = by_id.get(above.get("parentId"))
        node["group"] = above["nodeId"] if above else ""
    return nodes


def said(node: dict[str, Any]) -> str:
    """A node's name, as a screen reader says it."""
    return str(node.get("name", {}).get("value", ""))


def facts(node: dict[str, Any]) -> dict[str, Any]:
    """What else is said of a node, such as its value in words."""
    return {one["name"]: one["value"].get("value") for one in node.get("properties", [])}


def test_every_control_of_every_explorer_changes_what_is_shown(
    lesson: tuple[Page, list[str]],
) -> None:
    page, errors = lesson
    idle = []
    for explorer in page.locator(".cr:has(> .cr-controls)").all():
        title = explorer.get_attribute("aria-label")
        groups, place = explorer.locator(".cr-controls > *"), -1
        # There may be fewer or more of them after each move.
        while (place := place + 1) < groups.count():
            group = groups.nth(place)
            name = group.inner_text().split("\n")[0]
            before = explorer.inner_html()
            if not moved(group):
                continue
            # A click may fall just where the controls are drawn anew: then it's made again.
            handle = explorer.element_handle()
            if not (
                page.evaluate(DIFFERS, [handle, before])
                or (moved(group) and page.evaluate(DIFFERS, [handle, before]))
            ):
                idle.append(f"{title}: {name}")
            expect(explorer.locator(".cr-sentence")).not_to_be_empty()
    assert idle == []
    assert errors == []


def moved(group: Locator) -> bool:
    """Move the first control of a group to another value; False where there is none to move to."""
    control = group.locator("input:enabled, select:enabled, button:enabled").first
    if not control.count():
        return False
    kind = control.get_attribute("type")
    if control.evaluate("node => node.tagName") == "SELECT":
        values = control.locator("option").evaluate_all("all => all.map((o) => o.value)")
        others = [v for v in values if v != control.input_value()]
        if not others:
            return False
        control.select_option(others[0])
    elif kind == "radio":
        group.locator("input:not(:checked)").first.check()
    elif kind == "checkbox":
        control.click()
    elif kind == "range":
        at_end = control.evaluate("node => node.value === node.max")
        control.press("ArrowLeft" if at_end else "ArrowRight")
    elif kind in ("text", "search"):
        control.fill("DCE")
    else:
        control.click()
    return True
