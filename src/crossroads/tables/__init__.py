"""The one door to the course's data: ``load("roles")`` gives a typed DataFrame."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from .. import content

#: What each type word of the data package's schema becomes in pandas.
DTYPES = {
    "string": "str",
    "integer": "Int64",
    "year": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[ns]",
}
_TRUTH = {"true": True, "false": False}


class DataError(ValueError):
    """A data file is missing or broken; the message says which file, row and column, and why."""


def data_dir() -> Path:
    """Return the folder that holds the ``datapackage.json`` of the course in use.

    Raises ``DataError`` where there is none: an installation for grading alone has no tables.
    """
    found = content.data()
    if found and (found / "datapackage.json").is_file():
        return found
    if found is None:
        raise DataError(
            "There are no tables here: this installation grades courses, and has none of its own. "
            "For the course's lessons and tables install crossroads-course."
        )
    raise DataError(f"{found} has no datapackage.json, which lists the course's tables.")


def has_tables() -> bool:
    """Return whether the course in use has tables at all."""
    try:
        return bool(data_dir())
    except DataError:
        return False


def names() -> list[str]:
    """Return what ``load`` gives in the course in use; nothing where it has no tables."""
    listed = resources() if has_tables() else {}
    return [name for name, entry in listed.items() if entry["path"].endswith(".csv")]


def a_table() -> pd.DataFrame:
    """Return a table of the course in use, whichever it is; a small one where it has none."""
    known = names()
    return load(known[0]) if known else pd.DataFrame({"name": ["a"], "value": [1.0]})


def resources() -> dict[str, dict[str, Any]]:
    """Return every table's entry in ``datapackage.json``, by name, in the file's order."""
    return _resources(data_dir())


@cache
def _resources(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / "datapackage.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["resources"]
        return {entry["name"]: entry for entry in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} cannot be read as a list of tables: {error}") from None


def load(name: str) -> pd.DataFrame:
    """Load one of the course's tables by its name, for example ``load("claims")``.

    Returns a new DataFrame with one column per field of the table's schema, typed as the schema
    says. Empty cells are missing values, never zero. Raises ``KeyError`` for an unknown name
    (suggesting the nearest) and ``DataError`` for a broken file.
    """
    tables = {n: r for n, r in resources().items() if r["path"].endswith(".csv")}
    if name not in tables:
        asked = str(name).lower()
        begun = [n for n in tables if asked and n.startswith(asked)]
        near = get_close_matches(asked, tables, n=1, cutoff=0.8) or begun
        near = near or get_close_matches(asked, tables, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise KeyError(f"There is no table called {name!r}. {hint}Tables: {', '.join(tables)}.")
    return _loaded(data_dir(), name).copy()


def headings(name: str) -> dict[str, str]:
    """Return each column's heading in the table's source, where it differs from its name."""
    fields = resources()[name]["schema"]["fields"]
    return {field["name"]: field["title"] for field in fields if "title" in field}


@cache
def _loaded(folder: Path, name: str) -> pd.DataFrame:
    entry = _resources(folder)[name]
    return read(folder / entry["path"], entry["schema"])


def read(path: Path, schema: dict[str, Any]) -> pd.DataFrame:
    """Read a CSV file with a Table Schema, or raise ``DataError`` naming row, column and reason.

    Rows are counted as a spreadsheet counts them: the header is row 1.
    """
    try:
        raw = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except FileNotFoundError:
        raise DataError(f"{path.name} is missing. Install the course again.") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from None
    names = [field["name"] for field in schema["fields"]]
    if list(raw.columns) != names:
        raise DataError(
            f"{path.name}, row 1: the columns are {', '.join(raw.columns)}; "
            f"they should be {', '.join(names)}."
        )
    typed = {f["name"]: _typed(raw[f["name"]], f, path.name) for f in schema["fields"]}
    frame = pd.DataFrame(typed, columns=names)
    _check_key(frame, schema.get("primaryKey", []), path.name)
    return frame


def _typed(text: pd.Series[str], field: dict[str, Any], file: str) -> pd.Series[Any]:
    """Return one column as its type, after checking it against the field's constraints."""
    kind, rules = field["type"], field.get("constraints", {})
    given = text != ""
    values: pd.Series[Any]
    if kind == "string":
        values = text.where(given)
    elif kind == "boolean":
        values = text.where(given).map(_TRUTH)
    elif kind == "date":
        values = pd.to_datetime(text.where(given), format="%Y-%m-%d", errors="coerce")
    else:
        values = pd.to_numeric(text.where(given), errors="coerce")
        if kind in ("integer", "year"):
            values = values.where(values == values.round())

    def complain(bad: pd.Series[bool], why: str) -> None:
        if bad.any():
            row = int(bad.to_numpy().argmax())
            raise DataError(
                f"{file}, row {row + 2}, column {field['name']}: {text.iloc[row]!r} {why}."
            )

    complain(given & values.isna(), f"is not a {kind}")
    if rules.get("required"):
        complain(~given, "is empty, but a value is required")
    if "enum" in rules:
        complain(given & ~text.isin(rules["enum"]), f"is not one of {', '.join(rules['enum'])}")
    if "pattern" in rules:
        complain(given & ~text.str.fullmatch(rules["pattern"]), "has the wrong form")
    if "minimum" in rules and kind not in ("string", "date"):
        complain(values < float(rules["minimum"]), f"is below {rules['minimum']}")
    if "maximum" in rules and kind not in ("string", "date"):
        complain(values > float(rules["maximum"]), f"is above {rules['maximum']}")
    return values.astype(DTYPES[kind])


def _check_key(frame: pd.DataFrame, key: str | list[str], file: str) -> None:
    columns = [key] if isinstance(key, str) else key
    if not columns:
        return
    twice = frame.duplicated(columns)
    if twice.any():
        row = int(twice.to_numpy().argmax())
        value = ", ".join(str(frame[c].iloc[row]) for c in columns)
        raise DataError(
            f"{file}, row {row + 2}, column {', '.join(columns)}: "
            f"{value!r} was used in an earlier row."
        )
