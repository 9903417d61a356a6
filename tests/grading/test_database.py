"""A gradebook that isn't in the course's folder: in a file elsewhere, or on a PostgreSQL server.

What needs the server is a long version; a file elsewhere goes through the same one function.
"""

import re
import shutil
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import graders
import postgres
import pytest
from desks import record
from graders import NAME, answered, hand_in, keep_gradebook_at
from sqlalchemy import create_engine, text

from crossroads import server_extension
from crossroads.classroom import export, privacy, research, roster
from crossroads.classroom.release import release
from crossroads.cli import main
from crossroads.course import Course, Person
from crossroads.grading import database, gradebook, scores

pytestmark = [graders.QUIET, graders.LINUX]

course = graders.a_course
TABLES = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
STUDENTS = ["ann", "ben", "cem"]


@pytest.fixture(scope="module")
def server():
    with postgres.running() as running:
        yield running


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.full)])
def elsewhere(request, course, tmp_path):
    """A course whose gradebook is elsewhere: the quiz is still to be released there."""
    root = Path(shutil.copytree(course, tmp_path / "course"))
    (root / "gradebook.db").unlink()
    if request.param == "file":
        (tmp_path / "kept").mkdir()
        url = f"sqlite:///{tmp_path}/kept/marks of all.db"
    else:
        url = request.getfixturevalue("server").database()
    keep_gradebook_at(root, url)
    release(root, NAME, tmp_path / "package")
    return root


def everything(root):
    """What the gradebook says of a class, in an order of its own."""
    frame = gradebook.grades(root, NAME).sort_values(["student_id", "item"], ignore_index=True)
    return (
        frame,
        gradebook.possible(root),
        scores.read(root, NAME).earned,
        export.marks.read(root, NAME).comments,
    )


def rows(root, table):
    engine = create_engine(Course(root).gradebook_url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return found


def test_every_command_finds_a_gradebook_elsewhere(elsewhere, course, tmp_path, capsys):
    here = Path(shutil.copytree(course, tmp_path / "here"))
    for root in (here, elsewhere):
        roster.update(root, [Person(who, who.title(), "Lee") for who in STUDENTS])
        record(root, NAME, dict.fromkeys(STUDENTS, "Mine."), points=lambda who, item: who != "ben")
        gradebook.mark_by_hand(root, NAME, "ann", "q15", 7, "Why\0?")
        # Graded again, a person's mark stays.
        record(root, NAME, {"ann": "Mine."}, points=lambda who, item: 0.5, again=True)
    (frame, *others), (same, *rest) = everything(here), everything(elsewhere)
    assert frame.equals(same) and others == rest and rest[-1]["ann"] == "q15: Why?"
    assert database.names(elsewhere) == ({*STUDENTS}, {NAME})
    assert set(gradebook.dates(elsewhere, NAME)) == {*STUDENTS}
    assert research.research(elsewhere, [NAME])
    assert main(["report", NAME, "--course", str(elsewhere)]) == 0
    assert not (elsewhere / "gradebook.db").exists()
    assert [*gradebook.possible(elsewhere)[NAME]] == [*gradebook.possible(here)[NAME]]

    # One that was left behind when the setting was made is told of.
    shutil.copy(here / "gradebook.db", elsewhere)
    shown = Course(elsewhere).gradebook.shown
    found = {place.where: place for place in privacy.places(elsewhere)}
    assert found[shown].students == 3 and privacy.UNUSED in found["gradebook.db"].holds
    assert "pass" not in shown
    left = privacy.forget(privacy.holdings(elsewhere, "ann"))
    assert "gradebook.db" in [holding.where for holding in left]
    assert database.names(elsewhere)[0] == {"ben", "cem"}


@pytest.fixture
def on_server(server, course, tmp_path):
    """A course on a server with twelve submissions, and another with the same in a file."""
    roots = [Path(shutil.copytree(course, tmp_path / name)) for name in ("server", "file")]
    (roots[0] / "gradebook.db").unlink()
    keep_gradebook_at(roots[0], server.database())
    release(roots[0], NAME, tmp_path / "package")
    for root in roots:
        for number in range(12):
            notebook = answered(root, **{f"q{1 + number % 5}": ""})
            hand_in(root, f"student-{number:02}", notebook)
    return roots


def grade(root, *options):
    command = [sys.executable, "-m", "crossroads.cli", "grade", NAME, "--course", str(root)]
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def told(error):
    """Whether a command ended with a line that says what to do, and nothing else."""
    return re.fullmatch(r"crossroads: the gradebook cannot be (read|written) .*\n", error)


def tries(act):
    """Do something as a person would who is told that it didn't work."""
    for _ in range(20):
        try:
            return act()
        except ValueError as error:
            assert "gradebook cannot be" in str(error) and "pass" not in str(error)
            time.sleep(0.5)
    raise AssertionError("never")


@pytest.mark.full
def test_formgrader_s_pages_outlive_the_server_s_connections(on_server, server):
    from nbgrader.api import Gradebook
    from nbgrader.server_extensions.formgrader.base import BaseHandler

    server_extension.guard()
    book = Gradebook(Course(on_server[0]).gradebook_url)
    handler = SimpleNamespace(settings={"nbgrader_gradebook": book})
    for _ in range(2):
        assert [one.name for one in book.assignments] == [NAME]
        BaseHandler.on_finish(handler)
        server.stop()
        server.start()
    book.close()


@pytest.mark.full
def test_two_mark_while_it_is_graded_and_the_server_is_lost(on_server, server):
    """Nothing lost, nothing twice; and the same marks as in a file."""
    root, other = on_server
    for each in on_server:
        done = grade(each)
        said = done.communicate()
        assert done.returncode == 0, said
    students = sorted(Course(root).submitters())
    given = {}
    ended = threading.Event()

    def mark(whose, name):
        for number in range(1, 100):
            for student in whose:
                new = ((number + len(name)) % 10, f"{name} {number}")
                tries(partial(gradebook.mark_by_hand, root, NAME, student, "q15", *new))
                given[student] = new
            if ended.is_set():
                return

    def disturb():
        database = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename"
        while not ended.wait(0.7):
            server.sql(f"{database} = '{postgres.USER}'")

    people = [
        threading.Thread(target=mark, args=(students[:6], "anna")),
        threading.Thread(target=mark, args=(students[6:], "ben")),
    ]
    trouble = threading.Thread(target=disturb)
    for thread in (*people, trouble):
        thread.start()
    runs = [grade(root, "--again"), grade(root, "--again")]
    said = [run.communicate() for run in runs]
    ended.set()
    for thread in (*people, trouble):
        thread.join()
    for run, (_, error) in zip(runs, said, strict=True):
        assert run.returncode == 0 or told(error), error
    # A server that stops in the middle and comes back, and one that doesn't.
    run = grade(root, "--again")
    time.sleep(3)
    server.stop()
    with pytest.raises(
        ValueError, match=r"cannot be read \(.*refused.*\). Check that its database"
    ):
        gradebook.grades(root, NAME)
    server.start()
    _, error = run.communicate()
    assert run.returncode == 0 or told(error), error
    if run.returncode:
        run = grade(root, "--resume" if "--resume" in error else "--again")
        assert run.communicate() and run.returncode == 0

    assert [rows(root, t) for t in TABLES] == [rows(other, t) for t in TABLES]
    for student, (points, comment) in given.items():
        gradebook.mark_by_hand(other, NAME, student, "q15", points, comment)
    assert len(given) == 12
    (frame, *others), (same, *rest) = everything(root), everything(other)
    assert frame.equals(same) and others == rest
