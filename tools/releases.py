"""Write the quizzes as they are handed out into the package, for ``crossroads check``.

    .venv/bin/python tools/releases.py

They hold no keys: nbgrader takes solutions and hidden tests out. ``tests/test_handin.py`` compares
them with the sources.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from crossroads.course import assignments_dir, release
from crossroads.handin import RELEASES


def main() -> None:
    """Release every assignment of the checkout, and put it into the package."""
    sources = sorted((assignments_dir() or Path()).iterdir())
    RELEASES.mkdir(exist_ok=True)
    for old in RELEASES.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as workshop:
        for folder in sources:
            made = release(folder, Path(workshop))
            (RELEASES / f"{folder.name}.json").write_bytes(made.read_bytes())


if __name__ == "__main__":
    main()
