"""Running a submission's cells one after the other, as a notebook would."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from .cell_timeout import CellTimeout, alarm, timed_out

#: Seconds that a cell's asyncio tasks may go on for after it, as they do in a notebook.
AFTER = 0.1


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

    def run(self, source: str, seconds: float, silent: bool = False) -> dict[str, Any]:
        """Run one cell as a notebook would; returns its outputs as nbformat has them.

        A ``silent`` cell has no number, and isn't in ``In``.
        """
        shell = self._shell
        shell.outputs.begin()
        shell.failed = []
        self._put_back_streams()
        if self._loop.is_closed() or getattr(self._loop, "_stopping", False):
            self._begin_again()
        start = time.monotonic()
        rang: list[float] = []
        try:
            with alarm(seconds) as rang:
                self._loop.run_until_complete(self._cell(source, not silent))
                _flush_figures()
        except CellTimeout:
            self._begin_again()
        except (Exception, SystemExit, KeyboardInterrupt):
            # The cell has ended the loop, closed it, or taken it away; or what the shell needs.
            self._begin_again()
        failed = shell.failed
        if rang:
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

    async def _cell(self, source: str, history: bool) -> None:
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
                done = await shell.run_cell_async(source, store_history=history, **about)
            finally:
                shell.events.trigger("post_execute")
                shell.events.trigger("post_run_cell", done)
        else:
            shell.next_cell = None if problem else (source, transformed)
            shell.run_cell(source, store_history=history)
        shell.payload_manager.clear_payload()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=AFTER)


def _flush_figures() -> None:
    if "matplotlib.pyplot" in sys.modules:
        # Only where something was drawn.
        from matplotlib_inline import backend_inline

        backend_inline.flush_figures()  # type: ignore[no-untyped-call]
