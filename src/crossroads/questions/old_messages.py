"""Outcomes of results that were kept before results had any: only messages say what became of them.

Only what takes old results over uses this.
"""

from __future__ import annotations

import re
from typing import Any

from ..i18n import FSI, PDI, everywhere
from . import forms
from .outcome import Code, Outcome

#: Signs that messages have round what is filled in, from right to left.
_ISOLATES = dict.fromkeys(map(ord, (FSI, PDI)))

#: The kinds that there were, by what the check that students see asks for.
_ASKS = {
    "one_of": "single",
    "some_of": "multiple",
    "order_of": "order",
    "match": "match",
    "number": "number",
}


def asked(source: str) -> tuple[str, str]:
    """Return the kind of answer that a test's source asks for, and its unit; "" if unknown."""
    forms = "|".join(_ASKS)
    found = re.search(rf"\bexpect\(.*?\b({forms})\s*=\s*(?:[\"'](.*?)[\"'])?", source, re.S)
    kind = _ASKS[found[1]] if found else ""
    return kind, (found[2] or "") if found and kind == "number" else ""


def read(
    said: str, points: float | None, possible: float, kind: str = "", unit: str = ""
) -> Outcome | None:
    """Return the outcome that a test's message tells of; ``None`` where a person marks.

    The answer is known where the check's first line says how it was read: a ``kind`` is needed.
    """
    if points is None:
        return None
    if not points and said.startswith(tuple(everywhere(forms.UNANSWERED))):
        return Outcome(kind, "unanswered", facts={"problem": "unanswered"})
    code: Code = "right" if points >= possible else "partly" if points else "wrong"
    share = points / possible if possible else 0.0
    return Outcome(kind, code, _answer(said, kind, unit), share)


def _answer(said: str, kind: str, unit: str) -> Any:
    if kind not in _ASKS.values():
        return None
    first = said.translate(_ISOLATES).partition("\n")[0].partition(":")[2].strip()
    if kind == "number":
        return first.removesuffix(unit).strip()
    if kind == "match":
        return dict(re.findall(r"\b(\d+) \w+ ([a-z])\b", first))
    return first if kind == "single" else re.findall(r"\b[a-z]\b", first)
