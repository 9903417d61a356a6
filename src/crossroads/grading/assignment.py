"""An assignment as grading needs it: what students got, its tests, its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import kernels
from .results import Mark
from .scoring import Test, imported
from .submitted.nbgrader_cells import nbgrader_metadata

#: Raised when marks could come out otherwise: results of an older one aren't taken over.
VERSION = 6


@dataclass(frozen=True)
class Assignment:
    """A source notebook with its tests, the notebook that students got, and its other files."""

    name: str
    released: dict[str, Any]
    tests: dict[str, Test]
    points: dict[str, float]
    files: dict[str, bytes]
    digest: str
    #: Marks of answers that were scored already, by their hash: classmates often agree.
    known: dict[bytes, Mark] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def language(self) -> str:
        """The language of its code, in lower case."""
        return kernels.language_of(self.released)


@dataclass(frozen=True)
class Parts:
    """What an assignment is made of, as text and bytes: this can be sent to any machine."""

    name: str
    original: str
    released: str
    files: dict[str, bytes]


def parts_of(source: Path, released: Path) -> Parts:
    """Read an assignment's source folder and its released notebook."""
    files = {
        p.relative_to(source).as_posix(): p.read_bytes()
        for p in sorted(source.rglob("*"))
        if p.is_file() and p.suffix != ".ipynb" and ".ipynb_" not in str(p)
    }
    original = (source / f"{source.name}.ipynb").read_text("utf-8")
    return Parts(source.name, original, released.read_text("utf-8"), files)


def load_assignment(parts: Parts) -> Assignment:
    """Make an assignment of its parts."""
    original, copy = json.loads(parts.original), json.loads(parts.released)
    copy["metadata"]["crossroads_name"] = parts.name
    python = kernels.is_python(original)
    code = [c for c in original["cells"] if c["cell_type"] == "code" and python]
    for cell in (*original["cells"], *copy["cells"]):
        cell["source"] = "".join(cell["source"])
    given = imported(
        c
        for c in code
        if nbgrader_metadata(c).get("locked") and not nbgrader_metadata(c).get("grade")
    )
    tests, points = {}, {}
    for cell in original["cells"]:
        about = nbgrader_metadata(cell)
        if about.get("grade") or about.get("task"):
            points[about["grade_id"]] = float(about["points"])
        if about.get("grade") and not about.get("solution"):
            id_ = about["grade_id"]
            tests[id_] = Test(id_, cell["source"], float(about["points"]), given)
    texts = [
        *(str(VERSION), json.dumps(original["cells"], sort_keys=True)),
        *([] if python else [kernels.language_of(original)]),
        *map(repr, parts.files.items()),
    ]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return Assignment(parts.name, copy, tests, points, parts.files, digest)
