"""A quiz question as a self-check: to be asked again, or to be solved on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..questions import kinds
from ..questions.item import Item
from . import bank


def self_check(
    item: bank.Item, call: Mapping[str, Any], plain: Callable[[str], str] | None = None
) -> Item:
    """Return a question whose answer is data as a self-check, by its scoring ``call``.

    ``plain`` makes texts of its Markdown; as it stands, all marks go but those of code.
    """
    words = plain or without_marks
    options, left = (
        {code: words(text) for code, text in texts.items()} for texts in (item.options, item.left)
    )
    common: dict[str, Any] = {
        "id": item.code,
        "objective": item.objective,
        "kind": item.kind,
        "prompt": words(item.question),
        "why": "",
        "unit": item.unit,
    }
    return Item(**common | kinds.as_check(item.kind, call, options, left))


def without_marks(text: str) -> str:
    """Return a line of Markdown without its marks but those of code.

    A control shows text and code.
    """
    parts = re.split(r"(`[^`]+`)", text)
    marks = r"\*\*|`|(?<!\w)\*|\*(?!\w)"
    return "".join(p if n % 2 else re.sub(marks, "", p) for n, p in enumerate(parts))
