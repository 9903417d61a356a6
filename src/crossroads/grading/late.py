"""Late rules as data: ``deadlines.yml`` in the course directory.

    per_day: 10      # percent of the assignment's points, for each day begun
    at_most: 50      # percent, however late
    grace: 15        # minutes that cost nothing
    assignments:
      quiz-03:
        due: 2027-01-31 12:00:00 +05:00
        per_day: 20  # an assignment may have rules of its own
        extensions:
          student-07: 2027-02-03 12:00:00 +05:00

A time without an offset is UTC. Days are counted from the deadline; within the grace, nothing is
taken off. Where there is no such file, the gradebook's dates and penalties are left as they are.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FILE = "deadlines.yml"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """What lateness costs: shares of 1 of the points possible; and when it begins."""

    per_day: float = 0.0
    at_most: float = 1.0
    grace: timedelta = timedelta(0)
    due: datetime | None = None
    #: Students' own deadlines; ``None``: those in the gradebook stay.
    extensions: dict[str, datetime] | None = None

    def penalty(self, late: timedelta, possible: float) -> float:
        """The points taken off work that came so late, of so many possible."""
        if late <= self.grace:
            return 0.0
        share = min(self.per_day * math.ceil(late / _DAY), self.at_most)
        return round(share * possible, 2)


@dataclass(frozen=True)
class Deadlines:
    """The rule of the course, and the assignments' own."""

    rule: Rule = Rule()
    own: dict[str, Rule] = field(default_factory=dict)

    def of(self, assignment: str) -> Rule:
        """The rule that holds for an assignment."""
        return self.own.get(assignment, self.rule)


def read(course: Path) -> Deadlines | None:
    """The course's late rules; ``None`` without a file.

    Raises ``ValueError`` that says which entry is wrong, and what would be right.
    """
    import yaml

    path = course / FILE
    if not path.is_file():
        return None
    try:
        return parse(yaml.safe_load(path.read_text("utf-8")) or {})
    except yaml.YAMLError as error:
        raise ValueError(f"{FILE} isn't YAML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        raise ValueError(f"{FILE}: {error}") from None


def parse(data: Any) -> Deadlines:
    """Make late rules of what a file holds. Raises ``ValueError``."""
    rule = _rule(Rule(), _mapping(data, "the file"), "", {"assignments"})
    listed = _mapping(data.get("assignments") or {}, "assignments")
    own = {
        str(name): _rule(rule, _mapping(entry or {}, name), f"{name}: ", {"due", "extensions"})
        for name, entry in listed.items()
    }
    return Deadlines(rule, own)


def _rule(base: Rule, data: dict[Any, Any], where: str, more: set[str]) -> Rule:
    known = {"per_day", "at_most", "grace"} | more
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
            raise ValueError(f"{where}{key!r} is unknown; {hint}")
    changes: dict[str, Any] = {
        key: _number(data[key], f"{where}{key}", 100) / 100
        for key in ("per_day", "at_most")
        if key in data
    }
    if "grace" in data:
        changes["grace"] = timedelta(minutes=_number(data["grace"], f"{where}grace", 10**6))
    if data.get("due") is not None:
        changes["due"] = _time(data["due"], f"{where}due")
    if "extensions" in data:
        given = _mapping(data["extensions"] or {}, f"{where}extensions")
        changes["extensions"] = {
            str(student): _time(until, f"{where}extensions: {student}")
            for student, until in given.items()
        }
    return replace(base, **changes)


def _mapping(data: Any, where: object) -> dict[Any, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{where} needs lines of the form name: value")
    return data


def _number(data: Any, where: str, most: float) -> float:
    if isinstance(data, bool) or not isinstance(data, (int, float)) or not 0 <= data <= most:
        raise ValueError(f"{where} must be a number from 0 to {most}, not {data!r}")
    return float(data)


def _time(data: Any, where: str) -> datetime:
    if not isinstance(data, datetime):
        raise ValueError(f"{where} must be a time such as 2027-01-31 12:00:00 +05:00, not {data!r}")
    return data if data.tzinfo else data.replace(tzinfo=UTC)
