"""Signs as people type them, and as they were meant: one place for all that reads answers.

Keyboards, phones, word processors and web pages put other signs in the place of ASCII's. ``plain``
reads a text's, ``mended`` a cell's of Python, and ``look_alike`` a letter's of another alphabet.
Where more than one reading is possible nothing is changed, and ``named`` says what a sign is.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterable

from ..caching import short_text_cache
from ..i18n import N_, _

#: The spaces that are left when a text has been made ``plain``.
SPACES = " \t\n\r\f\v\x1c\x1d\x1e\x1f"
#: What of ASCII is neither letter nor digit, within the brackets of a pattern.
NO_LETTER = r"\x00-/:-@\[-`{-\x7f"
#: Letters whose small form isn't one letter, or not always the same.
FOLDS = {"ß": "ss", "ς": "σ"}
#: Letters of other alphabets that look like Latin ones: Cyrillic, then Greek.
_LOOK = dict(
    zip(
        "аеорсухіјѕһԁԛԝ" + "АВЕКМНОРСТУХІЈЅԚԜ" + "οιν" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqw" + "ABEKMHOPCTYXIJSQW" + "oiv" + "ABEZHIKMNOPTYX",
        strict=True,
    )
)
_LOOK |= {"α": "a", "ɑ": "a", "ⅽ": "c", "ⅾ": "d", "ı": "i"}
_LOOK_ALIKE = str.maketrans(_LOOK)
_SCRIPTS = (N_("Cyrillic"), N_("Greek"))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\u30fc\ufe58\ufe63\uff0d\u00ad"
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u301d\u301e\uff02\u275d\u275e"
_SINGLE = "\u2018\u2019\u201a\u201b\u2039\u203a\u2032\uff07\u275b\u275c\u00b4"
_COMMAS = "\u3001\u060c\uff0c\ufe50\ufe10"
_ARROWS = "\u2192\u21d2\u21e8\u2794\u2799\u279b\u279c\u279d\u279e\u27a1\u27f6\u27f9"
_SIGNS = (
    dict.fromkeys(map(ord, _DASHES.replace("\u00ad", "")), "-")
    | dict.fromkeys(map(ord, _DOUBLE), '"')
    | dict.fromkeys(map(ord, _SINGLE), "'")
    | dict.fromkeys(map(ord, _COMMAS), ",")
    | dict.fromkeys(map(ord, _ARROWS), "->")
    | {0x3002: ".", 0x066A: "%", 0x066B: ".", 0x061B: ";", 0x2044: "/", 0x2215: "/", 0xD7: "*"}
    | {0x3010: "[", 0x3011: "]", 0x300C: '"', 0x300D: '"', 0x2026: "..."}
)


def invisible(sign: str) -> bool:
    """Return whether a sign has no width.

    These are direction marks, joiners, soft hyphens and byte-order marks.
    """
    return unicodedata.category(sign) == "Cf" or sign in "\ufe0e\ufe0f\u034f\u3164"


def plain(text: str) -> str:
    """Return a short text with ASCII's signs and digits.

    This covers wide and narrow forms, dashes, quotes, spaces and invisible characters.

    Letters of other alphabets stay, as does what has no one reading.
    """
    if text.isascii():
        return text
    return "".join(map(_plain, text))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    if invisible(sign):
        return ""
    if sign.isspace() or unicodedata.category(sign) == "Zs":
        return "\n" if sign in "\u2028\u2029\x85" else " "
    if (digit := unicodedata.decimal(sign, -1)) >= 0:
        return str(digit)
    known = sign.translate(_SIGNS)
    if known != sign:
        return known
    wide = unicodedata.normalize("NFKC", sign)
    return wide if wide.isascii() and not wide.isspace() else sign


def bare(text: str) -> str:
    """Return a text's words, in small letters without accents and without any sign."""
    small = text.lower()
    for sign, as_small in FOLDS.items():
        small = small.replace(sign, as_small)
    letters = (s for s in unicodedata.normalize("NFKD", small) if unicodedata.category(s)[0] != "M")
    return " ".join("".join(s if s.isalnum() else " " for s in letters).split())


def look_alike(text: str) -> str:
    """Return a text with Latin letters in place of others that look the same."""
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def option(text: str, options: Iterable[str]) -> str:
    """Return the option that a text is, if it is one; also by letters that only look like it."""
    known = {code.casefold(): code for code in options}
    for form in (text, look_alike(text)):
        if (code := form.casefold()) in known:
            return known[code]
    return text.casefold()


def foreign(text: str) -> str:
    """Return the first letter of a known other alphabet in a text; "" where there is none."""
    if text.isascii():
        return ""
    strange = (sign for sign in text if sign.isalpha() and not sign.isascii())
    return next((sign for sign in strange if _script(sign) in _SCRIPTS), "")


def _script(sign: str) -> str:
    return unicodedata.name(sign, "").split(" ")[0].capitalize()


def named(text: str) -> str:
    """Return what is strange about the first foreign letter in a text, and what to type."""
    sign = foreign(text)
    if not sign:
        return ""
    script, latin = _(_script(sign)), look_alike(sign)
    if latin != sign:
        return _(
            "That is a {script} {sign}: delete it and type {latin}.",
            script=script,
            sign=sign,
            latin=latin,
        )
    return _(
        "That is a {script} {sign}: switch the keyboard to Latin letters.",
        script=script,
        sign=sign,
    )


# -- in Python -------------------------------------------------------------------------------------


def mended(source: str) -> str:
    """Return a cell's source with the signs that Python knows, if that makes it Python.

    Otherwise return it as it is.

    Only cells that can't be parsed are changed, and nothing within a text in quotes.
    """
    if source.isascii() or len(source) > 100_000 or parses(source):
        return source
    return next((made for made in as_they_look(source) if parses(made)), source)


def as_they_look(source: str) -> list[str]:
    """Return a cell with the signs that Python knows, whether it's Python then or not.

    Return [] if it has them all.

    The first is read as if straight quotes end only with straight ones.
    """
    return [] if source.isascii() else [_outside_quotes(source, mixed) for mixed in (False, True)]


def latin_names(source: str, given: Iterable[str] = ()) -> str:
    """Return a cell with Latin letters in names that only look Latin.

    Return it as it is where both kinds of name are in use.

    ``given`` are names that the cell itself gives a value, besides those that are read from it.
    """
    if source.isascii() or len(source) > 100_000 or not parses(source):
        return source
    strange = {w for w in re.findall(r"[^\W\d]\w*", source) if not w.isascii()}
    tree = ast.parse(source)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stores(n)} | {*given}
    for name in strange:
        latin = look_alike(name)
        used = name in names or f".{name}" in source
        if used and latin.isascii() and latin.isidentifier() and latin not in stored:
            source = _renamed(source, name, latin)
    return source


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _renamed(source: str, name: str, latin: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        return source
    lines = source.splitlines(keepends=True)
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string == name:
            (row, start), (_row, end) = token.start, token.end
            line = lines[row - 1]
            lines[row - 1] = line[:start] + latin + line[end:]
    return "".join(lines)


@short_text_cache(1000)
def parses(source: str) -> bool:
    """Return whether a cell is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _outside_quotes(source: str, mixed: bool) -> str:
    made: list[str] = []
    quote, place, loose = "", 0, False
    while place < len(source):
        sign = source[place]
        as_plain = _plain(sign)
        if quote == "#":
            made.append(sign)
            quote = "" if sign == "\n" else quote
        elif quote:
            if sign == "\\" and len(quote) < 3:
                made.append(source[place : place + 2])
                place += 2
                continue
            if source.startswith(quote, place) or (loose and as_plain == quote):
                made.append(quote)
                place += len(quote)
                quote = ""
                continue
            if sign == "\n" and len(quote) == 1:
                quote = ""
            made.append(sign)
        else:
            if as_plain in ("'", '"'):
                triple = source[place : place + 3]
                quote = triple if triple in ("'''", '"""') else as_plain
                loose = len(quote) == 1 and (mixed or sign != as_plain)
                made.append(quote)
                place += len(quote)
                continue
            quote = "#" if as_plain == "#" else ""
            made.append(as_plain)
        place += 1
    return "".join(made)
