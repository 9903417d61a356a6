"""What a sandbox shows, wherever a course and its packages lie, and who runs in it."""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from graders import LINUX

from crossroads import content, tables
from crossroads.grading import sandbox, values, visible_folders
from crossroads.grading.bubblewrap import Private
from crossroads.grading.sandbox import Limits, Worker

pytestmark = LINUX

SECRETS = ("source/quiz/quiz.ipynb", "submitted/zoe/quiz/quiz.ipynb", "gradebook.db", "notes.txt")
#: Says whether a sandbox can be had, and what of a course can be seen in it.
LOOK = r"""
import subprocess, sys
from crossroads.grading import sandbox
course = sys.argv[1]
work = [f"{course}/{kind}" for kind in ("source", "submitted", "gradebook.db")]
private = sandbox.Private((course,), tuple(work))
print(sandbox.trouble(private) or "holds")
look = '''
import os
for place, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(place, f) not in ("/proc", "/usr/lib")]
    for name in files:
        if name in ("quiz.ipynb", "gradebook.db", "notes.txt", "swordfish.txt"):
            try:
                if open(os.path.join(place, name), "rb").read() == b"secret":
                    print("seen:", os.path.join(place, name))
            except OSError:
                pass
import pandas, crossroads
print("works")
'''
walls = sandbox.walls(sandbox.visible(), private)
done = subprocess.run([*walls, sys.executable, "-I", "-c", look], capture_output=True, text=True)
print(done.stdout, done.stderr[-2000:])
"""


def fill(course):
    for name in SECRETS:
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret", "utf-8")
    return course


def environment(folder):
    """A virtual environment that has this one's packages."""
    make = [sys.executable, "-m", "venv", "--without-pip", "--clear", str(folder)]
    subprocess.run(make, check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    packages = {sysconfig.get_path("purelib"), str(Path(sandbox.__file__).parents[2])}
    (site / "these.pth").write_text("\n".join(packages), "utf-8")
    return site


def looked(python, course, *walls):
    done = subprocess.run(
        [*walls, python, "-c", LOOK, course], capture_output=True, text=True, check=False, cwd="/"
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("where", ["within", "the same", "beside its packages", "in its packages"])
def test_a_course_isn_t_seen_wherever_its_environment_lies(tmp_path, where):
    home = tmp_path / "home"
    course = home / "course"
    if where in ("within", "the same"):
        folder = course / ".venv" if where == "within" else course
        environment(folder)
    else:
        folder = home / "environment"
        site = environment(folder)
        course = site.parent / "course" if where == "beside its packages" else site / "course"
    fill(course)
    (home / "swordfish.txt").write_text("secret", "utf-8")
    said = looked(folder / "bin" / "python", course)
    assert "holds" in said and "works" in said, said
    assert "seen:" not in said


def test_a_source_is_covered_where_its_link_leads(tmp_path):
    site = environment(tmp_path / "environment")
    course = fill(tmp_path / "real" / "course")
    shutil.move(course / "source", site / "masters")
    (course / "source").symlink_to(site / "masters")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    said = looked(tmp_path / "environment" / "bin" / "python", tmp_path / "link" / "course")
    assert "holds" in said and "works" in said and "seen:" not in said, said


def test_a_course_that_is_mounted_a_second_time_is_covered_there(tmp_path):
    site = environment(tmp_path / "environment")
    course = fill(tmp_path / "course")
    for name in ("again", "sources"):
        (site / name).mkdir()
    mounts = ["--bind", course, site / "again", "--bind", course / "source", site / "sources"]
    walls = ["bwrap", "--cap-add", "ALL", "--dev-bind", "/", "/", *mounts]
    if os.geteuid() != 0:
        walls.remove("--cap-add"), walls.remove("ALL")
    said = looked(tmp_path / "environment" / "bin" / "python", course, *walls)
    assert "holds" in said and "works" in said and "seen:" not in said, said


@pytest.mark.parametrize("place", ["source/quiz", "submitted/zoe"])
def test_packages_among_what_is_private_are_refused_with_the_reason(tmp_path, place):
    course = fill(tmp_path / "course")
    environment(course / place / ".venv")
    said = looked(course / place / ".venv" / "bin" / "python", course)
    assert f"Students' code would see {course / place.split('/')[0]}" in said
    assert "is visible to it, and lies inside" in said


def test_a_gradebook_is_covered_as_a_file(tmp_path, monkeypatch):
    shown = tmp_path / "shown"
    shown.mkdir()
    (shown / "gradebook.db").write_text("secret", "utf-8")
    walls = sandbox.walls(
        {**visible_folders.visible(), str(shown): str(shown)},
        Private((), (f"{shown}/gradebook.db",)),
    )
    read = f"print(repr(open('{shown}/gradebook.db').read()))"
    done = subprocess.run(
        [*walls, sys.executable, "-I", "-S", "-c", read],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "secret" not in done.stdout


#: What a sandbox shows of the system; a folder more is a decision, which is written here as well.
SYSTEM = {
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64"),
    *("/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo"),
    *("/usr/local/share/fonts", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime"),
    "/etc/alternatives",
}
DEVICES = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}


def is_needed(path):
    """Whether a sandbox has to show this: the system, Python and its packages, the course's own."""
    own = (*map(Path, SYSTEM), Path(sandbox.__file__).parents[1], tables.data_dir())
    own += (content.folder() / content.FILE,)
    if path in (*own, *(one.resolve() for one in own)):
        return True
    if path.name in ("site-packages", "dist-packages"):
        return True
    within = [p for p in map(Path, (sys.prefix, sys.base_prefix)) if p in path.parents]
    return any(path.is_file() or path.relative_to(p).parts[0] == "lib" for p in within)


def test_no_folder_more_is_shown_and_none_can_be_written_to():
    walls = sandbox.walls(sandbox.visible(), Private())
    look = """
for line in open("/proc/self/mountinfo"):
    words = line.split()
    print(words[4].replace(chr(92) + "040", " "), words[5].split(",")[0], sep=":")
"""
    done = subprocess.run(
        [*walls, sys.executable, "-I", "-S", "-c", look], capture_output=True, text=True, check=True
    )
    found = dict(line.rsplit(":", 1) for line in done.stdout.splitlines())
    assert found.keys() >= DEVICES and {"/", "/proc"} <= found.keys()
    others = {Path(place) for place in found.keys() - DEVICES - {"/", "/proc"}}
    # What is mounted within such a folder is in it.
    strange = [p for p in others if not any(map(is_needed, (p, *p.parents)))]
    assert others and strange == []
    assert {place for place, how in found.items() if how != "ro"} <= DEVICES


def test_what_cannot_be_built_is_said_with_what_to_do(monkeypatch, tmp_path):
    assert sandbox.trouble() == ""
    walls = sandbox.walls
    monkeypatch.setattr(sandbox, "walls", lambda *a, **k: [*walls(*a, **k), "--proc", "/nowhere/x"])
    assert "cannot build one here" in sandbox.trouble()
    monkeypatch.setattr(sandbox, "walls", lambda *a, **k: ["false"])
    assert "docs/administrator.md" in sandbox.trouble()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert "apt install bubblewrap" in sandbox.trouble()


def test_where_the_system_permits_less_a_submission_still_runs():
    """A class server's bounds for each process: setting higher ones would end it without a word."""
    look = """
from crossroads.grading import sandbox
print(sandbox.trouble() or "holds")
with sandbox.Worker(sandbox.Limits()) as worker:
    steps = [{"kind": "cell", "source": "print(6 * 7)"}]
    print(worker.run(steps, {}, {})[1].decode())
"""
    bounds = ["prlimit", "--as=2147483648", "--nofile=100", "--cpu=40", "--"]
    command = [*bounds, sys.executable, "-c", look]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("holds\n") and "42" in done.stdout


# -- a worker --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worker():
    with Worker(Limits(seconds=20, cell=10)) as found:
        yield found


def printed(worker, cell, **files):
    _, sent = worker.run([{"kind": "cell", "source": cell}], files, {})
    outputs = json.loads(sent.split(b"\n")[0])["outputs"]
    return "".join(out.get("text", "") + out.get("evalue", "") for out in outputs)


def below(pid):
    """Processes that this one started, and those that they started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            found += [int(path.parent.name), *below(int(path.parent.name))]
    return found


def test_nobody_in_a_sandbox_is_root_outside(worker):
    printed(worker, "1")
    users = {}
    for pid in below(worker._process.pid):
        about = Path(f"/proc/{pid}/status").read_text("utf-8")
        if "bwrap" not in about.split("\n")[0]:
            users[pid] = about.split("Uid:")[1].split("\n")[0].split()
    assert users and all("0" not in user for user in users.values())


def test_nothing_stays_in_any_place_that_can_be_written_to(worker):
    leave = """
import os
left = []
for place in ("/box", "/box/submission", "/tmp", "/dev/shm", "/dev", "/var/tmp", "/run", "/"):
    try:
        os.makedirs(f"{place}/left/deep")
        open(f"{place}/left/eve.txt", "w").write("swordfish")
        os.chmod(f"{place}/left", 0)
        left.append(place)
    except OSError:
        pass
print(left)
"""
    # What can't be written to needn't be walked through: the packages alone are 40,000 files.
    find = """
import os
found = []
for place in ("/", "/box", "/tmp", "/dev", "/var/tmp", "/run"):
    for path, folders, files in os.walk(place):
        found += [os.path.join(path, n) for n in folders + files if n in ("left", "eve.txt")]
        folders[:] = [n for n in folders if os.access(os.path.join(path, n), os.W_OK)]
print(sorted(set(found)))
"""
    said = printed(worker, leave)
    assert "['/box', '/box/submission', '/tmp', '/dev/shm']" in said
    assert printed(worker, find).strip() == "[]"


def test_a_checkout_below_tmp_is_shown_to_each_submission_and_nothing_else_is(monkeypatch):
    """There a submission has a place of its own to write, over what lies there."""
    checkout = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        checkout.chmod(0o755)
        (checkout / "packages").mkdir()
        (checkout / "packages" / "mine.py").write_text("x = 1", "utf-8")
        (checkout / "one file").write_text("one", "utf-8")
        (checkout / "secret.txt").write_text("swordfish", "utf-8")
        for name in ("packages", "one file"):
            shown = sandbox.visible() | {str(checkout / name): str(checkout / name)}
            monkeypatch.setattr(sandbox, "visible", lambda *_, shown=shown: shown)
        look = f"""
import os
print([sorted(os.listdir(p)) for p in ("{checkout}", "{checkout}/packages", "/tmp")])
print(open("{checkout}/one file").read())
try:
    open("{checkout}/packages/mine.py", "w")
except OSError as error:
    print(type(error).__name__)
os.rename("{checkout}", "{checkout}-moved")
"""
        with Worker(Limits()) as own:
            for _ in range(2):
                said = printed(own, look).split("\n")
                below = [["one file", "packages"], ["mine.py"], [checkout.name]]
                # Of a checkout in /tmp that runs this test, its own packages are there, too.
                found = ast.literal_eval(said[0])
                assert found[:2] == below[:2] and checkout.name in found[2]
                assert said[1:3] == ["one", "OSError"]
    finally:
        shutil.rmtree(checkout)


def test_one_small_disk_is_all_that_there_is_in_bytes_and_names(worker):
    said = printed(
        worker,
        """
import os
info = os.statvfs("/tmp")
print(info.f_blocks * info.f_frsize // 2**20, info.f_files)
print(len({os.stat(place).st_dev for place in ("/box", "/tmp", "/dev/shm")}))
""",
    )
    assert said.split() == ["128", "10000", "1"]


def test_honest_threads_files_and_devices_work(worker):
    said = printed(
        worker,
        """
import concurrent.futures, os, resource, secrets, tempfile, time
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    print(sum(pool.map(lambda n: time.sleep(0.01) or n, range(100))))
with tempfile.NamedTemporaryFile("w+") as file:
    print(file.write("x"), os.path.dirname(file.name))
print(len(secrets.token_bytes(4)), print("x", file=open("/dev/null", "w")))
print(open("data.csv").read(), resource.getrlimit(resource.RLIMIT_CORE))
""",
        **{"data.csv": b"a,b"},
    )
    assert said.split("\n")[:4] == ["4950", "1 /tmp", "4 None", "a,b (0, 0)"]


# -- values ----------------------------------------------------------------------------------------

BIG = 2**61 - 1


def plain(count):
    return {"names": [None], "v": list(range(count)), "plain": True}


@pytest.mark.parametrize(
    "data",
    [
        {"t": "table", "columns": list(range(10**6)), "index": plain(0), "rows": []},
        {
            "t": "table",
            "columns": [{"t": "int", "v": hex(n * BIG)} for n in range(8000)],
            "index": plain(0),
            "rows": [],
        },
        {"t": "table", "columns": [], "index": plain(10**6), "rows": [[]] * 10**6},
        {"t": "index", "v": {"names": list(range(200_000)), "v": [], "plain": False}},
        {"t": "list", "v": [{"t": "set", "v": list(range(4000))}] * 40},
        {"t": "int", "v": "f" * 10**7},
        {"t": "float", "v": "1" * 10**7},
        {"t": "time", "v": "1" * 10**7},
        {"t": "list", "v": [{"t": "list", "v": [0] * 1000}] * 1000},
        {"t": "opaque", "kind": list(range(10**6))},
    ],
    ids=[
        *("columns without end", "columns that hash alike", "rows without cells", "index levels"),
        *("sets in a list", "digits", "digits of a float", "a time", "lists in lists", "a kind"),
    ],
)
def test_what_is_too_large_in_any_direction_is_refused_before_it_is_built(data, monkeypatch):
    for kind in ("DataFrame", "Index", "MultiIndex"):
        monkeypatch.setattr(values.pd, kind, None)
    with pytest.raises(ValueError):
        values.decode(data)


@pytest.mark.parametrize(
    "value",
    [
        [{"name": str(n), "value": n, "share": n / 3} for n in range(2000)],
        {f"k{n}": [n] * 20 for n in range(4000)},
        pd.DataFrame({"a": range(20_000), "b": [f"text {n}" for n in range(20_000)]}),
        pd.crosstab(pd.Series(range(300)) % 50, pd.Series(range(300)) % 30),
        [set(range(100))] * 500,
    ],
    ids=["records", "dictionary of lists", "long table", "crosstab", "sets"],
)
def test_honest_values_of_some_size_still_cross(value):
    crossed = values.decode(json.loads(json.dumps(values.encode(value))))
    assert not isinstance(crossed, values.Opaque)
    assert len(crossed) == len(value)
