"""Graded notebooks as data, for tests: items marked here, and answers put into copies."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import patch

import nbformat
import yaml

import crossroads
from crossroads.assignments import bank
from crossroads.course import quiz_forms
from crossroads.questions import variants

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
SCORING = bank.SCORING
_ANSWERS = Path(__file__).parent / "wrong_code"


def assignments() -> list[Path]:
    return sorted(p for p in ASSIGNMENTS.iterdir() if p.is_dir())


def is_form(folder: Path) -> bool:
    """Whether an assignment is another form of a quiz."""
    return quiz_forms.letter(folder.name, {path.name for path in assignments()}) != "A"


def read(folder: Path) -> nbformat.NotebookNode:
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def wrong_code(item: bank.Item) -> list[dict[str, Any]]:
    """Typical answers to a coding item: what each is, earns, and is told."""
    return _wrong_code(item.assignment)[item.id]


@cache
def _wrong_code(assignment: str) -> dict[str, Any]:
    # Functions to write are the same in every form of a quiz.
    name = quiz_forms.base(assignment, {path.name for path in assignments()})
    return yaml.safe_load((_ANSWERS / f"{name}.yml").read_text("utf-8"))


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


class Item(bank.Item):
    """An item that can be marked here, in this process."""

    def line(self, value: Any) -> str:
        return f"{self.name} = {value!r}"

    def mark(self, answer: str | None = None, **given: Any) -> Outcome:
        """Run answer and test cell here, counting points as stock nbgrader does.

        ``answer`` is the answer cell's source (default: the solution); ``value=...`` takes its
        place, as the answer's value; ``drawn=...`` are the copy's own values, and ``mine=...`` what
        a student made of them.
        """
        values, drawn = self.values, given.get("drawn")
        if drawn:
            words = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
            values = f"mine = cr.variant({words})"
        own = {variants.VARIABLE: json.dumps(drawn)} if drawn else {}
        with patch.dict(os.environ, own) if own else contextlib.nullcontext():
            ran = self.answer if answer is None else answer
            space = _run(values if "value" in given else f"{values}\n{ran}")
            if "mine" in given:
                space["mine"] = given["mine"]
            if "value" in given:
                space[self.name] = given["value"]
            out, err = io.StringIO(), io.StringIO()
            head, last = _test(self.test, self.id)
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    exec(head, space)
                    score = eval(last, space)
            except Exception as error:
                return Outcome(0, one_line(f"{out.getvalue()} {error}"), error)
        said = one_line(out.getvalue() + err.getvalue())
        return Outcome(0 if err.getvalue() else score, said)


@cache
def _test(source: str, name: str) -> tuple[CodeType, CodeType]:
    """A test cell, compiled: what comes before its last expression, and that."""
    *head, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    return (
        compile(ast.Module(head, []), name, "exec"),
        compile(ast.Expression(last.value), name, "eval"),
    )


@lru_cache(1000)
def _compiled(source: str) -> CodeType:
    return compile(source, "answer", "exec")


def _run(source: str) -> dict[str, Any]:
    import pandas

    # A notebook's set-up cell has these two.
    space: dict[str, Any] = {"cr": crossroads, "pd": pandas}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(_compiled(source), space)
    return space


def items(folder: Path) -> list[Item]:
    """Every question of an assignment, in order."""
    return [Item(**dataclasses.asdict(item)) for item in bank.read(folder)]


def region(source: str, name: str) -> list[str]:
    """The lines between ``BEGIN name`` and ``END name``."""
    found = re.search(rf"^\s*### BEGIN {name}\n(.*?)^\s*### END {name}$", source, re.M | re.S)
    return found[1].splitlines() if found else []


def put_answers(nb: nbformat.NotebookNode, given: dict[str, str]) -> nbformat.NotebookNode:
    """A student's copy with answer cells' sources put in, by item."""
    for cell in nb.cells:
        about = cell.metadata.get("crossroads", {})
        if about.get("item") in given and about.kind != "criterion":
            cell.source = given[about["item"]]
    return nb


def sentences(text: str) -> Iterator[str]:
    """The sentences of an explanation that are long enough to be nobody else's."""
    for sentence in re.split(r"(?<=[.;:?!])\s+", " ".join(text.split())):
        if len(sentence.split()) >= 4:
            yield sentence
