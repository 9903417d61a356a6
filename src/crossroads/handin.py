"""Before handing in: is a graded notebook complete, undamaged, and does it run?

What is found is said in plain words, with what to do. No key is needed for it, and none is known.
"""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import memo, variants
from .answers import UNANSWERED

#: Seconds for one cell.
TIMEOUT = 60
_RUNNING = "CROSSROADS_READY"


@dataclass(frozen=True)
class Problem:
    """Something to mend before handing in: where, what, and what to do."""

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.do}".strip()


def ready(name: str) -> None:
    """Say whether the notebook ``name`` can be handed in, from within it. Save it first.

    Where no person sits before it (a notebook being graded or checked), nothing happens.
    """
    here = os.environ.get("JPY_SESSION_NAME", "") or _vs_code()
    if os.environ.get(_RUNNING) or not here:
        return
    path = Path(here)
    if path.suffix != ".ipynb":
        path = Path(f"{name}.ipynb")
    print(report(name, check(path, name)))


def check(path: Path, name: str) -> list[Problem]:
    """What there is to mend in the notebook file ``path`` of the assignment ``name``.

    Runs its cells in a kernel of its own, in its own folder. Nothing is written.
    """
    notebook, problems = load(path, name)
    if notebook is None:
        return problems
    problems += damage(notebook)
    return [*problems, *open_questions(notebook, run(notebook, path.parent))]


def report(name: str, problems: list[Problem]) -> str:
    """What ``check`` found, as a text for a student."""
    if not problems:
        return (
            f"{name} is ready: every question has an answer that can be read, and the notebook "
            "runs from top to bottom. Whether the answers are right isn't checked here."
        )
    count = "One thing" if len(problems) == 1 else f"{len(problems)} things"
    return "\n".join([f"{count} to look at in {name}:", *(f"- {p}" for p in problems)])


def load(path: Path, name: str) -> tuple[Any, list[Problem]]:
    """The notebook in a file, or ``None``, and what is wrong with the file as such."""
    import nbformat

    file = path.name
    if not path.exists():
        others = sorted(p.name for p in path.parent.glob("*.ipynb"))
        seen = f"In its folder are: {', '.join(others)}." if others else ""
        what = f"there is no such file. {seen}".strip()
        return None, [Problem(file, what, f"Save your notebook as {name}.ipynb.")]
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises many kinds for a damaged file
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        do = "Close it without saving, get the notebook anew, and put your answers into that."
        return None, [Problem(file, f"it can't be read as a notebook ({reason}).", do)]
    if path.stem != name:
        do = f"Rename it to {name}.ipynb: under another name it isn't found when grading."
        return notebook, [Problem(file, f"the notebook's name should be {name}.ipynb.", do)]
    return notebook, []


def damage(notebook: Any) -> list[Problem]:
    """Cells that are missing, doubled or changed though they are locked."""
    from nbgrader.utils import compute_checksum

    cells: dict[str, list[Any]] = {}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cells.setdefault(cell.metadata.nbgrader.get("grade_id", ""), []).append(cell)
    again = "Get the notebook anew, and put your answers into that."
    problems = []
    for id_ in notebook.metadata.get("crossroads", {}).get("cells", []):
        if id_ not in cells:
            problems.append(Problem(_where(id_), "a cell of it is gone.", again))
    for id_, found in cells.items():
        if len(found) > 1:
            do = "Delete the copy (Edit, Delete Cells), or add a new cell for your notes."
            problems.append(Problem(_where(id_), "one of its cells is there twice.", do))
        about = found[0].metadata.nbgrader
        if about.get("locked") and about.get("checksum") != compute_checksum(found[0]):
            do = "Undo the change, or get the notebook anew. It will be put back when grading."
            problems.append(Problem(_where(id_), "a cell that isn't yours to change differs.", do))
    space = variants.space_of(notebook)
    try:
        held: Mapping[str, Any] = variants.values_in(notebook)
    except ValueError:
        held = {}
    if any(held.get(name) not in choices for name, choices in space.items()):
        problems.append(Problem("Your own values", "the line mine = ... was changed.", again))
    return problems


def run(notebook: Any, folder: Path) -> Any:
    """A copy of ``notebook`` run from a clean kernel in ``folder``, going on after errors."""
    from nbclient import NotebookClient

    copied = copy.deepcopy(notebook)
    client = NotebookClient(
        copied,
        timeout=TIMEOUT,
        interrupt_on_timeout=True,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    # A kernel's own log is nothing for a student.
    client.execute(env={**os.environ, _RUNNING: "1"}, stderr=subprocess.DEVNULL)
    return copied


def open_questions(notebook: Any, executed: Any) -> list[Problem]:
    """Questions without an answer that can be read, and cells that fail, in order."""
    from nbgrader.utils import compute_checksum

    problems = []
    unanswered: list[str] = []
    failed: set[str] = set()
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        about = cell.metadata.get("nbgrader", {})
        id_ = about.get("grade_id", "")
        error = _error(done)
        question = id_.removesuffix("-answer")
        if error and about.get("grade") and question in failed:
            continue  # The answer's own cell says it already.
        if error:
            failed.add(question)
            if error[1].startswith(UNANSWERED):
                unanswered.append(_where(id_))
            else:
                problems.append(Problem(_where(id_), *_advice(error, about)))
        elif about.get("grade") and about.get("solution"):
            if about.get("checksum") == compute_checksum(cell):
                unanswered.append(_where(id_))
            else:
                problems += _cited(cell.source, _where(id_))
    if unanswered:
        do = "An open question earns nothing, so have a try."
        problems.append(Problem(_together(unanswered), "no answer yet.", do))
    return problems


def _cited(text: str, where: str) -> list[Problem]:
    from .tables import load

    known = set(load("claims")["id"])
    strange = [i for i in memo.claims_in(text) if i not in known]
    do = "Claims go from A01 to A54: look the number up."
    return [Problem(where, f"{i} is no claim of the article.", do) for i in strange]


def _error(cell: Any) -> tuple[str, str] | None:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return output.ename, output.evalue
    return None


def _advice(error: tuple[str, str], about: Mapping[str, Any]) -> tuple[str, str]:
    name, text = error
    text = " ".join(text.split())[:300]
    if name == "NotYet":
        # What the check under the answer says has what to type in it.
        return text, ""
    if name in ("CellTimeoutError", "KeyboardInterrupt"):
        return f"its cell ran for more than {TIMEOUT} seconds.", "Look for a loop without an end."
    what = f"its cell stops with {name}: {text}."
    if about.get("grade"):
        return what, "Run all cells from the top: does the answer's own cell work?"
    return what, "Mend it, then choose Kernel, Restart Kernel and Run All Cells."


def _where(id_: str) -> str:
    """How a student would name a cell."""
    question = re.match(r"q(\d+)\b", id_)
    return f"Question {question[1]}" if question else f"The cell {id_!r}" if id_ else "A cell"


def _together(places: list[str]) -> str:
    """``Question 1`` and ``Question 2`` as ``Questions 1, 2``."""
    joined = ", ".join(places)
    if len(places) == 1:
        return joined
    return joined.replace("Question", "Questions", 1).replace(", Question ", ", ")


def _vs_code() -> str:
    """VS Code tells a notebook's path in a variable of the notebook's own."""
    main = sys.modules.get("__main__")
    return str(getattr(main, "__vsc_ipynb_file__", ""))
