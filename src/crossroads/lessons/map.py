"""The start page's map of the course: each lesson, and what is done of it."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ..i18n import _, current
from ..questions.item import Item
from ..web.html import Html, coded, table
from .checks import lesson_items
from .notebooks import about, in_language, lessons_dir
from .progress import ever_right, folder, read


def _items(lessons: Path, lesson: str) -> dict[str, Item]:
    """Return a lesson's self-checks; none where it has no file of them."""
    there = (lessons / "checks" / f"{lesson}.yml").is_file()
    return lesson_items(lesson) if there else {}


def rows(lessons: Path) -> pd.DataFrame:
    """Return one row a lesson notebook.

    The columns are number, title, question, minutes, file, items, done and revisit.

    ``done`` counts items that were right once, ``revisit`` lists the questions whose last answer
    isn't right. Title, question and minutes come from the notebook's own metadata. A lesson that is
    translated into the language in use is the translated one.
    """
    found: list[dict[str, Any]] = []
    for path in sorted(lessons.glob("[0-9][0-9]-*.ipynb")):
        file = in_language(lessons, path.name)
        said = about(lessons / file)
        lesson = path.name[:2]
        there = _items(lessons, lesson)
        kept = read(folder() / f"lesson-{lesson}.json")
        states = {i: kept[i].get("state") for i in there if i in kept}
        found.append(
            {
                "lesson": int(lesson),
                **{name: said[name] for name in ("title", "question", "minutes")},
                "file": file,
                "items": len(there),
                "done": sum(ever_right(kept[i]) for i in states),
                "revisit": [there[i].prompt for i, state in states.items() if state != "right"],
            }
        )
    return pd.DataFrame(found)


def objectives_in(file: str) -> list[tuple[str, str]]:
    """Return a lesson notebook's objectives: codes and words, as its own list has them."""
    cells = json.loads((lessons_dir() / file).read_text("utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [
        (code, re.sub(r"[*_`]", "", words))
        for code, words in re.findall(r"^\d+\. \*\*(L\d+\.\d+)\*\* (.+?)[;.]?$", text, re.M)
    ]


def view(lessons: pd.DataFrame) -> Html:
    """Return how far the learner is in the whole course, and the map as a table with links."""
    shown = pd.DataFrame(
        {
            _("Lesson"): [
                Html(f'<a href="{escape(_from_here(file))}">{number}. {escape(title)}</a>')
                for file, number, title in zip(
                    lessons["file"], lessons["lesson"], lessons["title"], strict=True
                )
            ],
            _("Question"): lessons["question"],
            _("Minutes"): lessons["minutes"],
            _("Self-checks"): [
                _done(done, all_)
                for done, all_ in zip(lessons["done"], lessons["items"], strict=True)
            ],
            _("Revisit"): [
                Html("<br>".join(coded(str(prompt)) for prompt in prompts) or _("nothing yet"))
                for prompts in lessons["revisit"]
            ],
        }
    )
    return Html("").join([far(lessons), table(shown, _("The course and your progress"))])


def _from_here(file: str) -> str:
    """A link to a lesson from the notebook that shows it: a translated one is one folder down."""
    language = current()
    if language == "en" or Path.cwd().name != language:
        return file
    below = f"{language}/"
    return file.removeprefix(below) if file.startswith(below) else f"../{file}"


def far(lessons: pd.DataFrame) -> Html:
    """Return how far the learner is, in words and as a bar."""
    items, done = int(lessons["items"].sum()), int(lessons["done"].sum())
    finished = int(((lessons["items"] > 0) & (lessons["done"] == lessons["items"])).sum())
    said = _(
        "{done} of {items} self-checks, {lessons} of {all} lessons",
        done=done,
        items=items,
        lessons=finished,
        all=len(lessons),
    )
    bar = Html('<progress max="{}" value="{}"></progress>').format(items or 1, done)
    # The words are the bar's label, too: a notebook that isn't trusted keeps no aria-label.
    return Html("<p><label>{} {}</label></p>").format(bar, said)


def _done(done: int, items_: int) -> str:
    if not items_:
        return _("none")
    if done == items_:
        return _("✓ all {items} done", items=items_)
    return _("{done} of {items} done", done=done, items=items_)
