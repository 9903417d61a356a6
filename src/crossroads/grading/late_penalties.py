"""Late rules as data: ``deadlines.yml`` in the course directory, and what they make of a class.

    zone: Europe/Oslo   # of times that name no zone; without this line they are UTC
    per_day: 10      # percent of the assignment's points, for each day begun
    at_most: 50      # percent, however late
    grace: 15        # minutes that cost nothing
    assignments:
      quiz-03:
        due: 2027-01-31 12:00
        per_day: 20  # an assignment may have rules of its own
        sections:    # later for everybody of a section of the roster
          Evening: 2027-02-01 12:00
        extensions:  # later for one student
          student-07: 2027-02-03 12:00:00 +05:00
        submitted:   # when work came, where its own file can't say
          student-09: 2027-01-31 11:40

Days are counted from the deadline by its own clock, so one with a change to or from summer time has
23 or 25 hours. Within the grace, nothing is taken off. Where there is no such file, the gradebook's
dates and penalties are left as they are.

All is decided here, on plain data; ``submission_times`` reads what it needs from the course.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ..course import Course
from .checked_yaml import Names, Reader, is_null, line, text
from .notes import Note
from .time_formats import EXAMPLE, read_time, zone_of

FILE = "deadlines.yml"
LATE, IN_TIME = "late", "in time"
_DAY, _MOMENT = timedelta(days=1), timedelta(seconds=1)


# -- what lateness costs ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """A late penalty as shares of 1 of the possible points, and the time when it begins."""

    per_day: float = 0.0
    at_most: float = 1.0
    grace: timedelta = timedelta(0)
    due: datetime | None = None
    #: Students' own deadlines; ``None``: those in the gradebook stay.
    extensions: dict[str, datetime] | None = None
    #: Deadlines of sections of the roster; ``resolved`` makes extensions of them.
    sections: dict[str, datetime] = field(default_factory=dict)
    #: What a person says about when work came.
    submitted: dict[str, datetime] = field(default_factory=dict)
    #: The course's zone: that of times that name none.
    zone: tzinfo = UTC

    @property
    def costs(self) -> bool:
        """Whether anything is taken off at all."""
        return self.per_day > 0 and self.at_most > 0

    def cost(self, due: datetime, came: datetime, possible: float) -> float:
        """Return the points taken off work that came then, by the clock of the deadline."""
        if came - due <= self.grace:
            return 0.0
        return round(min(self.per_day * days_begun(due, came), self.at_most) * possible, 2)


def days_begun(due: datetime, came: datetime) -> int:
    """Return how many days have begun between two times, by the clock of the first one."""
    came = came.astimezone(UTC)

    def end(days: int) -> datetime:
        # Of an hour that comes twice, the later one.
        return (due + days * _DAY).replace(fold=1).astimezone(UTC)

    days = max(math.ceil((came - due.astimezone(UTC)) / _DAY) - 1, 0)
    while came > end(days):
        days += 1
    return days


@dataclass(frozen=True)
class Arrival:
    """The time of a submission, as far as anything says so."""

    #: When it came, and until when it had come at the latest: a download's own time.
    time: datetime | None = None
    by: datetime | None = None
    #: What a platform said of it, ``LATE`` or ``IN_TIME``, and the deadline here at that time.
    word: str = ""
    due: datetime | None = None
    #: What is wrong with its timestamp.
    unread: Note | None = None


@dataclass(frozen=True)
class Standing:
    """The lateness of one submission: the time that counts, and the penalty in points.

    Where that can't be told, ``question`` is what a person has to decide, and nothing is taken off
    yet.
    """

    came: datetime | None = None
    off: float = 0.0
    question: Note | None = None


def due_of(
    rule: Rule, student: str, duedate: datetime | None, extension: timedelta | None
) -> datetime | None:
    """Return a student's deadline: by the rule, and where it has none, the gradebook's date."""
    if rule.extensions is not None:
        return rule.extensions.get(student, rule.due or duedate)
    due = rule.due or duedate
    return due + (extension or timedelta(0)) if due else None


def standing(rule: Rule, due: datetime | None, arrival: Arrival, possible: float) -> Standing:
    """Return how one submission stands to its deadline, the student's own if there is one."""
    if not due:
        return Standing(arrival.time)
    found = _stands(rule, due, arrival, possible)
    return found if rule.costs and possible else Standing(found.came)


def _stands(rule: Rule, due: datetime, arrival: Arrival, possible: float) -> Standing:
    end, announced = due + rule.grace, arrival.due or rule.due or due
    if arrival.time:
        # A platform that calls it in time knows better than the time in its download.
        capped = min(arrival.time, arrival.due or due)
        came = capped if arrival.word == IN_TIME else arrival.time
        return Standing(came, rule.cost(due, came, possible))
    if arrival.unread:
        return Standing(question=arrival.unread)
    if arrival.word == LATE and due <= announced:
        # By the least that counts: how late isn't known.
        came = max(end, announced) + _MOMENT
        return Standing(came, rule.cost(due, came, possible))
    if arrival.by and arrival.by <= end:
        return Standing()
    moved = (arrival.word == LATE) or (arrival.word == IN_TIME and due < announced)
    if not moved:
        return Standing()
    about = {"announced": announced.isoformat(), "due": due.isoformat()}
    return Standing(question=Note("platform-says", values={"word": arrival.word.upper(), **about}))


# -- the file --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadlines:
    """The rule of the course, and the assignments' own."""

    rule: Rule = Rule()
    own: dict[str, Rule] = field(default_factory=dict)
    #: Where names stand in the file: its line, by assignment, list and name.
    lines: dict[tuple[str, ...], int] = field(default_factory=dict, compare=False)

    def of(self, assignment: str) -> Rule:
        """Return the rule that holds for an assignment."""
        return self.own.get(assignment, self.rule)


def read(course: Path) -> Deadlines | None:
    """Return the course's late rules as they are written; ``None`` without a file.

    ``submission_times.rules`` checks their names as well. Raises ``ValueError`` that says which
    line is wrong, and what would be right.
    """
    path = Course(course).deadlines
    return parse(path.read_bytes()) if path.is_file() else None


def parse(content: bytes) -> Deadlines:
    """Make late rules of a file's bytes. Raises ``ValueError``."""
    reader = _Reader(FILE)
    root = reader.root(content)
    return reader.deadlines(root) if root is not None else Deadlines()


class _Reader(Reader):
    """Makes rules of YAML's nodes."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._lines: dict[tuple[str, ...], int] = {}
        self._zone: tzinfo = UTC

    def deadlines(self, root: Any) -> Deadlines:
        given = self.mapping(root, "the file")
        if "zone" in given:
            name = text(given["zone"])
            try:
                self._zone = zone_of(name)
            except ValueError:
                raise self.wrong(
                    given["zone"],
                    f"the time zone {name!r} is unknown; use a name such as Europe/London",
                ) from None
        rule = self._rule(Rule(zone=self._zone), given, (), {"assignments", "zone"})
        own = {}
        for name, node in self.optional(given.get("assignments"), "assignments").items():
            self._lines[(name,)] = line(node)
            more = {"due", "extensions", "sections", "submitted"}
            own[name] = self._rule(rule, self.optional(node, name), (name,), more)
        return Deadlines(rule, own, self._lines)

    def _rule(
        self, base: Rule, data: dict[str, Any], path: tuple[str, ...], more: set[str]
    ) -> Rule:
        where = "".join(f"{name}: " for name in path)
        self.only(data, {"per_day", "at_most", "grace"} | more, where)
        changes: dict[str, Any] = {
            key: self.number(data[key], f"{where}{key}", 100) / 100
            for key in ("per_day", "at_most")
            if key in data
        }
        if "grace" in data:
            minutes = self.number(data["grace"], f"{where}grace", 10**6)
            changes["grace"] = timedelta(minutes=minutes)
        if "due" in data and not is_null(data["due"]):
            changes["due"] = self._time(data["due"], f"{where}due")
        for key in {"extensions", "sections", "submitted"} & data.keys():
            changes[key] = dict(self._times(data[key], key, path))
        return replace(base, **changes)

    def _times(self, node: Any, key: str, path: tuple[str, ...]) -> Iterator[tuple[str, datetime]]:
        where = ": ".join((*path, key))
        for name, value in self.optional(node, where).items():
            self._lines[(*path, key, name)] = line(value)
            yield name, self._time(value, f"{where}: {name}")

    def _time(self, node: Any, where: str) -> datetime:
        typed = text(node)
        try:
            return read_time(typed, self._zone, certain=True)
        except ValueError as error:
            why = str(error)
        more = "" if re.search(r"\d:\d\d|\d[Tt]\d", typed) else ", with a time of day"
        hint = "" if more or not typed else f" ({why})"
        words = f"{where} must be a time such as {EXAMPLE}{more}, not {typed!r}{hint}"
        raise self.wrong(node, words)


# -- names -----------------------------------------------------------------------------------------


def resolved(
    rules: Deadlines, assignments: Collection[str], sections: Mapping[str, str], whole: bool = True
) -> tuple[Deadlines, list[Note]]:
    """Return the rules with every name as the course has it, and notes on what couldn't be checked.

    ``sections`` are the students with their sections. A name in another case is understood where
    only one fits. Raises ``ValueError`` that lists the lines whose name nobody has; where the list
    of students isn't ``whole``, an unknown student is only said.
    """
    names = Names(FILE)
    groups = {section for section in sections.values() if section}

    def name_of(path: tuple[str, ...], known: Collection[str], of: str, sure: bool) -> str:
        return names.name(path[-1], known, of, rules.lines.get(path, 1), sure=sure)

    own: dict[str, Rule] = {}
    for given, rule in rules.own.items():
        name = name_of((given,), assignments, "assignment", True)
        if name in own:
            names.say_wrong(rules.lines.get((given,), 1), f"{name} appears twice")
        lists: dict[str, Any] = {}
        for key, known, of, sure in (
            ("extensions", sections, "student", whole),
            ("sections", groups, "section", True),
            ("submitted", sections, "student", whole),
        ):
            listed = getattr(rule, key)
            if listed is None:
                continue
            lists[key] = {}
            for who, until in listed.items():
                found = name_of((given, key, who), known, of, sure)
                if found in lists[key]:
                    at = rules.lines.get((given, key, who), 1)
                    names.say_wrong(at, f"{found} appears twice")
                lists[key][found] = until
        own[name] = _with_sections(replace(rule, **lists), sections)
    return replace(rules, own=own), names.settle()


def _with_sections(rule: Rule, sections: Mapping[str, str]) -> Rule:
    """Return the rule with its sections' deadlines as extensions of everybody in them."""
    if not rule.sections:
        return rule
    whole = {who: rule.sections[s] for who, s in sections.items() if s in rule.sections}
    return replace(rule, extensions={**whole, **(rule.extensions or {})})
