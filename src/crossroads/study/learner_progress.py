"""A learner's progress: objectives, self-checks and quizzes, read from the course directory."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from .. import item_analysis
from ..assignments import bank
from ..assignments.self_check import self_check, without_marks
from ..feedback import markdown
from ..i18n import N_, _
from ..lessons import map, progress, schedule
from ..lessons.checks import lesson_items
from ..lessons.notebooks import lessons_dir
from ..questions import kinds
from ..questions.item import Item
from .attempts import Attempt, kept, sources

#: A table or a block of code; and an option or item of a list to choose from.
_LAID_OUT = re.compile(r"```|^\|", re.M)
_OPTION = re.compile(r"- \*\*\w+\.\*\* ")

#: What each state of a question counts; what wasn't tried counts nothing.
CREDIT = {"right": 1.0, "partly": 0.5}


@dataclass(frozen=True)
class Objective:
    """An objective of a lesson, with its questions: self-checks and quiz questions alike.

    ``tried`` of ``questions`` were answered; ``credit`` of them are right, the last time asked.
    """

    code: str
    words: str
    lesson: int
    questions: int = 0
    tried: int = 0
    credit: float = 0

    @property
    def share(self) -> float:
        return self.credit / self.questions if self.questions else 0.0

    @property
    def level(self) -> str:
        """In a word. Where mastery begins is a convention: the same as in the class's report."""
        if self.share >= item_analysis.MASTERED:
            return N_("mastered")
        return N_("in progress") if self.tried else N_("not started")


@dataclass(frozen=True)
class Lesson:
    """A lesson's self-checks: how many there are, and how many were answered, right, right first.

    What was right once stays ``right``: a later experiment takes nothing away. ``last`` is the day
    of the latest answer.
    """

    number: int
    title: str
    file: str
    items: int
    answered: int
    right: int
    first: int
    last: date | None


@dataclass(frozen=True)
class Quiz:
    """A quiz and its attempts, the first first."""

    name: str
    title: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Due:
    """A card that is due: the item to ask, or where to find it if it can't be asked alone."""

    id: str
    when: date
    item: Item | None
    words: str
    place: str


@dataclass(frozen=True)
class Standing:
    """All that is known of one learner in one course directory."""

    objectives: tuple[Objective, ...]
    lessons: tuple[Lesson, ...]
    quizzes: tuple[Quiz, ...]
    cards: Mapping[str, schedule.Card]

    def due(self, today: date) -> list[str]:
        """Return the ids of the cards that are due, the longest overdue first."""
        waiting = [id_ for id_, card in self.cards.items() if schedule.due(card, today)]
        return sorted(waiting, key=lambda id_: (self.cards[id_].due, id_))

    def next_due(self, today: date) -> date | None:
        """Return the next day on which a card is due, after today."""
        days = [card.due for card in self.cards.values() if card.due and card.due > today]
        return min(days, default=None)


def read(course: Path) -> Standing:
    """Read what is known. Progress comes from ``progress.folder()``, attempts from ``course``."""
    about = map.rows(lessons_dir())
    folders = sources(course)
    found = {name: bank.read(path) for name, path in folders.items()}
    entries = _entries(found)
    lessons, objectives = [], []
    asked: dict[str, str] = {}
    for row in about.itertuples():
        items = _items_of(f"{row.lesson:02d}")
        asked |= {id_: item.objective for id_, item in items.items()}
        lessons.append(_lesson(row, items, entries))
        objectives += [
            (code, words, int(row.lesson)) for code, words in map.objectives_in(row.file)
        ]
    for items_ in found.values():
        asked |= {item.code: item.objective for item in items_ if item.test}
    cards = {id_: schedule.read(entries[id_]) for id_ in asked if id_ in entries}
    return Standing(
        tuple(mastery(objectives, asked, entries)),
        tuple(lessons),
        tuple(
            Quiz(name, _title(path), tuple(kept(course, name))) for name, path in folders.items()
        ),
        {id_: card for id_, card in cards.items() if card},
    )


def mastery(
    objectives: Sequence[tuple[str, str, int]],
    asked: Mapping[str, str],
    entries: Mapping[str, Mapping[str, Any]],
) -> list[Objective]:
    """Return each objective (code, words, lesson) with what is known of its questions.

    ``asked`` has the objective of each question, ``entries`` what is kept of those that were tried.
    """
    found = []
    for code, words, lesson in objectives:
        own = [id_ for id_, objective in asked.items() if objective == code]
        states = [str(entries[id_].get("state")) for id_ in own if id_ in entries]
        credit = sum(CREDIT.get(state, 0) for state in states)
        found.append(Objective(code, words, lesson, len(own), len(states), credit))
    return found


def due_now(course: Path, standing: Standing, today: date) -> list[Due]:
    """Return the cards that are due, ready to be asked."""
    items = {i.code: i for path in sources(course).values() for i in bank.read(path)}
    found = []
    for id_ in standing.due(today):
        when = standing.cards[id_].due
        assert when
        if id_ in items:
            item = items[id_]
            place = f"quizzes/{item.assignment}/{item.assignment}.ipynb"
            number = item.id.removeprefix("q")
            words = _("{quiz}, question {number}", quiz=item.assignment, number=number)
            found.append(Due(id_, when, as_check(item), words, place))
        else:
            check = lesson_items(id_[:2])[id_]
            (place,) = (p.name for p in lessons_dir().glob(f"{id_[:2]}-*.ipynb"))
            words = _("lesson {number}: {prompt}", number=int(id_[:2]), prompt=check.prompt)
            askable = check if kinds.KINDS[check.kind].CONTROL else None
            found.append(Due(id_, when, askable, words, f"lessons/{place}"))
    return found


def as_check(item: bank.Item) -> Item | None:
    """Return a quiz question as a self-check.

    Return ``None`` where it can't be asked without its notebook.

    Values of a copy's own and code to be written are asked in the quiz alone. A table or a block of
    code stands above the question, which is what comes after it.
    """
    if item.kind not in kinds.AS_DATA or item.varies:
        return None
    check = self_check(item, item.call())
    if not _LAID_OUT.search(item.stem):
        return check
    lines = [line for line in item.stem.splitlines()[1:] if not _OPTION.match(line)]
    parts = re.split(r"\n\s*\n", "\n".join(lines).strip())
    # "The names:" has lost its list.
    while parts[1:] and parts[-1].rstrip().endswith(":"):
        parts.pop()
    material, prompt = "\n\n".join(parts[:-1]), parts[-1]
    if _LAID_OUT.search(prompt) or material.count("```") % 2:
        return None
    words = without_marks(" ".join(prompt.split()))
    return replace(check, prompt=words, material=str(markdown.rendered(material)))


def _entries(found: Mapping[str, Sequence[bank.Item]]) -> dict[str, dict[str, Any]]:
    """Return what is kept of all questions that were answered, by id."""
    kept_: dict[str, dict[str, Any]] = {}
    names = [f"lesson-{path.stem[:2]}" for path in lessons_dir().glob("[0-9][0-9]-*.ipynb")]
    for name in sorted([*names, *found]):
        kept_ |= progress.read(progress.folder() / f"{name}.json")
    return {id_: entry for id_, entry in kept_.items() if "state" in entry}


def _items_of(lesson: str) -> dict[str, Item]:
    there = (lessons_dir() / "checks" / f"{lesson}.yml").is_file()
    return lesson_items(lesson) if there else {}


def _lesson(
    row: Any, items: Mapping[str, Item], entries: Mapping[str, Mapping[str, Any]]
) -> Lesson:
    own = [entries[id_] for id_ in items if id_ in entries]
    return Lesson(
        int(row.lesson),
        str(row.title),
        str(row.file),
        len(items),
        len(own),
        sum(progress.ever_right(entry) for entry in own),
        sum(entry.get("first") == "right" for entry in own),
        max((day for entry in own if (day := schedule.day(entry.get("when")))), default=None),
    )


def _title(folder: Path) -> str:
    notebook = json.loads((folder / f"{folder.name}.ipynb").read_text("utf-8"))
    return str(notebook["metadata"].get("crossroads", {}).get("title", folder.name))
