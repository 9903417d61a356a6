"""Before submitting: is a graded notebook complete, undamaged, and does it run?

It is read, mended and run as grading does it, by the same functions; only the tests are those that
students see. What is found is said in plain words, with what to do. No key is needed for it, and
none is known.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

RUNNING = "CROSSROADS_READY"


def ready(name: str) -> None:
    """Say whether the notebook ``name`` can be submitted, from within it. Save it first.

    Where no person sits before it (a notebook being graded or checked), nothing happens.
    """
    here = os.environ.get("JPY_SESSION_NAME", "") or _vs_code()
    if os.environ.get(RUNNING) or not here:
        return
    path = Path(here)
    if path.suffix != ".ipynb":
        path = Path(f"{name}.ipynb")
    # Only here: where nobody sits before the notebook, its last cell must cost nothing.
    from .reading import read
    from .reporting import report

    found = read(path, name)
    print(report(name, found.problems, compared=found.compared))


def _vs_code() -> str:
    """VS Code tells a notebook's path in a variable of the notebook's own."""
    main = sys.modules.get("__main__")
    return str(getattr(main, "__vsc_ipynb_file__", ""))
