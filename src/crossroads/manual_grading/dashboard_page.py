"""The dashboard: the grading queue, the class by objective, and questions to look at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import traitlets

from .. import item_analysis, report
from ..assignments import bank
from ..course import Course, sources
from ..grading import gradebook, scores
from ..grading.notes import say
from ..item_analysis import percent
from ..lessons.checks import lessons_dir
from ..lessons.map import objectives_in
from ..web.html import Html, style, table
from ..web.templates import render
from ..web.widget import STATIC, Widget, in_voila, script, sentence
from . import class_progress

#: The notebooks of the marking page and of this one, in the course directory.
MARKING, DASHBOARD = "marking.ipynb", "dashboard.ipynb"
NO_BREAK = "\N{NO-BREAK SPACE}"

_NAMES = {
    "assignment": "Assignment",
    "submitted": "Handed in",
    "to_grade": "To grade",
    "held": "Held",
    "by_hand": "To mark by hand",
    "done": "Done",
    "feedback": "Feedback written",
    "next": "What next",
}


class Dashboard(Widget):
    """The grading queue, the class by objective, and questions to look at, for one quiz or all."""

    _esm = script("dashboard")
    _css = style() + (STATIC / "marking.css").read_text("utf-8")  # type: ignore[assignment]
    state: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, course: Path) -> None:
        self._course = course
        super().__init__(state=self._shown(""))
        self.on_msg(self._receive)

    def _receive(self, _: Any, asked: dict[str, Any], __: Any) -> None:
        chosen, said = str(asked.get("chosen", "")), ""
        if asked.get("do") == "report":
            try:
                own = report.Analysis(report.read(self._course, chosen))
                notes = report.write(Course(self._course).report(chosen), own)
                said = " ".join(["The report is written; its link is below.", *notes])
            except (ValueError, OSError) as error:
                said = sentence(error)
        shown = self._shown(chosen)
        self.state = shown | ({"said": said} if said else {})
        self.send({"did": asked.get("do")})

    def _shown(self, chosen: str) -> dict[str, Any]:
        try:
            return board(self._course, chosen)
        except (ValueError, OSError) as error:
            return {"names": [], "chosen": "", "html": "", "said": sentence(error)}

    def static(self) -> str:
        """The same, without controls."""
        return Html("<p>{}</p>{}").format(self.state["said"], Html(self.state["html"]))


def board(course: Path, chosen: str = "") -> dict[str, Any]:
    """What the dashboard shows of all assignments, or of one: names, chosen, html, said.

    Raises ``ValueError`` where the gradebook can't be read.
    """
    grades = gradebook.grades(course)
    waits = class_progress.queue(
        grades, class_progress.handed_in(course), class_progress.handed_in(course, "feedback")
    )
    names = list(waits.index)
    if not names:
        return {
            "names": [],
            "chosen": "",
            "html": render("dashboard_start.html"),
            "said": "Nothing is handed in yet.",
        }
    chosen = chosen if chosen in names else ""
    shown = [chosen] if chosen else names
    each = class_progress.each(grades)
    each = each[each["assignment"].isin(shown)]
    folders = sources(course)
    items = {name: bank.read(folders[name]) for name in shown if name in folders}
    undecided, problems = _undecided_table(
        course, [n for n in shown if n in {*grades["assignment"]}]
    )
    html = render(
        "dashboard.html",
        queue=_queue_table(course, waits.loc[shown]),
        held=_held_table(each[each["state"] == "held"]),
        undecided=undecided,
        problems=problems,
        mastered=percent(item_analysis.MASTERED),
        **_class_tables(grades, items),
    )
    return {
        "names": names,
        "chosen": chosen,
        "html": html,
        "said": _queue_words(waits.loc[shown], each),
    }


def _queue_words(waits: pd.DataFrame, each: pd.DataFrame) -> str:
    sums = waits.sum()
    by_hand = each[each["state"] == "by hand"]
    answers = int(by_hand["answers"].sum())
    words = [
        f"{sums['submitted']} submissions",
        f"{sums['to_grade']} to grade",
        f"{sums['held']} held",
        f"{answers} answers of {sums['by_hand']} to mark by hand",
        f"{sums['done']} done",
    ]
    return f"{'; '.join(words)}."


def link(to: str, words: str) -> Html:
    """A link to a place on the server; the page puts the server's own root before it."""
    return Html('<a data-to="{to}" href="/{to}">{words}</a>').format(to=to, words=words)


def _queue_table(course: Path, waits: pd.DataFrame) -> str:
    rows = []
    for name, row in waits.iterrows():
        quiz = quote(str(name))
        steps = []
        if row["to_grade"]:
            steps.append(Html("<code>crossroads grade {}</code>").format(name))
        if row["by_hand"]:
            page = f"voila/render/{MARKING}?quiz={quiz}" if in_voila() else f"lab/tree/{MARKING}"
            steps.append(link(page, "Mark written answers"))
            steps.append(link(f"formgrader/gradebook/{quiz}/{quiz}", "Formgrader"))
        elif row["held"]:
            steps.append(link(f"formgrader/manage_submissions/{quiz}", "Formgrader"))
        if row["done"] > row["feedback"]:
            steps.append(Html("<code>crossroads feedback {}</code>").format(name))
        if (Course(course).report(str(name)) / "report.html").is_file():
            steps.append(link(f"files/reports/{quiz}/report.html", "Report"))
        counts = {column: str(row[column]) for column in class_progress.QUEUE}
        next_ = Html("<br>").join(steps) if steps else "nothing"
        rows.append({"assignment": name, **counts, "next": next_})
    return table(pd.DataFrame(rows), "Submissions by assignment", labels=_NAMES)


def _held_table(held: pd.DataFrame) -> str:
    if held.empty:
        return ""
    shown = held[["assignment", "student_id"]].assign(why=held["why"].map(say))
    labels = {"assignment": "Assignment", "student_id": "Student", "why": "Why it's held"}
    return table(shown, "Held submissions", labels=labels)


def _undecided_table(course: Path, names: list[str]) -> tuple[str, list[str]]:
    """Who has no total although all is marked, and why, for a person to decide; and problems."""
    rows, problems = [], []
    for name in names:
        try:
            found = scores.unsettled(course, name)
        except ValueError as error:
            problems.append(str(error))
            continue
        for student, why in found.items():
            rows.append({"assignment": name, "student_id": student, "why": "; ".join(why)})
    labels = {"assignment": "Assignment", "student_id": "Student", "why": "What to decide"}
    made = table(pd.DataFrame(rows), "No total yet", labels=labels) if rows else ""
    return made, list(dict.fromkeys(problems))


def _class_tables(grades: pd.DataFrame, items: dict[str, list[bank.Item]]) -> dict[str, str]:
    """The class by objective, questions to look at, and what isn't marked enough to count."""
    objectives, looks, unmarked = [], [], []
    words = objective_words()
    for name, own in items.items():
        given = class_progress.points(grades[grades["assignment"] == name], own)
        if not class_progress.class_size(given):
            continue
        about = class_progress.about(own)
        for objective, row in class_progress.objectives(given, about).iterrows():
            spoken = words.get(str(objective), "")
            objectives.append(
                {
                    "Objective": f"{objective} {spoken}",
                    "Assignment": name,
                    "Students": str(int(row["n"])),
                    "Mean share of points": percent(row["share"]),
                    "Reached it": Html(f"{_bar(row['mastered'])}{percent(row['mastered'])}"),
                    "95 %": f"{percent(row['low'])} to {percent(row['high'])}".replace(
                        " ", NO_BREAK
                    ),
                }
            )
        settled = item_analysis.settled(given)
        left = [item for item in given if given[item].notna().any() and settled[item].isna().all()]
        left += [item for item in given if given[item].isna().all()]
        if left:
            unmarked.append(f"{name}: {', '.join(left)}")
        found = class_progress.to_look_at(given, about)
        found.insert(0, "assignment", name)
        looks.append(found)
    # L10 comes after L9.
    objectives.sort(key=lambda row: [int(n) for n in re.findall(r"\d+", row["Objective"])[:2]])
    every = pd.concat(looks) if looks else pd.DataFrame()
    labels = {"assignment": "Assignment", "item": "Question", "sign": "Sign"}
    labels["reason"] = "Why to look"
    reached, look = "Who reached which objective", "Questions to look at, and why"
    return {
        "objectives": table(pd.DataFrame(objectives), reached) if objectives else "",
        "unmarked": "; ".join(unmarked),
        "to_look_at": "" if every.empty else table(every, look, labels=labels),
    }


def objective_words() -> dict[str, str]:
    """What each objective of the lessons asks for, by its code."""
    lessons = sorted(path.name for path in lessons_dir().glob("[0-9][0-9]-*.ipynb"))
    return dict(pair for name in lessons for pair in objectives_in(name))


def _bar(share: float) -> Html:
    """A bar of up to 6 em; the number beside it says the same."""
    return Html(
        '<span class="cr-bar" aria-hidden="true">'
        f'<span style="width:{100 * share:.0f}%"></span></span>'
    )
