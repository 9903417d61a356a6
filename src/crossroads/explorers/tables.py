"""The table explorer: an article's tables, column by column and word by word.

In the course that comes with the package these are the three tables of its article; in a course of
one's own, all of its tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from .. import content
from ..i18n import N_, _
from ..tables import headings, load, names, resources
from ..web.html import Html, table
from ._code import literal, program
from ._shell import Control, Explorer, worded

TITLES = {
    "roles": N_("Table 1. Russia's role"),
    "partners": N_("Table 2. Tajikistan's partners"),
    "policies": N_("Table 3. Recommended policies"),
}


def titles() -> dict[str, str]:
    """Return the tables that can be chosen, with their titles."""
    if not content.own():
        return TITLES
    listed = resources()
    return {name: listed[name].get("title", name) for name in names()}


@dataclass(frozen=True)
class Choices:
    """The table, its columns (by table; all where none is named), and the words to find."""

    name: str = "roles"
    columns: dict[str, Sequence[str]] = field(default_factory=dict)
    find: str = ""


def _columns(choices: Choices) -> list[str]:
    """Return the columns shown: the row's id always, then those chosen, in the table's order."""
    there = _offered(choices.name)
    chosen = choices.columns.get(choices.name, there)
    return [*_id(choices.name), *(c for c in there if c in chosen)]


def _offered(name: str) -> list[str]:
    return [c for c in load(name).columns if c != "id"]


def _id(name: str) -> list[str]:
    return ["id"] if "id" in load(name) else []


def _as_text(name: str) -> str:
    """Return what a column needs before words can be looked for in it, as code."""
    return "" if all(kind == "str" for kind in load(name).dtypes) else '.astype("str")'


def rows(choices: Choices) -> pd.DataFrame:
    """Return the rows whose shown cells contain the words, upper or lower case alike."""
    shown = load(choices.name)[_columns(choices)]
    words = choices.find.strip()
    if not words:
        return shown
    text = shown.astype("str")
    has = text.apply(lambda column: column.str.contains(words, case=False, regex=False, na=False))
    return shown.loc[has.any(axis=1)]


def code(choices: Choices) -> str:
    """Return the same selection in pandas, to copy into a cell."""
    return program(_selection(choices))


def _selection(choices: Choices) -> str:
    lines = [f'table = cr.load("{choices.name}")']
    columns = _columns(choices)
    if columns != [*_id(choices.name), *_offered(choices.name)]:
        lines.append(f"table = table[{literal(columns)}]")
    if words := choices.find.strip():
        lines.append(
            "has = table.apply("
            f"lambda column: column{_as_text(choices.name)}"
            f".str.contains({words!r}, case=False, regex=False))"
        )
        lines.append("table = table[has.any(axis=1)]")
    return "\n".join(lines)


def controls(choices: Choices) -> list[Control]:
    """Table, columns, words."""
    return [
        {
            "kind": "radios",
            "field": "name",
            "label": _("Table"),
            "options": worded(titles()),
        },
        {
            "kind": "checks",
            "field": "columns",
            "key": choices.name,
            "label": _("Columns"),
            "options": [[c, _heading(choices.name, c)] for c in _offered(choices.name)],
            "default": _offered(choices.name),
        },
        {
            "kind": "entry",
            "field": "find",
            "label": _("Rows that contain"),
            "hint": _("For example: border"),
        },
    ]


def view(choices: Choices) -> str:
    """Return the chosen part of the table, with found words marked, and its pandas lines."""
    found = rows(choices)
    marked = found.astype("object")
    for column in marked.columns:
        marked[column] = [_mark(value, choices.find.strip()) for value in marked[column]]
    shown = _as_printed(choices.name, marked)
    return f"{shown}<pre><code>{escape(_selection(choices))}</code></pre>"


def describe(choices: Choices) -> str:
    """Return how many rows and columns are shown, and why."""
    found, whole = rows(choices), load(choices.name)
    columns = len(_columns(choices)) - len(_id(choices.name))
    words = choices.find.strip()
    which = _("Rows containing “{words}”", words=words) if words else _("Rows shown")
    return _(
        "{title}. {which}: {rows} of {all_rows}. Columns shown: {columns} of {all_columns}.",
        title=_(titles()[choices.name]),
        which=which,
        rows=len(found),
        all_rows=len(whole),
        columns=columns,
        all_columns=len(_offered(choices.name)),
    )


def table_explorer(**choices: Any) -> Explorer:
    """Show the article's tables; start with ``name``, ``columns`` or ``find`` as given."""
    choices.setdefault("name", next(iter(titles()), ""))
    return Explorer(_("Table explorer"), Choices(**choices), controls, view, describe, code)


def article_table(number: int) -> Html:
    """Show the article's table 1, 2 ... as it is printed: headings and cells.

    Raises ``ValueError`` for a number that no table has.
    """
    known = list(titles())
    if number not in range(1, len(known) + 1):
        raise ValueError(f"The article has tables 1 to {len(known)}, but no table {number}.")
    name = known[number - 1]
    return _as_printed(name, load(name))


def _as_printed(name: str, shown: pd.DataFrame) -> Html:
    """Return rows of one of the tables under the article's own headings, in its own language."""
    title = _(titles()[name])
    # Of a course's own tables some may stand in no article.
    whole = title if content.own() else _("{title} (from the article, as printed)", title=title)
    return table(shown, whole, labels={**headings(name), "id": _("Row")})


def _heading(name: str, column: str) -> str:
    return headings(name).get(column, column.replace("_", " "))


def _mark(value: Any, words: str) -> Any:
    """Return a cell with the words found marked; what isn't there stays missing."""
    if pd.isna(value) or not (words or isinstance(value, str)):
        return value
    text = str(value)
    at = text.casefold().find(words.casefold()) if words else -1
    if at < 0:
        return Html(escape(text))
    end = at + len(words)
    return Html(f"{escape(text[:at])}<mark>{escape(text[at:end])}</mark>{_mark(text[end:], words)}")
