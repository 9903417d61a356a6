"""Apply adjustments to one student's marks: pure functions over plain data.

A question that is excused counts neither in the points nor in the maximum. The order is: marks that
are overridden, what is excused, the curve, then the late penalty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FILE = "adjustments.yml"
#: Stands for the whole class, in place of a student; and for a whole assignment in a question's.
EVERYBODY, WHOLE = "everybody", ""


@dataclass(frozen=True)
class Overridden:
    """A mark that a person set in place of the one that was earned, and why."""

    points: float
    reason: str


@dataclass(frozen=True)
class Curve:
    """A linear curve: earned points times ``scale`` plus ``add`` points.

    ``at_most`` is a share of the maximum that it doesn't lead beyond; ``None``: there is no limit.
    """

    scale: float = 1.0
    add: float = 0.0
    at_most: float | None = 1.0
    reason: str = ""


@dataclass(frozen=True)
class Rule:
    """The adjustments of one assignment."""

    #: By student, or ``EVERYBODY``, and question.
    marks: Mapping[str, Mapping[str, Overridden]] = field(default_factory=dict)
    #: Reasons by student, or ``EVERYBODY``, and question, or ``WHOLE``.
    excused: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: Questions that count but not in the maximum, or ``WHOLE``.
    extra_credit: frozenset[str] = frozenset()
    curve: Curve | None = None

    def __bool__(self) -> bool:
        return bool(self.marks or self.excused or self.extra_credit or self.curve)

    def overridden_for(self, student: str) -> dict[str, Overridden]:
        """Return a student's overridden marks by question: their own before everybody's."""
        return {**self.marks.get(EVERYBODY, {}), **self.marks.get(student, {})}

    def excused_for(self, student: str) -> dict[str, str]:
        """Return what a student is excused from, with the reasons, by question or ``WHOLE``."""
        return {**self.excused.get(EVERYBODY, {}), **self.excused.get(student, {})}

    def is_excused(self, student: str) -> bool:
        """Return whether a student is excused from the whole assignment."""
        return WHOLE in self.excused_for(student)

    def settles(self, student: str, item: str) -> bool:
        """Return whether nobody has to mark a student's answer: it's excused, or overridden."""
        settled = {*self.excused_for(student), *self.overridden_for(student)}
        return not settled.isdisjoint({item, WHOLE})

    def counting(self, student: str, possible: Mapping[str, float]) -> dict[str, float]:
        """Return the points that each question adds to a student's maximum.

        Excused questions add nothing.
        """
        excused = self.excused_for(student)
        if WHOLE in excused:
            return {}
        return {
            item: 0.0 if item in self.extra_credit else points
            for item, points in possible.items()
            if item not in excused
        }

    def maximum(self, student: str, possible: Mapping[str, float]) -> float:
        """Return a student's points possible: what lateness is counted of, too."""
        return sum(self.counting(student, possible).values())


@dataclass(frozen=True)
class Adjusted:
    """One student's adjusted marks of an assignment."""

    #: Points of each question as they count; ``None`` where one isn't marked.
    points: Mapping[str, float | None]
    #: The maximum, without what is excused and extra credit.
    possible: float
    #: The reasons, by question or ``WHOLE``.
    excused: Mapping[str, str] = field(default_factory=dict)
    #: By question: what was earned, and what counts in its place.
    overridden: Mapping[str, tuple[float | None, Overridden]] = field(default_factory=dict)
    extra_credit: frozenset[str] = frozenset()
    #: Points that the curve adds, and those that lateness takes.
    curve: float = 0.0
    late_penalty: float = 0.0
    #: ``None`` where something isn't marked, or all is excused.
    total: float | None = None

    @property
    def is_excused(self) -> bool:
        """Whether none of it counts."""
        return WHOLE in self.excused


def is_changed(made: Adjusted | None) -> bool:
    """Return whether a student's marks count in another way than they were earned."""
    return bool(made and (made.overridden or made.excused or made.extra_credit or made.curve))


def adjust(
    rule: Rule,
    student: str,
    earned: Mapping[str, float | None],
    possible: Mapping[str, float],
    late_penalty: float = 0.0,
    extra: Mapping[str, float] | None = None,
) -> Adjusted:
    """Return what a student's ``earned`` points come to, by question; ``None`` is not marked yet.

    ``possible`` are the points of every question of the assignment. ``extra`` is what a person gave
    besides, as nbgrader has it; it's in ``earned``, and stays beside an overridden mark.
    """
    given, excused = rule.overridden_for(student), rule.excused_for(student)
    overridden = {item: (earned.get(item), given[item]) for item in possible if item in given}
    extra = extra or {}
    points = {
        item: given[item].points + extra.get(item, 0.0) if item in given else earned.get(item)
        for item in possible
    }
    counting = rule.counting(student, possible)
    if not counting:
        # Excused from each of its questions is excused from all of it.
        excused = excused if WHOLE in excused else {WHOLE: _same(excused.values()), **excused}
        return Adjusted(points, 0.0, excused, overridden, rule.extra_credit)
    maximum = sum(counting.values())
    counted = [points[item] for item in counting]
    known = [value for value in counted if value is not None]
    curve = total = None
    if len(known) == len(counted):
        summed = sum(known)
        curve = _curved(rule, summed, maximum, rule.maximum(EVERYBODY, possible)) - summed
        total = max(round(summed + curve - late_penalty, 6), 0.0)
    bonus, off = rule.extra_credit, late_penalty
    added = round(curve or 0.0, 6)
    return Adjusted(points, maximum, excused, overridden, bonus, added, off, total)


def _curved(rule: Rule, points: float, maximum: float, whole: float) -> float:
    """Return points after the curve, which is of the ``whole`` class's maximum."""
    curve = rule.curve
    if not curve or not maximum:
        return points
    # Who is excused from a part gets that part of what is added.
    added = curve.scale * points + curve.add * (maximum / whole if whole else 1.0)
    if curve.at_most is not None:
        # What was earned beyond it, by extra credit, isn't taken away.
        added = min(added, max(curve.at_most * maximum, points))
    return max(round(added, 2), 0.0)


def _same(reasons: Iterable[str]) -> str:
    """Return the reason, where there is only one."""
    found = set(reasons)
    return found.pop() if len(found) == 1 else ""
