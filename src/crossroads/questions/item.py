"""A question that answers itself: a self-check, or a quiz question asked again alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: A field of an item that is broken, and what is wrong with it.
Fault = tuple[str, str]


@dataclass(frozen=True)
class Option:
    """One option: its code, its text, the explanation shown for it, and whether it's right."""

    id: str
    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Slip:
    """A typical wrong answer and the explanation for it."""

    answer: str
    why: str


@dataclass(frozen=True)
class Item:
    """One self-check. ``why`` explains the right answer; the other fields depend on ``kind``.

    single, multiple: ``options``. order: ``options`` in the right order. match: ``left`` items
    (code to text) and ``options``; ``key`` maps left codes to option codes. number: ``answer``,
    ``tolerance`` and ``unit``. text: ``accept``ed variants. code: ``expect``, a Python expression
    whose value the learner's value is compared with. ``slips`` explain typical wrong answers. What
    another kind needs is in ``own``.
    """

    id: str
    objective: str
    kind: str
    prompt: str
    why: str
    hint: str = ""
    #: HTML that stands above the question: the table or code that it is about.
    material: str = ""
    options: tuple[Option, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    answer: float = 0.0
    tolerance: float = 0.0
    unit: str = ""
    accept: tuple[str, ...] = ()
    expect: str = ""
    slips: tuple[Slip, ...] = ()
    #: Fields that no other kind has.
    own: Mapping[str, Any] = field(default_factory=dict)

    def option(self, code: str) -> Option:
        """Return the option of a code."""
        return next(option for option in self.options if option.id == code)
