"""What a student is told of marked work: a page by results and gradebook, question by question.

A page is ``feedback/STUDENT/QUIZ/QUIZ.html``, nbgrader's own place and name, so that its commands
release and fetch it. It holds the explanation of what the student chose, and no key unless that is
asked for; never a test. How one question is shown is in ``explained``.

A page is in the language of the process that writes it. The quiz's own words stay in the quiz's
language, and what a result keeps of how it was marked in English; both are marked as such. What a
test said is kept in the language of the process that graded.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pandas as pd

from ..assignments import bank
from ..course import Course, checked_id, write_whole
from ..grading import late_penalties, pictures
from ..i18n import _, ngettext, number, pgettext
from ..questions import kinds, old_messages, variants
from ..questions.outcome import Outcome
from ..web.html import Html, long_date, page, table
from .items import (
    STYLE,
    WORDS,
    Shown,
    code,
    count,
    explained,
    in_words,
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

if TYPE_CHECKING:
    from ..grading.autograde import Result
    from ..grading.gradebook import Dates
    from ..grading.late_penalties import Rule
    from ..grading.scoring import Mark
    from ..manual_grading.marking import Criterion

#: Letters of what a test said, which may quote what a student's code gave back.
MOST_SAID = 3000
#: Letters of the line by which a cell is named.
MOST_LINE = 60
#: Bytes of the exchange's secret of a submission; nbgrader's have 128.
MOST_SECRET = 1000
#: What marks a page as ours, with the digest of the rest: one that was changed since isn't.
_MARK = '<meta name="generator" content="crossroads feedback {}">'


# -- a quiz, read once for all pages --------------------------------------------------------------


@dataclass
class Sheet:
    """What all pages of a quiz need of it; ``asked`` and ``titles`` hold HTML, by item."""

    name: str
    title: str
    items: list[bank.Item]
    asked: dict[str, str]
    titles: dict[str, Html]
    rubrics: dict[str, list[Criterion]]
    rule: Rule | None = None
    #: The values drawn for each student's copy.
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: bool = False
    #: The quiz's own, of its questions and explanations.
    language: str = "en"
    _calls: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, item: bank.Item, student: str) -> dict[str, Any]:
        """The arguments of an item's scoring call, for the values drawn for a student."""
        drawn = self.drawn.get(student) if item.varies else None
        key = json.dumps([item.id, drawn])
        if key not in self._calls:
            with patch.dict(os.environ, {variants.VARIABLE: json.dumps(drawn)}):
                if drawn:
                    words = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
                    item = replace(item, values=f"mine = cr.variant({words})")
                self._calls[key] = item.call()
        return self._calls[key]


def sheet(course: Path, name: str, keys: bool = False) -> Sheet:
    """Read a quiz. Raises ``ValueError`` where it isn't released, or its rubric is broken."""
    from ..grading import timestamps
    from ..manual_grading import marking
    from . import markdown as text

    place = Course(course)
    folder, path = place.source(name), place.released(name)
    if not path.is_file():
        raise ValueError(f"{name} isn't released yet: nbgrader generate_assignment {name}")
    released = json.loads(path.read_text("utf-8"))
    about = released["metadata"].get("crossroads", {})
    language = str(about.get("language") or "en")
    stems = {_id(cell): "".join(cell["source"]) for cell in released["cells"] if _id(cell)}
    items = [
        replace(item, stem=stems.get(f"{item.id}-stem") or stems.get(item.id, ""))
        for item in bank.read(folder)
    ]
    rules, _notes = timestamps.rules(course)
    return Sheet(
        name,
        str(about.get("title") or name),
        items,
        {item.id: _asked(item, language) for item in items},
        {item.id: _title(text.heading(item), language) for item in items},
        {item.id: marking.rubric(course, item) for item in items if not item.test},
        rules.of(name) if rules else None,
        place.values_drawn(name),
        keys,
        language,
    )


def _title(heading: str, language: str) -> Html:
    found = re.fullmatch(r"Question (\d+)", heading)
    if found:
        return told(_("Question {number}"), number=found[1])
    return part(language, visible(heading))


def _asked(item: bank.Item, language: str) -> str:
    from .markdown import question, rendered

    lines = [line for line in item.stem.splitlines() if not re.match(r"#+ ", line)]
    # Of what a person marks the rubric's table stands below, with the level awarded.
    made = rendered("\n".join(lines).strip()) if item.test else question(item)
    return f'<div class="cr-asked"{whose(language)}>{made}</div>' if made.strip() else ""


def _id(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


# -- one student's page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What the gradebook has of one answer; points are ``None`` where there are none."""

    auto: float | None
    manual: float | None
    extra: float
    waiting: bool
    comment: str

    @property
    def points(self) -> float | None:
        """What counts: a person's mark before the computer's, and extra credit."""
        counts = self.auto if self.manual is None else self.manual
        return None if counts is None else counts + self.extra


@dataclass(frozen=True)
class _Cell:
    """A question's answer cell: its source, how it ended if it failed, what went before it."""

    source: str = ""
    failed: str = ""
    before: str = ""
    #: Pictures that its text shows.
    pictures: Mapping[str, dict[str, str]] = field(default_factory=dict)


def student_page(
    sheet: Sheet, result: Result, given: Mapping[str, Given], dates: Dates | None = None
) -> str:
    """The page of one student, by a result and the gradebook. A pure function."""
    title = _("Feedback: {title}", title=sheet.title)
    student = Html(f"<strong>{visible(result.student)}</strong>")
    head = f"<p>{told(_('For {student}.'), student=student)}</p>"
    by_hand = any(one.manual is not None for one in given.values())
    if result.held and not by_hand:
        return _signed(title, head + _held())
    cells = _cells(result)
    shown, where = [], _where(sheet, result)
    for item in sheet.items:
        one = given.get(item.id, Given(None, None, 0, True, ""))
        mark = result.marks.get(item.id)
        lines = _said(sheet, item, result, mark, cells.get(item.id, _Cell()))
        if mark and mark.error == "NotRun":
            lines, where = lines + where, []
        shown.append(_shown(sheet, item, result, one, lines, cells.get(item.id, _Cell())))
    how = [*(part("en", visible(note)) for note in result.notes), *where]
    if result.held:
        how.append(told(_("The computer couldn't mark this submission: a person does.")))
    body = f"{head}{_total(sheet, shown, given, dates)}{''.join(map(section, shown))}{notes(how)}"
    return _signed(title, body)


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
    sheet: Sheet, item: bank.Item, result: Result, given: Given, said: list[str], cell: _Cell
) -> Shown:
    mark = result.marks.get(item.id)
    untouched = {item.id, f"{item.id}-answer"} & {*result.untouched}
    how = state(given.points, item.points, _outcome(item, mark), bool(untouched))
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
    sheet: Sheet, item: bank.Item, result: Result, mark: Mark | None, cell: _Cell
) -> list[str]:
    """What is said of an automatic mark, without what would give the key away."""
    if not mark or not item.test:
        return []
    if mark.error == "NotRun":
        return [part("en", visible(mark.said))]
    lines: list[str] = [cell.before, cell.failed]
    if item.kind not in kinds.AS_DATA:
        return [*lines, *_cut(mark.said).splitlines()]
    call = sheet.call(item, result.student)
    given = _given(item, call, mark, cell)
    drawn = sheet.drawn.get(result.student)
    strange = item.varies and mark.error and drawn is not None and _values(result) != drawn
    if given is not None and not strange:
        return [*lines, *explained(given, call, sheet.keys, sheet.language)]
    # It wasn't scored: how to type it, or what failed. Should that hold any of the key after all,
    # nothing is said.
    said = " ".join(_cut(mark.said).split())
    secret = [call["why"], *(call.get("slips") or {}).values()]
    texts = [w for one in secret for w in (one.values() if isinstance(one, Mapping) else [one])]
    if any(text and " ".join(text.split()) in said for text in texts):
        return lines
    return [*lines, said]


def _cut(said: str) -> str:
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} {_('… (cut: it goes on)')}"


def _given(item: bank.Item, call: Mapping[str, Any], mark: Mark, cell: _Cell) -> Outcome | None:
    """An answer's outcome; ``None`` where it can't be read, or isn't known."""
    from ..grading.submission import literal

    plain, value = literal(cell.source, item.name)
    if not plain:
        # It was worked out by code: the outcome says how it was read.
        outcome = _outcome(item, mark)
        value = outcome.answer if outcome else None
    return read(item, call, value)


def _outcome(item: bank.Item, mark: Mark | None) -> Outcome | None:
    if mark is None:
        return None
    kept: Outcome | None = getattr(mark, "outcome", None)
    return kept or old_messages.read(mark.said, mark.points, item.points, item.kind, item.unit)


def _values(result: Result) -> Any:
    try:
        return variants.values_in(result.notebook)
    except (ValueError, KeyError):
        return None


def _answer(sheet: Sheet, item: bank.Item, result: Result, cell: _Cell, untouched: bool) -> str:
    from .markdown import rendered

    if item.kind == "criterion":
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
            from ..grading.submission import literal

            plain = literal(cell.source, item.name)[0]
            made = in_words(item, given.answer, sheet.language) + ("" if plain else made)
    return f'<h3>{_("Your answer")}</h3><div class="cr-own" dir="auto">{made}</div>'


def _marker(sheet: Sheet, item: bank.Item, given: Given) -> str:
    """A person's comment, and the rubric's levels with those awarded."""
    from ..manual_grading.marking import Mark as Marked
    from ..manual_grading.marking import from_comment
    from .markdown import rendered

    criteria = sheet.rubrics.get(item.id, [])
    made = Marked(0, {}, given.comment)
    if criteria and given.manual is not None:
        made = from_comment(criteria, given.manual, given.comment)
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
    if not sheet.keys or item.kind != "code":
        return ""
    lines = [x for x in item.answer.splitlines() if not re.match(r"\s*### (BEGIN|END) ", x)]
    text = visible("\n".join(lines))
    return f"<h3>{_('A solution')}</h3><pre>{text}</pre>"


def _cells(result: Result) -> dict[str, _Cell]:
    """Answer cells by item; a cell of the student's own that was stopped is said at the next."""
    found: dict[str, _Cell] = {}
    before = ""
    for cell in result.notebook.get("cells", []):
        id_, failed = _id(cell), ""
        for out in cell.get("outputs", []):
            if out["output_type"] == "error":
                failed = f"{out['ename']}: {out['evalue'][:300]}"
                if out["ename"] == "Timeout":
                    failed = out["evalue"]
                # Python's own messages are English, and so is the sandbox's.
                failed = part("en", visible(failed))
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            words: str = failed and told(_("Your cell stopped. {reason}"), reason=failed)
            item = id_.removesuffix("-answer")
            shown = pictures.pasted(cell.get("attachments"))
            found[item] = _Cell("".join(cell["source"]), words, before, shown)
            before = ""
        elif not id_ and failed:
            words = _("A cell that you added before this one stopped. {reason}")
            before = told(words, reason=failed)
    return found


def _where(sheet: Sheet, result: Result) -> list[str]:
    """Which cell ended the notebook, and what to look for in it."""
    if result.stopped is None:
        return []
    cell = result.notebook["cells"][result.stopped]
    title = sheet.titles.get(_id(cell).removesuffix("-answer"))
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


# -- files -----------------------------------------------------------------------------------------


@dataclass
class Written:
    """What came of writing pages: whose were written, and whose files were left as they are."""

    paths: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)


def _signed(title: str, body: str) -> str:
    text = page(title, body, STYLE)
    mark = _MARK.format(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    return text.replace("<title>", f"{mark}<title>", 1)


def ours(text: str) -> bool:
    """Whether a page is one of ours, and as it was written."""
    found = re.search(_MARK.format("([0-9a-f]{64})"), text)
    if not found:
        return False
    rest = text.replace(found[0], "", 1)
    return hashlib.sha256(rest.encode("utf-8", "replace")).hexdigest() == found[1]


def write(
    course: Path,
    name: str,
    students: Sequence[str] = (),
    *,
    keys: bool = False,
    force: bool = False,
) -> Written:
    """Write the pages of a quiz, of all who have results or of some.

    A page that isn't ours, or was changed by hand, is left as it is but for ``force``. Raises
    ``ValueError`` where there are no results, or none of a student who was named.
    """
    from ..grading import gradebook, run

    quiz = sheet(course, name, keys)
    place = Course(course)
    there = place.graded(name)
    if missing := sorted(set(students) - set(there)):
        raise ValueError(f"there are no results of {name} of {', '.join(missing)}")
    if not there:
        raise ValueError(f"there are no results of {name} yet: crossroads grade {name}")
    graded = _graded(gradebook.grades(course, name))
    dates = gradebook.dates(course, name)
    possible = sum(item.points for item in quiz.items)
    for student in gradebook.lateness(course, name, possible):
        dates[student] = replace(dates[student], unsettled=True)
    written = Written()
    for student in students or there:
        result = run.kept(course, name, checked_id(student))
        if result is None or student not in graded:
            raise ValueError(
                f"the result of {student} is damaged or not in the gradebook: crossroads grade "
                f"{name} --student {student}"
            )
        path = place.feedback(student, name) / f"{name}.html"
        if path.exists() and not force and not ours(path.read_text("utf-8", "replace")):
            written.left.append(path)
            continue
        made = student_page(quiz, result, graded[student], dates.get(student))
        _for_nbgrader(path.parent, place.submitted(student, name), result)
        write_whole(path, made.encode("utf-8", "replace"))
        written.paths.append(path)
    return written


def _for_nbgrader(folder: Path, submitted: Path, result: Result) -> None:
    """Write what ``nbgrader release_feedback`` wants beside a page: when it came, and its secret.

    Work that didn't come through the exchange has no secret: then one that nobody knows will do.
    """
    write_whole(folder / "timestamp.txt", result.submitted or "unknown")
    name = "submission_secret.txt"
    own = submitted / name
    if own.resolve() == own.absolute() and own.is_file() and own.stat().st_size <= MOST_SECRET:
        write_whole(folder / name, own.read_bytes())
    elif not (folder / name).is_file():
        write_whole(folder / name, secrets.token_hex(64))


def _graded(grades: pd.DataFrame) -> dict[str, dict[str, Given]]:
    found: dict[str, dict[str, Given]] = {}
    for row in grades.itertuples():
        one = Given(
            _points(row.auto),
            _points(row.manual),
            _points(row.extra) or 0.0,
            bool(row.waiting),
            str(row.comment),
        )
        found.setdefault(str(row.student_id), {})[str(row.item)] = one
    return found


def _points(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
