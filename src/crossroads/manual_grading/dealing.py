"""Assign answers to several markers, with a sample that they share.

Pure functions. Each answer is one marker's own, whose mark counts. The answers of the sample are
others' to mark as well, blind: their marks say how far markers agree, and don't count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .markers_file import Markers


@dataclass(frozen=True)
class Dealt:
    """One question's markers, by student: whose an answer is, and who else marks it.

    A student whom nobody may mark is in neither.
    """

    owner: dict[str, str] = field(default_factory=dict)
    also: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, marker: str) -> set[str]:
        """Return the students whose answers a marker sees."""
        shared = {student for student, names in self.also.items() if marker in names}
        return shared | {student for student, name in self.owner.items() if name == marker}


def deal(
    markers: Markers, code: str, people: Mapping[str, str], before: Mapping[str, str] | None = None
) -> Dealt:
    """Deal out the answers of students (with their sections) to a question, in equal parts by lot.

    Who had an answer ``before`` keeps it while they may mark it, so that nothing moves when another
    answer comes in. The sample is drawn among answers that at least two may mark.
    """
    able = {
        student: [
            name for name in markers.named(code) if markers.of[name].may_mark(student, section)
        ]
        for student, section in people.items()
    }
    owner = {s: name for s, name in (before or {}).items() if name in able.get(s, ())}
    many = dict.fromkeys(markers.of, 0)
    for name in owner.values():
        many[name] += 1
    # Those whom few may mark first, or the parts couldn't be made equal by the others.
    left = _by_lot(code, able.keys() - owner.keys())
    for student in sorted(left, key=lambda s: len(able[s])):
        if able[student]:
            name = min(able[student], key=lambda one: (many[one], one))
            owner[student] = name
            many[name] += 1
    shareable = [s for s in _by_lot(f"shared {code}", able) if len(able[s]) > 1]
    also = {s: frozenset(able[s]) - {owner[s]} for s in shareable[: markers.shared]}
    return Dealt(dict(sorted(owner.items())), also)


def _by_lot(code: str, students: Iterable[str]) -> list[str]:
    return sorted(students, key=lambda s: hashlib.sha256(f"{code}/{s}".encode()).hexdigest())
