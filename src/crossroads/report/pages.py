"""The report for people: words, tables and charts as one page. Pure: findings in, HTML out."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

import pandas as pd

from .. import charts, item_analysis
from ..item_analysis import percent
from ..web import html
from ..web.html import Html, escape, table
from .findings import Analysis, Rekey, how_to, said

# -- words and tables for people -------------------------------------------------------------------


def _number(value: float, form: str = ".2f") -> str | None:
    if pd.isna(value):
        return None
    text = format(value, form)
    # What is rounded to nothing has no sign.
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")


def _percent(value: float) -> str | None:
    return None if pd.isna(value) else percent(value)


def _between(low: float, high: float, form: str = ".2f") -> str | None:
    if pd.isna(low) or pd.isna(high):
        return None
    write = percent if form == "%" else lambda value: str(_number(value, form))
    return f"{write(low)} to {write(high)}"


def _people(n: int) -> str:
    return "1 student" if n == 1 else f"{n} students"


def cautions(n: int) -> list[str]:
    """What a class of ``n`` students with all their marks can't tell, in words."""
    words = []
    if n < item_analysis.MIN_CORRELATION:
        words.append(
            f"Only {_people(n)} have all their marks. With fewer than "
            f"{item_analysis.MIN_CORRELATION}, a correlation can be almost anything: no "
            "discrimination and no reliability are shown."
        )
    if n < item_analysis.MIN_GROUPS:
        words.append(
            f"With {_people(n)}, thirds of the class would be of one or two people: groups by "
            f"ability are shown from {item_analysis.MIN_GROUPS} students on."
        )
    if n < item_analysis.MIN_UNUSED:
        words.append(
            f"Options that nobody chose are not remarked on: with fewer than "
            f"{item_analysis.MIN_UNUSED} students that happens to good options, too."
        )
    if item_analysis.MIN_CORRELATION <= n < item_analysis.FEW:
        words.append(
            f"With {_people(n)} every interval is wide. Read the intervals, not the decimals; "
            "what looks bad may be chance."
        )
    return words


def _left_out(own: Analysis) -> list[str]:
    """Who isn't counted, and which questions aren't, and why."""
    of = own.of
    words = []
    groups = {
        "held": "held for a person to look at",
        "not marked": "not marked yet",
        "answered nothing": "handed in without any answer",
        "not handed in": "nothing handed in",
    }
    for status, what in groups.items():
        names = list(of.students.loc[of.students["status"] == status, "student_id"])
        if names:
            words.append(f"{_people(len(names))} not counted, {what}: {', '.join(names)}.")
    whole = item_analysis.complete(own.points)
    if aside := [item for item in own.points if item not in whole.columns]:
        words.append(
            f"Not in the totals, since marked for fewer than half of the students: "
            f"{', '.join(aside)}."
        )
    if missing := len(own.points) - len(whole):
        words.append(
            f"{_people(missing)} with questions still to be marked: counted question by question, "
            "but in no total."
        )
    return words


def _reliability_words(own: Analysis) -> list[str]:
    found = own.reliability
    if math.isnan(found.alpha):
        why = "nobody differs" if found.n >= item_analysis.MIN_CORRELATION else "too few students"
        return [f"Cronbach's alpha is not shown: {why} ({_people(found.n)} with all their marks)."]
    between = _between(found.low, found.high)
    words = [
        f"Cronbach's alpha is {_number(found.alpha)} (95 %: {between}), of {found.items} questions "
        f"and {_people(found.n)}. It says how far the questions rank students alike; a short quiz "
        "on many things needn't have a high one."
    ]
    if math.isnan(found.sem):
        words.append("It is negative, so a standard error of measurement has no meaning here.")
    else:
        words.append(
            f"The standard error of measurement is {_number(found.sem, '.1f')} points: about two "
            "in three totals lie within that much of what the student would get on average on "
            "quizzes like this one. Smaller differences between students mean little."
        )
    return words


def _order_words(own: Analysis) -> list[str]:
    words = []
    for name, what in (
        ("share", "points earned and place in the quiz"),
        ("blank", "blanks and place in the quiz"),
    ):
        row = own.order.loc[name]
        if pd.isna(row["r"]):
            words.append(f"Rank correlation of {what}: not shown, for nothing varies or too few.")
            continue
        sure = "a trend" if row["low"] > 0 or row["high"] < 0 else "no sure trend"
        between = _between(row["low"], row["high"])
        words.append(
            f"Rank correlation of {what}: {_number(row['r'])} (95 %: {between}; "
            f"{int(row['n'])} questions), {sure}."
        )
    return words


def _item_table(own: Analysis) -> pd.DataFrame:
    items, easy, apart = own.of.items, own.difficulty, own.discrimination
    return pd.DataFrame(
        {
            "Question": list(items.index),
            "Kind": list(items["kind"]),
            "Objective": list(items["objective"]),
            "Points": [f"{p:g}" for p in items["points"]],
            "Students": [str(int(n)) for n in easy["n"]],
            "Share of points": [_percent(v) for v in easy["share"]],
            "95 % (share)": [
                _between(*v, "%") for v in zip(easy["low"], easy["high"], strict=True)
            ],
            "Discrimination": [_number(v) for v in apart["r"]],
            "95 % (discrimination)": [
                _between(*v) for v in zip(apart["low"], apart["high"], strict=True)
            ],
            "Upper − lower 27 %": [_number(v) for v in apart["upper_lower"]],
        }
    )


def _option_table(rows: pd.DataFrame) -> pd.DataFrame:
    names = {"none": "no answer", "other": "not readable"}
    # What the course's answer lines rarely have is no row of its own.
    rows = rows[(rows["option"] != "other") | (rows["count"] > 0)]
    made = {
        "Option": [
            names.get(o, f"{o} (key)" if k else o) for o, k in rows[["option", "in_key"]].values
        ],
        "Text": list(rows["text"].replace("", None)),
        "Misconception": list(rows["misconception"].replace("", None)),
        "Students": [str(c) for c in rows["count"]],
        "All": [_percent(v) for v in rows["share"]],
    }
    if rows[list(item_analysis.THIRDS)].notna().any(axis=None):
        made |= {f"{t.title()} third": [_percent(v) for v in rows[t]] for t in item_analysis.THIRDS}
    return pd.DataFrame(made)


def _objective_table(own: Analysis) -> pd.DataFrame:
    rows = own.class_mastery
    return pd.DataFrame(
        {
            "Objective": list(rows.index),
            "Questions": [
                ", ".join(own.of.items.index[own.of.items["objective"] == o]) for o in rows.index
            ],
            "Students": [str(int(n)) for n in rows["n"]],
            "Mean share of points": [_percent(v) for v in rows["share"]],
            f"Students with {percent(own.threshold)} or more": [
                _percent(v) for v in rows["mastered"]
            ],
            "95 %": [_between(*v, "%") for v in zip(rows["low"], rows["high"], strict=True)],
        }
    )


def _student_table(own: Analysis) -> pd.DataFrame:
    """Each student's total and share of each objective, below the threshold said in words."""
    totals = item_analysis.complete(own.points).sum(axis=1)
    rows = []
    for student, marks in own.mastery.groupby("student_id", sort=False):
        row = {"Student": student, "Total": _number(totals.get(student, math.nan), ".4g")}
        for one in marks.itertuples():
            word = "" if pd.isna(one.mastered) or one.mastered else " (below)"
            row[one.objective] = None if pd.isna(one.share) else percent(one.share) + word
        rows.append(row)
    return pd.DataFrame(rows)


# -- the page --------------------------------------------------------------------------------------

_STYLE = """
main.cr { max-width: 68rem; }
.cr h2 { margin-top: 2.2rem; } .cr h3 { margin-top: 1.4rem; }
.cr a { color: #0b5c8a; } .cr nav ul { columns: 2; }
@media print { .cr nav { display: none; } }
"""

_METHOD = """
<p>A mark that is missing is never taken for zero. Discrimination, thirds, alpha and totals use the
students who have all their marks; the share of points of a question uses everybody whom it was
marked for.</p><ul>
<li>Share of points: the classical difficulty, high where a question is easy (Crocker and Algina
1986). Interval: Wilson's (1927), on the wide side where part of the points can be earned.</li>
<li>Discrimination: the correlation of a question's points with the points on all others, so that
it doesn't correlate with itself (Crocker and Algina 1986). Interval: Fisher's z (1921).</li>
<li>Upper − lower 27 %: the difference in share of points between those groups (Kelley 1939).
Groups and thirds are made by the points on the other questions; equal students are never
parted.</li>
<li>Not reached: neither this question nor any later one was answered (Ludlow and O'Leary
1999). Rank correlations are Spearman's (interval: Fieller, Hartley and Pearson 1957).</li>
<li>Alpha: Cronbach (1951); its interval: Feldt (1965). Standard error of measurement: standard
deviation × √(1 − alpha) (Allen and Yen 1979).</li></ul>
"""


def page(own: Analysis, change: Rekey | None = None, made: datetime.date | None = None) -> str:
    """The whole report as one HTML page that needs nothing else."""
    of = own.of
    date = html.long_date(made or datetime.date.today())
    source = f"gradebook, {of.quiz}, {_people(len(own.points))}, {date}"
    sections = [
        ("look", "Questions to look at", _look_section(own)),
        *([("rekey", "If the key were another", _rekey_section(change))] if change else []),
        ("scores", "Totals", _scores_section(own, source)),
        ("questions", "Difficulty and discrimination", _questions_section(own, source)),
        ("options", "What was chosen", _options_section(own)),
        ("order", "Along the quiz", _order_section(own, source)),
        ("objectives", "Objectives", _objectives_section(own, source)),
        ("method", "How it was worked out", _METHOD),
    ]
    links = "".join(f'<li><a href="#{id_}">{escape(name)}</a></li>' for id_, name, _ in sections)
    body = "".join(
        f'<section aria-labelledby="{id_}"><h2 id="{id_}">{escape(name)}</h2>{part}</section>'
        for id_, name, part in sections
    )
    n = len(item_analysis.complete(own.points))
    about = [f"{_people(len(own.points))} counted; made on {date}.", *_left_out(own), *cautions(n)]
    nav = f'<nav aria-label="Contents"><ul>{links}</ul></nav>'
    title = f"{of.quiz}: questions and class"
    return html.page(title, f"{_paragraphs(about)}{nav}{body}", _STYLE)


def _paragraphs(words: Iterable[str]) -> Html:
    return Html("").join(Html("<p>{}</p>").format(each) for each in words)


def _look_section(own: Analysis) -> str:
    if own.to_look_at.empty:
        return "<p>No question shows a sign that calls for a second look.</p>"
    first = "A sign is a reason to read a question again, no verdict on it."
    shown = own.to_look_at.rename(
        columns={"item": "Question", "sign": "Sign", "reason": "Why to look"}
    )
    return _paragraphs([first]) + table(shown, "Questions to look at, and why")


def _scores_section(own: Analysis, source: str) -> str:
    totals = item_analysis.complete(own.points).sum(axis=1)
    if totals.empty:
        return "<p>No student has all marks yet, so there are no totals.</p>"
    rows, found = own.distribution, own.reliability
    top = rows["to_points"].iloc[-1]
    names = [f"{a:g} to {b:g}" for a, b in rows[["from_points", "to_points"]].round(1).values]
    words = [
        f"Of {top:g} points, the mean is {_number(found.mean, '.1f')} and the median "
        f"{_number(totals.median(), '.1f')}; the lowest total is {_number(totals.min(), '.4g')}, "
        f"the highest {_number(totals.max(), '.4g')}"
        + ("." if math.isnan(found.sd) else f"; the standard deviation is {found.sd:.1f}.")
    ]
    chart = charts.bars(
        pd.Series(list(rows["students"]), names),
        title="How many students have which total",
        value_label="Students, by points in total (upper end not included, but for the last)",
        alt=words[0],
        source=source,
        digits=0,
    )
    return _paragraphs(words) + chart + _paragraphs(_reliability_words(own))


def _questions_section(own: Analysis, source: str) -> str:
    def ranged(frame: pd.DataFrame, middle: str, times: float) -> pd.DataFrame:
        made = frame[["low", middle, "high"]] * times
        made.columns = ["low", "mid", "high"]
        return made

    parts = [
        charts.ranges(
            ranged(own.difficulty, "share", 100),
            title="Share of points by question, in the order of the quiz",
            value_label="Mean share of the points, per cent, with 95 % interval",
            alt="Further right is easier.",
            source=source,
            digits=0,
        )
    ]
    if own.discrimination["r"].notna().any():
        parts.append(
            charts.ranges(
                ranged(own.discrimination, "r", 1),
                title="Discrimination by question",
                value_label="Correlation with the points on all other questions, 95 % interval",
                alt="Above 0, who does well elsewhere does well here.",
                source=source,
                digits=2,
            )
        )
    notes = own.discrimination["note"]
    remarks = [f"{item}: {note}." for item, note in notes[notes != ""].items()]
    return "".join([*parts, table(_item_table(own), "Every question"), _paragraphs(remarks)])


def _options_section(own: Analysis) -> str:
    if own.frequencies.empty:
        return "<p>No question of this quiz has options.</p>"
    parts = []
    if own.frequencies["top"].notna().any():
        size = len(item_analysis.complete(own.points)) / 3
        words = (
            f"Thirds of the class are by the points on the other questions. Each has about "
            f"{size:.0f} students, so one student more or less is {percent(1 / size)} of it."
        )
        parts.append(_paragraphs([words]))
    for item, rows in own.frequencies.groupby("item", sort=False):
        parts.append(Html("<h3>{}</h3>").format(item))
        parts.append(_paragraphs([str(own.of.items.loc[item, "question"])]))
        parts.append(table(_option_table(rows), f"Options of {item}, by third of the class"))
    return "".join(parts)


def _order_section(own: Analysis, source: str) -> str:
    blank = own.nonresponse
    if not blank["n"].any():
        return "<p>No answers are kept, so blanks can't be told.</p>"
    shown = pd.DataFrame(
        {
            "Question": list(blank.index),
            "Share of points": [_percent(v) for v in own.difficulty["share"]],
            "Left out": [_percent(v) for v in blank["left_out"]],
            "Not reached": [_percent(v) for v in blank["not_reached"]],
        }
    )
    chart = charts.bars(
        (blank["left_out"] + blank["not_reached"]) * 100,
        title="Questions without an answer, in the order of the quiz",
        value_label="Students who left it out or didn't reach it, per cent",
        alt="The table below has the two apart.",
        source=source,
        digits=0,
    )
    return (
        _paragraphs(_order_words(own))
        + chart
        + table(shown, "Points and blanks, question by question")
    )


def _objectives_section(own: Analysis, source: str) -> str:
    rows = own.class_mastery
    if rows.empty:
        return "<p>Nothing is marked yet.</p>"
    first = (
        f"An objective counts as reached with {percent(own.threshold)} of the points on its "
        "questions. That line is a convention; an objective with few questions is crossed by luck "
        "more often. Questions that aren't marked yet are left out of the share."
    )
    frame = pd.DataFrame({"low": rows["low"], "mid": rows["mastered"], "high": rows["high"]}) * 100
    chart = charts.ranges(
        frame,
        title="Who reached which objective",
        value_label="Students who reached it, per cent, with 95 % interval",
        alt="Further right: more of the class.",
        source=source,
        digits=0,
    )
    parts = [table(_objective_table(own), "The class by objective")]
    parts.append(table(_student_table(own), "Each student by objective"))
    return _paragraphs([first]) + chart + Html("").join(parts)


def _rekey_section(change: Rekey) -> str:
    rows, kinds = change.items, change.before.of.items["kind"]
    shown = pd.DataFrame(
        {
            "Question": list(rows["item"]),
            "Key": [said(k, kinds[i]) for i, k in rows[["item", "key"]].values],
            "Other key": [said(k, kinds[i]) for i, k in rows[["item", "new_key"]].values],
            "Gain": [str(n) for n in rows["gain"]],
            "Lose": [str(n) for n in rows["lose"]],
            "Share of points": [_percent(v) for v in rows["share"]],
            "New share": [_percent(v) for v in rows["new_share"]],
            "Discrimination": [_apart(row, "") for _, row in rows.iterrows()],
            "New discrimination": [_apart(row, "new_") for _, row in rows.iterrows()],
        }
    )
    parts = [_paragraphs(["Nothing has been changed. This is what would be."])]
    parts.append(table(shown, "The keys, now and then"))
    if len(change.changes):
        moved = pd.DataFrame(
            {
                "Student": list(change.changes["student_id"]),
                "Question": list(change.changes["item"]),
                "Points now": [_number(v, "g") for v in change.changes["before"]],
                "Points then": [_number(v, "g") for v in change.changes["after"]],
                "Change": [_number(v, "+g") for v in change.changes["change"]],
                "Remark": list(change.changes["note"]),
            }
        )
        parts.append(table(moved, "Who would gain and lose"))
    else:
        parts.append(Html("<p>Nobody would gain or lose.</p>"))
    steps = "".join(f"<li>{escape(step)}</li>" for step in how_to(change))
    return f"{''.join(parts)}<h3>To make it so</h3><ol>{steps}</ol>"


def _apart(row: pd.Series, name: str) -> str:
    r = _number(row[f"{name}r"])
    if r is None:
        return str(row[f"{name}note"])
    return f"{r} ({_between(row[f'{name}low'], row[f'{name}high']) or 'no interval'})"


def rekey_words(change: Rekey) -> str:
    """What other keys would do, and how to make them so, as plain text."""
    kinds, lines = change.before.of.items["kind"], []
    for _, row in change.items.iterrows():
        item = row["item"]
        lines.append(
            f"{item}: {said(row['key'], kinds[item])} → {said(row['new_key'], kinds[item])}: "
            f"{_people(row['gain'])} would gain, {row['lose']} lose. Share of points "
            f"{_percent(row['share'])} → {_percent(row['new_share'])}; discrimination "
            f"{_apart(row, '')} → {_apart(row, 'new_')}."
        )
        for one in change.changes[change.changes["item"] == item].itertuples():
            lines.append(f"  {one.student_id}: {one.before:g} → {one.after:g}  {one.note}".rstrip())
    steps = [f"  {n}. {step}" for n, step in enumerate(how_to(change), 1)]
    return "\n".join([*lines, "Nothing has been changed. To make it so:", *steps])


def summary(own: Analysis) -> str:
    """The report in a few lines, for the terminal."""
    n = len(item_analysis.complete(own.points))
    lines = [f"{_people(len(own.points))} counted.", *_left_out(own), *cautions(n)]
    lines += _reliability_words(own)[:1]
    for row in own.to_look_at.itertuples():
        lines.append(f"  {row.item}, {row.sign}: {row.reason}")
    return "\n".join(lines)
