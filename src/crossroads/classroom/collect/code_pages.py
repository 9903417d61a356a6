"""File names of zips that don't say how their letters are written.

Only with a flag are they UTF-8. Without it, macOS writes UTF-8 all the same, Windows Explorer and
7-Zip the DOS code page of the machine (866 where Russian is spoken, 850 in Western and 852 in
Central Europe, 857 in Turkey), others its Windows code page (1251, 1252, 1250, 1254).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from .name_forms import words

#: What Python's ``zipfile`` reads names as where the flag isn't set.
_READ_AS = "cp437"
_LATIN_PAGES = (_READ_AS, "cp850", "cp1252", "cp852", "cp1250", "cp857", "cp1254")
_CYRILLIC = re.compile("[А-Яа-яЁёҒғӢӣҚқӮӯҲҳҶҷІіЇїЄєЎў]")
#: Letters of the languages of Europe and an apostrophe; not the signs that stand among them.
_LATIN = re.compile("[À-ÖØ-öø-ſ’]")
_WORD = re.compile(r"[^\W\d_]+")


def name_of(read: str, names: Collection[str] = ()) -> str:
    """Return a name as it was meant, of one that was read as code page 437.

    Only words that are Cyrillic all through, or Latin, with capitals where words have them, are
    taken for it. Where several pages give such words, it's the one that gives most of the class's
    ``names`` (as ``name_forms.words``); what stays in doubt between scripts stays as it was read.
    """
    try:
        raw = read.encode(_READ_AS)
    except UnicodeError:
        return read
    if raw.isascii():
        return read
    try:
        return raw.decode("utf-8")
    except UnicodeError:
        pass
    cyrillic = _fitting(raw, ("cp866", "cp1251"), _CYRILLIC)
    # Pages that more people have come first.
    latin = _fitting(raw, _LATIN_PAGES, _LATIN)
    fitting = [*cyrillic, *latin]
    known = [sum(word in names for word in words(name)) for name in fitting]
    if any(known):
        return fitting[known.index(max(known))]
    if cyrillic:
        return cyrillic[0] if len(cyrillic) == 1 else read
    return latin[0] if latin else read


def _fitting(raw: bytes, pages: Iterable[str], script: re.Pattern[str]) -> list[str]:
    found = []
    for page in pages:
        try:
            name = raw.decode(page)
        except UnicodeError:
            continue
        if _is_written_in(name, script):
            found.append(name)
    return found


def _is_written_in(name: str, script: re.Pattern[str]) -> bool:
    """Return whether what is beyond ASCII is of a script, and each word is written as words are."""
    if not all(script.match(sign) for sign in name if not sign.isascii()):
        return False
    for word in _WORD.findall(name):
        # Of Cyrillic a word has all its letters, of Latin as many as its language asks for.
        if script is _CYRILLIC and not word.isascii() and not all(map(script.match, word)):
            return False
        if not (word.isascii() or word.islower() or word.isupper() or word.istitle()):
            return False
    return True
