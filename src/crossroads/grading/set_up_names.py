"""Find the names of the quiz's own cells that each step needs, where a student's cells remove them.

``cr = 5``, ``del pd`` or ``%reset -f`` would leave later cells and tests without what the quiz set
up. What is put back, and only for as long as a step runs, is what it could do nothing without:
``sandboxed.set_up`` does it. Nothing is noted where no cell touches such a name.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any

from .assignment import Assignment
from .submitted.python_source import gives_indirectly, masked, names_given, parsed
from .submitted.submission import Cell, Submission

#: Roles of cells that are the quiz's own and run before or between answers.
_OWN = ("locked", "values")


def note(assignment: Assignment, submission: Submission, steps: list[dict[str, Any]]) -> None:
    """Write into each step what is to be kept after it (``keep``), and put back for it (``back``).

    ``back`` maps a name to the attributes that are asked of it; ``own`` says that the step is the
    quiz's, for which its names are put back whatever they have become.
    """
    cells = submission.cells
    given = {name for cell in cells if cell.role in _OWN for name in names_given(cell.source)}
    if not any(_touches(cell, given) for cell in cells):
        return
    answers = {cell.id: cell.source for cell in cells}
    for step in steps:
        cell = cells[step["place"]]
        if step["kind"] == "ask":
            # A function looks its names up when it's called.
            step["back"] = _needed(answers.get(f"{step['test']}-answer", ""), given)
            continue
        own = bool(step["test"]) or cell.role in _OWN
        step["own"] = own
        step["back"] = _needed(
            step["source"], given | ({*dir(builtins)} if step["test"] else set())
        )
        if cell.role in _OWN:
            step["keep"] = sorted(names_given(step["source"]))


def _touches(cell: Cell, given: set[str]) -> bool:
    """Return whether a student's cell may change what the quiz set up, or a test's own tools."""
    if cell.kind != "code" or cell.role in (*_OWN, "test"):
        return False
    changed = names_given(cell.source)
    return gives_indirectly(cell.source) or bool(changed & (given | {*dir(builtins)}))


def _needed(source: str, given: set[str]) -> dict[str, list[str]]:
    """Return the names that a cell uses and doesn't give a value itself, and what of them."""
    own = names_given(source)
    found: dict[str, list[str]] = {}
    for node in _nodes(source):
        if isinstance(node, ast.Name) and node.id in given - own:
            found.setdefault(node.id, [])
        of = node.value if isinstance(node, ast.Attribute) else None
        if isinstance(node, ast.Attribute) and isinstance(of, ast.Name) and of.id in given - own:
            found.setdefault(of.id, []).append(node.attr)
    return found


def _nodes(source: str) -> Iterator[ast.AST]:
    try:
        for line in parsed(masked(source)):
            yield from ast.walk(line)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
