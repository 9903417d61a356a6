"""What a learner sees: feedback, progress, the certificate. Pure: data in, HTML out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd

from .. import analysis, bank, charts
from ..checks.leitner import DAYS
from ..grading import feedback as shared
from ..html import Html, long_date, table
from .attempts import Attempt, Question, best
from .standing import Lesson, Objective, Quiz, Standing

#: A link from the page or notebook that shows it to a place in the course directory.
Link = Callable[[str], str]


# -- one attempt -----------------------------------------------------------------------------------


def summary(attempt: Attempt) -> str:
    """An attempt in a few sentences."""
    said = [f"{attempt.points:g} of {attempt.possible:g} points."]
    if attempt.blank:
        said.append(f"Unanswered: {_names(attempt.blank)}.")
    if attempt.by_hand:
        said.append(
            f"{attempt.by_hand:g} more points are for written work, which only a reader can mark: "
            "hold yours against the table under its question, or swap it with somebody."
        )
    return " ".join(said)


def feedback(attempt: Attempt, items: Mapping[str, bank.Item]) -> Html:
    """An attempt question by question; ``items`` are the quiz's own, by id."""
    questions = "".join(_question(q, items.get(q.id)) for q in attempt.questions)
    return Html(
        f"<p>Attempt {attempt.number}, {long_date(attempt.day)}: {escape(summary(attempt))}</p>"
        f"{questions}{shared.notes(attempt.notes)}"
    )


def feedback_text(attempt: Attempt) -> str:
    """The same for a terminal: what was missed."""
    missed = [q for q in attempt.questions if q.state in ("partly", "wrong")]
    lines = [f"{attempt.quiz}, attempt {attempt.number}: {summary(attempt)}"]
    for q in missed:
        said = " ".join(q.said.split())
        lines.append(f"- {_name(q.id)}: {q.points:g} of {q.possible:g}. {said}")
    return "\n".join([*lines, *attempt.notes])


def _question(question: Question, item: bank.Item | None) -> str:
    told = question.state in ("right", "partly", "wrong")
    return shared.section(
        shared.Shown(
            question.id,
            _name(question.id).capitalize(),
            question.state,
            None if question.state == "waiting" else question.points,
            question.possible,
            # The package breaks long lines for nbgrader's page; only some breaks are meant.
            question.said.splitlines() if told else (),
            f"<p>{escape(item.question)}</p>" if item else "",
        )
    )


def _name(id_: str) -> str:
    found = re.fullmatch(r"q(\d+)", id_)
    return f"question {found[1]}" if found else id_


def _names(ids: Sequence[str]) -> str:
    """``questions 1, 2``."""
    joined = ", ".join(map(_name, ids))
    if len(ids) == 1:
        return joined
    return joined.replace("question", "questions", 1).replace(", question ", ", ")


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
        title="How much of each lesson you have right",
        value_label="Questions right, last time asked, per cent of all (partly right: half)",
        alt="What you haven't tried yet counts as nothing.",
        source=f"your self-checks and quizzes in this course directory, {long_date(today)}",
        digits=0,
    )
    return Html(
        f"{head}<h2>Lessons</h2>{chart}{_lesson_table(standing.lessons, link)}"
        f"<h2>Objectives</h2>{_objective_tables(standing)}"
        f"<h2>Quizzes</h2>{quiz_table(standing.quizzes, link, 'Points that you have')}{_METHOD}"
    )


def progress_text(standing: Standing, today: date) -> str:
    """The same in three sentences."""
    levels = [o.level for o in standing.objectives]
    return (
        f"{levels.count('mastered')} of {len(levels)} objectives mastered, "
        f"{levels.count('under way')} under way. {review_words(standing, today)}"
    )


_METHOD = (
    "<h2>How it is worked out</h2><ul><li>An objective's questions are its self-checks and the "
    "quiz questions that the computer marks. Each counts once, by its latest answer: right 1, "
    "partly right ½, else 0.</li>"
    f"<li>“Mastered” means {100 * analysis.MASTERED:.0f} % or more. That is a convention, no "
    "finding.</li><li>What you miss is asked again after "
    f"{', '.join(map(str, DAYS[:-1]))} and {DAYS[-1]} days: Leitner's boxes (1972), with the "
    "intervals of Settles and Meeder (2016). A right answer when it's due moves a question one "
    "box on; a wrong one, on any day, moves it back to the first.</li>"
    "<li>Nothing of this leaves your machine.</li></ul>"
)


def review_words(standing: Standing, today: date) -> str:
    """What is due, in a sentence."""
    count = len(standing.due(today))
    if count:
        return f"Due for review today: {count} question{'s' * (count > 1)}."
    following = standing.next_due(today)
    if following:
        return f"Nothing is due for review today; the next is, on {long_date(following)}."
    return "Nothing waits for review: questions that you miss will."


def _share(objectives: Sequence[Objective], lesson: int) -> float:
    own = [o for o in objectives if o.lesson == lesson]
    return sum(o.credit for o in own) / (sum(o.questions for o in own) or 1)


def _lesson_table(lessons: Sequence[Lesson], link: Link | None) -> Html:
    rows = [
        {
            "Lesson": _lesson_name(lesson, link),
            "Self-checks": lesson.items,
            "Answered": lesson.answered,
            "Right": lesson.right,
            "Right at once": lesson.first,
            "Last answer": long_date(lesson.last) if lesson.last else "none yet",
        }
        for lesson in lessons
    ]
    return table(pd.DataFrame(rows), "Self-checks by lesson")


def _lesson_name(lesson: Lesson, link: Link | None) -> str:
    name = f"{lesson.number}. {lesson.title}"
    return _link(link(f"lessons/{lesson.file}"), name) if link else name


def _objective_tables(standing: Standing) -> str:
    parts = []
    for lesson in standing.lessons:
        own = [o for o in standing.objectives if o.lesson == lesson.number]
        rows = [
            {
                "Objective": f"{o.code} {o.words}",
                "Questions": o.questions,
                "Tried": o.tried,
                "Right": Html(f"{_bar(o.share)} {100 * o.share:.0f} %"),
                "So far": o.level,
            }
            for o in own
        ]
        if rows:
            name = f"{lesson.number}. {lesson.title}"
            parts.append(f"<h3>{escape(name)}</h3>")
            parts.append(table(pd.DataFrame(rows), f"Objectives of lesson {lesson.number}"))
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
    caption: str = "Your quizzes and their points",
) -> str:
    """The quizzes with their best and last attempt; with ``link``, linked."""
    if not quizzes:
        return (
            "<p>There are no quizzes in this installation: they come with the course's own "
            "folder.</p>"
        )
    rows = []
    for quiz in quizzes:
        title: str = quiz.title
        last: str = "not yet marked"
        top = "–"
        if quiz.attempts:
            final, high = quiz.attempts[-1], best(list(quiz.attempts))
            last, top = _points(final), f"{_points(high)} (attempt {high.number})"
        if link:
            title = _link(link(f"quizzes/{quiz.name}/{quiz.name}.ipynb"), title)
            if quiz.attempts:
                to = f"study/{quiz.name}/{quiz.attempts[-1].number}.html"
                last = _link(link(to), f"{last}: feedback")
        rows.append(
            {"Quiz": title, "Attempts": len(quiz.attempts), "Last attempt": last, "Best": top}
        )
    return table(pd.DataFrame(rows), f"{caption}, of those that the computer can award")


def _points(attempt: Attempt) -> str:
    return f"{attempt.points:g} of {attempt.possible:g}"


def _link(to: str, words: str) -> Html:
    return Html(f'<a href="{escape(to)}">{escape(words)}</a>')


# -- the certificate -------------------------------------------------------------------------------


def missing(standing: Standing) -> list[str]:
    """What is still to be done before the course is complete; empty when nothing is."""
    found = []
    for lesson in standing.lessons:
        if left := lesson.items - lesson.right:
            found.append(
                f"Lesson {lesson.number}, {lesson.title}: {left} of {lesson.items} self-checks "
                f"{'is' if left == 1 else 'are'} not right yet."
            )
    if not standing.quizzes:
        found.append("The quizzes: there are none in this installation.")
    for quiz in standing.quizzes:
        if not quiz.attempts:
            found.append(f"{quiz.title}: not yet marked.")
        elif blank := min((a.blank for a in quiz.attempts), key=len):
            found.append(f"{quiz.title}: unanswered: {_names(blank)}.")
    return found


def certificate(name: str, standing: Standing, today: date) -> Html:
    """What one learner did, to be printed; or, before the course is complete, what is missing."""
    left = missing(standing)
    if left:
        items = "".join(f"<li>{escape(each)}</li>" for each in left)
        return Html(f"<p>The course isn't complete yet. What is missing:</p><ul>{items}</ul>")
    days = [lesson.last for lesson in standing.lessons if lesson.last]
    days += [attempt.day for quiz in standing.quizzes for attempt in quiz.attempts]
    lessons = [
        {
            "Lesson": f"{lesson.number}. {lesson.title}",
            "Self-checks right in the end": f"{lesson.right} of {lesson.items}",
            "Right at the first try": lesson.first,
            "Last answer": long_date(lesson.last) if lesson.last else "–",
        }
        for lesson in standing.lessons
    ]
    quizzes = []
    for quiz in standing.quizzes:
        top = best([a for a in quiz.attempts if not a.blank])
        quizzes.append(
            {
                "Quiz": quiz.title,
                "Points": _points(top),
                "Date": long_date(top.day),
                "Attempts": len(quiz.attempts),
                "Points not marked (written work)": f"{top.by_hand:g}",
            }
        )
    return Html(
        f'<p class="cr-title">{escape(name)}</p><p>is the name that was typed in for this record '
        f"on {long_date(today)}. On one machine, and until {long_date(max(days))}, somebody "
        "answered every self-check and every quiz of the course “Crossroads: reading Tajikistan's "
        "South Asia outreach with data”, with these results.</p>"
        f"<h2>Lessons</h2>{table(pd.DataFrame(lessons), 'Self-checks by lesson')}"
        f"<h2>Quizzes</h2>{table(pd.DataFrame(quizzes), 'Best full attempt at each quiz')}"
        "<h2>What this doesn't say</h2><ul>"
        "<li>It was not proctored, and nobody's identity was checked.</li>"
        "<li>Quizzes may be tried again as often as one likes, and their keys lie in the same "
        "folder: points show practice, not a test result.</li>"
        "<li>Written work was not marked by anybody.</li>"
        "<li>It is no degree, credit or qualification. It was made by a program on the learner's "
        "own machine, from files that the learner can change.</li></ul>"
    )
