"""Write docs/coverage.md: where each claim, and each row of the article's tables, is taught.

    python tools/coverage.py

A lesson says in its notebook's metadata what it teaches: under ``crossroads``, ``teaches`` lists
groups of ``claims`` with the ``section`` that explains them (its heading), the ``explorer`` that
shows them and the ``items`` that ask (self-checks, or quiz questions such as quiz-03/q4). An
explorer and items may be left out. A row of a table is taught through its claims.
"""

import json
import re
from functools import cache
from pathlib import Path

import crossroads as cr
from crossroads.assignments import bank
from crossroads.lessons.items import read_items
from crossroads.tables import resources

TREE = Path(__file__).resolve().parents[1]
SOURCE = TREE / "src" / "crossroads"
TARGET = TREE / "docs" / "coverage.md"
TABLES = ("roles", "partners", "policies")
#: What teaching takes, and how the document calls it.
PARTS = {"section": "explained", "explorer": "shown", "items": "asked"}


def lessons():
    """The lessons' notebooks, in their order."""
    return sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb"))


def taught():
    """By claim and part, what teaches it: sections and explorers with their lesson, items.

    Raises ``ValueError`` where a lesson says so of what isn't there.
    """
    found = {}
    for path in lessons():
        notebook = json.loads(path.read_text("utf-8"))
        for group in notebook["metadata"]["crossroads"].get("teaches", ()):
            if why := fault(path, group):
                raise ValueError(f"{path.name}, teaches, {group.get('claims')}: {why}")
            values = {
                "section": [f"{path.name[:2]} {group['section']}"],
                "explorer": [group["explorer"]] if "explorer" in group else [],
                "items": group.get("items", []),
            }
            for claim in group["claims"]:
                for part, texts in values.items():
                    own = found.setdefault(claim, {}).setdefault(part, [])
                    own += [text for text in texts if text not in own]
    return found


def fault(path, group):
    """What is wrong with a group; empty where all that it names is there."""
    if unknown := group.keys() - {"claims", *PARTS}:
        return f"there is no field {min(unknown)}"
    text = sections(path).get(group.get("section"))
    if text is None:
        return f"there is no section called {group.get('section')!r}"
    for claim in group["claims"]:
        if not re.search(rf"\b{claim}\b", text):
            return f"its section doesn't name {claim}"
    if "explorer" in group and f"cr.{group['explorer']}(" not in source(path):
        return f"no cell shows {group['explorer']}"
    if strange := [item for item in group.get("items", ()) if item not in items()]:
        return f"there is no item {strange[0]}"
    return ""


def sections(path):
    """What stands under each heading of a notebook, with what stands under those below it."""
    text = re.sub(r"^```.*?^```$", "", source(path), flags=re.M | re.S)
    heads = [*re.finditer(r"^(##+) (.+)$", text, re.M)]
    found = {}
    for place, head in enumerate(heads):
        after = (h.start() for h in heads[place + 1 :] if len(h[1]) <= len(head[1]))
        found[head[2].strip()] = text[head.end() : next(after, len(text))]
    return found


@cache
def items():
    """The ids of all self-checks and quiz questions."""
    checks = (TREE / "lessons" / "checks").glob("*.yml")
    ids = {id_ for path in checks for id_ in read_items(path)}
    folders = (TREE / "assignments").iterdir()
    return ids | {item.code for folder in folders if folder.is_dir() for item in bank.read(folder)}


def rows():
    """The rows of the article's three tables: code, what it says, its claims."""
    claims = cr.load("claims")
    for name in TABLES:
        for cells in cr.load(name).itertuples(index=False):
            own = claims.loc[claims["table_row"] == cells[0], "id"]
            yield cells[0], "; ".join(cells[1:]), [*own]


def of_row(found, claims):
    """What teaches a row: all that teaches one of its claims."""
    together = {part: [] for part in PARTS}
    for claim in claims:
        for part, texts in found.get(claim, {}).items():
            together[part] += [text for text in texts if text not in together[part]]
    return together


def missing(own):
    """Which of the three a claim or row lacks."""
    return [word for part, word in PARTS.items() if not own.get(part)]


def source(path):
    """A notebook's text and code."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def page():
    """The document as it should stand."""
    found = taught()
    claims = cr.load("claims")
    head = f"{' | '.join(PARTS.values())} | missing |"
    lines = [
        "# What is taught where",
        "",
        "This page is for teachers and contributors. It shows where the course teaches each claim",
        "of the article and each row of its tables, and which lessons and questions use a data",
        "table.",
        "",
        "A claim is *explained* in a section of a lesson, *shown* in an explorer, and *asked* by",
        "a self-check or a quiz question. The claim sorter and the evidence board contain all",
        "claims, and the table explorer contains all rows. They are listed only where a lesson",
        "uses them for this claim. The last column shows what is missing. A row is taught through",
        "its claims, and nothing may be missing from it.",
        "",
        "`python tools/coverage.py` writes this page from the lessons' metadata.",
        "",
        "## Claims",
        "",
        f"| claim | says | {head}",
        "|---|---|---|---|---|---|",
    ]
    for code, says in zip(claims["id"], claims["claim"], strict=True):
        lines.append(row(code, says, found.get(code, {})))
    lines += [
        "",
        "## Rows of the tables",
        "",
        f"| row | says | claims | {head}",
        "|---|---|---|---|---|---|---|",
    ]
    for code, says, own in rows():
        lines.append(row(code, f"{says} | {', '.join(own)}", of_row(found, own)))
    lines += [
        "",
        "## Tables",
        "",
        "This list shows what reads each data table. A lesson reads it with `cr.load` or through",
        "an explorer, and a self-check or an assignment reads it in its key. When a table",
        "changes, read these texts again.",
        "",
        "| table | explorers | lessons | self-checks | assignments |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {name} | {' | '.join(users(name))} |" for name in sorted(resources())]
    return "\n".join(lines) + "\n"


def users(name):
    """The explorers, lessons, self-checks and assignments that read a table, each as one text."""
    loads = re.compile(rf"""(?:load|by_country|by_indicator)\(\\?["']{name}\\?["'][),]""")
    if name == "countries":
        loads = re.compile(rf"{loads.pattern}|\bcountries\(")
    public = (SOURCE / "__init__.pyi").read_text("utf-8")
    homes = re.findall(r"from \.explorers\.(\w+) import (\w+)", public)
    folder = SOURCE / "explorers"
    # An explorer is a module, or a folder of its own.
    explorers = {
        path.relative_to(folder).with_suffix("").parts[0]
        for path in folder.rglob("*.py")
        if loads.search(path.read_text("utf-8"))
    }
    shows = {function for module, function in homes if module in explorers}
    in_lessons = [
        path.name[:2]
        for path in lessons()
        if loads.search(source(path))
        or any(f"cr.{function}(" in source(path) for function in shows)
    ]
    checks = [
        path.stem
        for path in sorted((TREE / "lessons" / "checks").glob("*.yml"))
        if loads.search(path.read_text("utf-8"))
    ]
    assignments = [
        path.stem
        for path in sorted((TREE / "assignments").glob("*/*.ipynb"))
        if loads.search(source(path))
    ]
    return [", ".join(names) for names in (sorted(explorers), in_lessons, checks, assignments)]


def row(code, says, own):
    """One line of a table."""
    where = ["; ".join(own.get(part, [])) for part in PARTS]
    return f"| {code} | {says} | {' | '.join([*where, ', '.join(missing(own))])} |"


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
