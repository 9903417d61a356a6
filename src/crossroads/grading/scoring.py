"""Marking, outside the sandbox: a test cell of the source, run on values that came from inside.

The tests are the teacher's and run here, in the trusted process; the student's functions don't:
in their place stands ``Recorded``, which gives back what they gave inside. A test that is no call
of ``cr.answers`` or ``cr.memo`` (a teacher's own assert) can't be split like that: it runs beside
the student's code, with canaries around it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import pickle
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType
from typing import Any

from ..files import encodable
from ..questions import variants
from ..questions.outcome import outcome_of
from . import values
from .results import Mark


class Recorded:
    """A student's function, as far as it's known: what it gave for each call, in order."""

    def __init__(self, calls: list[Any]) -> None:
        self._calls = iter(calls)

    def __call__(self, *_: Any) -> Any:
        call: Any = next(self._calls, None)
        call = call if isinstance(call, dict) else {}
        if "error" in call:
            name, words = (encodable(str(part))[:300] for part in call["error"])
            kind = type(name, (Exception,), {"__module__": "builtins"})
            raise kind(words)
        try:
            return values.decode(call.get("value"))
        except ValueError:
            raise ValueError("what it returned cannot be read") from None


class _Noting:
    """Stands in for every name of a student's, to learn which calls a test makes."""

    def __init__(self, name: str, calls: list[tuple[str, bytes]]) -> None:
        self._name, self._calls = name, calls

    def __call__(self, *arguments: Any) -> Any:
        self._calls.append((self._name, pickle.dumps(arguments)))
        return "noted"


@dataclass(frozen=True)
class Test:
    """A test cell of the source notebook: its id, source with hidden tests, and points."""

    id: str
    source: str
    points: float
    #: What set-up cells import: by name, the line that does. Only what marks here is imported here.
    given: Mapping[str, str]
    # By a copy's own values: the calls, worked out once.
    _calls: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> list[str]:
        """The student's names that the test looks at."""
        tree = _tree(self.source)
        used = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
        stored = {n.id for n in used if not isinstance(n.ctx, ast.Load)}
        stored |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        stored |= {
            (a.asname or a.name).partition(".")[0]
            for a in ast.walk(tree)
            if isinstance(a, ast.alias)
        }
        stored |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
        free = {n.id for n in used} - stored - set(dir(builtins)) - set(self.given)
        return sorted(free)

    @cached_property
    def imports(self) -> str:
        """The test's own import lines: what a student's function finds when the test calls it."""
        lines = _tree(self.source).body
        return "\n".join(
            ast.unparse(x) for x in lines if isinstance(x, (ast.Import, ast.ImportFrom))
        )

    @cached_property
    def _imported(self) -> dict[str, Any]:
        """Return what the set-up cells import, for a test that is marked here."""
        space: dict[str, Any] = {}
        for line in dict.fromkeys(self.given.values()):
            exec(compile(line, "set-up", "exec"), space)
        space.pop("__builtins__", None)
        return space

    @cached_property
    def splits(self) -> bool:
        """Whether the test is ours: it only gives the student's values to our functions.

        Whatever else is done with them, be it an ``assert`` or a call, needs what a notebook has.
        """
        if not re.search(r"\bcr\.(answers|memo)\.", self.source):
            return False
        tree, names = _tree(self.source), {*self.names} - {"mine"}
        given = {
            id(part)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and _is_ours(call.func)
            for part in (*call.args, *(word.value for word in call.keywords))
        }
        used = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in names]
        kept = not any(isinstance(node, (ast.Assert, ast.Try)) for node in ast.walk(tree))
        return kept and bool(tree.body) and all(id(name) in given for name in used)

    def calls(self, own: Mapping[str, Any]) -> list[tuple[str, bytes]]:
        """Return the calls of the student's functions that the test makes, arguments pickled."""
        key = repr(own if "mine" in self.names else None)
        if key not in self._calls:
            noted: list[tuple[str, bytes]] = []
            stand_ins = {name: _Noting(name, noted) for name in self.names}
            names = {**self._imported, **stand_ins, "mine": variants.variant(**own)}
            for line in ast.parse(self.source).body:
                # Each by itself: a first question that isn't answered ends the test, but the next
                # student's may be.
                with contextlib.suppress(Exception), _quiet(), variants.drawn(own):
                    exec(compile(ast.Module([line], []), self.id, "exec"), names)
            self._calls[key] = noted
        return self._calls[key]

    def mark(self, found: Mapping[str, Any], expected: Mapping[str, Any] | None) -> Mark:
        """Mark values that were read or came from inside.

        ``found`` has a student's values by name; a name that isn't there was never given one.
        ``expected`` are the values drawn for this student, ``None`` for those of everybody's copy.
        """
        try:
            with _quiet() as said:
                result = self._run(found, expected)
        except Exception as error:
            words = f"{said.getvalue()}{error}"
            return Mark(0, encodable(words), type(error).__name__, outcome_of(error))
        points = awarded(result, self.points)
        return Mark(points, encodable(said.getvalue()), outcome=outcome_of(result))

    @cached_property
    def _code(self) -> tuple[CodeType, CodeType]:
        """The test but for its last expression, and that."""
        *head, last = ast.parse(self.source).body
        if not isinstance(last, ast.Expr):
            head, last = [*head, last], ast.Expr(ast.Constant(None))
        value = ast.Expression(last.value)
        return compile(ast.Module(head, []), self.id, "exec"), compile(value, self.id, "eval")

    def _run(self, space: Mapping[str, Any], expected: Mapping[str, Any] | None) -> Any:
        head, last = self._code
        names = {**self._imported, **space}
        with variants.drawn(expected):
            exec(head, names)
            return eval(last, names)


def _is_ours(function: ast.expr) -> bool:
    return bool(re.match(r"cr\.(answers|memo)\.\w+$", ast.unparse(function)))


def awarded(result: Any, points: float) -> float:
    """Return the points of a test cell by nbgrader's rule.

    They are its last value if that's a number, or else all points.
    """
    if isinstance(result, (int, float)) and not isinstance(result, bool):
        return float(min(max(0, result), points))  # in this order: not a number is nothing
    return points


class _Capture(contextlib.AbstractContextManager[io.StringIO]):
    def __enter__(self) -> io.StringIO:
        self._text = io.StringIO()
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(contextlib.redirect_stdout(self._text))
        self._stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        return self._text

    def __exit__(self, *error: Any) -> None:
        self._stack.close()


def _quiet() -> _Capture:
    return _Capture()


def _tree(source: str) -> ast.Module:
    """Return a test's lines as Python reads them.

    Return ``None`` for a test with magics, which only a notebook reads.
    """
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def set_up_lines(sources: Iterable[str]) -> dict[str, str]:
    """Return what the teacher's own set-up cells import: by name, the line that does.

    None of them is run.
    """
    found: dict[str, str] = {}
    for source in sources:
        for node in _tree(source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [(a.asname or a.name).partition(".")[0] for a in node.names]
                found |= dict.fromkeys(names, ast.unparse(node))
    return found
