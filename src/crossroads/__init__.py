"""Crossroads: courses in Jupyter, with self-checks, quizzes, and grading around nbgrader.

A notebook needs ``import crossroads as cr`` and pandas. Names are imported on first use,
so the import itself is quick. Which names there are, and where they live: ``__init__.pyi``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import lazy_loader

__version__ = "0.2.0"

_lazy, _, __all__ = lazy_loader.attach_stub(__name__, __file__)

#: Modules under another name than their own, which the loader can't do; the last two are what
#: notebooks that people have call a module.
_MODULES = {
    "answers": "questions.answers",
    "memo": "assignments.capstone",
    "analysis": "item_analysis",
    "desk": "manual_grading",
    "hub": "classroom.hub",
}
__all__ += ["answers", "memo"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        return _lazy(name)
    module = globals()[name] = import_module(f".{_MODULES[name]}", __name__)
    return module


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def _attend_to_errors() -> None:
    """Tell a slip in one line, in a notebook whose kernel doesn't do so from its start."""
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        # The import itself stays quick elsewhere.
        from .lessons.tracebacks import load_ipython_extension

        load_ipython_extension(shell)


_attend_to_errors()
