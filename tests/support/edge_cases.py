"""A notebook of what tests do in other people's courses, and submissions of it: for tests.

Each case is a cell to be answered and its test, as an instructor writes them; what a right and a
wrong answer are. Ideas are from nbgrader's issues (0 points, partial credit of 0, cells deleted,
copied and split) and from courses that test by what a notebook has besides names: its history, its
folder, its files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

SET_UP = """\
import json, os, sys
import numpy as np
from helper import double
TOLERANCE = 0.01
"""
COUNTED = "count = globals().get('count', 0) + 1"


@dataclass(frozen=True)
class Case:
    """A question: its right answer, a wrong one, its test, and its points."""

    right: str
    wrong: str
    test: str
    points: float = 2


CASES = {
    "plain": Case("x = 3", "x = 4", "assert x == 3"),
    "undefined": Case("y = 1", "yy = 1", "assert y == 1"),
    "hidden": Case(
        "def f(a): return a * a",
        "def f(a): return 4",
        "assert f(2) == 4\n### BEGIN HIDDEN TESTS\nassert f(3) == 9\n### END HIDDEN TESTS",
    ),
    "only_hidden": Case(
        "z = 5", "z = 6", "### BEGIN HIDDEN TESTS\nassert z == 5\n### END HIDDEN TESTS"
    ),
    "partial": Case("p = 2", "p = 1", "p * 0.5"),
    "partial_nothing": Case("s = 2", "s = 0", "score = s\nscore"),
    "below": Case("n = 1", "n = -1", "n"),
    "text": Case("t = 'a'", "t = '0'", "t"),
    "text_is_number": Case("tt = '1'", "tt = '0'", "print('said')\ntt"),
    "truth": Case("b = True", "b = False", "b == True"),
    "nothing": Case("m = None", "m = 0", "m"),
    "list": Case("li = [1]", "li = [0]", "li"),
    "nan": Case("na = float('nan')", "na = 0.5", "na"),
    "numpy_number": Case("nn = np.float64(1.5)", "nn = np.float64(0)", "nn"),
    "array": Case("ar = np.arange(3)", "ar = np.arange(2)", "assert ar.shape == (3,)\nar"),
    "no_points": Case("w = 1", "w = 2", "assert w == 1", 0),
    "half_points": Case("h = 1", "h = 2", "assert h == 1", 0.5),
    "quiet": Case("q = 1", "q = 0", "q * 1.0;"),
    "shown_first": Case(
        "sh = 1", "sh = 0", "from IPython.display import display\ndisplay(sh)\nsh * 1.5"
    ),
    "printed": Case("pr = 1", "pr = 0", "print(pr)\nassert pr"),
    "on_stderr": Case("e = 1", "e = 0", "if not e:\n    print('wrong', file=sys.stderr)\n"),
    "line_magic": Case("lm = 1", "lm = 0", "%precision 3\nassert lm == 1"),
    "cell_magic": Case("cm = 1", "cm = 0", "%%capture said\nprint('x')\nassert cm == 1"),
    "timed": Case("def ti(): return 1", "def ti(): return 1 / 0", "%time assert ti() == 1"),
    "history": Case(
        "hist = sum(range(4))", "hist = 0 + 1 + 2 + 3", "assert 'range' in In[-2], In[-2]"
    ),
    "outputs": Case("41 + 1", "41 + 2", "assert Out[max(Out)] == 42 and _ == 42"),
    "numbered": Case(
        "nu = 1", "nu = 0", "assert len(In) - 1 == get_ipython().execution_count and nu"
    ),
    "folder": Case("here = 'edges'", "here = 'x'", "assert os.path.basename(os.getcwd()) == here"),
    "on_path": Case(
        "import helper\nop = helper.double(2)",
        "op = 5",
        "from helper import double\nassert op == 4",
    ),
    "package": Case("from tools.units import km\npa = km(2)", "pa = 0", "assert pa == 2000"),
    "data": Case(
        "with open('data/numbers.json') as f:\n    da = json.load(f)",
        "with open('data/numberz.json') as f:\n    da = json.load(f)",
        "assert da == [1, 2, 3]",
    ),
    "run_script": Case("%run script.py", "ran = False", "assert ran is True"),
    "writes": Case(
        "with open('out.txt', 'w') as f:\n    _n = f.write('hi')",
        "pass",
        "assert open('out.txt').read() == 'hi'",
    ),
    "environment": Case(
        "en = 'autograde'", "en = ''", "assert os.environ['NBGRADER_EXECUTION'] == en"
    ),
    "source": Case(
        "def so(n):\n    return n + 1",
        "def so(n):\n    for i in range(1): n += 1\n    return n",
        "import inspect\nassert 'for' not in inspect.getsource(so)\nassert so(1) == 2",
    ),
    "in_names": Case("ina = 1", "", "assert 'ina' in globals() and 'ina' in dir()"),
    "main": Case("ma = __name__", "ma = ''", "assert ma == '__main__'"),
    "class": Case(
        "class C:\n    def m(self): return 1",
        "class C:\n    def m(self): return 2",
        "import pickle\nassert pickle.loads(pickle.dumps(C())).m() == 1",
    ),
    "raises": Case(
        "def ra(n):\n    if n < 0: raise ValueError('n')",
        "def ra(n): pass",
        "try:\n    ra(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no')",
    ),
    "deleted_name": Case(
        "def d1(): return 1\ndef d2(): return d1()",
        "def d1(): return 1\ndef d2(): return 1",
        "kept = d1\ndel d1\ntry:\n    d2()\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('no')\nfinally:\n    d1 = kept",
    ),
    "exit": Case("ex = 1", "ex = 0", "if not ex: raise SystemExit(1)"),
    "interrupt": Case("it = 1", "it = 0", "if not it: raise KeyboardInterrupt"),
    "own_error": Case(
        "oe = 1",
        "oe = 0",
        "class Wrong(Exception):\n    def __str__(self): raise ValueError\nif not oe: raise Wrong",
    ),
    "division": Case("def dv(n): return 1 / (n + 1)", "def dv(n): return 1 / n", "dv(0)"),
    "endless": Case("def en2(n): return n", "def en2(n): return en2(n)", "assert en2(1) == 1"),
    "syntax": Case("sy = 1", "sy = = 1", "assert sy == 1"),
    "awaited": Case(
        "import asyncio\nasync def aw(): return 1",
        "async def aw(): return 2",
        "assert await aw() == 1",
    ),
    "close": Case(
        "cl = 0.333", "cl = 0.4", "np.testing.assert_allclose(cl, 1 / 3, atol=TOLERANCE)"
    ),
    "frame": Case(
        "import pandas as pd\nfr = pd.DataFrame({'a': [1]})",
        "import pandas as pd\nfr = pd.DataFrame({'a': [2]})",
        "pd.testing.assert_frame_equal(fr, pd.DataFrame({'a': [1]}))\nfr",
    ),
    "counted": Case("co = 1", "co = 0", "assert (count, co) == (1, 1)"),
    "two_numbers": Case(
        "tn = 1",
        "tn = 0",
        "%config InteractiveShell.ast_node_interactivity = 'all'\n0.5\ntn * 1.5",
    ),
    "again_one": Case(
        "a1 = 1", "a1 = 0", "%config InteractiveShell.ast_node_interactivity = 'last_expr'\na1"
    ),
    "threads": Case(
        "import threading\nth = []\none = threading.Thread(target=th.append, args=(1,))\n"
        "one.start()\none.join()",
        "th = []",
        "assert th == [1]",
    ),
    "generator": Case("ge = (i for i in range(3))", "ge = iter(())", "assert sum(ge) == 3"),
    "own_file": Case(
        "def of(n):\n    return n * 2",
        "def of(n):\n    return sum(n for _ in range(2))",
        "cells = json.load(open('notes of edges.ipynb'))['cells']\n"
        "(own,) = [c for c in cells if 'def ' + 'of(' in ''.join(c['source'])]\n"
        "assert 'range' not in ''.join(own['source']) and of(2) == 4",
    ),
    "not_installed": Case("ni = 1", "ni = 0", "import no_such_package\nni"),
    "displays": Case(
        "di = 0.5",
        "di = 0",
        "from IPython.display import display\nfor n in range(30): display(n)\ndi",
    ),
    "widget": Case(
        "import ipywidgets\nwi = ipywidgets.IntSlider(value=3)\nwi",
        "wi = None",
        "assert wi.value == 3",
    ),
    "plot": Case(
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n_ = ax.plot([1, 2])",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
        "assert len(ax.lines) == 1 and not plt.get_fignums()",
    ),
    "written_module": Case(
        "%%writefile made.py\nvalue = 1", "pass", "import made\nassert made.value == 1"
    ),
    "doctest": Case(
        'def dt(n):\n    """\n    >>> dt(1)\n    2\n    """\n    return n + 1',
        'def dt(n):\n    """\n    >>> dt(1)\n    2\n    """\n    return n',
        "import doctest\nassert doctest.testmod().failed == 0",
    ),
    "unittest": Case(
        "ut = 1",
        "ut = 0",
        "import unittest\nclass T(unittest.TestCase):\n"
        "    def test(self): self.assertEqual(ut, 1)\n"
        "done = unittest.TextTestRunner(stream=sys.stdout).run(\n"
        "    unittest.defaultTestLoader.loadTestsFromTestCase(T))\nassert done.wasSuccessful()",
    ),
    "state": Case("st = [1]", "st = []", "st.append(2)\nassert st == [1, 2]"),
    "state_after": Case("sa = 1", "sa = 0", "assert sa and 2 in st"),
}
#: What a test says with more than there is to have: stock nbgrader fails on it.
TOO_MUCH = Case("tm = 1", "tm = 9", "tm")


def source(cases: dict[str, Case]) -> Any:
    """The instructor's notebook of these cases, without ids: as in format 4.4."""
    notebook = v4.new_notebook()
    notebook.nbformat_minor = 4
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    cells = [
        cell("markdown", "# Edges", "title", locked=True),
        cell("code", SET_UP, "set-up", locked=True),
        cell("code", COUNTED, ""),
        skipped("raise SystemExit", ""),
        skipped("while True: pass", "shown", locked=True),
    ]
    for id_, case in cases.items():
        answer = f"### BEGIN SOLUTION\n{case.right}\n### END SOLUTION"
        cells.append(cell("code", answer, id_, solution=True))
        cells.append(
            cell("code", case.test, f"{id_}-test", grade=True, locked=True, points=case.points)
        )
    cells += [
        cell("markdown", "An essay", "essay", grade=True, solution=True, points=3),
        cell("code", "# a program", "program", grade=True, solution=True, points=3),
        cell("markdown", "A task", "task", task=True, locked=True, points=3),
        cell("code", "1 / 0", ""),
    ]
    notebook.cells = cells
    return notebook


def cell(kind: str, text: str, id_: str, **about: Any) -> Any:
    """A cell as an instructor has labelled it; without a label, plain."""
    made = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}[kind](text)
    del made["id"]
    if id_:
        plain = {"grade": False, "solution": False, "locked": False, "task": False}
        made.metadata["nbgrader"] = {"grade_id": id_, "schema_version": 3, **plain, **about}
    return made


def skipped(text: str, id_: str, **about: Any) -> Any:
    """A cell to be read only: Jupyter's tag says that it isn't run."""
    made = cell("code", text, id_, **about)
    made.metadata["tags"] = ["skip-execution"]
    return made


def write_source(folder: Path, cases: dict[str, Case]) -> None:
    """Write the assignment's source folder: the notebook, a module, a package, data."""
    files = {
        "helper.py": "def double(n): return 2 * n\n",
        "tools/__init__.py": "",
        "tools/units.py": "def km(n): return 1000 * n\n",
        "data/numbers.json": json.dumps([1, 2, 3]),
        "script.py": "ran = True\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    nbformat.write(source(cases), folder / "notes of edges.ipynb")


def answered(released: Any, cases: dict[str, Case], right: bool) -> Any:
    """The released notebook with each case answered, right or wrong."""
    notebook = nbformat.from_dict(json.loads(nbformat.writes(released)))
    for cell in notebook.cells:
        id_ = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if id_ in cases:
            cell.source = cases[id_].right if right else cases[id_].wrong
        elif id_ in ("essay", "program"):
            cell.source = "# mine"
    return notebook
