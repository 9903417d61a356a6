"""The shell in which a submission's cells run: ipykernel's own, without a kernel around it.

What it shows is collected, cell by cell, as a notebook would keep it. ``settle`` makes any shell
behave as one where nobody sits before it: commands of the system are refused and the cell goes on,
and ``input()`` gives an empty text. ``crossroads check`` and self-study use that, too, so that all
of them come to the same answers.
"""

from __future__ import annotations

import asyncio
import base64
import builtins
import contextlib
import functools
import getpass
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import displayhook, displaypub
from IPython.core.error import StdinNotImplementedError, UsageError
from traitlets import Type

#: Letters of text, and displays, that one cell may leave.
MOST_TEXT = 40_000
MOST_DISPLAYS = 20
CUT = "\n[The rest of this cell's output was cut off.]\n"
#: How often ``input()`` is answered; a loop that asks until it likes the answer would never end.
MOST_INPUTS = 20
#: Lines of a traceback that are shown, and errors that led to one another.
MOST_LINES, MOST_CAUSES = 30, 10
#: Seconds that a cell's asyncio tasks may go on for after it, as they do in a notebook.
AFTER = 0.1
NOT_RUN = "[Not run while this is marked: {command}]"
NO_INPUT = "[Nobody types while this is marked: input() gave an empty text.]"
#: The exit code of a command that isn't there.
NO_COMMAND = 127


class CellTimeout(BaseException):
    """Raised in a cell that runs too long; not an Exception, so that few catch it."""


# IPython's and ipykernel's types are said in part only.
_publisher: Any = displaypub.DisplayPublisher
_hook: Any = displayhook.DisplayHook
_shell: Any = ZMQInteractiveShell


class Publisher(_publisher):  # type: ignore[misc]
    """Gives what ``display`` shows to its shell."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        *_: Any,
        transient: Any = None,
        update: bool = False,
        **__: Any,
    ) -> None:
        """Show, or replace what was shown under the same ``display_id``."""
        self.shell.outputs.show("display_data", data, metadata, transient, update)

    def clear_output(self, wait: bool = False) -> None:
        """Take back what the cell has shown, at once or when it shows something else."""
        self.shell.outputs.clear(wait)


class Hook(_hook):  # type: ignore[misc]
    """Gives a cell's last value to its shell, and keeps it as ``_`` and in ``Out``."""

    def __call__(self, result: Any = None) -> None:
        if result is None or self.quiet():
            return
        data, metadata = self.shell.display_formatter.format(result)
        self.update_user_ns(result)
        if data:
            self.shell.outputs.show("execute_result", data, metadata)


class Shell(_shell):  # type: ignore[misc]
    """ipykernel's shell, method by method; what goes through a kernel's sockets is collected."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.outputs = Outputs()
        self.failed: list[dict[str, Any]] = []
        #: The cell that is about to run, as it was typed and as Python reads it.
        self.next_cell: tuple[str, str] | None = None
        super().__init__(*args, **kwargs)

    def transform_cell(self, raw_cell: str) -> str:
        """Read magics and commands as IPython does, but of a cell that is about to run once."""
        known, self.next_cell = self.next_cell, None
        if known and known[0] == raw_cell:
            return known[1]
        transformed: str = super().transform_cell(raw_cell)
        return transformed

    def enable_gui(self, gui: Any = None) -> None:
        """Note the event loop that is asked for; there's no screen to run it for."""
        from ipykernel.eventloops import loop_map

        if gui not in loop_map:
            raise UsageError(f"Invalid GUI request {gui!r}")
        self.active_eventloop = gui

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Choose a backend; where the one that is asked for can't be had here, the inline one."""
        try:
            return super().enable_matplotlib(gui)
        except (ImportError, KeyError, ValueError, RuntimeError):
            return super().enable_matplotlib("inline")

    def ask_exit(self) -> None:
        """Go on: a kernel would end after the cell, and with it all answers below."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.failed.append(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype))[:100],
                "evalue": words(evalue),
                "traceback": [str(line)[:4000] for line in stb[-30:]],
            }
        )
        self._last_traceback = stb


# What programs ask for, to know that they are in a notebook.
Shell.__name__ = Shell.__qualname__ = ZMQInteractiveShell.__name__


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
        self._displays = MOST_DISPLAYS
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
        if self._displays > 0:
            self._displays -= 1
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


# -- where nobody sits before it -------------------------------------------------------------------


def settle(shell: Any, refused: Callable[[str], None] | None = None) -> None:
    """Make a shell go on where nobody sits before it, and no command may be run.

    ``refused`` is told of each command.
    """

    def refuse(command: Any) -> None:
        text = " ".join(str(command).split())[:200]
        print(NOT_RUN.format(command=text), file=sys.stderr)
        if refused:
            refused(text)

    def system(command: str) -> None:
        refuse(command)
        shell.user_ns["_exit_code"] = NO_COMMAND
        if getattr(shell, "system_raise_on_error", False):
            raise subprocess.CalledProcessError(NO_COMMAND, command)

    def getoutput(command: str, split: bool = True, depth: int = 0) -> Any:
        from IPython.utils.text import LSString, SList

        refuse(command)
        return SList([]) if split else LSString("")

    shell.system = shell.system_piped = shell.system_raw = system
    shell.getoutput = getoutput
    _settle_magics(shell, refuse)
    _settle_input()
    _settle_tracebacks(shell)
    if os.name == "posix":
        _settle_programs(refuse)
        _settle_processes()


def _settle_magics(shell: Any, refuse: Callable[[str], None]) -> None:
    # Those that would start a program by themselves; %pip, %sx and others ask the shell.
    magics = shell.magics_manager.magics
    scripts = [*magics["cell"]["script"].__self__.script_magics, "script", "cmd"]

    def script(name: str, line: str, cell: str | None = None) -> None:
        refuse(f"%%{name} {line}")

    for name in scripts:
        shell.register_magic_function(functools.partial(script, name), "cell", name)

    def install(name: str, line: str) -> None:
        refuse(f"%{name} {line}")

    for name in ("conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(functools.partial(install, name), "line", name)


def _settle_input() -> None:
    left = [MOST_INPUTS]

    def answer(prompt: Any = "", *_: Any, **__: Any) -> str:
        left[0] -= 1
        if left[0] < 0:
            raise StdinNotImplementedError("Nobody types while this is marked.")
        print(prompt, file=sys.stdout)
        print(NO_INPUT, file=sys.stderr)
        return ""

    builtins.input = answer
    getpass.getpass = answer


def _settle_tracebacks(shell: Any) -> None:
    """Have only so much of a traceback shown as anybody reads.

    IPython looks through all modules for each line of one: a function that calls itself without an
    end would take most of a submission's time.
    """
    find = shell._get_exc_info

    def found(exc_tuple: Any = None) -> Any:
        kind, error, lines = find(exc_tuple)
        also, seen = error, 0
        while isinstance(also, BaseException) and seen < MOST_CAUSES:
            also.__traceback__ = _shortened(also.__traceback__)
            also, seen = also.__cause__ or also.__context__, seen + 1
        return kind, error, _shortened(lines)

    shell._get_exc_info = found


def _shortened(lines: TracebackType | None) -> TracebackType | None:
    """A traceback's first and last lines."""
    every = []
    while lines:
        every.append(lines)
        lines = lines.tb_next
    first, last = every[: MOST_LINES // 3], every[MOST_LINES // 3 :][-2 * MOST_LINES // 3 :]
    made: TracebackType | None = None
    for one in reversed([*first, *last]):
        made = TracebackType(made, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return made


def _settle_programs(refuse: Callable[[str], None]) -> None:
    """Have programs fail as one that isn't there does when a shell is asked for it."""

    def run(self: Any, args: Any, *about: Any) -> None:
        # After nine words on how to run it come the pipes' ends.
        refuse(args if isinstance(args, str) else " ".join(map(os.fsdecode, args)))
        self._close_pipe_fds(*about[9:15])
        self.pid, self.returncode = None, NO_COMMAND

    def system(command: Any) -> int:
        refuse(command)
        return NO_COMMAND << 8

    process: Any = subprocess.Popen
    process._execute_child = run
    os.system = system


def _settle_processes() -> None:
    """Have what is meant for several processes done by threads: none may be started."""
    import concurrent.futures as futures
    import multiprocessing
    from multiprocessing import dummy

    class Executor(futures.ThreadPoolExecutor):
        def __init__(self, max_workers: Any = None, mp_context: Any = None, **more: Any) -> None:
            known = ("initializer", "initargs")
            super().__init__(max_workers, **{k: v for k, v in more.items() if k in known})

    for name in ("Pool", "Process"):
        for place in (multiprocessing, multiprocessing.context.BaseContext):
            setattr(place, name, staticmethod(getattr(dummy, name)))
    futures.ProcessPoolExecutor = Executor  # type: ignore[misc,assignment]


# -- running cells ---------------------------------------------------------------------------------


class Runner:
    """Runs a submission's cells one after the other, with one asyncio loop for all of them."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        sys.stdout, sys.stderr = shell.outputs.out, shell.outputs.err
        #: Kept, since what still waits in them would end with an error in another cell.
        self._earlier: list[asyncio.AbstractEventLoop] = []
        self._loop = self._new_loop()

    def _begin_again(self) -> None:
        self._earlier.append(self._loop)
        self._loop = self._new_loop()

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        # A task that fails and that nobody asks is no matter.
        loop.set_exception_handler(lambda *_: None)
        asyncio.set_event_loop(loop)
        return loop

    def run(self, source: str, seconds: float) -> dict[str, Any]:
        """Run one cell as a notebook would; returns its outputs as nbformat has them."""
        shell = self._shell
        shell.outputs.begin()
        shell.failed = []
        self._put_back_streams()
        if self._loop.is_closed() or getattr(self._loop, "_stopping", False):
            self._begin_again()
        start = time.monotonic()
        late = False
        try:
            with alarm(seconds):
                self._loop.run_until_complete(self._cell(source))
                _flush_figures()
        except CellTimeout:
            late = True
            self._begin_again()
        except (Exception, SystemExit, KeyboardInterrupt):
            # The cell has ended the loop, closed it, or taken it away; or what the shell needs.
            self._begin_again()
        failed = shell.failed
        if late or any(out["ename"] == "CellTimeout" for out in failed):
            failed = [timed_out(seconds)]
        return {
            "outputs": [*shell.outputs.shown, *failed],
            "refused": shell.outputs.refused[:5],
            "seconds": time.monotonic() - start,
        }

    def _put_back_streams(self) -> None:
        """Without something to write to, no cell would run any more."""
        for name in ("stdout", "stderr"):
            stream: Any = getattr(sys, name, None)
            try:
                usable = callable(stream.write) and not getattr(stream, "closed", False)
            except Exception:
                usable = False
            if not usable:
                setattr(sys, name, getattr(self._shell.outputs, name[3:]))

    async def _cell(self, source: str) -> None:
        # As ipykernel does it: within a running loop, whether the cell awaits something or not.
        shell = self._shell
        try:
            transformed, problem = shell.transform_cell(source), None
        except Exception:
            transformed, problem = source, sys.exc_info()
        about = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
        if shell.should_run_async(source, **about):
            done = None
            try:
                done = await shell.run_cell_async(source, store_history=True, **about)
            finally:
                shell.events.trigger("post_execute")
                shell.events.trigger("post_run_cell", done)
        else:
            shell.next_cell = None if problem else (source, transformed)
            shell.run_cell(source, store_history=True)
        shell.payload_manager.clear_payload()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=AFTER)


def plain_pipes() -> None:
    """Have asyncio's loops wake themselves by pipes: pairs of sockets are refused."""
    from asyncio import selector_events

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


def timed_out(seconds: float) -> dict[str, Any]:
    """The error of a cell that ran too long."""
    said = f"This cell ran for more than {seconds:g} seconds and was stopped."
    return {"output_type": "error", "ename": "Timeout", "evalue": said, "traceback": [said]}


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise ``CellTimeout`` within, after so many seconds, and each second from then on: IPython
    itself catches one that is raised while it shows an error."""
    within = [True]

    def ring(*_: Any) -> None:
        if within:
            raise CellTimeout

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        within.clear()
        signal.setitimer(signal.ITIMER_REAL, 0)


def words(value: Any) -> str:
    """What an error says of itself, if it can."""
    try:
        return str(value)[:2000]
    except BaseException:  # a student's own exception may fail to say what it is
        return "an error that can't be shown"


def _flush_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib_inline import backend_inline

        backend_inline.flush_figures()  # type: ignore[no-untyped-call]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, str) else json.loads(json.dumps(value, default=str))
