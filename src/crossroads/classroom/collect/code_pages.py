"""File names of zips that don't say how their letters are written.

Only with a flag are they UTF-8. Without it, macOS writes UTF-8 all the same, Windows Explorer and
7-Zip the DOS code page of the machine (866 where Russian is spoken), others its Windows code page.
"""

from __future__ import annotations

import re

#: What Python's ``zipfile`` reads names as where the flag isn't set.
_READ_AS = "cp437"
_CYRILLIC = re.compile("[А-Яа-яЁёҒғӢӣҚқӮӯҲҳҶҷІіЇїЄєЎў]")
_WORD = re.compile(r"[^\W\d_]+")


def name_of(read: str) -> str:
    """A name as it was meant, of one that was read as code page 437.

    Only words that are Cyrillic all through, with capitals where words have them, are taken for
    it; what stays in doubt keeps the name as it was read.
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
    fitting = []
    for page in ("cp866", "cp1251"):
        try:
            name = raw.decode(page)
        except UnicodeError:
            continue
        if _is_cyrillic(name):
            fitting.append(name)
    return fitting[0] if len(fitting) == 1 else read


def _is_cyrillic(name: str) -> bool:
    """Whether all letters and signs beyond ASCII are Cyrillic, and each word is written as one."""
    beyond = [sign for sign in name if not sign.isascii()]
    if not all(_CYRILLIC.match(sign) for sign in beyond):
        return False
    words = [word for word in _WORD.findall(name) if not word.isascii()]
    return all(word.islower() or word.isupper() or word.istitle() for word in words) and all(
        all(_CYRILLIC.match(sign) for sign in word) for word in words
    )
