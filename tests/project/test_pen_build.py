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
SITE = TREE / "website/static/page.js"
REBUILD = "Rebuild the pen (Node 20): cd jupyterlab-extension && npm ci && npm run build:prod"


def sum_of(names: list[str]) -> str:
    """The same sum as in jupyterlab-extension/build.mjs, of files by their names there."""
    total = hashlib.sha256()
    for name in sorted(names):
        total.update(f"{name}\n{(SOURCES / name).read_text('utf-8')}\n".encode())
    return total.hexdigest()


def test_the_built_pen_is_its_sources() -> None:
    folders = [SOURCES / place for place in ("schema", "src", "style")]
    names = [path.relative_to(SOURCES).as_posix() for f in folders for path in f.iterdir()]
    names += ["package.json", "tsconfig.json", "../src/crossroads/static/values.js"]
    assert (BUILT / "source.sha256").read_text().strip() == sum_of(names), REBUILD


def test_the_site_s_script_is_built_of_what_it_shares_with_the_pen() -> None:
    names = ("glossary.ts", "reading.json", "reading.ts", "signs.ts", "site.ts", "terms.ts")
    assert sum_of([f"src/{name}" for name in names]) in SITE.read_text("utf-8"), REBUILD


def test_the_built_pen_is_whole() -> None:
    manifest = json.loads((BUILT / "package.json").read_text("utf-8"))
    assert manifest["name"] == "crossroads-pen"
    build = manifest["jupyterlab"]["_build"]
    assert (BUILT / build["load"]).is_file(), REBUILD
    assert {"extension", "style"} <= set(build)
    assert not list(BUILT.rglob("*.map")), "a production build has no source maps"


@pytest.mark.parametrize(
    "path",
    [p for p in [SOURCES / "package-lock.json", SITE, *BUILT.rglob("*")] if p.is_file()],
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
