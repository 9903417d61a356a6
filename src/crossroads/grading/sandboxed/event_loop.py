"""asyncio's loops, where pairs of sockets are refused."""

from __future__ import annotations

import os
from asyncio import selector_events
from typing import Any


def plain_pipes() -> None:
    """Have asyncio's loops wake themselves by pipes: pairs of sockets are refused."""

    def make(self: Any) -> None:
        self._ssock, self._csock = map(_End, os.pipe())
        self._internal_fds += 1
        self._add_reader(self._ssock.fileno(), self._read_from_self)

    loops: Any = selector_events.BaseSelectorEventLoop
    loops._make_self_pipe = make


class _End:
    """One end of a pipe, asked as a socket."""

    def __init__(self, number: int) -> None:
        self._number = number
        os.set_blocking(number, False)

    def fileno(self) -> int:
        return self._number

    def recv(self, size: int) -> bytes:
        return os.read(self._number, size)

    def send(self, data: bytes) -> int:
        return os.write(self._number, data)

    def close(self) -> None:
        if self._number >= 0:
            os.close(self._number)
        self._number = -1
