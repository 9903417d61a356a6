"""The table explorer: the article's three tables, column by column and word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from ..html import Html, table
from ..tables import load
from ._shell import Control, Explorer

TITLES = {
    "roles": "Table 1. Russia's role",
    "partners": "Table 2. Tajikistan's partners",
    "policies": "Table 3. Recommended policies",
}
#: Each column's heading in the article (and in the course's own columns).
LABELS = {
    "id": "Row",
    "focus_area": "Focus area",
    "russia_role": "Russia's role",
    "impact": "Impact on Tajikistan",
    "country": "Country",
    "goal": "Goal",
    "recent_moves": "Recent moves",
    "policy_area": "Policy area",
    "objective": "Objective",
    "expected_outcome": "Expected outcome",
}


@dataclass(frozen=True)
class Choices:
    """Which table, which columns (by table; all where none is named), and which words to find."""

    name: str = "roles"
    columns: dict[str, Sequence[str]] = field(default_factory=dict)
    find: str = ""


def _columns(choices: Choices) -> list[str]:
    """The columns shown: the row's id always, then those chosen, in the table's order."""
    there = _offered(choices.name)
    chosen = choices.columns.get(choices.name, there)
    return ["id", *(c for c in there if c in chosen)]


def _offered(name: str) -> list[str]:
    return [c for c in load(name).columns if c in LABELS and c != "id"]


def rows(choices: Choices) -> pd.DataFrame:
    """The rows whose shown cells contain the words, upper or lower case alike."""
    shown = load(choices.name)[_columns(choices)]
    words = choices.find.strip()
    if not words:
        return shown
    has = shown.apply(lambda column: column.str.contains(words, case=False, regex=False))
    return shown.loc[has.any(axis=1)]


def code(choices: Choices) -> str:
    """The same selection in pandas, to copy into a cell."""
    lines = [f'table = cr.load("{choices.name}")']
    columns = _columns(choices)
    if columns != ["id", *_offered(choices.name)]:
        lines.append(f"table = table[{columns}]")
    if words := choices.find.strip():
        lines.append(
            "has = table.apply("
            f"lambda column: column.str.contains({words!r}, case=False, regex=False))"
        )
        lines.append("table = table[has.any(axis=1)]")
    return "\n".join(lines)


def controls(choices: Choices) -> list[Control]:
    """Table, columns, words."""
    return [
        {
            "kind": "radios",
            "field": "name",
            "label": "Table",
            "options": [[name, title] for name, title in TITLES.items()],
        },
        {
            "kind": "checks",
            "field": "columns",
            "key": choices.name,
            "label": "Columns",
            "options": [[c, LABELS[c]] for c in _offered(choices.name)],
            "default": _offered(choices.name),
        },
        {
            "kind": "entry",
            "field": "find",
            "label": "Rows that contain",
            "hint": "For example: border",
        },
    ]


def view(choices: Choices) -> str:
    """The chosen part of the table, with the words found marked, and the pandas lines for it."""
    found = rows(choices)
    marked = found.astype("object")
    for column in marked.columns:
        marked[column] = [_mark(text, choices.find.strip()) for text in marked[column]]
    source = "wording as printed" if _printed(choices.name) else "wording paraphrased by the course"
    return (
        table(marked, f"{TITLES[choices.name]} (from the article; {source})", labels=LABELS)
        + f"<pre><code>{escape(code(choices))}</code></pre>"
    )


def describe(choices: Choices) -> str:
    """How many rows and columns are shown, and why."""
    found, whole = rows(choices), load(choices.name)
    columns = len(_columns(choices)) - 1
    words = choices.find.strip()
    which = f"Rows containing “{words}”" if words else "Rows shown"
    return (
        f"{TITLES[choices.name]}. {which}: {len(found)} of {len(whole)}. "
        f"Columns shown: {columns} of {len(_offered(choices.name))}."
    )


def table_explorer(**choices: Any) -> Explorer:
    """Show the article's three tables; start with ``name``, ``columns`` or ``find`` as given."""
    return Explorer("Table explorer", Choices(**choices), controls, view, describe)


def _printed(name: str) -> bool:
    return bool((load(name)["wording"] == "printed").all())


def _mark(text: str, words: str) -> Html:
    at = text.casefold().find(words.casefold()) if words else -1
    if at < 0:
        return Html(escape(text))
    end = at + len(words)
    return Html(f"{escape(text[:at])}<mark>{escape(text[at:end])}</mark>{_mark(text[end:], words)}")
