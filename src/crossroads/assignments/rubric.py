"""Rubrics: the criteria of an item that a person marks, and marks made of their levels.

``rubric.yml`` lies beside a source notebook. A mark stands in the gradebook as points and a comment
whose last paragraph says which level each criterion got.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ..course import source
from . import bank

#: Points by criterion.
Levels = dict[str, float]
LEAD = "By the rubric: "


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: ``levels`` are its words by points, highest first.

    If it is ``free``, any points between the lowest and the highest level will do.
    """

    name: str
    levels: dict[float, str]
    free: bool = False

    def allows(self, points: float | None) -> bool:
        """Return whether these points can be given."""
        if points is None or not self.free:
            return points in self.levels
        return min(self.levels) <= points <= max(self.levels)

    def rank(self, points: float) -> int:
        """Return the place of a level among all, 0 being the lowest."""
        return sorted(self.levels).index(points)


@dataclass(frozen=True)
class Mark:
    """A marker's mark for an answer; without ``levels``, its points come from elsewhere."""

    points: float
    levels: Levels = field(default_factory=dict)
    comment: str = ""


def rubric(course: Path, item: bank.Item) -> list[Criterion]:
    """Return an item's criteria; without a rubric, one with a level for each whole point.

    Raises ``ValueError`` for a rubric that can't be used, and says where it is.
    """
    path = source(course, item.assignment) / "rubric.yml"
    if not path.is_file():
        return [_whole_points(item)]
    try:
        found = (yaml.safe_load(path.read_text("utf-8")) or {}).get(item.id)
        if found is None:
            return [_whole_points(item)]
        criteria = [
            Criterion(
                str(one["criterion"]),
                {
                    float(points): " ".join(str(words).split())
                    for points, words in sorted(one["levels"].items(), reverse=True)
                },
            )
            for one in found
        ]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(
            f"{path}: {item.id} needs a list of criteria, each with criterion: a name, and "
            "levels: points and what they stand for"
        ) from None
    most = sum(max(one.levels) for one in criteria)
    if abs(most - item.points) > 1e-9 or len({one.name for one in criteria}) < len(criteria):
        raise ValueError(
            f"{path}: the criteria of {item.id} need different names, and {item.points:g} points "
            f"together; they have {most:g}"
        )
    return criteria


def _whole_points(item: bank.Item) -> Criterion:
    steps = {float(n) for n in range(int(item.points) + 1)} | {float(item.points)}
    return Criterion("Points", dict.fromkeys(sorted(steps, reverse=True), ""), item.is_plain)


def mark(criteria: Iterable[Criterion], levels: Mapping[str, float], comment: str = "") -> Mark:
    """Return a mark of a level for each criterion.

    Raises ``ValueError`` where one is missing or none.
    """
    chosen: Levels = {}
    for one in criteria:
        if not one.allows(levels.get(one.name)):
            most = f"{one.name} go from {min(one.levels):g} to {max(one.levels):g}"
            raise ValueError(most if one.free else f"choose a level for {one.name}")
        chosen[one.name] = float(levels[one.name])
    return Mark(sum(chosen.values()), chosen, comment.strip())


def to_comment(criteria: list[Criterion], made: Mark) -> str:
    """Return what stands in the gradebook as a comment.

    It is the marker's comment, then the level of each criterion.
    """
    if len(criteria) < 2:
        return made.comment
    parts = [f"{c.name} {made.levels[c.name]:g} of {max(c.levels):g}" for c in criteria]
    return f"{made.comment}\n\n{LEAD}{'; '.join(parts)}.".strip()


def from_comment(criteria: list[Criterion], points: float, text: str) -> Mark:
    """Return the mark that points and comment in the gradebook stand for.

    Without levels where the points are not their sum, as after a change in formgrader.
    """
    if len(criteria) < 2:
        (one,) = criteria
        return Mark(points, {one.name: points} if one.allows(points) else {}, text)
    number = r" ([\d.]+) of [\d.]+"
    parts = "; ".join(re.escape(one.name) + number for one in criteria)
    found = re.search(rf"(?:\A|\n\n){LEAD}{parts}\.\Z", text.rstrip())
    if not found:
        return Mark(points, {}, text)
    comment = text[: found.start()]
    levels = {c.name: float(n) for c, n in zip(criteria, found.groups(), strict=True)}
    good = all(levels[c.name] in c.levels for c in criteria) and sum(levels.values()) == points
    return Mark(points, levels if good else {}, comment)
