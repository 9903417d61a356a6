"""Stop a cell that runs for too long."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any


class CellTimeout(BaseException):
    """Raised in a cell that runs too long; not an Exception, so that few catch it."""


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[list[float]]:
    """Raise ``CellTimeout`` within, after so many seconds, and each second from then on.

    IPython itself catches one that is raised while it shows an error, and then the error may be
    lost: so what is yielded has an entry from when it rang first.
    """
    within, rang = [True], list[float]()

    def ring(*_: Any) -> None:
        if within:
            rang.append(seconds)
            raise CellTimeout

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield rang
    finally:
        within.clear()
        signal.setitimer(signal.ITIMER_REAL, 0)


def timed_out(seconds: float) -> dict[str, Any]:
    """Return the error of a cell that ran too long."""
    said = f"This cell ran for more than {seconds:g} seconds and was stopped."
    return {"output_type": "error", "ename": "Timeout", "evalue": said, "traceback": [said]}
