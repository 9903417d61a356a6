"""Reading and running a notebook file as grading does it, but for the tests: those students see."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from ..grading import autograde
from ..grading.assignment import Assignment, Parts, load_assignment
from ..grading.sandbox import Limits
from ..grading.submitted import attachments, rebuild, submission, submission_folder
from . import RUNNING
from .damage import another, cells_in, damage, unreadable, unseen
from .kernel import OwnKernel
from .problems import Problem, Reading
from .released import as_it_is, release_of
from .running import TIMEOUT, open_questions


def check(path: Path, name: str) -> list[Problem]:
    """Return what there is to fix in the notebook file ``path`` of the assignment ``name``.

    It runs its cells in a kernel of its own, in its own folder. Nothing is written.
    """
    return read(path, name).problems


def read(path: Path, name: str) -> Reading:
    """Read, mend and run a notebook file as grading does it; see ``check``."""
    given, problems = cells_in(path, name)
    if given is None:
        return Reading(problems)
    released = release_of(path, name, given)
    compared = released is not None
    try:
        assignment = _assignment(name, released or as_it_is(given))
        submitted = rebuild.rebuild(deepcopy(given), assignment.released)
        submitted.files = dict(submission_folder.files_in(path.parent, []))
        attachments.attach(submitted)
    except submission.Another as other:
        return Reading([*problems, another(name, other.title)])
    except (submission.Held, ImportError) as why:
        return Reading([*problems, unreadable(path.name, str(why))])
    problems += damage(given, assignment.released, submitted, compared)
    problems += unseen(submitted)
    with _from_within():
        result = autograde.mark(assignment, "", submitted, None, _kernel(path.parent))
    problems += open_questions(assignment, submitted, result)
    return Reading(problems, result, compared)


def _assignment(name: str, released: Any) -> Assignment:
    """Return an assignment whose tests are what students see of them."""
    text = json.dumps(released)
    return load_assignment(Parts(name, text, text, {}))


def _kernel(folder: Path) -> Any:
    return OwnKernel(Limits(sandboxed=False, cell=TIMEOUT), folder)


@contextmanager
def _from_within() -> Iterator[None]:
    """Let the notebook's last cell, which checks it, do nothing while it's checked."""
    before = os.environ.get(RUNNING)
    os.environ[RUNNING] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[RUNNING]
