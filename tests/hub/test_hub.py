"""A class on one server: from release to feedback in a real browser, and who can't reach what.

As root with system users, as docs/hub.md sets a class up. Where the tests don't run as root, the
same steps go through a trial (`crossroads hub --demo`), in which only the web keeps people apart.
"""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import clicks
import nbformat
import pytest
import quizzes
from classroom import DESK, INSTRUCTORS, STUDENTS, TREE, Hub, Person, running_class, running_trial
from clicks import CLICKED, FORMULAS, ITEMS, PATH, QUIZ
from frontend import POLL, FrontEnd, Server, command, save
from graders import marks_in
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(
    not ROOT, reason="only root can start servers as other users: nothing else keeps files apart"
)
PEOPLE = {"teacher": INSTRUCTORS, "student1": STUDENTS, "student2": STUDENTS, "stranger": ""}
#: The question that the second student gets wrong, and what is chosen in it.
MISSED = next(item for item in CLICKED if item.kind == "single")
WRONG = next(code for code in MISSED.options if code != MISSED.call()["key"])
PAGE = "/voila/render/marking.ipynb"
#: What a server behind the proxy answers to somebody else's key.
ASK = """
import json, os, requests
key = {{"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]}}
asked = {asked!r}
codes = {{name: requests.get(url, headers=key).status_code for name, url in asked.items()}}
print(json.dumps(codes))
"""
#: What a student's code may try, and how it ends.
REACH = """
import json, os, pathlib

def end_of(act, *given):
    try:
        act(*given)
    except OSError as error:
        return type(error).__name__
    return "done"

def others():
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if path.stat().st_uid != os.getuid():
                yield path
        except OSError:
            pass

shared, homes = pathlib.Path("/srv/crossroads"), pathlib.Path("/home")
exchange = shared / "exchange" / "crossroads"
released = exchange / "outbound" / "quiz-01"
processes = list(others())
assert processes
tried = {
    "own home": (os.listdir, os.environ["HOME"]),
    "what is released": (os.listdir, released),
    "the exchange": (os.listdir, exchange),
    "a student": (os.listdir, homes / "student2"),
    "a student's course": (os.listdir, homes / "student2" / "course"),
    "the teacher": (os.listdir, homes / "teacher"),
    "the grader": (os.listdir, homes / "grader-crossroads"),
    "source": (os.listdir, shared / "course" / "source"),
    "a key": (open, shared / "course" / "source" / "quiz-01" / "quiz-01.ipynb"),
    "gradebook": (open, shared / "course" / "gradebook.db"),
    "the hub's secrets": (open, shared / "hub" / "jupyterhub_cookie_secret"),
    "passwords": (open, "/etc/shadow"),
    "what others submitted": (os.listdir, exchange / "inbound"),
    "feedback": (os.listdir, exchange / "feedback"),
    "a change of what is released": (open, released / "quiz-01.ipynb", "a"),
    "another course in its place": (os.rename, exchange, exchange.with_name("away")),
    "its removal": (os.rmdir, exchange / "outbound"),
}
for number, path in enumerate(processes):
    tried[f"keys of process {number}"] = (open, path / "environ")
    tried[f"end of process {number}"] = (os.kill, int(path.name), 0)
print(json.dumps({name: end_of(*act) for name, act in tried.items()}))
"""
BOUNDS = """
import resource
try:
    bytearray(4 << 30)
    print("taken")
except MemoryError:
    print("MemoryError")
print(*resource.getrlimit(resource.RLIMIT_NPROC))
try:
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    print("raised")
except ValueError:
    print("ValueError")
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    def start(folder: Path) -> AbstractContextManager[Hub]:
        return running_class(folder, PEOPLE) if ROOT else running_trial(folder)

    place = tmp_path_factory.mktemp("hub")
    with ExitStack() as stack:
        try:
            hub = stack.enter_context(start(place / "class"))
        except RuntimeError:
            # Its ports are looked for before it starts: another program may have taken one.
            hub = stack.enter_context(start(place / "again"))
        yield hub


@pytest.fixture(scope="module")
def students(hub: Hub) -> dict[str, Person]:
    """Both students, logged in, with their servers running."""
    people = {name: hub.person(name) for name in ("student1", "student2")}
    for person in people.values():
        assert person.log_in()
        person.start()
    return people


def enter(browser: Browser, hub: Hub, name: str, place: str = "") -> tuple[BrowserContext, Page]:
    """Log in with the keyboard and wait for one's own JupyterLab.

    ``place`` is a page of a server that runs, to come to at once.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(FORMULAS, lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next={quote(place, safe='')}" if place else hub.url)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(hub.passwords[name])
    page.keyboard.press("Enter")
    listed = "window.jupyterapp?.commands.hasCommand('nbgrader:open-assignment-list')"
    page.wait_for_function(listed, timeout=120_000, polling=POLL)
    # What is opened before the last time's tabs are back is closed again.
    page.evaluate("() => window.jupyterapp.restored.then(() => null)")
    return context, page


def without_start_page(name: str) -> str:
    """The path of somebody's JupyterLab with nothing open."""
    return f"/user/{name}/lab?reset"


def desk_by_course_list(page: Page) -> Page:
    """What a teacher clicks to come from the own JupyterLab to formgrader at the desk."""
    command(page, "nbgrader:open-course-list")
    with page.context.expect_page() as opened:
        page.locator("#formgrader_list").get_by_role("link", name="crossroads").click()
    return opened.value


def work_of(hub: Hub, name: str) -> FrontEnd:
    return FrontEnd("lab", Server(f"{hub.url}/user/{name}", hub.course_of(name), hub.homes))


def open_assignment_list(page: Page) -> None:
    """Open nbgrader's list of assignments, again where the start page came in between."""
    for _ in range(5):
        command(page, "nbgrader:open-assignment-list")
        try:
            page.locator(".list_item", has_text=QUIZ).first.wait_for(timeout=10_000)
            return
        except TimeoutError:
            continue
    raise AssertionError("the assignment list doesn't show the quiz")


def answer_and_submit(browser: Browser, hub: Hub, name: str, wrong: str) -> None:
    """A student fetches the quiz, answers by clicks alone and submits it.

    ``wrong`` is what is chosen in ``MISSED``, instead of its key.
    """
    context, page = enter(browser, hub, name, without_start_page(name))
    open_assignment_list(page)
    page.locator(".list_item", has_text=QUIZ).get_by_role("button", name="Fetch").click()
    expect(page.locator("#fetched_assignments_list")).to_contain_text(QUIZ)
    lab = FrontEnd("lab", Server(f"{hub.url}/user/{name}", hub.course_of(name), hub.homes))
    lab.open(page, PATH)
    for item_id, pen in clicks.pens(page, lab.read(PATH)).items():
        item = next(i for i in ITEMS if i.id == item_id)
        if item not in CLICKED:
            continue
        pen.scroll_into_view_if_needed()
        if item == MISSED:
            pen.get_by_role("radio", name=re.compile(rf"^{wrong}\. ")).check()
        else:
            clicks.answer(pen, item)
        expect(pen.get_by_role("status")).to_contain_text("Answer")
    save(page)
    open_assignment_list(page)
    page.locator(".list_item", has_text=QUIZ).get_by_role("button", name="Submit").click()
    expect(page.locator("#submitted_assignments_list")).to_contain_text(QUIZ)
    context.close()


def answer_and_submit_without_a_browser(hub: Hub, person: Person) -> None:
    """A student fetches the quiz, gets all right in the file, and submits, as the page asks it."""
    person.assignments("/fetch", assignment_id=QUIZ)
    path = hub.course_of(person.name) / PATH
    given = {item.id: item.answer for item in CLICKED}
    notebook = quizzes.put_answers(nbformat.read(path, as_version=4), given)
    path.write_text(nbformat.writes(notebook), "utf-8")
    person.assignments("/submit", assignment_id=QUIZ)


def at_the_desk(page: Page, desk: Server, command_line: str) -> None:
    """Type a command of the course into the desk's terminal, as the guide says; await its end."""
    page.goto(f"{desk.url}/lab?reset")
    ready = "window.jupyterapp?.commands.hasCommand('terminal:create-new')"
    page.wait_for_function(ready, timeout=60_000, polling=POLL)
    command(page, "terminal:create-new")
    # Its shell names the folder when it can be typed into.
    expect(page.locator(".lm-TabBar-tabLabel", has_text=desk.root.name)).to_be_visible()
    page.locator(".jp-Terminal-body").click()
    name = command_line.split()[0]
    line = f"crossroads {command_line} --course . >{name}.log 2>&1; echo $? >code"
    page.keyboard.type(f"{line}; mv code {name}.end\n")
    end = wait_for(desk.root, f"{name}.end")
    assert end.read_text() == "0\n", (desk.root / f"{name}.log").read_text("utf-8")


def wait_for(folder: Path, pattern: str) -> Path:
    """The one file of a pattern, as soon as it is there and somebody has written into it."""
    until = time.monotonic() + 120
    while not (found := [path for path in folder.glob(pattern) if path.stat().st_size]):
        assert time.monotonic() < until, f"no {pattern} in {folder}"
        time.sleep(0.2)
    (path,) = found
    return path


def test_a_quiz_goes_from_release_to_feedback(
    browser: Browser, hub: Hub, students: dict[str, Person]
) -> None:
    context, page = enter(browser, hub, "teacher")
    shown = desk_by_course_list(page).frame_locator("iframe[src*=formgrader]")
    expect(shown.get_by_role("row", name=re.compile(rf"^{QUIZ}\s"))).to_be_visible()
    desk = Server(f"{hub.url}{DESK}", hub.shared / "course", hub.homes)
    clicks.grader(page, desk, "assign", "Success")
    clicks.grader(page, desk, "release", "Success")

    answer_and_submit_without_a_browser(hub, students["student1"])
    answer_and_submit(browser, hub, "student2", WRONG)

    clicks.grader(page, desk, "collect", "Success")
    at_the_desk(page, desk, f"grade {QUIZ}")
    right = {item.id: item.points for item in CLICKED}
    for student, missed in (("student1", {}), ("student2", {MISSED.id: 0})):
        marks = marks_in(desk.root, student)
        assert {name: marks[name][0] for name in right} == right | missed

    clicks.mark_by_hand(page, desk)
    at_the_desk(page, desk, f"feedback {QUIZ}")
    clicks.grader(page, desk, "release-feedback", "Success")
    context.close()

    context, page = enter(browser, hub, "student2", without_start_page("student2"))
    open_assignment_list(page)
    page.locator("#submitted_assignments_list").get_by_text("Fetch Feedback").first.click()
    feedback = wait_for(hub.course_of("student2") / "quizzes" / QUIZ, "feedback/*/*.html")
    until = time.monotonic() + 60
    while "</html>" not in (text := feedback.read_text("utf-8")):
        assert time.monotonic() < until, f"{feedback} isn't whole"
        time.sleep(0.1)
    said = quizzes.one_line(html.unescape(text))
    assert next(quizzes.sentences(MISSED.call()["why"][WRONG])) in said
    assert not list((hub.course_of("student1") / "quizzes").rglob("feedback/*"))
    context.close()


# -- who can't reach what --------------------------------------------------------------------------


def test_only_who_is_of_the_class_gets_in(hub: Hub) -> None:
    someone = hub.person("student1")
    someone.password += "!"
    assert not someone.log_in()
    if ROOT:
        assert not hub.person("stranger").log_in()


def test_a_student_reaches_no_formgrader_and_nobody_else_s_server(
    hub: Hub, students: dict[str, Person]
) -> None:
    student = students["student1"]
    assert student.ask("GET", "/user/student1/api/contents").status_code == 200
    assert student.ask("GET", "/user/student1/formgrader/manage_assignments").status_code == 404
    for path in ("/formgrader/manage_assignments", "/api/contents/source", "/lab", PAGE):
        assert student.ask("GET", DESK + path, at=f"{DESK}/").status_code == 403
    for other in ("student2", "teacher"):
        for path in ("/lab", "/api/contents"):
            assert student.ask("GET", f"/user/{other}{path}").status_code in (403, 404)
        assert student.ask("GET", f"/hub/api/users/{other}", at="/hub/").status_code in (403, 404)
    assert student.ask("DELETE", "/hub/api/users/student2/server", at="/hub/").status_code == 404
    join = {"users": ["student1"]}
    group = f"/hub/api/groups/{INSTRUCTORS}/users"
    assert student.ask("POST", group, at="/hub/", json=join).status_code == 403
    assert students["student2"].running


def test_the_teacher_reaches_the_desk(hub: Hub) -> None:
    teacher = hub.person("teacher")
    assert teacher.log_in()
    page = teacher.ask("GET", f"{DESK}/formgrader/manage_assignments")
    assert page.ok and "Manage Assignments" in page.text
    for name, words in (("dashboard", "Dashboard"), ("marking", "Marking written answers")):
        page = teacher.ask("GET", f"{DESK}/voila/render/{name}.ipynb?quiz={QUIZ}")
        assert page.ok and words in page.text and f"{DESK}/" in page.text, page.text[:500]


def test_another_s_server_asks_for_its_own_key_behind_the_proxy_too(
    hub: Hub, students: dict[str, Person]
) -> None:
    routes = dict(re.findall(r"Adding route (\S+) -> (\S+)", hub.log.read_text()))
    asked = {
        "own": f"{routes['/user/student1']}/user/student1/api/contents",
        "other": f"{routes['/user/student2']}/user/student2/api/contents",
        "desk": f"{routes['/services/crossroads']}{DESK}/api/contents",
    }
    said = students["student1"].run(ASK.format(asked=asked))
    assert json.loads(said) == {"own": 200, "other": 403, "desk": 403}


@needs_root
def test_a_student_s_code_reaches_nobody_else_s_files(
    hub: Hub, students: dict[str, Person]
) -> None:
    said = json.loads(students["student1"].run(REACH))
    may = {name: said.pop(name) for name in ("own home", "what is released", "the exchange")}
    assert set(may.values()) == {"done"}
    assert {
        k: v for k, v in said.items() if v not in ("PermissionError", "ProcessLookupError")
    } == {}


@needs_root
def test_what_one_student_takes_has_bounds(students: dict[str, Person]) -> None:
    said = students["student1"].run(BOUNDS)
    assert said.split() == ["MemoryError", "400", "400", "ValueError"]


# -- content, and idle servers ---------------------------------------------------------------------


def test_a_new_start_brings_what_is_new_and_keeps_what_is_changed(
    hub: Hub, students: dict[str, Person]
) -> None:
    student, lessons = students["student1"], hub.course_of("student1") / "lessons"
    mine, gone = lessons / "glossary.md", lessons / "reading-list.md"
    student.run("open('lessons/glossary.md', 'a').write('My own line')")
    student.run("import os; os.remove('lessons/reading-list.md')")
    student.stop()
    student.start()
    assert mine.read_text("utf-8").endswith("My own line")
    assert gone.read_text("utf-8") == (TREE / "lessons" / "reading-list.md").read_text("utf-8")
    assert not (hub.course_of("student1") / "source").exists()


@needs_root
def test_an_idle_server_is_stopped(hub: Hub, students: dict[str, Person]) -> None:
    assert students["student2"].running
    command = [sys.executable, "-m", "jupyterhub_idle_culler", f"--url={hub.api}"]
    culler = subprocess.Popen(
        [*command, "--timeout=1", "--cull-every=1"],
        env={**os.environ, "JUPYTERHUB_API_TOKEN": hub.token},
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while students["student2"].running and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        culler.terminate()
        culler.wait(20)
    assert not students["student2"].running


@needs_root
@pytest.mark.full
def test_fifty_students_hand_in_at_once_and_nothing_is_lost() -> None:
    program = TREE / "benchmarks" / "hub.py"
    done = subprocess.run([sys.executable, program, "50"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "submitted: 50 whole, of 50 students; lost: 0" in done.stdout


def servers_in(folder: Path) -> list[str]:
    """The processes that work on a folder, by their command lines."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace")
            place = os.readlink(process / "cwd")
            if str(folder) in words or place.startswith(str(folder)):
                found.append(words.replace("\0", " "))
    return found


def test_a_trial_needs_no_user_of_the_system_and_leaves_nothing_running(tmp_path: Path) -> None:
    with running_trial(tmp_path / "trial") as hub:
        teacher, student = hub.person("teacher"), hub.person("student1")
        assert teacher.log_in() and student.log_in()
        assert (tmp_path / "trial" / "passwords.json").stat().st_mode & 0o077 == 0
        teacher.ask("GET", f"{DESK}/formgrader/manage_assignments")
        for step in ("assign", "release"):
            path = f"{DESK}/formgrader/api/assignment/{QUIZ}/{step}"
            reply = teacher.ask("POST", path, at=f"{DESK}/", json={})
            assert reply.ok and reply.json()["success"], reply.text
        student.start()
        assert [a["assignment_id"] for a in student.assignments("")] == [QUIZ]
        student.assignments("/fetch", assignment_id=QUIZ)
        student.assignments("/submit", assignment_id=QUIZ)
        (handed_in,) = (hub.shared / "exchange" / "crossroads" / "inbound").iterdir()
        assert handed_in.name.startswith(f"student1+{QUIZ}+")
        said = (tmp_path / "trial" / "said.log").read_text("utf-8")
        asked = [sys.executable, "-m", "crossroads.cli", "hub", "--passwords", "--demo"]
        again = subprocess.run(
            [*asked, tmp_path / "trial", f"--port={hub.url.rpartition(':')[2]}"],
            capture_output=True,
            text=True,
        ).stdout
        for word in (*hub.passwords, *hub.passwords.values(), hub.url, "Course List"):
            assert word in said and word in again
        # What a closed terminal does.
        assert len(servers_in(tmp_path)) > 3
        os.kill(hub.process, signal.SIGHUP)
        until = time.monotonic() + 60
        while left := servers_in(tmp_path):
            assert time.monotonic() < until, left
            time.sleep(0.2)
