"""Plain, accessible HTML: pages, tables with caption and scopes, the course's one style sheet."""

from __future__ import annotations

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
    """A fragment with the course's frame and style, in its language."""
    return Html(f'<div class="cr"{attributes()}><style>{style()}</style>{body}</div>')


def style() -> str:
    """The style sheet that every fragment of the course shares."""
    return (Path(__file__).parents[1] / "static" / "crossroads.css").read_text(encoding="utf-8")


def page(title: str, body: str, more: str = "") -> str:
    """A whole HTML page that needs nothing else; ``body`` is HTML, ``more`` is CSS of its own."""
    # For start-up speed: Jinja is slow to import, and lessons show no whole page.
    from .templates import render

    return str(render("page.html", title=title, body=Html(body), more=Html(more)))


#: Letters from which on a cell's text is given room: in a narrow column it would be a tall one.
WIDE = 60


def table(frame: pd.DataFrame, caption: str, *, labels: dict[str, str] | None = None) -> Html:
    """A DataFrame as an HTML table: caption, column headers, the first column as row header.

    ``labels`` gives columns a name for people. Missing values are shown as an en dash with the
    word "missing" for screen readers.
    """
    names = [(labels or {}).get(str(c), str(c).replace("_", " ")) for c in frame.columns]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(_cell(value, first=i == 0) for i, value in enumerate(row)) + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    return Html(
        f'<div class="cr-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="cr-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any, *, first: bool) -> str:
    if isinstance(value, Html):
        text = str(value)
    elif pd.isna(value):
        text = (
            '<span aria-hidden="true">–</span><span class="cr-hidden">' + _("missing") + "</span>"
        )
    elif isinstance(value, bool):
        text = _("yes") if value else _("no")
    elif isinstance(value, float):
        text = number(value, ",.10g")
    else:
        text = escape(str(value))
    # A cell finds its own direction: a number or an English name stays as it is.
    own = ' dir="auto"' if rtl() else ""
    if first:
        short = ' class="cr-short"' if len(text) <= 12 else ""
        return f'<th scope="row"{short}{own}>{text}</th>'
    wide = ' class="cr-wide"' if isinstance(value, str) and len(value) > WIDE else ""
    return f"<td{wide}{own}>{text}</td>"
