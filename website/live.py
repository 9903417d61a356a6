"""The live edition: JupyterLite with the lessons, the course's package, and what it needs.

The runtime (Pyodide) and every package that is plain Python lie beside the pages, so they work with
no internet. numpy, pandas and matplotlib are compiled for browsers in Pyodide's public distribution
only: a reader's browser takes them from there, and the lessons say so where it can't.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import content
import nbformat
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_KERNEL_NPM_NAME,
    PYODIDE_KERNEL_PLUGIN_ID,
    PYODIDE_VERSION,
    PYPI_WHEELS,
)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from crossroads.lessons.notebooks import LIST, course_list

HERE = Path(__file__).parent
TREE = HERE.parent
RUNTIME = HERE / "node_modules" / "pyodide"
WHEELS = HERE / "wheels"
#: What the kernel, the widgets and `import crossroads` need; the rest follows from what they
#: require.
WANTED = ("ipython", "comm", "jedi", "ipywidgets", "anywidget", "pyyaml", "lazy-loader")
#: What a single lesson imports: it lies beside the pages, and comes when that lesson asks for it.
FOR_A_LESSON = ("networkx",)
#: What the course needs there of compiled packages, at once.
COMPILED = ("numpy", "pandas", "markupsafe")
#: What the kernel asks for when it starts; as one list, they come side by side.
KERNEL = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    PYODIDE_KERNEL_NPM_NAME,
    "anywidget",
    "crossroads-pen",
    "jupyterlab_pygments",
)
LABEXTENSIONS = Path("share") / "jupyter" / "labextensions"
FIRST_WORDS = """\
**The live edition.** This notebook runs in your browser: nothing is installed, and nothing that you
type is sent anywhere. Your work stays in this browser; to keep it elsewhere, download it (File →
Download). Run the cell below first. It fetches what works with tables from Pyodide's public
distribution on the internet, which takes up to a minute."""
FIRST_CELL = """\
try:
    import {modules}
    print("All that this lesson needs is here.")
except ImportError:
    print("pandas can't be fetched: there is no way to the internet. Without it the course's "
          "tables, explorers and self-checks don't open. You can read, and run plain Python.")
"""


def build(site: Path, lessons: Iterable[Path]) -> None:
    """Make ``site/live``. Raises ``ValueError`` where something can't be fetched or built."""
    fetch()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write_runtime(folder / "static" / "pyodide")
        _write_files(folder / "files" / "lessons", lessons)
        (folder / "jupyter-lite.json").write_text(json.dumps(_settings()), "utf-8")
        extensions = Path(sys.prefix) / LABEXTENSIONS
        config = {
            "apps": ["lab"],
            "contents": ["files"],
            "federated_extensions": [str(extensions / name) for name in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(site / "live"),
        }
        (folder / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": config}))
        command = Path(sysconfig.get_path("scripts")) / "jupyter-lite"
        _run([command, "build", "--lite-dir", folder], folder, "JupyterLite can't be built")


def fetch() -> None:
    """Get the runtime and micropip, as locked, where they aren't here yet.

    Raises ``ValueError`` that says what to do.
    """
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["pyodide"]
    manifest = RUNTIME / "package.json"
    if not manifest.is_file() or json.loads(manifest.read_text())["version"] != wanted:
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
        npm = shutil.which("npm", path=path)
        if not npm:
            raise ValueError("the live edition needs npm: install Node 20 or newer")
        _run([npm, "ci"], HERE, "Pyodide can't be fetched from npm")
    name, version = re.findall(r"^(\S+)==(\S+)", (HERE / "micropip.txt").read_text(), re.M)[0]
    if not list(WHEELS.glob(f"{name}-{version}-*.whl")):
        python = _lock()["info"]["python"]
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        options = ["--require-hashes", "-r", "micropip.txt", "--dest", WHEELS]
        what = f"{name} can't be fetched from the package index"
        _run([*pip, f"--python-version={python}", *options], HERE, what)


def _run(command: list[Any], folder: Path, problem: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines()
        raise ValueError(f"{problem}: {said[-1] if said else command[0]}")


# -- the runtime and its packages ------------------------------------------------------------------


def _lock() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((RUNTIME / "pyodide-lock.json").read_text("utf-8"))
    return lock


def _write_runtime(folder: Path) -> None:
    """Pyodide, the wheels, and the list of packages, which says where each is to be had."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copyfile(RUNTIME / name, folder / name)
    lock = _lock()
    version = json.loads((RUNTIME / "package.json").read_text("utf-8"))["version"]
    public = PYODIDE_CDN_URL.replace(PYODIDE_VERSION, version)
    packages = lock["packages"]
    for entry in packages.values():
        entry["file_name"] = f"{public}/{entry['file_name']}"
    own = [canonicalize_name(name) for name in (*WANTED, *COMPILED)]
    packages |= dict([_entry(_own_wheel(folder), own)])
    for found, depends in _needed(lock["info"]["python"]):
        packages |= dict([_entry(_repacked(found, folder), depends)])
    kernel = Path(sys.prefix) / LABEXTENSIONS / PYODIDE_KERNEL_NPM_NAME / "static" / PYPI_WHEELS
    for wheel in (*WHEELS.glob("*.whl"), *kernel.glob("*.whl")):
        if canonicalize_name(wheel.name.split("-")[0]) in KERNEL:
            packages |= dict([_entry(Path(shutil.copy(wheel, folder)), [])])
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")


def _entry(wheel: Path, depends: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """A wheel's name and its entry in the list."""
    name, version, *_ = wheel.name.split("-")
    with zipfile.ZipFile(wheel) as archive:
        tops = {file.split("/")[0] for file in archive.namelist() if file.endswith(".py")}
    return canonicalize_name(name), {
        "name": canonicalize_name(name),
        "version": version,
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "imports": sorted(top.removesuffix(".py") for top in tops if ".data" not in top),
        "depends": list(depends),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def _needed(python: str) -> Iterator[tuple[Distribution, Iterable[str]]]:
    """The installed distributions that the browser needs, each with what it requires there."""
    there = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "platform_system": "Emscripten",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "emscripten",
        "extra": "",
    }
    waiting, seen = [*WANTED, *FOR_A_LESSON], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        requirements = map(Requirement, found.requires or [])
        depends = [
            canonicalize_name(one.name)
            for one in requirements
            if one.marker is None or one.marker.evaluate(there)
        ]
        waiting += depends
        yield found, depends


def _repacked(found: Distribution, folder: Path) -> Path:
    """A wheel of an installed distribution's Python files, for any system.

    Compiled parts are left out: those that WANTED leads to have the same in Python.
    """
    name = canonicalize_name(found.metadata["Name"]).replace("-", "_")
    stem = f"{name}-{found.version}"
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in found.files or []:
            top, compiled = file.parts[0], file.suffix in (".so", ".pyd", ".pyc")
            if not (compiled or top == ".." or top.endswith(".dist-info")):
                archive.writestr(file.as_posix(), file.read_binary())
        info = f"{stem}.dist-info"
        archive.writestr(f"{info}/METADATA", found.read_text("METADATA") or "")
        archive.writestr(f"{info}/entry_points.txt", found.read_text("entry_points.txt") or "")
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tag)
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def _own_wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder]
    _run(command, TREE, "the course's package can't be built")
    (wheel,) = folder.glob("crossroads_course-*.whl")
    return wheel


# -- what is opened there --------------------------------------------------------------------------


def _settings() -> dict[str, Any]:
    """JupyterLite's own settings."""
    plugin = {"loadPyodideOptions": {"packages": list(KERNEL)}}
    data = {"appName": "Crossroads", "litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: plugin}}
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def _write_files(folder: Path, lessons: Iterable[Path]) -> None:
    """The lessons, each with a first cell that says what can run; and the texts they link to."""
    folder.mkdir(parents=True)
    for path in lessons:
        notebook = nbformat.read(path, as_version=4)
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        modules = ["pandas", *(["matplotlib"] if ".plot(" in code or "interact" in code else [])]
        modules += [name for name in FOR_A_LESSON if f"import {name}" in code]
        made = content.prefaced(
            notebook, FIRST_WORDS, FIRST_CELL.format(modules=", ".join(modules))
        )
        made.metadata["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)"}
        nbformat.write(made, folder / path.name)
    for name in ("glossary.md", "reading-list.md"):
        shutil.copyfile(TREE / "lessons" / name, folder / name)
    (folder / LIST).write_text(json.dumps(course_list(TREE / "lessons")), "utf-8")
