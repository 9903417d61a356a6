"""What runs inside the sandbox: a warm process that forks a child for each submission.

The parent imports the course's libraries once and runs nothing of any student's. Requests come
on its standard input, from the trusted side: a JSON header, then the submission, pickled. Answers
leave as frames on its standard output: a JSON header of the parent's, then the lines of JSON that
the child has sent. Whatever a child sends is taken for that submission's alone. The parent passes
both on in memory that it gives back, and never makes objects of them: a later child has a copy of
all that the parent's heap ever held, what was freed included.
"""

from __future__ import annotations

import contextlib
import gc
import json
import mmap
import os
import pickle
import random
import resource
import select
import shutil
import signal
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import crossroads

from . import confinement, set_up
from .cell_timeout import CellTimeout, alarm

#: Bytes that a child may send in all.
MOST = 24 * 2**20
#: How often it's looked how much memory processes have together, in seconds.
LOOK = 0.1
#: What a child does: with what was made ready, a submission, its limits, and where to write.
Begin = Callable[[Any, dict[str, Any], dict[str, Any], int], None]
#: Where a submission's cells run: as deep below the data as in a student's own course directory.
FOLDER = "class/course/quizzes"


def serve(warm: Callable[[], Any] | None = None, begin: Begin | None = None) -> None:
    """Answer requests until the input ends.

    ``warm`` makes what every child inherits, ``begin`` is what a child does with a submission;
    without them it's Python's cells that are run.
    """
    python = warm is None
    if os.getpid() != 1:  # no sandbox, whose processes end together
        confinement.die_with(os.getppid())
    requests, frames = os.dup(0), os.dup(1)
    if os.getpid() == 1:  # in the sandbox
        confinement.lock_devices()
        confinement.own_places(32 * 2**20, 1000)
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
        os.dup2(os.open(os.devnull, mode), number)
    # A child may send signals to this process, too; others than this one are ignored already.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell = (warm or _warm)()
    # From here on nothing of it is for anybody's eyes.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    confinement.undumpable()
    gc.collect()
    gc.freeze()
    _frame(frames, {"ready": True}, b"")
    with contextlib.suppress(EOFError):
        while True:
            head, body = struct.unpack(">QQ", _filled(requests, 16))
            about = json.loads(_filled(requests, head)[:])
            with _filled(requests, body) as submission, _own_memory(MOST) as sent:
                if python:
                    _preload(about)
                run = partial(begin or _be_submission, shell)
                header, size = _run_child(run, about, submission, sent, (requests, frames))
                with memoryview(sent) as lines:
                    _frame(frames, header, lines[:size])


def _own_memory(size: int) -> mmap.mmap:
    """Memory that is given back to the system, with what's in it, when it's closed."""
    return mmap.mmap(-1, max(size, 1), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _filled(source: int, size: int) -> mmap.mmap:
    """So many bytes of a file. Raises ``EOFError`` if it has ended."""
    memory, got = _own_memory(size), 0
    with memoryview(memory) as room:
        while got < size:
            part = os.readv(source, [room[got:]])
            if not part:
                raise EOFError
            got += part
    return memory


def _frame(frames: int, header: dict[str, Any], body: Any) -> None:
    head = json.dumps(header).encode()
    for part in (struct.pack(">QQ", len(head), len(body)), head, body):
        write(frames, part)


def write(target: int, data: Any) -> None:
    """Write all of it: a signal may cut a single write short."""
    left = memoryview(data)
    while left:
        left = left[os.write(target, left) :]


def _warm() -> Any:
    """Import what students use, and make the shell that every child inherits."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    # Not for who only wants to know the refusals, outside.
    from traitlets.config import Config

    from ...lessons.tracebacks import show_plainly
    from ...tables import a_table
    from .. import values
    from . import event_loop, unattended
    from .shell import Shell

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "NoColor"
    settings.InteractiveShell.xmode = "Context"
    event_loop.plain_pipes()
    shell = Shell.instance(config=settings)
    # As ipykernel does: without it %store would end its cell.
    shell.extension_manager.load_extension("storemagic")
    # As in this environment's kernels: a test's last value may be a number of numpy's.
    show_plainly(shell.display_formatter.formatters["text/plain"])
    # A first table and cell fill the caches that every child would fill again.
    for name in ("answers", "memo", "table", "ready"):
        getattr(crossroads, name)
    frame = a_table()
    values.encode(frame)
    str(frame.head())
    shell.display_formatter.format(frame.head())
    shell.run_cell(_USUAL, silent=True)
    shell.reset(new_session=False)
    shell.execution_count = 1
    unattended.settle(shell, lambda command: shell.outputs.refused.append(command[:100]))
    return shell


#: What a student's first table operations would otherwise import or set up in each child.
_USUAL = """
import pandas as pd
t = pd.DataFrame({"a": [1, 2, 2], "b": [0.5, 1.5, 2.5], "c": list("xyy")})
t.query("a > 1"), t[t["c"] == "y"].sort_values("b"), t["c"].value_counts(), t.describe()
t.groupby("c")["b"].mean(), t.merge(t, on="c", suffixes=("_x", "_y")), round(t["b"], 1)
t.drop_duplicates("a").pivot(index="a", columns="c", values="b"), t.to_html()
"""


def _preload(about: dict[str, Any]) -> None:
    """Read and import, for all children to come, what a submission names."""
    for table in about["tables"]:
        crossroads.load(table)
    for part in about["parts"]:
        getattr(crossroads, part)
    if about["plots"] and "matplotlib.pyplot" not in sys.modules:
        # Half a second, which only who plots needs.
        import matplotlib.pyplot
        import pandas

        pandas.DataFrame({"a": [1, 2, 3]}).plot().figure.canvas.draw()
        matplotlib.pyplot.close("all")


def _run_child(
    begin: Callable[..., None],
    about: dict[str, Any],
    submission: mmap.mmap,
    sent: mmap.mmap,
    inherited: tuple[int, ...],
) -> tuple[dict[str, Any], int]:
    """Fork a child for one submission; returns a header, and how many bytes the child sent."""
    limits = about["limits"]
    ours, theirs = os.pipe()
    start, this = time.monotonic(), os.getpid()
    child = os.fork()
    if child == 0:
        try:
            confinement.die_with(this)
            os.close(ours)
            for number in inherited:
                os.close(number)
            begin(pickle.loads(submission), limits, theirs)
        finally:
            os._exit(0)
    os.close(theirs)
    together = about.get("processes") and os.getpid() == 1
    most = limits["memory"] if together else 0
    size, why = _receive(ours, sent, start + limits["seconds"], most)
    os.close(ours)
    for end in (os.kill, os.killpg):  # outside of a sandbox, a group is all that it started
        with contextlib.suppress(ProcessLookupError):
            end(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    if os.getpid() == 1:
        # Nothing that a submission started outlives it. The kernel spares process 1.
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    if not limits["sandboxed"]:
        shutil.rmtree(os.environ["HOME"], ignore_errors=True)
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    header = {
        "why": why,
        "signal": ended if why == "ended" else 0,
        "seconds": time.monotonic() - start,
        "memory": usage.ru_maxrss * 1024,
    }
    return header, size


def _receive(pipe: int, sent: mmap.mmap, deadline: float, most: int = 0) -> tuple[int, str]:
    """Take in what a child sends until it closes its end, or a limit is reached.

    ``most`` are the bytes of memory that all processes here may have together, 0 for any: a child
    that may start others is limited by each one's alone.
    """
    size = 0
    with memoryview(sent) as room:
        while size < len(sent):
            left = deadline - time.monotonic()
            if left <= 0:
                return size, "timeout"
            if not select.select([pipe], [], [], min(left, LOOK) if most else left)[0]:
                if most and _used() > most:
                    return size, "memory"
                continue
            part = os.readv(pipe, [room[size:]])
            if not part:
                return size, "ended"
            size += part
    return size, "too much"


def _used() -> int:
    """Return bytes of memory that every process below this one has for itself."""
    pages = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, ValueError):
            if int(name) != os.getpid():
                _, resident, shared, *_ = Path("/proc", name, "statm").read_text("ascii").split()
                pages += int(resident) - int(shared)
    return pages * resource.getpagesize()


# -- in the child: hostile from the first student's cell on --------------------------------------


def _be_submission(shell: Any, request: dict[str, Any], limits: dict[str, Any], pipe: int) -> None:
    from .runner import Runner  # with IPython, as in _warm

    enter_place(request["files"], limits)
    sys.path.insert(0, "")
    gc.enable()
    random.seed()
    import numpy  # there since _warm

    numpy.random.seed()
    os.environ.update(request["environment"])
    confinement.limit(limits)
    if limits["sandboxed"]:
        confinement.refuse(bytes.fromhex(limits["refused"]))

    def send(line: dict[str, Any]) -> None:
        write(pipe, json.dumps(line).encode() + b"\n")

    runner = Runner(shell)
    for number, step in enumerate(request["steps"]):
        with set_up.in_place(shell.user_ns, step):
            if step["kind"] == "cell":
                line = {"cell": number, **runner.run(**_asked(step), seconds=limits["cell"])}
            else:
                line = {"ask": number, "values": ask(shell.user_ns, step, limits["cell"])}
        send(line)
    send({"done": True})


def enter_place(
    files: dict[str, bytes], limits: dict[str, Any], *, terminals: bool = False
) -> None:
    """Give a submission its own disk, with its files and the course's data, and go there."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if limits["sandboxed"]:
        confinement.own_places(limits["disk"], limits["names"], terminals=terminals)
        confinement.give_up_rights()
    folder = Path(os.environ["HOME"], FOLDER, limits["folder"])
    folder.mkdir(parents=True)
    os.chdir(folder)
    _show_data(folder)
    if limits["sandboxed"]:
        # Where a course would lie, nothing can be left by an open() alone.
        folder.parents[2].chmod(0o555)
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _asked(step: dict[str, Any]) -> dict[str, Any]:
    return {"source": step["source"], "silent": step.get("silent", False)}


def _show_data(folder: Path) -> None:
    """Link to the course's data where they lie for a student: in a hand-out, or in a checkout."""
    from ...tables import data_dir, has_tables  # with pandas, as in _warm

    if not has_tables():
        return
    for place in (folder.parents[1], folder.parents[2]):
        with contextlib.suppress(OSError):
            (place / "data").symlink_to(data_dir())


def ask(space: dict[str, Any], step: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the values of names, and what functions give for calls, encoded."""
    from ..values import encode, held  # with pandas, as in _warm

    found: dict[str, Any] = {"names": {}, "calls": []}
    for name in step["names"]:
        if name in space:
            try:
                with alarm(seconds):
                    found["names"][name] = encode(held(space, name))
            except BaseException as error:
                found["names"][name] = {"t": "opaque", "kind": type(error).__name__}
    known: dict[tuple[str, bytes], Any] = {}
    for name, pickled in step["calls"]:
        # A case that is checked in two ways is called once.
        if (name, pickled) not in known:
            known[name, pickled] = _call(space.get(name), pickled, seconds)
        found["calls"].append(known[name, pickled])
        if found["calls"][-1].get("error", [""])[0] == "Timeout":
            # It would only run out of time again.
            found["calls"] += found["calls"][-1:] * (len(step["calls"]) - len(found["calls"]))
            break
    return found


def _call(function: Any, pickled: bytes, seconds: float) -> dict[str, Any]:
    # With pandas and IPython, as in _warm.
    from ...questions.answers import quiet
    from ...questions.code import does_nothing
    from ..values import encode
    from .outputs import words

    if not callable(function):
        return {"error": ["TypeError", "it cannot be called"]}
    try:
        with alarm(seconds), quiet():
            value = function(*pickle.loads(pickled))
            # Only here it can be seen that the function is as it was handed out.
            return {"value": encode(... if value is None and does_nothing(function) else value)}
    except CellTimeout:
        return {"error": ["Timeout", f"it ran for more than {seconds:g} seconds"]}
    except BaseException as error:
        return {"error": [type(error).__name__[:100], words(error)[:300]]}


if __name__ == "__main__":
    serve()
