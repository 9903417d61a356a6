"""Look for words that we don't use, and measure how hard our texts are to read.

    python tools/prose.py             list every word that CONTRIBUTING.md's table replaces
    python tools/prose.py --grades    show each text's reading level, and its hardest paragraphs

The table of words in CONTRIBUTING.md is the one list: a word or phrase in its second column is
found in lessons, self-checks, quizzes, guides and messages, with any ending that the table names.
The reading level is the automated readability index (Smith and Senter 1967), as textstat counts it:
about the school grade of a reader. It's shown, and nothing fails for it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from babel.messages.pofile import read_po

TREE = Path(__file__).resolve().parents[1]
TABLE = TREE / "CONTRIBUTING.md"
MESSAGES = TREE / "src" / "crossroads" / "locale" / "crossroads.pot"
GUIDES = ("README.md", "CONTRIBUTING.md", "docs/*.md", "docs/teacher/*.md", "lessons/*.md")
NOTEBOOKS = ("lessons/[0-9]*.ipynb", "assignments/*/*.ipynb")
#: What an editor wrote for a program, not for a reader.
NOT_PROSE = re.compile(r"```.*?```|`[^`\n]+`|\]\([^)]*\)|<[^>]+>", re.S)
#: Keys of self-checks whose texts people read.
READ = ("prompt", "why", "hint", "text", "look", "narrower")


class Text(NamedTuple):
    """A text with where it stands: a file, and what leads to the place in it."""

    file: str
    place: str
    text: str


class Found(NamedTuple):
    """A word that we don't use, where it stands, and what to say."""

    where: Text
    word: str
    say: str


def replaced() -> dict[str, str]:
    """Each word or phrase that we don't use, with what to say instead, from CONTRIBUTING.md."""
    words: dict[str, str] = {}
    rows = TABLE.read_text("utf-8").split("| say | not |")[1].split("\n\n")[0].splitlines()[2:]
    for row in rows:
        say, instead = (cell.strip() for cell in row.strip("|").split("|")[:2])
        words |= dict.fromkeys((word.strip() for word in instead.split(",")), say)
    return words


def texts() -> Iterator[Text]:
    """Everything that students and teachers read in English."""
    for pattern in GUIDES:
        for path in sorted(TREE.glob(pattern)):
            if path.name != "corrections.md":  # It quotes the words that it corrected.
                yield Text(_name(path), "", _without_table(path.read_text("utf-8")))
    for pattern in NOTEBOOKS:
        for path in sorted(TREE.glob(pattern)):
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                if cell["cell_type"] == "markdown":
                    yield Text(_name(path), f"cell {cell['id']}", "".join(cell["source"]))
    for path in sorted(TREE.glob("lessons/checks/*.yml")):
        for item in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader):
            for said in _said(item):
                yield Text(_name(path), item["id"], said)
    with MESSAGES.open("rb") as file:
        for message in read_po(file):
            for said in message.id if isinstance(message.id, tuple) else (message.id,):
                yield Text(_name(MESSAGES), said[:40], said)


def find(words: dict[str, str], said: Text) -> list[Found]:
    """The words in a text that we don't use; code, addresses and tags aside."""
    prose = NOT_PROSE.sub(" ", said.text)
    return [Found(said, word, say) for word, say in words.items() if _pattern(word).search(prose)]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    """A word as it's written, or at the beginning of a sentence."""
    first, rest = word[0], re.escape(word[1:]).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w-])[{first}{first.upper()}]{rest}(?![\w-])")


def grades() -> Iterator[tuple[float, Text]]:
    """Each paragraph of twenty words or more, with its reading level."""
    import textstat

    for said in texts():
        for paragraph in NOT_PROSE.sub(" ", said.text).split("\n\n"):
            plain = re.sub(r"[*_#>|]", "", paragraph).strip()
            if len(plain.split()) >= 20 and not paragraph.lstrip().startswith("|"):
                level = textstat.automated_readability_index(plain)
                yield level, said._replace(text=plain)


def _said(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _said(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, key)
    elif isinstance(value, str) and key in READ:
        yield value


def _without_table(text: str) -> str:
    """A guide without the table that names the words."""
    head, bar, rest = text.partition("| say | not |")
    return head + rest.partition("\n\n")[2] if bar else text


def _name(path: Path) -> str:
    return path.relative_to(TREE).as_posix()


def _show_grades() -> None:
    levels: dict[str, list[tuple[float, Text]]] = {}
    for level, said in grades():
        levels.setdefault(said.file, []).append((level, said))
    for file, found in levels.items():
        easy = sum(level <= 10 for level, _ in found)
        print(f"{file}: {easy} of {len(found)} paragraphs at grade 10 or below")
    print("\nThe hardest:")
    every = sorted((one for found in levels.values() for one in found), reverse=True)
    for level, said in every[:20]:
        print(f"{level:.0f}  {said.file} {said.place}: {said.text[:120]}")


def main() -> int:
    """List what was found; returns 1 if there is something."""
    if "--grades" in sys.argv[1:]:
        _show_grades()
        return 0
    words = replaced()
    found = [one for said in texts() for one in find(words, said)]
    for one in found:
        print(f'{one.where.file} {one.where.place}: "{one.word}": say "{one.say}"')
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
