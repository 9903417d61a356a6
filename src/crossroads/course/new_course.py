"""A small course of one's own, written to be replaced part by part."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .. import content
from ..files import write_folder
from .releases import static

_ABOUT = """\
# What the course is called: in students' packages, on certificates, at a hub, in nbgrader.
id: {id}
title: {title}
"""


def write_new_course(folder: Path, title: str = "", id_: str = "") -> Path:
    """Write a small course that works: an article, a table, a lesson, a quiz, a class list.

    The folder's name gives title and id where none is said. Returns the folder. Raises
    ``ValueError`` where something is there already, or where a course can't be called so.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise ValueError(f"{folder} is there already, and isn't empty: choose another name")
    name = folder.resolve().name
    id_ = id_ or re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")
    title = " ".join((title or name.replace("-", " ").replace("_", " ")).split())
    content.check_id(id_, "--id")
    template = static("new_course")
    if not template.is_dir():
        raise ValueError(
            "this installation came with a quiz, for students: it can't write a course. Install "
            "the course's software as the guide for teachers says"
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
    write_folder(folder, files)
    return folder
