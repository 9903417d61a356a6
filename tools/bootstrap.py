"""Set up the course in ``.venv``, from the locked list: ``bootstrap.py [--dev | --tests]``.

``--dev`` adds the packages for development; ``--tests`` also makes sure of what the tests need of
the system, such as Chromium. Only the standard library is used, since nothing is installed yet. A
stamp in ``.venv`` says what was installed; when it fits, there is nothing to do. Packages are
installed by uv, which pip fetches first; where there is no uv for a machine, by pip. Whatever goes
wrong ends in one line that says what to do; the installers' own words are in
``.venv/bootstrap.log``.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
VENV = TREE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "crossroads.stamp"
LOG = VENV / "bootstrap.log"
NEEDED = (3, 11)
FULL = "The disk is full. Make room, then run this again."
OTHER_PYTHON = (
    "A locked package can't be had for this Python on this system. "
    "Try another Python, 3.11 for instance: make PYTHON=python3.11 lab"
)
#: Words of pip's and uv's output that tell a cause, and what to tell a person; the first that fits
#: counts.
CAUSES = {
    ("No space left", "There is not enough space on the disk"): FULL,
    (
        *("NewConnectionError", "ConnectTimeout", "ReadTimeout", "SSLError", "ProxyError"),
        *("Network is unreachable", "are you offline", "client error (Connect)", "dns error"),
        *("operation timed out", "Failed to fetch", "Failed to download"),
    ): "The package index can't be reached. Check the network, then run this again.",
    ("DO NOT MATCH THE HASHES", "Hash mismatch"): "A downloaded package isn't the locked one. Run "
    "this again; if it stays so, don't install, and report it.",
    ("No matching distribution", "No solution found", "no wheels"): OTHER_PYTHON,
    ("Permission denied",): "The course's folder can't be written. Give yourself the right to.",
}
#: pip's settings, and the variables in which uv reads the same: schools have mirrors and proxies.
SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "HTTPS_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
}
#: What is needed of the system: by name, how that is called by each package manager.
SYSTEM = {
    "git": {"apt-get": "git", "dnf": "git", "pacman": "git", "brew": "git"},
    "Chromium": {
        "apt-get": "chromium-headless-shell",
        "dnf": "chromium-headless",
        "pacman": "chromium",
        "brew": "--cask chromium",
    },
    "bubblewrap": {"apt-get": "bubblewrap", "dnf": "bubblewrap", "pacman": "bubblewrap"},
    "libatomic": {"apt-get": "libatomic1", "dnf": "libatomic", "pacman": "gcc-libs"},
    "DejaVu fonts": {
        "apt-get": "fonts-dejavu-core fontconfig",
        "dnf": "dejavu-sans-fonts fontconfig",
        "pacman": "ttf-dejavu fontconfig",
    },
}
#: What uv says of its progress, and what is told of it.
PROGRESS = {
    r" *Downloading (\S+) \((.*)\)": "fetching {} ({})",
    r"Prepared (\d+) packages": "{} packages fetched",
    r"Installed (\d+) packages": "{} packages unpacked",
}
INSTALL = {
    "apt-get": "apt-get install -y --no-install-recommends",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed --noconfirm",
    "brew": "brew install",
}


class SetUpError(Exception):
    """Set-up can't go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Set up, or find that all is set up; returns the exit code."""
    try:
        system_packages("--tests" in arguments)
        set_up("--dev" in arguments or "--tests" in arguments)
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
    print(f"Installing what {lock} lists (a minute the first time) ...", flush=True)
    install = installer()
    install("--require-hashes", "-r", str(TREE / lock))
    print("Installing the course ...", flush=True)
    install("--no-deps", "--no-build-isolation", "--editable", str(TREE))
    # An installer compiles what it copies, but an editable package stays where it is.
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


def make_venv(*, again: bool = True) -> None:
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
            if shutil.which("apt-get") and root() and again:
                apt_get(f"{INSTALL['apt-get']} python3-venv", ["python3-venv"])
                return make_venv(again=False)
            raise SetUpError(
                "This Python can't make environments. On Debian or Ubuntu, type: "
                "sudo apt-get install -y python3-venv"
            )
        if "No space left" in said:
            raise SetUpError(FULL)
        raise SetUpError(f"No environment could be made: {said.splitlines()[-1] if said else ''}")


def installer() -> Callable[..., None]:
    """What installs packages: uv, once pip has fetched it, or pip where there's no uv."""
    lines = (TREE / "requirements-dev.txt").read_text("utf-8")
    entry = re.search(r"^uv==.*(?:\n +--hash=.*)*", lines, re.M)
    if entry:
        wanted = VENV / "uv.txt"
        wanted.write_text(entry[0] + "\n", "utf-8")
        try:
            pip("--require-hashes", "--only-binary=:all:", "-r", str(wanted))
        except SetUpError as problem:
            if str(problem) != OTHER_PYTHON:
                raise
        else:
            return uv
    print("  uv can't be had for this machine: pip takes its place, and longer.", flush=True)
    return pip


def pip(*arguments: str) -> None:
    """Run ``pip install``, which compiles bytecode, too."""
    command = [str(PYTHON), "-u", "-m", "pip", "install", *arguments]
    run([*command, "--disable-pip-version-check", "--no-input"], dict(os.environ))


def uv(*arguments: str) -> None:
    """Run ``uv pip install`` with pip's settings; bytecode is compiled by all processors."""
    program = PYTHON.with_name("uv.exe" if os.name == "nt" else "uv")
    command = [str(program), "pip", "install", f"--python={PYTHON}", "--compile-bytecode"]
    run([*command, "--no-config", *arguments], settings_for_uv())


def settings_for_uv() -> dict[str, str]:
    """The environment in which uv asks the index that pip would ask, by the same certificates."""
    environment = dict(os.environ)
    # Packages are known by their hashes, whichever index they come from.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    command = [str(PYTHON), "-m", "pip", "config", "list", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    # A later line overrules an earlier one.
    told: dict[str, str] = {}
    for place, name, value in re.findall(r"^(.+)\.([\w-]+)='(.*)'$", done.stdout, re.M):
        # A folder as an index is for what isn't in the lock.
        values = [v for v in value.split() if "://" not in v or v.startswith("http")]
        if name in SETTINGS and values and place in ("global", "install", ":env:"):
            told[SETTINGS[name]] = " ".join(values)
    return {**told, **environment}


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run an installer, with its words in the log, and say how far it is."""
    said, fetched = [], 0
    process = subprocess.Popen(
        command,
        env=environment,
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
            elif line.startswith("Installing collected") and fetched > 1:
                print(f"  {fetched} packages fetched; unpacking them", flush=True)
            for pattern, progress in PROGRESS.items():
                found = re.match(pattern, line)
                if found:
                    print("  " + progress.format(*found.groups()), flush=True)
    if process.returncode:
        text = "".join(said)
        for words, advice in CAUSES.items():
            if any(word in text for word in words):
                raise SetUpError(advice)
        raise SetUpError("Installing failed. The end of .venv/bootstrap.log says why.")


# -- what is needed of the system ------------------------------------------------------------------


def system_packages(tests: bool) -> None:
    """Make sure of the system's packages: as root with apt-get, else by saying what to type.

    Without ``tests`` only the sandbox is looked for, without which a learner can do everything but
    have a quiz marked safely.
    """
    wanted = missing() if tests else [n for n in missing() if n == "bubblewrap"]
    if not wanted:
        return
    manager = next((name for name in INSTALL if shutil.which(name)), "")
    packages = [p for name in wanted for p in SYSTEM[name].get(manager, "").split()]
    command = f"{INSTALL[manager]} {' '.join(packages)}" if packages else ""
    problem = hint(wanted, command)
    if manager == "apt-get" and root():
        try:
            apt_get(command, packages)
            still = [name for name in wanted if name in missing()]
            problem = hint(still, "") if still else ""
        except SetUpError as failed:
            problem = str(failed)
    if problem and tests:
        raise SetUpError(problem)
    if problem:
        print(f"crossroads: {problem}", flush=True)


def root() -> bool:
    """Whether the system's packages may be changed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def missing() -> list[str]:
    """The names in ``SYSTEM`` of what isn't there; of another system than Linux, less is needed."""
    chromium = os.environ.get("CHROMIUM") or "chromium-headless-shell"
    there = {
        "git": bool(shutil.which("git")),
        "Chromium": bool(shutil.which(chromium) or shutil.which("chromium")),
    }
    if sys.platform == "linux":
        there["bubblewrap"] = bool(shutil.which("bwrap"))
        there["libatomic"] = library("libatomic.so.1")
        there["DejaVu fonts"] = "DejaVu" in fonts()
    return [name for name, found in there.items() if not found]


def library(name: str) -> bool:
    """Whether the system has a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def fonts() -> str:
    """The system's fonts, as fontconfig lists them; empty without it."""
    if not shutil.which("fc-list"):
        return ""
    done = subprocess.run(["fc-list"], capture_output=True, encoding="utf-8", errors="replace")
    return done.stdout


def apt_get(command: str, packages: list[str]) -> None:
    """Install Debian's packages, with one line that says so."""
    print(f"Installing the system's packages with apt-get: {' '.join(packages)} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in ("apt-get update -qq", f"{command} -qq"):
        done = subprocess.run(
            shlex.split(line),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode:
            last = done.stdout.strip().splitlines()[-1:] or ["no reason given"]
            raise SetUpError(
                f"apt-get failed ({last[0].strip()}). Put that right, or type: {command}"
            )


def hint(names: list[str], command: str) -> str:
    """What isn't there and what to type, in one line."""
    if names == ["bubblewrap"]:
        what = "Without bubblewrap, quizzes are marked without a sandbox"
    else:
        what = f"The tests need what isn't on this machine: {', '.join(names)}"
    if command:
        sudo = "" if command.startswith("brew") or root() else "sudo "
        return f"{what}. To install it, type: {sudo}{command}"
    if names == ["Chromium"]:
        return f"{what}. Install Chromium or Chrome, and name its program: CHROMIUM=/path make test"
    return f"{what}. Install it in your system's way, then run this again."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
