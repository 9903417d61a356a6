"""Texts that a spreadsheet takes for nothing but texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_SIGNS = tuple("=+-@＝＋－＠")


def defused(text: str, *, numbers: bool = True) -> str:
    """Return a text that no spreadsheet takes for a formula.

    What begins with one of = + - @, a tab or a carriage return gets an apostrophe before it
    (OWASP, *CSV Injection*). A plain number stays as it is, unless ``numbers`` says that no text of
    the table is meant as one.
    """
    if numbers and re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return text
    risky = text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in _SIGNS
    return f"'{text}" if risky else text


def as_written(text: str) -> str:
    """Return a text from a spreadsheet without the apostrophe that ``defused`` put before it."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def defused_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet takes for a formula.

    Texts that look like formulas get a leading apostrophe.
    """

    def safe(value: Any) -> Any:
        # What is a number here has a number's type: a text such as "+1" is somebody's id.
        return defused(value, numbers=False) if isinstance(value, str) else value

    return frame.map(safe)
