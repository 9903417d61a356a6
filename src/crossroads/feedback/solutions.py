"""Solutions for students once nobody may submit any more: what is right in each question, and why.

Where a question's values are drawn for each copy, each student has a page of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..assignments import bank
from ..assignments.self_check import self_check, without_marks
from ..course import Course
from ..files import write_whole
from ..i18n import _, speaking
from ..questions import kinds
from ..web.html import Html
from ..web.templates import render
from .items import Levels
from .marked import levels_of, solution_of
from .quiz import Sheet, sheet


@dataclass(frozen=True)
class Solved:
    """A question with what is right: HTML, code of a solution, or a rubric's levels."""

    id: str
    title: Html
    asked: Html
    right: Html | None = None
    code: str = ""
    rubric: tuple[Levels, ...] = ()


def why_not_yet(quiz: Sheet, now: datetime) -> str:
    """Return why solutions can't be given out yet; "" if they can.

    Somebody may submit until the last deadline: the quiz's, or that of a section or a student.
    """
    rule = quiz.rule
    dates = [rule.due, *(rule.extensions or {}).values()] if rule else []
    known = [date for date in dates if date]
    if not known:
        return f"{quiz.name} has no deadline in deadlines.yml, so students may still submit"
    if (last := max(known)) > now:
        return f"students may submit {quiz.name} until {last:%Y-%m-%d %H:%M %Z}"
    return ""


def page(quiz: Sheet, student: str = "") -> str:
    """Return the solutions of a quiz, for a student's values where they were drawn.

    This is a pure function.
    """
    # Of several tests of one answer, the first shows it.
    again = {item.answer_cell for item in quiz.items if item.is_plain}
    solved = []
    for item in quiz.items:
        made = _solved(quiz, item, student)
        solved.append(
            made if not item.is_plain or item.answer_cell in again else replace(made, code="")
        )
        again.discard(item.answer_cell)
    return render(
        "feedback/solutions.html",
        title=_("Solutions: {title}", title=quiz.title),
        student=student,
        language=quiz.language,
        solved=solved,
    )


def _solved(quiz: Sheet, item: bank.Item, student: str) -> Solved:
    about = item.id, quiz.titles[item.id], quiz.asked[item.id]
    if item.is_plain:
        # Another course's, as its source has it; a task has no answer there.
        return Solved(*about, code="" if item.of_the_whole else solution_of(item))
    if item.id in quiz.rubrics:
        return Solved(*about, rubric=tuple(levels_of(one) for one in quiz.rubrics[item.id]))
    if item.kind in kinds.AS_DATA:
        call = quiz.call(item, student)
        check = self_check(item, call, lambda text: without_marks(text).replace("`", ""))
        # Reasons of options or pairs stand with them.
        why = call["why"]
        words = Html("<p>{}</p>").format(why) if isinstance(why, str) else Html()
        return Solved(*about, right=Html(kinds.KINDS[item.kind].solution(check)) + words)
    return Solved(*about, code=solution_of(item))


def write(course: Path, name: str, *, now: datetime | None) -> list[Path]:
    """Write a quiz's solutions into ``exports``: one page, or one for each student.

    Raises ``ValueError`` while somebody may still submit, unless ``now`` is ``None``.
    """
    quiz = sheet(course, name, keys=True)
    if now and (why := why_not_yet(quiz, now)):
        raise ValueError(f"{why}. To give out the solutions anyway, add --now")
    place = Course(course).place("exports")
    with speaking(quiz.language):
        if not any(item.varies for item in quiz.items):
            made = {place / f"{name}-solutions.html": page(quiz)}
        else:
            folder = place / f"{name}-solutions"
            made = {folder / f"{who}.html": page(quiz, who) for who in sorted(quiz.drawn)}
    if not made:
        raise ValueError(f"no values of {name} are drawn yet: crossroads release {name}")
    for path, text in made.items():
        write_whole(path, text.encode("utf-8", "replace"))
    return list(made)
