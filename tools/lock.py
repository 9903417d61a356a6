"""Write the locked lists from the one list in pyproject.toml, without any address in them."""

import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
UV = Path(sys.prefix if sys.prefix != sys.base_prefix else TREE / ".venv") / "bin" / "uv"
COMMON = ["--universal", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet"]
#: What each file is for: hashed for pip, plain as constraints for conda and Binder.
FILES = {
    "requirements-dev.txt": ["--extra", "build", "--extra", "dev", "--generate-hashes"],
    "requirements.txt": ["--extra", "build", "--generate-hashes", "-c", "requirements-dev.txt"],
    "constraints.txt": ["--extra", "build", "-c", "requirements-dev.txt"],
}


def main():
    """Compile the three files; the development list first, and the others pinned to it."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    for name, options in FILES.items():
        command = [UV, "pip", "compile", "pyproject.toml", *COMMON, *options, "-o", name]
        subprocess.run([*command, *upgrade], cwd=TREE, check=True)


if __name__ == "__main__":
    main()
