"""Each supported Python: the quick checks pass, the wheel installs, and the course opens.

With a fresh clone and fresh environments, which takes minutes: only ``make test-full`` does it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest
from machine import running_course

pytestmark = pytest.mark.full

TREE = Path(__file__).parents[2]
PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
PREFIX = "Programming Language :: Python :: 3."
VERSIONS = [c.removeprefix(PREFIX) for c in PROJECT["classifiers"] if c.startswith(PREFIX)]
each_python = pytest.mark.parametrize("minor", VERSIONS)


def interpreter(minor: str) -> Path:
    """A Python of this version: on PATH, or of pyenv; the test fails without one."""
    name = f"python3.{minor}"
    found = [shutil.which(name), *Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}")]
    for program in filter(None, found):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        if said.stdout.startswith(f"Python 3.{minor}."):
            return Path(program)
    pytest.fail(
        f"Python 3.{minor} is supported, and wasn't found here. Install it to test with it."
    )


def run(*command: str | Path, cwd: Path = TREE) -> str:
    """What a command says; it must succeed. pytest's own settings aren't passed on to it."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "VIRTUAL_ENV"))}
    done = subprocess.run(
        command, cwd=cwd, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


@each_python
def test_the_quick_checks_pass(minor: str, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run("git", "clone", "--quiet", TREE, clone)
    said = run("make", f"PYTHON={interpreter(minor)}", "check", cwd=clone)
    assert re.search(r"\d{3,} passed", said)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution that is installed without a checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (made,) = folder.glob("*.whl")
    return made


@each_python
def test_the_wheel_installs_and_the_course_opens(minor: str, wheel: Path, tmp_path: Path) -> None:
    uv, own = Path(sys.executable).with_name("uv"), tmp_path / "venv"
    run(uv, "venv", "--no-config", "--python", interpreter(minor), own)
    constraints = ["-c", TREE / "requirements/constraints.txt"]
    run(
        uv, "pip", "install", "--no-config", "--python", own / "bin" / "python", *constraints, wheel
    )
    with running_course(tmp_path / "machine", python=own / "bin" / "python") as server:
        with urllib.request.urlopen(f"{server.url}/api/kernelspecs") as reply:
            assert "python3" in json.load(reply)["kernelspecs"]
        with urllib.request.urlopen(f"{server.url}/lab") as reply:
            assert b"jupyter-config-data" in reply.read()
        assert (server.root / "lessons" / "00-start-here.ipynb").is_file()
