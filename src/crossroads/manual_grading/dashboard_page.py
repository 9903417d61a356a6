"""The dashboard: the grading queue, the class by objective, and questions to look at."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pandas as pd
import traitlets

from .. import item_analysis, report
from ..assignments import bank
from ..classroom import notes as classroom_notes
from ..classroom import regrade_requests
from ..classroom.collect import unmatched
from ..course import MARKING, Course, sources
from ..grading import gradebook, scores
from ..grading.adjustments import in_course, preview
from ..grading.notes import say
from ..lessons.map import objectives_in
from ..lessons.notebooks import lessons_dir
from ..notes import counted
from ..web.html import Html, style
from ..web.templates import render
from ..web.widget import STATIC, Widget, in_voila, script, sentence
from . import alike, class_progress, several_markers

T = TypeVar("T")


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
                left = report.write(Course(self._course).report(chosen), own)
                words = ["The report is written; its link is below.", *map(report.left_alone, left)]
                said = " ".join(words)
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
        """Return the same, without controls."""
        return Html("<p>{}</p>").format(self.state["said"]) + Html(self.state["html"])


def board(course: Path, chosen: str = "") -> dict[str, Any]:
    """Return what the dashboard shows of all assignments, or of one: names, chosen, html, said.

    Raises ``ValueError`` where the gradebook can't be read.
    """
    grades = class_progress.to_mark(gradebook.grades(course), in_course.readable(course))
    waits = class_progress.queue(
        grades, class_progress.submissions(course), class_progress.submissions(course, "feedback")
    )
    names = list(waits.index)
    if not names:
        return {
            "names": [],
            "chosen": "",
            "html": render("marking/dashboard_start.html", example=_first(course)),
            "said": "Nothing is submitted yet.",
        }
    chosen = chosen if chosen in names else ""
    shown = [chosen] if chosen else names
    each = class_progress.each(grades)
    each = each[each["assignment"].isin(shown)]
    folders = sources(course)
    items = {name: bank.read(folders[name]) for name in shown if name in folders}
    graded = [n for n in shown if n in {*grades["assignment"]}]
    marked, problems = _read(course, graded)
    asked = _or_problem(problems, _requests, course, shown) or {}
    markers = _or_problem(problems, _markers, course, [n for n in graded if n in folders]) or []
    with_texts = chosen in graded and chosen in folders
    same = _or_problem(problems, _same, course, chosen) if with_texts else None
    html = render(
        "marking/dashboard.html",
        queue=_queue(course, waits.loc[shown], asked),
        held=_held(each[each["state"] == "held"]),
        unusable=_unusable(course, shown),
        undecided=_undecided(marked),
        problems=problems,
        markers=markers,
        same=same,
        adjusted=_adjusted(marked),
        mastered=item_analysis.MASTERED,
        **_class(grades, items),
    )
    return {
        "names": names,
        "chosen": chosen,
        "html": html,
        "said": _queue_words(waits.loc[shown], each),
    }


def _first(course: Path) -> str:
    """Return the assignment by whose name commands are shown."""
    with suppress(OSError):
        return next(iter(sorted(sources(course))), "NAME")
    return "NAME"


def _queue_words(waits: pd.DataFrame, each: pd.DataFrame) -> str:
    sums = waits.sum()
    by_hand = each[each["state"] == "by hand"]
    answers, by_hand_of = int(by_hand["answers"].sum()), int(sums["by_hand"])
    words = [
        counted(int(sums["submitted"]), "submission"),
        f"{sums['to_grade']} to grade",
        f"{sums['held']} on hold",
        f"{counted(answers, 'answer')} of {counted(by_hand_of, 'student')} for manual grading",
        f"{sums['done']} done",
    ]
    return f"{'; '.join(words)}."


def _queue(course: Path, waits: pd.DataFrame, asked: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return how much waits of each assignment, and the next steps.

    Each step has words, and a place on the server.

    A step without a place is a command. The page puts the server's own root before a place.
    """
    rows = []
    for name, row in waits.iterrows():
        quiz = quote(str(name))
        steps = []
        # At a hub's desk, the terminal is in the course directory.
        here = " --course ." if "JUPYTERHUB_SERVICE_PREFIX" in os.environ else ""
        if row["to_grade"]:
            steps.append((f"crossroads grade {name}{here}", ""))
        if row["by_hand"]:
            page = f"voila/render/{MARKING}?quiz={quiz}" if in_voila() else f"lab/tree/{MARKING}"
            steps.append(("Mark written answers", page))
            notebooks = [*Course(course).released_notebooks(str(name))] or [str(name)]
            one = f"/{quote(notebooks[0])}" if len(notebooks) == 1 else ""
            steps.append(("Formgrader", f"formgrader/gradebook/{quiz}{one}"))
        elif row["held"]:
            steps.append(("Formgrader", f"formgrader/manage_submissions/{quiz}"))
        if waiting := asked.get(str(name), 0):
            words = f"Answer {counted(waiting, 'regrade request')}"
            own = f"voila/render/{MARKING}?quiz={quiz}&mode=requests"
            steps.append((words, own if in_voila() else f"lab/tree/{MARKING}"))
        if row["done"] > row["feedback"]:
            steps.append((f"crossroads feedback {name}{here}", ""))
        if (Course(course).report(str(name)) / "report.html").is_file():
            steps.append(("Report", f"files/reports/{quiz}/report.html"))
        counts = [row[column] for column in class_progress.QUEUE]
        rows.append({"assignment": name, "counts": counts, "steps": steps})
    return rows


def _held(held: pd.DataFrame) -> list[dict[str, str]]:
    """Return what is held, and why."""
    rows = zip(held["assignment"], held["student_id"], held["why"], strict=True)
    return [{"assignment": quiz, "student_id": who, "why": say(why)} for quiz, who, why in rows]


def _unusable(course: Path, names: Iterable[str]) -> list[dict[str, str]]:
    """Return who submitted something else than the notebook, and nothing that can be marked.

    Students who are excused from the assignment need not submit, and aren't listed.
    """
    own, adjusted = Course(course), in_course.readable(course)
    return [
        {"assignment": name, "student_id": who, "why": classroom_notes.say(why)}
        for name in names
        for who, why in unmatched.unusable(own, name)
        if not adjusted.of(name).is_excused(who)
    ]


def _or_problem(problems: list[str], find: Callable[..., T], *given: Any) -> T | None:
    """Return what a function finds.

    Where a file is wrong, that is a problem and nothing is found.
    """
    try:
        return find(*given)
    except ValueError as error:
        problems += [str(error)] if str(error) not in problems else []
        return None


def _requests(course: Path, names: list[str]) -> dict[str, int]:
    """Return how many requests to look at a mark again wait, by assignment."""
    found = {name: regrade_requests.read(course, name) for name in names}
    return {name: regrade_requests.open_ones(own) for name, own in found.items()}


def _markers(course: Path, names: list[str]) -> list[dict[str, Any]]:
    """Return how far each marker is with what is dealt out to them."""
    rows = []
    for name in names:
        for one in several_markers.progress(course, name):
            who = one.marker or "nobody in markers.yml"
            rows.append({"assignment": name, **asdict(one), "marker": who})
    return rows


def _same(course: Path, name: str) -> list[dict[str, Any]]:
    """Return which students' written answers have the same text."""
    rows = []
    for one in alike.same_texts(course, name):
        said = alike.said_of(one)
        rows.append(
            {
                "question": one.question,
                "students": ", ".join(one.students),
                "text": alike.shortened(one.text),
                "said": said,
            }
        )
    return rows


def _read(course: Path, names: list[str]) -> tuple[dict[str, scores.Marked], list[str]]:
    """Return the marks of assignments; and problems that are in the way."""
    found, problems = {}, []
    for name in names:
        try:
            found[name] = scores.read(course, name)
        except ValueError as error:
            problems.append(str(error))
    return found, list(dict.fromkeys(problems))


def _undecided(marked: dict[str, scores.Marked]) -> list[dict[str, str]]:
    """Return who has no total although all is marked, and why, for a person to decide."""
    return [
        {"assignment": name, "student_id": student, "why": "; ".join(map(say, why))}
        for name, own in marked.items()
        for student, why in own.unsettled.items()
    ]


def _adjusted(marked: dict[str, scores.Marked]) -> list[dict[str, Any]]:
    """Return whose marks count in another way than they were earned.

    Each row has the marks before and after, and the reason, in words.
    """
    return [
        {"assignment": name, **row}
        for name, own in marked.items()
        for row in preview.rows(own.rule, preview.changes(own.earned, own.counted, own.possible))
    ]


def _class(grades: pd.DataFrame, items: dict[str, list[bank.Item]]) -> dict[str, Any]:
    """Return the class by objective, questions to look at, and what is too little marked."""
    objectives, looks, unmarked = [], [], []
    plain = {name for name, own in items.items() if all(item.is_plain for item in own)}
    words = {} if plain == items.keys() else objective_words()
    for name, own in items.items():
        given = class_progress.points(grades[grades["assignment"] == name], own)
        if not class_progress.class_size(given):
            continue
        about = class_progress.about(own)
        known = class_progress.objectives(given, about)
        for objective, row in () if name in plain else known.iterrows():
            spoken = f"{objective} {words.get(str(objective), '')}"
            objectives.append({"name": spoken, "assignment": name, **row})
        settled = item_analysis.settled(given)
        left = [item for item in given if given[item].notna().any() and settled[item].isna().all()]
        left += [item for item in given if given[item].isna().all()]
        if left:
            unmarked.append(f"{name}: {', '.join(left)}")
        looks += class_progress.to_look_at(given, about).assign(assignment=name).to_dict("records")
    # L10 comes after L9.
    objectives.sort(key=lambda row: [int(n) for n in re.findall(r"\d+", row["name"])[:2]])
    return {
        "objectives": objectives,
        "unmarked": "; ".join(unmarked),
        "to_look_at": looks,
        # Another course's assignments have neither objectives nor options.
        "plain": bool(items) and plain == items.keys(),
        "example": next(iter(items), "NAME"),
    }


def objective_words() -> dict[str, str]:
    """Return what each objective of the lessons asks for, by its code."""
    lessons = sorted(path.name for path in lessons_dir().glob("[0-9][0-9]-*.ipynb"))
    return dict(pair for name in lessons for pair in objectives_in(name))
