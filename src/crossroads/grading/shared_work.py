"""Find whose submission is a copy of whose: groups submit once, nbgrader has a folder for each.

``collected/shared/ASSIGNMENT/STUDENT.json`` says of a copy whom it is from. ``classroom.groups``
makes the copies; whoever marks asks here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..course import Course
from ..files import write_if_new


@dataclass(frozen=True)
class Copied:
    """A student's submission that is a copy: ``origin`` submitted it.

    ``digest`` stands for its files; ``copies`` are those of all copies that this student has had.
    """

    origin: str = ""
    digest: str = ""
    copies: tuple[str, ...] = ()


def read(course: Path, name: str, student: str) -> Copied:
    """Return what is kept of a student; nothing where there is none, or it is damaged."""
    try:
        told = json.loads(Course(course).shared(student, name).read_text("utf-8"))
        origin, digest = str(told.get("origin", "")), str(told["digest"])
        return Copied(origin, digest, tuple(map(str, told["copies"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Copied()


def write(course: Path, name: str, student: str, copied: Copied) -> None:
    """Keep that a student's submission is, or was, a copy."""
    write_if_new(Course(course).shared(student, name), json.dumps(asdict(copied), indent=1))


def origins(course: Path, name: str) -> dict[str, str]:
    """Return who submitted what a student has a copy of, by student."""
    folder = Course(course).shared("anybody", name).parent
    found = {path.stem: read(course, name, path.stem).origin for path in folder.glob("*.json")}
    return {student: origin for student, origin in sorted(found.items()) if origin}


def together(course: Path, name: str, student: str) -> list[str]:
    """Return the others whose submission is the same piece of work as this student's."""
    known = origins(course, name)
    origin = known.get(student, student)
    return sorted({origin, *(who for who, of in known.items() if of == origin)} - {student})


def carry(
    rows: Mapping[tuple[str, str], Any], known: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Give the mark that a person gave shared work to who has it and hasn't a mark yet.

    ``rows`` are nbgrader's grades by student and question, and are changed. Returns the student,
    whose mark it is, and the question of each.
    """
    groups: dict[str, list[str]] = {}
    for student, origin in known.items():
        groups.setdefault(origin, [origin]).append(student)
    found = []
    for item in dict.fromkeys(item for _, item in rows) if groups else ():
        for members in groups.values():
            own = [(who, rows[who, item]) for who in members if (who, item) in rows]
            marked = [
                (who, row)
                for who, row in own
                if row.manual_score is not None and not row.needs_manual_grade
            ]
            for student, row in own if marked else ():
                if row.manual_score is None:
                    other, source = marked[0]
                    row.manual_score, row.needs_manual_grade = source.manual_score, False
                    found.append((student, other, item))
    return found


def values_drawn(course: Path, name: str) -> dict[str, Any]:
    """Return the values of each student's copy of an assignment.

    In shared work, these are the values of the student who submitted it.
    """
    drawn = Course(course).values_drawn(name)
    if not drawn:
        return drawn
    return drawn | {who: drawn[of] for who, of in origins(course, name).items() if of in drawn}
