"""The choices among the lessons' self-checks, as the readers' test and the cues take questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..lessons.items import read_items


class Choice(Protocol):
    """A question of a quiz or lesson, as a reader of its options needs it."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def options(self) -> Mapping[str, str]: ...
    def call(self) -> Mapping[str, Any]:
        """Return what scoring needs; ``key`` among it."""
        ...


@dataclass(frozen=True)
class LessonCheck:
    """A self-check with lettered options; its code is ``lesson-03/points`` for ``03-points``."""

    code: str
    kind: str
    question: str
    options: Mapping[str, str]
    key: str

    def call(self) -> dict[str, Any]:
        """Return what scoring needs: the key's letter, or letters."""
        return {"key": self.key}


def read(folder: Path, lesson: int | None = None) -> list[LessonCheck]:
    """Return the single and multiple choices of a folder of YAML files, of one lesson or of all.

    Raises ``ItemError`` for a file that is broken.
    """
    pattern = "*.yml" if lesson is None else f"{lesson:02}.yml"
    return [check for path in sorted(folder.glob(pattern)) for check in _choices(path)]


def _choices(path: Path) -> Iterable[LessonCheck]:
    for item in read_items(path).values():
        if item.kind in ("single", "multiple"):
            _, _, name = item.id.partition("-")
            options = {option.id: option.text for option in item.options}
            key = "".join(option.id for option in item.options if option.right)
            yield LessonCheck(f"lesson-{path.stem}/{name}", item.kind, item.prompt, options, key)
