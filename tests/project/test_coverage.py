"""Every claim and every row of the article's tables is taught somewhere, and the docs say where."""

import runpy
from pathlib import Path

import crossroads as cr

TREE = Path(__file__).parents[2]
COVERAGE = runpy.run_path(str(TREE / "tools" / "coverage.py"))


def test_every_claim_is_named_in_a_lesson():
    found = COVERAGE["places"]()
    assert [c for c in cr.load("claims")["id"] if "lessons" not in found.get(c, {})] == []


def test_every_row_of_the_tables_is_taught_through_its_claims():
    found = COVERAGE["places"]()
    claims = cr.load("claims").dropna(subset="table_row").set_index("id")["table_row"]
    taught = {row for claim, row in claims.items() if "lessons" in found.get(claim, {})}
    rows = {row for name in COVERAGE["TABLES"] for row in cr.load(name)["id"]}
    assert rows == taught


def test_the_document_is_up_to_date():
    assert (TREE / "docs" / "coverage.md").read_text("utf-8") == COVERAGE["page"](), (
        "run: python tools/coverage.py"
    )
