"""The pandas lines that make what an explorer shows, and the table that they give."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd

from ..tables import resources
from ..web.spreadsheet import defused_table


def program(*lines: str) -> str:
    """Return lines of Python as a cell that runs as it stands, and ends with ``table``.

    Empty lines are left out; a line may hold several.
    """
    body = "\n".join(line for line in lines if line)
    uses = [
        words
        for words, name in (
            ("import networkx as nx", "nx."),
            ("import numpy as np", "np."),
            ("import pandas as pd", "pd."),
        )
        if name in body
    ]
    return "\n".join([*uses, "import crossroads as cr", "", body, "table"])


def literal(value: Any) -> str:
    """Return codes and numbers, or lists and dicts of them, as the course writes them."""
    return json.dumps(value, ensure_ascii=False)


def run(code: str) -> pd.DataFrame:
    """Return the ``table`` that the lines of `program` make."""
    scope: dict[str, Any] = {}
    # An explorer's own lines: what a learner chose or typed stands in them as a literal.
    exec(code, scope)
    found: pd.DataFrame = scope["table"]
    return found


def sources(code: str) -> str:
    """Name the source of each table that the lines load, with the day it was retrieved."""
    names = dict.fromkeys(re.findall(r'cr\.load\("(\w+)"\)', code))
    if not names:
        return "computed from the numbers in the code"
    return "; ".join(
        f"{', '.join(source['title'] for source in entry['sources'])} "
        f"(retrieved {entry['retrieved']})"
        for entry in (resources()[name] for name in names)
    )


def as_csv(code: str) -> str:
    """Return the table that the lines make as CSV, with its source in a last column.

    No spreadsheet takes a text in it for a formula.
    """
    table = run(code)
    if table.index.name or not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    written: str = defused_table(table.assign(source=sources(code))).to_csv(index=False)
    return written
