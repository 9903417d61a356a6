"""Write down for the pen how answers are read: it reads them in a browser.

    .venv/bin/python tools/reading_rules.py

The table stands in ``jupyterlab-extension/src/reading.json``; the one truth is
``src/crossroads/questions``: ``kinds`` with their controls, the steps of ``choices``, ``order``,
``match``, ``number`` and ``text`` (``steps`` says what each does), ``option_words``, ``wording``
and ``signs``.
``tests/questions/test_reading_rules.py`` compares the two, and ``make pen`` builds the table in. Of
signs only the basic plane is in it: what lies beyond differs between versions of Unicode, and
nobody types it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from crossroads.questions import choices, match, number, option_words, order, signs, text, wording
from crossroads.questions.kinds import AS_DATA

#: The controls that the pen can draw.
CONTROLS = ("radios", "checks", "ordered", "matching", "number")
PATH = Path(__file__).parents[1] / "jupyterlab-extension" / "src" / "reading.json"


def table() -> dict[str, Any]:
    """All rules. Patterns are in what Python and JavaScript have in common."""
    return {
        "controls": {
            name: kind.CONTROL for name, kind in AS_DATA.items() if kind.CONTROL in CONTROLS
        },
        "one": choices.ONE,
        "worded": choices.WORDED,
        "several": choices.SEVERAL,
        "ordered": order.STEPS,
        "matched": match.STEPS,
        "pair": match.PAIR,
        "between": choices.BETWEEN,
        "number": number.STEPS,
        "option": option_words.OPTION,
        "led": option_words.LED,
        "most": option_words.MOST,
        "words": text.WORDS,
        "prompt": wording.PROMPT,
        "stray": wording.STRAY,
        "spaces": signs.SPACES,
        "signs": sign_table(),
    }


def sign_table() -> dict[str, Any]:
    """The signs that are read as others, by how they're read."""
    beyond = [chr(n) for n in range(128, 0x10000) if not 0xD800 <= n < 0xE000]
    read = {sign: signs.plain(sign) for sign in beyond}
    digits = [s for s in beyond if unicodedata.decimal(s, -1) == 0 and read[s] == "0"]
    # What JavaScript's own normalisation gives, as Python's does, needn't stand in a table.
    wide = {s for s in beyond if unicodedata.normalize("NFKC", s) == read[s]}
    other = {s for s, to in read.items() if to != s and to.strip() and s not in wide}
    return {
        "zeros": "".join(digits),
        "invisible": "".join(s for s, to in read.items() if not to),
        "spaces": "".join(s for s, to in read.items() if to == " "),
        "lines": "".join(s for s, to in read.items() if to == "\n"),
        "signs": {s: read[s] for s in beyond if s in other and not read[s].isdigit()},
        "folds": signs.FOLDS,
        "looks": {s: signs.look_alike(s) for s in beyond if signs.look_alike(s) != s},
    }


def written() -> str:
    """The table as it stands in the file."""
    return json.dumps(table(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), "utf-8")
    print(f"{PATH}: written. Now: make pen", file=sys.stderr)
