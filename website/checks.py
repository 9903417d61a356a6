"""A self-check on paper: the question, and its answer and explanations folded away. Pure."""

from __future__ import annotations

from typing import Any

import pandas as pd
from templates import render

from crossroads.lessons.checks import public
from crossroads.questions.code import evaluate
from crossroads.questions.item import Item
from crossroads.web import html

#: So many rows of a resulting table are shown.
ROWS = 10
#: What to do, by kind; elsewhere the question says it.
TASKS = {"multiple": "More than one can fit.", "order": "Put these in order:"}
#: What is explained, and why it's right or not.
Lines = list[tuple[str, str]]


def question(item: Item) -> str:
    """The question with what there is to choose from, then the answer in a closed fold."""
    task = TASKS.get(item.kind, "")
    if item.kind == "number":
        task = f"Answer with a number. Unit: {item.unit}."
    return render(
        "check.html.j2",
        item=item,
        task=task,
        left=list(item.left.values()) if item.kind == "match" else [],
        # As the widget offers them: an item's own order may be the answer.
        options=[text for _, text in public(item)["options"]] if item.options else [],
        answer=_ANSWERS[item.kind](item),
        slips=_slips(item),
    )


def _options(item: Item) -> dict[str, Any]:
    signs = {True: "✓ Right", False: "✗ Not right"}
    return {"lines": [(f"{signs[o.right]}: {o.text}", o.why) for o in item.options]}


def _order(item: Item) -> dict[str, Any]:
    return {"lines": [(o.text, o.why) for o in item.options], "ordered": True}


def _match(item: Item) -> dict[str, Any]:
    texts = {o.id: o for o in item.options}
    pairs = [(f"{left} → {texts[item.key[c]].text}", item.key[c]) for c, left in item.left.items()]
    used = item.key.values()
    pairs += [(f"Left over: {o.text}", o.id) for o in item.options if o.id not in used]
    return {"lines": [(pair, texts[code].why) for pair, code in pairs]}


def _number(item: Item) -> dict[str, Any]:
    give = f", give or take {item.tolerance:g}" if item.tolerance else ""
    return {"plain": f"{item.answer:g} {item.unit}".strip(), "beside": give}


def _text(item: Item) -> dict[str, Any]:
    first, *more = item.accept
    return {"plain": first, "beside": f" (also taken: {', '.join(more)})" if more else ""}


def _code(item: Item) -> dict[str, Any]:
    """A code's result as people read it; of a long table only the beginning."""
    value = evaluate(item.expect)
    if isinstance(value, pd.Series):
        value = value.to_frame(value.name or "value")
    if isinstance(value, pd.DataFrame):
        if value.index.name:
            value = value.reset_index()
        shown = html.table(value.head(ROWS).round(3), "The result")
        return {"result": True, "table": shown, "rest": len(value) - ROWS}
    if isinstance(value, dict):
        return {"result": True, "list": [f"{key}: {_plain(one)}" for key, one in value.items()]}
    several = sorted(value) if isinstance(value, set) else value
    parts = several if isinstance(several, list | tuple) else [several]
    return {"result": True, "plain": ", ".join(map(_plain, parts)), "beside": ""}


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else f"{value:,.6g}"


def _slips(item: Item) -> Lines:
    texts = {o.id: o.text for o in item.options}

    def given(answer: str) -> str:
        if item.kind == "code":  # its wrong answers are expressions: what they give is in the words
            return ""
        return (
            " → ".join(map(texts.__getitem__, answer.split())) if item.kind == "order" else answer
        )

    return [(given(slip.answer), slip.why) for slip in item.slips]


_ANSWERS = {
    "single": _options,
    "multiple": _options,
    "order": _order,
    "match": _match,
    "number": _number,
    "text": _text,
    "code": _code,
}
