"""Grading on a Dask cluster: what crosses is text and bytes, so no disk need be shared.

Each of the cluster's processes keeps a warm sandbox of its own, and has one submission at a time:
start workers with ``dask worker ADDRESS --nworkers CORES --nthreads 1``. They hold the tests, so
the cluster must be the course's own.

A submission is bound to the process that it's given to. Dask would move the tasks of a lost
process to others and count each as suspicious, also those that only waited there; bound, one that
ends processes harms no other, and is tried exactly as often as we say.
"""

from __future__ import annotations

import importlib
import logging
import pickle
import threading
import time
import warnings
import zlib
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import Any

from .. import __version__, content
from . import autograde
from .assignment import Assignment, Parts, load_assignment
from .bubblewrap import Private
from .notes import Note
from .pool import TRIES, Job, Pool, failed, held, trouble
from .results import Result
from .sandbox import Limits

#: Seconds to wait for a scheduler, for workers, and for a result that is there to cross.
PATIENCE = 30
#: Seconds between two looks at which processes there are.
TICK = 1
LOST = (
    "the connection to the cluster was lost: {what}. What was graded is kept: when the cluster "
    "is back, run the same command with --resume"
)
GONE = LOST.format(what="its scheduler does not answer")
OTHER_COURSE = (
    f"it has the course {{here}}, not {{course}}: copy the course's folder there, and name it with "
    f"{content.VARIABLE}"
)
MISSING = "grading on a cluster needs Dask: pip install distributed"

#: A process of the cluster: its address, which another may have after it, and its own folder.
Process = tuple[str, str]

# Of a worker's process: its own process that marks, by the order, used by one thread at a time.
_pools: dict[bytes, Pool] = {}
_one_at_a_time = threading.Lock()


def grade_here(order: bytes, job: Job) -> str:
    """Mark one submission on this machine; takes and gives plain data. Runs on the cluster.

    Raises ``ValueError`` where this process can't grade as the one that asks would.
    """
    with _one_at_a_time:
        if order not in _pools:
            for old in _pools.values():
                old.stop()
            _pools.clear()
            version, course, parts, limits, private = pickle.loads(zlib.decompress(order))
            if version != __version__:
                raise ValueError(f"it has version {__version__} of this package, not {version}")
            if parts.own and course != (here := content.about().id):
                raise ValueError(OTHER_COURSE.format(here=here, course=course))
            if why := trouble(parts, limits, private):
                raise ValueError(why)
            _pools[order] = Pool(1, parts, limits, private)
        (result,) = _pools[order].marked([job])
        return result.dumps()


def graded(
    jobs: list[Job], address: str, parts: Parts, limits: Limits, private: Private | None = None
) -> Iterator[Result]:
    """Yield results as they come from the cluster; what a lost process had goes to another one.

    A submission whose process ends each time is held. Raises ``ValueError`` with what to do if
    there is no such cluster, if it is lost, or if its workers can't grade.
    """
    if not jobs:
        return
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError:
        raise ValueError(MISSING) from None
    # Each of its warnings is about a loss that is dealt with here, or told in one line.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = dask.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address} ({error})") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ValueError(
                f"the cluster has no workers yet. Start one: dask worker {address}"
            ) from None
        # With each task, not once for all: then nothing is lost with a process that is lost.
        said = (__version__, content.about().id, parts, limits, private)
        order = zlib.compress(pickle.dumps(said))
        yield from _shared_out(dask, client, jobs, load_assignment(parts), order)


def _shared_out(
    dask: Any, client: Any, jobs: list[Job], assignment: Assignment, order: bytes
) -> Iterator[Result]:
    """Give each process of the cluster one submission after another."""
    left = deque(jobs)
    running: dict[Any, tuple[Job, Process]] = {}
    tries: Counter[str] = Counter()
    waited = 0
    while left or running:
        came: list[Result] = []
        there = _processes(client)
        for future, (job, process) in list(running.items()):
            if process in there and not future.done():
                continue
            del running[future]
            if process in there and (result := _gathered(dask, future, process[0])):
                came.append(result)
                continue
            tries[job.student] += 1
            if tries[job.student] < TRIES:
                left.append(job)
            else:
                ended = Note("cluster-processes-ended", values={"times": TRIES})
                came.append(held(job, ended))
        idle = {process for process, takes in there.items() if takes}
        idle -= {process for _, process in running.values()}
        while left and idle:
            job = left.popleft()
            submission = _read(job, assignment)
            if isinstance(submission, Result):
                came.append(submission)
                continue
            process = idle.pop()
            task = replace(job, submission=submission)
            with warnings.catch_warnings(action="ignore"):  # of one with large files
                future = client.submit(grade_here, order, task, workers=process[0], pure=False)
            running[future] = job, process
        # Not before: the processes are busy while this is recorded.
        yield from came
        waited = 0 if running else waited + TICK
        if left and waited > PATIENCE:
            raise ValueError(LOST.format(what="it has no worker that accepts work"))
        if left or running:
            _wait(dask, list(running))


def _processes(client: Any) -> dict[Process, bool]:
    """Return the cluster's processes, and whether each takes work now."""
    there = client.scheduler_info(n_workers=-1)["workers"]
    if client.status != "running":
        raise ValueError(GONE)
    return {
        (address, about["local_directory"]): about["status"] == "running"
        for address, about in there.items()
    }


def _gathered(dask: Any, future: Any, address: str) -> Result | None:
    """Return what came of a task that is done.

    Return ``None`` if it was lost with its process after all.
    """
    try:
        return Result.loads(future.result(PATIENCE))
    except (TimeoutError, dask.KilledWorker):
        return None
    except CancelledError:
        raise ValueError(GONE) from None
    except Exception as error:
        said = " ".join(str(error).split())
        raise ValueError(f"the cluster cannot grade, on {address}: {said}") from None


def _read(job: Job, assignment: Assignment) -> autograde.Submissions | Result:
    """Return what was submitted; a result if it can't be read, which never ends the batch."""
    try:
        return autograde.read_all(assignment, job.folder)
    except Exception as error:
        return held(job, failed("reading-failed", error))


def _wait(dask: Any, futures: list[Any]) -> None:
    """Wait until one is done, but for a moment at most."""
    try:
        if futures:
            dask.wait(futures, TICK, "FIRST_COMPLETED")
        else:
            time.sleep(TICK)
    except TimeoutError:
        pass
    except CancelledError:
        raise ValueError(GONE) from None
