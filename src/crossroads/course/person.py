"""A student, and what can be a student's id."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Person:
    """A student. ``lms_user_id`` is the LMS's own number; Moodle's *ID number* is ``sis_id``."""

    student_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    sis_id: str = ""
    login: str = ""
    section: str = ""

    @property
    def name(self) -> str:
        """First and last name; the id where there are none."""
        return f"{self.first_name} {self.last_name}".strip() or self.student_id


#: What is said of what can't be an ``{id}``.
NO_ID = (
    "{id!r} cannot be a student's id: use only letters, digits and . @ + - _, and begin with a "
    "letter or digit"
)
FIELDS = tuple(f.name for f in fields(Person))


def checked_id(student: str) -> str:
    """Return a student's id that is safe as the name of a folder, else ``ValueError``."""
    if not re.fullmatch(r"\w[\w.@+ -]{0,99}", student) or student != student.strip():
        raise ValueError(NO_ID.format(id=student[:40]))
    return student
