"""Set up the course in ``.venv``, from the lock, for a purpose: ``bootstrap.py [--dev | ...]``.

``--dev`` adds the packages for development; ``--check`` also makes sure of what the quick tests
need of the system, ``--tests`` of what all tests need, such as Chromium and what npm brings, and
``--full`` of what their long versions need, such as R.
Only the standard library is used, in one long file, since nothing is installed yet. A stamp in
``.venv`` says what was installed; when it fits, there is nothing to do. Packages are installed by
uv, which pip fetches first; where uv can't be had or run, by pip. Whatever goes wrong ends in one
line that says what to do; the installers' own words are in ``.venv/bootstrap.log``.
"""

from __future__ import annotations

import ast
import errno
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

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
UNREACHABLE = "The package index can't be reached. Check the network, then run this again."
#: Words of pip's and uv's output that tell a cause, and what to tell a person; the first that fits
#: counts: what says more stands before what says less.
CAUSES = {
    (
        *("No space left", "There is not enough space on the disk", "Disk quota exceeded"),
        "ENOSPC",
    ): FULL,
    ("DO NOT MATCH THE HASHES", "Hash mismatch"): "A downloaded package isn't the locked one. Run "
    "this again; if it stays so, don't install, and report it.",
    ("CERTIFICATE_VERIFY_FAILED", "invalid peer certificate"): "The package index shows a "
    "certificate that isn't known here. If your network has one of its own, name its file: "
    "PIP_CERT=/path/to/it.pem make lab",
    ("SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_VERIFY_LEAF"): "npm's registry "
    "shows a certificate that isn't known here. If your network has one of its own, name its file: "
    "NODE_EXTRA_CA_CERTS=/path/to/it.pem make test",
    ("EINTEGRITY",): "A package from npm isn't the locked one. Run this again; if it stays so, "
    "don't install, and report it.",
    ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"): "npm's registry can't "
    "be reached. Check the network, then run this again.",
    (
        *("NewConnectionError", "ConnectTimeout", "ReadTimeout", "SSLError", "ProxyError"),
        *("Network is unreachable", "network was disabled", "client error (Connect)"),
        *("dns error", "operation timed out"),
    ): UNREACHABLE,
    ("No matching distribution", "No solution found", "no wheels"): OTHER_PYTHON,
    ("Permission denied",): "The course's folder can't be written. Give yourself the right to.",
    ("Failed to fetch", "Failed to download"): UNREACHABLE,
}
#: Words of uv's that another try with an option answers: pip copes with both by itself.
REMEDIES = {
    "invalid peer certificate": "--system-certs",
    "Failed to initialize cache": "--no-cache",
    "Permission denied": "--no-cache",
    "Read-only file system": "--no-cache",
}
#: pip's settings, and the variables in which uv reads the same: schools have mirrors and proxies.
SETTINGS = {
    "index-url": ("UV_DEFAULT_INDEX",),
    "extra-index-url": ("UV_INDEX",),
    "find-links": ("UV_FIND_LINKS",),
    "cert": ("SSL_CERT_FILE",),
    "client-cert": ("SSL_CLIENT_CERT",),
    "proxy": ("HTTPS_PROXY", "HTTP_PROXY"),
    "trusted-host": ("UV_INSECURE_HOST",),
    "timeout": ("UV_HTTP_TIMEOUT",),
}
#: uv's own variables that may stand: where it fetches from, and how; not what it installs.
KEPT = (
    r"UV_(DEFAULT_INDEX|INDEX|EXTRA_INDEX|FIND_LINKS|CACHE_DIR|NO_CACHE|LINK_MODE|OFFLINE|HTTP_"
    r"|SYSTEM_CERTS|NATIVE_TLS|INSECURE_HOST|KEYRING|CONCURRENT_)"
)
#: Chromium's programs, the quickest first.
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
#: What is needed of the system: by name, how that is called by each package manager.
SYSTEM = {
    "Python's venv": {"apt-get": "python3-venv"},
    "git": {"apt-get": "git", "dnf": "git", "pacman": "git", "brew": "git"},
    "bubblewrap": {"apt-get": "bubblewrap", "dnf": "bubblewrap", "pacman": "bubblewrap"},
    "Chromium": {
        "apt-get": "chromium-headless-shell",
        "dnf": "chromium",
        "pacman": "chromium",
        "brew": "--cask chromium",
    },
    "libatomic": {"apt-get": "libatomic1", "dnf": "libatomic", "pacman": "gcc-libs"},
    "DejaVu fonts": {
        "apt-get": "fonts-dejavu-core fontconfig",
        "dnf": "dejavu-sans-fonts fontconfig",
        "pacman": "ttf-dejavu fontconfig",
    },
    "nss_wrapper": {"apt-get": "libnss-wrapper", "dnf": "nss_wrapper"},
    "R's kernel for Jupyter": {"apt-get": "r-cran-irkernel"},
}
#: What of it only the long versions of tests need.
LONG = ("nss_wrapper", "R's kernel for Jupyter")
#: Where the system keeps what programs share.
SHARED = ("/usr/share", "/usr/local/share")
#: What of it each purpose can't do without.
DEMANDED = {
    "": ["Python's venv"],
    "--dev": ["Python's venv"],
    "--check": ["Python's venv", "git", "bubblewrap"],
    "--tests": [name for name in SYSTEM if name not in LONG],
    "--full": list(SYSTEM),
}
#: What npm brings for the tests, by its folder, and how it is fetched.
FROM_NPM = {
    "deploy/jupyterhub": ("JupyterHub's proxy", ["npm", "ci"]),
    "website": ("the live edition's runtime", ["python", "-c", "import live; live.fetch()"]),
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
    """Set-up can't go on; the message says what to do, ``said`` what the installer said."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


def main(arguments: list[str]) -> int:
    """Set up, or find that all is set up; returns the exit code."""
    purpose = next((a for a in reversed(DEMANDED) if a in arguments), "")
    try:
        set_up(purpose)
    except SetUpError as problem:
        print(f"crossroads: {problem}", file=sys.stderr)
    except OSError as problem:
        full = problem.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        what = FULL if full else f"{problem.strerror} ({problem.filename})."
        print(f"crossroads: {what}", file=sys.stderr)
    except KeyboardInterrupt:
        print("crossroads: Stopped. Run this again to go on.", file=sys.stderr)
    else:
        return 0
    return 1


def set_up(purpose: str) -> None:
    """Make sure of the system's packages, then make the environment fit the lock.

    The stamp is written last, so half a job shows.
    """
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:2]))
        needed = ".".join(map(str, NEEDED))
        raise SetUpError(
            f"Python {needed} or newer is needed; this is {found}. Install a newer one, "
            "or name it: make PYTHON=python3.12 lab"
        )
    dev = bool(purpose)
    wanted = {kind: stamp_for(kind) for kind in ("dev", "run")}
    have = STAMP.read_text("utf-8") if STAMP.is_file() else ""
    working = works()
    done = working and have in ({wanted["dev"]} if dev else set(wanted.values()))
    # A learner isn't told of bubblewrap each time the course is opened.
    if not done or purpose in ("--check", "--tests", "--full"):
        system_packages(purpose)
    if not done:
        environment(purpose, wanted["dev" if dev else "run"], have, working)
    if purpose in ("--tests", "--full"):
        for folder in FROM_NPM:
            from_npm(folder)


def environment(purpose: str, stamp: str, have: str, working: bool) -> None:
    """Make the environment fit the lock, saying what was found of an earlier one."""
    if VENV.exists() and not working:
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
    lock = "requirements/dev.txt" if purpose else "requirements/course.txt"
    print(f"Installing what {lock} lists (a minute the first time) ...", flush=True)
    install = installer()
    install("--require-hashes", "-r", str(TREE / lock))
    print("Installing the course ...", flush=True)
    install("--no-deps", "--no-build-isolation", "--editable", str(TREE))
    # An installer compiles what it copies, but an editable package stays where it is.
    package = TREE / "src" / "crossroads"
    subprocess.run([PYTHON, "-m", "compileall", "-q", package], stdout=subprocess.DEVNULL)
    STAMP.write_text(stamp, "utf-8")
    print("Ready.", flush=True)


def stamp_for(kind: str) -> str:
    """What an up-to-date environment's stamp says: a hash of all that decides its content."""
    lock = "requirements/dev.txt" if kind == "dev" else "requirements/course.txt"
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
    """Run the standard library's venv."""
    # With .venv activated, this Python may have been the one just thrown away.
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [base, "-m", "venv", VENV], capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = (done.stderr + done.stdout).strip()
        for words, advice in CAUSES.items():
            if advice == FULL and any(word in said for word in words):
                raise SetUpError(FULL)
        raise SetUpError(f"No environment could be made: {said.splitlines()[-1] if said else ''}")


def installer() -> Callable[..., None]:
    """What installs packages: uv, once pip has fetched it, or pip where there's no uv."""
    lines = (TREE / "requirements/dev.txt").read_text("utf-8")
    entry = re.search(r"^uv==.*(?:\n +--hash=.*)*", lines, re.M)
    if entry:
        wanted = VENV / "uv.txt"
        wanted.write_text(entry[0] + "\n", "utf-8")
        try:
            pip("--require-hashes", "--only-binary=:all:", "-r", str(wanted))
            run([str(uv_program()), "--version"], dict(os.environ))
        except SetUpError as problem:
            if str(problem) in (FULL, UNREACHABLE):
                raise
        except OSError:
            pass
        else:
            return uv
    print("  uv can't be had or run here: pip takes its place, and longer.", flush=True)
    return pip


def uv_program() -> Path:
    """Where the environment has uv."""
    return PYTHON.with_name("uv.exe" if os.name == "nt" else "uv")


def pip(*arguments: str) -> None:
    """Run ``pip install``, which compiles bytecode, too."""
    command = [str(PYTHON), "-u", "-m", "pip", "install", *arguments]
    # Some have told their pip to install for the user, which in an environment is an error.
    run([*command, "--disable-pip-version-check", "--no-input"], {**os.environ, "PIP_USER": "0"})


def uv(*arguments: str) -> None:
    """Run ``uv pip install`` with pip's settings; bytecode is compiled by all processors."""
    options, environment = settings_for_uv()
    command = [str(uv_program()), "pip", "install", f"--python={PYTHON}", "--compile-bytecode"]
    while True:
        try:
            return run([*command, "--no-config", *options, *arguments], environment)
        except SetUpError as problem:
            fitting = [option for words, option in REMEDIES.items() if words in problem.said]
            more = [option for option in fitting if option not in options]
            if str(problem) == FULL or not more:
                raise
            options.append(more[0])


def settings_for_uv() -> tuple[list[str], dict[str, str]]:
    """Options and environment in which uv asks the index that pip would ask, by its certificates.

    What a person set for uv itself stands before what pip is told.
    """
    command = [str(PYTHON), "-m", "pip", "config", "list", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    lines = re.findall(r"^(global|install|:env:)\.([\w-]+)=(['\"].*)$", done.stdout, re.M)
    # As pip has it: a command's own settings override the general ones, variables override both.
    lines.sort(key=lambda line: ("global", "install", ":env:").index(line[0]))
    told = {name.replace("default-timeout", "timeout"): ast.literal_eval(v) for _, name, v in lines}
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle and os.path.isfile(bundle) and "SSL_CERT_FILE" not in os.environ:
        told.setdefault("cert", bundle)
    environment = {n: v for n, v in os.environ.items() if n[:3] != "UV_" or re.match(KEPT, n)}
    for name, variables in SETTINGS.items():
        value = str(told.get(name, "")).strip()
        if name in ("extra-index-url", "find-links", "trusted-host"):
            # uv stops at a folder that isn't there, which pip only warns of.
            value = (" ", ",")[name == "find-links"].join(filter(there, value.split()))
        for variable in variables:
            if value and not (variable.startswith("UV_") and variable in os.environ):
                environment[variable] = value
    # Packages are known by their hashes, whichever index they come from.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    no_index = str(told.get("no-index", "")).lower() in ("1", "true", "yes", "on")
    return (["--no-index"] if no_index else []), environment


def there(place: str) -> bool:
    """Whether a place to fetch from is an address, or a folder that exists."""
    if place.startswith("file:"):
        return Path(url2pathname(urlsplit(place).path)).exists()
    return "://" in place or Path(place).expanduser().exists() or not re.search(r"[/\\]", place)


def from_npm(folder: str) -> None:
    """Fetch what npm brings into a folder, as locked there, unless that was done before."""
    what, command = FROM_NPM[folder]
    place = TREE / folder
    locks = [place / name for name in ("package-lock.json", "micropip.txt")]
    wanted = hashlib.sha256(b"".join(p.read_bytes() for p in locks if p.is_file())).hexdigest()
    # npm empties this folder first, so the stamp goes with what it stands for.
    stamp = place / "node_modules" / ".crossroads.stamp"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    print(f"Fetching {what} ...", flush=True)
    # npm starts Node by its name.
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    program = str(PYTHON.with_name(command[0]))
    run([program, *command[1:]], {**os.environ, "PATH": path}, place)
    stamp.write_text(wanted, "utf-8")


def run(command: list[str], environment: dict[str, str], folder: Path | None = None) -> None:
    """Run an installer, with its words in the log, and say how far it is."""
    said, fetched = [], 0
    process = subprocess.Popen(
        command,
        cwd=folder,
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
                raise SetUpError(advice, text)
        raise SetUpError("Installing failed. The end of .venv/bootstrap.log says why.", text)


# -- what is needed of the system ------------------------------------------------------------------


def system_packages(purpose: str) -> None:
    """Make sure of the system's packages: as root with apt-get, else by saying what to type.

    Without bubblewrap a learner can do everything but have quizzes marked: that's only said.
    """
    lacking = missing()
    wanted = [name for name in lacking if name in {*DEMANDED[purpose], "bubblewrap"}]
    manager = next((name for name in INSTALL if shutil.which(name)), "")
    command = command_for(manager, wanted)
    failed = ""
    if command and manager == "apt-get" and root():
        failed = apt_get(command)
        lacking = missing()
    demanded = [name for name in lacking if name in DEMANDED[purpose]]
    if demanded:
        raise SetUpError(hint(demanded, command_for(manager, demanded), failed))
    if "bubblewrap" in lacking and not purpose:
        print(f"crossroads: {hint(['bubblewrap'], command, failed)}", flush=True)
    if "bubblewrap" in DEMANDED[purpose] and sys.platform == "linux":
        try_bubblewrap()


def root() -> bool:
    """Whether the system's packages may be changed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def missing() -> list[str]:
    """The names in ``SYSTEM`` of what isn't there; of another system than Linux, less is needed."""
    importlib.invalidate_caches()
    there = {
        "Python's venv": all(map(importlib.util.find_spec, ("venv", "ensurepip"))),
        "git": bool(shutil.which("git")),
        "Chromium": bool(chromium()),
    }
    if sys.platform == "linux":
        there["bubblewrap"] = bool(shutil.which("bwrap"))
        there["libatomic"] = library("libatomic.so.1")
        there["DejaVu fonts"] = "DejaVu" in fonts()
        there["nss_wrapper"] = library("libnss_wrapper.so")
        there["R's kernel for Jupyter"] = kernel("ir")
    return [name for name in SYSTEM if not there.get(name, True)]


def chromium() -> str:
    """The browser that tests will start: the one that CHROMIUM names, or one on PATH; or "".

    Not one in a snap unless it is named: a snap sees neither temporary nor hidden folders.
    """
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else CHROMIUMS))
    fit = (
        path for path in found if path and (named or not os.path.realpath(path).endswith("snap"))
    )
    return next(fit, "")


def library(name: str) -> bool:
    """Whether the system has a shared library."""
    try:
        import ctypes

        ctypes.CDLL(name)
    except (ImportError, OSError):
        return False
    return True


def kernel(name: str) -> bool:
    """Whether the system has a kernel for Jupyter where every environment finds it."""
    return any(Path(place, "jupyter/kernels", name).is_dir() for place in SHARED)


def fonts() -> str:
    """The system's fonts, as fontconfig lists them; empty without it."""
    if not shutil.which("fc-list"):
        return ""
    done = subprocess.run(["fc-list"], capture_output=True, encoding="utf-8", errors="replace")
    return done.stdout


def try_bubblewrap() -> None:
    """Make a sandbox as ``crossroads grade`` does: installed isn't enough where it's forbidden."""
    # With a /proc of its own, which a container with a masked one forbids.
    bare = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run(bare, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = done.stderr.strip() or f"exit code {done.returncode}"
        raise SetUpError(
            f"bubblewrap may not make a sandbox here ({said.splitlines()[-1]}). "
            'What to allow: docs/administrator.md, "Setting it up".'
        )


def distribution() -> str:
    """The name of the Linux distribution, such as debian or ubuntu; "" if it doesn't say."""
    try:
        lines = Path("/etc/os-release").read_text("utf-8")
    except OSError:
        return ""
    found = re.search(r"^ID=[\"']?([\w.-]+)", lines, re.M)
    return found[1] if found else ""


def command_for(manager: str, names: list[str]) -> str:
    """What to type to install those things that this system has packages of; "" if it has none."""
    packages = []
    for name in names:
        package = SYSTEM[name].get(manager, "")
        if manager == "apt-get" and name == "Python's venv":
            # Each of Debian's Pythons has its own; another Python isn't helped by it.
            own = sys.base_prefix == "/usr"
            package = "python{}.{}-venv".format(*sys.version_info) if own else ""
        if manager == "apt-get" and name == "Chromium" and distribution() != "debian":
            # Ubuntu's is an empty one that asks for a snap; others have no headless shell.
            package = "" if distribution() == "ubuntu" else "chromium"
        packages += package.split()
    return f"{INSTALL[manager]} {' '.join(packages)}" if packages else ""


def apt_get(command: str) -> str:
    """Install Debian's packages, with one line that says so; returns what went wrong, or ""."""
    packages = command[len(INSTALL["apt-get"]) :].strip()
    print(f"Installing the system's packages with apt-get: {packages} ...", flush=True)
    # A machine that has just started may be updating itself.
    options = "-qq -o DPkg::Lock::Timeout=300"
    done = None
    # One list that can't be brought up to date needn't matter: the installation tells.
    for line in (f"apt-get update {options}", f"{command} {options}"):
        done = subprocess.run(
            shlex.split(line),
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    if not done or not done.returncode:
        return ""
    last = done.stdout.strip().splitlines()[-1:] or ["no reason given"]
    return f"apt-get failed ({last[0].strip()})"


def hint(names: list[str], command: str, failed: str) -> str:
    """What isn't there, why apt-get couldn't help, and what to do, in one line."""
    what = f"What is needed isn't on this machine: {', '.join(names)}."
    if names == ["bubblewrap"]:
        what = "Without bubblewrap, crossroads grade can't mark quizzes; all else works."
    parts = [what, *([failed + "."] if failed else [])]
    if command:
        sudo = "" if command.startswith("brew") or root() else "sudo "
        parts.append(f"To install, type: {sudo}{command}")
    elif names != ["Chromium"]:
        parts.append("Install it in your system's way, then run this again.")
    if "Chromium" in names and "chromium" not in command:
        snap = (
            "Ubuntu's is a snap, which the tests can't use; " if distribution() == "ubuntu" else ""
        )
        parts.append(
            f"Chromium: {snap}install Google Chrome or another Chromium, and name its program: "
            "CHROMIUM=/path/to/it make test"
        )
    return " ".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
