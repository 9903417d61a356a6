"""A lesson cut into slides, for the wall of a classroom. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

#: How a slide begins. What there is to do stays with its text.
BEGINS = r"#{1,3} |\*\*(?!Do:)"
#: Where a text is cut: where a slide begins, but not within a fold.
CUT = rf"\n\n(?={BEGINS})(?!(?:(?!<details>)[\s\S])*</details>)"
#: Parts of a lesson that are for the reader's desk, not for the wall.
NOT_SHOWN = ("Time", "Before you start", "Glossary terms used", "Next")


def slides(notebook: Any) -> list[tuple[str, Any]]:
    """A readable lesson as small notebooks, one for each slide, with the part that it belongs to.

    A slide begins at a heading, at a paragraph that begins with bold words, and at a question.
    A heading alone goes with what follows it.
    """
    found: list[list[Any]] = []
    for cell in _pieces(notebook.cells):
        if found and (_bare(found[-1]) or not _opens(cell, found[-1][-1])):
            found[-1].append(cell)
        else:
            found.append([cell])
    shown, part = [], ""
    for cells in found:
        title = re.match(r"## (.+)", cells[0].source)
        part = title[1] if title else part
        if part not in NOT_SHOWN:
            slide = deepcopy(notebook)
            slide.cells = cells
            shown.append(("" if title else part, slide))
    return shown


def _pieces(cells: list[Any]) -> Iterator[Any]:
    """The cells, with text cells split where a slide begins."""
    for cell in cells:
        if cell.cell_type != "markdown":
            yield cell
            continue
        parts = re.split(CUT, cell.source)
        for number, part in enumerate(parts):
            yield type(cell)(cell | {"id": f"{cell.id}-{number}", "source": part})


def _opens(cell: Any, before: Any) -> bool:
    begins = cell.cell_type == "markdown" and re.match(BEGINS, cell.source)
    return bool(begins or any(one.metadata.get("question") for one in (cell, before)))


def _bare(cells: list[Any]) -> bool:
    return all(re.fullmatch(r"#{1,3} .+", cell.source) for cell in cells)
