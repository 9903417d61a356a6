"""The next help after a missed self-check: a hint, a narrower one, the worked answer."""

from __future__ import annotations

import re

from ..i18n import _
from ..questions import paper
from ..questions.item import Item
from ..questions.kinds import KINDS
from ..web.html import Html, coded

#: The try from which on the hint stands open, and that from which on the answer is offered.
HINT, ANSWER = 2, 3
_TOOL = re.compile(r"\b([a-z_]\w*)\(")
_CODE = re.compile(r"[=()\[\]]")


def said_before(words: Html) -> Html:
    """Return what is said of an answer that was given before: not once more what was said then."""
    again = _("You gave this answer before. Try another one.")
    return Html("{}{}").format(again, _folded(_("Why it isn't right"), words))


def next_step(item: Item, tries: int) -> Html:
    """Return what is offered after so many tries that missed."""
    steps = []
    tools = _tools(item.hint)
    first = _("You can use {tools} here.", tools=", ".join(tools)) if tools else item.hint
    if first:
        said = paper.short(coded(first))
        steps.append(said if tries >= HINT else _folded(_("Hint"), said))
    if tools and tries >= HINT:
        way = Html("<pre><code>{}</code></pre>").format(item.hint)
        steps.append(_folded(_("One way to write it"), way))
    if tries >= ANSWER:
        steps.append(_folded(_("Show the answer"), Html(KINDS[item.kind].solution(item))))
    return Html("").join(steps)


def _tools(hint: str) -> list[str]:
    """Return the tools that a hint of code calls; none of a hint in words."""
    in_words = len(re.findall(r"[A-Za-z]{2,} [a-z]{2,}", hint)) > 1
    if in_words or not _CODE.search(hint):
        return []
    return list(dict.fromkeys(f"{name}()" for name in _TOOL.findall(hint)))


def _folded(title: str, inside: Html) -> Html:
    return Html("<details><summary>{}</summary>{}</details>").format(title, inside)
