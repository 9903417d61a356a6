"""The form of a policy memo's parts: what a computer can check of them, and tells at once.

Each function returns the points earned, a share for each thing that is as it should be; what is
missing is data, which ``questions.work`` says. Whether the memo is any good is for a person to say.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..explorers.evidence import CONFIDENCE, VERDICTS
from ..questions import work
from ..questions.answers import is_blank
from ..tables import load

COLUMNS = ("id", "verdict", "confidence", "evidence", "source")
FEWEST, MOST = 3, 8
_YEAR = re.compile(r"\b(19|20)\d\d\b")

#: Whether a thing is as it should be, and if it isn't, the problem: ``work`` says it.
Finding = tuple[bool, Mapping[str, Any]]


def evidence(table: Any, points: float) -> float:
    """Return points for a complete evidence table; raises ``NotYet`` where there is none at all."""
    if isinstance(table, (list, dict)):
        with contextlib.suppress(ValueError, TypeError):
            table = pd.DataFrame(table)
    if is_blank(table) or not isinstance(table, pd.DataFrame) or table.empty:
        raise work.unanswered("evidence", fewest=FEWEST, most=MOST)
    return _award("evidence", about_evidence(table), points)


def about_evidence(table: pd.DataFrame) -> list[Finding]:
    """Return what is as it should be in an evidence table (columns: ``COLUMNS``)."""
    lacking = [name for name in COLUMNS if name not in table]
    # A missing column is said once; its cells count as empty.
    cells = {name: _texts(table[name]) if name in table else [""] * len(table) for name in COLUMNS}
    ids, known = cells["id"], list(load("claims")["id"])
    twice = {i for i in ids if i and ids.count(i) > 1}
    strange = sorted({i for i in ids if i not in known})
    words = [*set(cells["verdict"]) - set(VERDICTS), *set(cells["confidence"]) - set(CONFIDENCE)]
    counted = {"rows": len(table), "twice": len(twice), "fewest": FEWEST, "most": MOST}
    ends = {"first": known[0], "last": known[-1]}
    asked = {"verdicts": list(VERDICTS), "confidences": list(CONFIDENCE)}
    return [
        (not lacking, {"problem": "columns", "names": lacking}),
        (FEWEST <= len(table) <= MOST and not twice, {"problem": "rows", **counted}),
        (not strange, {"problem": "no claims", "ids": _few(strange), **ends}),
        (not words, {"problem": "strange words", "words": _few(sorted(words)), **asked}),
        (
            all(len(text.split()) >= 5 for text in cells["evidence"]),
            {"problem": "little evidence"},
        ),
        (
            all(_YEAR.search(text) and re.search(r"[^\W\d]{2}", text) for text in cells["source"]),
            {"problem": "no sources"},
        ),
    ]


class Chart(NamedTuple):
    """A chart's text; ``drawn`` is whether it shows any data."""

    drawn: bool
    title: str
    unit: str
    #: All that is written in and around it.
    written: str


def described(drawn: Any) -> Chart | None:
    """Return what matplotlib drew, in axes, a figure, or several of them.

    Return ``None`` for anything else.
    """
    # Half a second, which only a chart of pandas' needs.
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(drawn, Chart):
        return drawn
    if isinstance(drawn, Figure):
        drawn = drawn.axes
    if isinstance(drawn, (list, tuple, np.ndarray)):
        drawn = next(iter(np.ravel(np.array(drawn, dtype=object))), None)
    if not isinstance(drawn, Axes):
        return None
    title, unit = drawn.get_title(), drawn.get_ylabel()
    texts = [t.get_text() for t in (*drawn.texts, *drawn.figure.texts)]
    return Chart(drawn.has_data(), title, unit, " ".join([title, drawn.get_xlabel(), unit, *texts]))


def chart(drawn: Any, points: float) -> float:
    """Return points for a chart as pandas' ``plot`` gives it.

    Raises ``NotYet`` where nothing is drawn.
    """
    seen = described(drawn)
    if seen is None or not seen.drawn:
        raise work.unanswered("chart", code="chart = line.plot(title=..., ylabel=...)")
    return _award("chart", about_chart(seen), points)


def about_chart(seen: Chart) -> list[Finding]:
    """Return what is as it should be in a chart."""
    sourced = "source" in seen.written.casefold() and bool(_YEAR.search(seen.written))
    return [
        (True, {}),
        (len(seen.title.split()) >= 3, {"problem": "no title"}),
        (bool(seen.unit.strip()), {"problem": "no unit"}),
        (sourced, {"problem": "no source"}),
    ]


def in_words(text: Any, points: float) -> float:
    """Return points for a chart's text alternative; raises ``NotYet`` where there is none."""
    if is_blank(text) or not isinstance(text, str):
        raise work.unanswered("words")
    found: list[Finding] = [
        (len(text.split()) >= 12, {"problem": "few words"}),
        (bool(re.search(r"\d", text)), {"problem": "no numbers"}),
    ]
    return _award("words", found, points)


def claims_in(text: str) -> list[str]:
    """Return the ids of claims that a text cites, in order, each once.

    Ids that don't exist are among them.
    """
    return list(dict.fromkeys(re.findall(r"\bA\d{2}\b", text)))


def _award(part: str, found: list[Finding], points: float) -> float:
    return work.award(part, [what for holds, what in found if not holds], len(found), points)


def _texts(column: Iterable[Any]) -> list[str]:
    return [value.strip() if isinstance(value, str) else "" for value in column]


def _few(words: list[str]) -> str:
    return ", ".join(repr(word[:20]) for word in words[:3]) + " ..." * (len(words) > 3)
