"""One student's data for a page: the gradebook's points, and the cells with how they ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..grading.results import Result
from ..grading.submitted import pictures
from ..i18n import _
from ..questions import variants
from ..web.texts import part, told, visible
from .quiz import id_of

#: How IPython names a cell in a message of Python's.
_PLACE = re.compile(r"\((?:<[^<>]{1,80}>|\d+\.py), line (\d+)\)")


@dataclass(frozen=True)
class Given:
    """The gradebook's data on one answer; points are ``None`` where there are none."""

    auto: float | None
    manual: float | None
    extra: float
    waiting: bool
    comment: str

    @property
    def points(self) -> float | None:
        """The points that count: a person's mark before the computer's, and extra credit."""
        counts = self.auto if self.manual is None else self.manual
        return None if counts is None else counts + self.extra


@dataclass(frozen=True)
class Cell:
    """A question's answer cell: its source, how it ended if it failed, what went before it."""

    source: str = ""
    failed: str = ""
    before: str = ""
    #: Pictures that its text shows.
    pictures: Mapping[str, dict[str, str]] = field(default_factory=dict)
    is_code: bool = False


def cells_of(result: Result, *, plain: bool = False) -> dict[str, Cell]:
    """Answer cells by id; a cell of the student's own that was stopped is said at the next.

    In a ``plain`` assignment of another course, such a cell may be the teacher's as well.
    """
    found: dict[str, Cell] = {}
    before = ""
    for cell in result.merged.get("cells", []):
        id_, failed = id_of(cell), ""
        for out in cell.get("outputs", []):
            if out["output_type"] == "error":
                words = _PLACE.sub(r"(line \1)", out["evalue"][:300])
                failed = f"{out['ename']}: {words}"
                if out["ename"] == "Timeout":
                    failed = out["evalue"]
                # Python's own messages are English, and so is the sandbox's.
                failed = part("en", visible(failed))
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            said: str = failed and told(_("Your cell stopped. {reason}"), reason=failed)
            shown = pictures.pasted(cell.get("attachments"))
            code = cell["cell_type"] == "code"
            found[id_] = Cell("".join(cell["source"]), said, before, shown, code)
            before = ""
        elif not id_ and failed:
            added = _("A cell that you added above this one stopped. {reason}")
            other = _("A cell above this one stopped. {reason}")
            before = told(other if plain else added, reason=failed)
    return found


def values_in(result: Result) -> Any:
    try:
        return variants.values_in(result.notebook)
    except (ValueError, KeyError):
        return None


def graded(grades: pd.DataFrame) -> dict[str, dict[str, Given]]:
    found: dict[str, dict[str, Given]] = {}
    for row in grades.itertuples():
        one = Given(
            _points(row.auto),
            _points(row.manual),
            _points(row.extra) or 0.0,
            bool(row.waiting),
            str(row.comment),
        )
        found.setdefault(str(row.student_id), {})[str(row.item)] = one
    return found


def _points(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
