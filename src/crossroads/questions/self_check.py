"""Self-check items: read from YAML with errors that name file, item and field; marked in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from .. import i18n
from ..i18n import _, ngettext
from . import signs
from .answers import NotYet, compare, is_blank, read_number

KINDS = ("single", "multiple", "order", "match", "number", "text", "code")
State = Literal["right", "partly", "wrong", "unanswered"]


class ItemError(ValueError):
    """A self-check file is broken; the message names file, item and field, and what to change."""


@dataclass(frozen=True)
class Option:
    """One option: its code, its text, the explanation shown for it, and whether it's right."""

    id: str
    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Slip:
    """A typical wrong answer and the explanation for it."""

    answer: str
    why: str


@dataclass(frozen=True)
class Item:
    """One self-check. ``why`` explains the right answer; the other fields depend on ``kind``.

    single, multiple: ``options``. order: ``options`` in the right order. match: ``left`` items
    (code to text) and ``options``; ``key`` maps left codes to option codes. number: ``answer``,
    ``tolerance`` and ``unit``. text: ``accept``ed variants. code: ``expect``, a Python expression
    whose value the learner's value is compared with. ``slips`` explain typical wrong answers.
    """

    id: str
    objective: str
    kind: str
    prompt: str
    why: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    answer: float = 0.0
    tolerance: float = 0.0
    unit: str = ""
    accept: tuple[str, ...] = ()
    expect: str = ""
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What is said about an answer: its state, and sentences for the learner."""

    state: State
    words: tuple[str, ...]


# -- reading ---------------------------------------------------------------------------------------

_COMMON = {"id": str, "objective": str, "kind": str, "prompt": str, "why": str}
_OWN: dict[str, dict[str, Any]] = {
    "single": {"options": list},
    "multiple": {"options": list},
    "order": {"options": list},
    "match": {"options": list, "left": dict, "key": dict},
    "number": {"answer": (int, float), "tolerance": (int, float), "unit": str},
    "text": {"accept": list},
    "code": {"expect": str},
}
_EXTRA: dict[str, dict[str, Any]] = {
    kind: {"hint": str, **({"slips": list} if kind in ("order", "number", "text", "code") else {})}
    for kind in KINDS
}


def read_items(path: Path) -> dict[str, Item]:
    """The items of one YAML file, by id. Raises ``ItemError`` naming file, item and field."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    wanted = _COMMON | _OWN[str(kind)]
    for name, types in wanted.items():
        if name not in entry:
            fail(name, "missing")
        if not isinstance(entry[name], types) or (isinstance(entry[name], str) and not entry[name]):
            fail(name, f"{entry[name]!r} has the wrong type")
    for name in entry.keys() - wanted.keys():
        if name not in _EXTRA[str(kind)]:
            fail(name, f"unknown for an item of kind {kind}")
    if not entry["id"].startswith(f"{lesson}-"):
        fail("id", f"must start with {lesson}-")

    fields = dict(entry)
    if "options" in fields:
        fields["options"] = tuple(
            _part(Option, o, f"{where}, field options, option {i}")
            for i, o in enumerate(fields["options"], 1)
        )
        codes = [option.id for option in fields["options"]]
        if len(set(codes)) != len(codes) or len(codes) < 2:
            fail("options", "two or more options with different ids are needed")
        right = sum(option.right for option in fields["options"])
        if kind == "single" and right != 1:
            fail("options", f"exactly one option must be right, not {right}")
        if kind == "multiple" and right == 0:
            fail("options", "at least one option must be right")
    if kind == "match":
        if fields["key"].keys() != fields["left"].keys():
            fail("key", "needs one entry for each item on the left")
        if strange := set(fields["key"].values()) - {o.id for o in fields["options"]}:
            fail("key", f"{', '.join(sorted(map(str, strange)))}: no such option")
    if "slips" in fields:
        fields["slips"] = tuple(
            _part(Slip, s, f"{where}, field slips, slip {i}")
            for i, s in enumerate(fields["slips"], 1)
        )
    if "accept" in fields:
        fields["accept"] = tuple(map(str, fields["accept"]))
    return Item(**fields)


def _part(make: type[Any], entry: Any, where: str) -> Any:
    try:
        if not all(isinstance(v, (str, bool, int, float)) for v in entry.values()):
            raise TypeError
        return make(**{k: v if isinstance(v, bool) else str(v) for k, v in entry.items()})
    except (TypeError, AttributeError):
        names = ", ".join(make.__dataclass_fields__)
        raise ItemError(f"{where}: the fields must be {names}, each a text.") from None


def translated(item: Item) -> Item:
    """An item in the language in use; a text that is to be typed counts in English, too."""
    said = i18n.item
    return replace(
        item,
        prompt=said(item.prompt),
        why=said(item.why),
        hint=said(item.hint),
        unit=said(item.unit),
        options=tuple(replace(o, text=said(o.text), why=said(o.why)) for o in item.options),
        left={code: said(text) for code, text in item.left.items()},
        accept=tuple(dict.fromkeys([*item.accept, *map(said, item.accept)])),
        slips=tuple(replace(s, why=said(s.why)) for s in item.slips),
    )


# -- marking ---------------------------------------------------------------------------------------


def mark(item: Item, answer: Any) -> Verdict:
    """Say what an answer is worth, with the explanation for just what was chosen.

    ``answer`` is what the item's controls give: a code, a list of codes, a mapping, or a text.
    """
    if is_blank(answer):
        return Verdict(
            "unanswered", (_("Nothing is chosen yet. Take your best guess: it isn't marked."),)
        )
    return _MARKERS[item.kind](item, answer)


def _single(item: Item, answer: Any) -> Verdict:
    option = next((o for o in item.options if o.id == answer), None)
    if option is None:
        return Verdict("unanswered", (_("Choose one of the options."),))
    return Verdict("right" if option.right else "wrong", (option.why,))


def _multiple(item: Item, answer: Any) -> Verdict:
    chosen = [o for o in item.options if o.id in answer]
    missed = sum(o.right for o in item.options) - sum(o.right for o in chosen)
    wrong = [o for o in chosen if not o.right]
    words = [
        _(
            "“{text}”: {yes_or_no}. {why}",
            text=o.text,
            why=o.why,
            yes_or_no=_("yes") if o.right else _("no"),
        )
        for o in chosen
    ]
    if missed:
        words.append(ngettext("{n} more statement fits.", "{n} more statements fit.", missed))
    state: State = (
        "right" if not wrong and not missed else "wrong" if len(wrong) == len(chosen) else "partly"
    )
    return Verdict(state, (*words, *([item.why] if state == "right" else [])))


def _order(item: Item, answer: Any) -> Verdict:
    key = [o.id for o in item.options]
    if list(answer) == key:
        return Verdict("right", (item.why,))
    for slip in item.slips:
        if slip.answer.split() == list(answer):
            return Verdict("wrong", (slip.why,))
    first = next(i for i, (a, b) in enumerate(zip(answer, key, strict=False)) if a != b)
    given = next(o for o in item.options if o.id == answer[first])
    words = _("Up to place {place} it fits.", place=first) + " " if first else ""
    again = _("Look again at “{text}”: {why}", text=given.text, why=given.why)
    return Verdict("partly" if first else "wrong", (f"{words}{again}",))


def _match(item: Item, answer: Any) -> Verdict:
    texts = {o.id: o for o in item.options}
    given = {code: answer.get(code) for code in item.left}
    wrong = [code for code in item.left if given[code] and given[code] != item.key[code]]
    open_ = [code for code in item.left if not given[code]]
    right = len(item.left) - len(wrong) - len(open_)
    if right == len(item.left):
        return Verdict("right", (item.why,))
    words = [_("{right} of {all} pairs fit.", right=right, all=len(item.left))]
    words += [
        _(
            "“{left}” with “{right}”: no. {why}",
            left=item.left[c],
            right=texts[given[c]].text,
            why=texts[given[c]].why,
        )
        for c in wrong
    ]
    words += [_("“{left}” has no partner yet.", left=item.left[c]) for c in open_]
    return Verdict("partly" if right else "wrong", tuple(words))


def _number(item: Item, answer: Any) -> Verdict:
    try:
        value = read_number(answer, item.unit)
    except NotYet:
        return Verdict(
            "unanswered", (_("Type a number, for example 12.5. Use a point for decimals."),)
        )
    if abs(value - item.answer) <= item.tolerance:
        return Verdict("right", (item.why,))
    for slip in item.slips:
        if abs(value - float(slip.answer)) <= item.tolerance:
            return Verdict("wrong", (slip.why,))
    given = f"{i18n.number(value, 'g')} {item.unit}".strip()
    way = (
        _("{number} is too low. {hint}", number=given, hint=item.hint)
        if value < item.answer
        else _("{number} is too high. {hint}", number=given, hint=item.hint)
    )
    return Verdict("wrong", (way.rstrip(),))


def _text(item: Item, answer: Any) -> Verdict:
    typed = signs.plain(str(answer))
    said = plain(typed)
    if {said, plain(signs.look_alike(typed))} & {*map(plain, item.accept)}:
        return Verdict("right", (item.why,))
    for slip in item.slips:
        if plain(slip.answer) == said:
            return Verdict("wrong", (slip.why,))
    return Verdict("wrong", (item.hint or _("That isn't it. Look again at the text above."),))


def _code(item: Item, answer: Any) -> Verdict:
    found = compare(answer, evaluate(item.expect))
    if all(p.holds for p in found):
        return Verdict("right", (item.why,))
    for slip in item.slips:
        if all(p.holds for p in compare(answer, evaluate(slip.answer))):
            return Verdict("wrong", (slip.why,))
    words = [p.message for p in found if not p.holds]
    held = sum(p.holds for p in found) > 1
    return Verdict("partly" if held else "wrong", (*words, *([item.hint] if item.hint else [])))


_MARKERS = {
    "single": _single,
    "multiple": _multiple,
    "order": _order,
    "match": _match,
    "number": _number,
    "text": _text,
    "code": _code,
}


def plain(text: str) -> str:
    """A short answer without what doesn't matter: case, accents, punctuation, spaces, articles."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    words = "".join(
        c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)
    ).split()
    return " ".join(w for w in words if w not in ("the", "a", "an"))


@cache
def evaluate(expression: str) -> Any:
    """The value of an item's own expression; item files are course content, like the notebooks."""
    import pandas as pd

    from ..tables import load

    return eval(expression, {"load": load, "pd": pd})
