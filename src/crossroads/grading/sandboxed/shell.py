"""The shell in which a submission's cells run: ipykernel's own, without a kernel around it.

What it shows is collected in ``outputs``; ``unattended`` settles it for where nobody sits
before it.
"""

from __future__ import annotations

from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import displayhook, displaypub
from IPython.core.error import UsageError
from traitlets import Type

from .outputs import Outputs, words

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
        # Slow, and hardly anybody asks for it.
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
