"""A designed sample of submissions: every question answered in every kind of way, at least once.

The first submission has every question right, the second leaves every answer as it was released.
Each of the others takes every question's next answer, so that as many submissions as the longest
list has answers cover all of them: each wrong option, part marks, the edge of a tolerance, a slip,
code for each number of points it can earn, and what can't be read. What an answer earns is worked
out from the rules that students are told, not by calling what is tested.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from quizzes import Item, wrong_code

from crossroads.questions import variants


@dataclass(frozen=True)
class Answer:
    """One way to answer an item: its kind, the answer cell's source, and the points it must earn.

    Without a source the cell stays as it was released; no points means that a person marks it.
    """

    kind: str
    source: str | None
    points: float | None


def answers(item: Item, drawn: dict[str, Any]) -> list[Answer]:
    """Each way to answer an item of the copy that holds the values ``drawn``, right ones first."""
    if item.kind == "criterion":
        return [Answer("left to a person", None, None)]
    blank = Answer("blank", None, 0)
    if not item.test:
        return [Answer("written", "I think that A09 has no source.", None), blank]
    right = Answer("right", item.answer, item.points)
    words = f"{item.answer}\n)" if item.kind in ("code", "form") else f"{item.name} = ("
    unreadable = Answer("unreadable", words, 0)
    return [right, blank, *OTHERS[item.kind](item, drawn), unreadable]


def size(items: list[Item]) -> int:
    """How many submissions the sample has."""
    return max(len(answers(item, any_draw(item))) for item in items)


def any_draw(item: Item) -> dict[str, Any]:
    """Values that an item's copy may hold."""
    return {name: choices[0] for name, choices in item.draw.items()}


def take(ways: list[Answer], number: int) -> Answer:
    """The answer of submission ``number``, of all the ways to answer an item."""
    if number < 2 or len(ways) < 3:
        return ways[min(number, 1) % len(ways)]
    return ways[2 + (number - 2) % (len(ways) - 2)]


def _single(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    for code in item.options:
        if code != item.call()["key"]:
            yield Answer(f"option {code}", item.line(code), 0)
    yield Answer("no option", item.line("zebra"), 0)


def _multiple(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    key = set(item.call()["key"])
    wrong = [code for code in item.options if code not in key]
    for code in (*wrong, min(key)):
        chosen = key ^ {code}
        share = (len(chosen & key) - len(chosen - key)) / len(key)
        kind = f"without {code}" if code in key else f"option {code}"
        yield Answer(kind, item.line(chosen), round(share * item.points, 2))


def _order(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    key = list(item.call()["key"])
    pairs = len(list(itertools.combinations(key, 2)))
    swapped = [key[1], key[0], *key[2:]]
    points = round((pairs - 2) / pairs * item.points, 2)
    yield Answer("two places swapped", item.line(swapped), points)
    yield Answer("backwards", item.line(key[::-1]), 0)
    yield Answer("one place missing", item.line(key[1:]), 0)


def _match(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    key = item.call()["key"]
    points = round((len(key) - 1) / len(key) * item.points, 2)
    *wrong, last = key
    for left in wrong:
        other = next(code for code in item.options if code != key[left])
        yield Answer(f"pair {left} wrong", item.line({**key, left: other}), points)
    yield Answer(f"pair {last} open", item.line({**key, last: None}), points)


def _number(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    words = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
    own = replace(item, values=f"mine = cr.variant({words})") if drawn else item
    with patch.dict(os.environ, {variants.VARIABLE: json.dumps(drawn)}):
        call = own.call()
    edge = float(call["key"] + call["tolerance"])
    yield Answer("at the tolerance's edge", item.line(edge), item.points)
    beyond = float(call["key"] + 3 * call["tolerance"])
    yield Answer("beyond the tolerance", item.line(beyond), 0)
    yield Answer("no number", item.line("zebra"), 0)
    yield Answer("a slip", item.line(float(next(iter(call["slips"])))), 0)


NOISE = """
import sys as _sys, warnings as _warnings, logging as _logging
_logging.basicConfig()
_plain = {name}
def {name}(*args):
    _warnings.warn("this is old")
    print("noise", file=_sys.stderr)
    _logging.warning("noise")
    return _plain(*args)
"""


def _code(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    yield Answer("right, with warnings", item.answer + NOISE.format(name=item.name), item.points)
    for points, case in {case["points"]: case for case in wrong_code(item)}.items():
        yield Answer(f"code for {points} points", case["code"], points)


def _form(item: Item, drawn: dict[str, Any]) -> Iterator[Answer]:
    line, points = {
        "q1": ("evidence = evidence.drop(columns='source')", 4),
        "q2": ("chart.set_title('')", 3),
        "q3": ("in_words = 'Up and down.'", 0),
    }[item.id]
    yield Answer("a part missing", f"{item.answer}\n{line}", points)


OTHERS = {
    "single": _single,
    "multiple": _multiple,
    "order": _order,
    "match": _match,
    "number": _number,
    "code": _code,
    "form": _form,
}
