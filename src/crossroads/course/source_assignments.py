"""Source assignments: where they lie, and writing a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..files import write_whole
from .directory import Course


def sources(course: Path) -> dict[str, Path]:
    """``Course.sources`` of a path."""
    return Course(course).sources()


def source(course: Path, assignment: str) -> Path:
    """``Course.source`` of a path."""
    return Course(course).source(assignment)


def write_assignment(course: Path, assignment: str, notebook: Any, rubrics: dict[str, Any]) -> Path:
    """Write a new source assignment; raises ``ValueError`` where there is one of that name."""
    # Slow, and only needed to write.
    import nbformat
    import yaml

    path = Course(course).own_source(assignment) / f"{assignment}.ipynb"
    if path.parent.exists():
        raise ValueError(f"{path.parent} exists already; choose another name")
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")  # type: ignore[no-untyped-call]
    if rubrics:
        text = yaml.safe_dump(rubrics, allow_unicode=True, sort_keys=False, width=92)
        write_whole(path.parent / "rubric.yml", text)
    return path
