"""The bank of comments: ``comments.yml`` in the course directory, plain YAML to be edited by hand.

Lists of texts by where they fit: an item such as ``quiz-03/q15``, or ``everywhere``.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import yaml

from ..assignments import bank
from ..course import Course, sources, write_whole
from ..grading import checked_yaml
from ..grading.checked_yaml import is_null, line, text

EVERYWHERE = "everywhere"
_HEAD = """\
# Comments to use again when marking: lists of texts, by item (such as quiz-03/q15) or everywhere.
# The marking desk adds and changes them; so can you. It deletes other lines that begin with #.
"""


def read(course: Path) -> dict[str, list[str]]:
    """Return the comments by item.

    Raises ``ValueError`` that says which line isn't such a list, or is for no question.
    """
    path = Course(course).comments
    if not path.is_file():
        return {}
    reader, found = checked_yaml.Reader(path.name), {}
    given = reader.optional(reader.root(path.read_bytes()), "the file")
    names = checked_yaml.Names(path.name)
    for code, node in given.items():
        if code != EVERYWHERE:
            _check(course, code, line(node), names)
        nodes = [] if is_null(node) else node.value
        if not is_null(node) and (node.id != "sequence" or any(n.id != "scalar" for n in nodes)):
            why = f"{code} needs a list of comments: {code}: [One., Another.]"
            raise reader.wrong(node, why)
        found[code] = [text(one) for one in nodes]
    names.settle()
    return found


def _check(course: Path, code: str, at: int, names: checked_yaml.Names) -> None:
    """Note a name that is no question's, with the one that may be meant."""
    folders = sources(course)
    quiz = code.partition("/")[0]
    known = [EVERYWHERE, *folders]
    if quiz in folders:
        known = [item.code for item in bank.read(folders[quiz])]
    if code not in known or "/" not in code:
        near = difflib.get_close_matches(code, [k for k in known if k != code], 1)
        hint = f"did you mean {near[0]}?" if near else f"write {EVERYWHERE} or a question"
        example = f", such as {known[-1]}" if quiz in folders and not near else ""
        names.say_wrong(at, f"{code!r} is not a question of this course; {hint}{example}")


def fitting(course: Path, code: str) -> list[tuple[str, str]]:
    """Return the comments for an item as (where, text): its own, then those for everywhere."""
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
    dumped = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=92)
    write_whole(Course(course).comments, _HEAD + (dumped if plain else ""))
