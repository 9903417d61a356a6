"""Knowing a notebook and its cells again by their texts, where labels were lost."""

from __future__ import annotations

import re
from typing import Any

from ...caching import short_text_cache
from .nbgrader_cells import grade_id, role_of, text_of

#: The line with a copy's own values, where its cell has lost its label.
_DRAWN = re.compile(r"^mine\s*=\s*cr\.variant\(", re.M)


def recognise(given: list[dict[str, Any]], released: Any) -> int:
    """Give cells that have lost their label that of the released cell with the same text.

    Returns how many those are.
    """
    known = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    there = {cell["id"] for cell in given}
    texts = {
        (cell["cell_type"], _same_text(text_of(cell))): id_
        for id_, cell in known.items()
        if id_ not in there and text_of(cell).strip()
    }
    lost = 0
    for cell in given:
        own = cell["id"] not in known and not cell["draws"]
        if own and (id_ := texts.pop((cell["kind"], _same_text(cell["source"])), "")):
            cell["id"] = id_
            lost += 1
    if any(role_of(cell) == "values" for cell in released["cells"]):
        lost += _recognise_values(given, known)
    return lost


def _recognise_values(given: list[dict[str, Any]], known: dict[str, Any]) -> int:
    """Find the line with the copy's own values where no cell is labelled as it."""
    own = [c for c in given if c["kind"] == "code" and c["id"] not in known]
    line = next((c for c in own if _DRAWN.search(c["source"])), None)
    if line is None or any(cell["draws"] for cell in given):
        return 0
    line["draws"] = True
    return 1


def _same_text(text: str) -> str:
    """Return a text but for what front ends change of it: ends of lines, and empty ones."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def is_another(given: list[dict[str, Any]], released: Any) -> bool:
    """Return whether a notebook asks other questions than the release."""
    known = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    asked = [
        {*_lines_of(text_of(cell))}
        for cell in known.values()
        if role_of(cell) == "locked"
        and cell["cell_type"] == "markdown"
        and _lines_of(text_of(cell))
    ]
    own = [[*_lines_of(cell["source"])] for cell in given if cell["kind"] == "markdown"]
    there = {line for lines in own for line in lines}
    kept = sum(2 * len(lines & there) > len(lines) for lines in asked)
    every = {line for lines in asked for line in lines}
    others = sum(2 * len(every & {*lines}) < len(lines) for lines in own if lines)
    enough = min(5, len(asked))
    return enough > 1 and kept < len(asked) / 4 and others >= enough


@short_text_cache(500)
def _lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a Markdown text without the marks that front ends rewrite."""
    lines = (re.sub(r"[\W_]+", " ", line).strip().casefold() for line in text.splitlines())
    return tuple(line for line in lines if line)


def title_of(given: list[dict[str, Any]]) -> str:
    texts = (cell["source"].lstrip() for cell in given if cell["kind"] == "markdown")
    own = next((text for text in texts if text.startswith("# ")), "")
    return own.splitlines()[0].strip("# ")[:80] if own else "unknown"
