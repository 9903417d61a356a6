"""A learner's pages: feedback, progress, the certificate. Pure functions: data in, HTML out.

Titles and objectives of lessons and quizzes are English, and are marked so in another language.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd

from .. import charts, content, item_analysis
from ..assignments import bank
from ..feedback.items import Answer, Shown, as_parts, chosen, noted
from ..i18n import _
from ..lessons.schedule import DAYS
from ..web.html import Html, long_date
from ..web.templates import render
from ..web.texts import told
from .attempts import Attempt, Question, best
from .learner_progress import Due, Objective, Quiz, Standing
from .words import call_of, missing, number_in, progress_text, said, summary

#: A link from the page or notebook that shows it to a place in the course directory.
Link = Callable[[str], str]


def feedback(attempt: Attempt, items: Mapping[str, bank.Item], title: str = "") -> Html:
    """Return an attempt question by question; with a ``title``, as a page of its own.

    ``items`` are the quiz's own, by id.
    """
    return render(
        "study/attempt_page.html" if title else "study/attempt.html",
        title=title,
        attempt=attempt,
        summary=summary(attempt),
        shown=[_question(attempt, q, items.get(q.id)) for q in attempt.questions],
        how=[*map(noted, attempt.notes)],
    )


def _question(attempt: Attempt, question: Question, item: bank.Item | None) -> Shown:
    read = question.state in ("right", "partly", "wrong")
    call = call_of(attempt, item)
    words = said(question, as_parts(call, "en") if call else {}, told)
    found = number_in(question.id)
    title = _("Question {number}", number=found) if found else question.id.capitalize()
    return Shown(
        question.id,
        Html(escape(title)),
        question.state,
        None if question.state == "waiting" else question.points,
        question.possible,
        [line for each in words for line in each.splitlines()] if read else (),
        asked=_asked(item) if item else "",
        answer=_answer(question, item) if read and item else None,
    )


def _asked(item: bank.Item) -> Html:
    # For start-up speed: a study notebook shows its progress without any Markdown.
    from ..feedback.markdown import asked

    return asked(item)


def _answer(question: Question, item: bank.Item) -> Answer | None:
    """Return what was chosen or written, if that is kept."""
    outcome = question.outcome
    if not outcome or outcome.answer is None or outcome.kind != item.kind:
        return None
    # The question may be another one now.
    with contextlib.suppress(LookupError, TypeError, ValueError, AttributeError):
        return Answer(chosen=chosen(item, outcome.answer))
    return None


def progress(standing: Standing, today: date, link: Link | None = None) -> Html:
    """Return how far a learner is, by lesson and by objective, and what is to be reviewed.

    With ``link``, in a notebook, which has the quizzes' own table: they aren't listed twice.
    """
    by_lesson = {
        f"{lesson.number}. {lesson.title}": 100 * _share(standing.objectives, lesson.number)
        for lesson in standing.lessons
    }
    chart = charts.bars(
        pd.Series(by_lesson, dtype=float),
        title=_("How much of each lesson you got right"),
        value_label=_(
            "Right on the last try, per cent of all questions (partly right counts as half)"
        ),
        alt=_("What you haven't tried yet counts as 0."),
        source=_(
            "your self-checks and quizzes in this course directory, {date}", date=long_date(today)
        ),
        digits=0,
        whole=100,
    )
    return render(
        "study/progress.html",
        words=progress_text(standing, today),
        chart=chart,
        standing=standing,
        quizzes=None if link else _with_best(standing.quizzes),
        link=link,
        days=DAYS,
        mastered=item_analysis.MASTERED,
    )


def _share(objectives: Sequence[Objective], lesson: int) -> float:
    own = [o for o in objectives if o.lesson == lesson]
    return sum(o.credit for o in own) / (sum(o.questions for o in own) or 1)


def quiz_table(quizzes: Sequence[Quiz], link: Link | None = None) -> Html:
    """Return the quizzes with their best and last attempt; with ``link``, linked."""
    return render("study/quizzes.html", quizzes=_with_best(quizzes), link=link, caption="")


def _with_best(quizzes: Sequence[Quiz]) -> list[tuple[Quiz, Attempt | None]]:
    return [(quiz, best(list(quiz.attempts)) if quiz.attempts else None) for quiz in quizzes]


def desk(quizzes: str) -> Html:
    """Return a table of quizzes, with the commands that do what the buttons do."""
    return render("study/desk.html", quizzes=Html(quizzes))


def review(elsewhere: Sequence[Due], more: int, link: Link) -> Html:
    """Return what is due beside what was asked here.

    These are questions in other notebooks, and how many more are due.
    """
    return render("study/review.html", elsewhere=elsewhere, more=more, link=link)


def certificate(name: str, standing: Standing, today: date) -> Html:
    """Return what one learner did, to be printed.

    Before the course is complete, return what is missing.
    """
    if left := missing(standing):
        return render("study/missing.html", missing=left)
    days = [lesson.last for lesson in standing.lessons if lesson.last]
    days += [attempt.day for quiz in standing.quizzes for attempt in quiz.attempts]
    return render(
        "study/certificate.html",
        name=name,
        today=today,
        last=max(days),
        course=content.about().title,
        lessons=standing.lessons,
        quizzes=[(q, best([a for a in q.attempts if not a.blank])) for q in standing.quizzes],
    )
