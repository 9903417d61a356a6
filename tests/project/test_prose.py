"""One thing has one name: what the table of words replaces stands nowhere that people read."""

import importlib.util
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("prose", TREE / "tools" / "prose.py")
prose = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(prose)


def found(text):
    return [one.word for one in prose.find(prose.replaced(), prose.Text("a.md", "", text))]


def test_no_text_has_a_word_that_we_replace():
    words, read = prose.replaced(), [*prose.texts()]
    assert len(words) > 15
    kinds = {Path(said.file).suffix for said in read}
    assert kinds == {".md", ".ipynb", ".yml", ".pot"} and len(read) > 2000
    assert [one for said in read for one in prose.find(words, said)] == []


@pytest.mark.parametrize(
    "text",
    ["Then hand in the file.", "Hand\nin the file.", "A dataframe of two rows", "**mend** it"],
)
def test_a_word_is_found_wherever_it_stands_in_a_sentence(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "They shook hands in public.",
        "`dataframe`",
        "A DataFrame",
        "[here](hand in)",
        "recommend it",
    ],
)
def test_a_name_in_code_and_a_word_within_another_are_none(text):
    assert found(text) == []


def test_each_word_has_what_to_say_instead():
    assert all(say and word and "|" not in word for word, say in prose.replaced().items())
