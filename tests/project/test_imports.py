"""What is imported inside a function says why: all else stands at a module's top."""

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import crossroads

PACKAGE = Path(crossroads.__file__).parent
#: A module that imports the same late in many places says so once: which, and why.
LATE = re.compile(r"^# Imported late: (?P<names>[\w, ]+)\. (?P<why>.+)", re.M)
#: Remarks for programs are no reasons.
REASON = re.compile(r"#\s*(?!noqa|type:)\w.*")


def unexplained(source: str) -> Iterator[str]:
    """The lines that import inside a function without a reason.

    It stands on the import's line, or above it or the block of imports that it belongs to.
    """
    lines, late = source.splitlines(), LATE.search(source)
    known = set(late["names"].split(", ")) if late else set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for body in (getattr(node, "body", None) for node in ast.walk(function)):
            said = False
            for node in body if isinstance(body, list) else ():
                if not isinstance(node, (ast.Import, ast.ImportFrom)):
                    said = False
                    continue
                own = lines[node.lineno - 1 : node.end_lineno]
                said = said or any(map(REASON.search, own))
                said = said or bool(REASON.match(lines[node.lineno - 2].strip()))
                if not said and root(node) not in known:
                    yield own[0].strip()


def root(node: ast.Import | ast.ImportFrom) -> str:
    """The package that is imported; "" for one of ours."""
    if isinstance(node, ast.ImportFrom):
        return "" if node.level else str(node.module).partition(".")[0]
    return node.names[0].name.partition(".")[0]


#: A command's module imports what it runs when it runs: the package's first lines say so.
MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE / "cli"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_is_imported_inside_a_function_says_why(path):
    assert [*unexplained(path.read_text("utf-8"))] == []


def test_commands_say_it_once_for_all():
    assert "imports what it needs when it runs" in (PACKAGE / "cli" / "__init__.py").read_text()


@pytest.mark.parametrize(
    ("within", "holds"),
    [
        ("import yaml", False),
        ("import yaml  # noqa: F401", False),
        ("x = 1  # said\n\nimport yaml", False),
        ("import yaml  # slow", True),
        ("# Slow.\nimport yaml", True),
        ("# Slow.\nimport yaml\nimport pandas", True),
        ("# Slow.\nimport yaml\nx = 1\nimport pandas", False),
        ("if x:\n    import yaml", False),
        ("if x:\n    # Slow.\n    import yaml", True),
        ("import sqlalchemy.orm", True),
        ("from sqlalchemy import select", True),
        ("from .sqlalchemy import select", False),
    ],
)
def test_a_reason_is_asked_for(within, holds):
    source = (
        f"# Imported late: nbgrader, sqlalchemy. Slow.\ndef f():\n{textwrap.indent(within, '    ')}"
    )
    assert (not [*unexplained(source)]) == holds
