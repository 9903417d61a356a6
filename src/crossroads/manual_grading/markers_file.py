"""Read who marks what from ``markers.yml`` in the course directory, plain YAML.

shared: 5               # answers to each question that all of its markers mark, drawn by lot
markers:
  anna:
    questions: [quiz-03/q15, quiz-05]   # questions, or whole assignments; without it: all
    sections: [Evening]                 # only students of these sections; without it: all
  ben:
    except: [student-07]                # students whose work this marker never sees
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..assignments import bank
from ..course import Course, checked_id, sources
from ..grading import checked_yaml, database
from ..grading.checked_yaml import line, text

FILE = "markers.yml"
#: Names of files beside those of markers' marks.
RESERVED = ("settled", "dealt")
_MOST_SHARED = 1000


@dataclass(frozen=True)
class Marker:
    """One marker's share of the work; ``None`` stands for all questions, or all sections."""

    questions: frozenset[str] | None = None
    sections: frozenset[str] | None = None
    #: Students whose work isn't theirs to mark.
    apart: frozenset[str] = frozenset()

    def marks(self, code: str) -> bool:
        """Return whether a question such as ``quiz-03/q15`` is theirs to mark."""
        return self.questions is None or not {code, code.partition("/")[0]}.isdisjoint(
            self.questions
        )

    def may_mark(self, student: str, section: str) -> bool:
        """Return whether a student of a section is theirs to mark."""
        here = self.sections is None or not sections_of(section).isdisjoint(self.sections)
        return here and student not in self.apart


@dataclass(frozen=True)
class Markers:
    """All markers by name, and how many answers to a question they share."""

    shared: int = 0
    of: dict[str, Marker] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict, compare=False)

    def deals(self, quiz: str) -> bool:
        """Return whether an assignment is dealt out.

        It is if some marker has all of it, or a question of it.
        """
        return any(
            marker.questions is None
            or any(code.partition("/")[0] == quiz for code in marker.questions)
            for marker in self.of.values()
        )

    def named(self, code: str) -> list[str]:
        """Return who marks a question."""
        return [name for name, marker in self.of.items() if marker.marks(code)]


def sections_of(section: str) -> frozenset[str]:
    """Return a roster's section; Canvas writes those of a student in several as ``A, B, and C``."""
    parts = re.split(r",\s*and\s+|\s+and\s+|,\s*", section)
    return frozenset({section, *(part.strip() for part in parts)} - {""})


def parse(content: bytes) -> Markers:
    """Return the markers of a file's bytes, names as they were typed. Raises ``ValueError``."""
    return _Reader(FILE).markers(content)


def read(course: Path) -> Markers | None:
    """Return the course's markers with names as the course has them; ``None`` without a file.

    Raises ``ValueError`` that says which lines are wrong, and what would be right.
    """
    path = Course(course).markers
    if not path.is_file():
        return None
    written = parse(path.read_bytes())
    questions: set[str] = set()
    for name, folder in sources(course).items():
        questions |= {name, *(item.code for item in bank.read(folder) if item.by_hand)}
    names = database.known(course)
    return resolved(written, questions, names.students, whole=names.whole)


def resolved(
    written: Markers, questions: Collection[str], people: Mapping[str, str], *, whole: bool = True
) -> Markers:
    """Markers with each name as the course has it; ``people`` are students with their sections.

    Raises ``ValueError`` that lists every wrong line.
    """
    names = checked_yaml.Names(FILE)
    groups = {one for section in people.values() for one in sections_of(section)}
    known = {"questions": questions, "sections": groups, "apart": people}
    said = {"questions": "written", "sections": "section"}
    found = {}
    for who, marker in written.of.items():
        changes = {}
        for key, there in known.items():
            given = getattr(marker, key)
            if given is not None:
                sure = key != "apart" or whole
                changes[key] = frozenset(
                    names.name(
                        one,
                        there,
                        said.get(key, "student"),
                        written.lines[who, key, one],
                        sure=sure,
                    )
                    for one in sorted(given)
                )
        found[who] = replace(marker, **changes)
    names.settle()
    return replace(written, of=found)


class _Reader(checked_yaml.Reader):
    """Makes markers of YAML's nodes."""

    def markers(self, content: bytes) -> Markers:
        self._lines: dict[tuple[str, ...], int] = {}
        given = self.optional(self.root(content), "the file")
        self.only(given, {"shared", "markers"})
        shared = 0
        if "shared" in given:
            number = self.number(given["shared"], "shared", _MOST_SHARED)
            shared = int(number)
            if shared != number:
                raise self.wrong(given["shared"], "shared must be a whole number of answers")
        found = {}
        for name, node in self.optional(given.get("markers"), "markers").items():
            found[self._name(name, node)] = self._marker(name, node)
        return Markers(shared, found, self._lines)

    def _name(self, name: str, node: Any) -> str:
        try:
            if name.casefold() not in RESERVED:
                return checked_id(name)
        except ValueError:
            pass
        why = "use only letters, digits and . @ + - _, and begin with a letter or digit"
        raise self.wrong(node, f"{name[:40]!r} cannot be a marker's name: {why}")

    def _marker(self, name: str, node: Any) -> Marker:
        data = self.optional(node, name)
        self.only(data, {"questions", "sections", "except"}, f"{name}: ")
        questions, sections, apart = (
            self._names(data[key], (name, to), key) if key in data else None
            for key, to in (
                ("questions", "questions"),
                ("sections", "sections"),
                ("except", "apart"),
            )
        )
        return Marker(questions, sections, apart or frozenset())

    def _names(self, node: Any, path: tuple[str, str], key: str) -> frozenset[str]:
        where = f"{path[0]}: {key}"
        nodes = node.value if node.id == "sequence" else [node]
        found = set()
        for one in nodes:
            if one.id != "scalar" or not text(one) or checked_yaml.is_null(one):
                raise self.wrong(node, f"{where} needs a list of names, such as [a, b]")
            self._lines[(*path, text(one))] = line(one)
            found.add(text(one))
        return frozenset(found)
