"""Texts within a page: what others wrote, messages with pieces of HTML, words of another language.

What students wrote is untrusted: it's escaped, and the signs by which a text could hide or turn
round what stands beside it are shown.
"""

from __future__ import annotations

import re
from numbers import Real
from typing import Any

from markupsafe import Markup, escape

from ..i18n import FSI, PDI, current, filled, rtl
from .html import Html

#: Signs that our own messages have round what is filled in, from right to left.
ISOLATES = dict.fromkeys(map(ord, (FSI, PDI)))
_SIGNS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown_signs(text: str) -> str:
    """Return a text whose control and direction characters stand there by their numbers."""
    if rtl():
        # Our own messages have some round what is filled in.
        text = text.translate(ISOLATES)
    return _SIGNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def visible(text: str) -> Html:
    """Return a text as HTML that can neither hide nor turn round what stands beside it."""
    return Html(escape(shown_signs(str(text))))


def as_html(text: str) -> Html:
    """Return a text as HTML, unless it is that already."""
    return Html(text) if isinstance(text, Markup) else visible(text)


def told(message: str, /, **values: Any) -> Html:
    """Return a message as HTML, with its ``{placeholders}`` filled in by numbers, texts or HTML."""
    made = {k: v if isinstance(v, Real) else as_html(v) for k, v in values.items()}
    return Html(filled(str(escape(message)), made))


def whose(language: str) -> Html:
    """Attributes of an element whose words are in a language; none where that is the page's."""
    return Html("" if language == current() else f' lang="{escape(language)}" dir="auto"')


def part(language: str, text: str) -> Html:
    """Return a text or HTML within a sentence, in a language that may be another."""
    made = Html(escape(text))
    if not made or language == current():
        return made
    return Html(f"<span{whose(language)}>{made}</span>")
