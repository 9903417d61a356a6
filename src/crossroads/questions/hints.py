"""What to change in an answer cell that gives its name no value."""

from __future__ import annotations

import ast
import re

from ..i18n import _
from . import signs


def hint(source: str, name: str) -> str:
    """What to change in an answer cell that gives ``name`` no value, where it's sure; else ""."""
    source = signs.mended(source)
    if not signs.parses(source):
        return ""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            left, (sign, *more) = node.value.left, node.value.ops
            if isinstance(left, ast.Name) and left.id == name and isinstance(sign, ast.Eq):
                right = ast.unparse(node.value.comparators[0])
                if not more:
                    line = f"{name} = {right}"
                    return _("Two equals signs compare. To answer, type one: {line}", line=line)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            if name in names and (line := _with_quotes(node.value)):
                return _("Letters need quotes. Type: {line}", line=f"{name} = {line}")
            twin = next((n for n in names if n != name and _looks_like(n, name)), "")
            if twin:
                line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
                return _("Python sees another name in {typed}. Type: {line}", typed=twin, line=line)
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.Name)):
            line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
            if isinstance(node.value, ast.Name) and node.value.id == name:
                continue
            return _("The answer has no name before it. Type: {line}", line=line)
    return ""


def _looks_like(typed: str, name: str) -> bool:
    return signs.look_alike(signs.plain(typed)).casefold() == name.casefold()


def _with_quotes(node: ast.expr) -> str:
    """An expression whose single letters have lost their quotes, with them; else ""."""
    lost = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    if not lost or any(len(n.id) > 1 for n in lost):
        return ""
    if isinstance(node, (ast.Name, ast.Set, ast.List, ast.Tuple, ast.Dict)):
        return re.sub(r"\b([^\W\d_])\b", r'"\1"', ast.unparse(node).replace("'", ""))
    return ""
