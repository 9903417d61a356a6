"""What one cell shows, collected as a notebook would keep it, up to limits."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

#: Letters of text, and displays, that one cell may leave.
MOST_TEXT = 40_000
MOST_DISPLAYS = 20
CUT = "\n[The rest of this cell's output was cut off.]\n"


class Outputs:
    """What one cell shows, as nbformat has it, up to limits."""

    def __init__(self) -> None:
        self.begin()
        self.out, self.err = Text("stdout", self), Text("stderr", self)

    def begin(self) -> None:
        """Begin with a new cell."""
        self.shown: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self._left = {"stdout": MOST_TEXT, "stderr": MOST_TEXT}
        # A cell's value isn't lost for what it has displayed.
        self._displays = {"display_data": MOST_DISPLAYS, "execute_result": MOST_DISPLAYS}
        self._ids: dict[str, dict[str, Any]] = {}
        self._clear = False

    def clear(self, wait: bool) -> None:
        """Take back what was shown; ``wait``: when something else is."""
        if wait:
            self._clear = True
        else:
            self.shown, self._ids, self._clear = [], {}, False

    def show(
        self, kind: str, data: Any, metadata: Any, transient: Any = None, update: bool = False
    ) -> None:
        """Take in a display."""
        if self._clear:
            self.clear(False)
        plain = {k: _plain(v) for k, v in data.items() if len(str(v)) < 2**21}
        id_ = transient.get("display_id") if isinstance(transient, dict) else None
        if update:
            if id_ in self._ids:
                self._ids[id_].update(data=plain, metadata=metadata or {})
            return
        if self._displays[kind] > 0:
            self._displays[kind] -= 1
            self.shown.append({"output_type": kind, "data": plain, "metadata": metadata or {}})
            if id_:
                self._ids[id_] = self.shown[-1]

    def write(self, name: str, text: str) -> None:
        """Take in what is printed."""
        if self._left[name] <= 0 or not text:
            return
        if self._clear:
            self.clear(False)
        kept = text[: self._left[name]]
        self._left[name] -= len(text)
        if self._left[name] <= 0:
            kept += CUT
        last = self.shown[-1] if self.shown else {}
        if last.get("name") == name:
            last["text"] += kept
        else:
            self.shown.append({"output_type": "stream", "name": name, "text": kept})


class Text(io.TextIOBase):
    """Standard output or error: one object for all cells, as in a notebook."""

    encoding = "UTF-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self._name, self._outputs = name, outputs

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._outputs.write(self._name, text)
        return len(text)


def words(value: Any) -> str:
    """Return what an error says of itself, if it can."""
    try:
        return str(value)[:2000]
    except BaseException:  # a student's own exception may fail to say what it is
        return "an error that can't be shown"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, str) else json.loads(json.dumps(value, default=str))
