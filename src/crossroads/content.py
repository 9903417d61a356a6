"""Find a course's content (lessons, tables, quizzes) and its name.

A course of one's own is a folder with a file ``crossroads.yml``, found from the folder in which a
notebook or command runs. Without one it is the course that comes with the package, if one does:
an installation for grading alone has none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FILE = "crossroads.yml"
#: Names the folder of the course in use, for processes that run somewhere else.
VARIABLE = "CROSSROADS_CONTENT"
#: What nbgrader, a hub and folders can be called by.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class About:
    """A course's name, and the looks on charts of what it often shows, by code."""

    id: str
    title: str
    looks: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


def own(start: Path | None = None) -> Path | None:
    """Return the course of one's own that a folder belongs to; ``None`` where it belongs to none.

    Without a folder, take the one that the process was given, or else that of the working
    directory.
    """
    if start is None and (given := os.environ.get(VARIABLE)):
        return Path(given) if (Path(given) / FILE).is_file() else None
    try:
        here = Path(start or Path.cwd()).resolve()
    except OSError:  # the working directory is gone
        return None
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return None if _is_checkout(folder) else folder
    return None


def use(course: Path) -> None:
    """Go by the course that a folder belongs to from now on, in what this process starts, too.

    A folder that belongs to none is made in the course in use.
    """
    if found := own(course) or own():
        os.environ[VARIABLE] = str(found)


def folder(start: Path | None = None) -> Path | None:
    """Return the folder of the course in use; ``None`` where the installation has none."""
    return own(start) or _bundled()


def lessons() -> Path:
    """Return the folder of lessons; one that isn't there where the installation has no course."""
    return (folder() or _PACKAGE / "course") / "lessons"


def data() -> Path | None:
    """Return the folder of tables; ``None`` where the installation has no course."""
    found = folder()
    return found / "data" if found else None


def checkout() -> Path | None:
    """Return the folder of sources that this package runs from; ``None`` where it was installed."""
    found = _PACKAGE.parents[1]
    return found if _is_checkout(found) else None


def about(start: Path | None = None) -> About:
    """Return what the course in use is called.

    Raises ``ValueError`` naming the file and line to change where it can't be read.
    """
    found = folder(start)
    if found is None:
        return About("course", "A course for nbgrader")
    path = found / FILE
    return _read(path, path.stat().st_mtime_ns)


def check_id(id_: object, where: str) -> str:
    """Return an id by which nbgrader, a hub and folders can call a course, or ``ValueError``."""
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        raise ValueError(
            f"{where}: give the course an id of letters, digits, - and _, such as cycling-2027"
        )
    return id_


def files(course: Path) -> Iterator[Path]:
    """Return the files of a course of one's own that students need.

    Quizzes and the files of a class are not among them.
    """
    yield course / FILE
    for name in ("data", "lessons"):
        for path in sorted((course / name).rglob("*")):
            parts = path.relative_to(course).parts
            hidden = any(part.startswith((".", "__")) for part in parts)
            if path.is_file() and not hidden and path.name != "course.json":
                yield path


def _bundled() -> Path | None:
    found = _PACKAGE / "course"
    return found if (found / FILE).is_file() else checkout()


def _is_checkout(folder: Path) -> bool:
    return (folder / "src" / "crossroads" / "content.py").is_file()


@cache
def _read(path: Path, _changed: int) -> About:
    import yaml  # not for who only imports the package

    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid YAML: {error}") from None
    said = said if isinstance(said, dict) else {}
    id_, title = said.get("id"), said.get("title")
    known = check_id(id_, f"{path}: id")
    if not isinstance(title, str) or not title.strip() or "\n" in title.strip():
        raise ValueError(f"{path}: give the course a title on one line, as in  title: Cycling")
    looks = said.get("looks") or {}
    try:
        places = {str(code): (int(a), int(b), int(c)) for code, (a, b, c) in looks.items()}
    except (AttributeError, TypeError, ValueError):
        raise ValueError(
            f"{path}: each entry of looks needs a code and three numbers from 0 to 5, as in  "
            "DE: [0, 0, 0]"
        ) from None
    if wrong := [code for code, three in places.items() if not all(0 <= n <= 5 for n in three)]:
        raise ValueError(f"{path}: looks, {wrong[0]}: each number must be from 0 to 5")
    return About(known, title.strip(), places)
