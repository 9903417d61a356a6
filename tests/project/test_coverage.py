"""Every row of the article's tables is explained, shown and asked; the docs say where."""

import runpy
from pathlib import Path

import pytest

import crossroads as cr

TREE = Path(__file__).parents[2]
COVERAGE = runpy.run_path(str(TREE / "tools" / "coverage.py"))
FOUND, ROWS = COVERAGE["taught"](), [*COVERAGE["rows"]()]
#: Claims that only the claim sorter and the evidence board hold.
LEFT = {"A01"}
PATH = TREE / "lessons" / "02-who-sits-at-which-table.ipynb"


def test_every_claim_is_explained_in_a_lesson():
    claims = set(cr.load("claims")["id"])
    assert {claim for claim in claims if not FOUND.get(claim, {}).get("section")} == LEFT
    assert FOUND.keys() <= claims


@pytest.mark.parametrize(("code", "claims"), [(code, own) for code, _, own in ROWS])
def test_a_row_of_the_tables_is_explained_shown_and_asked(code, claims):
    assert claims
    lacks = COVERAGE["missing"](COVERAGE["of_row"](FOUND, claims))
    assert lacks == []


def test_a_row_that_lacks_something_is_named_with_what_it_lacks():
    found = {"A16": {"section": ["04 Explain"], "explorer": [], "items": []}}
    own = COVERAGE["of_row"](found, ["A16", "A17"])
    assert COVERAGE["missing"](own) == ["shown", "asked"]
    line = "| T1.1 | Energy | 04 Explain |  |  | shown, asked |"
    assert COVERAGE["row"]("T1.1", "Energy", own) == line


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"section": "No such heading"}, "no section called 'No such heading'"),
        ({"claims": ["A49"]}, "its section doesn't name A49"),
        ({"explorer": "target_lab"}, "no cell shows target_lab"),
        ({"items": ["02-nothing"]}, "no item 02-nothing"),
        ({"item": "02-five"}, "no field item"),
    ],
)
def test_what_a_lesson_says_that_it_teaches_has_to_be_there(change, why):
    group = {"claims": ["A46"], "section": "Read critically", "items": ["02-five"]}
    assert COVERAGE["fault"](PATH, group) == ""
    assert why in COVERAGE["fault"](PATH, group | change)


def test_the_document_is_up_to_date():
    assert (TREE / "docs" / "coverage.md").read_text("utf-8") == COVERAGE["page"](), (
        "run: python tools/coverage.py"
    )
