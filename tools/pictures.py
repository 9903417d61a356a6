"""Make the pictures of the guides anew: ``python tools/pictures.py [NAME ...]``.

They show a simulated class that goes through the grading instructor's guide, and what a learner
sees, in a real browser. Without names all are made; look at each before it is committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[1]
for folder in ("browser", "hub", "project", "support"):
    sys.path.insert(0, str(TREE / "tests" / folder))

import stock  # noqa: E402
import test_term as term_  # noqa: E402
from classroom import free_ports, running_trial  # noqa: E402
from frontend import FrontEnd, run_all  # noqa: E402
from machine import running_browser, running_course  # noqa: E402
from playwright.sync_api import Page, expect  # noqa: E402

from crossroads import course as course_  # noqa: E402

IMAGES = TREE / "docs" / "images"
QUIZ = term_.QUIZ
#: What the simulated class writes: their own texts say who wrote them.
TEXTS = (
    "The text says that dependence has fallen since 2013. That year was the highest of all, so "
    "any later year is lower. Since 2015 the share is nearly the same.",
    "It is a causal claim, but only one number is shown, and no source.",
    "I agree with the text, because remittances are important for families.",
)
TERMINAL = """<meta charset="utf-8"><style>
body {{ margin: 0; background: #1e1e1e; color: #ddd; }}
pre {{ font: 13px/1.45 "DejaVu Sans Mono", monospace; margin: 0; padding: 12px 14px; width: 972px;
  white-space: pre-wrap; }}
b {{ color: #9cdcfe; font-weight: normal; }}
</style><pre>{typed}
{said}</pre>"""


def save(page: Page, name: str, **options: Any) -> None:
    """Write what the page shows."""
    page.screenshot(path=IMAGES / f"{name}.png", **options)
    print(f"{name}.png", flush=True)


def of_a_term(new: Callable[..., Page], wanted: set[str]) -> None:
    """What an instructor sees in the middle of a term."""
    with tempfile.TemporaryDirectory() as place:
        before = Path.cwd()
        os.chdir(place)
        try:
            term = term_.Term(Path(place))
            by_program = term_.answer

            def answer(student: Any, item: Any, drawn: Any) -> Any:
                made = by_program(student, item, drawn)
                own = item is term_.ESSAY and made.source
                return replace(made, source=TEXTS[student.number % 3]) if own else made

            term_.answer = answer
            term_.go_through(term, until=f"crossroads requests {QUIZ} requests.csv")
            term_.run(f"crossroads report {QUIZ}")
        finally:
            os.chdir(before)
        course = term.course
        if "grade" in wanted:
            line = f"crossroads grade {QUIZ}"
            terminal(new, "grade", [line], term.said[line].out)
        if "cluster" in wanted:
            on_a_cluster(new, course)
        for name, path in (
            ("feedback", f"feedback/{term_.HANDED_IN[0]}/{QUIZ}/{QUIZ}.html"),
            ("report", f"reports/{QUIZ}/report.html"),
        ):
            if name in wanted:
                page = new(width=1000, height=1000)
                page.goto((course / path).as_uri())
                save(page, name)
        if wanted & {"dashboard", "marking"}:
            home = Path(place) / "machine"
            home.mkdir()
            shutil.move(course, home / "course")
            with running_course(home, f"marking {QUIZ}") as server:
                for name in sorted(wanted & {"dashboard", "marking"}):
                    page = new(width=1280, height=1000)
                    page.goto(f"{server.url}/voila/render/{name}.ipynb?quiz={QUIZ}")
                    expect(page.locator(".cr-desk h2").first).to_be_visible()
                    save(page, name)


def terminal(new: Callable[..., Page], name: str, lines: list[str], said: str) -> None:
    """What commands printed."""
    page = new(width=1000, height=300)
    typed = "\n".join(f"<b>$ {escape(line)}</b>" for line in lines)
    page.set_content(TERMINAL.format(typed=typed, said=escape(said.rstrip())))
    page.locator("pre").screenshot(path=IMAGES / f"{name}.png")
    print(f"{name}.png", flush=True)


def on_a_cluster(new: Callable[..., Page], course: Path) -> None:
    """The class graded once more, by workers that share no disk with it."""
    (port,) = free_ports(1)
    at = f"tcp://127.0.0.1:{port}"
    lines = [
        f"dask scheduler --host 127.0.0.1 --port {port} --no-dashboard",
        f"dask worker {at} --nworkers 2 --nthreads 1 --no-dashboard",
    ]
    dask = str(Path(sys.executable).with_name("dask"))
    with tempfile.TemporaryDirectory() as place:
        started = [
            subprocess.Popen([dask, *line.split()[1:]], cwd=place, stderr=subprocess.DEVNULL)
            for line in lines
        ]
        try:
            grade = f"crossroads grade {QUIZ} --again --scheduler {at}"
            done = term_.run(f"{grade} --course {course}")
            shown = [line.replace(" --no-dashboard", " &") for line in lines]
            terminal(new, "cluster", [*shown, grade], done.out)
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait()


def of_a_learner(new: Callable[..., Page], wanted: set[str]) -> None:
    """A lesson that was run, and a quiz with an option chosen."""
    with tempfile.TemporaryDirectory() as place:
        course_.prepare(Path(place) / "course")
        with running_course(Path(place)) as server:
            lab = FrontEnd("lab", server)
            if "lesson-1" in wanted:
                page = new(width=1280, height=860)
                lab.open(page, "lessons/01-what-does-the-article-say.ipynb")
                run_all(page)
                table = page.locator(".jp-OutputArea .cr table").first
                expect(table).to_be_visible()
                table.locator("xpath=ancestor::*[contains(@class,'jp-Cell')][1]").evaluate(
                    "cell => cell.scrollIntoView({block: 'start'})"
                )
                page.wait_for_timeout(2000)
                save(page, "lesson-1")
            if "quiz-1" in wanted:
                page = new(width=1280, height=860)
                lab.open(page, "quizzes/quiz-01/quiz-01.ipynb")
                choice = page.locator(".jp-Notebook [role=radio], .jp-Notebook input[type=radio]")
                expect(choice.first).to_be_visible()
                choice.nth(1).click()
                page.wait_for_timeout(1500)
                save(page, "quiz-1")


def of_a_hub(new: Callable[..., Page], wanted: set[str]) -> None:
    """A student's JupyterLab on the class's server, with the assignments to fetch."""
    with tempfile.TemporaryDirectory() as place, running_trial(Path(place) / "trial") as hub:
        course = hub.shared / "course"
        course_.use_own_commands()
        where = {**os.environ, "CROSSROADS_EXCHANGE": str(hub.shared / "exchange")}
        for command in ("generate_assignment", "release_assignment"):
            done = stock.nbgrader(course, command, "quiz-01", environment=where)
            assert done.returncode == 0, done.stderr
        name = next(one for one in hub.passwords if one != "teacher")
        page = new(width=1280, height=800)
        page.goto(f"{hub.url}/hub/login?next=/hub/spawn")
        page.fill("#username_input", name)
        page.fill("#password_input", hub.passwords[name])
        page.click("#login_submit")
        page.wait_for_selector(".jp-Notebook, .jp-Launcher, .jp-RenderedMarkdown")
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.get_by_role("menuitem", name="Assignment List").click()
        page.wait_for_timeout(5000)
        save(page, "hub")


def of_the_site(new: Callable[..., Page], wanted: set[str]) -> None:
    """A lesson as a web page."""
    with tempfile.TemporaryDirectory() as place:
        build = [sys.executable, str(TREE / "website" / "build.py"), "--output", place]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        page = new(width=1280, height=800)
        lesson = next(p for p in Path(place).rglob("08-*.html") if "slides" not in str(p))
        page.goto(lesson.as_uri())
        page.get_by_role("heading", name="Explore").first.evaluate(
            "heading => window.scrollTo(0, heading.offsetTop - 260)"
        )
        page.wait_for_timeout(1000)
        save(page, "site")


KINDS: tuple[tuple[Callable[[Callable[..., Page], set[str]], None], set[str]], ...] = (
    (of_a_term, {"grade", "cluster", "feedback", "report", "dashboard", "marking"}),
    (of_a_learner, {"lesson-1", "quiz-1"}),
    (of_a_hub, {"hub"}),
    (of_the_site, {"site"}),
)


def main(names: list[str]) -> None:
    """Make the pictures of these names, or all."""
    every = {name for _, own in KINDS for name in own}
    if strange := set(names) - every:
        raise SystemExit(
            f"there is no picture {min(strange)}; there are {', '.join(sorted(every))}"
        )
    with running_browser() as browser:

        def new(width: int, height: int) -> Page:
            page: Page = browser.new_page(viewport={"width": width, "height": height})
            return page

        for make, own in KINDS:
            if wanted := own & (set(names) or every):
                make(new, wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
