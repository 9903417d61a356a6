"""Read and check ``adjustments.yml``: a wrong name, number or key is an error with its line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..checked_yaml import Names, Reader, is_null, line, text
from ..notes import Note
from .dropping import PERCENT, WAYS, Drop
from .rules import EVERYBODY, FILE, WHOLE, Curve, Overridden, Rule

_ALL = "all"
_MOST = 10**6
_NONE = ("no", "none", "off")


@dataclass(frozen=True)
class Adjustments:
    """The adjustments of a course: of each assignment, and what is dropped."""

    own: Mapping[str, Rule] = field(default_factory=dict)
    drops: tuple[Drop, ...] = ()
    #: Where names stand in the file: its line, by assignment, list, name and question.
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict, compare=False)

    def of(self, assignment: str) -> Rule:
        """Return the adjustments of an assignment."""
        return self.own.get(assignment, Rule())

    def drop_of(self, assignment: str) -> list[Drop]:
        """Return the rules by which an assignment may be dropped."""
        return [drop for drop in self.drops if assignment in drop.of]


def parse(content: bytes) -> Adjustments:
    """Make adjustments of a file's bytes, with names as written. Raises ``ValueError``."""
    reader = _Reader(FILE)
    root = reader.root(content)
    return reader.adjustments(root) if root is not None else Adjustments()


class _Reader(Reader):
    """Makes adjustments of YAML's nodes."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._lines: dict[tuple[str, ...], int] = {}

    def adjustments(self, root: Any) -> Adjustments:
        given = self.mapping(root, "the file")
        self.only(given, {"assignments", "drop"})
        own = {}
        for name, node in self.optional(given.get("assignments"), "assignments").items():
            self._lines[(name,)] = line(node)
            own[name] = self._rule(name, self.optional(node, name))
        drop = given.get("drop")
        nodes = [] if drop is None or is_null(drop) else [drop]
        if drop is not None and drop.id != "mapping" and nodes:
            nodes = self._many(drop)
        drops = tuple(self._drop(node, number) for number, node in enumerate(nodes))
        return Adjustments(own, drops, self._lines)

    def _rule(self, name: str, data: dict[str, Any]) -> Rule:
        self.only(data, {"marks", "excused", "extra_credit", "curve"}, f"{name}: ")
        marks, excused = {}, {}
        for who, node in self.optional(data.get("marks"), f"{name}: marks").items():
            where = f"{name}: marks: {who}"
            self._lines[(name, "marks", who)] = line(node)
            marks[who] = {
                item: self._overridden(own, (name, "marks", who, item))
                for item, own in self.mapping(node, where).items()
            }
        for who, node in self._listed(data.get("excused"), f"{name}: excused").items():
            self._lines[(name, "excused", who)] = line(node)
            excused[who] = self._excused(node, (name, "excused", who))
        extra = data.get("extra_credit")
        curve = data.get("curve")
        return Rule(
            marks,
            excused,
            frozenset() if extra is None or is_null(extra) else self._extra(extra, name),
            None if curve is None or is_null(curve) else self._curve(curve, f"{name}: curve"),
        )

    def _overridden(self, node: Any, path: tuple[str, ...]) -> Overridden:
        where = ": ".join(path)
        self._lines[path] = line(node)
        if node.id != "mapping":
            raise self.wrong(node, f"{where} needs {{points: 2, reason: why}}")
        data = self.mapping(node, where)
        self.only(data, {"points", "reason"}, f"{where}: ")
        if "points" not in data:
            raise self.wrong(node, f"{where} has no points: {{points: 2, reason: why}}")
        reason = self._words(data.get("reason"), f"{where}: reason")
        if not reason:
            raise self.wrong(node, f"{where} has no reason; write one for the student to read")
        return Overridden(self.number(data["points"], f"{where}: points", _MOST), reason)

    def _excused(self, node: Any, path: tuple[str, ...]) -> dict[str, str]:
        """Reasons by question; of the whole assignment where no question is named."""
        if node.id == "scalar":
            return {WHOLE: _reason(node)}
        found = {}
        for item, own in self._listed(node, ": ".join(path)).items():
            self._lines[(*path, item)] = line(own)
            if own.id != "scalar":
                raise self.wrong(own, f"{': '.join((*path, item))} must be a text: the reason")
            found[item] = _reason(own)
        if not found:
            raise self.wrong(node, f"{': '.join(path)} needs the name of a question")
        return found

    def _listed(self, node: Any, where: str) -> dict[str, Any]:
        """Nodes by name, of lines ``name: reason``, or of a list of names without reasons."""
        if node is None or node.id != "sequence":
            return self.optional(node, where)
        found: dict[str, Any] = {}
        for one in node.value:
            if one.id != "scalar":
                raise self.wrong(one, f"{where} needs a list of names, or lines name: reason")
            if text(one) in found:
                raise self.wrong(one, f"{text(one)!r} appears twice; keep one of them")
            found[text(one)] = _Unsaid(one)
        return found

    def _extra(self, node: Any, name: str) -> frozenset[str]:
        where = f"{name}: extra_credit"
        if node.id == "scalar" and text(node).casefold() == _ALL:
            return frozenset([WHOLE])
        items = [node] if node.id == "scalar" else self._many(node)
        for one in items:
            if one.id != "scalar":
                raise self.wrong(one, f"{where} needs a list of questions, such as [q9], or all")
            self._lines[(name, "extra_credit", text(one))] = line(one)
        return frozenset(map(text, items))

    def _curve(self, node: Any, where: str) -> Curve:
        data = self.mapping(node, where)
        self.only(data, {"scale", "add", "at_most", "reason"}, f"{where}: ")
        changes: dict[str, Any] = {}
        if "scale" in data:
            changes["scale"] = self.number(data["scale"], f"{where}: scale", 100)
        if "add" in data:
            changes["add"] = self.number(data["add"], f"{where}: add", _MOST, -_MOST)
        if not changes:
            raise self.wrong(node, f"{where} needs scale, add or both")
        if "at_most" in data:
            limit = data["at_most"]
            none = is_null(limit) or text(limit).casefold() in _NONE
            share = math.inf if none else self.number(limit, f"{where}: at_most", 1000) / 100
            changes["at_most"] = None if none else share
        return Curve(**changes, reason=self._words(data.get("reason"), f"{where}: reason"))

    def _drop(self, node: Any, number: int) -> Drop:
        where = "drop"
        data = self.mapping(node, where)
        self.only(data, {"lowest", "of", "by"}, f"{where}: ")
        for key in ("lowest", "of"):
            if key not in data:
                raise self.wrong(node, f"{where} needs {{lowest: 1, of: [quiz-01, quiz-02]}}")
        count = self.number(data["lowest"], f"{where}: lowest", 1000)
        if count != int(count):
            raise self.wrong(data["lowest"], f"{where}: lowest must be a whole number")
        of = []
        for one in self._many(data["of"]):
            of.append(text(one))
            self._lines[("drop", str(number), text(one))] = line(one)
        by = text(data["by"]).casefold() if "by" in data else PERCENT
        if by not in WAYS:
            near = difflib.get_close_matches(by, WAYS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(WAYS)}"
            raise self.wrong(data["by"], f"{where}: by {by!r} is unknown; {hint}")
        return Drop(int(count), tuple(of), by)

    def _many(self, node: Any) -> list[Any]:
        if node.id != "sequence":
            raise self.wrong(node, "this must be a list: [one, two], or lines that begin with -")
        return list(node.value)

    def _words(self, node: Any, where: str) -> str:
        if node is not None and node.id != "scalar":
            raise self.wrong(node, f"{where} must be a text")
        return "" if node is None else _reason(node)


class _Unsaid:
    """Stands for the reason that a name in a list doesn't have."""

    id, tag, value = "scalar", "tag:yaml.org,2002:null", ""

    def __init__(self, node: Any) -> None:
        self.start_mark = node.start_mark


def _reason(node: Any) -> str:
    return "" if is_null(node) else " ".join(str(node.value).split())


# -- names -----------------------------------------------------------------------------------------


def resolved(
    written: Adjustments,
    questions: Mapping[str, Mapping[str, float]],
    sections: Mapping[str, str],
    whole: bool = True,
) -> tuple[Adjustments, list[Note]]:
    """Return the adjustments with every name as the course has it, and notes on the rest.

    ``questions`` are the points possible by assignment and question, ``sections`` the students with
    their sections, whose names stand for everybody in them. Raises ``ValueError`` that lists the
    lines whose name nobody has, or that give more than a question has; where the list of students
    isn't ``whole``, an unknown student is only said.
    """
    names, own = Names(FILE), {}
    for given, rule in written.own.items():
        at = written.lines.get((given,), 1)
        name = names.name(given, questions, "assignment", at)
        if name in own:
            names.say_wrong(at, f"{name} appears twice")
        known = questions.get(name, {})
        check = _Checked(names, written.lines, given, name, known, sections, whole)
        own[name] = replace(
            rule,
            marks=check.people("marks", rule.marks),
            excused=check.people("excused", rule.excused),
            extra_credit=frozenset(
                item if item == WHOLE else check.item(("extra_credit", item), item)
                for item in rule.extra_credit
            ),
        )
        check.points(own[name])
    drops = []
    for number, drop in enumerate(written.drops):
        lines = [written.lines.get(("drop", str(number), name), 1) for name in drop.of]
        of = [
            names.name(name, questions, "assignment", at)
            for name, at in zip(drop.of, lines, strict=True)
        ]
        if len(set(of)) != len(of):
            names.say_wrong(lines[0], "an assignment appears twice")
        if not 0 < drop.lowest < len(of):
            names.say_wrong(
                lines[0] if lines else 1,
                f"{drop.lowest} of {len(of)} assignments cannot be dropped: at least one must stay",
            )
        drops.append(replace(drop, of=tuple(of)))
    return replace(written, own=own, drops=tuple(drops)), names.settle()


@dataclass(frozen=True)
class _Checked:
    """Checks the names in one assignment's adjustments."""

    names: Names
    lines: Mapping[tuple[str, ...], int]
    given: str
    name: str
    known: Mapping[str, float]
    sections: Mapping[str, str]
    whole: bool

    def people(self, key: str, listed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a list by student, with sections as everybody in them.

        A student's own lines count before those of the section.
        """
        own: dict[str, dict[str, Any]] = {}
        of_sections: dict[str, dict[str, Any]] = {}
        groups = {section for section in self.sections.values() if section}
        for who, entries in listed.items():
            items = {
                item if item == WHOLE else self.item((key, who, item), item): entry
                for item, entry in entries.items()
            }
            student = self._student(key, who, groups)
            if student in groups and student not in self.sections:
                for one, section in self.sections.items():
                    if section == student:
                        of_sections.setdefault(one, {}).update(items)
            elif student in own:
                self.names.say_wrong(self._line(key, who), f"{student} appears twice")
            else:
                own[student] = items
        people = {**of_sections, **own}
        return {who: {**of_sections.get(who, {}), **own.get(who, {})} for who in people}

    def _student(self, key: str, who: str, groups: Collection[str]) -> str:
        if who.casefold() == EVERYBODY and who not in self.sections:
            return EVERYBODY
        known = {*self.sections, *groups}
        return self.names.name(who, known, "student", self._line(key, who), sure=self.whole)

    def item(self, path: tuple[str, ...], item: str) -> str:
        """Return a question as the assignment has it."""
        if not self.known:  # the assignment is wrong already
            return item
        return self.names.name(item, self.known, "question", self._line(*path))

    def points(self, rule: Rule) -> None:
        """Note marks that are more than their question has."""
        said = set()
        for who, marks in rule.marks.items():
            for item, own in marks.items():
                most = self.known.get(item)
                if most is not None and own.points > most + 1e-6 and (item, own) not in said:
                    said.add((item, own))
                    at = self._line("marks", who, item)
                    why = f"{self.name}: {item} has 0 to {most:g} points, not {own.points:g}"
                    self.names.say_wrong(at, why)

    def _line(self, *path: str) -> int:
        whole = (self.given, *path)
        if at := self.lines.get(whole):
            return at
        folded = tuple(part.casefold() for part in whole)
        near = [at for key, at in self.lines.items() if tuple(map(str.casefold, key)) == folded]
        return near[0] if near else self.lines.get((self.given,), 1)
