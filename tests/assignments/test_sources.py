"""Every assignment there is: what is released, what is marked, and what a student is told."""

import ast
import dataclasses
import itertools
import json
import random
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
import sample
import stock
import yaml
from nbgrader.validator import Validator
from pretenders import Parrot
from quizzes import (
    assignments,
    by_grade_id,
    is_form,
    items,
    put_answers,
    read,
    region,
    sentences,
    wrong_code,
)

from crossroads.course import RELEASES, release, release_with_nbgrader
from crossroads.questions.answers import NotYet
from crossroads.questions.kinds import AS_DATA

LESSONS = Path(__file__).parents[2] / "lessons"

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

FOLDERS = assignments()
QUIZZES = [folder for folder in FOLDERS if folder.name.startswith("quiz-")]
ITEMS = [item for folder in FOLDERS for item in items(folder)]
MARKED = [item for item in ITEMS if item.test]


def of_kind(*kinds):
    chosen = [item for item in ITEMS if item.kind in kinds]
    return pytest.mark.parametrize(
        "item", chosen, ids=[f"{item.assignment}-{item.id}" for item in chosen]
    )


each_marked = of_kind("single", "multiple", "order", "match", "number", "code", "form")
each_item = of_kind(*{item.kind for item in ITEMS})


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def folder(request):
    return request.param


each_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda folder: folder.name)


@pytest.fixture(scope="module")
def released(folder, tmp_path_factory):
    """What nbgrader makes of an assignment, in a course directory of its own."""
    return release_with_nbgrader(folder, tmp_path_factory.mktemp(folder.name))


def test_the_package_holds_what_nbgrader_makes_of_it(folder, released, tmp_path):
    kept = RELEASES / f"{folder.name}.json"
    if is_form(folder):
        assert not kept.exists(), "nobody should know a retake before it"
        return
    assert kept.read_bytes() == released.read_bytes(), "say .venv/bin/python tools/releases.py"
    assert release(folder, tmp_path) == kept


# -- the source notebook ---------------------------------------------------------------------------


def test_there_are_assignments():
    assert FOLDERS and ITEMS


def test_each_question_is_stem_answer_and_test_in_this_order(folder):
    ids, found = list(by_grade_id(read(folder))), items(folder)
    assert found
    for item in found:
        cells = [f"{item.id}-stem", *([f"{item.id}-answer"] if item.test else []), item.id]
        if item.kind == "criterion":
            cells = [item.id]  # A task cell of nbgrader's is its own stem.
        start = ids.index(cells[0])
        assert ids[start : start + len(cells)] == cells
    assert len(ids) == len(set(ids))


def test_what_is_not_an_answer_is_locked(folder):
    cells = by_grade_id(read(folder)).values()
    assert cells
    for cell in cells:
        about = cell.metadata.nbgrader
        assert about.solution != about.locked, about.grade_id
        if about.grade or about.task:
            assert about.points > 0
    others = [c for c in read(folder).cells if c not in cells]
    # nbgrader would put back a locked cell of its own: a copy's own values stand outside of it.
    assert [c for c in others if "draw" not in c.metadata.get("crossroads", {})] == []
    assert all(c.metadata.deletable is False and c.metadata.editable is False for c in others)


def test_the_notebook_ends_with_the_check_before_handing_in_and_lists_its_cells(folder):
    nb = read(folder)
    assert nb.cells[-1].source.startswith(f'cr.ready("{folder.name}")')
    assert nb.metadata.crossroads["cells"] == list(by_grade_id(nb))


def test_the_notebook_opens_with_any_python_3_kernel(folder):
    assert read(folder).metadata.kernelspec.name == "python3"


def test_headings_are_in_order(folder):
    text = "\n".join(c.source for c in read(folder).cells if c.cell_type == "markdown")
    levels = [len(m) for m in re.findall(r"^(#+) ", text, re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


@each_item
def test_points_in_text_metadata_and_scoring_call_are_the_same(item):
    heading = re.match(r"####? (.+) · (\d+) points?\n", item.stem)
    assert heading, "the stem must begin with ### Question N · P points"
    if item.kind != "criterion":
        assert heading[1] == f"Question {item.id.removeprefix('q')}"
    assert float(heading[2]) == item.points
    if item.test:
        (points,) = re.findall(r"points=(\d+)", item.test)
        assert float(points) == item.points


def test_the_first_cell_names_the_total(folder):
    total = sum(item.points for item in items(folder))
    assert f"**{total:g} points" in read(folder).cells[0].source


def test_every_objective_is_one_of_the_lesson_and_has_two_items_or_more(folder):
    number = read(folder).metadata.crossroads.lesson
    (lesson,) = LESSONS.glob(f"{number:02}-*.ipynb")
    text = "\n".join(c.source for c in nbformat.read(lesson, 4).cells if c.cell_type == "markdown")
    objectives = set(re.findall(rf"\bL{number}\.\d\b", text))
    cited = Counter(item.objective for item in items(folder))
    assert objectives and set(cited) == objectives
    assert min(cited.values()) >= (2 if folder in QUIZZES else 1), cited


@each_quiz
def test_what_stands_under_one_heading_is_of_one_objective(quiz):
    """So that a tag of another objective is seen; the text at the end has a heading of its own."""
    objectives, heading = {}, ""
    about = {item.id: item for item in items(quiz)}
    for id_, cell in by_grade_id(read(quiz)).items():
        if cell.source.startswith("## "):
            heading = cell.source
        elif id_ in about and about[id_].test:
            objectives.setdefault(heading, []).append(about[id_].objective)
    assert all(len(set(own)) == 1 for own in objectives.values()), objectives
    assert len({own[0] for own in objectives.values()}) >= 3, objectives


@each_quiz
def test_the_blueprint(quiz):
    found = items(quiz)
    marked = [item for item in found if item.test]
    assert len(marked) >= 10
    assert len({item.kind for item in marked}) >= 5
    assert sum(item.kind == "text" for item in found) == 1
    blooms = Counter(item.bloom for item in found)
    assert set(blooms) == {"recall", "apply", "analyse"}
    assert min(blooms.values()) >= len(found) / 4, blooms
    assert quiz.name.startswith("quiz-01") or any(item.varies for item in found)


# -- options ---------------------------------------------------------------------------------------


def in_sequence(codes, first):
    return list(codes) == [chr(ord(first) + i) for i in range(len(codes))]


@of_kind("single", "multiple", "order", "match")
def test_options_in_the_stem_are_those_of_the_check_and_of_the_scoring(item):
    expect, call = item.call("expect"), item.call()
    assert len(item.options) >= 3 and in_sequence(item.options, "a")
    assert len(set(item.options.values())) == len(item.options)
    lines = [line for line in item.stem.splitlines() if line.startswith("- ")]
    assert len(lines) == len(item.options) + len(item.left), "a line that is no option"
    assert all(len(why.split()) >= 4 for why in texts(call["why"]))
    options = set(item.options)
    if item.kind == "single":
        assert set(expect["one_of"]) == set(call["why"]) == options
        assert call["key"] in options
    elif item.kind == "multiple":
        assert set(expect["some_of"]) == set(call["why"]) == options
        assert 2 <= len(set(call["key"])) < len(options)
    elif item.kind == "order":
        assert set(expect["order_of"]) == set(call["key"]) == options
        assert len(call["key"]) == len(options)
    else:
        assert in_sequence(item.left, "1")
        assert list(expect["match"][0]) == list(call["key"]) == list(call["why"]) == [*item.left]
        assert set(expect["match"][1]) == set(call["options"]) == options
        assert set(call["key"].values()) <= options


def texts(why):
    return why.values() if isinstance(why, dict) else [why]


@of_kind("single", "multiple", "order", "match")
def test_the_example_in_a_message_is_no_help(item):
    shown = item.mark(item.line(None)).said
    if item.kind == "single":
        return  # It always names the first option; keys are spread (below).
    if item.kind == "match":
        left, right = re.search(r'for example \{"(\d)": "(\w)"', shown).groups()
        assert item.call()["key"][left] != right
    else:
        example = re.search(r"for example (.*)\.$", shown)[1]
        assert item.mark(f"{item.name} = {example}").score <= item.points / 2


@of_kind("single", "multiple")
def test_every_wrong_option_stands_for_a_named_misconception(item):
    call = item.call()
    assert set(call["misconceptions"]) == set(item.options) - set(call["key"]) != set()
    for name in call["misconceptions"].values():
        assert 2 <= len(name.split()) <= 8, name


@each_quiz
def test_neither_place_nor_length_gives_a_key_away(quiz, record_property):
    singles = [item for item in items(quiz) if item.kind == "single"]
    places = Counter(item.call()["key"] for item in singles)
    longest, ratios = 0, []
    for item in singles:
        lengths = {code: len(text) for code, text in item.options.items()}
        key = lengths.pop(item.call()["key"])
        longest += key > max(lengths.values())
        ratios.append(key / (sum(lengths.values()) / len(lengths)))
    record_property("key places", dict(places))
    record_property("key longest", longest)
    record_property("key length to others", [round(r, 2) for r in ratios])
    assert max(places.values()) <= len(singles) / 2, places
    assert longest <= len(singles) / 4
    assert 0.8 <= sum(ratios) / len(ratios) <= 1.1, ratios
    assert max(ratios) <= 1.3, ratios


# -- marking, item by item -------------------------------------------------------------------------


def shown(source, name):
    """A cell without what nbgrader takes out of it."""
    return re.sub(rf" *### BEGIN {name}\n(.*\n)*? *### END {name}\n?", "", source)


@each_marked
def test_the_solution_earns_all_points_and_an_empty_line_none(item):
    assert item.mark().score == item.points
    outcome = item.mark(shown(item.answer, "SOLUTION"))
    assert outcome.score == 0 and isinstance(outcome.error, NotYet)


@of_kind("single")
def test_every_option_of_a_single_choice_earns_and_says_its_own(item):
    call = item.call()
    assert call["key"] in item.options
    for code in item.options:
        outcome = item.mark(item.line(code))
        assert outcome.score == (item.points if code == call["key"] else 0)
        assert call["why"][code] in outcome.said
        assert not any(why in outcome.said for c, why in call["why"].items() if c != code)


@of_kind("multiple")
def test_every_choice_of_several_earns_what_the_rule_says(item):
    call = item.call()
    key = set(call["key"])
    for size in range(1, len(item.options) + 1):
        for chosen in map(set, itertools.combinations(item.options, size)):
            outcome = item.mark(item.line(chosen))
            share = (len(chosen & key) - len(chosen - key)) / len(key)
            assert outcome.score == pytest.approx(max(share, 0) * item.points, abs=0.005)
            told = {code for code, why in call["why"].items() if why in outcome.said}
            assert told == chosen | key


@of_kind("order")
def test_every_order_earns_what_the_rule_says(item):
    call = item.call()
    pairs = list(itertools.combinations(call["key"], 2))
    for given in itertools.permutations(call["key"]):
        outcome = item.mark(item.line(list(given)))
        right = sum(given.index(a) < given.index(b) for a, b in pairs)
        share = max(0, 2 * right / len(pairs) - 1)
        assert outcome.score == pytest.approx(share * item.points, abs=0.005)
        assert call["why"] in outcome.said


@of_kind("match")
def test_every_wrong_pair_costs_its_share_and_says_why(item):
    call = item.call()
    for left, partner in itertools.product(item.left, [*item.options, None]):
        if partner != call["key"][left]:
            outcome = item.mark(item.line({**call["key"], left: partner}))
            assert outcome.score == pytest.approx(item.points * (1 - 1 / len(item.left)), abs=0.005)
            told = [code for code, why in call["why"].items() if why in outcome.said]
            assert told == [left]


@of_kind("number")
def test_a_number_within_tolerance_earns_all_and_a_typical_slip_is_explained(item):
    call = item.call()
    key, tolerance = call["key"], call["tolerance"]
    assert tolerance > 0
    for given in (key, key - tolerance, key + tolerance, np.float32(key), f"{key} {item.unit}"):
        assert item.mark(value=given).score == item.points
    slips = dict(call["slips"] or {})
    assert slips, "which typical mistakes are there?"
    for slip, why in slips.items():
        outcome = item.mark(value=slip)
        assert outcome.score == 0 and why in outcome.said
    for given in (key - 3 * tolerance, key + 3 * tolerance):
        assert item.mark(value=given).score == 0


@of_kind("number")
def test_the_tolerance_is_the_one_that_the_question_names(item):
    """A question that names none asks for a whole number, and then no other one counts."""
    named = re.findall(r"off by\s+([\d.]+)\s+still\s+counts", item.stem)
    tolerance = item.call()["tolerance"]
    if named:
        assert named == [f"{tolerance:g}"]
    else:
        assert "whole number" in item.stem and tolerance < 0.5


def drawable(item):
    """Every set of values that an item's copy may hold; the default's alone where it has none."""
    names = list(item.draw)
    return [dict(zip(names, v, strict=True)) for v in itertools.product(*item.draw.values())]


VARYING = [item for item in ITEMS if item.varies]
each_varying = pytest.mark.parametrize(
    "item", VARYING, ids=[f"{item.assignment}-{item.id}" for item in VARYING]
)


@pytest.mark.parametrize("most", [4, pytest.param(None, marks=pytest.mark.full)])
@each_varying
def test_an_item_with_values_of_its_own_can_be_solved_with_any_of_them(item, monkeypatch, most):
    """With the first set, the last and two others; the long version takes every one."""
    keys, sets = set(), drawable(item)
    if most and len(sets) > most:
        sets = [sets[0], *random.Random(item.id).sample(sets[1:-1], most - 2), sets[-1]]
    for drawn in sets:
        assert item.mark(drawn=drawn).score == item.points, drawn
        words = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
        monkeypatch.setenv("CROSSROADS_VALUES", json.dumps(drawn))
        own = dataclasses.replace(item, values=f"mine = cr.variant({words})")
        call = own.call()
        assert np.isfinite(call["key"]), drawn
        keys.add(call["key"])
        assert call["slips"], "which typical mistakes are there?"
        for slip in call["slips"]:
            assert abs(slip - call["key"]) > 2 * call["tolerance"], (drawn, slip)
    assert len(keys) >= 3


@each_varying
def test_an_item_refuses_values_that_were_not_drawn(item):
    one, other = drawable(item)[0], drawable(item)[-1]
    for mine in (SimpleNamespace(**other), SimpleNamespace(), None, Strange(), "mine"):
        outcome = item.mark(drawn=one, mine=mine)
        assert outcome.score == 0
        assert "not the ones drawn for you" in outcome.said


@of_kind("code")
def test_typical_answers_to_a_coding_item_earn_what_they_should(item):
    listed = wrong_code(item)
    assert len(listed) >= 5
    assert len({case["points"] for case in listed}) >= 3, "partial credit"
    for case in listed:
        outcome = item.mark(case["code"])
        assert outcome.score == case["points"], case["is"]
        assert case["says"] in outcome.said, case["is"]


class Strange:
    """Equal to everything, and as a text it fails."""

    item = 3
    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


MUTANTS = {
    "none": None,
    "dots": ...,
    "empty text": "",
    "empty list": [],
    "nan": float("nan"),
    "NA": pd.NA,
    "NaT": pd.NaT,
    "infinite": float("inf"),
    "huge": 10**400,
    "huge below": -1e308,
    "unknown word": "zebra",
    "long text": "a" * 100_000,
    "number": 3.7,
    "numpy number": np.int8(1),
    "complex": 1j,
    "truth": True,
    "bytes that are no text": b"\xff\xfe",
    "array": np.array(["a", "b"]),
    "number array": np.array([1.5, 2.5]),
    "table": pd.DataFrame({"item": [1, 2]}),
    "column": pd.Series(["a", "b"]),
    "nested": [["a"], {"b": {"c"}}],
    "set of none": {None},
    "dictionary": {"a": 1, 2: None},
    "dictionary of lists": {"1": ["a", "b"]},
    "class": int,
    "function": lambda *_: 1 / 0,
    "quitter": lambda *_: exit(),
    "mumbler": lambda *_: [pd.DataFrame()],
    "object": SimpleNamespace(item=3),
    "strange": Strange(),
    "strange list": [Strange(), Strange()],
    "parrot": Parrot("zebra"),
}


@each_marked
def test_a_strange_answer_earns_nothing_with_a_clear_message(item):
    for name, mutant in MUTANTS.items():
        outcome = item.mark(value=mutant)
        assert outcome.score < item.points, name
        assert outcome.error is None or isinstance(outcome.error, NotYet), (name, outcome.error)
        assert len(outcome.said.split()) >= 4 and len(outcome.said) < 1500, name
        assert "object at 0x" not in outcome.said, name


@of_kind("single")
def test_an_option_written_in_another_way_is_understood(item):
    key = item.call()["key"]
    for given in (f"{key.upper()} ", f"{key}.", f"({key})", [key], {key}, np.str_(key)):
        assert item.mark(value=given).score == item.points


# -- the rubric ------------------------------------------------------------------------------------


def cells_of_table(stem):
    rows = [line.strip("|").split("|") for line in stem.splitlines() if line.startswith("|")]
    return [[re.sub(r"\*\*", "", cell).strip() for cell in row] for row in rows]


def rubric_of(item):
    path = Path(__file__).parents[2] / "assignments" / item.assignment / "rubric.yml"
    return yaml.safe_load(path.read_text("utf-8"))[item.id]


@of_kind("criterion")
def test_a_criterion_shows_its_levels_and_what_the_marker_needs(item):
    (rubric,) = rubric_of(item)
    rows = cells_of_table(item.stem)[2:]
    assert [(float(p), words) for _, p, words in rows] == [*rubric["levels"].items()]
    assert item.stem.startswith(f"#### {rubric['criterion']} · {item.points} points")
    assert "=== BEGIN MARK SCHEME ===" in item.stem


@of_kind("text")
def test_the_rubric_that_students_see_is_the_rubric_that_is_data(item):
    if item.assignment == "capstone":
        return  # Its own tests look at it.
    rubric = rubric_of(item)
    best = list(rubric[0]["levels"])
    assert best == sorted(best, reverse=True) and best[-1] == 0
    header, _, *rows = cells_of_table(item.stem)
    assert header == ["Criterion", *(f"{p} point{'s' * (p != 1)}" for p in best)]
    assert rows == [[c["criterion"], *c["levels"].values()] for c in rubric]
    assert all(list(c["levels"]) == best for c in rubric)
    assert sum(max(c["levels"]) for c in rubric) == item.points


# -- the released files ----------------------------------------------------------------------------


def everything_in(path):
    """All text of a released file, as bytes show it and as a notebook's reader sees it."""
    raw = path.read_bytes().decode("utf-8")
    read_ = ""
    if path.suffix == ".ipynb":
        nb = nbformat.reads(raw, 4)
        read_ = "\n".join([*(c.source for c in nb.cells), json.dumps(nb, ensure_ascii=False)])
    return raw + "\n" + " ".join(read_.split())


def test_nothing_that_belongs_to_the_teacher_is_in_the_released_files(folder, released):
    text = "\n".join(everything_in(p) for p in released.parent.rglob("*") if p.is_file())
    for mark in ("BEGIN HIDDEN", "END HIDDEN", "BEGIN SOLUTION", "END SOLUTION", "MARK SCHEME"):
        assert mark not in text, mark
    for argument in ("key=", "why=", "misconceptions=", "slips="):
        assert argument not in text, argument
    for name in ("single", "multiple", "order", "match", "number", "function"):
        assert f"answers.{name}(" not in text
    skeletons = {
        line.strip()
        for cell in nbformat.read(released, 4).cells
        for line in cell.source.split("\n")
    }
    assert skeletons
    lines = sentences_ = 0
    for item in items(folder):
        for line in region(item.answer, "SOLUTION") + region(item.test, "HIDDEN TESTS"):
            # Brackets alone are nobody's secret, and may stand anywhere; an answer's first line
            # may be the one that students fill in.
            if len(re.sub(r"\W", "", line)) > 2 and item.answer.count(line) == 1:
                assert line.strip() not in skeletons, line
                lines += 1
        if item.kind == "form":
            continue  # Students see all there is.
        if item.test:
            call = item.call()
            told = [*texts(call.get("why", "")), *texts(call.get("slips") or {})]
        elif item.kind == "criterion":
            told = item.stem.partition("MARK SCHEME")[2:]
        else:
            told = region(item.answer, "SOLUTION") or [item.answer]
        for sentence in itertools.chain.from_iterable(map(sentences, told)):
            assert sentence not in text, sentence
            sentences_ += 1
    assert lines > 10 and sentences_ > 10


@of_kind("single", "multiple", "order", "match", "number", "code")
def test_of_a_test_cell_students_see_the_check_of_the_form_and_what_it_needs(item):
    """A mark of hidden tests that stands some lines too low would show how the key is found."""
    *before, last = ast.parse(shown(item.test, "HIDDEN TESTS")).body
    assert ast.unparse(last).startswith("cr.answers.expect(")
    tables = (ast.Assign, ast.Import) if item.kind == "code" else ()
    assert [ast.unparse(line) for line in before if not isinstance(line, tables)] == []


@of_kind("code")
def test_of_a_function_to_write_students_see_its_first_and_its_last_line(item):
    (function,) = ast.parse(shown(item.answer, "SOLUTION")).body
    assert ast.get_docstring(function)
    assert [*map(ast.unparse, function.body[1:])] == ["result = None", "return result"]


def test_a_released_cell_is_clean(released):
    cells = nbformat.read(released, 4).cells
    assert cells
    for cell in cells:
        assert not cell.source.startswith("\n") and not cell.source.endswith("\n\n")
        assert "\n\n\n" not in cell.source
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_a_released_answer_is_one_line_to_fill(folder, released):
    answers = [
        cell.source
        for cell in nbformat.read(released, 4).cells
        if cell.metadata.get("crossroads", {}).get("kind") in AS_DATA
    ]
    assert len(answers) == sum(item.kind in AS_DATA for item in items(folder))
    assert answers or folder.name == "capstone"
    assert [x for x in answers if not re.fullmatch(r"q\d+ = None  # .+\n?", x)] == []


def test_only_the_assignments_own_files_are_released(folder, released):
    # The rubric's file is the marker's: students see its levels in the notebook.
    own = {p.name for p in folder.iterdir()} - {"rubric.yml"}
    assert {p.name for p in released.parent.iterdir()} == own


# -- whole notebooks, by nbgrader's Validate -------------------------------------------------------


def imperfect(item):
    """A readable answer that earns something, where the kind gives part marks, but never all."""
    ways = sample.answers(item, sample.any_draw(item))
    readable = [way for way in ways if way.kind not in ("blank", "unreadable")]
    return max((w for w in readable if w.points < item.points), key=lambda w: w.points).source


def test_validate_accepts_every_form_and_names_what_is_open(folder, released, tmp_path):
    def failed(name, given):
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(put_answers(nbformat.read(released, 4), given), path)
        with stock.warm_kernels():
            return [f["error"] for f in Validator().validate(str(path)).get("failed", [])]

    found = [item for item in items(folder) if item.kind != "criterion"]
    # A part of a form is right or not, and Validate says so; it doesn't know a key.
    given = {i.id: i.answer if i.kind == "form" else imperfect(i) for i in found if i.test}
    given |= {i.id: "Mine." for i in found if not i.test}
    assert failed("answered", given) == []
    left_open = failed("open", {})
    assert len(left_open) == len(found)
    words = ("There is no answer yet.", "it gave nothing back", "You did not provide a response.")
    assert all(any(w in error for w in words) for error in left_open), left_open


def test_the_source_has_no_outputs(folder):
    cells = by_grade_id(read(folder)).values()
    assert cells
    assert not any(cell.get("outputs") for cell in cells)
