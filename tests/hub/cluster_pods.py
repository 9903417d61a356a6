"""A cluster's pods on this machine: manifests of the class's own values, started with runc.

What the chart does with its values is done here with KubeSpawner itself, so a pod's manifest is
the one that a cluster would get. ``Node`` starts it as a kubelet would: its user, groups and
volumes, a root that can't be written to, no capabilities, the seccomp profile, masked paths of
/proc, and a user namespace where the pod wants one. There is no network of a cluster's own: all
pods have this machine's.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from classroom import free_ports
from kubernetes_asyncio.client import ApiClient
from kubespawner import KubeSpawner, spawner
from kubespawner.spawner import MockObject
from traitlets.config import Config

TREE = Path(__file__).resolve().parents[2]
KUBERNETES = TREE / "deploy" / "kubernetes"
PROFILE = KUBERNETES / "crossroads-sandbox.json"
#: What a user namespace of a pod begins with, outside.
FIRST_ID = 2_000_000
#: The calls that the sandbox needs beside a container's usual ones.
ADDED = ("clone", "clone3", "mount", "pivot_root", "sethostname", "umount2", "unshare")
#: CLONE_NEW… of linux/sched.h together: what a container's usual profile masks in clone.
NAMESPACES = 0x7E020000
MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"]
MASKED += ["/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
#: The chart's names for KubeSpawner's, as far as our values use them.
TRAITS = {
    "cmd": "cmd",
    "defaultUrl": "default_url",
    "startTimeout": "start_timeout",
    "extraEnv": "environment",
}


def values() -> dict[str, Any]:
    """The class's values."""
    return yaml.safe_load((KUBERNETES / "values.yaml").read_text("utf-8"))


def objects() -> list[dict[str, Any]]:
    """What is applied beside the chart."""
    return list(yaml.safe_load_all((KUBERNETES / "grading.yaml").read_text("utf-8")))


def object_named(kind: str, name: str) -> dict[str, Any]:
    """One of them."""
    return next(o for o in objects() if o["kind"] == kind and o["metadata"]["name"] == name)


def configure(c: Config, values: dict[str, Any], image: str = "") -> None:
    """Set in a hub's configuration what the chart sets from these values."""
    single = values["singleuser"]
    pods = c.KubeSpawner
    pods.image = image or f"{single['image']['name']}:{single['image']['tag']}"
    for key, trait in TRAITS.items():
        setattr(pods, trait, single[key])
    pods.mem_guarantee, pods.mem_limit = (single["memory"][k] for k in ("guarantee", "limit"))
    pods.cpu_guarantee, pods.cpu_limit = (single["cpu"][k] for k in ("guarantee", "limit"))
    # The chart's defaults, which our values leave as they are or replace below.
    pods.uid, pods.fs_gid = 1000, 100
    pods.pvc_name_template = "claim-{user_server}"
    pods.automount_service_account_token = False
    pods.extra_labels = {"hub.jupyter.org/network-access-hub": "true"}
    storage = single["storage"]
    home = {"name": "volume-{user_server}"}
    claim = {"persistentVolumeClaim": {"claimName": pods.pvc_name_template}}
    pods.volumes = [{**home, **claim}, *storage["extraVolumes"]]
    mount = {**home, "mountPath": storage["homeMountPath"]}
    pods.volume_mounts = [mount, *storage["extraVolumeMounts"]]
    c.merge(Config(values["hub"]["config"]))
    for name, code in values["hub"]["extraConfig"].items():
        exec(compile(code, name, "exec"), {"c": c})


def manifest(
    user: str, number: int, groups: tuple[str, ...] = (), given: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The manifest of a person's pod, as the hub would send it to a cluster."""
    c = Config()
    configure(c, given or values())
    person = MockObject()
    person.name, person.id, person.url = user, number, f"/user/{user}/"
    person.groups = [SimpleNamespace(name=name) for name in groups]
    person.db = SimpleNamespace(query=lambda *_: [(number, user)])

    async def made() -> dict[str, Any]:
        return await Unconnected(config=c, user=person, _mock=True).finished_manifest()

    # A test before may have left a loop running in this thread.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(lambda: asyncio.run(made())).result()


# There is no cluster to be found.
spawner.load_config = lambda **_: None


class Unconnected(KubeSpawner):
    """KubeSpawner that makes manifests, and speaks to no cluster."""

    async def finished_manifest(self) -> dict[str, Any]:
        """The pod's manifest as plain data, after groups and hooks."""
        await self.apply_group_overrides()
        pod = await self.get_pod_manifest()
        if self.modify_pod_hook:
            pod = self.modify_pod_hook(self, pod)
        async with ApiClient() as client:
            return client.sanitize_for_serialization(pod)


def usual_calls() -> dict[str, Any]:
    """A container runtime's usual profile: ours without what the sandbox needs."""
    profile = json.loads(PROFILE.read_text("utf-8"))
    profile["syscalls"] = [s for s in profile["syscalls"] if set(s["names"]) != set(ADDED)]
    plain = {"index": 0, "value": NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    profile["syscalls"] += [
        {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [plain]},
        # "There is no such call": then the C library takes clone.
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    ]
    return profile


class Node:
    """This machine as a cluster's node: an image, claimed volumes, secrets, and pods that run."""

    def __init__(self, folder: Path, image: dict[str, Any]) -> None:
        """``folder`` must be one that everybody may reach; ``image`` are the image's settings."""
        self.folder = folder
        self.image = image
        self.environment = dict(words.split("=", 1) for words in image["Env"])
        self.secrets: dict[str, Path] = {}
        self.fs_group_on: set[str] = set()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.secrets["crossroads-dask"] = folder / "certificates"
        for name in ("claims", "pods"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @classmethod
    def at(cls, folder: str) -> Node:
        """The same node in another process."""
        return cls(Path(folder), json.loads(Path(folder, "image.json").read_text("utf-8")))

    def save(self) -> None:
        """Let another process have this node, too."""
        (self.folder / "image.json").write_text(json.dumps(self.image), "utf-8")

    def claim(self, name: str) -> Path:
        """The folder of a claimed volume: at first its root's alone, as a new disk is."""
        folder = self.folder / "claims" / name
        if not folder.is_dir():
            folder.mkdir(mode=0o755)
        return folder

    def start(self, pod: dict[str, Any], name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a pod's one container; what it says is in ``log``. ``command`` replaces its own."""
        bundle = self.folder / "pods" / name
        shutil.rmtree(bundle, ignore_errors=True)
        bundle.mkdir()
        config = self.oci(pod, bundle, list(command))
        (bundle / "config.json").write_text(json.dumps(config), "utf-8")
        subprocess.run([*RUNTIME, "delete", "--force", name], check=False, capture_output=True)
        with self.log(name).open("wb") as log:
            process = subprocess.Popen(
                [*RUNTIME, "run", "--bundle", str(bundle), name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def run(self, pod: dict[str, Any], name: str, *command: str) -> tuple[int, str]:
        """Start a pod and wait until it has ended: its code, and what it said."""
        code = self.start(pod, name, *command).wait(600)
        return code, self.log(name).read_text("utf-8", "replace")

    def log(self, name: str) -> Path:
        """What a pod has said."""
        return self.folder / "pods" / f"{name}.log"

    def stop(self, name: str) -> None:
        """End a pod."""
        subprocess.run([*RUNTIME, "kill", name, "KILL"], check=False, capture_output=True)
        with suppress(KeyError):
            self.running.pop(name).wait(30)
        subprocess.run([*RUNTIME, "delete", "--force", name], check=False, capture_output=True)

    def stop_all(self) -> None:
        """End all pods."""
        for name in list(self.running):
            self.stop(name)

    def oci(self, pod: dict[str, Any], bundle: Path, command: list[str]) -> dict[str, Any]:
        """What runc starts: the pod's container as a kubelet would hand it to a runtime."""
        spec = pod["spec"]
        (container,) = spec["containers"]
        whole, own = spec.get("securityContext", {}), container.get("securityContext", {})
        said = {**whole, **own}
        uid, gid = said["runAsUser"], said.get("runAsGroup", 0)
        group = whole.get("fsGroup")
        shift = FIRST_ID if spec.get("hostUsers") is False else 0
        mounts = [*_system_mounts(shift)]
        for mount in container.get("volumeMounts", []):
            (volume,) = (v for v in spec["volumes"] if v["name"] == mount["name"])
            source = self._volume(volume, bundle, group, shift)
            # A node maps the image's owners into the pod's namespace: its root can make this.
            (self.folder / "image" / mount["mountPath"][1:]).mkdir(parents=True, exist_ok=True)
            options = ["rbind", "ro" if mount.get("readOnly") else "rw", "nosuid", "nodev"]
            mounts.append(
                {
                    "destination": mount["mountPath"],
                    "type": "bind",
                    "source": str(source),
                    "options": options,
                }
            )
        hosts = bundle / "hosts"
        hosts.write_text("127.0.0.1 localhost crossroads-scheduler\n", "ascii")
        for path in ("/etc/hosts", "/etc/resolv.conf"):
            source = str(hosts) if path == "/etc/hosts" else path
            mounts.append(
                {
                    "destination": path,
                    "type": "bind",
                    "source": source,
                    "options": ["bind", "ro"],
                }
            )
        entry = self.image["Entrypoint"]
        kind = (said.get("seccompProfile") or {}).get("type", "Unconfined")
        seccomp = {
            "RuntimeDefault": usual_calls,
            "Localhost": lambda: json.loads(PROFILE.read_text("utf-8")),
        }[kind]()
        masked = own.get("procMount") != "Unmasked"
        dropped = "ALL" in own.get("capabilities", {}).get("drop", [])
        capabilities: list[str] = [] if dropped else ["CAP_KILL", "CAP_NET_BIND_SERVICE"]
        namespaces = [{"type": kind} for kind in ("pid", "ipc", "uts", "mount", "cgroup")]
        linux: dict[str, Any] = {
            "namespaces": namespaces,
            "seccomp": seccomp,
            "maskedPaths": MASKED if masked else [],
            "readonlyPaths": READ_ONLY if masked else [],
            "resources": _resources(container),
        }
        if shift:
            namespaces.append({"type": "user"})
            mapping = {"containerID": 0, "hostID": shift, "size": 65536}
            linux |= {"uidMappings": [mapping], "gidMappings": [mapping]}
        return {
            "ociVersion": "1.0.0",
            "hostname": pod["metadata"].get("name", "pod"),
            "root": {
                "path": str(self.folder / "image"),
                "readonly": bool(own.get("readOnlyRootFilesystem")),
            },
            "process": {
                "args": [*entry, *(command or container["args"])],
                "cwd": container.get("workingDir", "/home/user"),
                "env": [f"{k}={v}" for k, v in self._environment(container).items()],
                "user": {"uid": uid, "gid": gid, "additionalGids": [group] if group else []},
                "noNewPrivileges": own.get("allowPrivilegeEscalation") is False,
                "capabilities": {"bounding": capabilities},
            },
            "mounts": mounts,
            "linux": linux,
        }

    def _environment(self, container: dict[str, Any]) -> dict[str, str]:
        found = dict(self.environment)
        for source in container.get("envFrom", []):
            found |= object_named("ConfigMap", source["configMapRef"]["name"])["data"]
        return found | {e["name"]: e.get("value", "") for e in container.get("env", [])}

    def _volume(self, volume: dict[str, Any], bundle: Path, group: int | None, shift: int) -> Path:
        if claim := volume.get("persistentVolumeClaim"):
            folder = self.claim(claim["claimName"])
            # A disk of one node's is given to the pod's group; NFS is not, unless its driver does.
            shared = claim["claimName"] == "crossroads-exchange"
            if group and (not shared or claim["claimName"] in self.fs_group_on):
                give_to_group(folder, group)
            return folder
        folder = bundle / volume["name"]
        folder.mkdir()
        if secret := volume.get("secret"):
            mode = secret.get("defaultMode", 0o644)
            for path in self.secrets[secret["secretName"]].iterdir():
                shutil.copy(path, folder)
                os.chown(folder / path.name, shift, (group or 0) + shift)
                (folder / path.name).chmod(mode)
            folder.chmod(0o755)
        else:
            folder.chmod(0o1777)
        return folder


RUNTIME = ["runc"]


def give_to_group(folder: Path, group: int) -> None:
    """What a kubelet does for fsGroup: everything is the group's, who may read and write it."""
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, -1, group)
        if not path.is_symlink():
            more = 0o2070 if path.is_dir() else 0o060
            path.chmod(path.stat().st_mode & 0o7777 | more)


def _system_mounts(shift: int) -> Iterator[dict[str, Any]]:
    usual = ["nosuid", "noexec"]
    yield {"destination": "/proc", "type": "proc", "source": "proc", "options": [*usual, "nodev"]}
    device = {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}
    yield {**device, "options": ["nosuid", "mode=755", "size=65536k"]}
    terminals = ["newinstance", "ptmxmode=0666", "mode=0620", *([] if shift else ["gid=5"])]
    yield {
        "destination": "/dev/pts",
        "type": "devpts",
        "source": "devpts",
        "options": [*usual, *terminals],
    }
    memory = {"destination": "/dev/shm", "type": "tmpfs", "source": "shm"}
    yield {**memory, "options": [*usual, "nodev", "mode=1777", "size=65536k"]}


def _resources(container: dict[str, Any]) -> dict[str, Any]:
    limit = container.get("resources", {}).get("limits", {}).get("memory")
    return {"memory": {"limit": in_bytes(limit)}} if limit else {}


def in_bytes(quantity: str | int) -> int:
    """A quantity of memory in Kubernetes' words."""
    found = re.fullmatch(r"(\d+)([KMGT]i?)?", str(quantity))
    assert found, quantity
    unit = found[2] or ""
    base = 1024 if unit.endswith("i") else 1000
    return int(found[1]) * base ** (" KMGT".index(unit[0]) if unit else 0)


class NodeSpawner(Unconnected):
    """The hub's spawner: KubeSpawner's manifests, started on this machine."""

    node: Node
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> str:
        """Start the pod; where it will answer."""
        # All have this machine's network, so each needs a port of its own.
        (self.port,) = free_ports(1)
        pod = await self.finished_manifest()
        (self.node.folder / f"{self.user.name}.json").write_text(json.dumps(pod), "utf-8")
        self.process = self.node.start(pod, f"crossroads-{self.user.name}")
        return f"http://127.0.0.1:{self.port}"

    async def poll(self) -> int | None:
        """``None`` while it runs."""
        return self.process.poll() if self.process else 0

    async def stop(self, now: bool = False) -> None:
        """End the pod."""
        self.node.stop(f"crossroads-{self.user.name}")
        self.process = None


def wait_until(there: Any, what: str, seconds: float = 120) -> None:
    """Wait for something to be so."""
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, what() if callable(what) else what
        time.sleep(0.2)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
