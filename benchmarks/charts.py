"""Compare ways to make the explorers' charts; `docs/charts.md` holds the numbers and the choice.

    python benchmarks/charts.py          import, update, output and size of whatever is installed
    python benchmarks/charts.py --lab    slider to screen in JupyterLab, in a real Chromium

Each way draws the same two charts from new numbers every time: five bars, and four lines over
thirty years. Imports are timed in fresh processes, after pandas, which the course always has.
"""

from __future__ import annotations

import importlib.metadata as metadata
import io
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from crossroads.explorers._shell import Explorer

Draw = Callable[[pd.DataFrame], bytes]
PARTNERS = ["Russia", "China", "India", "Pakistan", "Afghanistan"]
YEARS = range(1994, 2024)
TITLE, UNIT, SOURCE = "Trade with five partners", "Share of trade (%)", "random numbers"


def own() -> tuple[Draw, Draw]:
    from crossroads import charts

    def bars(data: pd.DataFrame) -> bytes:
        return charts.bars(
            data.iloc[0], title=TITLE, value_label=UNIT, alt="Five bars.", source=SOURCE
        ).encode()

    def lines(data: pd.DataFrame) -> bytes:
        return charts.lines(
            data, title=TITLE, y_label=UNIT, alt="Four lines.", source=SOURCE
        ).encode()

    return bars, lines


def matplotlib(*, ticks_by_hand: bool = False) -> tuple[Draw, Draw]:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "crossroads"})

    def finish(figure: Figure) -> bytes:
        page = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(page, metadata={"Date": None})
        return page.getvalue().encode()

    def bars(data: pd.DataFrame) -> bytes:
        figure = Figure(figsize=(7, 3))
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.65))
        values = data.iloc[0]
        axes.barh(range(5), values)
        if ticks_by_hand:
            axes.set_xticks([0, 25, 50], ["0", "25", "50"])
        axes.set_yticks(range(5), PARTNERS)
        for i, value in enumerate(values):
            axes.text(value, i, f"{value:.1f}", va="center")
        axes.set_title(TITLE)
        axes.set_xlabel(UNIT)
        return finish(figure)

    def lines(data: pd.DataFrame) -> bytes:
        figure = Figure(figsize=(7, 4))
        axes = figure.add_axes((0.1, 0.15, 0.7, 0.7))
        looks = data.items(), ["-", "--", ":", "-."], "os^D"
        for (name, values), dash, shape in zip(*looks, strict=True):
            axes.plot(data.index, values, linestyle=dash, marker=shape)
            axes.text(data.index[-1] + 1, values.iloc[-1], str(name))
        if ticks_by_hand:
            axes.set_xticks([1995, 2005, 2015], ["1995", "2005", "2015"])
            axes.set_yticks([0, 25, 50], ["0", "25", "50"])
        axes.set_title(TITLE)
        axes.set_ylabel(UNIT)
        return finish(figure)

    return bars, lines


def altair() -> tuple[Draw, Draw]:
    altair, vl_convert = import_module("altair"), import_module("vl_convert")

    def finish(chart: Any) -> bytes:
        return str(vl_convert.vegalite_to_svg(chart.to_dict())).encode()

    def bars(data: pd.DataFrame) -> bytes:
        tidy = pd.DataFrame({"partner": PARTNERS, "share": data.iloc[0].to_numpy()})
        base = altair.Chart(tidy, title=TITLE, width=500).encode(
            altair.X("share", title=UNIT), altair.Y("partner", sort=PARTNERS)
        )
        words = base.mark_text(align="left").encode(altair.Text("share", format=".1f"))
        return finish(base.mark_bar() + words)

    def lines(data: pd.DataFrame) -> bytes:
        tidy = data.rename_axis("year").reset_index().melt("year")
        chart = altair.Chart(tidy, title=TITLE, width=500).mark_line(point=True)
        return finish(
            chart.encode(
                x="year", y=altair.Y("value", title=UNIT), color="variable", strokeDash="variable"
            )
        )

    return bars, lines


def bqplot() -> tuple[Draw, Draw]:
    bqplot = import_module("bqplot")
    separate = import_module("ipywidgets.widgets.widget")._remove_buffers
    across, up, years = bqplot.OrdinalScale(), bqplot.LinearScale(), bqplot.LinearScale()
    bar = bqplot.Bars(x=PARTNERS, y=[0] * 5, scales={"x": across, "y": up})
    line = bqplot.Lines(x=list(YEARS), y=[[0] * 30] * 4, scales={"x": years, "y": up})
    bqplot.Figure(marks=[bar], axes=[bqplot.Axis(scale=across), bqplot.Axis(scale=up)])
    bqplot.Figure(marks=[line], axes=[bqplot.Axis(scale=years), bqplot.Axis(scale=up)])

    def sent(mark: Any) -> bytes:
        state, _, buffers = separate(mark.get_state("y"))
        return b"".join([json.dumps(state).encode(), *map(bytes, buffers)])

    def bars(data: pd.DataFrame) -> bytes:
        bar.y = data.iloc[0].to_numpy()
        return sent(bar)

    def lines(data: pd.DataFrame) -> bytes:
        line.y = data.to_numpy().T
        return sent(line)

    return bars, lines


def plotly() -> tuple[Draw, Draw]:
    go = import_module("plotly.graph_objects")

    def bars(data: pd.DataFrame) -> bytes:
        figure = go.Figure(go.Bar(x=data.iloc[0], y=PARTNERS, orientation="h"))
        return str(figure.update_layout(title=TITLE).to_json()).encode()

    def lines(data: pd.DataFrame) -> bytes:
        figure = go.Figure([go.Scatter(x=data.index, y=data[name], name=name) for name in data])
        return str(figure.update_layout(title=TITLE).to_json()).encode()

    return bars, lines


WAYS: dict[str, tuple[str, tuple[str, ...], Callable[[], tuple[Draw, Draw]]]] = {
    "own": ("own SVG (crossroads.charts)", (), own),
    "matplotlib": ("matplotlib, SVG", ("matplotlib",), matplotlib),
    "fixed": (
        "matplotlib, SVG, ticks set by hand",
        ("matplotlib",),
        lambda: matplotlib(ticks_by_hand=True),
    ),
    "altair": ("altair + vl-convert, SVG", ("altair", "vl-convert-python"), altair),
    "bqplot": ("bqplot (drawn by the browser)", ("bqplot",), bqplot),
    "plotly": ("plotly (drawn by the browser)", ("plotly",), plotly),
}


def numbers(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row for five partners, and four columns for thirty years: 0 to 50."""
    random = np.random.default_rng(seed)
    return (
        pd.DataFrame(random.random((1, 5)) * 50, columns=PARTNERS),
        pd.DataFrame(random.random((30, 4)) * 50, index=YEARS, columns=PARTNERS[:4]),
    )


def one(way: str) -> None:
    """Measure one way in this process and print what was found as JSON."""

    def memory() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    before, start = memory(), time.perf_counter()
    draws = WAYS[way][2]()
    found: dict[str, Any] = {"import": time.perf_counter() - start}
    for i, (kind, draw) in enumerate(zip(("bars", "lines"), draws, strict=True)):
        times = []
        for seed in range(51):
            data = numbers(seed)[i]
            start = time.perf_counter()
            result = draw(data)
            times.append((time.perf_counter() - start) * 1000)
        found[kind] = {
            "first": times[0],
            "median": statistics.median(times[1:]),
            "p95": statistics.quantiles(times[1:], n=20)[-1],
            "bytes": len(result),
            "text": len(re.findall(rb"<text\b", result)),
        }
    found["memory"] = memory() - before
    print(json.dumps(found))


def needs(names: tuple[str, ...]) -> set[str]:
    """Return the installed packages that `names` bring with them, themselves included."""
    found: set[str] = set()
    left = [name.lower() for name in names]
    while left:
        name = left.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if name in found:
            continue
        found.add(name)
        wanted = [r for r in package.requires or [] if "extra ==" not in r]
        left += [re.split(r"[^\w.-]", r)[0].lower().replace("_", "-") for r in wanted]
    return found


def size(names: tuple[str, ...]) -> float:
    """Return the megabytes that `names` add to what the course needs anyway."""
    course = needs(("pandas", "ipywidgets", "ipykernel", "jupyterlab", "nbgrader", "anywidget"))
    files = [
        package.locate_file(file)
        for name in needs(names) - course
        for package in [metadata.distribution(name)]
        for file in package.files or []
    ]
    return sum(os.path.getsize(f) for f in map(str, files) if os.path.exists(f)) / 1e6


def fresh(way: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", way]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table() -> None:
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, median of 5 processes")
    print(
        "| way | import s | bars: first, median, p95 ms | lines: first, median, p95 ms | bytes | "
        "texts in the page | memory MB | adds MB |\n|---|---|---|---|---|---|---|---|"
    )
    for way, (label, packages, _) in WAYS.items():
        if not all(needs((package,)) for package in packages):
            print(f"| {label} | not installed |")
            continue
        runs = [fresh(way) for _ in range(5)]
        cells = [label, f"{statistics.median(r['import'] for r in runs):.2f}"]
        for kind in ("bars", "lines"):
            middle = [
                statistics.median(r[kind][what] for r in runs)
                for what in ("first", "median", "p95")
            ]
            cells.append(", ".join(f"{value:.1f}" for value in middle))
        last = runs[-1]
        cells += [
            f"{last['bars']['bytes']:,} / {last['lines']['bytes']:,}",
            f"{last['bars']['text']} / {last['lines']['text']}",
            f"{statistics.median(r['memory'] for r in runs):.0f}",
            f"{size(packages):.0f}",
        ]
        print("| " + " | ".join(cells) + " |", flush=True)
    if needs(("matplotlib",)):
        with tempfile.TemporaryDirectory() as empty:
            found = fresh("matplotlib", MPLCONFIGDIR=empty)
        first = found["import"] + found["bars"]["first"] / 1000
        print(f"\nmatplotlib on a new machine, import and first chart (lists fonts): {first:.1f} s")


@dataclass(frozen=True)
class Choices:
    """A slider's place, for the trial in JupyterLab."""

    step: int = 0


def trial(way: str) -> Explorer:
    """Return an explorer with one slider that draws four lines in one of the ways, or nothing."""
    from crossroads.explorers._shell import Explorer

    lines = None if way == "no chart" else WAYS[way][2]()[1]

    def view(choices: Choices) -> str:
        chart = lines(numbers(choices.step)[1]).decode() if lines else ""
        return f"<p>place {choices.step};</p>{chart}"

    return Explorer(
        "trial",
        Choices(),
        lambda _: [{"kind": "slider", "field": "step", "label": "Place", "min": 0, "max": 999}],
        view,
        lambda choices: f"Place {choices.step}.",
        lambda _: "",
    )


# Moves the slider 60 times, one by one, and waits for the frame that shows the answer.
MOVE = """async () => {
  const frame = () => new Promise(requestAnimationFrame), times = [];
  const slider = document.querySelector(".cr input[type=range]");
  for (let i = 1; i <= 60; i++) {
    slider.value = i;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (!document.querySelector(".cr-result").textContent.includes(`place ${i};`)) await frame();
    await frame();
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 60));
  }
  return times.slice(10);
}"""


def lab() -> None:
    """Measure from moving a slider to the frame that shows the new chart, in JupyterLab."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, sync_playwright() as browsers:
        for way in (ways := ["no chart", "own", "fixed", "matplotlib"]):
            code = (
                f"import sys; sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}\n"
                f"import charts; charts.trial({way!r})"
            )
            cell = {"cell_type": "code", "source": code, "id": "a", "execution_count": None}
            book = {
                "cells": [{**cell, "metadata": {}, "outputs": []}],
                "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
            Path(home, f"{way}.ipynb").write_text(json.dumps(book))
        command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--port=0"]
        options = ["--allow-root", f"--ServerApp.root_dir={home}", "--LabApp.news_url="]
        server = subprocess.Popen(
            [*command, *options],
            env={**os.environ, "HOME": home, "JUPYTER_PLATFORM_DIRS": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            address = next(
                found[0]
                for line in server.stderr or []
                if (found := re.search(r"http://127\S+?/lab\?token=\w+", line))
            )
            browser = browsers.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-quic"]
            )
            print("| chart | slider to screen: median, p95, longest ms |\n|---|---|")
            for i, way in enumerate(ways * 2):
                page = browser.new_page()
                page.goto(address.replace("/lab?", f"/lab/workspaces/{i}/tree/{way}.ipynb?"))
                page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60000)
                time.sleep(2)
                page.locator(".jp-CodeCell .cm-content:visible").first.click()
                page.keyboard.press("Shift+Enter")
                page.locator(".cr input[type=range]").wait_for(timeout=60000)
                times = page.evaluate(MOVE)
                figures = (
                    statistics.median(times),
                    statistics.quantiles(times, n=20)[-1],
                    max(times),
                )
                label = WAYS[way][0] if way in WAYS else way
                print(f"| {label} | {', '.join(f'{t:.0f}' for t in figures)} |", flush=True)
                page.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    elif sys.argv[1:2] == ["--lab"]:
        lab()
    else:
        table()
