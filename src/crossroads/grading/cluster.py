"""Grading on a Dask cluster: what crosses is text and bytes, so no disk need be shared.

Each of the cluster's processes keeps a warm sandbox of its own, and grades one submission at a
time: start workers with ``dask worker ADDRESS --nworkers CORES --nthreads 1``. They hold the tests
while they grade, so the cluster must be the course's own.
"""

from __future__ import annotations

import importlib
import pickle
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from . import marking, sandbox, submission
from .marking import Parts, Result
from .sandbox import Limits

if TYPE_CHECKING:
    from .run import Grader, Job

#: Seconds to wait for a cluster, and for one that has lost all its workers.
PATIENCE = 20
TICK = 2
LOST = (
    "the cluster is lost: {what}. What was graded is kept: when it's there again, say the same "
    "command with --resume"
)
MISSING = "grading on a cluster needs Dask: pip install 'crossroads-course[cluster]'"

# Of a worker's process: its grader by the assignment and limits, used by one thread at a time.
_graders: dict[bytes, Grader] = {}
_one_at_a_time = threading.Lock()


def grade_here(order: bytes, task: tuple[str, str, Any, Any]) -> str:
    """Mark one submission in this process; takes and gives plain data. Runs on the cluster."""
    from .run import Grader

    student, digest, handed_in, expected = task
    with _one_at_a_time:
        if order not in _graders:
            for old in _graders.values():
                old.worker.stop()
            _graders.clear()
            _graders[order] = Grader(*pickle.loads(zlib.decompress(order)))
        return _graders[order].tried(student, digest, marking.mark, handed_in, expected).dumps()


def graded(jobs: list[Job], address: str, parts: Parts, limits: Limits) -> Iterator[Result]:
    """Results as they come from the cluster; what a lost process had goes to another one.

    A submission that ends process after process is held (by Dask's own count: when its third
    retry fails). Raises ``ValueError`` with what to do if there is no such cluster, or no sandbox.
    """
    if not jobs:
        return
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError:
        raise ValueError(MISSING) from None
    try:
        client = dask.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address} ({error})") from None
    assignment = marking.load(parts)
    # With each task, not once for all: then nothing is lost with a process that is lost.
    order = zlib.compress(pickle.dumps((parts, limits)))
    running: dict[Any, Job] = {}
    left = iter(jobs)
    with client:
        _ready(client, limits)
        lonely = 0
        while True:
            places = len(_asked(client))
            # As many as there are processes: then a lost one takes nobody else's with it.
            while len(running) < max(places, 1) and (job := next(left, None)):
                try:
                    handed_in = submission.read(job.folder, assignment.released)
                except submission.Held as reason:
                    yield Result(job.student, held=str(reason), digest=job.digest)
                    continue
                task = (job.student, job.digest, handed_in, job.expected)
                running[client.submit(grade_here, order, task, pure=False)] = job
            if not running:
                return
            try:
                found = dask.wait(list(running), TICK, "FIRST_COMPLETED")
            except TimeoutError:
                lonely = 0 if places else lonely + 1
                if lonely * TICK > PATIENCE:
                    raise ValueError(LOST.format(what="all its workers are gone")) from None
                continue
            for future in found.done:
                job = running.pop(future)
                try:
                    yield Result.loads(future.result())
                except dask.KilledWorker:
                    why = "It ended the processes that graded it, one after another."
                    yield Result(job.student, held=why, digest=job.digest)
                except CancelledError:
                    raise ValueError(LOST.format(what="its scheduler is gone")) from None


def _asked(client: Any) -> dict[str, int]:
    """The cluster's processes, with their threads."""
    try:
        return dict(client.nthreads())
    except (OSError, CancelledError):
        raise ValueError(LOST.format(what="its scheduler is gone")) from None


def _ready(client: Any, limits: Limits) -> None:
    """Make sure that the cluster has workers, and that they have what grading needs."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        where = client.scheduler.address
        raise ValueError(f"the cluster has no workers yet: dask worker {where}") from None
    try:
        found = client.run(sandbox.available)
    except ImportError as error:
        raise ValueError(f"the cluster's workers haven't this package: {error}") from None
    if limits.sandboxed and not all(found.values()):
        bare = ", ".join(sorted(where for where, program in found.items() if not program))
        raise ValueError(f"on the workers {bare}: {sandbox.MISSING}")
