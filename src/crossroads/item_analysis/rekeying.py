"""Compute what another key would do to the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

#: What part of the points letters earn under a key: each kind of answer has its own rule.
Share = Callable[[str, str], float]


def marked(
    chosen: pd.Series, blank: pd.Series, share: Share, key: str, possible: float
) -> pd.Series:
    """Return the points that letters earn under a key, by the ``share`` they earn.

    "all" gives everybody all points. Points are missing where an answer can't be read.
    """
    if key == "all":
        return pd.Series(float(possible), chosen.index)

    def earned(letters: str) -> float:
        return round(float(possible) * share(letters, key), 2)

    found = chosen.map(earned, na_action="ignore").astype(float)
    return found.mask(chosen.isna() & blank.fillna(False).astype(bool), 0.0)


def rekeyed(
    points: pd.DataFrame,
    blank: pd.DataFrame,
    chosen: pd.DataFrame,
    items: pd.DataFrame,
    keys: dict[str, str],
    share: Mapping[str, Share],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what other keys would do: the points as they'd be, and who'd gain or lose what.

    ``share`` has the rule of each kind of item: the part of the points that letters earn.
    The second table has a row for each student and item with other points, or whose points stay
    for a reason: student_id, item, before, after, change, note. Points that the old key doesn't
    explain were given by a person, and stay.
    """
    changed, rows = points.copy(), []
    for item, key in keys.items():
        kind, possible = items.loc[item, "kind"], items.loc[item, "points"]
        before = points[item]
        answers = (chosen[item], blank[item], share[kind])
        old = marked(*answers, items.loc[item, "key"], possible)
        new = marked(*answers, key, possible)
        for student in before.dropna().index:
            note, after = "", new[student]
            if pd.isna(after):
                note, after = (
                    "the answer is not a plain line: only grading again can show its points",
                    before[student],
                )
            elif pd.notna(old[student]) and abs(old[student] - before[student]) > 0.006:
                note, after = "marked by a person: stays", before[student]
            changed.loc[student, item] = after
            change = round(after - before[student], 9)
            if change or note:
                row = {"student_id": student, "item": item, "before": before[student]}
                rows.append(row | {"after": after, "change": change, "note": note})
    columns = ["student_id", "item", "before", "after", "change", "note"]
    return changed, pd.DataFrame(rows, columns=columns)
