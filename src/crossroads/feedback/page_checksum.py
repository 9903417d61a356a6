"""Pages that can be told from those somebody changed: each holds the checksum of the rest of it."""

from __future__ import annotations

import hashlib
import re

#: What marks a page as ours, with the checksum of the rest: one that was changed since isn't.
_MARK = '<meta name="generator" content="crossroads feedback {}">'


def with_checksum(page: str) -> str:
    """Return a page, with what marks it as ours."""
    text = str(page)
    mark = _MARK.format(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    return text.replace("<title>", f"{mark}<title>", 1)


def ours(text: str) -> bool:
    """Return whether a page is one of ours, and as it was written."""
    found = re.search(_MARK.format("([0-9a-f]{64})"), text)
    if not found:
        return False
    rest = text.replace(found[0], "", 1)
    return hashlib.sha256(rest.encode("utf-8", "replace")).hexdigest() == found[1]
