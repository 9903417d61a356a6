"""Recognise notebooks among a submission's files, whatever their endings became on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ..notes import Note

#: What a file without a notebook is, by its ending; anything else is said by its name alone.
_KINDS = {
    "py": "a Python file",
    "pdf": "a PDF",
    "html": "a web page",
    "htm": "a web page",
    "docx": "a Word document",
    "doc": "a Word document",
    "png": "a picture",
    "jpg": "a picture",
    "jpeg": "a picture",
    "heic": "a picture",
}


def is_notebook(name: str, content: bytes) -> bool:
    """Return whether a file is a notebook: by its ending, or by what is in it.

    Mail programs and browsers make ``quiz.ipynb.txt``, ``quiz.ipynb.json`` or ``quiz.ipynb (1)``.
    """
    if name.lower().endswith(".ipynb"):
        return True
    if not content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    if b'"nbformat"' not in content:
        return False
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found.get("cells"), list)


def stem_of(name: str) -> str:
    """Return a notebook's name without its ending, right or wrong: ``quiz-03 (1)``."""
    plain = re.sub(r"(?:\.(?:json|txt))+$", "", name.rpartition("/")[2], flags=re.I)
    return re.sub(r"\.ipynb", "", plain, flags=re.I)


def without_notebook(names: list[str], student: str, assignment: str) -> Note:
    """Return what was submitted in place of a notebook, for the line that says what to do."""
    name = names[0] if names else ""
    kind = _KINDS.get(name.rpartition(".")[2].lower(), "no notebook")
    about = {"student": student, "kind": kind, "assignment": assignment}
    return Note("nothing-to-mark", values=about)


def title_of(content: bytes) -> str:
    """Return the title that a quiz carries in its metadata; "" where it has none."""
    try:
        title = json.loads(content)["metadata"]["crossroads"]["title"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    return title if isinstance(title, str) else ""


def titles_of(sources: Mapping[str, Path]) -> dict[str, str]:
    """Return the titles of source notebooks, by assignment."""
    paths = {name: folder / f"{name}.ipynb" for name, folder in sources.items()}
    return {name: title_of(path.read_bytes()) for name, path in paths.items() if path.is_file()}


def other_quiz(content: bytes, assignment: str, titles: Mapping[str, str]) -> str:
    """Return the assignment whose title a notebook has, where that is another one; else ""."""
    title = title_of(content)
    if not title or titles.get(assignment) == title:
        return ""
    return next((name for name, own in titles.items() if own == title), "")
