"""The guides for students, teachers, administrators and contributors, followed word by word.

The guide for grading instructors is followed by the class's whole term, in ``test_term.py``.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desks import record
from graders import LINUX, QUIET, make_course
from guides import DOCS, commands, run

from crossroads.classroom import roster
from crossroads.classroom.roster import Person

pytestmark = [QUIET, LINUX]

TREE = DOCS.parent
GUIDES = ("student", "teacher", "administrator", "contributor")
#: Commands that find something to say end with another code than 0.
CODES = {
    "crossroads doctor": {0, 1},  # a port that is in use, no browser
    "crossroads check quiz-01": {1},  # nothing is answered yet
    "crossroads forget student-30 --dry-run": {0, 2},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory, prepared, taught):
    """A folder with a learner's course and a class's, and one student's work in the second."""
    place = tmp_path_factory.mktemp("guide")
    shutil.copytree(prepared, place / "course")
    course = place / "teaching"
    make_course(course, "quiz-01")
    shutil.copytree(taught, course, dirs_exist_ok=True)
    roster.write(course, [Person("student-30", "Zarina", "Rahimova")])
    record(course, "quiz-01", {"student-30": "I doubt it."})
    return place


LINES = [
    (guide, line)
    for guide in GUIDES
    for line in commands(DOCS / f"{guide}.md")
    # What writes into the tree is followed in a copy of it, by test_adding.py.
    if not line.startswith(".venv/bin/python tools/")
]


@pytest.mark.parametrize(("guide", "line"), LINES, ids=[line for _, line in LINES])
def test_a_command_of_a_guide_does_what_it_says(place, monkeypatch, guide, line):
    monkeypatch.chdir(place)
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(place / "course" / "progress"))
    if line.startswith("make "):
        # What `make` starts is run by other tests, and by whoever runs these.
        done = subprocess.run(
            [shutil.which("make"), "-n", *line.split()[1:]],
            cwd=TREE,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return
    if line.startswith(".venv/") and not line.startswith(".venv/bin/crossroads "):
        monkeypatch.chdir(TREE)
        # The parent's own settings for tests that run side by side aren't the child's.
        for name in [n for n in os.environ if n.startswith("PYTEST_")]:
            monkeypatch.delenv(name)
        if " pytest " in line:
            # The tests it names run anyway, once.
            line += " --collect-only"
    line = line.removeprefix(".venv/bin/")
    done = run(line)
    assert done.code in CODES.get(line, {0}), f"{line}\n{done.out}{done.err}"


@pytest.mark.parametrize("guide", [*GUIDES, "grading", "updating-data"])
def test_any_terminal_in_the_course_s_folder_finds_a_command(guide):
    """Nobody's terminal has the environment's programs on its path, but for those in JupyterLab."""
    text = (DOCS / f"{guide}.md").read_text("utf-8")
    programs = {shlex.split(line)[0] for line in commands(DOCS / f"{guide}.md")}
    own = {program for program in programs if program.startswith(".venv/bin/")}
    assert all(Path(sys.executable).with_name(Path(one).name).is_file() for one in own)
    assert programs - own <= {"make"}, "say .venv/bin/ before it"
    assert not re.search(r"^ {4,}crossroads ", text, re.M)
    if ".venv/bin/crossroads" in own and guide not in ("contributor", "updating-data"):
        assert r".venv\Scripts\crossroads" in text, "say once what that is on Windows"


def test_the_course_s_command_needs_no_environment_around_it(tmp_path):
    program = Path(sys.executable).with_name("crossroads")
    # Not where anything of the tree's is, and with a path that has the system's programs only.
    done = subprocess.run(
        [program, "check", "--help"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "usage: crossroads check" in done.stdout


@pytest.mark.parametrize("guide", [*GUIDES, "grading"])
def test_commands_stand_in_boxes_only_where_they_can_be_followed(guide):
    """A guide has commands at all, and no box without a language."""
    text = (DOCS / f"{guide}.md").read_text("utf-8")
    assert commands(DOCS / f"{guide}.md")
    opened = re.findall(r"^```(\w*)$", text, re.M)[::2]
    assert opened and all(opened)
    assert not set(opened) & {"bash", "console", "shell"}, "say sh, then it is followed"
