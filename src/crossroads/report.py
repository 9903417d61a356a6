"""The report on a quiz: gradebook and kept results in; a page, CSV files and a notebook out.

Reading and writing are here; what is worked out is in ``analysis``.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from . import analysis, answers, bank, charts, html
from .analysis import percent
from .course import checked_id, source, write_whole
from .html import table

#: Kinds whose answers are letters.
CHOICE = ("single", "multiple")
COUNTS = ("marked", "partly marked")


@dataclass(frozen=True)
class Responses:
    """What a class answered, in the form that ``analysis`` wants: of everybody with a mark.

    ``students`` has all others, too: student_id, status (marked, partly marked, held, not marked,
    answered nothing, not handed in), why, and the points of each item.
    """

    quiz: str
    items: pd.DataFrame
    options: pd.DataFrame
    points: pd.DataFrame
    blank: pd.DataFrame
    chosen: pd.DataFrame
    students: pd.DataFrame


def read(course: Path, quiz: str) -> Responses:
    """Read a graded quiz of a course directory.

    Raises ``ValueError`` where the quiz isn't there, or isn't in the gradebook.
    """
    found = bank.read(source(course, quiz))
    ids = [item.id for item in found]
    recorded, absent = _recorded(course, quiz)
    released = _sources(_json(course / "release" / quiz / f"{quiz}.ipynb"))
    points, blank, chosen, students = {}, {}, {}, []
    for row in recorded:
        student = str(row["student_id"])
        notebook, held = handed_in(course, quiz, student)
        own = _sources(notebook)
        marks = {id_: row.get(id_) for id_ in ids}
        empty = {item.id: _is_blank(item, own, released) for item in found}
        status, why = _status(marks, empty, held)
        students.append({"student_id": student, "status": status, "why": why, **marks})
        if status in (*COUNTS, "answered nothing"):
            points[student], blank[student] = marks, empty
            chosen[student] = {item.id: _letters(item, own) for item in found}
    students += [{"student_id": s, "status": "not handed in", "why": ""} for s in absent]

    def frame(rows: dict[str, Any], kind: str) -> pd.DataFrame:
        made = pd.DataFrame.from_dict(rows, orient="index", columns=ids).astype(kind)
        return made.rename_axis(index="student_id", columns="item")

    return Responses(
        quiz,
        _items(found),
        _options(found),
        frame(points, "float"),
        frame(blank, "boolean"),
        frame(chosen, "object"),
        pd.DataFrame(students, columns=["student_id", "status", "why", *ids]),
    )


def _recorded(course: Path, quiz: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The gradebook's points by student, and the students who handed nothing in."""
    from nbgrader.api import Gradebook

    from .course import use_own_commands
    from .grading.gradebook import scores, url

    use_own_commands()
    rows = scores(course, quiz)
    if not rows:
        raise ValueError(f"nobody has handed in {quiz} yet, or nothing of it is graded")
    with Gradebook(url(course.resolve())) as book:
        everybody = {str(student.id) for student in book.students}
    return rows, sorted(everybody - {str(row["student_id"]) for row in rows})


def handed_in(course: Path, quiz: str, student: str) -> tuple[Any, str]:
    """A student's graded notebook, and why it is held if it is.

    From the result that was kept, else as stock nbgrader leaves it.
    """
    from .grading.marking import Result
    from .grading.run import results_folder

    try:
        checked_id(student)
    except ValueError:  # no folder of that name is ours
        return {}, ""
    try:
        text = (results_folder(course, quiz) / f"{student}.json").read_text("utf-8")
        result = Result.loads(text.splitlines()[1])
    except (OSError, ValueError, IndexError):
        return _json(course / "autograded" / student / quiz / f"{quiz}.ipynb"), ""
    return result.notebook, result.held


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _sources(notebook: Any) -> dict[str, str]:
    """The sources of the cells that nbgrader knows, by id."""
    cells = notebook.get("cells", [])
    return {
        c["metadata"]["nbgrader"]["grade_id"]: "".join(c["source"])
        for c in cells
        if "nbgrader" in c["metadata"]
    }


def _cell(item: bank.Item) -> str:
    return f"{item.id}-answer" if item.test else item.id


def _is_blank(item: bank.Item, own: dict[str, str], released: dict[str, str]) -> bool | None:
    """Whether an item was left alone; ``None`` where it can't be known."""
    from .grading.submission import literal

    source = own.get(_cell(item))
    if source is None or item.kind == "criterion":
        return None
    if source.strip() in ("", released.get(_cell(item), "").strip()):
        return True
    plain, value = literal(source, item.name)
    return bool(plain and answers.is_blank(value))


def _letters(item: bank.Item, own: dict[str, str]) -> str | float:
    """The letters of a plain answer line, in order of the alphabet."""
    from .grading.submission import literal

    if item.kind not in CHOICE:
        return math.nan
    plain, value = literal(own.get(_cell(item), ""), item.name)
    read_ = answers.read_single if item.kind == "single" else answers.read_several
    try:
        return "".join(sorted(read_(value, item.options))) if plain else math.nan
    except answers.NotYet:
        return math.nan


def _status(
    marks: dict[str, float | None], empty: dict[str, bool | None], held: str
) -> tuple[str, str]:
    given = [mark for mark in marks.values() if mark is not None]
    known = [one for one in empty.values() if one is not None]
    if not given:
        return ("held", held) if held else ("not marked", "")
    if known and all(known):
        return "answered nothing", ""
    waiting = [id_ for id_, mark in marks.items() if mark is None]
    return ("partly marked", f"waiting: {', '.join(waiting)}") if waiting else ("marked", "")


def _call(item: bank.Item) -> dict[str, Any]:
    """The scoring call; nothing where a teacher has put something else in its place."""
    try:
        return item.call() if item.kind in CHOICE else {}
    except StopIteration:
        return {}


def _items(found: Iterable[bank.Item]) -> pd.DataFrame:
    rows = [
        {
            "item": item.id,
            "kind": item.kind,
            "objective": item.objective,
            "bloom": item.bloom,
            "points": float(item.points),
            "key": "".join(sorted(_call(item).get("key", ""))),
            "varies": item.varies,
            "question": _question(item),
        }
        for item in found
    ]
    return pd.DataFrame(rows).set_index("item")


def _question(item: bank.Item) -> str:
    """The stem on one line, without its tables and marks of emphasis."""
    lines = [x for x in item.stem.splitlines() if not re.match(r"#|\||- \*\*\w+\.\*\*", x)]
    return re.sub(r"[*`]", "", " ".join(" ".join(lines).split()))


def _options(found: Iterable[bank.Item]) -> pd.DataFrame:
    rows = []
    for item in found:
        if item.kind in CHOICE:
            call = _call(item)
            names = call.get("misconceptions") or {}
            for letter, text in item.options.items():
                row = {"item": item.id, "option": letter, "text": text}
                right = {"in_key": letter in call.get("key", "")}
                rows.append({**row, **right, "misconception": names.get(letter, "")})
    return pd.DataFrame(rows, columns=["item", "option", "text", "in_key", "misconception"])


# -- what is worked out ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Analysis:
    """Everything that the report says of a class's responses.

    Who isn't marked, is held, or answered nothing at all doesn't count: missing is never zero.
    """

    of: Responses
    threshold: float = analysis.MASTERED

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
        return analysis.difficulty(self.points, self.of.items)

    @cached_property
    def discrimination(self) -> pd.DataFrame:
        return analysis.discrimination(self.points, self.of.items)

    @cached_property
    def frequencies(self) -> pd.DataFrame:
        return analysis.option_frequencies(self.points, self.blank, self.chosen, self.of.options)

    @cached_property
    def nonresponse(self) -> pd.DataFrame:
        return analysis.nonresponse(self.blank)

    @cached_property
    def order(self) -> pd.DataFrame:
        return analysis.time_order(self.difficulty, self.nonresponse)

    @cached_property
    def reliability(self) -> analysis.Reliability:
        return analysis.reliability(self.points)

    @cached_property
    def distribution(self) -> pd.DataFrame:
        return analysis.distribution(self.points, self.of.items)

    @cached_property
    def mastery(self) -> pd.DataFrame:
        return analysis.mastery(self.points, self.of.items, self.threshold)

    @cached_property
    def class_mastery(self) -> pd.DataFrame:
        return analysis.class_mastery(self.mastery)

    @cached_property
    def to_look_at(self) -> pd.DataFrame:
        return analysis.to_look_at(
            self.of.items,
            self.difficulty,
            self.discrimination,
            self.frequencies,
            self.nonresponse,
        )


# -- another key -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rekey:
    """What other keys would do. Nothing is written to gradebook or source."""

    keys: dict[str, str]
    changes: pd.DataFrame
    before: Analysis
    after: Analysis

    @property
    def items(self) -> pd.DataFrame:
        """Of each item: keys, share of points and discrimination, before and after."""
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
    points, changes = analysis.rekeyed(of.points, of.blank, of.chosen, of.items, keys)
    after = Responses(of.quiz, of.items, of.options, points, of.blank, of.chosen, of.students)
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
            f"{words!r}: a key of {item} is of the letters {', '.join(known)}, such as "
            f"{item}={'a' if about['kind'] == 'single' else 'a,c'}, or it is {item}=all"
        )
    return item, "".join(letters)


def said(key: str, kind: str) -> str:
    """A key in words: ``b or c`` of a single choice, ``b and c`` of a multiple one."""
    if key == "all":
        return "all points for everybody"
    return (" or " if kind == "single" else " and ").join(key)


def how_to(change: Rekey) -> list[str]:
    """What to do to make other keys so: one line a step."""
    of = change.before.of
    steps = []
    for item, key in change.keys.items():
        kind, points = of.items.loc[item, "kind"], of.items.loc[item, "points"]
        own = change.before.of.items.loc[item, "key"]
        if key == "all":
            steps.append(f"{item}: in its test cell, write {points:g} in place of everything.")
            continue
        new = json.dumps(key) if len(key) == 1 else "{" + ", ".join(map(json.dumps, key)) + "}"
        if kind == "single" and len(key) > 1:
            keep = own if own in key else key[0]
            new = f'{item} if {item} in {tuple(key)} else "{keep}"'.replace("'", '"')
        elif kind == "multiple" and len(key) == 1:
            new = "{" + new + "}"
        steps.append(
            f"{item}: in its test cell, write key={new}, and put its explanations (why) right; "
            "the answer cell has the solution."
        )
    return [
        f"Open source/{of.quiz}/{of.quiz}.ipynb in the course directory.",
        *steps,
        f"Then: crossroads grade {of.quiz}. It grades again what the change touches, and keeps "
        "the marks that people gave.",
    ]


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
    if n < analysis.MIN_CORRELATION:
        words.append(
            f"Only {_people(n)} have all their marks. With fewer than "
            f"{analysis.MIN_CORRELATION}, a correlation can be almost anything: no discrimination "
            "and no reliability are shown."
        )
    if n < analysis.MIN_GROUPS:
        words.append(
            f"With {_people(n)}, thirds of the class would be of one or two people: groups by "
            f"ability are shown from {analysis.MIN_GROUPS} students on."
        )
    if n < analysis.MIN_UNUSED:
        words.append(
            f"Options that nobody chose are not remarked on: with fewer than "
            f"{analysis.MIN_UNUSED} students that happens to good options, too."
        )
    if analysis.MIN_CORRELATION <= n < analysis.FEW:
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
    whole = analysis.complete(own.points)
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
        why = "nobody differs" if found.n >= analysis.MIN_CORRELATION else "too few students"
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
    if rows[list(analysis.THIRDS)].notna().any(axis=None):
        made |= {f"{t.title()} third": [_percent(v) for v in rows[t]] for t in analysis.THIRDS}
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
    totals = analysis.complete(own.points).sum(axis=1)
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
    n = len(analysis.complete(own.points))
    about = [f"{_people(len(own.points))} counted; made on {date}.", *_left_out(own), *cautions(n)]
    nav = f'<nav aria-label="Contents"><ul>{links}</ul></nav>'
    title = f"{of.quiz}: questions and class"
    return html.page(title, f"{_paragraphs(about)}{nav}{body}", _STYLE)


def _paragraphs(words: Iterable[str]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in words)


def _look_section(own: Analysis) -> str:
    if own.to_look_at.empty:
        return "<p>No question shows a sign that calls for a second look.</p>"
    first = "A sign is a reason to read a question again, no verdict on it."
    shown = own.to_look_at.rename(
        columns={"item": "Question", "sign": "Sign", "reason": "Why to look"}
    )
    return _paragraphs([first]) + table(shown, "Questions to look at, and why")


def _scores_section(own: Analysis, source: str) -> str:
    totals = analysis.complete(own.points).sum(axis=1)
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
        size = len(analysis.complete(own.points)) / 3
        words = (
            f"Thirds of the class are by the points on the other questions. Each has about "
            f"{size:.0f} students, so one student more or less is {percent(1 / size)} of it."
        )
        parts.append(_paragraphs([words]))
    for item, rows in own.frequencies.groupby("item", sort=False):
        parts.append(f"<h3>{escape(str(item))}</h3>")
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
    return _paragraphs([first]) + chart + "".join(parts)


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
        parts.append("<p>Nobody would gain or lose.</p>")
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


# -- files -----------------------------------------------------------------------------------------


def defused(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for a formula: those get a leading apostrophe."""

    def safe(value: Any) -> Any:
        risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if risky else value

    return frame.map(safe)


def tables(own: Analysis) -> dict[str, pd.DataFrame]:
    """What the CSV files hold, by name."""
    of = own.of
    apart = own.discrimination.rename(columns={"n": "n_complete", "low": "r_low", "high": "r_high"})
    blank = own.nonresponse.drop(columns="n")
    easy = own.difficulty.rename(columns={"low": "share_low", "high": "share_high"})
    # The class's table, in points, as it is: also of those who don't count.
    shares = own.mastery.pivot(index="student_id", columns="objective", values="share")
    totals = analysis.complete(own.points).sum(axis=1).rename("total")
    students = of.students.merge(totals, "left", left_on="student_id", right_index=True)
    long = {name: getattr(own, name).stack(future_stack=True) for name in _LONG}
    return {
        "items": of.items.join([easy, apart, blank]).reset_index(),
        "options": own.frequencies,
        "students": students.merge(shares, "left", left_on="student_id", right_index=True),
        "objectives": own.class_mastery.reset_index(),
        "responses": pd.DataFrame(long).reset_index(),
    }


_LONG = ("points", "blank", "chosen")


def write(folder: Path, own: Analysis, change: Rekey | None = None) -> list[str]:
    """Write page, CSV files and notebook; returns what a person should know.

    A notebook that is there and was changed is left alone.
    """
    found = tables(own) | ({"rekey": change.changes} if change else {})
    for name, frame in found.items():
        write_whole(folder / f"{name}.csv", defused(frame).to_csv(index=False))
    write_whole(folder / "report.html", page(own, change))
    path, text = folder / "analysis.ipynb", notebook(own.of.quiz)
    if path.exists() and path.read_text("utf-8") != text:
        return [f"{path} was changed by you, so it is left as it is."]
    write_whole(path, text)
    return []


_CELLS = (
    "import pandas as pd\n\nimport crossroads as cr\nfrom crossroads import analysis",
    "# Ids are texts: 007 stays 007.\n"
    'items = pd.read_csv("items.csv", keep_default_na=False, na_values=[""]).set_index("item")\n'
    'options = pd.read_csv("options.csv", keep_default_na=False)\n'
    'given = pd.read_csv("responses.csv", dtype=str, keep_default_na=False)\n\n\n'
    "def wide(column):\n"
    '    frame = given.pivot(index="student_id", columns="item", values=column)[items.index]\n'
    '    return frame.mask(frame == "")\n\n\n'
    'points = wide("points").astype(float)\n'
    'blank = wide("blank").replace({"True": True, "False": False}).astype("boolean")\n'
    'chosen = wide("chosen")',
    "difficulty = analysis.difficulty(points, items)\n"
    'cr.table(difficulty.round(2).reset_index(), "Difficulty: share of points")',
    "discrimination = analysis.discrimination(points, items)\n"
    'cr.table(discrimination.round(2).reset_index(), "Discrimination")',
    "# The report's own numbers are these.\n"
    'pd.testing.assert_series_equal(difficulty["share"], items["share"])\n'
    'pd.testing.assert_series_equal(discrimination["r"], items["r"])\n'
    "analysis.reliability(points)",
    'asked = options[~options["option"].isin(["none", "other"])]\n'
    'asked = asked[["item", "option", "text", "in_key", "misconception"]]\n'
    "frequencies = analysis.option_frequencies(points, blank, chosen, asked)\n"
    'cr.table(frequencies.drop(columns="text").round(2), "Options by third of the class")',
    "nonresponse = analysis.nonresponse(blank)\nanalysis.time_order(difficulty, nonresponse)",
    "mastery = analysis.mastery(points, items, threshold=analysis.MASTERED)\n"
    'cr.table(analysis.class_mastery(mastery).round(2).reset_index(), "Objectives")',
    "analysis.to_look_at(items, difficulty, discrimination, frequencies, nonresponse)",
)


def notebook(quiz: str) -> str:
    """The notebook that works the report out again from its CSV files, without outputs."""
    intro = (
        f"# {quiz}: the report's numbers, worked out again\n\nFrom the CSV files beside this "
        "notebook, through the functions of `crossroads.analysis`. Try your own questions below."
    )
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "intro", "source": intro}]
    for number, code in enumerate(_CELLS, 1):
        empty: dict[str, Any] = {"execution_count": None, "outputs": []}
        cells.append({"cell_type": "code", "id": f"step-{number}", "source": code, **empty})
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    made = {
        "cells": [{"metadata": {}, **cell} for cell in cells],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def summary(own: Analysis) -> str:
    """The report in a few lines, for the terminal."""
    n = len(analysis.complete(own.points))
    lines = [f"{_people(len(own.points))} counted.", *_left_out(own), *cautions(n)]
    lines += _reliability_words(own)[:1]
    for row in own.to_look_at.itertuples():
        lines.append(f"  {row.item}, {row.sign}: {row.reason}")
    return "\n".join(lines)
