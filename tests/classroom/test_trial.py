"""A trial of a class ends with everything that it started."""

from __future__ import annotations

import signal
import subprocess
import sys

import psutil
import pytest

from crossroads.classroom import trial

#: As a hub that hangs, with a server in a session of its own that won't end either.
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
HUB = f"""{DEAF}
import subprocess, sys
server = subprocess.Popen([sys.executable, "-c", {DEAF + "time.sleep(60)"!r}],
                          start_new_session=True)
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def handlers():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_hub_that_hangs_leaves_no_server_behind(monkeypatch, handlers):
    monkeypatch.setattr(trial, "STOP_SECONDS", 0.3)
    with subprocess.Popen([sys.executable, "-c", HUB], stdout=subprocess.PIPE, text=True) as hub:
        server = psutil.Process(int(hub.stdout.readline()))
        trial._end(hub)
    assert hub.returncode == -signal.SIGKILL
    server.wait(5)
    assert not server.is_running()
