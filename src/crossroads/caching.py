"""Results that are remembered, where the same short texts are read again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

#: Letters of a text that is too long to be remembered.
LONG = 4000


def short_text_cache(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """``functools.lru_cache`` for a function of one text: it remembers ``most`` short texts.

    A quiz's own cells come with every submission, and a class's are much alike; longer texts would
    fill the memory, and are read anew. What the function returns is handed out again: it must be
    something that can't be changed.
    """

    def remembering(function: Callable[[str], T]) -> Callable[[str], T]:
        remembered = lru_cache(most)(function)

        @wraps(function)
        def wrapper(text: str) -> T:
            return remembered(text) if len(text) < LONG else function(text)

        return wrapper

    return remembering
