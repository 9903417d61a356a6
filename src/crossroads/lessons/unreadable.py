"""A cell that Python can't read, in one line: quotes, brackets, signs that only look right."""

from __future__ import annotations

import re
import unicodedata

from ..i18n import N_, _


def explain(error: SyntaxError) -> str:
    """Say in one line why Python can't read a cell; "" where we can't tell."""
    said, line = error.msg or "", error.lineno or 1
    if found := _LETTER.search(said):
        return _letter(line, found["sign"] or chr(int(found["number"], 16)))
    for pattern, message in _SYNTAX:
        if found := re.search(pattern, said):
            return _(message, line=line, **found.groupdict())
    return ""


def _letter(line: int, sign: str) -> str:
    if sign in _QUOTES:
        return _(
            "Line {line} has the quote {sign}. Python knows only straight quotes: type it again.",
            line=line,
            sign=sign,
        )
    straight = unicodedata.normalize("NFKC", sign)
    straight = "-" if unicodedata.category(sign) == "Pd" or sign == "−" else straight
    if straight != sign and straight.isascii() and straight.strip():
        return _(
            "Line {line} has `{sign}`, which only looks like `{straight}`. Type it again.",
            line=line,
            sign=sign,
            straight=straight,
        )
    return _("Line {line} has a character that Python can't read. Type the line again.", line=line)


#: Quotes of letters and word processors.
_QUOTES = "“”„‟‘’‚‛«»‹›″′＂＇`"
_LETTER = re.compile(
    r"invalid (?:non-printable )?character (?:'(?P<sign>.)' )?\(?U\+(?P<number>[0-9A-F]+)"
)
#: What Python 3.11 to 3.14 say of a cell that can't be read, the narrower first, and what we say.
_SYNTAX = (
    (
        r"unterminated (?:triple-quoted )?(?:f-)?string|EOF while scanning",
        N_("In line {line} a text begins with a quote and doesn't end. Add the second quote."),
    ),
    (
        r"'(?P<bracket>.)' was never closed",
        N_("In line {line} the bracket `{bracket}` is opened but never closed."),
    ),
    (
        r"closing parenthesis '(?P<closed>.)' does not match opening parenthesis '(?P<opened>.)'",
        N_(
            "In line {line}, `{opened}` is closed by `{closed}`. The two brackets of a pair "
            "must match."
        ),
    ),
    (
        r"unmatched '(?P<bracket>.)'",
        N_("In line {line} the bracket `{bracket}` is closed but never opened."),
    ),
    (
        r"[Mm]aybe you meant '?\"?==|perhaps you meant \"==\"|cannot assign to (?!keyword)",
        N_("In line {line}: one `=` gives a name to a value. Did you mean `==`, which compares?"),
    ),
    (r"expected ':'", N_("Line {line} should end with a colon, `:`.")),
    (
        r"Missing parentheses in call to '(?P<name>\w+)'",
        N_("In line {line} `{name}` needs brackets. Did you mean `{name}(...)`?"),
    ),
    (
        r"expected an indented block",
        N_("Line {line} belongs to the line with the colon above it. Begin it with four spaces."),
    ),
    (
        r"unexpected indent|unindent does not match|inconsistent use of tabs",
        N_("Line {line} begins with spaces that don't fit the line above it."),
    ),
    (
        r"invalid decimal literal",
        N_(
            "In line {line} a number runs into letters. Names can't begin with a digit; a sign "
            "such as `*` may be missing."
        ),
    ),
    (
        r"leading zeros",
        N_("In line {line} a number begins with 0. Remove the 0, or use quotes if it is a code."),
    ),
    (
        r"forgot a comma",
        N_(
            "In line {line} something is missing between two values: a comma, a quote, or a "
            "sign such as `+`?"
        ),
    ),
    (
        # The second from 3.14 on.
        r"^invalid syntax|^Expected one or more names",
        N_(
            "Python can't read line {line}. Look for a missing quote, comma, bracket or sign "
            "there, or at the end of the line above."
        ),
    ),
)
