"""Every explorer as a learner sees it: on one screen with its chart, and readable when narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from frontend import FrontEnd, Server, command, notebook, run_all, wait_drawn
from machine import watched_page
from playwright.sync_api import Browser, Page, expect

#: Each explorer and view as a lesson opens it.
EXPLORERS = [
    "table_explorer()",
    "claim_sorter()",
    "membership_map()",
    "dependence_dial()",
    "dependence_dial(reveal=True)",
    "power_corridor()",
    'power_corridor("record")',
    "security_timeline()",
    "vote_explorer()",
    'vote_explorer("network", threshold=60)',
    'vote_explorer("recent", others=["RUS", "IND", "KAZ"])',
    'vote_explorer("key", others=["RUS", "IND", "PAK", "KAZ"])',
    'vote_explorer("issues")',
    'vote_explorer("points")',
    "scorecard()",
    "target_lab()",
    "route_finder()",
    "exchange_balance()",
    "study_weigher()",
    'study_weigher("trials")',
    "basket_builder()",
    "evidence_board()",
]
#: States that the vote explorer doesn't show at first, beside three that it does.
MORE = ("Kazakhstan", "Kyrgyzstan", "China", "Uzbekistan")
#: What is left of a window of 1280 x 900 below menus and tool bars.
SCREEN = 760
#: From the top of the controls: where they and the charts beside them end, and the widths.
PLACES = """(explorer) => {
  const controls = explorer.querySelector('.cr-controls').getBoundingClientRect();
  const result = explorer.querySelector('.cr-result');
  const charts = [...result.querySelectorAll(':scope > figure > svg')];
  const ends = charts.map((chart) => chart.getBoundingClientRect().bottom - controls.top);
  return {
    controls: controls.height,
    ends,
    beside: controls.right <= result.getBoundingClientRect().left,
    room: result.getBoundingClientRect().width,
    drawn: charts.map((chart) => chart.getBoundingClientRect().width),
  };
}"""
#: The size of the smallest word of a chart, as it is shown.
SMALLEST = """(explorer) => Math.min(...[...explorer.querySelectorAll('figure svg text')].map(
  (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
#: Whether no chart waits to be drawn for its place.
SETTLED = """() => [...document.querySelectorAll('.cr-result')].every((result) => {
  const width = result.getBoundingClientRect().width;
  return [...result.querySelectorAll(':scope > figure > svg')].every((chart) => {
    const drawn = chart.viewBox.baseVal.width;
    return drawn === 320 || drawn === 1200 || (drawn <= width && width < drawn + 80);
  });
})"""


#: What is pressed, with the shorter side of what a finger can hit: a label goes with its control.
FINGERS = """explorer => [...explorer.querySelectorAll('input, select, button')]
  .filter((one) => one.checkVisibility() && !one.disabled)
  .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
  .map(([one, place]) => [one.name || one.textContent, Math.min(place.width, place.height)])"""


@pytest.fixture(scope="module")
def explorers(server: Server, browser: Browser) -> Iterator[tuple[Page, FrontEnd]]:
    """A notebook with every explorer in JupyterLab, its file browser open at the left."""
    front = FrontEnd("lab", server)
    sources = ["import crossroads as cr", *(f"cr.{call}" for call in EXPLORERS)]
    front.write("explorers.ipynb", notebook(*sources))
    with watched_page(browser, [], height=26000) as page:
        front.open(page, "explorers.ipynb")
        run_all(page)
        page.wait_for_function(
            f"document.querySelectorAll('.cr-result').length === {len(EXPLORERS)}"
        )
        wait_drawn(page)
        page.wait_for_function(SETTLED)
        yield page, front


def seen(explorers: tuple[Page, FrontEnd], script: str) -> dict[str, Any]:
    """What a script finds in each explorer, by its call."""
    page, front = explorers
    return {
        call: front.cell(page, i).locator(".cr:has(> .cr-result)").evaluate(script)
        for i, call in enumerate(EXPLORERS, 1)
    }


def test_every_explorer_s_first_view_fits_on_one_screen_with_its_chart(explorers):
    found = seen(explorers, PLACES)
    # Without a chart, what the controls change begins on the same screen.
    tall = {call: max([p["controls"], *p["ends"]]) for call, p in found.items()}
    assert {call: height for call, height in tall.items() if height > SCREEN} == {}
    charts = {call: p for call, p in found.items() if p["ends"]}
    assert len(charts) >= 15
    assert [call for call, p in charts.items() if not p["beside"]] == []
    for p in charts.values():
        assert all(p["room"] - 80 < drawn <= p["room"] for drawn in p["drawn"])


def test_no_more_states_can_be_ticked_than_a_chart_holds(explorers):
    page, front = explorers
    votes = front.cell(page, EXPLORERS.index("vote_explorer()") + 1).locator(".cr:has(.cr-result)")
    box = {name: votes.get_by_role("checkbox", name=name) for name in MORE}
    for name in ("Kazakhstan", "Kyrgyzstan", "China"):
        box[name].check()
    expect(votes.get_by_text("6 are chosen, and a chart has no room for more")).to_be_visible()
    expect(box["Uzbekistan"]).to_be_disabled()
    expect(votes.locator(".cr-sentence")).to_contain_text("China")
    box["China"].uncheck()
    expect(box["Uzbekistan"]).to_be_enabled()
    expect(votes.get_by_text("6 are chosen")).to_have_count(0)


def test_words_are_readable_on_a_phone(explorers):
    page, _front = explorers
    command(page, "application:toggle-left-area")
    page.set_viewport_size({"width": 390, "height": 40000})
    page.wait_for_function(SETTLED)
    sizes = {call: size for call, size in seen(explorers, SMALLEST).items() if size is not None}
    assert {call: size for call, size in sizes.items() if size < 11} == {}


def test_a_finger_has_room(explorers):
    """At least 24 px for each control (WCAG 2.5.8); the page is as the test before left it."""
    page, _front = explorers
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.wait_for_function("matchMedia('(pointer: coarse)').matches")
    page.wait_for_function(SETTLED)
    found = seen(explorers, FINGERS)
    assert sum(map(len, found.values())) > 100
    small = {call: [one for one in all_ if one[1] < 24] for call, all_ in found.items()}
    assert {call: some for call, some in small.items() if some} == {}
