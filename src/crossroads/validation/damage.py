"""Find what is wrong with a notebook's file, and with its cells: missing, doubled, changed."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from ..grading.checksums import is_unchanged
from ..grading.submitted import notebook_file, recognise, submission
from ..grading.submitted.submission import Submission
from ..i18n import _, ngettext
from ..questions import variants
from .problems import Problem, where
from .released import label_of


def cells_in(path: Path, name: str) -> tuple[list[dict[str, Any]] | None, list[Problem]]:
    """Return the cells in a file, or ``None``, and what is wrong with the file as such."""
    file = path.name
    if not path.is_file():
        others = sorted(p.name for p in path.parent.glob("*.ipynb"))
        seen = _("Its folder contains: {files}.", files=", ".join(others)) if others else ""
        what = f"{_('there is no such file.')} {seen}".strip()
        do = _("Save your notebook as {name}.ipynb.", name=name)
        return None, [Problem(file, what, do)]
    try:
        given = notebook_file.cells_of(path.read_bytes(), [])
    except (submission.Held, OSError) as why:
        return None, [unreadable(file, str(why))]
    if path.stem != name:
        do = _(
            "Rename it to {name}.ipynb: the grader doesn't find it under another name.",
            name=name,
        )
        what = _("the notebook's name should be {name}.ipynb.", name=name)
        return given, [Problem(file, what, do)]
    return given, []


def unreadable(file: str, reason: str) -> Problem:
    do = _(
        "Close it without saving, get a new copy of the notebook, and put your answers into that."
    )
    what = _("it can't be read as a notebook ({reason}).", reason=reason.rstrip(".")[:120])
    return Problem(file, what, do)


def another(name: str, title: str) -> Problem:
    what = _(
        "it has different questions from {name}; its title is {title}.", name=name, title=title
    )
    do = _("Was another notebook saved under this name? Check which file has your answers.")
    return Problem(_("The notebook"), what, do)


def damage(
    given: list[dict[str, Any]], released: Any, submitted: Submission, compared: bool = True
) -> list[Problem]:
    """Return cells that are missing, doubled or changed though they are locked."""
    again = _("Get a new copy of the notebook, and put your answers into that.")
    found = deepcopy(given)
    problems = []
    if lost := recognise.recognise(found, released):
        what = ngettext(
            "another program has removed the label of {n} cell.",
            "another program has removed the labels of {n} cells.",
            lost,
        )
        do = _("Answers are found by their names and by the text around them.")
        problems.append(Problem(_("The notebook"), what, f"{do} {again}"))
    elif not any(cell["id"] for cell in given):
        what = _(
            "this isn't the quiz as it was handed out, or another program has removed the "
            "labels of its cells. Answers are found by their names and by the text around them."
        )
        return [Problem(_("The notebook"), what, again)]
    cells: dict[str, list[dict[str, Any]]] = {}
    for cell in found:
        cells.setdefault(cell["id"], []).append(cell)
    texts = {str(label_of(c).get("grade_id")): c for c in released["cells"] if label_of(c)}
    read_as = {cell.id: cell.source for cell in submitted.cells}
    problems += [
        Problem(where(id_), _("one of its cells is missing."), again)
        for id_, cell in texts.items()
        # Answers that have lost their label are found by what they define.
        if id_ not in cells and not (lost and read_as.get(id_, "") != "".join(cell["source"]))
    ]
    for id_, copies in cells.items():
        if id_ and len(copies) > 1:
            do = _("Delete the copy (Edit, Delete Cells), or add a new cell for your notes.")
            problems.append(Problem(where(id_), _("one of its cells is there twice."), do))
        if _is_changed(copies[0], texts.get(id_), compared):
            do = _(
                "Undo the change, or get a new copy of the notebook. The cell will be restored "
                "for grading."
            )
            what = _("a cell that you should not change was changed.")
            problems.append(Problem(where(id_), what, do))
    space = variants.space_of(released)
    if any(submitted.values.get(name) not in choices for name, choices in space.items()):
        what = _("the line that sets them (mine = ...) was changed.")
        problems.append(Problem(_("Your own values"), what, again))
    return problems


def _is_changed(cell: dict[str, Any], released: Any, compared: bool) -> bool:
    """Return whether a cell differs that isn't the student's; without a release, by its own sum."""
    if not compared:
        return bool(cell["label"].get("locked")) and not is_unchanged(cell)
    if released is None or label_of(released).get("solution"):
        return False
    as_given = "".join(released["source"]).rstrip()
    return bool(cell["source"].rstrip() != as_given)


def unseen(submitted: Submission) -> list[Problem]:
    """Pictures that a text names, and that nobody else would see."""
    do = _(
        "Paste the picture into the cell, or submit its file (PNG, JPEG, GIF or WebP) beside the "
        "notebook."
    )
    return [
        Problem(_("The picture {name}", name=repr(name[:80])), _("it can't be shown."), do)
        for name in submitted.unseen
    ]
