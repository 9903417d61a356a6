"""The old and new numbers of lessons 9 and 10, before which three lessons were added.

Up to version 0.2 *Mapping the argument* was lesson 9, with quiz-09, and the capstone was lesson 10.
They are lessons 12 and 13 now, and other lessons have the numbers 9 and 10. Here the old names
stand once, so that copies and progress of that time are still understood. No lesson may use one of
these files or ids again; the name quiz-09 is used again, so whose it is has to be told by what is
in it.

Only the course that comes with the package was renumbered: in a course of one's own every name
means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .. import content

#: Files of lessons by their old names.
FILES = {
    "09-mapping-the-argument.ipynb": "12-mapping-the-argument.ipynb",
    "10-capstone.ipynb": "13-capstone.ipynb",
}
#: Quizzes by their old names.
QUIZZES = {"quiz-09": "quiz-12"}
#: What an old quiz says of its number, and what it says now.
WORDS = {
    "quiz-12": (
        ("# Quiz 9 · Mapping", "# Quiz 12 · Mapping"),
        ("Quiz 9: Mapping", "Quiz 12: Mapping"),
        ("belongs to lesson 9**", "belongs to lesson 12**"),
        ("You may use lesson 9,", "You may use lesson 12,"),
        ('"quiz-09', '"quiz-12'),
        ('"L9.', '"L12.'),
        ('"lesson": 9', '"lesson": 12'),
    )
}
#: The titles by which quizzes of that time are known: of which lesson they were, and are.
_TITLES = {"Mapping the argument": (9, 12), "Capstone": (10, 13)}
_IDS = {
    ("09", "12"): (
        "count crosstab evidence-board map not-testable objections omitted order p-both rescue "
        "sources verdict-49 without word"
    ),
    ("10", "13"): "budget columns confidence first match objection p-advice parts premise word",
}
#: Self-checks, predictions and the evidence board by their old ids.
ITEMS = {
    f"{old}-{name}": f"{new}-{name}" for (old, new), names in _IDS.items() for name in names.split()
}


def item(id_: str) -> str:
    """Return an item's id of today: notebooks of that time ask for old ones."""
    return items().get(id_, id_)


def quizzes() -> dict[str, str]:
    """Return quizzes that have another name today, by the old one."""
    return {} if content.own() else QUIZZES


def items() -> dict[str, str]:
    """Return ids that have another one today, by the old one."""
    return {} if content.own() else ITEMS


def objective(code: str, about: Mapping[str, Any]) -> str:
    """Return an objective's code of today; ``about`` is what its quiz's notebook says of itself."""
    for title, (old, new) in _TITLES.items():
        if about.get("lesson") == old and title in str(about.get("title")):
            return re.sub(rf"^L{old}\.", f"L{new}.", code)
    return code


def files(name: str) -> tuple[str, ...]:
    """Return the old progress files, without suffix, whose entries belong into this one."""
    return () if content.own() else _FILES_OF.get(name, ())


def moved(id_: str) -> str:
    """Today's id of an entry of a progress file of that time: an item's, or a quiz's question."""
    if content.own():
        return id_
    quiz, slash, question = id_.partition("/")
    return f"{quizzes().get(quiz, quiz)}{slash}{question}" if slash else item(id_)


_FILES_OF: dict[str, tuple[str, ...]] = {}
for _old, _new in [*((f"lesson-{a}", f"lesson-{b}") for a, b in _IDS), *QUIZZES.items()]:
    _FILES_OF[_old] = _FILES_OF[_new] = (_old,)
