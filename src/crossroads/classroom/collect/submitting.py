"""Putting a submission into ``submitted``, and what it replaces aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ...course import Course
from ...grading import late_penalties as late
from ...grading import submission_times
from . import moving, senders, storage
from .name_forms import safe_name, shown
from .outcome import Line
from .submissions import Submission, is_blank
from .wanted import Wanted, all_blank, sort


def put(
    course: Course,
    assignment: str,
    one: Submission,
    taken: bool,
    wanted: Wanted,
    rule: late.Rule,
) -> Line:
    """Write one submission where it belongs, and say what was done.

    A notebook that isn't in it stays as it was submitted before.
    """
    due = (rule.extensions or {}).get(one.student, rule.due)
    places, others = sort(one, wanted)
    first = max(places.values(), key=lambda place: _age(one, place))
    if one.origin.layout == "canvas":
        # Of several attempts it's the one that is taken that is late or not.
        one.origin = one.files[first][0]
    time, arrival = one.time, _arrival(one, rule)
    if one.origin.layout == "canvas" and due:
        if one.origin.late:
            # How late isn't in the zip: by the least that counts, unless the time says more.
            time = time or late.standing(rule, due, arrival, 1).came
        elif time:
            # Canvas says that it was in time; its zip says only when it was downloaded.
            time = min(time, due)
    if others and time and one.origin.layout == "plain":
        # Of several notebooks the time of the one that is taken counts.
        time = one.files[first][1].time or time
    is_late = one.origin.late or bool(due and time and time > due)
    files = {f"{name}.ipynb": one.files[own][1].content for name, own in places.items()}
    for place, (origin, file) in enumerate(one.files):
        if place not in (*places.values(), *others) and not origin.file.lower().endswith(".zip"):
            name = "/".join(safe_name(part) for part in origin.file.split("/"))
            # A student's own would say when it was submitted.
            if name.casefold() != "timestamp.txt":
                files[storage.free_name(name, files)] = file.content
    for other in others:
        _aside(
            course,
            assignment,
            one.student,
            {f"{next(iter(wanted))}.ipynb": one.files[other][1].content},
            None,
        )
    moving.keep_origin(course, assignment, one, storage.digest(files))
    names = [shown(one.files[other][0].file) for other in others]
    if told := rule.submitted.get(one.student):
        is_late = bool(due and told > due)
    line = Line(one.student, shown(one.origin.label), "new", names, told or time, is_late)
    folder = course.submitted(one.student, assignment)
    there, then = storage.read(folder)
    if taken and len(wanted) > 1:
        earlier = {f"{name}.ipynb" for name in wanted} & there.keys()
        files = {**{name: there[name] for name in sorted(earlier)}, **files}
    if there == files:
        line.done = "as before"
    elif not taken or _is_worth_less(course, assignment, one, files, there, then, wanted):
        _aside(course, assignment, one.student, files, time)
        line.done = "blank" if all_blank(files, wanted) else "older"
    else:
        if there:
            line.done = "replaced"
            _aside(course, assignment, one.student, there, then)
        storage.write(folder, files, time)
    if line.done not in ("older", "blank"):
        submission_times.keep(course.path, assignment, one.student, arrival)
        senders.keep(course, assignment, one, first)
    return line


def _arrival(one: Submission, rule: late.Rule) -> late.Arrival:
    """Return what a download says about when this came; Canvas calls each file late or not."""
    word = ""
    if one.origin.layout == "canvas":
        word = late.LATE if one.origin.late else late.IN_TIME
    return late.Arrival(one.time, one.by, word, rule.due)


def _age(one: Submission, place: int) -> tuple[float, int]:
    """By which of several notebooks of a submission the last one is known."""
    time = one.files[place][1].time
    return (time.timestamp() if time else 0.0, -place)


def newest_with_answers(several: Sequence[Submission], wanted: Wanted) -> int:
    """Return the place of the submission to take, of one student's by age.

    The last with answers.
    """
    newest = len(several) - 1
    for place in range(newest, -1, -1) if newest else ():  # one alone isn't looked into
        one = several[place]
        places, _ = sort(one, wanted)
        if not all(is_blank(one.files[own][1].content) for own in places.values()):
            return place
    return newest


def _is_worth_less(
    course: Course,
    assignment: str,
    one: Submission,
    files: Mapping[str, bytes],
    there: Mapping[str, bytes],
    then: datetime | None,
    wanted: Wanted,
) -> bool:
    """Return whether what is there is to stay.

    It alone has answers, came later, or replaced this one.
    """
    if not there:
        return False
    blank, stays_blank = all_blank(files, wanted), all_blank(there, wanted)
    if blank != stays_blank:
        return blank
    if one.time and then:
        return one.time < then
    return _earlier(course, assignment, one.student, files).exists()


def _earlier(course: Course, assignment: str, student: str, files: Mapping[str, bytes]) -> Path:
    return course.replaced(student, assignment) / storage.digest(files)


def _aside(
    course: Course, assignment: str, student: str, files: Mapping[str, bytes], time: datetime | None
) -> None:
    folder = _earlier(course, assignment, student, files)
    if not folder.exists():
        storage.write(folder, files, time)
