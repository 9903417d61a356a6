"""A small course of one's own, written to be replaced part by part."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .. import content
from ..files import write_folder, write_whole
from .releases import static

_ABOUT = """\
# What the course is called: in students' packages, on certificates, at a hub, in nbgrader.
id: {id}
title: {title}
"""


def write_new_course(folder: Path, title: str = "", id_: str = "") -> Path:
    """Write a small course that works: an article, a table, a lesson, a quiz, a class list.

    The folder's name gives title and id where none is said. A folder that is there already, such
    as a fresh clone, keeps what is in it. Returns the folder. Raises ``ValueError`` where one of
    the course's own files is there, or where a course can't be called so.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: choose another name for the course's folder")
    name = folder.resolve().name
    id_ = id_ or re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")
    title = " ".join((title or name.replace("-", " ").replace("_", " ")).split())
    content.check_id(id_, "--id")
    template = static("new_course")
    if not template.is_dir():
        raise ValueError(
            "this installation came with a quiz for students, so it cannot create a course. "
            "Install the course's software as the guide for teachers describes"
        )
    files = {
        path.relative_to(template).as_posix(): path.read_bytes()
        for path in sorted(template.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    files["README.md"] = files["README.md"].replace(b"{title}", title.encode())
    # A JSON string is one of YAML's.
    said = _ABOUT.format(id=id_, title=json.dumps(title, ensure_ascii=False))
    files[content.FILE] = said.encode()
    files["nbgrader_config.py"] = static("nbgrader_config.py").read_bytes()
    if there := [name for name in files if (folder / name.split("/")[0]).exists()]:
        raise ValueError(
            f"{folder / there[0].split('/')[0]} exists already: choose another folder, or move it"
        )
    if not folder.exists():
        write_folder(folder, files)
        return folder
    for name, data in files.items():
        write_whole(folder / name, data)
    return folder
