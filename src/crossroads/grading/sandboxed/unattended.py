"""A shell before which nobody sits.

``settle`` makes any shell behave as one: commands of the system are refused and the cell goes on,
and ``input()`` gives an empty text. ``crossroads check`` and self-study use that, too, so that all
of them come to the same answers.
"""

from __future__ import annotations

import ast
import builtins
import functools
import getpass
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from IPython.core.error import StdinNotImplementedError

#: How often ``input()`` is answered; a loop that asks until it likes the answer would never end.
MOST_INPUTS = 20
#: Lines of a traceback that are shown, and errors that led to one another.
MOST_LINES, MOST_CAUSES = 30, 10
NOT_RUN = "[Not run while this is marked: {command}]"
NO_INPUT = "[Nobody types while this is marked: input() returned an empty string.]"
#: The exit code of a command that isn't there.
NO_COMMAND = 127


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
        # Where a cell asks for it, IPython is there.
        from IPython.utils.text import LSString, SList

        refuse(command)
        return SList([]) if split else LSString("")

    shell.system = shell.system_piped = shell.system_raw = system
    shell.getoutput = getoutput
    _settle_magics(shell, refuse)
    _settle_input()
    _settle_imports(shell)
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


def _settle_imports(shell: Any) -> None:
    """Have a cell go on after a package that isn't here: only what needs it fails."""

    def missing(names: list[str]) -> None:
        shell.showtraceback()
        if failed := getattr(shell, "failed", None):
            # Where it came: what the cell shows after it is no answer to it.
            shell.outputs.shown.append(failed.pop())
        shell.user_ns.update({name: _Elsewhere() for name in names})

    builtins.__crossroads_missing__ = missing  # type: ignore[attr-defined]
    shell.ast_transformers.append(_Imports())


class _Imports(ast.NodeTransformer):
    """Puts a cell's imports of packages that aren't here into a ``try``; no others."""

    def visit_Module(self, module: ast.Module) -> ast.Module:
        lines = [self._guarded(line) if _is_missing(line) else line for line in module.body]
        module.body = lines
        return ast.fix_missing_locations(module)

    def _guarded(self, line: ast.stmt) -> ast.stmt:
        names = [] if not _is_colab(line) else [a.asname or a.name for a in line.names]  # type: ignore[attr-defined]
        shown = f"try: pass\nexcept ImportError: __crossroads_missing__({names!r})"
        (guarded,) = ast.parse(shown).body
        assert isinstance(guarded, ast.Try)
        guarded.body = [line]
        for part in (guarded, *ast.walk(guarded.handlers[0])):
            ast.copy_location(part, line)
        return guarded


class _Elsewhere:
    """Stands for what Colab has and nobody else: its drive, its files. What is asked of it is done
    nowhere and gives ``None``."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _is_colab(line: ast.stmt) -> bool:
    return isinstance(line, ast.ImportFrom) and (line.module or "").startswith("google.colab")


def _is_missing(line: ast.stmt) -> bool:
    """Return whether a line imports a package that can't be found here."""
    if isinstance(line, ast.Import):
        names = [alias.name for alias in line.names]
    elif isinstance(line, ast.ImportFrom) and not line.level:
        names = [line.module or ""]
    else:
        return False
    return _is_colab(line) or any(not _is_here(name.partition(".")[0]) for name in names)


def _is_here(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return True


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
    """Return a traceback's first and last lines."""
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
    # Slow, and only needed where somebody runs code.
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
