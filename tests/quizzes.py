"""Graded notebooks as data, for tests: items, hidden tests, and answers put in and marked."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat

import crossroads
from crossroads import answers

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
SCORING = ("single", "multiple", "order", "match", "number", "function")


def assignments() -> list[Path]:
    return sorted(p for p in ASSIGNMENTS.iterdir() if p.is_dir())


def read(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def by_grade_id(nb: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    return {c.metadata.nbgrader.grade_id: c for c in nb.cells if "nbgrader" in c.metadata}


def one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Outcome:
    """What one test cell made of an answer; ``error`` is what it raised."""

    score: float
    said: str
    error: Exception | None = None


@dataclass(frozen=True)
class Item:
    """One question of a source notebook."""

    assignment: str
    id: str
    kind: str
    objective: str
    bloom: str
    unit: str
    points: float
    stem: str
    #: The answer cell's source, with the solution.
    answer: str
    #: The test cell's source with the hidden tests; empty where a person marks.
    test: str

    @property
    def name(self) -> str:
        """The variable that holds the answer: what the test cell looks at first."""
        return re.search(r"cr\.answers\.expect\(\s*(\w+)", self.test)[1]

    @property
    def options(self) -> dict[str, str]:
        return dict(re.findall(r"^- \*\*([a-z])\.\*\* (\S.*)$", self.stem, re.M))

    @property
    def left(self) -> dict[str, str]:
        return dict(re.findall(r"^- \*\*(\d+)\.\*\* (\S.*)$", self.stem, re.M))

    def line(self, value: Any) -> str:
        return f"{self.name} = {value!r}"

    def call(self, function: str | None = None) -> dict[str, Any]:
        """The arguments of the item's one scoring call, or of ``expect``; defaults filled in."""
        return _calls(self)[function or next(name for name in SCORING if name in _calls(self))]

    def mark(self, answer: str | None = None, **given: Any) -> Outcome:
        """Run answer and test cell here, counting points as stock nbgrader does.

        ``answer`` is the answer cell's source (default: the solution); ``value=...`` overrules
        what it made of the answer's variable.
        """
        space = _run(self.answer if answer is None else answer)
        if "value" in given:
            space[self.name] = given["value"]
        out, err = io.StringIO(), io.StringIO()
        *head, last = ast.parse(self.test).body
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                exec(compile(ast.Module(head, []), self.id, "exec"), space)
                score = eval(compile(ast.Expression(last.value), self.id, "eval"), space)
        except Exception as error:
            return Outcome(0, one_line(f"{out.getvalue()} {error}"), error)
        return Outcome(0 if err.getvalue() else score, one_line(out.getvalue() + err.getvalue()))


def _run(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {"cr": crossroads}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(source, "answer", "exec"), space)
    return space


@cache
def _calls(item: Item) -> dict[str, dict[str, Any]]:
    calls: dict[str, dict[str, Any]] = {}

    def note(name: str) -> Any:
        signature = inspect.signature(getattr(answers, name))

        def call(*args: Any, **kwargs: Any) -> None:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            assert name not in calls, f"{item.id}: {name} is called twice"
            calls[name] = bound.arguments

        return call

    stand_in = SimpleNamespace(**{name: note(name) for name in ("expect", *SCORING)})
    space = _run(item.answer)
    space["cr"] = SimpleNamespace(answers=stand_in, load=crossroads.load)
    exec(compile(item.test, item.id, "exec"), space)
    assert len(calls) == 2, f"{item.id}: expect and one scoring call, not {list(calls)}"
    return calls


def items(folder: Path) -> list[Item]:
    """Every question of an assignment, in order."""
    cells = by_grade_id(read(folder))
    found = []
    for cell in cells.values():
        if not cell.metadata.nbgrader.grade:
            continue
        id_ = cell.metadata.nbgrader.grade_id
        answer = cell if cell.metadata.nbgrader.solution else cells[f"{id_}-answer"]
        about = answer.metadata.crossroads
        found.append(
            Item(
                assignment=folder.name,
                id=about["item"],
                kind=about.kind,
                objective=about.objective,
                bloom=about.bloom,
                unit=about.get("unit", ""),
                points=cell.metadata.nbgrader.points,
                stem=cells[f"{id_}-stem"].source,
                answer=answer.source,
                test="" if answer is cell else cell.source,
            )
        )
    return found


def region(source: str, name: str) -> list[str]:
    """The lines between ``BEGIN name`` and ``END name``."""
    found = re.search(rf"^\s*### BEGIN {name}\n(.*?)^\s*### END {name}$", source, re.M | re.S)
    return found[1].splitlines() if found else []


def put_answers(nb: nbformat.NotebookNode, given: dict[str, str]) -> nbformat.NotebookNode:
    """A student's copy with answer cells' sources put in, by item."""
    for cell in nb.cells:
        item = cell.metadata.get("crossroads", {}).get("item")
        if item in given:
            cell.source = given[item]
    return nb


def sentences(text: str) -> Iterator[str]:
    """The sentences of an explanation that are long enough to be nobody else's."""
    for sentence in re.split(r"(?<=[.;:?!])\s+", " ".join(text.split())):
        if len(sentence.split()) >= 4:
            yield sentence
