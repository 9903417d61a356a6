"""Is a notebook of another nbgrader course ready to be submitted? What students can know of it.

The notebook runs in its own kernel, and the tests are those that students see. Nothing is written.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from ..assignments import plain_items
from ..course import Course
from ..grading import autograde, kernels
from ..grading.assignment import Assignment, Parts, load_assignment
from ..grading.gradebook import UNRELEASED
from ..grading.notes import say
from ..grading.sandbox import Limits
from ..grading.submitted import submission
from ..grading.submitted.as_submitted import as_submitted
from ..i18n import _
from .damage import another, cells_in, damage, unreadable
from .kernel import OwnKernel
from .problems import Problem, Reading
from .running import TIMEOUT


def notebooks(course: Path, name: str, place: Path | None) -> tuple[list[Path], list[str]]:
    """Return the notebooks to look at, a file or a folder's; and those that aren't there.

    Raises ``ValueError`` where there is none.
    """
    own = Course(course)
    if place and not place.is_dir():
        return [place], []
    wanted = [f"{one}.ipynb" for one in own.released_notebooks(name)]
    if not wanted:
        raise ValueError(UNRELEASED.format(name=name))
    for folder in [place] if place else [own.quizzes / name, own.path / name, Path(name)]:
        if folder and (found := [folder / one for one in wanted if (folder / one).is_file()]):
            there = {path.name for path in found}
            return found, [one for one in wanted if one not in there]
    raise ValueError(
        f"no notebook of {name} is found ({', '.join(wanted)}). Say where yours is: crossroads "
        f"check {name} --file NOTEBOOK, or a folder"
    )


def read(course: Path, name: str, path: Path) -> Reading:
    """Read and run a notebook as grading does it, with the tests that students see."""
    released = Course(course).released_notebooks(name)
    own = path.stem if path.stem in released else next(iter(released), path.stem)
    given, problems = cells_in(path, own)
    if given is None:
        return Reading(problems)
    try:
        copy = json.loads(released[own].read_text("utf-8"))
        text = json.dumps(copy)
        assignment = load_assignment(Parts(own, text, text, {}, name, own=False))
        how = {"strict": False, "put_back": True}
        submitted = as_submitted(deepcopy(given), assignment.original, assignment.released, **how)
    except submission.Another as other:
        return Reading([*problems, another(own, other.title)])
    except (OSError, ValueError, KeyError, submission.Held) as why:
        return Reading([*problems, unreadable(path.name, str(why))])
    problems += damage(given, assignment.released, submitted)
    kernel = kernels.kernel_of(copy, path.name)
    worker: Any = OwnKernel(
        Limits(sandboxed=False, cell=TIMEOUT), path.parent, kernel.name if kernel else "python3"
    )
    result = autograde.mark(assignment, "", submitted, None, worker)
    if result.held:
        return Reading([*problems, Problem(_("The notebook"), say(result.held), "")], result)
    return Reading([*problems, *_open(assignment, name, result, released[own].parent)], result)


def _open(assignment: Assignment, name: str, result: Any, folder: Path) -> list[Problem]:
    """Return answers that are as they were given, and tests that fail."""
    found = []
    for item in plain_items.read(folder):
        notebook, _slash, id_ = item.id.rpartition("/")
        cell = item.answer_cell.rpartition("/")[2]
        mark = result.marks.get(id_)
        if (notebook and notebook != assignment.name) or mark is None or item.of_the_whole:
            continue
        if cell in result.untouched and not mark.points:
            found.append(Problem(item.title, _("no answer yet."), ""))
        elif mark.error and not mark.points:
            said = ": ".join(filter(None, (mark.error, " ".join(mark.said.split())[:300])))
            found.append(Problem(item.title, _("its test fails ({reason}).", reason=said), ""))
    return found
