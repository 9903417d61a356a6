"""Numbers as the teacher's pages write them, in English; ``None`` for what is missing."""

from __future__ import annotations

import pandas as pd

NO_BREAK = "\N{NO-BREAK SPACE}"


def percent(share: float) -> str:
    """Return a share as people write it, never broken over two lines: ``62 %``."""
    return f"{100 * share:.0f}{NO_BREAK}%"


def share(value: float) -> str | None:
    """``percent``, of what may be missing."""
    return None if pd.isna(value) else percent(value)


def figure(value: float, form: str = ".2f") -> str | None:
    """Return a number with a sign of minus, ``form`` as Python's ``format`` has it: ``−0.21``."""
    if pd.isna(value):
        return None
    text = format(value, form)
    # What is rounded to nothing has no sign.
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")


def between(low: float, high: float, form: str = ".2f") -> str | None:
    """Return an interval: ``−0.21 to 0.40``; with the form ``%``, of shares."""
    if pd.isna(low) or pd.isna(high):
        return None
    ends = [percent(end) if form == "%" else figure(end, form) for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def with_interval(value: float, low: float, high: float, form: str = ".2f") -> str | None:
    """Return a number with its interval, if that is known: ``0.62 (0.40 to 0.80)``."""
    said, ends = share(value) if form == "%" else figure(value, form), between(low, high, form)
    return said if said is None or ends is None else f"{said} ({ends})"
