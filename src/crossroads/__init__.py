"""Crossroads: reading Tajikistan's South Asia outreach with data.

A notebook needs ``import crossroads as cr`` and pandas. Names are imported on first use,
so the import itself is quick. Which names there are, and where they live: ``__init__.pyi``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
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
    if name in _MODULES:
        value = import_module(f".{_MODULES[name]}", __name__)
    elif name not in __all__ and _is_explorer(name):
        value = getattr(import_module(f".explorers.{name}", __name__), name)
    else:
        return _lazy(name)
    globals()[name] = value
    return value


def _is_explorer(name: str) -> bool:
    """Whether a module of explorers has a function of its own name: it needs no line above."""
    module = Path(__file__).parent / "explorers" / f"{name}.py"
    return module.is_file() and f"\ndef {name}(" in module.read_text("utf-8")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
