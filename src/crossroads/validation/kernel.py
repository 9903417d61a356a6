"""Running one's own notebook in an ordinary kernel, where there is no sandbox.

It takes the place of ``grading.sandbox.Worker`` on Windows and macOS, and on Linux without
bubblewrap: the code is the learner's own, and runs with the learner's own rights, as it does in
JupyterLab. Nobody else's submission may be run like this.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..grading.sandbox import Limits, WorkerLost

#: A display that carries what was asked for.
_KIND = "application/x-crossroads+json"


class OwnKernel:
    """Runs a submission's steps, and answers as ``sandbox.Worker`` does."""

    def __init__(self, limits: Limits, folder: Path | None = None, kernel: str = "python3") -> None:
        self.limits = limits
        self._folder = folder
        self._kernel = kernel

    def __enter__(self) -> OwnKernel:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(
        self,
        steps: list[dict[str, Any]],
        files: dict[str, bytes],
        environment: dict[str, str],
        **_: Any,
    ) -> tuple[dict[str, Any], bytes]:
        """Run the steps in a kernel of their own, in a folder of their own or in the one given.

        Raises ``WorkerLost`` if no kernel can be started.
        """
        # A second, which only who runs a notebook waits for.
        import nbformat
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient import NotebookClient
        from nbclient.exceptions import DeadKernelError

        # Each step's own cell, between what it needs to be put back and what is kept after it.
        sources = [text for step in steps for text in (_before(step), _source(step), _after(step))]
        cells = [nbformat.v4.new_code_cell(text) for text in sources]  # type: ignore[no-untyped-call]
        settled = (
            "from crossroads.grading.sandboxed import unattended as _u; "
            "_u.settle(get_ipython()); del _u"
        )
        python = self._kernel == "python3"
        cells.insert(0, nbformat.v4.new_code_cell(settled if python else ""))  # type: ignore[no-untyped-call]
        notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
        why = ""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for name, content in files.items() if not self._folder else ():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            client = NotebookClient(
                notebook,
                timeout=int(self.limits.cell),
                interrupt_on_timeout=True,
                allow_errors=True,
                kernel_name=self._kernel,
                resources={"metadata": {"path": str(self._folder or folder)}},
            )
            own = {"NBGRADER_EXECUTION": "autograde", "CROSSROADS_PROGRESS": f"{folder}/.progress"}
            try:
                # A kernel's own log is nothing for a learner.
                client.execute(env={**os.environ, **own, **environment}, stderr=subprocess.DEVNULL)
            except DeadKernelError:
                why = "ended"
            except (NoSuchKernel, OSError, RuntimeError) as error:
                raise WorkerLost(f"no kernel could be started: {error}") from None
        lines = []
        for number, (step, cell) in enumerate(zip(steps, notebook.cells[2::3], strict=True)):
            if why and cell.execution_count is None and not cell.outputs:
                break
            if step["kind"] == "cell":
                lines.append({"cell": number, "outputs": cell.outputs})
            else:
                lines.append({"ask": number, "values": _told(cell.outputs)})
        if not why:
            lines.append({"done": True})
        header = {"why": why, "signal": 0}
        return header, "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _before(step: Mapping[str, Any]) -> str:
    back = step.get("back")
    return _set_up(f"put_back(globals(), {back!r}, {step.get('own', False)})") if back else ""


def _after(step: Mapping[str, Any]) -> str:
    if "back" not in step:
        return ""
    again = f"give_back(globals()); _k.keep(globals(), {step.get('keep', [])!r})"
    return _set_up(again)


def _set_up(call: str) -> str:
    return f"import crossroads.grading.sandboxed.set_up as _k; _k.{call}; del _k"


def _source(step: Mapping[str, Any]) -> str:
    if step["kind"] == "cell":
        return str(step["source"])
    asked = base64.b64encode(pickle.dumps((step["names"], step["calls"]))).decode()
    return f"import crossroads.validation.kernel as _k; _k.tell(globals(), {asked!r}); del _k"


def _told(outputs: list[Any]) -> dict[str, Any]:
    for out in outputs:
        if _KIND in out.get("data", {}):
            told: dict[str, Any] = out["data"][_KIND]
            return told
    return {"names": {}, "calls": []}


def tell(space: dict[str, Any], asked: str) -> None:
    """Show, in the kernel, the values of names and what functions return for calls, encoded."""
    # In the learner's kernel, which has both.
    from IPython.display import display

    from ..grading.values import encode, held

    names, calls = pickle.loads(base64.b64decode(asked))
    found: dict[str, Any] = {"names": {}, "calls": []}
    for name in names:
        if name in space:
            try:
                found["names"][name] = encode(held(space, name))
            except Exception as error:
                found["names"][name] = {"t": "opaque", "kind": type(error).__name__}
    for name, arguments in calls:
        try:
            made = {"value": encode(space[name](*pickle.loads(arguments)))}
        except KeyboardInterrupt:
            words = ["Timeout", "it ran for too long and was stopped"]
            found["calls"] += [{"error": words}] * (len(calls) - len(found["calls"]))
            break
        except Exception as error:
            made = {"error": [type(error).__name__[:100], str(error)[:300]]}
        found["calls"].append(made)
    display({_KIND: found}, raw=True)  # type: ignore[no-untyped-call]
