"""Turn what is typed into what the course writes, by steps that are data, for the pen too.

A step has one of these keys; the pen (``jupyterlab-extension/src/reading.ts``) takes the same steps
from the table that ``tools/reading_rules.py`` writes down for it:

- ``plain``: signs as ASCII has them
- ``bare``: only words are left, in small letters without accents
- ``drop``: this sign, wherever it stands; ``strip``: these signs, at both ends
- ``unit``: the question's unit, at the end or else in front, in capitals or not
- ``cut``: what the pattern finds
- ``words``: what the pattern finds, in capitals or not, gives way to ``by``, if anything is left
- ``where`` all of the text has this form, ``replace`` pairs of signs
- ``refuse`` a text of this form, or ``need`` it: else there is a problem, ``as`` it is called

Patterns are ASCII's, as Python and JavaScript read them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from . import signs

Step = Mapping[str, Any]


def take(steps: Iterable[Step], text: str, unit: str = "") -> tuple[str, str]:
    """Return the text after all steps, and ``""``.

    Where a step fails, return the text as far as it came, and the problem.
    """
    for step in steps:
        match step:
            case {"plain": _}:
                text = signs.plain(text)
            case {"bare": _}:
                text = signs.bare(text)
            case {"drop": sign}:
                text = text.replace(sign, "")
            case {"strip": around}:
                text = text.strip(around)
            case {"unit": _}:
                text = _without_unit(text, _small(signs.plain(unit)))
            case {"cut": pattern}:
                text = re.sub(pattern, "", text, flags=re.ASCII)
            case {"words": pattern, "by": by}:
                if found := re.search(pattern, _small(text), re.ASCII):
                    text = text[: found.start()] + by + text[found.end() :] or text
            case {"where": form, "replace": pairs}:
                if _is(form, text):
                    for old, new in pairs:
                        text = text.replace(old, new)
            case {"refuse": form, "as": problem}:
                if _is(form, text):
                    return text, problem
            case {"need": form, "as": problem}:
                if not _is(form, text):
                    return text, problem
            case _:
                raise ValueError(f"no such step: {step}")
    return text, ""


def _is(form: str, text: str) -> bool:
    return re.fullmatch(form, text, re.ASCII) is not None


def _small(text: str) -> str:
    # Where there are more small letters than capitals, places would differ.
    small = text.lower()
    return small if len(small) == len(text) else text


def _without_unit(text: str, unit: str) -> str:
    small = _small(text)
    if unit and small.endswith(unit):
        return text[: -len(unit)]
    return text[len(unit) :] if unit and small.startswith(unit) else text
