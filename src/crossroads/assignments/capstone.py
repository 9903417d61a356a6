"""The form of a policy memo's parts: what a computer can check of them, and tells at once.

Each function returns the points earned, a share for each thing that is as it should be, and says
what is missing. Whether the memo is any good is for a person to say.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..explorers.evidence import CONFIDENCE, VERDICTS
from ..i18n import _
from ..questions.answers import award, is_blank, unanswered
from ..tables import load

COLUMNS = ("id", "verdict", "confidence", "evidence", "source")
FEWEST, MOST = 3, 8
_YEAR = re.compile(r"\b(19|20)\d\d\b")

#: Whether a thing is as it should be, and what to say if it isn't.
Finding = tuple[bool, str]


def evidence(table: Any, points: float) -> float:
    """Points for a complete evidence table; raises ``NotYet`` where there is none at all."""
    if isinstance(table, (list, dict)):
        with contextlib.suppress(ValueError, TypeError):
            table = pd.DataFrame(table)
    if is_blank(table) or not isinstance(table, pd.DataFrame) or table.empty:
        raise unanswered(
            _("A table with {fewest} to {most} rows is needed.", fewest=FEWEST, most=MOST)
        )
    return _share(about_evidence(table), points, _("The evidence table is complete."))


def about_evidence(table: pd.DataFrame) -> list[Finding]:
    """What is as it should be in an evidence table (columns: ``COLUMNS``)."""
    lacking = [name for name in COLUMNS if name not in table]
    # A missing column is said once; its cells count as empty.
    cells = {name: _texts(table[name]) if name in table else [""] * len(table) for name in COLUMNS}
    ids, known = cells["id"], list(load("claims")["id"])
    twice = sorted({i for i in ids if i and ids.count(i) > 1})
    strange = sorted({i for i in ids if i not in known})
    words = [*set(cells["verdict"]) - set(VERDICTS), *set(cells["confidence"]) - set(CONFIDENCE)]
    return [
        (not lacking, _("Columns are missing: {names}.", names=", ".join(lacking))),
        (
            FEWEST <= len(table) <= MOST and not twice,
            _(
                "{rows} rows, of which {twice} claims stand twice; "
                "{fewest} to {most} rows are asked for, each claim once.",
                rows=len(table),
                twice=len(twice),
                fewest=FEWEST,
                most=MOST,
            ),
        ),
        (
            not strange,
            _(
                "Not a claim of the article: {ids}. Ids go from {first} to {last}.",
                ids=_few(strange),
                first=known[0],
                last=known[-1],
            ),
        ),
        (
            not words,
            _(
                "{words}: a verdict is one of {verdicts}; a confidence one of {confidences}.",
                words=_few(words),
                verdicts=", ".join(VERDICTS),
                confidences=", ".join(CONFIDENCE),
            ),
        ),
        (
            all(len(text.split()) >= 5 for text in cells["evidence"]),
            _(
                "Each row's evidence takes five words or more: "
                "what speaks for or against the claim?"
            ),
        ),
        (
            all(_YEAR.search(text) and re.search(r"[^\W\d]{2}", text) for text in cells["source"]),
            _("Each row's source names who says so, and a year."),
        ),
    ]


class Chart(NamedTuple):
    """What a chart says in writing; ``drawn`` is whether it shows any data."""

    drawn: bool
    title: str
    unit: str
    #: All that is written in and around it.
    written: str


def described(drawn: Any) -> Chart | None:
    """What matplotlib drew, in axes, a figure, or several of them; ``None`` for anything else."""
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
    """Points for a chart as pandas' ``plot`` gives it; raises ``NotYet`` where nothing is drawn."""
    seen = described(drawn)
    if seen is None or not seen.drawn:
        code = "chart = line.plot(title=..., ylabel=...)"
        raise unanswered(_("{code} makes one.", code=code))
    return _share(about_chart(seen), points, _("The chart has title, unit and source."))


def about_chart(seen: Chart) -> list[Finding]:
    """What is as it should be in a chart."""
    return [
        (True, ""),
        (
            len(seen.title.split()) >= 3,
            _("The title says what the chart shows, in three words or more."),
        ),
        (bool(seen.unit.strip()), _("The vertical axis names its unit: ylabel=...")),
        (
            "source" in seen.written.casefold() and bool(_YEAR.search(seen.written)),
            _(
                "The source, with a year, stands in the chart, "
                'for example set_xlabel("Source: ...").'
            ),
        ),
    ]


def in_words(text: Any, points: float) -> float:
    """Points for a chart's text alternative; raises ``NotYet`` where there is none."""
    if is_blank(text) or not isinstance(text, str):
        raise unanswered(_("Type a sentence in quotes: what does the chart show?"))
    found = [
        (
            len(text.split()) >= 12,
            _("Twelve words or more, for a reader who can't see the chart."),
        ),
        (bool(re.search(r"\d", text)), _("Name at least one number that the chart shows.")),
    ]
    return _share(found, points, _("The chart is put in words."))


def claims_in(text: str) -> list[str]:
    """The ids of claims that a text cites, in order, each once; also ids that don't exist."""
    return list(dict.fromkeys(re.findall(r"\bA\d{2}\b", text)))


def _share(found: list[Finding], points: float, whole: str) -> float:
    problems = [words for holds, words in found if not holds]
    done = f"{whole} {_('What it says is read by a person.')}"
    said = "\n".join(problems) if problems else done
    return award(points, 1 - len(problems) / len(found), said)


def _texts(column: Iterable[Any]) -> list[str]:
    return [value.strip() if isinstance(value, str) else "" for value in column]


def _few(words: list[str]) -> str:
    return ", ".join(repr(word[:20]) for word in words[:3]) + " ..." * (len(words) > 3)
