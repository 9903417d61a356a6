"""Each marker's progress with the work in ``markers.yml``, and how far markers agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd

from ..notes import counted
from . import marker_agreement, markers_file, marking

#: Who stands for answers that the file gives to nobody.
NOBODY = ""


@dataclass(frozen=True)
class Progress:
    """A marker's answers to a question in numbers, as in the desk, and the shared ones."""

    marker: str
    question: str
    marked: int
    answers: int
    shared_marked: int = 0
    shared: int = 0


def progress(course: Path, quiz: str) -> list[Progress]:
    """Return every marker's progress by question.

    The table is empty where ``markers.yml`` says nothing about the quiz.

    Answers that it gives to nobody are in rows of ``NOBODY``. Raises ``ValueError`` for what is
    wrong in the file.
    """
    markers, rows = markers_file.read(course), []
    if markers is None or not markers.deals(quiz):
        return []
    for item in marking.written(course, quiz):
        everything = {answer.student: answer for answer in marking.queue(course, item).answers}
        whose = marking.dealt(course, item, everything)
        assert whose is not None
        for name in markers.named(item.code):
            theirs = marking.queue(course, item, name)
            also = [a.state == "marked" for a in theirs.answers if a.student in whose.also]
            rows.append(
                Progress(name, item.id, theirs.marked, len(theirs.answers), sum(also), len(also))
            )
        left = [a.state == "marked" for s, a in everything.items() if s not in whose.owner]
        if left:
            rows.append(Progress(NOBODY, item.id, sum(left), len(left)))
    return rows


def compared(course: Path, quiz: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield who is compared with whom, in words, and what they gave for the same answers.

    Each marker with the marks that count; where answers are dealt out, each two of them as well.
    """
    names = marking.markers(course, quiz)
    markers = markers_file.read(course)
    several = markers is not None and markers.deals(quiz)
    for name in names:
        yield (
            ("The marks that count" if several else "The first marker") + f" and {name}",
            (marking.pairs(course, quiz, name)),
        )
    for first, second in combinations(names if several else [], 2):
        yield f"{first} and {second}", marking.pairs(course, quiz, second, first)


def agreement_words(course: Path, quiz: str) -> str:
    """Return how far the markers of a quiz agree, as plain text."""
    lines = []
    for who, pairs in compared(course, quiz):
        lines.append(f"{who}:")
        rows = list(marker_agreement.agreement(pairs).itertuples())
        if not rows:
            lines.append("  no answer that both have marked")
        for row in rows:
            lines.append(
                f"  {row.item}, {row.criterion}: {counted(row.n, 'answer')}; "
                f"same level {row.exact:.0%}, at most one apart {row.adjacent:.0%}; "
                f"kappa {row.linear:.2f} (linear), "
                f"{row.quadratic:.2f} (quadratic). {row.note}".rstrip()
            )
        for row in marker_agreement.apart(pairs).itertuples():
            lines.append(
                f"  To settle: {row.item}, {row.code}, {row.criterion}: {row.first_points:g} and "
                f"{row.second_points:g} points."
            )
    return "\n".join(lines) or f"Nobody but the first marker has marked {quiz}."


def progress_words(course: Path, quiz: str) -> str:
    """Return how far each marker is, as plain text."""
    rows = progress(course, quiz)
    lines = [] if rows else [f"{markers_file.FILE} assigns nothing of {quiz} to a marker."]
    for row in rows:
        if row.marker == NOBODY:
            left = "1 answer has" if row.answers == 1 else f"{row.answers} answers have"
            by = f"no marker in {markers_file.FILE}"
            lines.append(f"{row.question}: {left} {by}, {row.marked} of them marked.")
            continue
        also = f"; of the shared sample {row.shared_marked} of {row.shared}" if row.shared else ""
        lines.append(f"{row.question}, {row.marker}: {row.marked} of {row.answers} marked{also}.")
    for item in () if rows else marking.written(course, quiz):
        for name in ("", *marking.markers(course, quiz)):
            queue = marking.queue(course, item, name)
            who = f"{item.id}, {name}" if name else item.id
            lines.append(f"{who}: {queue.marked} of {len(queue.answers)} marked.")
    return "\n".join(lines)
