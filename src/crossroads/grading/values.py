"""Values across the sandbox's wall, as JSON: ``encode`` inside, ``decode`` outside.

What comes out of a sandbox may be anything. ``decode`` builds only plain values, and raises
``ValueError`` for whatever doesn't follow the form. A wrong value is no danger: it's an answer.
"""

from __future__ import annotations

import datetime
import enum
import math
import numbers
import sys
from collections import UserList, deque
from collections.abc import Iterator, Mapping, MutableMapping
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd

from ..questions import forms

#: Cells of a table, items of a collection, letters of a text beyond which a value isn't sent.
MOST = 200_000
DEEPEST = 12
#: Beyond which a set or dictionary isn't sent. Keys can be chosen so that their hashes agree: then
#: the time to build it grows with the square of their number.
MOST_KEYS = 5000
#: Parts of a value in all, its parts' parts included; levels of an index.
MOST_PARTS, MOST_LEVELS = 3 * MOST, 32
#: Letters of what stands for a number or a time.
_LETTERS = {"int": 4000, "float": 32, "time": 64, "span": 64, "decimal": 400, "complex": 80}


#: Containers that stand for a dictionary or list.
_WRAPPED = (Mapping, UserList, deque)


class Opaque:
    """Stands for a value that has no plain form: a module, an object of a student's own class."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"<{self.kind}>"


#: What a dictionary shows of itself, and a range: lists to whoever prints them.
_VIEWS: tuple[type, ...] = (
    *(type(view) for view in (dict[str, int]().keys(), dict[str, int]().values())),
    *(type(dict[str, int]().items()), range),
)
#: Letters of bytes that may be an answer, and parts of what can be gone through once.
MOST_BYTES, MOST_ONCE = 4000, forms.MOST_PARTS


class Function:
    """Stands for something that can be called; the calls were made inside."""


def held(space: MutableMapping[str, Any], name: str) -> Any:
    """Return a name's value, with an iterator read only once and its parts kept.

    What ``map``, ``filter``, ``reversed`` and generators give is a list to whoever made it.
    """
    value = space[name]
    if isinstance(value, Iterator):
        parts = [*islice(value, MOST_ONCE + 1)]
        space[name] = chain(parts, value)
        return parts if len(parts) <= MOST_ONCE else value
    return value


def encode(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON. Types are looked at, never asked: an object may lie about itself."""
    kind = type(value)
    if depth > DEEPEST:
        return {"t": "opaque", "kind": "deeply nested"}
    if value is None or kind is bool:
        return value
    if value is ...:
        return {"t": "dots"}
    if issubclass(kind, str):
        text = str.__str__(value)
        return text if len(text) <= MOST else {"t": "opaque", "kind": "a very long text"}
    if issubclass(kind, int):
        number = int.__index__(value)
        return number if abs(number) < 2**53 else {"t": "int", "v": hex(number)[:4000]}
    if issubclass(kind, float):
        real = float.__float__(value)
        return real if math.isfinite(real) else {"t": "float", "v": repr(real)}
    if issubclass(kind, complex):
        return {"t": "complex", "v": repr(complex(value))}
    if issubclass(kind, Decimal):
        return {"t": "decimal", "v": Decimal.__str__(value)[:400]}
    if issubclass(kind, bytes):
        short = bytes.__len__(value) <= MOST_BYTES
        return {"t": "bytes", "v": bytes.hex(value)} if short else {"t": "bytes"}
    if issubclass(kind, enum.Enum):
        return encode(forms.scalar(value), depth + 1)
    return _encode_more(value, kind, depth)


def _encode_more(value: Any, kind: type, depth: int) -> Any:
    for type_, name in ((list, "list"), (tuple, "tuple"), (set, "set"), (frozenset, "set")):
        if issubclass(kind, type_):
            if len(value) > (MOST_KEYS if name == "set" else MOST):
                return {"t": "opaque", "kind": f"a very long {name}"}
            return {"t": name, "v": [encode(part, depth + 1) for part in type_.__iter__(value)]}
    if issubclass(kind, dict):
        if len(value) > MOST_KEYS:
            return {"t": "opaque", "kind": "a very long dictionary"}
        pairs = dict.items(value)
        return {"t": "dict", "v": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in pairs]}
    if issubclass(kind, pd.DataFrame):
        if max(value.size, len(value)) > MOST or len(value.columns) > MOST_KEYS:
            return {"t": "opaque", "kind": "a very large table"}
        return {
            "t": "table",
            "columns": [encode(name, depth + 1) for name in value.columns],
            "index": _index(value.index, depth),
            "rows": [
                [encode(_item(cell), depth + 1) for cell in row]
                for row in value.astype(object).itertuples(index=False, name=None)
            ],
        }
    if issubclass(kind, pd.Series):
        if value.size > MOST:
            return {"t": "opaque", "kind": "a very long column"}
        return {
            "t": "column",
            "name": encode(value.name, depth + 1),
            "index": _index(value.index, depth),
            "v": [encode(_item(cell), depth + 1) for cell in value.astype(object).tolist()],
        }
    if issubclass(kind, pd.Index):
        return {"t": "index", "v": _index(value, depth)}
    return _encode_rare(value, kind, depth)


def _encode_rare(value: Any, kind: type, depth: int) -> Any:
    if issubclass(kind, np.floating):
        # A long double's item is itself.
        return encode(float(value), depth + 1)
    if issubclass(kind, np.complexfloating):
        return encode(complex(value), depth + 1)
    if issubclass(kind, (datetime.timedelta, np.timedelta64)):
        return {"t": "span", "v": str(pd.Timedelta(value).isoformat())}
    if issubclass(kind, np.datetime64):
        return encode(pd.Timestamp(value), depth + 1)
    if issubclass(kind, np.generic):
        return encode(value.item(), depth + 1)
    if issubclass(kind, pd.api.extensions.ExtensionArray):
        return encode(pd.Series(value).array.astype(object), depth + 1)
    if issubclass(kind, np.ndarray):
        if value.size > MOST:
            return {"t": "opaque", "kind": "a very large array"}
        return {"t": "array", "v": encode(value.tolist(), depth + 1)}
    if value is pd.NA or value is pd.NaT:
        return {"t": "missing"}
    if issubclass(kind, datetime.date) and not issubclass(kind, datetime.datetime):
        return {"t": "date", "v": datetime.date.isoformat(value)}
    if issubclass(kind, (datetime.date, pd.Timestamp)):
        return {"t": "time", "v": value.isoformat()}
    if issubclass(kind, numbers.Real):
        return encode(float(value), depth + 1)
    if kind in _VIEWS:
        return encode([*islice(iter(value), MOST)], depth)
    if issubclass(kind, _WRAPPED):
        # They only hold a plain one.
        plain = dict if issubclass(kind, Mapping) else list
        return encode(plain(islice(iter(value.items() if plain is dict else value), MOST)), depth)
    if chart := _chart(value):
        return chart
    if callable(value):
        return {"t": "function"}
    return {"t": "opaque", "kind": str(kind.__name__)[:60]}


def _index(index: pd.Index, depth: int) -> dict[str, Any]:
    names = [encode(name, depth + 1) for name in index.names]
    labels = [encode(_item(label), depth + 1) for label in index.tolist()]
    return {"names": names, "v": labels, "plain": isinstance(index, pd.RangeIndex)}


def _item(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") and getattr(cell, "ndim", None) == 0 else cell


def _chart(value: Any) -> dict[str, Any] | None:
    if "matplotlib" not in sys.modules:
        return None
    from ..assignments.capstone import described  # with widgets, and only a chart needs it

    chart = described(value)
    return {"t": "chart", "v": [encode(part) for part in chart]} if chart else None


# -- outside ---------------------------------------------------------------------------------------


def decode(data: Any, depth: int = 0) -> Any:
    """Return the plain value that ``encode`` wrote down. Raises ``ValueError`` for any other form.

    Nothing is built before it's known that all of it is small enough.
    """
    if depth == 0:
        _bound(data)
    if depth > DEEPEST + 4:
        raise ValueError("nested too deeply")
    if isinstance(data, (int, str)) and not isinstance(data, bool):
        size = len(data) if isinstance(data, str) else abs(data) >> 53
        if size > (MOST if isinstance(data, str) else 0):
            raise ValueError("a text or number that is sent in another way")
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if not isinstance(data, dict):
        raise ValueError("no value")
    try:
        return _DECODERS[data["t"]](data, depth + 1)
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"no value: {error!r}"[:200]) from None


def _bound(data: Any) -> None:
    """Raise ``ValueError`` where an encoded value is too large, or takes too long to build."""
    todo, parts, work = [(data, 0)], 0, 0
    while todo:
        item, depth = todo.pop()
        parts += len(item) if isinstance(item, (list, dict)) else 1
        if parts > MOST_PARTS or depth > 8 * DEEPEST:
            raise ValueError("too many parts, or nested too deeply")
        if isinstance(item, dict):
            kind, value = item.get("t"), item.get("v")
            if isinstance(value, str) and len(value) > _LETTERS.get(str(kind), MOST):
                raise ValueError("a number or time that is too long")
            hashed = item.get("columns") if kind == "table" else value
            if kind in ("set", "dict", "table") and isinstance(hashed, list):
                # In the worst case, as many comparisons.
                work += len(hashed) ** 2
                if work > 2 * MOST_KEYS**2:
                    raise ValueError("too many keys")
            names = item.get("names")
            if isinstance(names, list) and len(names) > MOST_LEVELS:
                raise ValueError("an index of too many levels")
        inner = item.values() if isinstance(item, dict) else item
        if isinstance(item, (list, dict)):
            todo += [(part, depth + 1) for part in inner if isinstance(part, (list, dict))]


def _parts(data: dict[str, Any], depth: int) -> list[Any]:
    return [decode(part, depth) for part in _limited(data["v"])]


def _limited(parts: Any, most: int = MOST) -> list[Any]:
    """Return a list of encoded values, unless it is too long or too slow to hash."""
    if not isinstance(parts, list) or len(parts) > most:
        raise ValueError("no list, or too long")
    if len(parts) > MOST_KEYS:
        for part in parts:
            if isinstance(part, dict) and part.get("t") in ("int", "tuple"):
                raise ValueError("too many large numbers or tuples")
    return parts


def _dictionary(data: dict[str, Any], depth: int) -> dict[Any, Any]:
    return {_key(k, depth): decode(v, depth) for k, v in _limited(data["v"], MOST_KEYS)}


def _key(data: Any, depth: int) -> Any:
    key = decode(data, depth)
    hash(key)
    return key


def _decode_index(data: dict[str, Any], depth: int) -> pd.Index:
    labels = _parts(data, depth)
    names = [decode(name, depth) for name in data["names"]]
    if data["plain"]:
        index: pd.Index = pd.RangeIndex(len(labels), name=names[0])
        return index if list(index) == labels else pd.Index(labels, name=names[0])
    if len(names) > 1:
        return pd.MultiIndex.from_tuples([tuple(label) for label in labels], names=names)
    return pd.Index(labels, name=names[0])


def _table(data: dict[str, Any], depth: int) -> pd.DataFrame:
    columns = [_key(name, depth) for name in _limited(data["columns"], MOST_KEYS)]
    _limited([cell for row in _limited(data["rows"]) for cell in row])
    rows = [[decode(cell, depth) for cell in row] for row in data["rows"]]
    frame = pd.DataFrame(rows, columns=range(len(columns)), dtype=object)
    frame.columns = pd.Index(columns)
    frame.index = _decode_index(data["index"], depth)
    return frame


def _column(data: dict[str, Any], depth: int) -> pd.Series:
    index = _decode_index(data["index"], depth)
    return pd.Series(_parts(data, depth), index=index, name=_key(data["name"], depth), dtype=object)


def _word(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("no word")
    return text[:60]


def _decode_chart(data: dict[str, Any], depth: int) -> Any:
    from ..assignments.capstone import Chart  # with widgets, and only a chart needs it

    drawn, *words = _parts(data, depth)
    if not isinstance(drawn, bool) or not all(isinstance(w, str) for w in words):
        raise ValueError("no chart")
    return Chart(drawn, *words)


def _decimal(text: Any) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError("no decimal number") from None


def _array(data: dict[str, Any], depth: int) -> Any:
    return np.array(decode(data["v"], depth))


_DECODERS: dict[str, Any] = {
    "dots": lambda data, depth: ...,
    "int": lambda data, depth: int(data["v"], 16),
    "float": lambda data, depth: float(data["v"]),
    "complex": lambda data, depth: complex(data["v"]),
    "decimal": lambda data, depth: _decimal(data["v"]),
    "date": lambda data, depth: datetime.date.fromisoformat(data["v"]),
    "span": lambda data, depth: pd.Timedelta(str(data["v"])[:64]),
    "bytes": lambda data, depth: bytes.fromhex(str(data.get("v", ""))[: 2 * MOST_BYTES]),
    "missing": lambda data, depth: pd.NA,
    "time": lambda data, depth: pd.Timestamp(str(data["v"])[:64]),
    "list": lambda data, depth: _parts(data, depth),
    "tuple": lambda data, depth: tuple(_parts(data, depth)),
    "set": lambda data, depth: {_key(part, depth) for part in _limited(data["v"], MOST_KEYS)},
    "dict": _dictionary,
    "table": _table,
    "column": _column,
    "index": lambda data, depth: _decode_index(data["v"], depth),
    "array": _array,
    "chart": _decode_chart,
    "function": lambda data, depth: Function(),
    "opaque": lambda data, depth: Opaque(_word(data["kind"])),
}
