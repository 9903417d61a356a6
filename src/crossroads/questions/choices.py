"""Letters of options as people type them.

The rules are data, for the pen too: ``tools/reading_rules.py`` writes them down for it.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import signs, wording
from .forms import Fail, alone, as_list, described, filled, scalar
from .item import Option

#: What may stand round a letter, and round several of them.
AROUND = ".,;:()[]{}'\"`*" + signs.SPACES
BRACKETS = "[]{}()" + signs.SPACES
#: What stands between letters, and at the front of a numeral without counting: ASCII's patterns, as
#: Python and JavaScript read them alike.
BETWEEN = (
    rf"(?:[,;/&+{signs.SPACES}]|\b[aA][nN][dD]\b|(?<=[{signs.SPACES}])\u0438(?=[{signs.SPACES}]))+"
)
ZEROS = r"^0+(?=\d+$)"


def codes_of(options: Iterable[Any]) -> list[str]:
    """The options' codes, as texts."""
    return [str(option) for option in options]


def code(value: Any, options: Iterable[str], fail: Fail) -> str:
    """An option's code as the course writes it: ``" B. "`` is ``"b"``, and ``1`` is ``"1"``."""
    value = scalar(value)
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise fail("no letter", kind=described(value))
    # str's own method: what a subclass made of its methods and comparisons is left behind.
    text = _bare(signs.plain(str.strip(value)))
    found, worded = (signs.option(form, options) for form in (text, _bare(wording.answer(text))))
    return worded if worded in options and found not in options else found


def _bare(text: str) -> str:
    return re.sub(ZEROS, "", text.strip(AROUND), flags=re.ASCII)


def together(answer: Any) -> Any:
    """What holds several letters: a collection or a text, without others around it."""
    inner = alone(as_list(answer))
    return inner if isinstance(inner, (str, list, tuple, set, frozenset, dict)) else as_list(answer)


def several(answer: Any, options: Sequence[str], fail: Fail) -> list[str]:
    """The codes of a collection, or of a text such as ``"a, d"`` or ``"ad"``, also within one."""
    if isinstance(answer, str):
        words = _words(answer)
        if len(words) == 1 and code(words[0], options, fail) not in options:
            words = list(words[0])
        if not words:
            raise fail("no letters", kind=described(answer))
        return [code(word, options, fail) for word in words]
    if not isinstance(answer, (set, frozenset, list, tuple)):
        raise fail("no letters", kind=described(answer))
    parts = [scalar(part) for part in filled(answer)]
    codes: list[str] = []
    for part in parts:
        own = code(part, options, fail)
        if own in options or not isinstance(part, str):
            codes.append(own)
        elif len(parts) == 1:
            codes += several(part, options, fail)
        else:
            words = _words(part)
            codes += [code(word, options, fail) for word in words] if len(words) > 1 else [own]
    return codes


def _words(text: str) -> list[str]:
    text = signs.plain(str.strip(text)).strip(BRACKETS)
    return [word for word in re.split(BETWEEN, wording.answer(text), flags=re.ASCII) if word]


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
