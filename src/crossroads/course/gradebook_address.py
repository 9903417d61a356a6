"""Find a course's gradebook: a file in its folder, or what nbgrader's settings name instead.

nbgrader's setting is ``c.CourseDirectory.db_url``, in the course's ``nbgrader_config.py`` or
``.json``, or in one on Jupyter's path; the course's own counts more. Without it the gradebook is in
the course's ``root``. A folder without such a file is no class's course, and has its gradebook in
it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from .nbgrader_settings import NAMES, loaded, settings

if TYPE_CHECKING:
    from sqlalchemy import URL

# Imported late: jupyter_core, sqlalchemy. A learner's commands need none of them.

#: What the course's ``nbgrader_config.py`` reads ``db_url`` from, so that no password is in a file.
VARIABLE = "CROSSROADS_DB_URL"
SETTINGS = "nbgrader_config.py"
#: Seconds to wait for a database server; without a limit, one that is gone is waited for minutes.
WAIT = 10
NO_ADDRESS = (
    "{where} is not the address of a database. Write a file as "
    "sqlite:////srv/course/gradebook.db, and a PostgreSQL database as "
    "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
)
IN_MEMORY = (
    "{where} names no file, so all marks would be lost when the program ends. Name a file, as "
    "in sqlite:////srv/course/gradebook.db"
)
UNREADABLE = "{path} cannot be read: {why}"


@dataclass(frozen=True)
class Address:
    """A gradebook's address for SQLAlchemy, its file, and how people are told of it."""

    url: str
    #: ``None`` where a database server has it.
    file: Path | None
    #: Without the password.
    shown: str


def address(course: Path) -> Address:
    """Return the address of a course's gradebook.

    Raises ``ValueError`` for what is wrong in a setting.
    """
    course = course.resolve()
    given, where = _given(course)
    if not given:
        root = settings(course).root
        own = Path(root or course).resolve() / "gradebook.db"
        return Address(f"sqlite:///{own}", own, str(own) if root else own.name)
    return parsed(given, course, f"{where}: CourseDirectory.db_url")


def _given(course: Path) -> tuple[str, str]:
    """Return what the settings say, and which file says it; "" without."""
    own = [path for name in NAMES if (path := course / name).is_file()]
    if not own:
        return "", ""
    # The least important first, as Jupyter reads them.
    paths = [*_on_path(), *own]
    as_shipped = len(paths) == 1 and own[0].read_bytes() == _shipped()
    if as_shipped and not os.environ.get(VARIABLE):
        return "", ""
    seen = tuple((str(path), path.stat().st_mtime_ns) for path in paths)
    return _read(seen, os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=16)
def _read(seen: tuple[tuple[str, int], ...], variable: str) -> tuple[str, str]:
    found = "", ""
    for name, _ in seen:
        said = loaded(Path(name), UNREADABLE).get("CourseDirectory", {})
        if said.get("db_url"):
            found = str(said["db_url"]), name
    return found


def _on_path() -> list[Path]:
    """Settings for all of a machine's courses, or of a user's."""
    from jupyter_core.paths import jupyter_config_path

    folders = reversed(jupyter_config_path())
    return [path for folder in folders for name in NAMES if (path := Path(folder, name)).is_file()]


@lru_cache(maxsize=1)
def _shipped() -> bytes:
    return Path(str(files("crossroads") / "static" / SETTINGS)).read_bytes()


def parsed(given: str, folder: Path, where: str) -> Address:
    """Return a database's address; a relative file is below the folder, in which its program runs.

    ``where`` names the setting. Raises ``ValueError`` for what is no address.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(given)
    except (ArgumentError, ValueError):  # what it says may have the password
        raise ValueError(NO_ADDRESS.format(where=where)) from None
    if url.get_backend_name() == "sqlite":
        return _file(url, folder, where)
    if not url.database or not url.get_backend_name():
        raise ValueError(NO_ADDRESS.format(where=where))
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(WAIT)})
    whole, shown = (url.render_as_string(hide_password=hide) for hide in (False, True))
    return Address(whole, None, shown.partition("?")[0])


def _file(url: URL, folder: Path, where: str) -> Address:
    """SQLite's."""
    name = (url.database or "").removeprefix("file:").partition("?")[0]
    if name in ("", ":memory:"):
        raise ValueError(IN_MEMORY.format(where=where))
    path = folder / name
    database = (url.database or "").replace(name, str(path), 1)
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return Address(url.set(database=database).render_as_string(False), path, str(shown))
