"""A learner's progress on disk: one small JSON file a lesson, written whole, never lost."""

from __future__ import annotations

import json
import os
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..files import write_whole
from . import schedule

#: Where progress is kept; ``crossroads lab`` sets it, else a folder beside the notebook.
VARIABLE = "CROSSROADS_PROGRESS"


def folder() -> Path:
    """The folder of progress files."""
    return Path(os.environ.get(VARIABLE) or "progress")


def home() -> Path:
    """The course directory that this notebook or command works in: where progress is kept."""
    return folder().resolve().parent


def path_for(item: str) -> Path:
    """The file that holds an item: its id starts with the lesson's two digits, or the quiz."""
    quiz, slash, _ = item.partition("/")
    return folder() / (f"{quiz}.json" if slash else f"lesson-{item[:2]}.json")


def read(path: Path) -> dict[str, Any]:
    """A progress file's contents; a damaged file is put aside under a new name, with a warning."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not (isinstance(data, dict) and all(isinstance(v, dict) for v in data.values())):
            raise ValueError("not a progress file")
    except FileNotFoundError:
        return {}
    except ValueError:
        put_aside(path)
        return {}
    return data


def put_aside(path: Path) -> None:
    """Keep a damaged file under a new name, with a warning that says so."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}.json")
    path.rename(aside)
    warnings.warn(
        f"{path.name} could not be read. It was kept as {aside.name}; a new file is started.",
        stacklevel=3,
    )


def remember(item: str, entry: dict[str, Any]) -> None:
    """Keep one item's entry. The file is written beside the old one, then takes its place."""
    path = path_for(item)
    data = read(path)
    data[item] = entry
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False), mode=0o600)


def recall(item: str) -> dict[str, Any]:
    """One item's entry; empty where there is none."""
    entry: dict[str, Any] = read(path_for(item)).get(item, {})
    return entry


def record(item: str, state: str, answer: Any, today: date | None = None) -> None:
    """Keep the outcome of one try: its state, the answer, the number of tries.

    What was missed gets a box and a day on which to ask again (``leitner``).
    """
    before = recall(item)
    card = schedule.after(schedule.read(before), state == "right", today or date.today())
    remember(
        item,
        {
            "state": state,
            "answer": answer,
            "tries": before.get("tries", 0) + 1,
            "first": before.get("first", state),
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            **schedule.write(card),
        },
    )
