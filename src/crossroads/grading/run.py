"""Grading a whole class: what is to be done, by how many at once, and what came of it.

Results lie in ``grading/ASSIGNMENT/STUDENT.json`` of the course directory, each written whole
before it's recorded in nbgrader's gradebook. So a run that was cut off, however, can be started
again: what is done and unchanged isn't run twice.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .. import course as course_
from . import marking, sandbox
from .gradebook import Recorder, write_autograded
from .marking import Assignment, Result
from .sandbox import Limits, Worker, WorkerLost

#: Results recorded in one transaction.
BATCH = 25
#: How often a submission that brings the sandbox down is tried before it's held.
TRIES = 3


@dataclass
class Job:
    """One student's submission, and what was drawn for that student."""

    student: str
    folder: Path
    expected: Any
    digest: str


@dataclass
class Plan:
    """What a run has to do, and what it may leave."""

    assignment: Assignment
    jobs: list[Job]
    #: Results of an earlier run that still hold; those not yet in the gradebook come first.
    unchanged: list[Result] = field(default_factory=list)
    unrecorded: list[Result] = field(default_factory=list)
    #: Folders whose name can't be a student's id.
    strange: list[str] = field(default_factory=list)


class Grader:
    """A process of the pool: the assignment, and a warm sandbox of its own."""

    def __init__(self, source: Path, released: Path, limits: Limits) -> None:
        self.assignment = marking.load(source, released)
        self.worker = Worker(limits)

    def grade(self, job: Job) -> Result:
        """Mark one submission; one that brings the sandbox down again and again is held."""
        start = time.monotonic()
        for _ in range(TRIES):
            try:
                result = marking.grade(
                    self.assignment, job.student, job.folder, job.expected, self.worker
                )
                break
            except WorkerLost as why:
                result = Result(job.student, held=f"It ended the sandbox {TRIES} times: {why}")
            except Exception as error:  # one submission never ends the batch
                kind = type(error).__name__
                result = Result(job.student, held=f"Grading it failed ({kind}: {error}).")
                break
        result.digest = job.digest
        result.seconds = time.monotonic() - start
        return result


_grader: Grader


def _start(source: Path, released: Path, limits: Limits) -> None:
    global _grader
    _grader = Grader(source, released, limits)


def _grade(job: Job) -> Result:
    return _grader.grade(job)


def plan(
    course: Path, name: str, *, students: Iterable[str] = (), again: bool = False
) -> tuple[Plan, Path, Path]:
    """What is to be graded; also the source folder and the released notebook.

    Raises ``ValueError`` with what to do where something is missing.
    """
    source, released = _places(course, name)
    assignment = marking.load(source, released)
    drawn = _drawn(course, name)
    chosen = set(students)
    todo = Plan(assignment, [])
    for folder in sorted(course.glob(f"submitted/*/{name}")):
        student = folder.parent.name
        if chosen and student not in chosen:
            continue
        try:
            course_.checked_id(student)
        except ValueError:
            todo.strange.append(student)
            continue
        expected = drawn.get(student)
        digest = marking.digest_of(assignment, folder, expected)
        earlier, recorded = _earlier(course, name, student)
        if earlier and earlier.digest == digest and not again:
            (todo.unchanged if recorded else todo.unrecorded).append(earlier)
        else:
            todo.jobs.append(Job(student, folder, expected, digest))
    if missing := chosen - {p.parent.name for p in course.glob(f"submitted/*/{name}")}:
        raise ValueError(f"no submission of {name} by {', '.join(sorted(missing))}")
    return todo, source, released


def grade_class(
    course: Path,
    name: str,
    *,
    students: Iterable[str] = (),
    again: bool = False,
    workers: int = 0,
    limits: Limits | None = None,
    tell: Callable[[int, int, Result], None] | None = None,
) -> tuple[list[Result], Plan]:
    """Grade what was handed in and isn't graded yet; returns all results, and the plan.

    ``tell(done, all, result)`` is called after each. Raises ``ValueError`` where there is no
    sandbox and ``limits`` doesn't say that none is wanted.
    """
    limits = limits or Limits()
    if limits.sandboxed and not sandbox.available():
        raise ValueError(sandbox.MISSING)
    todo, source, released = plan(course, name, students=students, again=again)
    count = min(workers or os.cpu_count() or 1, max(len(todo.jobs), 1))
    results = [*todo.unchanged, *todo.unrecorded]
    with Recorder(course, name) as recorder:
        _record(course, name, recorder, todo.unrecorded)
        waiting: list[Result] = []
        for number, result in enumerate(_graded(todo.jobs, count, source, released, limits), 1):
            if result.notebook:
                write_autograded(course, todo.assignment, result)
            _keep(course, name, result, recorded=False)
            waiting.append(result)
            results.append(result)
            if len(waiting) >= BATCH:
                _record(course, name, recorder, waiting)
                waiting = []
            if tell:
                tell(number, len(todo.jobs), result)
        _record(course, name, recorder, waiting)
    return sorted(results, key=lambda r: r.student), todo


def _graded(
    jobs: list[Job], count: int, source: Path, released: Path, limits: Limits
) -> Iterator[Result]:
    """Results as they come, from ``count`` processes; a few jobs wait for each, never all."""
    if not jobs:
        return
    # Spawned and not forked: a sandbox must inherit nothing of this process.
    with ProcessPoolExecutor(
        count,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(source, released, limits),
    ) as pool:
        left = iter(jobs)
        running: set[Future[Result]] = set()
        while True:
            while len(running) < 3 * count and (job := next(left, None)):
                running.add(pool.submit(_grade, job))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def _places(course: Path, name: str) -> tuple[Path, Path]:
    folders = course_.sources(course)
    if name not in folders:
        raise ValueError(f"there is no assignment {name!r}; there are {', '.join(folders)}")
    released = course / "release" / name / f"{name}.ipynb"
    if not released.is_file() or not (course / "gradebook.db").is_file():
        raise ValueError(f"{name} isn't released yet: nbgrader generate_assignment {name}")
    return folders[name], released


def _drawn(course: Path, name: str) -> dict[str, Any]:
    path = course / "variants" / f"{name}.json"
    drawn: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return drawn


def _record(course: Path, name: str, recorder: Recorder, results: list[Result]) -> None:
    if results:
        recorder.record(results)
        for result in results:
            _keep(course, name, result, recorded=True)


def results_folder(course: Path, name: str) -> Path:
    """Where an assignment's results are kept."""
    return course / "grading" / name


def _keep(course: Path, name: str, result: Result, *, recorded: bool) -> None:
    """Write a result whole, under its student's name."""
    folder = results_folder(course, name)
    folder.mkdir(parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=folder, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{json.dumps({'recorded': recorded})}\n{result.dumps()}\n")
    os.replace(path, folder / f"{result.student}.json")


def _earlier(course: Path, name: str, student: str) -> tuple[Result | None, bool]:
    path = results_folder(course, name) / f"{student}.json"
    try:
        head, body = path.read_text("utf-8").splitlines()
        return Result.loads(body), bool(json.loads(head)["recorded"])
    except (OSError, ValueError, KeyError):
        return None, False


def summary(results: list[Result], todo: Plan) -> str:
    """A line for the class, and one for each submission that needs a person."""
    held = [r for r in results if r.held]
    mended = [r for r in results if r.notes and not r.held]
    waiting = sum(any(m.points is None for m in r.marks.values()) for r in results)
    lines = [
        f"{len(results)} submissions: {len(results) - len(held)} graded ({len(mended)} with "
        f"notes, {waiting} with answers for a person to mark), {len(held)} held."
    ]
    lines += [f"  held: {r.student}: {r.held}" for r in held]
    lines += [f"  note: {r.student}: {note}" for r in mended for note in r.notes]
    lines += [f"  left out: {name!r} can't be a student's id" for name in todo.strange]
    return "\n".join(lines)


class Progress:
    """A line on the terminal that says how far a run is, and a log of each submission."""

    def __init__(self, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._start = time.monotonic()

    def __call__(self, done: int, whole: int, result: Result) -> None:
        rate = done / max(time.monotonic() - self._start, 1e-9)
        left = (whole - done) / rate
        if sys.stderr.isatty():
            bar = "#" * round(30 * done / whole)
            line = f"\r[{bar:<30}] {done}/{whole}  {rate:.1f} a second, {left:.0f} s left "
            print(line, end="\n" if done == whole else "", file=sys.stderr, flush=True)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        what = f"held: {result.held}" if result.held else "graded"
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{now} {result.student} {what} ({result.seconds:.2f} s)\n")
