"""The marking desk: what it shows of an answer, and what becomes of what a person does there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import traitlets

from ..assignments import bank
from ..course import source
from ..feedback import markdown
from ..grading import gradebook
from ..notes import counted
from ..web.html import style
from ..web.templates import render
from ..web.widget import STATIC, Widget, script, sentence
from . import alike, comments, marker_agreement, marking, requests_taken
from .student_work import work
from .two_markers import agreement_tables, both

MARK, SETTLE, REQUESTS = "mark", "settle", "requests"


class MarkingDesk(Widget):
    """One written answer at a time, names hidden, the rubric's levels beside it.

    What the page asks for comes as a message, is done here, and changes ``state``; then the page is
    told what to say. Where something can't be done, ``state`` stays, and so does what was typed.
    """

    _esm = script("marking")
    _css = style() + (STATIC / "marking.css").read_text("utf-8")  # type: ignore[assignment]
    state: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, course: Path, quiz: str = "", marker: str = "", mode: str = MARK) -> None:
        self._course, self._marker = course, marking.checked_marker(marker)
        self._quiz = self._item = self._code = self._other = ""
        self._mode = MARK
        self._items: list[bank.Item] = []
        self._alike: tuple[set[str], alike.Alike] | None = None
        problem = ""
        try:
            self._open(quiz, mode=mode)
        except (ValueError, OSError) as error:
            problem = sentence(error)
        super().__init__(state=self._state(problem))
        self.on_msg(self._receive)

    # -- what the page asks for --------------------------------------------------------------------

    def _receive(self, _: Any, asked: dict[str, Any], __: Any) -> None:
        does: dict[str, Callable[[dict[str, Any]], str]] = {
            "open": lambda a: self._open(str(a["quiz"]), str(a["item"]), str(a["mode"])),
            "go": self._go,
            "save": self._save,
            "bank": self._bank,
            "reply": self._reply,
        }
        try:
            said, failed = does[str(asked["do"])](asked), False
            self.state = self._state()
        except (ValueError, OSError) as error:
            said, failed = sentence(error), True
        self.send({"did": asked["do"], "said": said, "failed": failed})

    def _open(self, quiz: str, item: str = "", mode: str = MARK) -> str:
        """Open a quiz, an item of it, or another mode; what isn't said is chosen."""
        names = marking.quizzes(self._course)
        chosen = quiz or self._quiz or self._first(names)
        if not chosen:
            return ""
        if chosen not in names:
            raise ValueError(f"{chosen} has no written answers; these have: {', '.join(names)}")
        items = marking.items_of(self._course, chosen, self._marker)
        if not items:
            raise ValueError(f"markers.yml gives {self._marker} no question of {chosen}")
        self._items = bank.read(source(self._course, chosen))
        self._quiz, self._code, self._alike = chosen, "", None
        self._item = item if item in [one.id for one in items] else items[0].id
        self._mode, self._other = MARK, ""
        others = [] if self._marker else marking.markers(self._course, chosen)
        if mode.partition(":")[2] in others:
            self._mode, self._other = SETTLE, mode.partition(":")[2]
        elif mode == REQUESTS:
            self._mode = REQUESTS
        return ""

    def _first(self, names: list[str]) -> str:
        """Return the first quiz in which something waits, else the first."""
        grades = gradebook.grades(self._course)
        waits = set(grades.loc[grades["waiting"] & grades["held"].isna(), "assignment"])
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
            raise ValueError("this answer is no longer in the list: reload the page")
        levels = {str(k): float(v) for k, v in dict(asked["levels"]).items()}
        made = marking.mark(marking.rubric(self._course, item), levels, str(asked["comment"]))
        others = [a for a in found if a.code in {*map(str, asked.get("also", []))} - {answer.code}]
        if self._mode == SETTLE:
            marking.settle(self._course, item, answer.student, made)
            others = []
        else:
            if others:
                alike.checked(self._course, item, self._items, [answer, *others])
            self._save_all(item, [answer, *others], made)
        place, done = found.index(answer), {one.code for one in (answer, *others)}
        after = [a for a in (*found[place + 1 :], *found[:place]) if a.code not in done]
        left = [a for a in after if a.state != "marked"]
        self._code = (left or [*after, answer])[0].code
        for_all = f" for {len(done)} answers" if others else ""
        total = f"Saved{for_all}: {made.points:g} of {item.points:g} points."
        return total if left else f"{total} That was the last one."

    def _save_all(self, item: bank.Item, answers: list[marking.Answer], made: marking.Mark) -> None:
        for n, answer in enumerate(answers):
            try:
                marking.save(self._course, item, answer.student, made, self._marker)
            except (ValueError, OSError) as error:
                if n == 0:
                    raise
                done = f"only {n} of {len(answers)} answers have the mark yet"
                raise ValueError(f"{done}: {error}") from None

    def _reply(self, asked: dict[str, Any]) -> str:
        """Answer a request; with levels, change the mark as well."""
        found = self._asked()
        entry = next((one for one in found if one.answer.code == asked["code"]), None)
        if entry is None:
            raise ValueError("this request is no longer in the list: reload the page")
        made = None
        if asked.get("levels") is not None:
            levels = {str(k): float(v) for k, v in dict(asked["levels"]).items()}
            criteria = marking.rubric(self._course, entry.item)
            made = marking.mark(criteria, levels, str(asked["comment"]))
        requests_taken.reply(self._course, entry, str(asked["reply"]), made)
        left = [one for one in found if one.request.is_open and one is not entry]
        self._code = left[0].answer.code if left else entry.answer.code
        return "Answered. It goes back with the next feedback page."

    def _bank(self, asked: dict[str, Any]) -> str:
        where = str(asked["where"])
        if where not in (self._one().code, comments.EVERYWHERE):
            raise ValueError(f"{where} is not open")
        old, new = str(asked["old"]), str(asked["new"]).strip()
        if not (old or new):
            raise ValueError("there is no comment to save: type one first")
        comments.change(self._course, where, old, new)
        return (
            "The comment is saved in the bank." if new else "The comment is deleted from the bank."
        )

    # -- what is shown -----------------------------------------------------------------------------

    def _one(self) -> bank.Item:
        if self._mode == REQUESTS and (entry := self._entry()):
            return entry.item
        return next(item for item in self._items if item.id == self._item)

    def _entry(self) -> requests_taken.Entry | None:
        """Return the open request, else the first."""
        found = self._asked()
        return next(
            (one for one in found if one.answer.code == self._code), next(iter(found), None)
        )

    def _answers(self) -> list[marking.Answer]:
        if self._mode == REQUESTS:
            return [one.answer for one in self._asked()]
        found = marking.queue(self._course, self._one(), self._marker).answers
        if self._mode == SETTLE:
            pairs = marking.pairs(self._course, self._quiz, self._other)
            far = set(marker_agreement.apart(pairs[pairs["item"] == self._item])["student_id"])
            return [
                marking.Answer(a.code, a.student, "to mark", a.mark)
                for a in found
                if a.student in far
            ]
        return found

    def _place(self, found: list[marking.Answer]) -> int:
        """Return the place of the open answer, else of the first that waits."""
        codes = [answer.code for answer in found]
        if self._code in codes:
            return codes.index(self._code)
        return next((n for n, a in enumerate(found) if a.state != "marked"), 0)

    def _state(self, problem: str = "") -> dict[str, Any]:
        try:
            return self._opened() | {"problem": problem}
        except (ValueError, OSError) as error:
            return self._choices() | {"problem": problem or sentence(error)}

    def _choices(self) -> dict[str, Any]:
        written = marking.items_of(self._course, self._quiz, self._marker) if self._quiz else []
        others = [] if self._marker or not self._quiz else marking.markers(self._course, self._quiz)
        asked: list[requests_taken.Entry] = []
        with suppress(ValueError, OSError):  # said where they are opened
            asked = self._asked() if self._quiz else []
        modes = [[f"{SETTLE}:{name}", f"Settle with {name}"] for name in others]
        if asked:
            waiting = sum(entry.request.is_open for entry in asked)
            modes.append([REQUESTS, f"Regrade requests ({waiting} to answer)"])
        return {
            "marker": self._marker,
            "quizzes": [[name, name] for name in marking.quizzes(self._course)],
            "quiz": self._quiz,
            # Requests are on any question: there is none to choose.
            "items": [
                [item.id, f"{markdown.heading(item)} ({counted(item.points, 'point')})"]
                for item in (() if self._mode == REQUESTS else written)
            ],
            "item": self._item,
            "modes": [[MARK, "Mark answers"], *modes] if modes else [],
            "mode": f"{self._mode}:{self._other}" if self._other else self._mode,
        }

    def _asked(self) -> list[requests_taken.Entry]:
        return requests_taken.queue(self._course, self._quiz, self._marker)

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
                {
                    "name": c.name,
                    "levels": [[p, words] for p, words in c.levels.items()],
                    "free": c.free,
                }
                for c in criteria
            ],
            "total": len(found),
            "marked": sum(answer.state == "marked" for answer in found),
            "aside": "" if self._mode == REQUESTS else _aside(queue),
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
                else "There are no requests."
                if self._mode == REQUESTS
                else "No answer to this question is here yet. When students have submitted, run "
                f"“crossroads grade {self._quiz}”."
            )
            return made
        place = self._place(found)
        answer = found[place]
        self._code = answer.code
        parts = work(self._course, item, self._items, answer.student)
        given = None if self._mode == SETTLE else answer.mark
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
        if self._mode == MARK:
            grouped = self._grouped(item, found)
            made["alike"] = alike.choices(grouped, answer, found)
            made["alike_said"] = alike.remark(grouped, answer, found)
        if self._mode == REQUESTS and (entry := self._entry()):
            made["request"] = request_state(entry)
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
            made["bank_problem"] = sentence(error)
        return made

    def _grouped(self, item: bank.Item, found: list[marking.Answer]) -> alike.Alike:
        """Return the answers grouped by their texts.

        All texts are read only when the list has changed.
        """
        students = {answer.student for answer in found}
        if self._alike is None or self._alike[0] != students:
            self._alike = students, alike.read(self._course, item, self._items, students)
        return self._alike[1]

    def static(self) -> str:
        """Return how far the marking is, where nobody can move it."""
        return render("marking/static.html", state=self.state)


def request_state(entry: requests_taken.Entry) -> dict[str, Any]:
    """Return what the page shows of a request."""
    one = entry.request
    now = "no points yet" if entry.points is None else counted(entry.points, "point")
    return {
        "title": markdown.heading(entry.item),
        "now": f"It has {now} of {entry.item.points:g}.",
        "asked": one.asked,
        "reason": one.reason,
        "answer": one.answer,
        "earlier": [[before.reason, before.answer] for before in one.earlier],
    }


def _aside(queue: marking.Queue) -> str:
    words = []
    if queue.blank:
        have = "has" if len(queue.blank) == 1 else "have"
        words.append(f"{len(queue.blank)} left the answer blank and {have} 0 points for it.")
    if queue.held:
        words.append(f"{len(queue.held)} on hold: the dashboard says why.")
    if queue.settled:
        need = "needs" if len(queue.settled) == 1 else "need"
        words.append(
            f"{len(queue.settled)} {need} no mark here, because of adjustments.yml (excused or "
            "overridden)."
        )
    return " ".join(words)


def _note(answer: marking.Answer, criteria: list[marking.Criterion]) -> str:
    if answer.mark and not answer.mark.levels:
        points = counted(answer.mark.points, "point")
        return (
            f"This answer has {points}, given elsewhere, such as in formgrader. Saving here "
            "replaces them."
        )
    if answer.state == "again":
        return "This was graded again since you marked it. Look at it once more, and save."
    return ""
