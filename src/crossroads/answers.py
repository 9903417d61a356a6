"""What graded notebooks call: shape checks that students see, and the scoring of hidden tests.

A graded answer is a plain line of Python. ``expect`` tells a student at once whether the line has
the right form. The scoring functions return the points earned; nothing earned raises ``NotYet``,
whose message explains, so that a feedback page teaches. Values are compared with a tolerance,
never by ``repr`` or exact type, and a warning never costs a mark.
"""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import math
import numbers
import reprlib
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pandas as pd

from . import variants


class NotYet(AssertionError):
    """An answer that can't be counted, or earns nothing; the message says why, for a student."""

    def _render_traceback_(self) -> list[str]:
        # A traceback would bury the message, and would show the hidden test's own line.
        return [_wrapped(str(self))]


#: Stock nbgrader's feedback page cuts longer lines off.
LINE = 88
UNANSWERED = "There is no answer yet."


# -- reading an answer line ----------------------------------------------------------------------


def is_blank(answer: Any) -> bool:
    """Whether a question was left alone: ``None``, ``...``, "", or a collection of such."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    parts = answer.values() if isinstance(answer, dict) else answer
    return isinstance(answer, (set, frozenset, list, tuple, dict)) and all(map(is_blank, parts))


def _code(value: Any) -> str:
    """An option's code as the course writes it: ``" B. "`` is ``"b"``, and ``1`` is ``"1"``."""
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise NotYet(f"An option is written as a letter in quotes, not as {_kind(value)}.")
    # str's own method: what a subclass made of its methods and comparisons is left behind.
    return str.strip(value).strip(".()'\"` ").casefold()


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
        raise NotYet(f"{reprlib.repr(code)} is not one of the options. {how}")
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
        raise NotYet(f"{_first(strange)}: not among the options. {how}")
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
        raise NotYet(f"{_first(strange)}: not among the items. {how}")
    return pairs


def read_number(answer: Any, unit: str = "") -> float:
    """A finite number. A string such as ``"37.1 %"`` is understood when its number is plain."""
    of = f" (unit: {unit})" if unit else ""
    how = f"Type a number without quotes or unit{of}, for example 12.5."
    if is_blank(answer):
        raise NotYet(f"{UNANSWERED} {how}")
    if isinstance(answer, str):
        text = str.strip(answer).removesuffix(unit).removesuffix("%").strip()
        try:
            answer = float(text.replace("−", "-"))
        except ValueError:
            raise NotYet(f"{reprlib.repr(answer)} is not a number. {how}") from None
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
        parts = answer.strip("[]{}() ").replace(",", " ").split()
        if len(parts) == 1 and _code(parts[0]) not in options:
            parts = list(parts[0])
        return list(parts)
    if isinstance(answer, (set, frozenset, list, tuple)):
        return list(answer)
    raise NotYet(f"Several letters are asked for, but this is {_kind(answer)}. {how}")


def _first(codes: Sequence[str]) -> str:
    return ", ".join(map(reprlib.repr, codes[:3])) + " ..." * (len(codes) > 3)


def _quoted(code: str) -> str:
    return f'"{code}"'


def _kind(value: Any) -> str:
    """What a value is, in words."""
    for types, words in (
        (type(None), "None"),
        (bool, "True or False"),
        (complex, "a complex number"),
        (numbers.Number, "a number"),
        (str, "a text"),
        (pd.DataFrame, "a table"),
        ((pd.Series, pd.Index), "a column"),
        (dict, "a dictionary"),
        ((list, tuple), "a list"),
        ((set, frozenset), "a set"),
    ):
        if isinstance(value, types):
            return words
    return "a function" if callable(value) else f"of type {type(value).__name__}"


def _as_float(value: Any) -> float | None:
    """A real number as a float, also from numpy; None for anything else, True and False too."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
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
    """Check the form of an answer, not whether it's right: print how the line was read.

    Raises ``NotYet``, saying what to type, where it can't be read. Exactly one form is named:
    ``one_of="abcd"``, ``some_of="abcd"``, ``order_of="abc"``, ``match=("123", "abc")``,
    ``number="%"`` (its unit), or ``function={"a call": [arguments]}`` (tried on copies of the
    arguments: it must run and give something back).
    """
    if one_of is not None:
        print(f"Your answer: {read_single(answer, one_of)}")
    elif some_of is not None:
        print(f"Your answer: {', '.join(sorted(read_several(answer, some_of)))}")
    elif order_of is not None:
        print(f"Your order: {', '.join(read_order(answer, order_of))}")
    elif match is not None:
        left = [str(o) for o in match[0]]
        pairs = read_match(answer, (left, match[1]))
        print(f"Your pairs: {', '.join(f'{code} with {pairs[code]}' for code in sorted(pairs))}")
        if missing := [code for code in left if code not in pairs]:
            print(f"No partner yet for {', '.join(missing)}.")
    elif number is not None:
        print(f"Your number: {read_number(answer, number):.10g} {number}".rstrip())
    elif function is not None:
        for words, arguments in function.items():
            result = _call(answer, arguments, words)
            print(f"With {words}, it runs and gives back {_kind(result)}.")
    else:
        raise TypeError("expect() needs one form, for example one_of='abcd'")


# -- scoring, called by hidden tests --------------------------------------------------------------


def genuine(mine: Any, **defaults: Any) -> SimpleNamespace:
    """The values drawn for this copy, by name. Raises ``NotYet`` where ``mine`` holds others.

    ``defaults`` are the values of the copy for everybody.
    """
    drawn = variants.expected(defaults)
    try:
        held = dict(vars(mine))
    except TypeError:
        held = {}
    # By type first: an object of a student's own could say that it equals anything.
    if any(type(held.get(name)) is not type(v) or held[name] != v for name, v in drawn.items()):
        line = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
        raise NotYet(
            "The values at the top of this copy are not the ones drawn for you, so this question "
            f"can't be marked. The line was: mine = cr.variant({line})"
        )
    return SimpleNamespace(**drawn)


def single(
    answer: Any,
    key: str,
    why: Mapping[str, str],
    points: float,
    *,
    misconceptions: Mapping[str, str] | None = None,
) -> float:
    """Score one chosen option: all points for ``key``, else ``NotYet`` with that option's reason.

    ``why`` maps every option's code to its explanation. ``misconceptions`` names what each wrong
    option stands for; it's there for whoever studies the answers, and counts for nothing here.
    """
    chosen = read_single(answer, sorted(why))
    right = "right" if chosen == key else "not right"
    return award(points, chosen == key, f"You chose {chosen}, which is {right}. {why[chosen]}")


def multiple(
    answer: Any,
    key: Iterable[str],
    why: Mapping[str, str],
    points: float,
    *,
    misconceptions: Mapping[str, str] | None = None,
) -> float:
    """Score several chosen options: (right ones - wrong ones) / number of right ones, at least 0.

    ``why`` maps every option's code to its explanation, ``misconceptions`` as in ``single``.
    """
    key = set(key)
    chosen = read_several(answer, sorted(why))
    words = [
        f"You {'chose' if code in chosen else 'left out'} {code}, "
        f"which {'fits' if code in key else 'does not fit'}. {why[code]}"
        for code in sorted(chosen | key)
    ]
    fraction = (len(chosen & key) - len(chosen - key)) / len(key)
    return award(points, fraction, "\n".join(words))


def order(answer: Any, key: Sequence[str], why: str, points: float) -> float:
    """Score an order: (pairs in the right order - pairs in the wrong one) / all pairs, at least 0.

    That is Kendall's tau between answer and key (Kendall 1938, Biometrika 30), cut at 0.
    """
    given = read_order(answer, sorted(key))
    place = {code: i for i, code in enumerate(given)}
    pairs = list(combinations(key, 2))
    right = sum(place[a] < place[b] for a, b in pairs)
    words = f"{right} of {len(pairs)} pairs stand in the right order. {why}"
    return award(points, (2 * right - len(pairs)) / len(pairs), words)


def match(
    answer: Any,
    key: Mapping[str, str],
    why: Mapping[str, str],
    points: float,
    *,
    options: Iterable[str],
) -> float:
    """Score pairs: the share of left-hand items with the right partner. ``why`` explains each.

    ``options`` are all right-hand codes, those without a partner too.
    """
    given = read_match(answer, (key, options))
    wrong = [code for code in key if given.get(code) != key[code]]
    words = [f"{len(key) - len(wrong)} of {len(key)} pairs are right."]
    words += [f"{code} (you: {given.get(code, 'no partner')}): {why[code]}" for code in wrong]
    return award(points, 1 - len(wrong) / len(key), "\n".join(words))


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

    def near(value: float) -> bool:
        # The rounding of floats must not decide at the very edge of the tolerance.
        return abs(given - value) <= tolerance + 1e-12 * max(1, abs(value))

    wrote = f"You wrote {given:.10g}{' ' * bool(unit)}{unit}, which is"
    if near(key):
        return award(points, 1, f"{wrote} right. {why}")
    reason = next((words for slip, words in (slips or {}).items() if near(slip)), why)
    raise NotYet(f"{wrote} not right. {reason}".strip())


def function(
    answer: Any,
    reference: Callable[..., Any],
    cases: Mapping[str, Sequence[Any]],
    points: float,
) -> float:
    """Score a student's function by what it gives back, property by property (``compare``).

    ``cases`` maps a description ("the article's claims") to the arguments; both functions get
    copies. Each property counts the same, and only if it holds in every case: a result typed in
    for the one case that a student knows earns nothing.
    """
    lost: set[str] = set()
    properties: set[str] = set()
    words: list[str] = []
    for description, arguments in cases.items():
        with quiet():
            wanted = reference(*copy.deepcopy(arguments))
            names = {p.name for p in compare(wanted, wanted)}
        properties |= names
        try:
            got = _call(answer, arguments, description)
        except NotYet as problem:
            lost |= names
            words.append(str(problem))
            continue
        with quiet():
            found = compare(got, wanted)
        lost |= {p.name for p in found if not p.holds}
        words += [f"With {description}: {p.message}" for p in found if not p.holds]
    said = "\n".join(dict.fromkeys(words)) or "It gives back what the task describes."
    return award(points, 1 - len(lost) / len(properties), said)


def award(points: float, fraction: float, words: str) -> float:
    """Points for a share of the marks; ``words`` are said, or raised when nothing is earned."""
    earned = round(points * min(max(fraction, 0.0), 1.0), 2)
    if earned == 0:
        raise NotYet(words)
    print(_wrapped(words))
    return earned


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, LINE) for line in text.splitlines())


# -- comparing values ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Property:
    """One thing that a result should be: whether it holds, and what to tell a student if not."""

    name: str
    holds: bool
    message: str


def compare(got: Any, wanted: Any, *, tolerance: float = 1e-6) -> list[Property]:
    """Compare a result with the wanted one, property by property, as a fair marker would.

    A table has three properties: columns, number of rows, values. Its index, dtypes and the order
    of columns and rows don't count. Everything else has one: value. A column with labels (as
    ``value_counts`` gives) is compared by label, any other column as a list. Numbers agree within
    ``tolerance`` (relative), all kinds of missing are the same, and so are True and 1 in a cell.
    """
    got, problem = _conform(got, wanted)
    if isinstance(wanted, pd.DataFrame):
        if problem:
            return [Property(n, False, problem) for n in ("columns", "number of rows", "values")]
        return _compare_tables(got, wanted, tolerance)
    same = not problem and _same(got, _simple(wanted), tolerance)
    problem = problem or f"The value is {reprlib.repr(got)}, which is not what the task describes."
    return [Property("value", same, "" if same else problem)]


def _simple(value: Any) -> Any:
    """A column or array as a dictionary (where it has labels) or a list, a numpy value as Python's.

    Anything else stays as it is.
    """
    if isinstance(value, pd.Series):
        labels = value.index.name is not None or not pd.api.types.is_integer_dtype(value.index)
        return value.to_dict() if labels else value.tolist()
    return value.tolist() if hasattr(value, "tolist") else value


def _conform(got: Any, wanted: Any) -> tuple[Any, str]:
    """``got`` in the form of ``wanted`` where a fair marker would accept it, else what's wrong."""
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
        ok, form = isinstance(got, Mapping), "Labels with values are"
    elif isinstance(wanted, (list, tuple, set, frozenset)):
        got = got.tolist() if hasattr(got, "tolist") else got
        ordered = isinstance(wanted, (list, tuple))
        ok = isinstance(got, (list, tuple) if ordered else (list, tuple, set, frozenset))
        form = "A list is"
    elif _as_float(wanted) is not None:
        try:
            return read_number(got), ""
        except NotYet as problem:
            return got, str(problem)
    else:
        got = _simple(got)
        ok, form = isinstance(got, type(wanted)), f"{_kind(wanted).capitalize()} is"
    return got, "" if ok else f"{form} asked for, but this is {_kind(got)}."


def _as_table(got: Any, wanted: list[Any]) -> tuple[Any, str]:
    """A result as a table with the wanted columns, if need be out of its index."""
    if isinstance(got, pd.Series):
        got = got.reset_index(allow_duplicates=True)
    if not isinstance(got, pd.DataFrame):
        return got, f"A table is asked for, but this is {_kind(got)}."
    missing = {c for c in wanted if c not in got.columns}
    if missing and missing <= set(got.index.names):
        got = got.reset_index(allow_duplicates=True)
    # What reset_index() without drop=True leaves behind is no column of the student's making.
    return got.drop(columns=[c for c in ("index",) if c in got.columns and c not in wanted]), ""


def _compare_tables(got: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> list[Property]:
    missing = [str(c) for c in wanted.columns if c not in got.columns]
    extra = [str(c) for c in got.columns if c not in wanted.columns]
    twice = [str(c) for c in got.columns[got.columns.duplicated()]]
    faults = {"Missing": missing, "Not asked for": extra, "Twice": twice}
    columns = " ".join(f"{fault}: {', '.join(names)}." for fault, names in faults.items() if names)
    rows = len(got) == len(wanted)
    values = (
        not (missing or twice) and rows and _same_rows(got[list(wanted.columns)], wanted, tolerance)
    )
    return [
        Property("columns", not columns, f"The columns differ. {columns}"),
        Property(
            "number of rows", rows, f"The table has {len(got)} rows; it should have {len(wanted)}."
        ),
        Property("values", values, "The rows don't hold the values that the task describes."),
    ]


def _same_rows(got: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> bool:
    def rows(frame: pd.DataFrame) -> list[list[Any]]:
        return sorted(
            ([_plain(v) for v in row] for row in frame.itertuples(index=False, name=None)),
            key=lambda row: [_sort_key(v) for v in row],
        )

    return all(map(lambda a, b: _same(a, b, tolerance), rows(got), rows(wanted)))


def _sort_key(value: Any) -> tuple[str, str]:
    # Few digits, so that the noise of float arithmetic doesn't change the order.
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return type(value).__name__, text


def _bag(values: Iterable[Any]) -> set[tuple[str, str]]:
    return {_sort_key(_plain(value)) for value in values}


def _plain(value: Any) -> Any:
    """A cell as a plain value: one kind of number, True is 1, one kind of missing."""
    value = _simple(value)
    if isinstance(value, bool):
        return float(value)
    number_ = _as_float(value)
    if number_ is not None:
        return None if math.isnan(number_) else number_
    if isinstance(value, str):
        return str.strip(value)
    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def _same(got: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == wanted.keys()
            and all(_same(got[k], wanted[k], tolerance) for k in wanted)
        )
    if isinstance(wanted, (set, frozenset)):
        return isinstance(got, (list, tuple, set, frozenset)) and _bag(got) == _bag(wanted)
    if isinstance(wanted, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(wanted)
            and all(_same(a, b, tolerance) for a, b in zip(got, wanted, strict=True))
        )
    got, wanted = _plain(got), _plain(wanted)
    if isinstance(got, float) and isinstance(wanted, float):
        return math.isclose(got, wanted, rel_tol=tolerance, abs_tol=1e-9)
    # The type first: an object of a student's own could say that it equals anything.
    return type(got) is type(wanted) and bool(got == wanted)


# -- calling a student's code ----------------------------------------------------------------------


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep prints, warnings and log messages of a student's code out of the test's output.

    Stock nbgrader counts any line on stderr in a test cell as a failed test.
    """
    logged = logging.root.manager.disable
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        logging.disable()
        try:
            yield
        finally:
            logging.disable(logged)


def _call(answer: Any, arguments: Sequence[Any], words: str) -> Any:
    if is_blank(answer):
        raise NotYet(UNANSWERED)
    if not callable(answer):
        raise NotYet(f"A function is asked for, but this is {_kind(answer)}.")
    try:
        with quiet():
            result = answer(*copy.deepcopy(arguments))
    except (Exception, SystemExit) as error:  # a student's code may fail in any way
        reason = traceback.format_exception_only(error)[-1].strip()
        raise NotYet(f"With {words}, it stopped: {reason[:200]}") from None
    if result is None or result is ...:
        raise NotYet(f"With {words}, it gave nothing back. Does it end with return?")
    return result
