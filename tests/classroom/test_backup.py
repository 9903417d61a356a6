"""A backup while people work, and what a new machine has of it."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path

import graders
import postgres
import pytest
from desks import record
from graders import NAME, keep_gradebook_at, make_course

from crossroads.classroom import backup
from crossroads.classroom.release import release
from crossroads.cli import main
from crossroads.course import Course
from crossroads.course.gradebook_address import Address
from crossroads.grading import database, gradebook

pytestmark = [graders.QUIET, graders.LINUX]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("backup") / "teaching")
    record(root, NAME, {"ann": "Mine.", "ben": "Mine, too."}, points=lambda who, item: 1)
    return root


def restored(archive, folder, *names):
    folder.mkdir()
    where = [f"--file={archive}", f"--directory={folder}"]
    subprocess.run(["tar", "--extract", "--preserve-permissions", *where, *names], check=True)
    return folder


def test_a_course_comes_back_with_its_marks_though_somebody_marked_meanwhile(
    course, tmp_path, capsys
):
    ended = threading.Event()

    def mark():
        number = 0
        while not ended.wait(0.005):
            number = number % 9 + 1
            gradebook.mark_by_hand(course, NAME, "ann", "q15", number, f"{number}")

    gradebook.mark_by_hand(course, NAME, "ann", "q15", 5, "5")
    marker = threading.Thread(target=mark)
    marker.start()
    try:
        done = main(["backup", str(tmp_path / "b.tar.gz"), "--course", str(course)])
    finally:
        ended.set()
        marker.join()
    assert done in (0, 2) and "To restore it" in capsys.readouterr().out
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar.gz"], "nothing half-written"
    new = restored(tmp_path / "b.tar.gz", tmp_path / "new")
    there = new / course.relative_to("/")
    with contextlib.closing(sqlite3.connect(there / "gradebook.db")) as book:
        assert book.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    frame = gradebook.grades(there, NAME).set_index(["student_id", "item"])
    row = frame.loc[("ann", "q15")]
    assert f"{row['manual']:g}" == row["comment"], "a mark and its comment are of one moment"
    assert (there / "gradebook.db").stat().st_mode == (course / "gradebook.db").stat().st_mode
    assert "1. The files" in (new / backup.STEPS).read_text("utf-8")
    kept = {p.relative_to(there) for p in there.rglob("*") if p.is_file()}
    assert kept == {p.relative_to(course) for p in course.rglob("*") if p.is_file()}


def test_what_cannot_be_backed_up_is_said_and_leaves_nothing(course, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="would be part of the backup"):
        backup.write(backup.of_course(course), course / "b.tar.gz")
    (tmp_path / "b.tar.gz").write_text("Last week's.")
    with pytest.raises(FileExistsError):
        backup.write(backup.of_course(course), tmp_path / "b.tar.gz")
    gone = backup.of_course(course, [tmp_path / "gone"])
    with pytest.raises(ValueError, match="not everything could be read: gone: Cannot stat|gone"):
        backup.write(gone, tmp_path / "c.tar.gz")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 100)
    what = backup.Contents((course,), {"hub": Address("", broken, "broken.db")})
    with pytest.raises(ValueError, match="broken.db cannot be copied .*not a database"):
        backup.write(what, tmp_path / "c.tar.gz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar.gz", "broken.db"]
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="needs GNU tar"):
        backup.write(backup.of_course(course), tmp_path / "c.tar.gz")


@pytest.fixture
def server(tmp_path, course, monkeypatch):
    """A class's server below a folder: hub, exchange, two homes; and its settings."""
    home, shared = tmp_path / "home", tmp_path / "srv"
    for place in ("exchange/crossroads/inbound", "hub"):
        (shared / place).mkdir(parents=True)
    shutil.copytree(course, shared / "course")
    (shared / "hub" / "secret").write_bytes(b"s" * 32)
    (shared / "hub" / "secret").chmod(0o600)
    with contextlib.closing(sqlite3.connect(shared / "hub" / "jupyterhub.sqlite")) as hub:
        hub.execute("PRAGMA journal_mode=WAL")
        hub.execute("CREATE TABLE users (name)")
        hub.execute("INSERT INTO users VALUES ('student1')")
        hub.commit()
    for name in ("student1", "grader-crossroads"):
        (home / name / ".cache").mkdir(parents=True)
        (home / name / ".cache" / "big").write_text("x")
        (home / name).chmod(0o700)
    # What people have in homes: names of all kinds, a pipe, ways out, a hole of 1 TB.
    own = home / "student1"
    for name in ("-rf", "a\nb", "*", "Лекция 1.ipynb"):
        (own / name).write_text("mine")
    os.mkfifo(own / "pipe")
    (own / "way out").symlink_to("/etc/shadow")
    (own / "loop").symlink_to(".")
    with (own / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    config = shared / "jupyterhub_config.py"
    config.write_text(
        f"""c = get_config()
c.JupyterHub.db_url = "sqlite:///{shared}/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{shared}/hub/secret"
c.Spawner.environment = {{"CROSSROADS_EXCHANGE": "{shared}/exchange"}}
c.JupyterHub.services = [{{"name": "crossroads", "cwd": "{shared}", "user": "grader-crossroads",
    "command": ["python", "-m", "crossroads.classroom.hub", "grader", "course", "--option"]}}]
""",
        "utf-8",
    )
    people = ({"passwd": "student1:x:1001:1001::/home/student1:/bin/sh\n"}, tuple(home.iterdir()))
    monkeypatch.setattr(backup, "_people", lambda grader: people)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path, config


def test_a_class_s_server_comes_back_whole(server, tmp_path_factory):
    root, config = server
    archive = tmp_path_factory.mktemp("kept") / "b.tar.gz"
    assert main(["backup", str(archive), "--hub", str(config)]) == 0
    assert archive.stat().st_size < 20_000_000
    new = restored(archive, archive.parent / "new")
    there = new / root.relative_to("/")
    own = there / "home" / "student1"
    names = {"-rf", "a\nb", "*", "Лекция 1.ipynb", "pipe", "way out", "loop", "sparse"}
    assert {path.name for path in own.iterdir()} == names
    assert own.stat().st_mode & 0o777 == 0o700
    assert os.readlink(own / "way out") == "/etc/shadow" and own.joinpath("pipe").is_fifo()
    assert (there / "srv" / "hub" / "secret").read_bytes() == b"s" * 32
    with contextlib.closing(sqlite3.connect(there / "srv" / "hub" / "jupyterhub.sqlite")) as hub:
        assert hub.execute("SELECT name FROM users").fetchall() == [("student1",)]
    assert {p.name for p in (there / "srv" / "hub").iterdir()} == {"secret", "jupyterhub.sqlite"}
    assert (there / "srv" / "exchange" / "crossroads" / "inbound").is_dir()
    assert database.names(there / "srv" / "course") == ({"ann", "ben"}, {NAME})
    assert "student1" in (new / backup.INSIDE / "passwd").read_text("utf-8")
    assert "On a new machine, the accounts" in (new / backup.STEPS).read_text("utf-8")
    with pytest.raises(ValueError, match="cannot be read as the settings of a class's server"):
        backup.of_hub(Course(there / "srv" / "course").settings)


@pytest.mark.full
def test_databases_on_a_server_come_back(course, tmp_path):
    with postgres.running() as server:
        root = Path(shutil.copytree(course, tmp_path / "course"))
        (root / "gradebook.db").unlink()
        url = server.database()
        keep_gradebook_at(root, url)
        release(root, NAME, tmp_path / "package")
        texts = {"ann": "Mine.", "ben": "Mine, too."}
        record(root, NAME, texts, points=lambda who, item: 1, again=True)
        gradebook.mark_by_hand(root, NAME, "ann", "q15", 7, "Good.")
        before = gradebook.grades(root, NAME)
        os.environ["PATH"] = f"{server.binaries}:{os.environ['PATH']}"
        backup.write(backup.of_course(root), tmp_path / "b.tar.gz")
        new = restored(tmp_path / "b.tar.gz", tmp_path / "new")
        assert "pass" not in (new / backup.STEPS).read_text("utf-8").replace("passwd", "")
        other = server.database()
        where = other.replace("+psycopg", "").partition("?")[0]
        dump = new / backup.INSIDE / "gradebook.dump"
        restore = [server.binaries / "pg_restore", "--no-owner", "--exit-on-error"]
        subprocess.run([*restore, f"--dbname={where}", dump], check=True)
        there = new / root.relative_to("/")
        keep_gradebook_at(there, other)
        order = ["student_id", "item"]
        found = gradebook.grades(there, NAME).sort_values(order, ignore_index=True)
        assert found.equals(before.sort_values(order, ignore_index=True))
