"""A class on JupyterHub for tests and benchmarks: a machine with users of its own, and people.

As root, ``running_class`` starts the hub as docs/hub.md says, with system users, in a view of this
machine that has an ``/etc``, ``/home`` and ``/srv`` of its own: nothing of this machine is changed.
``running_trial`` is ``crossroads hub --demo``, which needs no root.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import websocket

TREE = Path(__file__).resolve().parents[2]
DEPLOY = TREE / "deploy" / "jupyterhub"
INSTRUCTORS, STUDENTS = "formgrade-crossroads", "nbgrader-crossroads"
DESK = "/services/crossroads"
SECONDS = 240
#: What only a test needs, after the class's own settings: free ports, and the front end's own
#: object to ask.
CONFIG = """
c = get_config()
load_subconfig({config!r}, path="/")
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
exposed = "--LabApp.expose_app_in_browser=True"
c.Spawner.args = [*c.Spawner.args, exposed]
desk, culler = c.JupyterHub.services
desk["url"] = "http://127.0.0.1:{desk_port}"
desk["command"] = [*desk["command"], exposed]
# The same rights as the culler's, for a test that runs it at once.
c.JupyterHub.services.append({{"name": "hasty-culler", "api_token": {token!r}}})
c.JupyterHub.load_roles[1]["services"].append("hasty-culler")
"""
SET_UP = """
set -eu
{set_up} >/dev/null
while read -r name password group; do
  useradd --create-home --key HOME_MODE=0700 --shell /bin/bash ${{group:+--groups $group}} "$name"
  echo "$name:$password" | chpasswd
done </srv/people
rm /srv/people
chown -R grader-crossroads: /srv/crossroads/course
cd /srv
exec {hub}
"""


@dataclass(frozen=True)
class Hub:
    """A running hub, and where its people's things are, as this process sees them."""

    url: str
    homes: Path
    shared: Path
    passwords: dict[str, str]
    log: Path
    process: int
    api: str = ""
    token: str = ""

    def person(self, name: str) -> Person:
        """Somebody who has not logged in yet."""
        return Person(self.url, name, self.passwords[name])

    def course_of(self, name: str) -> Path:
        """A person's own course directory."""
        return self.homes / name / "course"


@dataclass
class Person:
    """Somebody with a browser's cookies, who speaks HTTP and WebSocket to the hub."""

    url: str
    name: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def own(self) -> str:
        """The path of this person's own server."""
        return f"/user/{self.name}"

    def log_in(self) -> bool:
        """Log in; whether the hub took the password."""
        page = self.session.get(f"{self.url}/hub/login", timeout=SECONDS)
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert token, page.text[:500]
        given = {"username": self.name, "password": self.password, "_xsrf": token[1]}
        where = f"{self.url}/hub/login?next=%2Fhub%2Fhome"
        reply = self.session.post(where, data=given, timeout=SECONDS)
        return reply.ok and reply.url.endswith("/hub/home")

    def start(self) -> None:
        """Start this person's own server and wait until it answers."""
        reply = self.ask("POST", f"/hub/api/users/{self.name}/server", at="/hub/")
        assert reply.status_code in (201, 202), reply.text
        until = time.monotonic() + SECONDS
        while not self._ready():
            assert time.monotonic() < until, f"{self.name}'s server didn't start"
            time.sleep(0.3)
        # The first page signs in to the server itself.
        page = self.ask("GET", f"{self.own}/tree")
        assert page.ok, page.text[:500]

    def stop(self) -> None:
        """Stop this person's own server and wait until it is gone."""
        self.ask("DELETE", f"/hub/api/users/{self.name}/server", at="/hub/")
        until = time.monotonic() + SECONDS
        while self.running:
            assert time.monotonic() < until, f"{self.name}'s server didn't stop"
            time.sleep(0.3)

    @property
    def running(self) -> bool:
        """Whether the hub has a server of this person's."""
        return self._server() is not None

    def _server(self) -> dict[str, Any] | None:
        reply = self.ask("GET", f"/hub/api/users/{self.name}", at="/hub/")
        assert reply.ok, reply.text
        return reply.json()["servers"].get("")

    def _ready(self) -> bool:
        server = self._server()
        return bool(server and server["ready"])

    def ask(self, method: str, path: str, at: str = "", **given: Any) -> requests.Response:
        """One request with this person's cookies; ``at`` is where its anti-forgery cookie lies."""
        place = at or f"{self.own}/"
        tokens = [c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == place]
        headers = {"X-XSRFToken": tokens[0]} if tokens else {}
        given.setdefault("timeout", SECONDS)
        return self.session.request(method, self.url + path, headers=headers, **given)

    def assignments(self, what: str, **given: str) -> Any:
        """nbgrader's assignment list: ``what`` is a path of its interface."""
        method = "POST" if given else "GET"
        if given:
            given |= {"course_id": "crossroads"}
        path = f"{self.own}/assignments{what}"
        reply = self.ask(method, path, data=given or None, params=None if given else COURSE)
        answer = reply.json()
        assert reply.ok and answer["success"], reply.text
        return answer["value"]

    def run(self, code: str) -> str:
        """What a cell prints in a new kernel of this person's server."""
        kernel = self.ask("POST", f"{self.own}/api/kernels", json={"name": "python3"}).json()["id"]
        try:
            return self._run(kernel, code)
        finally:
            self.ask("DELETE", f"{self.own}/api/kernels/{kernel}")

    def _run(self, kernel: str, code: str) -> str:
        address = f"{self.url}{self.own}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        cookies = "; ".join(
            f"{c.name}={c.value}" for c in self.session.cookies if c.path in ("/", f"{self.own}/")
        )
        channel = websocket.create_connection(address, timeout=SECONDS, cookie=cookies)
        message = {
            "header": {
                "msg_id": uuid.uuid4().hex,
                "msg_type": "execute_request",
                "username": self.name,
                "session": uuid.uuid4().hex,
                "version": "5.3",
            },
            "parent_header": {},
            "metadata": {},
            "content": {"code": code, "silent": False, "store_history": False},
            "channel": "shell",
        }
        channel.send(json.dumps(message))
        said = ""
        while True:
            heard = json.loads(channel.recv())
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if heard["msg_type"] == "stream":
                said += heard["content"]["text"]
            elif heard["msg_type"] == "error":
                said += "\n".join(heard["content"]["traceback"])
            elif heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                channel.close()
                return said


COURSE = {"course_id": "crossroads"}


@contextmanager
def running_class(folder: Path, people: dict[str, str], more: str = "") -> Iterator[Hub]:
    """The class's hub with system users; ``people`` are groups by name, "" for a stranger.

    ``more`` are lines after the class's own settings.
    """
    ports = free_ports(4)
    passwords = {name: uuid.uuid4().hex for name in people}
    token = uuid.uuid4().hex
    for name in ("etc", "home", "srv"):
        (folder / name).mkdir(parents=True)
    subprocess.run(["cp", "-a", "/etc/.", folder / "etc"], check=True)
    srv = folder / "srv"
    shutil.copytree(TREE / "assignments", srv / "crossroads" / "course" / "source")
    lines = [f"{name} {passwords[name]} {group}\n" for name, group in people.items()]
    (srv / "people").write_text("".join(lines), "utf-8")
    config = CONFIG.format(
        config=str(DEPLOY / "jupyterhub_config.py"),
        port=ports[0],
        hub_port=ports[1],
        api_port=ports[2],
        desk_port=ports[3],
        token=token,
    )
    (srv / "config.py").write_text(config + more, "utf-8")
    hub = shlex.join([sys.executable, "-m", "jupyterhub", "--config=/srv/config.py"])
    script = SET_UP.format(set_up=DEPLOY / "set-up.sh", hub=hub)
    with running([*view(folder), "sh", "-c", script], folder / "hub.log", ports[0]) as (
        url,
        process,
    ):
        yield Hub(
            url,
            folder / "home",
            srv / "crossroads",
            passwords,
            folder / "hub.log",
            process,
            f"http://127.0.0.1:{ports[1]}/hub/api",
            token,
        )


@contextmanager
def running_trial(folder: Path) -> Iterator[Hub]:
    """`crossroads hub --demo`, as anybody can start it."""
    folder.mkdir(parents=True)
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "crossroads.cli", "hub", f"--demo={folder}"]
    with running([*command, f"--port={port}"], folder / "said.log", port) as (url, process):
        passwords = json.loads((folder / "passwords.json").read_text("utf-8"))
        yield Hub(url, folder / "home", folder, passwords, folder / "hub.log", process)


def heard() -> None:
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def running(command: list[str], log: Path, port: int) -> Iterator[tuple[str, int]]:
    """A hub started by a command, from its first answer on: its address and the command's process.

    It and all it started end after it.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            env=kept,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Ignored where tests run in the background or after nohup, which servers inherit.
            preexec_fn=heard,
        )
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                if requests.get(f"{url}/hub/login", timeout=10).ok:
                    break
            except requests.ConnectionError:
                pass
            if process.poll() is not None or time.monotonic() > until:
                ended = (
                    f"(ended with {process.returncode})" if process.returncode is not None else ""
                )
                raise RuntimeError(f"The hub didn't start {ended}:\n{log.read_text()[-4000:]}")
            time.sleep(0.3)
        yield url, process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def view(folder: Path) -> list[str]:
    """The command that starts another in a view of this machine, as docs/hub.md wants it.

    /etc, /home and /srv are the folder's; of the checkout there is what an installation has, so no
    assignments, and everybody can run the environment's Python, wherever it lies.
    """
    shared = [TREE / name for name in ("src", "lessons", "data", "deploy", "crossroads.yml")]
    shared += [Path(sys.prefix), Path(sys.base_prefix)]
    masked = [Path("/tmp"), TREE, *(closed(path) for path in shared)]
    # Its processes end with it. bwrap's own --proc would keep the grader's sandbox from having one.
    options = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    options += ["bwrap", "--die-with-parent", "--cap-add", "ALL", "--dev-bind", "/", "/"]
    for name in ("etc", "home", "srv"):
        options += ["--bind", str(folder / name), f"/{name}"]
    covered: list[Path] = []
    for path in sorted({p for p in masked if p}, key=lambda p: len(p.parts)):
        if not any(path.is_relative_to(other) for other in covered):
            mode = "1777" if path == Path("/tmp") else "0755"
            options += ["--perms", mode, "--tmpfs", str(path)]
            covered.append(path)
    for path in shared:
        mask = next((m for m in covered if path.is_relative_to(m)), path)
        for parent in reversed(path.parents):
            if parent.is_relative_to(mask) and parent != mask:
                options += ["--perms", "0755", "--dir", str(parent)]
        options += ["--ro-bind", str(path), str(path)]
    return options


def closed(path: Path) -> Path | None:
    """The outermost folder on the way to a path that not everybody may enter."""
    ways = [p for p in reversed(path.parents) if not p.stat().st_mode & 0o001]
    return ways[0] if ways else None


def free_ports(number: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
