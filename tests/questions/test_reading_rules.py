"""How answers are read: one table for Python and the pen, and one list of cases for both.

``jupyterlab-extension/test/item.test.mjs`` tries ``readings.json`` on the pen: ``npm test`` there.
"""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from crossroads.grading.submitted.python_source import literal
from crossroads.questions import answers, kinds, option_words, pasted, signs, text

TREE = Path(__file__).parents[2]
READINGS = json.loads((TREE / "tests" / "support" / "readings.json").read_text("utf-8"))
RULES = json.loads((TREE / "jupyterlab-extension/src/reading.json").read_text("utf-8"))
REBUILD = "say .venv/bin/python tools/reading_rules.py, then make pen"
#: The question's text of cases that have none of their own; the pen's tests have the same.
STEM = """Which?

- **1.** One
- **2.** Two
- **a.** A
- **b.** B
- **c.** C"""


def read(case, value):
    """A value in the pen's form: codes by place, a number, or ``None``."""
    if answers.is_blank(value):
        return None
    kind = case["kind"]
    if kind in ("single", "multiple", "order", "match"):
        value = option_words.read(value, option_words.letters(case.get("stem", STEM)))
    if "call" in case:
        return kinds.score(kind, value, case["call"]).answer
    if kind == "match":
        pairs = answers.read_match(value, ("12", "abc"))
        return [pairs.get(left, "") for left in "12"]
    if kind == "number":
        return answers.read_number(value, "%")
    if kind == "text":
        return text.plain(text.read(value))
    if kind == "single":
        return [answers.read_single(value, "abc")]
    reader = answers.read_order if kind == "order" else answers.read_several
    codes = reader(value, "abc")
    return codes if kind == "order" else sorted(codes)


@pytest.mark.parametrize("case", READINGS, ids=lambda case: f"{case['kind']} {case['source']!a}")
def test_an_answer_is_read_as_the_pen_reads_it(case):
    plain, value = literal(signs.latin_names(pasted.mended(case["source"])), "q1")
    if case["read"] == "unreadable":
        if plain:
            with pytest.raises(answers.NotYet):
                read(case, value)
        return
    assert plain
    assert read(case, value) == case["read"]


def test_the_pen_s_table_is_python_s():
    made = runpy.run_path(str(TREE / "tools" / "reading_rules.py"))
    assert made["PATH"].read_text("utf-8") == made["written"](), REBUILD


def test_every_kind_has_cases_with_an_answer_and_without():
    for kind in kinds.KINDS:
        read = [case["read"] for case in READINGS if case["kind"] == kind]
        assert None in read
        # A line can't hold what code gives back.
        assert kind == "code" or any(one not in (None, "unreadable") for one in read)


def patterns(rules):
    """Every pattern of the table."""
    yield from (rules[name] for name in ("between", "option", "led", "pair", "prompt", "stray"))
    steps = ("one", "worded", "several", "ordered", "matched", "words", "number")
    for step in (step for name in steps for step in rules[name]):
        yield from (
            step[name] for name in ("cut", "words", "where", "refuse", "need") if name in step
        )


def test_patterns_mean_the_same_in_python_and_javascript():
    # Named groups, flags, ends and possessive signs differ, and so do the spaces of backslash s.
    found = [*patterns(RULES)]
    assert len(found) > 10
    for pattern in found:
        assert pattern.isascii() and not re.search(r"\(\?[P#aimsx(>]|\\[AZsSwW]|[*+?}]\+", pattern)


def test_the_table_and_normalisation_give_what_python_gives():
    import unicodedata

    table = RULES["signs"]
    for sign in map(chr, [*range(128, 0xD800), *range(0xE000, 0x10000)]):
        zero = next((z for z in table["zeros"] if 0 <= ord(sign) - ord(z) < 10), None)
        wide = unicodedata.normalize("NFKC", sign)
        if sign in table["invisible"]:
            made = ""
        elif sign in table["spaces"] + table["lines"]:
            made = " " if sign in table["spaces"] else "\n"
        elif zero:
            made = str(ord(sign) - ord(zero))
        else:
            made = table["signs"].get(sign, wide if wide.isascii() and wide.strip() else sign)
        assert made == signs.plain(sign), hex(ord(sign))
