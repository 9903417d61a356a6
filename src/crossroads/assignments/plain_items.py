"""The questions of an assignment of any other nbgrader course, by what nbgrader knows of its cells.

A test marks what was written in the answer cell before it. Nothing tells of kinds, objectives and
keys there, so none are said. Of several notebooks, a question's id is ``NOTEBOOK/CELL``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bank import Item

#: Kinds of such questions: marked by a test; by a person; a task, whose answer is anywhere.
TEST, WRITTEN, TASK = "test", "written", "task"
KINDS = (TEST, WRITTEN, TASK)
#: Letters of a question's name.
MOST_TITLE = 80
#: What stands in a source for teachers alone.
_HIDDEN = re.compile(
    r"^[^\n]*BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?(?:^[^\n]*END \1[^\n]*$|\Z)",
    re.M | re.S,
)


def read(folder: Path) -> list[Item]:
    """Return every question of an assignment's notebooks, in order.

    Raises ``OSError`` or ``ValueError`` for a notebook that can't be read.
    """
    paths = sorted(path for path in folder.glob("*.ipynb"))
    several = len(paths) > 1
    found: list[Item] = []
    for path in paths:
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            found += _in_notebook(folder.name, f"{path.stem}/" if several else "", cells)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} cannot be read as a notebook ({error})") from None
    return found


def _in_notebook(assignment: str, prefix: str, cells: Any) -> Iterator[Item]:
    from .bank import Item  # which reads these for its own list

    texts: list[str] = []
    where = prefix.replace("/", ": ")
    answer, answer_cell = "", ""
    for cell in cells:
        about, source = _about(cell), _text(cell)
        id_ = f"{prefix}{about.get('grade_id', '')}"
        code = cell["cell_type"] == "code"
        graded, solution = bool(about.get("grade")), bool(about.get("solution"))
        if about.get("task") or graded:
            kind = TASK if about.get("task") else WRITTEN if solution or not code else TEST
            own = kind != TEST
            stem = "\n\n".join([*texts, *([shown(source)] if kind == TASK else [])])
            said = (_title(source) if kind == TEST else "") or _heading(stem)
            yield Item(
                assignment=assignment,
                id=id_,
                kind=kind,
                objective="",
                bloom="",
                unit="",
                points=float(about.get("points") or 0),
                stem=stem.strip(),
                answer=source if own else answer,
                test="" if own else source or "pass",
                title=f"{where}{said}" if said else id_,
                cell=id_ if own else answer_cell,
            )
            texts = []
        elif solution:
            answer, answer_cell = source, id_
        elif not code:
            texts.append(shown(source))


def _about(cell: Any) -> dict[str, Any]:
    found = (cell.get("metadata") or {}).get("nbgrader")
    return found if isinstance(found, dict) else {}


def _text(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def shown(source: str) -> str:
    """Return a source cell's text without what students don't get."""
    return _HIDDEN.sub("", source).strip("\n")


def _heading(stem: str) -> str:
    """Return the last heading of what was asked, without its points; "" where there is none."""
    found = re.findall(
        r"^#+ +(.+?)(?: *\([^()]*(?:points?|pts?)[^()]*\))?[ #]*$", stem, re.M | re.I
    )
    return _short(found[-1]) if found else ""


def _short(text: str) -> str:
    plain = " ".join(re.sub(r"[*`]", "", text).split())
    return plain if len(plain) <= MOST_TITLE else f"{plain[:MOST_TITLE].rstrip()} …"


def _title(test: str) -> str:
    """Return what a test says of itself at its top, as students see it.

    Return "" where it says nothing.
    """
    lines = shown(test).strip().splitlines()
    said = ""
    try:
        said = ast.get_docstring(ast.parse("\n".join(lines))) or ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = re.match(r"\s*(?:\"\"\"|''')(.+?)(?:\"\"\"|'''|$)", lines[0]) if lines else None
        said = found[1] if found else ""
    if not said and lines and (found := re.match(r"\s*(?:#|//|%|--)+\s*(\w.*)", lines[0])):
        said = found[1]
    first = (said.strip().splitlines() or [""])[0]
    stub = re.search(r"YOUR CODE|DO NOT|AUTOTEST", first, re.I)
    return "" if stub else _short(first).rstrip(".:")
