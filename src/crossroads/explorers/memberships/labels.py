"""Lists and standings in words."""

from __future__ import annotations

from collections.abc import Sequence

from ...i18n import _


def listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])


def in_words(standing: str) -> str:
    return _("not in it") if standing == "none" else _(standing)
