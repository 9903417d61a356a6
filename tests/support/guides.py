"""The guides as a reader follows them: every command in a box, one after another."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crossroads.cli import main

DOCS = Path(__file__).parents[2] / "docs"


def commands(path: Path) -> list[str]:
    """The lines of a guide's ``sh`` boxes, in order."""
    boxes = re.findall(r"^```sh\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
    return [line for box in boxes for line in box.splitlines() if line and line[0] != "#"]


def file_box(path: Path, word: str) -> str:
    """The one ``yaml`` box of a guide that has a line which begins with a word."""
    boxes = re.findall(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
    (box,) = [box for box in boxes if re.search(rf"^\s*{word}", box, re.M)]
    return str(box)


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str = ""


def run(line: str) -> Said:
    """Run a guide's line in the current folder; one that serves a page is asked for it, and ended.

    ``crossroads`` runs in this process, which is quicker; other programs in their own.
    """
    program, *words = shlex.split(line)
    if "--no-browser" in words:
        with serving(program, *words) as address:
            return Said(0, page_at(address))
    if Path(program).name == "crossroads":
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
        return Said(code, out.getvalue(), err.getvalue())
    done = subprocess.run([_own(program), *words], capture_output=True, text=True, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def page_at(address: str) -> str:
    """What a server that may still be starting answers."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address) as reply:
                return str(reply.read().decode())
        except urllib.error.URLError:
            time.sleep(0.5)
    raise AssertionError(f"nobody answers at {address}")


@contextlib.contextmanager
def serving(program: str, *words: str) -> Iterator[str]:
    """A server that a command starts, by the address that it prints; ended with all it started."""
    process = subprocess.Popen(
        [_own(program), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    said = ""
    try:
        for text in process.stdout:
            said += text
            if address := re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*", text):
                yield address[0]
                return
        raise AssertionError(f"{program} {' '.join(words)} served nothing:\n{said}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def _own(program: str) -> str:
    """A program of this environment; one of the system's else."""
    path = Path(sys.executable).with_name(Path(program).name)
    return str(path) if path.exists() else program
