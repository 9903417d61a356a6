"""Turn a result and the gradebook into a student's page, question by question. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..assignments import bank, rubric
from ..assignments.rubric import Criterion
from ..grading.adjustments.rules import WHOLE, Adjusted
from ..grading.notes import say
from ..grading.results import Mark, Result
from ..grading.submitted.python_source import literal
from ..i18n import _
from ..questions import kinds
from ..questions.hints import hint
from ..questions.outcome import Outcome
from ..web.html import Html
from ..web.texts import part, shown_signs, told, visible
from .adjusted_words import of_question
from .items import Answer, Code, Levels, Shown, chosen, count, explained, noted, read, state
from .markdown import rendered
from .quiz import Sheet
from .submission import Cell, Given, values_in

#: Letters of what a test said, which may quote what a student's code gave back.
MOST_SAID = 3000
#: What a test says where a name has no value.
_NO_NAME = re.compile(r"(?:NameError: )?name '[^']{1,80}' is not defined\.?")


def shown(
    sheet: Sheet,
    item: bank.Item,
    result: Result,
    given: Given,
    said: list[str],
    cell: Cell,
    adjusted: Adjusted | None = None,
) -> Shown:
    """Return a question with its answer, its points, and what is ``said`` of it."""
    points = given.points
    if adjusted and item.id in adjusted.overridden:
        points = adjusted.points.get(item.id)
    excused = bool(adjusted and {item.id, WHOLE} & adjusted.excused.keys())
    mark = result.marks.get(item.id)
    untouched = {item.id, item.answer_cell} & {*result.untouched}
    if item.is_plain and given.points:
        untouched = set()  # a test that passes without an answer is one that passes
    outcome = mark.outcome if mark else None
    how = state(given.points, item.points, outcome, bool(untouched))
    if given.manual is not None:
        how = "marked"
        said = [*said, *_by_hand(item, given)]
    if points is None and excused:
        how = "excused"
    elif points is None:
        how = "waiting"
        said = [*said, told(_("Not marked yet: a person will read this answer."))]
    elif adjusted and item.id in adjusted.overridden:
        how = "marked"
    if given.extra:
        words = _("This includes {points:+g} points of extra credit.")
        said = [*said, told(words, points=given.extra)]
    said = [*said, *(of_question(adjusted, item.id) if adjusted else [])]
    comment, levels = _marker(sheet, item, given)
    return Shown(
        item.id,
        sheet.titles[item.id],
        how,
        points,
        item.points,
        said,
        asked=sheet.asked[item.id],
        answer=_answer(sheet, item, result, cell, bool(untouched)),
        comment=comment,
        rubric=levels,
        solution=_solution(sheet, item),
        excused=excused,
    )


def _by_hand(item: bank.Item, given: Given) -> list[Html]:
    said = []
    if item.test and given.auto is not None:
        words = _("A person set these points; the computer had given {points:g}.")
        said.append(told(words, points=given.auto))
    if given.waiting:
        words = _(
            "Your work was graded again after this: a person will look at this mark once more."
        )
        said.append(told(words))
    return said


def said(sheet: Sheet, item: bank.Item, result: Result, mark: Mark | None, cell: Cell) -> list[str]:
    """Return what is said of an automatic mark, without what would give the key away."""
    if not mark or not item.test:
        return []
    if mark.error == "NotRun" and mark.notes:
        return [Html(" ").join(map(noted, mark.notes))]
    lines: list[str] = [cell.before, cell.failed]
    if cell.failed and _NO_NAME.fullmatch(mark.said):
        # The cell stopped before it gave the name its value: that was said.
        return lines
    if item.is_plain:
        return [*lines, *_of_test(mark)]
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


def _of_test(mark: Mark) -> list[str]:
    """Return what another course's test said: its message, or what ended it."""
    lines = [line for line in _cut(mark.said).splitlines() if line.strip()]
    if mark.error in ("", "AssertionError") and (lines or not mark.error):
        return [visible(line) for line in lines]
    reason = ": ".join([mark.error, *lines[-1:]])
    return [
        told(_("The test of this answer stopped. {reason}"), reason=part("en", visible(reason)))
    ]


def _words(item: bank.Item, mark: Mark, cell: Cell, call: Mapping[str, Any]) -> str:
    """Return an outcome in the page's language; what only a test could say, as it said it."""
    if not mark.outcome or not kinds.tells(mark.outcome):
        return mark.said
    said = [*kinds.say(mark.outcome, call), *map(say, mark.notes)]
    more = hint(cell.source, item.name) if mark.points == 0 else ""
    return "\n".join([*said, more] if more else said)


def _cut(said: str) -> str:
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} {_('… (shortened)')}"


def _given(item: bank.Item, call: Mapping[str, Any], mark: Mark, cell: Cell) -> Outcome | None:
    """Return an answer's outcome; ``None`` where it can't be read, or isn't known."""
    plain, value = literal(cell.source, item.name)
    if not plain:
        # It was worked out by code: the outcome says how it was read.
        value = mark.outcome.answer if mark.outcome else None
    return read(item, call, value)


def _answer(
    sheet: Sheet, item: bank.Item, result: Result, cell: Cell, untouched: bool
) -> Answer | None:
    if item.of_the_whole:
        return None
    if untouched or not cell.source.strip():
        return Answer()
    if not item.test and not cell.is_code:
        return Answer(rendered(shown_signs(cell.source), cell.pictures))
    mark, given = result.marks.get(item.id), None
    if mark and item.kind in kinds.AS_DATA:
        given = _given(item, sheet.call(item, result.student), mark, cell)
    if given is None:
        return Answer(code=Code(cell.source))
    plain = literal(cell.source, item.name)[0]
    return Answer(chosen=chosen(item, given.answer), code=None if plain else Code(cell.source))


def _marker(sheet: Sheet, item: bank.Item, given: Given) -> tuple[Html | str, list[Levels]]:
    """Return a person's comment, and the rubric's levels with those awarded."""
    criteria = sheet.rubrics.get(item.id, [])
    made = rubric.Mark(0, {}, given.comment)
    if criteria and given.manual is not None:
        made = rubric.from_comment(criteria, given.manual, given.comment)
    comment = rendered(shown_signs(made.comment)) if made.comment.strip() else ""
    if given.manual is None:
        return comment, []
    return comment, [levels_of(one, made.levels.get(one.name)) for one in criteria if _tells(one)]


def _tells(criterion: Criterion) -> bool:
    return any(criterion.levels.values())


def levels_of(criterion: Criterion, own: float | None = None) -> Levels:
    """Return a criterion's levels, and the points that were given."""
    levels = [(points, count(points), words) for points, words in criterion.levels.items()]
    return Levels(criterion.name, max(criterion.levels), own, levels)


def _solution(sheet: Sheet, item: bank.Item) -> str:
    return solution_of(item) if sheet.keys and item.is_function else ""


def solution_of(item: bank.Item) -> str:
    """Return the code of a question's solution, as its source has it."""
    lines = [x for x in item.answer.splitlines() if not re.match(r"\s*### (BEGIN|END) ", x)]
    return "\n".join(lines)
