"""Courses with one assignment that a class has submitted: for tests of grading and feedback."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import sample
import simulated
from graders import make_course
from nbgrader.api import Gradebook
from quizzes import Item, items, put_answers

from crossroads.course import personal_copies
from crossroads.questions import variants

DUE = datetime.datetime(2027, 1, 31, 12, 0)
#: What becomes of a file that isn't submitted whole.
BROKEN = {"broken": lambda text: text[: len(text) // 2], "empty": lambda text: ""}
#: Whose answers are marked.
GRADED = ("in time", "late", "blank")
Answering = Callable[[str, Item, dict[str, Any]], Any]


@dataclass
class Class:
    """An assignment in a course directory of its own, and who handed it in."""

    folder: Path
    course: Path
    #: Each student's fate: "in time", "late", "blank", "absent", or what is wrong with the file.
    fates: dict[str, str]
    #: By student and item, what each answer must earn; ``None`` where a person marks.
    expected: dict[str, dict[str, float | None]] = field(default_factory=dict)
    #: What nbgrader said of each student.
    log: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def handed_in(self) -> list[str]:
        return [student for student, fate in self.fates.items() if fate != "absent"]

    @property
    def graded(self) -> list[str]:
        return [student for student, fate in self.fates.items() if fate in GRADED]

    @property
    def released(self) -> Path:
        return self.course / "release" / self.name / f"{self.name}.ipynb"

    def submitted(self, student: str) -> Path:
        return self.course / "submitted" / student / self.name / f"{self.name}.ipynb"

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.course}/gradebook.db")


def designed(folder: Path) -> tuple[dict[str, str], Answering]:
    """The sample's students and what each answers; the first is late, and three have no file."""
    numbers = range(sample.size(items(folder)))
    fates = {f"sample-{n:02}": "late" if n == 0 else "in time" for n in numbers}

    def answer(student: str, item: Item, drawn: dict[str, Any]) -> sample.Answer:
        number = int(student.partition("-")[2] or 0)
        return sample.take(sample.answers(item, drawn), number)

    return {**fates, **{fate: fate for fate in (*BROKEN, "absent")}}, answer


def whole_class(folder: Path) -> tuple[dict[str, str], Answering]:
    """The simulated class, and what each of its students answers."""
    students = {s.id: s for s in simulated.everybody()}

    def answer(student: str, item: Item, drawn: dict[str, Any]) -> simulated.Answer:
        return simulated.answer(students[student], item, drawn)

    return {id_: s.fate for id_, s in students.items()}, answer


def hand_in(folder: Path, course: Path, fates: dict[str, str], answer: Answering) -> Class:
    """Release an assignment in a new course directory, and write everybody's submission."""
    make_course(course, folder.name)
    made, found = Class(folder, course, fates), items(folder)
    copies = [made.released] * len(fates)
    if found[0].draw:
        copies = personal_copies(course, made.name, fates)
    for (student, fate), copy in zip(fates.items(), copies, strict=True):
        if fate == "absent":
            continue
        nb = nbformat.read(copy, as_version=4)
        given = {i.id: answer(student, i, variants.values_in(nb)) for i in found}
        made.expected[student] = {id_: a.points for id_, a in given.items()}
        put_answers(nb, {id_: a.source for id_, a in given.items() if a.source is not None})
        path = made.submitted(student)
        path.parent.mkdir(parents=True)
        path.write_text(BROKEN.get(fate, str)(nbformat.writes(nb)), "utf-8")
        when = DUE + datetime.timedelta(hours=30 if fate == "late" else -1)
        stamp = path.with_name("timestamp.txt")
        stamp.write_text(when.strftime("%Y-%m-%d %H:%M:%S UTC"), "utf-8")
    with made.gradebook() as book:
        book.update_or_create_assignment(made.name, duedate=DUE)
    return made
