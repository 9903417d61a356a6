"""What a reader sees in JupyterLab, Notebook 7 and Voilà: a quiz item, and another language.

Explorers and self-checks have the same tests in all three: test_widgets.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pseudo
import pytest
from axe_playwright_python.sync_playwright import Axe
from frontend import FrontEnd, Server, notebook, source
from playwright.sync_api import Page, expect

#: A year, with the invisible signs that keep its direction.
YEAR = re.compile(r"^\u2068?(19|20)\d\d\u2069?$")
LATER = pytest.mark.full
STEM = """### Question 1 · 2 points

Which of these is a corridor?

- **a.** Chabahar
- **b.** Wakhan"""


@pytest.fixture(params=["lab", "notebook", "voila"])
def front_end(request: pytest.FixtureRequest, server: Server) -> FrontEnd:
    """JupyterLab, Notebook 7, then Voilà."""
    return FrontEnd(request.param, server)


@pytest.mark.parametrize(
    "front_end",
    ["voila", pytest.param("lab", marks=LATER), pytest.param("notebook", marks=LATER)],
    indirect=True,
)
def test_a_quiz_item_is_readable_and_its_line_is_seen(front_end: FrontEnd, page: Page) -> None:
    """The pen writes the line where there are editors; Voilà shows the line as it is saved.

    Where there are editors, for short: ``test_pen.py``, the test of clicks.
    """
    item = {"crossroads": {"item": "q1", "kind": "single"}}
    path = f"item-{front_end.name}.ipynb"
    front_end.write(path, notebook(STEM, ('q1 = "a"  # one letter', item)))
    front_end.open(page, path)
    for text in ("Which of these is a corridor?", "a. Chabahar", "b. Wakhan"):
        expect(front_end.cell(page, 0)).to_contain_text(text)
    line = front_end.cell(page, 1)
    if front_end.name == "voila":
        expect(line.locator("code")).to_have_text('q1 = "a"  # one letter')
        expect(line).to_contain_text("changed in JupyterLab or Notebook")
        expect(page.locator(".crp")).to_have_count(0)
        return
    expect(line.locator(".cm-content")).to_have_text('q1 = "a"  # one letter')
    line.get_by_label("b. Wakhan").check()
    assert source(page, 1) == 'q1 = "b"  # one letter'


def test_voila_hides_all_other_code(server: Server, page: Page) -> None:
    front_end = FrontEnd("voila", server)
    front_end.write("hidden.ipynb", notebook("secret = 6 * 7\nprint(secret + 1)"))
    front_end.open(page, "hidden.ipynb")
    expect(front_end.cell(page, 0)).to_contain_text("43")
    expect(page.locator("body")).not_to_contain_text("secret")


@pytest.mark.parametrize(
    "front_end",
    ["lab", pytest.param("voila", marks=LATER), pytest.param("notebook", marks=LATER)],
    indirect=True,
)
def test_a_learner_s_chart_has_words(front_end: FrontEnd, page: Page) -> None:
    path = f"chart-{front_end.name}.ipynb"
    series = "import crossroads, pandas\npandas.Series([1, 3, 2], index=[2001, 2002, 2003])"
    front_end.write(path, notebook(f"{series}.plot(title='Trade', ylabel='million US$')"))
    front_end.open(page, path)
    front_end.run(page)
    chart = page.get_by_role("img", name="Line chart. Trade.")
    expect(chart).to_be_visible()
    expect(chart).to_have_attribute("alt", re.compile(r"highest 3 \(2002\)"))


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the catalogue of a language that is written from right to left."""
    return pseudo.catalogue(tmp_path_factory.mktemp("locale"))


@pytest.mark.parametrize(
    "front_end", ["lab", "voila", pytest.param("notebook", marks=LATER)], indirect=True
)
def test_a_right_to_left_language_turns_the_widgets_but_not_the_axes(
    front_end: FrontEnd, page: Page, drafts: Path
) -> None:
    """In Notebook 7 for short: JupyterLab's proof, whose outputs and styles Notebook shares."""
    path = f"rtl-{front_end.name}.ipynb"
    chosen = f"import crossroads as cr\ncr.language({pseudo.CODE!r}, {str(drafts)!r})"
    front_end.write(path, notebook(chosen, "cr.security_timeline()", 'cr.check("03-before")'))
    front_end.open(page, path)
    front_end.run(page)
    explorer = front_end.cell(page, 1).locator(".cr")
    expect(explorer.locator("figure").first).to_be_visible(timeout=90_000)
    expect(explorer).to_have_attribute("dir", "rtl")
    expect(explorer).to_have_attribute("lang", pseudo.CODE)

    # The first column of a table stands at the right, with a frame's thick edge beside it.
    expect(explorer.locator("table:visible").last).to_be_visible()
    head, last = explorer.evaluate(ENDS_OF_A_ROW)
    assert head > last
    edges = explorer.evaluate(
        "node => [getComputedStyle(node).borderRightWidth, getComputedStyle(node).borderLeftWidth]"
    )
    assert edges == ["4px", "1px"]

    # Years still run from left to right.
    years = explorer.locator("figure").last.locator("text").filter(has_text=YEAR)
    places = years.evaluate_all("all => all.map(n => [n.getBoundingClientRect().x, n.textContent])")
    assert len(places) > 2
    found = sorted((x, int(text.strip("\u2068\u2069"))) for x, text in places)
    assert [value for _, value in found] == sorted(value for _, value in found)

    # A control moves, and the sentence answers in the language.
    before = explorer.locator(".cr-sentence").inner_text()
    explorer.get_by_role("radio").nth(1).check()
    expect(explorer.locator(".cr-sentence")).not_to_have_text(before)
    button = front_end.cell(page, 2).get_by_role("button")
    expect(button).to_have_text(pseudo.in_arabic_script("Check my answer"))

    violations = Axe().run(page, context={"include": [[".cr"]]}).response["violations"]
    serious = [v["id"] for v in violations if v["impact"] in ("serious", "critical")]
    assert serious == []


#: Where the header and the last cell of the last table begin. Asked at once: an explorer is drawn
#: again as soon as it knows how wide its place is.
ENDS_OF_A_ROW = """node => {
  const row = [...node.querySelectorAll("table")].filter((one) => one.checkVisibility()).at(-1)
    .querySelector("tbody tr");
  return [row.querySelector("th"), row.lastElementChild].map((n) => n.getBoundingClientRect().x);
}"""


@pytest.mark.parametrize(
    "front_end",
    ["lab", pytest.param("notebook", marks=LATER), pytest.param("voila", marks=LATER)],
    indirect=True,
)
def test_russian_reaches_the_words_of_the_scripts(front_end: FrontEnd, page: Page) -> None:
    """Elsewhere for short: the widgets' tests in each front end, whose scripts are the same."""
    path = f"russian-{front_end.name}.ipynb"
    cells = 'import crossroads as cr\ncr.language("ru")', "cr.claim_sorter()"
    front_end.write(path, notebook(*cells))
    front_end.open(page, path)
    front_end.run(page)
    sorter = front_end.cell(page, 1).locator(".cr")
    expect(sorter.get_by_role("button", name="Дальше →")).to_be_visible(timeout=90_000)
    expect(sorter.get_by_role("status")).to_contain_text("вы распределили")
    expect(sorter).to_have_attribute("lang", "ru")
    expect(sorter).to_have_attribute("dir", "ltr")
