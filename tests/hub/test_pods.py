"""A class on a cluster, on this machine: the image is built, and its pods are started with runc.

Needs root and Debian. What this can't show, docs/hub.md lists.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, closing, contextmanager
from pathlib import Path

import cluster_pods
import debian
import pod_image
import pytest
from classroom import Person, free_ports, running
from cluster_pods import Node, object_named, wait_until

pytestmark = pytest.mark.full

TREE = Path(__file__).parents[2]
QUIZ = "quiz-01"
SHARED = Path("/srv/crossroads/shared/exchange/crossroads")
#: A hub with the class's values, whose spawner starts pods here; who may log in is a test's affair.
CONFIG = """
import sys
sys.path.insert(0, {here!r})
import cluster_pods
import pod_image
c = get_config()
cluster_pods.configure(c, cluster_pods.values(), pod_image.IMAGE)
c.JupyterHub.spawner_class = cluster_pods.NodeSpawner
cluster_pods.NodeSpawner.node = cluster_pods.Node.at({node!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.Authenticator.manage_groups = True
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.Authenticator.admin_users = {{"tina"}}

def with_groups(authenticator, handler, person):
    teaches = person["name"] == "tina"
    person["groups"] = ["formgrade-crossroads" if teaches else "nbgrader-crossroads"]
    return person

c.Authenticator.post_auth_hook = with_groups
"""


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """This machine as a node, with the image, what the class shares, and certificates."""
    debian.need(buildah="buildah", mmdebstrap="mmdebstrap", runc="runc", openssl="openssl")
    pod_image.build_image()
    # pytest's own folders are root's alone, and a pod's root is somebody else.
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="pods-"))
    folder.chmod(0o755)
    certificates = folder / "certificates"
    subprocess.run([cluster_pods.KUBERNETES / "certificates.sh", certificates], check=True)
    with pod_image.mounted_image(folder / "image") as image:
        made = Node(folder, image)
        made.save()
        for name in ("crossroads-exchange", "crossroads-course"):
            made.claim(name)
        # As docs/hub.md says to do on the file server.
        os.chown(made.claim("crossroads-exchange"), 10000, 10000)
        job = object_named("Job", "crossroads-folders-0-2-0")["spec"]["template"]
        code, said = made.run(job, "folders")
        assert code == 0, said
        yield made
        made.stop_all()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def hub(node: Node) -> Iterator[Callable[[str], Person]]:
    """A hub of the class's values; gives people who are logged in."""
    port, hub_port, api_port = free_ports(3)
    from crossroads.classroom import hub

    config = node.folder / "config.py"
    text = CONFIG.format(
        here=str(Path(__file__).parent),
        node=str(node.folder),
        port=port,
        hub_port=hub_port,
        api_port=api_port,
        password="open sesame, please",
        proxy=hub.proxy_command(TREE / "deploy" / "jupyterhub"),
    )
    config.write_text(text, "utf-8")

    def person(name: str) -> Person:
        one = Person(f"http://127.0.0.1:{port}", name, "open sesame, please")
        assert one.log_in()
        return one

    command = [sys.executable, "-m", "jupyterhub", f"--config={config}"]
    with chdir(node.folder), running(command, node.folder / "hub.log", port):
        yield person
        for name in ("ann", "bo", "tina"):
            node.stop(f"crossroads-{name}")


@contextmanager
def cluster(node: Node, masked: bool = False) -> Iterator[None]:
    """Dask's scheduler and one worker as pods; with a ``masked`` /proc, as is usual."""
    for role in ("scheduler", "worker"):
        pod = copy.deepcopy(object_named("Deployment", f"crossroads-{role}"))["spec"]["template"]
        if masked:
            pod["spec"]["containers"][0]["securityContext"].pop("procMount", None)
        node.start(pod, role)
    try:
        log = node.log("worker")
        wait_until(
            lambda: "Registered to" in log.read_text("utf-8", "replace"),
            lambda: log.read_text("utf-8", "replace") + node.log("scheduler").read_text(),
        )
        yield
    finally:
        node.stop("worker")
        node.stop("scheduler")


#: What of the checkout may enter a build.
IN_CONTEXT = {"LICENSE", "LICENSE-content", "NOTICE", "README.md", "data", "lessons"}
IN_CONTEXT |= {"crossroads.yml", "pyproject.toml", "requirements", "src"}


def sent_to_builds() -> set[str]:
    """What a build can see of this checkout, by its top level."""
    command = ["buildah", "bud", "--quiet", "--file=-", "."]
    words = {"input": "FROM scratch\nCOPY . /\n", "capture_output": True, "text": True}
    made = subprocess.run(command, cwd=TREE, check=True, **words).stdout.split()[-1]
    image = subprocess.run(["buildah", "from", made], **words).stdout.strip()
    try:
        place = subprocess.run(["buildah", "mount", image], **words).stdout.strip()
        return set(os.listdir(place))
    finally:
        subprocess.run(["buildah", "rm", image], **words)
        subprocess.run(["buildah", "rmi", made], **words)


def test_the_image_holds_no_key_and_nothing_of_its_making(node: Node) -> None:
    image = node.folder / "image"
    assert not (image / "opt" / "build").exists()
    assert not [p for p in image.rglob("*") if p.name in (".git", "authority.key", "key.pem")]
    notebooks = [p for p in (image / "opt").rglob("*.ipynb") if "crossroads/course" in str(p)]
    assert len(notebooks) > 10
    assert not [p for p in notebooks if "HIDDEN TESTS" in p.read_text("utf-8")]
    assert sent_to_builds() == IN_CONTEXT
    assert node.image["Entrypoint"][0] == "tini"
    anybody = cluster_pods.manifest("ann", 4711)
    look = "id -u; touch /etc/x; crossroads doctor"
    said = node.run(anybody, "anybody", "sh", "-c", look)[1]
    assert "24711" in said and "Read-only file system" in said, said
    assert "The course works here" in said, said
    # A pod of people's has the usual calls only, so there is no sandbox; and doctor says so.
    assert "no   sandbox" in said, said


def test_a_class_goes_round(hub: Callable[[str], Person], node: Node) -> None:
    tina, ann, bo = map(hub, ("tina", "ann", "bo"))
    tina.start()
    desk = node.claim("crossroads-course") / "course"
    shutil.copytree(TREE / "assignments" / QUIZ, desk / "source" / QUIZ)
    for path in (desk / "source", *(desk / "source").rglob("*")):
        os.chown(path, 10000, 10000)

    def at_desk(*words: str, ends_with: int = 0) -> str:
        """What a command says in the desk's terminal."""
        code = (
            "import subprocess\ndone = subprocess.run({}, capture_output=True, text=True, cwd={!r})"
        )
        shown = "\nprint('ended with', done.returncode, done.stdout, done.stderr)"
        said = tina.run(code.format(list(words), "/srv/crossroads/desk/course") + shown)
        assert said.startswith(f"ended with {ends_with} "), (words, said)
        return said

    at_desk("nbgrader", "generate_assignment", QUIZ)
    at_desk("nbgrader", "release_assignment", QUIZ)
    for person in (ann, bo):
        person.start()
        person.assignments("/fetch", assignment_id=QUIZ)
    # HOME is the pod's own disk, and nobody's else.
    assert ann.run("import os; print(os.environ['HOME'], os.getuid())").split()[0] == "/home/user"
    answer = (
        "import nbformat, glob\n"
        f"path = glob.glob('/home/user/course/quizzes/{QUIZ}/*.ipynb')[0]\n"
        "book = nbformat.read(path, 4)\n"
        "for cell in book.cells:\n"
        "    if cell.metadata.get('nbgrader', {}).get('solution') and cell.cell_type == 'code':\n"
        "        cell.source = cell.source.replace('...', '\"b\"')\n"
        "nbformat.write(book, path)\n"
        "print('answered')"
    )
    assert "answered" in ann.run(answer)
    ann.assignments("/submit", assignment_id=QUIZ)
    looking = (
        "import os\n"
        f"for place in ('{SHARED}/inbound', '/srv/crossroads/desk', '/etc/crossroads/dask'):\n"
        "    try: print(os.listdir(place))\n"
        "    except OSError as error: print(type(error).__name__)"
    )
    # The last two are where a volume is mounted in the desk.
    assert bo.run(looking).split() == ["PermissionError", "[]", "[]"]

    # With her own name the desk would collect nothing.
    said = at_desk("nbgrader", "collect", QUIZ)
    assert (desk / "submitted" / "ann" / QUIZ).is_dir(), said
    assert "cheating" not in said and "unknown" not in said, said
    grade = ["crossroads", "grade", QUIZ, "--course", "."]
    grade += ["--scheduler", "tls://crossroads-scheduler:8786"]
    with cluster(node, masked=True):
        said = at_desk(*grade, ends_with=1)
        assert "Can't mount proc" in said and not (desk / "autograded").exists(), said
    with cluster(node):
        said = at_desk(*grade)
    assert (desk / "autograded" / "ann" / QUIZ).is_dir(), said
    with closing(sqlite3.connect(desk / "gradebook.db")) as gradebook:
        marks = gradebook.execute("SELECT count(*) FROM grade WHERE auto_score IS NOT NULL")
        assert marks.fetchone()[0] > 5
    at_desk("crossroads", "feedback", QUIZ, "--course", ".")
    at_desk("nbgrader", "release_feedback", QUIZ)
    ann.assignments("/fetch_feedback", assignment_id=QUIZ)
    home = node.claim("claim-ann")
    assert list(home.glob(f"course/quizzes/{QUIZ}/feedback/**/*.html"))


def test_where_the_sandbox_cannot_be_built_grading_refuses_and_holds_nothing(node: Node) -> None:
    """A masked /proc, and a container's usual calls: both are what a cluster gives by itself."""
    look = "crossroads doctor; python -c '{}'".format(
        "from crossroads.grading import sandbox as s\n"
        "try: s.Worker(s.Limits()).run([], {}, {})\n"
        "except s.NoSandbox as why: print(why)"
    )
    worker = object_named("Deployment", "crossroads-worker")["spec"]["template"]
    for number, (change, reason) in enumerate(
        [
            (lambda s: s["containers"][0]["securityContext"].pop("procMount"), "Can't mount proc"),
            (
                lambda s: s["securityContext"].update(seccompProfile={"type": "RuntimeDefault"}),
                "No permissions to create",
            ),
        ]
    ):
        pod = copy.deepcopy(worker)
        change(pod["spec"])
        code, said = node.run(pod, f"masked-{number}", "sh", "-c", look)
        assert code == 0 and said.count(reason) == 2, said


def test_without_certificates_nobody_speaks_to_the_scheduler(node: Node) -> None:
    with cluster(node):
        code = (
            "from distributed import Client\n"
            "try: Client('tcp://crossroads-scheduler:8786', timeout=5)\n"
            "except OSError: print('refused')"
        )
        stranger = cluster_pods.manifest("eve", 9)
        said = node.run(stranger, "eve", "python", "-c", code)[1]
        assert "refused" in said, said


def test_a_volume_that_is_given_to_the_group_keeps_a_student_s_server_from_starting(
    node: Node,
) -> None:
    inbox = node.claim("crossroads-exchange") / "exchange" / "crossroads" / "inbound"
    made = not inbox.exists()
    if made:
        inbox.mkdir()
        inbox.chmod(0o733)
        os.chown(inbox, 10000, 10000)
    modes = {p: p.stat() for p in inbox.parents if p.is_relative_to(node.folder / "claims")}
    modes[inbox] = inbox.stat()
    node.fs_group_on.add("crossroads-exchange")
    try:
        code, said = node.run(cluster_pods.manifest("cy", 5), "cy")
        assert code == 1 and "could see what others submitted" in said, said
        assert "fsGroupPolicy" in said
    finally:
        node.fs_group_on.clear()
        for path, about in modes.items():
            os.chown(path, about.st_uid, about.st_gid)
            path.chmod(about.st_mode & 0o7777)


def test_one_submission_s_memory_is_its_own_pod_s(node: Node) -> None:
    """3 GiB and the sandbox fit a worker's limit; what is more than it ends in that pod alone."""
    worker = object_named("Deployment", "crossroads-worker")["spec"]["template"]
    (container,) = worker["spec"]["containers"]
    limit = cluster_pods.in_bytes(container["resources"]["limits"]["memory"])
    code = (
        "from crossroads.grading import sandbox as s\n"
        "import json\n"
        "w = s.Worker(s.Limits())\n"
        "step = {'kind': 'cell', 'source': 'x = bytearray(2200 * 2**20)\\nprint(len(x))'}\n"
        "print(w.run([step], {}, {}))\n"
        "step = {'kind': 'cell', 'source': 'x = bytearray(4 * 2**30)'}\n"
        "print(w.run([step], {}, {}))"
    )
    ended, said = node.run(worker, "hungry", "python", "-c", code)
    assert ended == 0 and str(2200 * 2**20) in said and "MemoryError" in said, said
    assert limit > 3 * 2**30 + 128 * 2**20
    assert json.dumps("--nworkers=1") in json.dumps(container["args"])
