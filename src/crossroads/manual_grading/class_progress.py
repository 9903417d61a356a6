"""The progress of a class and its grading: pure functions on the gradebook's grades and folders.

``grades`` has the form of ``gradebook.grades``: a row an assignment, student and item.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from .. import item_analysis
from ..assignments import bank
from ..course import Course
from ..grading import gradebook
from ..grading.adjustments.file import Adjustments

QUEUE = ("submitted", "to_grade", "held", "by_hand", "done", "feedback")


def submissions(course: Path, folder: str = "submitted") -> pd.DataFrame:
    """Return who has a notebook (in ``feedback``: a page) of which assignment.

    The columns are assignment and student_id.
    """
    found = {
        (path.parent.name, path.parent.parent.name)
        for path in Course(course).place(folder).glob("*/*/*")
        if path.suffix in (".ipynb", ".html") and not path.parent.name.startswith(".")
    }
    return pd.DataFrame(sorted(found), columns=["assignment", "student_id"])


def to_mark(grades: pd.DataFrame, adjusted: Adjustments) -> pd.DataFrame:
    """Return the grades, where nothing waits for a person that is excused or overridden."""
    if grades.empty or not adjusted.own:
        return grades

    waiting = [
        bool(row.waiting)
        and not adjusted.of(row.assignment).settles(str(row.student_id), str(row.item))
        for row in grades.itertuples()
    ]
    return grades.assign(waiting=waiting)


def queue(grades: pd.DataFrame, submitted: pd.DataFrame, feedback: pd.DataFrame) -> pd.DataFrame:
    """Return how many students' work is where, by assignment.

    submitted (submitted), to_grade (submitted, not in the gradebook yet), held (as a whole, for a
    person), by_hand (has answers that wait for a marker), done, feedback (written; of any).
    Held, by_hand and done together are what is graded.
    """
    graded = each(grades)
    there = pd.concat([submitted, graded[["assignment", "student_id"]]]).drop_duplicates()
    rows = {}
    for name in sorted(set(there["assignment"])):
        own = graded[graded["assignment"] == name]
        counts = own["state"].value_counts()
        everybody = int((there["assignment"] == name).sum())
        written = int((feedback["assignment"] == name).sum())
        states = [int(counts.get(state, 0)) for state in ("held", "by hand", "done")]
        rows[name] = [everybody, everybody - len(own), *states, written]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(QUEUE))
    return frame.rename_axis("assignment")


def each(grades: pd.DataFrame) -> pd.DataFrame:
    """Return every graded submission.

    The columns are assignment, student_id, state (held, by hand, done), why and answers.

    ``why`` is the note of one that is held. ``answers`` is how many wait for a marker. A held
    submission that a person has marked throughout is done.
    """
    keys = ["assignment", "student_id"]
    if grades.empty:
        return pd.DataFrame(columns=[*keys, "state", "why", "answers"])
    found = grades.groupby(keys, sort=False)
    made = found.agg(answers=("waiting", "sum"), why=("held", "first")).reset_index()
    made["state"] = "done"
    made.loc[made["answers"] > 0, "state"] = "by hand"
    made.loc[(made["answers"] > 0) & made["why"].notna(), "state"] = "held"
    return made[[*keys, "state", "why", "answers"]]


def points(grades: pd.DataFrame, items: Sequence[bank.Item]) -> pd.DataFrame:
    """Return one assignment's points as ``item_analysis`` wants them: students by items.

    Missing means not marked. Students who are held as a whole, or who answered nothing at all, are
    left out.
    """
    asked = [item.id for item in items if not item.of_the_whole]
    answered = grades["item"].isin(asked) & (grades["said"] != gradebook.UNTOUCHED)
    own = grades[grades["held"].isna() & answered.groupby(grades["student_id"]).transform("any")]
    given = own["manual"].where(own["manual"].notna(), own["auto"]) + own["extra"].fillna(0)
    given = given.where(own["manual"].notna() | ~own["waiting"])
    names = [item.id for item in items]
    wide = own.assign(given=given).pivot(index="student_id", columns="item", values="given")
    return wide.reindex(columns=names).astype(float)


def about(items: Iterable[bank.Item]) -> pd.DataFrame:
    """Return the items as ``item_analysis`` wants them."""
    rows = [
        {
            "item": item.id,
            "kind": item.kind,
            "objective": item.objective,
            "points": float(item.points),
            "by_hand": item.by_hand,
        }
        for item in items
    ]
    return pd.DataFrame(rows).set_index("item")


def objectives(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return the class on each objective of an assignment, as ``class_mastery`` counts it."""
    return item_analysis.class_mastery(item_analysis.mastery(points, items))


def to_look_at(points: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return the signs that points alone give, as ``item_analysis.to_look_at`` says them.

    Those on keys, options and blanks need the answers themselves: the report has them.
    """
    options = pd.DataFrame(
        {"item": "", "option": "", "in_key": False, "top": math.nan, "count": 0, "n": 0}, index=[]
    ).astype({"in_key": bool})
    unknown = pd.DataFrame(pd.NA, points.index, points.columns, dtype="boolean")
    return item_analysis.to_look_at(
        items.loc[points.columns],
        item_analysis.difficulty(points, items),
        item_analysis.discrimination(points, items),
        options,
        item_analysis.nonresponse(unknown),
    )


def class_size(points: pd.DataFrame) -> int:
    """Return how many students have a mark at all."""
    return int(points.notna().any(axis=1).sum()) if len(points.columns) else 0
