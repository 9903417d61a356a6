"""The exchange on NFS: a server of this machine's own, and people who reach it by its protocol.

Needs root and Debian. The client is a program, not the system's own mount: what is shown is what
the server refuses.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import debian
import pytest
from classroom import free_ports
from cluster_pods import wait_until

pytestmark = pytest.mark.full

DESK, ANN, BO = 10000, 20003, 20004
#: Root is nobody there, as is usual: what the desk needs must not ask for root.
CONFIG = """
NFS_CORE_PARAM {{ NFS_Protocols = 4; NFS_Port = {port}; Bind_addr = 127.0.0.1;
  Enable_NLM = false; Enable_RQUOTA = false; }}
NFSV4 {{ Graceless = true; RecoveryBackend = fs_ng; RecoveryRoot = {folder}/recovery; }}
EXPORT {{ Export_Id = 1; Path = {folder}/export; Pseudo = /export; Access_Type = RW;
  Squash = Root_Squash; SecType = sys; Protocols = 4; FSAL {{ Name = VFS; }} }}
"""


class Volume:
    """An exported folder, and what one user id can do there."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder

    def _at(self, path: str, user: int) -> str:
        about = f"version=4&nfsport={self.port}&uid={user}&gid={user}"
        return f"nfs://127.0.0.1/export{path}?{about}"

    def may(self, user: int, program: str, *paths: str) -> bool:
        """Whether a program of libnfs succeeds; a path that begins with : is the server's."""
        words = [self._at(p[1:], user) if p.startswith(":") else p for p in paths]
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
        said = done.stdout + done.stderr
        return done.returncode == 0 and "NFS4ERR" not in said and "Failed" not in said


@pytest.fixture(scope="module")
def volume() -> Iterator[Volume]:
    """What the Job of grading.yaml and nbgrader's release make, on the server's own disk."""
    debian.need(**{"ganesha.nfsd": "nfs-ganesha nfs-ganesha-vfs", "nfs-ls": "libnfs-utils"})
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="nfs-"))
    folder.chmod(0o755)
    (port,) = free_ports(1)
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder), "ascii")
    for path, mode in (("", 0o755), ("/exchange", 0o1777), ("/exchange/inbound", 0o733)):
        made = folder / f"export{path}"
        made.mkdir()
        os.chown(made, DESK, DESK)
        made.chmod(mode)
    command = ["ganesha.nfsd", "-F", "-f", "config", "-L", f"{folder}/log", "-p", f"{folder}/pid"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=-2)

    def answers() -> bool:
        assert process.poll() is None, (folder / "log").read_text("utf-8")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(answers, lambda: (folder / "log").read_text("utf-8"))
        yield Volume(port, folder / "export")
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def test_what_is_handed_in_on_nfs_is_for_the_desk_alone(volume: Volume, tmp_path: Path) -> None:
    book = tmp_path / "quiz-01.ipynb"
    book.write_text("{}", "ascii")
    inbox = ":/exchange/inbound"
    for student in (ANN, BO):
        assert volume.may(student, "nfs-cp", str(book), f"{inbox}/{student}.ipynb")
        about = (volume.folder / "exchange" / "inbound" / f"{student}.ipynb").stat()
        assert (about.st_uid, about.st_gid) == (student, student)
        assert not volume.may(student, "nfs-ls", inbox)
    assert volume.may(DESK, "nfs-ls", inbox)
    # Who is root on a node is nobody here.
    assert not volume.may(0, "nfs-ls", inbox)
    assert (volume.folder / "exchange" / "inbound").stat().st_mode & 0o7777 == 0o733
