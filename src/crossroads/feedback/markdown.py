"""Students' texts for the page: Markdown becomes a few plain tags, everything else stays text.

What was submitted is untrusted: no tag, link, image or attribute of it reaches the page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import mistune
import nh3

from ..assignments import bank
from ..grading import sanitise
from ..grading.submitted import pictures
from ..i18n import _
from ..web.html import Html
from ..web.texts import shown_signs, visible

TAGS = [
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "wbr"),
]
#: Longer texts are cut, and say so: a page must not stand still.
LONGEST = 20_000
_LARGEST = 3_000_000


class _Plain(mistune.HTMLRenderer):
    """Headings as bold lines, for they'd break the page's own; links and images as words.

    Of pictures that are at hand only a mark is left, and their words are kept by it.
    """

    def __init__(self, own: Mapping[str, dict[str, str]]) -> None:
        super().__init__(escape=True)
        self._own, self._sign = own, secrets.token_hex(16)
        self.marks: dict[str, str] = {}

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def codespan(self, text: str) -> str:
        # In a narrow column, a name may break behind its underscores.
        return f"<code>{escape(text).replace('_', '_<wbr>')}</code>"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text if text == escape(url) else f"{text} ({escape(url)})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        target = unescape(url).removeprefix("attachment:")
        own = self._own.get(target) or self._own.get(unquote(target)) or {}
        for kind, data in own.items():
            if kind in pictures.KINDS:
                mark = f"{self._sign}{len(self.marks)}x"
                words = escape(unescape(text)) or _("A picture without a description")
                self.marks[mark] = f'<img alt="{words}" src="data:{kind};base64,{escape(data)}">'
                return mark
        return f"[image: {text}]"


def rendered(source: str, own: Mapping[str, dict[str, str]] | None = None) -> Html:
    """Return a Markdown text as HTML of ``TAGS`` without attributes, with pictures of its ``own``.

    A text that can't be laid out, or not soon, is shown as it was typed.
    """
    cut = source[:LONGEST]

    def laid_out() -> str:
        renderer = _Plain(own or {})
        made = str(mistune.create_markdown(renderer=renderer, plugins=["table"])(cut))
        made = nh3.clean(made, tags=set(TAGS), attributes={"*": set()})
        for mark, picture in renderer.marks.items():
            made = made.replace(mark, picture, 1)
        return made

    made = sanitise.bounded(laid_out, lambda: typed(cut))
    if len(source) > LONGEST:
        made = f"{made}<p><strong>Shortened: the text has {len(source):,} characters.</strong></p>"
    return Html(made)


def typed(source: str) -> Html:
    """Return a text exactly as it was typed."""
    return Html(f'<pre class="cr-typed" tabindex="0">{escape(source[:LONGEST])}</pre>')


def in_line(source: str) -> Html:
    """Return a Markdown text as part of a sentence.

    What makes more than a paragraph stays as typed.
    """
    shown = shown_signs(source)
    # Most texts have no marks, and need no reading.
    if not re.search(r"`|\*", shown):
        return visible(source)
    found = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>\s*", rendered(shown), re.S)
    return Html(found[1]) if found else visible(source)


def asked(item: bank.Item) -> Html:
    """Return what was asked, with its options.

    For answers that a person marks, leave the rubric's table out.
    """
    lines = [line for line in item.stem.splitlines() if not re.match(r"#+ ", line)]
    made = rendered("\n".join(lines).strip()) if item.test else question(item)
    return made if made.strip() else Html("")


def question(item: bank.Item) -> Html:
    """Return what was asked, without the rubric's table, which stands beside the answer."""
    lines = item.stem.split("\n=== BEGIN MARK SCHEME ===")[0].splitlines()
    kept = [x for x in lines if not re.match(r"#+ |\||A person marks ", x)]
    return rendered("\n".join(kept).strip())


def heading(item: bank.Item) -> str:
    """Return what the item is called in its notebook: ``Question 15``, ``Use of evidence``."""
    if item.title:
        return item.title
    found = re.search(r"^#+ (.+?)(?: · .*)?$", item.stem, re.M)
    return found[1] if found else item.id
