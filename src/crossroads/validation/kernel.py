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

    def __init__(self, limits: Limits, folder: Path | None = None) -> None:
        self.limits = limits
        self._folder = folder

    def __enter__(self) -> OwnKernel:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(
        self, steps: list[dict[str, Any]], files: dict[str, bytes], environment: dict[str, str]
    ) -> tuple[dict[str, Any], bytes]:
        """Run the steps in a kernel of their own, in a folder of their own or in the one given.

        Raises ``WorkerLost`` if no kernel can be started.
        """
        # A second, which only who runs a notebook waits for.
        import nbformat
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient import NotebookClient
        from nbclient.exceptions import DeadKernelError

        cells = [nbformat.v4.new_code_cell(_source(step)) for step in steps]  # type: ignore[no-untyped-call]
        settled = (
            "from crossroads.grading.sandboxed import unattended as _u; "
            "_u.settle(get_ipython()); del _u"
        )
        cells.insert(0, nbformat.v4.new_code_cell(settled))  # type: ignore[no-untyped-call]
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
                kernel_name="python3",
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
        for number, (step, cell) in enumerate(zip(steps, notebook.cells[1:], strict=True)):
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
    """In the kernel: show the values of names, and what functions give for calls, encoded."""
    # In the learner's kernel, which has both.
    from IPython.display import display

    from ..grading.values import encode

    names, calls = pickle.loads(base64.b64decode(asked))
    found: dict[str, Any] = {"names": {}, "calls": []}
    for name in names:
        if name in space:
            try:
                found["names"][name] = encode(space[name])
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
