"""Grading a whole class: what is to be done, by how many at once, and what came of it.

Results lie in ``grading/ASSIGNMENT/STUDENT.json`` of the course directory, each written whole
before it's recorded in nbgrader's gradebook. So a run that was cut off, however, can be started
again: what is done and unchanged isn't run twice.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .. import course as course_
from ..course import Course
from ..course.nbgrader_settings import STEPS
from ..course.releases import static
from ..notes import counted
from . import (
    autograde,
    autograded_folder,
    cluster,
    gradebook,
    regrade,
    results,
    shared_work,
    submission_times,
)
from . import late_penalties as late
from .adjustments import in_course, preview
from .assignment import Assignment, Parts, load_assignment
from .bubblewrap import Private
from .course_assignment import is_own, limits_of, parts_in
from .notes import Note, say
from .pool import EACH, Job, Pool, trouble
from .pool import Grader as Grader
from .recorder import Recorder
from .results import Kept, Mark, Result
from .sandbox import Limits

#: Results recorded in one transaction.
BATCH = 25
STOPPED = (
    "crossroads: stopped. What was graded is kept: run the same command with --resume to continue"
)


@dataclass
class Plan:
    """The work of a run: what to grade, and what is unchanged."""

    parts: Parts
    assignment: Assignment
    jobs: list[Job]
    #: Results of an earlier run that still hold; and those of them not yet in the gradebook.
    unchanged: list[Result] = field(default_factory=list)
    unrecorded: list[Kept] = field(default_factory=list)
    #: Folders whose name can't be a student's id.
    strange: list[str] = field(default_factory=list)
    #: How submissions stand to the deadline, by student: those that lose points, or may.
    late: dict[str, late.Standing] = field(default_factory=dict)
    #: How the source differs from what was released, and what else a person should know.
    changes: regrade.Changes = field(default_factory=regrade.Changes)
    notes: list[Note] = field(default_factory=list)
    #: Results that there were, and if they are in the gradebook; marks that are others now.
    earlier: dict[str, Kept] = field(default_factory=dict)
    moved: dict[str, list[Note]] = field(default_factory=dict)
    #: Marks that people gave, and that are more than the question gives now.
    too_high: dict[str, list[Note]] = field(default_factory=dict)
    #: Students with an answer that a person has yet to mark.
    waiting: set[str] = field(default_factory=set)
    #: Lines on marks that would be others now, but are overridden.
    overridden: list[str] = field(default_factory=list)
    #: Whose marks are by an earlier version of the quiz, since others were asked for.
    stale: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """The options of a run, kept on disk until it's done, so that it can be resumed."""

    id: str
    students: tuple[str, ...] = ()
    #: Also what is unchanged, if this same run didn't grade it already.
    again: bool = False


def plan(course: Path, name: str, run: Run) -> Plan:
    """Return what is to be graded.

    Raises ``ValueError`` with what to do where something is missing.
    """
    parts = parts_in(course, name)
    todo = Plan(parts, load_assignment(parts), [])
    if parts.own:
        # What another course has in its gradebook is what stock nbgrader marks by.
        todo.changes = changed(course, name, parts, todo.assignment)
        todo.notes = _uneven(todo.assignment)
    elif names := Course(course).nbgrader.not_run:
        todo.notes = [Note("settings-not-run", values={"names": list(names)})]
    drawn = _drawn(course, name)
    chosen = set(run.students)
    folders = Course(course).submissions_by(name)
    for student, folder in sorted(folders.items()):
        if chosen and student not in chosen:
            continue
        try:
            course_.checked_id(student)
        except ValueError:
            todo.strange.append(student)
            continue
        expected = drawn.get(student)
        digest, given = autograde.digest_of(todo.assignment, folder, expected)
        kept = results.migrate(course, name, student)
        if kept:
            kept.result.forget_notebooks()
        if kept and kept.result.digest == digest and (not run.again or kept.run == run.id):
            if kept.recorded:
                todo.unchanged.append(kept.result)
            else:
                todo.unrecorded.append(kept)
        else:
            todo.jobs.append(Job(student, folder, expected, digest, given))
            todo.earlier |= {student: kept} if kept else {}
    if missing := chosen - {*folders}:
        raise ValueError(f"no submission of {name} by {', '.join(sorted(missing))}")
    return todo


def changed(course: Path, name: str, parts: Parts, assignment: Assignment) -> regrade.Changes:
    """Return how the source differs from what nbgrader has of it.

    Raises ``ValueError`` where a quiz that was changed like this can't be graded.
    """
    tests = {id_: (test.source, test.points) for id_, test in assignment.tests.items()}
    if overpaid := regrade.overpaid(name, tests):
        raise ValueError("\n".join(overpaid))
    recorded, submitted = gradebook.cells(course, name)
    changes = regrade.compare(regrade.cells_of(json.loads(parts.original)), recorded)
    if why := regrade.refusal(name, changes, submitted):
        raise ValueError(why)
    return changes


def _uneven(assignment: Assignment) -> list[Note]:
    """Return notes on checks that can't give all points of their question."""
    gives = {id_: regrade.awards(test.source) for id_, test in assignment.tests.items()}
    return [
        Note("gives-less", id_, {"gives": points, "points": assignment.tests[id_].points})
        for id_, points in gives.items()
        if points is not None and regrade.above(assignment.tests[id_].points, points)
    ]


def release_again(course: Path, name: str) -> None:
    """Have nbgrader take a changed source into its gradebook and ``release``, whole or not at all.

    Raises ``ValueError`` with nbgrader's words where it refuses.
    """
    place = Course(course)
    own, released = place.own_source(name), place.release(name)
    if not own.is_dir():
        shutil.copytree(place.source(name), own)
    settings = course if place.settings.is_file() else static()
    with tempfile.TemporaryDirectory(dir=course, prefix=".released-") as temporary:
        kept = Path(temporary) / name
        shutil.copytree(released, kept)
        try:
            course_.generate(course, name, settings)
        except BaseException as error:
            shutil.rmtree(released, ignore_errors=True)
            shutil.copytree(kept, released)
            if isinstance(error, RuntimeError):
                raise ValueError(str(error)) from None
            raise


def cut_off(course: Path, name: str) -> Run:
    """Return the run that was cut off. Raises ``ValueError`` if none was."""
    try:
        asked = json.loads(_unfinished(course, name).read_text("utf-8"))
        return Run(asked["id"], tuple(asked["students"]), asked["again"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(
            f"no grading of {name} was interrupted: there is nothing to resume"
        ) from None


def grade_class(
    course: Path,
    name: str,
    run: Run | None = None,
    *,
    workers: int = 0,
    scheduler: str = "",
    limits: Limits | None = None,
    tell: Callable[[int, int, Result], None] | None = None,
) -> tuple[list[Result], Plan]:
    """Grade what was submitted and isn't graded yet; returns all results, and the plan.

    Late penalties are worked out anew for the whole class. ``scheduler`` is the address of a Dask
    cluster to grade on, "" for this machine. ``tell(done, all, result)`` is called after each.
    Raises ``ValueError`` where there is no safe sandbox, unless ``limits`` say that none is wanted.
    """
    limits = limits or limits_of(course, name)
    hidden = private(course, name)
    if not scheduler and (why := trouble(parts_in(course, name), limits, hidden)):
        raise ValueError(why)
    rules, notes = submission_times.rules(course)
    run = run or Run(secrets.token_hex(8))
    todo = plan(course, name, run)
    if changes := todo.changes:
        release_again(course, name)
        todo = plan(course, name, run)
        todo.changes = changes
        todo.stale = _others(course, name, run)
    # Not before: points may be others now, and no mark is more than its question has.
    adjusted, more = in_course.rules(course)
    todo.notes += notes + more
    languages = dict.fromkeys(one.language for one in todo.assignment.notebooks)
    others = [language for language in languages if language != "python"]
    todo.notes += [Note("other-kernel", values={"language": one}) for one in others]
    count = min(workers or os.cpu_count() or 1, len(todo.jobs))
    first = count if workers else -(-len(todo.jobs) // EACH)
    course_.write_whole(_unfinished(course, name), json.dumps(asdict(run)))
    found = [*todo.unchanged, *(kept.result for kept in todo.unrecorded)]
    with ExitStack() as stack:
        coming: Iterator[Result]
        if scheduler:
            coming = cluster.graded(todo.jobs, scheduler, todo.parts, limits, hidden)
        else:
            processes = Pool(count, todo.parts, limits, hidden, first)
            coming = stack.enter_context(processes).marked(todo.jobs)
        # Not before: processes warm up while the gradebook's libraries are imported.
        recorder = stack.enter_context(Recorder(course, name))
        _record(course, name, recorder, todo.unrecorded)
        waiting: list[Kept] = []
        by_hand = recorder.marked_by_hand()
        shared = _Shared()
        for number, result in enumerate(coming, 1):
            before = todo.earlier.get(result.student)
            made = autograded_folder.pages(todo.assignment, result)
            if result.student in by_hand:
                result.changed = _rewritten(course, todo.assignment, result, before, made)
            if before and (moved := regrade.moved(before.result.marks, result.marks)):
                todo.moved[result.student] = moved
            autograded_folder.write_autograded(course, todo.assignment, result, made)
            kept = Kept(result, run.id)
            results.write(course, name, kept)
            # A class's notebooks wouldn't fit in memory; what many earn for the same is held once.
            result.forget_notebooks()
            result.marks = {id_: shared(mark) for id_, mark in result.marks.items()}
            waiting.append(kept)
            found.append(result)
            if len(waiting) >= BATCH:
                _record(course, name, recorder, waiting)
                waiting = []
            if tell:
                tell(number, len(todo.jobs), result)
        _record(course, name, recorder, waiting)
        recorder.people_s_marks(adjusted.of(name))
        todo.overridden = preview.kept(adjusted.of(name), todo.moved)
        todo.late = recorder.penalise(rules, adjusted.of(name))
        todo.too_high = recorder.too_high()
        todo.waiting = recorder.waiting()
        if extended := recorder.extended(rules):
            about = {"assignment": name, "students": extended}
            todo.notes.append(Note("extensions-stay", values=about))
    _unfinished(course, name).unlink(missing_ok=True)
    return sorted(found, key=lambda r: r.student), todo


class _Shared:
    """Equal marks as one object: a large class's fit into memory."""

    def __init__(self) -> None:
        self._known: dict[bytes, Mark] = {}

    def __call__(self, mark: Mark) -> Mark:
        # A mark's facts can't be hashed.
        return self._known.setdefault(hashlib.sha256(repr(mark).encode()).digest(), mark)


def _others(course: Path, name: str, run: Run) -> list[str]:
    """Return students with results whom a run for some students leaves out."""
    there = set(results.students(course, name))
    return sorted(there - set(run.students)) if run.students else []


def _rewritten(
    course: Path,
    assignment: Assignment,
    result: Result,
    before: Kept | None,
    made: dict[str, Any],
) -> list[str]:
    """Return the answers whose text isn't the one that a person has marked."""
    # What a run found that was cut off before it could say so still holds.
    carried = set(before.result.changed) if before and not before.recorded else set()
    if before and before.result.given and before.result.given == result.given:
        return sorted(carried)
    return sorted(
        carried | {*autograded_folder.rewritten(course, assignment, result.student, made)}
    )


def private(course: Path, name: str) -> Private:
    """Return what lies in a course that no submission of this assignment may see.

    This is everything except what every submission may see.

    Its places are named one by one, too, so that each is covered wherever it can be reached.
    """
    place = Course(course)
    own = place.own_source(name)
    source = [own] if own.is_dir() else [place.source(name)] if is_own(course, name) else []
    # nbgrader's own settings may have its folders elsewhere.
    steps = {path for step in STEPS if (path := place.place(step)) != place.path}
    work = [*source, *place.hidden(), *sorted(steps)]
    return Private((str(course),), tuple(map(str, work)))


def _drawn(course: Path, name: str) -> dict[str, Any]:
    return shared_work.values_drawn(course, name)


def _record(course: Path, name: str, recorder: Recorder, waiting: list[Kept]) -> None:
    if waiting:
        recorder.record(kept.result for kept in waiting)
        results.set_recorded(course, name, waiting)


def _unfinished(course: Path, name: str) -> Path:
    # A student's id never begins with a point.
    return Course(course).results(name) / ".unfinished"


def summary(found: list[Result], todo: Plan) -> str:
    """Return a line for the class, and one for each submission that needs a person."""
    held = [r for r in found if r.held]
    mended = [r for r in found if r.notes and not r.held]
    waiting = sum(r.student in todo.waiting and not r.held for r in found)
    lines = [
        f"{counted(len(found), 'submission')}: {len(found) - len(held)} graded ({len(mended)} "
        f"with notes, {waiting} with answers for manual grading), {len(held)} on hold."
    ]
    lines += [f"  on hold: {r.student}: {say(r.held)}" for r in held]
    lines += [f"  note: {r.student}: {say(note)}" for r in mended for note in r.notes]
    lines += regrade.words(todo.assignment.whole, todo.changes, done=True)
    lines += [f"  note: {say(note)}" for note in todo.notes]
    lines += [
        f"  changed marks: {who}: {', '.join(map(say, moved))}"
        for who, moved in sorted(todo.moved.items())
    ]
    lines += [*todo.overridden, *to_decide(todo)]
    late_ones = {who: s.off for who, s in todo.late.items() if s.off}
    lines += [f"  late: {who}: {counted(off, 'point')} taken off" for who, off in late_ones.items()]
    lines += [f"  skipped: {name!r} cannot be a student's id" for name in todo.strange]
    return "\n".join(lines)


def to_decide(todo: Plan) -> list[str]:
    """Return lines on what only a person can decide, beside what is held."""
    name = todo.assignment.whole
    lines = [
        f"  to decide: {who}: a manual mark is above the new maximum: "
        f"{', '.join(map(say, marks))}. The mark is kept, and there is no total: mark it again "
        f"(crossroads marking {name})"
        for who, marks in todo.too_high.items()
    ]
    asked: dict[Note | None, list[str]] = {}
    for who, stands in todo.late.items():
        asked.setdefault(stands.question, []).append(who)
    lines += [f"  late or not: {', '.join(whom)}: {say(why)}" for why, whom in asked.items() if why]
    if todo.stale:
        who = ", ".join(todo.stale)
        lines.append(f"  still marked by the earlier version: {who} (crossroads grade {name})")
    return lines


class Progress:
    """A line on the terminal that says how far a run is, and a log of each submission."""

    def __init__(self, log: Path) -> None:
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
        what = f"held: {say(result.held)}" if result.held else "graded"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{now} {result.student} {what} ({result.seconds:.2f} s)\n")
