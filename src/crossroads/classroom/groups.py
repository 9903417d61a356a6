"""Groups that submit once: ``groups.yml`` in the course directory, and what it does.

    assignments:
      quiz-12:
        A: [student-01, student-02, student-03]
        B: [student-04, student-05]

A submission by one of a group is everybody's: the newest that has an answer is copied to the
others, as ``collect.shared`` does it. So each has a submission, marks, feedback, a deadline and
penalties of their own, and stock nbgrader needs to know nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..course import Course
from ..grading import database
from ..grading.checked_yaml import Names, Reader, line, text

FILE = "groups.yml"

#: Students by group.
Groups = Mapping[str, tuple[str, ...]]


def read(course: Path) -> dict[str, Groups]:
    """Return the groups of each assignment, with the names that the course has.

    Without a file there are none.

    Raises ``ValueError`` that says which lines are wrong, and what would be right.
    """
    path = Course(course).groups
    if not path.is_file():
        return {}
    names = database.known(course)
    return parse(path.read_bytes(), names.assignments, names.students, names.whole)


def parse(
    content: bytes, assignments: Collection[str], students: Collection[str], whole: bool = True
) -> dict[str, Groups]:
    """Make groups of a file's bytes. Raises ``ValueError``.

    Where the list of ``students`` isn't ``whole``, others than these may be in a group.
    """
    reader, names = Reader(FILE), Names(FILE)
    root = reader.root(content)
    given = {} if root is None else reader.mapping(root, "the file")
    reader.only(given, {"assignments"})
    found: dict[str, Groups] = {}
    for typed, node in reader.optional(given.get("assignments"), "assignments").items():
        name = names.name(typed, assignments, "assignment", line(node))
        if name in found:
            names.say_wrong(line(node), f"{name} appears twice")
        groups, seen = {}, dict[str, str]()
        for group, members in reader.optional(node, name).items():
            own = []
            for one in _many(reader, members, f"{name}: {group}"):
                student = names.name(text(one), students, "student", line(one), sure=whole)
                if student in seen:
                    why = f"{student} is in {seen[student]} already; keep one of them"
                    names.say_wrong(line(one), f"{name}: {why}")
                seen[student] = group
                own.append(student)
            groups[group] = tuple(own)
        found[name] = groups
    names.settle()
    return found


def _many(reader: Reader, node: Any, where: str) -> list[Any]:
    if node.id != "sequence" or any(one.id != "scalar" for one in node.value):
        raise reader.wrong(node, f"{where} needs a list of students: [student-01, student-02]")
    return list(node.value)
