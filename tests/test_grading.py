"""Grading by our own means: hostile and broken submissions, and what is kept when it's cut off."""

import contextlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from graders import FULL, ITEMS, NAME, RIGHT, answered, loaded, make_course
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.grading import marking, sandbox, submission, values
from crossroads.grading.sandbox import Limits, Worker

# nbgrader's own, about its gradebook's sessions.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

LIMITS = Limits(seconds=12, cell=4, memory=1536 * 2**20)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def assignment(course):
    return loaded(course / "source" / NAME, course)


@pytest.fixture(scope="module")
def worker():
    assert sandbox.available(), "these tests need bubblewrap"
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
        return marking.grade(assignment, "eve", folder, None, worker)

    return grade


def total(result):
    return sum(mark.points or 0 for mark in result.marks.values())


def outputs(result):
    return json.dumps([cell.get("outputs") for cell in result.notebook.get("cells", [])])


# -- tampering, reading, reaching out --------------------------------------------------------------

WRONG = {
    item.id: item.line(next(c for c in item.options if c != item.call()["key"]))
    for item in ITEMS
    if item.kind == "single"
}
WRONG |= {"q9": "q9 = 3", "q10": "def causal_claims(claims):\n    return claims"}
#: What a student with these answers earns: nothing for single choices, number and code.
EARNED = sum(item.points for item in ITEMS if item.test and item.id not in WRONG)

TAMPERING = {
    "input transformer": """
get_ipython().input_transformers_post.append(lambda lines: [])
""",
    "clean-up transformer": """
get_ipython().input_transformers_cleanup.append(lambda lines: [])
""",
    "AST transformer": """
import ast
class Nothing(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Nothing())
""",
    "cell hooks": """
ip = get_ipython()
for event in ("pre_run_cell", "post_run_cell"):
    ip.events.register(event, lambda *a: ip.user_ns.update(q1="d", q2="b"))
""",
    "showtraceback": "get_ipython().showtraceback = lambda *a, **k: None",
    "assertion class": "import builtins; builtins.AssertionError = ZeroDivisionError",
    "isinstance": "import builtins; builtins.isinstance = lambda *a: True",
    "abs and sum": "import builtins; builtins.abs = lambda x: 0; builtins.sum = lambda *a: 0",
    "the checking package": """
import sys
from crossroads import answers
for name in ("single", "multiple", "order", "match", "number", "function"):
    setattr(answers, name, lambda *a, points=1, **k: points)
""",
    "pandas": """
import pandas as pd
pd.DataFrame.equals = pd.Series.equals = lambda *a: True
pd.testing.assert_frame_equal = lambda *a, **k: None
""",
    "numpy": "import numpy as np; np.isclose = np.allclose = lambda *a, **k: True",
    "trace": "import sys; sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)",
    "thread": """
import threading, time
def later():
    while True:
        time.sleep(0.001)
        get_ipython().user_ns["q9"] = 37.9
threading.Thread(target=later, daemon=True).start()
""",
    "atexit": "import atexit; atexit.register(print, 'points: 99')",
    "frames": """
import sys
frame = sys._getframe()
while frame:
    print(list(frame.f_locals)); frame = frame.f_back
""",
    "everything in memory": """
import gc
print([o for o in gc.get_objects() if isinstance(o, str) and "not what the task" in o])
""",
    "the encoder": """
from crossroads.grading import values, worker
values.encode = lambda *a, **k: {"t": "function"}
worker.ask = lambda *a, **k: {"names": {}, "calls": [{"value": True}]}
""",
    "the pipe": """
import os
for number in range(3, 128):
    try:
        os.write(number, b'{"done": true, "marks": {"q1": 99}}\\n')
    except OSError:
        pass
""",
}


@pytest.mark.parametrize("recipe", TAMPERING.values(), ids=TAMPERING)
def test_tampering_earns_nothing_that_the_answers_do_not(graded, recipe):
    result = graded(recipe, **WRONG)
    # The thread sets the very value: an answer like any other. All else is worth its answers.
    more = 2 if "user_ns[" in recipe else 0
    assert total(result) <= EARNED + more
    for item, mark in result.marks.items():
        if item in WRONG and not (more and item == "q9"):
            assert not mark.points, (item, mark)


def test_an_honest_submission_earns_all(graded):
    result = graded()
    assert total(result) == FULL and not result.held and not result.notes


LIES = {
    "equal to all": "class A:\n    def __eq__(self, other):\n        return True\nq9 = A()",
    "a float that changes": """
class F(float):
    def __float__(self):
        return 37.9
q9 = F(3)
""",
    "a text that lies": """
class S(str):
    def __eq__(self, other):
        return True
    __hash__ = str.__hash__
q9 = S("x")
""",
    "a class that lies": """
class A:
    __class__ = float
q9 = A()
""",
    "no number": "q9 = [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
    "huge": "q9 = 10 ** 10 ** 5",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_object_that_lies_earns_nothing(graded, lie):
    assert graded(q9=lie).marks["q9"].points == 0


SECRETS = {
    "gradebook": "print(open('../../../gradebook.db', 'rb').read())",
    "source": "import glob; print(glob.glob('/**/assignments/**', recursive=True))",
    "home": "import os; print(os.listdir('/root'), os.listdir('/home'))",
    "environment": "import os; print(os.environ['CROSSROADS_TEST_SECRET'])",
    "parent's environment": "print(open('/proc/1/environ').read())",
    "parent's memory": "open('/proc/1/mem', 'rb').seek(0)",
    "password file": "print(open('/etc/shadow').read())",
    "processes": "import os; os.kill(1, 9)",
    "tcp": "import socket; socket.create_connection(('127.0.0.1', 80))",
    "unix socket": "import socket; socket.socket(socket.AF_UNIX)",
    "fork": "import os; os.fork()",
    "subprocess": "import subprocess; subprocess.run(['id'])",
    "multiprocessing": "import multiprocessing as m; m.get_context('fork').Process().start()",
    "ptrace": "import ctypes; r = ctypes.CDLL(None).ptrace(16, 1, 0, 0); assert r == 0",
    "write to libraries": "import pandas; open(pandas.__file__, 'a')",
    "a mount": "import ctypes; assert ctypes.CDLL(None).mount(b'a', b'/', b'tmpfs', 0, 0) == 0",
}


@pytest.mark.parametrize("recipe", SECRETS.values(), ids=SECRETS)
def test_what_is_not_theirs_is_not_there(graded, recipe, monkeypatch):
    monkeypatch.setenv("CROSSROADS_TEST_SECRET", "swordfish")
    recipe = f"{recipe}\nprint('REACHED')"
    result = graded(recipe)
    said = outputs(result)
    if "glob" in recipe:
        assert "quiz-01" not in said
    else:
        assert '"REACHED' not in said
    assert "swordfish" not in said
    assert total(result) == FULL, "the answers count all the same"


# -- eating the machine ----------------------------------------------------------------------------

GREED = {
    "endless": "while True: pass",
    "endless and deaf": """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "memory": "a = bytearray(40 * 2**30)",
    "memory by bits": "a = []\nwhile True: a.append(bytearray(2**24))",
    "output": "print('x' * 10**8)",
    "many displays": "for i in range(10**5): display(i)",
    "disk": "with open('big', 'wb') as f:\n    while True: f.write(b'0' * 2**20)",
    "sparse file": "open('big', 'wb').truncate(2**40)",
    "many files": "for i in range(10**7): open(f'f{i}', 'w').close()",
    "sleep": "import time; time.sleep(10**6)",
    "exit": "import os; os._exit(1)",
    "stop": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "crash": "import ctypes; ctypes.string_at(0)",
    "deep": "def f(): return f()\nf()",
    "threads": """
import threading
while True:
    threading.Thread(target=threading.Event().wait).start()
""",
}


@pytest.mark.parametrize("recipe", GREED.values(), ids=GREED)
def test_what_eats_the_machine_is_stopped_and_the_rest_is_marked(graded, recipe):
    start = time.monotonic()
    result = graded(recipe)
    assert time.monotonic() - start < LIMITS.seconds + 20
    assert len(outputs(result)) < 2_000_000
    plain = {item.id for item in ITEMS if item.test} - {"q9", "q10"}
    for item in plain:
        assert result.marks[item].points, "answers that are read as data don't need the process"
    if not result.marks["q10"].points:
        assert result.marks["q10"].said.startswith("Not run: the notebook was stopped")
        assert result.notes


def test_an_endless_answer_costs_its_own_question_only(graded):
    result = graded(q10="def causal_claims(claims):\n    while True: pass")
    assert result.marks["q10"].points == 0 and "4 seconds" in result.marks["q10"].said
    assert total(result) == FULL - 3


def test_nothing_is_left_for_the_next_submission(graded):
    graded("import builtins, os; builtins.leaked = 1; os.makedirs(os.environ['HOME'] + '/left')")
    result = graded("import builtins, os; print(hasattr(builtins, 'leaked'), os.listdir('..'))")
    assert "False ['submission']" in outputs(result)


# -- files -----------------------------------------------------------------------------------------


def read(course, folder, assignment):
    return submission.read(folder, assignment.released)


def edit(notebook, id_):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == id_)


def changed_notebooks(course):
    """Ways in which a notebook gets damaged; each still has its answers."""
    copies = {}

    def copy(name):
        copies[name] = answered(course)
        return copies[name]

    nb = copy("a locked cell changed")
    edit(nb, "q3-stem").source = "?"
    nb = copy("a test cell deleted")
    nb.cells.remove(edit(nb, "q4"))
    nb = copy("all test cells deleted")
    nb.cells = [c for c in nb.cells if not c.metadata.get("nbgrader", {}).get("grade")]
    nb = copy("a test cell changed")
    edit(nb, "q4").source = "3"
    nb = copy("points changed")
    edit(nb, "q4").metadata.nbgrader.points = 1000
    nb = copy("a cell doubled")
    twin = nbformat.from_dict(edit(nb, "q4-answer"))
    twin.id = "twin"
    nb.cells.append(twin)
    nb = copy("cells moved")
    nb.cells.reverse()
    nb = copy("an answer's id lost")
    edit(nb, "q10-answer").metadata.pop("nbgrader")
    nb = copy("an answer retyped")
    cell = edit(nb, "q2-answer")
    for key in ("outputs", "execution_count"):
        cell.pop(key)
    cell.cell_type = "markdown"
    nb = copy("schema of another version")
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.schema_version = 99
    nb = copy("another kernel")
    nb.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nb = copy("no metadata")
    nb.metadata = {}
    nb = copy("large outputs")
    edit(nb, "q1-answer").outputs = [
        nbformat.v4.new_output("stream", text="x" * 20_000_000),
    ]
    return copies


def test_a_damaged_notebook_is_mended_and_marked(course, assignment, worker, tmp_path):
    for name, notebook in changed_notebooks(course).items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), "utf-8")
        result = marking.grade(assignment, "ann", folder, None, worker)
        assert not result.held, name
        # Whoever deletes every graded cell deletes the written answer, too.
        assert total(result) == FULL, (name, result.notes)
        nbformat.validate(result.notebook)
        if name.split()[-1] in ("deleted", "doubled", "lost", "moved", "retyped"):
            assert result.notes, name


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no notebook"),
        (b"{", "no notebook"),
        (b"[1, 2]", "no notebook"),
        (b'{"cells": []}', "no list of cells"),
        (b'{"cells": {"a": 1}}', "no list of cells"),
        (b"[" * 100_000, "no notebook"),
        (b"\x00\xff\xfe", "no notebook"),
        (b"PK\x03\x04", "no notebook"),
    ],
)
def test_a_file_that_is_no_notebook_is_held(course, assignment, tmp_path, content, why):
    (tmp_path / f"{NAME}.ipynb").write_bytes(content)
    with pytest.raises(submission.Held, match=why):
        read(course, tmp_path, assignment)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(course, assignment, tmp_path, encoding):
    text = json.dumps(answered(course, q15="Größe"), ensure_ascii=False)
    (tmp_path / f"{NAME}.ipynb").write_bytes(text.encode(encoding, "replace"))
    found = read(course, tmp_path, assignment)
    assert next(c for c in found.cells if c.id == "q15").source == "Größe"


def test_windows_line_ends_change_nothing(course, assignment, worker, tmp_path):
    text = nbformat.writes(answered(course)).replace("\\n", "\\r\\n")
    (tmp_path / f"{NAME}.ipynb").write_bytes(text.replace("\n", "\r\n").encode())
    result = marking.grade(assignment, "ann", tmp_path, None, worker)
    assert total(result) == FULL


@pytest.mark.parametrize("name", ["quiz-01 (1).ipynb", "sub/quiz-01.ipynb", "‮x.ipynb"])
def test_a_renamed_notebook_is_found(course, assignment, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    nbformat.write(answered(course), path)
    found = read(course, tmp_path, assignment)
    assert "was named" in found.notes[0]
    assert next(c for c in found.cells if c.id == "q1-answer").source == RIGHT["q1"]


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
    assert len(found.notes) == 3 and all("left out" in note for note in found.notes)


def test_a_notebook_that_is_a_link_is_held(course, assignment, tmp_path):
    target = tmp_path / "elsewhere.ipynb"
    nbformat.write(answered(course), target)
    for make in (Path.symlink_to, Path.hardlink_to):
        folder = tmp_path / make.__name__
        folder.mkdir()
        make(folder / f"{NAME}.ipynb", target)
        with pytest.raises(submission.Held, match="it isn't a plain file"):
            read(course, folder, assignment)


def test_a_bad_timestamp_is_said(course, assignment, tmp_path):
    nbformat.write(answered(course), tmp_path / f"{NAME}.ipynb")
    (tmp_path / "timestamp.txt").write_text("yesterday-ish", "utf-8")
    found = read(course, tmp_path, assignment)
    assert found.submitted is None and "timestamp.txt" in found.notes[0]


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


def test_tables_cross_with_what_a_comparison_needs():
    from crossroads.answers import compare

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
    edit(notebook, "q10").source = "assert len(causal_claims(cr.load('claims'))) == 14"
    nbformat.write(notebook, path)
    return loaded(source, course)


@pytest.mark.parametrize(
    ("cell", "points", "held"),
    [
        ("", 3, False),
        ("causal_claims = lambda claims: []", 3, False),
        (TAMPERING["AST transformer"], None, True),
        (TAMPERING["input transformer"], None, True),
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
    result = marking.grade(own_tests, "ann", folder, None, worker)
    assert bool(result.held) == held
    if held:
        assert "changes how tests are run" in result.held and result.marks == {}
    else:
        assert result.marks["q10"].points == points
