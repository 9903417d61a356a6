"""Grading by our own means: hostile and broken submissions, and what is kept when it's cut off."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from graders import (
    FULL,
    LINUX,
    NAME,
    QUIET,
    RIGHT,
    answered,
    hand_in,
    loaded,
    make_course,
    released,
)
from hostile import FORGED, REACHED, RECIPES, SECRET, find
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.grading import autograde, run, sandbox, scoring, values
from crossroads.grading.notes import say
from crossroads.grading.sandbox import Limits, Worker
from crossroads.grading.submitted import submission_folder

pytestmark = [QUIET, LINUX]

LIMITS = Limits(seconds=12, cell=4, memory=1536 * 2**20)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def assignment(course):
    return loaded(course / "source" / NAME, course)


@pytest.fixture(scope="module")
def worker():
    assert not sandbox.trouble(), "these tests need bubblewrap"
    with Worker(LIMITS) as found:
        yield found


@pytest.fixture
def graded(course, assignment, worker, tmp_path):
    """Grade one notebook, with ``cell`` as the student's own code cell right after set-up."""

    def grade(cell="", /, **changed):
        notebook = answered(course, **changed)
        if cell:
            own = nbformat.v4.new_code_cell(cell)
            notebook.cells.insert(2, own)
        folder = tmp_path / "handed-in"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
        return autograde.grade(assignment, "eve", folder, None, worker)

    return grade


def total(result):
    return sum(mark.points or 0 for mark in result.marks.values())


def outputs(result):
    return json.dumps([cell.get("outputs") for cell in result.notebook.get("cells", [])])


def reached(result):
    """Whether a recipe said that it got there; a traceback may quote its line."""
    cells = result.notebook.get("cells", [])
    shown = [out for c in cells for out in c.get("outputs", []) if out["output_type"] != "error"]
    return REACHED in json.dumps(shown)


# -- every recipe ----------------------------------------------------------------------------------

#: For what eats the machine: it takes all that it's given.
TIGHT = Limits(seconds=4, cell=1.5, memory=1536 * 2**20)


@pytest.fixture(scope="module")
def tight():
    with Worker(TIGHT) as found:
        yield found


@pytest.fixture
def place(course, tmp_path):
    """Makes a recipe's submission in a course with a source and a classmate's work."""

    def make(recipe):
        root = tmp_path / "course"
        shutil.copytree(course, root)
        hand_in(root, "zoe", answered(course, q15=f"My {SECRET}."))
        folder = root / "submitted" / "eve" / NAME
        folder.mkdir(parents=True)
        recipe.hand_in(released(course), folder)
        return folder

    yield make
    # Nested deeper than Python's own way to remove it goes.
    subprocess.run(["rm", "-rf", tmp_path / "course"], check=True)


def named(name):
    return next(r for r in RECIPES if r.name == name)


def of(*groups):
    return pytest.mark.parametrize(
        "recipe", [r for r in RECIPES if r.group in groups], ids=lambda r: r.name
    )


@of("tampering with the tests", "answers that lie")
def test_tampering_earns_nothing_that_the_answers_do_not(place, assignment, worker, recipe):
    result = autograde.grade(assignment, "eve", place(recipe), None, worker)
    if recipe.ours == "held" or (recipe.ours == "either" and result.held):
        assert recipe.says in say(result.held) and not result.marks
        return
    assert not result.held and result.marks
    assert total(result) <= recipe.most
    for item, mark in result.marks.items():
        if item in recipe.answers and item not in recipe.may:
            assert not mark.points, (item, mark)
        elif recipe.ours == "earned" and item not in recipe.answers and item in RIGHT:
            assert mark.points, (item, mark)


@of("reading what isn't theirs", "breaking out")
def test_what_is_not_theirs_is_not_there(place, assignment, worker, recipe, monkeypatch):
    monkeypatch.setenv("CROSSROADS_TEST_SECRET", SECRET)
    result = autograde.grade(assignment, "eve", place(recipe), None, worker)
    assert not reached(result)
    said = outputs(result)
    assert SECRET not in said and "HIDDEN TESTS\\n" not in said
    assert total(result) == recipe.earned and not result.held, "the answers count all the same"


@of("using up the machine")
def test_what_eats_the_machine_is_stopped_and_the_rest_is_marked(place, assignment, tight, recipe):
    folder = place(recipe)
    start = time.monotonic()
    result = autograde.grade(assignment, "eve", folder, None, tight)
    assert time.monotonic() - start < TIGHT.seconds + 20
    assert len(outputs(result)) < 2_000_000
    assert not reached(result) and not result.held
    untouched = RIGHT.keys() - recipe.answers.keys() - {"q9", "q10"}
    assert untouched
    for item in untouched:
        assert result.marks[item].points, "answers that are read as data don't need the process"
    if not result.marks["q10"].points:
        assert result.marks["q10"].said.startswith("Not checked: the notebook was stopped")
        assert result.notes


@of("notebooks changed", "folders")
def test_a_damaged_submission_is_mended_or_held(place, assignment, worker, recipe):
    result = autograde.grade(assignment, "eve", place(recipe), None, worker)
    can_read_all = os.geteuid() == 0 and recipe.says == "cannot be read"
    if recipe.ours == "held" and not can_read_all:
        assert recipe.says in say(result.held) and not result.marks
        return
    assert not result.held
    assert total(result) == recipe.earned, result.notes
    assert bool(result.notes) >= (recipe.ours == "mended")
    assert SECRET not in outputs(result) and "root:" not in outputs(result)
    nbformat.validate(result.notebook)
    json.dumps(result.notebook, ensure_ascii=False).encode()
    for words in (*map(say, result.notes), *(mark.said for mark in result.marks.values())):
        words.encode()


@of("files that aren't notebooks")
def test_a_file_that_is_no_notebook_is_held(place, assignment, worker, recipe):
    result = autograde.grade(assignment, "eve", place(recipe), None, worker)
    assert recipe.says in say(result.held) and not result.marks


def test_an_honest_submission_earns_all(graded):
    result = graded()
    assert total(result) == FULL and not result.held and not result.notes


def test_an_endless_answer_costs_its_own_question_only(graded):
    result = graded(q10="def causal_claims(claims):\n    while True: pass")
    assert result.marks["q10"].points == 0 and "4 seconds" in result.marks["q10"].said
    assert total(result) == FULL - 3


def test_nothing_is_left_for_the_next_submission(graded):
    graded("import builtins, os; builtins.leaked = 1; os.makedirs(os.environ['HOME'] + '/left')")
    result = graded("import builtins, os; print(hasattr(builtins, 'leaked'), os.listdir('..'))")
    assert "False ['submission']" in outputs(result)


def test_nothing_of_a_classmate_s_work_is_left_in_memory(graded):
    """A child has all that its parent's memory ever held, what was freed included."""
    graded(q9=f"print('the {SECRET} of ann')\nq9 = 36.7")
    result = graded("""
import re, ctypes
wanted = re.compile(rb"the swordfis[h] of ann")
found = 0
for line in open("/proc/self/maps"):
    where, how = line.split()[:2]
    start, end = (int(part, 16) for part in where.split("-"))
    if how.startswith("rw") and end - start < 2**28:
        found += len(wanted.findall(ctypes.string_at(start, end - start)))
print("found:", found)
""")
    assert "found: 0" in outputs(result)


def test_no_signal_of_a_submission_ends_the_sandbox(place, assignment, worker):
    folder = place(named("interrupt the parent, by thread"))
    autograde.grade(assignment, "eve", folder, None, worker)
    before = worker._process.pid
    assert not autograde.grade(assignment, "eve", folder, None, worker).held
    assert worker._process.pid == before


def test_folders_whose_names_are_no_ids_are_left_out_and_named(place):
    folder = place(named("with spaces"))
    course = folder.parents[2]
    for recipe in (r for r in RECIPES if r.group == "students' ids"):
        shutil.copytree(folder, course / "submitted" / recipe.student / NAME)
    found = run.plan(course, NAME, run.Run("x"))
    ids = {r.student: r.ours for r in RECIPES if r.group == "students' ids"}
    assert set(found.strange) == {student for student, ours in ids.items() if ours == "refused"}
    assert {job.student for job in found.jobs} - {"zoe", "eve"} == set(ids) - set(found.strange)
    os.fsencode(json.dumps(found.strange))


def test_a_submission_has_no_open_file_but_the_way_out(graded):
    result = graded("""
import os
for number in os.listdir("/proc/self/fd"):
    try: print(number, os.readlink(f"/proc/self/fd/{number}"))
    except OSError: pass
""")
    (text,) = (
        o["text"]
        for c in result.notebook["cells"]
        for o in c.get("outputs", [])
        if "pipe:" in o.get("text", "")
    )
    kinds = Counter(line.split(" ", 1)[1] for line in text.splitlines())
    pipes = [count for kind, count in kinds.items() if kind.startswith("pipe:")]
    # One way out; of any other pipe both ends are here: the event loop wakes itself with it.
    assert pipes.count(1) == 1 and set(pipes) <= {1, 2}
    others = {kind for kind in kinds if not kind.startswith("pipe:")}
    assert others <= {"/dev/null", "anon_inode:[eventpoll]"}


# -- files -----------------------------------------------------------------------------------------


def read(course, folder, assignment):
    return submission_folder.read(folder, assignment.released)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(course, assignment, tmp_path, encoding):
    text = json.dumps(answered(course, q15="Größe"), ensure_ascii=False)
    (tmp_path / f"{NAME}.ipynb").write_bytes(text.encode(encoding, "replace"))
    found = read(course, tmp_path, assignment)
    assert next(c for c in found.cells if c.id == "q15").source == "Größe"


def test_of_two_notebooks_the_fitting_one_is_taken(course, assignment, tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "a.ipynb")
    nbformat.write(answered(course), tmp_path / "b.ipynb")
    found = read(course, tmp_path, assignment)
    assert next(c for c in found.cells if c.id == "q1-answer").source == RIGHT["q1"]


def test_links_and_devices_are_left_out(course, assignment, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish", "utf-8")
    folder = tmp_path / "handed-in"
    folder.mkdir()
    nbformat.write(answered(course), folder / f"{NAME}.ipynb")
    (folder / "link.txt").symlink_to(secret)
    os.link(secret, folder / "hard.txt")
    os.mkfifo(folder / "pipe")
    (folder / "data.csv").write_text("a\n1\n", "utf-8")
    found = read(course, folder, assignment)
    assert found.files == {"data.csv": b"a\n1\n"}
    assert [note.code for note in found.notes] == ["link-left-out"] * 3
    assert say(found.notes[0]) == "'hard.txt' was skipped: it is a link or not a regular file."


# -- values across the wall ------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(plain)
def test_plain_values_cross_unchanged(value):
    crossed = values.decode(json.loads(json.dumps(values.encode(value))))
    assert crossed == value and type(crossed) is type(value)


@given(st.recursive(plain, lambda x: st.dictionaries(st.sampled_from(["t", "v", "index"]), x)))
@settings(max_examples=300)
def test_whatever_comes_out_is_a_value_or_refused(data):
    with contextlib.suppress(ValueError):
        values.decode(data)


@pytest.mark.parametrize(
    "data",
    [
        {"t": "set", "v": [{"t": "int", "v": hex(n * (2**61 - 1))} for n in range(6000)]},
        {"t": "list", "v": [{"t": "int", "v": hex(n * (2**61 - 1))} for n in range(6000)]},
        {"t": "dict", "v": [[n, n] for n in range(6000)]},
        {"t": "list", "v": [0] * 300_000},
        2**61 - 1,
        "x" * 300_000,
    ],
    ids=["set", "list", "dictionary", "long list", "number", "text"],
)
def test_what_would_keep_the_grader_busy_is_refused(data):
    with pytest.raises(ValueError):
        values.decode(data)


def test_points_that_are_no_number_are_none():
    assert scoring.awarded(float("nan"), 3) == 0


def test_tables_cross_with_what_a_comparison_needs():
    from crossroads.questions.answers import compare

    frame = pd.DataFrame(
        {"n": [1, 2, None], "x": [0.5, None, 2.0], "s": ["a", None, "c"], "b": [True, False, True]},
        index=pd.Index(["r", "s", "t"], name="row"),
    )
    frame["when"] = pd.to_datetime(["2020-01-01", None, "2021-05-05"])
    for value in (frame, frame["x"], frame["s"].value_counts(), frame.index, frame.to_numpy()):
        crossed = values.decode(json.loads(json.dumps(values.encode(value))))
        assert all(p.holds for p in compare(crossed, value)), value


# -- a teacher's own tests -------------------------------------------------------------------------


@pytest.fixture
def own_tests(course, tmp_path):
    """The quiz with an assert of the teacher's own in question 10."""
    source = Path(shutil.copytree(course / "source" / NAME, tmp_path / NAME))
    path = source / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    find(notebook, "q10").source = "assert len(causal_claims(cr.load('claims'))) == 14"
    nbformat.write(notebook, path)
    return loaded(source, course)


@pytest.mark.parametrize(
    ("cell", "points", "held"),
    [
        ("", 3, False),
        ("causal_claims = lambda claims: []", 3, False),
        (named("AST transformer that drops asserts and calls").cell, None, True),
        (named("input transformer that empties cells").cell, None, True),
        (FORGED, None, True),
    ],
)
def test_an_assert_runs_beside_the_student_s_code_between_canaries(
    own_tests, course, worker, tmp_path, cell, points, held
):
    notebook = answered(course)
    if cell:
        notebook.cells.insert(2, nbformat.v4.new_code_cell(cell))
    folder = tmp_path / "handed-in"
    folder.mkdir()
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    result = autograde.grade(own_tests, "ann", folder, None, worker)
    assert bool(result.held) == held
    if held:
        assert result.held.code in ("forged", "canary") and result.marks == {}
        assert "submission" in say(result.held)
    else:
        assert result.marks["q10"].points == points
