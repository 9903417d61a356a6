"""Students' requests to look at a mark again: taken in from files, and listed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..assignments import bank
from ..classroom import regrade_requests, request_forms
from ..classroom.notes import Note
from ..classroom.regrade_requests import Request, Requests, Taken
from ..course import Course, source
from ..feedback.markdown import heading
from ..grading import gradebook
from ..notes import counted
from . import marking


def take_in(
    course: Path, quiz: str, path: Path, columns: Mapping[str, str] | None = None
) -> tuple[Taken, list[Note]]:
    """Take in a file's requests on an assignment; returns what came of them, and what was left out.

    ``columns`` are the headings of ``item`` and ``reason``, where they aren't clear. Raises
    ``ValueError`` where the file or the gradebook can't be read, and where there is no roster.
    """
    items = bank.read(source(course, quiz))
    people = Course(course).students()
    if not people:
        raise ValueError("there is no roster yet: crossroads roster FILE.csv")
    questions = {item.id: heading(item) for item in items}
    read = request_forms.parse(path.read_bytes(), path.name, quiz, people, questions, columns)
    marks = gradebook.grades(course, quiz)
    there = set(zip(marks["student_id"], marks["item"], strict=True))
    notes, good = list(read.notes), []
    for one in read.asked:
        if (one.student, one.item) in there:
            good.append(one)
        else:
            about = {"student": one.student, "item": one.item}
            notes.append(Note("request-unmarked", values=about))
    requests, taken = regrade_requests.take_in(regrade_requests.read(course, quiz), good)
    if taken.new or taken.again:
        regrade_requests.write(course, quiz, requests)
    return taken, notes


@dataclass(frozen=True)
class Entry:
    """A request as an entry of the marking queue: its question, and the answer to be looked at."""

    item: bank.Item
    request: Request
    answer: marking.Answer
    #: The points that it has now; ``None``: none yet.
    points: float | None


def queue(course: Path, quiz: str, marker: str = "") -> list[Entry]:
    """Return the requests on an assignment, the open ones first.

    Another marker than the first one has those on answers that ``markers.yml`` makes theirs. A
    request whose answer isn't in the gradebook any more is left out. Raises ``ValueError`` where
    requests or the gradebook can't be read.
    """
    requests = regrade_requests.read(course, quiz)
    items = {item.id: item for item in bank.read(source(course, quiz))}
    found = []
    for row in gradebook.grades(course, quiz).itertuples() if requests else ():
        student, id_, manual = str(row.student_id), str(row.item), float(row.manual)
        one = requests.get(student, {}).get(id_)
        if one is None or id_ not in items:
            continue
        item = items[id_]
        if marker and not marking.owns(course, item, student, marker):
            continue
        mark = None
        if not math.isnan(manual):
            mark = marking.from_comment(marking.rubric(course, item), manual, str(row.comment))
        points = manual if mark else float(row.auto)
        state = "to mark" if one.is_open else "marked"
        answer = marking.Answer(marking.code(quiz, id_, student), student, state, mark)
        found.append(Entry(item, one, answer, None if math.isnan(points) else points))
    return sorted(found, key=lambda entry: (not entry.request.is_open, entry.answer.code))


def reply(course: Path, entry: Entry, words: str, made: marking.Mark | None) -> None:
    """Answer a request; with ``made``, change the mark. Raises ``ValueError``."""
    quiz, item, student = entry.item.assignment, entry.item, entry.answer.student
    if not words.strip():
        raise ValueError("write an answer to the student first")
    if made:
        marking.save(course, item, student, made)
    after = made.points if made else entry.points
    regrade_requests.answer(course, quiz, student, item.id, words, entry.points, after)


def listed(requests: Requests) -> str:
    """Requests as plain text: whose, on what, why, and what was answered."""
    lines = []
    for student, own in sorted(requests.items()):
        for item, one in sorted(own.items()):
            state = "open" if one.is_open else "answered"
            lines.append(f"{student}, {item} ({state}): {_shown(one.reason)}")
            if not one.is_open:
                lines.append(f"  {changed(one.before, one.after)} {_shown(one.answer)}")
    return "\n".join(lines)


def changed(before: float | None, after: float | None) -> str:
    """Return what became of a mark: ``2 points instead of 1.``"""
    if after is None or before == after:
        return "The mark stays."
    if before is None:
        return f"{counted(after, 'point')}."
    return f"{counted(after, 'point')} instead of {before:g}."


def _shown(text: str) -> str:
    """Return a text of anybody's on one line of a terminal."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)
