"""A lesson's self-checks, read from YAML with errors that name file, item and field."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from .. import i18n
from ..questions.item import Item, Option, Slip
from ..questions.kinds import KINDS, faults
from .notebooks import read_yaml


class ItemError(ValueError):
    """A self-check file is broken; the message names file, item and field, and what to change."""


_COMMON = {"id": str, "objective": str, "kind": str, "prompt": str, "why": str}
_KNOWN = {field.name for field in fields(Item)}


def read_items(path: Path) -> dict[str, Item]:
    """Return the items of one YAML file, by id.

    Raises ``ItemError`` naming file, item and field.
    """
    try:
        entries = read_yaml(path)
    except yaml.YAMLError as error:
        raise ItemError(f"{path.name} is not valid YAML: {error}") from None
    if not isinstance(entries, list):
        raise ItemError(f"{path.name}: the file must be a list of items.")
    items: dict[str, Item] = {}
    for number, entry in enumerate(entries, 1):
        item = _item(entry, f"{path.name}, item {number}", path.stem)
        if item.id in items:
            raise ItemError(f"{path.name}, item {number} ({item.id}), field id: used twice.")
        items[item.id] = item
    return items


def _item(entry: Any, where: str, lesson: str) -> Item:
    if not isinstance(entry, dict):
        raise ItemError(f"{where}: an item must be a mapping of fields.")
    where = f"{where} ({entry.get('id', 'no id')})"

    def fail(name: str, why: str) -> None:
        raise ItemError(f"{where}, field {name}: {why}.")

    kind = entry.get("kind")
    if kind not in KINDS:
        fail("kind", f"{kind!r} is not one of {', '.join(KINDS)}")
    wanted = _COMMON | KINDS[str(kind)].FIELDS
    for name, types in wanted.items():
        if name not in entry:
            fail(name, "missing")
        if not isinstance(entry[name], types) or (isinstance(entry[name], str) and not entry[name]):
            fail(name, f"{entry[name]!r} has the wrong type")
    for name in entry.keys() - wanted.keys():
        if name not in ("hint", *KINDS[str(kind)].OPTIONAL):
            fail(name, f"unknown for an item of kind {kind}")
    if not entry["id"].startswith(f"{lesson}-"):
        fail("id", f"must start with {lesson}-")

    given = {name: value for name, value in entry.items() if name in _KNOWN}
    if "options" in given:
        given["options"] = tuple(
            _part(Option, o, f"{where}, field options, option {i}")
            for i, o in enumerate(given["options"], 1)
        )
        codes = [option.id for option in given["options"]]
        if len(set(codes)) != len(codes) or len(codes) < 2:
            fail("options", "two or more options with different ids are needed")
    if "slips" in given:
        given["slips"] = tuple(
            _part(Slip, s, f"{where}, field slips, slip {i}")
            for i, s in enumerate(given["slips"], 1)
        )
    if "accept" in given:
        given["accept"] = tuple(map(str, given["accept"]))
    item = Item(**given, own={name: entry[name] for name in entry.keys() - _KNOWN})
    for name, why in faults(item):
        fail(name, why)
    return item


def _part(make: type[Any], entry: Any, where: str) -> Any:
    try:
        if not all(isinstance(v, (str, bool, int, float)) for v in entry.values()):
            raise TypeError
        return make(**{k: v if isinstance(v, bool) else str(v) for k, v in entry.items()})
    except (TypeError, AttributeError):
        names = ", ".join(make.__dataclass_fields__)
        raise ItemError(f"{where}: the fields must be {names}, each a text.") from None


def translated(item: Item) -> Item:
    """Return an item in the language in use; a text that is to be typed counts in English, too."""
    said = i18n.item
    return replace(
        item,
        prompt=said(item.prompt),
        why=said(item.why),
        hint=said(item.hint),
        unit=said(item.unit),
        options=tuple(replace(o, text=said(o.text), why=said(o.why)) for o in item.options),
        left={code: said(text) for code, text in item.left.items()},
        accept=tuple(dict.fromkeys([*map(said, item.accept), *item.accept])),
        slips=tuple(
            replace(s, answer=said(s.answer) if item.kind == "text" else s.answer, why=said(s.why))
            for s in item.slips
        ),
    )
