"""The capstone's template: its quoted figures, its parts, and an evidence table that exports."""

import json
import re
from pathlib import Path

import crossroads as cr

LESSON = Path(__file__).parents[2] / "lessons" / "13-capstone.ipynb"
CELLS = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text("utf-8"))["cells"]]


def test_the_figures_in_the_words_under_the_chart_are_those_of_the_data():
    rows = cr.load("indicators").query(
        "iso3 == 'TJK' and indicator == 'remittances_received_pct_gdp'"
    )
    value = rows.set_index("year")["value"]
    (words,) = [cell for cell in CELLS if cell.startswith("*In words")]
    quoted = re.findall(r"([\d.]+) %(?: of GDP)? in (\d{4})", words)
    assert len(quoted) == 4
    assert [f"{value[int(year)]:.1f}" for _, year in quoted] == [share for share, _ in quoted]
    assert f"values from {value.index.min()} to {value.index.max()}" in words


def test_the_memo_has_the_five_parts_that_the_explanation_names():
    (table,) = [cell for cell in CELLS if "| part | what it does | length |" in cell]
    parts = re.findall(r"^\| ([A-Z][^|]+?) \|", table, re.M)
    (memo,) = [cell for cell in CELLS if cell.startswith("## Your memo")]
    headings = re.findall(r"^### (?:The )?(.+)$", memo, re.M)
    assert [h.casefold() for h in headings] == [p.casefold() for p in parts]


def test_the_words_of_the_budget_item_add_up():
    item = cr.check("13-budget")._item
    whole, *parts = map(int, re.findall(r"\d+", item.prompt))
    assert item.answer == whole - sum(parts)
