"""Self-checks: reading items, marking in words, keeping progress."""

import json
import re
import textwrap
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.lessons import progress
from crossroads.lessons.checks import Check, lesson_items, public, said
from crossroads.lessons.items import ItemError, read_items
from crossroads.lessons.map import rows, view
from crossroads.lessons.next_step import next_step
from crossroads.lessons.notebooks import course_list, lessons_dir
from crossroads.questions.item import Item, Option, Slip
from crossroads.questions.self_check import Verdict, mark
from crossroads.questions.text import plain

TWO = """
- id: 07-colour
  objective: L7.1
  kind: single
  prompt: Which?
  why: Because.
  options:
    - {id: a, text: Red, why: No red., right: false}
    - {id: b, text: Blue, why: Yes blue., right: true}
"""

#: A task in code with a hint of code.
CODED = """
- id: 07-squares
  objective: L7.1
  kind: code
  prompt: Squares
  why: Because.
  expect: "4"
  hint: 'rows.assign(squared=rows["share_pct"] ** 2).groupby("year")["squared"].sum()'
"""


def parsed(tmp_path, text):
    path = tmp_path / "07.yml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return read_items(path)


def options(*texts, right=()):
    return tuple(
        Option(c, t, f"why {c}", c in right) for c, t in zip("abcdef", texts, strict=False)
    )


def item(kind, **fields):
    return Item(id="07-x", objective="L7.1", kind=kind, prompt="?", why="That is it.", **fields)


def test_an_item_is_read(tmp_path):
    found = parsed(tmp_path, TWO)["07-colour"]
    assert [o.right for o in found.options] == [False, True]


@pytest.mark.parametrize(
    "old, new, where",
    [
        ("kind: single", "kind: quiz", "field kind: 'quiz' is not one of"),
        ("  why: Because.\n", "", "field why: missing"),
        ("prompt: Which?", "prompt: 7", "field prompt: 7 has the wrong type"),
        ("prompt: Which?", "prompt: Which?\n  colour: red", "field colour: unknown"),
        ("07-colour", "08-colour", "field id: must start with 07-"),
        ("right: false", "right: true", "exactly one option must be right, not 2"),
        ("id: b", "id: a", "different ids"),
        ("why: No red., ", "", "option 1: the fields must be"),
    ],
)
def test_a_broken_item_names_file_item_and_field(tmp_path, old, new, where):
    with pytest.raises(ItemError) as caught:
        parsed(tmp_path, TWO.replace(old, new))
    assert str(caught.value).startswith("07.yml, item 1 (0")
    assert where in str(caught.value)


def test_a_file_that_is_no_list_of_items_is_named(tmp_path):
    with pytest.raises(ItemError, match="07.yml is not valid YAML"):
        parsed(tmp_path, "- [")
    with pytest.raises(ItemError, match="07.yml: the file must be a list"):
        parsed(tmp_path, "id: x")
    with pytest.raises(ItemError, match="item 2 .07-colour., field id: used twice"):
        parsed(tmp_path, TWO + TWO)


def test_every_shipped_item_is_valid():
    paths = [*(lessons_dir() / "checks").glob("*.yml")]
    assert paths and all(read_items(path) for path in paths)


ONE = item("single", options=options("x", "y", right="b"))
SOME = item("multiple", options=options("x", "y", "z", right="ab"))
ORDER = item("order", options=options("x", "y", "z"), slips=(Slip("c b a", "Backwards."),))
PAIRS = item(
    "match", options=options("x", "y"), left={"1": "one", "2": "two"}, key={"1": "a", "2": "b"}
)
NUMBER = item("number", answer=40.0, tolerance=0.5, unit="%", slips=(Slip("0.4", "A share."),))
TEXT = item(
    "text",
    accept=("The Jamestown Foundation", "Jamestown"),
    slips=(Slip("Asia News", "Who told them?"),),
)
CODE = item("code", expect="len(load('claims'))", slips=(Slip("3", "That's a table's rows."),))


@pytest.mark.parametrize(
    "which, answer, state, words",
    [
        (ONE, "b", "right", "why b"),
        (ONE, "a", "wrong", "why a"),
        (SOME, ["a", "b"], "right", "why a"),
        (SOME, ["a"], "partly", "1 more statement fits"),
        (SOME, ["a", "c"], "partly", "why c"),
        (SOME, ["c"], "wrong", "why c"),
        (ORDER, ["a", "b", "c"], "right", "That is it."),
        (ORDER, ["c", "b", "a"], "wrong", "Backwards."),
        (ORDER, ["a", "c", "b"], "partly", "why c"),
        (PAIRS, {"1": "a", "2": "b"}, "right", "That is it."),
        (PAIRS, {"1": "b", "2": "b"}, "partly", "no. Why b"),
        (PAIRS, {"1": "a"}, "partly", "“two” has no partner"),
        (PAIRS, {}, "unanswered", "Choose an answer first"),
        (NUMBER, "40.4", "right", "That is it."),
        (NUMBER, "40 %", "right", "That is it."),
        (NUMBER, "0.4", "wrong", "A share."),
        (NUMBER, "41", "wrong", "too high"),
        (NUMBER, "", "unanswered", "Type an answer first"),
        (NUMBER, "forty", "unanswered", "Type a number"),
        (TEXT, " the jamestown  foundation.", "right", "That is it."),
        (TEXT, "Asia News", "wrong", "Who told them?"),
        (TEXT, "nobody", "wrong", "once more"),
        (CODE, 55, "right", "That is it."),
        (CODE, 55.0, "right", "That is it."),
        (CODE, 3, "wrong", "That's a table's rows."),
        (CODE, "many", "wrong", "is not a number"),
    ],
)
def test_an_answer_is_explained(which, answer, state, words):
    verdict = mark(which, answer)
    assert verdict.state == state
    assert words in " ".join(verdict.words)


@pytest.mark.parametrize(
    "which, nothing",
    [
        (ONE, None),
        (SOME, []),
        (ORDER, None),
        (PAIRS, {}),
        (PAIRS, {"1": ""}),
        (NUMBER, ""),
        (TEXT, ""),
    ],
)
def test_unanswered_is_not_wrong(which, nothing):
    assert mark(which, nothing).state == "unanswered"


@given(st.lists(st.sampled_from("abc"), unique=True, min_size=1))
def test_only_the_right_set_is_right(answer):
    assert (mark(SOME, answer).state == "right") == (set(answer) == {"a", "b"})


def test_plain_text_forgives_what_does_not_matter():
    assert plain("  The Jámestown-Foundation! ") == "jamestown foundation"


@pytest.mark.parametrize("which", [ONE, SOME, ORDER, PAIRS, NUMBER, TEXT])
def test_the_browser_gets_no_key(which):
    shown = json.dumps(public(which))
    assert "why" not in shown
    assert "right" not in shown
    assert "That is it." not in shown


def test_the_right_order_is_not_the_order_shown():
    shuffled = item("order", options=options("zebra", "apple", "mango"))
    assert [code for code, _ in public(shuffled)["options"]] == ["b", "c", "a"]


# -- progress --------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path / "progress"))
    return tmp_path / "progress"


def test_tries_are_counted_and_the_first_is_kept(kept):
    progress.record("07-x", "wrong", "a")
    progress.record("07-x", "right", "b")
    entry = progress.recall("07-x")
    assert (entry["tries"], entry["first"], entry["state"]) == (2, "wrong", "right")
    assert [p.name for p in kept.iterdir()] == ["lesson-07.json"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"07-x": 3}', "\x00"])
def test_a_damaged_file_is_put_aside(kept, damage):
    progress.record("07-x", "right", "b")
    (kept / "lesson-07.json").write_text(damage)
    with pytest.warns(UserWarning, match="was kept as lesson-07.damaged-"):
        progress.record("07-y", "wrong", "a")
    (aside,) = kept.glob("lesson-07.damaged-*.json")
    assert aside.read_text() == damage
    assert progress.recall("07-y")["state"] == "wrong"


def test_a_failed_write_keeps_what_was_there(kept, monkeypatch):
    progress.record("07-x", "right", "b")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        progress.record("07-x", "wrong", "a")
    assert progress.recall("07-x")["state"] == "right"
    assert [p.name for p in kept.iterdir()] == ["lesson-07.json"]


@pytest.fixture
def course(kept, tmp_path, monkeypatch):
    """A course of one lesson with two items."""
    lessons = tmp_path / "lessons"
    (lessons / "checks").mkdir(parents=True)
    about = {"lesson": 7, "title": "Seven", "question": "Why?", "minutes": 60}
    (lessons / "07-seven.ipynb").write_text(json.dumps({"metadata": {"crossroads": about}}))
    (lessons / "checks" / "07.yml").write_text(TWO + TWO.replace("07-colour", "07-other"))
    monkeypatch.setattr("crossroads.lessons.checks.lessons_dir", lambda: lessons)
    yield lessons


def test_a_widget_marks_records_and_remembers(course):
    widget = cr.check("07-colour")
    widget._receive(widget, {"answer": None}, [])
    assert (widget.verdict["state"], progress.recall("07-colour")) == ("unanswered", {})
    widget._receive(widget, {"answer": "a"}, [])
    assert "No red." in widget.verdict["html"]
    again = cr.check("07-colour")
    assert (again.answer, again.verdict["state"]) == ("a", "wrong")
    # The same answer once more isn't told the same: that is folded.
    again._receive(again, {"answer": "a"}, [])
    first, folded = again.verdict["html"].split("<details>", 1)
    assert "You gave this answer before." in first and "No red." not in first
    assert "No red." in folded and "Show the answer" not in folded
    again._receive(again, {"answer": "b"}, [])
    assert again.verdict["state"] == "right" and "before" not in again.verdict["html"]


def test_the_course_map_shows_what_is_done_and_what_to_revisit(course):
    progress.record("07-colour", "right", "b")
    progress.record("07-other", "wrong", "a")
    (row,) = rows(course).to_dict("records")
    assert (row["done"], row["items"], row["revisit"]) == (1, 2, ["Which?"])
    shown = view(rows(course))
    assert '<a href="07-seven.ipynb">7. Seven</a>' in shown
    (label,) = BeautifulSoup(shown, "html.parser").select("label")
    assert label.get_text().strip() == "1 of 2 self-checks, 0 of 1 lessons"
    assert (label.progress["value"], label.progress["max"]) == ("1", "2")
    progress.record("07-other", "right", "b")
    assert "2 of 2 self-checks, 1 of 1 lessons" in view(rows(course))


def test_the_list_for_the_course_panel_has_what_the_lessons_say(course, speak):
    (course / "08-draft.ipynb").write_text("not yet a notebook")
    speak("ru")
    listed = course_list(course)
    assert (listed["schema"], listed["version"], listed["language"]) == (
        "crossroads/course",
        1,
        "ru",
    )
    (lesson,) = listed["lessons"]
    assert lesson.pop("items") == ["07-colour", "07-other"]
    assert lesson == {"lesson": 7, "title": "Seven", "minutes": 60, "file": "07-seven.ipynb"}
    translated = json.loads((course / "07-seven.ipynb").read_text("utf-8"))
    translated["metadata"]["crossroads"]["title"] = "Семь"
    (course / "ru").mkdir()
    (course / "ru" / "07-seven.ipynb").write_text(json.dumps(translated), "utf-8")
    (lesson,) = course_list(course)["lessons"]
    assert (lesson["title"], lesson["file"]) == ("Семь", "ru/07-seven.ipynb")


def folds(html):
    """The titles of what is folded away, and what stands open."""
    page = BeautifulSoup(html, "html.parser")
    titles = [fold.summary.extract().get_text() for fold in page.select("details")]
    for fold in page.select("details"):
        fold.decompose()
    return titles, page.get_text()


def test_help_comes_in_steps_and_the_answer_last(course):
    (course / "checks" / "07.yml").write_text(CODED)
    steps = [folds(cr.check("07-squares", 3)) for _try in range(3)]
    assert [titles for titles, _ in steps] == [
        ["Hint"],
        ["One way to write it"],
        ["One way to write it", "Show the answer"],
    ]
    assert "groupby" not in steps[0][1]
    assert "You can use assign(), groupby(), sum() here." in steps[1][1]
    assert "share_pct" not in steps[2][1], "the code itself is folded"


def test_code_in_a_hint_keeps_its_font():
    item = replace(lesson_items("11")["11-tiny"], hint="Use the column `rca` of <b>.")
    assert "the column <code>rca</code> of &lt;b&gt;" in next_step(item, 2)


def test_a_question_with_controls_helps_in_steps_too(kept):
    widget = cr.check("03-points")
    seen = []
    for _try in range(3):
        widget._receive(None, {"answer": "3"}, None)
        seen.append(folds(widget.verdict["html"]))
    again = "Why it isn't right"
    assert [titles for titles, _ in seen] == [["Hint"], [again], [again, "Show the answer"]]
    assert ["3 % is too low." in text for _, text in seen] == [True, False, False]
    assert ["Divide the change" in text for _, text in seen] == [False, True, True]
    widget._receive(None, {"answer": "25"}, None)
    assert folds(widget.verdict["html"])[0] == []


def test_a_task_left_open_leaves_no_trace(kept):
    assert "unanswered" in cr.check("01-n-normative", ...)
    assert progress.recall("01-n-normative") == {}
    assert 'data-state="wrong"' in cr.check("01-n-normative", 54)
    assert progress.recall("01-n-normative")["state"] == "wrong"


def test_an_order_that_nobody_moved_is_asked_for_once_more(kept):
    item = next(i for i in lesson_items("03").values() if i.kind == "order")
    widget, shown = Check(item), [option.id for option in item.options][::-1]
    widget._receive(widget, {"answer": shown, "untouched": True}, [])
    assert "moved anything" in widget.verdict["html"] and progress.recall(item.id) == {}
    widget._receive(widget, {"answer": shown, "untouched": False}, [])
    assert progress.recall(item.id)["answer"] == shown


def test_of_two_pairs_with_the_same_wrong_partner_the_reason_stands_once():
    left = {**PAIRS.left, "3": "three"}
    pairs = replace(PAIRS, left=left, key={**PAIRS.key, "3": "a"})
    words = said(mark(pairs, {"1": "b", "2": "b", "3": "b"}))
    assert words.count("no.") == 2 and words.count("Why b") == 1


def test_a_result_that_could_be_a_slip_to_its_digits_is_asked_for_more_of_them(kept):
    near = item("code", expect="1.246", slips=(Slip("1.253", "The mean."),))
    assert (mark(near, 1.25).state, mark(near, 1.25).words) == (
        "unanswered",
        (
            "With so few digits, another result looks the same. Give the value itself, or more "
            "of its digits.",
        ),
    )
    assert [mark(near, x).state for x in (1.246, 1.2, 1.253, 1.24)] == [
        "right",
        "wrong",
        "wrong",
        "wrong",
    ]


def test_no_hint_is_the_answer_as_code():
    """What a hint of code calls is told first; one that calls nothing would give all away."""
    items = [i for n in range(14) for i in lesson_items(f"{n:02}").values()]
    hints = [i.hint for i in items if i.kind == "code" and i.hint]
    assert len(hints) > 30
    for hint in hints:
        in_words = re.search(r"[A-Za-z]{2,} [a-z]{2,}", hint)
        assert in_words or re.search(r"[a-z_]\w*\(", hint), hint


@pytest.mark.parametrize("lesson", [f"{number:02}" for number in range(14)])
def test_a_choice_has_a_hint_that_is_not_its_answer(lesson):
    choices = [i for i in lesson_items(lesson).values() if i.options]
    assert len(choices) > 4
    for item in choices:
        assert item.hint, item.id
        keys = [option.text.casefold() for option in item.options if option.right]
        assert not any(len(key) > 8 and key in item.hint.casefold() for key in keys), item.id


def test_an_unknown_item_is_named():
    with pytest.raises(KeyError, match="no self-check called '99-x'"):
        cr.check("99-x")


def test_a_prediction_is_kept_and_shown_beside_the_result(kept):
    widget = cr.predict("07-p", "How many?")
    widget._receive(widget, {"answer": "  <12> "}, [])
    assert cr.predict("07-p", "How many?").answer == "<12>"
    assert "You predicted: “&lt;12&gt;”" in cr.prediction("07-p")
    assert "No prediction" in cr.prediction("07-q")


def test_an_empty_prediction_is_told_that_nothing_is_written(kept):
    widget = cr.predict("07-p", "How many?")
    widget._receive(widget, {"answer": "  "}, [])
    assert widget.verdict["state"] == "unanswered"
    assert "Type what you expect first" in widget.verdict["html"]
    assert progress.recall("07-p") == {}
    widget._receive(widget, {"answer": "<12>"}, [])
    widget._receive(widget, {"answer": ""}, [])
    assert "earlier prediction stays: “&lt;12&gt;”" in widget.verdict["html"]
    assert progress.recall("07-p")["answer"] == "<12>"


def test_a_prediction_that_is_kept_changes_where_it_is_laid_beside_the_result(kept, monkeypatch):
    shown, show = (
        [],
        lambda bundle, raw, display_id: shown.append((bundle["text/html"], display_id)),
    )
    for name in ("display", "update_display"):
        monkeypatch.setattr(f"crossroads.lessons.checks.{name}", show)
    widget = cr.predict("07-p", "How many?")
    widget._receive(widget, {"answer": "11"}, [])
    with pytest.raises(NotImplementedError):
        cr.prediction("07-p")._ipython_display_()
    assert shown == [], "nobody is there to see it"
    monkeypatch.setattr("crossroads.lessons.checks.live", lambda: True)
    cr.prediction("07-p")._ipython_display_()
    widget._receive(widget, {"answer": "12"}, [])
    (before, place), (after, again) = shown
    assert "“11”" in before and "“12”" in after
    assert place == again


def test_code_in_a_question_and_its_explanation_keeps_its_font():
    coded = item("single", options=options("`len(x)`", "<b>", right="a"))
    shown = Check(coded, fresh=True).static()
    assert "<li><code>len(x)</code></li><li>&lt;b&gt;</li>" in shown
    assert "<code>&lt;x&gt;</code> &lt;" in said(Verdict("wrong", ("`<x>` <",)))


def test_what_was_right_once_stays_done(course):
    progress.record("07-colour", "wrong", "a")
    assert rows(course)["done"].item() == 0
    progress.record("07-colour", "right", "b")
    progress.record("07-colour", "wrong", "a")
    (row,) = rows(course).to_dict("records")
    assert (row["done"], row["revisit"]) == (1, ["Which?"])


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        ({"state": "right"}, True),
        ({"state": "wrong", "first": "right"}, True),
        ({"state": "wrong", "first": "wrong"}, False),
        ({"state": "partly", "first": "wrong", "box": 2, "due": "2027-03-02"}, True),
        ({"state": "wrong", "first": "wrong", "box": 1, "due": "2027-03-02"}, False),
        ({"state": "wrong", "first": "right", "ever_right": True}, True),
        ({}, False),
    ],
)
def test_entries_of_before_tell_too_what_was_ever_right(kept, entry, right):
    assert progress.ever_right(entry) == right
    progress.remember("07-x", entry)
    progress.record("07-x", "wrong", "a")
    assert progress.recall("07-x")["ever_right"] == right
