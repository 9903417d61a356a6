"""Measure the width of text, break it into rows and place it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .palette import LINE_HEIGHT, PAD, SMALL, TEXT
from .svg import Figure


def text_width(words: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return the pixels that `words` need in the widest font a reader is likely to have."""
    ems = sum(_EMS.get(c) or (0.64 if c < "\u0250" else 0.75 if c < "\u0590" else 1) for c in words)
    return ems * size * (1.12 if bold else 1)


# Advance widths in font sizes, rounded up from DejaVu Sans, the widest of the common fonts:
# the reader's font isn't known here, and text that is narrower than its room does no harm.
_EMS = {
    **dict.fromkeys("ijlI.,:;'|! ()[]/-f", 0.41),
    **dict.fromkeys('trJ"', 0.46),
    **dict.fromkeys("ckszvxy", 0.6),
    **dict.fromkeys("ABCEFKLPRSTVXYZ", 0.72),
    **dict.fromkeys("wOQGNDHU+=<>−", 0.86),
    **dict.fromkeys("mMW@%—…&", 1.0),
}


def wrap(words: str, room: float, size: float = TEXT, *, bold: bool = False) -> list[str]:
    """Break text at plain spaces into rows that fit `room` pixels; a longer word stands alone."""
    rows: list[str] = []
    for word in words.split(" "):
        if rows and text_width(f"{rows[-1]} {word}", size, bold=bold) <= room:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


#: In a narrower chart, names stand above their marks. From so many rows on they stand beside them,
#: smaller, so that the chart stays on a screen.
STACKED, MANY = 600, 16


class Label(NamedTuple):
    """The name of a row: its lines, the row's height, the middles of the name and of its mark."""

    rows: list[str]
    height: float
    name: float
    mark: float
    size: float = TEXT


def row_labels(names: Sequence[str], width: float) -> tuple[list[Label], float]:
    """Return the label of each row, and the room that they take at the left."""
    many = len(names) >= MANY
    if width < STACKED and not many:
        above = [wrap(name, width - 2 * PAD) for name in names]
        tall = [TEXT * LINE_HEIGHT * len(rows) for rows in above]
        return [Label(r, t + 32, t / 2 + 4, t + 15) for r, t in zip(above, tall, strict=True)], 0.0
    size, share, least, more = (SMALL, 0.45, 19, 2) if many else (TEXT, 0.36, 32, 10)
    beside = [wrap(name, width * share, size) for name in names]
    heights = [max(least, size * LINE_HEIGHT * len(rows) + more) for rows in beside]
    widest = max((text_width(row, size) for rows in beside for row in rows), default=0.0)
    labels = [Label(r, h, h / 2, h / 2, size) for r, h in zip(beside, heights, strict=True)]
    return labels, widest + 12


def bands(labels: Sequence[Label], top: float) -> list[tuple[float, float]]:
    """Return from where to where upright lines may run without crossing a name."""
    spans: list[tuple[float, float]] = []
    for label in labels:
        beside = label.name == label.mark
        start = top if beside else top + label.mark - 15
        end = top + (label.height if beside else label.mark + 15)
        if spans and spans[-1][1] >= start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        top += label.height
    return spans


def write_rows(
    fig: Figure, x: float, middle: float, rows: Sequence[str], size: float = TEXT
) -> None:
    """Write rows of text below each other, centred on the height `middle`."""
    for i, row in enumerate(rows):
        below = size * (0.36 + LINE_HEIGHT * (i - (len(rows) - 1) / 2))
        fig.text(x, middle + below, row, size=size)


def sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "?", "!")) else f"{words}."
