"""Hostile and broken submissions as data: what each does, and what grading it must come to.

Each recipe is one student's submission of quiz 1: answers, a cell of the student's own after the
set-up cell, changes to the notebook, or to the folder. ``tests/grading/test_grading.py``
marks each in the sandbox; ``benchmarks/hostile.py`` lets stock nbgrader and ours grade each in a
class of two.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from graders import FULL, ITEMS, NAME, RIGHT
from quizzes import put_answers

#: What nobody may read: in the environment, the home, and another student's answer.
SECRET = "swordfish"
#: Printed by a recipe that got where it must not.
REACHED = "REACHED"
#: A file that a recipe's start-up code would leave in the home.
OWNED = "owned-by-eve"

#: Answers that earn nothing, for every single choice, the number and the code.
WRONG = {
    item.id: item.line(next(c for c in item.options if c != item.call()["key"]))
    for item in ITEMS
    if item.kind == "single"
}
WRONG |= {"q9": "q9 = 3", "q10": "def causal_claims(claims):\n    return claims"}


@dataclass(frozen=True)
class Recipe:
    """One submission. ``ours`` is what grading it must come to:

    ``earned``: marked as if the attempt weren't there; ``mended``: the same, and a note says what
    was mended; ``cut``: what ran too far is stopped, and every answer that is a plain line counts;
    ``held``: no automatic mark, and the reason has the words ``says``; ``either`` held or cut, as
    the damage happens to fall; ``refused``: the folder's
    name can't be a student's.
    """

    name: str
    group: str
    cell: str = ""
    #: Answers' sources by question; questions that aren't named are right.
    answers: dict[str, str] = field(default_factory=dict)
    #: Questions that may earn marks all the same: the recipe itself answers them.
    may: tuple[str, ...] = ()
    edit: Callable[[nbformat.NotebookNode], None] | None = None
    #: The notebook file's content, made of its text.
    content: Callable[[str], bytes] | None = None
    #: Changes the submission folder once the notebook lies in it.
    lay: Callable[[Path], Any] | None = None
    student: str = "eve"
    ours: str = "earned"
    says: str = ""
    #: Why it isn't tried on stock nbgrader; "" if it is.
    spared: str = ""

    @property
    def earned(self) -> float:
        """The points that the answers earn."""
        return FULL - sum(item.points for item in ITEMS if item.id in self.answers and item.test)

    @property
    def most(self) -> float:
        """The same with what the recipe itself may answer."""
        return self.earned + sum(item.points for item in ITEMS if item.id in self.may)

    def hand_in(self, released: nbformat.NotebookNode, folder: Path) -> None:
        """Make the submission in ``folder``, an empty one."""
        notebook = put_answers(released, {**RIGHT, "q15": "My critique.", **self.answers})
        if self.cell:
            notebook.cells.insert(2, nbformat.v4.new_code_cell(self.cell))
        if self.edit:
            self.edit(notebook)
        text = json.dumps(notebook, ensure_ascii=False)
        content = self.content(text) if self.content else text.encode("utf-8", "surrogatepass")
        (folder / f"{NAME}.ipynb").write_bytes(content)
        if self.lay:
            self.lay(folder)


RECIPES: list[Recipe] = []


def add(group: str, recipes: dict[str, Any], **more: Any) -> None:
    """Add recipes of a group; a plain text is a cell."""
    for name, what in recipes.items():
        own = {"cell": what} if isinstance(what, str) else dict(what)
        RECIPES.append(Recipe(name, group, **{**more, **own}))


# -- tampering with the tests ----------------------------------------------------------------------

_PATCHED = ("single", "multiple", "order", "match", "number", "function")
#: Lines such as the sandbox's own process sends, for every step there could be.
FORGED = """
import json, os
right = {"t": "function"}
lines = []
for n in range(60):
    lines.append({"cell": n, "outputs": []})
    lines.append({"ask": n, "values": {"names": {"q9": 36.7, "causal_claims": right},
                                       "calls": [{"value": True}] * 4}})
lines.append({"done": True})
text = "".join(json.dumps(line) + "\\n" for line in lines).encode()
for number in range(3, 64):
    try:
        os.write(number, text)
    except OSError:
        pass
"""
_SOLUTIONS = """
import json
notebook = json.load(open("../../../source/quiz-01/quiz-01.ipynb"))
cells = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
solved = "\\n".join("".join(c["source"]) + "\\n" for c in cells if c["cell_type"] == "code")
def solve(*_):
    exec(solved, get_ipython().user_ns)
get_ipython().events.register("pre_run_cell", solve)
"""

add(
    "tampering with the tests",
    {
        "input transformer that empties cells": """
get_ipython().input_transformers_post.append(lambda lines: [])
""",
        "clean-up transformer that empties cells": """
get_ipython().input_transformers_cleanup.append(lambda lines: [])
""",
        "AST transformer that drops asserts and calls": """
import ast
class Nothing(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_Expr(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Nothing())
""",
        "hooks before and after each cell": {
            "cell": """
ip = get_ipython()
for event in ("pre_run_cell", "post_run_cell"):
    ip.events.register(event, lambda *a: ip.user_ns.update(q1="d", q2="b", q9=36.7))
""",
            "may": ("q9",),
        },
        "showtraceback replaced": "get_ipython().showtraceback = lambda *a, **k: None",
        "handler that swallows errors": """
get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)
""",
        "run_cell replaced": """
ip = get_ipython()
old = ip.run_cell
ip.run_cell = ip.run_cell_async = lambda *a, **k: old("pass")
""",
        "kernel's replies patched": """
kernel = getattr(get_ipython(), "kernel", None)
async def fine(*a, **k):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
if kernel:
    kernel.do_execute = fine
""",
        "AssertionError replaced": "import builtins; builtins.AssertionError = ZeroDivisionError",
        "isinstance replaced": "import builtins; builtins.isinstance = lambda *a: True",
        "abs and sum replaced": """
import builtins
builtins.abs = lambda x: 0
builtins.sum = lambda *a: 0
""",
        "every comparison helper of builtins replaced": """
import builtins
for name in ("len", "sorted", "set", "all", "any", "min", "max", "round", "type"):
    setattr(builtins, name, lambda *a, **k: True)
""",
        "import replaced": """
import builtins
old = builtins.__import__
class Fake:
    def __getattr__(self, name):
        return lambda *a, points=1, **k: points
builtins.__import__ = lambda name, *a, **k: Fake() if "crossroads" in name else old(name, *a, **k)
""",
        "checking functions replaced": f"""
from crossroads import answers
for name in {_PATCHED}:
    setattr(answers, name, lambda *a, points=1, **k: points)
""",
        "checking package replaced in sys.modules": """
import sys, types
class Fake(types.ModuleType):
    def __getattr__(self, name):
        return lambda *a, points=1, **k: points
sys.modules["crossroads.answers"] = sys.modules["crossroads"].answers = Fake("answers")
""",
        "code objects of the checking functions replaced": f"""
from crossroads import answers
def full(answer, *a, points=1, **k):
    return points
for name in {_PATCHED}:
    function = getattr(answers, name)
    function.__code__, function.__defaults__ = full.__code__, full.__defaults__
    function.__kwdefaults__ = {{"points": 4}}
""",
        "comparison of pandas replaced": """
import pandas as pd
pd.DataFrame.equals = pd.Series.equals = lambda *a: True
pd.DataFrame.__eq__ = pd.Series.__eq__ = lambda *a: True
pd.testing.assert_frame_equal = lambda *a, **k: None
""",
        "comparison of numpy and math replaced": """
import math, numpy as np
np.isclose = np.allclose = lambda *a, **k: True
math.isclose = lambda *a, **k: True
""",
        "all small numbers made 1 in memory": {
            "cell": """
import ctypes
for n in range(2, 40):
    ctypes.memmove(id(n) + 24, id(1) + 24, 4)
""",
            "ours": "either",
            "says": "out of the sandbox",
        },
        "trace that jumps over lines": """
import sys
def jump(frame, event, arg):
    if event == "line" and "cell" in frame.f_code.co_filename:
        try:
            frame.f_lineno = frame.f_lineno + 1
        except ValueError:
            pass
    return jump
sys.settrace(jump); sys.setprofile(lambda *a: None)
""",
        "thread that sets an answer": {
            "cell": """
import threading, time
def later():
    while True:
        time.sleep(0.001)
        get_ipython().user_ns["q9"] = 36.7
threading.Thread(target=later, daemon=True).start()
""",
            "may": ("q9",),
        },
        "thread that patches the checks later": f"""
import threading, time
from crossroads import answers
def later():
    while True:
        time.sleep(0.001)
        for name in {_PATCHED}:
            setattr(answers, name, lambda *a, points=1, **k: points)
threading.Thread(target=later, daemon=True).start()
""",
        "atexit handler that edits results": """
import atexit, glob, json
def edit():
    for path in glob.glob("*.ipynb"):
        text = open(path).read().replace('"output_type": "error"', '"output_type": "stream"')
        open(path, "w").write(text)
atexit.register(edit)
""",
        "collector's callback that sets an answer": {
            "cell": """
import gc
gc.callbacks.append(lambda *a: get_ipython().user_ns.update(q9=36.7))
gc.set_threshold(1)
""",
            "may": ("q9",),
        },
        "import hook": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        print("asked for", name)
sys.meta_path.insert(0, Finder())
for name in [n for n in sys.modules if n.startswith("crossroads")]:
    del sys.modules[name]
""",
        "sandbox's own functions replaced": """
from crossroads.grading import values
from crossroads.grading.sandboxed import worker
values.encode = lambda *a, **k: {"t": "function"}
worker.ask = lambda *a, **k: {"names": {"q9": 36.7}, "calls": [{"value": True}]}
worker.run_cell = lambda *a, **k: {"outputs": []}
""",
        "marks written to every open file": {
            "cell": """
import os
for number in range(3, 128):
    try:
        os.write(number, b'{"done": true, "marks": {"q1": 99}}\\n')
    except OSError:
        pass
""",
            "ours": "held",
            "says": "out of the sandbox",
        },
        "results forged on every open file, then exit": {
            "cell": f"{FORGED}\nos._exit(0)",
            "ours": "held",
            "says": "out of the sandbox",
        },
        "open files closed": {
            "cell": "import os; os.closerange(3, 256)",
            "ours": "cut",
        },
        "standard files closed and swapped": """
import os, sys
for number in (0, 1, 2):
    os.close(number)
sys.stdout = sys.stderr = sys.__stdout__ = None
""",
        "prints what looks like a result": """
print("3.0"); print({"score": 3}); print('{"done": true}')
""",
        "displays forged": """
from IPython.display import publish_display_data
publish_display_data({"text/plain": "3.0"})
get_ipython().displayhook = lambda *a: publish_display_data({"text/plain": "3.0"})
import sys
sys.displayhook = lambda *a: publish_display_data({"text/plain": "3.0"})
""",
        "cells tagged to go on after errors": {
            "edit": lambda nb: (
                [cell.metadata.update(tags=["raises-exception"]) for cell in nb.cells] and None
            ),
        },
        "cells tagged to be skipped": {
            "edit": lambda nb: (
                [cell.metadata.update(tags=["skip-execution"]) for cell in nb.cells] and None
            ),
        },
        "notebook says errors are allowed": {
            "edit": lambda nb: nb.metadata.update(
                {"execute": {"allow_errors": True}, "crossroads_name": "x"}
            ),
        },
        "own values overruled": """
import os
os.environ["CROSSROADS_VALUES"] = '{"year": 1}'
os.environ["NBGRADER_EXECUTION"] = "validate"
""",
    },
    answers=WRONG,
)

# -- answers that lie ------------------------------------------------------------------------------

_READS_TEST = """
def causal_claims(claims):
    text = get_ipython().user_ns["In"][-1]
    space = dict(get_ipython().user_ns)
    exec(text[text.index("def reference"):text.index("cr.answers.function(")], space)
    return space["reference"](claims)
"""
_READS_FRAMES = """
import sys
def causal_claims(claims):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if callable(value) and getattr(value, "__name__", "") == "reference":
                return value(claims)
        frame = frame.f_back
    return claims
"""
_READS_MEMORY = """
import gc
def causal_claims(claims):
    for value in gc.get_objects():
        if getattr(value, "__name__", "") == "reference" and callable(value):
            return value(claims)
    return claims
"""
_LIES: dict[str, dict[str, str]] = {
    "equal to all": {"q9": "class A:\n    def __eq__(self, other):\n        return True\nq9 = A()"},
    "a float that changes": {
        "q9": "class F(float):\n    def __float__(self):\n        return 36.7\nq9 = F(3)"
    },
    "a float equal to all": {
        "q9": """
class F(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __round__ = __sub__
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    __hash__ = float.__hash__
q9 = F(3)
"""
    },
    "an index that changes": {
        "q9": """
class I(int):
    def __index__(self): return 37
    def __int__(self): return 37
    def __float__(self): return 36.7
q9 = I(3)
"""
    },
    "an array protocol that changes": {
        "q9": """
import numpy as np
class A:
    def __array__(self, *a, **k): return np.array(36.7)
    def __float__(self): return 36.7
q9 = A()
"""
    },
    "a text that lies": {
        "q1": """
class S(str):
    def __eq__(self, other): return True
    def strip(self, *a): return "d"
    def casefold(self): return "d"
    __hash__ = str.__hash__
q1 = S("a")
"""
    },
    "a class that lies": {"q9": "class A:\n    __class__ = float\nq9 = A()"},
    "a metaclass that lies": {
        "q9": """
class M(type):
    def __instancecheck__(cls, other): return True
    def __subclasscheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return hash(float)
    __name__ = "float"
class A(metaclass=M):
    def __float__(self): return 3.0
q9 = A()
"""
    },
    "a set that holds everything": {
        "q4": """
class All(set):
    def __contains__(self, other): return True
    def __eq__(self, other): return True
    def __and__(self, other): return other
    def __sub__(self, other): return set()
    __rand__, __rsub__, __hash__ = __and__, __sub__, None
q4 = All({"a"})
"""
    },
    "a list that is in every order": {
        "q6": """
class L(list):
    def __eq__(self, other): return True
    def index(self, other): return 0
q6 = L(["c", "d", "a", "b"])
"""
    },
    "a dictionary that has every pair": {
        "q3": """
class D(dict):
    def get(self, key, default=None): return {"1": "c", "2": "e", "3": "a", "4": "b"}[key]
    __getitem__ = get
    def items(self): return {"1": "c", "2": "e", "3": "a", "4": "b"}.items()
q3 = D({"1": "a", "2": "b", "3": "c", "4": "e"})
"""
    },
    "a table that lies": {
        "q10": """
import pandas as pd
class T(pd.DataFrame):
    def __eq__(self, other): return True
    def equals(self, other): return True
    @property
    def shape(self): return (14, 3)
    @property
    def empty(self): return False
def causal_claims(claims):
    return T({"id": ["x"]})
"""
    },
    "a table whose columns lie": {
        "q10": """
import pandas as pd
class T(pd.DataFrame):
    @property
    def columns(self): raise RuntimeError("no")
    @property
    def size(self): return -1
    dtypes = columns
def causal_claims(claims):
    return T({"id": ["x"]})
"""
    },
    "a function that changes its argument": {
        "q10": """
def causal_claims(claims):
    claims.drop(claims.index, inplace=True)
    return claims
"""
    },
    "a function that reads the test from In": {"q10": _READS_TEST},
    "a function that walks the frames to the key": {"q10": _READS_FRAMES},
    "a function that looks for the key in memory": {"q10": _READS_MEMORY},
    "a function that makes the test exit": {
        "q10": "import sys\ndef causal_claims(claims):\n    sys.exit(0)"
    },
    "a function that patches the comparison": {
        "q10": """
def causal_claims(claims):
    import crossroads.answers as a
    a.compare = lambda *x, **k: []
    a.award = lambda points, *x: points
    return claims
"""
    },
    "nested lists": {"q9": "q9 = [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"},
    "a list that holds itself": {"q9": "q9 = []\nq9.append(q9)"},
    "a huge number": {"q9": "q9 = 10 ** 10 ** 5"},
    "a huge number, written out": {"q9": f"q9 = 0x{'f' * 5000}"},
    "not a number": {"q9": "q9 = float('nan')"},
    "infinite": {"q9": "q9 = 1e999"},
    "a text that can't be written": {"q9": "q9 = '\\ud800'"},
    "a million numbers that hash alike": {
        "q9": "q9 = set()\nfor n in range(20000): q9.add(n * (2**61 - 1))"
    },
    "an expression 100 000 signs deep": {"q9": f"q9 = {'-' * 100_000}3"},
    "a chain of 100 000 attributes": {"q9": f"q9 = a{'.b' * 100_000}"},
    "a sum of 100 000 terms": {"q9": f"q9 = 1{'+1' * 100_000}"},
    "a line of 5 million letters": {"q9": f"q9 = '{'9' * 5_000_000}'"},
}
#: What Python's own compiler doesn't survive ends that student's process.
_CRASH = {name: "cut" for name in _LIES if "100 000" in name}
add(
    "answers that lie",
    {n: {"answers": lie, "ours": _CRASH.get(n, "earned")} for n, lie in _LIES.items()},
)

# -- reading what isn't theirs ---------------------------------------------------------------------

_LINKED = "os.symlink({target!r}, 'way'); print(open('way').read())"
_READING = {
    "gradebook": "print(open('../../../gradebook.db', 'rb').read()[:20])",
    "gradebook rewritten": """
import sqlite3
book = sqlite3.connect("file:../../../gradebook.db?mode=rw", uri=True)
book.execute("update grade set manual_score = 100")
book.commit()
""",
    "source notebook": """
text = open("../../../source/quiz-01/quiz-01.ipynb").read()
print(text[text.index("BEGIN HID" + "DEN"):][:900])
""",
    "any source notebook on the machine": """
import glob
found = glob.glob("/*/*/assignments/*/*.ipynb") + glob.glob("/*/*/*/source/*/*.ipynb")
text = open(found[0]).read()
print(text[text.index("BEGIN HID" + "DEN"):][:900])
""",
    "another student's answers": """
text = open("../../../submitted/zoe/quiz-01/quiz-01.ipynb").read()
print(text[text.index("sword" + "fish"):][:90])
""",
    "another student's file overwritten": """
import glob
for path in glob.glob("../../../*/zoe/quiz-01/quiz-01.ipynb"):
    open(path, "r+").write("{")
    break
else:
    raise FileNotFoundError
""",
    "home": """
import os, pwd
print(open(os.path.join(os.environ["HOME"], "secret.txt")).read())
""",
    "home of the account": """
import os, pwd
print(os.listdir(pwd.getpwuid(os.getuid()).pw_dir) or 1 / 0)
""",
    "environment": "import os; print(os.environ['CROSSROADS_TEST_SECRET'])",
    "environments of other processes": """
import glob
seen = 0
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        text = open(path, errors="replace").read()
    except OSError:
        continue
    seen += "sword" + "fish" in text
print("found" if seen else 1 / 0)
""",
    "command lines of other processes": """
import glob, os
own = [open(p).read() for p in glob.glob("/proc/[0-9]*/cmdline") if str(os.getpid()) not in p]
print([c for c in own if "quiz-01" in c or "nbgrader" in c or "grade" in c.split("worker")[0]][0])
""",
    "parent's memory": "import os; open(f'/proc/{os.getppid() or 1}/mem', 'rb').seek(0)",
    "parent's open files": """
import os
print(os.readlink(f"/proc/{os.getppid() or 1}/fd/0"))
""",
    "the file system from the parent's root": """
import os
print(os.listdir(os.path.join("/proc", str(os.getppid() or 1), "root")))
""",
    "tracing the parent": """
import ctypes, os
assert ctypes.CDLL(None).ptrace(16, os.getppid() or 1, 0, 0) == 0
""",
    "password file": "print([line for line in open('/etc/passwd') if 'root' in line][0])",
    "shadow file": "print(open('/etc/shadow').read())",
    "host keys and service tokens": """
import glob
print(open((glob.glob("/etc/ssh/*") + glob.glob("/var/run/secrets/**", recursive=True))[0]).read())
""",
    "temporary folders of others": """
import glob
found = [p for top in ("/tmp", "/dev/shm") for p in glob.glob(top + "/crossroads-secret*")]
print(open(found[0]).read())
""",
    "a link made while running": f"import os; {_LINKED.format(target='/etc/passwd')}",
    "a descriptor that was inherited": """
import os, sys
for number in range(3, 256):
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if target.startswith("/") and "quiz-01" not in target and "/proc/" not in target:
        if not target.startswith(("/dev/", "/usr/", sys.prefix, sys.base_prefix)):
            print(target); break
else:
    raise FileNotFoundError
""",
    "solutions executed in place of answers": {"cell": _SOLUTIONS, "answers": WRONG},
    "hidden tests left in memory": """
import gc
hits = [o for o in gc.get_objects() if isinstance(o, (str, bytes, dict, list))]
found = [o for o in hits if isinstance(o, str) and "BEGIN HIDDEN" in o and len(o) > 100]
found += [o for d in hits if isinstance(d, dict) for o in d.values()
          if isinstance(o, str) and "HIDDEN TESTS\\ncr.answers" in o]
print(found[0])
""",
    "hidden tests in the process's own memory": """
wanted = b"forecasting for " + b"advising"
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        where, how = line.split()[:2]
        start, end = (int(part, 16) for part in where.split("-"))
        if how.startswith("rw") and end - start < 2**28:
            try:
                memory.seek(start)
                text = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            place = text.find(wanted)
            while place >= 0 and b"advis" + b"ing\\"" not in text[place:place + 30]:
                place = text.find(wanted, place + 1)
            if place >= 0:
                print(text[place - 40:place + 40]); break
    else:
        raise LookupError
""",
}


def _reaching(cells: dict[str, Any]) -> dict[str, Any]:
    """Cells that print ``REACHED`` if nothing stopped them."""
    made = {}
    for name, what in cells.items():
        own = {"cell": what} if isinstance(what, str) else dict(what)
        made[name] = own | {"cell": f"{own['cell'].strip()}\nprint({REACHED!r})"}
    return made


add("reading what isn't theirs", _reaching(_READING))

# -- breaking out ----------------------------------------------------------------------------------

_START_UP = f"""
import os
open(os.path.join(os.path.expanduser("~"), {OWNED!r}), "a").close()
"""


def beside(name: str, content: str = _START_UP) -> Callable[[Path], Any]:
    """A file in the submission's folder."""

    def lay(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    return lay


_CONNECT = """
import socket
s = socket.socket(socket.{family}, socket.{kind})
s.settimeout(2)
s.{call}
"""
add(
    "breaking out",
    _reaching(
        {
            "TCP": _CONNECT.format(
                family="AF_INET", kind="SOCK_STREAM", call="connect(('127.0.0.1', 47011))"
            ),
            "UDP": _CONNECT.format(
                family="AF_INET", kind="SOCK_DGRAM", call="sendto(b'eve', ('127.0.0.1', 47011))"
            ),
            "DNS": _CONNECT.format(
                family="AF_INET", kind="SOCK_DGRAM", call="sendto(b'eve', ('127.0.0.1', 53))"
            ),
            "IPv6": _CONNECT.format(
                family="AF_INET6", kind="SOCK_DGRAM", call="sendto(b'eve', ('::1', 47011))"
            ),
            "raw packets": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
            "netlink": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            "abstract Unix socket": _CONNECT.format(
                family="AF_UNIX", kind="SOCK_STREAM", call="connect('\\0crossroads-trap')"
            ),
            "Unix socket listened on": """
import socket
s = socket.socket(socket.AF_UNIX)
s.bind("\\0eve"); s.listen()
""",
            "socket pair": "import socket; socket.socketpair()",
            "D-Bus": _CONNECT.format(
                family="AF_UNIX", kind="SOCK_STREAM", call="connect('/run/dbus/system_bus_socket')"
            ),
            "docker.sock": _CONNECT.format(
                family="AF_UNIX", kind="SOCK_STREAM", call="connect('/var/run/docker.sock')"
            ),
            "sockets asked for by number": """
import ctypes
assert ctypes.CDLL(None, use_errno=True).syscall(41, 1, 1, 0) >= 0
""",
            "uring": """
import ctypes
buffer = ctypes.create_string_buffer(120)
assert ctypes.CDLL(None, use_errno=True).syscall(425, 4, buffer) >= 0
""",
            "another program": "import subprocess; print(subprocess.check_output(['id']))",
            "shell escape": """
out = get_ipython().getoutput("echo escaped")
assert "escaped" in list(out)
""",
            "LD_PRELOAD for a child": """
import os, subprocess
os.environ["LD_PRELOAD"] = os.path.abspath("evil.so")
subprocess.run(["true"], check=True)
""",
            "multiprocessing": """
import multiprocessing as m
p = m.get_context("fork").Process(target=print); p.start(); p.join()
""",
            "a kernel setting": """
import glob
open(next(p for p in glob.glob("/proc/sys/**", recursive=True) if p.endswith("/printk")), "r+")
""",
            "kernel settings by their other doors": """
import os
doors = ["/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", "/proc/irq/default_smp_affinity",
         "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj",
         "/proc/1/oom_score_adj", "/proc/bus/pci/devices", "/proc/self/uid_map", "/proc/mtrr"]
def opens(path):
    try:
        os.close(os.open(path, os.O_WRONLY))
        return True
    except OSError:
        return False
assert any(map(opens, doors))
""",
            "the rights of root": """
inside, outside, count = map(int, open("/proc/self/uid_map").read().split())
assert outside == 0 or count > 1
""",
            "a capability that was left": """
import re
text = open("/proc/self/status").read()
assert any(int(x, 16) for x in re.findall(r"Cap[IPEA][a-z]+:\\s*([0-9a-f]+)", text))
""",
            "a mount namespace of its own": """
import ctypes
assert ctypes.CDLL(None).unshare(0x20000) == 0
""",
            "a mount undone": """
import ctypes
assert ctypes.CDLL(None).umount2(b"/box", 2) == 0
""",
            "mounts by the newer calls": """
import ctypes
call = ctypes.CDLL(None).syscall
assert max(call(430, b"tmpfs", 0), call(428, -100, b"/tmp", 1), call(442, -100, b"/", 0, 0, 0)) >= 0
""",
            "the parent put at the end of the queue": """
import ctypes
idle = (ctypes.c_uint32 * 14)(56, 5)
assert ctypes.CDLL(None).syscall(314, 1, idle, 0) == 0
""",
            "the parent's scheduling by other calls": """
import ctypes
call, nothing = ctypes.CDLL(None).syscall, (ctypes.c_int * 16)()
calls = [(144, 1, 0, nothing), (142, 1, nothing), (203, 1, 8, nothing), (141, 0, 1, 19),
         (251, 1, 1, 3 << 13), (302, 1, 7, nothing, 0)]
assert any(call(*one) == 0 for one in calls)
""",
            "the parent's memory moved": """
import ctypes
call, nothing = ctypes.CDLL(None).syscall, (ctypes.c_long * 16)()
assert any(call(*one) >= 0 for one in [(256, 1, 64, nothing, nothing), (279, 1, 0, 0, 0, 0, 0)])
""",
            "the parent's limits": """
import ctypes
low = (ctypes.c_uint64 * 2)(1, 1)
assert ctypes.CDLL(None).syscall(302, 1, 9, low, 0) == 0
""",
            "a file among the devices": "open('/dev/left-by-eve', 'w').close()",
            "a folder among the devices": "import os; os.makedirs('/dev/pts/left-by-eve')",
            "a device's times and name": """
import os
def does(act, *what):
    try:
        act(*what)
        return True
    except OSError:
        return False
tries = [(os.utime, "/dev/null"), (os.chmod, "/dev/null", 0o600), (os.unlink, "/dev/zero"),
         (os.rename, "/dev/full", "/dev/eve"), (os.setxattr, "/dev/null", "user.eve", b"1")]
assert any(does(*each) for each in tries)
""",
            "every place in which one may write": """
import os
mine = ("/box", "/tmp", "/dev/shm", "/proc")
def writable():
    for place, folders, _ in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(place, f) not in mine]
        folders[:] = [] if place.count("/") > 6 else folders
        if os.access(place, os.W_OK):
            yield place
assert next(writable(), None)
""",
            "a mount": """
import ctypes
assert ctypes.CDLL(None).mount(b"a", b"/", b"tmpfs", 0, 0) == 0
""",
            "a namespace of its own": """
import ctypes
assert ctypes.CDLL(None).unshare(0x10000000) == 0
""",
            "writing to the libraries": "import pandas; open(pandas.__file__, 'a').close()",
            "writing a compiled module": """
import importlib.util, pandas, os
path = importlib.util.cache_from_source(pandas.__file__)
os.utime(path); open(path, "r+b").close()
""",
            "writing to the course's data": """
import crossroads.tables as t
next(p for p in t.data_dir().rglob("*.csv")).open("a").close()
""",
            "nbgrader's configuration written": f"""
open("../../../nbgrader_config.py", "a").write({_START_UP!r})
""",
        }
    ),
)
add(
    "breaking out",
    {
        "start-up file in the IPython profile": f"""
import os
folder = os.path.join(os.environ.get("IPYTHONDIR") or os.path.expanduser("~/.ipython"),
                      "profile_default", "startup")
os.makedirs(folder, exist_ok=True)
open(os.path.join(folder, "00-eve.py"), "w").write({_START_UP!r})
""",
        "start-up files in the home": f"""
import os, site
home = os.path.expanduser("~")
places = [".bashrc", ".profile", ".jupyter/jupyter_config.py", ".pythonrc.py"]
places += [os.path.relpath(site.getusersitepackages(), home) + "/usercustomize.py"]
for place in places:
    path = os.path.join(home, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "a").write({_START_UP!r})
""",
        "file left in shared temporary folders": """
import os
for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    try:
        open(os.path.join(folder, "left-by-eve"), "w").close()
    except OSError:
        pass
""",
        "pandas.py beside the notebook": {
            "lay": beside("pandas.py", f"{_START_UP}\nraise ImportError('eve')\n")
        },
        "crossroads.py beside the notebook": {
            "lay": beside(
                "crossroads.py",
                f"{_START_UP}\nclass Any:\n    def __getattr__(self, name):\n"
                "        return Any()\n    def __call__(self, *a, points=1, **k):\n"
                "        return points\nanswers = memo = Any()\n"
                "def load(*a):\n    return Any()\n",
            ),
            "answers": WRONG,
        },
        "sitecustomize.py beside the notebook": {"lay": beside("sitecustomize.py")},
        "usercustomize.py beside the notebook": {"lay": beside("usercustomize.py")},
        "json.py beside the notebook": {"lay": beside("json.py")},
        ".pth file beside the notebook": {
            "lay": beside("eve.pth", "import os; open(os.path.expanduser('~/owned-by-eve'), 'a')\n")
        },
        "IPython start-up beside the notebook": {
            "lay": beside(".ipython/profile_default/startup/00.py")
        },
        "ipython_config.py beside the notebook": {"lay": beside("ipython_config.py")},
        "jupyter_config.py beside the notebook": {"lay": beside("jupyter_config.py")},
        "nbgrader_config.py beside the notebook": {"lay": beside("nbgrader_config.py")},
        "matplotlibrc beside the notebook": {"lay": beside("matplotlibrc", "backend: eve\n")},
        "the grader's own data file overruled": {
            "lay": beside("article.md", "eve"),
        },
    },
)

# -- using up the machine --------------------------------------------------------------------------

add(
    "using up the machine",
    {
        "endless loop": "while True: pass",
        "endless loop that catches everything": """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
        "endless loop in C": "sum(iter(int, 1))",
        "endless loop, alarm switched off": """
import signal
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: pass
""",
        "a pattern that never ends": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
        "40 GB at once": "a = bytearray(40 * 2**30)",
        "memory by bits": "a = []\nwhile True: a.append(bytearray(2**24))",
        "memory by objects": "a = []\nwhile True: a.append({len(a)})",
        "a huge power": "10 ** 10 ** 9",
        "100 MB of output": "print('x' * 10**8)",
        "500 MB of output in bits": "for n in range(500): print('x' * 10**6)",
        "a hundred thousand displays": "for n in range(10**5): display(n)",
        "a display of 100 MB": """
from IPython.display import HTML
display(HTML("x" * 10**8))
""",
        "an error of 50 MB": "raise ValueError('x' * 5 * 10**7)",
        "output to the raw descriptor": """
import os
while True: os.write(1, b"x" * 2**20) or os.fsync(1)
""",
        "the pipe filled": """
import os
while True:
    for number in range(3, 20):
        try: os.write(number, b"x" * 2**20)
        except OSError: pass
""",
        "disk filled": "with open('big', 'wb') as f:\n    while True: f.write(b'0' * 2**20)",
        "disk filled by many": """
import os
for n in range(10**4):
    with open(os.path.join("/tmp", f"big{n}"), "wb") as f: f.write(b"0" * 2**24)
""",
        "sparse file of 1 TB": "open('big', 'wb').truncate(2**40)",
        "a million small files": "for n in range(10**6): open(f'f{n}', 'w').close()",
        "folders 2000 deep": """
import os
for n in range(2000):
    os.mkdir("d"); os.chdir("d")
""",
        "a folder that nobody may open": """
import os
os.makedirs("locked/deeper")
open("locked/deeper/file", "w").close()
os.chmod("locked", 0); os.chmod(".", 0)
""",
        "sleep": "import time; time.sleep(10**6)",
        "sleep in every answer": {
            "answers": {
                item: f"import time\ntime.sleep(15)\n{RIGHT[item]}" for item in ("q1", "q2", "q5")
            },
            "may": ("q1", "q2", "q5"),
            "ours": "cut",
        },
        "fork": "import os; os.fork() or os._exit(0)",
        "fork bomb": {
            "cell": "import os\nwhile True:\n    try: os.fork()\n    except OSError: break",
        },
        "child in a session of its own": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(10**6)
    os._exit(0)
""",
        "threads without end": """
import threading
while True:
    threading.Thread(target=threading.Event().wait).start()
""",
        "threads without end, of small stacks": """
import threading
threading.stack_size(65536)
count = 0
while count < 400:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    count += 1
print("REACHED", count)
""",
        "names without end": """
import os
count = 0
while count < 50_000:
    os.symlink("nowhere", f"/tmp/{count}")
    count += 1
print("REACHED", count)
""",
        "three disks filled": """
import os
whole = 0
for place in (".", "/tmp", "/dev/shm"):
    try:
        for n in range(30):
            with open(f"{place}/{n}", "wb") as file:
                whole += os.posix_fallocate(file.fileno(), 0, 2**23) or 2**23
    except OSError:
        pass
if whole > 150 * 2**20:
    print("REACHED", whole)
""",
        "recursion": "def f(): return f()\nf()",
        "recursion without a limit": """
import sys
sys.setrecursionlimit(10**9)
def f(): return f()
f()
""",
        "exit": "import os; os._exit(1)",
        "polite exit": "raise SystemExit",
        "crash": "import ctypes; ctypes.string_at(0)",
        "abort": "import os; os.abort()",
        "stop itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "stop itself, by thread": """
import signal, threading
signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
""",
        "kill the parent": "import os; os.kill(os.getppid() or 1, 9)",
        "kill everything": "import os; os.kill(-1, 9)",
        "interrupt the parent, by thread": """
import ctypes, os
parent = os.getppid() or 1
for number in (2, 15, 10, 17, 20, 1):
    ctypes.CDLL(None).syscall(234, parent, parent, number)
""",
        "lower its own limits": """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))
""",
    },
    ours="cut",
)

# -- broken by accident, or not --------------------------------------------------------------------


def find(notebook: nbformat.NotebookNode, id_: str) -> nbformat.NotebookNode:
    """The cell with an nbgrader id."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == id_)


def _about(notebook: nbformat.NotebookNode, **changes: Any) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(changes)


def _delete_tests(notebook: nbformat.NotebookNode) -> None:
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]


def _double(notebook: nbformat.NotebookNode, id_: str) -> None:
    twin = nbformat.from_dict(find(notebook, id_))
    twin.id = "twin"
    notebook.cells.append(twin)


def _retype(notebook: nbformat.NotebookNode, id_: str, kind: str) -> None:
    cell = find(notebook, id_)
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    cell.cell_type = kind


def _split(notebook: nbformat.NotebookNode) -> None:
    """The answer to question 9 in two cells: the second is the student's own."""
    cell = find(notebook, "q9-answer")
    *lines, last = cell.source.splitlines()
    cell.source = "\n".join(lines)
    notebook.cells.insert(notebook.cells.index(cell) + 1, nbformat.v4.new_code_cell(last))


def _merge(notebook: nbformat.NotebookNode) -> None:
    """The answers to questions 1 and 2 in one cell."""
    first, second = find(notebook, "q1-answer"), find(notebook, "q2-answer")
    first.source += "\n" + second.source
    notebook.cells.remove(second)


def _swap(notebook: nbformat.NotebookNode) -> None:
    a, b = find(notebook, "q1-answer"), find(notebook, "q2-answer")
    a.metadata, b.metadata = b.metadata, a.metadata


def _cell(**changes: Any) -> Callable[[nbformat.NotebookNode], None]:
    return lambda nb: find(nb, "q4").update(changes)


def _graded(**changes: Any) -> Callable[[nbformat.NotebookNode], None]:
    return lambda nb: find(nb, "q4").metadata.nbgrader.update(changes)


def _old_format(text: str) -> bytes:
    notebook = json.loads(text)
    cells = []
    for cell in notebook["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            old |= {"input": cell["source"], "language": "python", "outputs": []}
        else:
            old["source"] = cell["source"]
        cells.append(old)
    sheets = [{"cells": cells, "metadata": {}}]
    made = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}
    return json.dumps(made).encode()


def _with(**changes: Any) -> Callable[[str], bytes]:
    """The notebook's top level with changes; ``...`` takes a key away."""

    def change(text: str) -> bytes:
        notebook = json.loads(text) | changes
        return json.dumps({k: v for k, v in notebook.items() if v is not ...}).encode()

    return change


def _bulk(text: str) -> bytes:
    """The notebook with 100 MB of output in one cell."""
    notebook = json.loads(text)
    cell = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 100 * 2**20}]
    return json.dumps(notebook).encode()


add(
    "notebooks changed",
    {
        "a locked cell changed": {"edit": lambda nb: find(nb, "q3-stem").update(source="?")},
        "a test cell deleted": {
            "edit": lambda nb: nb.cells.remove(find(nb, "q4")),
            "ours": "mended",
        },
        "all graded cells deleted": {"edit": _delete_tests, "ours": "mended"},
        "a test cell emptied": {"edit": _cell(source="")},
        "a test cell that awards itself": {
            "edit": _cell(source="3"),
            "answers": {"q4": WRONG["q1"]},
        },
        "points changed": {"edit": _graded(points=1000)},
        "points that are no number": {"edit": _graded(points="many")},
        "points without end": {"edit": _graded(points=1e308)},
        "a test cell that no longer grades": {"edit": _graded(grade=False)},
        "a test cell that has become an answer": {"edit": _graded(solution=True)},
        "a test cell that is unlocked": {"edit": _graded(locked=False)},
        "a grade id changed": {"edit": _graded(grade_id="q99"), "ours": "mended"},
        "a grade id that is a list": {"edit": _graded(grade_id=["q4"]), "ours": "mended"},
        "a grade id that is a path": {"edit": _graded(grade_id="../../q4"), "ours": "mended"},
        "grade ids all the same": {
            "edit": lambda nb: _about(nb, grade_id="q1"),
            "ours": "mended",
            "answers": {"q9": ""},
        },
        "schema of the past": {"edit": lambda nb: _about(nb, schema_version=1)},
        "schema of the future": {"edit": lambda nb: _about(nb, schema_version=99)},
        "schema that is a text": {"edit": lambda nb: _about(nb, schema_version="three")},
        "nbgrader's metadata a list": {
            "edit": lambda nb: find(nb, "q4").metadata.update(nbgrader=[1, 2]),
            "ours": "mended",
        },
        "a cell doubled": {"edit": lambda nb: _double(nb, "q4-answer"), "ours": "mended"},
        "a test cell doubled": {"edit": lambda nb: _double(nb, "q4")},
        "cells in reverse": {"edit": lambda nb: nb.cells.reverse(), "ours": "mended"},
        "an answer's id lost": {
            "edit": lambda nb: find(nb, "q10-answer").metadata.pop("nbgrader") and None,
            "ours": "mended",
        },
        "two answers' ids swapped": {
            "edit": _swap,
            "answers": {"q1": "q1 = None", "q2": "q2 = None"},
        },
        "an answer retyped to Markdown": {
            "edit": lambda nb: _retype(nb, "q2-answer", "markdown"),
            "ours": "mended",
        },
        "a test retyped to Markdown": {"edit": lambda nb: _retype(nb, "q4", "markdown")},
        "a cell of no known type": {"edit": lambda nb: _retype(nb, "q3-stem", "chart")},
        "an answer split in two cells": {"edit": _split},
        "two answers merged in one cell": {"edit": _merge, "ours": "mended"},
        "a cell whose source is null": {"edit": _cell(source=None)},
        "a source that is a list of garbage": {"edit": _cell(source=[None, 3, {"a": 1}])},
        "an answer whose source is a number": {
            "edit": lambda nb: find(nb, "q4-answer").update(source=3),
            "answers": {"q4": "q4 = None"},
        },
        "a text in a cell that can't be written": {
            "edit": lambda nb: nb.cells.insert(2, nbformat.v4.new_code_cell("x = '\ud800'")),
        },
        "a NUL in a cell": {
            "edit": lambda nb: nb.cells.insert(2, nbformat.v4.new_code_cell("x = '\0'")),
        },
        "output that can't be written": {"cell": "print('\\ud800'); print('\\ufffe\\x00\\x1b')"},
        "cells that are no cells": {
            "edit": lambda nb: nb.cells.extend([None, 3, "text", [], {"cell_type": []}]) or None,
        },
        "cell ids missing": {"edit": lambda nb: [c.pop("id", 0) for c in nb.cells] and None},
        "cell ids doubled": {"edit": lambda nb: [c.update(id="x") for c in nb.cells] and None},
        "cell ids of an odd type": {
            "edit": lambda nb: [c.update(id=[1]) for c in nb.cells] and None
        },
        "no metadata": {"content": _with(metadata=...)},
        "metadata that is a list": {"content": _with(metadata=[])},
        "an R kernelspec": {
            "content": _with(
                metadata={
                    "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
                    "language_info": {"name": "R"},
                }
            )
        },
        "a kernelspec that is a command": {
            "content": _with(metadata={"kernelspec": {"name": "../../bin/sh", "display_name": ""}})
        },
        "format 4.9, of the future": {"content": _with(nbformat_minor=9)},
        "format 5": {"content": _with(nbformat=5)},
        "format that is a text": {"content": _with(nbformat="four")},
        "format 3": {"content": _old_format, "ours": "mended"},
        "a byte order mark": {"content": lambda text: text.encode("utf-8-sig")},
        "UTF-16": {"content": lambda text: text.encode("utf-16"), "ours": "mended"},
        "Windows-1252": {
            "content": lambda text: text.replace("My critique", "Größe").encode(
                "cp1252", "replace"
            ),
            "ours": "mended",
        },
        "Windows line ends": {
            "content": lambda text: (
                json.dumps(json.loads(text.replace("\\n", "\\r\\n")), indent=1)
                .replace("\n", "\r\n")
                .encode()
            )
        },
        "keys doubled": {
            "content": lambda text: b'{"cells": [], "metadata": 3,' + text.encode()[1:]
        },
        "outputs of 100 MB": {"content": _bulk},
        "a thousand cells more": {
            "edit": lambda nb: nb.cells.extend(
                nbformat.v4.new_code_cell(f"x = {n}") for n in range(1000)
            )
        },
    },
)
add(
    "files that aren't notebooks",
    {
        "an empty file": {"content": lambda text: b""},
        "half a notebook": {"content": lambda text: text.encode()[: len(text) // 2]},
        "a list": {
            "content": lambda text: b"[1, 2]",
        },
        "no cells": {"content": _with(cells=[]), "says": "no list of cells"},
        "cells that are a dictionary": {
            "content": _with(cells={"a": 1}),
            "says": "no list of cells",
        },
        "cells that are null": {"content": _with(cells=None), "says": "no list of cells"},
        "brackets nested 100 000 deep": {"content": lambda text: b"[" * 100_000},
        "dictionaries nested 100 000 deep": {
            "content": lambda text: b'{"cells":' * 100_000 + b"1" + b"}" * 100_000
        },
        "binary": {"content": lambda text: b"\x00\xff\xfe"},
        "a zip archive": {"content": lambda text: b"PK\x03\x04"},
        "a web page": {"content": lambda text: b"<!DOCTYPE html><html></html>"},
        "a number of a million digits": {"content": lambda text: b"1" * 10**6},
        "200 MB": {"content": lambda text: b" " * (200 * 2**20), "says": "larger than"},
        "twenty million empty lists": {
            "content": lambda text: b'{"cells": [' + b"[]," * 2 * 10**7 + b"0]}",
            "says": "",
        },
    },
    ours="held",
    says="not a notebook",
)


def _elsewhere(folder: Path) -> Path:
    """A place beside the submission, out of its folder."""
    return folder.parent / "elsewhere"


def _link_notebook(folder: Path) -> None:
    path = folder / f"{NAME}.ipynb"
    path.rename(_elsewhere(folder))
    path.symlink_to(_elsewhere(folder))


def _hard_link_notebook(folder: Path) -> None:
    os.link(folder / f"{NAME}.ipynb", _elsewhere(folder))


def _link_to_source(folder: Path) -> None:
    path = folder / f"{NAME}.ipynb"
    path.unlink()
    path.symlink_to(f"../../../source/{NAME}/{NAME}.ipynb")


def _link_folder(folder: Path) -> None:
    """The submission's folder is a link to another student's."""
    (folder / f"{NAME}.ipynb").unlink()
    folder.rmdir()
    folder.symlink_to(f"../zoe/{NAME}")


def _fifo_for_notebook(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").unlink()
    os.mkfifo(folder / f"{NAME}.ipynb")


def _folder_for_notebook(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").mkdir()


def _socket(folder: Path) -> None:
    before = os.getcwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(before)


def _sparse(folder: Path) -> None:
    with (folder / "data.csv").open("wb") as file:
        file.truncate(2 * 2**30)


def _deep(folder: Path) -> None:
    """Folders nested until no path reaches them."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(1500):
            os.mkdir("dddd")
            os.chdir("dddd")
    finally:
        os.chdir(before)


def _many(folder: Path) -> None:
    for n in range(3000):
        (folder / f"{n}.txt").touch()


def _names(*names: str | bytes) -> Callable[[Path], None]:
    def lay(folder: Path) -> None:
        for name in names:
            raw = name if isinstance(name, bytes) else name.encode()
            with open(os.path.join(os.fsencode(folder), raw), "wb") as file:
                file.write(b"eve")

    return lay


def _rename(name: str) -> Callable[[Path], None]:
    def lay(folder: Path) -> None:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").rename(target)

    return lay


def _two(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").rename(folder / "zz.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), folder / "aa.ipynb")


#: Who submits what somebody else wrote has answered nothing.
_NOTHING = dict.fromkeys(RIGHT, "")
add(
    "folders",
    {
        "the notebook is a link": {"lay": _link_notebook, "ours": "held", "says": "regular file"},
        "the notebook is a hard link": {
            "lay": _hard_link_notebook,
            "ours": "held",
            "says": "regular file",
        },
        "the notebook is a link to its source": {
            "lay": _link_to_source,
            "answers": _NOTHING,
            "ours": "held",
            "says": "regular file",
        },
        "the folder is a link to a classmate's": {
            "lay": _link_folder,
            "answers": _NOTHING,
            "ours": "held",
            "says": "is a link",
        },
        "the notebook is a pipe": {
            "lay": _fifo_for_notebook,
            "ours": "held",
            "says": "regular file",
            "spared": "",
        },
        "the notebook is a folder": {
            "lay": _folder_for_notebook,
            "ours": "held",
            "says": "regular file",
        },
        "no notebook": {
            "lay": lambda folder: (folder / f"{NAME}.ipynb").unlink(),
            "ours": "held",
            "says": "the notebook is missing",
        },
        "the notebook can't be read": {
            "lay": lambda folder: (folder / f"{NAME}.ipynb").chmod(0),
            "ours": "held",
            "says": "cannot be read",
        },
        "a link to a system file": {
            "lay": lambda folder: (folder / "link.txt").symlink_to("/etc/passwd"),
            "ours": "mended",
            "cell": "print(open('link.txt').read())",
        },
        "a link to a secret of the teacher's": {
            "lay": lambda folder: (folder / "link.txt").symlink_to("../../../../home/secret.txt"),
            "ours": "mended",
            "cell": "print(open('link.txt').read())",
        },
        "a link to the whole course": {
            "lay": lambda folder: (folder / "all").symlink_to("../../.."),
            "ours": "mended",
            "cell": f"print(open('all/source/{NAME}/{NAME}.ipynb').read())",
        },
        "a link to itself": {
            "lay": lambda folder: (folder / "loop").symlink_to("loop"),
            "ours": "mended",
        },
        "a link to an endless device": {
            "lay": lambda folder: (folder / "data.csv").symlink_to("/dev/zero"),
            "ours": "mended",
        },
        "a hard link": {
            "lay": lambda folder: os.link(
                (_elsewhere(folder).write_text("eve"), _elsewhere(folder))[1], folder / "hard.txt"
            ),
            "ours": "mended",
        },
        "a pipe": {"lay": lambda folder: os.mkfifo(folder / "pipe"), "ours": "mended"},
        "a socket": {"lay": _socket, "ours": "mended"},
        "a sparse file of 2 GB": {"lay": _sparse, "ours": "mended"},
        "three thousand files": {"lay": _many, "ours": "mended"},
        "folders nested too deep for a path": {"lay": _deep, "ours": "mended"},
        "a file with a newline and control signs": {"lay": _names("a\nb\t\x1b[31m.txt")},
        "a file with a right-to-left mark": {"lay": _names("\u202etxt.exe")},
        "a file named like an option": {"lay": _names("-rf", "--config=x")},
        "a file name of 250 letters": {"lay": _names("x" * 250), "ours": "mended"},
        "a file name that is no text": {"lay": _names(b"\xff\xfe\x80.csv"), "ours": "mended"},
        "a notebook's name that is no text": {
            "lay": lambda folder: os.rename(
                os.fsencode(folder / f"{NAME}.ipynb"), os.fsencode(folder) + b"/\xff.ipynb"
            ),
            "ours": "mended",
        },
        "the notebook renamed": {"lay": _rename(f"{NAME} (1).ipynb"), "ours": "mended"},
        "the notebook in a sub-folder": {"lay": _rename(f"sub/{NAME}.ipynb"), "ours": "mended"},
        "the notebook with a name from right to left": {
            "lay": _rename("\u202ex.ipynb"),
            "ours": "mended",
        },
        "two notebooks": {"lay": _two, "ours": "mended"},
        "a time that is no time": {
            "lay": beside("timestamp.txt", "yesterday-ish"),
            "ours": "mended",
        },
        "a time in the year 99999": {
            "lay": beside("timestamp.txt", "99999-01-01 00:00:00 UTC"),
            "ours": "mended",
        },
        "a time of 10 MB": {"lay": beside("timestamp.txt", "9" * 10**7), "ours": "mended"},
        "a file over the assignment's own": {"lay": beside("crossroads/__init__.py", "eve")},
    },
)
add(
    "students' ids",
    {
        "with spaces": {"student": "eve of the east"},
        "with an at sign": {"student": "eve@example.org"},
        "in another script": {"student": "Ева"},
        "a formula": {"student": "=1+1", "ours": "refused"},
        "with quotes": {"student": "eve'\"; drop table student; --", "ours": "refused"},
        "with an emoji": {"student": "eve\N{GRINNING FACE}", "ours": "refused"},
        "like an option": {"student": "--help", "ours": "refused"},
        "with a newline": {"student": "eve\nann", "ours": "refused"},
        "with a right-to-left mark": {"student": "\u202eeve", "ours": "refused"},
        "of 250 letters": {"student": "e" * 250, "ours": "refused"},
        "of two points and letters": {"student": "..eve", "ours": "refused"},
    },
)
