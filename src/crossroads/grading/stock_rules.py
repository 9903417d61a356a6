"""nbgrader's own rules of what a test cell earns, by the outputs that it leaves."""

from __future__ import annotations

import re
from typing import Any

from . import regrade
from .notes import Note
from .results import Mark

#: What Python, R and Julia write on standard error of a warning, and what we write there ourselves.
_WARNING = re.compile(
    r"(?:\S.*:\d+: )?\w*Warning: |Warning messages?(?: in .*)?:|[┌\[] ?Warning: |WARNING: "
)
_OURS = re.compile(r"\[(?:Not run|Nobody types) while this is marked: .*\]")


def by_outputs(id_: str, shown: list[dict[str, Any]], points: float, *, strict: bool) -> Mark:
    """Return what the test ``id_`` earns by nbgrader's ``determine_grade``.

    Its first output says it.

    An error is nothing; a number as the cell's value is so many points; all else is all of them,
    numbers below 0 included. With more than there are, stock nbgrader fails, and here a person
    looks. What a test writes on standard error is an error, too: here a warning isn't, unless
    ``strict``.
    """
    said = ""
    for out in shown:
        kind = out["output_type"]
        if kind == "error":
            return Mark(0, f"{said}{out['evalue']}", out["ename"])
        if kind == "stream" and out["name"] == "stderr":
            if _is_no_matter(out["text"], strict=strict):
                continue
            return Mark(0, f"{said}{out['text']}", "stderr")
        if kind == "stream":
            said += out["text"]
        if kind == "execute_result":
            return _partial(id_, out["data"].get("text/plain", ""), points, said)
    return Mark(points, said)


def _is_no_matter(text: str, *, strict: bool) -> bool:
    """Return whether standard error holds nothing but warnings, or what isn't a test's at all."""
    own = "\n".join(line for line in text.splitlines() if not _OURS.fullmatch(line)).strip()
    return not own or (not strict and bool(_WARNING.match(own)))


def _partial(id_: str, text: str, points: float, said: str) -> Mark:
    try:
        value = float(text)
    except ValueError:
        return Mark(points, said)
    if not value >= 0:  # not a number, too
        return Mark(points, said)
    if value > points:
        if not regrade.above(value, points):
            return Mark(points, said)
        about = {"gives": value if value < 1e300 else 1e300, "points": points}
        return Mark(None, said, notes=(Note("gives-too-much", id_, about),))
    return Mark(value, said)
