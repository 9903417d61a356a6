"""Parallel forms of a quiz: the same blueprint with other questions, for retakes and make-up dates.

Form A is the quiz itself; ``quiz-03-b`` is form B of ``quiz-03``. A form is an assignment like any
other: released, collected, graded and reported by its own name.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_FORM = re.compile(r"(.+)-([b-z])")


def named(assignment: str, form: str) -> str:
    """Return the name of a form: ``quiz-03-b`` for form B of ``quiz-03``. Raises ``ValueError``."""
    letter = form.strip().lower()
    if not re.fullmatch("[a-z]", letter):
        raise ValueError(f"the name of a form is one letter such as B, not {form!r}")
    return assignment if letter == "a" else f"{assignment}-{letter}"


def base(name: str, known: Collection[str]) -> str:
    """Return the quiz that an assignment is a form of.

    Return its own name where there is no such quiz.
    """
    found = _FORM.fullmatch(name)
    return found[1] if found and found[1] in known else name


def letter(name: str, known: Collection[str]) -> str:
    """Return the letter of an assignment's form: ``A`` of the quiz itself."""
    return "A" if base(name, known) == name else name[-1].upper()


def forms(assignment: str, known: Collection[str]) -> list[str]:
    """Return all forms of a quiz, whichever of them is named: itself first."""
    own = base(assignment, known)
    return [own, *sorted(name for name in known if name != own and base(name, known) == own)]
