"""A PostgreSQL server of its own for a test: Debian's, in a temporary folder, as the user postgres.

PostgreSQL refuses to run as root, so root starts it as ``postgres``; anybody else as themselves.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

USER, PASSWORD = "crossroads", "pass/w@rd"


@dataclass
class Server:
    """A server that runs, and can be stopped and started again."""

    binaries: Path
    folder: Path
    port: int
    made: Iterator[int]

    def run(self, program: str, *arguments: str) -> None:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        command = [*(as_user if os.geteuid() == 0 else []), str(self.binaries / program)]
        log = self.folder / "output"
        # Not by a pipe: the server inherits it, and would keep it open.
        with log.open("w") as output:
            done = subprocess.run([*command, *arguments], stdout=output, stderr=output, check=False)
        assert done.returncode == 0, log.read_text("utf-8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop it as a power cut would."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def sql(self, text: str, database: str = "postgres") -> None:
        """Say something to it as its own administrator."""
        where = ["-h", str(self.folder), "-p", str(self.port), "-U", "postgres", "-d", database]
        self.run("psql", "-v", "ON_ERROR_STOP=1", *where, "-c", text)

    def database(self) -> str:
        """The address of a new database, which ``USER`` owns."""
        name = f"class-{next(self.made)}"
        self.sql(f'CREATE DATABASE "{name}" OWNER {USER}')
        return f"postgresql+psycopg://{USER}:pass%2Fw%40rd@127.0.0.1:{self.port}/{name}"


def binaries() -> Path:
    """The folder of Debian's newest server. Raises ``RuntimeError`` where none is installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(found, key=lambda path: int(re.sub(r"\D", "", path.parts[4])))
    if not newest:
        raise RuntimeError("this test needs a PostgreSQL server: apt install postgresql")
    return newest[-1].parent


@contextmanager
def running() -> Iterator[Server]:
    """A new server with a password, on a free port of this machine."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(binaries(), folder, probe.getsockname()[1], count())
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        made = ["--auth-host=scram-sha-256", "--auth-local=trust", "--no-sync", "--encoding=UTF8"]
        server.run("initdb", "-D", str(folder / "data"), "-U", "postgres", *made)
        server.start()
        server.sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
