"""Answers of a class with the same text or nearly, for the marking desk and for a teacher.

``same_answers`` says what is the same. Work that a group submitted once isn't: it's one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..assignments import bank
from ..course import source
from ..grading import shared_work
from ..notes import counted
from . import marking, same_answers, student_work
from .same_answers import FEWEST_WORDS, Group
from .student_work import Text

#: Answers that are nearly the same, shown one by one.
MOST_NEAR = 20
#: Letters of a text in a list.
MOST_LETTERS = 80


@dataclass(frozen=True)
class Alike:
    """The texts of a question's answers by student, and the groups that they make."""

    texts: Mapping[str, Text]
    groups: Sequence[Group]
    #: Whose work a group member's is.
    origins: Mapping[str, str]

    def of(self, student: str) -> tuple[list[str], list[str]]:
        """Return whose text is the same as a student's, and whose is nearly."""
        own = self.texts.get(student)
        group = next((g for g in self.groups if student in g.answers), None)
        if group is None or own is None:
            return [], []
        mine = self.origins.get(student, student)
        others = [s for s in group.answers if self.origins.get(s, s) != mine]
        same = [s for s in others if self.texts[s].words == own.words]
        return same, [s for s in others if s not in same]


def read(course: Path, item: bank.Item, items: list[bank.Item], students: Iterable[str]) -> Alike:
    """Return the texts of students' answers to a question, grouped."""
    texts = student_work.texts(course, item, items, students)
    words = {student: text.words for student, text in texts.items()}
    kinds = {student: text.kind for student, text in texts.items()}
    code = {student for student, kind in kinds.items() if kind.startswith("code")}
    # Of code, each sign counts: what is nearly the same may do something else.
    found = same_answers.groups({s: w for s, w in words.items() if s not in code}, kinds=kinds)
    found += same_answers.groups({s: words[s] for s in code}, near=False, kinds=kinds)
    return Alike(texts, found, shared_work.origins(course, item.assignment))


# -- for the marking desk --------------------------------------------------------------------------


def choices(alike: Alike, answer: marking.Answer, others: Sequence[marking.Answer]) -> list[Any]:
    """Return what a mark can go to besides an answer.

    Each has the codes, words, whether it is chosen already, and what differs.

    Only answers with just the same text that have no mark yet are chosen already.
    """
    by_student = {other.student: other for other in others}
    same, near = (
        [by_student[s] for s in part if s in by_student] for part in alike.of(answer.student)
    )
    made = []
    if unmarked := [one.code for one in same if one.mark is None]:
        words = f"{len(unmarked)} more with the same text, not marked yet"
        made.append({"codes": unmarked, "words": words, "chosen": True})
    points = sorted({one.mark.points for one in same if one.mark}, reverse=True)
    for given in points:
        codes = [one.code for one in same if one.mark and one.mark.points == given]
        words = f"{len(codes)} more with the same text, marked with {counted(given, 'point')}"
        made.append({"codes": codes, "words": words, "chosen": False})
    for one in near[:MOST_NEAR]:
        state = f"marked with {counted(one.mark.points, 'point')}" if one.mark else "not marked yet"
        parts = same_answers.different(
            alike.texts[answer.student].typed, alike.texts[one.student].typed
        )
        words = f"1 with nearly the same text, {state}"
        made.append({"codes": [one.code], "words": words, "chosen": False, "differs": parts})
    return made


def remark(alike: Alike, answer: marking.Answer, others: Sequence[marking.Answer]) -> str:
    """Return what to know of answers with the same text.

    It says that a short text proves little, and which marks differ.
    """
    same = set(alike.of(answer.student)[0]) | {answer.student}
    if len(same) < 2:
        return ""
    points = sorted({o.mark.points for o in others if o.student in same and o.mark}, reverse=True)
    said = []
    if len(points) > 1:
        listed = " and ".join(f"{given:g}" for given in points)
        said.append(f"Answers with this text have different marks: {listed} points.")
    if len(alike.texts[answer.student].words) < FEWEST_WORDS:
        said.append("The text is short, so many students may write it independently.")
    return " ".join(said)


def checked(
    course: Path, item: bank.Item, items: list[bank.Item], answers: Sequence[marking.Answer]
) -> None:
    """Raise ``ValueError`` if answers aren't alike any more, as they stand in the course now."""
    students = [answer.student for answer in answers]
    found = read(course, item, items, students).groups
    if not any(set(students) <= set(group.answers) for group in found):
        raise ValueError(
            "these answers are no longer alike, because something was graded in the meantime. "
            "Reload the page"
        )


# -- for a teacher ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SameText:
    """Several students' answers to a question with the same text, and marks by student."""

    question: str
    students: tuple[str, ...]
    text: str
    is_short: bool
    points: Mapping[str, float]

    @property
    def differ(self) -> bool:
        """Whether their marks do."""
        return len(set(self.points.values())) > 1


def same_texts(course: Path, quiz: str) -> list[SameText]:
    """Return which students' written answers have the same text, the longest texts first.

    Raises ``ValueError`` where the gradebook can't be read.
    """
    items, rows = bank.read(source(course, quiz)), []
    for item in [one for one in items if one.by_hand and not one.of_the_whole]:
        answers = {a.student: a for a in marking.queue(course, item).answers}
        alike = read(course, item, items, answers)
        for part in (part for group in alike.groups for part in group.parts):
            one_each = {alike.origins.get(s, s): s for s in sorted(part, reverse=True)}
            students = tuple(sorted(one_each.values()))
            if len(students) < 2:
                continue
            first = alike.texts[students[0]]
            points = {s: m.points for s in students if (m := answers[s].mark)}
            text = " ".join(first.typed.split())
            short = len(first.words) < FEWEST_WORDS
            rows.append((len(first.words), SameText(item.id, students, text, short, points)))
    rows.sort(key=lambda row: -row[0])
    return [row for _, row in rows]


def said_of(row: SameText) -> str:
    """Return what a teacher should know of one text.

    It says how the text was marked, and that it may be chance.
    """
    said = []
    if row.differ:
        marks = [f"{who} {points:g}" for who, points in row.points.items()]
        said.append(f"Different marks: {', '.join(marks)}.")
    if row.is_short:
        said.append("Short: many students may write it independently.")
    return " ".join(said)


def shortened(text: str) -> str:
    """Return the beginning of a text, for a list."""
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS].rstrip()} …"


def same_words(course: Path, quiz: str) -> str:
    """Return which students wrote the same text, as plain text."""
    rows = same_texts(course, quiz)
    if not rows:
        return f"No two students have the same text in {quiz}."
    lines = [
        "Students whose texts are the same. That does not show how it happened: they may have "
        "studied together, or quoted the same source."
    ]
    for row in rows:
        text = "".join(sign if sign.isprintable() else "?" for sign in shortened(row.text))
        lines.append(f"{row.question}: {', '.join(row.students)}: “{text}”")
        if said := said_of(row):
            lines.append(f"  {said}")
    return "\n".join(lines)
