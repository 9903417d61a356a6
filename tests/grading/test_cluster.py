"""Grading on a Dask cluster: a real scheduler, and real worker processes, some of them killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from distributed import Client
from graders import LINUX, NAME, QUIET, answered, hand_in, make_course, marks_in
from nbgrader.api import Gradebook

from crossroads import __version__, content
from crossroads.cli import main
from crossroads.grading import cluster, run

pytestmark = [QUIET, LINUX]

CYCLING = content.About("cycling", "Cycling")
SLOW = "import time; time.sleep(0.4)\nq9 = 37.1"
#: What a worker process is told at its start: this student's submission ends it, each time.
POISON = """
import os, signal
from crossroads.grading import cluster

def dask_setup(worker):
    whole = cluster.grade_here

    def grade_here(order, job):
        if job.student == "poison":
            with open({log!r}, "a") as log:
                print(os.getpid(), file=log)
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(order, job)

    cluster.grade_here = grade_here
"""


@contextmanager
def dask(folder, *words, walls=(), **environment):
    """A `dask` command, at work in a folder of its own until the end."""
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*walls, sys.executable, "-m", "dask", *words, "--no-dashboard"],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


@contextmanager
def scheduler(folder):
    """The process and the address of a scheduler at a port that is free."""
    about = folder.parent / f"{folder.name}.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(about)]
    with dask(folder, "scheduler", *words) as process:
        while not about.is_file() or not about.read_text("utf-8").endswith("}"):
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            time.sleep(0.05)
        yield process, json.loads(about.read_text("utf-8"))["address"]


def workers(folder, address, count, *words, **more):
    words = ["--nworkers", str(count), "--nthreads", "1", "--host", "127.0.0.1", *words]
    return dask(
        folder, "worker", address, *words, "--local-directory", str(folder / "local"), **more
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class with its usual mixture: right, wrong, broken, by hand, out of time."""
    root = make_course(tmp_path_factory.mktemp("course"))
    hand_in(root, "ann", answered(root))
    hand_in(root, "ben", answered(root, q1="q1 = 'a'", q9="q9 = 30", q15="x"))
    hand_in(root, "cem", "{")
    folder = hand_in(root, "dan", answered(root, q10="1 / 0"))
    (folder / "timestamp.txt").write_text("2027-01-31 11:00:00 UTC", "utf-8")
    for student in ("eva", "fay", "gul", "hal"):
        hand_in(root, student, answered(root, q9=SLOW))
    return root


@pytest.fixture(scope="module")
def local(course, tmp_path_factory):
    """What grading without a cluster gives: results, and marks in the gradebook."""
    root = Path(shutil.copytree(course, tmp_path_factory.mktemp("local") / "course"))
    results, _ = run.grade_class(root, NAME, workers=2)
    return marked(results), gradebook(root)


@pytest.fixture(scope="module")
def tries(tmp_path_factory):
    """Where a process says its number before it's ended by a submission."""
    return tmp_path_factory.mktemp("cluster") / "tries"


@pytest.fixture(scope="module")
def address(tries, tmp_path_factory):
    """A cluster of two processes that see no course directory."""
    place = tries.parent
    tests = str(tmp_path_factory.getbasetemp())
    preload = place / "poison.py"
    preload.write_text(POISON.format(log=str(tries)), "utf-8")
    hidden = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", tests, "--bind", str(place), str(place)]
    words = ["--preload", str(preload)]
    with (
        scheduler(place / "scheduler") as (_, address),
        workers(place / "workers", address, 2, *words, walls=hidden),
    ):
        yield address


@pytest.fixture
def fresh(course, tmp_path):
    """A copy of the course that nobody has graded."""
    return Path(shutil.copytree(course, tmp_path / "course"))


def one_line(capsys):
    """The one line that a command left on stderr."""
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


def command(root, *options):
    return ["grade", NAME, "--course", str(root), *options]


def marked(results):
    """All that a result holds, but for the time that it took."""
    return {r.student: json.loads(replace(r, seconds=0).dumps()) for r in results}


def gradebook(root):
    """The marks of every student and cell, and whether a person has to mark it."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        students = sorted(s.student.id for s in book.find_assignment(NAME).submissions)
    return {student: marks_in(root, student) for student in students}


def test_a_cluster_gives_the_same_marks_in_every_cell(fresh, address, local, capsys):
    assert main(command(fresh, "--scheduler", address)) == 2
    assert "8 submissions: 7 graded" in capsys.readouterr().out
    assert gradebook(fresh) == local[1]


def test_a_process_that_is_killed_costs_nothing_and_nothing_comes_twice(fresh, address, local):
    with Client(address) as client:
        victim = next(iter(client.run(os.getpid).values()))
    told = []

    def tell(done, whole, result):
        if not told:
            os.kill(victim, signal.SIGKILL)
        told.append(result.student)

    results, _ = run.grade_class(fresh, NAME, scheduler=address, tell=tell)
    assert sorted(told) == sorted(local[0]), "nothing is lost, and nothing comes twice"
    assert marked(results) == local[0] and gradebook(fresh) == local[1]


def test_what_ends_its_process_each_time_is_held_after_three(fresh, address, tries, local):
    hand_in(fresh, "poison", answered(fresh))
    results, _ = run.grade_class(fresh, NAME, scheduler=address)
    found, book = marked(results), gradebook(fresh)
    assert found.pop("poison")["held"]["code"] == "cluster-processes-ended"
    assert len(set(tries.read_text("utf-8").split())) == 3, "in three processes"
    assert set(book.pop("poison").values()) == {(None, None, True)}
    assert found == local[0] and book == local[1]


def test_a_worker_with_another_version_is_refused(fresh, address, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "__version__", "77")
    assert main(command(fresh, "--scheduler", address)) == 1
    assert f"has version {__version__} of this package, not 77" in one_line(capsys)


def test_a_worker_with_another_course_is_refused(fresh, address, monkeypatch, capsys):
    """Its tables would be this one's, and right answers wrong."""
    monkeypatch.setattr(cluster, "content", SimpleNamespace(about=lambda: CYCLING))
    assert main(command(fresh, "--scheduler", address)) == 1
    said = one_line(capsys)
    assert "has the course crossroads, not cycling" in said and "CROSSROADS_CONTENT" in said


def test_without_dask_it_says_what_to_install(fresh, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(command(fresh, "--scheduler", "tcp://127.0.0.1:1")) == 1
    assert "pip install distributed" in one_line(capsys)


def test_what_a_cluster_lacks_is_said_in_one_line(fresh, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    assert main(command(fresh, "--scheduler", "tcp://127.0.0.1:1")) == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in one_line(capsys)
    with scheduler(tmp_path / "scheduler") as (_, address):
        assert main(command(fresh, "--scheduler", address)) == 1
        assert f"no workers yet. Start one: dask worker {address}" in one_line(capsys)
        monkeypatch.undo()
        with workers(tmp_path / "worker", address, 1, PATH="/nowhere"):
            assert main(command(fresh, "--scheduler", address)) == 1
            said = one_line(capsys)
            assert "apt install bubblewrap" in said and "tcp://127.0.0.1" in said


def test_a_cluster_that_is_lost_costs_nothing_that_was_graded(
    fresh, address, local, monkeypatch, capsys, tmp_path
):
    told = []

    def tell(self, done, whole, result):
        told.append(result.student)
        if done == 2:
            doomed.kill()
            monkeypatch.setattr(cluster, "PATIENCE", 2)

    monkeypatch.setattr(run.Progress, "__call__", tell)
    with scheduler(tmp_path / "scheduler") as (doomed_next, other):
        with workers(tmp_path / "worker", other, 1) as doomed:
            assert main(command(fresh, "--scheduler", other)) == 1
            said = one_line(capsys)
            assert "no worker that accepts work" in said and "--resume" in said
        monkeypatch.setattr(cluster, "PATIENCE", 30)
        with workers(tmp_path / "another", other, 1):
            doomed = doomed_next
            assert main(command(fresh, "--resume", "--scheduler", other)) == 1
            said = one_line(capsys)
            assert "its scheduler does not answer" in said and "--resume" in said
    monkeypatch.setattr(cluster, "PATIENCE", 30)
    assert 4 <= len(told) < 8
    monkeypatch.setattr(run.Progress, "__call__", lambda self, n, m, r: told.append(r.student))
    assert main(command(fresh, "--resume", "--scheduler", address)) == 2
    assert sorted(told) == sorted(local[0]), "nothing is lost, and nothing comes twice"
    assert gradebook(fresh) == local[1]
