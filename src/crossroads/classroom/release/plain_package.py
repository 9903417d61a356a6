"""The student package of an assignment of any other nbgrader course: what nbgrader released of it.

None of this course's lessons, data and software is in it. Before it's handed out it is looked
through for what nbgrader takes out of a source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...course import Course
from ...grading.submitted.nbgrader_cells import grade_id, nbgrader_metadata, text_of

Files = dict[str, bytes]

README = """\
{assignment}
{line}

Unpack this first if it is a zip file. Open {each} in Jupyter and answer in it. Keep the {names} of
the {files}, and don't delete cells that you were given.

To submit, give your teacher:

{notebooks}
"""
#: What stands in a source around what students don't get, by what it is.
_MARKS = (
    ("BEGIN SOLUTION", "END SOLUTION", "solution"),
    ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "hidden test"),
    ("BEGIN MARK SCHEME", "END MARK SCHEME", "mark scheme"),
)
#: Letters of a line that are too few to tell anything.
SHORT = 3


def plain_package(assignment: str, released: Mapping[str, bytes]) -> Files:
    """Return the released files, with a note on what to submit where there is none yet."""
    notebooks = sorted(name for name in released if name.endswith(".ipynb") and "/" not in name)
    several = len(notebooks) > 1
    files = dict(released)
    if not any(name.casefold().startswith("readme") for name in files):
        text = README.format(
            assignment=assignment,
            line="=" * len(assignment),
            each="each notebook" if several else "the notebook",
            names="names" if several else "name",
            files="files" if several else "file",
            notebooks="\n".join(f"  {name}" for name in notebooks),
        )
        files["README.txt"] = text.encode()
    return files


def given_away(course: Course, assignment: str, files: Mapping[str, bytes]) -> list[str]:
    """Return what released files give away, a line each.

    That is: the marks around a teacher's own parts, lines of a solution or a hidden test that still
    stand in their cell, a database, and students' addresses.
    """
    found = []
    addresses = [one.email.encode() for one in course.students() if "@" in one.email]
    source = course.own_source(assignment)
    for name, content in files.items():
        if b"SQLite format 3\0" in content:
            found.append(f"{name}: a database, such as the gradebook")
        if any(address in content for address in addresses):
            found.append(f"{name}: a student's address")
        if name.endswith(".ipynb"):
            hidden = _hidden(source / name)
            found += [f"{name}: {what}" for what in _in_notebook(content, hidden)]
    return found


def _in_notebook(content: bytes, hidden: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, KeyError, TypeError):
        yield "it cannot be read as a notebook"
        return
    for place, cell in enumerate(cells, 1):
        text, id_ = text_of(cell), grade_id(cell)
        where = f"the cell {id_}" if id_ else f"cell {place}"
        if any(begin in text for begin, _, _ in _MARKS):
            yield f"a delimiter of a part that is only for teachers, in {where}"
        lines = {line.strip() for line in text.splitlines()}
        secret = hidden.get(id_, {})
        for what in sorted({secret[line] for line in lines & secret.keys()}):
            yield f"the {what} of {where}"


def _hidden(path: Path) -> dict[str, dict[str, str]]:
    """By cell: the lines of a source notebook that nbgrader takes out, with what they are."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {id_: dict(_secret(cell)) for cell in cells if (id_ := grade_id(cell))}


def _secret(cell: Any) -> Iterator[tuple[str, str]]:
    text = text_of(cell)
    shown, found = text, []
    for begin, end, what in _MARKS:
        region = re.compile(rf"^[^\n]*{begin}[^\n]*\n(.*?)^[^\n]*{end}[^\n]*$", re.M | re.S)
        found += [(part, what) for part in region.findall(shown)]
        shown = region.sub("", shown)
    about = nbgrader_metadata(cell)
    if about.get("solution") and not found:
        shown, found = "", [(text, "solution")]  # nbgrader clears such a cell whole
    kept = {line.strip() for line in shown.splitlines()}
    for part, what in found:
        for line in part.splitlines():
            told = line.strip()
            if told not in kept and len(re.sub(r"\W", "", told)) > SHORT and not _is_stub(told):
                yield told, what


def _is_stub(line: str) -> bool:
    """Return whether a line is what nbgrader puts in place of a solution, which may be the same."""
    return "NotImplementedError" in line or line.upper() in ("YOUR ANSWER HERE", "# YOUR CODE HERE")
