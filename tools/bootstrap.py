"""Set up the course in ``.venv``, from the locked list: ``python tools/bootstrap.py [--dev]``.

Only the standard library is used, since nothing is installed yet. A stamp in ``.venv`` says what
was installed; when it fits, there is nothing to do. Whatever goes wrong ends in one line that says
what to do; the installer's own output is in ``.venv/bootstrap.log``.
"""

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
#: Words of pip's output that tell a cause, and what to tell a person.
CAUSES = {
    ("No space left",): "The disk is full. Make room, then run this again.",
    (
        "NewConnectionError",
        "ConnectTimeout",
        "Temporary failure in name resolution",
        "No matching distribution",
        "ProxyError",
        "Network is unreachable",
    ): "The package index can't be reached. Check the network, then run this again.",
    ("DO NOT MATCH THE HASHES",): "A downloaded package isn't the locked one. Run this again; "
    "if it stays so, don't install, and report it.",
    ("Permission denied",): "The course's folder can't be written. Give yourself the right to.",
}


class SetUpError(Exception):
    """Set-up can't go on; the message says what to do."""


def main(arguments):
    """Set up, or find that all is set up; returns the exit code."""
    dev = "--dev" in arguments
    try:
        set_up(dev)
    except SetUpError as problem:
        print(f"crossroads: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"crossroads: {problem.strerror} ({problem.filename}).", file=sys.stderr)
        return 1
    return 0


def set_up(dev):
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
    if not VENV.exists():
        print("Making an environment in .venv ...", flush=True)
        make_venv()
    STAMP.unlink(missing_ok=True)
    lock = "requirements-dev.txt" if dev else "requirements.txt"
    print(f"Installing what {lock} lists (some minutes the first time) ...", flush=True)
    pip("--require-hashes", "-r", str(TREE / lock))
    print("Installing the course ...", flush=True)
    pip("--no-deps", "--no-build-isolation", "--editable", str(TREE))
    STAMP.write_text(wanted["dev" if dev else "run"], "utf-8")
    print("Ready.", flush=True)


def stamp_for(kind):
    """What an up-to-date environment's stamp says: a hash of all that decides its content."""
    lock = "requirements-dev.txt" if kind == "dev" else "requirements.txt"
    parts = [kind, sys.version, str(VENV)]
    built = TREE / "src" / "crossroads" / "labextension" / "source.sha256"
    for path in (TREE / lock, TREE / "pyproject.toml", built):
        parts.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def works():
    """Whether the environment's Python starts and belongs to this folder (it may have moved)."""
    if not PYTHON.exists():
        return False
    code = "import sys, pip; print(sys.prefix)"
    try:
        done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    script = PYTHON.with_name("pip.exe" if os.name == "nt" else "pip")
    if os.name != "nt" and (not script.exists() or str(VENV) not in script.read_text("utf-8")):
        return False
    return done.returncode == 0 and Path(done.stdout.strip()) == VENV


def make_venv():
    """Run the standard library's venv; Debian keeps part of it in a package of its own."""
    done = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr or "No module named venv" in done.stderr:
            raise SetUpError(
                "This Python can't make environments. On Debian or Ubuntu: apt install python3-venv"
            )
        raise SetUpError(f"No environment could be made: {(done.stderr or done.stdout).strip()}")


def pip(*arguments):
    """Run ``pip install`` (which compiles bytecode, too), with its words in the log."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with LOG.open("a", encoding="utf-8") as log:
        log.write(done.stdout)
    if done.returncode:
        for words, advice in CAUSES.items():
            if any(word in done.stdout for word in words):
                raise SetUpError(advice)
        raise SetUpError("Installing failed. The end of .venv/bootstrap.log says why.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
