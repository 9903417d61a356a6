"""Read what the Python of a student's cell gives to names, without running it."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import Any

from ...caching import short_text_cache
from ...questions import signs

#: Letters of a cell that is parsed.
MOST_SOURCE = 100_000

#: By which a cell can give values to names that it doesn't mention.
_INDIRECT = re.compile(
    r"\b(?:exec|eval|compile|globals|locals|vars|setattr|user_ns|__main__|__dict__|run_cell|ctypes|gc)"
    r"\b|import\s*\*|%\s*(?:run|load|pylab|reset|reset_selective|xdel|store|env)\b|_getframe|%%"
)


def masked(source: str) -> str:
    """Return a cell without its magics and system commands, as far as lines show them."""
    if not re.search(r"^\s*[%!?]|=\s*[%!]|\?\s*$", source, re.M) or signs.parses(source):
        return source
    source = re.sub(r"\A\s*%%(?:time|timeit|capture|prun)\b.*", "pass", source)
    if re.match(r"\s*%%", source):
        return ""
    source = re.sub(r"^(\s*)[%!?].*|^(\s*)\S+\?\??\s*$", r"\1\2pass", source, flags=re.M)
    return re.sub(r"^(\s*[\w, ]+=\s*)[%!].*", r"\1None", source, flags=re.M)


@short_text_cache(1000)
def names_given(source: str) -> frozenset[str]:
    """Return the names that a cell gives a value or defines, on whatever branch."""
    try:
        body = parsed(masked(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names: set[str] = set()
    todo: list[ast.AST] = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            names |= {n for g in ast.walk(node) if isinstance(g, ast.Global) for n in g.names}
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        todo += ast.iter_child_nodes(node)
    return frozenset(names)


def gives_indirectly(source: str) -> bool:
    """Return whether a cell may give or take values by names that it doesn't mention."""
    return bool(_INDIRECT.search(source))


def plain_line(source: str, name: str) -> tuple[bool, Any]:
    """Return whether a line always gives ``name`` a plain value, and is the last to do so.

    It's for cells that stopped before that line.
    """
    try:
        lines = [line for line in parsed(masked(source)) if isinstance(line, ast.Assign)]
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False, None
    own = (x for x in reversed(lines) if [ast.unparse(t) for t in x.targets] == [name])
    return literal(ast.unparse(line), name) if (line := next(own, None)) else (False, None)


def may_give(source: str, name: str, open_: bool) -> bool:
    """Return whether a cell may give ``name`` a value.

    Where the answer's own line is ``open_``, so are roundabout ways and cells that can't be parsed;
    else a line that is there isn't taken for another by what only looks like it.
    """
    text = unicodedata.normalize("NFKC", source)
    word = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    if open_ and (word or gives_indirectly(text)):
        return True
    return bool(word) and name in names_given(text)


def parsed(source: str) -> list[ast.stmt]:
    """Return a cell's statements. Raises ``ValueError`` and what ``ast.parse`` raises."""
    if len(source) > MOST_SOURCE:
        raise ValueError("too long to be parsed")
    return ast.parse(source).body


def literal(source: str, name: str) -> tuple[bool, Any]:
    """Return whether a cell only gives ``name`` a plain value, and the last one.

    The cell is read, never run.
    """
    try:
        plain, value = False, None
        for line in parsed(source):
            if not isinstance(line, ast.Assign):
                return False, None
            (target,) = line.targets
            if not isinstance(target, ast.Name) or target.id != name:
                return False, None
            plain, value = True, ast.literal_eval(line.value)
        repr(value)  # Python refuses to write numbers of many thousand digits
        return plain, value
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False, None
