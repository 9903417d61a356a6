"""Search what students are given for anything that only teachers may see."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from ...course import Course, quiz_forms
from ...questions.kinds import SCORING

#: Words in a row, shared with a hidden test or an explanation, that are no coincidence. Lessons and
#: explanations speak of the same things: they share up to twelve.
TELLING = 14
_REGION = re.compile(
    r"^[^\n]*BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)[^\n]*\n(.*?)^[^\n]*END \1[^\n]*$",
    re.M | re.S,
)


@dataclass
class Secrets:
    """What no student may be given."""

    #: Runs of ``TELLING`` words from solutions, hidden tests and explanations, with what each is.
    runs: dict[tuple[str, ...], str] = field(default_factory=dict)
    #: By assignment: lines of solutions and hidden tests, however short.
    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Bytes that may be nowhere at all.
    raw: dict[bytes, str] = field(default_factory=dict)

    @cached_property
    def ends(self) -> set[tuple[str, str]]:
        """Each run's first and last word: few other texts share them, so most are soon passed."""
        return {(run[0], run[-1]) for run in self.runs}


def secrets(course: Path) -> Secrets:
    """Return what the source assignments, the course's variants and its roster hold that is secret.

    That is: solutions, hidden tests with keys and explanations, mark schemes, model answers, the
    secret that values are drawn with, and students' addresses. What the same notebooks show to
    students anyway isn't secret.
    """
    own_course = Course(course)
    found = Secrets(raw={b"SQLite format 3\0": "a database, such as the gradebook"})
    phrases: set[tuple[str, ...]] = set()
    of_question: dict[tuple[str, ...], str] = {}
    folders = own_course.sources()
    for name, folder in folders.items():
        quiz = quiz_forms.base(name, folders)
        notebook = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))
        parts = [_parts(cell) for cell in notebook["cells"]]
        lines = {line.strip() for shown, _ in parts for line in shown.splitlines()}
        shown = {run for text, _ in parts for run in _runs(text)}
        own = found.lines.setdefault(name, {})
        for cell, (_, hidden) in zip(notebook["cells"], parts, strict=True):
            id_ = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            for kind, text in hidden:
                what = f"the {kind} of {name}/{id_}"
                for told in [text, *_strings(text)]:
                    for run in set(_runs(told)) - shown:
                        found.runs.setdefault(run, what)
                        # What several questions say in the same words is a phrase of the course;
                        # forms of a quiz have questions in common.
                        own_part = f"{kind} {quiz}/{id_}"
                        if of_question.setdefault(run, own_part) != own_part:
                            phrases.add(run)
                for line in {line.strip() for line in text.splitlines()} - lines:
                    if len(re.sub(r"\W", "", line)) > 2:
                        own[line] = what
    for run in phrases:
        del found.runs[run]
    if (secret := own_course.secret).is_file():
        found.raw[secret.read_bytes().strip()] = "the secret that values are drawn with"
    for person in own_course.people():
        if "@" in person.email:
            found.raw[person.email.encode()] = "a student's address"
    return found


def _parts(cell: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """Return what students see of a source cell, and what they don't, by kind."""
    text = "".join(cell["source"])
    hidden = [(kind.lower(), body) for kind, body in _REGION.findall(text)]
    if hidden or not cell["metadata"].get("nbgrader", {}).get("solution"):
        return _REGION.sub("", text), hidden
    # nbgrader clears such a cell whole.
    return "", [("solution", text)]


def _strings(code: str) -> Iterator[str]:
    """Yield the texts in some code, put together where they are written in parts."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(words[start:] for start in range(TELLING)), strict=False)


def scan(files: Mapping[str, bytes], hidden: Secrets) -> list[str]:
    """Return what files give away, a line each; also from within zips and wheels."""
    found: list[str] = []
    for name, content in _unpacked(files):
        told = {what for raw, what in hidden.raw.items() if raw in content}
        text = content.decode("utf-8", "replace")
        if name.endswith(".ipynb"):
            text = "\n".join(_texts(text))
            told |= _in_notebook(text, hidden.lines.get(PurePosixPath(name).stem, {}))
        told |= {
            hidden.runs[run]
            for run in _runs(text)
            if (run[0], run[-1]) in hidden.ends and run in hidden.runs
        }
        found += [f"{name}: {what}" for what in sorted(told)]
    return found


def _in_notebook(text: str, secret: Mapping[str, str]) -> set[str]:
    lines = {line.strip() for line in text.splitlines()}
    found = {secret[line] for line in lines & secret.keys()}
    if re.search(r"BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text):
        found.add("a delimiter of a part that is only for teachers")
    if call := re.search(rf"\banswers\.({'|'.join(SCORING)})\(", text):
        found.add(f"a test that awards points ({call[1]})")
    return found


def _unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, content in files.items():
        yield name, content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                inside = {f"{name}: {i.filename}": inner.read(i) for i in inner.infolist()}
            yield from _unpacked(inside)


def _texts(text: str) -> Iterator[str]:
    """Yield every text in a JSON file, a list of lines as one; the file itself if it isn't JSON."""
    try:
        yield from _texts_in(json.loads(text))
    except ValueError:
        yield text


def _texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        if data and all(isinstance(part, str) for part in data):
            yield "".join(data)
        else:
            for part in data:
                yield from _texts_in(part)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts_in(value)
