"""A self-check on paper, as HTML: lists, a short answer, typical slips. Texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

from ..i18n import _, filled
from ..web.html import Html, escape

#: Texts, each with what is said of it.
Explained = Iterable[tuple[str, str]]


def told(message: str, /, **values: Any) -> Html:
    """Return a message as HTML, with its ``{placeholders}`` filled in by numbers, texts or HTML."""
    made = {k: v if isinstance(v, Real) else escape(v) for k, v in values.items()}
    return Html(filled(escape(message), made))


def listed(lines: Iterable[str], ordered: bool = False) -> Html:
    """Return a list of texts, or of HTML."""
    tag = "ol" if ordered else "ul"
    return Html(f"<{tag}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</{tag}>")


def explained(lines: Explained, ordered: bool = False) -> Html:
    """Return a list of texts with what is said of each; where the text is empty, that alone."""
    both = Html("<strong>{}</strong><br>{}")
    return listed((both.format(text, why) if text else why for text, why in lines), ordered)


def short(answer: str) -> Html:
    """Return a short answer, or one with more words in HTML beside it."""
    return Html("<p>{}</p>").format(answer)


def strong(text: str) -> Html:
    """Return a text in bold."""
    return Html("<strong>{}</strong>").format(text)


def slips(lines: Explained) -> Html:
    """Typical wrong answers with what is said of them; nothing where there are none."""
    made = [*lines]
    return Html(f"<p>{escape(_('Typical slips:'))}</p>") + explained(made) if made else Html()
