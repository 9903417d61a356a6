"""Submissions from a learning platform's bulk download, into nbgrader's ``submitted`` folder.

What a download looks like is in ``moodle``, ``canvas`` and ``layouts``, whose it is in
``matching``. Archives, names in them and what is in their files are anybody's: all is bounded, no
name of theirs becomes a path before it is made safe, and what can't be used is said and left out.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from ...course import Course
from ...grading import late_penalties as late
from ...grading import shared_work, submission_times
from ...grading.adjustments import in_course
from ...grading.time_formats import read_time
from ..notes import Note, say
from . import moving, shared, submitting, unmatched
from .archives import unpack, why
from .name_forms import key, shown
from .notebook_files import other_quiz, titles_of, without_notebook
from .outcome import Outcome
from .outcome import summary as summary
from .submissions import (
    Submission,
    guesses,
    open_nested,
    refuse_namesakes,
    sent_alone,
    stamped_at_once,
    submissions,
    unwrapped,
)
from .wanted import Wanted, sort, wanted_of

#: Trouble that isn't one student's: a full disk, a file system that can't be written.
EVERYBODYS = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", None)}

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def collect(
    course: Path,
    assignment: str,
    sources: Iterable[Path],
    *,
    matches: Mapping[str, str] | None = None,
    times: bool = True,
    student: str = "",
    at: str = "",
    moves: Mapping[str, str] | None = None,
    agree: Callable[[Sequence[tuple[str, str]]], bool] | None = None,
) -> Outcome:
    """Put submissions from downloads into ``submitted/STUDENT/ASSIGNMENT``.

    ``matches`` says whom a name belongs to, and is remembered; without ``sources``, what was left
    over before is tried again with it. The newest of a student's submissions that has an answer is
    taken and the others are kept in ``collected/earlier``; those of nobody known in
    ``collected/unmatched``. Without ``times``, none is taken from the downloads. With
    ``student``, each source is one file of that student's, submitted ``at`` that time. ``moves``
    says of students whose submission isn't theirs, and whose it is; so does a match that says
    otherwise than before.

    Before anything is taken by a guess, ``agree`` is asked, with each sender and whose it may be;
    what it doesn't agree to, or without it, stays nobody's. Raises ``ValueError`` where there is no
    roster, or no such student or time.
    """
    own = Course(course).resolved()
    own.source(assignment)
    people = own.students()
    if not people:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    wanted = wanted_of(own, assignment)
    told = unmatched.told_before(own, people, matches or {})
    rule = submission_times.rule_of(own.path, assignment)
    outcome = Outcome(zone=_zone(rule))
    if student and student not in {person.student_id for person in people}:
        raise ValueError(f"there is no student {student!r} on the roster")
    if at and not student:
        raise ValueError(
            "--at is the time of one student's file: name the student with --student ID"
        )
    came = read_time(at, (rule.due and rule.due.tzinfo) or rule.zone) if at else None
    wrong = {**moving.rematched(own, assignment, matches or {}), **(moves or {})}
    if wrong:
        outcome.notes += moving.move(own, assignment, wrong)
        told = unmatched.remembered(own)
    found = list(unmatched.left_over(own, assignment, people, told))
    refuse_namesakes(found, told)
    moving.redirect(own, assignment, found)
    for source in sources:
        if student:
            if not source.is_file():
                raise ValueError(f"{source} is not a file: --student takes one student's file")
            found += sent_alone(source, student, came, outcome.skipped)
            continue
        files = unwrapped(unpack(source, assignment, outcome.skipped, people), assignment, people)
        fresh = submissions(files, source.name, assignment, people, told)
        if not times or stamped_at_once(fresh):
            _without_times(fresh, source.name, times, outcome)
        moving.redirect(own, assignment, fresh)
        found += fresh
    senders = {key(name) for one in found for name in (one.origin.label, one.origin.names[0])}
    outcome.notes += [
        Note("match-unused", values={"name": shown(name)})
        for name in matches or {}
        if key(name) not in senders
    ]
    _guessed(own, found, told, agree)
    for who, several in sorted(_by_student(own, assignment, found, wanted, outcome).items()):
        _put_all(own, assignment, who, several, wanted, rule, outcome)
    unknown = [line.student for line in outcome.lines if line.late and not line.time]
    if unknown and not rule.due:
        about = {"assignment": assignment, "students": unknown}
        outcome.notes.append(Note("late-without-due", values=about))
    outcome.notes += shared.share(own.path, assignment)
    excused = in_course.readable(own.path).of(assignment).is_excused
    origins = shared_work.origins(own.path, assignment)
    # Who is excused, or has the group's work, isn't asked for anything.
    outcome.unusable = [
        (label, why)
        for label, why in outcome.unusable
        if not (why and ((who := str(why.values.get("student"))) in origins or excused(who)))
    ]
    everybody = [person.student_id for person in people if not excused(person.student_id)]
    outcome.nothing = [who for who in everybody if not own.is_submitted(who, assignment)]
    return outcome


def _guessed(
    course: Course,
    found: Sequence[Submission],
    told: Mapping[str, str],
    agree: Callable[[Sequence[tuple[str, str]]], bool] | None,
) -> None:
    """Take what was guessed if a person agrees, and remember it; else it is nobody's."""
    guessed = guesses(found)
    asked = list(dict.fromkeys((shown(one.origin.label), say(one.reason)) for one in guessed))
    if asked and agree and agree(asked):
        names = {key(one.origin.names[0]): one.student for one in guessed}
        unmatched.remember(course, {**told, **names})
        for one in guessed:
            one.reason = None
        return
    for one in guessed:
        assert one.reason
        one.student, one.reason = "", Note("guess", values=one.reason.values)


def _without_times(fresh: Sequence[Submission], source: str, known: bool, outcome: Outcome) -> None:
    """Take the times away that are the download's; ``known``: it was made after them."""
    for one in fresh:
        # A zip doesn't say of which zone its times are.
        one.by = one.time + timedelta(days=1) if one.time and known else None
        one.time = None
    if fresh and known:
        outcome.notes.append(Note("times-of-download", values={"source": source}))


def _by_student(
    course: Course,
    assignment: str,
    found: Iterable[Submission],
    wanted: Wanted,
    outcome: Outcome,
) -> dict[str, list[Submission]]:
    """Return the submissions of students who are known; all others are kept as nobody's."""
    by_student: dict[str, list[Submission]] = {}
    titles = titles_of(course.sources())
    for one in found:
        open_nested(one, outcome.skipped)
        places, others = sort(one, wanted)
        if one.student and not places and others:
            names = [f"{name}.ipynb" for name in wanted]
            about = {"student": one.student, "names": names, "assignment": assignment}
            one.reason = Note("no-such-notebook", values=about)
        elif one.student and not places:
            names = [origin.file for origin, _ in one.files]
            one.reason = without_notebook(names, one.student, assignment)
        elif one.student and not one.reason:
            first = one.files[next(iter(places.values()))][1].content
            if other := other_quiz(first, assignment, titles):
                about = {"student": one.student, "other": other, "assignment": assignment}
                one.reason = Note("another-quiz", values=about)
        if one.student and not one.reason:
            by_student.setdefault(one.student, []).append(one)
        else:
            unmatched.keep(course, assignment, one)
            if one.kept and one.student and course.is_submitted(one.student, assignment):
                continue  # said before, and the notebook is here since then
            lines = outcome.unusable if one.student else outcome.unmatched
            if (line := (shown(one.origin.label), one.reason)) not in lines:
                lines.append(line)
    return by_student


def _put_all(
    course: Course,
    assignment: str,
    student: str,
    several: Iterable[Submission],
    wanted: Wanted,
    rule: late.Rule,
    outcome: Outcome,
) -> None:
    """Put one student's submissions where they belong; note what can't be written."""
    # Stable: of two without a time the one that was given last is the newest.
    several = sorted(several, key=lambda one: one.time or _LONG_AGO)
    taken = submitting.newest_with_answers(several, wanted)
    for place, one in enumerate(several):
        # Of several notebooks, a later submission may hold only those that were changed.
        counts = place == taken or (len(wanted) > 1 and place < taken)
        try:
            outcome.lines.append(submitting.put(course, assignment, one, counts, wanted, rule))
        except (OSError, ValueError) as problem:
            # One student's trouble is that student's line; a full disk is everybody's.
            if isinstance(problem, OSError) and problem.errno in EVERYBODYS:
                raise
            outcome.skipped.append((f"{student}: {shown(one.origin.label)}", why(problem)))
            continue
        if one.kept:
            shutil.rmtree(one.kept, ignore_errors=True)


def _zone(rule: late.Rule) -> tzinfo:
    """Return the deadline's offset from UTC, or the course's time zone without a deadline."""
    offset = rule.due.utcoffset() if rule.due else None
    return rule.zone if offset is None else timezone(offset)
