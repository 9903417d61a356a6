"""What the quiz's own cells set up, kept and put back where a student's cells took it away.

``set_up_names`` says for each step what it needs. This runs beside a student's code, and decides
about nothing but that code's own names.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

#: What was set up, by name; and what stood in its place before it was put back.
_kept: dict[str, Any] = {}
_before: dict[str, Any] = {}


def keep(space: Mapping[str, Any], names: Iterable[str]) -> None:
    """Remember what some names are now."""
    _kept.update({name: space[name] for name in names if name in space})


def put_back(space: MutableMapping[str, Any], back: Mapping[str, Iterable[str]], own: bool) -> None:
    """Give names what was set up where a step can do nothing with what they are.

    A student's step needs a name that is gone, or attributes that its value hasn't got; the quiz's
    ``own`` needs its modules as they were, and Python's own functions.
    """
    for name, attributes in back.items():
        if name in _kept:
            kept = _kept[name]
            if name not in space:
                space[name] = kept
            elif space[name] is not kept and _is_needed(space[name], kept, attributes, own):
                _before[name], space[name] = space[name], kept
        elif own and name in space and hasattr(builtins, name) and not callable(space[name]):
            _before[name] = space.pop(name)


def _is_needed(now: Any, kept: Any, attributes: Iterable[str], own: bool) -> bool:
    if not isinstance(kept, types.ModuleType):
        return False
    return own or any(hasattr(kept, name) and not _has(now, name) for name in attributes)


def _has(value: Any, attribute: str) -> bool:
    try:
        return hasattr(value, attribute)
    except Exception:
        return False


def give_back(space: MutableMapping[str, Any]) -> None:
    """Give names what they were before ``put_back``, unless the step changed them itself."""
    for name, value in _before.items():
        if name not in space or space[name] is _kept.get(name, value):
            space[name] = value
    _before.clear()


@contextmanager
def in_place(space: MutableMapping[str, Any], step: Mapping[str, Any]) -> Iterator[None]:
    """What a step needs is there within; what it set up is kept after it."""
    put_back(space, step.get("back", {}), step.get("own", False))
    yield
    give_back(space)
    keep(space, step.get("keep", ()))
