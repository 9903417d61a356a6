"""Find the notebooks that an assignment asks for among a submission's files.

A quiz of this kind of course is one notebook, of its own name. Another course's assignment may have
several, of any names: a file is known by its name, else by nbgrader's labels of its cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...course import Course
from ...grading.course_assignment import is_own
from ...grading.submitted import notebook_file, submission
from ...grading.submitted.nbgrader_cells import grade_id, nbgrader_metadata
from .notebook_files import stem_of
from .submissions import Submission, attempt_of, is_blank, notebook_of

#: By the name of each notebook, the labels of its cells: what nbgrader calls them, and its sum of
#: their texts, for notebooks of one assignment often call their cells the same.
Wanted = Mapping[str, frozenset[tuple[str, str]]]


def wanted_of(course: Course, assignment: str) -> Wanted:
    """Return the notebooks that students are asked for."""
    if is_own(course.path, assignment):
        return {assignment: frozenset()}
    paths = course.released_notebooks(assignment)
    if not paths:
        folder = course.own_source(assignment)
        paths = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    return {name: _labels(path) for name, path in paths.items()} or {assignment: frozenset()}


def _labels(path: Path) -> frozenset[tuple[str, str]]:
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return frozenset(_label(nbgrader_metadata(cell)) for cell in cells if grade_id(cell))
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def _label(about: Mapping[str, Any]) -> tuple[str, str]:
    return str(about.get("grade_id", "")), str(about.get("checksum", ""))


def sort(one: Submission, wanted: Wanted) -> tuple[dict[str, int], list[int]]:
    """Return the places in ``one.files`` of the notebooks that are asked for, by name.

    Return the places of all other files as well.

    Of several files that may be the same one, the first is that of ``notebook_of``.
    """
    if len(wanted) == 1:
        (name,) = wanted
        ranked = notebook_of(one, name)
        return ({name: ranked[0]} if ranked else {}), list(ranked[1:])
    found: dict[str, list[int]] = {}
    for place in notebook_of(one, ""):
        origin, file = one.files[place]
        # The longest first: problem12 is no second problem1.
        names = sorted(wanted, key=len, reverse=True)
        name = next((n for n in names if attempt_of(origin.file, n) is not None), "")
        name = name or _by_labels(file.content, wanted) or _by_ending(origin.file, names)
        found.setdefault(name, []).append(place)
    chosen, others = {}, found.pop("", [])
    for name, places in found.items():
        first, *more = [place for place in notebook_of(one, name) if place in places]
        chosen[name] = first
        others += more
    return {name: chosen[name] for name in wanted if name in chosen}, sorted(others)


def _by_labels(content: bytes, wanted: Wanted) -> str:
    """Return the notebook most of whose cells are in this file.

    Return "" where there is none, or it isn't sure.
    """
    try:
        there = {_label(cell["label"]) for cell in notebook_file.cells_of(content, [])}
    except submission.Held:
        return ""
    known = {name: len(there & labels) for name, labels in wanted.items()}
    most = max(known.values())
    best = [name for name, count in known.items() if count == most]
    return best[0] if most and len(best) == 1 else ""


def _by_ending(file: str, names: Sequence[str]) -> str:
    """Return the notebook by whose name a file's ends.

    An example is Blackboard's ``hw3_a1_attempt_…_p5.ipynb``.
    """
    stem = stem_of(file)
    ends = (rf"[\W_]{re.escape(name)}(?:[ _-]*\(?\d{{1,6}}\)?)?" for name in names)
    found = [n for n, end in zip(names, ends, strict=True) if re.search(f"{end}$", stem)]
    return found[0] if found else ""


def all_blank(files: Mapping[str, bytes], wanted: Collection[str]) -> bool:
    """Return whether every notebook of a submission that is asked for is as it was handed out."""
    there = [files[f"{name}.ipynb"] for name in wanted if f"{name}.ipynb" in files]
    return bool(there) and all(map(is_blank, there))
