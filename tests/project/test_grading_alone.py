"""The distribution for grading alone: what is in it, what it needs, and that it grades."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest
from graders import LINUX, hand_in_reference
from packaging.requirements import Requirement

TREE = Path(__file__).parents[2]
PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
LEFT_OUT = {"cycler", "matplotlib", "networkx"}
#: Imports every module but the explorers, which show a course's tables, where what is left out
#: can't be had; then says which of what is slow was loaded on the way to grading.
IMPORTS = """
import importlib, json, pkgutil, sys

class Missing:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(f"{name} is not in this installation", name=name)

sys.meta_path.insert(0, Missing())
import crossroads.grading
from crossroads import content
at_once = sorted({"pandas", "numpy", "nbgrader", "IPython", "crossroads.lessons"} & {*sys.modules})
import crossroads.grading.run
for_grading = sorted({"nbgrader", "matplotlib", "crossroads.explorers"} & {*sys.modules})
names = [m.name for m in pkgutil.walk_packages(crossroads.__path__, "crossroads.")]
skipped = ("crossroads.explorers", "crossroads.server_extension", "crossroads.static")
names = [n for n in names if not n.startswith(skipped) and not n.endswith("__main__")]
for name in names:
    importlib.import_module(name)
from crossroads import tables
try:
    crossroads.load("claims")
except tables.DataError as error:
    said = str(error)
print(json.dumps([at_once, for_grading, len(names), str(content.folder()), said]))
"""


def run(*command, cwd, **environment):
    """What a command says; it must succeed. Nothing of pytest's or of this course is passed on."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "CROSSROADS_"))}
    done = subprocess.run(
        command, cwd=cwd, env={**own, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    run(*build, cwd=TREE / "distributions" / "grading")
    (made,) = folder.glob("crossroads_grading-*.whl")
    return made


def test_it_holds_the_package_without_the_course(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = Parser().parsestr(
            archive.read(next(n for n in names if n.endswith("/METADATA"))).decode()
        )
    assert {"crossroads/grading/run.py", "crossroads/static/new_course/README.md"} <= set(names)
    assert any("labextensions/crossroads-pen/package.json" in name for name in names)
    assert any(name.endswith("entry_points.txt") for name in names), "the command"
    held = [
        n for n in names if re.search(r"crossroads/(course/(data|lessons)|static/releases)/", n)
    ]
    assert held == [] and not [n for n in names if "__pycache__" in n]
    assert about["Version"] == PROJECT["version"] == version("crossroads-course")
    wanted = {Requirement(r).name for r in about.get_all("Requires-Dist") if "extra ==" not in r}
    of_course = {Requirement(r).name for r in PROJECT["dependencies"]}
    assert of_course - wanted == LEFT_OUT and wanted <= of_course
    assert about["License-Expression"] == "MIT", "the data's licences stay with the data"


def test_grading_imports_nothing_of_the_course(wheel, tmp_path):
    """All rooms but the explorers load where the course's tables and plots can't be had."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    said = run(
        *(sys.executable, "-c", IMPORTS, *LEFT_OUT), cwd=tmp_path, PYTHONPATH=str(tmp_path / "site")
    )
    at_once, for_grading, modules, folder, why = json.loads(said)
    assert at_once == [] and for_grading == [], "half a second each, for who only asks for help"
    assert modules > 200 and folder == "None"
    assert "grades courses, and has none of its own" in why


@LINUX
@pytest.mark.full
def test_installed_alone_it_grades_nbgrader_s_own_course_and_a_new_one(wheel, tmp_path):
    """In a fresh environment: `nbgrader quickstart`, `crossroads grade`, `crossroads new`."""
    venv, uv = tmp_path / "venv", Path(sys.executable).with_name("uv")
    run(uv, "venv", "--no-config", "--python", sys.executable, venv, cwd=tmp_path)
    locked = ("-c", TREE / "requirements" / "constraints.txt")
    install = (uv, "pip", "install", "--no-config", "--python", venv / "bin" / "python")
    run(*install, *locked, wheel, cwd=tmp_path)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(venv)}))
    assert not [name for name in LEFT_OUT if (site / name).exists()]
    own = {"PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def say(line, cwd):
        program, *words = line.split()
        return run(venv / "bin" / program, *words, cwd=cwd, **own)

    say("nbgrader quickstart course101", tmp_path)
    course = tmp_path / "course101"
    say("nbgrader generate_assignment ps1", course)
    hand_in_reference(course, "ps1")
    assert "2 graded" in say("crossroads grade ps1", course)
    say("crossroads new my-course", tmp_path)
    mine = tmp_path / "my-course"
    say("crossroads release quiz-01", mine)
    hand_in_reference(mine, "quiz-01")
    assert "2 graded" in say("crossroads grade quiz-01", mine)
    say("crossroads feedback quiz-01", mine)
    assert (mine / "feedback" / "right" / "quiz-01" / "quiz-01.html").is_file()
    assert "packages: as the course needs them" in say("crossroads doctor", tmp_path)
