"""What graded notebooks call: shape checks that students see, and the scoring of hidden tests.

A graded answer is a plain line of Python. ``expect`` tells a student at once whether the line has
the right form. The scoring functions return the points earned; nothing earned raises ``NotYet``,
whose message explains, so that a feedback page teaches. Values are compared with a tolerance,
never by ``repr`` or exact type, and a warning never costs a mark.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import logging
import math
import numbers
import re
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

import numpy as np
import pandas as pd

from ..i18n import N_, _, everywhere, ngettext
from ..i18n import number as written
from . import signs, variants


class NotYet(AssertionError):
    """An answer that can't be counted, or earns nothing; the message says why, for a student."""

    def _render_traceback_(self) -> list[str]:
        # A traceback would bury the message, and would show the hidden test's own line.
        return [_wrapped(str(self))]


#: Stock nbgrader's feedback page cuts longer lines off.
LINE = 88
#: Parts of an array that may be letters of an answer.
MOST_PARTS = 1000
_UNANSWERED = N_("There is no answer yet.")


def unanswered(more: str = "") -> NotYet:
    """What is raised where there is no answer; ``more`` says what to do."""
    return NotYet(f"{_(_UNANSWERED)} {more}".rstrip())


def says_unanswered(message: str) -> bool:
    """Whether a message is one of ``unanswered``'s, in whatever language it was said."""
    return message.startswith(tuple(everywhere(_UNANSWERED)))


# -- reading an answer line ----------------------------------------------------------------------


def is_blank(answer: Any) -> bool:
    """Whether a question was left alone: ``None``, ``...``, "", or a collection of such."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    parts = answer.values() if isinstance(answer, dict) else answer
    return isinstance(answer, (set, frozenset, list, tuple, dict)) and all(map(is_blank, parts))


def _code(value: Any, options: Iterable[str] = ()) -> str:
    """An option's code as the course writes it: ``" B. "`` is ``"b"``, and ``1`` is ``"1"``."""
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str):
        raise NotYet(
            _("An option is written as a letter in quotes, not as {kind}.", kind=_kind(value))
        )
    # str's own method: what a subclass made of its methods and comparisons is left behind.
    code = signs.plain(str.strip(value)).strip(".,;:()[]{}'\"`* \n\t")
    return str(int(code)) if code.isdecimal() else signs.option(code, options)


def _as_list(answer: Any) -> Any:
    """The parts of an array or a column, or of a table with one cell; anything else as it is."""
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        return answer.item()
    many = isinstance(answer, (np.ndarray, pd.Series, pd.Index)) and answer.size <= MOST_PARTS
    if many or (isinstance(answer, pd.DataFrame) and answer.size == 1):
        return np.ravel(answer).tolist()
    return answer


def read_single(answer: Any, one_of: Iterable[str]) -> str:
    """The chosen option's code. Raises ``NotYet`` where the line can't be read as one option."""
    answer = _as_list(answer)
    options = [str(o) for o in one_of]
    how = _(
        'Type one of {options} in quotes, for example "{first}".',
        options=", ".join(options),
        first=options[0],
    )
    if is_blank(answer):
        raise unanswered(how)
    if isinstance(answer, (list, tuple, set, frozenset, dict)) and len(answer) != 1:
        asked = ngettext(
            "One option is asked for, but here is {n}.",
            "One option is asked for, but here are {n}.",
            len(answer),
        )
        raise NotYet(f"{asked} {how}")
    code = _code(answer, options)
    if code not in options:
        strange = _("{code} is not one of the options.", code=reprlib.repr(code))
        raise NotYet(" ".join(filter(None, (strange, signs.named(code), how))))
    return code


def read_several(answer: Any, some_of: Iterable[str]) -> set[str]:
    """The chosen options' codes. A string like ``"a, d"`` or ``"ad"`` is understood, too."""
    answer = _as_list(answer)
    options = [str(o) for o in some_of]
    how = _(
        "Type the letters in braces, for example {example}.",
        example=f"{{{', '.join(map(_quoted, options[:2]))}}}",
    )
    if is_blank(answer):
        raise unanswered(how)
    codes = {_code(part, options) for part in _parts(answer, options, how)}
    strange = sorted(codes - set(options))
    if strange:
        raise NotYet(_not_among(strange, _("not among the options."), how))
    return codes


def read_order(answer: Any, order_of: Iterable[str]) -> list[str]:
    """All options' codes in the order given. Raises ``NotYet`` where one is missing or doubled."""
    answer = _as_list(answer)
    options = [str(o) for o in order_of]
    how = ngettext(
        "Type all {n} letter in your order, for example {example}.",
        "Type all {n} letters in your order, for example {example}.",
        len(options),
        example=str(options[::-1]),
    )
    if is_blank(answer):
        raise unanswered(how)
    if isinstance(answer, (set, frozenset)):
        raise NotYet(f"{_('Braces { } have no order. Use square brackets.')} {how}")
    codes = [_code(part, options) for part in _parts(answer, options, how)]
    if sorted(codes) != sorted(options):
        raise NotYet(f"{_('Each letter is needed exactly once.')} {how}")
    return codes


def read_match(answer: Any, match: tuple[Iterable[str], Iterable[str]]) -> dict[str, str]:
    """The partner chosen for each left-hand item; items left out stay out."""
    left, right = ([str(o) for o in side] for side in match)
    how = _(
        "Pair each number with a letter, for example {example}.",
        example=f'{{"{left[0]}": "{right[0]}", ...}}',
    )
    if is_blank(answer):
        raise unanswered(how)
    if not isinstance(answer, Mapping):
        raise NotYet(
            f"{_asked(N_('A dictionary is asked for, but this is {kind}.'), answer)} {how}"
        )
    pairs = {_code(k, left): _code(v, right) for k, v in answer.items() if not is_blank(v)}
    strange = [c for c in pairs if c not in left] + [c for c in pairs.values() if c not in right]
    if strange:
        raise NotYet(_not_among(strange, _("not among the items."), how))
    return pairs


def read_number(answer: Any, unit: str = "") -> float:
    """A finite number. A string such as ``"37.1 %"`` is understood when its number is plain.

    A decimal comma and the digits of other scripts are understood, too, in every language alike:
    marks don't depend on it. "1,234" could be two numbers, so it's asked about.
    """
    if unit:
        how = _("Type a number without quotes or unit (unit: {unit}), for example 12.5.", unit=unit)
    else:
        how = _("Type a number without quotes or unit, for example 12.5.")
    if is_blank(answer):
        raise unanswered(how)
    if isinstance(answer, str):
        text = signs.number(answer, unit)
        if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
            either = {"whole": text.replace(",", ""), "part": text.replace(",", ".")}
            raise NotYet(
                _(
                    "{typed} can be read in two ways: write {whole} or {part}.",
                    **either,
                    typed=reprlib.repr(answer),
                )
            )
        if re.fullmatch(r"[+-]?\d+,\d*", text):
            text = text.replace(",", ".")
        try:
            answer = float(text)
        except ValueError:
            raise NotYet(
                f"{_('{typed} is not a number.', typed=reprlib.repr(answer))} {how}"
            ) from None
    if isinstance(answer, tuple) and len(answer) == 2 and all(type(n) is int for n in answer):
        comma = "{},{}".format(*answer)
        point = comma.replace(",", ".")
        raise NotYet(
            _("In Python {comma} is two numbers. Use a point: {point}.", comma=comma, point=point)
        )
    if getattr(answer, "size", 0) == 1 and isinstance(parts := _as_list(answer), list):
        answer = parts[0]
    value = _as_float(answer)
    if value is None:
        raise NotYet(f"{_asked(N_('A number is asked for, but this is {kind}.'), answer)} {how}")
    if not math.isfinite(value):
        strange = _("{value} is not a number that can be compared.", value=str(value))
        raise NotYet(f"{strange} {how}")
    return value


def _parts(answer: Any, options: Sequence[str], how: str) -> list[Any]:
    if isinstance(answer, str):
        parts = re.sub(r"[,;/&+]|\band\b", " ", signs.plain(answer).strip("[]{}() ")).split()
        if len(parts) == 1 and _code(parts[0], options) not in options:
            parts = list(parts[0])
        return list(parts)
    if isinstance(answer, (set, frozenset, list, tuple)):
        return list(answer)
    raise NotYet(
        f"{_asked(N_('Several letters are asked for, but this is {kind}.'), answer)} {how}"
    )


def _asked(message: str, answer: Any) -> str:
    return _(message, kind=_kind(answer))


def _not_among(strange: Sequence[str], words: str, how: str) -> str:
    named = signs.named("".join(strange))
    return " ".join(filter(None, (f"{_first(strange)}: {words}", named, how)))


def _first(codes: Sequence[str]) -> str:
    return ", ".join(map(reprlib.repr, codes[:3])) + " ..." * (len(codes) > 3)


def _quoted(code: str) -> str:
    return f'"{code}"'


def _kind(value: Any) -> str:
    """What a value is, in words."""
    for types, words in (
        (type(None), "None"),
        (bool, N_("True or False")),
        (complex, N_("a complex number")),
        (numbers.Number, N_("a number")),
        (str, N_("a text")),
        (pd.DataFrame, N_("a table")),
        ((pd.Series, pd.Index), N_("a column")),
        (dict, N_("a dictionary")),
        ((list, tuple), N_("a list")),
        ((set, frozenset), N_("a set")),
    ):
        if isinstance(value, types):
            return _(words)
    if callable(value):
        return _("a function")
    return _("of type {name}", name=type(value).__name__)


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


def hint(source: str, name: str) -> str:
    """What to change in an answer cell that gives ``name`` no value, where it's sure; else ""."""
    source = signs.mended(source)
    if not signs.parses(source):
        return ""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            left, (sign, *more) = node.value.left, node.value.ops
            if isinstance(left, ast.Name) and left.id == name and isinstance(sign, ast.Eq):
                right = ast.unparse(node.value.comparators[0])
                if not more:
                    line = f"{name} = {right}"
                    return _("Two equals signs compare. To answer, type one: {line}", line=line)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            if name in names and (line := _with_quotes(node.value)):
                return _("Letters need quotes. Type: {line}", line=f"{name} = {line}")
            twin = next((n for n in names if n != name and _looks_like(n, name)), "")
            if twin:
                line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
                return _("Python sees another name in {typed}. Type: {line}", typed=twin, line=line)
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.Name)):
            line = f"{name} = {_with_quotes(node.value) or ast.unparse(node.value)}"
            if isinstance(node.value, ast.Name) and node.value.id == name:
                continue
            return _("The answer has no name before it. Type: {line}", line=line)
    return ""


def _looks_like(typed: str, name: str) -> bool:
    return signs.look_alike(signs.plain(typed)).casefold() == name.casefold()


def _with_quotes(node: ast.expr) -> str:
    """An expression whose single letters have lost their quotes, with them; else ""."""
    lost = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    if not lost or any(len(n.id) > 1 for n in lost):
        return ""
    if isinstance(node, (ast.Name, ast.Set, ast.List, ast.Tuple, ast.Dict)):
        return re.sub(r"\b([^\W\d_])\b", r'"\1"', ast.unparse(node).replace("'", ""))
    return ""


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
        print(_("Your answer: {codes}", codes=read_single(answer, one_of)))
    elif some_of is not None:
        codes = ", ".join(sorted(read_several(answer, some_of)))
        print(_("Your answer: {codes}", codes=codes))
    elif order_of is not None:
        print(_("Your order: {codes}", codes=", ".join(read_order(answer, order_of))))
    elif match is not None:
        left = [str(o) for o in match[0]]
        pairs = read_match(answer, (left, match[1]))
        each = (_("{left} with {right}", left=code, right=pairs[code]) for code in sorted(pairs))
        print(_("Your pairs: {pairs}", pairs=", ".join(each)))
        if missing := [code for code in left if code not in pairs]:
            print(_("No partner yet for {codes}.", codes=", ".join(missing)))
    elif number is not None:
        given = written(read_number(answer, number), ".10g")
        print(_("Your number: {number}", number=f"{given} {number}".rstrip()))
    elif function is not None:
        for words, arguments in function.items():
            result = _call(answer, arguments, words)
            print(
                _("With {words}, it runs and gives back {kind}.", words=words, kind=_kind(result))
            )
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
            _(
                "The values at the top of this copy are not the ones drawn for you, so this "
                "question can't be marked. The line was: {line}",
                line=f"mine = cr.variant({line})",
            )
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
    said = (
        _("You chose {code}, which is right. {why}", code=chosen, why=why[chosen])
        if chosen == key
        else _("You chose {code}, which is not right. {why}", code=chosen, why=why[chosen])
    )
    return award(points, chosen == key, said)


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
    words = []
    for code in sorted(chosen | key):
        if code not in chosen:
            said = _("You left out {code}, which fits. {why}", code=code, why=why[code])
        elif code in key:
            said = _("You chose {code}, which fits. {why}", code=code, why=why[code])
        else:
            said = _("You chose {code}, which does not fit. {why}", code=code, why=why[code])
        words.append(said)
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
    words = _(
        "{right} of {all} pairs stand in the right order. {why}",
        right=right,
        all=len(pairs),
        why=why,
    )
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
    words = [_("{right} of {all} pairs are right.", right=len(key) - len(wrong), all=len(key))]
    words += [
        _(
            "{code} (you: {partner}): {why}",
            code=code,
            partner=given.get(code) or _("no partner"),
            why=why[code],
        )
        for code in wrong
    ]
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

    wrote = f"{written(given, '.10g')} {unit}".rstrip()
    if near(key):
        said = _("You wrote {number}, which is right. {why}", number=wrote, why=why)
        return award(points, 1, said)
    reason = next((words for slip, words in (slips or {}).items() if near(slip)), why)
    said = _("You wrote {number}, which is not right. {why}", number=wrote, why=reason)
    raise NotYet(said.strip())


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
        names = set(_TABLE if isinstance(wanted, pd.DataFrame) else _VALUE)
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
        words += [
            _("With {words}: {message}", words=description, message=p.message)
            for p in found
            if not p.holds
        ]
    said = "\n".join(dict.fromkeys(words)) or _("It gives back what the task describes.")
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


#: The properties of a table, and of anything else.
_TABLE, _VALUE = ("columns", "number of rows", "values"), ("value",)


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
            return [Property(name, False, problem) for name in _TABLE]
        return _compare_tables(got, wanted, tolerance)
    same = not problem and _same(got, _simple(wanted), tolerance)
    problem = problem or _(
        "The value is {value}, which is not what the task describes.", value=reprlib.repr(got)
    )
    return [Property(name, same, "" if same else problem) for name in _VALUE]


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
        ok = isinstance(got, Mapping)
        asked = N_("Labels with values are asked for, but this is {kind}.")
    elif isinstance(wanted, (list, tuple, set, frozenset)):
        got = got.tolist() if hasattr(got, "tolist") else got
        ordered = isinstance(wanted, (list, tuple))
        ok = isinstance(got, (list, tuple) if ordered else (list, tuple, set, frozenset))
        asked = N_("A list is asked for, but this is {kind}.")
    elif _as_float(wanted) is not None:
        try:
            return read_number(got), ""
        except NotYet as problem:
            return got, str(problem)
    else:
        got = _simple(got)
        ok = isinstance(got, type(wanted))
        asked = _("{wanted} is asked for, but this is {{kind}}.", wanted=_kind(wanted).capitalize())
    return got, "" if ok else _asked(asked, got)


def _as_table(got: Any, wanted: list[Any]) -> tuple[Any, str]:
    """A result as a table with the wanted columns, if need be out of its index."""
    if isinstance(got, pd.Series):
        got = got.reset_index(allow_duplicates=True)
    if not isinstance(got, pd.DataFrame):
        return got, _asked(N_("A table is asked for, but this is {kind}."), got)
    missing = {c for c in wanted if c not in got.columns}
    if missing and missing <= set(got.index.names):
        got = got.reset_index(allow_duplicates=True)
    # What reset_index() without drop=True leaves behind is no column of the student's making.
    return got.drop(columns=[c for c in ("index",) if c in got.columns and c not in wanted]), ""


def _compare_tables(got: pd.DataFrame, wanted: pd.DataFrame, tolerance: float) -> list[Property]:
    missing = [str(c) for c in wanted.columns if c not in got.columns]
    extra = [str(c) for c in got.columns if c not in wanted.columns]
    twice = [str(c) for c in got.columns[got.columns.duplicated()]]
    faults = {_("Missing"): missing, _("Not asked for"): extra, _("Twice"): twice}
    columns = " ".join(f"{fault}: {', '.join(names)}." for fault, names in faults.items() if names)
    rows = len(got) == len(wanted)
    values = (
        not (missing or twice) and rows and _same_rows(got[list(wanted.columns)], wanted, tolerance)
    )
    return [
        Property("columns", not columns, f"{_('The columns differ.')} {columns}"),
        Property(
            "number of rows",
            rows,
            _(
                "The table has {got} rows; it should have {wanted}.",
                got=len(got),
                wanted=len(wanted),
            ),
        ),
        Property("values", values, _("The rows don't hold the values that the task describes.")),
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
        raise unanswered()
    if not callable(answer):
        raise NotYet(_asked(N_("A function is asked for, but this is {kind}."), answer))
    try:
        with quiet():
            result = answer(*copy.deepcopy(arguments))
    except (Exception, SystemExit) as error:  # a student's code may fail in any way
        reason = traceback.format_exception_only(error)[-1].strip()
        raise NotYet(
            _("With {words}, it stopped: {reason}", words=words, reason=reason[:200])
        ) from None
    if result is None or result is ...:
        raise NotYet(_("With {words}, it gave nothing back. Does it end with return?", words=words))
    return result
