"""Grading for tests of what becomes of marks: in this process, with a sandbox that stays warm.

A run of ``crossroads grade`` starts processes that mark, and each builds a sandbox, which takes a
second and a half. Tests of those (``grading/test_run`` and its neighbours) start them as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from crossroads.grading import sandbox
from crossroads.grading.bubblewrap import Private
from crossroads.grading.kernels import Kernel
from crossroads.grading.pool import Grader, Job
from crossroads.grading.results import Result
from crossroads.grading.sandbox import Limits, Worker

_WARM: dict[tuple[Limits, str], Worker] = {}


def worker(limits: Limits, private: Private | None = None, kernel: Kernel | None = None) -> Worker:
    """The sandbox with these limits that this process has, or a new one.

    Whatever courses a test has lie in a folder that no sandbox shows; what one hides, all may.
    """
    own = (limits, repr(kernel))
    return _WARM.setdefault(own, Worker(limits, private, kernel))


@cache
def trouble() -> str:
    """Why no sandbox can be built here, looked at once; "" if one can."""
    return sandbox.trouble()


def stop() -> None:
    """End every sandbox that is warm."""
    while _WARM:
        _WARM.popitem()[1].stop()


class OneAfterTheOther:
    """Marks in this process what a pool would mark in others."""

    def __init__(self, _: int, *about: Any) -> None:
        # The last says with how many processes a pool begins.
        self._grader = Grader(*about[:3])

    def __enter__(self) -> OneAfterTheOther:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def marked(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Results in the order of the jobs."""
        return map(self._grader.grade, jobs)
