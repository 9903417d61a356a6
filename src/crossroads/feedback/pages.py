"""Make a student's page from results and gradebook, question by question.

A page is ``feedback/STUDENT/QUIZ/QUIZ.html``, nbgrader's own place and name, so that its commands
release and fetch it. It holds the explanation of what the student chose, and no key unless that is
asked for; never a test. ``marked`` works out what is shown of each question; the templates in
``feedback/`` lay it out.

A page is in the language of the process that writes it. The quiz's own words stay in the quiz's
language, and what an earlier version kept of how it was marked in English; both are marked as such.
What a teacher's own test said is kept as it was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..classroom.regrade_requests import Request
from ..grading.adjustments.rules import WHOLE, Adjusted
from ..grading.gradebook import Dates
from ..grading.results import Result
from ..i18n import _
from ..web.html import Html
from ..web.templates import render
from ..web.texts import told, visible
from . import requested
from .adjusted_words import of_all, of_dropping, of_excused, of_group
from .items import Shown, noted
from .late_words import late_words
from .marked import said, shown
from .page_checksum import with_checksum
from .quiz import Sheet, id_of
from .submission import Cell, Given, cells_of

#: Letters of the line by which a cell is named.
MOST_LINE = 60


def student_page(
    sheet: Sheet,
    result: Result,
    given: Mapping[str, Given],
    dates: Dates | None = None,
    adjusted: Adjusted | None = None,
    dropped: bool = False,
    origin: str = "",
    requests: Mapping[str, Request] | None = None,
    may_ask: bool = True,
) -> str:
    """Return the page of one student, by a result and the gradebook. A pure function.

    ``adjusted`` is what adjustments make of the marks; ``dropped``: the whole doesn't count.
    ``origin`` is who handed it in, where that is another one of a group.
    ``requests`` are the student's, to look at a mark again; ``may_ask``: the page says how to ask.
    """
    by_hand = any(one.manual is not None for one in given.values())
    held = bool(result.held) and not by_hand and not (adjusted and adjusted.overridden)
    marked = {} if held else _marked(sheet, result, given, dates, adjusted)
    changes = of_all(adjusted, sheet.adjustments) if adjusted else []
    page = render(
        "feedback/page.html",
        title=_("Feedback: {title}", title=sheet.title),
        student=result.student,
        language=sheet.language,
        held=held,
        changes=[
            *(of_group(origin) if origin else []),
            *changes,
            *(of_dropping(sheet.drops) if dropped else []),
        ],
        requests=requested.shown(requests or {}),
        ask=requested.form(sheet.name, result.student, sheet.items) if may_ask else "",
        **marked,
    )
    return with_checksum(page)


def excused_page(sheet: Sheet, student: str) -> str:
    """Return the page of who is excused from the whole, and submitted nothing. A pure function."""
    page = render(
        "feedback/page.html",
        title=_("Feedback: {title}", title=sheet.title),
        student=student,
        language=sheet.language,
        held=False,
        changes=of_excused(sheet.adjustments.excused_for(student)[WHOLE]),
        shown=[],
        total={"excused": True, "waiting": [], "unsettled": False, "late": "", "extra": 0.0},
        how=[],
        requests={},
        ask="",
    )
    return with_checksum(page)


def _marked(
    sheet: Sheet,
    result: Result,
    given: Mapping[str, Given],
    dates: Dates | None,
    adjusted: Adjusted | None,
) -> dict[str, Any]:
    """Return what a page shows of work that isn't held.

    Each question, the total, how it was marked.
    """
    cells = cells_of(result, plain=any(item.is_plain for item in sheet.items))
    questions, where, seen = [], _where(sheet, result), set[str]()
    for item in sheet.items:
        one = given.get(item.id, Given(None, None, 0, True, ""))
        mark, cell = result.marks.get(item.id), cells.get(item.answer_cell, Cell())
        lines = said(sheet, item, result, mark, cell)
        if mark and mark.error == "NotRun":
            lines, where = lines + where, []
        made = shown(sheet, item, result, one, lines, cell, adjusted)
        # Several tests may look at one answer.
        questions.append(replace(made, answer=None) if item.answer_cell in seen else made)
        seen |= {item.answer_cell} if item.is_plain else set()
    how = [*map(noted, result.notes), *where]
    if result.held:
        how.append(told(_("The computer couldn't mark this submission, so a person will.")))
    total = _total(sheet, questions, given, dates, adjusted)
    return {"shown": questions, "total": total, "how": how}


def _total(
    sheet: Sheet,
    shown: list[Shown],
    given: Mapping[str, Given],
    dates: Dates | None,
    adjusted: Adjusted | None,
) -> dict[str, Any]:
    earned = sum(one.points or 0 for one in given.values())
    possible = float(sum(item.points for item in sheet.items))
    if adjusted:
        counted = [one.points or 0 for one in shown if not one.excused]
        earned, possible = round(sum(counted) + adjusted.curve, 2), adjusted.possible
    off = dates.penalty if dates else 0.0
    waiting = [one for one in shown if one.points is None and not one.excused]
    unsettled = bool(dates and dates.unsettled)
    return {
        "excused": bool(adjusted and adjusted.is_excused),
        "points": max(earned - off, 0.0),
        "possible": possible,
        "open": bool(waiting) or unsettled,
        "waiting": waiting,
        "unsettled": unsettled,
        "late": late_words(sheet.rule, dates, possible, earned) if dates and off else "",
        "extra": sum(one.extra for one in given.values()),
    }


def _where(sheet: Sheet, result: Result) -> list[str]:
    """Return which cell ended the notebook, and what to look for in it."""
    if result.stopped is None:
        return []
    cell = result.notebook["cells"][result.stopped]
    title = sheet.titles.get(id_of(cell).removesuffix("-answer"))
    if title and cell["metadata"]["nbgrader"].get("solution"):
        place = told(_("The notebook stopped in the answer cell of “{question}”."), question=title)
    elif title:
        place = told(_("The notebook stopped in the test of “{question}”."), question=title)
    else:
        line = next(filter(None, map(str.strip, cell["source"].splitlines())), "")
        line = Html(f"<code>{visible(line[:MOST_LINE])}</code>")
        place = told(_("The notebook stopped in the cell that begins with {line}."), line=line)
    words = _(
        "Look there for a loop that doesn't end, or for a table or list that grows without end."
    )
    return [Html(f"{place} {told(words)}")]
