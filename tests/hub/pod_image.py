"""The image of a cluster's pods, built on this machine with Debian's own programs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TREE = Path(__file__).resolve().parents[2]
IMAGE = "localhost/crossroads-test"
BASE = "localhost/crossroads-base:trixie"


def build_image() -> None:
    """Build the image as deploy/Containerfile says, on Debian's own packages of this day.

    The base that the file names lies in a registry; here it's made with mmdebstrap, once.
    """
    here = subprocess.run(["buildah", "inspect", "--type=image", BASE], capture_output=True)
    if here.returncode:
        _make_base()
    command = ["buildah", "bud", "--isolation=chroot", "--network=host", "--layers", "--force-rm"]
    # Where Python's packages come by way of this machine's own certificates.
    trusted = Path("/etc/ssl/certs/ca-certificates.crt")
    if trusted.is_file():
        command += ["--volume", f"{trusted}:{trusted}:ro"]
    command += ["--build-arg", f"BASE={BASE}", "--file", "deploy/Containerfile", "--tag", IMAGE]
    done = subprocess.run([*command, "."], cwd=TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def _make_base() -> None:
    made = subprocess.run(
        ["buildah", "from", "scratch"], capture_output=True, text=True, check=True
    )
    container = made.stdout.strip()
    try:
        words = ["buildah", "mount", container]
        place = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        archive = Path(place).parent / "base.tar"
        make = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates"]
        subprocess.run([*make, "trixie", str(archive)], check=True)
        subprocess.run(["tar", "-xf", str(archive), "-C", place], check=True)
        archive.unlink()
        subprocess.run(["buildah", "commit", "--quiet", container, BASE], check=True)
    finally:
        subprocess.run(["buildah", "rm", container], check=True, capture_output=True)


@contextmanager
def mounted_image(at: Path) -> Iterator[dict[str, Any]]:
    """The image's files at a folder that everybody may reach; its settings."""
    made = subprocess.run(["buildah", "from", IMAGE], capture_output=True, text=True, check=True)
    container = made.stdout.strip()
    try:
        words = ["buildah", "mount", container]
        place = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        words = ["buildah", "inspect", "--type=image", IMAGE]
        about = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        at.mkdir(parents=True)
        subprocess.run(["mount", "--bind", place, str(at)], check=True)
        try:
            yield json.loads(about)["OCIv1"]["config"]
        finally:
            subprocess.run(["umount", "--lazy", str(at)], check=True)
    finally:
        subprocess.run(["buildah", "rm", container], check=True, capture_output=True)
