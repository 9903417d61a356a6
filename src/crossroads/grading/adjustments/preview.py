"""Preview whom adjustments affect, and how. Pure functions; nothing is written.

It is for teachers, and so in English.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...notes import counted as how_many
from ..notes import Note
from .dropping import Drop
from .rules import EVERYBODY, WHOLE, Adjusted, Curve, Rule


@dataclass(frozen=True)
class Change:
    """One student's points and maximum as they were earned, and as they count."""

    student: str
    before: float | None
    possible: float
    after: Adjusted


def changes(
    earned: Iterable[Mapping[str, Any]],
    counted: Iterable[Mapping[str, Any]],
    possible: Mapping[str, float],
) -> list[Change]:
    """Return those whose marks are touched; ``earned`` and ``counted`` are rows of marks."""
    before = {str(row["student_id"]): row["total"] for row in earned}
    whole, found = sum(possible.values()), []
    for row in counted:
        student, made = str(row["student_id"]), row["adjusted"]
        if not made:
            continue
        one = Change(student, before.get(student), whole, made)
        moved = (one.before, whole) != (made.total, made.possible)
        if moved or made.overridden or made.excused:
            found.append(one)
    return found


def words(name: str, rule: Rule, found: Iterable[Change]) -> list[str]:
    """Return an assignment's adjustments in lines.

    Rules for everybody come first, then the students they affect.
    """
    lines = [name]
    if rule.curve:
        lines.append(f"  curve: {curve_words(rule.curve)}{_why(rule.curve.reason)}")
    if WHOLE in rule.extra_credit:
        lines.append("  all of it is extra credit: its points count, but not in the maximum")
    elif rule.extra_credit:
        lines.append(f"  extra credit, not in the maximum: {', '.join(sorted(rule.extra_credit))}")
    everybody = rule.excused_for(EVERYBODY)
    lines += [f"  everybody: {_excused(item)}{_why(why)}" for item, why in everybody.items()]
    there = set()
    for one in found:
        there.add(one.student)
        lines.append(f"  {one.student}: {_of(one.before, one.possible)} → {_after(one.after)}")
        for item, (old, new) in one.after.overridden.items():
            mark = "not marked" if old is None else f"{old:g}"
            moot = ", and excused from it" if item in one.after.excused else ""
            lines.append(f"    {item}: {mark} → {new.points:g}{moot}{_why(new.reason)}")
        own = {i: why for i, why in one.after.excused.items() if everybody.get(i) != why}
        lines += [f"    {_excused(item)}{_why(why)}" for item, why in own.items()]
    named = {*rule.marks, *rule.excused} - {EVERYBODY} - there
    lines += [
        f"  {who}: submitted nothing, and not every question has a mark, so nothing counts yet"
        for who in sorted(named)
    ]
    return lines if len(lines) > 1 else [*lines, "  no student is affected"]


def kept(rule: Rule, moved: Mapping[str, Iterable[Note]]) -> list[str]:
    """Return lines on the marks that ``moved``, and count as they are overridden all the same."""
    lines = []
    for student, notes in sorted(moved.items()):
        given = rule.overridden_for(student)
        own = [f"{n.item} ({given[n.item].points:g})" for n in notes if n.item in given]
        if own:
            lines.append(f"  overridden, so the mark stays: {student}: {', '.join(own)}")
    return lines


def rows(rule: Rule, found: Iterable[Change]) -> list[dict[str, str]]:
    """Return an assignment's adjustments for a table: who, what was earned, what counts, and why.

    Rules for the whole class come first, then students with lines of their own.
    """
    whole = [f"curve {curve_words(rule.curve)}{_why(rule.curve.reason)}"] if rule.curve else []
    if rule.extra_credit:
        items = "all" if WHOLE in rule.extra_credit else ", ".join(sorted(rule.extra_credit))
        whole.append(f"extra credit: {items}")
    whole += _own(rule, EVERYBODY)
    table = [_table_row(EVERYBODY, "", "", whole)] if whole else []
    for one in found:
        if why := _own(rule, one.student):
            earned, counts = _of(one.before, one.possible), _after(one.after)
            table.append(_table_row(one.student, earned, counts, why))
    return table


def _own(rule: Rule, student: str) -> list[str]:
    """Return a student's own lines, or everybody's."""
    marks, excused = rule.marks.get(student, {}), rule.excused.get(student, {})
    said = [f"{item}: {mark.points:g}{_why(mark.reason)}" for item, mark in marks.items()]
    return [*said, *(f"{_excused(item)}{_why(reason)}" for item, reason in excused.items())]


def _table_row(student: str, earned: str, counts: str, why: Iterable[str]) -> dict[str, str]:
    return {"student_id": student, "earned": earned, "counts": counts, "why": "; ".join(why)}


def drop_words(drop: Drop, dropped: Mapping[str, Collection[str] | None]) -> list[str]:
    """Return a rule for dropping in lines; ``dropped`` are the assignments by student."""
    of, by = ", ".join(drop.of), {"percent": "per cent", "points": "points"}.get(drop.by)
    how = f"by {by}" if by else "whichever leaves the highest total"
    lines = [f"drop the lowest {drop.lowest} of {of}, {how}"]
    for who, names in dropped.items():
        gone = None if names is None else sorted(set(names) & set(drop.of))
        if gone is None:
            lines.append(f"  {who}: not known yet: not all of them are marked")
        elif gone:
            lines.append(f"  {who}: {', '.join(gone)}")
    return lines


def curve_words(curve: Curve) -> str:
    """``× 1.1 + 2 points, at most 100 %``."""
    parts = [f"× {curve.scale:g}"] if curve.scale != 1 else []
    if curve.add:
        parts.append(f"{'+' if curve.add > 0 else '−'} {how_many(abs(curve.add), 'point')}")
    limit = "no limit" if curve.at_most is None else f"at most {100 * curve.at_most:g} %"
    return f"{' '.join(parts) or '× 1'}, {limit}"


def _of(points: float | None, possible: float) -> str:
    return f"{'no total' if points is None else f'{points:g}'} of {possible:g}"


def _after(made: Adjusted) -> str:
    return "excused" if made.is_excused else _of(made.total, made.possible)


def _excused(item: str) -> str:
    return "excused" if item == WHOLE else f"{item} does not count"


def _why(reason: str) -> str:
    return f": {reason}" if reason else ""
