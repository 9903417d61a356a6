"""The report's sentences, for its page and for the terminal. Pure functions."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from .. import item_analysis
from ..item_analysis import percent
from ..web.numbers import between, figure, share
from .beside import Beside
from .findings import Analysis, Rekey, how_to, said


def people(n: int) -> str:
    """``1 student``."""
    return "1 student" if n == 1 else f"{n} students"


def cautions(n: int, *, options: bool = True) -> list[str]:
    """Return what a class of ``n`` students with all their marks can't tell, in words.

    ``options`` says whether some questions have them.
    """
    words = []
    if n < item_analysis.MIN_CORRELATION:
        words.append(
            f"Only {people(n)} have all their marks. With fewer than "
            f"{item_analysis.MIN_CORRELATION}, a correlation can be almost anything: no "
            "discrimination and no reliability are shown."
        )
    if n < item_analysis.MIN_GROUPS:
        words.append(
            f"With {people(n)}, thirds of the class would be of one or two people: groups by "
            f"ability are shown from {item_analysis.MIN_GROUPS} students on."
        )
    if options and n < item_analysis.MIN_UNUSED:
        words.append(
            "Options that nobody chose are not flagged: with fewer than "
            f"{item_analysis.MIN_UNUSED} students that happens to good options, too."
        )
    if item_analysis.MIN_CORRELATION <= n < item_analysis.FEW:
        words.append(
            f"With {people(n)} every interval is wide. Read the intervals, not the decimals; "
            "what looks bad may be chance."
        )
    return words


def left_out(own: Analysis) -> list[str]:
    """Return who isn't counted, and which questions aren't, and why."""
    of = own.of
    words = []
    groups = {
        "held": "held for a person to look at",
        "not marked": "not marked yet",
        "answered nothing": "submitted without any answer",
        "not submitted": "nothing submitted",
    }
    for status, what in groups.items():
        names = list(of.students.loc[of.students["status"] == status, "student_id"])
        if names:
            words.append(f"{people(len(names))} not counted, {what}: {', '.join(names)}.")
    whole = item_analysis.complete(own.points)
    if aside := [item for item in own.points if item not in whole.columns]:
        words.append(
            "Not in the totals, because they are marked for fewer than half of the students: "
            f"{', '.join(aside)}."
        )
    if missing := len(own.points) - len(whole):
        words.append(
            f"{people(missing)} with questions still to be marked: counted question by question, "
            "but in no total."
        )
    return words


def adjusted_words(own: Analysis) -> list[str]:
    """That marks which count in another way are counted here as they were earned."""
    if not (whom := own.of.adjusted):
        return []
    return [
        f"adjustments.yml changes the marks of {people(len(whom))}: {', '.join(whom)}. This "
        "report uses the points that were earned, because it is about the questions. "
        f"crossroads adjustments {own.of.quiz} shows what counts."
    ]


def form_words(beside: Beside) -> list[str]:
    """Return how far the forms of a quiz differ, and how much of it is due to the groups."""
    letters, words = list(beside.forms.index), []
    for other in letters[1:]:
        found = item_analysis.difference(beside.forms, letters[0], other)
        ends = (
            "" if math.isnan(found["low"]) else f" (95 %: {between(found['low'], found['high'])})"
        )
        words.append(
            f"On form {other} the mean is {found['mean']:+.0%} of the points from that of form "
            f"{letters[0]}{ends}."
        )
        if math.isnan(found["form"]):
            words.append(
                "Without common questions, it is impossible to tell whether the groups or the "
                "forms differ."
            )
            continue
        words.append(
            f"On the questions that both have ({', '.join(beside.common)}) it is "
            f"{found['group']:+.0%}: this much is a difference between the groups. The rest, "
            f"{found['form']:+.0%}, comes from the other questions: above 0, form {other} is "
            "the easier one."
        )
    return words


def total_words(own: Analysis) -> str:
    """Return what totals there are; at least one student must have one."""
    totals, found = item_analysis.complete(own.points).sum(axis=1), own.reliability
    spread = "." if math.isnan(found.sd) else f"; the standard deviation is {found.sd:.1f}."
    return (
        f"Of {own.distribution['to_points'].iloc[-1]:g} points, the mean is "
        f"{figure(found.mean, '.1f')} and the median {figure(totals.median(), '.1f')}; the lowest "
        f"total is {figure(totals.min(), '.4g')}, the highest {figure(totals.max(), '.4g')}{spread}"
    )


def reliability_words(own: Analysis) -> list[str]:
    """Return how surely the totals rank students, or why that can't be said."""
    found = own.reliability
    if math.isnan(found.alpha):
        why = "nobody differs" if found.n >= item_analysis.MIN_CORRELATION else "too few students"
        return [f"Cronbach's alpha is not shown: {why} ({people(found.n)} with all their marks)."]
    ends = between(found.low, found.high)
    words = [
        f"Cronbach's alpha is {figure(found.alpha)} (95 %: {ends}), of {found.items} questions "
        f"and {people(found.n)}. It shows how consistently the questions rank students; a short "
        "quiz on many topics need not have a high alpha."
    ]
    if math.isnan(found.sem):
        words.append("It is negative, so a standard error of measurement has no meaning here.")
    else:
        words.append(
            f"The standard error of measurement is {figure(found.sem, '.1f')} points: about two "
            "in three totals lie within that much of what the student would get on average on "
            "quizzes like this one. Smaller differences between students mean little."
        )
    return words


def order_words(own: Analysis) -> list[str]:
    """Return whether points and blanks go with a question's place."""
    words = []
    for name, what in (
        ("share", "points earned and place in the quiz"),
        ("blank", "blanks and place in the quiz"),
    ):
        row = own.order.loc[name]
        if pd.isna(row["r"]):
            words.append(
                f"Rank correlation of {what}: not shown, because nothing varies or there are "
                "too few."
            )
            continue
        sure = "a trend" if row["low"] > 0 or row["high"] < 0 else "no clear trend"
        ends = between(row["low"], row["high"])
        words.append(
            f"Rank correlation of {what}: {figure(row['r'])} (95 %: {ends}; "
            f"{int(row['n'])} questions), {sure}."
        )
    return words


def third_words(own: Analysis) -> str:
    """Return how large the thirds of the class are."""
    size = len(item_analysis.complete(own.points)) / 3
    return (
        "The class is divided into thirds by the points on the other questions. Each third has "
        f"about {size:.0f} students, so one student is {percent(1 / size)} of it."
    )


def apart_words(row: pd.Series, name: str) -> str:
    """Return a question's discrimination with its interval, or why there is none."""
    r = figure(row[f"{name}r"])
    if r is None:
        return str(row[f"{name}note"])
    return f"{r} ({between(row[f'{name}low'], row[f'{name}high']) or 'no interval'})"


def rekey_words(change: Rekey) -> str:
    """Return what other keys would do, and how to make them so, as plain text."""
    kinds, lines = change.before.of.items["kind"], []
    for _, row in change.items.iterrows():
        item = row["item"]
        lines.append(
            f"{item}: {said(row['key'], kinds[item])} → {said(row['new_key'], kinds[item])}: "
            f"{people(row['gain'])} would gain, {row['lose']} lose. Share of points "
            f"{share(row['share'])} → {share(row['new_share'])}; discrimination "
            f"{apart_words(row, '')} → {apart_words(row, 'new_')}."
        )
        for one in change.changes[change.changes["item"] == item].itertuples():
            lines.append(f"  {one.student_id}: {one.before:g} → {one.after:g}  {one.note}".rstrip())
    steps = [f"  {n}. {step}" for n, step in enumerate(how_to(change), 1)]
    return "\n".join([*lines, "Nothing has been changed. To apply the change:", *steps])


def left_alone(path: Path) -> str:
    """That a file isn't written anew."""
    return f"You changed {path}, so it was not replaced."


def summary(own: Analysis) -> str:
    """Return the report in a few lines, for the terminal."""
    n = len(item_analysis.complete(own.points))
    lines = [f"{people(len(own.points))} counted.", *left_out(own), *adjusted_words(own)]
    lines += cautions(n, options=not own.of.is_plain)
    lines += reliability_words(own)[:1]
    for row in own.to_look_at.itertuples():
        lines.append(f"  {row.item}, {row.sign}: {row.reason}")
    return "\n".join(lines)
