"""Sentences for a learner, on a page and in the terminal. Pure functions."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..assignments import bank
from ..grading.notes import say
from ..i18n import _, ngettext
from ..questions import kinds
from ..questions.outcome import Fill, plain
from ..web.html import long_date
from .attempts import Attempt, Question
from .learner_progress import Standing


def summary(attempt: Attempt) -> str:
    """Return an attempt in a few sentences."""
    earned = _(
        "{points:g} of {possible:g} points.", points=attempt.points, possible=attempt.possible
    )
    parts = [earned]
    if attempt.blank:
        parts.append(_("Unanswered: {questions}.", questions=_names(attempt.blank)))
    if attempt.by_hand:
        by_hand = _(
            "{points:g} more points are for written work, which only a person can mark: compare "
            "your answer with the table of criteria under its question, or swap answers with "
            "somebody.",
            points=attempt.by_hand,
        )
        parts.append(by_hand)
    return " ".join(parts)


def feedback_text(attempt: Attempt, items: Mapping[str, bank.Item]) -> str:
    """Return the same for a terminal: what was missed. ``items`` are the quiz's own, by id."""
    missed = [q for q in attempt.questions if q.state in ("partly", "wrong")]
    head = _(
        "{quiz}, attempt {number}: {summary}",
        quiz=attempt.quiz,
        number=attempt.number,
        summary=summary(attempt),
    )
    lines = [head]
    for q in missed:
        line = _(
            "{question}: {points:g} of {possible:g}. {said}",
            question=_name(q.id),
            points=q.points,
            possible=q.possible,
            said=" ".join(" ".join(said(q, call_of(attempt, items.get(q.id)))).split()),
        )
        lines.append(f"- {line}")
    return "\n".join([*lines, *map(say, attempt.notes)])


def said(question: Question, call: Mapping[str, Any], fill: Fill = plain) -> list[str]:
    """Return what is said of an answer, with the explanations of its ``call``."""
    words: list[str] = []
    if question.outcome and kinds.tells(question.outcome):
        # The question may be another one now, or gone: then only its state is told.
        with contextlib.suppress(LookupError, TypeError):
            words = kinds.say(question.outcome, call, fill)
    return [*words, *map(say, question.notes)]


def call_of(attempt: Attempt, item: bank.Item | None) -> dict[str, Any]:
    """Return the scoring call of a question; empty where there is none, or it isn't needed."""
    if item is None or item.kind not in kinds.AS_DATA:
        return {}
    try:
        return item.call_for(attempt.values)
    except Exception:  # its cells run with values that today's quiz may know nothing of
        return {}


def number_in(id_: str) -> str:
    """Return the number of a question: of ``q3``, 3; of ``essay`` none."""
    found = re.fullmatch(r"q(\d+)", id_)
    return found[1] if found else ""


def _name(id_: str) -> str:
    found = number_in(id_)
    return _("question {number}", number=found) if found else id_


def _names(ids: Sequence[str]) -> str:
    """``questions 1, 2``."""
    numbers = [number_in(id_) for id_ in ids]
    if len(ids) == 1 or not all(numbers):
        return ", ".join(map(_name, ids))
    return _("questions {numbers}", numbers=", ".join(numbers))


def progress_text(standing: Standing, today: date) -> str:
    """Return the same in three sentences."""
    levels = [o.level for o in standing.objectives]
    mastered = _(
        "{mastered} of {all} objectives mastered, {begun} in progress.",
        mastered=levels.count("mastered"),
        all=len(levels),
        begun=levels.count("in progress"),
    )
    return f"{mastered} {review_words(standing, today)}"


def review_words(standing: Standing, today: date) -> str:
    """Return what is due, in a sentence."""
    count = len(standing.due(today))
    if count:
        return ngettext(
            "Due for review today: {n} question.", "Due for review today: {n} questions.", count
        )
    following = standing.next_due(today)
    if following:
        return _("Nothing is due for review today. Next review: {date}.", date=long_date(following))
    return _("Nothing to review yet. Questions that you get wrong will come back here.")


def missing(standing: Standing) -> list[str]:
    """Return what is still to be done before the course is complete; empty when nothing is."""
    found = []
    for lesson in standing.lessons:
        if left := lesson.items - lesson.right:
            missed = ngettext(
                "Lesson {lesson}, {title}: {n} of {items} self-checks is not right yet.",
                "Lesson {lesson}, {title}: {n} of {items} self-checks are not right yet.",
                left,
                lesson=lesson.number,
                title=lesson.title,
                items=lesson.items,
            )
            found.append(missed)
    if not standing.quizzes:
        found.append(_("The quizzes: there are none in this installation."))
    for quiz in standing.quizzes:
        if not quiz.attempts:
            found.append(_("{quiz}: not yet marked.", quiz=quiz.title))
        elif blank := min((a.blank for a in quiz.attempts), key=len):
            unanswered = _(
                "{quiz}: unanswered: {questions}.", quiz=quiz.title, questions=_names(blank)
            )
            found.append(unanswered)
    return found
