"""Moodle's names: of the folders and files in a download of all submissions.

From its source (``mod/assign/classes/downloader.php``): with *Download submissions in folders* a
folder ``Full name_1234567_assignsubmission_file_/`` a student (without the last sign since 4.1),
else flat files ``Full name_1234567_assignsubmission_file_quiz-03.ipynb``. The number belongs to
this one assignment, and is no user's number.
"""

from __future__ import annotations

import re

from .origin import Origin

_NAME = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)")


def origin_of(path: str) -> Origin | None:
    """Return what a path says; ``None`` if it isn't Moodle's."""
    *folders, last = path.split("/")
    for depth, folder in enumerate(folders):
        if found := _NAME.fullmatch(folder):
            file = "/".join([*folders[depth + 1 :], last])
            return _origin(found, file)
    if found := _NAME.fullmatch(last):
        return _origin(found, found["file"])
    return None


def is_folder(name: str) -> bool:
    """Return whether a folder is one student's, by its name."""
    return bool(_NAME.fullmatch(name))


def _origin(found: re.Match[str], file: str) -> Origin:
    return Origin("moodle", (found["name"],), _of_kind(found["kind"], file), found["number"])


def _of_kind(kind: str, file: str) -> str:
    return file if kind == "file" else f"{kind}.{file or 'txt'}"
