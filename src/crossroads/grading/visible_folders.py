"""The folders that a sandbox shows: libraries and the course's data, no homes."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

_SYSTEM = (
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/share/fonts"),
    *("/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives"),
)


#: Packages that submissions import, where they are installed: the last one may not be.
PACKAGES = ("crossroads", "pandas", "IPython", "matplotlib")


def installed() -> list[str]:
    """Return those of the packages above that are here, so that a sandbox must show them."""
    return [name for name in PACKAGES if importlib.util.find_spec(name)]


def visible(more: Iterable[str] = ()) -> dict[str, str]:
    """Return what a sandbox shows, as path inside and what lies there.

    These are folders of libraries, never homes.

    System libraries, fonts and time zones; Python's program, its own library, the folders of its
    packages, this package and the course's data. A checkout's ``assignments`` aren't among them.
    ``more`` are what a kernel of another language needs.
    """
    from .. import content, tables  # with pandas, which only who builds a sandbox needs

    package = Path(__file__).resolve().parents[1]
    prefixes = {sys.prefix, sys.base_prefix}
    wanted = [
        *more,
        *_SYSTEM,
        *_programs(),
        *(str(Path(prefix, "pyvenv.cfg")) for prefix in prefixes),
        # Conda keeps the libraries that packages share with Python's own.
        *(str(Path(p, "lib")) for p in prefixes if Path(p, "conda-meta").is_dir()),
        *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
        sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix}),
        *_libpython(),
        *map(str, package_folders()),
        str(package),
        *((str(tables.data_dir()),) if tables.has_tables() else ()),
        *(str(course / content.FILE) for course in [content.folder()] if course),
    ]
    found = {path: os.path.realpath(path) for path in wanted if os.path.exists(path)}
    found |= {source: source for source in found.values()}
    # A folder within another that is shown needs no line of its own.
    outer = [Path(path) for path in found if os.path.isdir(path)]
    return {
        target: source
        for target, source in found.items()
        if not any(folder in outer for folder in Path(target).parents)
    }


def _programs() -> Iterator[str]:
    """Python's program as it was called, and all that its links lead to."""
    path = Path(sys.executable)
    yield str(path)
    while path.is_symlink():
        path = path.parent / path.readlink()
        yield os.path.normpath(path)


def _libpython() -> Iterator[str]:
    """Python's own shared library, where its program is built on one."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text("utf-8", "surrogateescape").splitlines():
            *_, path = line.split(maxsplit=5)
            if Path(path).name.startswith("libpython"):
                yield path


def package_folders() -> list[Path]:
    """Return the folders of packages that a worker needs, such as a user's site-packages."""
    found = []
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        if folder and spec and spec.submodule_search_locations:
            folder = folder.parent
        if folder and folder.name in ("site-packages", "dist-packages"):
            found.append(folder)
    return list(dict.fromkeys(found))
