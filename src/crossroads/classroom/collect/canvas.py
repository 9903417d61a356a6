"""Canvas's file names in a download of all submissions.

From its source (``lib/content_zipper.rb``): ``lastnamefirstname_LATE_12345_67890_quiz-03-1.ipynb``:
the sortable name in small letters without anything between, ``LATE`` if it is, the user's number,
the file's (a later file has a higher one), and the file's name with the attempt's number.
"""

from __future__ import annotations

import re
import unicodedata

from .name_forms import without_apostrophes
from .origin import Origin

_NAME = re.compile(
    r"(?:(?P<name>.*?)_)?(?P<late>LATE_)?(?P<number>\d+|anon_\w+?)_(?P<attachment>\d+)_(?P<file>.+)"
)


def origin_of(path: str) -> Origin | None:
    """Return what a path says; ``None`` if it isn't Canvas's."""
    found = _NAME.fullmatch(path.rpartition("/")[2])
    if not found:
        return None
    about = (found["file"], found["number"], bool(found["late"]), int(found["attachment"][:18]))
    return Origin("canvas", (found["name"] or "nobody named",), *about)


def run_together(*parts: str) -> str:
    """Return names as Canvas writes them: nothing between the words."""
    plain = unicodedata.normalize("NFKD", without_apostrophes("".join(parts)).casefold())
    return "".join(c for c in plain if c.isalnum())
