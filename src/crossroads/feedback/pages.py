"""What a student is told of marked work: a page by results and gradebook, question by question.

A page is ``feedback/STUDENT/QUIZ/QUIZ.html``, nbgrader's own place and name, so that its commands
release and fetch it. It holds the explanation of what the student chose, and no key unless that is
asked for; never a test. How one question is shown is in ``explained``.

A page is in the language of the process that writes it. The quiz's own words stay in the quiz's
language, and what an earlier version kept of how it was marked in English; both are marked as such.
What a teacher's own test said is kept as it was said.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from ..assignments import bank, rubric
from ..assignments.rubric import Criterion
from ..grading import late_penalties
from ..grading.gradebook import Dates
from ..grading.late_penalties import Rule
from ..grading.notes import say
from ..grading.results import Mark, Result
from ..grading.submitted.python_source import literal
from ..i18n import _, ngettext, number, pgettext
from ..questions import kinds
from ..questions.hints import hint
from ..questions.outcome import Outcome
from ..web.html import Html, long_date, table
from .items import (
    WORDS,
    Shown,
    code,
    count,
    explained,
    in_words,
    noted,
    notes,
    part,
    read,
    section,
    shown_signs,
    state,
    told,
    visible,
    whose,
)
from .markdown import rendered
from .quiz import Sheet, id_of
from .signing import signed
from .submission import Cell, Given, cells_of, values_in

#: Letters of what a test said, which may quote what a student's code gave back.
MOST_SAID = 3000
#: Letters of the line by which a cell is named.
MOST_LINE = 60


# -- one student's page ---------------------------------------------------------------------------


def student_page(
    sheet: Sheet, result: Result, given: Mapping[str, Given], dates: Dates | None = None
) -> str:
    """The page of one student, by a result and the gradebook. A pure function."""
    title = _("Feedback: {title}", title=sheet.title)
    student = Html(f"<strong>{visible(result.student)}</strong>")
    head = f"<p>{told(_('For {student}.'), student=student)}</p>"
    by_hand = any(one.manual is not None for one in given.values())
    if result.held and not by_hand:
        return signed(title, head + _held())
    cells = cells_of(result)
    shown, where = [], _where(sheet, result)
    for item in sheet.items:
        one = given.get(item.id, Given(None, None, 0, True, ""))
        mark = result.marks.get(item.id)
        lines = _said(sheet, item, result, mark, cells.get(item.id, Cell()))
        if mark and mark.error == "NotRun":
            lines, where = lines + where, []
        shown.append(_shown(sheet, item, result, one, lines, cells.get(item.id, Cell())))
    how = [*map(noted, result.notes), *where]
    if result.held:
        how.append(told(_("The computer couldn't mark this submission: a person does.")))
    body = f"{head}{_total(sheet, shown, given, dates)}{''.join(map(section, shown))}{notes(how)}"
    return signed(title, body)


def _held() -> str:
    """What is said of work that is held: what to do, and none of the evidence."""
    command = f"<em{whose('en')}>Restart Kernel and Run All Cells</em>"
    todo = (
        _(
            "Open the file that you handed in. If it doesn't open, is empty, or isn't this quiz, "
            "tell your instructor, and ask whether you may hand it in again."
        ),
        _(
            "If you hand it in again: keep the file's name, use {command}, save, then hand it in. "
            "Cells that you added for a try are best taken out.",
            command=command,
        ),
        _("If you don't know why it is held, ask your instructor, who has the reason."),
    )
    why = _(
        "The computer couldn't mark it by itself, so a person will look at it. No points were "
        "given, and none were lost."
    )
    return (
        f"<p><strong>{_('Your submission is held for your instructor.')}</strong> {why}</p>"
        f"<p>{_('What you can do now:')}</p><ul>"
        f"{''.join(f'<li>{each}</li>' for each in todo)}</ul>"
    )


def _total(
    sheet: Sheet, shown: list[Shown], given: Mapping[str, Given], dates: Dates | None
) -> str:
    earned = sum(one.points or 0 for one in given.values())
    possible = sum(item.points for item in sheet.items)
    off = dates.penalty if dates else 0.0
    total = max(earned - off, 0.0)
    waiting = [one for one in shown if one.points is None]
    if waiting or (dates and dates.unsettled):
        said = _("{total:g} of {possible:g} points so far", total=total, possible=possible)
    else:
        said = _("{total:g} of {possible:g} points", total=total, possible=possible)
    parts = [f'<p class="cr-total">{said}</p>']
    if waiting:
        names = Html(", ".join(one.title for one in waiting))
        points = sum(one.possible for one in waiting)
        words = _("Still to be marked by a person: {names} ({points:g} points).")
        parts.append(f"<p>{told(words, names=names, points=points)}</p>")
    if dates and dates.unsettled:
        words = _("Your instructor still has to decide whether your work was late.")
        parts.append(f"<p>{escape(words)}</p>")
    elif dates and off:
        parts.append(f"<p>{escape(late_words(sheet.rule, dates, possible, earned))}</p>")
    if extra := sum(one.extra for one in given.values()):
        parts.append(f"<p>{_('{points:g} points of this are extra credit.', points=extra)}</p>")
    rows = [
        {
            _("Question"): Html(f'<a href="#{escape(one.id)}">{one.title}</a>'),
            _("Points"): _("not marked yet") if one.points is None else number(one.points, "g"),
            pgettext("points possible", "Of"): number(one.possible, "g"),
            _("Result"): _(WORDS[one.state]),
        }
        for one in shown
    ]
    return "".join([*parts, table(pd.DataFrame(rows), _("Points by question"))])


def late_words(rule: Rule | None, dates: Dates, possible: float, earned: float) -> str:
    """Why points were taken off for lateness, and what is left of those earned."""
    said = []
    if dates.handed_in and dates.due:
        zone = rule.due.tzinfo if rule and rule.due else datetime.UTC
        days = late_penalties.days_begun(dates.due.astimezone(zone), dates.handed_in)
        due, came = (_when(t.astimezone(zone)) for t in (dates.due, dates.handed_in))
        said_late = ngettext(
            "Handed in on {came}: {n} day, or part of one, after the deadline, {due}.",
            "Handed in on {came}: {n} days, the last one begun, after the deadline, {due}.",
            days,
            came=came,
            due=due,
        )
        said.append(said_late)
    if rule and rule.per_day:
        costs = {"share": 100 * rule.per_day, "possible": possible}
        if rule.at_most < 1:
            words = _(
                "Each day begun costs {share:g} % of the {possible:g} points possible, at most "
                "{most:g} %.",
                **costs,
                most=100 * rule.at_most,
            )
        else:
            words = _(
                "Each day begun costs {share:g} % of the {possible:g} points possible.", **costs
            )
        said.append(words)
    taken = _(
        "Taken off: {penalty:g} points, so {left:g} of {earned:g} are left.",
        penalty=dates.penalty,
        left=max(earned - dates.penalty, 0.0),
        earned=earned,
    )
    return " ".join([*said, taken])


def _when(time: datetime.datetime) -> str:
    return _(
        "{date}, {time} ({zone})",
        date=long_date(time.date()),
        time=f"{time:%H:%M}",
        zone=time.tzname(),
    )


def _shown(
    sheet: Sheet, item: bank.Item, result: Result, given: Given, said: list[str], cell: Cell
) -> Shown:
    mark = result.marks.get(item.id)
    untouched = {item.id, f"{item.id}-answer"} & {*result.untouched}
    outcome = mark.outcome if mark else None
    how = state(given.points, item.points, outcome, bool(untouched))
    if given.manual is not None:
        how = "marked"
        said = [*said, *_by_hand(item, given)]
    if given.points is None:
        how = "waiting"
        said = [*said, told(_("Not marked yet: a person reads this answer."))]
    if given.extra:
        words = _("{points:+g} points of extra credit are in this.")
        said = [*said, told(words, points=given.extra)]
    return Shown(
        item.id,
        sheet.titles[item.id],
        how,
        given.points,
        item.points,
        said,
        sheet.asked[item.id],
        _answer(sheet, item, result, cell, bool(untouched)),
        _marker(sheet, item, given) + _solution(sheet, item),
    )


def _by_hand(item: bank.Item, given: Given) -> list[Html]:
    said = []
    if item.test and given.auto is not None:
        words = _("A person set these points; the computer had given {points:g}.")
        said.append(told(words, points=given.auto))
    if given.waiting:
        words = _("Your work was graded again since: a person will look at this mark once more.")
        said.append(told(words))
    return said


def _said(
    sheet: Sheet, item: bank.Item, result: Result, mark: Mark | None, cell: Cell
) -> list[str]:
    """What is said of an automatic mark, without what would give the key away."""
    if not mark or not item.test:
        return []
    if mark.error == "NotRun" and mark.notes:
        return [Html(" ").join(map(noted, mark.notes))]
    lines: list[str] = [cell.before, cell.failed]
    if item.kind not in kinds.AS_DATA:
        return [*lines, *_cut(_words(item, mark, cell, {})).splitlines()]
    call = sheet.call(item, result.student)
    given = _given(item, call, mark, cell)
    drawn = sheet.drawn.get(result.student)
    strange = item.varies and mark.error and drawn is not None and values_in(result) != drawn
    if given is not None and not strange:
        return [*lines, *explained(given, call, sheet.keys, sheet.language)]
    # It wasn't scored: how to type it, or what failed. Should that hold any of the key after all,
    # nothing is said.
    said = " ".join(_cut(_words(item, mark, cell, call)).split())
    secret = [call["why"], *(call.get("slips") or {}).values()]
    texts = [w for one in secret for w in (one.values() if isinstance(one, Mapping) else [one])]
    if any(text and " ".join(text.split()) in said for text in texts):
        return lines
    return [*lines, said]


def _words(item: bank.Item, mark: Mark, cell: Cell, call: Mapping[str, Any]) -> str:
    """An outcome in the page's language; what only a test could say, as it said it."""
    if not mark.outcome or not kinds.tells(mark.outcome):
        return mark.said
    said = [*kinds.say(mark.outcome, call), *map(say, mark.notes)]
    more = hint(cell.source, item.name) if mark.points == 0 else ""
    return "\n".join([*said, more] if more else said)


def _cut(said: str) -> str:
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} {_('… (cut: it goes on)')}"


def _given(item: bank.Item, call: Mapping[str, Any], mark: Mark, cell: Cell) -> Outcome | None:
    """An answer's outcome; ``None`` where it can't be read, or isn't known."""

    plain, value = literal(cell.source, item.name)
    if not plain:
        # It was worked out by code: the outcome says how it was read.
        value = mark.outcome.answer if mark.outcome else None
    return read(item, call, value)


def _answer(sheet: Sheet, item: bank.Item, result: Result, cell: Cell, untouched: bool) -> str:

    if item.of_the_whole:
        return ""
    if untouched or not cell.source.strip():
        made = f"<p>{pgettext('in place of an answer', 'There is none.')}</p>"
    elif not item.test:
        made = str(rendered(shown_signs(cell.source), cell.pictures))
    else:
        mark, given = result.marks.get(item.id), None
        if mark and item.kind in kinds.AS_DATA:
            given = _given(item, sheet.call(item, result.student), mark, cell)
        made = code(cell.source)
        if given is not None:
            plain = literal(cell.source, item.name)[0]
            made = in_words(item, given.answer, sheet.language) + ("" if plain else made)
    return f'<h3>{_("Your answer")}</h3><div class="cr-own" dir="auto">{made}</div>'


def _marker(sheet: Sheet, item: bank.Item, given: Given) -> str:
    """A person's comment, and the rubric's levels with those awarded."""

    criteria = sheet.rubrics.get(item.id, [])
    made = rubric.Mark(0, {}, given.comment)
    if criteria and given.manual is not None:
        made = rubric.from_comment(criteria, given.manual, given.comment)
    parts = []
    if made.comment.strip():
        words = rendered(shown_signs(made.comment))
        head = _("The marker's comment")
        parts.append(f'<h3>{head}</h3><div class="cr-own">{words}</div>')
    if given.manual is not None:
        own = made.levels
        parts += [_levels(sheet, one, own.get(one.name)) for one in criteria if _tells(one)]
    return "".join(parts)


def _tells(criterion: Criterion) -> bool:
    return any(criterion.levels.values())


def _levels(sheet: Sheet, criterion: Criterion, own: float | None) -> str:
    most, name = max(criterion.levels), part(sheet.language, visible(criterion.name))
    if own is None:
        head = told(_("{criterion}: {most:g} points"), criterion=name, most=most)
    else:
        words = _("{criterion}: {own:g} of {most:g}")
        head = told(words, criterion=name, own=own, most=most)
    lines = []
    for points, words in criterion.levels.items():
        meaning = part(sheet.language, escape(words))
        if points == own:
            level = ngettext(
                "✓ {points:g} point, your level:",
                "✓ {points:g} points, your level:",
                count(points),
                points=points,
            )
            lines.append(f"<li><strong>{level}</strong> {meaning}</li>")
        else:
            level = ngettext(
                "{points:g} point: {meaning}",
                "{points:g} points: {meaning}",
                count(points),
                points=points,
                meaning=meaning,
            )
            lines.append(f"<li>{level}</li>")
    return f'<h3>{head}</h3><ul class="cr-levels">{"".join(lines)}</ul>'


def _solution(sheet: Sheet, item: bank.Item) -> str:
    if not sheet.keys or not item.is_function:
        return ""
    lines = [x for x in item.answer.splitlines() if not re.match(r"\s*### (BEGIN|END) ", x)]
    text = visible("\n".join(lines))
    return f"<h3>{_('A solution')}</h3><pre>{text}</pre>"


def _where(sheet: Sheet, result: Result) -> list[str]:
    """Which cell ended the notebook, and what to look for in it."""
    if result.stopped is None:
        return []
    cell = result.notebook["cells"][result.stopped]
    title = sheet.titles.get(id_of(cell).removesuffix("-answer"))
    if title and cell["metadata"]["nbgrader"].get("solution"):
        place = told(_("It happened in the answer cell of “{question}”."), question=title)
    elif title:
        place = told(_("It happened in the check of “{question}”."), question=title)
    else:
        line = next(filter(None, map(str.strip, cell["source"].splitlines())), "")
        line = Html(f"<code>{visible(line[:MOST_LINE])}</code>")
        place = told(_("It happened in the cell that begins with {line}."), line=line)
    words = _(
        "Look there for a loop that doesn't end, or for a table or list that grows without end."
    )
    return [Html(f"{place} {told(words)}")]
