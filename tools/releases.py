"""Write the quizzes as they are handed out into the package: for learners, and for checks.

    .venv/bin/python tools/releases.py [ASSIGNMENT ...]

All of them, or those that are named. A source whose cells were added or taken away also gets its
list of cells anew. They hold no keys: nbgrader takes solutions and hidden tests out.
``tests/assignments/test_sources.py`` makes them again and compares.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from crossroads.assignments.bank import grade_ids
from crossroads.course import (
    RELEASES,
    SOURCES,
    assignments_dir,
    digest,
    quiz_forms,
    release_with_nbgrader,
)


def main(named: list[str]) -> None:
    """Release assignments of the checkout, and put them into the package."""
    sources = sorted(path for path in (assignments_dir() or Path()).iterdir() if path.is_dir())
    if unknown := set(named) - {folder.name for folder in sources}:
        sys.exit(f"There is no assignment called {', '.join(sorted(unknown))}.")
    for folder in sources:
        if not named or folder.name in named:
            list_cells(folder / f"{folder.name}.ipynb")
    # Nobody should know the questions of a retake before it.
    names = {folder.name for folder in sources}
    sources = [one for one in sources if quiz_forms.letter(one.name, names) == "A"]
    RELEASES.mkdir(exist_ok=True)
    for old in RELEASES.glob("*.json"):
        if old.stem not in {folder.name for folder in sources}:
            old.unlink()
    with tempfile.TemporaryDirectory() as workshop:
        for folder in sources:
            if not named or folder.name in named:
                made = release_with_nbgrader(folder, Path(workshop))
                (RELEASES / f"{folder.name}.json").write_bytes(made.read_bytes())
    kept = (RELEASES / SOURCES).read_text("utf-8") if named else ""
    made_of = {name: digest_ for digest_, name in map(str.split, kept.splitlines())}
    for folder in sources:
        if not named or folder.name in named:
            made_of[folder.name] = digest(folder / f"{folder.name}.ipynb")
    lines = [f"{made_of[name]}  {name}\n" for name in sorted(made_of)]
    (RELEASES / SOURCES).write_text("".join(lines), "utf-8")


def list_cells(source: Path) -> None:
    """Bring the list of the cells that nbgrader knows up to date, in the notebook's metadata."""
    notebook = json.loads(source.read_text("utf-8"))
    about = notebook["metadata"]["crossroads"]
    if about["cells"] != grade_ids(notebook):
        about["cells"] = grade_ids(notebook)
        source.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
