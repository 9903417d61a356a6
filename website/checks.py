"""A self-check on paper: the question, and its answer and explanations folded away. Pure."""

from __future__ import annotations

from templates import render

from crossroads.questions.item import Item
from crossroads.questions.kinds import KINDS


def question(item: Item) -> str:
    """The question with what there is to choose from, then the answer in a closed fold."""
    kind = KINDS[item.kind]
    return render(
        "check.html.j2",
        item=item,
        task=kind.task(item),
        # As the widget offers them: an item's own order may be the answer.
        options=[text for _code, text in kind.offered(item)],
        solution=kind.solution(item),
    )
