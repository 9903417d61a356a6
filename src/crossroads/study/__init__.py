"""Self-study: one person, one machine, no account. What a study notebook and the command line call.

``attempts`` marks a quiz, and ``learner_progress`` reads how far one is; ``pages`` and ``words``
say it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import traitlets
from IPython.display import display

from .. import course
from ..assignments import bank
from ..i18n import VARIABLE, _, current
from ..lessons.checks import Check
from ..lessons.progress import home
from ..notes import Note
from ..web.html import Html, page
from ..web.widget import Widget, script
from . import attempts, learner_progress, pages, words

#: How many questions one call of ``review`` asks.
AT_ONCE = 10
START = "study.ipynb"


def prepare(place: Path) -> list[Note]:
    """Make a course directory, or bring it up to date, with the study notebook in it."""
    return course.prepare(place, {START: Path(str(files("crossroads") / "static" / START))})


# -- in a notebook ---------------------------------------------------------------------------------


def progress() -> Html:
    """Return how far you are, lesson by lesson and objective by objective.

    It is written as a page, too.
    """
    own = learner_progress.read(home())
    write_progress(home(), own)
    return pages.progress(own, date.today(), _link)


def review() -> None:
    """Ask what is due today of the questions that you missed."""
    place, today = home(), date.today()
    own = learner_progress.read(place)
    due = learner_progress.due_now(place, own, today)
    show: Any = display
    show(Html("<p>{}</p>").format(words.review_words(own, today)))
    asked = [each for each in due if each.item][:AT_ONCE]
    for each in asked:
        assert each.item
        show(Check(each.item, fresh=True))
    elsewhere = [each for each in due if not each.item]
    more = len(due) - len(asked) - len(elsewhere)
    if elsewhere or more:
        show(pages.review(elsewhere, more, _link))


def quizzes() -> QuizDesk:
    """Your quizzes, with buttons that mark what you have answered, or draw new values."""
    return QuizDesk(home())


def certificate(name: str) -> Html:
    """Return a record of the finished course, to be printed; until then, what is missing.

    Raises ``ValueError`` without a name.
    """
    place = home()
    own = learner_progress.read(place)
    written = write_certificate(place, name, own)[1]
    made = pages.certificate(name, own, date.today())
    if not written:
        return made
    where = Html('<p><a href="{}">{}</a></p>')
    return where.format(_link("study/certificate.html"), _("The page to print")) + made


class QuizDesk(Widget):
    """Chooses a quiz and marks it; the marking runs in a process of its own."""

    _esm = script("study")
    quizzes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    feedback = traitlets.Unicode().tag(sync=True)

    def __init__(self, place: Path) -> None:
        self._place = place
        own = learner_progress.read(place)
        super().__init__(
            quizzes=[[quiz.name, quiz.title] for quiz in own.quizzes],
            html=pages.quiz_table(own.quizzes, _link),
        )
        self.on_msg(self._receive)

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        quiz, anew = str(content.get("quiz")), content.get("do") == "anew"
        if quiz not in dict(self.quizzes):
            return
        done, said = run(self._place, *(["variant", quiz] if anew else ["study", "--grade", quiz]))
        feedback = ""
        if done and anew:
            said = _(
                "There are new values in the quiz. If it is open, close its tab and open it again."
            )
        elif done:
            last = attempts.kept(self._place, quiz)[-1]
            said = f"{dict(self.quizzes)[quiz]}: {words.summary(last)}"
            feedback = pages.feedback(last, _items(self._place, quiz))
        own = learner_progress.read(self._place)
        with self.hold_sync():
            self.html = pages.quiz_table(own.quizzes, _link)
            self.feedback = feedback
            self.said = said
        self.send({"done": True})

    def static(self) -> str:
        """Return the quizzes, and the commands that do what the buttons do."""
        return pages.desk(self.html)


def run(place: Path, *command: str) -> tuple[bool, str]:
    """Run one of the course's commands in a process of its own; whether it went well, and why not.

    nbgrader, which makes the copy to mark by, must not meddle with the kernel that asks for it.
    """
    done = subprocess.run(
        [sys.executable, "-m", "crossroads.cli", *command, "--course", str(place)],
        capture_output=True,
        text=True,
        check=False,
        # It speaks the language that was chosen here.
        env={**os.environ, VARIABLE: current()},
    )
    said = (done.stderr if done.returncode else done.stdout).strip()
    return done.returncode == 0, said.splitlines()[-1].removeprefix("crossroads: ") if said else ""


def _items(place: Path, quiz: str) -> dict[str, bank.Item]:
    return {item.id: item for item in bank.read(attempts.sources(place)[quiz])}


def _link(to: str) -> str:
    """Return a place in the course directory, as seen from this notebook."""
    return Path(os.path.relpath(home() / to)).as_posix()


# -- in files --------------------------------------------------------------------------------------


def grade(place: Path, quiz: str, today: date | None = None) -> tuple[attempts.Attempt, Path]:
    """Mark a quiz as it is saved; returns the attempt, and the page with the feedback.

    Raises ``ValueError`` with what to do where it can't be marked.
    """
    attempt = attempts.grade(place, quiz, today)
    path = attempts.folder(place, quiz) / f"{attempt.number}.html"
    title = _("{quiz}: feedback on attempt {number}", quiz=quiz, number=attempt.number)
    course.write_whole(path, pages.feedback(attempt, _items(place, quiz), title))
    write_progress(place, learner_progress.read(place))
    return attempt, path


def feedback_text(place: Path, attempt: attempts.Attempt) -> str:
    """Return an attempt for a terminal: what was missed."""
    return words.feedback_text(attempt, _items(place, attempt.quiz))


def write_progress(place: Path, own: learner_progress.Standing) -> Path:
    """Write the progress page; returns its path."""
    path = course.Course(place).study / "progress.html"
    today = date.today()
    course.write_whole(path, page(_("Your progress"), pages.progress(own, today)))
    return path


def write_certificate(
    place: Path, name: str, own: learner_progress.Standing
) -> tuple[list[str], Path | None]:
    """Write the certificate if the course is complete; returns what is missing, and its path.

    Raises ``ValueError`` without a name.
    """
    name = " ".join(name.split())
    if not name:
        raise ValueError(_("type your name, as it should appear on the certificate"))
    if missing := words.missing(own):
        return missing, None
    path = course.Course(place).study / "certificate.html"
    made = pages.certificate(name, own, date.today())
    course.write_whole(path, page(_("Certificate of completion"), made))
    return [], path
