"""The language of what learners read: gettext's catalogues, numbers, dates, direction of writing.

English stands in the sources. Every other language is a catalogue in ``locale/``, which also says
how that language writes numbers and dates, and in which direction. It is chosen by
``language("ru")`` or by the variable CROSSROADS_LANG. The system's own language plays no part:
the lessons' prose is English until somebody translates it, too. Marks never depend on a language.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache, wraps
from numbers import Real
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from gettext import NullTranslations

VARIABLE = "CROSSROADS_LANG"
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "crossroads"
#: Invisible signs around a piece of text that has a direction of its own (Unicode's bdi).
FSI, PDI = "\u2068", "\u2069"

P = ParamSpec("P")
T = TypeVar("T")
_chosen: tuple[str, Path] | None = None


def language(code: str, catalogues: str | Path = LOCALE) -> None:
    """Choose the language of controls, messages and feedback from now on, such as "ru".

    ``catalogues`` is another folder of catalogues, for a draft that is to be looked at. Raises
    ``ValueError`` where there is none for the language.
    """
    global _chosen
    folder = Path(catalogues)
    if code != "en" and not _file(code, folder):
        raise ValueError(f"there is no language {code!r}; there are {', '.join(languages(folder))}")
    _chosen = code, folder


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a translated quiz's language for a while; for English the language stays.

    A notebook names it, which a student may have changed: no other name becomes a path.
    """
    global _chosen
    before = _chosen
    if code != "en" and code in languages():
        _chosen = code, LOCALE
    try:
        yield
    finally:
        _chosen = before


def languages(catalogues: Path = LOCALE) -> list[str]:
    """Return the languages that there are, English first."""
    return ["en", *sorted(path.parts[-3] for path in catalogues.glob(f"*/*/{DOMAIN}.mo"))]


def current() -> str:
    """Return the code of the language in use."""
    return _place()[0]


def _place() -> tuple[str, Path]:
    if _chosen:
        return _chosen
    wanted = os.environ.get(VARIABLE, "")
    return _wanted(wanted) if wanted else ("en", LOCALE)


@cache
def _wanted(name: str) -> tuple[str, Path]:
    """Return the language that the variable names, as ``ru`` or ``ru_RU.UTF-8``; else English."""
    found = _file(name, LOCALE)
    if found:
        return Path(found).parts[-3], LOCALE
    if not name.lower().startswith(("en", "c.", "posix")):
        there = ", ".join(languages())
        warnings.warn(f"{VARIABLE} is {name!r}, but there are only {there}.", stacklevel=2)
    return "en", LOCALE


def _file(code: str, folder: Path) -> str | None:
    from gettext import find  # English, which most people read, needs none of it

    return find(DOMAIN, folder, [code])


@cache
def _catalogue(code: str, folder: Path, domain: str) -> NullTranslations:
    from gettext import translation  # English, which most people read, needs none of it

    return translation(domain, folder, [code], fallback=True)


def _here(domain: str = DOMAIN) -> NullTranslations | None:
    """Return the catalogue in use; ``None`` for English, which needs none."""
    code, folder = _place()
    return None if code == "en" else _catalogue(code, folder, domain)


# -- messages --------------------------------------------------------------------------------------


def _(message: str, /, **values: Any) -> str:
    """Return a message in the language in use, with its ``{placeholders}`` filled in."""
    found = _here()
    return filled(found.gettext(message) if found and message else message, values)


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """Return a message as ``_`` does, where it means different things in different places."""
    found = _here()
    return filled(found.pgettext(context, message) if found else message, values)


def ngettext(one: str, many: str, n: int, /, **values: Any) -> str:
    """Return a message as ``_`` does, in the plural form for ``n``, which ``{n}`` stands for."""
    return filled(plural(one, many, n), {"n": n, **values})


def plural(one: str, many: str, n: int) -> str:
    """Return the message of the plural form that ``n`` asks for, with its ``{placeholders}``."""
    found = _here()
    return found.ngettext(one, many, n) if found else one if n == 1 else many


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a constant for the catalogues; it's translated where it's shown."""
    return message


def item(text: str) -> str:
    """Return a text of a self-check item, from the catalogue ``items``."""
    found = _here("items")
    return found.gettext(text) if found and text else text


def everywhere(message: str) -> set[str]:
    """Return a message in all languages: what was said by another process may be in any of them."""
    return {
        _catalogue(code, folder, DOMAIN).gettext(message) if code != "en" else message
        for code, folder in {_place(), *((code, LOCALE) for code in languages())}
    }


def by_language(function: Callable[P, T]) -> Callable[P, T]:
    """``functools.cache`` for what is written in the language in use."""

    @cache
    def cached(_place: tuple[str, Path], *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return cached(_place(), *args, **kwargs)  # type: ignore[arg-type]

    wrapper.__dict__["cache_clear"] = cached.cache_clear
    return wrapper


class _Filler(Formatter):
    """Fills placeholders; a number with a form is written as the language does."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Real) and format_spec:
            return isolated(number(value, format_spec))
        return isolated(format(value, format_spec))


def filled(message: str, values: Mapping[str, Any]) -> str:
    """Return a message with its ``{placeholders}`` filled in."""
    return _Filler().vformat(message, (), values) if values else message


# -- numbers and dates -----------------------------------------------------------------------------


def number(value: Any, form: str) -> str:
    """``format(value, form)`` with the language's own decimal and thousands signs."""
    text = format(value, form)
    if _here() is None:
        return text
    point, comma = pgettext("decimal sign", "."), pgettext("thousands sign", ",")
    return text.translate({ord("."): point, ord(","): comma})


def long_date(day: date) -> str:
    """``5 March 2027``."""
    months = pgettext(
        "the months as they stand in a date, separated by spaces",
        "January February March April May June July August September October November December",
    ).split()
    return _("{day} {month} {year}", day=day.day, month=months[day.month - 1], year=day.year)


# -- the direction of writing ----------------------------------------------------------------------


def rtl() -> bool:
    """Return whether the language is written from right to left."""
    return _here() is not None and pgettext("direction of writing: ltr or rtl", "ltr") == "rtl"


def isolated(text: str) -> str:
    """Return a piece of text that keeps its own direction in a line of a right-to-left language."""
    return f"{FSI}{text}{PDI}" if rtl() else text


def attributes() -> str:
    """Language and direction for an HTML element; nothing for English, the page's own."""
    if current() == "en":
        return ""
    return f' lang="{current()}" dir="{"rtl" if rtl() else "ltr"}"'
