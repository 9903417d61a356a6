"""What the distribution for grading has of the tree, and of its list of dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

TREE = Path(__file__).resolve().parents[2]
COURSE = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))
#: What only the course's own lessons import. What students' code imports is the other course's
#: affair: its teacher installs it where the grading runs.
WITHOUT = {"cycler", "matplotlib", "networkx"}
#: Of the package, what is this course's alone.
LEFT_OUT = ("static/releases/", "labextension/")
SHARED = ("version", "requires-python", "authors", "classifiers", "scripts")
EXTRAS = ("cluster", "hub", "lti")


class Metadata(MetadataHookInterface):
    """Version, licence and dependencies, as the course says them."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in what pyproject.toml calls dynamic."""
        course = COURSE["project"]
        metadata.update({name: course[name] for name in SHARED})
        # The data's licences stay with the data.
        metadata["license"] = "MIT"
        named = {re.split(r"[^\w-]", one)[0]: one for one in course["dependencies"]}
        metadata["dependencies"] = [one for name, one in named.items() if name not in WITHOUT]
        extras = course["optional-dependencies"]
        metadata["optional-dependencies"] = {name: extras[name] for name in EXTRAS}


class Files(BuildHookInterface):  # type: ignore[type-arg]
    """The package's modules, and what Jupyter finds by itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name each file and its place in the wheel."""
        package = TREE / "src" / "crossroads"
        if not package.is_dir():
            raise FileNotFoundError(f"{package} is missing: build from a checkout, as a wheel")
        for path in sorted(package.rglob("*")):
            name = path.relative_to(package).as_posix()
            skipped = "__pycache__" in path.parts or name.startswith(LEFT_OUT)
            if path.is_file() and not skipped:
                build_data["force_include"][str(path)] = f"crossroads/{name}"
        build_data["force_include"][str(TREE / "LICENSE")] = "crossroads/LICENSE"
        shared = COURSE["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
        for source, target in shared.items():
            # File by file: a folder outside of this one is passed over.
            for path in sorted((TREE / source).rglob("*")):
                if not path.is_file() or "__pycache__" in path.parts:
                    continue
                name = path.relative_to(TREE / source).as_posix()
                build_data["shared_data"][str(path)] = f"{target}/{name}"
