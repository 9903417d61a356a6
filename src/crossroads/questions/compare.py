"""Comparing a result with the wanted one, property by property, as a fair marker would.

Values are compared with a tolerance, never by ``repr`` or exact type.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from . import forms, number
from .outcome import NotYet


@dataclass(frozen=True)
class Property:
    """One thing that a result should be: whether it holds, and what is wrong with it if not."""

    name: str
    holds: bool
    #: As ``forms.sentence`` wants it.
    problem: Mapping[str, Any] | None = None

    @property
    def message(self) -> str:
        """The message for a student; "" where the property holds."""
        return "" if self.problem is None else said(self.problem)


def said(problem: Mapping[str, Any]) -> str:
    """Return what to tell a student of a problem."""
    # A number's has a unit: then what to type is said, too.
    return " ".join(forms.say(problem, number.how) if "unit" in problem else forms.say(problem))


def _differing(got: Any, wanted: Any, within: Within) -> dict[str, Any]:
    """Return what is wrong with a value: which of several, where some are right.

    If none is right, return what the value is.
    """
    pairs: list[tuple[str, bool]] = []
    if isinstance(wanted, Mapping) and isinstance(got, Mapping) and got.keys() == wanted.keys():
        pairs = [(str(key), _same(got[key], wanted[key], within)) for key in wanted]
    elif isinstance(wanted, (list, tuple)) and isinstance(got, (list, tuple)):
        # Of another number of values, none has its place.
        both = zip(got, wanted, strict=True) if len(got) == len(wanted) else ()
        pairs = [(str(n), _same(a, b, within)) for n, (a, b) in enumerate(both, 1)]
    off = [name for name, same in pairs if not same]
    if off and len(off) < len(pairs):
        named = "labels" if isinstance(wanted, Mapping) else "places"
        return {
            "problem": named,
            named: ", ".join(off[:MOST_NAMED] + ["…"] * (len(off) > MOST_NAMED)),
        }
    if words := forms.brief(got):
        return {"problem": "value", "value": words}
    return {"problem": "of type", "kind": forms.described(got)}


class Within(NamedTuple):
    """A tolerance: how far two numbers may be apart and still agree."""

    relative: float
    rounded: bool
    #: Of the numbers that stand together.
    largest: float

    def holds(self, got: float, wanted: float) -> bool:
        """Return whether they agree."""
        if math.isclose(got, wanted, rel_tol=self.relative, abs_tol=1e-9):
            return True
        if not self.rounded or not math.isfinite(got) or not math.isfinite(wanted):
            return False
        most = COARSEST * max(abs(wanted), self.largest)
        return any(abs(got - wanted) <= half <= most for half in _halves(got))


#: Half of a rounded result's last digit, beside its largest number: more tells too little.
COARSEST = 0.02
#: So many wrong values of several are named.
MOST_NAMED = 5
#: The properties of a table, and of anything else.
TABLE, VALUE = ("columns", "number of rows", "values"), ("value",)


def compare(
    got: Any, wanted: Any, *, tolerance: float = 1e-6, rounded: bool = False
) -> list[Property]:
    """Compare a result with the wanted one, property by property, as a fair marker would.

    A table has three properties: columns, number of rows, values. Its index, dtypes and the order
    of columns and rows don't count. Everything else has one: value. A column with labels (as
    ``value_counts`` gives) is compared by label, any other column as a list. Numbers agree within
    ``tolerance`` (relative), all kinds of missing are the same, and so are True and 1 in a cell.
    With ``rounded``, numbers also agree with what they are to the digits that ``got`` has, unless
    those are too few to tell (``COARSEST``).
    """
    got, problem = _conform(got, wanted)
    within = Within(tolerance, rounded, _largest(wanted))
    if isinstance(wanted, pd.DataFrame):
        if problem:
            return [Property(name, False, problem) for name in TABLE]
        return _compare_tables(got, wanted, within)
    same = not problem and _same(got, _simple(wanted), within)
    problem = problem or _differing(got, _simple(wanted), within)
    return [Property(name, same, None if same else problem) for name in VALUE]


def _largest(value: Any) -> float:
    """Return the largest number of a column or table.

    Return 0 for anything else, whose numbers stand alone.
    """
    if isinstance(value, pd.DataFrame):
        return max((_largest(value[name]) for name in value.columns), default=0.0)
    if not isinstance(value, pd.Series) or not pd.api.types.is_numeric_dtype(value):
        return 0.0
    known = value[value.notna()].astype(float).abs()
    largest = float(known.max()) if len(known) else 0.0
    return largest if math.isfinite(largest) else 0.0


def _halves(value: float) -> Iterator[float]:
    """Half of the last digit that a number has; of 20.0, that may be its 0, or not be shown."""
    exponent = int(Decimal(repr(value)).as_tuple().exponent)
    for digit in (exponent, 0) if value.is_integer() else (exponent,):
        # Beside half a digit, what float arithmetic adds.
        yield 0.5 * 10.0**digit * (1 + 1e-9)


def _simple(value: Any) -> Any:
    """Return a column or array as a dictionary or a list, and numpy's values as Python's.

    Anything else stays as it is.
    """
    if isinstance(value, pd.Series):
        labels = value.index.name is not None or not pd.api.types.is_integer_dtype(value.index)
        return value.to_dict() if labels else value.tolist()
    return value.tolist() if hasattr(value, "tolist") else value


def _conform(got: Any, wanted: Any) -> tuple[Any, Mapping[str, Any] | None]:
    """``got`` in the form of ``wanted`` where a fair marker would accept it, else what's wrong."""
    if callable(got):
        return got, {"problem": "not called"}
    if isinstance(wanted, pd.DataFrame):
        return _as_table(got, list(wanted.columns))
    wanted = _simple(wanted)
    if isinstance(wanted, Mapping):
        if isinstance(got, pd.DataFrame) and got.shape[1] == 1:
            got = got.iloc[:, 0]
        if isinstance(got, pd.DataFrame) and got.shape[1] == 2:
            got = dict(zip(got.iloc[:, 0], got.iloc[:, 1], strict=True))
        if isinstance(got, pd.Series):
            got = got.to_dict()
        ok = isinstance(got, Mapping)
        asked: dict[str, Any] = {"problem": "no labels"}
    elif isinstance(wanted, (list, tuple, set, frozenset)):
        got = got.tolist() if hasattr(got, "tolist") else got
        ordered = isinstance(wanted, (list, tuple))
        ok = isinstance(got, (list, tuple) if ordered else (list, tuple, set, frozenset))
        asked = {"problem": "no list"}
    elif number.as_float(wanted) is not None:
        try:
            return number.read(got), None
        except NotYet as error:
            return got, error.outcome.facts if error.outcome else None
    else:
        got = _simple(got)
        ok = isinstance(got, type(wanted))
        asked = {"problem": "another kind", "wanted": forms.described(wanted)}
    return got, None if ok else {**asked, "kind": forms.described(got)}


def _as_table(got: Any, wanted: list[Any]) -> tuple[Any, Mapping[str, Any] | None]:
    """Return a result as a table with the wanted columns, if need be out of its index."""
    if isinstance(got, pd.Series):
        got = got.reset_index(allow_duplicates=True)
    if not isinstance(got, pd.DataFrame):
        return got, {"problem": "no table", "kind": forms.described(got)}
    missing = {c for c in wanted if c not in got.columns}
    if missing and missing <= set(got.index.names):
        got = got.reset_index(allow_duplicates=True)
    # What reset_index() without drop=True leaves behind is no column of the student's making.
    return got.drop(columns=[c for c in ("index",) if c in got.columns and c not in wanted]), None


def _compare_tables(got: pd.DataFrame, wanted: pd.DataFrame, within: Within) -> list[Property]:
    missing = [str(c) for c in wanted.columns if c not in got.columns]
    extra = [str(c) for c in got.columns if c not in wanted.columns]
    twice = [str(c) for c in got.columns[got.columns.duplicated()]]
    names = {"missing": missing, "extra": extra, "twice": twice}
    columns = not any(names.values())
    rows = len(got) == len(wanted)
    values = (
        not (missing or twice) and rows and _same_rows(got[list(wanted.columns)], wanted, within)
    )
    found: dict[str, tuple[bool, dict[str, Any]]] = {
        "columns": (columns, {"problem": "columns", **names}),
        "number of rows": (rows, {"problem": "rows", "got": len(got), "wanted": len(wanted)}),
        "values": (values, {"problem": "values"}),
    }
    return [Property(name, ok, None if ok else problem) for name, (ok, problem) in found.items()]


def _same_rows(got: pd.DataFrame, wanted: pd.DataFrame, within: Within) -> bool:
    def rows(frame: pd.DataFrame) -> list[list[Any]]:
        return sorted(
            ([_plain(v) for v in row] for row in frame.itertuples(index=False, name=None)),
            key=lambda row: [_sort_key(v) for v in row],
        )

    return all(map(lambda a, b: _same(a, b, within), rows(got), rows(wanted)))


def _sort_key(value: Any) -> tuple[str, str]:
    # Few digits, so that the noise of float arithmetic doesn't change the order.
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return type(value).__name__, text


def _bag(values: Iterable[Any]) -> set[tuple[str, str]]:
    return {_sort_key(_plain(value)) for value in values}


def _plain(value: Any) -> Any:
    """Return a cell as a plain value: one kind of number, True is 1, one kind of missing."""
    value = _simple(value)
    if isinstance(value, bool):
        return float(value)
    number_ = number.as_float(value)
    if number_ is not None:
        return None if math.isnan(number_) else number_
    if isinstance(value, str):
        return str.strip(value)
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _same(got: Any, wanted: Any, within: Within) -> bool:
    if isinstance(wanted, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == wanted.keys()
            and all(_same(got[k], wanted[k], within) for k in wanted)
        )
    if isinstance(wanted, (set, frozenset)):
        return isinstance(got, (list, tuple, set, frozenset)) and _bag(got) == _bag(wanted)
    if isinstance(wanted, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(wanted)
            and all(_same(a, b, within) for a, b in zip(got, wanted, strict=True))
        )
    got, wanted = _plain(got), _plain(wanted)
    if isinstance(got, float) and isinstance(wanted, float):
        return within.holds(got, wanted)
    # The type first: an object of a student's own could say that it equals anything.
    return type(got) is type(wanted) and bool(got == wanted)
