"""Letters of options as people type them.

The rules are data, for the pen too: ``tools/reading_rules.py`` writes them down for it.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..i18n import _
from ..web.html import Html
from . import paper, signs, steps, wording
from .forms import Fail, alone, as_list, described, filled, scalar
from .item import Item, Option
from .outcome import Answered
from .steps import Step

#: How a letter or a numeral is typed, whatever stands round it, and several of them.
ONE: tuple[Step, ...] = (
    {"plain": True},
    {"strip": ".,;:()[]{}'\"`*" + signs.SPACES},
    {"cut": r"^0+(?=\d+$)"},
)
#: The same where it's none of the options so: with words before it.
WORDED: tuple[Step, ...] = (wording.BEFORE, *ONE)
SEVERAL: tuple[Step, ...] = (
    {"plain": True},
    {"strip": "[]{}()" + signs.SPACES},
    wording.BEFORE,
)
#: What stands between several: ASCII's pattern, as Python and JavaScript read it alike.
BETWEEN = (
    rf"(?:[,;/&+{signs.SPACES}]|\b[aA][nN][dD]\b|(?<=[{signs.SPACES}])\u0438(?=[{signs.SPACES}]))+"
)
#: What may stand round one letter in a text of several, within the brackets of a pattern.
ROUND = rf"{signs.SPACES}()\[\]{{}}'\"`*"


def codes_of(options: Iterable[Any]) -> list[str]:
    """Return the options' codes, as texts."""
    return [str(option) for option in options]


def code(value: Any, options: Iterable[str], fail: Fail) -> str:
    """Return an option's code as the course writes it.

    For example, ``" B. "`` is ``"b"``, and ``1`` is ``"1"``.
    """
    value = scalar(value)
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise fail("no letter", kind=described(value))
    # str's own method: what a subclass made of its methods and comparisons is left behind.
    text, _problem = steps.take(ONE, str.strip(value))
    found, worded = (signs.option(form, options) for form in (text, steps.take(WORDED, text)[0]))
    return worded if worded in options and found not in options else found


def together(answer: Any) -> Any:
    """Return what holds several letters: a collection or a text, without others around it."""
    inner = alone(as_list(answer))
    return inner if isinstance(inner, (str, list, tuple, set, frozenset, dict)) else as_list(answer)


def several(
    answer: Any, options: Sequence[str], fail: Fail, typed: Iterable[Step] = SEVERAL
) -> list[str]:
    """Return the codes of a collection, or of a text such as ``"a, d"`` or ``"ad"``.

    ``typed`` are the steps for a text that holds them all.
    """
    if isinstance(answer, str):
        words = _words(answer, typed)
        if len(words) == 1 and code(words[0], options, fail) not in options:
            words = list(words[0])
        if not words:
            raise fail("no letters", kind=described(answer))
        # A text may be one letter a hundred thousand times.
        read = {word: code(word, options, fail) for word in dict.fromkeys(words)}
        return [read[word] for word in words]
    if not isinstance(answer, (set, frozenset, list, tuple)):
        raise fail("no letters", kind=described(answer))
    parts = [scalar(part) for part in filled(answer)]
    codes: list[str] = []
    for part in parts:
        own = code(part, options, fail)
        if own in options or not isinstance(part, str):
            codes.append(own)
        elif len(parts) == 1:
            codes += several(part, options, fail, typed)
        else:
            words = _words(part, SEVERAL)
            codes += [code(word, options, fail) for word in words] if len(words) > 1 else [own]
    return codes


def _words(text: str, typed: Iterable[Step]) -> list[str]:
    text, _problem = steps.take(typed, str.strip(text))
    return [word for word in re.split(BETWEEN, text, flags=re.ASCII) if word]


def quoted(codes: Iterable[str]) -> str:
    """Codes as Python writes them: ``"a", "d"``."""
    return ", ".join(f'"{code}"' for code in codes)


def words(why: Mapping[str, str], code: str) -> dict[str, str]:
    """Return what a sentence about an option needs."""
    return {"code": code, "why": why[code]}


def explained(call: Mapping[str, Any], options: Mapping[str, str]) -> tuple[Option, ...]:
    """Return the options of a quiz question with their explanations, by its scoring call."""
    key, why = call["key"], call["why"]
    return tuple(Option(code, text, why[code], code in key) for code, text in options.items())


def answered(codes: Iterable[str], options: Mapping[str, str], ordered: bool = False) -> Answered:
    """Chosen options with their words."""
    return Answered(tuple(((code, options.get(code, "")),) for code in codes), ordered)


# -- what a self-check offers, and its answer on paper ---------------------------------------------


def none(item: Item) -> list[tuple[str, str]]:
    """No options: the answer is typed."""
    return []


def offered(item: Item) -> list[tuple[str, str]]:
    """Return the options' codes and texts, as the item has them."""
    return [(option.id, option.text) for option in item.options]


def by_text(item: Item) -> list[tuple[str, str]]:
    """Return the options in alphabetical order, where the item's own order is the answer."""
    return sorted(offered(item), key=lambda option: option[1].casefold())


def solution(item: Item) -> Html:
    """Return each option, whether it's right and why, on paper."""
    return paper.explained(
        (
            _("✓ Correct: {text}", text=option.text)
            if option.right
            else _("✗ Not correct: {text}", text=option.text),
            option.why,
        )
        for option in item.options
    )
