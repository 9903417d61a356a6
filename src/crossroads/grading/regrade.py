"""Decide what a changed quiz does to existing marks, on plain data.

nbgrader keeps the cells of a quiz in its gradebook, as they were when it was released. Where the
source says something else since, stock nbgrader would go by the old one: so the two are compared,
and brought together before anything is marked.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .notes import Note

#: Points that are no difference: marks are rounded to hundredths.
SLACK, ROUNDING = 1e-6, 0.005
_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*\n?", re.M | re.S)
_SCHEME = re.compile(r"^[^\n]*BEGIN MARK SCHEME.*?END MARK SCHEME[^\n]*\n?", re.M | re.S)

REFUSED = (
    "{name} cannot be graded as it is: {what} after it was released, and {count} have "
    "submitted. nbgrader cannot add or remove cells then. {todo}"
)
PUT_BACK = (
    "Put the cells back, with the ids that they had. To count a question for nobody, excuse "
    "everybody from it, in adjustments.yml"
)
TAKE_OUT = "Remove the new cells, and put them into a quiz of their own"
OVERPAID = (
    "{item} has {points:g} points in its cell's settings, but its check gives up to {gives:g}. "
    "Write the same number in both, in the source of {name}"
)


@dataclass(frozen=True)
class Cell:
    """A cell that nbgrader knows: what it is for, its points, its text.

    ``roles`` are grade, solution, task and locked. ``source`` is "" where students write.
    """

    roles: frozenset[str]
    points: float | None
    source: str


@dataclass
class Changes:
    """The differences between a source and the gradebook, by cell id."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    #: Cells that count, among those: without them nothing has to be done about the others.
    counting: bool = False
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Texts that changed, and those of them that students see.
    texts: list[str] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.points or self.texts or self.counting)


def cells_of(notebook: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the cells of a source notebook that nbgrader takes into its gradebook."""
    found = {}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        roles = {role for role in ("grade", "solution", "task") if about.get(role)}
        # As nbgrader has it: what students write is open, what is graded is locked.
        if "solution" not in roles and (roles or about.get("locked")):
            roles.add("locked")
        if roles and about.get("grade_id"):
            points = float(about["points"]) if roles & {"grade", "task"} else None
            text = "" if "solution" in roles else "".join(cell["source"])
            found[str(about["grade_id"])] = Cell(frozenset(roles), points, text)
    return found


def compare(source: Mapping[str, Cell], recorded: Mapping[str, Cell]) -> Changes:
    """Return what changed between the gradebook's cells and the source's."""

    def other(ones: Mapping[str, Cell], others: Mapping[str, Cell]) -> list[str]:
        return [i for i, c in ones.items() if i not in others or others[i].roles != c.roles]

    changes = Changes(other(source, recorded), other(recorded, source))
    either = [*(source[i] for i in changes.added), *(recorded[i] for i in changes.removed)]
    changes.counting = any(cell.roles - {"locked"} for cell in either)
    for id_, cell in source.items():
        before = recorded.get(id_)
        if before is None or id_ in changes.added:
            continue
        if cell.points is not None and cell.points != before.points:
            changes.points[id_] = (before.points or 0.0, cell.points)
        if cell.source.strip() != before.source.strip():
            changes.texts.append(id_)
            if _seen(cell.source) != _seen(before.source):
                changes.visible.append(id_)
    return changes


def _seen(text: str) -> str:
    """Return the part of a cell that students get."""
    return _SCHEME.sub("", _HIDDEN.sub("", text)).strip()


def refusal(name: str, changes: Changes, submitted: int) -> str:
    """Return why a changed quiz can't be graded, and what to do; "" if it can."""
    if not changes or not submitted or not (changes.added or changes.removed):
        return ""
    what = [
        f"{', '.join(ids)} {'was' if len(ids) == 1 else 'were'} {how}"
        for ids, how in ((changes.added, "added"), (changes.removed, "removed"))
        if ids
    ]
    todo = ". ".join(
        [*([PUT_BACK] if changes.removed else []), *([TAKE_OUT] if changes.added else [])]
    )
    count = "1 student" if submitted == 1 else f"{submitted} students"
    return REFUSED.format(name=name, what=" and ".join(what), count=count, todo=todo)


def overpaid(name: str, tests: Mapping[str, tuple[str, float]]) -> list[str]:
    """Checks that would give more than their question has, each in a line.

    ``tests`` are their sources and points by id. Stock nbgrader fails on such a submission.
    """
    found = []
    for item, (source, points) in tests.items():
        gives = awards(source)
        if gives is not None and above(gives, points):
            found.append(OVERPAID.format(item=item, points=points, gives=gives, name=name))
    return found


def awards(source: str) -> float | None:
    """Return the most points that a check can give, where its last line is one call."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError):
        return None
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not re.match(r"cr\.(answers|memo)\.", ast.unparse(call)):
        return None
    given = [word.value for word in call.keywords if word.arg == "points"]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number else None  # type: ignore[arg-type]


# -- marks -----------------------------------------------------------------------------------------


def above(points: float, possible: float) -> bool:
    """Return whether a mark is more than there is to have."""
    return points > possible + SLACK


def waits(points: float | None, manual: float | None, *, waited: bool, changed: bool) -> bool:
    """Return whether an answer waits for a person.

    It is unmarked, or its text changed after it was marked.
    """
    return points is None if manual is None else waited or changed


def rewritten(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the graded cells of a notebook whose answer was another in an earlier one, by id."""
    old, new = _answers(before), _answers(after)
    return {id_ for id_, text in new.items() if old.get(id_) != text}


def _answers(notebook: Mapping[str, Any]) -> dict[str, str]:
    """By graded cell: what the student wrote for it. A criterion is of the whole work."""
    texts: dict[str, str] = {}
    own, graded, near = [], [], []
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        text = "".join(cell["source"]).strip()
        if pictures := cell.get("attachments"):
            text += json.dumps(pictures, sort_keys=True)
        id_ = str(about.get("grade_id", ""))
        if about.get("solution") or not id_:
            own.append(text)
            near.append(text)
        if about.get("grade"):
            texts[id_] = text if about.get("solution") else "\n".join(near)
            near = []
        elif about.get("task"):
            graded.append(id_)
    return texts | dict.fromkeys(graded, "\n\n".join(filter(None, own)))


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Note]:
    """Marks that are others than before."""
    found = []
    for id_, mark in after.items():
        old = before[id_].points if id_ in before else None
        if old is not None and mark.points is not None and abs(old - mark.points) > ROUNDING:
            found.append(Note("mark-moved", id_, {"before": old, "after": mark.points}))
    return found


# -- words -----------------------------------------------------------------------------------------


def words(name: str, changes: Changes, *, done: bool) -> list[str]:
    """Return what changed since a quiz was released, and what must be released again."""
    if not changes:
        return []
    about: dict[str, list[str]] = {}
    for id_ in changes.texts:
        about.setdefault(id_, []).append("text" if id_ in changes.visible else "key")
    for id_, (old, new) in changes.points.items():
        about.setdefault(id_, []).append(f"{old:g} → {new:g} points")
    about |= {id_: ["new"] for id_ in changes.added} | {id_: ["gone"] for id_ in changes.removed}
    parts = [f"{id_} ({', '.join(what)})" for id_, what in about.items()]
    lines = [f"  changed since {name} was released: {', '.join(parts)}"]
    if done:
        lines.append(
            f"  released again: the gradebook and release/{name} have it now, so that stock "
            f"nbgrader gives the same marks (nbgrader autograde {name} --force)"
        )
    else:
        lines.append(
            "  crossroads grade will release it again in the course, and mark by the new version"
        )
    if changes.points or changes.visible or changes.added or changes.removed:
        seen = {*changes.points, *changes.visible, *changes.added, *changes.removed}
        lines.append(
            f"  to release again: students who have not submitted have the old {_list(seen)}: "
            f"crossroads release {name} --force"
        )
    return lines


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
