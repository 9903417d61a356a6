"""Names of people and files as they can be compared, stored and shown."""

from __future__ import annotations

import re
import unicodedata

#: Apostrophes, and what other keyboards and alphabets have in their place.
_APOSTROPHES = re.compile("['`´‘’‛′ʹʻʼʽʾʿˈ＇]")


def without_apostrophes(name: str) -> str:
    """Return a name as platforms write it that leave out what stands for an apostrophe."""
    return _APOSTROPHES.sub("", name)


def words(name: str) -> tuple[str, ...]:
    """Return a name's words without case, accents and order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return tuple(sorted(re.findall(r"[^\W_]+", "".join(c for c in plain if not _marks(c)))))


def _marks(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "MC"


def key(label: str) -> str:
    """Return a name as it's looked up among what a teacher told: words in order, without case."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", label).casefold()))


def safe_name(part: str) -> str:
    """Return a name that can stand in any file system.

    It has no separators and no invisible characters, and is not too long.
    """
    seen = "".join("_" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in part)
    safe = re.sub(r'[<>:"/\\|?*]', "_", seen).strip(". ")[:80]
    return safe if safe.rstrip("_") else "unnamed"


def shown(text: str) -> str:
    """Return a name from an archive as it can be shown on a terminal."""
    seen = "".join("?" if unicodedata.category(c)[0] == "C" else c for c in text)
    return seen if len(seen) <= 70 else f"{seen[:67]}..."
