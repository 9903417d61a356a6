"""Read a class's answers from a course directory into tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..assignments import bank, plain_items
from ..course import source
from ..grading import database
from ..grading.adjustments.rules import is_changed
from ..grading.notes import Note, say
from ..grading.results import released as released_notebook
from ..grading.results import submitted_notebook as submitted_notebook
from ..grading.scores import read as read_marks
from ..grading.submitted.python_source import literal
from ..questions import kinds
from ..questions.forms import is_blank
from ..questions.outcome import NotYet

COUNTS = ("marked", "partly marked")


@dataclass(frozen=True)
class Responses:
    """A class's answers in the form for ``item_analysis``: of everybody with a mark.

    ``students`` has all others, too: student_id, status (marked, partly marked, held, not marked,
    answered nothing, not submitted), why, and the points of each item.
    """

    quiz: str
    items: pd.DataFrame
    options: pd.DataFrame
    points: pd.DataFrame
    blank: pd.DataFrame
    chosen: pd.DataFrame
    students: pd.DataFrame
    #: Whose marks count in another way than they were earned, by ``adjustments.yml``.
    adjusted: tuple[str, ...] = ()
    #: The questions of which a student's mark is overridden.
    overridden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether they are another course's, of which no objectives and options are known."""
        return set(self.items["kind"]) <= {*plain_items.KINDS}


def read(course: Path, quiz: str) -> Responses:
    """Read a graded quiz of a course directory.

    Raises ``ValueError`` where the quiz isn't there, or isn't in the gradebook.
    """
    found = bank.read(source(course, quiz))
    ids = [item.id for item in found]
    recorded, absent, adjusted = _recorded(course, quiz)
    released = _sources(released_notebook(course, quiz))
    points, blank, chosen, students = {}, {}, {}, []
    for row in recorded:
        student = str(row["student_id"])
        notebook, held = submitted_notebook(course, quiz, student)
        own = _sources(notebook)
        marks = {id_: row.get(id_) for id_ in ids}
        empty = {item.id: _is_blank(item, own, released) for item in found}
        status, why = _status(marks, empty, held)
        students.append({"student_id": student, "status": status, "why": why, **marks})
        if status in (*COUNTS, "answered nothing"):
            points[student], blank[student] = marks, empty
            chosen[student] = {item.id: _letters(item, own) for item in found}
    students += [{"student_id": s, "status": "not submitted", "why": ""} for s in absent]

    def frame(rows: dict[str, Any], kind: str) -> pd.DataFrame:
        made = pd.DataFrame.from_dict(rows, orient="index", columns=ids).astype(kind)
        return made.rename_axis(index="student_id", columns="item")

    return Responses(
        quiz,
        _items(found),
        _options(found),
        frame(points, "float"),
        frame(blank, "boolean"),
        frame(chosen, "object"),
        pd.DataFrame(students, columns=["student_id", "status", "why", *ids]),
        tuple(sorted(adjusted)),
        adjusted,
    )


def _recorded(
    course: Path, quiz: str
) -> tuple[list[dict[str, Any]], list[str], dict[str, frozenset[str]]]:
    """Return the points that were earned by student, who handed nothing in, and what is adjusted.

    The last is by student: the questions whose marks are overridden, which may be none.
    """
    marked = read_marks(course, quiz)
    rows = marked.earned
    if not rows:
        raise ValueError(f"nobody has submitted {quiz} yet, or nothing of it is graded")
    with database.opened(course) as book:
        everybody = {str(student.id) for student in book.students}
    there = {str(row["student_id"]) for row in rows}
    touched = {
        str(row["student_id"]): frozenset(row["adjusted"].overridden)
        for row in marked.counted
        if is_changed(row["adjusted"]) and str(row["student_id"]) in there
    }
    return rows, sorted(everybody - there), touched


def _sources(notebook: Any) -> dict[str, str]:
    """Return the sources of the cells that nbgrader knows, by id."""
    cells = notebook.get("cells", [])
    return {
        c["metadata"]["nbgrader"]["grade_id"]: "".join(c["source"])
        for c in cells
        if "nbgrader" in c["metadata"]
    }


def _is_blank(item: bank.Item, own: dict[str, str], released: dict[str, str]) -> bool | None:
    """Return whether an item was left alone; ``None`` where it can't be known."""
    source = own.get(item.answer_cell)
    if source is None or item.of_the_whole:
        return None
    if source.strip() in ("", released.get(item.answer_cell, "").strip()):
        return True
    plain, value = literal(source, item.name)
    return bool(plain and is_blank(value))


def _letters(item: bank.Item, own: dict[str, str]) -> str | float:
    """Return the letters of a plain answer line, in order of the alphabet."""
    if item.kind not in kinds.CHOICE:
        return math.nan
    plain, value = literal(own.get(item.answer_cell, ""), item.name)
    try:
        chosen = kinds.CHOICE[item.kind].letters(value, item.options) if plain else None
        return math.nan if chosen is None else "".join(sorted(chosen))
    except NotYet:
        return math.nan


def _status(
    marks: dict[str, float | None], empty: dict[str, bool | None], held: Note | None
) -> tuple[str, str]:
    given = [mark for mark in marks.values() if mark is not None]
    known = [one for one in empty.values() if one is not None]
    if not given:
        return ("held", say(held)) if held else ("not marked", "")
    if known and all(known):
        return "answered nothing", ""
    waiting = [id_ for id_, mark in marks.items() if mark is None]
    return ("partly marked", f"waiting: {', '.join(waiting)}") if waiting else ("marked", "")


def _call(item: bank.Item) -> dict[str, Any]:
    """Return the scoring call; nothing where a teacher has put something else in its place."""
    try:
        return item.call() if item.kind in kinds.CHOICE else {}
    except StopIteration:
        return {}


def _items(found: Iterable[bank.Item]) -> pd.DataFrame:
    rows = [
        {
            "item": item.id,
            "kind": item.kind,
            "objective": item.objective,
            "bloom": item.bloom,
            "points": float(item.points),
            "key": "".join(sorted(_call(item).get("key", ""))),
            "by_hand": item.by_hand,
            "varies": item.varies,
            "question": _question(item),
        }
        for item in found
    ]
    return pd.DataFrame(rows).set_index("item")


def _question(item: bank.Item) -> str:
    """Return the stem on one line, without its tables and marks of emphasis."""
    lines = [x for x in item.stem.splitlines() if not re.match(r"#|\||- \*\*\w+\.\*\*", x)]
    return re.sub(r"[*`]", "", " ".join(" ".join(lines).split()))


def _options(found: Iterable[bank.Item]) -> pd.DataFrame:
    rows = []
    for item in found:
        if item.kind in kinds.CHOICE:
            call = _call(item)
            names = call.get("misconceptions") or {}
            for letter, text in item.options.items():
                row = {"item": item.id, "option": letter, "text": text}
                right = {"in_key": letter in call.get("key", "")}
                rows.append({**row, **right, "misconception": names.get(letter, "")})
    return pd.DataFrame(rows, columns=["item", "option", "text", "in_key", "misconception"])
