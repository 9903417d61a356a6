"""Letters of options as people type them.

The rules are data, for the pen too: ``tools/reading_rules.py`` writes them down for it.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import signs
from .forms import Fail, described
from .item import Option

#: What may stand round a letter, and round several of them.
AROUND = ".,;:()[]{}'\"`*" + signs.SPACES
BRACKETS = "[]{}()" + signs.SPACES
#: What stands between letters, and at the front of a numeral without counting: ASCII's patterns, as
#: Python and JavaScript read them alike.
BETWEEN = rf"(?:[,;/&+{signs.SPACES}]|\band\b)+"
ZEROS = r"^0+(?=\d+$)"


def codes_of(options: Iterable[Any]) -> list[str]:
    """The options' codes, as texts."""
    return [str(option) for option in options]


def code(value: Any, options: Iterable[str], fail: Fail) -> str:
    """An option's code as the course writes it: ``" B. "`` is ``"b"``, and ``1`` is ``"1"``."""
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise fail("no letter", kind=described(value))
    # str's own method: what a subclass made of its methods and comparisons is left behind.
    text = signs.plain(str.strip(value)).strip(AROUND)
    return signs.option(re.sub(ZEROS, "", text, flags=re.ASCII), options)


def several(answer: Any, options: Sequence[str], fail: Fail) -> list[str]:
    """The codes of a collection, or of a text such as ``"a, d"`` or ``"ad"``."""
    if isinstance(answer, str):
        text = signs.plain(str.strip(answer)).strip(BRACKETS)
        answer = [part for part in re.split(BETWEEN, text, flags=re.ASCII) if part]
        if len(answer) == 1 and code(answer[0], options, fail) not in options:
            answer = list(answer[0])
    if not isinstance(answer, (set, frozenset, list, tuple)):
        raise fail("no letters", kind=described(answer))
    return [code(part, options, fail) for part in answer]


def quoted(codes: Iterable[str]) -> str:
    """Codes as Python writes them: ``"a", "d"``."""
    return ", ".join(f'"{code}"' for code in codes)


def words(why: Mapping[str, str], code: str) -> dict[str, str]:
    """What a sentence about an option needs."""
    return {"code": code, "why": why[code]}


def explained(call: Mapping[str, Any], options: Mapping[str, str]) -> tuple[Option, ...]:
    """The options of a quiz question with their explanations, by its scoring call."""
    key, why = call["key"], call["why"]
    return tuple(Option(code, text, why[code], code in key) for code, text in options.items())
