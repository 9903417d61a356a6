"""Set up the course in ``.venv``, from the locked list: ``python tools/bootstrap.py [--dev]``.

Only the standard library is used, since nothing is installed yet. A stamp in ``.venv`` says what
was installed; when it fits, there is nothing to do. Whatever goes wrong ends in one line that says
what to do; the installer's own output is in ``.venv/bootstrap.log``.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
VENV = TREE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "crossroads.stamp"
LOG = VENV / "bootstrap.log"
NEEDED = (3, 11)
FULL = "The disk is full. Make room, then run this again."
#: Words of pip's output that tell a cause, and what to tell a person; the first that fits counts.
CAUSES = {
    ("No space left", "There is not enough space on the disk"): FULL,
    (
        "NewConnectionError",
        "ConnectTimeout",
        "ReadTimeout",
        "SSLError",
        "ProxyError",
        "Network is unreachable",
    ): "The package index can't be reached. Check the network, then run this again.",
    ("DO NOT MATCH THE HASHES",): "A downloaded package isn't the locked one. Run this again; "
    "if it stays so, don't install, and report it.",
    ("No matching distribution",): "A locked package can't be had for this Python on this system. "
    "Try another Python, 3.11 for instance: make PYTHON=python3.11 lab",
    ("Permission denied",): "The course's folder can't be written. Give yourself the right to.",
}


class SetUpError(Exception):
    """Set-up can't go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Set up, or find that all is set up; returns the exit code."""
    try:
        set_up("--dev" in arguments)
    except SetUpError as problem:
        print(f"crossroads: {problem}", file=sys.stderr)
    except OSError as problem:
        full = problem.errno == errno.ENOSPC
        what = FULL if full else f"{problem.strerror} ({problem.filename})."
        print(f"crossroads: {what}", file=sys.stderr)
    except KeyboardInterrupt:
        print("crossroads: Stopped. Run this again to go on.", file=sys.stderr)
    else:
        return 0
    return 1


def set_up(dev: bool) -> None:
    """Make the environment fit the lock; the stamp is written last, so half a job shows."""
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:2]))
        needed = ".".join(map(str, NEEDED))
        raise SetUpError(
            f"Python {needed} or newer is needed; this is {found}. Install a newer one, "
            "or name it: make PYTHON=python3.12 lab"
        )
    wanted = {kind: stamp_for(kind) for kind in ("dev", "run")}
    have = STAMP.read_text("utf-8") if STAMP.is_file() else ""
    if works() and have in ({wanted["dev"]} if dev else set(wanted.values())):
        return
    if VENV.exists() and not works():
        print("The environment in .venv doesn't work here: making a new one.", flush=True)
        shutil.rmtree(VENV)
    elif VENV.exists() and not have:
        print("The environment in .venv is half made: finishing it.", flush=True)
    elif VENV.exists():
        print("The environment in .venv isn't up to date: updating it.", flush=True)
    if not VENV.exists():
        print("Making an environment in .venv ...", flush=True)
        make_venv()
    STAMP.unlink(missing_ok=True)
    LOG.unlink(missing_ok=True)
    lock = "requirements-dev.txt" if dev else "requirements.txt"
    print(f"Installing what {lock} lists (some minutes the first time) ...", flush=True)
    pip("--require-hashes", "-r", str(TREE / lock))
    print("Installing the course ...", flush=True)
    pip("--no-deps", "--no-build-isolation", "--editable", str(TREE))
    # pip compiles what it copies, but an editable package stays where it is.
    package = TREE / "src" / "crossroads"
    subprocess.run([PYTHON, "-m", "compileall", "-q", package], stdout=subprocess.DEVNULL)
    STAMP.write_text(wanted["dev" if dev else "run"], "utf-8")
    print("Ready.", flush=True)


def stamp_for(kind: str) -> str:
    """What an up-to-date environment's stamp says: a hash of all that decides its content."""
    lock = "requirements-dev.txt" if kind == "dev" else "requirements.txt"
    parts = [kind, sys.version, str(VENV)]
    built = TREE / "src" / "crossroads" / "labextension" / "source.sha256"
    for path in (TREE / lock, TREE / "pyproject.toml", built):
        parts.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def works() -> bool:
    """Whether the environment's Python starts, has this one's version, and is of this folder."""
    if not PYTHON.exists():
        return False
    code = "import sys, pip; print('%d.%d' % sys.version_info[:2], sys.prefix)"
    try:
        done = subprocess.run(
            [PYTHON, "-c", code],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    # The commands hold absolute paths: in a moved folder they would run another environment.
    script = PYTHON.with_name("pip.exe" if os.name == "nt" else "pip")
    if os.name != "nt" and (not script.exists() or str(VENV) not in script.read_text("utf-8")):
        return False
    if done.returncode:
        return False
    version, prefix = done.stdout.strip().split(" ", 1)
    return version == f"{sys.version_info[0]}.{sys.version_info[1]}" and Path(prefix) == VENV


def make_venv() -> None:
    """Run the standard library's venv; Debian keeps part of it in a package of its own."""
    # With .venv activated, this Python may have been the one just thrown away.
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [base, "-m", "venv", VENV], capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = (done.stderr + done.stdout).strip()
        if "ensurepip" in said or "No module named venv" in said:
            raise SetUpError(
                "This Python can't make environments. On Debian or Ubuntu: apt install python3-venv"
            )
        if "No space left" in said:
            raise SetUpError(FULL)
        raise SetUpError(f"No environment could be made: {said.splitlines()[-1] if said else ''}")


def pip(*arguments: str) -> None:
    """Run ``pip install`` (which compiles bytecode, too), with its words in the log."""
    command = [str(PYTHON), "-u", "-m", "pip", "install", *arguments]
    said, fetched = [], 0
    process = subprocess.Popen(
        [*command, "--disable-pip-version-check", "--no-input"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with LOG.open("a", encoding="utf-8") as log, process:
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            said.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                fetched += 1
                if fetched % 25 == 0:
                    print(f"  {fetched} packages fetched", flush=True)
            elif line.startswith("Installing collected") and fetched:
                print(f"  {fetched} packages fetched; unpacking them", flush=True)
    if process.returncode:
        text = "".join(said)
        for words, advice in CAUSES.items():
            if any(word in text for word in words):
                raise SetUpError(advice)
        raise SetUpError("Installing failed. The end of .venv/bootstrap.log says why.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
