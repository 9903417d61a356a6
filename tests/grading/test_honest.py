"""Honest answers as people really hand them in: each earns its mark, or waits for a person."""

import collections
import copy
import json
import types
from decimal import Decimal

import graders
import nbformat
import numpy as np
import pandas as pd
import pytest
import stock
from graders import FULL, ITEMS, NAME, RIGHT, answered, hand_in, marks_in

from crossroads.grading import autograde, scoring, values
from crossroads.grading.notes import say
from crossroads.grading.sandbox import Limits, Worker
from crossroads.questions import signs
from crossroads.questions.answers import (
    NotYet,
    compare,
    hint,
    read_number,
    read_several,
    read_single,
)

pytestmark = [graders.QUIET, graders.LINUX]


course = graders.a_course


@pytest.fixture(scope="module")
def grade(course, tmp_path_factory):
    assignment = graders.loaded(course / "source" / NAME, course)
    with Worker(Limits(seconds=20, cell=5)) as worker:

        def marked(notebook, **files):
            folder = tmp_path_factory.mktemp("in")
            nbformat.write(notebook, folder / f"{NAME}.ipynb")
            for name, text in files.items():
                (folder / name).with_suffix(".py").write_text(text, "utf-8")
            return autograde.grade(assignment, "ann", folder, None, worker)

        yield marked


def points(result):
    assert not result.held, result.held
    return sum(mark.points or 0 for mark in result.marks.values())


def at(notebook, id_):
    return next(
        place
        for place, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == id_
    )


HABITS = [
    "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
    "%matplotlib qt",
    "%gui\n%load_ext autoreload\n%autoreload 2",
    "%pip install --quiet seaborn",
    "!{sys.executable} -m pip install seaborn",
    "names = !ls -l\n%sx pwd",
    "import os, subprocess\nos.system('clear')\nsubprocess.run(['pip', 'install', 'x'])",
    "print(get_ipython().getoutput('git --version'))",
    "import asyncio\nawait asyncio.gather(*(asyncio.sleep(0.01) for _ in range(3)))",
    "import asyncio\nassert await asyncio.to_thread(lambda: 4) == 4",
    "from concurrent.futures import ThreadPoolExecutor as T\nlist(T(4).map(abs, [1, -2]))",
    "who = input('Your name: ')",
    "import pandas as pd\npd.read_csv('../../data/world/indicators.csv')",
    "from ours import helper\nassert helper() == 5",
    "a = 1\n%store a\n%time b = 2",
]
#: More of what people have at the top of a cell, as they report it.
SEEN = [
    "%matplotlib notebook",
    "%precision 3\n%xmode Plain",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "from IPython.display import HTML, clear_output\nclear_output()\ndisplay(HTML('<b>a'))",
    "%%time\nx = 1",
    "!echo ready\nfiles = !ls",
    "import warnings; warnings.filterwarnings('ignore')",
    "from multiprocessing import Pool\nwith Pool(2) as pool:\n    pool.map(abs, [-1, 2])",
    "import concurrent.futures as f\nwith f.ProcessPoolExecutor() as e: list(e.map(abs, [-1, 2]))",
    "import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.debug('x')",
    "print('a\\rb', end='')\nimport sys\nsys.stdout.flush()",
    "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)",
    "async def later():\n    return 1\nx = await later()",
    "?print\nprint?",
]


@pytest.mark.parametrize("habit", HABITS)
def test_what_is_run_by_habit_costs_no_mark(course, grade, habit):
    notebook = answered(course, q1=f'{habit}\nq1 = "d"')
    result = grade(notebook, ours="def helper():\n    return 5\n")
    assert points(result) == FULL, result.marks["q1"]


def lines_elsewhere():
    """Each question's right line where people put it: other forms, other cells, other signs."""
    forms = ("{name}: object = {value}", "{name}, sure = {value}, 1", "if 1:\n    {name} = {value}")
    return {
        item.id: forms[place % 3].format(name=item.name, value=item.call()["key"].__repr__())
        for place, item in enumerate(ITEMS)
        if item.kind in ("single", "multiple", "order", "match")
    }


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(dict(zip(RIGHT, HABITS, strict=False)), id="habits"),
        pytest.param(dict(zip(RIGHT, SEEN, strict=False)), id="what was seen"),
        pytest.param(lines_elsewhere(), id="elsewhere"),
    ],
)
def test_nobody_earns_less_than_by_stock_nbgrader(course, grade, sources, request):
    """It runs the same file, and what it gives is the least that ours may give."""
    student = request.node.callspec.id.replace(" ", "-")
    if student == "elsewhere":
        notebook = answered(course, **sources)
    else:
        asked = ("%pip", "-m pip")  # stock would install it
        given = {q: h for q, h in sources.items() if not any(word in h for word in asked)}
        notebook = answered(course, **{q: f"{h}\n{RIGHT[q]}" for q, h in given.items()})
    folder = hand_in(course, student, notebook)
    helper = "def helper():\n    return 5\n"
    (folder / "ours.py").write_text(helper, "utf-8")
    assert stock.autograde(course, NAME, [student])[student]["success"]
    by_stock = {q: auto for q, (auto, *_) in marks_in(course, student).items()}
    ours = grade(notebook, ours=helper).marks
    assert len([q for q, points_ in by_stock.items() if points_]) > 8, by_stock
    for question, points_ in by_stock.items():
        assert (ours[question].points or 0) >= (points_ or 0), question
    assert sum(mark.points or 0 for mark in ours.values()) == FULL


@pytest.mark.parametrize(
    "cell",
    [
        "def f(n):\n    return n * f(n - 1)\nf(3)",
        "import sys\nsys.stdout = None",
        "import sys\nwith open('log.txt', 'w') as sys.stdout:\n    print('a')",
        "import sys\nsys.stderr.write = 5\nsys.stdout = sys.stderr = object()",
    ],
    ids=["a function without an end", "no output", "a closed file", "no file at all"],
)
def test_a_cell_that_fails_leaves_the_others_their_time_and_their_output(course, grade, cell):
    notebook = answered(course)
    notebook.cells.insert(at(notebook, "q1-answer"), nbformat.v4.new_code_cell(cell))
    notebook.cells.insert(at(notebook, "q1-answer"), nbformat.v4.new_code_cell("print('here')"))
    result = grade(notebook)
    assert points(result) == FULL
    shown = [out for c in result.notebook["cells"] for out in c.get("outputs", [])]
    assert any(out.get("text") == "here\n" for out in shown)


@pytest.mark.parametrize("line", ["np.array(['d'])", "np.array('d')", "pd.Series(['d'])"])
def test_one_value_in_a_column_or_an_array_is_that_value(course, grade, line):
    lines = f"import numpy as np\nimport pandas as pd\nq1 = {line}"
    assert points(grade(answered(course, q1=lines))) == FULL


@pytest.mark.parametrize(
    "given", [np.array([2.5]), np.array([[2.5]]), pd.Series([2.5]), pd.DataFrame({"a": [2.5]})]
)
def test_one_number_in_a_table_or_an_array_is_that_number(given):
    assert read_number(values.decode(values.encode(given))) == 2.5


def test_letters_of_an_array_or_of_a_dictionary_are_letters():
    for given in (np.array(["d", "b"]), pd.Series(["b", "d"]), {"b": 1, "d": 2}.keys()):
        assert read_several(values.decode(values.encode(given)), "abcd") == {"b", "d"}


def test_a_command_that_was_not_run_is_noted(course, grade):
    result = grade(answered(course, q1='!wget https://example.org\nq1 = "d"'))
    assert any("wget" in say(note) for note in result.notes)


@pytest.mark.parametrize(
    "line",
    ['q1: str = "d"', 'q1, sure = "d", True', 'if 1:\n    q1 = "d"', '[q1] = ["d"]', '(q1 := "d")'],
)
@pytest.mark.parametrize("place", ["in its cell", "below", "typed into the test"])
def test_the_value_at_its_test_counts_wherever_it_was_given(course, grade, line, place):
    notebook = answered(course, q1=line if place == "in its cell" else "q1 = None  # one letter")
    test = at(notebook, "q1")
    if place == "below":
        notebook.cells.insert(test, nbformat.v4.new_code_cell(line))
    elif place == "typed into the test":
        notebook.cells[test].source = f"{line}\n{notebook.cells[test].source}"
    assert points(grade(notebook)) == FULL


def test_another_value_before_the_test_counts_as_in_the_notebook(course, grade):
    notebook = answered(course)
    notebook.cells.insert(at(notebook, "q1"), nbformat.v4.new_code_cell('q1 = "a"'))
    assert grade(notebook).marks["q1"].points == 0


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("q1", ["# one letter", 'q1 = "d"']),
        ("q1", ['q1 = "d"', "q1 = None  # one letter"]),
        ("q1", ["q1 = None  # one letter", 'q1 = "d"']),
        ("q1", ['q1 = "a"', 'q1 = "d"']),
        ("q1", ["import nothing_of_this_name", 'q1 = "d"', "print(q1)"]),
        ("q10", RIGHT["q10"].splitlines()),
        ("q10", ["import pandas as pd", RIGHT["q10"]]),
    ],
)
def test_a_cell_that_was_split_or_copied_counts_as_it_ran(course, grade, question, parts):
    """JupyterLab copies the label with the cell; stock nbgrader then marks nothing at all."""
    notebook = answered(course)
    place = at(notebook, f"{question}-answer")
    own = notebook.cells.pop(place)
    for part in reversed(parts):
        notebook.cells.insert(place, copy.deepcopy(own))
        notebook.cells[place].update(source=part, id=f"part-{len(notebook.cells)}")
    assert points(grade(notebook)) == FULL


def test_of_a_written_answer_that_was_split_every_part_is_shown(course, grade):
    notebook = answered(course, q15="It claims too much.")
    place = at(notebook, "q15")
    notebook.cells.insert(place, copy.deepcopy(notebook.cells[place]))
    notebook.cells[place].update(source="I doubt it.", id="first-part")
    shown = [c["source"] for c in grade(notebook).notebook["cells"]]
    assert "I doubt it.\n\nIt claims too much." in shown


@pytest.mark.parametrize("place", [1, -1])
def test_where_it_is_unclear_which_answer_is_meant_a_person_looks(course, grade, place):
    notebook = answered(course, q1="q1 = None  # one letter")
    notebook.cells.insert(place, nbformat.v4.new_code_cell('q1 = "d"'))
    result = grade(notebook)
    assert result.marks["q1"].points is None
    said = [*map(say, result.notes)]
    assert any(words.startswith("Question 1") and 'q1 = "d"' in words for words in said)


@pytest.mark.parametrize("lost", ["left", "empty", "deleted", "all labels"])
def test_a_written_answer_never_gets_nothing_where_text_stands_elsewhere(course, grade, lost):
    notebook = answered(course)
    place = at(notebook, "q15")
    left = graders.released(course)
    notebook.cells[place].source = left.cells[at(left, "q15")].source if lost == "left" else ""
    notebook.cells.insert(place + 1, nbformat.v4.new_markdown_cell("It claims too much."))
    if lost == "deleted":
        del notebook.cells[place]
    if lost == "all labels":
        for cell in notebook.cells:
            cell.metadata = {}
    result = grade(notebook)
    assert points(result) == FULL
    assert result.marks["q15"].points is None and "q15" not in result.untouched
    shown = [c["source"] for c in result.notebook["cells"]]
    assert any("It claims too much." in source for source in shown)


def test_a_pasted_picture_reaches_the_marked_notebook(course, grade):
    notebook = answered(course)
    cell = notebook.cells[at(notebook, "q15")]
    cell.attachments = {"a.png": {"image/png": "iVBORw0KGgo="}, "b.svg": {"image/svg+xml": "x"}}
    (own,) = [c for c in grade(notebook).notebook["cells"] if c.get("attachments")]
    assert own["attachments"] == {"a.png": {"image/png": "iVBORw0KGgo="}}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ｃ", "c"), ("\u200fс.", "c"), ("„А“", "a"), ("（b）", "b"), ("В", "b"), ("а\ufeff", "a")],
)
def test_signs_that_look_like_an_option_are_read_as_it(typed, meant):
    assert read_single(typed, "abcd") == meant
    assert read_several(f"{typed}；d", "abcd") == {meant, "d"}


@pytest.mark.parametrize("typed", ["б", "д", "ф"])
def test_other_letters_are_named(typed):
    with pytest.raises(NotYet, match=f"Cyrillic {typed}"):
        read_single(typed, "abcd")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("−3,5", -3.5), ("1 234,5", 1234.5), ("１２．５％", 12.5), ("1’234.5", 1234.5), ("– 2", -2)],
)
def test_numbers_are_read_as_they_are_written(typed, meant):
    assert read_number(typed, "%") == meant


@pytest.mark.parametrize(
    "line", ["q1 = “d”", "q1\u00a0= ‘d’", "q1＝（'d'）", "\ufeffq1 = «d»", 'ԛ1 = "d"']
)
def test_a_line_that_python_cannot_read_is_read_as_it_looks(course, grade, line):
    assert grade(answered(course, q1=line)).marks["q1"].points == 1


def test_what_stands_in_quotes_and_in_comments_stays():
    for source in ['x = "a–b"', "# “so”\nx = 1", "f'“{1}”'"]:
        assert signs.mended(source) == source
    assert signs.mended('x = （"a–b，“c”"）') == 'x = ("a–b，“c”")'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("q1 = d", 'q1 = "d"'),
        ('q1 == "d"', "q1 = 'd'"),
        ('Q1 = "d"', "q1 = 'd'"),
        ('"d"', "q1 = 'd'"),
        ("q1 = {b, c}", 'q1 = {"b", "c"}'),
    ],
)
def test_a_hint_names_the_line_to_type(line, said):
    assert said in hint(line, "q1")
    assert not hint('q1 = "d"', "q1")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (Decimal("37.9"), 37.9),
        (np.longdouble(2) / 4, 0.5),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (collections.ChainMap({"a": 1}, {"b": 2}), {"a": 1, "b": 2}),
        (collections.UserDict(a=Decimal(1)), {"a": 1}),
    ],
)
def test_honest_values_cross(given, wanted):
    got = values.decode(json.loads(json.dumps(values.encode(given))))
    assert all(found.holds for found in compare(got, wanted))


@pytest.mark.parametrize(
    ("source", "splits"),
    [
        ("cr.answers.single(q1, 'd', {}, 1)\ncr.answers.single(q2, 'b', {}, 1)", True),
        ("a = cr.answers.single(q1, 'd', {}, 1)\na + cr.answers.single(q2, 'b', {}, 1)", True),
        ("assert q1 == 'd'\ncr.answers.single(q2, 'b', {}, 1)", False),
        ("cr.answers.function(f, f, {}, 1)\nassert f(1) == 2", False),
        ("assert q1 == 'd'", False),
    ],
)
def test_what_a_test_cell_may_hold(source, splits):
    assert scoring.Test("q1", source, 1, {"cr": None}).splits == splits


def test_another_quiz_under_this_name_is_held(course, grade):
    notebook = answered(course)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = f"# Quiz 2\n\nAnother question: {cell.source[::-1]}"
    assert "Quiz 2" in say(grade(notebook).held)
