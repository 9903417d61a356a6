"""Write the locked lists from the one list in pyproject.toml, without any address in them.

    .venv/bin/python tools/lock.py [--upgrade]

What is locked stays as it is where it can; ``--upgrade`` takes the newest versions.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
#: For every system and each Python that the course supports, whatever this one is.
COMMON = ["--universal", "--python-version=3.11", "--no-emit-index-url", "--no-header"]
COMMON += ["--no-annotate", "--quiet"]
#: What each file is for, in the tree: hashed for pip, plain as constraints for conda and Binder.
FILES = {
    "requirements/dev.txt": ["--all-extras", "--generate-hashes"],
    "requirements/course.txt": [
        "--extra",
        "build",
        "--generate-hashes",
        "-c",
        "requirements/dev.txt",
    ],
    "requirements/hub.txt": [
        *("--extra", "build", "--extra", "hub", "--extra", "cluster", "--extra", "lti"),
        *("--extra", "postgresql"),
        *("--generate-hashes", "-c", "requirements/dev.txt"),
    ],
    # Of the image: what a person's server is must fit the hub, which the chart brings.
    "requirements/image.txt": [
        *("--extra", "build", "--extra", "pod", "--extra", "cluster", "--extra", "lti"),
        *("--extra", "postgresql", "--generate-hashes", "-c", "requirements/dev.txt"),
    ],
    "requirements/constraints.txt": ["--extra", "build", "-c", "requirements/dev.txt"],
}


#: The hub of Zero to JupyterHub's chart, by the version that deploy/kubernetes/values.yaml names.
CHART_HUB = "jupyterhub>=5.5.4,<6"


def main() -> None:
    """Compile the files; the development list first, and the others pinned to it."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    for name, options in FILES.items():
        command = [str(UV), "pip", "compile", "pyproject.toml", *COMMON, *options, "-o", name]
        if name == "requirements/image.txt":
            _compile_for_chart([*command, *upgrade])
        else:
            subprocess.run([*command, *upgrade], cwd=TREE, check=True)


def _compile_for_chart(command: list[str]) -> None:
    """Compile with the chart's hub in place of the newest one, all else as it is locked."""
    place = command.index("requirements/dev.txt")
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "pins.txt")
        locked = (TREE / "requirements" / "dev.txt").read_text("utf-8")
        names = re.findall(r"^(?!jupyterhub==)([\w.-]+==[^\\\n]+)", locked, re.M)
        pins.write_text("\n".join([CHART_HUB, *names]), "utf-8")
        command = [*command[:place], str(pins), *command[place + 1 :]]
        subprocess.run(command, cwd=TREE, check=True)


if __name__ == "__main__":
    main()
