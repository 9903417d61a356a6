"""The report for people: what its templates lay out as one page. Pure: findings in, HTML out."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pandas as pd

from .. import charts, item_analysis
from ..item_analysis import percent
from ..web import html
from ..web.templates import render
from .beside import Beside
from .findings import Analysis, Rekey, how_to, said
from .words import (
    adjusted_words,
    apart_words,
    cautions,
    form_words,
    left_out,
    order_words,
    people,
    reliability_words,
    third_words,
    total_words,
)


def page(
    own: Analysis,
    change: Rekey | None = None,
    made: datetime.date | None = None,
    beside: Beside | None = None,
) -> str:
    """Return the whole report as one HTML page that needs nothing else."""
    beside = beside or Beside()
    quiz, counted = own.of.quiz, people(len(own.points))
    date = html.long_date(made or datetime.date.today())
    source = f"gradebook, {quiz}, {counted}, {date}"
    n = len(item_analysis.complete(own.points))
    return render(
        "report/page.html",
        title=f"{quiz}: questions and class",
        plain=own.of.is_plain,
        about=[
            f"{counted} counted; made on {date}.",
            *left_out(own),
            *adjusted_words(own),
            *cautions(n, options=not own.of.is_plain),
        ],
        look=own.to_look_at.to_dict("records"),
        rekey=_rekey(change) if change else None,
        scores=_scores(own, source),
        questions=_questions(own, source),
        options=_options(own),
        order=_order(own, source),
        objectives=_objectives(own, source),
        forms=_forms(beside),
        history=_history(beside),
    )


def _forms(beside: Beside) -> dict[str, Any] | None:
    """Return the forms of the quiz side by side; ``None`` where there is one."""
    if not len(beside.forms):
        return None
    return {"rows": beside.forms.reset_index().to_dict("records"), "words": form_words(beside)}


def _history(beside: Beside) -> list[dict[str, Any]]:
    """Return what earlier classes made of the questions; empty where there was none."""
    if beside.history["class"].nunique() < 2:
        return []
    rows, now = beside.history.to_dict("records"), beside.versions
    return [row | {"changed": row["version"] != now.get(row["item"])} for row in rows]


def _scores(own: Analysis, source: str) -> dict[str, Any] | None:
    """Totals; ``None`` where there are none yet."""
    if not len(item_analysis.complete(own.points)):
        return None
    rows, words = own.distribution, total_words(own)
    names = [f"{a:g} to {b:g}" for a, b in rows[["from_points", "to_points"]].round(1).values]
    chart = charts.bars(
        pd.Series(list(rows["students"]), names),
        title="How many students have which total",
        value_label="Students, by total points (upper end not included, except in the last)",
        alt=words,
        source=source,
        digits=0,
    )
    return {"words": words, "chart": chart, "reliability": reliability_words(own)}


def _questions(own: Analysis, source: str) -> dict[str, Any]:
    easy, apart = own.difficulty, own.discrimination
    drawn = [
        charts.ranges(
            _ranged(easy, "share", 100),
            title="Share of points by question, in the order of the quiz",
            value_label="Mean share of the points, per cent, with 95 % interval",
            alt="Further right is easier.",
            source=source,
            digits=0,
        )
    ]
    if apart["r"].notna().any():
        chart = charts.ranges(
            _ranged(apart, "r"),
            title="Discrimination by question",
            value_label="Correlation with the points on all other questions, 95 % interval",
            alt="Above 0: students who do well on the other questions do well on this one.",
            source=source,
            digits=2,
        )
        drawn.append(chart)
    rows = own.of.items.join([easy.add_prefix("easy_"), apart.add_prefix("apart_")])
    notes = apart["note"]
    remarks = [f"{item}: {note}." for item, note in notes[notes != ""].items()]
    return {"charts": drawn, "rows": rows.reset_index().to_dict("records"), "remarks": remarks}


def _ranged(frame: pd.DataFrame, middle: str, times: float = 1) -> pd.DataFrame:
    """Return what a chart of ranges draws."""
    return (frame[["low", middle, "high"]] * times).set_axis(["low", "mid", "high"], axis=1)


def _options(own: Analysis) -> dict[str, Any]:
    found = own.frequencies
    # What the course's answer lines rarely have is no row of its own.
    shown = found[(found["option"] != "other") | (found["count"] > 0)]
    questions = []
    for item, rows in shown.groupby("item", sort=False):
        known = rows[list(item_analysis.THIRDS)].notna().any(axis=None)
        thirds = item_analysis.THIRDS if known else ()
        question = {
            "item": item,
            "question": own.of.items.loc[item, "question"],
            "thirds": [f"{third.title()} third" for third in thirds],
            "rows": [
                {**row, "thirds": [row[third] for third in thirds]}
                for row in rows.to_dict("records")
            ],
        }
        questions.append(question)
    words = third_words(own) if found["top"].notna().any() else ""
    return {"questions": questions, "words": words}


def _order(own: Analysis, source: str) -> dict[str, Any] | None:
    """Blanks along the quiz; ``None`` where no answers are kept."""
    blank = own.nonresponse
    if not blank["n"].any():
        return None
    chart = charts.bars(
        (blank["left_out"] + blank["not_reached"]) * 100,
        title="Questions without an answer, in the order of the quiz",
        value_label="Students who skipped it or did not reach it, per cent",
        alt="The table below shows the two separately.",
        source=source,
        digits=0,
        whole=100,
    )
    rows = blank.assign(share=own.difficulty["share"]).rename_axis("item").reset_index()
    return {"words": order_words(own), "chart": chart, "rows": rows.to_dict("records")}


def _objectives(own: Analysis, source: str) -> dict[str, Any] | None:
    """Return the class by objective, then each student; ``None`` where nothing is marked."""
    found = own.class_mastery
    if found.empty or own.of.is_plain:
        return None
    chart = charts.ranges(
        _ranged(found, "mastered", 100),
        title="Objectives: who has reached them",
        value_label="Students who reached it, per cent, with 95 % interval",
        alt="Further right: more of the class.",
        source=source,
        digits=0,
    )
    asked = own.of.items.groupby("objective").groups
    rows = [
        {"objective": name, "questions": ", ".join(asked[name]), **row}
        for name, row in found.to_dict("index").items()
    ]
    totals = item_analysis.complete(own.points).sum(axis=1)
    names, students = list(dict.fromkeys(own.mastery["objective"])), []
    for student, marks in own.mastery.groupby("student_id", sort=False):
        told = {mark.objective: _reached(mark) for mark in marks.itertuples()}
        total, shares = totals.get(student, math.nan), [told.get(name) for name in names]
        students.append({"student": student, "total": total, "shares": shares})
    return {
        "threshold": own.threshold,
        "chart": chart,
        "rows": rows,
        "names": names,
        "students": students,
    }


def _reached(mark: Any) -> str | None:
    """Return a student's share of an objective, below the threshold said in words."""
    word = "" if pd.isna(mark.mastered) or mark.mastered else " (below)"
    return None if pd.isna(mark.share) else percent(mark.share) + word


def _rekey(change: Rekey) -> dict[str, Any]:
    kinds, rows = change.before.of.items["kind"], []
    for _, row in change.items.iterrows():
        kind = kinds[row["item"]]
        keys = {name: said(row[name], kind) for name in ("key", "new_key")}
        apart = {"apart": apart_words(row, ""), "new_apart": apart_words(row, "new_")}
        rows.append({**row, **keys, **apart})
    moved = change.changes.to_dict("records")
    return {"rows": rows, "moved": moved, "steps": how_to(change)}
