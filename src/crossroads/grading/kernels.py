"""Find the Jupyter kernel that a notebook asks for, and the way to start it on this machine.

Python's notebooks run in our own worker. Those of other languages need their kernel (IRkernel,
IJulia, xeus and others), which starts inside the sandbox, with the folders that its program needs
in sight.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..files import encodable

MISSING = (
    "The notebook {notebook} needs the kernel {name!r} ({language}), which is not installed "
    "here{there}. Nothing was graded. Install it for the account that runs this command, or "
    "grade on a machine that has it."
)
#: What a kernel's program may need of the system, beside libraries: programs and their own files.
#: Not /etc, /usr/local/etc, /srv or homes; of /usr/local/share, nothing of nbgrader's, whose
#: exchange may lie there.
_SYSTEM = (
    *("/usr/bin", "/usr/share", "/usr/libexec", "/usr/local/bin", "/usr/local/lib"),
    *("/usr/local/share/R", "/usr/local/share/octave", "/usr/local/share/julia"),
    *("/bin", "/etc/R", "/etc/octave.conf"),
)
#: Folders of a person's own in which a language keeps its packages: variable, and where they lie.
_PACKAGES = {
    "r": ("R_LIBS_USER", ("R/*-library/*",)),
    "julia": ("JULIA_DEPOT_PATH", (".julia",)),
}
#: Of a person's own Julia folder, what holds no history of what they typed.
_JULIA = ("packages", "compiled", "artifacts", "environments", "registries", "conda", "juliaup")
_PYTHONS = ("python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info[:2]))
#: By language: lines that must fail. Where one doesn't, a cell has changed how tests fail.
CANARIES = {"r": 'stop("canary")', "julia": 'error("canary")'}


@dataclass(frozen=True)
class Kernel:
    """A kernel that is installed here: how it's started, and what of the system it has to see."""

    name: str
    language: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    #: Whether a cell is interrupted by a message rather than by a signal.
    by_message: bool = False
    folders: tuple[str, ...] = ()


def language_of(notebook: Any) -> str:
    """Return the language of a notebook's code, in lower case; Python where it doesn't say."""
    metadata = notebook.get("metadata") or {}
    spec, info = (metadata.get(name) or {} for name in ("kernelspec", "language_info"))
    name = spec.get("language") or info.get("name") or ""
    if not name:
        asked = str(spec.get("name") or "python")
        name = "python" if asked.lower().startswith(("python", "conda-env")) else asked
    # SageMath's notebooks call their language so in one place and Python in the other.
    found = str(name).lower()
    return "python" if found.startswith("python") or found == "ipython" else found


def is_python(notebook: Any) -> bool:
    """Return whether a notebook is run by our own worker."""
    return language_of(notebook) == "python"


def canary(language: str) -> str:
    """Return a line that must fail in another language; "" where none is known."""
    return CANARIES.get(language, "")


def kernel_of(notebook: Any, title: str) -> Kernel | None:
    """Return the kernel that a notebook needs; ``None`` for Python's.

    Raises ``ValueError`` where it isn't installed; ``title`` is what the notebook is called there.
    """
    if is_python(notebook):
        return None
    # Slow to import, and only needed for other languages.
    from jupyter_client.kernelspec import KernelSpecManager

    language = language_of(notebook)
    asked = str(((notebook.get("metadata") or {}).get("kernelspec") or {}).get("name") or language)
    specs = {name: about["spec"] for name, about in KernelSpecManager().get_all_specs().items()}
    folders = KernelSpecManager().find_kernel_specs()
    same = [name for name, spec in specs.items() if str(spec.get("language")).lower() == language]
    # Names of kernels differ from machine to machine (ir, ir43; julia-1.9, julia-1.10).
    name = asked if asked in specs else same[0] if len(same) == 1 else ""
    argv = list(specs[name]["argv"]) if name else []
    if argv and argv[0] in _PYTHONS:
        argv[0] = sys.executable  # as Jupyter does
    program = shutil.which(argv[0]) if argv else None
    if not name or not program:
        there = f", or its program {argv[0]!r} is missing" if argv else ""
        about = {"notebook": title, "name": encodable(asked)[:60], "there": there}
        raise ValueError(MISSING.format(language=encodable(language)[:40], **about))
    spec, own = specs[name], str(folders[name])
    argv = [program, *(word.replace("{resource_dir}", own) for word in argv[1:])]
    environment = {str(k): str(v) for k, v in (spec.get("env") or {}).items()}
    environment |= _own_packages(language, environment)
    usual = (os.path.dirname(program), "/usr/local/bin", "/usr/bin", "/bin")
    environment.setdefault("PATH", os.pathsep.join(dict.fromkeys(usual)))
    shown = _shown([own, *argv, *_paths(environment)])
    return Kernel(
        name,
        language,
        tuple(argv),
        environment,
        spec.get("interrupt_mode") == "message",
        tuple(dict.fromkeys([*filter(os.path.exists, _SYSTEM), *shown])),
    )


def _own_packages(language: str, environment: dict[str, str]) -> dict[str, str]:
    """Return where a language finds the packages of the person who grades, by its variable."""
    variable, patterns = _PACKAGES.get(language, ("", ()))
    if not variable or variable in environment:
        return {}
    if said := os.environ.get(variable):
        return {variable: said}
    home = Path.home()
    found = [str(path) for pattern in patterns for path in sorted(home.glob(pattern), reverse=True)]
    return {variable: os.pathsep.join(found)} if found else {}


def _paths(environment: dict[str, str]) -> Iterator[str]:
    """Yield folders that a kernel's variables name."""
    for variable, value in environment.items():
        for part in value.split(os.pathsep):
            if variable != "PATH" and os.path.isabs(part) and os.path.isdir(part):
                if variable == "JULIA_DEPOT_PATH":
                    yield from (os.path.join(part, name) for name in _JULIA)
                else:
                    yield part


def _shown(words: list[str]) -> Iterator[str]:
    """Yield the folders in which a kernel's program, its files and its packages lie."""
    for word in words:
        if not os.path.isabs(word) or not os.path.exists(word):
            continue
        for path in dict.fromkeys((Path(word), Path(os.path.realpath(word)))):
            folder = path if path.is_dir() else path.parent
            if folder.name == "bin" and not path.is_dir():
                # An environment: its libraries lie beside.
                folder = folder.parent if (folder.parent / "lib").is_dir() else path
            if _too_wide(folder):
                folder = path
            if not _too_wide(folder):
                yield str(folder)


def _too_wide(folder: Path) -> bool:
    """Return whether a folder holds far more than a kernel: a home, or a system's own."""
    roots = ("/", "/usr", "/usr/local", "/opt", "/etc", "/var", "/home", "/root", "/srv", "/tmp")
    home = Path.home()
    return str(folder) in roots or folder == home or folder in home.parents
