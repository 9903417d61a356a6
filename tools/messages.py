"""Messages for translators: collect them from the sources, bring catalogues up to date, compile.

    python tools/messages.py            update every catalogue, and compile it
    python tools/messages.py --new ky   begin a language

The pen, which asks no server, carries its own words: ``jupyterlab-extension/src/words.json``, for
``make pen``.
There are two domains. ``crossroads`` holds what controls, charts and feedback say; ``items`` holds
the self-checks of the lessons. A language is a folder ``src/crossroads/locale/LANGUAGE``.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

TREE = Path(__file__).parents[1]
PACKAGE = TREE / "src" / "crossroads"
LOCALE = PACKAGE / "locale"
DOMAINS = ("crossroads", "items")
#: The functions of ``crossroads.i18n``, and how many texts each begins with.
WORDS_OF = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2}
PEN = tuple(
    f"jupyterlab-extension/src/{name}.ts"
    for name in ("courses", "explain", "panel", "predict", "view")
)
#: What an item says to a learner.
ITEM = ("prompt", "why", "hint", "unit")


@cache
def messages(domain: str) -> list[tuple[str, object, str | None, list[str]]]:
    """Every message of a domain: where it stands, the message, its context, comments."""
    return [*_messages(domain)]


def _messages(domain: str) -> Iterator[tuple[str, object, str | None, list[str]]]:
    if domain == "items":
        for path in sorted((TREE / "lessons" / "checks").glob("*.yml")):
            for item in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader):
                yield from ((_name(path), text, None, [item["id"]]) for text in texts(item))
        return
    scripts = sorted((PACKAGE / "static").glob("*.js"))
    for path in (*sorted(PACKAGE.rglob("*.py")), *scripts):
        if path.suffix == ".js":
            yield from ((_name(path), message, None, []) for message in script(path))
        else:
            tree = ast.parse(path.read_text("utf-8"))
            yield from ((_name(path), *called) for called in calls(tree))
    for path in sorted((PACKAGE / "web" / "templates").rglob("*.html")):
        yield from ((_name(path), *called) for called in in_template(path.read_text("utf-8")))
    for name in PEN:
        yield from ((name, message, None, []) for message in script(TREE / name))
    for path in sorted((TREE / "website").glob("*.py")):
        yield from ((_name(path), *c) for c in calls(ast.parse(path.read_text("utf-8"))))
    for path in sorted((TREE / "website" / "template").glob("*.html.j2")):
        yield from ((_name(path), *called) for called in in_template(path.read_text("utf-8")))
    for file, columns in (("countries", ["name"]), ("organisations", ["name"])):
        path = TREE / "data" / "world" / f"{file}.csv"
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield from ((_name(path), row[column], None, []) for column in columns)


def script(path: Path) -> list[str]:
    """The messages of a script."""
    found = extract_from_file("javascript", path, keywords={"_": None})
    return [str(message) for _line, message, *_more in found]


def pen() -> str:
    """The pen's words in every language, as JSON."""
    said = {}
    for path in catalogues():
        if path.stem == "crossroads":
            catalog = read(path)
            direction = catalog.get("ltr", "direction of writing: ltr or rtl")
            messages_ = [message for name in PEN for message in script(TREE / name)]
            words = {message: catalog.get(message) for message in messages_}
            said[path.parts[-3]] = {
                "dir": str(direction.string) if direction else "ltr",
                "words": {m: found.string for m, found in words.items() if found and found.string},
            }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def calls(node: ast.AST) -> Iterator[tuple[object, str | None, list[str]]]:
    """The messages in a Python source, in order. Babel's reader overlooks those in f-strings."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        given = [a.value for a in node.args if isinstance(a, ast.Constant)]
        said = [text for text in given if isinstance(text, str)]
        wanted = WORDS_OF.get(name, 0)
        if wanted and len(said) >= wanted:
            context = said.pop(0) if name == "pgettext" else None
            yield (tuple(said[:2]) if name == "ngettext" else said[0]), context, []
    for child in ast.iter_child_nodes(node):
        yield from calls(child)


def in_template(source: str) -> Iterator[tuple[object, str | None, list[str]]]:
    """The messages in a Jinja template, in order."""
    node = Environment().parse(source)
    for _line, name, texts in extract_from_ast(node, WORDS_OF, babel_style=False):
        said = list(texts) if isinstance(texts, tuple) else [texts]
        context = said.pop(0) if name == "pgettext" else None
        yield (tuple(said[:2]) if name == "ngettext" else said[0]), context, []


def texts(item: dict[str, Any]) -> Iterator[str]:
    """What a self-check says: question, options, explanations, answers that are to be typed."""
    yield from (str(item[name]) for name in ITEM if item.get(name))
    for option in item.get("options", []):
        yield from (str(option["text"]), str(option["why"]))
    yield from map(str, item.get("left", {}).values())
    yield from (str(slip["why"]) for slip in item.get("slips", []))
    if item.get("kind") == "text":
        yield from (str(slip["answer"]) for slip in item.get("slips", []))
    yield from map(str, item.get("accept", []))


def template(domain: str) -> Catalog:
    """All messages of a domain without a translation. Line numbers are left out: they'd change."""
    catalog = Catalog(
        domain=domain,
        project="Crossroads",
        version="0.1.0",
        copyright_holder="The Crossroads authors",
        fuzzy=False,
        # A date of making would be a change without a change.
        creation_date=datetime(2026, 11, 25, tzinfo=UTC),
    )
    for path, message, context, comments in messages(domain):
        if message:
            catalog.add(message, locations=[(path, None)], context=context, auto_comments=comments)
    return catalog


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file's contents."""
    file = io.BytesIO()
    write_po(file, catalog, width=99, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def read(path: Path) -> Catalog:
    """The catalogue in a ``.po`` file, or the messages in a template."""
    language = path.parts[-3] if path.suffix == ".po" else None
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=path.stem)


def updated(path: Path) -> Catalog:
    """A ``.po`` file's catalogue with the messages that the sources have now.

    A message that has changed slightly keeps its translation, marked as fuzzy: it isn't used until
    somebody has looked at it.
    """
    catalog = read(path)
    catalog.update(template(path.stem), update_creation_date=False)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def catalogues() -> list[Path]:
    """The ``.po`` files of all languages."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def begin(language: str) -> None:
    """Make empty catalogues for a language."""
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    for domain in DOMAINS:
        path = folder / f"{domain}.po"
        if not path.exists():
            fresh = template(domain)
            begun = Catalog(locale=language, domain=domain, project="Crossroads", fuzzy=False)
            begun.header_comment = f"# Crossroads in {language}.\n#"
            begun.creation_date = fresh.creation_date
            begun.update(fresh)
            path.write_bytes(written(begun))


def main() -> None:
    parser = argparse.ArgumentParser(description="Update the catalogues of messages.")
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a language, such as ky")
    arguments = parser.parse_args()
    for domain in DOMAINS:
        (LOCALE / f"{domain}.pot").write_bytes(written(template(domain)))
    if arguments.new:
        begin(arguments.new)
    for path in catalogues():
        catalog = updated(path)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        done = sum(1 for message in catalog if message.id and message.string and not message.fuzzy)
        print(f"{_name(path)}: {done} of {len(catalog)} messages translated")
    (TREE / "jupyterlab-extension" / "src" / "words.json").write_text(pen(), "utf-8")


def _name(path: Path) -> str:
    return path.relative_to(TREE).as_posix()


if __name__ == "__main__":
    main()
