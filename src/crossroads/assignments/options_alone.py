"""The readers' test: can a question be answered by somebody who sees only its options?

Each reader gets a sheet with the options of single-choice questions, without their stems and in a
new order, and picks one of each. Where many pick the key, it stands out by itself, and the question
measures test-wisdom (Millman, Bishop and Ebel 1965, https://doi.org/10.1177/001316446502500304).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .lesson_checks import Choice

#: What a reader is told.
INSTRUCTIONS = """Sheet {seed}

Below are the options of {count} questions, without the questions. For each, pick the option that
you think is the right answer, and write its letter after the colon. Guess where you don't know;
leave none out. Don't look anything up, and don't go back to change an answer.
"""
_LINE = re.compile(r"\s*([\w.-]+/[\w-]+)\s*[:=.,;\s]\s*\(?([a-z])\b", re.I)
_SHEET = re.compile(r"\s*sheet\s+(\d+)\s*$", re.I)


@dataclass(frozen=True)
class Blind:
    """A question's options in a sheet's order, by the letters that they have there."""

    code: str
    options: Mapping[str, str]
    key: str


def sheet(items: Iterable[Choice], seed: int) -> list[Blind]:
    """Return the single-choice questions among items, with their options in the order of a seed."""
    found = []
    for item in items:
        if item.kind != "single":
            continue
        letters = list(item.options)
        mixed = random.Random(f"{seed}/{item.code}").sample(letters, len(letters))
        key = letters[mixed.index(item.call()["key"])]
        shown = {new: item.options[old] for new, old in zip(letters, mixed, strict=True)}
        found.append(Blind(item.code, shown, key))
    return found


def as_text(blind: Sequence[Blind], seed: int) -> str:
    """Return a sheet as a text file that a reader fills in."""
    parts = [INSTRUCTIONS.format(seed=seed, count=len(blind))]
    for one in blind:
        lines = [f"   {letter}. {text}" for letter, text in one.options.items()]
        parts.append("\n".join([f"{one.code}:", *lines]) + "\n")
    return "\n".join(parts)


def picks(text: str, where: str = "the sheet") -> tuple[int, dict[str, str]]:
    """Return the seed of a sheet that was filled in, and the letter picked for each question.

    Raises ``ValueError`` where its first line isn't there, or nothing was picked.
    """
    seeds = [said[1] for line in text.splitlines() if (said := _SHEET.match(line))]
    if len(set(seeds)) != 1:
        raise ValueError(f"{where} needs the line 'Sheet NUMBER' that it began with")
    found = {m[1].lower(): m[2].lower() for m in map(_LINE.match, text.splitlines()) if m}
    if not found:
        raise ValueError(f"{where} has no line such as 'quiz-03/q1: b'")
    return int(seeds[0]), found


def results(
    items: Sequence[Choice], readers: Iterable[tuple[int, Mapping[str, str]]]
) -> pd.DataFrame:
    """Return what readers picked, one row a question: item, options, readers, right, chance.

    ``right`` is how many of the ``readers`` picked the key, ``chance`` the share that guessing
    gives. A question that a reader left out isn't counted for them.
    """
    rows: dict[str, dict[str, Any]] = {}
    for item in items:
        if item.kind == "single":
            about = {"item": item.code, "options": len(item.options), "readers": 0, "right": 0}
            rows[item.code] = about | {"chance": 1 / len(item.options)}
    for seed, picked in readers:
        for one in sheet(items, seed):
            if (letter := picked.get(one.code.lower())) in one.options:
                rows[one.code]["readers"] += 1
                rows[one.code]["right"] += letter == one.key
    return pd.DataFrame(rows.values(), columns=["item", "options", "readers", "right", "chance"])


def result_words(found: pd.DataFrame) -> str:
    """Return results as plain text: by assignment, then each question that most readers got."""
    seen = found[found["readers"] > 0]
    if seen.empty:
        return "None of the questions on these sheets is among those asked for."
    lines = []
    for name, own in seen.groupby(seen["item"].str.partition("/")[0]):
        lines.append(
            f"{name}: {own['right'].sum() / own['readers'].sum():.0%} of {len(own)} questions"
        )
    share, chance = seen["right"].sum() / seen["readers"].sum(), seen["chance"].mean()
    lines.append(f"All: {share:.0%}; guessing gives {chance:.0%}.")
    out = seen[seen["right"] > 0.6 * seen["readers"]]
    for row in out.itertuples():
        lines.append(f"  {row.item} was picked right by {row.right} of {row.readers} readers.")
    return "\n".join(lines)
