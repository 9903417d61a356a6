"""What runs inside the sandbox of another language's notebooks: a new kernel for each submission.

As with ``worker``, a parent that runs nothing of a student's forks a child for each. This child
starts the kernel, which has the child's limits and may start programs of its own; all of them end
with the submission.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from . import confinement, worker

#: Files that all of a submission's processes may have open, each.
MOST_OPEN = 1024


def serve() -> None:
    """Answer requests until the input ends."""
    worker.serve(_warm, _be_submission)


def _warm() -> Any:
    # For all children to come.
    from . import kernel_client

    return kernel_client


# -- in the child ----------------------------------------------------------------------------------


def _be_submission(client: Any, request: dict[str, Any], limits: dict[str, Any], pipe: int) -> None:
    # Kernels that are made of a program for people (bash, Octave) talk to it by a terminal.
    worker.enter_place(request["files"], limits, terminals=True)
    environment = {**os.environ, **request["environment"], **request["kernel"]["environment"]}
    _confine(limits)

    def send(line: dict[str, Any]) -> None:
        worker.write(pipe, json.dumps(line).encode() + b"\n")

    folder = Path(tempfile.mkdtemp(prefix="k"))
    about = request["kernel"]
    try:
        kernel = client.KernelClient(about["argv"], environment, folder, about["by_message"])
        kernel.wait_until_ready()
    except (client.KernelDied, OSError) as why:
        send({"kernel": "did not start", "said": str(why)[-300:]})
        return
    for number, step in enumerate(request["steps"]):
        start = time.monotonic()
        try:
            outputs = kernel.run(step["source"], limits["cell"])
        except client.KernelDied as why:
            send({"kernel": "ended", "said": str(why)[-300:]})
            return
        send({"cell": number, "outputs": outputs, "seconds": time.monotonic() - start})
    send({"done": True})


def _confine(limits: dict[str, Any]) -> None:
    """Give away, for good, what a submission doesn't need."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for what, most in (
        # Not the address space, of which Julia and others reserve far more than they use.
        (resource.RLIMIT_DATA, limits["memory"]),
        (resource.RLIMIT_CPU, int(limits["seconds"]) + 2),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_NOFILE, MOST_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    if limits["sandboxed"]:
        if confinement.linux() >= (5, 14):
            resource.setrlimit(resource.RLIMIT_NPROC, (limits["threads"], limits["threads"]))
        confinement.refuse(bytes.fromhex(limits["refused"]))
