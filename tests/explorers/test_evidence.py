"""The evidence board: verdicts, tensions, the map, and the table for the capstone."""

import json
from pathlib import Path

import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import evidence
from crossroads.explorers.evidence import CONFIDENCE, VERDICTS, Choices

LESSON = Path(__file__).parents[2] / "lessons" / "12-mapping-the-argument.ipynb"
ids = st.sampled_from(list(cr.load("claims")["id"]))
notes = st.builds(
    Choices,
    part=st.sampled_from(list(evidence.WHERE)),
    claim=ids,
    verdict=st.dictionaries(ids, st.sampled_from(list(VERDICTS))),
    confidence=st.dictionaries(ids, st.sampled_from(CONFIDENCE)),
    evidence=st.dictionaries(ids, st.text(max_size=30)),
    map=st.booleans(),
)


def test_the_argument_has_every_claim_and_no_circle():
    outline = cr.load("argument")
    assert list(outline["claim"].unique()) == list(cr.load("claims")["id"])
    above = outline.groupby("claim")["parent"].apply(lambda parents: set(parents.dropna()))

    def climb(claim, below):
        assert claim not in below
        if not above[claim]:
            assert set(outline[outline["claim"] == claim]["relation"]) == {"thesis"}
        for parent in above[claim]:
            climb(parent, [*below, claim])

    for claim in above.index:
        climb(claim, [])


def test_only_a_thesis_has_no_parent():
    outline = cr.load("argument")
    assert outline["parent"].isna().equals(outline["relation"] == "thesis")


def test_the_map_shows_every_claim_and_every_verdict():
    shown = words(evidence.view(Choices(map=True, verdict={"A49": "not testable"})))
    assert all(text in shown for text in cr.load("claims")["claim"])
    assert "(you: ? not testable)" in shown


def test_what_bears_on_a_claim_stands_under_it_once():
    shown = words(evidence.view(Choices(map=True)))
    restraint, recognised = (cr.load("claims")["claim"].loc[i] for i in (30, 31))
    assert shown.count(f"A31, {restraint}") == 2
    assert shown.count(f"A32, {recognised}") == 1


def test_two_claims_in_tension_are_named_when_both_are_supported():
    assert evidence.opposed() == [("A09", "A31"), ("A10", "A26"), ("A10", "A31")]
    for pair in evidence.opposed():
        both = dict.fromkeys(pair, "supported")
        assert "Tension." in words(evidence.view(Choices(verdict=both)))
        assert evidence.tensions(both | {pair[0]: "contested"}) == []


def test_what_was_not_filled_in_is_missing():
    board = evidence.board(
        Choices(verdict={"A01": "supported"}, evidence={"A01": "  ", "A02": "x"})
    )
    assert len(board) == 55
    assert board["evidence"].isna().sum() == 54
    assert board.loc[0, "verdict"] == "supported"


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (Choices(), "No verdict yet: 55 claims are waiting."),
        (
            Choices(verdict={"A01": "supported", "A02": "not testable"}),
            "2 of 55 claims have a verdict: 1 supported, 1 not testable; 1 still without evidence.",
        ),
        (
            Choices(verdict={"A01": "supported"}, evidence={"A01": "a visit, 2024"}),
            "1 of 55 claims have a verdict: 1 supported; each with evidence where it's needed.",
        ),
    ],
)
def test_the_sentence_says_how_far_the_board_is(choices, sentence):
    assert evidence.describe(choices) == sentence


@given(notes)
def test_every_board_has_a_view_and_a_sentence(choices):
    Text(evidence.view(choices))
    assert evidence.describe(choices).endswith(".")


def test_the_board_is_kept_and_comes_back_as_a_table(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    assert len(cr.evidence_table()) == 0
    widget = cr.evidence_board()
    widget.choices = {
        **widget.choices,
        "verdict": {"A46": "contested"},
        "evidence": {"A46": "=1+1, memberships table"},
    }
    table = cr.evidence_table()
    assert table.to_dict("records") == [
        {
            "id": "A46",
            "claim": "Organisations such as the SCO and SAARC should be used for triangular "
            "cooperation",
            "kind": "normative",
            "verdict": "contested",
            "confidence": pytest.approx(float("nan"), nan_ok=True),
            "evidence": "=1+1, memberships table",
        }
    ]


def test_the_figures_that_the_lesson_quotes_are_those_of_the_data():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    rows = cr.load("indicators").set_index(["iso3", "indicator", "year"])["value"]
    assert f"{rows['TJK', 'remittances_received_pct_gdp', 2024]:.1f} % of GDP in 2024" in text
    borders = cr.load("borders").set_index(["iso3", "neighbour_iso3"])["border_km"]
    assert f"{borders['TJK', 'UZB']:,} km" in text
    partners = cr.load("trade_partners").query(
        "iso3 == 'TJK' and flow == 'imports' and year == 2023"
    )
    largest = partners.sort_values("share_pct").iloc[-1]
    assert largest["partner_iso3"] == "CHN"
    assert f"in 2023 ({largest['share_pct']:.0f} %" in text
    objections = cr.load("argument").query("relation == 'objects'")["claim"].nunique()
    assert cr.check("12-count")._item.answer == objections
