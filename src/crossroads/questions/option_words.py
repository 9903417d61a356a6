"""Options' own words, read as their letters: the question's text says which they are.

``d - Rivers don't end at borders`` is d if those are d's words, and stays what it is if they are
another's. The rules are data, for the pen too, which knows the text above a line as grading does:
``tools/reading_rules.py`` writes them down for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import signs
from .text import plain

#: Kinds whose answers are letters.
KINDS = ("single", "multiple", "order", "match")
#: A line of a question's text that offers an option.
OPTION = r"^[ \t]*- \*\*([a-z]|\d+)\.\*\*[ \t]+([^ \t].*)$"
_ROUND = signs.NO_LETTER + r"\u2022\u00b7"
#: A letter before words, and what stands between them: ``d - so``, ``(d) so``.
LED = rf"[{_ROUND}]*([^{_ROUND}]+)([{_ROUND}]+)([^\x00]+)"
#: Letters of a text that may be an option's.
MOST = 1000


def letters(stem: str) -> dict[str, str]:
    """Return the letters of a question's options by their words; words that two have aren't there.

    Those with an article have them without it, too. Each letter stands for itself.
    """
    known: dict[str, set[str]] = {}
    for code, text in re.findall(OPTION, stem, re.M | re.ASCII):
        for words in (code, *_forms(text)):
            known.setdefault(words, set()).add(code)
    return {words: min(codes) for words, codes in known.items() if words and len(codes) == 1}


def read(value: Any, words: Mapping[str, str]) -> Any:
    """Return a value with letters in place of options' words, however deep these are in it."""
    if isinstance(value, str):
        return letter(value, words)
    if isinstance(value, dict):
        return {read(key, words): read(part, words) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        made = [read(part, words) for part in value]
        return made if isinstance(value, list) else type(value)(made)
    return value


def letter(typed: str, words: Mapping[str, str]) -> str:
    """Return the letter of a text that is an option's words, with its letter before them or not."""
    text = signs.plain(str.strip(typed)).strip()
    whole, short = _forms(text)
    if not 1 < len(text) <= MOST or whole in words.values():
        return typed
    led = re.fullmatch(LED, text, re.ASCII)
    found = signs.option(led[1], words.values()) if led else ""
    if led and found in words.values():
        # "a" is a letter here before it's an article, but for an option's own.
        own = {words[form] for form in _forms(led[3]) if form in words}
        if found in own:
            return found
        if whole not in words or (own and led[2].strip()):
            return typed
    return words.get(whole, words.get(short, typed))


def _forms(text: str) -> tuple[str, str]:
    """Return a text's words; without articles."""
    return signs.bare(signs.plain(text)), plain(text)
