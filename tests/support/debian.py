"""Programs of Debian that only a long version of a test needs: installed as it runs, as root."""

from __future__ import annotations

import os
import shutil
import subprocess


def need(**programs: str) -> None:
    """Make sure that programs are there: each is given with its packages.

    Fails with what to type where they can't be installed.
    """
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    lacking = {
        package
        for name, packages in programs.items()
        if not shutil.which(name, path=path)
        for package in packages.split()
    }
    if not lacking:
        return
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *sorted(lacking)]
    hint = f"this test needs what `{' '.join(command)}` installs, as root"
    assert shutil.which("apt-get") and os.geteuid() == 0, hint
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{hint}: {done.stderr[-1000:]}"
