"""Print start times, the time to run lesson 1, and slider-to-screen latency in a real browser.

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

from frontend import FrontEnd, run_all, uncover, wait_idle
from machine import running_browser, running_course
from playwright.sync_api import Page

MOVES = 60
#: In the page: move a control, and wait until the sentence under the explorer has changed.
MOVE = """
async ([selector, value]) => {
  const control = document.querySelector(selector);
  const explorer = control.closest(".cr");
  const sentence = explorer.querySelector("[role=status]");
  const before = performance.now();
  const changed = new Promise((done) => {
    new MutationObserver((_, observer) => { observer.disconnect(); done(); })
      .observe(sentence, { childList: true, characterData: true, subtree: true });
  });
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  await changed;
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - before;
}
"""


def main() -> None:
    """Start a server twice, run lesson 1, move a control, and print what it took."""
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 4000})
        for start in ("first", "second"):
            began = time.perf_counter()
            with running_course(Path(folder)) as server:
                ready = time.perf_counter() - began
                lesson = next((server.root / "lessons").glob("01-*.ipynb"))
                FrontEnd("lab", server).open(page, f"lessons/{lesson.name}")
                shown = time.perf_counter() - began
                print(f"{start} start: server {ready:.1f} s, lesson on the screen {shown:.1f} s")
                if start == "second":
                    wait_idle(page)
                    began = time.perf_counter()
                    run_all(page)
                    print(f"lesson 1, all cells: {time.perf_counter() - began:.1f} s")
                    report_latency(page)


def report_latency(page: Page) -> None:
    """Move a text control of the table explorer again and again; print median and p95."""
    uncover(page)
    control = page.get_by_label("Rows that contain")
    control.wait_for()
    selector = f"#{control.get_attribute('id')}"
    taken = [page.evaluate(MOVE, [selector, f"e{'x' * (i % 2)}"]) for i in range(MOVES)]
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(
        f"control to screen, n={MOVES}: median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms"
    )


if __name__ == "__main__":
    main()
