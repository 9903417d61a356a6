"""A self-check on a page: the question, its answer folded away, and what is said of any answer.

Pure. Nothing is marked in the browser: the course's own marking says here, for each answer that can
be clicked, what it's worth; the page's script only looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

from templates import render

from crossroads import i18n
from crossroads.i18n import _
from crossroads.lessons.checks import coded, public
from crossroads.lessons.next_step import ANSWER, next_step
from crossroads.questions import order
from crossroads.questions.item import Item
from crossroads.questions.kinds import KINDS
from crossroads.questions.outcome import STATES, Outcome
from crossroads.questions.self_check import Verdict, mark
from crossroads.web.widget import script, speech

#: The kinds that can be answered on a page. Words and code want somebody who reads them.
CLICKED = ("single", "multiple", "order", "match", "number")
#: A number that no text of the course holds: its place in a sentence is found by it.
_ANY = 98765.5


def question(item: Item, how: str) -> str:
    """The question with what there is to choose from, then the answer in a closed fold.

    ``how`` tells where a question is answered that no page can read the answer of.
    """
    kind = KINDS[item.kind]
    made = render(
        "check.html.j2",
        item=item,
        task=kind.task(item),
        # As the widget offers them: an item's own order may be the answer.
        options=[text for _code, text in kind.offered(item)],
        solution=kind.solution(item),
        how="" if item.kind in CLICKED else how,
    )
    # `Code` in a text keeps its font.
    return re.sub(r"`([^`<>]+)`", r"<code>\1</code>", made)


def clicked(items: Iterable[Item]) -> dict[str, Any]:
    """What a page's script needs of its questions, by their ids."""
    return {item.id: _spec(item) for item in items if item.kind in CLICKED}


def _spec(item: Item) -> dict[str, Any]:
    hints = [next_step(item, tries) for tries in range(1, ANSWER)]
    # The hint comes by itself, as in the lesson, and not with the first verdict.
    item = replace(item, hint="")
    return {
        "item": public(item),
        "states": {state: _(said) for state, said in STATES.items()},
        "nothing": _said(mark(item, None)),
        "unmoved": ["unanswered", coded(order.UNMOVED)],
        "next": hints,
        "speech": speech(script("check")),
        "words": {
            "before": _("You gave this answer before. Try another one."),
            "why": _("Why it isn't right"),
            "below": _("The worked answer is below, under “Answer and explanations”."),
            "again": _("Start again"),
        },
        **_VERDICTS.get(item.kind, _listed)(item),
    }


def _listed(item: Item) -> dict[str, Any]:
    """Each answer with its verdict; sentences stand once."""
    says: dict[str, int] = {}
    table = {}
    for answer in _answers(item):
        state, *words = _said(mark(item, answer))
        places = [says.setdefault(one, len(says)) for one in words]
        table[answer if isinstance(answer, str) else ",".join(answer)] = [state, *places]
    return {"table": table, "says": list(says)}


def _answers(item: Item) -> Iterator[str | list[str]]:
    """All that can be clicked."""
    codes = sorted(option.id for option in item.options)
    if item.kind == "single":
        yield from codes
    elif item.kind == "order":
        yield from map(list, permutations(codes))
    else:
        for count in range(1, len(codes) + 1):
            yield from map(list, combinations(codes, count))


def _pairs(item: Item) -> dict[str, Any]:
    """What is said of each pair, of an item without a partner, and of how many pairs fit."""
    lefts = list(item.left)

    def both(left: str, right: str) -> list[str]:
        return [said([left], [], {left: right}, of)[1] for of in (item, bare)]

    def said(
        wrong: list[str], missing: list[str], given: dict[str, str], of: Item = item
    ) -> list[str]:
        outcome = Outcome("match", "partly", given, wrong=tuple(wrong), missing=tuple(missing))
        return [coded(words) for words in KINDS["match"].practise(outcome, of)]

    # With the reason, and without: of two pairs with the same partner it's said once.
    bare = replace(item, options=tuple(replace(o, why="") for o in item.options))
    pairs = {
        left: {o.id: None if o.id == key else both(left, o.id) for o in item.options}
        for left, key in item.key.items()
    }
    return {
        "pairs": pairs,
        "alone": {left: said([], [left], {})[1] for left in lefts},
        "fit": [said([], lefts[right:], {})[0] for right in range(len(lefts))],
        "right": _said(mark(item, dict(item.key)))[1:],
    }


def _number(item: Item) -> dict[str, Any]:
    """The numbers that something is said of, nearest first, and what is said of all others."""
    known = [(float(item.answer), *_said(mark(item, str(item.answer))))]
    known += [(float(s.answer), *_said(mark(item, s.answer))) for s in item.slips]
    others = {}
    for way in ("low", "high"):
        facts = {"unit": item.unit, "slip": None, "low": way == "low"}
        words = KINDS["number"].practise(Outcome("number", "wrong", _ANY, facts=facts), item)[0]
        others[way] = coded(words).replace(i18n.number(_ANY, "g"), "{number}", 1)
    return {
        "unit": item.unit,
        "tolerance": item.tolerance,
        "known": known,
        **others,
        "unread": _said(mark(item, "?")),
    }


def _said(verdict: Verdict) -> list[str]:
    return [verdict.state, *map(coded, verdict.words)]


_VERDICTS = {"match": _pairs, "number": _number}
