"""Say what to change in an answer cell that gives its name no value."""

from __future__ import annotations

import ast
import re
from itertools import islice

from ..i18n import _
from . import pasted, signs
from .forms import is_blank

#: Letters of a cell and of an answer, and signs in it, that are looked at for another language's
#: comment.
_MOST_CELL, _MOST, _MOST_SIGNS = 10_000, 1000, 20


def hint(source: str, name: str) -> str:
    """Return what to change in an answer cell that gives ``name`` no value, where it's sure.

    Return "" where it isn't sure.
    """
    source = pasted.mended(source)
    if not signs.parses(source):
        return _commented_out(source, name, "%|//|--") or _lost_quotes(source, name)
    body = ast.parse(source).body
    giving = [node for node in body if _gives(node, name)]
    for node in giving or body:
        if words := _of_statement(node, name) or _calculated(source, node, name):
            return words
    return "" if giving else _commented_out(source, name) or _other_name(body, name)


def _of_statement(node: ast.stmt, name: str) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
        return _compared(node.value, name)
    if isinstance(node, ast.AnnAssign) and node.value is None and _is_name(node.target, name):
        line = f"{name} = {_with_quotes(node.annotation) or ast.unparse(node.annotation)}"
        return _("A colon gives no value. To answer, type an equals sign: {line}", line=line)
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        if name in names and (line := _with_quotes(node.value)):
            return _("Letters need quotes. Type: {line}", line=f"{name} = {line}")
        if name in names and _asks(node.value):
            return _(
                "Nobody can type into input() while this is marked. Type your answer in its place: "
                "{line}",
                line=f"{name} = ...",
            )
        twin = next((n for n in names if n != name and _looks_like(n, name)), "")
        if twin:
            line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
            return _("To Python, {typed} is a different name. Type: {line}", typed=twin, line=line)
    typed = node.value if isinstance(node, ast.Expr) else None
    if isinstance(typed, (ast.Constant, ast.Name)) and not _is_name(typed, name):
        line = f"{name} = {_with_quotes(typed) or ast.unparse(typed)}"
        return _("The answer has no name before it. Type: {line}", line=line)
    return ""


def _compared(node: ast.Compare, name: str) -> str:
    left, (sign, *more), right = node.left, node.ops, node.comparators[0]
    if more or not _is_name(left, name):
        return ""
    if isinstance(sign, ast.Eq):
        line = f"{name} = {ast.unparse(right)}"
        return _("Two equals signs compare. To answer, type one: {line}", line=line)
    if isinstance(sign, ast.Lt) and isinstance(right, ast.UnaryOp):
        line = f"{name} = {_with_quotes(right.operand) or ast.unparse(right.operand)}"
        return _(
            "The arrow <- compares in Python. To answer, type an equals sign: {line}", line=line
        )
    return ""


def _calculated(source: str, node: ast.stmt, name: str) -> str:
    """Return what to say where a plain answer has another language's comment behind it.

    Of texts and of what holds them there is no difference, and nothing that is left over.
    """
    if not isinstance(node, ast.Assign) or not any(_is_name(t, name) for t in node.targets):
        return ""
    if len(source) > _MOST_CELL:
        return ""
    value = ast.get_source_segment(source, node.value) or ""
    for found in islice(re.finditer(r"[ \t]*(//+|--+|%+)[ \t]*", value[:_MOST]), _MOST_SIGNS):
        plain, words = value[: found.start()], " ".join(value[found.end() :].split())
        try:
            answer = ast.literal_eval(plain)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        formats = found[1].startswith("%") and "%" in plain
        if isinstance(answer, (str, set, list, tuple, dict)) and not formats:
            return _(
                "In Python, {sign} does not start a comment. Use #: {line}",
                sign=found[1],
                line=f"{name} = {plain}  # {words}",
            )
    return ""


def _commented_out(source: str, name: str, signs_: str = "#") -> str:
    """Return what to say where the answer is a comment, which isn't read.

    ``signs_`` may begin one.
    """
    line = rf"{re.escape(name)}\s*=(?!=).*\S"
    several = [*re.finditer(rf"^[ \t]*({signs_})[ \t#%/-]*({line})", source, re.M)]
    found = several[0] if several else None
    given = rf"^[ \t]*{re.escape(name)}\s*=(?!=)\s*(?!None\b|\.\.\.)[^#\s]"
    if signs_ != "#" and (len(several) > 1 or re.search(given, source, re.M)):
        return ""
    sign = found[1] if found else ""
    line = pasted.mended(found[2]) if found else ""
    node = ast.parse(line).body[0] if line and signs.parses(line) else None
    if not isinstance(node, ast.Assign) or not _gives(node, name):
        return ""
    line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
    return _(
        "A line that begins with {sign} isn't read. Remove the {sign}: {line}",
        sign=sign,
        line=line,
    )


def _other_name(body: list[ast.stmt], name: str) -> str:
    """Return what to say where all that a cell does is to give another name a plain value."""
    if len(body) != 1 or not isinstance(node := body[0], ast.Assign):
        return ""
    (target,) = node.targets if len(node.targets) == 1 else (None,)
    if not isinstance(target, ast.Name) or not isinstance(node.value, ast.Constant):
        return ""
    if is_blank(node.value.value):
        return ""
    line = f"{name} = {ast.unparse(node.value)}"
    return _(
        "You gave the answer another name here: {typed}. Type: {line}", typed=target.id, line=line
    )


def _lost_quotes(source: str, name: str) -> str:
    """Return what to say of a line with words in place of a value: ``q1 = option d``."""
    found = re.search(
        rf"^[ \t]*{re.escape(name)}[ \t]*=[ \t]*(\w+(?: \w+){{1,9}})[ \t]*$", source, re.M
    )
    return _("Letters need quotes. Type: {line}", line=f'{name} = "{found[1]}"') if found else ""


def _gives(node: ast.stmt, name: str) -> bool:
    """Return whether a statement gives a name a value that isn't blank, on whatever branch."""
    for part in ast.walk(node):
        if isinstance(part, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            blank = isinstance(part.value, ast.Constant) and is_blank(part.value.value)
            if part.value is not None and not blank and any(_names(t, name) for t in targets):
                return True
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)) and part.name == name:
            return True
    return False


def _names(target: ast.expr, name: str) -> bool:
    return any(_is_name(part, name) for part in ast.walk(target))


def _is_name(node: ast.expr | ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _asks(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _is_name(node.func, "input")


def _looks_like(typed: str, name: str) -> bool:
    return signs.look_alike(signs.plain(typed)).casefold() == name.casefold()


def _with_quotes(node: ast.expr) -> str:
    """Return an expression whose single letters have lost their quotes, with them; else ""."""
    lost = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    if not lost or any(len(n.id) > 1 for n in lost):
        return ""
    if isinstance(node, (ast.Name, ast.Set, ast.List, ast.Tuple, ast.Dict)):
        return re.sub(r"\b([^\W\d_])\b", r'"\1"', ast.unparse(node).replace("'", ""))
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        # c > a > b: two letters alone may well be compared.
        chain = all(isinstance(sign, ast.Gt) for sign in node.ops)
        return f'"{ast.unparse(node)}"' if chain and len(lost) == len(node.ops) + 1 else ""
    return ""
