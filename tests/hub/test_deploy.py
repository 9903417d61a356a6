"""The files of cluster, server and image: whether they agree with each other and the course."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
import yaml
from jupyterhub import orm
from traitlets.config import Config

from crossroads.classroom import hub, user_ids
from crossroads.course import gradebook_address

TREE = Path(__file__).parents[2]
DEPLOY = TREE / "deploy"
CLUSTER = DEPLOY / "kubernetes"
GUIDE = (TREE / "docs" / "hub.md").read_text("utf-8")
VERSION = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
#: The keys that the chart's values schema allows where its additionalProperties are false, and that
#: these files use; read from jupyterhub/values.schema.yaml of zero-to-jupyterhub-k8s, commit
#: 02dd73d. None: anything goes. What the hub's own classes take, test_manifests.py asks them.
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
    shared = single["storage"]["extraVolumeMounts"][0]["mountPath"]
    assert single["extraEnv"][hub.EXCHANGE] == f"{shared}/exchange"
    code = values["hub"]["extraConfig"]["crossroads"]
    assert f'"{hub.INSTRUCTORS}"' in code
    documents = list(yaml.safe_load_all((CLUSTER / "grading.yaml").read_text("utf-8")))
    images = set(re.findall(r"image: (\S+)", (CLUSTER / "grading.yaml").read_text("utf-8")))
    assert images == {f"{single['image']['name']}:{VERSION}"}
    claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
    assert claims == {"crossroads-exchange", "crossroads-course"}


def test_the_desk_is_told_whose_ids_are_and_where_the_gradebook_is() -> None:
    values = yaml.safe_load((CLUSTER / "values.yaml").read_text("utf-8"))
    override: dict[str, Any] = {}
    overrides = {hub.INSTRUCTORS: {"spawner_override": override}}
    c = SimpleNamespace(KubeSpawner=SimpleNamespace(group_overrides=overrides))
    exec(values["hub"]["extraConfig"]["names"], {"c": c})
    session = sqlalchemy.orm.Session(sqlalchemy.create_engine("sqlite://"))
    orm.Base.metadata.create_all(session.get_bind())
    session.add_all([orm.User(name="8c9D-uuid"), orm.User(name="anna lee")])
    session.flush()
    told = override["environment"](SimpleNamespace(user=SimpleNamespace(db=session)))
    assert told[user_ids.VARIABLE] == "20001 8c9D-uuid\n20002 anna lee"
    secret = told[gradebook_address.VARIABLE]["valueFrom"]["secretKeyRef"]
    assert secret["optional"], "without the secret the gradebook is a file"
    session.close()
    session.get_bind().dispose()


def test_the_service_starts_what_the_guide_installs() -> None:
    folder = DEPLOY / "jupyterhub"
    units = {}
    for path in folder.glob("crossroads-*"):
        units[path.suffix] = configparser.RawConfigParser(strict=False, delimiters="=")
        units[path.suffix].optionxform = str  # type: ignore[assignment,method-assign]
        units[path.suffix].read(path, "utf-8")
    assert "cp deploy/jupyterhub/crossroads-* /etc/systemd/system/" in GUIDE
    service = (folder / "crossroads-hub.service").read_text("utf-8")
    command = r"ExecStart=(\S+)/bin/jupyterhub --config=(\S+)/jupyterhub_config.py"
    place = re.search(command, service)
    assert place and place[1] == "/opt/crossroads"
    assert f"cp -r deploy/jupyterhub {place[2]}" in GUIDE
    backup = (folder / "crossroads-backup.service").read_text("utf-8")
    assert f"{place[1]}/bin/crossroads backup" in backup and place[2] in backup
    assert set(units) == {".service", ".timer"}


def test_the_gradebook_s_address_is_told_to_the_desk_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    script.parent.mkdir(parents=True)
    script.touch()
    monkeypatch.setenv(gradebook_address.VARIABLE, "postgresql+psycopg://cr:secret@db/marks")
    c = Config()
    hub.configure(c, hub.Places(tmp_path / "exchange", tmp_path / "course", tmp_path))
    (desk, culler) = c.JupyterHub.services
    assert "secret" in desk["environment"][gradebook_address.VARIABLE]
    assert "secret" not in str([c.Spawner, culler, c.Authenticator])


def test_the_image_takes_the_lock_and_no_assignments() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = " ".join(re.findall(r"^COPY (?!--)(.*) \S+$", lines, re.M)).split()
    assert "requirements/image.txt" in copied
    assert "--require-hashes -r requirements/image.txt" in lines
    assert re.search(r"^ARG BASE=debian:\S+@sha256:[0-9a-f]{64}$", lines, re.M)
    assert lines.count("\nFROM ${BASE}") == 2 and 'ENTRYPOINT ["tini", "--"]' in lines
    ignored = (TREE / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored and let_in == {name.rstrip("/") for name in copied}
    assert all((TREE / name).exists() for name in copied)
    assert not {".", "./", "assignments", "assignments/"} & set(copied)


def test_the_proxy_is_locked_without_addresses() -> None:
    text = (DEPLOY / "jupyterhub" / "package-lock.json").read_text("utf-8")
    assert "://" not in text, "write it anew, then: node ../../jupyterlab-extension/build.mjs lock"
    packages = json.loads(text)["packages"]
    assert len(packages) > 10
    assert all("integrity" in entry for name, entry in packages.items() if name)
