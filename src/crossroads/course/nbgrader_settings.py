"""Read the settings that we use from ``nbgrader_config.py`` of a course directory.

It is read as nbgrader reads it. Each course has one; what a course doesn't set is as nbgrader has
it.
"""

from __future__ import annotations

import filecmp
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: nbgrader's files of settings; what the second says comes last.
NAMES = ("nbgrader_config.py", "nbgrader_config.json")
#: nbgrader's steps, each with a folder of its own.
STEPS = ("source", "release", "submitted", "autograded", "feedback")
_KEYS = ("nbgrader_step", "student_id", "assignment_id")
#: The classes by which a cell's time is set: nbgrader's own, and those that it is made of.
_EXECUTE = ("Execute", "ExecutePreprocessor", "NotebookClient")
#: What changes marks with nbgrader, and is run by nbgrader alone.
_NOT_RUN = {
    "Autograde": ("autograde_preprocessors", "sanitize_preprocessors"),
    "IgnorePattern": ("pattern",),
    **dict.fromkeys(
        _EXECUTE, ("execute_retries", "on_notebook_start", "on_cell_execute", "on_cell_executed")
    ),
}
BROKEN = "{path} cannot be read as nbgrader's settings ({why}). Fix it, then try again"
FOREIGN = (
    "{path}: directory_structure {structure!r} has no {{{missing}}}. nbgrader needs all of "
    "{{nbgrader_step}}, {{student_id}} and {{assignment_id}} in it"
)


@dataclass(frozen=True)
class Settings:
    """A course's settings for nbgrader.

    ``timeout`` is the seconds that a cell may run: ``None`` where the course sets none, 0 for
    without a limit. ``strict`` is ``strict_nbgrader`` of ``c.Crossroads``: nbgrader's rules to the
    letter. Where the gradebook is, ``gradebook_address`` says.
    """

    course_id: str = ""
    root: str = ""
    structure: str = os.path.join(*(f"{{{key}}}" for key in _KEYS))
    folders: dict[str, str] = field(default_factory=lambda: {step: step for step in STEPS})
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
    #: By assignment: files of a student's that the course's own don't replace.
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    timeout: float | None = None
    put_back: bool = False
    strict: bool = False
    #: Settings that are there, and that only nbgrader itself goes by.
    not_run: tuple[str, ...] = ()

    def path(self, root: Path, step: str, student: str, assignment: str) -> Path:
        """Return the folder of an assignment in a step: ``student`` is "." where it's nobody's."""
        folder = self.folders[step]
        named = dict(zip(_KEYS, (folder, student, assignment), strict=True))
        return Path(os.path.normpath(self._root(root) / self.structure.format(**named)))

    def top(self, root: Path, step: str) -> Path:
        """Return the folder in which all of a step lies.

        It is the course's own folder where steps lie deeper.
        """
        before = self.structure.partition("{student_id}")[0].partition("{assignment_id}")[0]
        if "{nbgrader_step}" not in before:
            return self._root(root)
        within = before.format(nbgrader_step=self.folders[step])
        return Path(os.path.normpath(self._root(root) / within))

    def found(self, root: Path, step: str, assignment: str = "") -> Iterator[tuple[str, str, Path]]:
        """Student, assignment and folder of what lies in a step; of one ``assignment``, or all."""
        named = {"nbgrader_step": self.folders[step], "assignment_id": assignment}
        if step in ("source", "release"):
            named["student_id"] = "."
        # Nobody's folder is no folder: source/./ps1 is source/ps1.
        nobody = "." if named.get("student_id") else "{student_id}"
        names = []
        for text in Path(self.structure.replace("{student_id}", nobody)).parts:
            parts = re.split(r"\{(\w+)\}", text)
            known = [named.get(part, "") if odd % 2 else part for odd, part in enumerate(parts)]
            names.append(
                "".join(
                    re.escape(one) or (f"(?P<{parts[odd]}>.+)" if odd % 2 else "")
                    for odd, one in enumerate(known)
                )
            )
        of = {"student_id": ".", "assignment_id": assignment}
        yield from _matching(self._root(root), names, of)

    def _root(self, root: Path) -> Path:
        return Path(self.root) if self.root else root


def _matching(
    folder: Path, names: list[str], of: Mapping[str, str]
) -> Iterator[tuple[str, str, Path]]:
    """Student, assignment and path of what lies below a folder under names of these patterns."""
    if not names:
        yield of["student_id"], of["assignment_id"], folder
        return
    try:
        there = sorted(os.listdir(folder))
    except OSError:
        return
    for name in there:
        if match := re.fullmatch(names[0], name, re.S):
            yield from _matching(folder / name, names[1:], {**of, **match.groupdict()})


def settings(course: Path) -> Settings:
    """Return a course's settings. Raises ``ValueError`` where its file can't be read."""
    return _settings(os.fspath(course), tuple(_changed(course / name) for name in NAMES))


def _changed(path: Path) -> tuple[int, int]:
    try:
        info = path.stat()
        return info.st_mtime_ns, info.st_size
    except OSError:
        return 0, 0


@lru_cache(maxsize=64)
def _settings(course: str, changed: tuple[tuple[int, int], ...]) -> Settings:
    paths = [Path(course, name) for name, when in zip(NAMES, changed, strict=True) if any(when)]
    if not paths:
        return Settings()
    own = Path(str(files("crossroads") / "static" / NAMES[0]))
    if paths == [Path(course, NAMES[0])] and filecmp.cmp(paths[0], own, shallow=False):
        return Settings(course_id="crossroads")
    said: dict[str, dict[str, Any]] = {}
    for path in paths:
        for name, values in loaded(path).items():
            said.setdefault(name, {}).update(values)
    return _made(paths[0], said)


def loaded(path: Path, broken: str = BROKEN) -> dict[str, dict[str, Any]]:
    """Return what one file of settings says, by class.

    Raises ``ValueError`` in the words of ``broken`` where it can't be read.
    """
    # Only who changed the settings needs it.
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    kind = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    try:
        said = kind(path.name, str(path.parent)).load_config()
    except Exception as error:  # whatever a person has written there
        why = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(broken.format(path=path, why=why)) from None
    return {str(name): dict(of) for name, of in said.items() if isinstance(of, dict)}


def _made(path: Path, said: dict[str, dict[str, Any]]) -> Settings:
    plain = Settings()
    course = said.get("CourseDirectory", {})
    structure = str(course.get("directory_structure", plain.structure))
    for key in _KEYS:
        if f"{{{key}}}" not in structure:
            raise ValueError(FOREIGN.format(path=path, structure=structure, missing=key))
    times = (said.get(name, {}).get("timeout", ...) for name in _EXECUTE)
    time = next((time for time in times if time is not ...), ...)
    kept = _value(said.get("Autograde", {}).get("exclude_overwriting"), {})
    out = str(course.get("student_id_exclude", "")).split(",")
    root = str(course.get("root", ""))
    return Settings(
        course_id=str(course.get("course_id", "")).strip(),
        root="" if not root or _same(root, path.parent) else root,
        structure=structure,
        folders={step: str(course.get(f"{step}_directory", step)) for step in STEPS},
        ignore=tuple(map(str, _value(course.get("ignore"), list(plain.ignore)))),
        kept={str(name): tuple(map(str, paths)) for name, paths in kept.items()},
        left_out=tuple(name.strip() for name in out if name.strip()),
        timeout=None if time is ... else float(time) if time and time > 0 else 0.0,
        put_back=bool(said.get("OverwriteCells", {}).get("add_missing_cells", False)),
        strict=bool(said.get("Crossroads", {}).get("strict_nbgrader", False)),
        not_run=tuple(
            f"{of}.{name}"
            for of, names in _NOT_RUN.items()
            for name in names
            if said.get(of, {}).get(name)
        ),
    )


def _value(said: Any, default: Any) -> Any:
    """Return a setting that may be said by what's added to nbgrader's own list."""
    if said is None:
        return default
    return said.get_value(default) if hasattr(said, "get_value") else said


def _same(one: str, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
