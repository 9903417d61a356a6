"""Plain, accessible HTML: pages, tables with caption and scopes, the course's one style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup
from markupsafe import escape as escape

from ..i18n import _, attributes, number, rtl
from ..i18n import long_date as long_date


class Html(Markup):
    """HTML, as MarkupSafe's ``Markup``; a notebook that shows it adds frame and style.

    Added, joined or formatted, it takes other ``Html`` as it is and escapes every other text.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return frame(self)


def frame(body: str) -> Html:
    """Return a fragment with the course's frame and style, in its language.

    Jupyter would set what stands between two dollar signs as a formula: here they are money.
    """
    return Html(
        f'<div class="cr mathjax_ignore"{attributes()}><style>{style()}</style>{body}</div>'
    )


@cache
def style() -> str:
    """Return the style sheet that every fragment of the course shares."""
    return (Path(__file__).parents[1] / "static" / "crossroads.css").read_text(encoding="utf-8")


def page(title: str, body: str, more: str = "") -> str:
    """Return a whole HTML page that needs nothing else.

    ``body`` is HTML, ``more`` is CSS of its own.
    """
    # Late, since templates lay out these tables.
    from .templates import render

    return str(render("page.html", title=title, body=Html(body), more=Html(more)))


#: Letters from which on a cell's text is given room: in a narrow column it would be a tall one.
WIDE = 60


def table(frame: pd.DataFrame, caption: str, *, labels: dict[str, str] | None = None) -> Html:
    """Return a DataFrame as an HTML table: caption, column headers, the first column as row header.

    ``labels`` gives columns a name for people. Missing values are shown as an en dash with the
    word "missing" for screen readers.
    """
    names = [(labels or {}).get(str(c), str(c).replace("_", " ")) for c in frame.columns]
    rows = frame.itertuples(index=False, name=None)
    return framed(caption, names, Html("").join(row(*values) for values in rows))


def framed(caption: str, names: Iterable[str], rows: str) -> Html:
    """Return a table's frame, which scrolls where it must: ``names`` of columns, rows as HTML."""
    said = escape(caption)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return Html(
        f'<div class="cr-scroll" tabindex="0" role="region" aria-label="{said}">'
        f'<table class="cr-table"><caption>{said}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{escape(rows)}</tbody></table></div>"
    )


def row(first: Any, *others: Any) -> Html:
    """Return a table's row: its header, and the other cells."""
    # A cell finds its own direction: a number or an English name stays as it is.
    own = ' dir="auto"' if rtl() else ""
    text = shown(first)
    short = ' class="cr-short"' if len(text) <= 12 else ""
    cells = [f'<tr><th scope="row"{short}{own}>{text}</th>']
    for value in others:
        wide = ' class="cr-wide"' if isinstance(value, str) and len(value) > WIDE else ""
        cells.append(f"<td{wide}{own}>{shown(value)}</td>")
    return Html("".join(cells) + "</tr>")


def coded(text: str) -> Html:
    """Return a text as HTML in which `code` keeps its font."""
    return Html(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def shown(value: Any) -> Markup:
    """Return a value as a cell has it."""
    if isinstance(value, str):
        return escape(value)
    if pd.isna(value):
        missing = Markup('<span aria-hidden="true">–</span><span class="cr-hidden">{}</span>')
        return missing.format(_("missing"))
    if isinstance(value, bool):
        return escape(_("yes") if value else _("no"))
    return escape(number(value, ",.10g") if isinstance(value, float) else str(value))
