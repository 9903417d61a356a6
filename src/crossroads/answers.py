"""What graded notebooks call: shape checks that students see, and the scoring of hidden tests.

A graded answer is a plain line of Python. ``expect`` tells a student at once whether the line has
the right form. The scoring functions return the points earned; nothing earned raises ``NotYet``,
whose message explains, so that a feedback page teaches. Values are compared with a tolerance,
never by ``repr`` or exact type, and a warning never costs a mark.
"""

from __future__ import annotations

import contextlib
import io
import math
import numbers
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd


class NotYet(AssertionError):
    """An answer that can't be counted, or earns nothing; the message says why, for a student."""

    def _render_traceback_(self) -> list[str]:
        # A traceback would bury the message, and would show the hidden test's own line.
        return [str(self)]


UNANSWERED = "There is no answer yet."


# -- reading an answer line ----------------------------------------------------------------------


def is_blank(answer: Any) -> bool:
    """Whether a question was left alone: ``None``, ``...``, an empty string or collection."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    return isinstance(answer, (set, frozenset, list, tuple, dict)) and not answer


def _code(value: Any) -> str:
    """An option's code as the course writes it: ``" B. "`` is ``"b"``, and ``1`` is ``"1"``."""
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise NotYet(f"An option is written as a letter in quotes, not as {_kind(value)}.")
    return str(value).strip().strip(".()'\"` ").casefold()


def read_single(answer: Any, one_of: Iterable[str]) -> str:
    """The chosen option's code. Raises ``NotYet`` where the line can't be read as one option."""
    options = [str(o) for o in one_of]
    how = f'Type one of {", ".join(options)} in quotes, for example "{options[0]}".'
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    if isinstance(answer, (list, tuple, set, frozenset, dict)) and len(answer) != 1:
        raise NotYet(f"One option is asked for, but here are {len(answer)}. {how}")
    code = _code(answer)
    if code not in options:
        raise NotYet(f"{code!r} is not one of the options. {how}")
    return code


def read_several(answer: Any, some_of: Iterable[str]) -> set[str]:
    """The chosen options' codes. A string like ``"a, d"`` or ``"ad"`` is understood, too."""
    options = [str(o) for o in some_of]
    how = f"Type the letters in braces, for example {{{', '.join(map(_quoted, options[:2]))}}}."
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    codes = {_code(part) for part in _parts(answer, options, how)}
    strange = sorted(codes - set(options))
    if strange:
        raise NotYet(f"{', '.join(map(repr, strange))}: not among the options. {how}")
    return codes


def read_order(answer: Any, order_of: Iterable[str]) -> list[str]:
    """All options' codes in the order given. Raises ``NotYet`` where one is missing or doubled."""
    options = [str(o) for o in order_of]
    how = f"Type all {len(options)} letters in your order, for example {options[::-1]}."
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    if isinstance(answer, (set, frozenset)):
        raise NotYet(f"Braces {{ }} have no order. Use square brackets. {how}")
    codes = [_code(part) for part in _parts(answer, options, how)]
    if sorted(codes) != sorted(options):
        raise NotYet(f"Each letter is needed exactly once. {how}")
    return codes


def read_match(answer: Any, match: tuple[Iterable[str], Iterable[str]]) -> dict[str, str]:
    """The partner chosen for each left-hand item; items left out stay out."""
    left, right = ([str(o) for o in side] for side in match)
    how = f'Pair each number with a letter, for example {{"{left[0]}": "{right[0]}", ...}}.'
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    if not isinstance(answer, Mapping):
        raise NotYet(f"A dictionary is asked for, but this is {_kind(answer)}. {how}")
    pairs = {_code(k): _code(v) for k, v in answer.items() if not is_blank(v)}
    strange = [c for c in pairs if c not in left] + [c for c in pairs.values() if c not in right]
    if strange:
        raise NotYet(f"{', '.join(map(repr, strange))}: not among the items. {how}")
    return pairs


def read_number(answer: Any, unit: str = "") -> float:
    """A finite number. A string such as ``"37.1 %"`` is understood when its number is plain."""
    of = f" (unit: {unit})" if unit else ""
    how = f"Type a number without quotes or unit{of}, for example 12.5."
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    if isinstance(answer, str):
        text = answer.strip().removesuffix(unit).removesuffix("%").strip()
        try:
            answer = float(text)
        except ValueError:
            raise NotYet(f"{answer!r} is not a number. {how}") from None
    if isinstance(answer, (pd.Series, pd.Index)) and len(answer) == 1:
        answer = answer[0] if isinstance(answer, pd.Index) else answer.iloc[0]
    value = _as_float(answer)
    if value is None:
        raise NotYet(f"A number is asked for, but this is {_kind(answer)}. {how}")
    if not math.isfinite(value):
        raise NotYet(f"{value} is not a number that can be compared. {how}")
    return value


def _parts(answer: Any, options: Sequence[str], how: str) -> list[Any]:
    if isinstance(answer, str):
        text = answer.strip("[]{}() ")
        parts = [p for p in text.replace(",", " ").split() if p]
        if len(parts) == 1 and parts[0].casefold() not in options:
            parts = list(parts[0])
        return list(parts)
    if isinstance(answer, (set, frozenset, list, tuple)):
        return list(answer)
    raise NotYet(f"Several letters are asked for, but this is {_kind(answer)}. {how}")


def _quoted(code: str) -> str:
    return f'"{code}"'


def _kind(value: Any) -> str:
    """What a value is, in words."""
    for types, words in (
        (bool, "True or False"),
        (numbers.Number, "a number"),
        (str, "a text"),
        (pd.DataFrame, "a table"),
        (pd.Series, "a column"),
        (dict, "a dictionary"),
        ((list, tuple), "a list"),
        ((set, frozenset), "a set"),
    ):
        if isinstance(value, types):
            return words
    return "a function" if callable(value) else f"of type {type(value).__name__}"


def _as_float(value: Any) -> float | None:
    """A real number as a float, also from numpy; None for anything else, True and False too."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


# -- what a student sees before submitting -------------------------------------------------------


def expect(
    answer: Any,
    *,
    one_of: Iterable[str] | None = None,
    some_of: Iterable[str] | None = None,
    order_of: Iterable[str] | None = None,
    match: tuple[Iterable[str], Iterable[str]] | None = None,
    number: str | None = None,
    function: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Check the form of an answer, not whether it's right; raise ``NotYet`` saying what to type.

    Exactly one form is named: ``one_of="abcd"``, ``some_of="abcd"``, ``order_of="abc"``,
    ``match=("123", "abc")``, ``number="%"`` (its unit), or ``function={"a call": [arguments]}``
    (tried on copies of the arguments: it must run and give something back).
    """
    if one_of is not None:
        read_single(answer, one_of)
    elif some_of is not None:
        read_several(answer, some_of)
    elif order_of is not None:
        read_order(answer, order_of)
    elif match is not None:
        left = [str(o) for o in match[0]]
        pairs = read_match(answer, (left, match[1]))
        if len(pairs) < len(left):
            missing = [code for code in left if code not in pairs]
            raise NotYet(f"No partner yet for {', '.join(missing)}.")
    elif number is not None:
        read_number(answer, number)
    elif function is not None:
        for words, arguments in function.items():
            _call(answer, arguments, words)
    else:
        raise TypeError("expect() needs one form, for example one_of='abcd'")


# -- scoring, called by hidden tests --------------------------------------------------------------


def single(
    answer: Any, key: str, why: Mapping[str, str], points: float, *, options: Iterable[str] = ""
) -> float:
    """Score one chosen option: all points for ``key``, else ``NotYet`` with that option's reason.

    ``why`` maps each option's code to its explanation.
    """
    chosen = read_single(answer, options or sorted({key, *why}))
    if chosen != key:
        raise NotYet(f"You chose {chosen}. {why[chosen]}")
    return _award(points, 1, f"You chose {chosen}. {why.get(chosen, 'That is right.')}")


def multiple(answer: Any, key: Iterable[str], why: Mapping[str, str], points: float) -> float:
    """Score several chosen options: (right ones - wrong ones) / number of right ones, at least 0.

    ``why`` maps every option's code to its explanation.
    """
    key = set(key)
    chosen = read_several(answer, sorted(why))
    words = [f"You chose {code}: {why[code]}" for code in sorted(chosen)]
    words += [f"You left out {code}: {why[code]}" for code in sorted(key - chosen)]
    fraction = (len(chosen & key) - len(chosen - key)) / len(key)
    return _award(points, fraction, "\n".join(words))


def order(answer: Any, key: Sequence[str], why: str, points: float) -> float:
    """Score an order: (pairs in the right order - pairs in the wrong one) / all pairs, at least 0.

    That is Kendall's tau between answer and key (Kendall 1938, Biometrika 30), cut at 0.
    """
    given = read_order(answer, key)
    place = {code: i for i, code in enumerate(given)}
    pairs = list(combinations(key, 2))
    right = sum(place[a] < place[b] for a, b in pairs)
    words = f"{right} of {len(pairs)} pairs stand in the right order. {why}"
    return _award(points, (2 * right - len(pairs)) / len(pairs), words)


def match(
    answer: Any, key: Mapping[str, str], why: Mapping[str, str], points: float, *, options: str = ""
) -> float:
    """Score pairs: the share of left-hand items with the right partner. ``why`` explains each."""
    given = read_match(answer, (key, options or sorted(set(key.values()))))
    wrong = [code for code in key if given.get(code) != key[code]]
    words = [f"{len(key) - len(wrong)} of {len(key)} pairs are right."]
    words += [f"{code} (you: {given.get(code, 'no partner')}): {why[code]}" for code in wrong]
    return _award(points, 1 - len(wrong) / len(key), "\n".join(words))


def number(
    answer: Any,
    key: float,
    tolerance: float,
    points: float,
    *,
    unit: str = "",
    why: str = "",
    slips: Mapping[float, str] | None = None,
) -> float:
    """Score a number: all points within ``tolerance`` (same unit) of ``key``, else ``NotYet``.

    ``slips`` maps the result of a typical mistake to its explanation, with the same tolerance.
    """
    given = read_number(answer, unit)
    if abs(given - key) <= tolerance:
        return _award(points, 1, why or "That is right.")
    for slip, words in (slips or {}).items():
        if abs(given - slip) <= tolerance:
            raise NotYet(f"You wrote {given:g}. {words}")
    raise NotYet(f"You wrote {given:g}. {why}".strip())


def function(
    answer: Any,
    reference: Callable[..., Any],
    cases: Mapping[str, Sequence[Any]],
    points: float,
) -> float:
    """Score a student's function by what it gives back for each case, property by property.

    ``cases`` maps a description ("the article's claims") to the arguments; both functions get
    copies. Each case counts the same, and in it each property of ``compare`` counts the same.
    """
    earned, words = 0.0, []
    for description, arguments in cases.items():
        wanted = reference(*_copies(arguments))
        try:
            got = _call(answer, arguments, description)
        except NotYet as problem:
            words.append(str(problem))
            continue
        found = compare(got, wanted)
        earned += sum(p.holds for p in found) / len(found)
        words += [f"With {description}: {p.message}" for p in found if not p.holds]
    return _award(points, earned / len(cases), "\n".join(words) or "Every property holds.")


def _award(points: float, fraction: float, words: str) -> float:
    """Points for a share of the marks; ``words`` are said, or raised when nothing is earned."""
    earned = round(points * min(max(fraction, 0.0), 1.0), 2)
    if earned == 0:
        raise NotYet(words)
    print(words)
    return earned


# -- comparing values ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Property:
    """One thing that a result should be: whether it holds, and what to tell a student if not."""

    name: str
    holds: bool
    message: str


def compare(got: Any, wanted: Any, *, tolerance: float = 1e-6) -> list[Property]:
    """Compare a result with the wanted one, property by property, as a fair marker would.

    Tables and columns: form, columns, number of rows, values. Index, dtype and the order of
    columns and rows don't count; numbers agree within ``tolerance`` (relative). Everything else:
    form and value.
    """
    got, form = _conform(got, wanted)
    if form:
        kind = Property("form", False, form)
        if not isinstance(wanted, pd.DataFrame):
            return [kind, Property("values", False, "The value can't be compared.")]
        return [kind, *(Property(n, False, f"No {n} to compare.") for n in _TABLE[1:])]
    if isinstance(wanted, pd.DataFrame):
        return _compare_tables(got, wanted, tolerance)
    same = _same(got, wanted, tolerance)
    shown = "" if same else f"The value is {_short(got)}, which is not what the task describes."
    return [Property("form", True, ""), Property("values", same, shown)]


_TABLE = ("form", "columns", "number of rows", "values")


def _conform(got: Any, wanted: Any) -> tuple[Any, str]:
    """``got`` in the form of ``wanted`` where a fair marker would accept it, else what's wrong."""
    if isinstance(wanted, pd.DataFrame):
        if isinstance(got, pd.Series):
            got = got.reset_index()
        if not isinstance(got, pd.DataFrame):
            return got, f"A table is asked for, but this is {_kind(got)}."
        missing = [c for c in wanted.columns if c not in got.columns]
        if missing and set(missing) <= set(got.index.names):
            got = got.reset_index()
        return got, ""
    if isinstance(wanted, Mapping):
        if isinstance(got, pd.Series):
            got = got.to_dict()
        ok = isinstance(got, Mapping)
        return got, "" if ok else f"Labels with values are asked for, but this is {_kind(got)}."
    if isinstance(wanted, (list, tuple, set, frozenset)):
        if isinstance(got, (pd.Series, pd.Index)):
            got = got.tolist()
        ok = isinstance(got, (list, tuple, set, frozenset))
        return got, "" if ok else f"A list is asked for, but this is {_kind(got)}."
    value = _as_float(wanted)
    if value is not None:
        try:
            return read_number(got), ""
        except NotYet as problem:
            return got, str(problem)
    ok = isinstance(got, type(wanted))
    return (
        got,
        "" if ok else f"{_kind(wanted).capitalize()} is asked for, but this is {_kind(got)}.",
    )


def _compare_tables(got: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> list[Property]:
    missing = [str(c) for c in wanted.columns if c not in got.columns]
    extra = [str(c) for c in got.columns if c not in wanted.columns]
    columns = " ".join(
        [f"Missing: {', '.join(missing)}."] * bool(missing)
        + [f"Not asked for: {', '.join(extra)}."] * bool(extra)
    )
    rows = len(got) == len(wanted)
    values = not missing and rows and _same_rows(got[list(wanted.columns)], wanted, tolerance)
    return [
        Property("form", True, ""),
        Property("columns", not columns, f"The columns differ. {columns}".strip()),
        Property(
            "number of rows", rows, f"The table has {len(got)} rows; it should have {len(wanted)}."
        ),
        Property("values", values, "The rows don't hold the values that the task describes."),
    ]


def _same_rows(got: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> bool:
    def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
        plain = [tuple(_plain(v) for v in row) for row in frame.itertuples(index=False, name=None)]
        return sorted(plain, key=lambda row: [(str(type(v)), str(v)) for v in row])

    return all(
        all(_same(a, b, tolerance) for a, b in zip(x, y, strict=True))
        for x, y in zip(rows(got), rows(wanted), strict=True)
    )


def _plain(value: Any) -> Any:
    """A cell as a plain value: one kind of number, one kind of missing."""
    number_ = _as_float(value)
    if number_ is not None:
        return round(number_, 9)
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _same(got: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, Mapping):
        return got.keys() == wanted.keys() and all(
            _same(got[k], wanted[k], tolerance) for k in wanted
        )
    if isinstance(wanted, (set, frozenset)):
        return set(got) == wanted
    if isinstance(wanted, (list, tuple)):
        return len(got) == len(wanted) and all(
            _same(a, b, tolerance) for a, b in zip(got, wanted, strict=True)
        )
    a, b = _as_float(got), _as_float(wanted)
    if a is not None and b is not None:
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-9) or (a != a and b != b)
    got, wanted = _plain(got), _plain(wanted)
    if isinstance(got, str) and isinstance(wanted, str):
        return got.strip() == wanted.strip()
    return bool(got == wanted)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


# -- calling a student's code ----------------------------------------------------------------------


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep prints and warnings of a student's code out of the test's output.

    Stock nbgrader counts any line on stderr in a test cell as a failed test.
    """
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def _copies(arguments: Sequence[Any]) -> list[Any]:
    return [a.copy() if hasattr(a, "copy") else a for a in arguments]


def _call(answer: Any, arguments: Sequence[Any], words: str) -> Any:
    if is_blank(answer):
        raise NotYet(UNANSWERED)
    if not callable(answer):
        raise NotYet(f"A function is asked for, but this is {_kind(answer)}.")
    try:
        with quiet():
            result = answer(*_copies(arguments))
    except Exception as error:  # a student's code may fail in any way
        raise NotYet(f"With {words}, it stopped: {type(error).__name__}: {_short(error)}") from None
    if result is None or result is ...:
        raise NotYet(f"With {words}, it gave nothing back. Does it end with return?")
    return result
