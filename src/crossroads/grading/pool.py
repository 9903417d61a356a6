"""Processes that mark submissions, each with a warm sandbox, and what is done about lost ones.

They are forked from a small process of their own, not from the one that asks: a sandbox must
inherit nothing of that. Before each part of its work a process says how many seconds it may take;
one that is late is ended, and what it had is held. All of them end with the process that asked,
however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ..files import encodable
from . import autograde, kernels, sandbox
from .assignment import Parts, load_assignment
from .bubblewrap import Private
from .notes import Note
from .results import Result
from .sandbox import Limits, NoSandbox, Worker, WorkerLost
from .sandboxed import confinement

#: How often a submission that brings the sandbox or its grader down is tried before it's held.
TRIES = 3
#: Bytes of memory that a process that marks may have, beside its sandbox.
MEMORY = 6 * 2**30
#: Seconds for a process to start, on a machine that is busy.
START = 120
#: How many submissions are worth a process, which takes about as long to start as to mark them;
#: and the seconds without any result after which more are started all the same.
EACH, WAITING = 4, 3


@dataclass
class Job:
    """One student's submission, and what was drawn for that student."""

    student: str
    folder: Path
    expected: Any
    digest: str
    given: str = ""
    #: What was submitted, where it was read already, on another machine.
    submission: Any = None


def held(job: Job, why: Note) -> Result:
    """Return the result of a submission that can't be marked."""
    return Result(job.student, held=why, digest=job.digest, given=job.given)


def failed(code: str, error: Exception) -> Note:
    """Return a note on an error of ours, or of what reads a submission."""
    return Note(code, values={"kind": type(error).__name__, "error": encodable(str(error))})


def kernels_of(parts: Parts) -> list[kernels.Kernel | None]:
    """Return the kernels that an assignment's notebooks need, each once.

    ``None`` is Python's own worker.

    Raises ``ValueError`` where one isn't installed.
    """
    found: dict[str, kernels.Kernel | None] = {}
    for one in (parts, *parts.more):
        notebook = json.loads(one.released)
        language = kernels.language_of(notebook)
        if language not in found:
            found[language] = kernels.kernel_of(notebook, f"{one.name}.ipynb")
    return [*found.values()]


def trouble(parts: Parts, limits: Limits, private: Private | None) -> str:
    """Return why an assignment can't be graded safely here, and what to do; "" if it can."""
    needed = kernels_of(parts)
    if not limits.sandboxed:
        return ""
    return next(filter(None, (sandbox.trouble(private, limits, kernel) for kernel in needed)), "")


class Grader:
    """The assignment, and a warm sandbox of its own: what every process that grades has."""

    def __init__(
        self,
        parts: Parts,
        limits: Limits,
        private: Private | None = None,
        tell: Callable[[float], None] | None = None,
    ) -> None:
        """``tell`` is called before each part of the work, with the seconds that it may take."""
        workers = {
            kernel.language if kernel else "python": Worker(limits, private, kernel)
            for kernel in kernels_of(parts)
        }
        self.worker = next(iter(workers.values()))
        self.worker.others = workers
        for worker in workers.values():
            with contextlib.suppress(OSError):  # said when it's to be used
                worker.start()
            if tell:
                self._tell_of_parts(worker, tell)
        self.assignment = load_assignment(parts)

    @staticmethod
    def _tell_of_parts(worker: Worker, tell: Callable[[float], None]) -> None:
        run, limits = worker.run, worker.limits

        def told(*what: Any, **more: Any) -> Any:
            tell(float(limits.seconds + START))
            try:
                return run(*what, **more)
            finally:
                tell(float(limits.trusted))

        worker.run = told  # type: ignore[method-assign]

    def grade(self, job: Job) -> Result:
        """Mark one submission; one that ends the sandbox each time is held.

        Raises ``NoSandbox`` where there never was one.
        """
        start = time.monotonic()
        for _ in range(TRIES):
            try:
                result = self._marked(job)
                break
            except WorkerLost as why:
                told = {"times": TRIES, "reason": encodable(str(why))}
                result = Result(job.student, held=Note("sandbox-ended", values=told))
            except NoSandbox:
                raise
            except Exception as error:  # one submission never ends the batch
                result = Result(job.student, held=failed("grading-failed", error))
                break
        result.digest, result.given = job.digest, job.given
        result.seconds = time.monotonic() - start
        return result

    def _marked(self, job: Job) -> Result:
        about = (job.expected, self.worker)
        if job.submission is not None:
            return autograde.mark(self.assignment, job.student, job.submission, *about)
        return autograde.grade(self.assignment, job.student, job.folder, *about)


class Pool:
    """Processes that mark. Use as a context manager."""

    def __init__(
        self,
        count: int,
        parts: Parts,
        limits: Limits,
        private: Private | None = None,
        first: int | None = None,
    ) -> None:
        """``count`` is the most processes at once, ``first`` how many it begins with."""
        self._about = (parts, limits, private)
        self._seconds = limits.trusted
        self._starters: list[subprocess.Popen[bytes]] = []
        self._pids: dict[Connection, int] = {}
        self._most = count
        self._idle = self._more(count if first is None else min(first, count))
        #: What each is at, and until when it must have said something.
        self._busy: dict[Connection, tuple[Job, float]] = {}
        self._tries: Counter[str] = Counter()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process, at once."""
        for start in self._starters:
            start.kill()  # those that it forked end with it
            start.wait()
        for process in [*self._idle, *self._busy]:
            process.close()
        self._starters, self._idle, self._busy = [], [], {}

    def marked(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield results as they come; a few jobs are taken at a time, never all.

        Raises ``NoSandbox`` if a process that marks never had one.
        """
        coming, left = iter(jobs), deque[Job]()
        while True:
            left.extend(islice(coming, int(not left)))
            if self._idle and left:
                self._give(left.popleft())
                continue
            if not self._busy:
                return
            until = min(deadline for _, deadline in self._busy.values()) - time.monotonic()
            more = bool(left) and len(self._busy) < self._most
            ready = wait(list(self._busy), max(min(until, WAITING) if more else until, 0))
            if more and not ready:
                self._idle += self._more(1)
            for process in [one for one in self._busy if one in ready]:
                yield from self._heard(process, left)
            for process, (job, deadline) in list(self._busy.items()):
                if time.monotonic() > deadline and not process.poll():
                    self._replace(process)
                    yield held(job, Note("took-too-long", values={"seconds": self._seconds}))

    def _give(self, job: Job) -> None:
        process = self._idle.pop()
        with contextlib.suppress(OSError):  # it's found to be gone when it's heard
            process.send(job)
        self._busy[process] = job, time.monotonic() + self._seconds + START

    def _heard(self, process: Connection, left: deque[Job]) -> Iterator[Result]:
        job, _ = self._busy[process]
        try:
            said = process.recv()
        except (EOFError, OSError):
            self._replace(process)
            self._tries[job.student] += 1
            if self._tries[job.student] < TRIES:
                left.appendleft(job)
            else:
                yield held(job, Note("processes-ended", values={"times": TRIES}))
            return
        if isinstance(said, NoSandbox):
            raise said
        if isinstance(said, Result):
            del self._busy[process]
            self._idle.append(process)
            yield said
        elif isinstance(said, int):
            self._pids[process] = said
        else:
            self._busy[process] = job, time.monotonic() + said

    def _replace(self, process: Connection) -> None:
        del self._busy[process]
        with contextlib.suppress(ProcessLookupError, KeyError):
            os.kill(self._pids.pop(process), signal.SIGKILL)
        process.close()
        self._idle += self._more(1)

    def _more(self, count: int) -> list[Connection]:
        """Start so many processes; they needn't be ready to be given something."""
        if not count:
            return []
        pairs = [socket.socketpair() for _ in range(count)]
        theirs = [pair[1].fileno() for pair in pairs]
        program = [sys.executable, "-P", "-m", __name__, str(os.getpid()), *map(str, theirs)]
        start = subprocess.Popen(program, stdin=subprocess.DEVNULL, pass_fds=theirs)
        self._starters.append(start)
        made: list[Connection] = []
        for ours, other in pairs:
            other.close()
            made.append(Connection(ours.detach()))
            made[-1].send(self._about)
        return made


# -- in the processes ------------------------------------------------------------------------------


def _fork_each(parent: int, numbers: list[int]) -> None:
    """Fork a process for each of these open files, and wait for their ends."""
    confinement.die_with(parent)
    # Ctrl-C is for the process that asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    this = os.getpid()
    for number in numbers:
        if os.fork() == 0:
            for other in numbers:
                if other != number:
                    os.close(other)
            _serve(this, Connection(number))
            os._exit(0)
    for number in numbers:
        os.close(number)
    for _ in numbers:
        os.wait()


def _serve(parent: int, asked: Connection) -> None:
    import resource  # Windows has none

    confinement.die_with(parent)
    with contextlib.suppress(EOFError, OSError):
        asked.send(os.getpid())
        parts, limits, private = asked.recv()
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most < 0 else min(MEMORY, most), most))
        grader = Grader(parts, limits, private, asked.send)
        while True:
            job = asked.recv()
            asked.send(float(limits.trusted))
            try:
                asked.send(grader.grade(job))
            except NoSandbox as why:
                asked.send(why)


if __name__ == "__main__":
    _fork_each(int(sys.argv[1]), [int(number) for number in sys.argv[2:]])
