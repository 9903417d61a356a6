"""What all tests share: a language for one of them, one Chromium for a process, who runs where."""

from __future__ import annotations

import fcntl
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from machine import running_browser, watched_page
from playwright.sync_api import Browser, Page

# No time limit for an example: how long one takes is the machine's affair. The same examples each
# time, so that a change is what breaks a test; --hypothesis-profile=full looks for new ones.
settings.register_profile("default", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("quick", deadline=None, max_examples=15, derandomize=True)
settings.register_profile("full", deadline=None, max_examples=1000)
settings.load_profile("default")

TREE = Path(__file__).parents[1]
#: What takes longest begins first, so that no process is left with it alone at the end.
LONGEST = (
    *(
        "hub/test_hub",
        "hub/test_pods",
        "grading/test_class",
        "browser/test_site",
        "browser/test_lessons",
    ),
    *("grading/test_grading", "browser/test_desk", "browser/test_quiz", "browser/test_pen"),
    *("browser/test_front_ends", "classroom/test_release", "project/test_term"),
    *("grading/test_cluster", "grading/test_run", "project/test_round", "lessons/test_notebooks"),
    *("assignments/test_sources", "project/test_site", "grading/test_sandbox"),
    *("feedback/test_pages", "study/test_study", "project/test_adding"),
)


#: Files whose tests release or grade, with nbgrader or in the sandbox.
STOCK = (
    *("assignments/test_bank", "classroom/test_collect", "classroom/test_export"),
    *("cli/test_other_courses", "grading/test_any_course", "grading/test_other_kernels"),
    "course/test_new_course",
    "project/test_own_course",
    *("classroom/test_adjusted_class", "classroom/test_groups", "classroom/test_requests"),
    *("classroom/test_privacy", "classroom/test_release", "course/test_course"),
    "grading/test_database",
    *("feedback/test_pages", "grading/test_class", "grading/test_cluster", "grading/test_grading"),
    *(
        "grading/test_habits",
        "grading/test_honest",
        "grading/test_reading",
        "grading/test_regrade",
        "grading/test_run",
    ),
    *("grading/test_sandbox", "grading/test_submission_times", "manual_grading/test_dashboard"),
    *("manual_grading/test_same_answers", "manual_grading/test_several_markers"),
    *("manual_grading/test_marking", "project/test_adding", "project/test_guides"),
    *("project/test_round", "project/test_term", "questions/test_variants", "report/test_report"),
    *("study/test_study", "test_renumbering_course", "validation/test_validation"),
)
#: Of those, who test the processes that grade and their sandboxes: they start them as ever.
COLD = (
    *("grading/test_cluster", "grading/test_grading", "grading/test_run", "grading/test_sandbox"),
    "course/test_new_course",  # its sandbox shows the tables of another course
)
#: A browser on a busy machine may be late with what it always does: a test that waited in vain is
#: run once more, and the summary names it, so that somebody looks into it.
ONCE_MORE = pytest.mark.flaky(
    reruns=1,
    only_rerun=["TimeoutError", "expected to", "TargetClosedError", "did not change its state"],
)
#: What `make check` runs.
QUICK = "not (browser or hub or stock or kernel or full)"


def pytest_configure() -> None:
    """Refuse to start when a file that is named above was moved: its tests would run elsewhere."""
    if lost := [n for n in (*LONGEST, *STOCK, *COLD) if not (TREE / "tests" / f"{n}.py").is_file()]:
        raise pytest.UsageError(f"tests/conftest.py names files that aren't there: {lost}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files alone whose every test is left out: reading them takes longer than some tests."""
    left_out = config.option.markexpr == QUICK
    name = _name(collection_path.relative_to(TREE).as_posix())
    return True if left_out and name in ("browser", "hub", *STOCK) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Run no test where a file can't be read: of several processes, each would run the rest."""
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        session.shouldstop = "Not every test can be read."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs, and put what takes longest first."""
    for item in items:
        name = _name(item.nodeid.partition("::")[0])
        folder = name.partition("/")[0]
        if "browser" in getattr(item, "fixturenames", ()) or folder in ("browser", "hub"):
            item.add_marker("browser")
            item.add_marker(ONCE_MORE)
        if folder == "hub":
            item.add_marker("hub")
        needs = getattr(item, "fixturenames", ())
        if name in STOCK or "released" in needs:
            item.add_marker("stock")
        if "executed" in needs:
            item.add_marker("kernel")
    items.sort(key=lambda i: LONGEST.index(g) if (g := _group(i.nodeid)[0]) in LONGEST else 99)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share a set-up in one process.

    xdist's own groups are marks, which it writes into a test's id: pytest 9.2 doesn't see that.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return " ".join(_group(nodeid))

    return Groups(config, log)


def _group(nodeid: str) -> tuple[str, str]:
    """A test's file; and the assignment, where each has a set-up of its own."""
    path, _, name = nodeid.partition("::")
    assignment = re.search(r"\[(capstone|quiz-\d\d)\b", name)
    return _name(path), assignment[1] if assignment else ""


def _name(path: str) -> str:
    """A file of tests by its place below ``tests/``."""
    return path.removeprefix("tests/").removesuffix(".py")


@pytest.fixture(scope="session", autouse=True)
def nothing_is_written_for_good() -> Iterator[None]:
    """No gradebook of this process waits for the disk at each change: no test outlives the power.

    nbgrader commits for each cell of a notebook that it releases.
    """
    from sqlalchemy import Engine, event

    def hasty(connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", hasty)
    yield
    event.remove(Engine, "connect", hasty)


@pytest.fixture(scope="session", autouse=True)
def one_look_at_what_never_changes() -> Iterator[None]:
    """Have nbgrader ask once for what it asks anew each time, and which is always the same.

    Alembic's newest version, for each gradebook: another Python would be started to read a folder.
    Whether the schema of its own metadata is one, for each cell: most of the check of a notebook.
    """
    from jsonschema import Draft4Validator
    from nbgrader import api
    from nbgrader.dbutil import _temp_alembic_ini

    def newest() -> str | None:
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        with _temp_alembic_ini("sqlite://") as settings:
            return ScriptDirectory.from_config(Config(settings)).get_current_head()

    checked = cache(lambda text: check(json.loads(text)))
    check = Draft4Validator.check_schema
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", cache(newest))
        patch.setattr(Draft4Validator, "check_schema", lambda schema: checked(json.dumps(schema)))
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a folder that all processes share: the first that asks makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        place = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                unfinished = tmp_path_factory.mktemp("unfinished") / name
                make(unfinished)
                unfinished.rename(place)
        return place

    return made


@pytest.fixture(scope="session")
def prepared(once: Callable[..., Path]) -> Path:
    """A course directory as `crossroads lab` first makes it: to copy."""
    from crossroads import course

    return once("prepared", course.prepare)


@pytest.fixture(scope="session")
def taught(once: Callable[..., Path]) -> Path:
    """A class's course as `crossroads teach` first makes it: to copy."""
    from crossroads import manual_grading

    return once("taught", manual_grading.prepare)


@pytest.fixture(scope="session")
def warm_kernels() -> Iterator[None]:
    """Kernels that this process starts are forked where their libraries are loaded already."""
    import stock

    with stock.warm_kernels():
        yield


@pytest.fixture(scope="session")
def executed(once: Callable[..., Path], warm_kernels: None) -> dict[Path, Any]:
    """Each lesson's notebook after a run from a clean kernel, as the site runs it."""
    import nbformat

    sys.path.insert(0, str(TREE / "website"))
    import build

    def run(folder: Path) -> None:
        folder.mkdir()
        for path, notebook in build.executed([*build.LESSONS, *build.TRANSLATED]).items():
            nbformat.write(notebook, folder / f"{path.parent.name}-{path.name}")

    folder = once("executed", run)
    return {
        path: nbformat.read(folder / f"{path.parent.name}-{path.name}", as_version=4)
        for path in (*build.LESSONS, *build.TRANSLATED)
    }


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Choose a language for one test."""
    from crossroads import i18n

    monkeypatch.delenv(i18n.VARIABLE, raising=False)
    monkeypatch.setattr(i18n, "_chosen", None)
    return i18n.language


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without which these tests fail: they are never skipped."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def errors() -> list[str]:
    """What the page reported: errors on its console and uncaught exceptions."""
    return []


@pytest.fixture
def page(browser: Browser, errors: list[str]) -> Iterator[Page]:
    """An empty page, which fails the test if any request leaves this machine."""
    with watched_page(browser, errors) as page:
        yield page


@pytest.fixture(scope="session")
def warm_sandboxes() -> Iterator[None]:
    """Ends the sandboxes that stay warm when this process has run its tests."""
    import warm_sandbox

    yield
    warm_sandbox.stop()


@pytest.fixture(autouse=True, scope="module")
def grading_stays_warm(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that grades on the way to something else needs no process and sandbox of its own."""
    name = _name(request.path.relative_to(TREE).as_posix())
    if name not in STOCK or name in COLD:
        yield
        return
    import warm_sandbox

    from crossroads.grading import pool, run, sandbox

    request.getfixturevalue("warm_sandboxes")
    why = warm_sandbox.trouble()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Pool", warm_sandbox.OneAfterTheOther)
        patch.setattr(pool, "Worker", warm_sandbox.worker)
        patch.setattr(sandbox, "trouble", lambda *_: why)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_html_is_escaped_by_mistake() -> Iterator[None]:
    """HTML that is a plain text, added to the type for HTML, would be shown as text: say so."""
    from crossroads.web.html import Html

    plain = {name: getattr(Html, name) for name in ("__add__", "__radd__")}

    def checked(name: str) -> Callable[[Any, Any], Any]:
        def add(self: Any, other: Any) -> Any:
            # The tests' own attacks are added to see that they are escaped.
            if not hasattr(other, "__html__") and "tests/web/" not in os.environ.get(
                "PYTEST_CURRENT_TEST", ""
            ):
                assert not re.search(r"</?[a-z][^<]*>", other), f"plain HTML: {other[:200]}"
            return plain[name](self, other)

        return add

    with pytest.MonkeyPatch.context() as patch:
        for name in plain:
            patch.setattr(Html, name, checked(name))
        yield
