"""Write the quizzes as they are handed out into the package: for learners, and for checks.

    .venv/bin/python tools/releases.py

They hold no keys: nbgrader takes solutions and hidden tests out.
``tests/assignments/test_sources.py`` makes them again and compares.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from crossroads.course import RELEASES, SOURCES, assignments_dir, digest, release_with_nbgrader


def main() -> None:
    """Release every assignment of the checkout, and put it into the package."""
    sources = sorted(path for path in (assignments_dir() or Path()).iterdir() if path.is_dir())
    RELEASES.mkdir(exist_ok=True)
    for old in RELEASES.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as workshop:
        for folder in sources:
            made = release_with_nbgrader(folder, Path(workshop))
            (RELEASES / f"{folder.name}.json").write_bytes(made.read_bytes())
    made_of = [f"{digest(folder / f'{folder.name}.ipynb')}  {folder.name}\n" for folder in sources]
    (RELEASES / SOURCES).write_text("".join(made_of), "utf-8")


if __name__ == "__main__":
    main()
