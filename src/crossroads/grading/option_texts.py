"""Answers given as an option's words, read as its letter: the question's own text says which it is.

Tests know letters only. ``d - Rivers don't end at borders`` is d if those are d's words, and stays
what it is if they are another's.
"""

from __future__ import annotations

import re
from typing import Any

from ..questions import signs
from ..questions.text import plain
from .assignment import Assignment
from .submitted.nbgrader_cells import grade_id, text_of

#: Kinds whose answers are letters.
_KINDS = ("single", "multiple", "order", "match")
_OPTION = re.compile(r"^\s*- \*\*([a-z]|\d+)\.\*\*\s+(\S.*)$", re.M)
_LED = re.compile(r"\W*(\w+)\W+(.+)", re.S)
#: Letters of a text that may be an option's.
_MOST = 1000


def as_letters(assignment: Assignment, id_: str, found: dict[str, Any]) -> dict[str, Any]:
    """A question's values by name, with letters in place of options' words."""
    if not any(map(_has_words, found.values())):
        return found
    words = _options(assignment, id_)
    return {name: _read(value, words) for name, value in found.items()} if words else found


def _has_words(value: Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return 1 < len(value) <= _MOST
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    parts = isinstance(value, (list, tuple, set, frozenset)) and len(value) <= 100 and depth < 3
    return parts and any(_has_words(part, depth + 1) for part in value)


def _options(assignment: Assignment, id_: str) -> dict[str, str]:
    """A question's letters by its options' words; words that two options have aren't there."""
    cells = {grade_id(cell): cell for cell in assignment.released["cells"]}
    answer, stem = cells.get(f"{id_}-answer"), cells.get(f"{id_}-stem")
    kind = answer and answer["metadata"].get("crossroads", {}).get("kind")
    if stem is None or kind not in _KINDS:
        return {}
    options = _OPTION.findall(text_of(stem))
    words = [plain(text) for _code, text in options]
    known = zip(words, (code for code, _text in options), strict=True)
    return {text: code for text, code in known if text and words.count(text) == 1}


def _read(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _letter(value, words)
    if isinstance(value, dict):
        return {_read(key, words): _read(part, words) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        made = [_read(part, words) for part in value]
        return made if isinstance(value, list) else type(value)(made)
    return value


def _letter(typed: str, words: dict[str, str]) -> str:
    text = signs.plain(str.strip(typed))
    if not 1 < len(text) <= _MOST or text.casefold() in words.values():
        return typed
    if (code := words.get(plain(text))) is not None:
        return code
    if led := _LED.fullmatch(text):
        letter = signs.option(led[1], words.values())
        if words.get(plain(led[2])) == letter:
            return letter
    return typed
