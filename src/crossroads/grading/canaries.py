"""Cells that must fail: where one doesn't, somebody has changed how cells or checks are run.

One runs before each test that runs beside a student's code, and one after it. Each is another one,
so that what would let it fail must tell it from a test. Besides, it asks what the test itself
compares with: ``np.testing.assert_equal`` and its like must not let two different things through.
"""

from __future__ import annotations

import ast
import re
import secrets
from collections.abc import Mapping

from . import kernels

#: Functions of libraries that must not let ``[0]`` and ``[1]`` through.
_COMPARING = re.compile(
    r"(?:[A-Za-z_]\w*\.)*(?:assert_(?:\w*equals?|allclose|\w*almost_equal\w*)|eq_)$"
)
#: Whose functions they are: those of a course's own may do anything.
_LIBRARIES = re.compile(r"(?:from|import) (?:numpy|pandas|nose)\b")
#: As everybody calls them, whoever imports them.
_USUAL = {"np": "import numpy", "pd": "import pandas"}
_USUAL |= {name: f"import {name}" for name in ("numpy", "pandas", "nose")}
_PYTHON = """\
{asked}assert {one} == {other}, {token!r}
"""
_ASKED = """\
try:
    {function}([0], [1])
except Exception:
    pass
else:
    raise Warning("let through")
"""


def canary(language: str, test: str, given: Mapping[str, str]) -> tuple[str, str]:
    """Return a cell that must fail with words of its own, and these: "" where none is known.

    ``given`` are the lines with which set-up cells import, by name.
    """
    if language != "python":
        return kernels.canary(language), "canary"
    token = secrets.token_hex(6)
    one, other = secrets.randbelow(500), 500 + secrets.randbelow(500)
    asked = "".join(_ASKED.format(function=name) for name in _compared(test, given))
    return _PYTHON.format(asked=asked, one=one, other=other, token=token), token


def _compared(test: str, given: Mapping[str, str]) -> list[str]:
    """Return the libraries' functions by which a test compares, as it calls them."""
    try:
        nodes = [*ast.walk(ast.parse(test))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = {**_USUAL, **given}
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                lines[(alias.asname or alias.name).partition(".")[0]] = ast.unparse(node)
    calls = (ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call))
    found = dict.fromkeys(name for name in calls if _COMPARING.fullmatch(name))
    return [n for n in found if _LIBRARIES.match(lines.get(n.partition(".")[0], ""))][:5]
