"""Answers given as an option's words, read as its letter before a test sees them: it knows letters.

How such words are read is in ``questions.option_words``.
"""

from __future__ import annotations

from typing import Any

from ..questions import option_words
from .assignment import Assignment
from .submitted.nbgrader_cells import grade_id, text_of


def as_letters(assignment: Assignment, id_: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return a question's values by name, with letters in place of options' words."""
    if not any(map(_has_words, found.values())):
        return found
    words = _options(assignment, id_)
    if not words:
        return found
    return {name: option_words.read(value, words) for name, value in found.items()}


def _has_words(value: Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return 1 < len(value) <= option_words.MOST
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    parts = isinstance(value, (list, tuple, set, frozenset)) and len(value) <= 100 and depth < 3
    return parts and any(_has_words(part, depth + 1) for part in value)


def _options(assignment: Assignment, id_: str) -> dict[str, str]:
    """Return the letters of a question's options by their words.

    Return none where the question doesn't ask for letters.
    """
    cells = {grade_id(cell): cell for cell in assignment.released["cells"]}
    answer, stem = cells.get(f"{id_}-answer"), cells.get(f"{id_}-stem")
    kind = answer and answer["metadata"].get("crossroads", {}).get("kind")
    asks = stem is not None and kind in option_words.KINDS
    return option_words.letters(text_of(stem)) if asks else {}
