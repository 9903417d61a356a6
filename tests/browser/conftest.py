"""One running course for all browser tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from frontend import FrontEnd, Server
from machine import running_course


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Server]:
    """`crossroads lab`: JupyterLab, and Notebook 7 beside it, on a new course directory."""
    installed = Path(sys.prefix) / "share/jupyter/labextensions/crossroads-pen/source.sha256"
    built = Path(__file__).parents[2] / "src/crossroads/labextension/source.sha256"
    if not installed.is_file() or installed.read_text() != built.read_text():
        pytest.fail("This environment's pen is not the tree's: install the package again.")
    machine = tmp_path_factory.mktemp("machine")
    shutil.copytree(prepared, machine / "course")
    with running_course(machine) as server:
        yield server


@pytest.fixture(params=["lab", "notebook"])
def front_end(request: pytest.FixtureRequest, server: Server) -> FrontEnd:
    """JupyterLab, then Notebook 7."""
    return FrontEnd(request.param, server)


@pytest.fixture
def lab(server: Server) -> FrontEnd:
    """JupyterLab only, for what doesn't depend on the front end."""
    return FrontEnd("lab", server)
