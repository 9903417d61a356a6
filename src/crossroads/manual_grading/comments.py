"""The bank of comments: ``comments.yml`` in the course directory, plain YAML to be edited by hand.

Lists of texts by where they fit: an item such as ``quiz-03/q15``, or ``everywhere``.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from ..course import Course, write_whole

EVERYWHERE = "everywhere"
_HEAD = """\
# Comments to use again when marking: lists of texts, by item (such as quiz-03/q15) or everywhere.
# The marking desk adds and changes them; so can you. It keeps no other notes of this file.
"""


def read(course: Path) -> dict[str, list[str]]:
    """The comments by item; raises ``ValueError`` for a file that isn't such lists."""
    path = Course(course).comments
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text("utf-8")) or {}
        good = all(isinstance(texts, list) for texts in found.values())
    except (yaml.YAMLError, AttributeError, UnicodeDecodeError):
        good = False
    if not good:
        raise ValueError(
            f"{path} can't be read: it should hold lists of comments, such as quiz-03/q15: [...]"
        )
    return {str(code): [str(text) for text in texts] for code, texts in found.items()}


def fitting(course: Path, code: str) -> list[tuple[str, str]]:
    """The comments for an item as (where, text): its own, then those for everywhere."""
    found = read(course)
    return [(where, text) for where in (code, EVERYWHERE) for text in found.get(where, [])]


def change(course: Path, where: str, old: str, new: str) -> None:
    """Put a comment in another one's place: "" as ``old`` adds it, as ``new`` removes the old.

    Raises ``ValueError`` where the file can't be read; then it's left as it is.
    """
    found = read(course)
    texts, new = found.setdefault(where, []), new.strip()
    if old in texts:
        place = texts.index(old)
        texts[place : place + 1] = [new] if new and new not in texts else []
    elif new and new not in texts:
        texts.append(new)
    plain = {code: own for code, own in found.items() if own}
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=92)
    write_whole(Course(course).comments, _HEAD + (text if plain else ""))
