"""A quiz, read once for the pages of all students."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..assignments import bank
from ..assignments.rubric import Criterion, rubric
from ..course import Course
from ..grading import results, shared_work, submission_times
from ..grading.adjustments import in_course
from ..grading.adjustments import rules as adjustments
from ..grading.adjustments.dropping import Drop
from ..grading.late_penalties import Rule
from ..i18n import _
from ..web.html import Html
from ..web.texts import part, told, visible
from .markdown import asked, heading


@dataclass
class Sheet:
    """The parts of a quiz that all its pages need; ``asked`` and ``titles`` hold HTML, by item."""

    name: str
    title: str
    items: list[bank.Item]
    asked: dict[str, Html]
    titles: dict[str, Html]
    rubrics: dict[str, list[Criterion]]
    rule: Rule | None = None
    adjustments: adjustments.Rule = field(default_factory=adjustments.Rule)
    #: By which the quiz may be dropped from the course's total.
    drops: list[Drop] = field(default_factory=list)
    #: The values drawn for each student's copy.
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: bool = False
    #: The quiz's own, of its questions and explanations.
    language: str = "en"
    _calls: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, item: bank.Item, student: str) -> dict[str, Any]:
        """Return the arguments of an item's scoring call, for the values drawn for a student."""
        drawn = self.drawn.get(student) if item.varies else None
        key = json.dumps([item.id, drawn])
        if key not in self._calls:
            self._calls[key] = item.call_for(drawn)
        return self._calls[key]


def sheet(course: Path, name: str, keys: bool = False) -> Sheet:
    """Read a quiz. Raises ``ValueError`` where it isn't released, or its rubric is broken."""

    place = Course(course)
    folder, path = place.source(name), place.released(name)
    if not path.is_file():
        raise ValueError(f"{name} is not released yet: crossroads release {name}")
    released = results.released(course, name)
    about = released["metadata"].get("crossroads", {})
    language = str(about.get("language") or "en")
    stems = {id_of(cell): "".join(cell["source"]) for cell in released["cells"] if id_of(cell)}
    items = [
        item
        if item.is_plain
        else replace(item, stem=stems.get(f"{item.id}-stem") or stems.get(item.id, ""))
        for item in bank.read(folder)
    ]
    rules, _notes = submission_times.rules(course)
    adjusted, _notes = in_course.rules(course)
    return Sheet(
        name,
        str(about.get("title") or name),
        items,
        {item.id: asked(item) for item in items},
        {item.id: _title(heading(item), language) for item in items},
        {item.id: rubric(course, item) for item in items if item.by_hand},
        rules.of(name) if rules else None,
        adjusted.of(name),
        adjusted.drop_of(name),
        shared_work.values_drawn(course, name),
        keys,
        language,
    )


def _title(heading: str, language: str) -> Html:
    found = re.fullmatch(r"Question (\d+)", heading)
    if found:
        return told(_("Question {number}"), number=found[1])
    return part(language, visible(heading))


def id_of(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
