"""The start page's map: each lesson, what is done of its self-checks, and what to revisit."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ..i18n import _
from ..web.html import Html, table
from .checks import lesson_items, lessons_dir
from .progress import ever_right, folder, read


def rows(lessons: Path) -> pd.DataFrame:
    """One row a lesson notebook: number, title, question, minutes, file, items, done, revisit.

    ``done`` counts items that were right once, ``revisit`` lists the questions whose last answer
    isn't right. Title, question and minutes come from the notebook's own metadata.
    """
    found: list[dict[str, Any]] = []
    for path in sorted(lessons.glob("[0-9][0-9]-*.ipynb")):
        about = json.loads(path.read_text(encoding="utf-8"))["metadata"]["crossroads"]
        lesson = path.name[:2]
        there = lesson_items(lesson) if (lessons / "checks" / f"{lesson}.yml").is_file() else {}
        kept = read(folder() / f"lesson-{lesson}.json")
        states = {i: kept[i].get("state") for i in there if i in kept}
        found.append(
            {
                "lesson": int(lesson),
                **{name: about[name] for name in ("title", "question", "minutes")},
                "file": path.name,
                "items": len(there),
                "done": sum(ever_right(kept[i]) for i in states),
                "revisit": [there[i].prompt for i, state in states.items() if state != "right"],
            }
        )
    return pd.DataFrame(found)


def objectives_in(file: str) -> list[tuple[str, str]]:
    """A lesson notebook's objectives: codes and words, as its own list has them."""
    cells = json.loads((lessons_dir() / file).read_text("utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [
        (code, re.sub(r"[*_`]", "", words))
        for code, words in re.findall(r"^\d+\. \*\*(L\d+\.\d+)\*\* (.+?)[;.]?$", text, re.M)
    ]


def view(lessons: pd.DataFrame) -> Html:
    """The map as a table with links."""
    shown = pd.DataFrame(
        {
            _("Lesson"): [
                Html(f'<a href="{escape(file)}">{number}. {escape(title)}</a>')
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
                Html("<br>".join(escape(str(prompt)) for prompt in prompts) or _("nothing yet"))
                for prompts in lessons["revisit"]
            ],
        }
    )
    return table(shown, _("The course, and how far you are"))


def _done(done: int, items_: int) -> str:
    if not items_:
        return _("none")
    if done == items_:
        return _("✓ all of {items} done", items=items_)
    return _("{done} of {items} done", done=done, items=items_)
