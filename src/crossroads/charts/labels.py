"""How wide text is, and how it is broken into rows and placed."""

from __future__ import annotations

from collections.abc import Sequence

from .palette import LINE_HEIGHT, TEXT
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


def row_labels(names: Sequence[str], width: float) -> tuple[list[list[str]], float, list[float]]:
    """Return the rows of text of each label at the left, their greatest width, their heights."""
    labels = [wrap(name, width * 0.36) for name in names]
    widest = max((text_width(row) for rows in labels for row in rows), default=0.0)
    return labels, widest, [max(32.0, len(rows) * TEXT * LINE_HEIGHT + 10) for rows in labels]


def write_rows(fig: Figure, x: float, middle: float, rows: Sequence[str]) -> None:
    """Write rows of text below each other, centred on the height `middle`."""
    for i, row in enumerate(rows):
        fig.text(x, middle + TEXT * (0.36 + LINE_HEIGHT * (i - (len(rows) - 1) / 2)), row)


def sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "?", "!")) else f"{words}."
