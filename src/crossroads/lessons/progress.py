"""A learner's progress on disk: one small JSON file a lesson or quiz, written whole, never lost.

Each file is one document, whose form ``static/schemas/progress.json`` says. Before documents had a
version, a file held the entries alone; it is brought over when it is read.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..files import write_whole
from . import renumbered, schedule

#: Where progress is kept; ``crossroads lab`` sets it, else a folder beside the notebook.
VARIABLE = "CROSSROADS_PROGRESS"
#: What a document says that it is, and of which version.
SCHEMA, VERSION = "crossroads/progress", 2


def folder() -> Path:
    """Return the folder of progress files."""
    return Path(os.environ.get(VARIABLE) or "progress")


def home() -> Path:
    """Return the course directory that this notebook or command works in.

    Where progress is kept.
    """
    return folder().resolve().parent


def path_for(item: str) -> Path:
    """Return the file that holds an item.

    Its id starts with the lesson's two digits, or the quiz.
    """
    quiz, slash, _ = item.partition("/")
    return folder() / (f"{quiz}.json" if slash else f"lesson-{item[:2]}.json")


def read(path: Path) -> dict[str, Any]:
    """Return a progress file's entries.

    A damaged file is put aside under a new name, with a warning.
    """
    for old in renumbered.files(path.stem):
        _bring_over(path.with_name(f"{old}.json"))
    return _read(path)[1]


def _read(path: Path) -> tuple[int, dict[str, Any]]:
    """Return the version of a progress file, and its entries; none where there is no file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version, entries = 1, data
        if isinstance(data, dict) and "schema" in data:
            if (data["schema"], data.get("version")) != (SCHEMA, VERSION):
                raise ValueError("not a progress file, or one of a version that isn't known here")
            version, entries = VERSION, data.get("entries")
        if not (isinstance(entries, dict) and all(isinstance(v, dict) for v in entries.values())):
            raise ValueError("not a progress file")
    except FileNotFoundError:
        return VERSION, {}
    except ValueError:
        put_aside(path)
        return VERSION, {}
    return version, entries


def _bring_over(old: Path) -> None:
    """Take what a file of the first version holds of a lesson that was renumbered to its new place.

    What is there already stays. The old file goes last, so that nothing is lost on the way.
    """
    version, entries = _read(old)
    if version == VERSION:
        return
    there: dict[Path, dict[str, Any]] = {old: {}}
    for id_, entry in entries.items():
        now = renumbered.moved(id_)
        # An id of the learner's own stays where their notebook looks for it.
        place = old.with_name(path_for(now).name) if now != id_ else old
        if place not in there:
            there[place] = _read(place)[1]
        there[place].setdefault(now, entry)
    left = there.pop(old)
    for place, held in there.items():
        _write(place, held)
    if left:
        _write(old, left)
    else:
        old.unlink(missing_ok=True)


def _write(path: Path, entries: dict[str, Any]) -> None:
    data = {"schema": SCHEMA, "version": VERSION, "entries": entries}
    write_whole(path, json.dumps(data, indent=1, ensure_ascii=False), mode=0o600)


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
    _write(path, read(path) | {item: entry})


def recall(item: str) -> dict[str, Any]:
    """Return one item's entry; empty where there is none."""
    entry: dict[str, Any] = read(path_for(item)).get(item, {})
    return entry


def ever_right(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry's question was right once, whatever was tried later.

    Entries of before this was kept tell it by their first or last answer, or by a card that has
    left the first box.
    """
    if "ever_right" in entry:
        return bool(entry["ever_right"])
    card = schedule.read(entry)
    return "right" in (entry.get("state"), entry.get("first")) or bool(card and card.box > 1)


def now() -> str:
    """This moment, as entries hold it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def record(item: str, state: str, answer: Any, today: date | None = None) -> None:
    """Keep the outcome of one try: its state, the answer, the tries, and whether it was ever right.

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
            "ever_right": state == "right" or ever_right(before),
            "when": now(),
            **schedule.write(card),
        },
    )
