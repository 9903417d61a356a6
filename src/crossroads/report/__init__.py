"""The report on a quiz: gradebook and kept results in; a page, CSV files and a notebook out.

The numbers are worked out in ``item_analysis``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from .. import item_analysis
from ..course import write_whole
from ..web.spreadsheet import defused_table
from . import beside as beside
from . import history as history
from .beside import Beside
from .findings import Analysis, Rekey, how_to, rekey
from .pages import page
from .responses import Responses, read, submitted_notebook
from .words import left_alone, rekey_words, summary

__all__ = [
    "Analysis",
    "Beside",
    "Responses",
    "how_to",
    "left_alone",
    "page",
    "read",
    "rekey",
    "rekey_words",
    "submitted_notebook",
    "summary",
    "write",
]


def tables(own: Analysis) -> dict[str, pd.DataFrame]:
    """Return what the CSV files hold, by name."""
    of = own.of
    apart = own.discrimination.rename(columns={"n": "n_complete", "low": "r_low", "high": "r_high"})
    blank = own.nonresponse.drop(columns="n")
    easy = own.difficulty.rename(columns={"low": "share_low", "high": "share_high"})
    # The class's table, in points, as it is: also of those who don't count.
    shares = own.mastery.pivot(index="student_id", columns="objective", values="share")
    totals = item_analysis.complete(own.points).sum(axis=1).rename("total")
    students = of.students.merge(totals, "left", left_on="student_id", right_index=True)
    if not of.is_plain:
        students = students.merge(shares, "left", left_on="student_id", right_index=True)
    long = {name: getattr(own, name).stack(future_stack=True) for name in _LONG}
    return {
        "items": of.items.join([easy, apart, blank]).reset_index(),
        "options": own.frequencies,
        "students": students,
        "objectives": own.class_mastery.reset_index(),
        "responses": pd.DataFrame(long).reset_index(),
    }


_LONG = ("points", "blank", "chosen")


def write(
    folder: Path, own: Analysis, change: Rekey | None = None, beside: Beside | None = None
) -> list[Path]:
    """Write page, CSV files and notebook; returns the files that are left as they are.

    That is the notebook where somebody has changed it; ``left_alone`` says so.
    """
    found = tables(own) | ({"rekey": change.changes} if change else {})
    for name, frame in found.items():
        write_whole(folder / f"{name}.csv", defused_table(frame).to_csv(index=False))
    write_whole(folder / "report.html", page(own, change, beside=beside))
    path, text = folder / "analysis.ipynb", notebook(own.of.quiz)
    if path.exists() and path.read_text("utf-8") != text:
        return [path]
    write_whole(path, text)
    return []


_CELLS = (
    "import pandas as pd\n\nimport crossroads as cr\nfrom crossroads import analysis",
    "# Ids are texts: 007 stays 007.\n"
    'items = pd.read_csv("items.csv", keep_default_na=False, na_values=[""]).set_index("item")\n'
    'options = pd.read_csv("options.csv", keep_default_na=False)\n'
    'given = pd.read_csv("responses.csv", dtype=str, keep_default_na=False)\n\n\n'
    "def wide(column):\n"
    '    frame = given.pivot(index="student_id", columns="item", values=column)[items.index]\n'
    '    return frame.mask(frame == "")\n\n\n'
    'points = wide("points").astype(float)\n'
    'blank = wide("blank").replace({"True": True, "False": False}).astype("boolean")\n'
    'chosen = wide("chosen")',
    "difficulty = analysis.difficulty(points, items)\n"
    'cr.table(difficulty.round(2).reset_index(), "Difficulty: share of points")',
    "discrimination = analysis.discrimination(points, items)\n"
    'cr.table(discrimination.round(2).reset_index(), "Discrimination")',
    "# The report's own numbers are these.\n"
    'pd.testing.assert_series_equal(difficulty["share"], items["share"])\n'
    'pd.testing.assert_series_equal(discrimination["r"], items["r"])\n'
    "analysis.reliability(points)",
    'asked = options[~options["option"].isin(["none", "other"])]\n'
    'asked = asked[["item", "option", "text", "in_key", "misconception"]]\n'
    "frequencies = analysis.option_frequencies(points, blank, chosen, asked)\n"
    'cr.table(frequencies.drop(columns="text").round(2), "Options by third of the class")',
    "nonresponse = analysis.nonresponse(blank)\nanalysis.time_order(difficulty, nonresponse)",
    "mastery = analysis.mastery(points, items, threshold=analysis.MASTERED)\n"
    'cr.table(analysis.class_mastery(mastery).round(2).reset_index(), "Objectives")',
    "analysis.to_look_at(items, difficulty, discrimination, frequencies, nonresponse)",
)


def notebook(quiz: str) -> str:
    """Return the notebook that works the report out again from its CSV files, without outputs."""
    intro = (
        f"# {quiz}: the report's numbers, worked out again\n\nFrom the CSV files beside this "
        "notebook, through the functions of `crossroads.item_analysis`. Try your own questions "
        "below."
    )
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "intro", "source": intro}]
    for number, code in enumerate(_CELLS, 1):
        empty: dict[str, Any] = {"execution_count": None, "outputs": []}
        cells.append({"cell_type": "code", "id": f"step-{number}", "source": code, **empty})
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    made = {
        "cells": [{"metadata": {}, **cell} for cell in cells],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"
