"""The explorers' pure core: choices in, table and sentence out."""

import dataclasses
from importlib import import_module
from pathlib import Path

import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import claims, tables
from crossroads.explorers.claims import KINDS
from crossroads.tables import headings


@pytest.mark.parametrize("module", [claims, tables])
def test_choices_are_frozen_and_have_a_first_view(module):
    choices = module.Choices()
    with pytest.raises(dataclasses.FrozenInstanceError):
        choices.part = "x"
    assert "<caption>" in module.view(choices)
    assert module.describe(choices).endswith(".")
    controls = module.controls(choices)
    assert controls
    for control in controls:
        assert control["label"]
        assert hasattr(choices, control["field"])


def test_every_cell_of_the_three_tables_can_be_seen():
    for name in tables.TITLES:
        shown = words(tables.view(tables.Choices(name=name)))
        frame = cr.load(name)
        assert all(str(cell) in shown for cell in frame.to_numpy().ravel())
        assert all(heading in shown for heading in headings(name).values())


def test_a_table_of_the_article_is_shown_by_its_number():
    for number, name in enumerate(tables.TITLES, 1):
        shown = words(cr.article_table(number))
        assert f"Table {number}. " in shown and "as printed" in shown
        assert all(str(cell) in shown for cell in cr.load(name).to_numpy().ravel())
    with pytest.raises(ValueError, match="no table 4"):
        cr.article_table(4)


def test_finding_a_word_keeps_its_rows_and_marks_it():
    choices = tables.Choices(name="roles", find="BORDER")
    assert list(tables.rows(choices)["id"]) == ["T1.2"]
    assert "<mark>border</mark>" in tables.view(choices)
    assert "Rows containing “BORDER”: 1 of 3" in tables.describe(choices)


def test_choosing_columns_limits_what_is_shown_and_searched():
    choices = tables.Choices(name="roles", columns={"roles": ["focus_area"]}, find="border")
    assert list(tables.rows(choices).columns) == ["id", "focus_area"]
    assert len(tables.rows(choices)) == 0


@given(st.text(max_size=12), st.sampled_from(list(tables.TITLES)))
def test_any_words_can_be_looked_for(find, name):
    Text(tables.view(tables.Choices(name=name, find=find)))


@pytest.mark.parametrize(
    "choices",
    [
        tables.Choices(name="partners"),
        tables.Choices(name="partners", columns={"partners": ["goal", "country"]}),
        tables.Choices(name="policies", find='it\'s "joint" \\ management'),
        tables.Choices(name="policies", columns={"policies": ["objective"]}, find="joint"),
    ],
)
def test_the_pandas_lines_make_the_same_rows(choices):
    scope = {"cr": cr}
    exec(tables.code(choices), scope)
    expected = tables.rows(choices)
    assert scope["table"][list(expected.columns)].equals(expected)


def test_a_code_of_letters_comes_back_as_kinds():
    kinds = {"A01": "descriptive", "A03": "normative", "A54": "predictive"}
    code = claims.letters(kinds)
    assert (len(code), code[:4]) == (55, "D-N-")
    assert claims.decode(f" {code.lower()} ") == kinds


@pytest.mark.parametrize("nonsense", ["what is this?", "D-N7", "D" * 56, "ДЦ"])
def test_nonsense_for_a_partner_s_code_gets_a_sentence_and_no_kappa(nonsense):
    choices = claims.Choices(sorted={"A01": "descriptive"}, partner=nonsense)
    said = claims.describe(choices)
    assert "can't be read" in said
    assert "(D, C, E, P, N) or a hyphen for each claim, and no more than 55 in all" in said
    assert "kappa" not in said
    assert "Your partner" not in claims.view(choices)


def test_a_partner_who_has_sorted_nothing_is_said_to_have():
    choices = claims.Choices(sorted={"A01": "descriptive"}, partner="-" * 55)
    assert "no claim yet that both you and your partner" in claims.describe(choices)


def test_the_course_s_coding_takes_either_of_two_kinds():
    assert claims.course({})["A24"] == "descriptive"
    assert claims.course({"A24": "evaluative"})["A24"] == "evaluative"
    assert claims.course({"A24": "causal"})["A24"] == "descriptive"


def test_agreement_counts_only_what_both_have_sorted():
    choices = claims.Choices(sorted={"A01": "descriptive", "A02": "normative"}, compare=True)
    assert "1 of 2 claims (Cohen's kappa 0.33)" in claims.describe(choices)
    assert "A02" in words(claims.view(choices))


def test_the_whole_article_can_be_sorted_as_the_course_does():
    choices = claims.Choices(part="all", sorted=claims.course({}), compare=True)
    assert "55 of 55 claims (Cohen's kappa 1.00)" in claims.describe(choices)


def test_a_claim_of_another_part_gives_way_to_the_first_of_this_part():
    assert claims.current(claims.Choices(part="recommendations", claim="A01")) == "A42"


def test_every_claim_can_be_reached_and_offers_the_five_kinds():
    reached = set()
    for part in claims.WHERE:
        listed, steps, radios = claims.controls(claims.Choices(part=part))[1:4]
        reached |= {code for code, _ in steps["options"]}
        assert [code for code, _ in listed["options"]] == [code for code, _ in steps["options"]]
        assert [code for code, _ in radios["options"]] == list(KINDS)
    assert reached == set(cr.load("claims")["id"])


def test_the_shell_shows_what_the_pure_functions_return(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    widget = cr.table_explorer(name="policies")
    widget.choices = {**widget.choices, "find": "trade"}
    assert widget.sentence == tables.describe(tables.Choices(name="policies", find="trade"))
    assert widget.html == tables.view(tables.Choices(name="policies", find="trade"))


def test_sorted_claims_are_there_again_next_time(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    first = cr.claim_sorter()
    first.choices = {**first.choices, "sorted": {"A01": "causal"}}
    assert cr.claim_sorter().choices["sorted"] == {"A01": "causal"}


def test_headless_an_explorer_is_plain_html(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path))
    data, _ = cr.table_explorer()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    assert "Joint drills" in data["text/html"]
    assert "Rows shown: 3 of 3" in data["text/html"]


#: An explorer is a module, or a folder of its own.
EXPLORERS = sorted(
    path.stem for path in Path(tables.__file__).parent.iterdir() if path.stem[0] != "_"
)


def offered(module):
    """The first choices, and those with each option of each select and group of radios."""
    first = module.Choices()
    yield first
    for control in module.controls(first):
        if control["kind"] in ("select", "radios") and "key" not in control:
            for code, _ in control["options"]:
                yield dataclasses.replace(first, **{control["field"]: code})


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_has_words_of_its_own_and_changes_a_choice_that_there_is(name):
    module = import_module(f"crossroads.explorers.{name}")
    for choices in offered(module):
        found = module.controls(choices)
        assert found
        for control in found:
            assert control["label"].strip(), control["field"]
            assert hasattr(choices, control["field"])
            options = [words for _, words in control.get("options", [])]
            assert all(words.strip() for words in options), control["label"]
            assert len(set(options)) == len(options), control["label"]
        labels = [control["label"] for control in found]
        assert len(set(labels)) == len(labels), labels
