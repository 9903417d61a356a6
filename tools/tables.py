"""Bring the lists of tables up to date after one was added or changed.

    .venv/bin/python tools/tables.py

It writes each file's hash into ``data/datapackage.json``, a line for each new card into
``data/README.md``, and ``docs/coverage.md``.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[1]
DATA = TREE / "data"


def main() -> None:
    """Write what follows from the description of the tables."""
    path = DATA / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for entry in package["resources"]:
        content = (DATA / entry["path"]).read_bytes()
        entry["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8")
    index = DATA / "README.md"
    index.write_text(indexed(index.read_text("utf-8"), package["resources"]), "utf-8")
    subprocess.run([sys.executable, TREE / "tools" / "coverage.py"], check=True)


def indexed(text: str, resources: list[dict[str, Any]]) -> str:
    """The list of cards with a line for each that has none yet; what stands there stays."""
    lines = text.splitlines(keepends=True)
    end = max(n for n, line in enumerate(lines) if "](cards/" in line) + 1
    new = [
        f"| [{e['name']}](cards/{e['name']}.md) | {e['title']} | {licences(e)} |\n"
        for e in resources
        if (DATA / "cards" / f"{e['name']}.md").is_file() and f"(cards/{e['name']}.md)" not in text
    ]
    return "".join([*lines[:end], *new, *lines[end:]])


def licences(entry: dict[str, Any]) -> str:
    """An entry's licences by name."""
    return ", ".join(licence["name"] for licence in entry["licenses"])


if __name__ == "__main__":
    main()
