"""Write docs/coverage.md: where each claim, and each row of the article's tables, is taught.

    python tools/coverage.py

A claim counts as taught where a lesson, a self-check or a quiz names it by its code.
"""

import json
import re
from pathlib import Path

import crossroads as cr
from crossroads.tables import resources

TREE = Path(__file__).resolve().parents[1]
SOURCE = TREE / "src" / "crossroads"
TARGET = TREE / "docs" / "coverage.md"
TABLES = ("roles", "partners", "policies")
CODE = re.compile(r"\b(?:A\d\d|T[1-3]\.[1-3])\b")


def places():
    """Each code with the lessons, self-check files and assignments that name it."""
    found = {}

    def note(kind, name, text):
        for code in set(CODE.findall(text)):
            found.setdefault(code, {}).setdefault(kind, []).append(name)

    for path in sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb")):
        note("lessons", path.name[:2], source(path))
    for path in sorted((TREE / "lessons" / "checks").glob("*.yml")):
        note("self-checks", path.stem, path.read_text("utf-8"))
    for path in sorted((TREE / "assignments").glob("*/*.ipynb")):
        note("assignments", path.stem, source(path))
    return found


def source(path):
    """A notebook's text and code."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def page():
    """The document as it should stand."""
    found = places()
    claims = cr.load("claims")
    lines = [
        "# What is taught where",
        "",
        "Written by `python tools/coverage.py`. Every claim is in the claim sorter, every cell of",
        "the three tables in the table explorer; the columns say which lessons, self-checks and",
        "assignments name the claim or the row.",
        "",
        "## Claims",
        "",
        "| claim | says | lessons | self-checks | assignments |",
        "|---|---|---|---|---|",
    ]
    lines += [
        row(code, says, found) for code, says in zip(claims["id"], claims["claim"], strict=True)
    ]
    lines += [
        "",
        "## Rows of the tables",
        "",
        "| row | says | claims | lessons | self-checks | assignments |",
        "|---|---|---|---|---|---|",
    ]
    for name in TABLES:
        for cells in cr.load(name).itertuples(index=False):
            code = cells[0]
            here = ", ".join(claims.loc[claims["table_row"] == code, "id"])
            lines.append(row(code, f"{'; '.join(cells[1:])} | {here}", found))
    lines += [
        "",
        "## Tables",
        "",
        "Who reads which table: a lesson by `cr.load` or through an explorer, a self-check or an",
        "assignment in its key. When a table changes, these are the texts to read again.",
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
    lessons = [
        path.name[:2]
        for path in sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb"))
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
    return [", ".join(names) for names in (sorted(explorers), lessons, checks, assignments)]


def row(code, says, found):
    """One line of a table."""
    where = [
        ", ".join(found.get(code, {}).get(k, [])) for k in ("lessons", "self-checks", "assignments")
    ]
    return f"| {code} | {says} | {' | '.join(where)} |"


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
