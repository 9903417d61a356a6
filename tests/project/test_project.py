"""The project as a whole: lists that must agree, files that must not hold what they shouldn't."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pandas
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

TREE = Path(__file__).parents[2]
PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
TRACKED = [
    TREE / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"], cwd=TREE, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    if name and (TREE / name).is_file()
]
LOCKS = (
    "requirements/course.txt",
    "requirements/dev.txt",
    "requirements/hub.txt",
    "requirements/image.txt",
    "requirements/constraints.txt",
)
NOTEBOOKS = [path for path in TRACKED if path.suffix == ".ipynb"]


def pins(name):
    """A lock's versions: package to version, and marker where there is one."""
    lines = re.findall(r"^(\S+)==([^\s;\\]+)(?: ; ([^\\\n]+))?", (TREE / name).read_text(), re.M)
    return {(canonicalize_name(n), v, marker.strip()) for n, v, marker in lines}


def unmet(requirements, name):
    """The requirements that no version in a lock meets."""
    locked = {n: v for n, v, _ in pins(name)}
    wanted = map(Requirement, requirements)
    return [
        str(r)
        for r in wanted
        if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"))
    ]


def test_every_dependency_is_locked():
    run = PROJECT["dependencies"] + EXTRAS["build"]
    assert unmet(run, "requirements/course.txt") == []
    assert unmet(run, "requirements/constraints.txt") == []
    assert (
        unmet(run + EXTRAS["hub"] + EXTRAS["cluster"] + EXTRAS["lti"], "requirements/hub.txt") == []
    )
    pod = EXTRAS["pod"] + EXTRAS["cluster"] + EXTRAS["lti"] + EXTRAS["postgresql"]
    assert unmet(run + pod, "requirements/image.txt") == []
    every = [line for lines in EXTRAS.values() for line in lines]
    assert unmet(run + every, "requirements/dev.txt") == []


def imported():
    """What the package imports from elsewhere: top-level names, imports in functions included."""
    found = set()
    for path in (TREE / "src" / "crossroads").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - {"crossroads"}


def test_everything_that_is_imported_is_declared():
    homes = packages_distributions()
    lines = PROJECT["dependencies"] + EXTRAS["hub"] + EXTRAS["cluster"] + EXTRAS["lti"]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    undeclared = {
        name
        for name in imported()
        if not declared & {canonicalize_name(home) for home in homes.get(name, [])}
    }
    assert undeclared == set()


def test_the_locks_agree():
    assert pins("requirements/constraints.txt") == pins("requirements/course.txt")
    # A package may have a version for each Python: all of them are compared.
    every = {(n, v) for n, v, _ in pins("requirements/dev.txt")}
    for name in ("requirements/course.txt", "requirements/hub.txt"):
        pinned = {(n, v) for n, v, _ in pins(name)}
        names = {n for n, _ in pinned}
        assert {(n, v) for n, v in every if n in names} == pinned, name
    # The image has the single-user server of the chart's hub, and all else as it is locked.
    other = {(n, v) for n, v, _ in pins("requirements/image.txt")} - every
    assert {name for name, _ in other} == {"jupyterhub"}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_and_hashes_only_where_pip_wants_them(name):
    text = (TREE / name).read_text()
    assert "://" not in text
    every = len(re.findall(r"^\S+==", text, re.M))
    hashed = len(re.findall(r"^\S+==[^\n]*\\\n\s+--hash=", text, re.M))
    assert hashed == (0 if name == "requirements/constraints.txt" else every)


def test_conda_takes_python_from_conda_and_packages_from_our_list():
    environment = yaml.safe_load((TREE / "environment.yml").read_text())
    python, _, packages = environment["dependencies"]
    version = python.removeprefix("python=")
    assert SpecifierSet(PROJECT["requires-python"]).contains(version + ".0")
    assert packages == {"pip": ["-c requirements/constraints.txt", "-e ."]}


def test_binder_installs_what_conda_does():
    """In ``binder/``, where pip counts paths from the file's own folder."""
    conda, binder = (
        yaml.safe_load((TREE / name).read_text())
        for name in ("environment.yml", "binder/environment.yml")
    )
    *others, packages = binder.pop("dependencies")
    *same, own = conda.pop("dependencies")
    assert (binder, others) == (conda, same)
    places = [line.split() for line in packages["pip"]]
    found = [f"{option} {(TREE / 'binder' / place).resolve()}" for option, place in places]
    wanted = [f"{o} {(TREE / place).resolve()}" for o, place in map(str.split, own["pip"])]
    assert found == wanted != []
    assert all(Path(line.split()[1]).exists() for line in found)


def test_the_readme_names_the_test_command_that_ci_calls():
    assert "\nmake test\n" in (TREE / "README.md").read_text()
    assert "\nmake test\n" in (TREE / ".ci" / "run").read_text()


def test_the_citation_names_the_current_version():
    citation = yaml.safe_load((TREE / "CITATION.cff").read_text("utf-8"))
    assert str(citation["version"]) == PROJECT["version"]


def test_the_badges_say_what_is_true():
    """Each picture says what the README says of it, and that is what the project declares."""
    readme = (TREE / "README.md").read_text("utf-8")
    badges = dict(re.findall(r"!\[([^\]]+)\]\(docs/images/badge-(\w+)\.svg\)", readme))
    told = {name: alt.partition(": ")[2] for alt, name in badges.items()}
    shown = {
        path.stem.removeprefix("badge-"): re.findall(
            r"<text [^>]*>([^<]+)<", path.read_text("utf-8")
        )[1]
        for path in (TREE / "docs" / "images").glob("badge-*.svg")
    }
    assert shown.keys() == told.keys()
    versions = [
        line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line
    ]
    assert re.findall(r"3\.\d+", told["python"]) == versions == shown["python"].split(" | ")
    assert f":: JupyterLab :: {told['jupyterlab']}" in str(PROJECT["classifiers"])
    assert told["jupyterlab"] == shown["jupyterlab"]
    assert (TREE / "LICENSE").read_text("utf-8").startswith(told["code"])
    assert told["texts"] in (TREE / "LICENSE-content").read_text("utf-8")
    assert (told["code"], told["texts"]) == (shown["code"], shown["texts"])


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    # In pieces, so that this file doesn't hold them either.
    hosts = [
        "".join(pieces)
        for pieces in (
            ("py", "pi.org"),
            ("py", "pi.python"),
            ("python", "hosted.org"),
            ("np", "mjs."),
            ("ya", "rnpkg."),
            ("ana", "conda.org"),
            ("deb.deb", "ian.org"),
            ("security.deb", "ian.org"),
            ("archive.ubu", "ntu.com"),
        )
    ]
    places = ["".join(pieces) for pieces in (("/ro", "ot/"), ("/Us", "ers/"), ("/wo", "rk/"))]
    places += ["/ho" + r"me/(?!user)\w", "/t" + r"mp/\w"]
    wrong = re.compile("|".join([*map(re.escape, hosts), *(rf"(?<![\w.:]){p}" for p in places)]))
    found = []
    for path in TRACKED:
        if path.suffix in (".png", ".gif", ".geojson", ".mo"):
            continue
        text = path.read_text("utf-8")
        found += [f"{path.relative_to(TREE)}: {m.group()}" for m in wrong.finditer(text)]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_source_only(path):
    notebook = json.loads(path.read_text("utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert notebook["cells"]
    for cell in notebook["cells"]:
        assert cell["id"]
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def without_boxes(path):
    """A document's text without its boxes of code."""
    return re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S)


def anchors(path):
    """The places in a document that a link can name: its headings, as forges make them."""
    heads = re.findall(r"^#+ (.+)$", without_boxes(path), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_links_between_documents_lead_somewhere():
    broken, places = [], 0
    for path in (p for p in TRACKED if p.suffix == ".md"):
        # What stands in code is no link.
        text = re.sub(r"`[^`\n]+`", "", without_boxes(path))
        for target, place in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text):
            if "://" in target:
                continue
            document = path.parent / target if target else path
            places += bool(place)
            if not document.exists() or (place and place not in anchors(document)):
                broken.append(f"{path.relative_to(TREE)}: {target}{place and '#'}{place}")
    assert broken == [] and places > 5


# -- the wheel, outside the checkout ---------------------------------------------------------------


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """The wheel and the source archive of what git knows, built as a release would be."""
    tree = tmp_path_factory.mktemp("tree")
    for path in TRACKED:
        target = tree / path.relative_to(TREE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    run(sys.executable, "-m", "hatchling", "build", cwd=tree)
    return tree / "dist"


@pytest.fixture(scope="module")
def wheel(dist):
    (built,) = dist.glob("*.whl")
    return built


def run(*command, cwd):
    """A command's output; a failed one fails the test with all it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_course_and_no_keys(wheel):
    # The course that `crossroads new` writes has a quiz of its own, with keys that anybody may see.
    names = [n for n in zipfile.ZipFile(wheel).namelist() if "/static/new_course/" not in n]
    assert "crossroads/course/data/datapackage.json" in names
    assert "crossroads/course/lessons/00-start-here.ipynb" in names
    assert any(n.endswith("share/jupyter/labextensions/crossroads-pen/package.json") for n in names)
    keys = {
        path.name
        for path in TRACKED
        if path.parts[len(TREE.parts)] in ("assignments", "translations")
    }
    assert keys and not keys & {name.split("/")[-1] for name in names}
    assert not any("labextension/" in name for name in names)


def test_the_source_archive_holds_no_keys(dist):
    (built,) = dist.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        inside = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"src", "lessons", "data", "LICENSE", "LICENSE-content", "NOTICE"} <= inside
    assert not inside & {"assignments", "translations", "tests"}


def test_the_wheel_works_outside_the_checkout(wheel, tmp_path):
    """Installed by pip in an environment of its own, which borrows only the other packages."""
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=tmp_path)
    python = venv / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run(python, "-c", where, cwd=tmp_path).strip()
    # A path in a .pth file comes last, and the .pth files found there don't count.
    borrowed = Path(pandas.__file__).parents[1]
    Path(site, "borrowed.pth").write_text(f"{borrowed}\n")
    code = (
        "import crossroads as cr; from crossroads.lessons.checks import lesson_items; "
        "from pathlib import Path; from crossroads.course import prepare; "
        "print(cr.__file__, len(cr.load('roles')), len(lesson_items('01')) > 5, "
        "prepare(Path('course')), Path('course/lessons/00-start-here.ipynb').is_file())"
    )
    said = run(python, "-c", code, cwd=tmp_path).split()
    assert said[1:] == ["3", "True", "[]", "True"]
    assert said[0].startswith(str(venv))
    assert (venv / "share/jupyter/labextensions/crossroads-pen/package.json").is_file()
    assert "lab" in run(venv / "bin" / "crossroads", "--help", cwd=tmp_path)
