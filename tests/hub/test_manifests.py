"""The pods of a cluster: whether it would take them, and what they may do.

``test_pods.py`` starts them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import cluster_pods
import kubernetes_validate
import pyseccomp
import pytest
from cluster_pods import ADDED, object_named
from kubespawner import KubeSpawner

from crossroads.classroom import exchange_volume, hub
from crossroads.grading import pool
from crossroads.grading.sandbox import Limits

TREE = Path(__file__).parents[2]
VERSION = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
TEACHER = ("formgrade-crossroads",)


def test_the_image_has_the_single_user_server_of_the_chart_s_hub() -> None:
    lock = (TREE / "requirements" / "image.txt").read_text("utf-8")
    (pinned,) = re.findall(r"^jupyterhub==(\d+\.\d+)", lock, re.M)
    written = (cluster_pods.KUBERNETES / "values.yaml").read_text("utf-8")
    assert f"JupyterHub {pinned}," in written.replace("\n# ", " ")


def test_the_desk_is_started_as_the_course_says() -> None:
    desk = cluster_pods.manifest("tina", 4, TEACHER)["spec"]["containers"][0]
    assert desk["args"][1:-1] == hub.serve("grader")[1:]


def test_a_cluster_takes_every_object_and_pod() -> None:
    pods = [cluster_pods.manifest("ann", 3), cluster_pods.manifest("tina", 4, TEACHER)]
    for made in (*cluster_pods.objects(), *pods):
        for version in ("1.33", "1.37"):
            kubernetes_validate.validate(made, version, strict=True)
    broken = {**pods[0], "spec": {**pods[0]["spec"], "hostUser": False}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, "1.37", strict=True)


def test_the_hub_s_own_classes_know_what_is_set() -> None:
    for name in cluster_pods.values()["hub"]["config"]["KubeSpawner"]:
        assert KubeSpawner.class_traits(config=True).get(name), name


def environment(pod: dict[str, Any]) -> dict[str, str]:
    return {e["name"]: e.get("value", "") for e in pod["spec"]["containers"][0]["env"]}


def test_each_person_has_a_user_a_group_and_a_home_of_their_own() -> None:
    ann, bo = cluster_pods.manifest("ann", 3), cluster_pods.manifest("bo", 4)
    for pod, number in ((ann, 20003), (bo, 20004)):
        own = pod["spec"]["containers"][0]["securityContext"]
        assert (own["runAsUser"], own["runAsGroup"]) == (number, number)
        # The chart's own would be one group for all, who then list each other's.
        assert pod["spec"]["securityContext"]["fsGroup"] == number
        assert own["allowPrivilegeEscalation"] is False and own["readOnlyRootFilesystem"]
        mounts = {m["mountPath"] for m in pod["spec"]["containers"][0]["volumeMounts"]}
        assert environment(pod)["HOME"] in mounts and "/tmp" in mounts
    names = {v["name"] for v in ann["spec"]["volumes"]}
    assert not {"course", "dask"} & names and "envFrom" not in ann["spec"]["containers"][0]
    assert "crossroads" not in ann["metadata"]["labels"]


def test_the_desk_alone_has_the_course_and_the_certificates() -> None:
    desk = cluster_pods.manifest("tina", 4, TEACHER)
    (server,) = desk["spec"]["containers"]
    assert {"course", "dask"} <= {v["name"] for v in desk["spec"]["volumes"]}
    assert server["securityContext"]["runAsUser"] == 10000
    course = server["args"][-1]
    assert any(course.startswith(m["mountPath"] + "/") for m in server["volumeMounts"])
    # Its own label beside the chart's, by which the hub lets it in.
    labels = desk["metadata"]["labels"]
    assert labels["crossroads"] == "desk"
    assert labels["hub.jupyter.org/network-access-hub"] == "true"


@pytest.mark.parametrize("kind", ["student", "instructor", "grader"])
def test_the_desk_collects_from_all_also_where_it_is_one_person_s_server(
    kind: str, tmp_path: Path
) -> None:
    """A desk that took its user's name for the only student's would collect nothing."""
    config = TREE / "src" / "crossroads" / "static" / "nbgrader_config.py"
    code = (
        "from traitlets.config import Config; c = Config(); get_config = lambda: c\n"
        f"__file__ = {str(config)!r}\nexec(open(__file__).read())\n"
        "print(c.CourseDirectory.get('student_id', '*'))"
    )
    known = {"JUPYTERHUB_USER": "tina", hub.KIND: kind, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=known, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ("*" if kind == "grader" else "tina")


def allowed(labels: str, other: str, port: int) -> bool:
    """Whether our policies let a pod with one label reach another's port."""

    def lets(policy: dict[str, Any], way: str, peer: str) -> bool:
        return any(
            _port_in(rule.get("ports"), port)
            and (
                (side := rule.get("to" if way == "egress" else "from")) is None
                or any(_selected(one["podSelector"], peer) for one in side)
            )
            for rule in policy["spec"].get(way, [])
        )

    policies = [o for o in cluster_pods.objects() if o["kind"] == "NetworkPolicy"]

    def holds(way: str, own: str, peer: str) -> bool:
        of = [p for p in policies if _selected(p["spec"]["podSelector"], own)]
        of = [p for p in of if way.capitalize() in p["spec"]["policyTypes"]]
        return not of or any(lets(policy, way, peer) for policy in of)

    return holds("egress", labels, other) and holds("ingress", other, labels)


def _selected(selector: dict[str, Any], label: str) -> bool:
    wanted = [selector["matchLabels"]["crossroads"]] if "matchLabels" in selector else []
    for expression in selector.get("matchExpressions", []):
        wanted += expression["values"]
    return label in wanted


def _port_in(ports: list[dict[str, Any]] | None, port: int) -> bool:
    return ports is None or any(p["port"] <= port <= p.get("endPort", p["port"]) for p in ports)


def test_only_who_must_speaks_to_whom() -> None:
    assert allowed("desk", "scheduler", 8786) and allowed("worker", "scheduler", 8786)
    assert allowed("scheduler", "worker", 8788) and allowed("scheduler", "worker", 8789)
    assert not allowed("student", "scheduler", 8786) and not allowed("student", "worker", 8788)
    assert not allowed("desk", "worker", 8788) and not allowed("scheduler", "hub", 8081)
    for port in (80, 443, 2049, 8081):
        assert not allowed("worker", "anywhere", port)
    assert allowed("worker", "names", 53)


def test_a_worker_has_one_process_and_room_for_one_submission() -> None:
    pod = object_named("Deployment", "crossroads-worker")["spec"]["template"]["spec"]
    (worker,) = pod["containers"]
    assert {"--nworkers=1", "--nthreads=1", "--memory-limit=0"} <= set(worker["args"])
    room = cluster_pods.in_bytes(worker["resources"]["limits"]["memory"])
    assert Limits().memory + Limits().disk < room - 2**30
    assert room < pool.MEMORY
    assert pod["hostUsers"] is False
    assert worker["securityContext"]["allowPrivilegeEscalation"] is False


def test_a_newer_version_can_be_applied_over_an_older_one() -> None:
    """A Job's template can't be changed: the version is in its name, and in time it's gone."""
    (job,) = (o for o in cluster_pods.objects() if o["kind"] == "Job")
    assert job["metadata"]["name"].endswith(VERSION.replace(".", "-"))
    assert job["spec"]["ttlSecondsAfterFinished"] > 0
    text = json.dumps(job)
    # A file server may refuse root.
    assert "chown -" not in text and '"runAsUser": 0' not in text


def test_the_profile_permits_the_usual_calls_and_what_the_sandbox_needs() -> None:
    profile = json.loads(cluster_pods.PROFILE.read_text("utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    plain = [s for s in profile["syscalls"] if "args" not in s]
    usual, added = (set(s["names"]) for s in plain)
    assert added == set(ADDED) and not usual & added
    for name in usual | added:
        pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    beyond = {"bpf", "perf_event_open", "setns", "init_module", "kexec_load", "open_by_handle_at"}
    beyond |= {"keyctl", "add_key", "io_uring_setup", "userfaultfd", "fsopen", "move_mount"}
    beyond |= {"mount_setattr", "open_tree", "syslog", "reboot", "swapon", "quotactl", "iopl"}
    assert not beyond & (usual | added)


@pytest.mark.parametrize(
    "mode, owner, said",
    [
        (0o733, 10000, ""),
        (0o733, 20003, ""),  # a trial, where all are one user
        (0o777, 10000, "can be listed (mode 777, owner 10000"),
        (0o2773, 10000, "can be listed (mode 2773, owner 10000, group 20003"),
    ],
)
def test_a_server_does_not_start_where_it_could_see_what_others_hand_in(
    mode: int, owner: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crossroads" / "inbound").mkdir(parents=True)
    monkeypatch.setattr(exchange_volume.os, "geteuid", lambda: 20003)
    stat = Path.stat

    def shown(path: Path, **more: Any) -> Any:
        about = list(stat(path, **more))
        if path.name == "inbound":
            about[0], about[4], about[5] = 0o040000 | mode, owner, 20003
        else:
            about[4] = 20003
        return exchange_volume.os.stat_result(about)

    monkeypatch.setattr(Path, "stat", shown)
    readable = mode & 0o004 or mode & 0o040
    monkeypatch.setattr(exchange_volume.os, "access", lambda *_: bool(readable))
    found = exchange_volume.trouble(tmp_path)
    assert said in found and bool(found) == bool(said), found
    assert [p.name for p in tmp_path.iterdir()] == ["crossroads"]


def test_a_volume_that_keeps_no_modes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a share of Windows, whose modes are an option of its mount."""
    monkeypatch.setattr(Path, "chmod", lambda path, mode: None)
    assert "does not keep modes" in exchange_volume.trouble(tmp_path)
    assert list(tmp_path.iterdir()) == []
