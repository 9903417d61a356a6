"""Before handing in: is a graded notebook complete, undamaged, and does it run?

What is found is said in plain words, with what to do. No key is needed for it, and none is known.
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import memo, signs, variants
from .answers import hint, says_unanswered
from .wording import _, ngettext

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
    _mend(notebook)
    return [*problems, *open_questions(notebook, run(notebook, path.parent))]


def _mend(notebook: Any) -> None:
    """Read signs that Python doesn't know as grading does."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = signs.latin_names(signs.mended(cell.source))


def report(name: str, problems: list[Problem]) -> str:
    """What ``check`` found, as a text for a student."""
    if not problems:
        return _(
            "{name} is ready: every question has an answer that can be read, and the notebook "
            "runs from top to bottom. Whether the answers are right isn't checked here.",
            name=name,
        )
    head = ngettext(
        "One thing to look at in {name}:",
        "{n} things to look at in {name}:",
        len(problems),
        name=name,
    )
    return "\n".join([head, *(f"- {p}" for p in problems)])


def load(path: Path, name: str) -> tuple[Any, list[Problem]]:
    """The notebook in a file, or ``None``, and what is wrong with the file as such."""
    file = path.name
    if not path.is_file():
        others = sorted(p.name for p in path.parent.glob("*.ipynb"))
        seen = _("In its folder are: {files}.", files=", ".join(others)) if others else ""
        what = f"{_('there is no such file.')} {seen}".strip()
        do = _("Save your notebook as {name}.ipynb.", name=name)
        return None, [Problem(file, what, do)]
    try:
        notebook = _read(path)
    except Exception as error:  # nbformat raises many kinds for a damaged file
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        do = _("Close it without saving, get the notebook anew, and put your answers into that.")
        what = _("it can't be read as a notebook ({reason}).", reason=reason)
        return None, [Problem(file, what, do)]
    if path.stem != name:
        do = _(
            "Rename it to {name}.ipynb: under another name it isn't found when grading.", name=name
        )
        what = _("the notebook's name should be {name}.ipynb.", name=name)
        return notebook, [Problem(file, what, do)]
    return notebook, []


def _read(path: Path) -> Any:
    """A notebook file, as forgiving as grading reads it; outputs are left out.

    Raises many kinds of errors for what is no notebook.
    """
    import nbformat

    from .grading import submission

    data = submission._json(path.read_bytes(), [])
    if "cells" not in data and "worksheets" in data:
        return nbformat.reads(json.dumps(data), as_version=4)  # type: ignore[no-untyped-call]
    submission._cells_of(json.dumps(data).encode(), [])
    make: Any = nbformat.v4
    plain: Any = nbformat.from_dict
    makers = {"code": make.new_code_cell, "markdown": make.new_markdown_cell}
    cells = []
    for cell in data["cells"]:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", "")
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        made = makers.get(str(cell.get("cell_type")), make.new_raw_cell)(source)
        metadata = cell.get("metadata")
        if isinstance(metadata, dict):
            made.metadata.update(plain(metadata))
        cells.append(made)
    metadata = data.get("metadata")
    about = {k: v for k, v in metadata.items() if k != "widgets"} if metadata else {}
    return make.new_notebook(cells=cells, metadata=plain(about))


def damage(notebook: Any) -> list[Problem]:
    """Cells that are missing, doubled or changed though they are locked."""
    from nbgrader.utils import compute_checksum

    cells: dict[str, list[Any]] = {}
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cells.setdefault(cell.metadata.nbgrader.get("grade_id", ""), []).append(cell)
    again = _("Get the notebook anew, and put your answers into that.")
    problems = []
    if not cells:
        what = _(
            "this isn't the quiz as it was handed out, or another program has taken away the "
            "labels of its cells. Answers are looked for by name and by what stands around them."
        )
        return [Problem(_("The notebook"), what, again)]
    for id_ in notebook.metadata.get("crossroads", {}).get("cells", []):
        if id_ not in cells:
            problems.append(Problem(_where(id_), _("a cell of it is gone."), again))
    for id_, found in cells.items():
        if len(found) > 1:
            do = _("Delete the copy (Edit, Delete Cells), or add a new cell for your notes.")
            problems.append(Problem(_where(id_), _("one of its cells is there twice."), do))
        about = found[0].metadata.nbgrader
        if about.get("locked") and about.get("checksum") != compute_checksum(found[0]):
            do = _("Undo the change, or get the notebook anew. It will be put back when grading.")
            what = _("a cell that isn't yours to change differs.")
            problems.append(Problem(_where(id_), what, do))
    space = variants.space_of(notebook)
    try:
        held: Mapping[str, Any] = variants.values_in(notebook)
    except ValueError:
        held = {}
    if any(held.get(name) not in choices for name, choices in space.items()):
        what = _("the line mine = ... was changed.")
        problems.append(Problem(_("Your own values"), what, again))
    return problems


def run(notebook: Any, folder: Path) -> Any:
    """A copy of ``notebook`` run from a clean kernel in ``folder``, going on after errors."""
    import nbformat
    from nbclient import NotebookClient

    copied = copy.deepcopy(notebook)
    # As when it's marked: nobody types, and no command of the system is run.
    settled = "import crossroads.grading.shell as _s; _s.settle(get_ipython()); del _s"
    first: Any = nbformat.v4.new_code_cell(settled)  # type: ignore[no-untyped-call]
    copied.cells.insert(0, first)
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
    del copied.cells[0]
    return copied


def open_questions(notebook: Any, executed: Any) -> list[Problem]:
    """Questions without an answer that can be read, and cells that fail, in order."""
    from nbgrader.utils import compute_checksum

    from .grading.submission import names_given

    problems = []
    unanswered: list[str] = []
    failed: set[str] = set()
    sources: dict[str, tuple[str, str]] = {}
    others: list[tuple[dict[str, str], str]] = []
    for cell in notebook.cells:
        id_ = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code":
            others.append(({"grade_id": id_}, cell.source))
            if id_.endswith("-answer"):
                sources[id_] = (cell.source, id_.removesuffix("-answer"))
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        about = cell.metadata.get("nbgrader", {})
        id_ = about.get("grade_id", "")
        error = _error(done)
        question = id_.removesuffix("-answer")
        if error and about.get("grade") and question in failed:
            continue  # The answer's own cell says it already.
        if error:
            failed.add(question)
            source, name = sources.get(f"{question}-answer", ("", ""))
            elsewhere = name and any(
                other["grade_id"] != f"{question}-answer" and name in names_given(text)
                for other, text in others
            )
            if name and (words := hint(source, name)):
                problems.append(Problem(_where(id_), words, ""))
            elif says_unanswered(error[1]) and elsewhere:
                what = _("its line is still open, but another cell has an answer.")
                do = _("Type the answer into its own line: {line}", line=f"{name} = ...")
                problems.append(Problem(_where(id_), what, do))
            elif says_unanswered(error[1]):
                unanswered.append(id_)
            else:
                problems.append(Problem(_where(id_), *_advice(error, about)))
        elif about.get("grade") and about.get("solution"):
            if about.get("checksum") == compute_checksum(cell):
                unanswered.append(id_)
            else:
                problems += _cited(cell.source, _where(id_))
    if unanswered:
        do = _("An open question earns nothing, so have a try.")
        problems.append(Problem(_together(unanswered), _("no answer yet."), do))
    return problems


def _cited(text: str, where: str) -> list[Problem]:
    from .tables import load

    known = list(load("claims")["id"])
    strange = [i for i in memo.claims_in(text) if i not in known]
    do = _("Claims go from {first} to {last}: look the number up.", first=known[0], last=known[-1])
    return [Problem(where, _("{id} is no claim of the article.", id=i), do) for i in strange]


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
        what = ngettext(
            "its cell ran for more than {n} second.",
            "its cell ran for more than {n} seconds.",
            TIMEOUT,
        )
        return what, _("Look for a loop without an end.")
    what = _("its cell stops with {name}: {text}.", name=name, text=text)
    if about.get("grade"):
        return what, _("Run all cells from the top: does the answer's own cell work?")
    return what, _("Mend it, then choose Kernel, Restart Kernel and Run All Cells.")


def _where(id_: str) -> str:
    """How a student would name a cell."""
    question = re.match(r"q(\d+)\b", id_)
    if question:
        return _("Question {number}", number=question[1])
    return _("The cell {id}", id=repr(id_)) if id_ else _("A cell")


def _together(ids: list[str]) -> str:
    """``Questions 1, 2`` for several, and what isn't a question by itself."""
    numbers = [found[1] for id_ in ids if (found := re.match(r"q(\d+)\b", id_))]
    if len(numbers) < 2:
        return ", ".join(map(_where, ids))
    rest = [_where(id_) for id_ in ids if not re.match(r"q\d+\b", id_)]
    return ", ".join([_("Questions {numbers}", numbers=", ".join(numbers)), *rest])


def _vs_code() -> str:
    """VS Code tells a notebook's path in a variable of the notebook's own."""
    main = sys.modules.get("__main__")
    return str(getattr(main, "__vsc_ipynb_file__", ""))
