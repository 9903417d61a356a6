"""Keep each class's figures for each question over the years, without names.

One row a question and class: quiz, item, version (of its text and test), class, students,
difficulty (mean share of its points), discrimination (r with the rest, with low and high). Copy the
file into next year's course, or keep one for all with ``--history``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..assignments import bank
from ..course import write_whole
from ..web.spreadsheet import as_written, defused_table
from .findings import Analysis

FILE = "item-history.csv"
#: Of fewer students a mean would nearly say a student's mark.
FEWEST = 5
_KEYS = ["quiz", "item", "class"]
COLUMNS = ["quiz", "item", "version", "class", "students", "difficulty", "discrimination"]
COLUMNS += ["low", "high"]


def version(item: bank.Item) -> str:
    """Return a sign that changes whenever a question's text, options, key or test does."""
    return hashlib.sha256(f"{item.stem}\n{item.test}\n{item.values}".encode()).hexdigest()[:8]


def rows(own: Analysis, class_: str, versions: Mapping[str, str]) -> pd.DataFrame:
    """Return a class's rows, of questions that enough students have a mark for."""
    apart = own.discrimination[["r", "low", "high"]].add_prefix("_")
    found = own.difficulty.join(apart)
    found = found[found["n"] >= FEWEST]
    return pd.DataFrame(
        {
            "quiz": own.of.quiz,
            "item": found.index,
            "version": [versions.get(item, "") for item in found.index],
            "class": class_,
            "students": found["n"].astype(int).to_numpy(),
            "difficulty": found["share"].round(4).to_numpy(),
            "discrimination": found["_r"].round(4).to_numpy(),
            "low": found["_low"].round(4).to_numpy(),
            "high": found["_high"].round(4).to_numpy(),
        },
        columns=COLUMNS,
    )


def merged(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return both, in order; of a class and question that are in both, the new row."""
    both = pd.concat([part for part in (before, new) if len(part)] or [new])
    both = both.drop_duplicates(_KEYS, keep="last")
    place = both["item"].str.extract(r"(\d+)", expand=False).fillna(0).astype(int)
    order = both.assign(_place=place).sort_values(["quiz", "_place", "item", "class"])
    return order[COLUMNS].reset_index(drop=True)


def read(path: Path) -> pd.DataFrame:
    """Return what is kept; empty where nothing is. Raises ``ValueError`` for another file."""
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    try:
        found = pd.read_csv(
            path, dtype=dict.fromkeys((*_KEYS, "version"), str), encoding="utf-8-sig"
        )
        numbers = found[COLUMNS[4:]].apply(pd.to_numeric)
    except (ValueError, KeyError) as error:
        raise ValueError(
            f"{path} is not a history of questions ({error}); its columns are {', '.join(COLUMNS)}"
        ) from None
    texts = found[COLUMNS[:4]].fillna("").map(as_written)
    return pd.concat([texts, numbers], axis=1)


def keep(path: Path, new: pd.DataFrame) -> pd.DataFrame:
    """Add a class's rows to the file; returns all of it. What this class had before is replaced."""
    found = merged(read(path), new)
    if len(new):
        write_whole(path, defused_table(found).to_csv(index=False))
    return found


def of_items(history: pd.DataFrame, items: Iterable[bank.Item]) -> pd.DataFrame:
    """Return the latest class's row of each question as it stands now, by its code.

    Classes come in the order of their names, so years do. Rows of a question's earlier wording say
    nothing of it any more.
    """
    versions = {(item.assignment, item.id): version(item) for item in items}
    now = [
        versions.get((quiz, item)) == version_
        for quiz, item, version_ in zip(
            history["quiz"], history["item"], history["version"], strict=True
        )
    ]
    found = history[pd.Series(now, index=history.index, dtype=bool)].sort_values("class")
    found = found.drop_duplicates(["quiz", "item"], keep="last")
    return found.set_index(found["quiz"] + "/" + found["item"])
