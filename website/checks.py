"""A self-check on paper: the question, and its answer and explanations folded away. Pure."""

from __future__ import annotations

from html import escape

from crossroads.questions import paper
from crossroads.questions.item import Item
from crossroads.questions.kinds import KINDS


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
    return f"{KINDS[item.kind].solution(item)}{hint}<p>{escape(item.why)}</p>"


def _choices(item: Item) -> str:
    # As the widget offers them: an item's own order may be the answer.
    kind = KINDS[item.kind]
    options, task = [text for _code, text in kind.offered(item)], kind.task(item)
    parts = [
        paper.listed(item.left.values()) if item.left else "",
        f"<p>{escape(task)}</p>" if task else "",
        paper.listed(options, ordered=True) if options else "",
    ]
    return "".join(parts)
