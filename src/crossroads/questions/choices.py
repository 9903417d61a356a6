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
from . import paper, signs, steps
from .forms import Fail, described
from .item import Item, Option
from .outcome import Answered
from .steps import Step

#: How a letter or a numeral is typed, whatever stands round it, and several of them.
ONE: tuple[Step, ...] = (
    {"plain": True},
    {"strip": ".,;:()[]{}'\"`*" + signs.SPACES},
    {"cut": r"^0+(?=\d+$)"},
)
SEVERAL: tuple[Step, ...] = ({"plain": True}, {"strip": "[]{}()" + signs.SPACES})
#: What stands between several: ASCII's pattern, as Python and JavaScript read it alike.
BETWEEN = rf"(?:[,;/&+{signs.SPACES}]|\band\b)+"


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
    return signs.option(steps.take(ONE, str.strip(value))[0], options)


def several(answer: Any, options: Sequence[str], fail: Fail) -> list[str]:
    """The codes of a collection, or of a text such as ``"a, d"`` or ``"ad"``."""
    if isinstance(answer, str):
        text, _problem = steps.take(SEVERAL, str.strip(answer))
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


def answered(codes: Iterable[str], options: Mapping[str, str], ordered: bool = False) -> Answered:
    """Chosen options with their words."""
    return Answered(tuple(((code, options.get(code, "")),) for code in codes), ordered)


# -- what a self-check offers, and its answer on paper ---------------------------------------------


def none(item: Item) -> list[tuple[str, str]]:
    """No options: the answer is typed."""
    return []


def offered(item: Item) -> list[tuple[str, str]]:
    """The options' codes and texts, as the item has them."""
    return [(option.id, option.text) for option in item.options]


def by_text(item: Item) -> list[tuple[str, str]]:
    """The options' codes and texts by the alphabet, where the item's own order is the answer."""
    return sorted(offered(item), key=lambda option: option[1].casefold())


def solution(item: Item) -> Html:
    """Each option, whether it's right and why, on paper."""
    return paper.explained(
        (
            _("✓ Right: {text}", text=option.text)
            if option.right
            else _("✗ Not right: {text}", text=option.text),
            option.why,
        )
        for option in item.options
    )
