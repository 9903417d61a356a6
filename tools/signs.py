"""Write the table of signs for the pen, which reads answers in a browser.

    .venv/bin/python tools/signs.py

It stands in ``jupyterlab-extension/src/signs.json``; the one truth is
``src/crossroads/questions/signs.py``. ``tests/questions/test_signs.py`` compares the two, and
``make pen`` builds the table in. Only the basic plane is in it: what lies beyond differs between
versions of Unicode, and nobody types it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from crossroads.questions import signs

PATH = Path(__file__).parents[1] / "jupyterlab-extension" / "src" / "signs.json"


def table() -> dict[str, Any]:
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
        "looks": {s: signs.look_alike(s) for s in beyond if signs.look_alike(s) != s},
    }


def text() -> str:
    """The table as it stands in the file."""
    return json.dumps(table(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
    print(f"{PATH}: written. Now: make pen", file=sys.stderr)
