"""The pen that is shipped was built from the sources beside it, and carries nobody's addresses."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
SOURCES = TREE / "jupyterlab-extension"
BUILT = TREE / "src/crossroads/labextension"
REBUILD = "Rebuild the pen (Node 20): cd jupyterlab-extension && npm ci && npm run build:prod"


def test_the_built_pen_is_its_sources() -> None:
    # The same sum as in jupyterlab-extension/build.mjs.
    paths = [SOURCES / "package.json", SOURCES / "tsconfig.json"]
    paths += [path for place in ("schema", "src", "style") for path in (SOURCES / place).iterdir()]
    named = {path.relative_to(SOURCES).as_posix(): path for path in paths}
    named["../src/crossroads/static/values.js"] = TREE / "src/crossroads/static/values.js"
    total = hashlib.sha256()
    for name, path in sorted(named.items()):
        total.update(f"{name}\n{path.read_text('utf-8')}\n".encode())
    assert (BUILT / "source.sha256").read_text().strip() == total.hexdigest(), REBUILD


def test_the_built_pen_is_whole() -> None:
    manifest = json.loads((BUILT / "package.json").read_text("utf-8"))
    assert manifest["name"] == "crossroads-pen"
    build = manifest["jupyterlab"]["_build"]
    assert (BUILT / build["load"]).is_file(), REBUILD
    assert {"extension", "style"} <= set(build)
    assert not list(BUILT.rglob("*.map")), "a production build has no source maps"


@pytest.mark.parametrize(
    "path",
    [p for p in [SOURCES / "package-lock.json", *BUILT.rglob("*")] if p.is_file()],
    ids=lambda p: p.name,
)
def test_no_file_knows_a_machine_or_a_registry(path: Path) -> None:
    text = path.read_text("utf-8")
    found = re.findall(
        r"/(?:home|root|tmp|work|Users)/[\w./-]+|[A-Z]:\\\\?\w+|//[\w.-]*registry[\w.-]*", text
    )
    assert not found
    if path.name == "package-lock.json":
        assert "://" not in text, "write the lock with: npm run lock"
