"""Grading by hand: written answers marked blind, and what a class needs next.

``marking_desk`` is the marking desk's widget: what it shows, and what it does when the page asks.
``marking`` and ``marker_agreement`` are its pure part, ``comments`` its bank of comments;
``markers_file`` and ``dealing`` say who marks what, ``several_markers`` how far they are, and
``same_answers`` and ``alike`` group answers with the same text;
``student_work`` shows what students wrote, and ``two_markers`` what two markers gave.
``dashboard_page`` lays out the dashboard; ``class_progress`` is its pure part. A notebook calls
``desk.marking_desk()`` or ``desk.dashboard()``.

What formgrader has already: submissions without names, in the order of their random ids, a queue
of what needs a person, the rubric above the answer (it stands in the quiz's own cells), points and
comment beside it. What the marking desk adds: one question of everybody, without the rest of the
notebook; an order that is mixed anew for each question and marker; the rubric's levels as buttons,
kept by criterion; a bank of comments; a second marker, their agreement, and settling. Both write
the same fields of the same gradebook, so one can change from one to the other at any time.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs

from .. import course
from ..lessons.progress import home
from ..notes import Note
from ..web.widget import in_voila
from . import alike as alike
from . import marking as marking
from . import several_markers as several_markers
from .dashboard_page import Dashboard
from .marking_desk import MarkingDesk

#: What the command line asks the notebook to open.
QUIZ, MARKER = "CROSSROADS_QUIZ", "CROSSROADS_MARKER"


def prepare(place: Path) -> list[Note]:
    """Make a course directory, or bring it up to date, with the desk's notebooks in it."""
    return course.prepare(place, course.teachers_pages(), teaching=True)


def marking_desk(quiz: str = "", marker: str = "") -> MarkingDesk:
    """Mark written answers; with ``marker``, as another marker, blind to the first one's marks.

    Raises ``ValueError`` for a name that can't be a marker's.
    """
    own = os.environ
    # The page's address says which, as the dashboard's link and a hub's have it.
    asked = parse_qs(own.get("QUERY_STRING", "")) if in_voila() else {}
    quiz = quiz or asked.get("quiz", [""])[0] or own.get(QUIZ, "")
    marker = marker or asked.get("marker", [""])[0] or own.get(MARKER, "")
    return MarkingDesk(home(), quiz, marker, asked.get("mode", [""])[0])


def dashboard() -> Dashboard:
    """Return the class by objective, what waits for whom, and questions to look at."""
    return Dashboard(home())
