"""Print what a newcomer waits for: set-up from nothing, a second start, imports, a first cell.

    python benchmarks/startup.py [--cold]

``--cold`` makes a whole new environment in a temporary clone, twice: with nothing in the package
manager's cache, and with what the first time put there.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).parents[1]
FIRST_CELLS = {
    "import crossroads": "import crossroads as cr",
    "… and load a table": "import crossroads as cr; cr.load('claims')",
    "… and show an explorer": "import crossroads as cr; cr.table_explorer()",
    "pandas alone, to compare": "import pandas",
}


def seconds(command: list[str], cwd: Path, **more: str) -> float:
    """How long a command takes, with ``more`` in its environment; it must succeed."""
    began = time.perf_counter()
    own = {**os.environ, **more}
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, env=own)
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each start."""
    bootstrap = [sys.executable, "tools/bootstrap.py"]
    if "--cold" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            subprocess.run(["git", "clone", "--quiet", TREE, clone], check=True)
            cache = {"UV_CACHE_DIR": f"{folder}/uv", "PIP_CACHE_DIR": f"{folder}/pip"}
            print(f"set-up, nothing in the cache: {seconds(bootstrap, clone, **cache):.1f} s")
            shutil.rmtree(clone / ".venv")
            print(f"set-up, packages in the cache: {seconds(bootstrap, clone, **cache):.1f} s")
            print(f"set-up again: {seconds(bootstrap, clone, **cache):.2f} s")
    bare = statistics.median(seconds([sys.executable, "-c", ""], TREE) for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        for name, code in FIRST_CELLS.items():
            command = [sys.executable, "-c", code]
            taken = statistics.median(seconds(command, Path(folder)) for _ in range(5)) - bare
            print(f"{name}: {taken:.2f} s")


if __name__ == "__main__":
    main()
