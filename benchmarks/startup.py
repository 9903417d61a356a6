"""Print what a newcomer waits for: set-up from nothing, a second start, imports, a first cell.

    python benchmarks/startup.py [--cold]

``--cold`` makes a whole new environment in a temporary clone, which takes minutes.
"""

from __future__ import annotations

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


def seconds(command: list[str], cwd: Path) -> float:
    """How long a command takes; it must succeed."""
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each start."""
    bootstrap = [sys.executable, "tools/bootstrap.py"]
    if "--cold" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            subprocess.run(["git", "clone", "--quiet", TREE, clone], check=True)
            print(f"set-up from nothing: {seconds(bootstrap, clone):.1f} s")
            print(f"set-up again: {seconds(bootstrap, clone):.2f} s")
    bare = statistics.median(seconds([sys.executable, "-c", ""], TREE) for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        for name, code in FIRST_CELLS.items():
            command = [sys.executable, "-c", code]
            taken = statistics.median(seconds(command, Path(folder)) for _ in range(5)) - bare
            print(f"{name}: {taken:.2f} s")


if __name__ == "__main__":
    main()
