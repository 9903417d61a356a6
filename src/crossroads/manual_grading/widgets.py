"""The desk's two widgets: what is shown, and what becomes of what a person does there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import traitlets

from .. import item_analysis, report
from ..assignments import bank
from ..course import Course, source, sources
from ..feedback import markdown
from ..grading import gradebook
from ..item_analysis import percent
from ..lessons.checks import lessons_dir
from ..study.mastery import objectives_in
from ..web.html import Html, style, table
from ..web.widget import STATIC, Widget, script
from . import agreement, class_progress, comments, marking

#: The desk's notebooks in the course directory.
MARKING, DASHBOARD = "marking.ipynb", "dashboard.ipynb"
NO_BREAK = "\N{NO-BREAK SPACE}"
MARK, SETTLE = "mark", "settle"


def in_voila() -> bool:
    """Whether this notebook is shown as a page of its own."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


class MarkingDesk(Widget):
    """One written answer at a time, names hidden, the rubric's levels beside it.

    What the page asks for comes as a message, is done here, and changes ``state``; then the page is
    told what to say. Where something can't be done, ``state`` stays, and so does what was typed.
    """

    _esm = script("marking")
    _css = style() + (STATIC / "marking.css").read_text("utf-8")  # type: ignore[assignment]
    state: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, course: Path, quiz: str = "", marker: str = "") -> None:
        self._course, self._marker = course, marking.checked_marker(marker)
        self._quiz = self._item = self._code = self._other = ""
        self._mode = MARK
        self._items: list[bank.Item] = []
        problem = ""
        try:
            self._open(quiz)
        except (ValueError, OSError) as error:
            problem = _sentence(error)
        super().__init__(state=self._state(problem))
        self.on_msg(self._receive)

    # -- what the page asks for --------------------------------------------------------------------

    def _receive(self, _: Any, asked: dict[str, Any], __: Any) -> None:
        does: dict[str, Callable[[dict[str, Any]], str]] = {
            "open": lambda a: self._open(str(a["quiz"]), str(a["item"]), str(a["mode"])),
            "go": self._go,
            "save": self._save,
            "bank": self._bank,
        }
        try:
            said, failed = does[str(asked["do"])](asked), False
            self.state = self._state()
        except (ValueError, OSError) as error:
            said, failed = _sentence(error), True
        self.send({"did": asked["do"], "said": said, "failed": failed})

    def _open(self, quiz: str, item: str = "", mode: str = MARK) -> str:
        """Open a quiz, an item of it, or another mode; what isn't said is chosen."""
        names = marking.quizzes(self._course)
        chosen = quiz or self._quiz or self._first(names)
        if not chosen:
            return ""
        if chosen not in names:
            raise ValueError(f"{chosen} has no written answers; these have: {', '.join(names)}")
        items = marking.written(self._course, chosen)
        self._items = bank.read(source(self._course, chosen))
        self._quiz, self._code = chosen, ""
        self._item = item if item in [one.id for one in items] else items[0].id
        self._mode, self._other = MARK, ""
        others = [] if self._marker else marking.markers(self._course, chosen)
        if mode.partition(":")[2] in others:
            self._mode, self._other = SETTLE, mode.partition(":")[2]
        return ""

    def _first(self, names: list[str]) -> str:
        """The first quiz in which something waits, else the first."""
        grades = gradebook.grades(self._course)
        waits = set(grades.loc[grades["waiting"] & (grades["held"] == ""), "assignment"])
        return next((name for name in names if name in waits), next(iter(names), ""))

    def _go(self, asked: dict[str, Any]) -> str:
        found = self._answers()
        if found:
            place = self._place(found) + int(asked["by"])
            self._code = found[place % len(found)].code
        return ""

    def _save(self, asked: dict[str, Any]) -> str:
        item, found = self._one(), self._answers()
        answer = next((a for a in found if a.code == asked["code"]), None)
        if answer is None:
            raise ValueError("this answer isn't in the list any more: reload the page")
        levels = {str(k): float(v) for k, v in dict(asked["levels"]).items()}
        made = marking.mark(marking.rubric(self._course, item), levels, str(asked["comment"]))
        if self._mode == SETTLE:
            marking.settle(self._course, item, answer.student, made)
        else:
            marking.save(self._course, item, answer.student, made, self._marker)
        place = found.index(answer)
        after = [*found[place + 1 :], *found[:place]]
        left = [a for a in after if a.state != "marked"]
        self._code = (left or [*after, answer])[0].code
        total = f"Saved: {made.points:g} of {item.points:g} points."
        return total if left else f"{total} That was the last one."

    def _bank(self, asked: dict[str, Any]) -> str:
        where = str(asked["where"])
        if where not in (self._one().code, comments.EVERYWHERE):
            raise ValueError(f"{where} isn't open")
        old, new = str(asked["old"]), str(asked["new"]).strip()
        if not (old or new):
            raise ValueError("there is no comment to keep: type one first")
        comments.change(self._course, where, old, new)
        return "The comment is in the bank." if new else "The comment is out of the bank."

    # -- what is shown -----------------------------------------------------------------------------

    def _one(self) -> bank.Item:
        return next(item for item in self._items if item.id == self._item)

    def _answers(self) -> list[marking.Answer]:
        found = marking.queue(self._course, self._one(), self._marker).answers
        if self._mode == SETTLE:
            pairs = marking.pairs(self._course, self._quiz, self._other)
            far = set(agreement.apart(pairs[pairs["item"] == self._item])["student_id"])
            return [
                marking.Answer(a.code, a.student, "to mark", a.mark)
                for a in found
                if a.student in far
            ]
        return found

    def _place(self, found: list[marking.Answer]) -> int:
        """The place of the open answer, else of the first that waits."""
        codes = [answer.code for answer in found]
        if self._code in codes:
            return codes.index(self._code)
        return next((n for n, a in enumerate(found) if a.state != "marked"), 0)

    def _state(self, problem: str = "") -> dict[str, Any]:
        try:
            return self._opened() | {"problem": problem}
        except (ValueError, OSError) as error:
            return self._choices() | {"problem": problem or _sentence(error)}

    def _choices(self) -> dict[str, Any]:
        written = [item for item in self._items if not item.test]
        others = [] if self._marker or not self._quiz else marking.markers(self._course, self._quiz)
        modes = [[f"{SETTLE}:{name}", f"Settle with {name}"] for name in others]
        return {
            "marker": self._marker,
            "quizzes": [[name, name] for name in marking.quizzes(self._course)],
            "quiz": self._quiz,
            "items": [
                [item.id, f"{markdown.heading(item)} ({item.points:g} points)"] for item in written
            ],
            "item": self._item,
            "modes": [[MARK, "Mark alone"], *modes] if modes else [],
            "mode": f"{self._mode}:{self._other}" if self._other else MARK,
        }

    def _opened(self) -> dict[str, Any]:
        made = self._choices()
        if not self._quiz:
            return made | {"nothing": "No assignment of this course has written answers."}
        item = self._one()
        criteria = marking.rubric(self._course, item)
        queue, found = marking.queue(self._course, item, self._marker), self._answers()
        made |= {
            "question": markdown.question(item),
            "criteria": [
                {"name": c.name, "levels": [[p, words] for p, words in c.levels.items()]}
                for c in criteria
            ],
            "total": len(found),
            "marked": sum(answer.state == "marked" for answer in found),
            "aside": _aside(queue),
            "bank": [],
            "code": item.code,
        }
        if self._mode == SETTLE:
            pairs = marking.pairs(self._course, self._quiz, self._other)
            made["agreement"] = agreement_tables(pairs)
        if not found:
            made["nothing"] = (
                "There is nothing left to settle for this question: no answer was marked more than "
                "one level apart."
                if self._mode == SETTLE
                else "Nobody's answer to this question waits here. When work is handed in, "
                f"“crossroads grade {self._quiz}” brings it."
            )
            return made
        place = self._place(found)
        answer = found[place]
        self._code = answer.code
        parts = markdown.work(self._course, item, self._items, answer.student)
        given = answer.mark if self._mode == MARK else None
        made |= {
            "place": place + 1,
            "answer": {
                "code": answer.code,
                "parts": parts,
                "state": answer.state,
                "levels": given.levels if given else {},
                "comment": given.comment if given else "",
                "note": _note(answer, criteria) if self._mode == MARK else "",
            },
        }
        if self._mode == SETTLE:
            second = marking.read_marks(self._course, self._quiz, self._other)
            theirs = second[item.id][answer.student]
            assert answer.mark
            made["both"] = both(criteria, answer.mark, theirs, self._other)
            same = {n: p for n, p in answer.mark.levels.items() if theirs.levels.get(n) == p}
            made["answer"] |= {"levels": same, "comment": answer.mark.comment}
        try:
            made["bank"] = [list(one) for one in comments.fitting(self._course, item.code)]
        except ValueError as error:
            made["bank_problem"] = _sentence(error)
        return made

    def static(self) -> str:
        """How far the marking is, where nobody can move it."""
        state = self.state
        if "nothing" in state or "total" not in state:
            return f"<p>{escape(state.get('nothing') or state['problem'])}</p>"
        return (
            f"<p>{escape(state['code'])}: {state['marked']} of {state['total']} answers are "
            "marked. Run this cell in JupyterLab, or say <code>crossroads marking</code>.</p>"
        )


def _sentence(error: Exception) -> str:
    words = str(error) or type(error).__name__
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _aside(queue: marking.Queue) -> str:
    words = []
    if queue.blank:
        words.append(f"{len(queue.blank)} left the answer out and have 0 points for it.")
    if queue.held:
        words.append(f"{len(queue.held)} held as a whole: the dashboard says why.")
    return " ".join(words)


def _note(answer: marking.Answer, criteria: list[marking.Criterion]) -> str:
    if answer.mark and not answer.mark.levels:
        return (
            f"This answer has {answer.mark.points:g} points that were given elsewhere, such as in "
            "formgrader. Saving here writes over them."
        )
    if answer.state == "again":
        return "This was graded again since you marked it. Look at it once more, and save."
    return ""


def both(
    criteria: list[marking.Criterion], first: marking.Mark, second: marking.Mark, name: str
) -> str:
    """Two markers' levels beside each other, and what they said."""
    rows = []
    for one in criteria:
        a, b = first.levels[one.name], second.levels[one.name]
        distance = abs(one.rank(a) - one.rank(b))
        apart = "the same" if not distance else f"{distance} level{'s' * (distance > 1)} apart"
        rows.append({"Criterion": one.name, "First": f"{a:g}", name: f"{b:g}", "": apart})
    said = "".join(
        f"<p><strong>{escape(who)} says:</strong> {escape(mark.comment)}</p>"
        for who, mark in (("The first marker", first), (name, second))
        if mark.comment
    )
    return table(pd.DataFrame(rows), "What the two gave", labels={"": "Distance"}) + said


def agreement_tables(pairs: pd.DataFrame) -> Html:
    """How far two markers agree, by criterion, with what can't be said in words."""
    found = agreement.agreement(pairs)
    if found.empty:
        return Html("<p>No answer has been marked by both yet.</p>")

    def between(row: Any, name: str, write: Callable[[float], str]) -> str | None:
        value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
        if pd.isna(value):
            return None
        return write(value) if pd.isna(low) else f"{write(value)} ({write(low)} to {write(high)})"

    def number(value: float) -> str:
        return f"{value:.2f}".replace("-", "−")

    rows = [
        {
            "Criterion": row.criterion,
            "Question": row.item,
            "Answers": str(row.n),
            "Same level": between(row, "exact", percent),
            "At most one apart": between(row, "adjacent", percent),
            "Kappa, linear": between(row, "linear", number),
            "Kappa, quadratic": between(row, "quadratic", number),
            "Second − first, points": number(row.shift),
            "Remark": row.note or "–",
        }
        for row in found.itertuples()
    ]
    words = (
        "<p>In brackets: 95 % intervals. Kappa is agreement beyond chance: 1 is perfect, 0 is what "
        "chance gives; with quadratic weights, far misses count more. Marks from before settling "
        "are counted.</p>"
    )
    return Html(words + table(pd.DataFrame(rows), "How far the two markers agree"))


_START = """
<h2>Nothing is handed in yet</h2><p>What to do first, in a terminal in the course directory:</p><ol>
<li><code>nbgrader generate_assignment quiz-01</code> and <code>nbgrader release_assignment
quiz-01</code> give a quiz out, or in JupyterLab: Nbgrader, Formgrader.</li>
<li><code>nbgrader collect quiz-01</code> takes in what was handed in.</li>
<li><code>crossroads grade quiz-01 --course .</code> marks it.</li></ol>
<p>Then press “Look again”.</p>
"""
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
                said = _sentence(error)
        shown = self._shown(chosen)
        self.state = shown | ({"said": said} if said else {})
        self.send({"did": asked.get("do")})

    def _shown(self, chosen: str) -> dict[str, Any]:
        try:
            return board(self._course, chosen)
        except (ValueError, OSError) as error:
            return {"names": [], "chosen": "", "html": "", "said": _sentence(error)}

    def static(self) -> str:
        """The same, without controls."""
        return f"<p>{escape(self.state['said'])}</p>{self.state['html']}"


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
        return {"names": [], "chosen": "", "html": _START, "said": "Nothing is handed in yet."}
    chosen = chosen if chosen in names else ""
    shown = [chosen] if chosen else names
    each = class_progress.each(grades)
    each = each[each["assignment"].isin(shown)]
    folders = sources(course)
    items = {name: bank.read(folders[name]) for name in shown if name in folders}
    parts = [
        "<h2>What waits</h2>",
        _queue_table(course, waits.loc[shown]),
        _held_table(each[each["state"] == "held"]),
        _unsettled_table(course, [name for name in shown if name in {*grades["assignment"]}]),
        *_class_parts(grades, items),
    ]
    return {
        "names": names,
        "chosen": chosen,
        "html": "".join(parts),
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


def link(to: str, words: str) -> str:
    """A link to a place on the server; the page puts the server's own root before it."""
    return f'<a data-to="{escape(to)}" href="/{escape(to)}">{escape(words)}</a>'


def _queue_table(course: Path, waits: pd.DataFrame) -> str:
    rows = []
    for name, row in waits.iterrows():
        quiz = quote(str(name))
        steps = []
        if row["to_grade"]:
            steps.append(f"<code>crossroads grade {escape(str(name))}</code>")
        if row["by_hand"]:
            page = f"voila/render/{MARKING}?quiz={quiz}" if in_voila() else f"lab/tree/{MARKING}"
            steps.append(link(page, "Mark written answers"))
            steps.append(link(f"formgrader/gradebook/{quiz}/{quiz}", "Formgrader"))
        elif row["held"]:
            steps.append(link(f"formgrader/manage_submissions/{quiz}", "Formgrader"))
        if row["done"] > row["feedback"]:
            steps.append(f"<code>crossroads feedback {escape(str(name))}</code>")
        if (Course(course).report(str(name)) / "report.html").is_file():
            steps.append(link(f"files/reports/{quiz}/report.html", "Report"))
        counts = {column: str(row[column]) for column in class_progress.QUEUE}
        next_ = Html("<br>".join(steps)) if steps else "nothing"
        rows.append({"assignment": name, **counts, "next": next_})
    return table(pd.DataFrame(rows), "Submissions by assignment", labels=_NAMES)


def _held_table(held: pd.DataFrame) -> str:
    if held.empty:
        return ""
    shown = held[["assignment", "student_id", "why"]]
    labels = {"assignment": "Assignment", "student_id": "Student", "why": "Why it's held"}
    words = (
        "<p>Nothing of these was marked by the computer. Look at the file in <code>submitted/"
        "</code>, mend it or ask for a new one, and grade again.</p>"
    )
    return f"<h3>Held for you</h3>{words}{table(shown, 'Held submissions', labels=labels)}"


def _unsettled_table(course: Path, names: list[str]) -> str:
    """Who has no total although all is marked, and why: what a person has to decide."""
    rows, problems = [], []
    for name in names:
        try:
            found = gradebook.unsettled(course, name)
        except ValueError as error:
            problems.append(str(error))
            continue
        for student, why in found.items():
            rows.append({"assignment": name, "student_id": student, "why": "; ".join(why)})
    said = "".join(f"<p>{escape(line)}</p>" for line in dict.fromkeys(problems))
    if rows:
        labels = {"assignment": "Assignment", "student_id": "Student", "why": "What to decide"}
        said += table(pd.DataFrame(rows), "No total yet", labels=labels)
    return f"<h3>To decide</h3>{said}" if said else ""


def _class_parts(grades: pd.DataFrame, items: dict[str, list[bank.Item]]) -> list[str]:
    objectives, looks, waiting = [], [], []
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
                    "Objective": Html(f"{objective} {escape(spoken)}"),
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
            waiting.append(f"{name}: {', '.join(left)}")
        found = class_progress.to_look_at(given, about)
        found.insert(0, "assignment", name)
        looks.append(found)
    parts = ["<h2>The class by objective</h2>"]
    if objectives:
        # L10 comes after L9.
        objectives.sort(key=lambda row: [int(n) for n in re.findall(r"\d+", row["Objective"])[:2]])
        parts.append(
            f"<p>An objective counts as reached with {percent(item_analysis.MASTERED)} of the "
            "points on its questions: a convention, no finding. The bars show what share of the class "
            "reached it; the number beside each says the same.</p>"
        )
        parts.append(table(pd.DataFrame(objectives), "Who reached which objective"))
    else:
        parts.append("<p>Nothing is marked yet.</p>")
    if waiting:
        parts.append(
            "<p>Not counted, since they are marked for fewer than half of the students: "
            f"{escape('; '.join(waiting))}.</p>"
        )
    parts.append("<h2>Questions to look at</h2>")
    every = pd.concat(looks) if looks else pd.DataFrame()
    if every.empty:
        parts.append("<p>No question's points show a sign that calls for a second look.</p>")
    else:
        labels = {"assignment": "Assignment", "item": "Question", "sign": "Sign"}
        labels["reason"] = "Why to look"
        parts.append(
            "<p>A sign is a reason to read a question again, no verdict on it.</p>"
            + table(every, "Questions to look at, and why", labels=labels)
        )
    parts.append(
        "<p>These signs come from points alone. The report reads the answers, too: keys that may "
        "be wrong, options that nobody chose, what was left out. Choose an assignment, then "
        "“Write the report”; or <code>crossroads report quiz-01</code>.</p>"
    )
    return parts


def objective_words() -> dict[str, str]:
    """What each objective of the lessons asks for, by its code."""
    lessons = sorted(path.name for path in lessons_dir().glob("[0-9][0-9]-*.ipynb"))
    return dict(pair for name in lessons for pair in objectives_in(name))


def _bar(share: float) -> str:
    """A bar of up to 6 em; the number beside it says the same."""
    return (
        '<span class="cr-bar" aria-hidden="true">'
        f'<span style="width:{100 * share:.0f}%"></span></span>'
    )
