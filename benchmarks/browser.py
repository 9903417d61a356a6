"""Print start times, the time to run lesson 1, and how long each explorer takes to show a change.

    python benchmarks/browser.py

Each number is one machine's, on one day; compare within a run, not between machines.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from frontend import FrontEnd, run_all, wait_drawn, wait_idle
from machine import running_browser, running_course
from playwright.sync_api import Page

MOVES = 60
#: One of each explorer, and of each view that draws another chart.
EXPLORERS = (
    "table_explorer()",
    "claim_sorter()",
    "evidence_board()",
    "dependence_dial(reveal=True, others=['KGZ', 'UZB', 'KAZ', 'PAK'])",
    "exchange_balance()",
    "membership_map()",
    "power_corridor()",
    "route_finder()",
    "scorecard()",
    "security_timeline()",
    "study_weigher('trials')",
    "target_lab()",
    "basket_builder()",
    "vote_explorer()",
    "vote_explorer('network')",
)
#: In the page: move an explorer's first slider or choice back and forth; the times until the
#: picture has changed and is on the screen.
MOVE = """
async ([explorer, moves]) => {
  const find = () => explorer.querySelector(".cr-controls > .cr-field input[type=range]")
    ?? [...explorer.querySelectorAll(".cr-controls input")].find((one) => !one.checked);
  const taken = [];
  let way;
  for (let i = 0; i < moves; i++) {
    const control = find();
    const shown = [".cr-result", ".cr-sentence"].map((part) => explorer.querySelector(part));
    const changed = new Promise((done) => {
      const observer = new MutationObserver(() => { observer.disconnect(); done(); });
      for (const part of shown) {
        observer.observe(part, { childList: true, characterData: true, subtree: true });
      }
      setTimeout(done, 3000);
    });
    const before = performance.now();
    if (control.type === "radio" || control.type === "checkbox") control.click();
    else {
      way ??= control.value === control.max ? -1 : 1;
      control.value = Number(control.value) + (i % 2 ? -way : way) * Number(control.step || 1);
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
    await changed;
    await new Promise((done) => requestAnimationFrame(done));
    taken.push(performance.now() - before);
    await new Promise((done) => setTimeout(done, 40));
  }
  return taken;
}
"""


def main() -> None:
    """Start a server twice, run lesson 1, move a control of each explorer, print what it took."""
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 4000})
        for start in ("first", "second"):
            began = time.perf_counter()
            with running_course(Path(folder)) as server:
                ready = time.perf_counter() - began
                lesson = next((server.root / "lessons").glob("01-*.ipynb"))
                front = FrontEnd("lab", server)
                front.open(page, f"lessons/{lesson.name}")
                shown = time.perf_counter() - began
                print(f"{start} start: server {ready:.1f} s, lesson on the screen {shown:.1f} s")
                if start == "second":
                    wait_idle(page)
                    began = time.perf_counter()
                    run_all(page)
                    print(f"lesson 1, all cells: {time.perf_counter() - began:.1f} s")
                    report_latency(front, page)


def report_latency(front: FrontEnd, page: Page) -> None:
    """Move a control of every explorer again and again; print median and p95 for each."""
    page.set_viewport_size({"width": 1280, "height": 12000})
    cells = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "metadata": {},
            "source": f"import crossroads as cr\ncr.{call}",
            "outputs": [],
            "execution_count": None,
        }
        for i, call in enumerate(EXPLORERS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}}
    front.write("latency.ipynb", {**notebook, "nbformat": 4, "nbformat_minor": 5})
    front.open(page, "latency.ipynb")
    run_all(page)
    wait_drawn(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    for place, call in enumerate(EXPLORERS):
        explorer = front.cell(page, place).locator(".cr").element_handle()
        # Charts are drawn anew for the width that there is.
        page.evaluate("node => node.scrollIntoView()", explorer)
        page.wait_for_timeout(500)
        taken = page.evaluate(MOVE, [explorer, MOVES])
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(f"{call}: median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
