"""Dropping the lowest of some assignments, and what a course comes to in total. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: By what a mark is lowest: its share of the points, its points, or by what leaves the highest
#: total (as Canvas drops).
PERCENT, POINTS, TOTAL = "percent", "points", "total"
WAYS = (PERCENT, POINTS, TOTAL)


@dataclass(frozen=True)
class Drop:
    """A rule that drops each student's ``lowest`` so many of these assignments."""

    lowest: int
    of: tuple[str, ...]
    by: str = PERCENT


@dataclass(frozen=True)
class Score:
    """A student's score of one assignment, as it counts.

    ``points`` is ``None`` where there is no total yet. Of ``extra`` credit the points count, but
    not in the maximum. Who is ``excused`` has neither.
    """

    points: float | None
    possible: float
    excused: bool = False
    extra: bool = False


@dataclass(frozen=True)
class CourseTotal:
    """A student's points in a course; both ``None`` where they aren't known, or nothing counts."""

    points: float | None = None
    possible: float | None = None
    #: The assignments that are dropped; ``None`` where it isn't known yet which.
    dropped: frozenset[str] | None = field(default_factory=frozenset)

    @property
    def share(self) -> float | None:
        """The share of the points that count."""
        if self.points is None or not self.possible:
            return None
        return self.points / self.possible


def course_total(scores: Mapping[str, Score], drops: Iterable[Drop]) -> CourseTotal:
    """Return the total of a student's ``scores``, by assignment, without the dropped ones."""
    dropped: frozenset[str] | None = frozenset()
    for drop in drops:
        of = {name: scores[name] for name in drop.of if name in scores}
        found = lowest({n: s for n, s in of.items() if not s.excused and not s.extra}, drop)
        dropped = None if dropped is None or found is None else dropped | found
    counting = {n: s for n, s in scores.items() if not s.excused and n not in (dropped or ())}
    points = [score.points for score in counting.values()]
    known = [value for value in points if value is not None]
    possible = sum(score.possible for score in counting.values() if not score.extra)
    if dropped is None or len(known) != len(points) or not possible:
        return CourseTotal(dropped=dropped)
    return CourseTotal(round(sum(known), 6), possible, dropped)


def lowest(scores: Mapping[str, Score], drop: Drop) -> frozenset[str] | None:
    """Return which of ``scores`` are dropped; ``None`` where one isn't known that may be.

    One always stays. Of equal ones the later is dropped.
    """
    count = min(drop.lowest, len(scores) - 1)
    if count <= 0:
        return frozenset()
    if any(score.points is None for score in scores.values()):
        return None
    order = {name: place for place, name in enumerate(scores)}
    given = {name: (score.points or 0.0, score.possible) for name, score in scores.items()}

    def by(rank: Mapping[str, float]) -> list[str]:
        return sorted(given, key=lambda name: (round(rank[name], 9), -order[name]))

    if drop.by == POINTS:
        return frozenset(by({name: points for name, (points, _) in given.items()})[:count])
    share = {name: points / most if most else 0.0 for name, (points, most) in given.items()}
    if drop.by == PERCENT:
        return frozenset(by(share)[:count])
    # The highest share that some of them can have: kept are those most above it (Dinkelbach 1967).
    best = -1.0
    while True:
        kept = by({name: points - best * most for name, (points, most) in given.items()})[count:]
        whole = sum(given[name][1] for name in kept)
        found = sum(given[name][0] for name in kept) / whole if whole else 0.0
        if found <= best + 1e-12:
            return frozenset(given) - frozenset(kept)
        best = found
