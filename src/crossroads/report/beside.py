"""Compare a class's numbers with other forms of the quiz, and with earlier classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from .. import item_analysis
from ..assignments import bank
from ..course import Course, quiz_forms
from . import history, responses
from .findings import Analysis


@dataclass(frozen=True)
class Beside:
    """``forms``: as ``item_analysis.parallel_forms``, empty for one form; ``history``: this quiz's.

    ``common`` are the questions that all forms share.
    """

    forms: pd.DataFrame = field(default_factory=pd.DataFrame)
    common: tuple[str, ...] = ()
    history: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=history.COLUMNS))
    #: The questions' wordings as they are now, as ``history.version``.
    versions: Mapping[str, str] = field(default_factory=dict)


def read_forms(course: Path, own: Analysis) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the forms of a quiz that students have marks in, and the questions that they share.

    It is empty where there is only one form.
    """
    folders = Course(course).sources()
    found: dict[str, Analysis] = {}
    for name in quiz_forms.forms(own.of.quiz, folders):
        try:
            found[name] = own if name == own.of.quiz else Analysis(responses.read(course, name))
        except ValueError:
            continue  # nobody has it yet
    if len(found) < 2:
        return pd.DataFrame(), ()
    common = shared({name: bank.read(folders[name]) for name in found})
    letters = {name: quiz_forms.letter(name, folders) for name in found}
    points = {letters[name]: one.points for name, one in found.items()}
    possible = {letters[name]: one.of.items["points"] for name, one in found.items()}
    return item_analysis.parallel_forms(points, possible, common), tuple(common)


def shared(forms: Mapping[str, list[bank.Item]]) -> list[str]:
    """Return the questions that stand in every form word for word, by their ids."""
    versions = [{item.id: history.version(item) for item in items} for items in forms.values()]
    first, *others = versions
    return [id_ for id_, own in first.items() if all(one.get(id_) == own for one in others)]


def read(course: Path, own: Analysis, kept: pd.DataFrame, versions: Mapping[str, str]) -> Beside:
    """Return all of it; ``kept`` is the history with this class in it."""
    forms, common = read_forms(course, own)
    return Beside(forms, common, kept[kept["quiz"] == own.of.quiz], versions)
