"""Write the locked lists from the one list in pyproject.toml, without any address in them.

    .venv/bin/python tools/lock.py [--upgrade]

What is locked stays as it is where it can; ``--upgrade`` takes the newest versions.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
#: For every system and each Python that the course supports, whatever this one is.
COMMON = ["--universal", "--python-version=3.11", "--no-emit-index-url", "--no-header"]
COMMON += ["--no-annotate", "--quiet"]
#: What each file is for, in the tree: hashed for pip, plain as constraints for conda and Binder.
FILES = {
    "requirements/dev.txt": ["--all-extras", "--generate-hashes"],
    "requirements/course.txt": [
        "--extra",
        "build",
        "--generate-hashes",
        "-c",
        "requirements/dev.txt",
    ],
    "requirements/hub.txt": [
        *("--extra", "build", "--extra", "hub", "--extra", "cluster", "--extra", "lti"),
        *("--extra", "postgresql"),
        *("--generate-hashes", "-c", "requirements/dev.txt"),
    ],
    "requirements/constraints.txt": ["--extra", "build", "-c", "requirements/dev.txt"],
}


def main() -> None:
    """Compile the files; the development list first, and the others pinned to it."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    for name, options in FILES.items():
        command = [str(UV), "pip", "compile", "pyproject.toml", *COMMON, *options, "-o", name]
        subprocess.run([*command, *upgrade], cwd=TREE, check=True)


if __name__ == "__main__":
    main()
