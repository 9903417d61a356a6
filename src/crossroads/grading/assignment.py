"""An assignment as grading needs it: what students got, its tests, its files.

Of an assignment with several notebooks, each is an ``Assignment`` of its own; the first has the
others in ``more``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from . import kernels
from .results import Mark
from .scoring import Test, set_up_lines
from .submitted.nbgrader_cells import nbgrader_metadata

#: Raised when marks could come out otherwise: results of an older one aren't taken over.
VERSION = 7


@dataclass(frozen=True)
class Assignment:
    """A source notebook with its tests, the notebook that students got, and its other files."""

    #: The notebook's name: the assignment's own, where it has one notebook.
    name: str
    released: dict[str, Any]
    tests: dict[str, Test]
    points: dict[str, float]
    files: dict[str, bytes]
    digest: str
    #: The assignment's name; the cells as they are to be run; and what ``Parts`` says.
    whole: str = ""
    original: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    own: bool = True
    strict: bool = False
    put_back: bool = True
    #: Files of a student's that aren't replaced by the assignment's.
    kept: tuple[str, ...] = ()
    more: tuple[Assignment, ...] = ()
    #: Marks of answers that were scored already, by their hash: classmates often agree.
    known: dict[bytes, Mark] = field(default_factory=dict, compare=False, repr=False)

    several: bool = False

    @cached_property
    def language(self) -> str:
        """The language of its code, in lower case."""
        return kernels.language_of(self.released)

    @property
    def notebooks(self) -> tuple[Assignment, ...]:
        """Each notebook of the assignment."""
        return (self, *self.more)

    def key(self, id_: str) -> str:
        """Return the id of one of its cells within the whole assignment."""
        return f"{self.name}/{id_}" if self.several else id_


@dataclass(frozen=True)
class Parts:
    """The parts of an assignment as text and bytes, which can be sent to any machine.

    ``own`` says that it's a quiz of this course's kind, whose source is the truth and whose answers
    are found wherever they were typed. Any other is marked as nbgrader does it: ``original`` holds
    the gradebook's cells then, and what a student submitted is run as it is. ``strict`` leaves out
    what we do beyond that; ``put_back`` says that missing cells are added all the same.
    """

    name: str
    original: str
    released: str
    files: dict[str, bytes]
    whole: str = ""
    own: bool = True
    strict: bool = False
    put_back: bool = True
    kept: tuple[str, ...] = ()
    more: tuple[Parts, ...] = ()


def parts_of(source: Path, released: Path) -> Parts:
    """Read an assignment's source folder and its released notebook."""
    original = (source / f"{source.name}.ipynb").read_text("utf-8")
    return Parts(source.name, original, released.read_text("utf-8"), files_of(source))


def files_of(source: Path, ignore: Collection[str] = (".ipynb_*",)) -> dict[str, bytes]:
    """Return the files of a source folder that aren't notebooks, but for those of ignored names."""

    def wanted(path: Path) -> bool:
        names = path.relative_to(source).parts
        return not any(fnmatchcase(name, one) for name in names for one in ignore)

    return {
        p.relative_to(source).as_posix(): p.read_bytes()
        for p in sorted(source.rglob("*"))
        if p.is_file() and p.suffix != ".ipynb" and wanted(p)
    }


def load_assignment(parts: Parts) -> Assignment:
    """Make an assignment of its parts."""
    several = bool(parts.more)
    first, *more = [_loaded(one, several) for one in (parts, *parts.more)]
    return replace(first, more=tuple(more))


def _loaded(parts: Parts, several: bool) -> Assignment:
    original, copy = json.loads(parts.original), json.loads(parts.released)
    copy["metadata"]["crossroads_name"] = parts.name
    language = kernels.language_of(copy)
    code = [c for c in original["cells"] if c["cell_type"] == "code" and language == "python"]
    for cell in (*original["cells"], *copy["cells"]):
        cell["source"] = "".join(cell["source"])
    given = set_up_lines(
        c["source"]
        for c in code
        if nbgrader_metadata(c).get("locked") and not nbgrader_metadata(c).get("grade")
    )
    tests, points = {}, {}
    for cell in original["cells"]:
        about = nbgrader_metadata(cell)
        if about.get("grade") or about.get("task"):
            points[about["grade_id"]] = float(about["points"])
        if about.get("grade") and not about.get("solution") and cell["cell_type"] == "code":
            id_ = about["grade_id"]
            tests[id_] = Test(id_, cell["source"], float(about["points"]), given)
    texts = [
        *(str(VERSION), json.dumps(original["cells"], sort_keys=True)),
        *([] if language == "python" else [language]),
        *map(repr, parts.files.items()),
    ]
    if not parts.own:
        texts += [parts.released, *map(repr, (parts.strict, parts.put_back, parts.kept))]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return Assignment(
        *(parts.name, copy, tests, points, parts.files, digest, parts.whole or parts.name),
        original=original,
        own=parts.own,
        strict=parts.strict,
        put_back=parts.put_back,
        kept=parts.kept,
        several=several,
    )
