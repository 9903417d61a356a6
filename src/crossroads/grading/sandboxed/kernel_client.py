"""A Jupyter kernel of another language, asked to run cells, by its messages alone.

It talks through sockets in the file system (ipc): a sandbox has no network. What a kernel says is a
student's: a message that can't be read is passed over.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

from .cell_timeout import timed_out

#: Seconds for a kernel to start, to stop a cell when it's told to, and for its last message.
START, STOP, REPLY = 50.0, 5.0, 2.0
#: Bytes of outputs that one cell may show.
MOST_SHOWN = 2 * 2**20
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


class KernelDied(RuntimeError):
    """The kernel ended, or doesn't answer any more; the message is what it said at last."""


class KernelClient:
    """Starts a kernel and runs cells in it, one after the other."""

    def __init__(
        self, argv: list[str], environment: dict[str, str], folder: Path, by_message: bool
    ) -> None:
        """``folder`` is for the connection's sockets, and short: their paths have a limit."""
        self._by_message, self._folder = by_message, folder
        key = uuid.uuid4().hex
        path = folder / "c.json"
        ports = {f"{name}_port": number for number, name in enumerate(CHANNELS, 1)}
        about = {
            **ports,
            "transport": "ipc",
            "ip": str(folder / "s"),
            "key": key,
            "kernel_name": "",
        }
        about |= {"signature_scheme": "hmac-sha256"}
        path.write_text(json.dumps(about), "ascii")
        words = [word.replace("{connection_file}", str(path)) for word in argv]
        self._said = folder / "said"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
            )
        self._session = Session(key=key.encode())
        self._poller = zmq.Poller()
        context = zmq.Context()
        kinds = {"shell": zmq.DEALER, "control": zmq.DEALER, "iopub": zmq.SUB}
        self._sockets = {name: context.socket(kind) for name, kind in kinds.items()}
        for name, socket in self._sockets.items():
            socket.linger = 0
            socket.reconnect_ivl = 20  # milliseconds, until the kernel has made its sockets
            if name == "iopub":
                socket.subscribe(b"")
            socket.connect(f"ipc://{folder / 's'}-{ports[f'{name}_port']}")
            self._poller.register(socket, zmq.POLLIN)

    def wait_until_ready(self, seconds: float = START) -> None:
        """Wait for its first answers on both channels. Raises ``KernelDied``."""
        end = time.monotonic() + seconds
        answered = heard = False
        while not (answered and heard):
            if time.monotonic() > end:
                raise KernelDied(self._last_words() or f"no answer within {seconds:g} seconds")
            self._send("shell", "kernel_info_request", {})
            # Once it answers, what it says to all is heard soon, when it's asked again.
            until = time.monotonic() + (0.1 if answered else 1)
            while time.monotonic() < until and not (answered and heard):
                for channel, _ in self._receive(0.05):
                    answered = answered or channel == "shell"
                    heard = heard or channel == "iopub"

    def run(self, source: str, seconds: float) -> list[dict[str, Any]]:
        """Run one cell; returns its outputs as nbformat has them. Raises ``KernelDied``."""
        asked = self._send(
            "shell",
            "execute_request",
            {
                "code": source,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                # As nbgrader has it: cells below one that fails run all the same.
                "stop_on_error": False,
            },
        )
        shown = _Shown()
        end = time.monotonic() + seconds
        late = idle = False
        reply: dict[str, Any] = {}
        while not (idle and reply):
            if time.monotonic() > end:
                if idle:
                    break
                if late:
                    raise KernelDied(f"it does not stop a cell after {seconds:g} seconds")
                late, end = True, time.monotonic() + STOP
                self._interrupt()
            for channel, message in self._receive(0.1):
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, content = message["msg_type"], message["content"]
                if channel == "shell" and kind == "execute_reply":
                    reply = content
                elif kind == "status" and content.get("execution_state") == "idle":
                    idle, end = True, min(end, time.monotonic() + REPLY)
                elif channel == "iopub":
                    shown.take(kind, content)
        outputs = shown.outputs
        if late:
            # Not the kernel's own word for being interrupted.
            outputs = [out for out in outputs if out["output_type"] != "error"]
            return [*outputs, timed_out(seconds)]
        if reply.get("status") == "error":
            # As nbgrader does: an error of which nothing was shown is one all the same.
            error = {name: reply.get(name) for name in ("ename", "evalue", "traceback")}
            known = any(
                out["output_type"] == "error" and out.get("ename") == error["ename"]
                for out in outputs
            )
            outputs += [] if known else [{"output_type": "error", **error}]
        return outputs

    def _send(self, channel: str, kind: str, content: dict[str, Any]) -> str:
        message = self._session.msg(kind, content)
        self._session.send(self._sockets[channel], message)
        return str(message["header"]["msg_id"])

    def _receive(self, seconds: float) -> list[tuple[str, dict[str, Any]]]:
        """Return what has come on any channel, within so many seconds. Raises ``KernelDied``."""
        ready = dict(self._poller.poll(int(seconds * 1000)))
        if not ready and self._process.poll() is not None:
            raise KernelDied(self._last_words() or f"it ended with {self._process.poll()}")
        found = []
        for name, socket in self._sockets.items():
            while socket in ready:
                try:
                    parts = socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                try:
                    _, rest = self._session.feed_identities(parts)
                    message = self._session.deserialize(rest)
                except Exception:
                    continue  # it isn't one of the kernel's
                if all(isinstance(message[part], dict) for part in ("parent_header", "content")):
                    found.append((name, message))
        return found

    def _interrupt(self) -> None:
        if self._by_message:
            self._send("control", "interrupt_request", {})
        else:
            os.kill(self._process.pid, signal.SIGINT)

    def _last_words(self) -> str:
        try:
            said = self._said.read_bytes()[-2000:].decode("utf-8", "replace")
        except OSError:
            return ""
        return " ".join(said.split())[-300:]


class _Shown:
    """What a cell shows, as nbformat has it."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self._left = MOST_SHOWN
        self._clear = False
        self._named: dict[str, dict[str, Any]] = {}

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Take in one message of the kernel's."""
        if kind == "clear_output":
            self._clear = True
            if not content.get("wait"):
                self._cleared()
            return
        if kind == "update_display_data":
            if known := self._named.get(str((content.get("transient") or {}).get("display_id"))):
                known["data"] = content.get("data")
            return
        if kind not in ("stream", "error", "display_data", "execute_result"):
            return
        self._cleared()
        self._left -= len(json.dumps(content, default=str))
        if self._left < 0 and kind != "error":
            return
        if kind == "stream":
            self._write(str(content.get("name")), str(content.get("text")))
            return
        names = ("ename", "evalue", "traceback") if kind == "error" else ("data", "metadata")
        made = {"output_type": kind, **{name: content.get(name) for name in names}}
        self.outputs.append(made)
        if name := (content.get("transient") or {}).get("display_id"):
            self._named[str(name)] = made

    def _write(self, name: str, text: str) -> None:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def _cleared(self) -> None:
        if self._clear:
            self.outputs.clear()
            self._named.clear()
            self._clear = False
