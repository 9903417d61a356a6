"""A trial of a class on this machine: its people, its hub, and what to try first."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from .. import content
from ..course import write_whole
from .hub import INSTRUCTORS, STUDENTS, proxy_command

#: What a trial's people are called, and the groups they are in.
PEOPLE = {"teacher": [INSTRUCTORS], "student1": [STUDENTS], "student2": [STUDENTS]}
#: How long the hub may take to start, and to stop all servers, before it is made to.
START_SECONDS, STOP_SECONDS = 180, 10
NEXT = """
What to try:
  1. Log in as teacher. Nbgrader > Course List > crossroads opens formgrader at the instructors'
     desk. In the row of quiz-01 press Generate, then Release.
  2. In a private window of the browser, log in as student1. In Nbgrader > Assignment List fetch
     quiz-01, answer a question, save, and submit.
  3. As teacher press Collect in the same row. In the desk's terminal (File > New > Terminal) type
       crossroads grade quiz-01 --course .
       crossroads feedback quiz-01 --course .
     and press Release Feedback. student1 fetches it in the Assignment List.
"""


def configure(c: Any, folder: Path) -> None:
    """Everything in one folder and on this machine only; people are no users of the system.

    All servers run as the user who started the trial, so nothing keeps people's files apart.
    """
    c.JupyterHub.authenticator_class = authenticator(passwords(folder))
    c.Authenticator.allow_all = True
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "home" / "{username}")


def authenticator(known: dict[str, str]) -> type:
    """Return an authenticator for a trial's people: passwords by name, groups as in ``PEOPLE``.

    A name that isn't in ``PEOPLE`` is a student's.
    """
    from jupyterhub.auth import Authenticator  # only a hub has it

    class TrialAuthenticator(Authenticator):  # type: ignore[misc]
        async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
            name, given = data["username"], data["password"]
            own = known.get(name, "")
            if not own or not hmac.compare_digest(own.encode(), given.encode()):
                return None
            return {"name": name, "groups": PEOPLE.get(name, [STUDENTS])}

    return TrialAuthenticator


def passwords(folder: Path) -> dict[str, str]:
    """Return a trial's passwords by name; made, and kept for their owner's eyes, on first use."""
    path = folder / "passwords.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(6) for name in PEOPLE}
        write_whole(path, json.dumps(made, indent=1), mode=0o600)
    kept: dict[str, str] = json.loads(path.read_text("utf-8"))
    return kept


def welcome(folder: Path, port: int) -> str:
    """Return what a trial's owner should know.

    These are the accounts with their passwords, the address, and what to try.
    """
    people = "\n".join(f"  {name:<10} {one}" for name, one in passwords(folder).items())
    return (
        "A trial on this machine only: all servers run as you, so it keeps nobody's files apart.\n"
        f"Everything is in {folder}; what the hub and its servers say is in hub.log there.\n\n"
        f"{people}\n\nOpen http://127.0.0.1:{port}\n{NEXT}"
    )


def run(folder: Path, port: int) -> None:
    """Run the hub of a trial in ``folder`` until a key, a signal or a closed terminal stops it.

    Who can log in is printed once it answers. Raises ``ValueError`` where something is missing, or
    with the hub's last words if it doesn't start.
    """
    _needed()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # After nohup it goes on when the terminal is closed.
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    said = folder / "hub.log"
    settings = files("crossroads") / "static" / "hub" / "trial_config.py"
    options = [f"--config={settings}", f"--url=http://127.0.0.1:{port}", "--log-level=WARN"]
    process = None
    try:
        with said.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", *options],
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                # The keyboard's signal is for this process alone, which stops the hub.
                start_new_session=True,
            )
        print("The hub is starting ...", flush=True)
        _wait(process, port, said)
        print(f"{welcome(folder, port)}\nCtrl+C stops it.", flush=True)
        process.wait()
        raise ValueError(_last_words(said, "The hub stopped by itself"))
    except KeyboardInterrupt:
        pass
    finally:
        if process is not None:
            _end(process)


def _needed() -> None:
    checkout = content.checkout()
    if os.name != "posix":
        raise ValueError("JupyterHub runs on Linux and macOS only")
    if checkout is None:
        raise ValueError("a trial needs the course's checkout: it has the quizzes to release")
    try:
        # Only a hub has it.
        import jupyterhub  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "JupyterHub is not installed: pip install --require-hashes -r requirements/hub.txt"
        ) from error
    proxy_command(checkout / "deploy" / "jupyterhub")


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    """Wait until the hub answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/hub/login", timeout=5).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise ValueError(_last_words(said, "The hub did not start")) from error
        time.sleep(0.2)


def _last_words(said: Path, what: str) -> str:
    lines = said.read_text("utf-8", "replace").splitlines()[-12:]
    return "\n".join([f"{what}. The last lines of {said}:", *lines])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have the hub stop everybody's servers and end; make each of them end that doesn't."""
    import psutil  # beside JupyterHub

    # Whoever presses twice still leaves nothing behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Servers are in sessions of their own: who is whose can't be asked once the hub is gone.
    own: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        own = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(own, timeout=1)
    for one in left:
        with suppress(psutil.NoSuchProcess):
            one.kill()
