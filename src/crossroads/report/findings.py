"""Analyse a class's responses, and what another key would do. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from .. import item_analysis
from ..questions.kinds import CHOICE
from .responses import COUNTS, Responses


@dataclass(frozen=True)
class Analysis:
    """Everything that the report says of a class's responses.

    Who isn't marked, is held, or answered nothing at all doesn't count: missing is never zero.
    """

    of: Responses
    threshold: float = item_analysis.MASTERED

    @cached_property
    def _counted(self) -> list[str]:
        students = self.of.students
        return list(students.loc[students["status"].isin(COUNTS), "student_id"])

    @cached_property
    def points(self) -> pd.DataFrame:
        return self.of.points.loc[self._counted]

    @cached_property
    def blank(self) -> pd.DataFrame:
        return self.of.blank.loc[self._counted]

    @cached_property
    def chosen(self) -> pd.DataFrame:
        return self.of.chosen.loc[self._counted]

    @cached_property
    def difficulty(self) -> pd.DataFrame:
        return item_analysis.difficulty(self.points, self.of.items)

    @cached_property
    def discrimination(self) -> pd.DataFrame:
        return item_analysis.discrimination(self.points, self.of.items)

    @cached_property
    def frequencies(self) -> pd.DataFrame:
        return item_analysis.option_frequencies(
            self.points, self.blank, self.chosen, self.of.options
        )

    @cached_property
    def nonresponse(self) -> pd.DataFrame:
        return item_analysis.nonresponse(self.blank)

    @cached_property
    def order(self) -> pd.DataFrame:
        return item_analysis.time_order(self.difficulty, self.nonresponse)

    @cached_property
    def reliability(self) -> item_analysis.Reliability:
        return item_analysis.reliability(self.points)

    @cached_property
    def distribution(self) -> pd.DataFrame:
        return item_analysis.distribution(self.points, self.of.items)

    @cached_property
    def mastery(self) -> pd.DataFrame:
        return item_analysis.mastery(self.points, self.of.items, self.threshold)

    @cached_property
    def class_mastery(self) -> pd.DataFrame:
        return item_analysis.class_mastery(self.mastery)

    @cached_property
    def to_look_at(self) -> pd.DataFrame:
        return item_analysis.to_look_at(
            self.of.items,
            self.difficulty,
            self.discrimination,
            self.frequencies,
            self.nonresponse,
        )


# -- another key -----------------------------------------------------------------------------------

OVERRIDDEN = "overridden in adjustments.yml: the mark that counts stays"


@dataclass(frozen=True)
class Rekey:
    """The effect of other keys. Nothing is written to gradebook or source."""

    keys: dict[str, str]
    changes: pd.DataFrame
    before: Analysis
    after: Analysis

    @property
    def items(self) -> pd.DataFrame:
        """Return each item's keys, share of points and discrimination, before and after."""
        rows = []
        for item, key in self.keys.items():
            moved = self.changes.loc[self.changes["item"] == item, "change"]
            row = {"item": item, "key": self.before.of.items.loc[item, "key"], "new_key": key}
            row |= {"gain": int((moved > 0).sum()), "lose": int((moved < 0).sum())}
            for name, own in (("", self.before), ("new_", self.after)):
                row[f"{name}share"] = own.difficulty.loc[item, "share"]
                for column in ("r", "low", "high", "note"):
                    row[f"{name}{column}"] = own.discrimination.loc[item, column]
            rows.append(row)
        return pd.DataFrame(rows)


def rekey(before: Analysis, asked: Iterable[str]) -> Rekey:
    """Work out what keys like ``q7=b``, ``q7=b|c``, ``q7=all`` or ``q4={a,c}`` would do.

    Raises ``ValueError`` for what is no item with letters, or no letters of its own.
    """
    of = before.of
    keys = dict(_key(of, words) for words in asked)
    share = {name: kind.share for name, kind in CHOICE.items()}
    points, changes = item_analysis.rekeyed(of.points, of.blank, of.chosen, of.items, keys, share)
    changes["note"] = [
        OVERRIDDEN if item in of.overridden.get(str(who), ()) else note
        for who, item, note in zip(
            changes["student_id"], changes["item"], changes["note"], strict=True
        )
    ]
    after = replace(of, points=points)
    return Rekey(keys, changes, before, Analysis(after, before.threshold))


def _key(of: Responses, words: str) -> tuple[str, str]:
    item, _, text = (part.strip() for part in words.partition("="))
    if item not in of.items.index:
        raise ValueError(f"{of.quiz} has no question {item!r}; it has {', '.join(of.items.index)}")
    about = of.items.loc[item]
    if about["kind"] not in CHOICE or about["varies"] or not about["key"]:
        raise ValueError(f"{item} has no letters for a key: only single and multiple choice have")
    if text == "all":
        return item, text
    letters = sorted(set(re.split(r"\s*[|,]\s*", text.strip("{} "))))
    known = list(of.options.loc[of.options["item"] == item, "option"])
    if not set(letters) <= set(known):
        raise ValueError(
            f"{words!r}: a key of {item} uses the letters {', '.join(known)}, such as "
            f"{item}={CHOICE[about['kind']].KEY_EXAMPLE}, or is {item}=all"
        )
    return item, "".join(letters)


def said(key: str, kind: str) -> str:
    """Return a key in words: ``b or c`` of a single choice, ``b and c`` of a multiple one."""
    if key == "all":
        return "all points for everybody"
    return CHOICE[kind].key_in_words(key)


def how_to(change: Rekey) -> list[str]:
    """Return what to do to make other keys so: one line a step."""
    of = change.before.of
    steps = []
    for item, key in change.keys.items():
        kind, points, own = of.items.loc[item, ["kind", "points", "key"]]
        if key == "all":
            steps.append(f"{item}: in its test cell, write {points:g} in place of everything.")
            continue
        new = CHOICE[kind].key_in_code(item, key, own)
        steps.append(
            f"{item}: in its test cell, write key={new}, and correct its explanations (why) and "
            "the solution in the answer cell."
        )
    return [
        f"Open source/{of.quiz}/{of.quiz}.ipynb in the course directory.",
        *steps,
        f"Then: crossroads grade {of.quiz}. It grades again what the change affects, and keeps "
        "the marks that were given by hand.",
    ]
