"""A self-check on paper: the question, and its answer and explanations folded away. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from crossroads.lessons.checks import public
from crossroads.questions.code import evaluate
from crossroads.questions.item import Item
from crossroads.web import html

#: So many rows of a resulting table are shown.
ROWS = 10


def question(item: Item) -> str:
    """The question with what there is to choose from, then the answer in a closed fold."""
    return (
        f'<div class="check" role="group" aria-label="Self-check" id="check-{escape(item.id)}">'
        f"<p><strong>Self-check.</strong> {escape(item.prompt)}</p>{_choices(item)}"
        f"<details><summary>Answer and explanations</summary>{answer(item)}</details></div>"
    )


def answer(item: Item) -> str:
    """The right answer, and every explanation that the item has."""
    hint = f"<p>Hint: {escape(item.hint)}</p>" if item.hint else ""
    return f"{_ANSWERS[item.kind](item)}{_slips(item)}{hint}<p>{escape(item.why)}</p>"


def _choices(item: Item) -> str:
    # As the widget offers them: an item's own order may be the answer.
    options = _list("ol", (escape(text) for _, text in public(item)["options"]))
    if item.kind == "match":
        left = _list("ul", map(escape, item.left.values()))
        return f"{left}<p>Choose the partner of each from:</p>{options}"
    task = {
        "multiple": "More than one can fit.",
        "order": "Put these in order:",
        "number": f"Answer with a number. Unit: {item.unit}.",
    }.get(item.kind)
    return (f"<p>{escape(task)}</p>" if task else "") + (options if item.options else "")


def _options(item: Item) -> str:
    signs = {True: "✓ Right", False: "✗ Not right"}
    return _explained("ul", ((f"{signs[o.right]}: {o.text}", o.why) for o in item.options))


def _order(item: Item) -> str:
    return _explained("ol", ((o.text, o.why) for o in item.options))


def _match(item: Item) -> str:
    texts = {o.id: o for o in item.options}
    pairs = [(f"{left} → {texts[item.key[c]].text}", item.key[c]) for c, left in item.left.items()]
    used = item.key.values()
    pairs += [(f"Left over: {o.text}", o.id) for o in item.options if o.id not in used]
    return _explained("ul", ((pair, texts[code].why) for pair, code in pairs))


def _number(item: Item) -> str:
    give = f", give or take {item.tolerance:g}" if item.tolerance else ""
    return f"<p><strong>{escape(f'{item.answer:g} {item.unit}'.strip())}</strong>{give}</p>"


def _text(item: Item) -> str:
    first, *more = item.accept
    also = f" (also taken: {escape(', '.join(more))})" if more else ""
    return f"<p><strong>{escape(first)}</strong>{also}</p>"


def _code(item: Item) -> str:
    return f"<p>The result:</p>{_value(evaluate(item.expect))}"


def _value(value: Any) -> str:
    """A code's result as people read it; of a long table only the beginning."""
    if isinstance(value, pd.Series):
        value = value.to_frame(value.name or "value")
    if isinstance(value, pd.DataFrame):
        if value.index.name:
            value = value.reset_index()
        rest = len(value) - ROWS
        more = f"<p>And {rest} more rows.</p>" if rest > 0 else ""
        return f"{html.table(value.head(ROWS).round(3), 'The result')}{more}"
    if isinstance(value, dict):
        return _list("ul", (escape(f"{key}: {_plain(one)}") for key, one in value.items()))
    several = sorted(value) if isinstance(value, set) else value
    parts = several if isinstance(several, list | tuple) else [several]
    return f"<p><strong>{escape(', '.join(map(_plain, parts)))}</strong></p>"


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else f"{value:,.6g}"


def _slips(item: Item) -> str:
    if not item.slips:
        return ""
    texts = {o.id: o.text for o in item.options}
    if item.kind == "code":  # its wrong answers are expressions: what they give is in the words
        slips = _list("ul", (escape(slip.why) for slip in item.slips))
    elif item.kind == "order":
        orders = (" → ".join(texts[code] for code in slip.answer.split()) for slip in item.slips)
        slips = _explained("ul", zip(orders, (s.why for s in item.slips), strict=True))
    else:
        slips = _explained("ul", ((slip.answer, slip.why) for slip in item.slips))
    return f"<p>Typical slips:</p>{slips}"


def _explained(kind: str, lines: Iterable[tuple[str, str]]) -> str:
    return _list(kind, (f"<strong>{escape(head)}</strong><br>{escape(why)}" for head, why in lines))


def _list(kind: str, lines: Iterable[str]) -> str:
    return f"<{kind}>{''.join(f'<li>{line}</li>' for line in lines)}</{kind}>"


_ANSWERS = {
    "single": _options,
    "multiple": _options,
    "order": _order,
    "match": _match,
    "number": _number,
    "text": _text,
    "code": _code,
}
