"""Grading a whole class: recording, being cut off, late rules, refusals of disk and database."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import graders
import nbformat
import pandas as pd
import pytest
import warm_sandbox
from graders import FULL, ITEMS, NAME, answered, hand_in, marks_in
from hostile import find
from nbgrader.api import Gradebook

from crossroads.cli import main
from crossroads.course import PLACES, Course
from crossroads.grading import pool, results, run, sandbox
from crossroads.grading.notes import say
from crossroads.grading.sandbox import Limits

pytestmark = [graders.QUIET, graders.LINUX]


course = graders.a_course


@pytest.fixture
def fresh(course, tmp_path):
    """A copy of the course to submit to."""
    return Path(shutil.copytree(course, tmp_path / "course"))


def command(root, *options):
    return ["grade", NAME, "--course", str(root), *options]


def test_every_place_of_a_course_is_hidden_by_its_own_name(fresh):
    """Where the course is reached by another way, each is covered as well."""
    (fresh / "gradebook.db.2026-11-26").touch()
    hidden = {Path(path) for path in run.private(fresh, NAME).work}
    shown = {fresh / name for name in ("lessons", "setup", "data", "crossroads.yml")}
    assert {*map(Course(fresh).place, PLACES)} - hidden == shown
    assert {fresh / "gradebook.db.2026-11-26", Course(fresh).source(NAME)} <= hidden
    assert {fresh / name for name in ("roster.csv", "marking", "collected", "handed_in")} <= hidden


def test_the_command_grades_records_and_says_so(fresh, capsys):
    hand_in(fresh, "ann", answered(fresh))
    hand_in(fresh, "ben", answered(fresh, q1="q1 = 'a'"))
    hand_in(fresh, "cem", "{")
    assert main(command(fresh, "--dry-run")) == 0
    assert "3 to grade, 0 unchanged." in capsys.readouterr().out
    assert main(command(fresh)) == 2
    said = capsys.readouterr().out
    assert "3 submissions: 2 graded" in said and "on hold: cem: The file is not a notebook" in said
    assert marks_in(fresh, "ann")["q1"] == (1, None, False)
    assert marks_in(fresh, "ben")["q1"] == (0, None, False)
    assert set(marks_in(fresh, "cem").values()) == {(None, None, True)}
    page = fresh / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    text = page.read_text("utf-8")
    nbformat.validate(nbformat.reads(text, 4))
    assert "HIDDEN TESTS" not in text and "key=" not in text
    assert main(command(fresh, "--dry-run")) == 0
    assert "0 to grade, 3 unchanged." in capsys.readouterr().out


def test_manual_marks_are_kept_when_it_is_graded_again(fresh):
    hand_in(fresh, "ann", answered(fresh))
    assert main(command(fresh)) == 0
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        grade = book.find_grade("q15", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 7, False
        book.db.commit()
    assert main(command(fresh)) == 0
    assert marks_in(fresh, "ann")["q15"] == (None, 7, False), "unchanged: nothing is done"
    assert main(command(fresh, "--again")) == 0
    assert marks_in(fresh, "ann")["q15"] == (None, 7, False), "the text is as it was marked"


def test_a_mended_test_marks_anew_and_one_student_can_be_asked_for(fresh, capsys):
    hand_in(fresh, "ann", answered(fresh))
    hand_in(fresh, "ben", answered(fresh))
    assert main(command(fresh, "--student", "ann")) == 0
    path = fresh / "source" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text("utf-8").replace('key=\\"d\\"', 'key=\\"a\\"', 1), "utf-8")
    capsys.readouterr()
    main(command(fresh, "--dry-run"))
    assert "2 to grade" in capsys.readouterr().out
    assert main(command(fresh)) == 0
    assert marks_in(fresh, "ann")["q1"][0] == 0
    assert main(command(fresh, "--student", "zoe")) == 1
    assert "no submission of quiz-01 by zoe" in capsys.readouterr().err


def test_the_order_and_the_number_of_workers_change_nothing(fresh):
    for n in range(6):
        hand_in(fresh, f"s{n}", answered(fresh, q9=f"q9 = 30 + {n}"))
    one, _ = run.grade_class(fresh, NAME, workers=1)
    two, _ = run.grade_class(fresh, NAME, run.Run("another", again=True), workers=3)
    assert [replace(r, seconds=0) for r in one] == [replace(r, seconds=0) for r in two]


def test_a_few_submissions_take_one_process_and_slow_ones_more(fresh, monkeypatch):
    begun = []
    more = pool.Pool._more
    monkeypatch.setattr(pool.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(pool.Pool, "_more", lambda self, n: begun.append(n) or more(self, n))
    run.grade_class(fresh, NAME)
    hand_in(fresh, "ann", answered(fresh))
    hand_in(fresh, "ben", answered(fresh))
    monkeypatch.setattr(pool, "WAITING", 300)
    run.grade_class(fresh, NAME)
    assert begun == [0, 1], "none for nobody, one for two"
    begun.clear()
    monkeypatch.setattr(pool, "WAITING", 0.01)
    graded, _ = run.grade_class(fresh, NAME, run.Run("another", again=True))
    assert begun == [1, 1], "one more as soon as it's waited for, and no third"
    assert [result.held for result in graded] == [None, None]


def test_what_was_killed_goes_on_where_it_was(fresh):
    for n in range(12):
        hand_in(fresh, f"s{n:02}", answered(fresh, q9=f"import time; time.sleep(0.4)\nq9 = {n}"))
    program = [sys.executable, "-m", "crossroads.cli", *command(fresh, "--workers", "1")]
    process = subprocess.Popen(program, start_new_session=True, stderr=subprocess.PIPE)
    folder = Course(fresh).results(NAME)
    while len(list(folder.glob("s*.json"))) < 4:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    done = {p.stem: p.stat().st_mtime_ns for p in folder.glob("s*.json")}
    assert 4 <= len(done) < 12
    ran = []
    run.grade_class(fresh, NAME, workers=2, tell=lambda n, m, result: ran.append(result.student))
    assert not set(ran) & set(done), "nothing is graded twice"
    for n in range(12):
        assert marks_in(fresh, f"s{n:02}")["q1"] == (1, None, False)


#: Reasons for wrong answers that take for ever to be looked through, in a teacher's test: our
#: function asks for them outside of the sandbox, and can't be interrupted from within.
ENDLESS = 'type("Endless", (dict,), {"__iter__": lambda self: sum(itertools.repeat(0))})(a=1) or {'


@pytest.fixture
def endless(fresh):
    """The course with a test that hardly ends for one answer, and one student who gives it."""
    path = fresh / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    cell = find(notebook, "q9")
    assert "slips={" in cell.source
    cell.source = "import itertools\n" + cell.source.replace("slips={", f"slips={ENDLESS}")
    nbformat.write(notebook, path)
    hand_in(fresh, "eve", answered(fresh, q9="q9 = 77"))
    for student in ("ann", "ben", "cem"):
        hand_in(fresh, student, answered(fresh))
    return fresh


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.full), 2])
def test_what_takes_too_long_outside_the_sandbox_is_held_and_the_class_goes_on(endless, workers):
    results, _ = run.grade_class(endless, NAME, workers=workers, limits=Limits(trusted=5))
    held = {result.student: result.held for result in results}
    why = say(held.pop("eve"))
    assert why.startswith("Marking it took more than 5 seconds outside of the sandbox")
    assert set(held.values()) == {None}
    assert marks_in(endless, "ann")["q10"] == (3, None, False)
    assert set(marks_in(endless, "eve").values()) == {(None, None, True)}
    again = run.plan(endless, NAME, run.Run("x"))
    assert not again.jobs, "it's done, as far as it can be"


def test_what_ends_the_process_that_marks_it_is_held_and_the_class_goes_on(endless):
    path = endless / "source" / NAME / f"{NAME}.ipynb"
    kills = "__import__('os').kill(__import__('os').getpid(), 9)"
    path.write_text(path.read_text("utf-8").replace("sum(itertools.repeat(0))", kills), "utf-8")
    results, _ = run.grade_class(endless, NAME, workers=2)
    held = {result.student: result.held for result in results}
    assert say(held.pop("eve")) == "It crashed the processes that marked it, 3 times."
    assert set(held.values()) == {None}


def descendants(pid):
    """Processes that this one started, and what those started, by number and start."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = path.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
            if words[0] != "Z":
                children.setdefault(int(words[1]), []).append((int(path.parent.name), words[19]))
    found, todo = set(), [pid]
    while todo:
        inner = children.get(todo.pop(), [])
        found.update(inner)
        todo += [number for number, _ in inner]
    return found


def running(processes):
    """Those that are still there."""
    left = set()
    for number, start in processes:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
            words = words.rsplit(")", 1)[1].split()
            left |= {(number, start)} if words[19] == start and words[0] != "Z" else set()
    return left


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


# A hangup is heard as SIGTERM is.
@pytest.mark.parametrize(
    "how", ["SIGTERM", pytest.param("SIGHUP", marks=pytest.mark.full), "SIGKILL", "SIGINT"]
)
def test_nothing_is_left_running_however_it_ends(endless, how):
    """In the middle of a cell that sleeps, and of a check that can't be interrupted."""
    hand_in(endless, "dan", answered(endless, q10="import time; time.sleep(50)"))
    words = command(endless, "--workers", "2", "--student", "dan", "--student", "eve")
    # As from a terminal: what runs in the background, or under nohup, ignores two of them.
    program = ["env", "--default-signal=HUP,INT", sys.executable, "-m", "crossroads.cli", *words]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    started = set()

    def both_are_at_it():
        started.update(descendants(process.pid))
        assert process.poll() is None, process.stdout.read()
        # The sleeper's own process is one more in its sandbox; the other one keeps a core busy.
        names = [Path(f"/proc/{number}/cmdline") for number, _ in running(started)]
        texts = []
        for name in names:
            with contextlib.suppress(OSError):
                texts.append(name.read_bytes())
        workers = [text for text in texts if b"sandboxed.worker" in text and b"bwrap" not in text]
        return len(workers) >= 3

    until(both_are_at_it)
    process.send_signal(getattr(signal, how))
    said, _ = process.communicate(timeout=20)
    until(lambda: not running(started), 20)
    if how == "SIGINT":
        assert process.returncode == 130 and "--resume" in said and "Traceback" not in said


def test_points_are_exported_by_question(fresh, tmp_path, capsys):
    hand_in(fresh, "ann", answered(fresh))
    hand_in(fresh, "ben", answered(fresh, q1="q1 = 'a'"))
    assert main(command(fresh)) == 0
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        grade = book.find_grade("q15", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 7, False
        book.db.commit()
    path = tmp_path / "points.csv"
    assert main(["export", NAME, "--course", str(fresh), "--to", str(path)]) == 0
    rows = pd.read_csv(path).set_index("student_id")
    assert list(rows.columns) == [*(item.id for item in ITEMS), "late_penalty", "total"]
    assert rows.at["ann", "q15"] == 7 and rows.at["ann", "total"] == FULL + 7
    assert pd.isna(rows.at["ben", "q15"]) and rows.at["ben", "q1"] == 0
    assert main(["export", "quiz-77", "--course", str(fresh)]) == 1
    assert "is not in the gradebook" in capsys.readouterr().err


def test_strange_folder_names_are_left_out_and_named(fresh, capsys):
    hand_in(fresh, "ann", answered(fresh))
    hand_in(fresh, "=cmd|' '!A1", answered(fresh))
    assert main(command(fresh)) == 2
    assert "cannot be a student's id" in capsys.readouterr().out


def test_without_a_sandbox_it_refuses_unless_told(fresh, monkeypatch, capsys):
    hand_in(fresh, "ann", answered(fresh))
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert main(command(fresh)) == 1
    said = capsys.readouterr().err
    assert "apt install bubblewrap" in said and "--trust-submissions" in said
    assert main(command(fresh, "--trust-submissions")) == 0
    assert marks_in(fresh, "ann")["q10"] == (3, None, False)


def test_a_sandbox_that_can_be_built_but_not_used_is_refused_and_nobody_held(
    fresh, monkeypatch, capsys
):
    """A look holds, and no worker ever is ready, as where a library won't load in there."""
    hand_in(fresh, "ann", answered(fresh))
    monkeypatch.setattr(sandbox, "_PROGRAM", "import sys; sys.exit('no such library')")
    monkeypatch.setattr(run, "Pool", warm_sandbox.OneAfterTheOther)
    assert main(command(fresh)) == 1
    assert "cannot build one here (no such library)" in capsys.readouterr().err
    assert not (fresh / "autograded").exists()
    # As its process would say it to the one that asks.
    ours, theirs = multiprocessing.Pipe()
    monkeypatch.setattr(pool.Pool, "_more", lambda *_: [ours])
    theirs.send(sandbox.NoSandbox("no such library"))
    with pytest.raises(sandbox.NoSandbox, match="no such library"):
        list(pool.Pool(1, None, Limits()).marked([pool.Job("ann", fresh, None, "")]))


def test_a_result_that_is_broken_is_made_anew(fresh):
    hand_in(fresh, "ann", answered(fresh))
    assert main(command(fresh)) == 0
    path = Course(fresh).results(NAME) / "ann.json"
    for content in ("", "{}\n{}\n", "x"):
        path.write_text(content, "utf-8")
        assert main(command(fresh)) == 0
        assert results.read(fresh, NAME, "ann").result.student == "ann"


def test_a_run_that_was_cut_off_is_resumed_as_it_was_asked(fresh, capsys):
    for student in ("ann", "ben", "cem", "dan"):
        hand_in(fresh, student, answered(fresh))
    assert main(command(fresh)) == 0
    assert main(command(fresh, "--resume")) == 1
    assert "nothing to resume" in capsys.readouterr().err

    def crash(done, whole, result):
        raise KeyboardInterrupt

    again = run.Run("second", students=("ann", "ben", "cem"), again=True)
    with pytest.raises(KeyboardInterrupt):
        run.grade_class(fresh, NAME, again, workers=1, tell=crash)
    assert main(command(fresh, "--resume", "--dry-run")) == 0
    said = capsys.readouterr().out
    assert "2 to grade, 0 unchanged." in said and "dan" not in said
    assert main(command(fresh, "--resume")) == 0
    assert main(command(fresh, "--resume")) == 1
    for student in ("ann", "ben", "cem", "dan"):
        assert marks_in(fresh, student)["q1"] == (1, None, False)


# -- late work -------------------------------------------------------------------------------------


def penalties(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        found = book.find_assignment(NAME).submissions
        return {s.student_id: (s.late_submission_penalty, s.extension) for s in found}


def test_late_rules_hold_for_everybody_and_follow_when_dates_move(fresh, tmp_path):
    for student, when in (("ann", "31 11:00"), ("ben", "31 12:10"), ("cem", "32 15:00")):
        folder = hand_in(fresh, student, answered(fresh))
        day, clock = when.split()
        date = "2027-02-01" if day == "32" else "2027-01-31"
        (folder / "timestamp.txt").write_text(f"{date} {clock}:00 UTC", "utf-8")
    rules = fresh / "deadlines.yml"
    rules.write_text(
        f"per_day: 10\ngrace: 15\nassignments:\n  {NAME}:\n    due: 2027-01-31 17:00:00 +05:00\n",
        "utf-8",
    )
    assert main(command(fresh)) == 0
    possible = sum(item.points for item in ITEMS)
    two_days = round(0.2 * possible, 2)
    assert penalties(fresh) == {"ann": (0, None), "ben": (0, None), "cem": (two_days, None)}
    rules.write_text(rules.read_text("utf-8") + "    extensions: {cem: 2027-02-01 12:00:00}\n")
    assert main(command(fresh)) == 0
    assert penalties(fresh)["cem"][0] == round(0.1 * possible, 2)
    rules.write_text(rules.read_text("utf-8").replace("01-31", "02-02"), "utf-8")
    assert main(command(fresh)) == 0
    assert penalties(fresh)["cem"] == (round(0.1 * possible, 2), pd.Timedelta(days=-1))
    path = tmp_path / "points.csv"
    rules.write_text(rules.read_text("utf-8").split("    extensions")[0], "utf-8")
    assert main(command(fresh, "--dry-run")) == 0
    assert penalties(fresh)["cem"][0] == round(0.1 * possible, 2), "a dry run changes nothing"
    rules.write_text(f"per_day: 100\nassignments: {{{NAME}: {{due: 2027-01-01}}}}", "utf-8")
    assert main(command(fresh)) == 1, "a date needs a time"
    rules.write_text(rules.read_text("utf-8").replace("01-01", "01-01 00:00:00"), "utf-8")
    assert main(command(fresh)) == 0
    assert main(["export", NAME, "--course", str(fresh), "--to", str(path)]) == 0
    rows = pd.read_csv(path).set_index("student_id")
    assert set(rows["late_penalty"]) == {possible}
    assert rows["total"].isna().all(), "the written answers wait, and part of a sum is no total"
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        for student in ("ann", "ben", "cem"):
            grade = book.find_grade("q15", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 5, False
        book.db.commit()
    assert main(["export", NAME, "--course", str(fresh), "--to", str(path)]) == 0
    assert set(pd.read_csv(path)["total"]) == {0}, "all is taken off, and no more"


# -- refusals of disk and database -----------------------------------------------------------------


def one_line(done):
    """The one line that a command left on stderr, after what the progress bar said."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_a_full_disk_gives_one_line_and_nothing_half_written(fresh, tmp_path):
    """On a disk of a few megabytes, which a file fills but for some kilobytes."""
    hand_in(fresh, "ann", answered(fresh))
    grade = " ".join(command(Path("/full/course"), "--trust-submissions"))
    script = f"""
cp -r {fresh} /full/course
cp /full/course/gradebook.db {tmp_path}/before.db
dd if=/dev/zero of=/full/filler bs=1k count=100000 2>/dev/null
truncate -s -8k /full/filler
{sys.executable} -m crossroads.cli {grade}; code=$?
rm /full/filler
ls -R /full/course > {tmp_path}/listing
{sys.executable} -m crossroads.cli {grade} > {tmp_path}/later 2>&1
exit $code
"""
    walls = ["bwrap", "--dev-bind", "/", "/", "--size", str(8 * 2**20), "--tmpfs", "/full"]
    done = subprocess.run(
        [*walls, "bash", "-c", script], capture_output=True, text=True, check=False
    )
    assert "No space left" in one_line(done) or "disk is full" in one_line(done)
    assert "ann.json" not in (tmp_path / "listing").read_text("utf-8")
    assert "1 submission: 1 graded" in (tmp_path / "later").read_text("utf-8")


def test_a_directory_that_can_only_be_read_gives_one_line(fresh):
    hand_in(fresh, "ann", answered(fresh))
    walls = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(fresh), str(fresh)]
    program = [sys.executable, "-m", "crossroads.cli"]
    done = subprocess.run(
        [*walls, *program, *command(fresh, "--trust-submissions")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Read-only file system" in one_line(done)


def test_a_locked_gradebook_gives_one_line_and_loses_no_work(fresh, capsys):
    hand_in(fresh, "ann", answered(fresh))
    with contextlib.closing(sqlite3.connect(fresh / "gradebook.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert main(command(fresh)) == 1
    said = capsys.readouterr().err
    assert "the gradebook cannot be written (database is locked)" in said and "--resume" in said
    assert main(command(fresh, "--resume")) == 0
    assert "0 to grade" not in capsys.readouterr().out
    assert marks_in(fresh, "ann")["q1"] == (1, None, False)


def test_a_gradebook_that_is_none_gives_one_line(fresh, capsys):
    hand_in(fresh, "ann", answered(fresh))
    (fresh / "gradebook.db").write_bytes(b"no database at all" * 100)
    assert main(command(fresh)) == 1
    assert "file is not a database" in capsys.readouterr().err
