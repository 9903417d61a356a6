"""What a learner sees: feedback, progress, the certificate. Pure: data in, HTML out.

Titles and objectives of lessons and quizzes are English, and are marked so in another language.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from .. import charts, item_analysis
from ..assignments import bank
from ..feedback.items import Shown, as_html, as_parts, noted, notes, part, section, told, whose
from ..grading.notes import say
from ..i18n import _, ngettext, number, pgettext
from ..lessons.schedule import DAYS
from ..questions import kinds
from ..questions.outcome import Fill, plain
from ..web.html import Html, long_date, table
from .attempts import Attempt, Question, best
from .mastery import Lesson, Objective, Quiz, Standing

#: A link from the page or notebook that shows it to a place in the course directory.
Link = Callable[[str], str]
COURSE = "Crossroads: reading Tajikistan's South Asia outreach with data"


# -- one attempt -----------------------------------------------------------------------------------


def summary(attempt: Attempt) -> str:
    """An attempt in a few sentences."""
    earned = _(
        "{points:g} of {possible:g} points.", points=attempt.points, possible=attempt.possible
    )
    said = [earned]
    if attempt.blank:
        said.append(_("Unanswered: {questions}.", questions=_names(attempt.blank)))
    if attempt.by_hand:
        by_hand = _(
            "{points:g} more points are for written work, which only a reader can mark: hold yours "
            "against the table under its question, or swap it with somebody.",
            points=attempt.by_hand,
        )
        said.append(by_hand)
    return " ".join(said)


def feedback(attempt: Attempt, items: Mapping[str, bank.Item]) -> Html:
    """An attempt question by question; ``items`` are the quiz's own, by id."""
    questions = "".join(_question(attempt, q, items.get(q.id)) for q in attempt.questions)
    head = _(
        "Attempt {number}, {date}: {summary}",
        number=attempt.number,
        date=long_date(attempt.day),
        summary=summary(attempt),
    )
    return Html(f"<p>{escape(head)}</p>{questions}{notes([*map(noted, attempt.notes)])}")


def feedback_text(attempt: Attempt, items: Mapping[str, bank.Item]) -> str:
    """The same for a terminal: what was missed."""
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
            said=" ".join(" ".join(_said(q, _call(attempt, items.get(q.id)))).split()),
        )
        lines.append(f"- {line}")
    return "\n".join([*lines, *map(say, attempt.notes)])


def _said(question: Question, call: Mapping[str, Any], fill: Fill = plain) -> list[str]:
    """What is said of an answer, in the language in use, with the explanations of its ``call``."""
    words: list[str] = []
    if question.outcome and kinds.tells(question.outcome):
        # The question may be another one now, or gone: then only its state is told.
        with contextlib.suppress(LookupError, TypeError):
            words = kinds.say(question.outcome, call, fill)
    return [*words, *map(say, question.notes)]


def _call(attempt: Attempt, item: bank.Item | None) -> dict[str, Any]:
    """The scoring call of a question; empty where there is none, or it isn't needed."""
    if item is None or item.kind not in kinds.AS_DATA:
        return {}
    try:
        return item.call_for(attempt.values)
    except Exception:  # its cells run with values that today's quiz may know nothing of
        return {}


def _question(attempt: Attempt, question: Question, item: bank.Item | None) -> str:
    read = question.state in ("right", "partly", "wrong")
    call = _call(attempt, item)
    said = _said(question, as_parts(call, "en") if call else {}, told)
    lines = [line for words in said for line in words.splitlines()]
    found = _number_in(question.id)
    title = _("Question {number}", number=found) if found else question.id.capitalize()
    return section(
        Shown(
            question.id,
            Html(escape(title)),
            question.state,
            None if question.state == "waiting" else question.points,
            question.possible,
            lines if read else (),
            f"<p{whose('en')}>{escape(item.question)}</p>" if item else "",
        )
    )


def _number_in(id_: str) -> str:
    found = re.fullmatch(r"q(\d+)", id_)
    return found[1] if found else ""


def _name(id_: str) -> str:
    found = _number_in(id_)
    return _("question {number}", number=found) if found else id_


def _names(ids: Sequence[str]) -> str:
    """``questions 1, 2``."""
    numbers = [_number_in(id_) for id_ in ids]
    if len(ids) == 1 or not all(numbers):
        return ", ".join(map(_name, ids))
    return _("questions {numbers}", numbers=", ".join(numbers))


# -- progress --------------------------------------------------------------------------------------


def progress(standing: Standing, today: date, link: Link | None = None) -> Html:
    """How far a learner is, by lesson and by objective, and what is to be reviewed."""
    head = f"<p>{escape(progress_text(standing, today))}</p>"
    by_lesson = {
        f"{lesson.number}. {lesson.title}": 100 * _share(standing.objectives, lesson.number)
        for lesson in standing.lessons
    }
    chart = charts.bars(
        pd.Series(by_lesson, dtype=float),
        title=_("How much of each lesson you have right"),
        value_label=_("Questions right, last time asked, per cent of all (partly right: half)"),
        alt=_("What you haven't tried yet counts as nothing."),
        source=_(
            "your self-checks and quizzes in this course directory, {date}", date=long_date(today)
        ),
        digits=0,
    )
    caption = _("Points that you have, of those that the computer can award")
    return Html(
        f"{head}<h2>{_('Lessons')}</h2>{chart}{_lesson_table(standing.lessons, link)}"
        f"<h2>{pgettext('what lessons teach', 'Objectives')}</h2>{_objective_tables(standing)}"
        f"<h2>{_('Quizzes')}</h2>{quiz_table(standing.quizzes, link, caption)}{_method()}"
    )


def progress_text(standing: Standing, today: date) -> str:
    """The same in three sentences."""
    levels = [o.level for o in standing.objectives]
    said = _(
        "{mastered} of {all} objectives mastered, {begun} under way.",
        mastered=levels.count("mastered"),
        all=len(levels),
        begun=levels.count("under way"),
    )
    return f"{said} {review_words(standing, today)}"


def _method() -> str:
    listed = (
        _(
            "An objective's questions are its self-checks and the quiz questions that the computer "
            "marks. Each counts once, by its latest answer: right 1, partly right ½, else 0."
        ),
        _(
            "“Mastered” means {share:.0f} % or more. That is a convention, no finding.",
            share=100 * item_analysis.MASTERED,
        ),
        _(
            "What you miss is asked again after {days} and {last} days: Leitner's boxes (1972), "
            "with the intervals of Settles and Meeder (2016). A right answer when it's due moves a "
            "question one box on; a wrong one, on any day, moves it back to the first.",
            days=", ".join(map(str, DAYS[:-1])),
            last=DAYS[-1],
        ),
        _("Nothing of this leaves your machine."),
    )
    items = "".join(f"<li>{each}</li>" for each in listed)
    return f"<h2>{_('How it is worked out')}</h2><ul>{items}</ul>"


def review_words(standing: Standing, today: date) -> str:
    """What is due, in a sentence."""
    count = len(standing.due(today))
    if count:
        return ngettext(
            "Due for review today: {n} question.", "Due for review today: {n} questions.", count
        )
    following = standing.next_due(today)
    if following:
        return _(
            "Nothing is due for review today; the next is, on {date}.", date=long_date(following)
        )
    return _("Nothing waits for review: questions that you miss will.")


def _share(objectives: Sequence[Objective], lesson: int) -> float:
    own = [o for o in objectives if o.lesson == lesson]
    return sum(o.credit for o in own) / (sum(o.questions for o in own) or 1)


def _lesson_table(lessons: Sequence[Lesson], link: Link | None) -> Html:
    rows = [
        {
            _("Lesson"): _lesson_name(lesson, link),
            _("Self-checks"): lesson.items,
            pgettext("answers", "Answered"): lesson.answered,
            pgettext("answers", "Right"): lesson.right,
            _("Right at once"): lesson.first,
            _("Last answer"): long_date(lesson.last) if lesson.last else _("none yet"),
        }
        for lesson in lessons
    ]
    return table(pd.DataFrame(rows), _("Self-checks by lesson"))


def _lesson_name(lesson: Lesson, link: Link | None = None) -> Html:
    name = part("en", escape(f"{lesson.number}. {lesson.title}"))
    return _link(link(f"lessons/{lesson.file}"), name) if link else name


def _objective_tables(standing: Standing) -> str:
    parts = []
    for lesson in standing.lessons:
        own = [o for o in standing.objectives if o.lesson == lesson.number]
        rows = [
            {
                pgettext("what a lesson teaches", "Objective"): part(
                    "en", escape(f"{o.code} {o.words}")
                ),
                _("Questions"): o.questions,
                _("Tried"): o.tried,
                pgettext("answers", "Right"): Html(
                    f"{_bar(o.share)} {number(100 * o.share, '.0f')} %"
                ),
                _("So far"): _(o.level),
            }
            for o in own
        ]
        if rows:
            caption = _("Objectives of lesson {number}", number=lesson.number)
            parts.append(f"<h3>{_lesson_name(lesson)}</h3>{table(pd.DataFrame(rows), caption)}")
    return "".join(parts)


def _bar(share: float) -> str:
    """A bar of up to 6 em; the number beside it says the same."""
    return (
        '<span aria-hidden="true" style="display:inline-block;width:6em;height:.7em;'
        'border:1px solid #6b7682;margin-right:.3em"><span style="display:block;height:100%;'
        f'width:{100 * share:.0f}%;background:#0072B2;print-color-adjust:exact"></span></span>'
    )


def quiz_table(
    quizzes: Sequence[Quiz],
    link: Link | None = None,
    caption: str = "",
) -> str:
    """The quizzes with their best and last attempt; with ``link``, linked."""
    if not quizzes:
        none = _(
            "There are no quizzes in this installation: they come with the course's own folder."
        )
        return f"<p>{none}</p>"
    rows = []
    for quiz in quizzes:
        title = part("en", escape(quiz.title))
        last, top = _("not yet marked"), "–"
        if quiz.attempts:
            final, high = quiz.attempts[-1], best(list(quiz.attempts))
            last = _points(final)
            top = _("{points} (attempt {number})", points=_points(high), number=high.number)
        if link:
            title = _link(link(f"quizzes/{quiz.name}/{quiz.name}.ipynb"), title)
            if quiz.attempts:
                to = f"study/{quiz.name}/{quiz.attempts[-1].number}.html"
                last = _link(link(to), told(_("{points}: feedback"), points=last))
        row = {
            _("Quiz"): title,
            _("Attempts"): len(quiz.attempts),
            _("Last attempt"): last,
            pgettext("attempt", "Best"): top,
        }
        rows.append(row)
    caption = caption or _("Your quizzes and their points, of those that the computer can award")
    return table(pd.DataFrame(rows), caption)


def _points(attempt: Attempt) -> str:
    return _("{points:g} of {possible:g}", points=attempt.points, possible=attempt.possible)


def _link(to: str, words: str) -> Html:
    return Html(f'<a href="{escape(to)}">{as_html(words)}</a>')


# -- the certificate -------------------------------------------------------------------------------


def missing(standing: Standing) -> list[str]:
    """What is still to be done before the course is complete; empty when nothing is."""
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


def certificate(name: str, standing: Standing, today: date) -> Html:
    """What one learner did, to be printed; or, before the course is complete, what is missing."""
    left = missing(standing)
    if left:
        items = "".join(f"<li>{escape(each)}</li>" for each in left)
        head = _("The course isn't complete yet. What is missing:")
        return Html(f"<p>{head}</p><ul>{items}</ul>")
    days = [lesson.last for lesson in standing.lessons if lesson.last]
    days += [attempt.day for quiz in standing.quizzes for attempt in quiz.attempts]
    lessons = [
        {
            _("Lesson"): _lesson_name(lesson),
            _("Self-checks right in the end"): _(
                "{right} of {all}", right=lesson.right, all=lesson.items
            ),
            _("Right at the first try"): lesson.first,
            _("Last answer"): long_date(lesson.last) if lesson.last else "–",
        }
        for lesson in standing.lessons
    ]
    quizzes = []
    for quiz in standing.quizzes:
        top = best([a for a in quiz.attempts if not a.blank])
        quizzes.append(
            {
                _("Quiz"): part("en", escape(quiz.title)),
                _("Points"): _points(top),
                _("Date"): long_date(top.day),
                _("Attempts"): len(quiz.attempts),
                _("Points not marked (written work)"): number(top.by_hand, "g"),
            }
        )
    record = _(
        "is the name that was typed in for this record on {today}. On one machine, and until "
        "{last}, somebody answered every self-check and every quiz of the course “{course}”, with "
        "these results.",
        today=long_date(today),
        last=long_date(max(days)),
        course=part("en", COURSE),
    )
    limits = (
        _("It was not proctored, and nobody's identity was checked."),
        _(
            "Quizzes may be tried again as often as one likes, and their keys lie in the same "
            "folder: points show practice, not a test result."
        ),
        _("Written work was not marked by anybody."),
        _(
            "It is no degree, credit or qualification. It was made by a program on the learner's "
            "own machine, from files that the learner can change."
        ),
    )
    unsaid = _("What this doesn't say")
    best_ = table(pd.DataFrame(quizzes), _("Best full attempt at each quiz"))
    return Html(
        f'<p class="cr-title">{escape(name)}</p><p>{record}</p>'
        f"<h2>{_('Lessons')}</h2>{table(pd.DataFrame(lessons), _('Self-checks by lesson'))}"
        f"<h2>{_('Quizzes')}</h2>{best_}<h2>{unsaid}</h2><ul>"
        f"{''.join(f'<li>{each}</li>' for each in limits)}</ul>"
    )
