"""Items with parameters: each student's copy of a graded notebook can hold values of its own.

One cell of the notebook holds the values as a plain line, ``mine = cr.variant(year=2016)``; its
metadata lists what each may be (``crossroads.draw``). Hidden tests compute the key from them, after
``answers.genuine`` has made sure that they are the ones drawn for that student.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

#: Whoever runs a submission may say here, as JSON, which values were drawn for it.
VARIABLE = "CROSSROADS_VALUES"
NOTE = "# The values drawn for your copy. Please leave this cell as it is."

Values = dict[str, Any]
Space = Mapping[str, Sequence[Any]]


class Variant(SimpleNamespace):
    """A copy's own values, by name: ``mine.year``."""

    def __repr__(self) -> str:
        return "Your values: " + ", ".join(f"{name} {value}" for name, value in vars(self).items())


def variant(**values: Any) -> Variant:
    """Return the values that this copy of a notebook works with."""
    return Variant(**values)


def draw(space: Space, secret: bytes, student: str, assignment: str) -> Values:
    """Return one choice for each name in ``space``, fixed for each student and secret.

    Choices follow from HMAC-SHA-256 (RFC 2104) of assignment, student and name: without the
    secret nobody can say what others drew.
    """
    values = {}
    for name, choices in space.items():
        message = json.dumps([assignment, student, name]).encode()
        number = int.from_bytes(hmac.digest(secret, message, hashlib.sha256), "big")
        values[name] = choices[number % len(choices)]
    return values


def space_of(notebook: Any) -> dict[str, list[Any]]:
    """Return what the values of a notebook (nbformat's dictionary) may be.

    It is empty where the notebook has none.
    """
    cell = _cell(notebook)
    return dict(cell["metadata"]["crossroads"]["draw"]) if cell else {}


def values_in(notebook: Any) -> Values:
    """Return the values that a notebook holds. Raises ``ValueError`` if their line is broken."""
    cell = _cell(notebook)
    if cell is None:
        return {}
    try:
        call: Any = ast.parse(cell["source"]).body[0]
        return {word.arg: ast.literal_eval(word.value) for word in call.value.keywords}
    except (SyntaxError, ValueError, AttributeError, IndexError):
        raise ValueError("the line that begins with mine = was changed") from None


def personalise(notebook: Any, values: Mapping[str, Any]) -> Any:
    """Return a copy of ``notebook`` that holds ``values``.

    It's unchanged where it has no parameters.
    """
    own = copy.deepcopy(notebook)
    if cell := _cell(own):
        words = ", ".join(f"{name}={json.dumps(values[name])}" for name in space_of(own))
        cell["source"] = f"{NOTE}\nmine = cr.variant({words})\nmine"
    return own


def expected(defaults: Mapping[str, Any]) -> Values:
    """Return the values that the submission in this process should hold.

    They are what ``VARIABLE`` says, else what the course directory's ``variants/ASSIGNMENT.json``
    says about the student in whose folder nbgrader runs the notebook, else ``defaults``, which is
    what the copy for everybody holds.
    """
    if VARIABLE in os.environ:
        return dict(json.loads(os.environ[VARIABLE]) or defaults)
    folder = Path.cwd()
    *course, stage, student, assignment = folder.parts
    drawn = Path(*course, "variants", f"{assignment}.json")
    if stage == "autograded" and drawn.is_file():
        return dict(json.loads(drawn.read_text("utf-8")).get(student, defaults))
    return dict(defaults)


@contextmanager
def drawn(values: Mapping[str, Any] | None) -> Iterator[None]:
    """Say in this process which values were drawn for a copy; ``None``: those of everybody's."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = json.dumps(values or None)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _cell(notebook: Any) -> Any:
    for cell in notebook["cells"]:
        if "draw" in cell["metadata"].get("crossroads", {}):
            return cell
    return None
