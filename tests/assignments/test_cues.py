"""Keys don't stand out among their options: by length, place, word lists or words of the stem."""

from collections import Counter

import pytest
from quizzes import assignments, items

from crossroads.assignments import cues, lesson_checks
from crossroads.cli import main
from crossroads.lessons.notebooks import lessons_dir

ITEMS = [item for folder in assignments() for item in items(folder)]
SINGLE = [item for item in ITEMS if item.kind == "single"]
CHOICES = [item for item in ITEMS if item.kind in ("single", "multiple")]


def made(*options, stem="Which of these harbours has the longest quay?", key="a"):
    """An item with these options."""
    lettered = "\n".join(
        f"- **{letter}.** {text}" for letter, text in zip("abcdef", options, strict=False)
    )
    item = SINGLE[0]
    changed = type(item)(**{**vars(item), "stem": f"### Question\n\n{stem}\n\n{lettered}"})
    return type("Own", (type(item),), {"call": lambda self, _=None: {"key": key}})(**vars(changed))


@pytest.mark.parametrize(
    ("options", "sign", "letter"),
    [
        (("It may rain", "It rains", "It snows", "It hails"), "hedge", "a"),
        (("It rains", "It always snows", "It hails", "It is dry"), "absolute", "b"),
        (("It rains since May", "It snows", "It hails", "It is dry"), "connective", "a"),
        (("It is dry", "It rains 3 times", "It hails", "It snows"), "number", "b"),
        (("It is dry", "It isn't wet", "Not rain", "Not snow"), "negation", "a"),
        (("A sort of quay", "A kind of pier", "A wide bay"), "words of the stem: quay", "a"),
        (("Short", "A much longer option than the other ones", "Small one"), "length", "ab"),
    ],
)  # fmt: skip
def test_what_sets_an_option_apart_is_found(options, sign, letter):
    found = {cue.sign: cue.options for cue in cues.find([made(*options)])}
    assert found[sign] == letter


@pytest.mark.parametrize(
    "options",
    [
        ("It may rain", "It might snow", "It could hail", "Perhaps it is dry"),
        ("North quay", "Harbour bridge", "Long pier", "Old dock"),
        ("12 ships", "3 ships", "40 ships", "1 ship"),
    ],
)
def test_what_all_or_several_have_sets_none_apart(options):
    assert [cue.sign for cue in cues.find([made(*options)])] == []


@pytest.mark.parametrize("item", CHOICES, ids=lambda item: item.code)
def test_options_are_about_as_long_as_each_other(item):
    assert cues.of_length(item) == []


@pytest.mark.parametrize("item", SINGLE, ids=lambda item: item.code)
def test_no_key_alone_repeats_words_of_its_question(item):
    assert [cue for cue in cues.of_stem(item) if cue.key_alone] == []


@pytest.mark.parametrize("sign", cues.SIGNS)
def test_no_sign_speaks_for_or_against_a_key(sign):
    """Where one option differs by it, that is the key about as often as chance makes it so."""
    odd = [cue for item in SINGLE for cue in cues.of_signs(item) if cue.sign == sign]
    assert sum(cue.key_alone for cue in odd) <= 2 + len(odd) / 4, odd


def test_keys_are_spread_over_the_letters_of_the_course():
    letters = Counter(item.call()["key"] for item in SINGLE if len(item.options) == 4)
    assert set(letters) == set("abcd")
    assert max(letters.values()) <= 1.4 * min(letters.values()), letters


def test_the_command_lists_what_stands_out(tmp_path, capsys):
    assert main(["items", "--kind", "single", "--cues", f"--course={tmp_path}"]) == 0
    said = capsys.readouterr().out
    for cue in cues.find(SINGLE):
        assert f"{cue.code}: {cue.sign} sets {cue.options} apart" in said
    code = next(item.code for item in SINGLE if not cues.find([item]))
    assert main(["items", code, "--cues", f"--course={tmp_path}"]) == 0
    assert "No option stands out" in capsys.readouterr().out


def test_signs_speak_for_few_keys_of_self_checks():
    """Laxer than for quizzes, as a check isn't marked: half of the signs may be the key's."""
    checks = lesson_checks.read(lessons_dir() / "checks")
    single = [check for check in checks if check.kind == "single"]
    odd = [cue for check in single for cue in cues.of_signs(check)]
    assert len(single) > 60
    assert sum(cue.key_alone for cue in odd) <= len(odd) / 2, odd
