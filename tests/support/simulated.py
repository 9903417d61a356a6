"""A simulated class: what each student answers, and what that must earn by the published rules.

Students differ in ability; who doesn't know an answer falls for a misconception, the same one
again where it turns up again. What an answer earns is worked out from the rules that students are
told, not by calling what is tested.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from unittest.mock import patch

from quizzes import Item, wrong_code

from crossroads.questions import variants

#: What becomes of a student's file, by the place in the class; everybody else submits in time.
FATES = {5: "late", 11: "broken", 17: "empty", 21: "blank", 26: "absent"}


@dataclass(frozen=True)
class Student:
    """One of the class; ``ability`` is in logits, 0 being the middle."""

    number: int
    ability: float

    @property
    def id(self) -> str:
        return f"student-{self.number:02}"

    @property
    def fate(self) -> str:
        return FATES.get(self.number, "in time")

    @cached_property
    def chance(self) -> random.Random:
        return random.Random(f"crossroads-{self.number}")

    def leaning(self, option: str) -> float:
        """How much this student leans to a wrong option, whatever its misconception is called."""
        return random.Random(f"{self.number} {option}").random()


def everybody(size: int = 30) -> list[Student]:
    """Students from weak to strong, mixed up."""
    abilities = [-2.5 + 5 * i / (size - 1) for i in range(size)]
    random.Random(1).shuffle(abilities)
    return [Student(n, ability) for n, ability in enumerate(abilities, 1)]


@dataclass(frozen=True)
class Answer:
    """An answer cell's source, and the points that it must earn; ``None`` where a person marks."""

    source: str | None
    points: float | None


DIFFICULTY = {"recall": -1.0, "apply": 0.0, "analyse": 0.5}


def answer(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    """What a student answers to an item of the copy that holds the values ``drawn``."""
    chance = student.chance
    if student.fate == "blank" or (item.test and chance.random() < 0.03):
        return Answer(None, 0 if item.test or item.kind == "text" else None)
    if not item.test:
        return Answer(f"I, {student.id}, think that A09 has no source.", None)
    if chance.random() < 1 / (1 + math.exp(DIFFICULTY[item.bloom] - student.ability)):
        return Answer(item.answer, item.points)
    return WRONG[item.kind](student, item, drawn)


def _single(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    names = item.call()["misconceptions"]
    chosen = max(names, key=lambda code: student.leaning(f"{item.id} {code}"))
    return Answer(item.line(chosen), 0)


def _multiple(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    key, names = set(item.call()["key"]), item.call()["misconceptions"]
    tempted = {code for code in names if student.leaning(f"{item.id} {code}") > 0.5}
    chosen = {code for code in sorted(key) if student.chance.random() < 0.7} | tempted
    if not chosen:
        return Answer(None, 0)
    share = (len(chosen & key) - len(chosen - key)) / len(key)
    return Answer(item.line(chosen), round(max(share, 0) * item.points, 2))


def _order(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    given = list(item.call()["key"])
    place = student.chance.randrange(len(given) - 1)
    given[place], given[place + 1] = given[place + 1], given[place]
    pairs = len(list(itertools.combinations(given, 2)))
    return Answer(item.line(given), round((pairs - 2) / pairs * item.points, 2))


def _match(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    key = item.call()["key"]
    given = {left: student.chance.choice([*item.options]) for left in key}
    right = sum(given[left] == partner for left, partner in key.items())
    return Answer(item.line(given), round(right / len(key) * item.points, 2))


def _number(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    words = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
    own = replace(item, values=f"mine = cr.variant({words})") if drawn else item
    with patch.dict(os.environ, {variants.VARIABLE: json.dumps(drawn)}):
        slips = list(own.call()["slips"])
    # One draw, however many slips the drawn values leave: later answers don't hang on them.
    slip = slips[int(student.chance.random() * len(slips))]
    return Answer(item.line(float(slip)), 0)


def _code(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    case = student.chance.choice(wrong_code(item))
    return Answer(case["code"], case["points"])


def _form(student: Student, item: Item, drawn: dict[str, Any]) -> Answer:
    line, points = {
        "q1": ("evidence = evidence.drop(columns='source')", 4),
        "q2": ("chart.set_title('')", 3),
        "q3": ("in_words = 'Up and down.'", 0),
    }[item.id]
    return Answer(f"{item.answer}\n{line}", points)


WRONG = {
    "single": _single,
    "multiple": _multiple,
    "order": _order,
    "match": _match,
    "number": _number,
    "code": _code,
    "form": _form,
}
