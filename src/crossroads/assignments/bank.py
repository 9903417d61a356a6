"""The bank: every item of the source assignments, and new assignments made from some of them.

It works only with the sources: keys and explanations are in them.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

import crossroads

from ..lessons import renumbered
from ..notes import counted
from ..questions import answers, variants
from ..questions.kinds import KINDS, SCORING
from . import plain_items

# Imported late: nbformat, yaml. They are slow, and whoever only names an item needs none.


@dataclass(frozen=True)
class Item:
    """One question of a source notebook.

    ``kind`` is single, multiple, order, match, number, code (a function to write), form (a part
    of a longer piece of work that the computer can check), text or criterion (marked by a person).
    """

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
    #: What each of the copy's own values may be.
    draw: dict[str, list[Any]] = field(default_factory=dict, hash=False)
    #: The source of the cell that holds the values, if there is one.
    values: str = ""
    #: What it's called, where no heading of its stem says so; and the id of the cell with its
    #: answer, where that isn't by the question's own. Both are of another course's questions.
    title: str = ""
    cell: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it's a question of another course, of which only nbgrader's labels tell."""
        return self.kind in plain_items.KINDS

    @property
    def answer_cell(self) -> str:
        """The id of the cell that holds its answer."""
        return self.id if self.by_hand else self.cell if self.is_plain else f"{self.id}-answer"

    @property
    def code(self) -> str:
        """The item's name for people, such as ``quiz-03/q4``."""
        return f"{self.assignment}/{self.id}"

    @property
    def name(self) -> str:
        """The variable that holds the answer: what the test cell looks at first."""
        found = re.search(r"cr\.(?:answers\.expect|memo\.\w+)\(\s*(\w+)", self.test)
        return found[1] if found else self.id

    @property
    def by_hand(self) -> bool:
        """Whether a person marks it, by a rubric."""
        return not self.test

    @property
    def is_form(self) -> bool:
        """Whether a test checks its form alone: no kind of answer scores it."""
        return not self.by_hand and self.kind not in (*KINDS, plain_items.TEST)

    @property
    def of_the_whole(self) -> bool:
        """Whether it judges the whole work, and has no answer of its own."""
        return self.kind in ("criterion", plain_items.TASK)

    @property
    def is_function(self) -> bool:
        """Whether the answer is a function, whose name is the question's own."""
        return self.kind == "code"

    @property
    def varies(self) -> bool:
        """Whether the key depends on the copy's own values."""
        return "answers.genuine(" in self.test

    @property
    def question(self) -> str:
        """The stem without its heading and options, on one line."""
        lines = [x for x in self.stem.splitlines() if not re.match(r"#|- \*\*\w+\.\*\*", x)]
        return " ".join(" ".join(lines).split())

    @property
    def options(self) -> dict[str, str]:
        return dict(re.findall(r"^- \*\*([a-z])\.\*\* (\S.*)$", self.stem, re.M))

    @property
    def left(self) -> dict[str, str]:
        return dict(re.findall(r"^- \*\*(\d+)\.\*\* (\S.*)$", self.stem, re.M))

    def call(self, function: str | None = None) -> dict[str, Any]:
        """Return the arguments of the item's one scoring call, or of ``expect``.

        The defaults are filled in.
        """
        return _calls(self)[function or next(name for name in SCORING if name in _calls(self))]

    def call_for(self, drawn: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the arguments of the scoring call for a copy with these values.

        ``None`` stands for anybody's copy.
        """
        item, own = self, drawn if self.varies else None
        if own:
            words = ", ".join(f"{name}={value!r}" for name, value in own.items())
            item = replace(self, values=f"mine = cr.variant({words})")
        with variants.drawn(own):
            return item.call()


def read(folder: Path) -> list[Item]:
    """Return every question of an assignment's source notebook, in order.

    For another course's assignment, return what nbgrader knows of its questions (see
    ``plain_items``).
    """
    import nbformat

    if not _is_ours(folder):
        return plain_items.read(folder)
    notebook = nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    values = next((c.source for c in notebook.cells if _draws(c)), "")
    whole = notebook.metadata.get("crossroads", {})
    asked = {
        id_: cell
        for id_, cell in cells.items()
        if cell.metadata.nbgrader.grade or cell.metadata.nbgrader.get("task")
    }
    if any("crossroads" not in cells.get(f"{id_}-answer", asked[id_]).metadata for id_ in asked):
        return plain_items.read(folder)  # a teacher wrote it as for any other course
    found = []
    for id_, cell in asked.items():
        answer = cells.get(f"{id_}-answer", cell)
        about = answer.metadata.crossroads
        stem = cells.get(f"{id_}-stem")
        found.append(
            Item(
                assignment=folder.name,
                id=about["item"],
                kind=about.kind,
                objective=renumbered.objective(about.objective, whole),
                bloom=about.bloom,
                unit=about.get("unit", ""),
                points=cell.metadata.nbgrader.points,
                stem=stem.source if stem else cell.source,
                answer=answer.source,
                test=cell.source if cell.cell_type == "code" else "",
                draw=variants.space_of(notebook),
                values=values,
            )
        )
    return found


def _is_ours(folder: Path) -> bool:
    """Return whether a source is a quiz of this kind of course.

    Its cells say which item they are of.
    """
    try:
        text = (folder / f"{folder.name}.ipynb").read_text("utf-8")
    except FileNotFoundError:
        if not any(folder.glob("*.ipynb")):
            raise
        return False
    return '"crossroads"' in text


def choose(
    items: Iterable[Item], *, lesson: int | None = None, **wanted: Iterable[str] | None
) -> list[Item]:
    """Return the items that fit.

    ``objective=["L3.2"]``, ``kind=["number"]``, ``bloom=["apply"]`` ...

    ``lesson`` is the number in the objective.
    """
    asked = {name: set(values) for name, values in wanted.items() if values}
    return [
        item
        for item in items
        if (lesson is None or re.match(rf"L{lesson}\.", item.objective))
        and all(getattr(item, name) in values for name, values in asked.items())
    ]


def show(item: Item) -> str:
    """Return one item as plain text: question, key, and what each option stands for and is told."""
    about = f"{item.kind}, {item.objective}, {item.bloom}, {counted(item.points, 'point')}"
    parts = [f"{item.code}  ({about})", item.stem]
    if item.varies:
        drawn = "; ".join(f"{name}: {', '.join(map(str, v))}" for name, v in item.draw.items())
        parts.append(f"Values of its own in each copy, from {drawn}.")
    if item.by_hand:
        return "\n\n".join([*parts, "A person marks this.", item.answer])
    call = item.call() if any(name in _calls(item) for name in SCORING) else {}
    if "key" in call:
        within = f" (within {call['tolerance']:g} {item.unit})" if "tolerance" in call else ""
        key = sorted(call["key"]) if isinstance(call["key"], set) else call["key"]
        parts.append(f"Key: {key}{within}")
    else:
        parts.append(f"A solution:\n\n{item.answer}")
    why, names = call.get("why", ""), call.get("misconceptions") or {}
    if isinstance(why, dict):
        for code, words in why.items():
            stands_for = f" [{names[code]}]" if code in names else ""
            parts.append(f"{code}.{stands_for} {words}")
    elif why:
        parts.append(why)
    for slip, words in (call.get("slips") or {}).items():
        parts.append(f"{slip}: {words}" if isinstance(slip, str) else f"{slip:.6g}: {words}")
    return "\n\n".join(parts)


def build(name: str, title: str, chosen: Sequence[Item], sources: Mapping[str, Path]) -> Any:
    """Return a new source notebook of ``chosen`` items, numbered anew, in the order given.

    ``sources`` are the folders of the assignments that they come from, by name.

    Raises ``ValueError`` where items can't stand together: two functions of one name, or values
    of one name drawn from different lists.
    """
    import nbformat

    if not chosen:
        raise ValueError("no items were chosen")
    names = [item.name for item in chosen if item.is_function]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise ValueError(f"two items ask for a function of the same name: {', '.join(twice)}")
    draw: dict[str, list[Any]] = {}
    defaults: dict[str, Any] = {}
    cells: list[Any] = []
    for number, item in enumerate(chosen, 1):
        notebook = nbformat.read(  # type: ignore[no-untyped-call]
            sources[item.assignment] / f"{item.assignment}.ipynb", as_version=4
        )
        if item.varies:
            for what, choices in item.draw.items():
                if draw.setdefault(what, choices) != choices:
                    raise ValueError(f"{item.code} draws its {what} from another list of values")
            defaults |= variants.values_in(notebook)
        cells += _renumbered(item, number, notebook)
    total = sum(item.points for item in chosen)
    head = [_locked("markdown", "intro", f"# {title}\n\n**{total:g} points**")]
    head.append(_locked("code", "setup", "import crossroads as cr\nimport pandas as pd"))
    if draw:
        line = ", ".join(f"{what}={value!r}" for what, value in defaults.items())
        source = f"{variants.NOTE}\nmine = cr.variant({line})\nmine"
        values = nbformat.v4.new_code_cell(source, id="values")  # type: ignore[no-untyped-call]
        values.metadata |= {"crossroads": {"draw": draw}, "editable": False, "deletable": False}
        head.append(values)
    tail = _locked("code", "ready", f'cr.ready("{name}")')
    notebook = nbformat.v4.new_notebook(cells=[*head, *cells, tail])  # type: ignore[no-untyped-call]
    notebook.metadata |= {
        "crossroads": {"title": title, "cells": grade_ids(notebook)},
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    return notebook


def rubrics(chosen: Sequence[Item], sources: Mapping[str, Path]) -> dict[str, Any]:
    """Return the rubrics of chosen items that a person marks, by their new ids."""
    import yaml

    found = {}
    for number, item in enumerate(chosen, 1):
        path = sources[item.assignment] / "rubric.yml"
        if item.by_hand and path.is_file():
            found[f"q{number}"] = yaml.safe_load(path.read_text("utf-8"))[item.id]
    return found


def grade_ids(notebook: Any) -> list[str]:
    """Return the ids of the cells that nbgrader knows, in order."""
    return [
        c["metadata"]["nbgrader"]["grade_id"]
        for c in notebook["cells"]
        if "nbgrader" in c["metadata"]
    ]


def _draws(cell: Any) -> bool:
    return "draw" in cell["metadata"].get("crossroads", {})


def _locked(kind: str, id_: str, source: str) -> Any:
    import nbformat

    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    about = {"grade": False, "locked": True, "solution": False, "task": False}
    return make(  # type: ignore[no-untyped-call]
        source, id=id_, metadata={"nbgrader": {**about, "grade_id": id_, "schema_version": 3}}
    )


def _renumbered(item: Item, number: int, notebook: Any) -> list[Any]:
    """Return an item's own cells, as question ``number``."""
    old, new = item.id, f"q{number}"
    own = [f"{old}-stem", f"{old}-answer", old]
    cells = []
    for cell in notebook.cells:
        id_ = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id_ not in own:
            continue
        cell = copy.deepcopy(cell)
        cell.id = cell.metadata.nbgrader.grade_id = id_.replace(old, new, 1)
        if "item" in cell.metadata.get("crossroads", {}):
            cell.metadata.crossroads["item"] = new
        if cell.cell_type == "code":
            cell.source = re.sub(rf"\b{old}\b", new, cell.source)
        else:
            cell.source = re.sub(r"^### Question \d+ ·", f"### Question {number} ·", cell.source)
        cells.append(cell)
    return cells


def run(source: str, space: dict[str, Any]) -> dict[str, Any]:
    """Run a trusted cell of a source notebook in ``space``, quietly; returns ``space``."""
    with answers.quiet():
        exec(compile(source, "cell", "exec"), space)
    return space


@cache
def _calls(item: Item) -> dict[str, dict[str, Any]]:
    """Return what the test cell hands to ``expect`` and to the scoring function, as data."""
    calls: dict[str, dict[str, Any]] = {}

    def note(name: str) -> Any:
        signature = inspect.signature(getattr(answers, name))

        def call(*args: Any, **kwargs: Any) -> None:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            if name in calls:
                raise ValueError(f"{item.code}: {name} is called twice")
            given = dict(bound.arguments)
            form = given.pop("form", {})  # expect's own: the name of the form and what it asks
            calls[name] = given | form

        return call

    noted = {name: note(name) for name in ("expect", *SCORING)}
    # A notebook's set-up cell has these two.
    space = run(f"{item.values}\n{item.answer}", {"cr": crossroads, "pd": pd})
    stand_in = SimpleNamespace(**noted, genuine=answers.genuine)
    space["cr"] = SimpleNamespace(answers=stand_in, load=crossroads.load, memo=crossroads.memo)
    return run(item.test, space) and calls
