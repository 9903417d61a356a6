"""How what is typed becomes what the course writes: steps that are data, for the pen too.

A step has one of these keys; the pen (``jupyterlab-extension/src/reading.ts``) takes the same steps
from the table that ``tools/reading_rules.py`` writes down for it:

- ``plain``: signs as ASCII has them
- ``drop``: this sign, wherever it stands; ``strip``: these signs, at both ends
- ``unit``: the question's unit, at the end
- ``cut``: what the pattern finds
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
    """The text after all steps, and ``""``; or as far as it came, and what the problem is."""
    for step in steps:
        match step:
            case {"plain": _}:
                text = signs.plain(text)
            case {"drop": sign}:
                text = text.replace(sign, "")
            case {"strip": around}:
                text = text.strip(around)
            case {"unit": _}:
                text = text.removesuffix(signs.plain(unit))
            case {"cut": pattern}:
                text = re.sub(pattern, "", text, flags=re.ASCII)
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
