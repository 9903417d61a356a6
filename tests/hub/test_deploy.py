"""What can't be run here is checked as far as its form goes: the files of cluster and image."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from crossroads.classroom import hub

TREE = Path(__file__).parents[2]
DEPLOY = TREE / "deploy"
CLUSTER = DEPLOY / "kubernetes"
VERSION = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
#: The keys that the chart's values schema allows where its additionalProperties are false, and that
#: these files use; read from jupyterhub/values.schema.yaml of zero-to-jupyterhub-k8s, commit
#: 02dd73d, on 2026-11-25. None: anything goes.
KEYS: dict[str, Any] = {
    "singleuser": {
        "image": {"name", "tag"},
        "cmd": None,
        "defaultUrl": None,
        "memory": {"guarantee", "limit"},
        "cpu": {"guarantee", "limit"},
        "startTimeout": None,
        "extraEnv": None,
        "storage": {
            *("type", "homeMountPath", "capacity", "extraVolumes", "extraVolumeMounts"),
            *("dynamic", "static", "extraLabels"),
        },
    },
    "hub": {"concurrentSpawnLimit": None, "config": None, "extraConfig": None},
    "cull": {"enabled", "users", "timeout", "every", "concurrency", "maxAge"},
    "prePuller": {"hook": {"enabled"}},
}


def strange(values: Any, allowed: Any, place: str = "") -> list[str]:
    """The places of keys that aren't allowed."""
    if allowed is None or not isinstance(values, dict):
        return []
    found = [f"{place}/{key}" for key in values if key not in allowed]
    for key in values.keys() & set(allowed):
        if isinstance(allowed, dict):
            found += strange(values[key], allowed[key], f"{place}/{key}")
    return found


@pytest.mark.parametrize("name", ["values.yaml", "lti.yaml"])
def test_the_chart_knows_every_key_and_the_python_compiles(name: str) -> None:
    values = yaml.safe_load((CLUSTER / name).read_text("utf-8"))
    assert strange(values, KEYS) == []
    assert strange({"singleuser": {"memories": 1}}, KEYS) == ["/singleuser/memories"]
    for part, code in values["hub"]["extraConfig"].items():
        compile(code, f"{name}: {part}", "exec")


def test_the_cluster_runs_what_this_version_has() -> None:
    values = yaml.safe_load((CLUSTER / "values.yaml").read_text("utf-8"))
    single = values["singleuser"]
    assert single["image"]["tag"] == VERSION
    assert single["cmd"][1:] == [*hub.serve("student")[1:], "course"]
    assert single["defaultUrl"] == hub.START
    assert (
        single["extraEnv"][hub.EXCHANGE] == single["storage"]["extraVolumeMounts"][0]["mountPath"]
    )
    code = values["hub"]["extraConfig"]["crossroads"]
    assert f'"{hub.INSTRUCTORS}"' in code
    assert '"crossroads.classroom.hub", "grader"' in code
    documents = list(yaml.safe_load_all((CLUSTER / "grading.yaml").read_text("utf-8")))
    images = set(re.findall(r"image: (\S+)", (CLUSTER / "grading.yaml").read_text("utf-8")))
    assert images == {f"{single['image']['name']}:{VERSION}"}
    claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
    assert claims == {"crossroads-exchange", "crossroads-course"}


def test_the_image_takes_the_lock_and_no_assignments() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = " ".join(re.findall(r"^COPY (.*) \S+$", lines, re.M)).split()
    assert "requirements/hub.txt" in copied
    assert "--require-hashes -r requirements/hub.txt" in lines
    assert all((TREE / name).exists() for name in copied)
    assert not {".", "./", "assignments", "assignments/"} & set(copied)


def test_the_proxy_is_locked_without_addresses() -> None:
    text = (DEPLOY / "jupyterhub" / "package-lock.json").read_text("utf-8")
    assert "://" not in text, "write it anew, then: node ../../jupyterlab-extension/build.mjs lock"
    packages = json.loads(text)["packages"]
    assert len(packages) > 10
    assert all("integrity" in entry for name, entry in packages.items() if name)
