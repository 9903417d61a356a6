"""Lessons as they are after a run, each from a clean kernel."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from crossroads.lessons.progress import VARIABLE

#: So many lessons are run side by side.
TOGETHER = 2


def executed(paths: Iterable[Path]) -> dict[Path, Any]:
    """Each lesson's notebook after a run from a clean kernel, as a newcomer's."""
    paths = list(paths)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(TOGETHER) as pool:
        return dict(zip(paths, pool.map(partial(_executed, folder=folder), paths), strict=True))


def _executed(path: Path, folder: str, tries: int = 2) -> Any:
    notebook = nbformat.read(path, as_version=4)
    # A translated lesson lies one folder down, as its links to the others say.
    place = Path(folder) / notebook.metadata.get("crossroads", {}).get("language", "")
    place.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=120,
        resources={"metadata": {"path": str(place)}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        # A loop of its own, closed at the end: a thread's default one stays open.
        asyncio.run(client.async_execute(env=os.environ | {VARIABLE: f"{folder}/progress"}))
    except CellExecutionError as error:
        raise ValueError(f"{path.name} stops: {error.ename}: {error.evalue}") from None
    except RuntimeError:
        # Another program took the port that this kernel was to have.
        if tries == 1:
            raise ValueError(f"{path.name}: its kernel doesn't start") from None
        return _executed(path, folder, tries - 1)
    # Nobody moves a control there: what is shown says how it stands.
    notebook.metadata.pop("widgets", None)
    return notebook
